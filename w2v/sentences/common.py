"""What all sentences have in common, which is taken away: their mean, or their first principal components.

The components are those of uSIF (Ethayarajh 2018): of the first five, component i is removed by the share
s_i^2 / (s_1^2 + ... + s_5^2). Both are estimated from a text, or from the counts alone, as if
words were drawn independently.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from w2v.arrays import Float32, Float64
from w2v.json_values import Real, check
from w2v.sentences.bags import Bags, sums, weight_sums

COMPONENTS = 5
MOST_SHARE = 0.999
"""Of a direction of which more was taken away, float32 does not hold enough to put it back."""


@dataclass
class Moments:
    """Sums over sentences, whose vectors are weighted means of those of their words."""

    dim: int
    n: int = 0
    words: int = 0
    first: Float64 = field(default_factory=lambda: np.zeros(0))
    second: Float64 = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        self.first, self.second = np.zeros(self.dim), np.zeros((self.dim, self.dim))

    def add(self, table: Float32, weights: Float32, parts: Iterable[Bags]) -> "Moments":
        """Add the sentences that have a known word; ``table`` holds the vectors times the weights."""
        for bags in parts:
            total = weight_sums(weights, bags)
            known = total > 0
            h = sums(table, bags)[known].astype(np.float64) / total[known, np.newaxis]
            self.n += int(known.sum())
            self.words += int(bags.words[known].sum())
            self.first += h.sum(axis=0)
            self.second += h.T @ h
        return self


@dataclass(frozen=True)
class Common:
    """A linear map that takes away what sentences have in common: their mean, then shares of some directions.

    Attributes
    ----------
    mean : ndarray of float64, shape (d,)
    directions : ndarray of float64, shape (d, k)
        Orthonormal columns; none if only the mean is taken away.
    shares : ndarray of float64, shape (k,)
        How much of each direction is taken away, from 0 to 1.
    """

    mean: Float64
    directions: Float64
    shares: Float64

    @classmethod
    def of(cls, first: Float64, second: Float64, components: bool) -> "Common":
        """Make the map from the mean of sentences, and the mean of their outer products."""
        if not components:
            return cls(first, np.zeros((len(first), 0)), np.zeros(0))
        strengths, directions = np.linalg.eigh(second)
        strengths, directions = np.maximum(strengths[::-1][:COMPONENTS], 0), directions[:, ::-1][:, :COMPONENTS]
        total = strengths.sum()
        return cls(np.zeros(len(first)), directions, strengths / total if total > 0 else strengths)

    @classmethod
    def of_words(
        cls, vectors: Float32, weights: Float64, p: Float64 | None, length: float, components: bool
    ) -> "Common":
        """Make the map from vectors, weights and frequencies of words: what a text of independent words would give.

        A sentence is the mean of ``length`` draws of v with weights a. With A = E a and m = E[a v] / A, its moments are

            E h   = m
            E hh' = mm' + (E[a^2 vv'] - 2 E[a^2 v] m' - 2 m E[a^2 v]' + 3 E[a^2] mm') / (length A^2)

        up to O(1 / length) and O(1 / length^2): the expansion of a ratio of two means about their expectations.
        """
        drawn = (weights > 0).astype(np.float64) if p is None else p * (weights > 0)
        drawn /= max(drawn.sum(), np.finfo(np.float64).tiny)
        a = max(float(drawn @ weights), np.finfo(np.float64).tiny)
        mean = (drawn * weights) @ vectors / a
        if not components:
            return cls.of(mean, np.zeros(0), components)
        squares = drawn * weights**2
        across = np.outer(squares @ vectors, mean)
        outer = np.outer(mean, mean)
        spread = (vectors * squares[:, np.newaxis]).T @ vectors - 2 * (across + across.T) + 3 * squares.sum() * outer
        return cls.of(mean, outer + spread / (length * a**2), components)

    @classmethod
    def nothing(cls, dim: int) -> "Common":
        """Return the map that takes nothing away."""
        return cls(np.zeros(dim), np.zeros((dim, 0)), np.zeros(0))

    def removed(self, vectors: Float32) -> Float32:
        """Return vectors of words such that means of them have nothing in common."""
        return self._mapped(vectors - self.mean, -self.shares).astype(vectors.dtype)

    def restored(self, vectors: Float32) -> Float32 | None:
        """Return the vectors of which `removed` made these; None if that cannot be told any more."""
        if (self.shares > MOST_SHARE).any():
            return None
        with np.errstate(over="ignore"):  # of a file that a stranger wrote
            found = self._mapped(vectors.astype(np.float64), self.shares / (1 - self.shares)) + self.mean
            made = found.astype(vectors.dtype)
        return made if np.isfinite(made).all() else None

    def _mapped(self, vectors: Float64, factors: Float64) -> Float64:
        return np.asarray(vectors + (vectors @ self.directions * factors) @ self.directions.T)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "mean": self.mean.tolist(),
            "directions": self.directions.T.tolist(),
            "shares": self.shares.tolist(),
        }

    @classmethod
    def from_dict(cls, data: Any, dim: int) -> "Common":
        """Restore the map from the result of `to_dict`; raise ValueError if it is none of vectors of this length."""
        check(data, {"mean": [Real()], "directions": [[Real(-1.01, 1.01)]], "shares": [Real(0, 1)]}, "common")
        given = [data["mean"], *data["directions"]]
        if any(len(row) != dim for row in given) or len(given) != len(data["shares"]) + 1:
            raise ValueError(f"common must be of vectors of {dim} numbers, with a share of each direction")
        mean, directions, shares = (np.array(data[name], np.float64) for name in ("mean", "directions", "shares"))
        return cls(mean, directions.reshape(len(shares), dim).T, shares)
