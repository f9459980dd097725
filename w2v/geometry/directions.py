"""Unit vectors and the cosines between them, computed block by block, so that no V x V matrix is ever stored.

Rows are normalised in float64. Up to PAIRS_IN_DOUBLE pairs are then multiplied in float64, and more in float32, which is
four times as fast and whose rounding errors (about 1e-7 per cosine, of either sign) average out. Sums are always in
float64.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Float64, Rows
from w2v.errors import GeometryError
from w2v.geometry.row_views import Matrix
from w2v.vectors.cosines import unit

Blocks = Iterator[tuple[slice, slice, NDArray[Any]]]

PRODUCT_ROWS, COLUMNS_AT_ONCE = 1024, 4096
"""Size of one matrix product: large, because the threads of a BLAS wait for each other after every product."""
ROWS_AT_ONCE = 128
"""Rows of a product that are processed at once: they stay in the cache of a processor core."""
PAIRS_IN_DOUBLE = 1 << 24
"""Largest number of pairs that are multiplied in float64; this takes about a second."""
SPAN_OF_SINGLE = 80.0
"""Largest range of exponents computed in float32, which can still represent e^-80."""


def unit_rows(matrix: Matrix, rows: Rows | slice = slice(None)) -> Float64:
    """Return rows scaled to unit length: float64, shape (n, d).

    Raises
    ------
    GeometryError
        If a row is zero or not finite, so that it has no direction.
    """
    if len(matrix.shape) != 2:
        raise GeometryError(f"vectors must be a matrix with one vector per row: got shape {matrix.shape}")
    chosen = np.asarray(matrix[rows])
    with np.errstate(all="ignore"):
        units = unit(chosen)
        directed = np.einsum("vd,vd->v", units, units) > 0
    if not directed.all():
        row = int(np.flatnonzero(~directed)[0])
        raise GeometryError(f"cannot normalise row {row}: it is zero or not finite; leave such rows out")
    return units


def in_double(block: NDArray[Any], scratch: Float64) -> Float64:
    """Return a block in float64, converted into ``scratch`` if necessary, so that sums over it are in float64 too."""
    if block.dtype == np.float64:
        return block
    wide = scratch[: block.size].reshape(block.shape)
    np.copyto(wide, block)
    return wide


def precision(pairs: int, span: float) -> Any:
    """Choose the type for multiplying this many pairs, if the exponentials of the results span a range of e^span."""
    return np.float64 if pairs <= PAIRS_IN_DOUBLE or span > SPAN_OF_SINGLE else np.float32


def cosine_blocks(x: Float64, y: Float64, span: float, *, upper: bool = False) -> Blocks:
    """Yield ``(rows, columns, x[rows] @ y[columns].T)``; each block overwrites the last; ``span`` as in `precision`.

    With ``upper``, x and y are the same matrix and only pairs i < j count: blocks below the diagonal are skipped, and in
    the others the cosine of every pair i >= j is minus infinity.
    """
    kind = precision(len(x) * len(y), span)
    x, y = x.astype(kind, copy=False), y.astype(kind, copy=False)
    scratch = np.empty(PRODUCT_ROWS * COLUMNS_AT_ONCE, kind)
    for start in range(0, len(x), PRODUCT_ROWS):
        stop = min(start + PRODUCT_ROWS, len(x))
        for first in range(start if upper else 0, len(y), COLUMNS_AT_ONCE):
            columns = slice(first, min(first + COLUMNS_AT_ONCE, len(y)))
            width = columns.stop - columns.start
            product = scratch[: (stop - start) * width].reshape(-1, width)
            np.matmul(x[start:stop], y[columns].T, out=product)
            for row in range(start, stop, ROWS_AT_ONCE):
                rows = slice(row, min(row + ROWS_AT_ONCE, stop))
                block = product[row - start : rows.stop - start]
                if upper and first == start:
                    block[np.tril_indices(len(block), row - first, width)] = -np.inf
                yield rows, columns, block
