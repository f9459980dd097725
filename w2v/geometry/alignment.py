"""Alignment: whether the vectors of positive pairs are close (Wang & Isola 2020, section 4.1.1).

    L_align(f; alpha) = E_{(x, y) ~ p_pos} |x - y|^alpha        of unit vectors

It is 0 where every pair is one point, 2 (at alpha = 2) where pairs are orthogonal, 2^alpha where they are opposite.
"""

import numpy as np
from numpy.typing import ArrayLike

from w2v.arrays import Float64, Rows
from w2v.errors import ConfigError, GeometryError
from w2v.geometry.directions import unit_rows
from w2v.geometry.row_views import Matrix

PAIRS_AT_ONCE = 4096


def alignment(x: ArrayLike, y: ArrayLike, alpha: float = 2.0) -> float:
    """Return the mean distance, to the power alpha, between the directions of paired rows; from 0 to 2**alpha.

    Parameters
    ----------
    x, y : array_like of float, shape (P, d)
        Row i of one belongs to row i of the other.
    alpha : float
        Above 0.

    Raises
    ------
    GeometryError
        If there is no pair, or a row is zero or not finite.
    ConfigError
        If alpha is not above 0, or the shapes differ.
    """
    if not alpha > 0 or not np.isfinite(alpha):
        raise ConfigError(f"alpha must be above 0: got {alpha!r}")
    first, second = np.asarray(x), np.asarray(y)
    if first.shape != second.shape:
        raise ConfigError(f"x of shape {first.shape} and y of {second.shape}: the same shape is needed")
    if not len(first):
        raise GeometryError("alignment needs at least one positive pair: got none")
    rows = np.arange(len(first))
    return float((pair_distances(first, second, rows, rows) ** alpha).mean())


def pair_distances(vectors: Matrix, targets: Matrix, anchors: Rows, positives: Rows) -> Float64:
    """Return the distance, 0 to 2, between the directions of each pair: float64, shape (P,).

    From the difference, not the cosine: of two equal rows it is exactly 0.
    """
    distances = np.empty(len(anchors))
    for start in range(0, len(anchors), PAIRS_AT_ONCE):
        part = slice(start, start + PAIRS_AT_ONCE)
        difference = unit_rows(vectors, anchors[part]) - unit_rows(targets, positives[part])
        distances[part] = np.sqrt(np.einsum("pd,pd->p", difference, difference))
    return np.minimum(distances, 2.0)
