"""NT-Xent, the loss that contrastive learning trains, and its limit (Wang & Isola 2020, theorem 1).

    L(tau, M) = E -log [ e^{x.y/tau} / (e^{x.y/tau} + sum_{i=1..M} e^{x.n_i/tau}) ]        (x, y) ~ p_pos, n_i iid ~ p_data
    L(tau, M) - log M  ->  -E x.y / tau  +  E_x log E_n e^{x.n/tau}        as M grows, with an error of O(M^-1/2)

of unit vectors. The first term is least where pairs are aligned, the second where all vectors are uniform. x runs over the
anchors of the positive pairs in both; where their law and p_data have the same margin, as the theorem supposes, that is
p_data. With two towers, x is an input vector, y and n are output vectors.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v.errors import ConfigError, GeometryError
from w2v.geometry.directions import cosine_blocks, precision, unit_rows
from w2v.geometry.view import Float64

ANCHORS_AT_ONCE = 256
LEAST_POOLS = 32
"""Pools of negatives drawn in all, at least: what anchors share then hardly shows."""
NEGATIVES_AT_ONCE = 4096
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
        The law of negatives, each row alike.
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


def log_partitions(x: Float64, y: Float64, temperature: float, weights: Float64) -> Float64:
    """Return log sum_j weights[j, b] e^{x.y_j/temperature} for each anchor and each weighting.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n, d) and (m, d)
        Unit rows.
    temperature : float
    weights : ndarray of float64, shape (m, B)
        Each column sums to one.

    Returns
    -------
    ndarray of float64, shape (n, B)
    """
    top = np.full(len(x), -np.inf)
    sums = np.zeros((len(x), weights.shape[1]))
    for rows, columns, block in cosine_blocks(x, y):
        highest = np.maximum(top[rows], block.max(axis=1))
        sums[rows] *= np.exp((top[rows] - highest) / temperature)[:, np.newaxis]
        top[rows] = highest
        block -= highest[:, np.newaxis].astype(block.dtype)
        block *= 1 / temperature
        sums[rows] += np.exp(block, out=block).astype(np.float64, copy=False) @ weights[columns]
    with np.errstate(divide="ignore"):
        return np.log(sums) + top[:, np.newaxis] / temperature


@dataclass(frozen=True, eq=False)
class Negatives:
    """The law of negatives: unit rows, and the probability of each."""

    units: Float64
    probabilities: Float64

    def draw(self, n: int, rng: np.random.Generator) -> NDArray[Any]:
        """Return ``n`` independent rows."""
        return self.units[rng.choice(len(self.units), size=n, p=self.probabilities)]


def losses(
    x: Float64, y: Float64, negatives: Negatives, temperature: float, ms: tuple[int, ...], rng: np.random.Generator
) -> Float64:
    """Return an unbiased sample of the loss of each pair for each number of negatives: float64, shape (P, len(ms)).

    A few anchors at a time share a fresh pool of negatives. For a small M the pool is cut into groups of M, each of which
    is a sample; a pair's loss is their mean.

    Parameters
    ----------
    x, y : ndarray of float64, shape (P, d)
        Unit rows.
    """
    result = np.empty((len(x), len(ms)))
    size = max(NEGATIVES_AT_ONCE, *ms)
    kind = precision(len(x) * size)
    step = max(1, min(ANCHORS_AT_ONCE, len(x) // LEAST_POOLS))
    for start in range(0, len(x), step):
        rows = slice(start, min(start + step, len(x)))
        pool = negatives.draw(size, rng).astype(kind, copy=False)
        scores = (x[rows].astype(kind, copy=False) @ pool.T) / kind(temperature)
        positive = np.einsum("pd,pd->p", x[rows], y[rows])[:, np.newaxis] / temperature
        for column, m in enumerate(ms):
            groups = max(1, NEGATIVES_AT_ONCE // m)
            sums = _log_sum_exp(scores[:, : groups * m].reshape(len(scores), groups, m))
            result[rows, column] = (np.logaddexp(positive, sums) - positive).mean(axis=1)
    return result


def _log_sum_exp(scores: NDArray[Any]) -> Float64:
    """Return log sum exp over the last axis, without overflow."""
    top = scores.max(axis=-1, keepdims=True)
    return np.asarray(np.log(np.exp(scores - top).sum(axis=-1, dtype=np.float64)) + top[..., 0])
