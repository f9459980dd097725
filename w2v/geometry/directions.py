"""Unit vectors and the cosines between them, a block at a time: never a V x V matrix.

Rows become unit vectors in float64. Few pairs are then multiplied in float64; many in float32, whose rounding (1e-7 of a
cosine, either way) averages out, and four times as fast. Sums are in float64 either way.
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
"""Cosines of one matrix product: many, as the threads of a BLAS wait for one another after each."""
ROWS_AT_ONCE = 128
"""A block of so many rows of a product stays in a core's cache while it is worked on."""
PAIRS_IN_DOUBLE = 1 << 24
"""Up to so many pairs are multiplied in float64: a second's work."""
SPAN_OF_SINGLE = 80.0
"""e^-80 is still a float32."""


def unit_rows(matrix: Matrix, rows: Rows | slice = slice(None)) -> Float64:
    """Return rows scaled to length one, float64, shape (n, d).

    Raises
    ------
    GeometryError
        If one is zero or not finite: it has no direction.
    """
    chosen = np.asarray(matrix[rows])
    if chosen.ndim != 2:
        raise GeometryError(f"got shape {chosen.shape}; a matrix of one vector per row is needed")
    with np.errstate(all="ignore"):
        units = unit(chosen)
        directed = np.einsum("vd,vd->v", units, units) > 0
    if not directed.all():
        row = int(np.flatnonzero(~directed)[0])
        raise GeometryError(f"row {row} is zero or not finite: it has no direction; leave such rows out")
    return units


def in_double(block: NDArray[Any], scratch: Float64) -> Float64:
    """Return a block in float64, in ``scratch`` if it has to be converted: its sums are then in float64 too."""
    if block.dtype == np.float64:
        return block
    wide = scratch[: block.size].reshape(block.shape)
    np.copyto(wide, block)
    return wide


def precision(pairs: int, span: float) -> Any:
    """Return the type in which so many pairs are multiplied, whose exponentials then span a range of e^span."""
    return np.float64 if pairs <= PAIRS_IN_DOUBLE or span > SPAN_OF_SINGLE else np.float32


def cosine_blocks(x: Float64, y: Float64, span: float, *, upper: bool = False) -> Blocks:
    """Yield ``(rows, columns, x[rows] @ y[columns].T)``; the block is overwritten by the next; ``span`` as in `precision`.

    With ``upper``, only pairs i < j (of one and the same matrix) count: blocks below the diagonal are left out, and within
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
