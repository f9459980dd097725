"""The linear probe: how well a linear classifier predicts the category of a word from its vector.

This is the usual evaluation of contrastive learning on images (Wang & Isola 2020, section 4; Chen et al. 2020), applied to
words. The categories come from the columns of an analogies file: in ``paris france rome italy`` the first and third words
are capitals, the second and fourth are countries. Only this file needs scikit-learn.
"""

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.config import option, validate
from w2v.errors import ConfigError
from w2v.evaluation import AnalogySection
from w2v.evaluation.space import WordSpace
from w2v.extras import library

# Categories of the two columns of each section, for Google's questions-words.txt and for the generated world.
_COLUMNS: dict[str, tuple[str | None, str | None]] = {
    "capital-common-countries": ("capital", "country"),
    "capital-world": ("capital", "country"),
    "currency": ("country", "currency"),
    "city-in-state": ("city", "state"),
    "family": ("male relative", "female relative"),
    "adjective-to-adverb": ("adjective", "adverb"),
    "opposite": ("adjective", "opposite adjective"),
    "comparative": ("adjective", "comparative"),
    "superlative": ("adjective", "superlative"),
    "present-participle": ("verb", "present participle"),
    "nationality-adjective": ("country", "nationality"),
    "past-tense": (None, "past tense"),  # the first column is participles in one file, verbs in the other
    "plural": ("noun", "plural noun"),
    "plural-verbs": ("verb", "third person"),
}
UNITED = 0.5
"""Two columns that share at least this fraction of the shorter one are one category."""


@dataclass(frozen=True)
class ProbeSettings:
    """Settings of the probe."""

    folds: int = option(5, "number of cross-validation folds", 2, 100)
    smallest: int = option(10, "smallest number of words with a vector that a category needs", 2, 10_000)
    seed: int = option(1, "seed of the division into folds", 0, 2**32 - 1)

    def __post_init__(self) -> None:
        validate(self)
        if self.smallest < self.folds:
            raise ConfigError(f"smallest must be at least folds, {self.folds}: got {self.smallest}")


@dataclass(frozen=True)
class ProbeResult:
    """Result of the probe.

    Attributes
    ----------
    accuracy : float
        Fraction of words whose category is predicted correctly by a classifier that was not trained on them.
    majority : float
        Fraction of words in the largest category: the accuracy of always guessing it.
    words, categories : int
    """

    accuracy: float
    majority: float
    words: int
    categories: int


def categories(sections: Sequence[AnalogySection]) -> dict[str, tuple[str, ...]]:
    """Derive the words of each category from the columns of analogy sections.

    Columns of the same name are merged, and so are columns that share at least half of the words of the shorter one. A
    word that is still in several categories after that is left out.
    """
    columns = sorted(
        (column for section in sections for column in _columns(section)),
        key=lambda column: (
            not column.known,
            -len(column.words),
        ),  # the largest column with a known name names the group
    )
    groups: list[_Column] = []
    for column in columns:
        alike = [group for group in groups if group.name == column.name or _overlap(group, column) >= UNITED]
        name = alike[0].name if alike else column.name
        united = _Column(name, column.known, column.words.union(*(group.words for group in alike)))
        groups = [group for group in groups if group not in alike] + [united]
    times = Counter(word for group in groups for word in group.words)
    return {
        group.name: tuple(sorted(word for word in group.words if times[word] == 1))
        for group in sorted(groups, key=lambda group: group.name)
    }


@dataclass(frozen=True)
class _Column:
    """The words on one side of a section's pairs."""

    name: str
    known: bool
    words: frozenset[str]


def _columns(section: AnalogySection) -> list[_Column]:
    prefix, _, rest = section.name.partition("-")
    known = _COLUMNS.get(rest if prefix.startswith("gram") else section.name, (None, None))
    return [
        _Column(
            name or f"{section.name}, {side}",
            name is not None,
            frozenset(word for question in section.questions for word in question[place::2]),
        )
        for place, (name, side) in enumerate(zip(known, ("left", "right"), strict=True))
    ]


def _overlap(first: _Column, second: _Column) -> float:
    return len(first.words & second.words) / max(1, min(len(first.words), len(second.words)))


def probe(
    words: Sequence[str],
    vectors: NDArray[Any],
    groups: dict[str, tuple[str, ...]],
    settings: ProbeSettings | None = None,
) -> ProbeResult | None:
    """Cross-validate a logistic regression on the categories; return None if fewer than two of them have enough words.

    Only directions matter: vectors are scaled to unit length, and each component is standardised over the training words
    of the fold. A word is looked up as written and then in lower case.

    Raises
    ------
    ConfigError
        If words and vectors differ in number.
    MissingExtraError
        If scikit-learn is not installed.
    """
    settings = settings or ProbeSettings()
    check_probe()
    space = WordSpace.build(words, vectors, restrict=None, case_insensitive=True)
    rows, labels = _known(space, groups, settings.smallest)
    sizes = np.bincount(labels)
    if len(sizes) < 2:
        return None
    accuracy = _cross_validated(space.unit(rows), labels, settings)
    return ProbeResult(accuracy, float(sizes.max() / len(rows)), len(rows), len(sizes))


def _known(
    space: WordSpace, groups: dict[str, tuple[str, ...]], smallest: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rows: list[int] = []
    labels: list[int] = []
    found = [sorted({row for word in words if (row := space.row(word)) is not None}) for words in groups.values()]
    for label, members in enumerate(members for members in found if len(members) >= smallest):
        rows += members
        labels += [label] * len(members)
    return np.array(rows, np.int64), np.array(labels, np.int64)


def _cross_validated(x: NDArray[np.float64], labels: NDArray[np.int64], settings: ProbeSettings) -> float:
    linear, selection, pipeline, preparing = (
        _module(name) for name in ("linear_model", "model_selection", "pipeline", "preprocessing")
    )
    classifier = pipeline.make_pipeline(preparing.StandardScaler(), linear.LogisticRegression(max_iter=1000, tol=1e-3))
    folds = selection.StratifiedKFold(settings.folds, shuffle=True, random_state=settings.seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that has not fully converged classifies as well
        predicted = selection.cross_val_predict(classifier, x, labels, cv=folds)
    return float(np.mean(predicted == labels))


def check_probe() -> None:
    """Raise MissingExtraError if scikit-learn is not installed, before the first model is trained."""
    _module("linear_model")


def _module(name: str) -> Any:
    return library(f"sklearn.{name}", "study", "run the linear probe", "scikit-learn")
