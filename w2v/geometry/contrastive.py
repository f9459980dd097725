"""NT-Xent, the loss of contrastive learning, and its limit (Wang & Isola 2020, theorem 1).

    L(tau, M) = E -log [ e^{x.y/tau} / (e^{x.y/tau} + sum_{i=1..M} e^{x.n_i/tau}) ]        (x, y) ~ p_pos, n_i iid ~ p_data
    L(tau, M) - log M  ->  -E x.y / tau  +  E_x log E_n e^{x.n/tau}        as M grows, with an error of O(M^-1/2)

of unit vectors. The first term is minimal if pairs are aligned, the second if the vectors are uniformly distributed. In both
terms x runs over the anchors of the positive pairs; the theorem assumes that these are distributed as p_data. If input
vectors are compared with output vectors, x is an input vector, and y and n are output vectors.
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v.annotations import checked
from w2v.arguments import number, positive
from w2v.arrays import Float64, Rows
from w2v.errors import ConfigError, GeometryError
from w2v.geometry.directions import COLUMNS_AT_ONCE, ROWS_AT_ONCE, cosine_blocks, in_double, precision, unit_rows

SMALLEST = 1e-300
"""Temperature; cosines can be divided by it."""
ANCHORS_AT_ONCE = 256
LEAST_POOLS = 32
"""Least number of pools of negatives, so that the dependence between anchors that share a pool has little effect."""
NEGATIVES_AT_ONCE = 1024
"""For smaller M, this many negatives are divided into groups of M; each group gives one sample of the loss."""


@checked
def nt_xent(x: ArrayLike, y: ArrayLike, negatives: ArrayLike, temperature: float = 0.1) -> float:
    """Return the mean NT-Xent loss of positive pairs with the given negatives, in nats.

    Parameters
    ----------
    x, y : array_like of float, shape (P, d)
        Anchors and their positives.
    negatives : array_like of float, shape (M, d) or (P, M, d)
        Negatives shared by all anchors, or separate ones for each anchor.
    temperature : float
        Divisor of the cosines, above 0.

    Raises
    ------
    GeometryError
        If there is no pair or no negative, or a row is zero or not finite.
    ConfigError
        If the temperature is not above 0, or the shapes are inconsistent.

    Examples
    --------
    >>> round(nt_xent([[1, 0]], [[1, 0]], [[1, 0]]), 3)  # log 2: the negative scores as high as the positive
    0.693
    """
    anchors, positives, others = unit_rows(np.asarray(x)), unit_rows(np.asarray(y)), np.asarray(negatives)
    _check(anchors, temperature)
    own = others.ndim == 3
    if (
        others.ndim not in (2, 3)
        or anchors.shape != positives.shape
        or others.shape[-1] != anchors.shape[1]
        or (own and len(others) != len(anchors))
    ):
        raise ConfigError(
            f"x and y must have shape (P, d), and negatives (M, d) or (P, M, d): "
            f"got {anchors.shape}, {positives.shape} and {others.shape}"
        )
    if not others.shape[-2]:
        raise GeometryError("negatives must contain at least one row: got none")
    units = unit_rows(others.reshape(-1, anchors.shape[1])).reshape(others.shape)
    scores = np.einsum("pd,pmd->pm", anchors, units) if own else anchors @ units.T
    positive = np.einsum("pd,pd->p", anchors, positives) / temperature
    return float((np.logaddexp(positive, _log_sum_exp(scores / temperature)) - positive).mean())


@checked
def log_partition(x: ArrayLike, y: ArrayLike, temperature: float = 0.1) -> float:
    """Return the second term of the limit: the mean over x of log mean over y of e^{x.y/temperature}, in nats.

    Parameters
    ----------
    x : array_like of float, shape (n, d)
        Anchors.
    y : array_like of float, shape (m, d)
        Negatives, all with the same weight.
    temperature : float
        Divisor of the cosines, above 0.

    Examples
    --------
    >>> log_partition([[1, 0]], [[0, 1], [0, -1]])  # negatives that are orthogonal to the anchor
    0.0
    """
    anchors, others = unit_rows(np.asarray(x)), unit_rows(np.asarray(y))
    _check(anchors, temperature)
    if not len(others):
        raise GeometryError("y must contain at least one negative: got none")
    return float(log_partitions(anchors, others, temperature, np.full((len(others), 1), 1 / len(others))).mean())


def _check(anchors: Float64, temperature: float) -> None:
    positive("temperature", temperature)
    number("temperature", temperature, SMALLEST, sys.float_info.max)
    if not len(anchors):
        raise GeometryError("x must contain at least one anchor: got none")


def log_partitions(x: Float64, y: Float64, temperature: float, weights: Float64, own: Rows | None = None) -> Float64:
    """Return, for each anchor and each weighting, the log of the weighted mean of e^{x.y_j/temperature} over j.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n, d) and (m, d)
        Unit rows.
    temperature : float
    weights : ndarray of float64, shape (m, B)
        One weighting per column.
    own : ndarray of int64, shape (n,), optional
        For each anchor, the row of y to leave out; -1 for none.

    Returns
    -------
    ndarray of float64, shape (n, B)
    """
    own = np.full(len(x), -1) if own is None else own
    top = np.full(len(x), -np.inf)
    sums = np.zeros((len(x), weights.shape[1]))
    wide = np.empty(ROWS_AT_ONCE * COLUMNS_AT_ONCE)
    for rows, columns, block in cosine_blocks(x, y, 2 / temperature):
        here = np.flatnonzero((own[rows] >= columns.start) & (own[rows] < columns.stop))
        block[here, own[rows][here] - columns.start] = -np.inf
        # A running log-sum-exp: sums are relative to the largest cosine so far, and rescaled when a larger one is found.
        highest = np.maximum(np.maximum(top[rows], block.max(axis=1)), -1.0)
        sums[rows] *= np.exp((top[rows] - highest) / temperature)[:, np.newaxis]
        top[rows] = highest
        block -= highest[:, np.newaxis].astype(block.dtype)
        block *= 1 / temperature
        sums[rows] += in_double(np.exp(block, out=block), wide) @ weights[columns]
    total = np.broadcast_to(weights.sum(axis=0), sums.shape).copy()
    total[own >= 0] -= weights[own[own >= 0]]
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(sums / total) + top[:, np.newaxis] / temperature)


def losses(
    x: Float64,
    y: Float64,
    draw: Callable[[int], Float64],
    temperature: float,
    ms: tuple[int, ...],
) -> Float64:
    """Estimate the loss of each pair, without bias, for each number of negatives: float64, shape (P, len(ms)).

    Anchors are processed in small batches, and each batch shares a newly drawn pool of negatives. For small M the pool is
    divided into groups of M, and the loss of a pair is the mean over the groups.

    Parameters
    ----------
    x, y : ndarray of float64, shape (P, d)
        Unit rows.
    draw : callable
        Function of a number that draws this many independent negatives, as unit rows.
    temperature : float
    ms : tuple of int
    """
    result = np.empty((len(x), len(ms)))
    size = max(NEGATIVES_AT_ONCE, *ms)
    kind = precision(len(x) * size, 2 / temperature)
    step = max(1, min(ANCHORS_AT_ONCE, len(x) // LEAST_POOLS))
    scratch = np.empty(step * size, kind)
    for start in range(0, len(x), step):
        rows = slice(start, min(start + step, len(x)))
        pool = draw(size).astype(kind, copy=False)
        block = scratch[: (rows.stop - start) * size].reshape(-1, size)
        np.matmul(x[rows].astype(kind, copy=False), pool.T, out=block)
        top = block.max(axis=1, keepdims=True)
        block -= top
        block *= 1 / temperature
        np.exp(block, out=block)
        # The score of the positive, relative to the largest score of a negative, as are the sums below.
        positive = (np.einsum("pd,pd->p", x[rows], y[rows])[:, np.newaxis] - top) / temperature
        for column, m in enumerate(ms):
            groups = max(1, NEGATIVES_AT_ONCE // m)
            sums = block[:, : groups * m].reshape(len(block), groups, m).sum(axis=2, dtype=np.float64)
            with np.errstate(divide="ignore"):
                loss = np.logaddexp(positive, np.log(sums)) - positive
            result[rows, column] = loss.mean(axis=1)
    return result


def _log_sum_exp(scores: NDArray[Any]) -> Float64:
    """Return log sum exp over the last axis, without overflow."""
    top = scores.max(axis=-1, keepdims=True)
    return np.asarray(np.log(np.exp(scores - top).sum(axis=-1, dtype=np.float64)) + top[..., 0])
