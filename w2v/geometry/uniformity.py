"""Uniformity: how evenly the vectors are spread over the sphere (Wang & Isola 2020, section 4.1.2).

    L_uniform(f; t) = log E_{x, y iid} exp(-t |x - y|^2)        of unit vectors; the Gaussian kernel

estimated, as by the authors, by the mean over all pairs i < j of rows. It is 0 if all vectors are equal, and
log(e^{-2t} 0F1(; d/2; t^2)), about -2t + 2t^2/d, for the uniform distribution on the sphere of R^d. Lower is more uniform.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from w2v.annotations import checked
from w2v.arguments import positive, shown
from w2v.arrays import Float64
from w2v.errors import ConfigError, GeometryError
from w2v.geometry.directions import COLUMNS_AT_ONCE, ROWS_AT_ONCE, cosine_blocks, in_double, unit_rows

LARGEST = 1e300
"""Steepness; cosines can be multiplied by several times it."""


@checked
def uniformity(x: ArrayLike, t: float = 2.0, *, weights: ArrayLike | None = None, y: ArrayLike | None = None) -> float:
    """Return the logarithm of the mean Gaussian kernel over pairs of different rows, in nats; from -4t to 0.

    Parameters
    ----------
    x : array_like of float, shape (n, d)
        At least 2 rows, not zero.
    t : float
        Steepness of the kernel, above 0.
    weights : array_like of float, shape (n,), optional
        Pair (i, j) has weight ``weights[i] * weights[j]``.
    y : array_like of float, shape (n, d), optional
        Output vectors: if given, the kernel is computed between x[i] and y[j] for all i != j.

    Raises
    ------
    GeometryError
        If there are fewer than 2 rows, or one is zero or not finite.
    ConfigError
        If t is not above 0, or the shape of weights or y is wrong, or a weight is negative.

    Examples
    --------
    >>> uniformity([[1, 0], [3, 0]]), uniformity([[1, 0], [-1, 0]])  # equal, and opposite, directions
    (0.0, -8.0)
    """
    positive("t", t, LARGEST)
    first = unit_rows(np.asarray(x))
    second = None if y is None else unit_rows(np.asarray(y))
    w = np.ones(len(first)) if weights is None else np.asarray(weights, np.float64)
    if w.shape != (len(first),) or not (w >= 0).all():
        raise ConfigError(f"weights must be {len(first)} non-negative numbers, one per row of x: got {shown(weights)}")
    if second is not None and second.shape != first.shape:
        raise ConfigError(f"y must have the shape of x, {first.shape}: got {second.shape}")
    return float(log_mean_kernel(first, second, t, w[:, np.newaxis])[0])


def log_mean_kernel(x: Float64, y: Float64 | None, t: float, weights: Float64) -> Float64:
    """Compute the uniformity under several weightings at once.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n, d)
        Unit rows of input and output vectors; ``y=None`` compares input vectors with each other.
    t : float
    weights : ndarray of float64, shape (n, B)
        One weighting per column.

    Returns
    -------
    ndarray of float64, shape (B,)

    Raises
    ------
    GeometryError
        If a weighting has fewer than 2 positive weights.
    """
    if len(x) < 2 or ((weights > 0).sum(axis=0) < 2).any():
        raise GeometryError(f"x must have at least 2 rows of positive weight: got {int((weights > 0).sum())}")
    wide = np.empty(ROWS_AT_ONCE * COLUMNS_AT_ONCE)
    total = np.full(weights.shape[1], -np.inf)
    for rows, columns, block in cosine_blocks(x, x if y is None else y, 4 * t, upper=y is None):
        if y is not None:
            _mask_own(rows, columns, block)
        top = float(block.max())
        if top == -np.inf:
            continue
        block -= top
        block *= 2 * t  # |x - y|^2 = 2 - 2 cos
        kernel = in_double(np.exp(block, out=block), wide)
        with np.errstate(divide="ignore"):  # log 0, if a weighting is zero on a whole block
            part = np.log(np.einsum("rb,rb->b", weights[rows], kernel @ weights[columns]))
        total = np.logaddexp(total, part + 2 * t * (top - 1))
    pairs = weights.sum(axis=0) ** 2 - (weights**2).sum(axis=0)
    value = total - np.log(pairs / 2 if y is None else pairs)
    return np.asarray(np.clip(value, -4 * t, 0.0))  # rounding may exceed the bounds


def _mask_own(rows: slice, columns: slice, block: Any) -> None:
    """Exclude the pairs of a row with itself from a block."""
    own = np.arange(max(rows.start, columns.start), min(rows.stop, columns.stop))
    block[own - rows.start, own - columns.start] = -np.inf
