"""Norms and cosines of the rows of a matrix: one pair in float64, many pairs fast, with a bound on the error.

The cosine with a zero vector, which is undefined, is 0 here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Float32, Float64, Rows
from w2v.errors import ConfigError

# Numbers converted to another floating-point type at once: 4 MiB of float64.
NUMBERS_AT_ONCE = 1 << 19
FEW_QUERIES = 32
"""Up to here, rows times queries takes OpenBLAS half to four fifths of the time of queries times rows (2 queries: 4.0
against 10.3 ms for 100,000 x 100), with one query and with more than 64 it is slower."""
# Keeps the quotient of `cosmul` finite. Levy & Goldberg (2014) give no value beside equation (4); this is gensim's.
COSMUL_EPSILON = 1e-6


def unit(vectors: NDArray[Any]) -> Float64:
    """Scale vectors, shape (..., d), to length 1 in float64; zero vectors stay zero.

    Whoever cannot do with a zero vector says so: in `w2v.geometry.directions.unit_rows` it is an error.
    """
    wide = np.asarray(vectors, dtype=np.float64)
    norms = np.sqrt(np.einsum("...d,...d->...", wide, wide))[..., np.newaxis]
    return np.asarray(np.divide(wide, norms, out=np.zeros_like(wide), where=norms > 0))


def row_norms(matrix: Any) -> Float64:
    """Return the Euclidean length of each row of a matrix, or of anything indexed like one, shape (V, d).

    float64, shape (V,); NaN or infinity where a row is not finite, 0 where it is zero.
    """
    norms = np.empty(len(matrix))
    with np.errstate(over="ignore", invalid="ignore"):
        for rows, block in blocks_as(np.float64, matrix, 0, len(matrix)):
            norms[rows] = np.sqrt(np.einsum("vd,vd->v", block, block))
    return norms


def _rows_at_once(matrix: Any) -> int:
    return max(1, NUMBERS_AT_ONCE // int(matrix.shape[1]))


def blocks_as(dtype: type, matrix: Any, start: int, stop: int) -> Iterator[tuple[slice, NDArray[Any]]]:
    """Yield ``(rows, matrix[rows] as dtype)`` over the rows from ``start`` to ``stop``, a bounded number at a time."""
    step = _rows_at_once(matrix)
    for first in range(start, stop, step):
        rows = slice(first, min(first + step, stop))
        yield rows, matrix[rows].astype(dtype, copy=False)


@dataclass(frozen=True)
class SearchSpace:
    """A matrix and its row norms, frozen together so that a query never sees one without the other.

    Attributes
    ----------
    matrix : ndarray of float32 or float16, shape (V, d)
        One vector per row. Rows may be strided.
    norms : ndarray of float32, shape (V,)
        Euclidean length of each row.
    divisors : ndarray of float32, shape (V,)
        The norms, with infinity in place of 0: dividing by it makes every cosine with a zero row 0.
    """

    matrix: NDArray[Any]
    norms: Float32
    divisors: Float32

    @classmethod
    def of(cls, matrix: NDArray[Any]) -> "SearchSpace":
        """Measure the rows of ``matrix``, shape (V, d).

        Raises
        ------
        ConfigError
            If a row holds NaN or infinity, or is too long for float32.
        """
        with np.errstate(over="ignore"):
            norms = row_norms(matrix).astype(np.float32)
        if not np.isfinite(norms).all():
            row = int(np.flatnonzero(~np.isfinite(norms))[0])
            raise ConfigError(f"row {row} of the vectors holds NaN, infinity or numbers too large for float32")
        norms.flags.writeable = False
        return cls(matrix, norms, np.where(norms > 0, norms, np.float32(np.inf)))


def tolerance(dim: int) -> float:
    """Bound the distance of a fast cosine from the exact one.

    A float32 dot product of ``dim`` terms errs by at most ``dim * 2**-24`` times both lengths, in any order of
    summation (Higham 2002, section 3.1); eight more roundings cover the query, the norm, the quotient and the result.
    """
    return float((dim + 8) * 2.0**-24)


def fast_cosines(
    space: SearchSpace, queries: Float32, start: int, stop: int, scratch: Float32 | None = None
) -> Float32:
    """Return cosines of unit queries, shape (n, d), with rows ``start:stop``: float32, shape (n, stop - start).

    The result lies in ``scratch``, a flat array with room for it, where one is given.
    """
    count, dim = queries.shape
    scratch = np.empty(count * (stop - start), dtype=np.float32) if scratch is None else scratch
    scores = scratch[: count * (stop - start)].reshape(count, stop - start)
    for rows, block in blocks_as(np.float32, space.matrix, start, stop):
        part, divisors = scores[:, rows.start - start : rows.stop - start], space.divisors[rows]
        if count > dim:  # divide whichever is smaller, the rows or the scores
            np.matmul(queries, (block / divisors[:, np.newaxis]).T, out=part)
        elif 1 < count <= FEW_QUERIES:
            np.divide(np.matmul(block, queries.T).T, divisors, out=part)
        else:
            np.matmul(queries, block.T, out=part)
            part /= divisors
    return scores


def cosine(first: NDArray[Any], second: NDArray[Any]) -> np.float32:
    """Return the exact cosine of two vectors, shape (d,)."""
    return np.float32(np.einsum("d,d->", unit(first), unit(second)))


def pair_cosines(matrix: NDArray[Any], queries: Float64, query: Rows, row: Rows) -> Float64:
    """Return the cosine of unit query ``query[i]`` with row ``row[i]`` for each i: float64, shape (len(row),)."""
    scores = np.empty(len(row))
    step = _rows_at_once(matrix)
    for first in range(0, len(row), step):
        part = slice(first, first + step)
        scores[part] = np.einsum("pd,pd->p", unit(matrix[row[part]]), queries[query[part]])
    return scores


def cosines_to(matrix: NDArray[Any], query: Float64, row: Rows) -> Float32:
    """Return the exact cosines of one unit query, shape (d,), with the rows listed: float32, shape (len(row),)."""
    return pair_cosines(matrix, query[np.newaxis], np.zeros(len(row), dtype=np.int64), row).astype(np.float32)


def cosmul(positive: Iterable[NDArray[Any]], negative: Iterable[NDArray[Any]], slack: Any = 0.0) -> Float64:
    """Combine cosines by 3CosMul (Levy & Goldberg 2014, equation 4), in float64.

    ``prod((1 + p) / 2) / (prod((1 + n) / 2) + 1e-6)`` over the arrays p of ``positive`` and n of ``negative``, all of
    one shape. Where cosines may be off by ``slack``, that slack gives an upper bound, its negative a lower bound.
    """
    above: NDArray[np.float64] = np.ones(())
    below: NDArray[np.float64] = np.ones(())
    for cosines in positive:
        above = above * np.maximum(1 + cosines.astype(np.float64) + slack, 0) / 2
    for cosines in negative:
        below = below * np.maximum(1 + cosines.astype(np.float64) - slack, 0) / 2
    return np.asarray(above / (below + COSMUL_EPSILON))
