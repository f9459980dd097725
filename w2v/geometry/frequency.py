"""Correlation between the lengths of the vectors and the frequencies of the words."""

import numpy as np
from numpy.typing import ArrayLike

from w2v.annotations import checked
from w2v.errors import ConfigError
from w2v.evaluation.statistics import ranks


@checked
def norm_frequency(norms: ArrayLike, counts: ArrayLike) -> float | None:
    """Return Spearman's rank correlation of lengths and counts, -1 to 1; None if either is constant.

    Parameters
    ----------
    norms, counts : array_like, shape (V,)
        Equal values get their mean rank.

    Examples
    --------
    >>> round(norm_frequency([1.5, 2.0, 3.0], [10, 40, 90]), 2)
    1.0
    """
    x, y = np.asarray(norms, np.float64), np.asarray(counts, np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise ConfigError(f"norms and counts must be 1-D and of the same length: got shapes {x.shape} and {y.shape}")
    if not len(x) or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float(np.clip(np.corrcoef(ranks(x), ranks(y))[0, 1], -1.0, 1.0))
