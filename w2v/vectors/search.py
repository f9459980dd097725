"""Cosines and nearest rows of a matrix: pure functions of arrays, to which words are unknown.

A search is exact, and its answer depends on nothing but the numbers stored:

1. *fast score*: float32 arithmetic on one product per block of rows, ``S = Q Mᵀ / |rows|``, with a bound of its error;
2. *candidates*: every row whose exact score may, by that bound, exceed the k-th best so far;
3. *exact score*: candidates once more in float64, rounded to float32; best first, ties go to the lower row.

So one query or a thousand, small blocks or large, give the same rows, scores and order, and memory stays bounded.
The cosine with a zero vector, which is undefined, is 0 here.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Float32 as Float32  # the files beside this one take the three from here
from w2v.arrays import Float64 as Float64
from w2v.arrays import Rows as Rows
from w2v.errors import ConfigError

# Scores held at once: 8 MiB of float32, about the cache share of a core, so that they are read where they were written.
SCORES_AT_ONCE = 1 << 21
# Queries per matrix product: enough to amortise the packing of the rows inside the BLAS; more gains nothing.
QUERIES_AT_ONCE = 1024
# Numbers converted to another floating-point type at once: 4 MiB of float64.
NUMBERS_AT_ONCE = 1 << 19
# A block with more than this many candidates per wanted neighbour is first cut at its own k-th best score.
CANDIDATES_PER_NEIGHBOUR = 4
# Candidates are scored by one float64 product of whole blocks where they are more than one pair in so many.
PAIRS_PER_CANDIDATE = 32
# Keeps the quotient of `cosmul` finite. Levy & Goldberg (2014) give no value beside equation (4); this is gensim's.
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
        with np.errstate(over="ignore"):
            norms = row_norms(matrix).astype(np.float32)
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
    """Scale vectors, shape (..., d), to length 1 in float64; zero vectors stay zero.

    Whoever cannot do with a zero vector says so: in `w2v.geometry.directions.unit_rows` it is an error.
    """
    wide = np.asarray(vectors, dtype=np.float64)
    norms = np.sqrt(np.einsum("...d,...d->...", wide, wide))[..., np.newaxis]
    return np.asarray(np.divide(wide, norms, out=np.zeros_like(wide), where=norms > 0))


def row_norms(matrix: Any) -> Float64:
    """Return the Euclidean length of each row of a matrix, or of what is indexed like one, shape (V, d).

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


