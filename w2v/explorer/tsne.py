"""t-SNE on a plane (van der Maaten & Hinton 2008), in NumPy: 20,000 words in a quarter of the time of a tree.

    minimise  KL(P | Q),   P_ij: 1 for the nearest neighbours of i or j, normalised,   Q_ij ~ 1 / (1 + |y_i - y_j|^2)

Attraction runs over the neighbours alone. Repulsion, which runs over all pairs, is interpolated on a grid, where it is a
convolution (FIt-SNE, Linderman et al. 2019). All neighbours weigh the same, which keeps as many of them as weights of a
perplexity do (Böhm, Berens & Kobak 2022); the learning rate is n / 12 (Belkina et al. 2019).
"""

from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float32, Float64, Rows

NEIGHBOURS = 15
EARLY, ITERATIONS = 120, 450  # 350 do for 20,000 words
EXAGGERATION = 12.0
"""Of attraction, during the early iterations."""
NODES = 3
"""Per axis and cell: the repulsion inside of a cell is interpolated by a polynomial of degree 2."""
FEWEST_CELLS, MOST_CELLS = 50, 140
"""Per axis; between them, a cell is one unit wide, the width of the kernel 1 / (1 + d^2)."""


def tsne(near: Rows, start: Float64) -> Float64:
    """Place points on a plane, near those that are their neighbours.

    Parameters
    ----------
    near : ndarray of int64, shape (n, k)
        Nearest neighbours of each point.
    start : ndarray of float64, shape (n, 2)
        Where the points are at first, such as their principal components: decides the large shape of the map.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        The same arguments give the same positions; nothing is random.
    """
    pairs = _Pairs.of(near)
    places = (1e-4 / max(float(start[:, 0].std()), 1e-12) * start).astype(np.float32)
    speed, gain = np.zeros_like(places), np.ones_like(places)
    rate = np.float32(max(len(places) / EXAGGERATION, 1.0))
    grid = _Grid()
    for iteration in range(ITERATIONS):
        exaggeration, momentum = (EXAGGERATION, 0.5) if iteration < EARLY else (1.0, 0.8)
        gradient = np.float32(4 * exaggeration) * pairs.attraction(places) - np.float32(4) * grid.repulsion(places)
        # Larger steps where the direction stays, smaller ones where it changes (Jacobs 1988).
        gain = np.maximum(
            np.where(gradient * speed < 0, gain + np.float32(0.2), gain * np.float32(0.8)), np.float32(0.01)
        )
        speed = np.float32(momentum) * speed - rate * gain * gradient
        places += speed
        places -= places.mean(axis=0)
    return places.astype(np.float64)


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Neighbours in both directions, sorted by the first: P in rows."""

    first: Rows
    second: Rows
    starts: Rows
    weights: Float32

    @classmethod
    def of(cls, near: Rows) -> "_Pairs":
        n, k = near.shape
        one, other = np.repeat(np.arange(n), k), near.ravel()
        keys, times = np.unique(np.concatenate([one * n + other, other * n + one]), return_counts=True)
        first, second = np.divmod(keys, n)
        weights = (times / times.sum()).astype(np.float32)
        return cls(first, second, np.searchsorted(first, np.arange(n)), weights)

    def attraction(self, places: Float32) -> Float32:
        """Return sum_j P_ij (y_i - y_j) / (1 + |y_i - y_j|^2), shape (n, 2)."""
        x, y = np.ascontiguousarray(places.T)
        dx, dy = x[self.first] - x[self.second], y[self.first] - y[self.second]
        forces = self.weights / (1 + dx * dx + dy * dy)
        return np.stack([np.add.reduceat(d * forces, self.starts) for d in (dx, dy)], axis=1)


class _Grid:
    """A square of cells around all points, each of NODES x NODES nodes."""

    def __init__(self) -> None:
        self._kernels: tuple[tuple[int, float], np.ndarray] = ((0, 0.0), np.empty(0))

    def repulsion(self, places: Float32) -> Float32:
        """Return sum_j (y_i - y_j) / (1 + |y_i - y_j|^2)^2, over the same sum of 1 / (1 + |y_i - y_j|^2), shape (n, 2)."""
        low = places.min(axis=0)
        span = max(float((places - low).max()), 1e-9) * 1.0001
        cell = max(span / MOST_CELLS, min(1.0, span / FEWEST_CELLS))
        size = _quick(2 * NODES * (int(span / cell) + 1))  # twice as many: a product of transforms is periodic
        at, weights = _interpolation((places - low) / np.float32(cell), size)
        # Charges 1, x and y of each point, spread over the nodes around it.
        charges = [np.ones(len(places), np.float32), *places.T]
        spread = [np.bincount(at.ravel(), (weights * charge).ravel(), size * size) for charge in charges]
        waves = np.fft.rfft2(np.array(spread, np.float32).reshape(3, size, size))
        squared, plain = self._kernel(size, cell / NODES)
        fields = np.fft.irfft2(np.concatenate([waves * squared, waves[:1] * plain]), s=(size, size)).reshape(4, -1)
        felt, x, y, total = ((weights * field.astype(np.float32, copy=False)[at]).sum(axis=0) for field in fields)
        pairs = float(total.sum(dtype=np.float64)) - len(places)  # without each point and itself
        forces: Float32 = places * felt[:, np.newaxis] - np.stack([x, y], axis=1)
        return forces / np.float32(max(pairs, 1e-9))

    def _kernel(self, size: int, step: float) -> np.ndarray:
        """Return the transforms of 1 / (1 + d^2)^2 and of 1 / (1 + d^2) over nodes that are ``step`` apart."""
        if self._kernels[0] != (size, step):
            away = step * np.minimum(np.arange(size), size - np.arange(size))
            plain = 1 / (1 + away[:, np.newaxis] ** 2 + away**2)
            self._kernels = (size, step), np.fft.rfft2(np.stack([plain**2, plain]).astype(np.float32))
        return self._kernels[1]


def _interpolation(places: Float32, size: int) -> tuple[Rows, Float32]:
    """Return the nodes around each point, as places in a flat grid, and the weight of each: shape (NODES^2, n).

    ::

        | .   .   . | .   .   . |      nodes at 1/6, 1/2, 5/6 of each cell
              x                        Lagrange's weights of the three nodes of the point's cell
    """
    cells = places.astype(np.int64)
    inside = places - cells
    nodes = (np.arange(NODES, dtype=np.float32) + np.float32(0.5)) / NODES
    weights = np.ones((NODES, *places.shape), np.float32)
    for one in range(NODES):
        for other in set(range(NODES)) - {one}:
            weights[one] *= (inside - nodes[other]) / (nodes[one] - nodes[other])
    first = cells * NODES
    at = [(first[:, 0] + i) * size + first[:, 1] + j for i in range(NODES) for j in range(NODES)]
    both = [weights[i, :, 0] * weights[j, :, 1] for i in range(NODES) for j in range(NODES)]
    return np.array(at), np.array(both)


def _quick(size: int) -> int:
    """Return the next number without other prime factors than 2, 3 and 5: its transform is quick."""
    while True:
        rest = size
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return size
        size += 1
