"""Measurements: values with their interval, sample, seed and definition; and all measurements of a space."""

import math
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from w2v import html
from w2v.arguments import amount, integer, one_of, sequence, wrong_type
from w2v.config import option, validate
from w2v.errors import ConfigError
from w2v.geometry.exclusions import exclusions

Weighting = Literal["type", "token", "pairs", "noise"]
MOST_NEGATIVES = 65_536
"""Largest M, so that a pool of negatives and its cosines with a batch of anchors fit in memory."""


@dataclass(frozen=True)
class Settings:
    """Parameters of the metrics, and sizes of the samples.

    Attributes
    ----------
    ms : tuple of int
        Numbers of negatives at which NT-Xent is measured.
    weighting : {"type", "token", "pairs", "noise"}, optional
        The distribution of words, p_data: uniform, in proportion to their counts, that of the words in the positive pairs,
        or the noise distribution of training. By default ``pairs`` for pairs from a text, otherwise ``type``.

    Raises
    ------
    ConfigError
        If a value is out of range.
    """

    alpha: float = option(2.0, "alignment: exponent of the distance", 1e-3, 100.0, "--align-power")
    t: float = option(2.0, "uniformity: steepness of the Gaussian kernel", 1e-3, 100.0, "--uniform-t")
    temperature: float = option(0.1, "NT-Xent: temperature of the cosines", 0.005, 1e3)
    ms: tuple[int, ...] = field(default=(1, 4, 16, 64, 256, 1024, 4096, 16384))
    weighting: Weighting | None = None
    ns_exponent: float = option(0.75, "exponent of the noise distribution, for weighting by noise", -10.0, 10.0)
    neighbours: int = option(10, "hubness: neighbours per word", 1, 1000, "--neighbors")
    exact_rows: int = option(30_000, "largest number of rows for which all pairs are computed", 2, 10**6)
    sample: int = option(
        10_000,
        "rows to sample if there are more; also positive pairs to sample for NT-Xent",
        100,
        10**6,
        "--sample-rows",
    )
    bootstrap: int = option(200, "bootstrap resamples per interval", 20, 100_000)
    seed: int = option(1, "random seed", 0, 2**63 - 1)

    def __post_init__(self) -> None:
        validate(self)
        if self.weighting is not None:
            one_of("weighting", self.weighting, get_args(Weighting))
        if isinstance(self.ms, str):
            raise wrong_type("ms", "a list of integers", self.ms)
        given = sequence("ms", self.ms, "a list of integers")
        ms = tuple(integer("ms", m, 1, MOST_NEGATIVES) for m in given)
        if not ms:
            raise ConfigError(f"ms must be one or more integers from 1 to {MOST_NEGATIVES}: got none")
        object.__setattr__(self, "ms", tuple(sorted(set(ms))))

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self) | {"ms": list(self.ms)}


