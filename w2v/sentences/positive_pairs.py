"""Positive pairs of sentences to train on: neighbours in a text, a sentence with itself, or pairs that people made."""

from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float32, Rows
from w2v.errors import CorpusError
from w2v.sentences.bags import Bags, weight_sums

SHORTEST, LONGEST = 6, 60
"""Words of a sentence of running text: shorter ones are headings and fragments."""
SPAN = 20
"""A longer line, as of a text without punctuation, is cut into spans of so many words."""


@dataclass(frozen=True)
class Positives:
    """Pair i consists of sentences ``first[i]`` and ``second[i]``."""

    bags: Bags
    first: Rows
    second: Rows

    def __len__(self) -> int:
        return len(self.first)

    @classmethod
    def of_text(cls, bags: Bags, weights: Float32, *, neighbours: bool) -> "Positives":
        """Make pairs of each sentence with the next one of its document, or with itself.

        A sentence without words ends a document.

        Raises
        ------
        CorpusError
            If there are fewer than two pairs.
        """
        documents = np.cumsum(bags.words == 0)
        cut, owner = _cut(bags)
        usable = (cut.words >= SHORTEST) & (weight_sums(weights, cut) > 0)
        kept, documents = cut.take(np.flatnonzero(usable)), documents[owner[usable]]
        if neighbours:
            first = np.flatnonzero(documents[:-1] == documents[1:])
            pairs = cls(kept, first, first + 1)
        else:
            own = np.arange(len(kept))
            pairs = cls(kept, own, own)
        return pairs.enough(
            f"of {SHORTEST} words or more{', next to each other,' if neighbours else ''} with known words"
        )

    @classmethod
    def of_pairs(cls, first: Bags, second: Bags, weights: Float32) -> "Positives":
        """Make pairs of the sentences of two lists, if both have a known word."""
        known = np.flatnonzero((weight_sums(weights, first) > 0) & (weight_sums(weights, second) > 0))
        n = len(known)
        return cls(Bags.joined([first.take(known), second.take(known)]), np.arange(n), np.arange(n, 2 * n)).enough(
            "with known words on both sides"
        )

    def enough(self, what: str) -> "Positives":
        """Return the pairs, or raise CorpusError if there are fewer than two: the others are the negatives."""
        if len(self) < 2:
            raise CorpusError(
                f"the text must have at least 2 pairs of sentences {what}: got {len(self)}; use more text"
            )
        return self


def _cut(bags: Bags) -> tuple[Bags, Rows]:
    """Cut sentences that are too long into spans, and return of which sentence each is."""
    long = bags.words > LONGEST
    pieces = np.where(long, -(-bags.lengths // SPAN), 1)
    pieces = np.maximum(pieces, 1)
    owner = np.repeat(np.arange(len(bags)), pieces)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    starts = bags.offsets[:-1][owner] + number * SPAN
    offsets = np.append(starts, bags.offsets[-1])
    words = np.where(long[owner], np.diff(offsets), bags.words[owner])
    return Bags(bags.rows, offsets, words), owner
