"""Select the vocabulary from counted words: which words get a vector, and in which order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from w2v.arguments import takes
from w2v.config import VocabularyConfig
from w2v.corpus.counts import Provisional
from w2v.corpus.sentences import is_unicode
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError

RULE_DEFAULT, RULE_DISCARD, RULE_KEEP = 0, 1, 2
"""Answers of a rule, with gensim's values: let the count decide (any other answer does so too), discard, keep."""

TrimRule = Callable[[Any, int, int], int]
"""A function of a word, its count and the minimum count that returns one of the three."""


class Counted(Protocol):
    """The interface of counted words, with provisional ids 0, 1, ..."""

    @property
    def counts(self) -> NDArray[np.int64]:
        """Count of each id; ids with count 0 are not selected."""

    @property
    def first_seen(self) -> NDArray[np.int64]:
        """Sort keys of the ids in order of first appearance."""

    @property
    def numbers(self) -> bool:
        """Whether the words represent integers."""

    @property
    def keys(self) -> NDArray[np.int64] | None:
        """The integers of all ids, if the words represent integers."""

    @property
    def word(self) -> Callable[[int], str]:
        """A function that returns the word of an id."""

    @property
    def find(self) -> Callable[[str], int]:
        """A function that returns the id of a word; -1 if it does not occur."""


@dataclass(frozen=True)
class Frequencies:
    """Words and counts taken from a mapping."""

    words: list[str]
    counts: NDArray[np.int64]
    numbers: bool = False
    keys: None = None

    @classmethod
    def of(cls, counts: Mapping[Any, int]) -> "Frequencies":
        """Make an object from a mapping of words, or of integers, to counts.

        Raises
        ------
        ConfigError
            If a key is neither a word nor an integer, or no valid Unicode, or a count is not a non-negative integer.
        """
        keys = list(counts)
        numbers = bool(keys) and all(isinstance(key, (int, np.integer)) for key in keys)
        if not numbers and not all(isinstance(key, str) for key in keys):
            raise ConfigError(f"words must be all strings or all integers: got {keys[:5]!r:.100}")
        odd = next((key for key in keys if isinstance(key, str) and not is_unicode(key)), None)
        if odd is not None:
            raise ConfigError(f"words must be valid Unicode, without lone surrogates: got {odd!r:.100}")
        values = np.array(list(counts.values()) or [0])
        if values.dtype.kind not in "iu" or values.ndim != 1 or (values < 0).any():
            raise ConfigError(f"counts must be non-negative integers: got {dict(list(counts.items())[:5])!r:.100}")
        return cls([str(key) for key in keys], values[: len(keys)].astype(np.int64), numbers)

    @property
    def first_seen(self) -> NDArray[np.int64]:
        """The position of each word in the mapping."""
        return np.arange(len(self.words))

    def word(self, number: int) -> str:
        """Return the word of an id."""
        return self.words[number]

    def find(self, word: str) -> int:
        """Return the id of a word; -1 if there is none."""
        return self._ids.get(word, -1)

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {word: i for i, word in enumerate(self.words)}


@dataclass(frozen=True)
class Choice:
    """Options for selecting words: the configuration, and options that only Python callers can pass.

    Attributes
    ----------
    config : VocabularyConfig
    rule : TrimRule, optional
        Called for every word that is in neither ``config.keep`` nor ``config.drop``.
    max_vocab_size : int, optional
        While counting, forget the rarest words whenever there are more than this; see `prune`.
    sort : bool
        Whether to sort words by descending count; otherwise they stay in order of first appearance.
    known : Vocabulary, optional
        Existing words: they keep their rows, their counts are increased, and new words follow them in order of first
        appearance.
    """

    config: VocabularyConfig = field(default_factory=VocabularyConfig)
    rule: TrimRule | None = None
    max_vocab_size: int | None = None
    sort: bool = True
    known: Vocabulary | None = None

    def __post_init__(self) -> None:
        if self.rule is not None:
            takes("trim_rule", self.rule, "word", "count", "min_count")

    def verdict(self, word: str, count: int, least: int, numbers: bool) -> int:
        """Return whether a word is kept, discarded, or decided by its count; the rule is given integers as such."""
        if word in self.config.keep:
            return RULE_KEEP
        if word in self.config.drop:
            return RULE_DISCARD
        answer = self.rule(int(word) if numbers else word, count, least) if self.rule else RULE_DEFAULT
        return answer if answer in (RULE_KEEP, RULE_DISCARD) else RULE_DEFAULT


@dataclass(frozen=True)
class Chosen:
    """A selected vocabulary, with the provisional ids of its words.

    Attributes
    ----------
    vocabulary : Vocabulary
    ids : ndarray of int64, shape (len(vocabulary),)
        The provisional id of each row; -1 for a word that did not occur.
    new : int
        Number of new words, which are the last rows.
    min_count : int
        The effective minimum count.
    """

    vocabulary: Vocabulary
    ids: NDArray[np.int64]
    new: int
    min_count: int


