"""The metrics of a study, about forty per model, all on the same positive pairs and the same rows."""

import math
from dataclasses import dataclass, replace

from w2v.errors import GeometryError
from w2v.geometry import PositivePairs, Settings, Space, measure
from w2v.geometry.directions import unit_rows
from w2v.geometry.sampling import Population, rows_with_direction
from w2v.geometry.uniformity import log_mean_kernel

INPUT, BOTH = "input-input", "input-output"
SETTINGS = Settings(ms=(256,), weighting="type", exact_rows=2000, sample=2000, bootstrap=20)
"""Smaller samples than for a single measurement, because only differences between models on the same sample matter."""
DRAWS = 50_000
"""Number of positive pairs."""

ALIGNMENT, UNIFORMITY, SUM, TOKEN = "alignment", "uniformity", "alignment + uniformity", "uniformity by token"
THEORY = (ALIGNMENT, UNIFORMITY, SUM)
"""Metrics of which the theory claims that lower is better."""


@dataclass(frozen=True)
class Metric:
    """One metric of a model.

    Attributes
    ----------
    name, towers : str
        The metric, and which vectors it compares: ``INPUT`` or ``BOTH``.
    lower_is_better : bool
        Whether the theory of contrastive learning claims that lower is better.
    """

    name: str
    towers: str
    lower_is_better: bool

    @property
    def key(self) -> str:
        """Key of the metric in a record."""
        return f"{self.towers}: {self.name}"


_OF_LOSS = ("nt_xent", "limit_alignment", "limit_uniformity", "limit")
_BESIDE = ("mean_cosine", "effective_rank", "isotropy", "hubness", "norm_frequency")
METRICS = tuple(
    Metric(name, towers, name not in _BESIDE)
    for towers, names in (
        (INPUT, (*THEORY, TOKEN, *_OF_LOSS, *_BESIDE)),
        (BOTH, (*THEORY, TOKEN, *_OF_LOSS, "mean_cosine", "hubness")),
    )
    for name in names
)


def metrics(space: Space, pairs: PositivePairs, settings: Settings = SETTINGS) -> dict[str, float]:
    """Measure the input vectors with each other and with the output vectors.

    Parameters
    ----------
    space : Space
        With counts and with output vectors as partners.
    pairs : PositivePairs

    Returns
    -------
    dict of str to float
        Values by the keys of ``METRICS``.

    Raises
    ------
    GeometryError
        If the model cannot be measured, or a value is not finite.
    """
    settings = replace(settings, weighting=settings.weighting or "type")
    values: dict[str, float] = {}
    for towers, side in ((INPUT, replace(space, partners=None)), (BOTH, space)):
        by_type = measure(side, pairs, settings)
        found = {one.name: one.value for one in by_type.measurements}
        found |= {
            SUM: by_type.alignment.value + by_type.uniformity.value,
            TOKEN: token_uniformity(side, settings),
            "nt_xent": by_type.nt_xent[-1].value,
            "limit": by_type.limit,
        }
        values |= {m.key: found[m.name] for m in METRICS if m.towers == towers and m.name in found}
    for name, value in values.items():
        if not math.isfinite(value):
            raise GeometryError(f"{name} must be finite: got {value}")
    return values


def token_uniformity(space: Space, settings: Settings) -> float:
    """Return the uniformity with words weighted by their counts, as `measure` computes it, and nothing else."""
    directed, _ = rows_with_direction(space)
    population = Population.of(space, directed, replace(settings, weighting="token"))
    y = None if space.partners is None else unit_rows(space.partners, population.rows)
    x = unit_rows(space.vectors, population.rows)
    return float(log_mean_kernel(x, y, settings.t, population.weights[:, :1])[0])
