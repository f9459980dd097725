"""Search for the rows of a matrix nearest to queries, by cosine or 3CosMul: pure functions of arrays, not of words.

A search is exact, and its answer depends on nothing but the numbers stored:

1. *fast score*: float32 arithmetic on one product per block of rows, ``S = Q Mᵀ / |rows|``, with a bound of its error;
2. *candidates*: every row whose exact score may, by that bound, exceed the k-th best so far;
3. *exact score*: candidates once more in float64, rounded to float32; best first, ties go to the lower row.

So one query or a thousand, small blocks or large, give the same rows, scores and order, and memory stays bounded.
The cosine with a zero vector, which is undefined, is 0 here.
"""

from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float32, Float64, Rows
from w2v.vectors.cosines import SearchSpace, cosines_to, fast_cosines, tolerance
from w2v.vectors.scores import CosineScores, CosmulScores, Scores

# Scores in memory at a time: 8 MiB of float32, about the cache share of a core, so that they are still cached when read.
SCORES_AT_ONCE = 1 << 21
# Queries per matrix product: enough to amortise the packing of the rows inside the BLAS; more gains nothing.
QUERIES_AT_ONCE = 1024
# A block with more than this many candidates per wanted neighbour is first cut at its own k-th best score.
CANDIDATES_PER_NEIGHBOUR = 4
# Groups of a block, of which the best k are looked at: with 16 k of them few of the best k columns share a group.
COLUMNS_PER_GROUP = 64
GROUPS_PER_NEIGHBOUR = 16


@dataclass(frozen=True)
class Search:
    """Parameters of a search besides the queries.

    Attributes
    ----------
    k : int
        Neighbours wanted per query; at least 1.
    start, stop : int
        Rows ``start <= row < stop`` are searched.
    excluded_query, excluded_row : ndarray of int64, shape (E,)
        Pairs: the i-th row is excluded from the results of the i-th query listed.
    """

    k: int
    start: int
    stop: int
    excluded_query: Rows
    excluded_row: Rows


def queries_at_once(k: int) -> int:
    """Return how many queries for k neighbours each to search together, for full speed in bounded memory."""
    return min(QUERIES_AT_ONCE, max(1, SCORES_AT_ONCE // max(k, 1)))


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
    """Return the results of each query, without unfilled slots."""
    counts = (scores > -np.inf).sum(axis=1)
    return [(own[:n], of[:n]) for own, of, n in zip(rows, scores, counts, strict=True)]


def _candidates(scores: Scores, fast: Float32, best_score: Float32, k: int, start: int) -> tuple[Rows, Rows]:
    """Return the (query, row) pairs of a block that may be among the k best: their scores may exceed the k-th so far."""
    # Excluded scores are -inf, which is what the floor is before k rows are known: neither may pass.
    floor = np.maximum(best_score - scores.slack, np.finfo(np.float32).min)
    columns, looks_best = fast.shape[1], fast.argmax(axis=1)
    live = np.flatnonzero(fast[np.arange(len(fast)), looks_best] >= floor)
    if len(live) < len(fast):
        fast, floor = fast[live], floor[live]
    if k == 1:  # hardly any other row comes as close as the slack to the one that looks best
        floor = np.maximum(floor, scores.exact(live, looks_best[live] + start) - scores.slack)
    elif k < columns:
        many = np.count_nonzero(fast >= floor[:, np.newaxis]) > CANDIDATES_PER_NEIGHBOUR * k * len(live)
        if many:  # k of those that look best show how high the k-th score of this block is at least
            probe = _probe(fast, k)
            exact = scores.exact(np.repeat(live, k), probe.ravel() + start).reshape(-1, k)
            exact[np.isneginf(np.take_along_axis(fast, probe, axis=1))] = -np.inf
            floor = np.maximum(floor, exact.min(axis=1) - scores.slack)
    query, column = np.divmod(np.flatnonzero(fast >= floor[:, np.newaxis]), columns)
    return live[query], column + start


def _probe(fast: Float32, k: int) -> Rows:
    """Return k columns of high score per query: the best ones of the k best groups of columns.

    A maximum over groups reads the scores once, where finding the k best takes ten times as long.
    """
    queries, columns = fast.shape
    width = min(COLUMNS_PER_GROUP, columns // (GROUPS_PER_NEIGHBOUR * k))
    if width < 2:
        return np.argpartition(fast, columns - k, axis=1)[:, columns - k :]
    groups = columns // width
    grouped = fast[:, : width * groups].reshape(queries, width, groups)
    chosen = np.argpartition(grouped.max(axis=1), groups - k, axis=1)[:, groups - k :]
    inside = np.take_along_axis(grouped, chosen[:, np.newaxis], axis=2).argmax(axis=1)
    found: Rows = inside * groups + chosen
    return found


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
