"""Counting a text in several processes: each counts a range, and the counts of all are merged to those of one process.

    range 0   the cat sat      the 1  cat 1  sat 1      in order of first appearance
    range 1   the dog sat      the 1  dog 1  sat 1
    merged                     the 2  cat 1  sat 2  dog 1

Whoever counts the whole text meets its words in the same order, on which the order of words of equal count depends.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v._text import WordTable
from w2v.config import TextOptions, VocabularyConfig
from w2v.corpus.counts import HeldIds, Provisional
from w2v.corpus.encode import known_words, refuse_empty, refuse_without_known_words
from w2v.corpus.encoded_corpus import ReadLedger
from w2v.corpus.select_words import Choice, Chosen, choose
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError


@dataclass(frozen=True)
class WordCounts:
    """The words of a range of a text in order of first appearance, as they are sent to another process.

    Attributes
    ----------
    words : ndarray of uint8
        UTF-8, one word after another.
    ends : ndarray of int64, shape (N,)
        Where each word ends.
    counts : ndarray of int64, shape (N,)
    sentences, replaced : int
        Number of sentences, and of characters that were not valid.
    numbers : bool
        Whether the words represent integers.
    is_split : bool
        Whether sentences were lists of words (or integers) already; None if there was no word.
    """

    words: NDArray[np.uint8]
    ends: NDArray[np.int64]
    counts: NDArray[np.int64]
    sentences: int
    replaced: int
    numbers: bool
    is_split: bool | None

    @classmethod
    def of(cls, read: Provisional) -> "WordCounts":
        """Take the words from what was read."""
        order = np.argsort(read.first_seen, kind="stable")
        order = order[read.counts[order] > 0]
        words, ends = read.table.dump(order) if read.table is not None else _joined(map(read.word, order.tolist()))
        sentences = sum(len(segment.ends) for segment in read.segments)
        is_split = (read.text is None) if len(order) else None
        return cls(words, ends, read.counts[order], sentences, read.replaced, read.numbers, is_split)


def _joined(words: Iterable[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    encoded = [word.encode() for word in words]
    ends = np.cumsum([len(word) for word in encoded], dtype=np.int64)
    return np.frombuffer(b"".join(encoded), np.uint8), ends


class MergedCounts:
    """The counts of ranges, added in the order of the text: those of one process that counts all of it.

    Parameters
    ----------
    sources : list of str
        The files.
    text : TextOptions

    Attributes
    ----------
    ranges : int
        How many were added.
    """

    def __init__(self, sources: list[str], text: TextOptions) -> None:
        self._sources, self._text = sources, text
        self._table, self._place, self.ranges = WordTable(), 0, 0
        self._sentences = self._replaced = 0
        self._kinds: set[tuple[bool, bool | None]] = set()

    def add(self, counts: WordCounts) -> None:
        """Add the next range."""
        self._table.load(counts.words, counts.ends, counts.counts, self._place)
        self._place += len(counts.ends)
        self.ranges += 1
        self._sentences += counts.sentences
        self._replaced += counts.replaced
        if counts.is_split is not None:
            self._kinds.add((counts.numbers, counts.is_split))

    def select(self, wanted: VocabularyConfig | Choice | Vocabulary) -> tuple[Chosen, ReadLedger]:
        """Choose the vocabulary; return it with the counts of what was read.

        Raises
        ------
        ConfigError
            If a column holds values of several kinds.
        CorpusError
            If too few words are left to train on.
        """
        if len(self._kinds) > 1:
            raise ConfigError(
                "a column must hold values of one kind: got several (texts, lists of words or of integers)"
            )
        read = self._read()
        if isinstance(wanted, Vocabulary):
            chosen = known_words(read, wanted)
        else:
            choice = wanted if isinstance(wanted, Choice) else Choice(wanted)
            chosen = choose(read, choice)
            refuse_empty(read, chosen, choice.config)
        tokens, known = int(read.counts.sum()), int(read.counts[chosen.ids[chosen.ids >= 0]].sum())
        refuse_without_known_words(read, tokens - known)
        ledger = ReadLedger(tokens, tokens - known, read.distinct, self._sentences, self._replaced, chosen.min_count)
        return chosen, ledger

    def _read(self) -> Provisional:
        numbers, is_split = next(iter(self._kinds), (False, None))
        table = self._table
        return Provisional(
            *(HeldIds([]), [], [], table.counts(), table.first_seen(), table.word, table.find, self._replaced, numbers),
            text=None if is_split else self._text,
            sources=self._sources,
        )
