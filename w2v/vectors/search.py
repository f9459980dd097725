"""Cosines and nearest rows of a matrix: pure functions of arrays, independent of words.

A search is exact, and its result depends only on the stored numbers:

1. *fast score*: one float32 product per block of rows, ``S = Q Mᵀ / |rows|``, with an error of at most `tolerance`;
2. *candidates*: every row whose fast score is within the tolerance of the k-th best so far;
3. *exact score*: candidates again in float64, rounded to float32; best first, ties in row order.

So one query or a thousand, small blocks or large, give the same rows, scores and order, in bounded memory.
The cosine with a zero vector, which is undefined, is taken as 0.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.errors import ConfigError

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Rows = NDArray[np.int64]

# Scores held at once: 8 MiB of float32, about the cache share of a core, so that they are read where they were written.
SCORES_AT_ONCE = 1 << 21
# Queries per matrix product: enough to amortise the packing of the rows inside the BLAS; more gains nothing.
QUERIES_AT_ONCE = 1024
# Numbers converted to another floating-point type at once: 4 MiB of float64.
NUMBERS_AT_ONCE = 1 << 19
# A block with more than this many candidates per wanted neighbour is first cut at its own k-th best score.
CANDIDATES_PER_NEIGHBOUR = 4
# Keeps the quotient of `cosmul` finite; the value of Levy & Goldberg (2014).
COSMUL_EPSILON = 1e-6


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
        norms = np.empty(len(matrix), dtype=np.float32)
        for rows, block in blocks_as(np.float64, matrix, 0, len(matrix)):
            with np.errstate(over="ignore"):
                norms[rows] = np.sqrt(np.einsum("vd,vd->v", block, block))
        if not np.isfinite(norms).all():
            row = int(np.flatnonzero(~np.isfinite(norms))[0])
            raise ConfigError(f"row {row} of the vectors holds NaN, infinity or numbers too large for float32")
        norms.flags.writeable = False
        return cls(matrix, norms, np.where(norms > 0, norms, np.float32(np.inf)))


@dataclass(frozen=True)
class Search:
    """What to look for beside the queries themselves.

    Attributes
    ----------
    k : int
        Neighbours wanted per query; at least 1.
    start, stop : int
        Rows ``start <= row < stop`` are searched.
    excluded_query, excluded_row : ndarray of int64, shape (E,)
        Pairs: the i-th row is no answer to the i-th query named.
    """

    k: int
    start: int
    stop: int
    excluded_query: Rows
    excluded_row: Rows


def tolerance(dim: int) -> float:
    """Bound the distance of a fast cosine from the exact one.

    A float32 dot product of ``dim`` terms errs by at most ``dim * 2**-24`` times both lengths, in any order of
    summation (Higham 2002, section 3.1); eight more roundings cover the query, the norm, the quotient and the result.
    """
    return float((dim + 8) * 2.0**-24)


def unit(vectors: NDArray[Any]) -> Float64:
    """Scale vectors, shape (..., d), to length 1 in float64; zero vectors stay zero."""
    wide = np.asarray(vectors, dtype=np.float64)
    norms = np.sqrt(np.einsum("...d,...d->...", wide, wide))[..., np.newaxis]
    return np.asarray(np.divide(wide, norms, out=np.zeros_like(wide), where=norms > 0))


def _rows_at_once(matrix: NDArray[Any]) -> int:
    return max(1, NUMBERS_AT_ONCE // int(matrix.shape[1]))


def blocks_as(dtype: type, matrix: NDArray[Any], start: int, stop: int) -> Iterator[tuple[slice, NDArray[Any]]]:
    """Yield ``(rows, matrix[rows] as dtype)`` over the rows from ``start`` to ``stop``, a bounded number at once."""
    step = _rows_at_once(matrix)
    for first in range(start, stop, step):
        rows = slice(first, min(first + step, stop))
        yield rows, matrix[rows].astype(dtype, copy=False)


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


def queries_at_once(k: int) -> int:
    """Return how many queries for k neighbours each to search together, so that speed is full and memory bounded."""
    return min(QUERIES_AT_ONCE, max(1, SCORES_AT_ONCE // max(k, 1)))


def nearest(space: SearchSpace, queries: Float64, search: Search) -> list[tuple[Rows, Float32]]:
    """Find the rows of largest cosine with each query.

    Parameters
    ----------
    space : SearchSpace
    queries : ndarray of float64, shape (n, d)
        Unit vectors, at most `queries_at_once` of them. A zero vector has cosine 0 with every row.
    search : Search

    Returns
    -------
    list of (rows, cosines), one per query
        Best first, of equals the lower row first. At most ``search.k`` of each: fewer if fewer rows may be answers.
    """
    k = min(search.k, search.stop - search.start)
    best_row = np.full((len(queries), k), len(space.matrix), dtype=np.int64)
    best_score = np.full((len(queries), k), -np.inf, dtype=np.float32)
    fast_queries, slack = queries.astype(np.float32), np.float32(tolerance(queries.shape[1]))
    step = min(max(1, SCORES_AT_ONCE // len(queries)), search.stop - search.start)
    scratch = np.empty(len(queries) * step, dtype=np.float32)
    for start in range(search.start, search.stop, step):
        stop = min(start + step, search.stop)
        scores = fast_cosines(space, fast_queries, start, stop, scratch)
        inside = (search.excluded_row >= start) & (search.excluded_row < stop)
        scores[search.excluded_query[inside], search.excluded_row[inside] - start] = -np.inf
        query, row = _candidates(scores, best_score[:, -1] - slack, k, slack)
        row += start
        _keep_best(best_row, best_score, query, row, pair_cosines(space.matrix, queries, query, row).astype(np.float32))
    counts = (best_score > -np.inf).sum(axis=1)
    return [(rows[:n], scores[:n]) for rows, scores, n in zip(best_row, best_score, counts, strict=True)]


def _candidates(scores: Float32, floor: Float32, k: int, slack: np.float32) -> tuple[Rows, Rows]:
    """Return (query, column) of every fast score that may belong to the k best: those not below their query's floor."""
    # The floor is the k-th best exact score so far minus the tolerance: a row with a lower fast score cannot be among the k
    # best, however its score was rounded. Excluded scores are -inf, and so is the floor before k rows are known: neither
    # may pass, so the floor is raised to the least finite number.
    floor = np.maximum(floor, np.finfo(np.float32).min)
    live = np.flatnonzero(scores.max(axis=1) >= floor)
    if len(live) < len(scores):
        scores, floor = scores[live], floor[live]
    columns = scores.shape[1]
    passed = scores >= floor[:, np.newaxis]
    if k < columns and np.count_nonzero(passed) > CANDIDATES_PER_NEIGHBOUR * k * len(live):
        kth = np.partition(scores, columns - k, axis=1)[:, columns - k]
        # Both this score and the k-th may be off, in opposite directions: twice the slack.
        passed = scores >= np.maximum(floor, kth - 2 * slack)[:, np.newaxis]
    query, column = np.divmod(np.flatnonzero(passed), columns)
    return live[query], column


