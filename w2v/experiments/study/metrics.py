"""The metrics of a study, about forty per model, all on the same positive pairs and the same rows."""

import math
from dataclasses import dataclass, replace

from w2v.errors import GeometryError
from w2v.geometry import PositivePairs, Settings, Space, measure

INPUT, BOTH = "input-input", "input-output"
SETTINGS = Settings(ms=(256,), exact_rows=2000, sample=2000, bootstrap=20)
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
    values: dict[str, float] = {}
    for towers, side in ((INPUT, replace(space, partners=None)), (BOTH, space)):
        by_type = measure(side, pairs, settings)
        by_token = measure(side, pairs, replace(settings, weighting="token"))
        found = {one.name: one.value for one in by_type.measurements}
        found |= {
            SUM: by_type.alignment.value + by_type.uniformity.value,
            TOKEN: by_token.uniformity.value,
            "nt_xent": by_type.nt_xent[-1].value,
            "limit": by_type.limit,
        }
        values |= {m.key: found[m.name] for m in METRICS if m.towers == towers and m.name in found}
    for name, value in values.items():
        if not math.isfinite(value):
            raise GeometryError(f"{name} must be finite: got {value}")
    return values
