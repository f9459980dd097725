"""Count the words of sentences passed as Python objects: lists of words, lists or arrays of integers, or one flat array.

`sentences` says what else may be a sentence.

A one-shot iterator works as well as a list: nothing is read twice, and only one batch is in memory at a time.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v.corpus.counts import Progress, Provisional, Segment
from w2v.corpus.disk_array import Spool
from w2v.corpus.sentences import as_sentence, peek, shown
from w2v.errors import CorpusError, CorpusTypeError, TextEncodingError

BATCH_TOKENS = 1 << 20
"""Number of tokens that are collected before they are counted and written to disk."""


def count_sentences(sentences: Iterable[Any], progress: Progress | None = None) -> Provisional:
    """Count an iterable of sentences of any kind (see `as_sentence`) of words or integers; it is read once.

    Raises
    ------
    CorpusError
        If a sentence is a string, or contains anything but words or integers. Exceptions of the iterable propagate.
    """
    _, items = peek(sentences)
    iterator = (as_sentence(item, number) for number, item in enumerate(items))
    head: list[Sequence[Any]] = []
    for sentence in iterator:  # up to the first non-empty sentence, whose first element tells words from integers
        head.append(sentence)
        if len(sentence):
            break
    rest = chain(head, iterator)
    if head and len(head[-1]) and isinstance(head[-1][0], (int, np.integer)) and not isinstance(head[-1][0], bool):
        ids = (as_ids(sentence, f"sentences[{number}]") for number, sentence in enumerate(rest))
        return count_numbers(ids, progress)
    return _count_words(rest, progress)


def count_ids(ids: ArrayLike, offsets: ArrayLike, progress: Progress | None = None) -> Provisional:
    """Count a flat array of integers; sentence s is ``ids[offsets[s]:offsets[s + 1]]``.

    Raises
    ------
    CorpusError
        If the arrays are not one-dimensional arrays of integers, or the offsets do not run from 0 to ``len(ids)``.
    """
    flat, bounds = as_ids(ids, "ids"), as_ids(offsets, "offsets")
    if len(bounds) < 1 or bounds[0] != 0 or bounds[-1] != len(flat) or (np.diff(bounds) < 0).any():
        raise CorpusError(
            f"offsets must increase from 0 to the number of ids, {len(flat)}: got {bounds[:3]} ... {bounds[-3:]}"
        )
    return _count_batches(_slices(flat, bounds), progress)


def count_numbers(sentences: Iterable[NDArray[np.int64]], progress: Progress | None = None) -> Provisional:
    """Count sentences of non-negative integers; the word of an integer is its decimal representation."""
    return _count_batches(_batches(sentences), progress)


Batch = tuple[NDArray[np.int64], NDArray[np.int64]]  # the integers of several sentences, and the end of each sentence


def _slices(flat: NDArray[np.int64], bounds: NDArray[np.int64]) -> Iterator[Batch]:
    """Cut a flat array into batches of whole sentences."""
    cuts = np.searchsorted(bounds, np.arange(0, len(flat), BATCH_TOKENS))
    for first, last in pairwise(np.unique(np.append(cuts, len(bounds) - 1)).tolist()):
        yield flat[bounds[first] : bounds[last]], bounds[first + 1 : last + 1] - bounds[first]


def _batches(sentences: Iterable[NDArray[np.int64]]) -> Iterator[Batch]:
    parts: list[NDArray[np.int64]] = []
    tokens = 0
    for sentence in sentences:
        parts.append(sentence)
        tokens += len(sentence)
        if tokens >= BATCH_TOKENS:
            yield np.concatenate(parts), np.cumsum([len(part) for part in parts])
            parts, tokens = [], 0
    if parts:
        yield np.concatenate(parts), np.cumsum([len(part) for part in parts])


def _count_batches(batches: Iterable[Batch], progress: Progress | None) -> Provisional:
    tally, numbers = _Tally(), _Numbers()
    for batch, ends in batches:
        values, first, inverse = np.unique(batch, return_index=True, return_inverse=True)
        ids = np.empty(len(values), np.uint32)
        for i in np.argsort(first):  # numbered in order of appearance
            ids[i] = numbers[int(values[i])]
        tally.write(ids[inverse], ends, len(numbers))
        if progress is not None:
            progress.update(len(ends))
    keys = list(numbers)
    read = tally.provisional(lambda i: str(keys[i]), lambda w: numbers.get(int(w) if w.isdecimal() else -1, -1))
    read.numbers = True
    return read


def _count_words(sentences: Iterable[Sequence[str]], progress: Progress | None) -> Provisional:
    tally, numbers = _Tally(), _WordNumbers()
    batch: list[int] = []
    ends: list[int] = []

    def flush() -> None:
        tally.write(np.array(batch, np.uint32), np.array(ends, np.int64), len(numbers))
        batch.clear()
        ends.clear()

    for number, sentence in enumerate(sentences):
        numbers.sentence = number
        try:
            batch += [numbers[word] for word in sentence]
        except CorpusTypeError:
            raise
        except TypeError:  # a word that cannot be looked up, such as a list
            raise CorpusTypeError(f"sentences[{number}] must be a list of words (str): got {shown(sentence)}") from None
        ends.append(len(batch))
        if progress is not None:
            progress.update(1)
        if len(batch) >= BATCH_TOKENS:
            flush()
    flush()
    words = list(numbers)
    return tally.provisional(words.__getitem__, lambda w: numbers.get(w, -1))


class _Numbers(dict[Any, int]):
    """A mapping from any key to a provisional id; a new key gets the next id."""

    def __missing__(self, key: Hashable) -> int:
        self[key] = number = len(self)
        return number


class _WordNumbers(_Numbers):
    """A mapping from words to provisional ids, which checks each new word; ``sentence`` is the place of its sentence."""

    sentence = 0

    def __missing__(self, word: object) -> int:
        where = f"in sentences[{self.sentence}]"
        if not isinstance(word, str):
            hint = "; decode it first" if isinstance(word, bytes) else "; drop it or make it a string"
            raise CorpusTypeError(
                f"a sentence must be a list of words (str) or of integers: got {shown(word)} {where}{hint}"
            )
        if not word:
            raise CorpusError(f"a word must have at least one character: got '' {where}")
        try:
            word.encode("utf-8")
        except UnicodeEncodeError:
            raise TextEncodingError(
                f"a word must be valid Unicode, without lone surrogates: got {word!r} {where}"
            ) from None
        return super().__missing__(str.__str__(word))  # a string of NumPy or of another subclass becomes a str


class _Tally:
    """Count ids batch by batch, and write them to disk."""

    def __init__(self) -> None:
        self._spool = Spool()
        self._segments: list[Segment] = []
        self._counts = np.zeros(0, np.int64)

    def write(self, ids: NDArray[np.uint32], ends: NDArray[np.int64], distinct: int) -> None:
        """Count a batch whose ids are below ``distinct``, and write it to disk without its empty sentences."""
        counts = np.bincount(ids, minlength=distinct)
        counts[: len(self._counts)] += self._counts
        self._counts = counts
        if len(ids):
            ends = ends[np.diff(ends, prepend=0) > 0]
            self._segments.append(Segment(self._spool.append(ids), len(ids), ends, 0))

    def provisional(self, word: Callable[[int], str], find: Callable[[str], int]) -> Provisional:
        """Return the result; ids were assigned in order of appearance."""
        identity = np.arange(len(self._counts), dtype=np.uint32)
        return Provisional(self._spool, self._segments, [identity], self._counts, identity.astype(np.int64), word, find)


def as_ids(sentence: ArrayLike, name: str) -> NDArray[np.int64]:
    """Return a sentence of integers as an array; ``name`` is what messages call it.

    Raises
    ------
    CorpusTypeError
        If it is not one-dimensional, or contains anything but integers.
    CorpusError
        If an integer is not from 0 to 2**63 - 1.
    """
    try:
        array = np.asarray(sentence)
    except ValueError:
        array = np.empty((0, 0))
    if array.ndim != 1 or (array.dtype.kind not in "iu" and array.size):
        raise CorpusTypeError(f"{name} must be a one-dimensional array of integers: got {shown(sentence)}")
    if array.size and (array.min() < 0 or array.max() > np.iinfo(np.int64).max):
        raise CorpusError(f"ids must be integers from 0 to 2**63 - 1: got {array.min()} to {array.max()} in {name}")
    return array.astype(np.int64, copy=False)
