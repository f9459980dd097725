"""How far a score on word pairs depends on which pairs were asked: the bootstrap over pairs (Efron 1979)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v.evaluation.similarity import scipy_stats

ENOUGH = 20
"""Questions or word pairs below which a score is noise: with 20 pairs the standard error of rho is about 0.2."""
RESAMPLES = 1000
"""Enough for the ends of a 95 % interval: each has 25 resamples beyond it."""
PAIRS_AT_ONCE = 1 << 20
"""Resampled pairs held at once: a few megabytes an array."""


def resampled_spearman(
    human: ArrayLike, cosines: ArrayLike, *, resamples: int = RESAMPLES, seed: int = 0
) -> NDArray[np.float64]:
    """Draw as many pairs as there are, with replacement, again and again; return the rank correlations of each draw.

    All rows of ``cosines`` are judged on the same draws, so differences between rows can be taken draw by draw.

    Parameters
    ----------
    human : array_like, shape (pairs,)
        Human scores.
    cosines : array_like, shape (runs, pairs)
        Cosines of the same pairs in several sets of vectors.
    resamples, seed : int

    Returns
    -------
    ndarray of float64, shape (resamples, runs)
        Spearman's rho; NaN for a draw whose human scores, or cosines, are all equal.

    Raises
    ------
    MissingExtraError
        If scipy is not installed.
    """
    rank = scipy_stats().rankdata
    judged, scores = np.asarray(human, np.float64), np.asarray(cosines, np.float64)
    draws = np.random.default_rng(seed)
    found = np.empty((resamples, len(scores)))
    step = max(1, PAIRS_AT_ONCE // max(1, len(judged)))
    for first in range(0, resamples, step):
        drawn = draws.integers(0, len(judged), (min(step, resamples - first), len(judged)))
        ranks = _standardised(rank(judged[drawn], axis=1))
        for run, row in enumerate(scores):
            found[first : first + len(drawn), run] = (ranks * _standardised(rank(row[drawn], axis=1))).sum(axis=1)
    return found


def interval(values: ArrayLike, level: float = 0.95) -> tuple[float, float] | None:
    """Return the middle ``level`` of the values, NaN left out (the percentile interval); None if there are no values."""
    known = np.asarray(values, np.float64)
    known = known[~np.isnan(known)]
    if not known.size:
        return None
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _standardised(ranks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows with mean 0 and length 1; rows of equal values become NaN."""
    centred = ranks - ranks.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(np.divide(centred, lengths, out=np.full_like(centred, np.nan), where=lengths > 0))
