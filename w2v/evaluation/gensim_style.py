"""gensim's two evaluation methods as functions: the same arguments, figures and return types, without gensim.

Words are compared in upper case if ``case_insensitive``, and of several spellings the first row wins. Two things differ
on purpose: a malformed line is an error that gives its number (gensim skips it silently), and ``similarity_function``
is obeyed (gensim takes it and always uses ``most_similar``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from w2v.atomic_files import PathLike
from w2v.errors import ConfigError, CorpusError
from w2v.evaluation.analogies import Question, read_analogies
from w2v.evaluation.similarity import read_pairs, scipy_stats
from w2v.evaluation.solver import Method, answer
from w2v.evaluation.space import first_rows, unit_rows

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
        """One row a word, shape (V, dim)."""


@dataclass(frozen=True)
class _Folded:
    """The first rows of some word vectors with one spelling a word."""

    keys: list[str]
    unit: NDArray[Any]
    fold: Callable[[str], str]
    index: dict[str, int]

    @classmethod
    def build(cls, vectors: KeyedVectorsLike, restrict: int | None, case_insensitive: bool) -> "_Folded":
        fold = str.upper if case_insensitive else str
        unit = unit_rows(vectors.index_to_key, vectors.vectors, restrict)
        keys = [fold(word) for word in vectors.index_to_key[: len(unit)]]
        return cls(keys, unit, fold, first_rows(keys))


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
    folded = _Folded.build(vectors, restrict_vocab, case_insensitive)
    method = _METHODS[similarity_function]
    sections = []
    for section in read_analogies(analogies):
        a_to_d = [_fold_question(question, folded.fold) for question in section.questions]
        sections.append(_judge(section.name, a_to_d, folded, method, dummy4unknown))
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
        Two words and a score a line.
    delimiter : str, optional
        What stands between the columns; None takes white space and commas.
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
    folded = _Folded.build(vectors, restrict_vocab, case_insensitive)
    judged = read_pairs(pairs, delimiter=delimiter, encoding=encoding)
    human, cosines, unknown = [], [], 0
    for pair in judged:
        first, second = (folded.index.get(folded.fold(word)) for word in (pair.first, pair.second))
        known = first is not None and second is not None
        unknown += not known
        if known or dummy4unknown:
            human.append(pair.score)
            cosines.append(float(folded.unit[first] @ folded.unit[second]) if known else 0.0)
    if len(human) < 2:
        raise CorpusError(f"{pairs}: {len(human)} of {len(judged)} pairs can be compared; at least two are needed")
    return stats.pearsonr(human, cosines), stats.spearmanr(human, cosines), unknown / len(judged) * 100


def _fold_question(question: Question, fold: Callable[[str], str]) -> Question:
    a, b, c, d = map(fold, question)
    return a, b, c, d


def _judge(name: str, questions: list[Question], folded: _Folded, method: Method, dummy4unknown: bool) -> Section:
    known = [question for question in questions if all(word in folded.index for word in question)]
    rows = np.array([[folded.index[word] for word in question[:3]] for question in known], dtype=np.intp).reshape(-1, 3)
    right = {
        question
        for question, candidates in zip(known, answer(folded.unit, rows, method, top=_CANDIDATES), strict=True)
        if _prediction(question, candidates, folded.keys) == question[3]
    }
    counted = questions if dummy4unknown else known
    return {
        "section": name,
        "correct": [question for question in counted if question in right],
        "incorrect": [question for question in counted if question not in right],
    }


def _prediction(question: Question, candidates: NDArray[np.intp], keys: list[str]) -> str | None:
    """Return the best candidate that is no other spelling of a, b or c; the last one if all are."""
    predicted = None
    for row in candidates:
        if row >= 0:
            predicted = keys[row]
            if predicted not in question[:3]:
                break
    return predicted
