"""Count integers, such as the nodes of walks on a graph: as numbers, without a Python object for each of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v._text import NumberTable, ScanError, count_small
from w2v.corpus.arrow import Lists
from w2v.corpus.counts import HeldIds, Progress, Provisional, Segment, Tally
from w2v.corpus.sentences import Place, place_in_list, shown
from w2v.errors import CorpusError, CorpusTypeError

BATCH_TOKENS = 1 << 20
"""Number of tokens that are collected before they are counted and written to disk."""

SMALL = 1 << 20
"""Integers that are all below this, or below the number of tokens, are indices into arrays; others go through a table."""

LARGEST = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Batch:
    """The integers of several sentences, where each sentence ends, and the number of the first one."""

    ids: NDArray[np.int64]
    ends: NDArray[np.int64]
    first: int
    place: Place


def count_ids(ids: ArrayLike, offsets: ArrayLike, progress: Progress | None = None) -> Provisional:
    """Count a flat array of integers; sentence s is ``ids[offsets[s]:offsets[s + 1]]``.

    Raises
    ------
    CorpusError
        If the arrays are not one-dimensional arrays of integers, or the offsets do not run from 0 to ``len(ids)``.
    """
    flat, bounds = (_integers(array, name) for array, name in ((ids, "ids"), (offsets, "offsets")))
    if len(bounds) < 1 or bounds[0] != 0 or bounds[-1] != len(flat) or (bounds[1:] < bounds[:-1]).any():
        raise CorpusError(
            f"offsets must increase from 0 to the number of ids, {len(flat)}: got {bounds[:3]} ... {bounds[-3:]}"
        )
    return _count_held(list(_slices(flat, bounds)), progress)


def count_numbers(
    sentences: Iterable[NDArray[np.int64]], progress: Progress | None = None, place: Place = place_in_list
) -> Provisional:
    """Count sentences of non-negative integers; the word of an integer is its decimal representation."""
    return _count(_batches(sentences, place), progress)


def count_arrow_ids(batches: Iterable[Lists], in_memory: bool, progress: Progress | None = None) -> Provisional:
    """Count lists of integers in Arrow's layout, of a table that is in memory as a whole, or read from a file."""
    found = map(_of_lists, batches)
    return _count_held(list(found), progress) if in_memory else _count(found, progress)


def _of_lists(lists: Lists) -> Batch:
    ids = _as_int64(lists.items.to_numpy(zero_copy_only=False), lists.part.place(0))
    return Batch(ids, lists.ends, 0, lists.part.place)


def as_ids(sentence: ArrayLike, number: int, place: Place) -> NDArray[np.int64]:
    """Return a sentence of integers as an array; ``place(number)`` is what messages call it.

    Raises
    ------
    CorpusTypeError
        If it is not one-dimensional, or contains anything but integers.
    CorpusError
        If an integer is beyond 2**63 - 1.
    """
    if isinstance(sentence, np.ndarray) and sentence.ndim == 1 and sentence.dtype == np.int64:
        return sentence
    return _integers(sentence, place(number))


def _integers(values: ArrayLike, name: str) -> NDArray[np.int64]:
    try:
        array = np.asarray(values)
    except ValueError:
        array = np.empty((0, 0))
    if array.ndim != 1 or (array.dtype.kind not in "iu" and array.size):
        is_pair = isinstance(values, (tuple, list)) and len(values) == 2 and not isinstance(values[1], (int, str))
        hint = "; of a number and its words, as groupby and iterrows give them, pass the words" if is_pair else ""
        raise CorpusTypeError(f"{name} must be a one-dimensional array of integers: got {shown(values)}{hint}")
    return _as_int64(array, name)


def _as_int64(array: NDArray[Any], name: str) -> NDArray[np.int64]:
    if array.dtype == np.uint64 and array.size and array.max() > LARGEST:
        raise CorpusError(f"ids must be integers from 0 to 2**63 - 1: got {array.max()} in {name}")
    return array.astype(np.int64, copy=False)


def _slices(flat: NDArray[np.int64], bounds: NDArray[np.int64]) -> Iterator[Batch]:
    """Cut a flat array into batches of whole sentences."""
    cuts = np.searchsorted(bounds, np.arange(0, len(flat), BATCH_TOKENS))
    for first, last in pairwise(np.unique(np.append(cuts, len(bounds) - 1)).tolist()):
        ends = bounds[first + 1 : last + 1] - bounds[first]
        yield Batch(flat[bounds[first] : bounds[last]], ends, first, place_in_list)


def _batches(sentences: Iterable[NDArray[np.int64]], place: Place) -> Iterator[Batch]:
    parts: list[NDArray[np.int64]] = []
    tokens = first = 0
    for sentence in sentences:
        parts.append(sentence)
        tokens += len(sentence)
        if tokens >= BATCH_TOKENS:
            yield _joined(parts, first, place)
            first += len(parts)
            parts, tokens = [], 0
    if parts:
        yield _joined(parts, first, place)


def _joined(parts: list[NDArray[np.int64]], first: int, place: Place) -> Batch:
    return Batch(np.concatenate(parts), np.cumsum([len(part) for part in parts]), first, place)


def _count_held(batches: list[Batch], progress: Progress | None) -> Provisional:
    """Count integers that are all in memory: those not larger than the text is long are their own provisional ids."""
    batches = [batch for batch in batches if len(batch.ids)]
    tokens = sum(len(batch.ids) for batch in batches)
    length = 1 + max((int(batch.ids.max()) for batch in batches), default=-1)
    if length > max(SMALL, tokens) or any(batch.ids.min() < 0 for batch in batches):
        return _count(batches, progress)  # also to name what is negative
    counts, first = np.zeros(length, np.int64), np.zeros(length, np.int64)
    segments: list[Segment] = []
    at = 0
    for batch in batches:
        count_small(np.ascontiguousarray(batch.ids), at, counts, first)
        segments.append(Segment(at, len(batch.ids), batch.ends[np.diff(batch.ends, prepend=0) > 0], 0))
        at += len(batch.ids)
        if progress is not None:
            progress.update(len(batch.ends))
    keys = np.arange(length)
    held = HeldIds([batch.ids for batch in batches])
    read = Provisional(held, segments, [keys.astype(np.uint32)], counts, first, str, lambda w: _small(w, length))
    read.numbers, read.keys = True, keys
    return read


def _small(word: str, length: int) -> int:
    number = _number(word)
    return number if number < length else -1


def _count(batches: Iterable[Batch], progress: Progress | None) -> Provisional:
    tally, table = Tally(), NumberTable()
    for batch in batches:
        try:
            ids = table.add(np.ascontiguousarray(batch.ids))
        except ScanError as problem:
            at = int(problem.args[1])
            where = batch.place(batch.first + int(np.searchsorted(batch.ends, at, "right")))
            raise CorpusError(f"ids must be integers from 0 to 2**63 - 1: got {batch.ids[at]} in {where}") from None
        tally.write(ids, batch.ends)
        if progress is not None:
            progress.update(len(batch.ends))
    keys = table.numbers()
    tally.counts = table.counts()
    read = tally.provisional(lambda i: str(keys[i]), lambda w: table.find(_number(w)))
    read.numbers, read.keys = True, keys
    return read


def _number(word: str) -> int:
    """Return the integer that a word represents; -1 if there is none that can be an id."""
    is_number = len(word) <= len(str(LARGEST)) and word.isdecimal()  # Python refuses to convert thousands of digits
    number = int(word) if is_number else -1
    return number if number <= LARGEST and str(number) == word else -1
