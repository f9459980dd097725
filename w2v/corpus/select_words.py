"""From counted words to a vocabulary: which words enter, and in which order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from w2v.config import VocabularyConfig
from w2v.corpus.counts import Provisional
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError

RULE_DEFAULT, RULE_DISCARD, RULE_KEEP = 0, 1, 2
"""What a rule says of a word: let its count decide (as does any other answer), throw it out, keep it. gensim's values."""

TrimRule = Callable[[str, int, int], int]
"""From a word, its count and the least count to one of the three."""


class Counted(Protocol):
    """Words under provisional ids 0, 1, ... with their counts."""

    @property
    def counts(self) -> NDArray[np.int64]:
        """Occurrences of each; what is 0 is no candidate."""

    @property
    def first_seen(self) -> NDArray[np.int64]:
        """Numbers that put them in the order of their first occurrence."""

    @property
    def numbers(self) -> bool:
        """Whether the words stand for whole numbers."""

    @property
    def word(self) -> Callable[[int], str]:
        """From an id to the word."""

    @property
    def find(self) -> Callable[[str], int]:
        """From a word to its id; -1 if it does not occur."""


@dataclass(frozen=True)
class Frequencies:
    """Counted words that come from a mapping."""

    words: list[str]
    counts: NDArray[np.int64]
    numbers: bool = False

    @classmethod
    def of(cls, counts: Mapping[Any, int]) -> "Frequencies":
        """Take over words, or whole numbers, with their counts.

        Raises
        ------
        ConfigError
            If a key is neither, or a count no whole number from 0 on.
        """
        keys = list(counts)
        numbers = bool(keys) and all(isinstance(key, (int, np.integer)) for key in keys)
        if not numbers and not all(isinstance(key, str) for key in keys):
            raise ConfigError("words must be strings, or all of them whole numbers")
        values = np.array(list(counts.values()) or [0])
        if values.dtype.kind not in "iu" or values.ndim != 1 or (values < 0).any():
            raise ConfigError(f"counts must be whole numbers from 0 on: got {dict(list(counts.items())[:5])!r:.100}")
        return cls([str(key) for key in keys], values[: len(keys)].astype(np.int64), numbers)

    @property
    def first_seen(self) -> NDArray[np.int64]:
        """The order of the mapping."""
        return np.arange(len(self.words))

    def word(self, number: int) -> str:
        """Return a word."""
        return self.words[number]

    def find(self, word: str) -> int:
        """Return a word's id, -1 if there is none."""
        return self._ids.get(word, -1)

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {word: i for i, word in enumerate(self.words)}


@dataclass(frozen=True)
class Choice:
    """How words are chosen: by the configuration, and by what only Python can say.

    Attributes
    ----------
    config : VocabularyConfig
    rule : TrimRule, optional
        Asked about every word that ``config.keep`` and ``config.drop`` do not name.
    max_vocab_size : int, optional
        While counting, forget the rarest words whenever there are more than this (``corpus/pruning.py``).
    sort : bool
        Most frequent first, or in order of first appearance.
    known : Vocabulary, optional
        Words that are there already: they stay in their rows, their counts are added to, and new words follow them in
        order of first appearance.
    """

    config: VocabularyConfig = field(default_factory=VocabularyConfig)
    rule: TrimRule | None = None
    max_vocab_size: int | None = None
    sort: bool = True
    known: Vocabulary | None = None

    def verdict(self, word: str, count: int, least: int) -> int:
        """Say whether a word is kept, thrown out, or left to its count."""
        if word in self.config.keep:
            return RULE_KEEP
        if word in self.config.drop:
            return RULE_DISCARD
        answer = self.rule(word, count, least) if self.rule else RULE_DEFAULT
        return answer if answer in (RULE_KEEP, RULE_DISCARD) else RULE_DEFAULT


@dataclass(frozen=True)
class Chosen:
    """A vocabulary, and where its words come from.

    Attributes
    ----------
    vocabulary : Vocabulary
    ids : ndarray of int64, shape (len(vocabulary),)
        The provisional id of each row; -1 for a word that did not occur.
    new : int
        How many rows, the last ones, were not known before.
    min_count : int
        Occurrences that a word needed.
    """

    vocabulary: Vocabulary
    ids: NDArray[np.int64]
    new: int
    min_count: int


def choose(counted: Counted, choice: Choice) -> Chosen:
    """Choose words and put them in order: most frequent first, ties in reverse order of first appearance, as in gensim."""
    counts, first_seen = counted.counts, counted.first_seen
    least = effective_min_count(counts, choice.config)
    wanted = counts >= max(least, 1)
    kept, dropped = _verdicts(counted, choice, least)
    wanted[kept] = True
    wanted[dropped] = False
    known = choice.known or Vocabulary([], np.zeros(0, np.int64), counted.numbers)
    old = np.array([counted.find(word) for word in known.words], np.int64)
    wanted[old[old >= 0]] = False
    new = np.flatnonzero(wanted)
    by_count = choice.sort and choice.known is None
    new = new[np.lexsort((-first_seen[new], -counts[new])) if by_count else np.argsort(first_seen[new], kind="stable")]
    words = [*known.words, *(counted.word(int(i)) for i in new)]
    ids = np.concatenate([old, new])
    added = np.where(old >= 0, counts[old], 0) if len(counts) else np.zeros(len(old), np.int64)
    grown = np.concatenate([known.counts + added, counts[new]])
    return Chosen(Vocabulary(words, grown, known.numbers), ids, len(new), least)


def effective_min_count(counts: NDArray[np.int64], config: VocabularyConfig) -> int:
    """Return how often a word must occur: ``min_count``, or more if ``max_final_vocab`` demands that.

    Words of equal count come in or stay out together, as in gensim, so that there may be fewer than ``max_final_vocab``.
    """
    most, occurring = config.max_final_vocab, np.sort(counts[counts > 0])[::-1]
    if most is None:
        return config.min_count
    return max(config.min_count, int(occurring[most]) + 1 if most < len(occurring) else 1)


def _verdicts(counted: Counted, choice: Choice, least: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ids of words to keep and of those to throw out, whatever their count."""
    if choice.rule is None:
        listed = [[counted.find(word) for word in sorted(words)] for words in (choice.config.keep, choice.config.drop)]
        kept, dropped = (np.array([i for i in ids if i >= 0 and counted.counts[i] > 0], np.int64) for ids in listed)
        return kept, dropped
    occurring = np.flatnonzero(counted.counts > 0)
    verdicts = np.array(
        [choice.verdict(counted.word(int(i)), int(counted.counts[i]), least) for i in occurring], np.int64
    )
    return occurring[verdicts == RULE_KEEP], occurring[verdicts == RULE_DISCARD]


# ------------------------------------------------------------------------------------------------------------ pruning
#
# gensim bounds its memory by pruning (``max_vocab_size``): whenever more distinct words than that are known after a
# sentence, those that occurred less than ``least`` times so far are forgotten, and ``least``, at first 1, rises by one. A
# forgotten word is counted from 0 when it comes again, so the counts of rare words depend on where they occur. Counting
# here needs a few dozen bytes per distinct word, so all words are counted first; to get the same vocabulary as gensim, their
# ids are then gone through again.


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
