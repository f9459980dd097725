"""Forgetting rare words while counting, as gensim does under ``max_vocab_size``.

Whenever more distinct words are known after a sentence than allowed, those that occurred less than ``least`` times so far
are forgotten, and ``least``, at first 1, rises by one. What is forgotten is counted from 0 when it comes again, so the
counts of rare words depend on where they stand. gensim does this to bound its memory. Here a distinct word takes a few
dozen bytes while it is counted, and this is for getting the same vocabulary: the words have been counted, and their ids
are gone through again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v.choosing import RULE_DEFAULT, RULE_KEEP, Choice
from w2v.reading.provisional import Provisional


@dataclass(frozen=True)
class Pruned:
    """Words as they are counted with forgetting, under the ids of a `Provisional`."""

    counts: NDArray[np.int64]
    first_seen: NDArray[np.int64]
    numbers: bool
    word: Callable[[int], str]
    find: Callable[[str], int]


def prune(read: Provisional, choice: Choice, most: int) -> Pruned:
    """Count once more, and forget rare words whenever there are more than ``most``."""
    held: dict[int, int] = {}
    least = 1
    for sentence in _sentences(read):
        for word in sentence:
            held[word] = held.get(word, 0) + 1
        if len(held) > most:
            held = {word: count for word, count in held.items() if _stays(read.word(word), count, least, choice)}
            least += 1
    counts, first_seen = np.zeros(len(read.counts), np.int64), np.zeros(len(read.counts), np.int64)
    ids = np.fromiter(held, np.int64, len(held))
    counts[ids] = np.fromiter(held.values(), np.int64, len(held))
    first_seen[ids] = np.arange(len(held))
    return Pruned(counts, first_seen, read.numbers, read.word, read.find)


def _stays(word: str, count: int, least: int, choice: Choice) -> bool:
    verdict = choice.verdict(word, count, least)
    return count >= least if verdict == RULE_DEFAULT else verdict == RULE_KEEP


def _sentences(read: Provisional) -> Iterator[list[int]]:
    """Yield every sentence as common ids, also one that goes on over several segments."""
    open_one: list[int] = []
    for segment in read.segments:
        ids = read.mappings[segment.table][read.spool.read(segment.start, segment.length)].tolist()
        start = 0
        for end in segment.ends.tolist():
            yield open_one + ids[start:end]
            open_one, start = [], end
        open_one = open_one + ids[start:]
    if open_one:
        yield open_one