class Scores(ABC):
    """A score of every query with every row of a space, made of cosines of the rows with some input vectors.

    Attributes
    ----------
    space : SearchSpace
    inputs : ndarray of float64, shape (m, d)
        Unit vectors. The cosine of a zero vector is 0 with every row.
    slack : float32
        The exact score of a pair exceeds the fast one by no more than this.
    """

    def __init__(self, space: SearchSpace, inputs: Float64, slack: float) -> None:
        self.space, self.inputs = space, inputs
        self.fast_inputs, self.slack = inputs.astype(np.float32), np.float32(slack)

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of queries."""

    @abstractmethod
    def fast(self, start: int, stop: int, scratch: Float32) -> Float32:
        """Return scores of all queries with rows ``start:stop``, in ``scratch``; see `slack`."""

    @abstractmethod
    def combine(self, query: Rows, cosine: Callable[[Rows], Float64], slack: Any = 0.0) -> Float64:
        """Return the scores of ``query``, shape (n,), where ``cosine`` returns the n cosines with one input each.

        If the cosines may be off by ``slack``, the result is an upper bound; with a negative slack, a lower bound.
        """

    def exact(self, query: Rows, row: Rows) -> Float32:
        """Return the exact scores of pairs, shape (n,): computed in float64, rounded to float32."""
        first, stop = (int(row.min()), int(row.max()) + 1) if len(row) else (0, 0)
        if len(row) * PAIRS_PER_CANDIDATE <= len(self.inputs) * (stop - first):
            return self._pairwise(query, row)
        # Where a bound above and one below round to the same float32, that is what the pair alone gives as well.
        table = self.inputs @ unit(self.space.matrix[first:stop]).T
        slack = (self.inputs.shape[1] + 8) * 2.0**-51 * (self.space.norms[row] > 0)
        above, below = (
            self.combine(query, lambda which: table[which, row - first], sign * slack).astype(np.float32)
            for sign in (1, -1)
        )
        unsure = above != below
        above[unsure] = self._pairwise(query[unsure], row[unsure])
        return above

    def _pairwise(self, query: Rows, row: Rows) -> Float32:
        found = self.combine(query, lambda which: pair_cosines(self.space.matrix, self.inputs, which, row))
        return found.astype(np.float32)


class CosineScores(Scores):
    """The cosines of unit queries, float64, shape (n, d), with the rows."""

    def __init__(self, space: SearchSpace, queries: Float64) -> None:
        super().__init__(space, queries, tolerance(queries.shape[1]))

    def __len__(self) -> int:
        return len(self.inputs)

    def fast(self, start: int, stop: int, scratch: Float32) -> Float32:
        """Return the cosines of one product."""
        return fast_cosines(self.space, self.fast_inputs, start, stop, scratch)

    def combine(self, query: Rows, cosine: Callable[[Rows], Float64], slack: Any = 0.0) -> Float64:
        """Return the cosines themselves."""
        found: Float64 = cosine(query) + slack
        return found


class CosmulScores(Scores):
    """3CosMul of the rows; see `cosmul`.

    Parameters
    ----------
    space : SearchSpace
    inputs : ndarray of float64, shape (m, d)
        Different unit vectors: each is multiplied with the rows only once, in however many queries it is.
    positive, negative : ndarray of int64, shape (n, P) and (n, N)
        Which of the inputs each query takes.
    """

    def __init__(self, space: SearchSpace, inputs: Float64, positive: Rows, negative: Rows) -> None:
        super().__init__(space, inputs, 0.0)
        self.positive, self.negative = positive, negative

    def __len__(self) -> int:
        return len(self.positive)

    def fast(self, start: int, stop: int, scratch: Float32) -> Float32:
        """Return upper bounds: of cosines at the ends of what they may be, in float32.

        A factor (1 + cosine) / 2 is at most 1, so what it is moved by beside the tolerance covers four roundings of it.
        """
        cosines = fast_cosines(self.space, self.fast_inputs, start, stop)
        slack = tolerance(self.inputs.shape[1] + 8)
        largest, smallest = (
            np.maximum(cosines * np.float32(0.5) + np.float32((1 + sign * slack) / 2), 0) for sign in (1, -1)
        )
        scores = scratch[: len(self) * (stop - start)].reshape(len(self), stop - start)
        _multiply(largest, self.positive, scores)
        if self.negative.shape[1] == 1:  # an input's column is divided by once, and not for each query
            scores *= (np.float32(1) / (smallest + np.float32(COSMUL_EPSILON)))[self.negative[:, 0]]
        else:
            divisors = np.empty_like(scores)
            _multiply(smallest, self.negative, divisors)
            divisors += np.float32(COSMUL_EPSILON)
            scores /= divisors
        scores *= np.float32(1 + (self.positive.shape[1] + self.negative.shape[1] + 4) * 2.0**-23)
        return scores

    def combine(self, query: Rows, cosine: Callable[[Rows], Float64], slack: Any = 0.0) -> Float64:
        """Return `cosmul` of the cosines."""
        positive, negative = (
            [cosine(column) for column in inputs[query].T] for inputs in (self.positive, self.negative)
        )
        return np.broadcast_to(cosmul(positive, negative, slack), query.shape)


def _multiply(factors: Float32, chosen: Rows, out: Float32) -> None:
    """Write the product of ``factors[chosen[i, j]]`` over j into row i of ``out``."""
    if not chosen.shape[1]:
        out[:] = 1
        return
    np.take(factors, chosen[:, 0], axis=0, out=out, mode="clip")
    for column in chosen.T[1:]:
        out *= factors[column]


def best(scores: Scores, search: Search) -> tuple[Rows, Float32]:
    """Find the rows of highest score for each query.

    Parameters
    ----------
    scores : Scores
        Of at most `queries_at_once` queries.
    search : Search

    Returns
    -------
    rows, scores : ndarray of int64 and of float32, shape (n, k)
        Best first, ties go to the lower row. If fewer than k rows may be answers, the last rows are the number of rows of
        the matrix, with a score of minus infinity.
    """
    k = min(search.k, search.stop - search.start)
    best_row = np.full((len(scores), k), len(scores.space.matrix), dtype=np.int64)
    best_score = np.full((len(scores), k), -np.inf, dtype=np.float32)
    step = min(max(1, SCORES_AT_ONCE // len(scores)), search.stop - search.start)
    scratch = np.empty(len(scores) * step, dtype=np.float32)
    for start in range(search.start, search.stop, step):
        stop = min(start + step, search.stop)
        fast = scores.fast(start, stop, scratch)
        inside = (search.excluded_row >= start) & (search.excluded_row < stop)
        fast[search.excluded_query[inside], search.excluded_row[inside] - start] = -np.inf
        query, row = _candidates(scores, fast, best_score[:, -1], k, start)
        exact = scores.exact(query, row)
        above = exact > best_score[query, -1]  # rows come in order: a later one of equal score is never better
        _keep_best(best_row, best_score, query[above], row[above], exact[above])
    return best_row, best_score


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
        Best first, ties go to the lower row. At most ``search.k`` of each: fewer if fewer rows may be answers.
    """
    return _found(*best(CosineScores(space, queries), search))


