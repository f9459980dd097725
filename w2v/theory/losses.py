"""The losses of one negative, as exact sums over all words: no sampling.

    L_un      = E l(f(x) . (g(x+) - g(x-)))                  over positive pairs and negatives
    L_un^=    = the same, given that c- = c                  L_un^!=: given that it is another class
    L_un      = (1 - tau) L_un^!= + tau L_un^=
    L_sup^mu  = E l(f(x) . (mu_c - mu_c'))                   over two different classes, mu_c = E_(y ~ D_c) g(y)

with l(v) = max(0, 1 - v), the hinge loss, or log2(1 + e^-v), the logistic loss: both are 1 at 0 and at least 1 below it.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float64
from w2v.theory.representation import Representation
from w2v.theory.world import World

LOG2 = math.log(2)
AT_ONCE = 1 << 20
"""Numbers that are computed at once."""


def hinge(v: Float64) -> Float64:
    """Return max(0, 1 - v)."""
    return np.asarray(np.maximum(0.0, 1.0 - v))


def logistic(v: Float64) -> Float64:
    """Return log2(1 + e^-v)."""
    # Faster than np.logaddexp, and as accurate relative to 1.
    return np.asarray((np.log(1.0 + np.exp(-np.abs(v))) + np.maximum(-v, 0.0)) / LOG2)


@dataclass(frozen=True)
class Loss:
    """A convex decreasing loss with l(0) = 1.

    Attributes
    ----------
    name : {"hinge", "logistic"}
    of : callable
    slope : float
        Its largest slope (Lipschitz constant).
    """

    name: str
    of: Callable[[Float64], Float64]
    slope: float

    @property
    def deviation(self) -> float:
        """The constant c' of theorem 4.5: l(v) + l(-v) <= 2 + slope |v|, and E|v| <= sqrt(2) standard deviations."""
        return self.slope / math.sqrt(2)

    def spread(self, largest: float) -> float:
        """Return l(-v) - l(v), the range of the loss for scores of up to v."""
        ends = self.of(np.array([-largest, largest]))
        return float(ends[0] - ends[1])


LOSSES = {"hinge": Loss("hinge", hinge, 1.0), "logistic": Loss("logistic", logistic, 1 / LOG2)}


@dataclass(frozen=True)
class Unsupervised:
    """L_un, and its two parts: negatives of the same class and of a different one."""

    total: float
    same: float
    different: float


def unsupervised(world: World, vectors: Representation, loss: Loss) -> Unsupervised:
    """Return L_un with one negative and its parts."""
    scores, d, rho, tau, joint = vectors.scores, world.words, world.rho, world.collision, world.joint()
    total = same = 0.0
    for rows in blocks_of_rows(len(scores)):
        values = loss.of(scores[rows, :, np.newaxis] - scores[rows, np.newaxis])  # anchors, positives, negatives
        flat, anchors = values.reshape(-1, len(scores)), d[:, rows].T  # (n V, V) and (n, C)
        total += float((joint[rows].ravel() * (flat @ world.margin)).sum())
        by_class = (flat @ d.T).reshape(*values.shape[:2], -1)  # the mean over negatives of each class
        own = np.einsum("nvc,cv->nc", by_class, d)  # positives and negatives of the same class
        same += float((anchors * own).sum(axis=0) @ rho**2)
    same /= tau
    return Unsupervised(total, same, (total - tau * same) / (1 - tau))


def blocks_of_rows(words: int, depth: int | None = None) -> Iterator[slice]:
    """Yield slices of rows so that an array of rows x words x depth has about a million elements; depth is that of words.

    Few large matrix products, because threads of BLAS lose much time between many small ones.
    """
    step = max(1, AT_ONCE // (words * (depth or words)))
    for start in range(0, words, step):
        yield slice(start, start + step)


def contrastive(joint: Float64, noise: Float64, vectors: Representation, loss: Loss) -> float:
    """Return L_un for any distribution of pairs (V, V) and of negatives (V,), such as those that were drawn."""
    total = 0.0
    for row, positives in zip(vectors.scores, joint, strict=True):
        seen = np.flatnonzero(positives)
        if len(seen):
            total += float(positives[seen] @ (loss.of(row[seen, np.newaxis] - row) @ noise))
    return total


def class_scores(world: World, vectors: Representation, means: Float64 | None = None) -> Float64:
    """Return f(x) . mu_c for every word and class: shape (V, C); ``means`` are other distributions for the mean than D_c."""
    return np.asarray(vectors.f @ ((world.words if means is None else means) @ vectors.g).T)


def supervised(world: World, by_class: Float64, loss: Callable[[Float64], Float64]) -> float:
    """Return L_sup^mu over pairs of different classes drawn from rho, for scores of words and classes (V, C)."""
    total = 0.0
    for c, rho in enumerate(world.rho):
        values = loss(by_class[:, c, np.newaxis] - by_class)
        values[:, c] = 0.0
        total += float(rho * (world.words[c] @ values @ world.rho))
    return total / (1 - world.collision)


def wrong(v: Float64) -> Float64:
    """Return the 0-1 loss of a score difference: 1 below 0, one half at 0."""
    return np.asarray((v < 0) + 0.5 * (v == 0))


def supervised_all(world: World, by_class: Float64, loss: Loss) -> float:
    """Return L_sup^mu of telling all classes apart at once: the hinge loss of the best other class, or the softmax's."""
    total = 0.0
    for c, rho in enumerate(world.rho):
        v = np.delete(by_class[:, c, np.newaxis] - by_class, c, axis=1)
        values = loss.of(v.min(axis=1)) if loss.name == "hinge" else np.logaddexp.reduce(-v, axis=1, initial=0.0) / LOG2
        total += float(rho * (world.words[c] @ values))
    return total


def accuracy(world: World, by_class: Float64) -> float:
    """Return the accuracy of the mean classifier among all classes, with the logarithm of rho as its bias."""
    with np.errstate(divide="ignore"):
        predicted = (by_class + np.log(world.rho)).argmax(axis=1)
    both = world.rho[:, np.newaxis] * world.words
    return float(both[predicted, np.arange(both.shape[1])].sum())


def deviation(world: World, vectors: Representation) -> float:
    """Return s(f) = E_(c ~ nu) sqrt(|Cov_(D_c) g|) E_(D_c) |f|, with nu in proportion to rho squared (spectral norm)."""
    norms = np.linalg.norm(vectors.f, axis=1)
    total = 0.0
    for rho, words in zip(world.rho, world.words, strict=True):
        centred = (vectors.g - words @ vectors.g) * np.sqrt(words)[:, np.newaxis]
        total += rho**2 * float(np.linalg.norm(centred, 2)) * float(words @ norms)
    return float(total / world.collision)
