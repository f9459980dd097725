"""Hubness: whether a few words are neighbours of very many others (Radovanovic, Nanopoulos & Ivanovic 2010)."""

import numpy as np
from numpy.typing import ArrayLike

from w2v.annotations import checked
from w2v.arrays import Float64, Rows
from w2v.errors import ConfigError, GeometryError
from w2v.geometry.directions import unit_rows
from w2v.vectors.cosines import SearchSpace
from w2v.vectors.search import Search, nearest, queries_at_once


@checked
def hubness(x: ArrayLike, k: int = 10, *, y: ArrayLike | None = None) -> float:
    """Return the skewness of the number of times each row is among the k nearest neighbours of another row.

    It is 0 if these counts are distributed symmetrically, and large if a few rows, the hubs, are close to all others.

    Parameters
    ----------
    x : array_like of float, shape (n, d)
        At least 2 rows.
    k : int
        Number of neighbours by cosine, at least 1; n - 1 if that is less.
    y : array_like of float, shape (n, d), optional
        Output vectors: if given, the neighbours of row i of x are rows of y other than i.

    Raises
    ------
    GeometryError
        If there are fewer than 2 rows, or one is zero or not finite.
    ConfigError
        If k is below 1.

    Examples
    --------
    >>> x = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]  # the last row is the nearest neighbour of all others
    >>> round(hubness(x, k=1), 2)
    0.82
    """
    if k < 1:
        raise ConfigError(f"k must be at least 1: got {k!r}")
    units = unit_rows(np.asarray(x))
    if len(units) < 2:
        raise GeometryError(f"x must have at least 2 rows: got {len(units)}")
    return skewness(occurrences(units, units if y is None else unit_rows(np.asarray(y)), k))


def occurrences(x: Float64, y: Float64, k: int) -> Rows:
    """Count how often each row of y is among the k nearest of a row of x, except its own: int64, shape (n,)."""
    space = SearchSpace.of(y.astype(np.float32))
    k = min(k, len(y) - 1)
    counts = np.zeros(len(y), np.int64)
    step = queries_at_once(k)
    for start in range(0, len(x), step):
        own = np.arange(start, min(start + step, len(x)))
        search = Search(k, 0, len(y), own - start, own)
        for rows, _ in nearest(space, x[start : start + step], search):
            counts[rows] += 1
    return counts


def skewness(values: Rows | Float64) -> float:
    """Return the third standardised moment; 0 if all values are equal."""
    deviations = values - values.mean()
    variance = float((deviations**2).mean())
    return float((deviations**3).mean() / variance**1.5) if variance > 0 else 0.0
