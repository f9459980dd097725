"""Two views of the same sentence: what SimCSE compared (Gao et al. 2021, table 1), on bags of words.

none         both views are the sentence itself; so are those of RS (two words swapped), since a bag has no order
dropout      each number of each word vector is left out with a probability, in each view anew; the rest is scaled up
fixed        the same, but both views have the same mask
deletion     RD: words of the second view are left out (Wei & Zou 2019; the others too)
insertion    RI: synonyms of words are added to the second view
replacement  SR: words of the second view are replaced by synonyms

As synonyms serve the nearest words of the vectors that training starts from.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from w2v.arrays import Float32, Rows
from w2v.sentences.bags import Bags
from w2v.sentences.contrastive import View

AUGMENTATIONS = ("none", "dropout", "fixed", "deletion", "insertion", "replacement")
WITH_SYNONYMS = ("insertion", "replacement")
SYNONYMS = 5
WORDS_WITH_SYNONYMS = 30_000
"""The most frequent words get synonyms among themselves: the time for all would grow with the square of their number."""


@dataclass(frozen=True)
class Augmentation:
    """A way to make two views of sentences.

    Attributes
    ----------
    kind : one of `AUGMENTATIONS`
    rate : float
        Probability with which a number, or a word, is left out, replaced or followed by a synonym.
    weights : ndarray of float32, shape (V,)
    synonyms : ndarray of int64, shape (n, 5), optional
        Of the first n rows.
    """

    kind: str
    rate: float
    weights: Float32
    synonyms: Rows | None = None

    def views(self, first: Bags, second: Bags, dim: int, draws: Generator) -> tuple[View, View]:
        """Return views of pairs of sentences, which are equal unless training has pairs of its own."""
        one, two = View(first, self.weights[first.rows]), View(second, self.weights[second.rows])
        if self.kind in ("dropout", "fixed"):
            mask = self._mask(len(first.rows), dim, draws)
            other = mask if self.kind == "fixed" else self._mask(len(second.rows), dim, draws)
            return replace(one, mask=mask), replace(two, mask=other)
        if self.kind == "deletion":
            return one, self._without(two, draws)
        if self.kind in WITH_SYNONYMS:
            return one, self._with_synonyms(second, draws)
        return one, two

    def _mask(self, words: int, dim: int, draws: Generator) -> Float32:
        kept = draws.random((words, dim), np.float32) >= self.rate
        return np.asarray(kept / np.float32(1 - self.rate), np.float32)

    def _without(self, view: View, draws: Generator) -> View:
        """Leave words out, but not all of a sentence."""
        left = view.weights * (draws.random(len(view.weights)) >= self.rate)
        again = _weightless(left, view.bags)
        return replace(view, weights=np.where(again, view.weights, left).astype(np.float32))

    def _with_synonyms(self, bags: Bags, draws: Generator) -> View:
        synonyms = self.synonyms
        if synonyms is None:
            raise AssertionError("synonyms are found before training")
        chosen = (draws.random(len(bags.rows)) < self.rate) & (bags.rows < len(synonyms))
        drawn = synonyms[bags.rows[chosen], draws.integers(synonyms.shape[1], size=int(chosen.sum()))]
        if self.kind == "replacement":
            rows, offsets = bags.rows.copy(), bags.offsets
            rows[chosen] = drawn
            rows = np.where(_weightless(self.weights[rows], bags), bags.rows, rows)
        else:  # each synonym after its word
            places = np.flatnonzero(chosen) + 1
            rows = np.insert(bags.rows, places, drawn)
            offsets = bags.offsets + np.searchsorted(places, bags.offsets, side="right")
        made = Bags(rows, offsets, bags.words)
        return View(made, self.weights[rows])


def _weightless(weights: Float32, bags: Bags) -> NDArray[np.bool_]:
    """Return which occurrences of words belong to a sentence that has no weight left."""
    return np.repeat(np.add.reduceat(weights, bags.offsets[:-1]) == 0, bags.lengths)
