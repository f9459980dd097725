"""NT-Xent, the loss that contrastive learning trains, and its limit (Wang & Isola 2020, theorem 1).

    L(tau, M) = E -log [ e^{x.y/tau} / (e^{x.y/tau} + sum_{i=1..M} e^{x.n_i/tau}) ]        (x, y) ~ p_pos, n_i iid ~ p_data
    L(tau, M) - log M  ->  -E x.y / tau  +  E_x log E_n e^{x.n/tau}        as M grows, with an error of O(M^-1/2)

of unit vectors. The first term is least where pairs are aligned, the second where all vectors are uniform. x runs over the
anchors of the positive pairs in both; where these are distributed as p_data, as the theorem supposes, that is p_data. With
two towers, x is an input vector, y and n are output vectors.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v.arrays import Float64, Rows
from w2v.errors import ConfigError, GeometryError
from w2v.geometry.directions import COLUMNS_AT_ONCE, ROWS_AT_ONCE, cosine_blocks, in_double, precision, unit_rows

ANCHORS_AT_ONCE = 256
LEAST_POOLS = 32
"""Pools of negatives drawn in all, at least: what anchors share then hardly shows."""
NEGATIVES_AT_ONCE = 1024
"""So many negatives are divided into groups of M, each group a sample of the loss, where M is less."""


def nt_xent(x: ArrayLike, y: ArrayLike, negatives: ArrayLike, temperature: float = 0.1) -> float:
    """Return the mean NT-Xent loss of positive pairs against given negatives, in nats.

    Parameters
    ----------
    x, y : array_like of float, shape (P, d)
        Anchors and their positives.
    negatives : array_like of float, shape (M, d) or (P, M, d)
        Shared by all anchors, or each anchor's own.
    temperature : float
        Above 0.

    Raises
    ------
    GeometryError
        If there is no pair or no negative, or a row is zero or not finite.
    ConfigError
        If the temperature is not above 0, or the shapes do not fit.
    """
    anchors, positives, others = unit_rows(np.asarray(x)), unit_rows(np.asarray(y)), np.asarray(negatives)
    _check(anchors, temperature)
    own = others.ndim == 3
    if (
        anchors.shape != positives.shape
        or others.shape[-1] != anchors.shape[1]
        or (own and len(others) != len(anchors))
    ):
        raise ConfigError(f"x {anchors.shape}, y {positives.shape}, negatives {others.shape}: these do not fit")
    if not others.shape[-2]:
        raise GeometryError("NT-Xent needs at least one negative: got none")
    units = unit_rows(others.reshape(-1, anchors.shape[1])).reshape(others.shape)
    scores = np.einsum("pd,pmd->pm", anchors, units) if own else anchors @ units.T
    positive = np.einsum("pd,pd->p", anchors, positives) / temperature
    return float((np.logaddexp(positive, _log_sum_exp(scores / temperature)) - positive).mean())


def log_partition(x: ArrayLike, y: ArrayLike, temperature: float = 0.1) -> float:
    """Return the limit's second term: the mean over x of log mean over y of e^{x.y/temperature}, in nats.

    Parameters
    ----------
    x : array_like of float, shape (n, d)
        Anchors.
    y : array_like of float, shape (m, d)
        The distribution of negatives, each row with the same weight.
    temperature : float
        Above 0.
    """
    anchors, others = unit_rows(np.asarray(x)), unit_rows(np.asarray(y))
    _check(anchors, temperature)
    if not len(others):
        raise GeometryError("the limit needs at least one negative: got none")
    return float(log_partitions(anchors, others, temperature, np.full((len(others), 1), 1 / len(others))).mean())


def _check(anchors: Float64, temperature: float) -> None:
    if not temperature > 0 or not np.isfinite(temperature):
        raise ConfigError(f"temperature must be above 0: got {temperature!r}")
    if not len(anchors):
        raise GeometryError("NT-Xent needs at least one positive pair: got none")


def log_partitions(x: Float64, y: Float64, temperature: float, weights: Float64, own: Rows | None = None) -> Float64:
    """Return, for each anchor and each weighting, the log of the weighted mean of e^{x.y_j/temperature} over j.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n, d) and (m, d)
        Unit rows.
    temperature : float
    weights : ndarray of float64, shape (m, B)
        One weighting a column.
    own : ndarray of int64, shape (n,), optional
        Row of y that an anchor is not compared with; -1 for none.

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
    """Return an unbiased sample of the loss of each pair for each number of negatives: float64, shape (P, len(ms)).

    A few anchors at a time share a fresh pool of negatives. For a small M the pool is cut into groups of M, each of which
    is a sample; a pair's loss is their mean.

    Parameters
    ----------
    x, y : ndarray of float64, shape (P, d)
        Unit rows.
    draw : callable
        Returns so many independent negatives, as unit rows.
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
        # The positive's share of the largest term: what the sums are added to.
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
