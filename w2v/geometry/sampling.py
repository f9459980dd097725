"""Choose the rows to measure, all of them or a random sample, and draw the bootstrap resamples behind intervals."""

from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float64, Rows
from w2v.errors import GeometryError
from w2v.geometry.measurement import Settings
from w2v.geometry.pairs import PositivePairs
from w2v.geometry.space import Space
from w2v.geometry.weighting import word_weights
from w2v.vectors.cosines import row_norms


@dataclass(frozen=True, eq=False)
class Population:
    """The distribution of words, p_data, and the rows that represent it.

    Attributes
    ----------
    everyone : ndarray of int64, shape (V',)
        All rows that have a direction and a positive probability.
    probabilities : ndarray of float64, shape (V',)
    rows : ndarray of int64, shape (n,)
        ``everyone``, or the distinct rows of a sample.
    weights : ndarray of float64, shape (n, 1) or (n, 1 + B)
        The weights of ``rows``, which sum to one; then, if they are a sample, the weights in each bootstrap resample.
    """

    everyone: Rows
    probabilities: Float64
    rows: Rows
    weights: Float64

    @property
    def sampled(self) -> bool:
        """Whether ``rows`` are a sample."""
        return bool(self.weights.shape[1] > 1)

    @classmethod
    def of(cls, space: Space, directed: Rows, settings: Settings, pairs: PositivePairs | None = None) -> "Population":
        """Choose the rows to measure among those that have a direction.

        Raises
        ------
        ConfigError
            If the weighting needs counts or pairs, and there are none.
        GeometryError
            If fewer than 2 rows are left.
        """
        p = word_weights(space, pairs, settings)[directed]
        directed, p = directed[p > 0], p[p > 0]
        check_rows(space, directed)
        p /= p.sum()
        if len(directed) <= max(settings.exact_rows, settings.sample):
            return cls(directed, p, directed, p[:, np.newaxis])
        rng = stream(settings, "rows")
        if settings.weighting in (None, "type"):
            drawn = np.sort(rng.choice(len(directed), size=settings.sample, replace=False))
            times = np.ones(len(drawn), np.int64)
        else:
            drawn, times = np.unique(rng.choice(len(directed), size=settings.sample, p=p), return_counts=True)
        weights = times / times.sum()
        resamples = rng.multinomial(times.sum(), weights, size=settings.bootstrap) / times.sum()
        resamples = resamples[(resamples > 0).sum(axis=1) >= 2]  # others contain no pair of different rows
        return cls(directed, p, directed[drawn], np.column_stack([weights, resamples.T]))


def check_rows(space: Space, rows: Rows) -> None:
    """Raise GeometryError if there are fewer than 2 rows to measure."""
    if len(rows) < 2:
        raise GeometryError(
            f"{space.name} must have at least 2 rows that are finite, not zero and of positive weight: "
            f"got {len(rows)} of {len(space)}"
        )


def rows_with_direction(space: Space) -> tuple[Rows, dict[str, int]]:
    """Return the rows that have a direction, and how many do not, by reason."""
    norms = row_norms(space.vectors)
    finite, zero = np.isfinite(norms), norms == 0
    if space.partners is not None:
        partners = row_norms(space.partners)
        finite &= np.isfinite(partners)
        zero |= partners == 0
    excluded = {"rows not finite": int((~finite).sum()), "zero rows": int((finite & zero).sum())}
    return np.flatnonzero(finite & ~zero), excluded


def stream(settings: Settings, purpose: str) -> np.random.Generator:
    """Return an independent random stream for one purpose."""
    return np.random.default_rng([settings.seed, int.from_bytes(purpose.encode())])


def resampled_means(values: Float64, settings: Settings) -> Float64:
    """Return the mean of each bootstrap resample of ``values``, shape (n, ...): float64, shape (B, ...).

    The same n and seed give the same resamples, so two models can be compared on the same pairs resample by resample.
    """
    rng = stream(settings, "pairs")
    n = len(values)
    return np.array([values[rng.integers(n, size=n)].mean(axis=0) for _ in range(settings.bootstrap)])