def choose(counted: Counted, choice: Choice) -> Chosen:
    """Select words and sort them: most frequent first, ties in reverse order of first appearance, as in gensim."""
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
    # Rows:  0 ... K - 1 | K ... V - 1      known words keep their rows, new ones follow
    # A word's row decides which random numbers initialise its vector, so equal seeds give gensim's starting vectors only
    # if ties are in gensim's order too. Words added to known ones stay in order of appearance, also as in gensim.
    places = first_seen[new]
    new = new[_most_frequent_first(counts[new], places) if by_count else np.argsort(places, kind="stable")]
    words = known.words + _words(counted, new)
    ids = np.concatenate([old, new])
    added = np.where(old >= 0, counts[old], 0) if len(counts) else np.zeros(len(old), np.int64)
    _refuse_overflow(known.counts, added, counts[new])
    grown = np.concatenate([known.counts + added, counts[new]])
    return Chosen(Vocabulary(words, grown, known.numbers), ids, len(new), least)


def _refuse_overflow(*parts: NDArray[np.int64]) -> None:
    if sum(part.sum(dtype=np.float64) for part in parts) < 2.0**62:  # exact sums of Python's integers are slow
        return
    total = sum(sum(part.tolist()) for part in parts)
    if total >= 1 << 63:
        raise ConfigError(f"counts must add up to less than 2**63: got {total}; divide all of them by the same number")


def _most_frequent_first(counts: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the order by ascending count, ties by place, reversed as in gensim."""
    bits = int(places.max(initial=0)).bit_length()
    if int(counts.max(initial=0)).bit_length() + bits <= 63:
        return np.argsort(counts << bits | places)[::-1]  # one key is sorted five times as fast as two
    return np.lexsort((places, counts))[::-1]  # the last key is the primary one


def _words(counted: Counted, ids: NDArray[np.int64]) -> list[str]:
    if counted.keys is not None:
        return list(map(str, counted.keys[ids].tolist()))
    return [counted.word(i) for i in ids.tolist()]


def effective_min_count(counts: NDArray[np.int64], config: VocabularyConfig) -> int:
    """Return the effective minimum count: ``min_count``, or more if needed to respect ``max_final_vocab``.

    Words of equal count are kept or dropped together, as in gensim, so fewer than ``max_final_vocab`` words may remain.
    """
    most = config.max_final_vocab
    if most is None:
        return config.min_count
    occurring = np.sort(counts[counts > 0])[::-1]
    return max(config.min_count, int(occurring[most]) + 1 if most < len(occurring) else 1)


def _verdicts(counted: Counted, choice: Choice, least: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ids of the words to keep and of those to discard, regardless of their counts."""
    if choice.rule is None:
        listed = [[counted.find(word) for word in sorted(words)] for words in (choice.config.keep, choice.config.drop)]
        kept, dropped = (np.array([i for i in ids if i >= 0 and counted.counts[i] > 0], np.int64) for ids in listed)
        return kept, dropped
    occurring = np.flatnonzero(counted.counts > 0)
    verdicts = np.array(
        [choice.verdict(counted.word(int(i)), int(counted.counts[i]), least, counted.numbers) for i in occurring],
        np.int64,
    )
    return occurring[verdicts == RULE_KEEP], occurring[verdicts == RULE_DISCARD]


# ------------------------------------------------------------------------------------------------------------ pruning
#
# gensim bounds its memory by pruning (``max_vocab_size``): whenever there are more distinct words than that after a
# sentence, it forgets those that occurred fewer than ``least`` times so far, and increases ``least``, initially 1, by one. A
# forgotten word starts again from 0 when it recurs, so the counts of rare words depend on where they occur. We need only a
# few dozen bytes per distinct word, so we count all words first, and then replay gensim's pruning over their ids to get
# the same vocabulary.


@dataclass(frozen=True)
class Pruned:
    """Counts after pruning, indexed by the ids of a `Provisional`."""

    counts: NDArray[np.int64]
    first_seen: NDArray[np.int64]
    numbers: bool
    word: Callable[[int], str]
    find: Callable[[str], int]
    keys: NDArray[np.int64] | None


def prune(read: Provisional, choice: Choice, most: int) -> Pruned:
    """Count again, forgetting rare words whenever there are more than ``most``, as gensim does."""
    held: dict[int, int] = {}
    least = 1
    for sentence in _sentences(read):
        for word in sentence:
            held[word] = held.get(word, 0) + 1
        if len(held) > most:
            held = {word: count for word, count in held.items() if _stays(read, word, count, least, choice)}
            least += 1
    counts, first_seen = np.zeros(len(read.counts), np.int64), np.zeros(len(read.counts), np.int64)
    ids = np.fromiter(held, np.int64, len(held))
    counts[ids] = np.fromiter(held.values(), np.int64, len(held))
    first_seen[ids] = np.arange(len(held))
    return Pruned(counts, first_seen, read.numbers, read.word, read.find, read.keys)


def _stays(read: Provisional, word: int, count: int, least: int, choice: Choice) -> bool:
    verdict = choice.verdict(read.word(word), count, least, read.numbers)
    return count >= least if verdict == RULE_DEFAULT else verdict == RULE_KEEP


def _sentences(read: Provisional) -> Iterator[list[int]]:
    """Yield every sentence as common ids, joining those that continue over several segments."""
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
