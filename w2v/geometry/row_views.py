"""Rows of a matrix, read a block at a time, with a mean and the top principal directions taken away on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, Union

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Float64, Rows
from w2v.vectors.cosines import blocks_as


@dataclass(frozen=True, eq=False)
class View:
    """Chosen rows of a matrix, from which a mean and some directions are taken away, and which are turned, when read.

    So a variant of a million rows takes no memory. It is indexed like the matrix, and ``np.asarray`` makes it one.

    Attributes
    ----------
    matrix : ndarray of float or View, shape (V', d)
    rows : ndarray of int64, shape (V,), optional
        Row i is ``matrix[rows[i]]``; by default all rows as they are.
    mean : ndarray of float64, shape (d,), optional
        Subtracted from every row.
    directions : ndarray of float64, shape (k, d), optional
        Orthonormal; projected out after the mean.
    rotation : ndarray of float64, shape (d, d), optional
        Orthogonal; every row is multiplied by it at last.
    """

    matrix: "Matrix"
    rows: Rows | None = None
    mean: Float64 | None = None
    directions: Float64 | None = None
    rotation: Float64 | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
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
    """Return an iterator over ``(rows, matrix[rows])`` in float64, a bounded number of rows at once."""
    return blocks_as(np.float64, matrix, 0, len(matrix))


def without(matrix: Matrix, top: int) -> View:
    """Take away the mean of the rows and their first ``top`` principal directions (Mu & Viswanath 2018, algorithm 1).

    Rows that are not finite count for nothing.
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
