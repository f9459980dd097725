"""Scores of a classifier on labelled items."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from w2v.arguments import amount, some
from w2v.arrays import Rows
from w2v.geometry.exclusions import exclusions
from w2v.supervision.scores import Accuracy


@dataclass(frozen=True)
class ClassScore:
    """How well one class is recognised.

    Attributes
    ----------
    name : str
    items : int
        Items of this class.
    precision : float or None
        Share of the items that were given this class that have it; None if none was.
    recall : float or None
        Share of the items of this class that were given it; None if there are none.
    """

    name: str
    items: int
    precision: float | None
    recall: float | None


@dataclass(frozen=True)
class Evaluation:
    """Result of `Classifier.evaluate`.

    Attributes
    ----------
    accuracy : Accuracy
        Share of known items that were given their label.
    balanced : float
        Mean of the recalls of the classes that occur, each of the same weight.
    majority : float
        Share of the largest class: the accuracy of always guessing it.
    classes : tuple of ClassScore
        Also those that the classifier does not know, of which nothing is recognised.
    source : str
        Where the labels come from, and how they were read.
    excluded : dict of str to int
        Number of items left out, by reason.
    unknown_classes : tuple of str
        Labels that are no classes of the classifier, so that their items count as wrong.
    """

    accuracy: Accuracy
    balanced: float
    majority: float
    classes: tuple[ClassScore, ...]
    source: str
    excluded: dict[str, int]
    unknown_classes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        predicted: Rows,
        classes: Rows,
        names: list[str],
        source: str,
        excluded: dict[str, int],
        unknown_classes: tuple[str, ...] = (),
    ) -> "Evaluation":
        """Compare predictions with classes."""
        sizes, given, right = (
            np.bincount(rows, minlength=len(names)) for rows in (classes, predicted, classes[predicted == classes])
        )
        scores = tuple(
            ClassScore(
                name,
                int(sizes[c]),
                right[c] / given[c] if given[c] else None,
                right[c] / sizes[c] if sizes[c] else None,
            )
            for c, name in enumerate(names)
        )
        occurring = sizes > 0
        return cls(
            Accuracy.of(predicted, classes),
            float((right[occurring] / sizes[occurring]).mean()),
            float(sizes.max() / len(classes)),
            scores,
            source,
            {reason: number for reason, number in excluded.items() if number},
            unknown_classes,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        width = max(len(score.name) for score in self.classes)
        lines = [f"{'class':{width}}  items  precision  recall"]
        for score in self.classes:
            precision, recall = ("-" if x is None else f"{100 * x:.1f}" for x in (score.precision, score.recall))
            lines.append(f"{score.name:{width}}  {score.items:5,}  {precision:>9}  {recall:>6}")
        left_out = [f"left out: {reason}" for reason in exclusions(self.excluded)]
        unknown = sum(score.items for score in self.classes if score.name in self.unknown_classes)
        if self.unknown_classes:
            left_out.append(
                f"counted as wrong: {unknown:,} whose label is no class of the classifier: {some(self.unknown_classes)}"
            )
        return "\n".join(
            [
                self.source,
                *left_out,
                *lines,
                f"accuracy {self.accuracy} of {amount(self.accuracy.items, 'item')} (%, 95 % interval); balanced over "
                f"classes {100 * self.balanced:.1f}; always the largest class {100 * self.majority:.1f}",
            ]
        )
