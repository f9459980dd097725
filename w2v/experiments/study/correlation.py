"""Rank correlations over settings, plain and partial; their intervals, and p-values by permutation within groups."""

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Float64
from w2v.evaluation.statistics import RESAMPLES, interval, ranks, resampled_spearman

LEAST = 6
"""Least number of settings for a meaningful correlation, besides one per control."""
ENOUGH = 20
"""Least number of settings for an interval: a percentile bootstrap of fewer is far too narrow."""
PERMUTATIONS = 9_999
"""The smallest p-value is 1e-4: small enough for the correction for all tests of a study."""

Groups = NDArray[np.int64]


def partial_spearman(x: Float64, y: Float64, controls: Float64) -> float | None:
    """Compute the partial rank correlation of two variables, shape (n,), given controls, shape (n, c).

    All are replaced by their ranks, x and y by their residuals after a linear regression on those of the controls, and the
    residuals are correlated (Pearson). Without controls, this is Spearman's rank correlation. For indicators of a group (0
    or 1), ranks change nothing.

    Returns
    -------
    float or None
        None if x or y is constant or determined by the controls, or there are too few rows.
    """
    found = _residuals(x, y, controls)
    return None if found is None else float(np.clip(found[0] @ found[1], -1, 1))


def spearman_interval(x: Float64, y: Float64, seed: int = 1) -> tuple[float, float] | None:
    """Return the 95 % interval of Spearman's rank correlation: percentile bootstrap over rows; None if there are too few."""
    if len(x) < ENOUGH:
        return None
    stream = [seed, 0x6D6F64656C]  # "model": a stream of its own
    found = resampled_spearman(x, y[np.newaxis], seed=stream)[:, 0]
    return interval(found) if np.count_nonzero(~np.isnan(found)) >= RESAMPLES / 2 else None


def permutation_p(x: Float64, y: Float64, controls: Float64, groups: Groups, seed: int = 1) -> float | None:
    """Return the two-sided p-value of `partial_spearman` of x and y, given controls and groups, by permutation in groups.

    The residuals of y, after regression on controls and groups, are permuted among the rows of each group, and what the
    controls explain of them is taken away again (Freedman & Lane 1983). So what differs between groups is evidence of
    nothing. The p-value is (1 + number of permutations with a correlation at least as large) / (1 + permutations).

    Parameters
    ----------
    x, y : ndarray of float64, shape (n,)
    controls : ndarray of float64, shape (n, c)
    groups : ndarray of int, shape (n,)

    Returns
    -------
    float or None
        None where the correlation is undefined.
    """
    given = np.column_stack([controls, indicators(groups)])
    found = _residuals(x, y, given)
    if found is None:
        return None
    left, right = found
    basis, _ = np.linalg.qr(_known(given))
    rng = np.random.default_rng([seed, 0x7065726D])  # "perm"
    members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    shuffled = np.tile(right, (PERMUTATIONS, 1))
    for rows in members:
        shuffled[:, rows] = rng.permuted(shuffled[:, rows], axis=1)
    shuffled -= (shuffled @ basis) @ basis.T
    lengths = np.linalg.norm(shuffled, axis=1)
    correlations = np.divide(shuffled @ left, lengths, out=np.zeros_like(lengths), where=lengths > 1e-9)
    extreme = np.abs(correlations) >= abs(float(left @ right)) - 1e-12
    return float((1 + extreme.sum()) / (1 + PERMUTATIONS))


def holm(p: list[float | None]) -> list[float | None]:
    """Adjust p-values for their number, so that the probability of one false finding or more is at most the level.

    The k-th smallest of m is multiplied by m - k + 1, and is at least the adjusted one before it (Holm 1979). None stays
    None and does not count.

    Examples
    --------
    >>> holm([0.01, None, 0.04, 0.03])
    [0.03, None, 0.06, 0.06]
    """
    order = sorted((value, place) for place, value in enumerate(p) if value is not None)
    adjusted: list[float | None] = [None] * len(p)
    largest = 0.0
    for rank, (value, place) in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * value))
        adjusted[place] = largest
    return adjusted


def indicators(groups: Groups) -> Float64:
    """Return the indicators of all groups but the first, shape (n, groups - 1)."""
    return np.asarray(groups[:, np.newaxis] == np.unique(groups)[1:], np.float64)


def _known(controls: Float64) -> Float64:
    return np.column_stack([np.ones(len(controls)), ranks(controls) if controls.size else controls])


def _residuals(x: Float64, y: Float64, controls: Float64) -> tuple[Float64, Float64] | None:
    """Return the residuals of the ranks of x and of y, each scaled to length one; None if only rounding errors are left."""
    n = len(x)
    if n < LEAST + controls.shape[1]:
        return None
    known = _known(controls)
    found = []
    for values in (x, y):
        ranked = ranks(values)
        solution, *_ = np.linalg.lstsq(known, ranked, rcond=None)
        left = ranked - known @ solution
        length = float(np.linalg.norm(left))
        if length < 1e-8 * n**1.5:
            return None
        found.append(left / length)
    return found[0], found[1]
