"""Answer analogy questions ``a is to b as c is to ?``: matrix products over blocks of questions and of candidates."""

from collections.abc import Callable
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from w2v.errors import ConfigError

Method = Literal["3cosadd", "3cosmul"]
Rows = NDArray[np.intp]
Scorer = Callable[[slice], NDArray[Any]]  # a range of candidates -> their scores, shape (questions, candidates)

# Scores of one step take 2 MiB in float32, so that the passes over them stay in the cache.
_QUESTIONS, _CANDIDATES = 512, 1024

# Levy & Goldberg (2014), section 6: keeps the quotient finite where a candidate is opposite to ``a``.
_EPSILON = 0.001


def check_method(method: str) -> Method:
    """Return ``method`` if it is known.

    Raises
    ------
    ConfigError
        If it is neither ``"3cosadd"`` nor ``"3cosmul"``.
    """
    if method not in _SCORERS:
        raise ConfigError(f"method={method!r}; one of {', '.join(map(repr, _SCORERS))} is needed")
    return cast(Method, method)


def answer(unit: NDArray[Any], questions: Rows, method: Method, top: int = 1) -> Rows:
    """Return the best candidates of each question, best first; the three words of a question are no candidates.

    Parameters
    ----------
    unit : ndarray of float, shape (V, dim)
        Unit vectors; every row is a candidate.
    questions : ndarray of int, shape (n, 3)
        Rows of a, b and c.
    method : {"3cosadd", "3cosmul"}
        How candidates are scored.
    top : int
        Candidates returned a question.

    Returns
    -------
    ndarray of int, shape (n, top)
        Rows of the candidates, -1 where none is left. Of equal scores the lower row wins if ``top`` is 1.
    """
    best = np.full((len(questions), top), -1, dtype=np.intp)
    for start in range(0, len(questions), _QUESTIONS):
        part = slice(start, start + _QUESTIONS)
        best[part] = _answer_block(unit, questions[part], method, top)
    return best


def _answer_block(unit: NDArray[Any], questions: Rows, method: Method, top: int) -> Rows:
    score = _SCORERS[method](unit, *questions.T)
    line = np.arange(len(questions))[:, None]
    best = np.full((len(questions), top), -1, dtype=np.intp)
    best_scores = np.full((len(questions), top), -np.inf, dtype=unit.dtype)
    for start in range(0, len(unit), _CANDIDATES):
        scores = score(slice(start, start + _CANDIDATES))
        asked, column = np.nonzero((questions >= start) & (questions < start + _CANDIDATES))
        scores[asked, questions[asked, column] - start] = -np.inf
        order = _largest(scores, min(top, scores.shape[1]))
        rows = np.where(np.isneginf(scores[line, order]), -1, order + start)
        # What was found before comes first, so that it wins a tie.
        rows, found = np.hstack([best, rows]), np.hstack([best_scores, scores[line, order]])
        order = _largest(found, top)
        best, best_scores = rows[line, order], found[line, order]
    return best


def _largest(scores: NDArray[Any], top: int) -> Rows:
    """Return the columns of the ``top`` largest scores of each line, largest first."""
    if top == 1:
        best: Rows = scores.argmax(axis=1, keepdims=True)
        return best
    order = np.argpartition(scores, -top, axis=1)[:, -top:]
    ranks = np.argsort(-np.take_along_axis(scores, order, axis=1), axis=1)
    return np.take_along_axis(order, ranks, axis=1)


def _cos_add(unit: NDArray[Any], a: Rows, b: Rows, c: Rows) -> Scorer:
    """Score by cos(d, b) - cos(d, a) + cos(d, c) (Levy & Goldberg 2014, eq. 3)."""
    wanted = unit[b] - unit[a] + unit[c]
    return lambda candidates: wanted @ unit[candidates].T


def _cos_mul(unit: NDArray[Any], a: Rows, b: Rows, c: Rows) -> Scorer:
    """Score by cos(d, b) cos(d, c) / (cos(d, a) + eps) (Levy & Goldberg 2014, eq. 4), cosines moved to [0, 1]."""
    # Neighbouring questions share words, so each word of the block is multiplied out once.
    distinct, place = np.unique(np.stack([a, b, c]), return_inverse=True)
    words = unit[distinct]
    a, b, c = place.reshape(3, -1)

    def score(candidates: slice) -> NDArray[Any]:
        cosines = (words @ unit[candidates].T + 1) / 2
        np.maximum(cosines, 0, out=cosines)  # rounding may leave -1e-8, which would turn the order round
        scores: NDArray[Any] = cosines[b] * cosines[c]
        scores /= cosines[a] + _EPSILON
        return scores

    return score


_SCORERS: dict[str, Callable[[NDArray[Any], Rows, Rows, Rows], Scorer]] = {"3cosadd": _cos_add, "3cosmul": _cos_mul}
