"""The nearest words of each word of a page: from them come hubs, the map, and how much two models agree."""

import numpy as np

from w2v.arrays import Float64, Rows
from w2v.vectors.cosines import SearchSpace
from w2v.vectors.search import Search, nearest, queries_at_once

NEIGHBOURS = 15


def nearest_rows(units: Float64, k: int = NEIGHBOURS) -> Rows:
    """Return the k rows of largest cosine with each row, without itself: exact, best first, ties to the lower row.

    Parameters
    ----------
    units : ndarray of float64, shape (n, d)
        Unit vectors.

    Returns
    -------
    ndarray of int64, shape (n, min(k, n - 1))

    Examples
    --------
    >>> nearest_rows(np.array([[1, 0], [0, 1], [0.6, 0.8]]), 1).tolist()
    [[2], [2], [1]]
    """
    n = len(units)
    k = min(k, n - 1)
    if k < 1:
        return np.empty((n, 0), np.int64)
    space = SearchSpace.of(units.astype(np.float32))
    step, found = queries_at_once(k), []
    for start in range(0, n, step):
        own = np.arange(start, min(start + step, n))
        found += [rows for rows, _ in nearest(space, units[own], Search(k, 0, n, own - start, own))]
    return np.array(found)