def cosmul_nearest(space: SearchSpace, positive: Float64, negative: Float64, search: Search) -> tuple[Rows, Float32]:
    """Find the rows that 3CosMul scores highest, for unit vectors ``positive``, shape (P, d), and ``negative``, (N, d)."""
    inputs, count = np.concatenate([positive, negative]), len(positive)
    own = np.arange(len(inputs))[np.newaxis]
    return _found(*best(CosmulScores(space, inputs, own[:, :count], own[:, count:]), search))[0]


def _found(rows: Rows, scores: Float32) -> list[tuple[Rows, Float32]]:
    """Return the answers of each query, without the places that no row fills."""
    counts = (scores > -np.inf).sum(axis=1)
    return [(own[:n], of[:n]) for own, of, n in zip(rows, scores, counts, strict=True)]


def _candidates(scores: Scores, fast: Float32, best_score: Float32, k: int, start: int) -> tuple[Rows, Rows]:
    """Return (query, row) of every pair of a block that may belong to the k best: its score may exceed the k-th so far."""
    # Excluded scores are -inf, which is what the floor is before k rows are known: neither may pass.
    floor = np.maximum(best_score - scores.slack, np.finfo(np.float32).min)
    live = np.flatnonzero(fast.max(axis=1) >= floor)
    if len(live) < len(fast):
        fast, floor = fast[live], floor[live]
    columns = fast.shape[1]
    if k < columns:
        many = np.count_nonzero(fast >= floor[:, np.newaxis]) > CANDIDATES_PER_NEIGHBOUR * k * len(live)
        if many:  # the k that look best show how high the k-th score of this block is at least
            probe = np.argpartition(fast, columns - k, axis=1)[:, columns - k :]
            exact = scores.exact(np.repeat(live, k), probe.ravel() + start).reshape(-1, k)
            exact[np.isneginf(np.take_along_axis(fast, probe, axis=1))] = -np.inf
            floor = np.maximum(floor, exact.min(axis=1) - scores.slack)
    query, column = np.divmod(np.flatnonzero(fast >= floor[:, np.newaxis]), columns)
    return live[query], column + start


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
