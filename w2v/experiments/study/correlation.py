"""Rank correlations of metrics with scores over models, plain or partial, with bootstrap intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float64
from w2v.evaluation.statistics import RESAMPLES, interval, ranks

LEAST = 6
"""Least number of models for a meaningful correlation."""


@dataclass(frozen=True)
class Correlation:
    """Spearman's rank correlation of one metric with one score.

    Attributes
    ----------
    metric, score : str
    n : int
        Number of models.
    rho : float or None
        -1 to 1; None if undefined (too few models, or the metric or the score is constant).
    low, high : float or None
        Bootstrap percentile interval (95 %).
    """

    metric: str
    score: str
    n: int
    rho: float | None
    low: float | None
    high: float | None

    @property
    def sign(self) -> int:
        """The sign, -1 or 1, if the interval does not contain 0; otherwise 0."""
        if self.low is None or self.high is None or self.low <= 0 <= self.high:
            return 0
        return 1 if self.low > 0 else -1


@dataclass(frozen=True, eq=False)
class Sample:
    """The data to correlate, with one row per model.

    Attributes
    ----------
    x, y : ndarray of float64, shape (n, p) and (n, q)
        Metrics and scores.
    controls : ndarray of float64, shape (n, c)
        Variables held fixed, which are replaced by their ranks; for indicators of a class (0 or 1) this changes nothing.
    clusters : sequence of int, length n
        Cluster of each model: models that differ only in the seed are in the same cluster, and resampled together.
    """

    x: Float64
    y: Float64
    controls: Float64
    clusters: Sequence[int]


def correlate(sample: Sample, metrics: Sequence[str], scores: Sequence[str], seed: int = 1) -> list[Correlation]:
    """Compute the (partial) rank correlation of each metric with each score, metric by metric.

    The interval is a percentile bootstrap over settings: a model and its repetitions with other seeds are not independent,
    so they are resampled together. It shows how much the result depends on the choice of the grid.
    """
    n = len(sample.x)
    rho = partial_spearman(sample.x, sample.y, sample.controls)
    members = [np.flatnonzero(np.asarray(sample.clusters) == c) for c in dict.fromkeys(sample.clusters)]
    rng = np.random.default_rng([seed, 0x6D6F64656C])  # "model": a stream of its own
    draws = (
        np.concatenate([members[i] for i in rng.integers(len(members), size=len(members))]) for _ in range(RESAMPLES)
    )
    replicates = np.array([partial_spearman(sample.x[d], sample.y[d], sample.controls[d]) for d in draws])
    found = []
    for i, metric in enumerate(metrics):
        for j, score in enumerate(scores):
            value, defined = rho[i, j], replicates[np.isfinite(replicates[:, i, j]), i, j]
            if not np.isfinite(value) or len(defined) < RESAMPLES / 2:
                found.append(Correlation(metric, score, n, None, None, None))
            else:
                found.append(Correlation(metric, score, n, float(value), *interval(defined)))
    return found


def partial_spearman(x: Float64, y: Float64, controls: Float64) -> Float64:
    """Compute the partial rank correlation of each column of x with each column of y, given the controls.

    Columns are replaced by their ranks, these by their residuals after a linear regression on the ranks of the controls,
    and the residuals are correlated (Pearson). Without controls, this is Spearman's rank correlation.

    Returns
    -------
    ndarray of float64, shape (p, q)
        NaN if a column is constant, or determined by the controls, or there are too few rows.
    """
    n = len(x)
    if n < LEAST + controls.shape[1]:
        return np.full((x.shape[1], y.shape[1]), np.nan)
    known = np.column_stack([np.ones(n), ranks(controls)])
    left = [_residuals(ranks(matrix), known) for matrix in (x, y)]
    with np.errstate(invalid="ignore"):
        return np.clip(left[0].T @ left[1], -1, 1)


def _residuals(ranked: Float64, known: Float64) -> Float64:
    """Return the residuals of each column, scaled to length one; NaN if only rounding errors are left."""
    solution, *_ = np.linalg.lstsq(known, ranked, rcond=None)
    residuals = ranked - known @ solution
    lengths = np.linalg.norm(residuals, axis=0)
    lengths[lengths < 1e-8 * len(ranked) ** 1.5] = np.nan
    return np.asarray(residuals / lengths)
