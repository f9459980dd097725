"""How rows are divided: into parts, one for each worker that merges, and those into slices, one for each thread at a time.

rows      |------------------ 0 ------------------|------------------- 1 -----------------|      parts
          |  4096  |  4096  |  4096  |  ..  |       |  4096  |  ..                               slices
"""

from dataclasses import dataclass
from itertools import pairwise

from w2v.training.merging import Learned, size_of

SLICE_ROWS = 4096
"""Rows that a thread merges at a time, in some milliseconds."""

Part = dict[int, list[Learned]]
"""What each shard has learned of a part of the rows, in slices."""


@dataclass(frozen=True)
class Merged:
    """What became of a part of the rows, in slices; and the bytes of changes that came from other workers for it."""

    slices: list[Learned]
    received: int


def parts_of(first: int, end: int, number: int) -> list[tuple[int, int]]:
    """Return the ends of ``number`` parts of the rows ``first`` to ``end``.

    Examples
    --------
    >>> parts_of(10, 15, 2)
    [(10, 12), (12, 15)]
    """
    cuts = [first + (end - first) * i // number for i in range(number + 1)]
    return list(pairwise(cuts))


def slices_of(first: int, end: int) -> list[tuple[int, int]]:
    """Return the ends of the slices of a part; none if it is empty.

    Examples
    --------
    >>> slices_of(3, 3), slices_of(0, 5000)
    ([], [(0, 4096), (4096, 5000)])
    """
    return [(start, min(start + SLICE_ROWS, end)) for start in range(first, end, SLICE_ROWS)]


def size_of_slices(slices: list[Learned]) -> int:
    """Return the bytes that it takes to send slices."""
    return sum(map(size_of, slices))
