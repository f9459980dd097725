"""The losses of k negatives, exact although there are V ** k draws of them.

hinge       max(0, 1 + max_i s_i - s+)            the largest of k draws has the distribution function F(s) ** k
logistic    log2(1 + sum_i e^(s_i - s+))          with log a = integral of (e^-t - e^-ta) dt / t (Frullani):

    E log(e^s+ + sum_i e^s_i) = integral of (e^-t - E e^(-t e^s+) (E e^(-t e^s))^k) dt / t

The draws are independent, so that one integral over a line replaces the sum over k words. In u = log t the integrand
vanishes at both ends and is analytic for |Im u| < pi / 2, so that the trapezoidal rule is exact to double precision (its
error is about e^(-pi^2 / step)).
"""

from collections.abc import Sequence

import numpy as np

from w2v.arrays import Float64
from w2v.theory.losses import LOG2, Loss, class_scores
from w2v.theory.representation import Representation
from w2v.theory.world import World

STEP = 0.25
"""Of log t: the error of the trapezoidal rule is about e^-39."""
NEGLIGIBLE = 40.0
"""e^-40 is below the precision of a double."""


def no_collision(world: World, k: int) -> float:
    """Return 1 - tau_k, the probability that none of k negatives has the class of the pair."""
    return float(world.rho @ (1 - world.rho) ** k)


def collided_loss(world: World, loss: Loss, k: int) -> float:
    """Return the least loss of a pair whose class collides with n of k negatives, n >= 1, on average: log2(1 + n), or 1."""
    if loss.name == "hinge":
        return 1.0
    n = np.arange(1, k + 1)
    logs = np.cumsum(np.log((k - n + 1) / n))  # binomial coefficients
    with np.errstate(divide="ignore"):
        chances = np.exp(logs + np.log(world.rho)[:, np.newaxis] * n + np.log1p(-world.rho)[:, np.newaxis] * (k - n))
    return float(world.rho @ (chances @ np.log2(1 + n)) / (1 - no_collision(world, k)))


def trivial(loss: Loss, k: int) -> float:
    """Return the loss of vectors of zeros with k negatives."""
    return 1.0 if loss.name == "hinge" else float(np.log2(1 + k))


def unsupervised(world: World, vectors: Representation, loss: Loss, ks: Sequence[int]) -> list[float]:
    """Return L_un with k negatives, for each k of ks."""
    scores, joint, noise = vectors.scores, world.joint(), world.margin
    if loss.name == "hinge":
        return [float((joint * found).sum()) for found in expected_hinge(scores, scores, noise, ks)]
    nodes = _nodes(scores, max(ks, default=1))
    unit = _kernel(nodes, np.zeros(1))
    total = np.zeros(len(ks)) - (joint * scores).sum()
    for row, positives, share in zip(scores, joint, world.margin, strict=True):
        top = row.max()
        kernel = _kernel(nodes, row - top)
        first, one = (kernel @ weights[:, np.newaxis] for weights in (positives, noise))
        integrands = share * unit - first * one ** np.asarray(ks)  # (T, len(ks))
        total += share * top + STEP * integrands.sum(axis=0)
    return list(map(float, total / LOG2))


def supervised(world: World, vectors: Representation, loss: Loss, ks: Sequence[int]) -> list[float]:
    """Return L_sup^mu of a class against k others: drawn from rho, given that none of them is the class itself.

    Classes that are drawn twice count twice in the logistic loss, which can only increase it.
    """
    scores, rho = class_scores(world, vectors), world.rho
    tasks = [rho * (1 - rho) ** k for k in ks]
    weights = [world.words.T * (free / free.sum()) for free in tasks]  # (V, C) for each k
    total = np.zeros(len(ks))
    if loss.name == "hinge":
        for c in range(len(rho)):
            others = np.delete(rho, c)
            found = expected_hinge(np.delete(scores, c, axis=1), scores[:, [c]], others / others.sum(), ks)
            total += [float(weight[:, c] @ values[:, 0]) for weight, values in zip(weights, found, strict=True)]
        return list(map(float, total))
    nodes = _nodes(scores, max(ks, default=1))
    unit = _kernel(nodes, np.zeros(1))
    total -= [(weight * scores).sum() for weight in weights]
    for x, row in enumerate(scores):
        top = row.max()
        kernel = _kernel(nodes, row - top)  # (T, C)
        others = np.maximum((kernel @ rho)[:, np.newaxis] - kernel * rho, 0) / (1 - rho)
        for place, (k, weight) in enumerate(zip(ks, weights, strict=True)):
            integrand = unit - kernel * others**k
            total[place] += weight[x].sum() * top + STEP * (integrand @ weight[x]).sum()
    return list(map(float, total / LOG2))


def expected_hinge(negatives: Float64, positives: Float64, weights: Float64, ks: Sequence[int]) -> list[Float64]:
    """Return E max(0, 1 + m - s), m the largest of k draws from a row of negatives, for each s of positives and each k."""
    order = np.argsort(negatives, axis=1)
    values = np.take_along_axis(negatives, order, axis=1)
    cumulative = np.cumsum(weights[order], axis=1)
    cumulative /= cumulative[:, -1:]
    thresholds = positives - 1.0
    pairs = zip(values, thresholds, strict=True)
    first = np.array([np.searchsorted(row, ends, side="right") for row, ends in pairs])
    found = []
    for k in ks:
        chances = np.diff(cumulative**k, axis=1, prepend=0.0)
        # E max(0, m - t) = sum of P(m) (m - t) over m > t, from sums over the upper end of the sorted scores.
        above, moments = (np.take_along_axis(_upper_sums(a), first, axis=1) for a in (chances, chances * values))
        found.append(np.asarray(moments - thresholds * above))
    return found


def _upper_sums(a: Float64) -> Float64:
    """Return the sum of each row from each place on, and 0 for the place behind the last."""
    return np.hstack([np.cumsum(a[:, ::-1], axis=1)[:, ::-1], np.zeros((len(a), 1))])


def _nodes(scores: Float64, k: int) -> Float64:
    """Return log t at equal steps, beyond whose ends the integrand is negligible for scores with maximum 0."""
    widest = float((scores.max(axis=1) - scores.min(axis=1)).max())
    low, high = -NEGLIGIBLE - np.log(k + 1), np.log(NEGLIGIBLE) + widest
    return np.asarray(np.arange(low, high + STEP, STEP))


def _kernel(nodes: Float64, scores: Float64) -> Float64:
    """Return e^(-t e^s) for each t and s."""
    with np.errstate(over="ignore"):  # e^-inf is 0
        return np.asarray(np.exp(-np.exp(np.add.outer(nodes, scores))))
