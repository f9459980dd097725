"""gensim's two evaluation methods as functions: the same arguments, results and return types, without gensim.

If ``case_insensitive``, words are compared in upper case, and the first row wins among several spellings of a word. Two
differences are intended: a malformed line raises an error with its line number (gensim skips it silently), and
``similarity_function`` has an effect (gensim accepts it but always uses ``most_similar``).
"""

import os
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from w2v.annotations import checked
from w2v.arguments import shown
from w2v.atomic_files import PathLike
from w2v.errors import ArgumentError, ConfigError, CorpusError, warn
from w2v.evaluation.analogies import AnalogySection, read_analogies
from w2v.evaluation.columns import Columns
from w2v.evaluation.similarity import judged_pairs, left_out
from w2v.evaluation.solver import Method, right
from w2v.evaluation.space import WordSpace
from w2v.evaluation.statistics import scipy_stats

_METHODS: dict[str, Method] = {"most_similar": "3cosadd", "most_similar_cosmul": "3cosmul"}

# gensim checks the five best candidates for the first that is not another spelling of a word in the question.
_CANDIDATES = 5

Section = dict[str, Any]


class KeyedVectorsLike(Protocol):
    """Any object with words and their vectors."""

    @property
    def index_to_key(self) -> Sequence[str]:
        """Words, most frequent first."""

    @property
    def vectors(self) -> NDArray[Any]:
        """One row per word, shape (V, dim)."""


@checked
def evaluate_word_analogies(
    vectors: KeyedVectorsLike,
    analogies: PathLike,
    restrict_vocab: int | None = 300000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
    similarity_function: str = "most_similar",
) -> tuple[float, list[Section]]:
    r"""Score word vectors on analogy questions as ``gensim.models.KeyedVectors.evaluate_word_analogies`` does.

    Parameters
    ----------
    vectors : object with ``index_to_key`` and ``vectors``
        For example a ``KeyedVectors`` of w2v or gensim.
    analogies : path-like
        A file in the format of questions-words.txt.
    restrict_vocab : int, optional
        Number of words, counted from the first, that are known and are candidates; None: all.
    case_insensitive : bool
        Compare words in upper case.
    dummy4unknown : bool
        Count a question with an unknown word as wrong instead of skipping it.
    similarity_function : {"most_similar", "most_similar_cosmul"}
        3CosAdd or 3CosMul.

    Returns
    -------
    score : float
        Fraction of the counted questions that are correct; 0.0 if none was counted.
    sections : list of dict
        ``{"section": name, "correct": [(a, b, c, d), ...], "incorrect": [...]}`` for each section, and last for all of
        them together under the name ``Total accuracy``.

    Raises
    ------
    ArgumentError
        If an argument has another type.
    ConfigError
        If a parameter is out of range.
    CorpusError
        If the file is malformed; see ``read_analogies``.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from w2v import KeyedVectors
    >>> words = ["boy", "girl", "king", "queen"]
    >>> vectors = KeyedVectors.from_arrays(words, [[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]])
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "questions.txt")
    ...     _ = path.write_text(": family\nboy girl king queen\n")
    ...     score, sections = evaluate_word_analogies(vectors, path)
    >>> score, sections[0]["correct"]
    (1.0, [('BOY', 'GIRL', 'KING', 'QUEEN')])
    """
    if similarity_function not in _METHODS:
        allowed = ", ".join(map(repr, _METHODS))
        raise ConfigError(f"similarity_function must be one of {allowed}: got {similarity_function!r}")
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


@checked
def evaluate_word_pairs(
    vectors: KeyedVectorsLike,
    pairs: PathLike,
    delimiter: str | None = "\t",
    encoding: str = "utf8",
    restrict_vocab: int | None = 300000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
    *,
    columns: Columns | None = None,
) -> tuple[Any, Any, float]:
    r"""Correlate cosines with human judgements as ``gensim.models.KeyedVectors.evaluate_word_pairs`` does.

    Parameters
    ----------
    vectors : object with ``index_to_key`` and ``vectors``
        For example a ``KeyedVectors`` of w2v or gensim.
    pairs : path-like
        Two words and a score per line.
    delimiter : str, optional
        Column separator; None: see ``read_pairs``.
    encoding : str
        Encoding of the file.
    restrict_vocab : int, optional
        Number of words, counted from the first, that are known; None: all.
    case_insensitive : bool
        Compare words in upper case.
    dummy4unknown : bool
        Use the cosine 0 for a pair with an unknown word instead of skipping it.
    columns : str or sequence of str or int, optional
        Columns of the words and the score; see ``read_pairs``.

    Returns
    -------
    pearson, spearman : scipy result, a tuple of (statistic, p-value)
        Linear and rank correlation.
    oov_ratio : float
        Percentage of pairs with an unknown word.

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type, or is out of range.
    CorpusError
        If the file is malformed (see ``read_pairs``), or fewer than two pairs can be compared.
    MissingExtraError
        If scipy is not installed.

    Warns
    -----
    UserWarning
        If pairs without a score were left out; they are not in ``oov_ratio``.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["cat", "dog", "car"], [[1, 0], [3, 1], [0, 1]])
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "pairs.tsv")
    ...     _ = path.write_text("cat\tdog\t9\ncat\tcar\t2\ndog\tcar\t3\n")
    ...     pearson, spearman, oov_ratio = evaluate_word_pairs(vectors, path)
    >>> round(float(spearman[0]), 2), oov_ratio
    (1.0, 0.0)
    """
    stats = scipy_stats()
    space = _space(vectors, restrict_vocab, case_insensitive)
    judged, unscored = judged_pairs(pairs, delimiter, encoding, columns)
    if unscored:
        warn(f"{os.fspath(pairs)}: {left_out(unscored)}")
    found = [space.rows((pair.first, pair.second)) for pair in judged]
    human = [pair.score for pair, rows in zip(judged, found, strict=True) if rows or dummy4unknown]
    if len(human) < 2:
        raise CorpusError(f"{pairs} must contain at least 2 pairs of known words: got {len(human)} of {len(judged)}")
    known = iter(space.cosines([rows for rows in found if rows]))
    cosines = [next(known) if rows else 0.0 for rows in found if rows or dummy4unknown]
    unknown = sum(rows is None for rows in found)
    return stats.pearsonr(human, cosines), stats.spearmanr(human, cosines), unknown / len(judged) * 100


def _space(vectors: KeyedVectorsLike, restrict: int | None, case_insensitive: bool) -> WordSpace:
    if not (hasattr(vectors, "index_to_key") and hasattr(vectors, "vectors")):
        raise ArgumentError(f"vectors must be KeyedVectors: got {shown(vectors)}")
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
