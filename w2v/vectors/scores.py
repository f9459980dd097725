"""Scores of queries with the rows of a matrix: fast ones that bound the exact ones from above, and the exact ones."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from w2v.arrays import Float32, Float64, Rows
from w2v.vectors.cosines import COSMUL_EPSILON, SearchSpace, cosmul, fast_cosines, pair_cosines, tolerance, unit

# If more than one in this many pairs is a candidate, all pairs are scored by one float64 product of whole blocks.
PAIRS_PER_CANDIDATE = 32
# Scores made from gathered factors at once: 512 KiB of float32, less than a core's cache of the second level.
SCORES_IN_CACHE = 1 << 17


class Scores(ABC):
    """Scores of every query with every row of a space, computed from the cosines of the rows with input vectors.

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
        # Where the upper and the lower bound round to the same float32, the pair's own score does so too.
        table = self.inputs @ unit(self.space.matrix[first:stop]).T
        slack = (self.inputs.shape[1] + 8) * 2.0**-52 * (self.space.norms[row] > 0)
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
        """Return upper bounds in float32, from the bounds of the cosines.

        A factor (1 + cosine) / 2 is at most 1, so the slack in addition to the tolerance covers four rounding errors of it.
        """
        cosines = fast_cosines(self.space, self.fast_inputs, start, stop)
        slack = tolerance(self.inputs.shape[1] + 8)
        largest, smallest = (
            np.maximum(cosines * np.float32(0.5) + np.float32((1 + sign * slack) / 2), 0) for sign in (1, -1)
        )
        rounding = np.float32(1 + (self.positive.shape[1] + self.negative.shape[1] + 4) * 2.0**-23)
        scores = scratch[: len(self) * (stop - start)].reshape(len(self), stop - start)
        if self.negative.shape[1] == 1:  # an input's column is divided by once, and not for each query
            quotients = rounding / (smallest + np.float32(COSMUL_EPSILON))
            for part in _slices(scores):  # few enough queries for all passes over their scores to stay in the cache
                _multiply(largest, self.positive[part], scores[part])
                scores[part] *= quotients[self.negative[part, 0]]
            return scores
        _multiply(largest, self.positive, scores)
        divisors = np.empty_like(scores)
        _multiply(smallest, self.negative, divisors)
        divisors += np.float32(COSMUL_EPSILON)
        scores /= divisors
        scores *= rounding
        return scores

    def combine(self, query: Rows, cosine: Callable[[Rows], Float64], slack: Any = 0.0) -> Float64:
        """Return `cosmul` of the cosines."""
        positive, negative = (
            [cosine(column) for column in inputs[query].T] for inputs in (self.positive, self.negative)
        )
        return np.broadcast_to(cosmul(positive, negative, slack), query.shape)


def _slices(scores: Float32) -> Iterator[slice]:
    """Yield slices of the queries with a bounded number of scores each."""
    step = max(1, SCORES_IN_CACHE // scores.shape[1])
    for first in range(0, len(scores), step):
        yield slice(first, first + step)


def _multiply(factors: Float32, chosen: Rows, out: Float32) -> None:
    """Write the product of ``factors[chosen[i, j]]`` over j into row i of ``out``."""
    if not chosen.shape[1]:
        out[:] = 1
        return
    np.take(factors, chosen[:, 0], axis=0, out=out, mode="clip")
    for column in chosen.T[1:]:
        out *= factors[column]
