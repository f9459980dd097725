"""Merge the phrases of one sentence of Python strings; ``cython_ext/phrases.h`` does the same with ids of a whole text.

Phrases overlap where the last word of one is the first word of the next one:

    toys  r  us        toys_r and r_us are phrases: only one of them can be merged
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from w2v.corpus.sentences import as_sentence, shown
from w2v.errors import CorpusTypeError

Scored = tuple[str, float]
"""The token that a phrase becomes, and its score."""

Span = tuple[int, int]
"""A phrase in a sentence: the places of its first word and of its last one."""


class Merging:
    """A function from a sentence, a list of words, to the list with its phrases merged.

    Parameters
    ----------
    phrases : mapping of tuple of str to (str, float)
        The token and the score of each phrase.
    connector_words : frozenset of str
        Words that neither begin nor end a phrase.
    threshold : float, optional
        Of overlapping phrases, merge those with the largest sum of scores above this; None: the first one.
    """

    def __init__(
        self, phrases: Mapping[tuple[str, ...], Scored], connector_words: frozenset[str], threshold: float | None
    ) -> None:
        self.phrases, self.connector_words, self.threshold = phrases, connector_words, threshold

    def __call__(self, sentence: list[str]) -> list[str]:
        """Return the words of a sentence with its phrases merged."""
        merged: list[str] = []
        place = 0
        for first, last in self._chosen(sentence):
            merged += sentence[place:first]
            merged.append(self.phrases[tuple(sentence[first : last + 1])][0])
            place = last + 1
        return merged + sentence[place:]

    def analyze(self, sentence: Iterable[str]) -> Iterator[tuple[str, float | None]]:
        """Yield the words and phrases of a sentence; a phrase with its score, a word with None."""
        words, place = list(as_sentence(sentence, 0)), 0
        for first, last in self._chosen(words):
            yield from ((word, None) for word in words[place:first])
            yield self.phrases[tuple(words[first : last + 1])]
            place = last + 1
        yield from ((word, None) for word in words[place:])

    def _chosen(self, sentence: list[str]) -> list[Span]:
        """Return the phrases to merge, which do not overlap."""
        try:
            found = self._found(sentence)
        except TypeError:  # what cannot be looked up, such as a list
            raise CorpusTypeError(f"a sentence must be a list of words (str): got {shown(sentence)}") from None
        if all(before[1] < span[0] for before, span in pairwise(found)):
            return found
        return [span for chain in _chains(found) for span in self._without_overlap(sentence, chain)]

    def _found(self, sentence: list[str]) -> list[Span]:
        phrases, connectors = self.phrases, self.connector_words
        if not connectors:
            return [(place, place + 1) for place, pair in enumerate(pairwise(sentence)) if pair in phrases]
        words = [place for place, word in enumerate(sentence) if word not in connectors]
        return [(i, j) for i, j in pairwise(words) if tuple(sentence[i : j + 1]) in phrases]

    def _without_overlap(self, sentence: list[str], chain: list[Span]) -> list[Span]:
        """Return every second phrase of a chain, or those with the largest sum of scores, of equals those to the left."""
        if self.threshold is None or len(chain) == 1:
            return chain[::2]
        best, kept, k = [0.0], list[Span](), len(chain)  # the largest sums of the first phrases
        for i, j in chain:
            weight = self.phrases[tuple(sentence[i : j + 1])][1] - self.threshold
            best.append(max(best[-1], (best[-2] if len(best) > 1 else 0.0) + weight))
        while k > 0:
            if best[k] > best[k - 1]:
                kept.append(chain[k - 1])
                k -= 1  # the one before overlaps
            k -= 1
        return kept[::-1]


def _chains(spans: list[Span]) -> Iterator[list[Span]]:
    """Yield the runs of phrases of which each begins with the last word of the one before."""
    chain = spans[:1]
    for span in spans[1:]:
        if span[0] != chain[-1][1]:
            yield chain
            chain = []
        chain.append(span)
    yield chain
