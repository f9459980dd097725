"""Word analogies in the format of Google's questions-words.txt (Mikolov et al. 2013, arXiv:1301.3781, section 4.1).

Two accuracies are in common use. They differ considerably, so every result contains both, together with the coverage
that explains the difference:

``restricted``
    ``restrict=RESTRICT`` (30,000) and ``accuracy``: only the most frequent words are known and are candidates, and questions
    with an unknown word are skipped, as in word2vec's ``compute-accuracy``.
``full``
    ``restrict=None`` and ``accuracy_of_all``: every word is a candidate, every question counts, and a question with an
    unknown word counts as wrong.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v import html
from w2v.annotations import checked
from w2v.arguments import instance
from w2v.atomic_files import PathLike
from w2v.errors import CorpusError
from w2v.evaluation.columns import split
from w2v.evaluation.solver import Method, check_method, right
from w2v.evaluation.space import WordSpace
from w2v.evaluation.test_sets import read_lines

Question = tuple[str, str, str, str]

RESTRICT = 30_000
"""Number of most frequent words that are known, and are candidates, in restricted scoring."""

_NAMES = {"3cosadd": "3CosAdd", "3cosmul": "3CosMul"}


@dataclass(frozen=True)
class AnalogySection:
    """Questions ``a b c d`` (a is to b as c is to d) under one heading."""

    name: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class AnalogyScore:
    """Number of questions that were asked, could be answered (all words known), and were answered correctly."""

    name: str
    correct: int
    answered: int
    asked: int

    @property
    def accuracy(self) -> float | None:
        """Fraction of the answered questions that are correct; None if none could be answered."""
        return self.correct / self.answered if self.answered else None

    @property
    def accuracy_of_all(self) -> float | None:
        """Fraction of all questions that are correct, counting unknown words as wrong; None if none was asked."""
        return self.correct / self.asked if self.asked else None

    @property
    def coverage(self) -> float | None:
        """Fraction of all questions that could be answered; None if none was asked."""
        return self.answered / self.asked if self.asked else None

    def to_dict(self) -> dict[str, Any]:
        """Return counts and ratios as JSON values."""
        return {
            **asdict(self),
            "accuracy": self.accuracy,
            "accuracy_of_all": self.accuracy_of_all,
            "coverage": self.coverage,
        }

    def __str__(self) -> str:
        return (
            f"{self.name}: {_percent(self.accuracy)} of {self.answered:,} answered, "
            f"{_percent(self.accuracy_of_all)} of {self.asked:,} asked, coverage {_percent(self.coverage)}"
        )


@dataclass(frozen=True)
class AnalogyResult:
    """Scores of all sections of one set of questions.

    Attributes
    ----------
    method : {"3cosadd", "3cosmul"}
        Method that scored the candidates.
    candidates : int
        Number of words (the first rows) that were known and were candidates.
    sections : tuple of AnalogyScore
        In file order.
    """

    method: Method
    candidates: int
    sections: tuple[AnalogyScore, ...]

    @property
    def total(self) -> AnalogyScore:
        """Score over all sections."""
        return _sum("total", self.sections)

    @property
    def semantic(self) -> AnalogyScore:
        """Score over the sections about meaning: all that are not syntactic."""
        return _sum("semantic", (score for score in self.sections if not score.name.startswith("gram")))

    @property
    def syntactic(self) -> AnalogyScore:
        """Score over the sections about grammar: those whose name begins with ``gram``, as in Google's set."""
        return _sum("syntactic", (score for score in self.sections if score.name.startswith("gram")))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "method": self.method,
            "candidates": self.candidates,
            "total": self.total.to_dict(),
            "semantic": self.semantic.to_dict(),
            "syntactic": self.syntactic.to_dict(),
            "sections": [score.to_dict() for score in self.sections],
        }

    def _repr_html_(self) -> str:
        """Return the scores of all sections as a table, for notebooks."""
        rows = [
            (score.name, _percent(score.accuracy), score.correct, score.answered, score.asked)
            for score in (*self.sections, self.total)
        ]
        title = f"Analogies, {_NAMES[self.method]}, {self.candidates:,} candidate words"
        return html.table(title, ["section", "accuracy", "correct", "answered", "asked"], rows)

    def __str__(self) -> str:
        heading = f"Analogies, {_NAMES[self.method]}, {self.candidates:,} candidate words"
        return "\n".join([heading, *(f"  {score}" for score in (*self.sections, self.total))])


