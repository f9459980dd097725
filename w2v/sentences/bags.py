"""Sentences as bags of rows of the vocabulary, and weighted sums of their vectors."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Float32, Rows

SENTENCES_AT_ONCE = 512
"""Sums of so many sentences of 100 numbers stay in the second-level cache."""
SENTENCES_SORTED = 1 << 16
"""Sentences sorted by length at a time, so that those added together have nearly the same length."""


Real = NDArray[np.floating]


@dataclass(frozen=True)
class Bags:
    """The known words of sentences, in order.

    Attributes
    ----------
    rows : ndarray of int64, shape (N,)
        Sentence i is ``rows[offsets[i]:offsets[i + 1]]``.
    offsets : ndarray of int64, shape (n + 1,)
    words : ndarray of int64, shape (n,)
        Number of words of each sentence, including unknown ones.
    """

    rows: Rows
    offsets: Rows
    words: Rows

    def __len__(self) -> int:
        return len(self.words)

    @property
    def lengths(self) -> Rows:
        """Number of known words of each sentence."""
        return np.diff(self.offsets)

    def take(self, places: Rows) -> "Bags":
        """Return the sentences at some places, in that order."""
        lengths = self.lengths[places]
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
        return Bags(self.rows[np.repeat(self.offsets[places], lengths) + within], offsets, self.words[places])

    @classmethod
    def joined(cls, parts: Iterable["Bags"]) -> "Bags":
        """Return the sentences of several, one after another."""
        listed = list(parts)
        empty = np.zeros(0, np.int64)
        lengths = np.concatenate([empty, *(part.lengths for part in listed)])
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        rows = np.concatenate([empty, *(part.rows for part in listed)])
        return cls(rows, offsets, np.concatenate([empty, *(part.words for part in listed)]))


def sums(table: Real, bags: Bags) -> Real:
    """Return the sum of the rows of each sentence, shape (n, d); 0 for a sentence without words.

    Rows are added in the order of the sentence, so the sum does not depend on the other sentences.
    """
    found = np.empty((len(bags), table.shape[1]), table.dtype)
    for start in range(0, len(bags), SENTENCES_SORTED):
        stop = min(start + SENTENCES_SORTED, len(bags))
        starts, lengths = bags.offsets[start:stop], bags.lengths[start:stop]
        order = np.argsort(-lengths, kind="stable")
        for first in range(0, len(order), SENTENCES_AT_ONCE):
            chosen = order[first : first + SENTENCES_AT_ONCE]
            found[start + chosen] = _sums(table, bags.rows, starts[chosen], lengths[chosen])
    return found


def _sums(table: Real, rows: Rows, starts: Rows, lengths: Rows) -> Real:
    """Add the first words of sentences, longest first, then the second words of those that have one, and so on."""
    # a big dog      j = 0: a  the  rain      1: big  cat      2: dog
    # the cat
    # rain
    total = np.zeros((len(starts), table.shape[1]), table.dtype)
    words = np.empty_like(total)
    having = np.searchsorted(-lengths, -np.arange(lengths[0]), side="left")  # sentences of more than j words
    for j, n in enumerate(having.tolist()):
        np.take(table, rows[starts[:n] + j], axis=0, out=words[:n], mode="clip")  # other modes copy through a buffer
        total[:n] += words[:n]
    return total


def weight_sums(weights: NDArray[np.floating], bags: Bags) -> NDArray[np.float64]:
    """Return the sum of the weights of each sentence."""
    running = np.concatenate([np.zeros(1), np.cumsum(weights[bags.rows], dtype=np.float64)])
    return np.asarray(np.diff(running[bags.offsets]))


def unit(sentences: Float32) -> Float32:
    """Return rows of length 1; zeros stay zeros."""
    lengths = np.sqrt(np.einsum("ij,ij->i", sentences, sentences, dtype=np.float64))[:, np.newaxis]
    lengths[lengths == 0] = 1
    return np.asarray(sentences / lengths.astype(sentences.dtype))
