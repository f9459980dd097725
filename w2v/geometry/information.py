"""Information: how many nats of the mutual information of the pairs the cosines capture.

    -limit(tau) = E x.y / tau - E_x log E_n e^{x.n / tau}  <=  I(X; Y)        n ~ the distribution of the positives y

is the bound of van den Oord et al. (2018) for infinitely many negatives, for every tau.
It is concave in beta = 1 / tau, so its maximum over tau is found by Newton's method:

    d/dbeta = E x.y - E_x E_{n | x} x.n,    d2/dbeta2 = -E_x Var_{n | x} x.n,    n | x in proportion to P(n) e^{beta x.n}

It measures how well the cosines predict which words occur together, not how similar words are.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from w2v.annotations import checked
from w2v.arguments import shown
from w2v.arrays import Float64, Rows
from w2v.errors import ConfigError, GeometryError
from w2v.geometry.directions import COLUMNS_AT_ONCE, ROWS_AT_ONCE, cosine_blocks, in_double, unit_rows

LOWEST_TEMPERATURE = 0.005
START = 5.0
"""The inverse temperature at which the search starts."""
PRECISION = 1e-5
"""Of the inverse temperature, relative: the information is off by about the square of it."""
ROUNDS = 60


class Information(NamedTuple):
    """The captured information in nats, and the temperature at which it is; None if there is none."""

    nats: float
    temperature: float | None


class Moments(NamedTuple):
    """For each x: log Z, and the mean and mean square of x.n under the distribution P(n) e^{beta x.n} / Z."""

    log_partition: Float64
    mean: Float64
    square: Float64


@checked
def information(
    x: ArrayLike, y: ArrayLike, negatives: ArrayLike | None = None, *, weights: ArrayLike | None = None
) -> Information:
    """Return how much mutual information of the pairs the cosines capture, maximised over the temperature.

    Parameters
    ----------
    x, y : array_like of float, shape (P, d)
        Row i of x and row i of y are a positive pair.
    negatives : array_like of float, shape (M, d), optional
        Vectors of the words that y is drawn from; by default the rows of y.
    weights : array_like of float, shape (M,), optional
        Their probabilities, up to a factor; by default all equal.

    Raises
    ------
    GeometryError
        If there is no pair or no negative, or a row is zero or not finite.
    ConfigError
        If the shapes are inconsistent, or the weights are not finite, non-negative and not all 0.

    Examples
    --------
    >>> found = information([[1, 0], [0, 1]], [[1, 0], [0, 1]])  # two pairs: log 2, and nothing at all
    >>> round(found.nats, 4), information([[1, 0], [0, 1]], [[1, 0], [1, 0]])
    (0.6931, Information(nats=0.0, temperature=None))
    """
    anchors, positives = unit_rows(np.asarray(x)), unit_rows(np.asarray(y))
    others = positives if negatives is None else unit_rows(np.asarray(negatives))
    if anchors.shape != positives.shape or others.shape[1] != anchors.shape[1]:
        raise ConfigError(
            f"x and y must have shape (P, d), and negatives (M, d): "
            f"got {anchors.shape}, {positives.shape} and {others.shape}"
        )
    if not len(anchors) or not len(others):
        raise GeometryError(f"there must be pairs and negatives: got {len(anchors)} and {len(others)}")
    w = np.ones(len(others)) if weights is None else np.asarray(weights, np.float64)
    if w.shape != (len(others),) or not (w >= 0).all() or not 0 < w.sum() < np.inf:
        raise ConfigError(
            f"weights must be {len(others)} non-negative numbers, not all 0, one per negative: got {shown(weights)}"
        )
    own = np.full(len(anchors), -1)
    mean = float(np.einsum("pd,pd->", anchors, positives) / len(anchors))

    def at(beta: float) -> tuple[float, float, float]:
        found = moments(anchors, others, beta, w / w.sum(), own)
        variance = (found.square - found.mean**2).mean()
        return float(found.log_partition.mean()), mean - float(found.mean.mean()), float(variance)

    beta = best_inverse_temperature(lambda beta: at(beta)[1:])
    return Information(beta * mean - at(beta)[0], 1 / beta) if beta else Information(0.0, None)


def best_inverse_temperature(slope_and_variance: Callable[[float], tuple[float, float]]) -> float:
    """Return the beta from 0 to 1 / `LOWEST_TEMPERATURE` at which the slope is zero; it decreases by the variance."""
    if slope_and_variance(0.0)[0] <= 1e-12:
        return 0.0
    low, high, beta = 0.0, 1 / LOWEST_TEMPERATURE, START
    for _ in range(ROUNDS):
        slope, variance = slope_and_variance(beta)
        low, high = (beta, high) if slope > 0 else (low, beta)
        # A step of Newton's, at most by a factor of 2; bisection if it leaves the interval that contains the maximum.
        step = beta + slope / variance if variance > 0 else np.inf
        step = min(max(step, beta / 2), 2 * beta)
        step = step if low < step < high else (low + high) / 2
        if abs(step - beta) <= PRECISION * beta:
            return step
        beta = step
    return beta


def moments(x: Float64, y: Float64, beta: float, weights: Float64, own: Rows) -> Moments:
    """Return the moments of the cosines with the rows of y other than ``own`` (-1 for none), whose weights sum to one.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n, d) and (m, d)
        Unit rows.
    beta : float
    weights : ndarray of float64, shape (m,)
        Of all rows of y; where one is left out, the others are scaled to sum to one.
    own : ndarray of int64, shape (n,)
    """
    sums = np.zeros((3, len(x)))
    wide = np.empty(ROWS_AT_ONCE * COLUMNS_AT_ONCE)
    for rows, columns, block in cosine_blocks(x, y, 2 * beta):
        cosines = in_double(block, wide)
        # Relative to e^beta, the largest possible value: it neither overflows nor, for beta up to 200, vanishes.
        kernel = np.exp(beta * (cosines - 1))
        here = np.flatnonzero((own[rows] >= columns.start) & (own[rows] < columns.stop))
        kernel[here, own[rows][here] - columns.start] = 0.0
        for power in range(3):
            sums[power, rows] += kernel @ weights[columns]
            kernel *= cosines
    total = np.ones(len(x))
    total[own >= 0] -= weights[own[own >= 0]]
    return Moments(np.log(sums[0] / total) + beta, sums[1] / sums[0], sums[2] / sums[0])


def with_own(others: Moments, beta: float, cosines: Float64, p: Float64) -> Moments:
    """Add to each x its own word: its cosine with x, shape (n,), and its probability p, shape (n,)."""
    with np.errstate(divide="ignore"):  # log 0, of a word that is never a negative
        own, rest = np.log(p) + beta * cosines, np.log1p(-p) + others.log_partition
    log_partition = np.logaddexp(own, rest)
    share = np.exp(own - log_partition)
    mean = share * cosines + (1 - share) * others.mean
    return Moments(log_partition, mean, share * cosines**2 + (1 - share) * others.square)
