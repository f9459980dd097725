"""The metrics of a study: all on the same held-out positive pairs, and by one law, that of the words of these pairs."""

import math
from dataclasses import dataclass, replace

from w2v.errors import GeometryError
from w2v.geometry import PositivePairs, Settings, Space, collapsed, measure, uniform

INPUT, BOTH = "input-input", "input-output"
SETTINGS = Settings(ms=(16,), weighting="pairs", exact_rows=2000, sample=4000, bootstrap=20)
"""Smaller samples than for a single measurement, because only differences between models on the same sample matter."""
DRAWS = 50_000
"""Number of positive pairs."""

ALIGNMENT, UNIFORMITY, SUM, INFORMATION = "alignment", "uniformity", "alignment + uniformity", "information"
CLAIMED = (ALIGNMENT, UNIFORMITY, SUM)
"""Metrics of which the theory claims that lower is better."""
_BESIDE = (
    "mean_cosine",
    "effective_rank",
    "isotropy",
    "partition_isotropy",
    "wasserstein",
    "hubness",
    "norm_frequency",
)


@dataclass(frozen=True)
class Metric:
    """One metric of a model: its name, and which vectors it compares, ``INPUT`` or ``BOTH``."""

    name: str
    towers: str

    @property
    def key(self) -> str:
        """Key of the metric in a record."""
        return key(self.towers, self.name)


def key(towers: str, name: str) -> str:
    """Return the key of a metric in a record."""
    return f"{towers}: {name}"


METRICS = tuple(
    Metric(name, towers)
    for towers, names in ((INPUT, (*CLAIMED, INFORMATION, *_BESIDE)), (BOTH, (*CLAIMED, INFORMATION)))
    for name in names
)


def metrics(space: Space, pairs: PositivePairs, settings: Settings = SETTINGS) -> dict[str, float]:
    """Measure the input vectors with each other and, if the space has partners, with the output vectors.

    Returns
    -------
    dict of str to float
        Values by the keys of ``METRICS``.

    Raises
    ------
    GeometryError
        If the model cannot be measured, or a value is not finite.
    """
    sides = {INPUT: replace(space, partners=None)} | ({} if space.partners is None else {BOTH: space})
    values: dict[str, float] = {}
    for towers, side in sides.items():
        geometry = measure(side, pairs, settings)
        found = {one.name: one.value for one in geometry.measurements}
        found[SUM] = found[ALIGNMENT] + found[UNIFORMITY]
        values |= {m.key: found[m.name] for m in METRICS if m.towers == towers and m.name in found}
    for name, value in values.items():
        if not math.isfinite(value):
            raise GeometryError(f"{name} must be finite: got {value}")
    return values


def without_information(settings: Settings, dim: int) -> dict[str, dict[str, float]]:
    """Return the metrics of collapsed and of uniformly distributed vectors, in closed form, by the same keys."""
    found = {"collapsed": collapsed(settings), f"uniform, dim {dim}": uniform(settings, dim)}
    for values in found.values():
        values[SUM] = values[ALIGNMENT] + values[UNIFORMITY]
    return {
        label: {m.key: values[m.name] for m in METRICS if m.towers == INPUT and m.name in values}
        for label, values in found.items()
    }
