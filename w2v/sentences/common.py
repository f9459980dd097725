"""What all sentences have in common, which is taken away: their mean, or their first principal components.

The components are those of uSIF (Ethayarajh 2018): of the first five, component i is removed by the share
s_i^2 / (s_1^2 + ... + s_5^2). Both are estimated from a text, or from the counts alone, as if
words were drawn independently.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from w2v.arrays import Float32, Float64
from w2v.sentences.bags import Bags, sums, weight_sums

COMPONENTS = 5


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
    """A linear map that removes what sentences have in common: subtract ``mean``, then multiply by ``keep``."""

    mean: Float64
    keep: Float64 | None = None

    @classmethod
    def of(cls, first: Float64, second: Float64, components: bool) -> "Common":
        """Make the map from the mean of sentences, and the mean of their outer products."""
        if not components:
            return cls(first)
        strengths, directions = np.linalg.eigh(second)
        strengths, directions = strengths[::-1][:COMPONENTS], directions[:, ::-1][:, :COMPONENTS]
        total = strengths.sum()
        shares = strengths / total if total > 0 else np.zeros(len(strengths))
        return cls(np.zeros(len(first)), np.eye(len(first)) - (directions * shares) @ directions.T)

    @classmethod
    def of_words(cls, vectors: Float32, weights: Float64, p: Float64 | None, components: bool) -> "Common":
        """Make the map from vectors, weights and frequencies of words: what a text of independent words would give."""
        drawn = (weights > 0).astype(np.float64) if p is None else p * (weights > 0)
        expected = drawn * weights
        total = max(expected.sum(), np.finfo(np.float64).tiny)
        first = expected @ vectors / total
        second = (vectors * (drawn * weights**2)[:, np.newaxis]).T @ vectors if components else np.zeros(0)
        return cls.of(first, second, components)

    def removed(self, vectors: Float32) -> Float32:
        """Return vectors of words such that means of them have nothing in common."""
        left = vectors - self.mean.astype(vectors.dtype)
        return left if self.keep is None else np.asarray(left @ self.keep.astype(vectors.dtype))
