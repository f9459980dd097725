"""SimCSE's loss on weighted means of word vectors, and its gradients (Gao et al. 2021, equation 1).

    h_i = sum_j a_j (m_j * e_j) / sum_j a_j      of the words j of sentence i; m_j: dropout mask, or 1
    z = W h,  u = z / |z|                        W: a linear head, or the identity
    S = U1 U2' / tau                             cosines of all first with all second sentences of a batch
    L = -1/2N sum_i (log softmax_row(S)_ii + log softmax_column(S)_ii)

    D = ((P + Q) / 2 - I) / (N tau)              P, Q: the softmax of rows, of columns
    dU1 = D U2,  dU2 = D' U1
    dz = (g - (g.u) u) / |z|,  dW = sum dz' h,  de_j += a_j m_j * (W' dz) / sum a

Cosines of different sentences that happen to be equal are left out of both softmaxes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v.sentences.bags import Bags, Real, sums


@dataclass(frozen=True)
class View:
    """One side of a batch of pairs.

    Attributes
    ----------
    bags : Bags
        The sentences, each with at least one word of positive weight.
    weights : ndarray of float, shape (N,)
        Weight of each occurrence of a word; 0 if it is left out.
    mask : ndarray of float, shape (N, d), optional
        Multiplies the vector of each occurrence.
    """

    bags: Bags
    weights: Real
    mask: Real | None = None


@dataclass(frozen=True)
class Forward:
    """Means of a view, and what is needed to go back."""

    view: View
    h: Real
    u: Real
    lengths: Real
    totals: Real

    @classmethod
    def of(cls, view: View, vectors: Real, head: Real | None) -> "Forward":
        """Encode a view."""
        bags = view.bags
        words = vectors[bags.rows] * view.weights[:, np.newaxis]
        if view.mask is not None:
            words *= view.mask
        every = Bags(np.arange(len(words)), bags.offsets, bags.words)
        totals = sums(view.weights[:, np.newaxis], every)
        h = sums(words, every) / totals
        z = h if head is None else h @ head.T
        lengths = np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-9)
        return cls(view, h, z / lengths, lengths, totals)

    def back(self, g: Real, head: Real | None) -> tuple[Real, Real | None]:
        """Return the gradients of the occurrences of words, and of the head, from that of ``u``."""
        dz = (g - (g * self.u).sum(axis=1, keepdims=True) * self.u) / self.lengths
        dh = (dz if head is None else dz @ head) / self.totals
        words = np.repeat(dh, self.view.bags.lengths, axis=0)
        words *= self.view.weights[:, np.newaxis]
        if self.view.mask is not None:
            words *= self.view.mask
        return words, None if head is None else dz.T @ self.h


@dataclass(frozen=True)
class Step:
    """Loss and gradients of one batch.

    Attributes
    ----------
    loss : float
    rows : ndarray of int64, shape (R,)
        The words of the batch, in order.
    gradient : ndarray of float, shape (R, d)
        With respect to their vectors.
    head : ndarray of float, shape (d, d), optional
        With respect to W; None without one.
    """

    loss: float
    rows: NDArray[np.int64]
    gradient: Real
    head: Real | None


def step(vectors: Real, head: Real | None, views: tuple[View, View], temperature: float) -> Step:
    """Compute the loss of a batch, whose i-th sentences are a positive pair, and its gradients."""
    first, second = (Forward.of(view, vectors, head) for view in views)
    n = len(first.u)
    s = first.u @ second.u.T / vectors.dtype.type(temperature)
    s[_equal(views[0].bags, views[1].bags)] = -np.inf
    p, q = (_softmax(s, axis) for axis in (1, 0))
    tiny = np.finfo(s.dtype).tiny
    loss = -float((np.log(np.maximum(np.diag(p), tiny)) + np.log(np.maximum(np.diag(q), tiny))).mean() / 2)
    d = (p + q) / 2
    d[np.diag_indices(n)] -= 1
    d /= n * vectors.dtype.type(temperature)
    words1, head1 = first.back(d @ second.u, head)
    words2, head2 = second.back(d.T @ first.u, head)
    rows, gradient = _by_row(np.concatenate([views[0].bags.rows, views[1].bags.rows]), np.concatenate([words1, words2]))
    return Step(loss, rows, gradient, None if head1 is None or head2 is None else head1 + head2)


def _softmax(s: Real, axis: int) -> Real:
    e = np.exp(s - s.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def _equal(first: Bags, second: Bags) -> NDArray[np.bool_]:
    """Return where sentence i of a side and sentence j != i of either side have the same words, shape (n, n)."""
    one, two = (_checksums(bags) for bags in (first, second))
    same: NDArray[np.bool_] = (one[:, np.newaxis] == two) | (one[:, np.newaxis] == one) | (two[:, np.newaxis] == two)
    np.fill_diagonal(same, False)
    return same


def _checksums(bags: Bags) -> NDArray[np.uint64]:
    """Return a number per sentence that is equal for equal bags, and for no others but by a chance of 2^-64."""
    x = bags.rows.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)  # splitmix64 (Steele et al. 2014)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    running = np.concatenate([np.zeros(1, np.uint64), np.cumsum(x ^ (x >> np.uint64(31)), dtype=np.uint64)])
    return np.asarray(running[bags.offsets[1:]] - running[bags.offsets[:-1]])


def _by_row(rows: NDArray[np.int64], gradients: Real) -> tuple[NDArray[np.int64], Real]:
    """Add up the gradients of the occurrences of each word."""
    order = np.argsort(rows, kind="stable")
    ordered = rows[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    return ordered[starts], np.add.reduceat(gradients[order], starts, axis=0)
