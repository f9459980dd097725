"""Ranks, and the bootstrap (Efron 1979): how much a result depends on the pairs, rows or models it was computed from.

The only module that imports ``scipy.stats``.
"""

from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike

from w2v.arrays import Float64
from w2v.extras import library

ENOUGH = 20
"""Least number of questions or word pairs for a useful score: with 20 pairs the standard error of rho is about 0.2."""
RESAMPLES = 1000
"""Enough for the ends of a 95 % interval: 25 resamples lie beyond each."""
LEVEL = 95
"""Confidence level of intervals, in percent."""
PAIRS_AT_ONCE = 1 << 20
"""Resampled pairs held in memory at once: a few megabytes per array."""


def scipy_stats() -> ModuleType:
    """Return ``scipy.stats``.

    Raises
    ------
    MissingExtraError
        If scipy is not installed.
    """
    stats: ModuleType = library("scipy.stats", "eval", "compute rank correlations")
    return stats


def ranks(values: ArrayLike, axis: int = 0) -> Float64:
    """Rank the numbers along an axis, from 1; equal numbers get their mean rank."""
    table = np.moveaxis(np.asarray(values, np.float64), axis, -1)
    order = table.argsort(axis=-1)
    ordered = np.take_along_axis(table, order, axis=-1)
    edge = np.ones((*table.shape[:-1], 1), bool)
    differs = np.concatenate([edge, ordered[..., 1:] != ordered[..., :-1], edge], axis=-1)
    place = np.arange(table.shape[-1])
    first = np.maximum.accumulate(np.where(differs[..., :-1], place, 0), axis=-1)
    last = np.minimum.accumulate(np.where(differs[..., 1:], place, len(place))[..., ::-1], axis=-1)[..., ::-1]
    found = np.empty_like(table)
    np.put_along_axis(found, order, (first + last) / 2 + 1, axis=-1)
    return np.moveaxis(found, -1, axis)


def resampled_spearman(
    human: ArrayLike, cosines: ArrayLike, *, resamples: int = RESAMPLES, seed: int | list[int] = 0
) -> Float64:
    """Bootstrap rank correlations: resample the pairs with replacement, and correlate each resample.

    All rows of ``cosines`` use the same resamples, so rows can be compared resample by resample.

    Parameters
    ----------
    human : array_like, shape (pairs,)
        Human scores.
    cosines : array_like, shape (runs, pairs)
        Cosines of the same pairs under several sets of vectors.
    resamples : int
    seed : int or list of int
        As ``numpy.random.default_rng`` takes it.

    Returns
    -------
    ndarray of float64, shape (resamples, runs)
        Spearman's rho; NaN for a resample whose human scores, or cosines, are all equal.
    """
    judged, scores = np.asarray(human, np.float64), np.asarray(cosines, np.float64)
    draws = np.random.default_rng(seed)
    found = np.empty((resamples, len(scores)))
    step = max(1, PAIRS_AT_ONCE // max(1, len(judged)))
    for first in range(0, resamples, step):
        drawn = draws.integers(0, len(judged), (min(step, resamples - first), len(judged)))
        human_ranks = _standardised(ranks(judged[drawn], axis=1))
        for run, row in enumerate(scores):
            found[first : first + len(drawn), run] = (human_ranks * _standardised(ranks(row[drawn], axis=1))).sum(
                axis=1
            )
    return found


def interval(replicates: ArrayLike) -> tuple[float, float]:
    """Return the percentile interval of bootstrap replicates (Efron & Tibshirani 1993, chapter 13).

    NaN replicates, for which the estimate is undefined, are ignored; if all are NaN, so are both ends.
    """
    known = np.asarray(replicates, np.float64)
    known = known[~np.isnan(known)]
    tail = (100 - LEVEL) / 2
    # The (B + 1) p-th smallest of B replicates (Efron & Tibshirani 1993, section 12.5). NumPy takes the 1 + (B - 1) p-th:
    # intervals are then 4 % too narrow with 200 replicates.
    low, high = np.percentile(known, [tail, 100 - tail], method="weibull") if known.size else (np.nan, np.nan)
    return float(low), float(high)


def _standardised(ranked: Float64) -> Float64:
    """Return rows with mean 0 and length 1; rows of equal values become NaN."""
    centred = ranked - ranked.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(np.divide(centred, lengths, out=np.full_like(centred, np.nan), where=lengths > 0))
