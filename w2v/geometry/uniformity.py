"""Uniformity: whether the vectors are spread over the whole sphere (Wang & Isola 2020, section 4.1.2).

    L_uniform(f; t) = log E_{x, y iid} exp(-t |x - y|^2)        of unit vectors; the Gaussian kernel

estimated as the authors do, by the mean over the pairs i < j of different rows. It is 0 where all vectors are one and the
same, and log(e^{-2t} 0F1(; d/2; t^2)), about -2t + 2t^2/d, for the uniform distribution on the sphere of R^d. Lower is
more uniform.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from w2v.arrays import Float64
from w2v.errors import ConfigError, GeometryError
from w2v.geometry.directions import COLUMNS_AT_ONCE, ROWS_AT_ONCE, cosine_blocks, in_double, unit_rows


def uniformity(x: ArrayLike, t: float = 2.0, *, weights: ArrayLike | None = None, y: ArrayLike | None = None) -> float:
    """Return the log of the mean Gaussian kernel over pairs of different rows, in nats; from -4t to 0.

    Parameters
    ----------
    x : array_like of float, shape (n, d)
        At least 2 rows, of any length but 0.
    t : float
        Steepness of the kernel, above 0.
    weights : array_like of float, shape (n,), optional
        Pair (i, j) weighs ``weights[i] * weights[j]``.
    y : array_like of float, shape (n, d), optional
        A second tower: the kernel is then taken between x[i] and y[j], over all i != j.

    Raises
    ------
    GeometryError
        If there are fewer than 2 rows, or one is zero or not finite.
    ConfigError
        If t is not above 0, or weights do not fit.
    """
    if not t > 0 or not np.isfinite(t):
        raise ConfigError(f"t must be above 0: got {t!r}")
    first = unit_rows(np.asarray(x))
    second = None if y is None else unit_rows(np.asarray(y))
    w = np.ones(len(first)) if weights is None else np.asarray(weights, np.float64)
    if w.shape != (len(first),) or not (w >= 0).all() or (second is not None and second.shape != first.shape):
        raise ConfigError("x, weights and y: as many rows each, and weights >= 0, are needed")
    return float(log_mean_kernel(first, second, t, w[:, np.newaxis])[0])


def log_mean_kernel(x: Float64, y: Float64 | None, t: float, weights: Float64) -> Float64:
    """Return uniformity under several weightings at once.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n, d)
        Unit rows; ``y=None`` for one tower.
    t : float
    weights : ndarray of float64, shape (n, B)
        One weighting a column.

    Returns
    -------
    ndarray of float64, shape (B,)

    Raises
    ------
    GeometryError
        If a weighting leaves fewer than 2 rows.
    """
    if len(x) < 2 or ((weights > 0).sum(axis=0) < 2).any():
        raise GeometryError(f"uniformity needs at least 2 rows (of positive weight): got {int((weights > 0).sum())}")
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
        with np.errstate(divide="ignore"):  # the log of nothing, where a weighting is zero on a whole block
            part = np.log(np.einsum("rb,rb->b", weights[rows], kernel @ weights[columns]))
        total = np.logaddexp(total, part + 2 * t * (top - 1))
    pairs = weights.sum(axis=0) ** 2 - (weights**2).sum(axis=0)
    value = total - np.log(pairs / 2 if y is None else pairs)
    return np.asarray(np.clip(value, -4 * t, 0.0))  # rounding may lead past the bounds


def _mask_own(rows: slice, columns: slice, block: Any) -> None:
    """Take the pairs of a row with itself out of a block."""
    own = np.arange(max(rows.start, columns.start), min(rows.stop, columns.stop))
    block[own - rows.start, own - columns.start] = -np.inf
