"""How well encoders agree with human scores on several test sets: by set, on average, and against where training began."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from w2v.arrays import Float32, Float64
from w2v.evaluation.statistics import interval, resampled_spearman
from w2v.json_values import Real, check
from w2v.sentences.evaluation import JudgedBags

Number = float | None


@dataclass(frozen=True)
class Mark:
    """A rank correlation, and the ends of its 95 % interval; None where it is undefined."""

    value: Number
    low: Number = None
    high: Number = None

    @classmethod
    def of(cls, value: Number, replicates: Float64) -> "Mark":
        """Make one of a correlation and its bootstrap replicates."""
        if value is None or np.isnan(replicates).all():
            return cls(value)
        return cls(value, *interval(replicates))


MARK = {"value": (Real(), None), "low": (Real(), None), "high": (Real(), None)}


@dataclass(frozen=True)
class Marks:
    """The marks of one encoder.

    Attributes
    ----------
    sets : dict of str to Mark
        Spearman's rho on each test set.
    average : Mark
        The mean over the sets.
    gain : Mark
        By how much the average is above that of the start; both on the same resamples of the pairs.
    alignment, uniformity : float or None
        On the probe.
    """

    sets: dict[str, Mark]
    average: Mark
    gain: Mark
    alignment: Number
    uniformity: Number

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Any) -> "Marks":
        """Restore marks from the result of `to_dict`; raise ValueError if they are none."""
        check(data, {"sets": {str: MARK}, "average": MARK, "gain": MARK}, "marks")
        check(data, {"alignment": (Real(), None), "uniformity": (Real(), None)}, "marks")
        sets = {name: Mark(**mark) for name, mark in data["sets"].items()}
        return cls(sets, Mark(**data["average"]), Mark(**data["gain"]), data["alignment"], data["uniformity"])


@dataclass(frozen=True)
class Examiner:
    """The test sets and the probe, as bags of words.

    Attributes
    ----------
    sets : dict of str to JudgedBags
    probe : JudgedBags
        Where alignment and uniformity are measured.
    """

    sets: dict[str, JudgedBags]
    probe: JudgedBags

    def replicates(self, vectors: Float32, weights: Float32) -> tuple[list[Number], list[Float64]]:
        """Return the correlation on each set, and its bootstrap replicates."""
        values, replicates = [], []
        for judged in self.sets.values():
            cosines = judged.cosines(vectors, weights)
            values.append(judged.spearman(cosines))
            replicates.append(resampled_spearman(judged.human, cosines[np.newaxis])[:, 0])
        return values, replicates

    def mark(self, vectors: Float32, weights: Float32, start: "Reference | None" = None) -> "Marked":
        """Mark vectors of words under weights; without a start, they are the start."""
        values, replicates = self.replicates(vectors, weights)
        reference = Reference(_mean(values), np.mean(replicates, axis=0))
        start = start or reference
        gain = None if reference.value is None or start.value is None else reference.value - start.value
        marks = [Mark.of(value, drawn) for value, drawn in zip(values, replicates, strict=True)]
        sets = dict(zip(self.sets, marks, strict=True))
        average = Mark.of(reference.value, reference.replicates)
        place = self.probe.place(vectors * weights[:, np.newaxis])
        return Marked(
            Marks(sets, average, Mark.of(gain, reference.replicates - start.replicates), *place),
            reference,
        )


@dataclass(frozen=True, eq=False)
class Reference:
    """The average of an encoder, and its bootstrap replicates."""

    value: Number
    replicates: Float64


@dataclass(frozen=True, eq=False)
class Marked:
    """Marks, and what later ones are compared with."""

    marks: Marks
    reference: Reference


def _mean(values: Sequence[Number]) -> Number:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if len(known) == len(values) else None