def _keep_best(best_row: Rows, best_score: Float32, query: Rows, row: Rows, score: Float32) -> None:
    """Merge candidates into the k best rows per query, in place."""
    k = best_row.shape[1]
    touched = np.unique(query)
    all_query = np.concatenate([np.repeat(touched, k), query])
    all_row = np.concatenate([best_row[touched].ravel(), row])
    all_score = np.concatenate([best_score[touched].ravel(), score])
    order = np.lexsort((all_row, -all_score, all_query))
    first_of_query = np.searchsorted(all_query[order], touched)
    kept = order[first_of_query[:, np.newaxis] + np.arange(k)]
    best_row[touched], best_score[touched] = all_row[kept], all_score[kept]


def closer_rows(space: SearchSpace, query: Float64, row: int) -> Rows:
    """Return the rows whose exact cosine with a unit query, shape (d,), is above that of ``row``; in row order."""
    limit = cosines_to(space.matrix, query, np.array([row]))[0]
    scores = fast_cosines(space, query[np.newaxis].astype(np.float32), 0, len(space.matrix))[0]
    slack = np.float32(tolerance(len(query)))
    above = scores > limit + slack
    unsure = np.flatnonzero(np.abs(scores - limit) <= slack)
    above[unsure] = cosines_to(space.matrix, query, unsure) > limit
    return np.flatnonzero(above)


def cosmul(positive: Iterable[NDArray[Any]], negative: Iterable[NDArray[Any]], slack: float = 0.0) -> Float64:
    """Combine cosines by 3CosMul (Levy & Goldberg 2014, equation 5), in float64.

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


def cosmul_nearest(space: SearchSpace, positive: Float64, negative: Float64, search: Search) -> tuple[Rows, Float32]:
    """Find the rows that 3CosMul scores highest, for unit vectors ``positive``, shape (P, d), and ``negative``, (N, d).

    As in `nearest`, fast scores only choose the candidates: those whose upper bound reaches the k-th lower bound.
    """
    inputs, count = np.concatenate([positive, negative]), len(positive)
    fast = fast_cosines(space, inputs.astype(np.float32), search.start, search.stop)
    slack = tolerance(inputs.shape[1])
    lower, upper = (cosmul(fast[:count], fast[count:], sign * slack) for sign in (-1, 1))
    inside = (search.excluded_row >= search.start) & (search.excluded_row < search.stop)
    lower[search.excluded_row[inside] - search.start] = -np.inf
    upper[search.excluded_row[inside] - search.start] = -np.inf
    k = min(search.k, len(lower))
    kth = np.partition(lower, len(lower) - k)[len(lower) - k]
    row = np.flatnonzero((upper >= kth) & (upper > -np.inf)) + search.start
    exact = [pair_cosines(space.matrix, inputs, np.full(len(row), i), row) for i in range(len(inputs))]
    scores = cosmul(exact[:count], exact[count:]).astype(np.float32)
    best = np.argsort(-scores, kind="stable")[:k]
    return row[best], scores[best]
