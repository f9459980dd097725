"""Alignment: whether the vectors of positive pairs are close (Wang & Isola 2020, section 4.1.1).

    L_align(f; alpha) = E_{(x, y) ~ p_pos} |x - y|^alpha        of unit vectors

It is 0 if the vectors of each pair coincide, 2 (for alpha = 2) if they are orthogonal, and 2^alpha if they are opposite.
"""

import numpy as np
from numpy.typing import ArrayLike

from w2v.annotations import checked
from w2v.arguments import positive
from w2v.arrays import Float64, Rows
from w2v.errors import ConfigError, GeometryError
from w2v.geometry.directions import unit_rows
from w2v.geometry.row_views import Matrix

PAIRS_AT_ONCE = 4096


@checked
def alignment(x: ArrayLike, y: ArrayLike, alpha: float = 2.0) -> float:
    """Return the mean of distance**alpha between the directions of paired rows; from 0 to 2**alpha.

    Parameters
    ----------
    x, y : array_like of float, shape (P, d)
        Row i of x and row i of y are a positive pair.
    alpha : float
        Exponent of the distance, above 0.

    Raises
    ------
    GeometryError
        If there is no pair, or a row is zero or not finite.
    ConfigError
        If alpha is not above 0, or the shapes differ.

    Examples
    --------
    >>> alignment([[1, 0], [0, 2]], [[5, 0], [0, -1]])  # a pair of equal and a pair of opposite directions
    2.0
    """
    positive("alpha", alpha)
    first, second = np.asarray(x), np.asarray(y)
    if first.shape != second.shape:
        raise ConfigError(f"x and y must have the same shape: got {first.shape} and {second.shape}")
    if not len(first):
        raise GeometryError("x and y must contain at least one positive pair: got none")
    rows = np.arange(len(first))
    return float((pair_distances(first, second, rows, rows) ** alpha).mean())


def pair_distances(vectors: Matrix, targets: Matrix, anchors: Rows, positives: Rows) -> Float64:
    """Return the distance, 0 to 2, between the directions of each pair: float64, shape (P,).

    It is computed from the difference, not the cosine, so that it is exactly 0 for equal rows.
    """
    distances = np.empty(len(anchors))
    for start in range(0, len(anchors), PAIRS_AT_ONCE):
        part = slice(start, start + PAIRS_AT_ONCE)
        difference = unit_rows(vectors, anchors[part]) - unit_rows(targets, positives[part])
        distances[part] = np.sqrt(np.einsum("pd,pd->p", difference, difference))
    return np.minimum(distances, 2.0)
