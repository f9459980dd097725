"""Answer analogy questions ``a is to b as c is to ?`` as ``KeyedVectors.most_similar`` and ``most_similar_cosmul`` do."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Float32, Rows
from w2v.errors import ConfigError
from w2v.evaluation.space import WordSpace
from w2v.vectors.cosines import SearchSpace, unit
from w2v.vectors.scores import CosineScores, CosmulScores, Scores
from w2v.vectors.search import Search, best, queries_at_once

Method = Literal["3cosadd", "3cosmul"]
METHODS: tuple[Method, ...] = ("3cosadd", "3cosmul")


def check_method(method: str) -> Method:
    """Return ``method`` if it is known.

    Raises
    ------
    ConfigError
        If it is neither ``"3cosadd"`` nor ``"3cosmul"``.
    """
    if method not in METHODS:
        raise ConfigError(f"method must be one of {', '.join(map(repr, METHODS))}: got {method!r}")
    return "3cosmul" if method == "3cosmul" else "3cosadd"


def answer(space: SearchSpace, questions: Rows, method: Method, top: int = 1) -> Rows:
    """Return the best candidates for each question, best first; its own three words are excluded.

    Parameters
    ----------
    space : SearchSpace
        Every row is a candidate.
    questions : ndarray of int64, shape (n, 3)
        Rows of a, b and c.
    method : {"3cosadd", "3cosmul"}
        Method that scores the candidates.
    top : int
        Candidates returned per question.

    Returns
    -------
    ndarray of int64, shape (n, at most top)
        Rows of the candidates, padded with -1; ties go to the lower row.
    """
    return ranked(space, questions, method, top)[0]


def ranked(space: SearchSpace, questions: Rows, method: Method, top: int) -> tuple[Rows, Float32]:
    """Return what `answer` does, and the scores, shape (n, at most top): minus infinity where a row is -1."""
    top, count = min(top, len(space.matrix)), queries_at_once(top)
    found = np.empty((len(questions), top), dtype=np.int64)
    score = np.empty((len(questions), top), dtype=np.float32)
    for start in range(0, len(questions), count):
        part, stop = questions[start : start + count], start + count
        search = Search(top, 0, len(space.matrix), np.repeat(np.arange(len(part)), 3), part.ravel())
        rows, score[start:stop] = best(_scores(space, part, method), search)
        found[start:stop] = np.where(np.isneginf(score[start:stop]), -1, rows)
    return found, score


def right(space: WordSpace, questions: Rows, method: Method, candidates: int = 1) -> NDArray[np.bool_]:
    """Check which questions are answered correctly, by d; a question is the four rows of a, b, c and d, shape (n, 4).

    The answer is the best candidate that is not another spelling of a, b or c; if all are, it is the last candidate.
    """
    found = answer(space.search, questions[:, :3], method, candidates)
    spelled = np.where(found >= 0, space.first[found], -1)
    usable = (spelled >= 0) & (spelled[:, :, np.newaxis] != questions[:, np.newaxis, :3]).all(axis=2)
    last = np.maximum((found >= 0).sum(axis=1) - 1, 0)
    place = np.where(usable.any(axis=1), usable.argmax(axis=1), last)
    return np.asarray(spelled[np.arange(len(questions)), place] == questions[:, 3])


def _scores(space: SearchSpace, questions: Rows, method: Method) -> Scores:
    """Set up the scoring of the queries ``positive=[b, c], negative=[a]``."""
    words, place = np.unique(questions, return_inverse=True)
    units = unit(space.matrix[words]).astype(np.float32).astype(np.float64)  # rounded as in a query
    a, b, c = place.reshape(-1, 3).T
    if method == "3cosmul":  # Levy & Goldberg (2014), equation 4
        return CosmulScores(space, unit(units), np.stack([b, c], axis=1), a[:, np.newaxis])
    inputs = units[np.stack([b, c, a], axis=1)]
    return CosineScores(space, unit(np.array([1.0, 1.0, -1.0]) @ inputs / 3))  # equation 3
