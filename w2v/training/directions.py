"""Directions in which rows of shards are merged, and multiples of what they have learned; `merging` derives them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v import _core, _merging
from w2v.machine import isa
from w2v.training.changes import Changes
from w2v.training.matrices import Matrices

SLOPE = 0.14
"""Mean slope of the sigmoid; 0.08 is as good for 8 shards, and worse for more."""


@dataclass(frozen=True)
class Basis:
    """Directions in which rows are merged: eigenvectors of second moments, and their eigenvalues, as the kernel reads them.

    Attributes
    ----------
    directions, components : ndarray of float32, shape (dim, stride)
        Eigenvectors in columns, and in rows.
    values : ndarray of float32, shape (1, stride)
    """

    directions: NDArray[np.float32]
    components: NDArray[np.float32]
    values: NDArray[np.float32]

    @classmethod
    def of(cls, rows: NDArray[np.float32], weights: NDArray[np.float64], dim: int) -> "Basis":
        """Return that of the second moments of ``rows``, shape (n, stride), each with its weight.

        Not by NumPy, whose results depend on its number of threads, and on the processor.
        """
        kernels = _core.kernels(isa())
        moments = _merging.second_moments(rows, weights.astype(np.float32), dim, kernels)
        values, vectors = _merging.eigenvectors(np.where(np.isfinite(moments), moments, 0), kernels)
        made = Matrices.copy_of(vectors.T, vectors)
        return cls(made.input, made.output, Matrices.copy_of(np.maximum(values, 0)[None], values[None]).input)


@dataclass(frozen=True)
class Multiples:
    """What `_merging.merge_by_direction` multiplies the changes of some rows by; see `Side`."""

    pulls: NDArray[np.float32]
    boosts: NDArray[np.float32]
    spreads: NDArray[np.float32]


class Side:
    """One matrix in all shards: how its rows are trained, and what multiples they get at their next merge.

    Parameters
    ----------
    base : ndarray of float32, shape (V, stride)
        The model.
    copies : list of ndarray of float32, shape (V, stride)
    updates : pair of ndarray of float64, shape (V,)
        Expected updates of each row per token, and the same as they weigh.
    steps : ndarray of float32, shape (V,), or None
        What the increments of rows are multiplied by in this run; None: all are 1.
    bounds : tuple of float
        The typical eigenvalue, and the largest boost.
    dim : int

    Attributes
    ----------
    pulls, boosts, spreads : ndarray of float32, shape (V,)
        A for an eigenvalue of 1, m, and the effective number of shards.
    steps : ndarray of float32, shape (V,)
        What the shards' engines multiply increments by, at the ``largest`` times the learning rate of the run.
    """

    def __init__(
        self,
        base: NDArray[np.float32],
        copies: list[NDArray[np.float32]],
        updates: tuple[NDArray[np.float64], NDArray[np.float64]],
        steps: NDArray[np.float32] | None,
        bounds: tuple[float, float],
        dim: int,
    ) -> None:
        self.matrices, self.shards, self.dim = [base, *copies], len(copies), dim
        (self.updates, self.weighted), (self.typical, self.largest) = updates, bounds
        self._kernels = _core.kernels(isa())
        self.own = np.ones(len(base), np.float32) if steps is None else steps
        self.pulls, self.boosts, self.spreads, self.steps = (np.ones(len(base), np.float32) for _ in range(4))

    def begin_interval(self, rows: slice, tokens: float, rated: float) -> None:
        """Set what holds for rows until their next merge, after so many tokens of all shards.

        ``rated`` is the sum of the tokens, each times its learning rate.
        """
        expected = self.updates[rows] * tokens
        self.pulls[rows] = SLOPE * self.own[rows] * self.weighted[rows] * rated
        self.boosts[rows] = np.clip(self.pulls[rows] * self.typical, 1, self.largest)
        self.spreads[rows] = 1 + (self.shards - 1) * expected / (expected + self.shards)
        self.steps[rows] = self.own[rows] * self.boosts[rows] / self.largest

    def merge(self, basis: Basis, first: int, end: int) -> None:
        """Merge some rows of the copies into the base."""
        _merging.merge_by_direction(self.matrices, basis, self, first, end, self._kernels)

    def changes(self, shard: int, slices: list[tuple[int, int]]) -> list[Changes]:
        """Return what a shard has learned of some slices of the rows, none of which is empty."""
        both = [self.matrices[0], self.matrices[1 + shard]]
        return [Changes(*one) for one in _merging.pack_changes(both, self.dim, slices, self._kernels)]

    def merge_changes(self, basis: Basis, first: int, end: int, changes: Sequence[Changes]) -> Changes:
        """Return what becomes of the changes of all shards to the rows ``first`` to ``end``."""
        rows = slice(first, end)
        multiples = Multiples(self.pulls[rows], self.boosts[rows], self.spreads[rows])
        packed = [one.packed for one in changes]
        return Changes(*_merging.merge_changes(packed, basis, multiples, self._kernels))

    def add(self, first: int, end: int, merged: Changes, shards: Sequence[int]) -> None:
        """Add merged changes to the rows ``first`` to ``end`` of the base, and let the copies of some shards equal it."""
        matrices = [self.matrices[0], *(self.matrices[1 + shard] for shard in shards)]
        _merging.add_changes(matrices, self.dim, first, end, merged.packed, self._kernels)
