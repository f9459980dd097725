"""The linear probe: how well a linear classifier tells the categories of words apart by their vectors.

It is the evaluation of contrastive learning on images (Wang & Isola 2020, section 4; Chen et al. 2020), with words in the
place of images. Categories come from the columns of an analogies file: what stands first in ``paris france rome italy``
are capitals, what stands second are countries. This file alone needs scikit-learn
(and threadpoolctl, which comes with it).
"""

import importlib
import warnings
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.config import option, validate
from w2v.errors import ConfigError, MissingExtraError
from w2v.evaluation import AnalogySection
from w2v.evaluation.space import WordSpace

# What the two columns of the sections of Google's questions-words.txt are, and of the generated world's.
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
    "past-tense": (None, "past tense"),  # of the participle there, of the verb here: overlaps tell
    "plural": ("noun", "plural noun"),
    "plural-verbs": ("verb", "third person"),
}
UNITED = 0.5
"""Two columns that share so much of the shorter one are one category."""


@dataclass(frozen=True)
class ProbeSettings:
    """How the probe is made."""

    folds: int = option(5, "parts of the words; each is predicted by a classifier of the others", 2, 100)
    smallest: int = option(10, "a category needs so many words with a vector", 2, 10_000)
    seed: int = option(1, "seed of the division into folds", 0, 2**32 - 1)

    def __post_init__(self) -> None:
        validate(self)
        if self.smallest < self.folds:
            raise ConfigError(f"smallest={self.smallest} must be at least folds={self.folds}")


@dataclass(frozen=True)
class ProbeResult:
    """What the probe found.

    Attributes
    ----------
    accuracy : float
        Share of the words whose category was predicted, each by a classifier that has not seen it; 0 to 1.
    majority : float
        Share of the largest category: what guessing reaches.
    words, categories : int
    """

    accuracy: float
    majority: float
    words: int
    categories: int


def categories(sections: Sequence[AnalogySection]) -> dict[str, tuple[str, ...]]:
    """Return the words of each category, from the columns of analogy sections, as they are written.

    Columns of one name, and columns that share half of the shorter one's words, are united. A word that is then still
    in several categories is left out.
    """
    columns = sorted(
        (column for section in sections for column in _columns(section)),
        key=lambda column: (not column.known, -len(column.words)),  # the largest of a known name gives the name
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
    """What stands on one side of a section's pairs."""

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
    """Return how well a logistic regression tells the categories apart; None if fewer than two have enough words.

    Directions alone count: vectors have unit length, and each of their numbers is standardised by the words that the
    classifier learns from. A word is looked up as it is written and then in lower case.

    Raises
    ------
    ConfigError
        If words and vectors do not fit each other.
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
        warnings.simplefilter("ignore")  # a fit that has not quite converged is as good a classifier
        predicted = selection.cross_val_predict(classifier, x, labels, cv=folds)
    return float(np.mean(predicted == labels))


def check_probe() -> None:
    """Raise MissingExtraError now, rather than after the first model, if scikit-learn is not installed."""
    _module("linear_model")


def one_thread() -> AbstractContextManager[Any]:
    """Return a context in which NumPy's and scikit-learn's libraries use one thread.

    The products of a study are small: threads wait for each other longer than they work, above all where other programs
    run too (measured: 35 s of processor time a model, against 6 s). And results do not depend on the number of processors.
    """
    limits: AbstractContextManager[Any] = importlib.import_module("threadpoolctl").threadpool_limits(1)
    return limits


def _module(name: str) -> Any:
    try:
        return importlib.import_module(f"sklearn.{name}")
    except ImportError as error:
        raise MissingExtraError('the linear probe needs scikit-learn: pip install "w2v[study]"') from error
