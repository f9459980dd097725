"""How well cosines of sentences agree with human judgements, beside the same weights on random vectors.

Test sets of sentence similarity mostly measure overlap of rare words, which weights find without any knowledge of meaning.
So each result comes with that of random vectors: what it exceeds is what the vectors know.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from w2v.arguments import amount
from w2v.arrays import Float32, Float64
from w2v.errors import CorpusError
from w2v.evaluation.similarity import left_out
from w2v.evaluation.statistics import interval, ranks, resampled_spearman
from w2v.geometry.directions import unit_rows
from w2v.geometry.uniformity import log_mean_kernel
from w2v.sentences.bags import Bags, sums, unit
from w2v.sentences.scored_pairs import ScoredPair

POSITIVE = 0.8
"""Pairs scored above this share of the highest score are positive: 4 of 5, as in Gao et al. 2021."""
SENTENCES = 1500
"""Sentences among which uniformity is measured."""


@dataclass(frozen=True)
class SentenceScores:
    """Agreement of cosines with human scores.

    Attributes
    ----------
    spearman, pearson : float or None
        Rank and linear correlation, from -1 to 1; None if all scores, or all cosines, are equal.
    low, high : float or None
        95 % interval of ``spearman``: bootstrap over the pairs.
    random : float or None
        ``spearman`` of random vectors with the same weights.
    alignment : float or None
        Mean squared distance of the pairs that are scored above 80 % of the highest score; None if there are none.
    uniformity : float or None
        Logarithm of the mean Gaussian kernel (t = 2) of up to 1,500 different sentences; None for fewer than two.
    pairs : int
    unknown : int
        Pairs in which a sentence has no known word; their cosine is taken as 0.
    unscored : int
        Further pairs in the file that were left out because nobody has judged them.
    """

    spearman: float | None
    pearson: float | None
    low: float | None
    high: float | None
    random: float | None
    alignment: float | None
    uniformity: float | None
    pairs: int
    unknown: int
    unscored: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        def show(value: float | None) -> str:
            return "undefined" if value is None else f"{value:.4f}"

        ends = "" if self.low is None else f" ({self.low:.4f} to {self.high:.4f})"
        unknown = f", {self.unknown:,} with a sentence of unknown words" if self.unknown else ""
        unscored = f"; {left_out(self.unscored)}" if self.unscored else ""
        return (
            f"Spearman {show(self.spearman)}{ends}, random vectors {show(self.random)}, Pearson {show(self.pearson)}, "
            f"alignment {show(self.alignment)}, uniformity {show(self.uniformity)}, {amount(self.pairs, 'pair')}{unknown}"
            f"{unscored}"
        )


@dataclass(frozen=True)
class JudgedBags:
    """Pairs of sentences as bags, with their scores, to measure again and again."""

    first: Bags
    second: Bags
    human: Float64
    unscored: int = 0

    @classmethod
    def of(cls, pairs: Sequence[ScoredPair], read: Callable[[list[str]], Bags], unscored: int = 0) -> "JudgedBags":
        """Read the sentences of pairs.

        Raises
        ------
        CorpusError
            If there are no pairs, or one has no score.
        """
        scores = [pair.score for pair in pairs if pair.score is not None]
        if not pairs or len(scores) < len(pairs):
            raise CorpusError(f"pairs must have scores: got {len(scores)} scores for {len(pairs)} pairs")
        first, second = (read([getattr(pair, side) for pair in pairs]) for side in ("first", "second"))
        return cls(first, second, np.array(scores, np.float64), unscored)

    def scores(self, vectors: Float32, weights: Float32) -> SentenceScores:
        """Measure vectors of words under weights, and random vectors beside them."""
        first, second = self._encoded(vectors * weights[:, np.newaxis])
        cosines = _cosines(first, second)
        spearman = self.spearman(cosines)
        known = spearman is not None
        low, high = interval(resampled_spearman(self.human, cosines[np.newaxis])) if known else (None, None)
        place = self._place(first, second)
        unknown = int((~first.any(axis=1) | ~second.any(axis=1)).sum())
        return SentenceScores(
            spearman=spearman,
            pearson=_correlation(self.human, cosines),
            low=low,
            high=high,
            random=self.random(weights, vectors.shape[1]),
            alignment=place[0],
            uniformity=place[1],
            pairs=len(self.human),
            unknown=unknown,
            unscored=self.unscored,
        )

    def random(self, weights: Float32, dim: int, seed: int = 0) -> float | None:
        """Return the rank correlation of random vectors of words under weights."""
        drawn = np.random.default_rng(seed).standard_normal((len(weights), dim), np.float32)
        return self.spearman(self.cosines(drawn, weights))

    def cosines(self, vectors: Float32, weights: Float32) -> Float64:
        """Return the cosines of all pairs."""
        return _cosines(*self._encoded(vectors * weights[:, np.newaxis].astype(np.float32)))

    def spearman(self, cosines: Float64) -> float | None:
        """Return the rank correlation of cosines with the human scores; None if it is undefined."""
        return _correlation(ranks(self.human), ranks(cosines))

    def place(self, table: Float32) -> tuple[float | None, float | None]:
        """Return alignment and uniformity; ``table`` holds the vectors times the weights."""
        return self._place(*self._encoded(table))

    def _encoded(self, table: Float32) -> tuple[Float32, Float32]:
        return unit(sums(table, self.first)), unit(sums(table, self.second))

    def _place(self, first: Float32, second: Float32) -> tuple[float | None, float | None]:
        positive = (self.human > POSITIVE * self.human.max()) & first.any(axis=1) & second.any(axis=1)
        apart = (first[positive] - second[positive]).astype(np.float64)
        alignment = float(np.einsum("ij,ij->i", apart, apart).mean()) if positive.any() else None
        both = np.concatenate([first, second])
        # At most so many, every k-th of the different ones, in an order that does not depend on their vectors.
        different = both[np.sort(np.unique(both.round(6), axis=0, return_index=True)[1])]
        different = different[different.any(axis=1)]
        sample = different[:: -(-len(different) // SENTENCES) or 1]
        if len(sample) < 2:
            return alignment, None
        return alignment, float(log_mean_kernel(unit_rows(sample), None, 2.0, np.ones((len(sample), 1)))[0])


def _cosines(first: Float32, second: Float32) -> Float64:
    return np.asarray(np.einsum("ij,ij->i", first, second, dtype=np.float64))


def _correlation(x: Float64, y: Float64) -> float | None:
    """Return Pearson's correlation; None if either has no variance."""
    x, y = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((x @ x) * (y @ y)))
    return float(np.clip(x @ y / scale, -1, 1)) if scale > 0 and np.ptp(x) > 0 and np.ptp(y) > 0 else None
