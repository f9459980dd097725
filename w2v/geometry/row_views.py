"""Lazy views of the rows of a matrix: centred, with principal directions removed, or rotated when they are read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, Union

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Float64, Rows
from w2v.vectors.cosines import blocks_as


@dataclass(frozen=True, eq=False)
class View:
    """Selected rows of a matrix that are centred, projected and rotated when they are read.

    A view of a million rows therefore needs no memory. It is indexed like a matrix; ``np.asarray`` converts it to one.

    Attributes
    ----------
    matrix : ndarray of float or View, shape (V', d)
    rows : ndarray of int64, shape (V,), optional
        Row i is ``matrix[rows[i]]``; by default all rows in order.
    mean : ndarray of float64, shape (d,), optional
        Subtracted from every row.
    directions : ndarray of float64, shape (k, d), optional
        Orthonormal; projected out after the mean is subtracted.
    rotation : ndarray of float64, shape (d, d), optional
        Orthogonal; every row is finally multiplied by it.
    """

    matrix: "Matrix"
    rows: Rows | None = None
    mean: Float64 | None = None
    directions: Float64 | None = None
    rotation: Float64 | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        return len(self), int(self.matrix.shape[1])

    def __len__(self) -> int:
        return len(self.matrix) if self.rows is None else len(self.rows)

    def __getitem__(self, index: Any) -> NDArray[Any]:
        block: NDArray[Any] = self.matrix[index if self.rows is None else self.rows[index]]
        if self.mean is not None:
            block = block.astype(np.float64) - self.mean
        if self.directions is not None:
            block = block - (block @ self.directions.T) @ self.directions
        return block if self.rotation is None else block @ self.rotation

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self[:], dtype=dtype)


Matrix: TypeAlias = Union[NDArray[Any], View]  # noqa: UP007  (View is not defined where its own annotation names this)


def blocks(matrix: Matrix) -> Iterator[tuple[slice, Float64]]:
    """Return an iterator over ``(rows, matrix[rows])`` in float64, with a bounded number of rows per block."""
    return blocks_as(np.float64, matrix, 0, len(matrix))


def without(matrix: Matrix, top: int) -> View:
    """Remove the mean of the rows and their first ``top`` principal directions (Mu & Viswanath 2018, algorithm 1).

    Rows that are not finite are ignored when these are computed.
    """
    dim = matrix.shape[1]
    count, total = 0, np.zeros(dim)
    for _, block in blocks(matrix):
        finite = block[np.isfinite(block).all(axis=1)]
        count, total = count + len(finite), total + finite.sum(axis=0)
    mean = total / max(count, 1)
    if top == 0:
        return View(matrix, mean=mean)
    scatter = np.zeros((dim, dim))
    for _, block in blocks(matrix):
        centred = block[np.isfinite(block).all(axis=1)] - mean
        scatter += centred.T @ centred
    _, directions = np.linalg.eigh(scatter)  # in ascending order of variance
    return View(matrix, mean=mean, directions=np.ascontiguousarray(directions[:, -top:].T))
