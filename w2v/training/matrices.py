"""The two matrices of skip-gram: rows padded to whole cache lines, each matrix one allocation on large pages.

columns   0 ............. dim - 1 | dim ... stride - 1        stride = dim rounded up to 16 floats (64 bytes)
row       the vector              | zeros, and stay zero      so kernels need no remainder loop, and no two rows
                                                              share a cache line that two threads would write
"""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v.machine import zeroed_memory

ROW_FLOATS = 16
"""Rows are padded to 64 bytes: one cache line, and the widest vector register of any kernel."""

LARGE_PAGE = 2 << 20
"""Size of a large page in bytes. With 4 KiB pages, almost every row access would miss the TLB."""


PART_FLOATS, BLOCK_FLOATS = 1 << 22, 1 << 16
"""Initial numbers that one thread draws in turn, and those that stay in its cache while they are scaled."""


@dataclass(frozen=True)
class Matrices:
    """Input and output vectors of V words.

    Attributes
    ----------
    input, output : ndarray of float32, shape (V, stride)
        Columns from ``dim`` on are zero and stay zero.
    dim : int
    """

    input: NDArray[np.float32]
    output: NDArray[np.float32]
    dim: int

    @classmethod
    def initialise(cls, rows: int, dim: int, seed: int, length: float | None = None, threads: int = 1) -> "Matrices":
        """Return initial matrices: input uniform in (-1, 1) / dim, with the same numbers as in gensim; output zero.

        If a ``length`` is given (cosine objectives, see `objectives`), the rows of both matrices are uniform in a cube,
        with ``length`` as the root of their mean squared length. The numbers do not depend on ``threads``.
        """
        matrices = cls(_zeros(rows, dim), _zeros(rows, dim), dim)
        divisor = initial_divisor(dim, length)
        _fill_uniform(matrices.input, dim, divisor, Uniform(seed), threads)
        if length is not None:
            _fill_uniform(matrices.output, dim, divisor, Uniform(seed, rows * dim), threads)
        return matrices

    def start_zero_rows(self, length: float, seed: int, steps: NDArray[np.float32] | None = None) -> None:
        """Initialise rows of zeros, which have no direction, as `initialise` does with this ``length``.

        Input rows whose step is 0 are frozen and left unchanged.
        """
        for stream, matrix in enumerate((self.input, self.output)):
            zero = ~matrix.any(axis=1)
            if matrix is self.input and steps is not None:
                zero &= steps != 0
            rows = np.flatnonzero(zero)
            started = _zeros(len(rows), self.dim)
            numbers = Uniform((seed, 0x7A65726F, stream))  # "zero" in ASCII: independent random streams
            _fill_uniform(started, self.dim, initial_divisor(self.dim, length), numbers)
            matrix[rows] = started

    @classmethod
    def copy_of(cls, vectors: NDArray[np.floating], output: NDArray[np.floating]) -> "Matrices":
        """Return padded, aligned copies of two (V, dim) matrices."""
        rows, dim = vectors.shape
        matrices = cls(_zeros(rows, dim), _zeros(rows, dim), dim)
        matrices.input[:, :dim] = vectors
        matrices.output[:, :dim] = output
        return matrices

    @classmethod
    def zeros(cls, rows: int, dim: int) -> "Matrices":
        """Return matrices of zeros; their pages take no memory until they are written."""
        return cls(_zeros(rows, dim), _zeros(rows, dim), dim)

    @classmethod
    def empty_as(cls, other: "Matrices") -> "Matrices":
        """Return matrices of zeros with the shape of others."""
        return cls.zeros(len(other.input), other.dim)

    @property
    def vectors(self) -> NDArray[np.float32]:
        """The input vectors, shape (V, dim): a view."""
        return self.input[:, : self.dim]

    @property
    def output_vectors(self) -> NDArray[np.float32]:
        """The output vectors, shape (V, dim): a view."""
        return self.output[:, : self.dim]

    def finite(self, rows: int | None = None) -> bool:
        """Whether all numbers (of the first ``rows`` rows) are finite."""
        block = max(1, (1 << 20) // self.input.shape[1])
        end = len(self.input) if rows is None else min(rows, len(self.input))
        return all(
            bool(np.isfinite(matrix[start : min(start + block, end)]).all())
            for matrix in (self.input, self.output)
            for start in range(0, end, block)
        )


def initial_divisor(dim: int, length: float | None = None) -> float:
    """Return the divisor of the initial numbers from (-1, 1): gensim's, or the one that gives rows about ``length``."""
    # A number uniform in (-1, 1) has mean square 1/3, so a row of dim of them has mean squared length dim / 3.
    return float(dim) if length is None else math.sqrt(dim / 3) / length


def padded(dim: int) -> int:
    """Return the number of floats that a row of ``dim`` values takes."""
    return -(-dim // ROW_FLOATS) * ROW_FLOATS


@dataclass(frozen=True)
class Uniform:
    """The random numbers of ``numpy.random.default_rng(seed)``, float32 in [0, 1), from one of them on.

    Attributes
    ----------
    seed : int or tuple of int
    first : int
        How many come before.
    """

    seed: int | tuple[int, ...]
    first: int = 0

    def generator(self, skip: int) -> np.random.Generator:
        """Return a generator whose next number is that after ``skip`` of these."""
        bits = np.random.PCG64(self.seed)
        bits.advance((self.first + skip) // 2)  # each state gives two of them
        rng = np.random.Generator(bits)
        rng.random((self.first + skip) % 2, dtype=np.float32)
        return rng


def _fill_uniform(matrix: NDArray[np.float32], dim: int, divisor: float, numbers: Uniform, threads: int = 1) -> None:
    part = max(1, PART_FLOATS // dim)

    def fill(first: int) -> None:
        rng, last = numbers.generator(first * dim), min(first + part, len(matrix))
        block = max(1, BLOCK_FLOATS // dim)
        for start in range(first, last, block):
            uniform = rng.random((min(block, last - start), dim), dtype=np.float32)
            uniform *= 2.0
            uniform -= 1.0
            uniform /= divisor
            matrix[start : start + len(uniform), :dim] = uniform

    parts = range(0, len(matrix), part)
    if threads == 1 or len(parts) < 2:
        for first in parts:
            fill(first)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(fill, parts))


def _zeros(rows: int, dim: int) -> NDArray[np.float32]:
    size = rows * padded(dim) * 4
    everything = np.frombuffer(zeroed_memory(size + LARGE_PAGE, large_pages=size >= LARGE_PAGE), np.uint8)
    start = (
        -everything.ctypes.data % LARGE_PAGE
    )  # a large-page boundary, so that even the first rows are on large pages
    return everything[start : start + size].view(np.float32).reshape(rows, padded(dim))
