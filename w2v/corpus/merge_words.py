"""Merge the phrases of one sentence of Python strings; ``cython_ext/phrases.h`` does the same with ids of a whole text.

A chain is a run of words of which each and the next one are a phrase. Where it has more than two words, its phrases overlap:

    toys  r  us        toys_r and r_us are phrases: only one of them can be merged
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise


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
        self,
        phrases: Mapping[tuple[str, ...], tuple[str, float]],
        connector_words: frozenset[str],
        threshold: float | None,
    ) -> None:
        self.phrases, self.connector_words, self.threshold = phrases, connector_words, threshold

    def __call__(self, sentence: list[str]) -> list[str]:
        """Return the words of a sentence with its phrases merged."""
        if not self.connector_words and self.phrases.keys().isdisjoint(pairwise(sentence)):
            return sentence
        return [token for token, _ in self.analyze(sentence)]

    def analyze(self, sentence: Iterable[str]) -> Iterator[tuple[str, float | None]]:
        """Yield the words and phrases of a sentence; a phrase with its score, a word with None."""
        chain: list[str] = []
        after: list[list[str]] = []  # the connector words after each word of the chain
        joins: list[tuple[str, float] | None] = []  # the phrase that ends with each word of the chain
        for word in sentence:
            if word in self.connector_words:
                if chain:
                    after[-1].append(word)
                else:
                    yield word, None
                continue
            join = self.phrases.get((chain[-1], *after[-1], word)) if chain else None
            if join is None:
                yield from self._resolved(chain, after, joins)
                chain, after, joins = [], [], []
            chain.append(word)
            after.append([])
            joins.append(join)
        yield from self._resolved(chain, after, joins)

    def _resolved(
        self, chain: list[str], after: list[list[str]], joins: list[tuple[str, float] | None]
    ) -> Iterator[tuple[str, float | None]]:
        if len(chain) > 2:
            _choose(joins, self.threshold)
        k = 0
        while k < len(chain):
            join = joins[k + 1] if k + 1 < len(chain) else None
            if join is None:
                yield chain[k], None
            else:
                yield join
                k += 1
            yield from ((word, None) for word in after[k])
            k += 1


def _choose(joins: list[tuple[str, float] | None], threshold: float | None) -> None:
    """Set those to None that lose a word to another one; all but the first are phrases."""
    if threshold is None:
        for k in range(2, len(joins)):
            if joins[k - 1] is not None:
                joins[k] = None
        return
    best = [0.0]  # the largest sum of phrases without overlap up to each word
    for k, join in enumerate(joins[1:], 1):
        best.append(max(best[k - 1], (best[k - 2] if k > 1 else 0.0) + (join[1] - threshold if join else 0.0)))
    k = len(joins) - 1
    while k > 0:
        if best[k] > best[k - 1]:  # of equals the one to the left
            joins[k - 1] = None
            k -= 2
        else:
            joins[k] = None
            k -= 1
