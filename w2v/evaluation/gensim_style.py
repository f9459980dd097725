"""gensim's two evaluation methods as functions: the same arguments, figures and return types, without gensim.

Words are compared in upper case if ``case_insensitive``, and of several spellings the first row wins. Two things differ
on purpose: a malformed line is an error that gives its number (gensim skips it silently), and ``similarity_function``
is obeyed (gensim takes it and always uses ``most_similar``).
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from w2v.atomic_files import PathLike
from w2v.errors import ConfigError, CorpusError
from w2v.evaluation.analogies import AnalogySection, read_analogies
from w2v.evaluation.similarity import read_pairs
from w2v.evaluation.solver import Method, right
from w2v.evaluation.space import WordSpace
from w2v.evaluation.statistics import scipy_stats

_METHODS: dict[str, Method] = {"most_similar": "3cosadd", "most_similar_cosmul": "3cosmul"}

# gensim looks at five candidates for one that is no other spelling of a word of the question.
_CANDIDATES = 5

Section = dict[str, Any]


class KeyedVectorsLike(Protocol):
    """Anything with words and their vectors."""

    @property
    def index_to_key(self) -> Sequence[str]:
        """Words, most frequent first."""

    @property
    def vectors(self) -> NDArray[Any]:
        """One row per word, shape (V, dim)."""


def evaluate_word_analogies(
    vectors: KeyedVectorsLike,
    analogies: PathLike,
    restrict_vocab: int | None = 300000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
    similarity_function: str = "most_similar",
) -> tuple[float, list[Section]]:
    """Score word vectors on analogy questions as ``gensim.models.KeyedVectors.evaluate_word_analogies`` does.

    Parameters
    ----------
    vectors : object with ``index_to_key`` and ``vectors``
        For instance a ``KeyedVectors`` of w2v or gensim.
    analogies : path-like
        A file in the format of questions-words.txt.
    restrict_vocab : int, optional
        Only the first so many words are known and are candidates.
    case_insensitive : bool
        Compare words in upper case.
    dummy4unknown : bool
        Count a question with an unknown word as wrong instead of leaving it out.
    similarity_function : {"most_similar", "most_similar_cosmul"}
        3CosAdd or 3CosMul.

    Returns
    -------
    score : float
        Correct among counted questions, 0 to 1; 0.0 if none was counted.
    sections : list of dict
        ``{"section": name, "correct": [(a, b, c, d), ...], "incorrect": [...]}`` for each section, and for all of them
        together under the name ``Total accuracy``.

    Raises
    ------
    ConfigError
        If a parameter is out of range.
    CorpusError
        If the file has a fault; see ``read_analogies``.
    """
    if similarity_function not in _METHODS:
        allowed = ", ".join(map(repr, _METHODS))
        raise ConfigError(f"similarity_function={similarity_function!r}; one of {allowed} is needed")
    space = _space(vectors, restrict_vocab, case_insensitive)
    method = _METHODS[similarity_function]
    sections = [_judge(section, space, method, dummy4unknown) for section in read_analogies(analogies)]
    total: Section = {
        "section": "Total accuracy",
        "correct": [question for section in sections for question in section["correct"]],
        "incorrect": [question for section in sections for question in section["incorrect"]],
    }
    counted = len(total["correct"]) + len(total["incorrect"])
    return (len(total["correct"]) / counted if counted else 0.0), [*sections, total]


def evaluate_word_pairs(
    vectors: KeyedVectorsLike,
    pairs: PathLike,
    delimiter: str | None = "\t",
    encoding: str = "utf8",
    restrict_vocab: int | None = 300000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
) -> tuple[Any, Any, float]:
    """Correlate cosines with human judgements as ``gensim.models.KeyedVectors.evaluate_word_pairs`` does.

    Parameters
    ----------
    vectors : object with ``index_to_key`` and ``vectors``
        For instance a ``KeyedVectors`` of w2v or gensim.
    pairs : path-like
        Two words and a score per line.
    delimiter : str, optional
        Separator of the columns; None takes white space and commas.
    encoding : str
        Encoding of the file.
    restrict_vocab : int, optional
        Only the first so many words are known.
    case_insensitive : bool
        Compare words in upper case.
    dummy4unknown : bool
        Give a pair with an unknown word the cosine 0 instead of leaving it out.

    Returns
    -------
    pearson, spearman : scipy result, a tuple of (statistic, p-value)
        Linear and rank correlation.
    oov_ratio : float
        Pairs with an unknown word, in percent.

    Raises
    ------
    CorpusError
        If the file has a fault (see ``read_pairs``) or fewer than two pairs can be compared.
    MissingExtraError
        If scipy is not installed.
    """
    stats = scipy_stats()
    space = _space(vectors, restrict_vocab, case_insensitive)
    judged = read_pairs(pairs, delimiter=delimiter, encoding=encoding)
    found = [space.rows((pair.first, pair.second)) for pair in judged]
    human = [pair.score for pair, rows in zip(judged, found, strict=True) if rows or dummy4unknown]
    if len(human) < 2:
        raise CorpusError(f"{pairs}: {len(human)} of {len(judged)} pairs can be compared; at least two are needed")
    known = iter(space.cosines([rows for rows in found if rows]))
    cosines = [next(known) if rows else 0.0 for rows in found if rows or dummy4unknown]
    unknown = sum(rows is None for rows in found)
    return stats.pearsonr(human, cosines), stats.spearmanr(human, cosines), unknown / len(judged) * 100


def _space(vectors: KeyedVectorsLike, restrict: int | None, case_insensitive: bool) -> WordSpace:
    fold = str.upper if case_insensitive else str
    return WordSpace.build(vectors.index_to_key, vectors.vectors, restrict=restrict, fold=fold)


def _judge(section: AnalogySection, space: WordSpace, method: Method, dummy4unknown: bool) -> Section:
    rows = [space.rows(question) for question in section.questions]
    known = np.array([found for found in rows if found], dtype=np.int64).reshape(-1, 4)
    answers = iter(right(space, known, method, _CANDIDATES))
    section_of: Section = {"section": section.name, "correct": [], "incorrect": []}
    for question, found in zip(section.questions, rows, strict=True):
        if found or dummy4unknown:
            kind = "correct" if found and next(answers) else "incorrect"
            section_of[kind].append(tuple(map(space.fold, question)))
    return section_of
