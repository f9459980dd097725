"""The result of one pass over the input: provisional ids on disk, and a count per id.

`count_text` (files) and `count_lists` (Python objects) produce a :class:`Provisional`; `encode` selects and sorts its words
and renumbers it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from w2v._text import WordTable
from w2v.config import TextOptions
from w2v.corpus.disk_array import Spool


class Progress(Protocol):
    """The interface to which reading reports its progress; a ``tqdm`` bar has it."""

    def update(self, n: int, /) -> object:
        """Advance by ``n`` bytes (files) or sentences (Python objects)."""


@dataclass(frozen=True)
class Segment:
    """A run of provisional ids in the spool: ``ends`` are the sentence ends in it, ``table`` is the table of its ids."""

    start: int
    length: int
    ends: NDArray[np.int64]
    table: int


@dataclass
class Provisional:
    """Everything that was read, as provisional ids.

    ``mappings[t]`` maps the ids of table t to common ids; ``counts`` and ``first_seen`` are indexed by common id (the count
    of an id that does not occur is 0); ``numbers`` tells whether the words represent integers, and ``keys`` which;
    ``text`` how text was split into words, None if it was not;
    ``beginnings`` the first lines of the first texts, by the names of their files;
    ``is_doubted`` whether a notice was given that a text seems to be in another encoding;
    ``table`` the words with common ids, if they were counted in one.
    """

    spool: "Spool | HeldIds"
    segments: list[Segment]
    mappings: list[NDArray[np.uint32]]
    counts: NDArray[np.int64]
    first_seen: NDArray[np.int64]
    word: Callable[[int], str]
    find: Callable[[str], int]
    replaced: int = 0
    numbers: bool = False
    text: TextOptions | None = None
    sources: list[str] = field(default_factory=list)
    beginnings: dict[str, str] = field(default_factory=dict)
    is_doubted: bool = False
    keys: NDArray[np.int64] | None = None
    table: WordTable | None = None

    @property
    def distinct(self) -> int:
        """Number of distinct words."""
        return int(np.count_nonzero(self.counts))


class HeldIds:
    """Ids that are in memory already: what a `Spool` is for those that are not.

    Parameters
    ----------
    arrays : list of ndarray of int64
        One per segment, which begins where the one before ended.
    """

    def __init__(self, arrays: list[NDArray[np.int64]]) -> None:
        self._arrays = arrays
        self._starts = np.cumsum([0, *map(len, arrays)])

    def read(self, start: int, length: int) -> NDArray[np.uint32]:
        """Return the ids of a segment."""
        return self._arrays[int(np.searchsorted(self._starts, start, "right")) - 1].astype(np.uint32)

    def rewritten(self) -> Spool:
        """Return a spool for what replaces them; see `Spool.rewritten`."""
        return Spool()

    def close(self) -> None:
        """Release the arrays."""
        self._arrays = []


class Tally:
    """Writes provisional ids to disk batch by batch, and counts them.

    Attributes
    ----------
    counts : ndarray of int64
        Occurrences of each id so far; whoever has counted them already sets it at the end.
    """

    def __init__(self) -> None:
        self.counts = np.zeros(0, np.int64)
        self._spool = Spool()
        self._segments: list[Segment] = []
        self._open = False

    def count(self, ids: NDArray[np.uint32], ends: NDArray[np.int64], distinct: int) -> None:
        """Count a batch whose ids are below ``distinct``, and write it to disk."""
        counts = np.bincount(ids, minlength=distinct)
        counts[: len(self.counts)] += self.counts
        self.counts = counts
        self.write(ids, ends)

    def write(self, ids: NDArray[np.uint32], ends: NDArray[np.int64]) -> None:
        """Write a batch to disk, without its empty sentences. Ids after the last end are the beginning of a sentence."""
        if self._open and len(ends) and ends[0] == 0:  # nothing is left of the sentence that the last batch began
            last = self._segments[-1]
            self._segments[-1] = replace(last, ends=np.append(last.ends, last.length))
            self._open = False
        if len(ids):
            ends = ends[np.diff(ends, prepend=0) > 0]
            self._segments.append(Segment(self._spool.append(ids), len(ids), ends, 0))
            self._open = not len(ends) or int(ends[-1]) < len(ids)

    def provisional(self, word: Callable[[int], str], find: Callable[[str], int]) -> Provisional:
        """Return the result; ids were assigned in order of appearance."""
        identity = np.arange(len(self.counts), dtype=np.uint32)
        return Provisional(self._spool, self._segments, [identity], self.counts, identity.astype(np.int64), word, find)