@dataclass(frozen=True)
class Measurement:
    """One value with everything needed to interpret it.

    Attributes
    ----------
    name : str
    value : float
    low, high : float or None
        Bootstrap percentile interval (95 %); None if the value is exact (computed over all pairs).
    n : int
        Number of rows or positive pairs averaged over.
    of : str
        What ``n`` counts.
    seed : int
    definition : str
        One sentence, with the source.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    n: int
    of: str
    seed: int
    definition: str

    @property
    def exact(self) -> bool:
        """Whether the value was computed without sampling."""
        return self.low is None

    @property
    def interval(self) -> str:
        """The interval as text, or ``exact``."""
        return "exact" if self.low is None else f"[{self.low:.4f}, {self.high:.4f}]"

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.name} {self.value:.4f} {self.interval}, {self.n:,} {self.of}: {self.definition}"


@dataclass(frozen=True)
class Geometry:
    """All measurements of one space on one distribution of positive pairs.

    Attributes
    ----------
    name, towers : str
        Name of the space, and which vectors are compared: ``input-input`` or ``input-output``.
    rows, dim : int
        Number of rows measured, and dimension of the vectors.
    law : str
        Where the positive pairs come from.
    excluded : dict of str to int
        Number of rows or pairs left out, by reason.
    alignment, uniformity : Measurement
    nt_xent : tuple of Measurement
        One per element of ``settings.ms``.
    limit_alignment, limit_uniformity : Measurement
        The two terms whose sum is the limit of NT-Xent minus log M.
    limit_uniformity_others : Measurement
        ``limit_uniformity`` without the word itself among the negatives.
    information : Measurement
        The maximum over temperatures of minus the limit; never more than the mutual information of the pairs.
    information_temperature : float or None
        The temperature of that maximum; None if the information is 0.
    mean_cosine, effective_rank, isotropy, partition_isotropy, wasserstein, hubness : Measurement
    norm_frequency : Measurement or None
        None if the counts of the words are unknown or all equal.
    labels : tuple of Measurement
        Tolerance and accuracies on the classes of a file of labels; empty if there is none.
    settings : Settings
        With the weighting that was used.
    """

    name: str
    towers: str
    rows: int
    dim: int
    law: str
    excluded: dict[str, int]
    alignment: Measurement
    uniformity: Measurement
    nt_xent: tuple[Measurement, ...]
    limit_alignment: Measurement
    limit_uniformity: Measurement
    limit_uniformity_others: Measurement
    information: Measurement
    information_temperature: float | None
    mean_cosine: Measurement
    effective_rank: Measurement
    isotropy: Measurement
    partition_isotropy: Measurement
    wasserstein: Measurement
    hubness: Measurement
    norm_frequency: Measurement | None
    labels: tuple[Measurement, ...]
    settings: Settings

    @property
    def limit(self) -> float:
        """The limit of NT-Xent minus log M: the sum of its two terms."""
        return self.limit_alignment.value + self.limit_uniformity.value

    @property
    def limit_others(self) -> float:
        """The limit without the word itself among the negatives."""
        return self.limit_alignment.value + self.limit_uniformity_others.value

    @property
    def arrived(self) -> float:
        """NT-Xent minus log M at the largest M measured, for comparison with the limit."""
        return self.nt_xent[-1].value - math.log(self.settings.ms[-1])

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """All measurements, in the order in which they are printed."""
        last = () if self.norm_frequency is None else (self.norm_frequency,)
        return (
            self.alignment,
            self.uniformity,
            *self.nt_xent,
            self.limit_alignment,
            self.limit_uniformity,
            self.limit_uniformity_others,
            self.information,
            self.mean_cosine,
            self.effective_rank,
            self.isotropy,
            self.partition_isotropy,
            self.wasserstein,
            self.hubness,
            *last,
            *self.labels,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        values: dict[str, Any] = {
            name: getattr(self, name) for name in ("name", "towers", "rows", "dim", "law", "excluded")
        }
        for name, value in vars(self).items():
            if isinstance(value, Measurement):
                values[name] = value.to_dict()
        values["nt_xent"] = [{"m": m, **x.to_dict()} for m, x in zip(self.settings.ms, self.nt_xent, strict=True)]
        values["norm_frequency"] = None if self.norm_frequency is None else self.norm_frequency.to_dict()
        return values | {
            "information_temperature": self.information_temperature,
            "labels": [measurement.to_dict() for measurement in self.labels],
            "limit": self.limit,
            "limit_others": self.limit_others,
            "settings": self.settings.to_dict(),
        }

    def _repr_html_(self) -> str:
        """Return the measurements as a table, for notebooks."""
        rows = [(x.name, x.value, x.interval, f"{x.n:,} {x.of}") for x in self.measurements]
        title = f"{self.name}: {amount(self.rows, 'row')} x {self.dim}, {self.towers}; positive pairs: {self.law}"
        return html.table(title, ["metric", "value", "95 % interval", "of"], rows)

    def __str__(self) -> str:
        left_out = "".join(f"; {reason}" for reason in exclusions(self.excluded))
        heading = f"{self.name}: {self.rows:,} rows x {self.dim}, {self.towers}{left_out}"
        return "\n".join([heading, f"positive pairs: {self.law}", *(f"  {x}" for x in self.measurements)])
