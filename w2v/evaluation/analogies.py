"""Word analogies in the format of Google's questions-words.txt (Mikolov et al. 2013, arXiv:1301.3781, section 4.1).

Two figures are usual and they differ by a lot, so both are always given, beside the coverage that explains them:

``restricted``
    ``restrict=RESTRICT`` (30,000) and ``accuracy``: only the most frequent words are known and are candidates, and questions
    with an unknown word are dropped, as word2vec's ``compute-accuracy`` does.
``full``
    ``restrict=None`` and ``accuracy_of_all``: every word is a candidate, every question counts, and one with an
    unknown word is wrong.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.atomic_files import PathLike
from w2v.errors import CorpusError
from w2v.evaluation.solver import Method, check_method, right
from w2v.evaluation.space import WordSpace
from w2v.evaluation.test_sets import read_lines

Question = tuple[str, str, str, str]

RESTRICT = 30_000
"""How many of the most frequent words are known, and are candidates, in restricted scoring."""

_NAMES = {"3cosadd": "3CosAdd", "3cosmul": "3CosMul"}


@dataclass(frozen=True)
class AnalogySection:
    """Questions ``a b c d`` (a is to b as c is to d) under one heading."""

    name: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class AnalogyScore:
    """How many questions were asked, could be answered, and were answered correctly."""

    name: str
    correct: int
    answered: int
    asked: int

    @property
    def accuracy(self) -> float | None:
        """Correct among answered questions, 0 to 1; None if none could be answered."""
        return self.correct / self.answered if self.answered else None

    @property
    def accuracy_of_all(self) -> float | None:
        """Correct among all questions, 0 to 1, a question with an unknown word being wrong; None if none was asked."""
        return self.correct / self.asked if self.asked else None

    @property
    def coverage(self) -> float | None:
        """Answered among all questions, 0 to 1; None if none was asked."""
        return self.answered / self.asked if self.asked else None

    def to_dict(self) -> dict[str, Any]:
        """Return counts and ratios as JSON values."""
        return {
            "name": self.name,
            "correct": self.correct,
            "answered": self.answered,
            "asked": self.asked,
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
    """Scores of every section of one set of questions.

    Attributes
    ----------
    method : {"3cosadd", "3cosmul"}
        How candidates were scored.
    candidates : int
        Number of words (first rows) that were known and were candidates.
    sections : tuple of AnalogyScore
        In the order of the file.
    """

    method: Method
    candidates: int
    sections: tuple[AnalogyScore, ...]

    @property
    def total(self) -> AnalogyScore:
        """All sections together."""
        return _sum("total", self.sections)

    @property
    def semantic(self) -> AnalogyScore:
        """The sections about meaning: all but the syntactic ones."""
        return _sum("semantic", (score for score in self.sections if not score.name.startswith("gram")))

    @property
    def syntactic(self) -> AnalogyScore:
        """The sections about grammar: in Google's set those whose name begins with ``gram``."""
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

    def __str__(self) -> str:
        heading = f"Analogies, {_NAMES[self.method]}, {self.candidates:,} candidate words"
        return "\n".join([heading, *(f"  {score}" for score in (*self.sections, self.total))])


def read_analogies(path: PathLike) -> list[AnalogySection]:
    """Read questions: ``: name`` opens a section, every other line is four words.

    Raises
    ------
    CorpusError
        If the file cannot be read, is empty or binary, has a question before the first section, a line without four
        words, a section without a name, or no question at all; gives the line number.
    """
    sections: list[tuple[str, list[Question]]] = []
    for number, line in read_lines(path):
        if line.startswith(":"):
            name = line[1:].strip()
            if not name:
                raise CorpusError(f"{path}, line {number}: a section without a name; ': name' is needed")
            sections.append((name, []))
            continue
        if not sections:
            raise CorpusError(f"{path}, line {number}: a question before the first ': section' line")
        words = line.split()
        if len(words) != 4:
            raise CorpusError(f"{path}, line {number}: {len(words)} words; a question has four words")
        sections[-1][1].append((words[0], words[1], words[2], words[3]))
    if not any(questions for _, questions in sections):
        raise CorpusError(f"{path}: sections without a question; at least one line of four words is needed")
    return [AnalogySection(name, tuple(questions)) for name, questions in sections]


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
        One row per word, of any length: cosines are compared.
    analogies : path-like or sequence of AnalogySection
        A file in Google's format, or what ``read_analogies`` returned.
    restrict : int, optional
        Only the first so many words are known and are candidates; None takes all.
    method : {"3cosadd", "3cosmul"}
        The vector offset of Mikolov et al. (2013), or the product of Levy & Goldberg (2014, CoNLL, eq. 4).
    case_insensitive : bool
        Look a word up as it is written and then, if it is unknown, in lower case. False: only as written.

    Raises
    ------
    ConfigError
        If words and vectors do not fit each other, or a parameter is out of range.
    CorpusError
        If the file has a fault; see ``read_analogies``.
    """
    chosen = check_method(method)
    sections = read_analogies(analogies) if isinstance(analogies, (str, os.PathLike)) else analogies
    space = WordSpace.build(words, vectors, restrict=restrict, case_insensitive=case_insensitive)
    scores = tuple(_score(section, space, chosen) for section in sections)
    return AnalogyResult(method=chosen, candidates=len(space), sections=scores)


def _score(section: AnalogySection, space: WordSpace, method: Method) -> AnalogyScore:
    known = [rows for rows in map(space.rows, section.questions) if rows is not None]
    correct = right(space, np.array(known, dtype=np.int64).reshape(-1, 4), method).sum()
    return AnalogyScore(section.name, int(correct), len(known), len(section.questions))


def _sum(name: str, scores: Iterable[AnalogyScore]) -> AnalogyScore:
    counts = [(score.correct, score.answered, score.asked) for score in scores]
    correct, answered, asked = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0, 0)
    return AnalogyScore(name, correct, answered, asked)


def _percent(ratio: float | None) -> str:
    return "undefined" if ratio is None else f"{100 * ratio:.2f} %"