@checked
def read_analogies(path: PathLike) -> list[AnalogySection]:
    r"""Read questions: a line ``: name`` starts a section, and every other line has four words, quoted or not.

    Raises
    ------
    ArgumentError, ConfigError
        If it is not a path, or cannot be one.
    CorpusError
        If the file cannot be read, is empty or binary, has a question before the first section, a question that does
        not have four words, a section without a name, or no question at all; the message gives the line number.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "questions.txt")
    ...     _ = path.write_text(": family\nboy girl king queen\n")
    ...     read_analogies(path)
    [AnalogySection(name='family', questions=(('boy', 'girl', 'king', 'queen'),))]
    """
    sections: list[tuple[str, list[Question]]] = []
    for number, line in read_lines(path):
        if line.startswith(":"):
            name = line[1:].strip()
            if not name:
                raise CorpusError(f"{path}, line {number}: a section must have a name, as in ': family': got none")
            sections.append((name, []))
            continue
        if not sections:
            raise CorpusError(f"{path}, line {number} must start a section, as in ': family': got {line[:60]!r}")
        words = split(line, None)
        if len(words) != 4:
            raise CorpusError(f"{path}, line {number}: a question must have four words: got {len(words)}")
        sections[-1][1].append((words[0], words[1], words[2], words[3]))
    if not any(questions for _, questions in sections):
        raise CorpusError(f"{path} must contain at least one question of four words: got only section names")
    return [AnalogySection(name, tuple(questions)) for name, questions in sections]


@checked
def evaluate_analogies(
    words: Sequence[str],
    vectors: NDArray[Any],
    analogies: PathLike | Sequence[AnalogySection],
    *,
    restrict: int | None = RESTRICT,
    method: str = "3cosadd",
    case_insensitive: bool = True,
) -> AnalogyResult:
    """Score word vectors on analogy questions.

    Parameters
    ----------
    words : sequence of str, length V
        Most frequent first.
    vectors : ndarray of float, shape (V, dim)
        One row per word. Rows need not have unit length: cosines are compared.
    analogies : path-like or sequence of AnalogySection
        A file in Google's format, or the result of ``read_analogies``.
    restrict : int, optional
        Number of words, counted from the first, that are known and are candidates; None: all.
    method : {"3cosadd", "3cosmul"}
        The vector offset of Mikolov et al. (2013), or the product of Levy & Goldberg (2014, CoNLL, eq. 4).
    case_insensitive : bool
        Look up each word as written and then, if it is unknown, in lower case. False: only as written.

    Raises
    ------
    ArgumentError
        If an argument has another type.
    ConfigError
        If words and vectors differ in number, or a parameter is out of range.
    CorpusError
        If the file is malformed; see ``read_analogies``.

    Examples
    --------
    >>> import numpy as np
    >>> words = ["boy", "girl", "king", "queen"]
    >>> vectors = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]], float)
    >>> sections = [AnalogySection("family", (("boy", "girl", "king", "queen"),))]
    >>> print(evaluate_analogies(words, vectors, sections).total)
    total: 100.00 % of 1 answered, 100.00 % of 1 asked, coverage 100.00 %
    """
    chosen = check_method(method)
    sections = read_analogies(analogies) if isinstance(analogies, (str, os.PathLike)) else analogies
    for section in sections:
        instance("analogies", section, AnalogySection, "read_analogies reads them")
    space = WordSpace.build(words, vectors, restrict=restrict, case_insensitive=case_insensitive)
    scores = tuple(_score(section, space, chosen) for section in sections)
    return AnalogyResult(method=chosen, candidates=len(space), sections=scores)


def _score(section: AnalogySection, space: WordSpace, method: Method) -> AnalogyScore:
    known = [rows for rows in map(space.rows, section.questions) if rows is not None]
    correct = right(space, np.array(known, dtype=np.int64).reshape(-1, 4), method).sum()
    return AnalogyScore(section.name, int(correct), len(known), len(section.questions))


def _sum(name: str, scores: Iterable[AnalogyScore]) -> AnalogyScore:
    counts = [(score.correct, score.answered, score.asked) for score in scores]
    return AnalogyScore(name, *(sum(column) for column in zip((0, 0, 0), *counts, strict=True)))


def _percent(ratio: float | None) -> str:
    return "undefined" if ratio is None else f"{100 * ratio:.2f} %"
