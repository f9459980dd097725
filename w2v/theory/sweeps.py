"""Bound and truth over the number of negatives, of classes, and over the overlap: one training run per point."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from w2v.annotations import checked
from w2v.arguments import one_of
from w2v.machine import one_thread
from w2v.theory.bounds import finite
from w2v.theory.curves import Point, point
from w2v.theory.lab import LabConfig, train_on

NEGATIVES = (1, 2, 4, 8, 16, 32, 64)
CLASSES = (2, 5, 10, 20, 50)
NUMBERS = tuple(f.name for f in fields(LabConfig) if f.name != "objective")
OVERLAPS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True)
class Sweep:
    """Points over one field of the configuration; the others are as they were."""

    field: str
    points: tuple[Point, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {"field": self.field, "points": [finite(asdict(point)) for point in self.points]}


@checked
def sweep(config: LabConfig, field: str, values: Sequence[Any]) -> Sweep:
    """Train once per value of a field.

    Over ``negative``, losses and bound are those of as many negatives; otherwise those of one.

    Raises
    ------
    ConfigError
        If there is no such field of numbers, or a value is out of its range.

    Examples
    --------
    >>> found = sweep(LabConfig(words=40, classes=4, pairs=5_000, epochs=2), "overlap", (0.1, 0.5))
    >>> [point.at for point in found.points], all(point.loss < point.bound for point in found.points)
    ([0.1, 0.5], True)
    """
    one_of("field", field, NUMBERS)
    points = []
    with one_thread():
        for value in values:
            varied = replace(config, **{field: value})
            world = varied.world()
            vectors = train_on(world, world.pairs(varied.pairs, varied.seed), varied.training())
            points.append(point(world, vectors, value, value if field == "negative" else 1))
    return Sweep(field, tuple(points))


@checked
def sweeps(config: LabConfig) -> tuple[Sweep, ...]:
    """Train over numbers of negatives, numbers of classes (at most one per two words), and overlaps."""
    classes = [count for count in CLASSES if count <= config.words // 2] or [config.classes]
    return tuple(
        sweep(config, field, values)
        for field, values in (("negative", NEGATIVES), ("classes", classes), ("overlap", OVERLAPS))
    )
