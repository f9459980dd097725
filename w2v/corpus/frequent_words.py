"""The most frequent words of a text, and what is said of those among them that show a sign of something."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from w2v.corpus.counts import Provisional

WORDS_SEEN = 20_000
FEWEST = 4
"""Fewer words with a sign are chance."""


@dataclass(frozen=True)
class Words:
    """The most frequent words of a text and their counts."""

    words: list[str]
    counts: list[int]

    @cached_property
    def total(self) -> int:
        """How often they occur, all of them together; at least 1."""
        return max(sum(self.counts), 1)

    @classmethod
    def of(cls, read: Provisional, is_split: bool) -> "Words":
        """Take the words as they were counted; where a tokenizer changed them, those at the beginning of the text."""
        if not is_split:
            common = Counter(word for text in read.beginnings.values() for word in text.split()).most_common(WORDS_SEEN)
            return cls([word for word, _ in common], [count for _, count in common])
        counts = read.counts
        rows = (
            np.argpartition(counts, -WORDS_SEEN)[-WORDS_SEEN:] if len(counts) > WORDS_SEEN else np.arange(len(counts))
        )
        frequent = rows[np.lexsort((rows, -counts[rows]))]
        return cls([read.word(int(i)) for i in frequent], read.counts[frequent].tolist())

    def showing(self, sign: Callable[[str], Any], among: Iterable[int] | None = None) -> tuple[float, list[str]]:
        """Return which share of all these words shows a sign, and these words, the most frequent ones first.

        ``among`` are the only rows that may show it, in order; by default all.
        """
        rows = [row for row in (range(len(self.words)) if among is None else among) if sign(self.words[row])]
        return sum(self.counts[row] for row in rows) / self.total, [self.words[row] for row in rows]


@dataclass(frozen=True)
class Sign:
    """What words may show, from which share of all words on it gets a notice, and what that says."""

    shows: Callable[[str], Any]
    least: float
    says: str
    remedy: str


def noticed(words: Words, sign: Sign, among: Iterable[int], tokenizer: str = "") -> str | None:
    """Say how many words show a sign; None if few do."""
    share, found = words.showing(sign.shows, among)
    if share < max(sign.least, FEWEST / words.total):
        return None
    return about(share, found, sign.says, sign.remedy.format(tokenizer))


def about(share: float, found: list[str], says: str, remedy: str) -> str:
    """Return the sentence about a share of all words and these words."""
    return f"{percent(share)} of the words {says}, such as {examples(found)}: {remedy}"


def percent(share: float) -> str:
    """Return a share in percent, with a decimal if it is small."""
    return f"{share:.1%}" if share < 0.01 else f"{share:.0%}"


def examples(found: Iterable[str]) -> str:
    """Return two words, shortened, for a message."""
    return " and ".join(repr(word if len(word) <= 30 else word[:30] + "...") for word in list(found)[:2])
