"""The rows that workers exchange at a time, how they are divided among them, and the memory that this takes.

    rows to merge   |------- 0 -------|------- 1 -------|---- 2 ----|      exchanges, one after another: what fits in memory
    an exchange     |--- worker 0 ---|--- worker 1 ---|--- worker 2 ---|    parts: who merges what
    a part          |  4096  |  4096  |  4096  | .. |                       slices: what a thread merges at a time

The result does not depend on how rows are divided. (A text is divided otherwise: into the ranges that workers read, and the
portions that shards train on, to which pieces of ranges are sent.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from w2v.config import TrainConfig
from w2v.training.merging import Learned, bytes_of_row, size_of

EXCHANGED_BYTES = 1 << 28
"""What a machine holds of an exchange, or of a model that is sent, at most. With less, there are more exchanges, each of
which takes some milliseconds of calls; with more, hardly fewer: a billion words, a vocabulary of a million and 32 machines
have 191 rounds and 223 exchanges."""

SLICE_ROWS = 4096
"""Rows that a thread merges at a time, in some milliseconds."""

Part = dict[int, list[Learned]]
"""What each shard has learned of a part of the rows, in slices."""


@dataclass(frozen=True)
class Merged:
    """What became of a part of the rows, in slices; and the bytes of changes that came from other workers for it."""

    slices: list[Learned]
    received: int


def exchanges(rows: int, row_bytes: float) -> list[tuple[int, int]]:
    """Return the first and the end of the rows of each exchange, if a machine holds ``row_bytes`` for each row.

    Examples
    --------
    >>> exchanges(1_000_000, row_bytes=100), exchanges(1_000_000, row_bytes=400)
    ([(0, 1000000)], [(0, 671088), (671088, 1000000)])
    """
    size = max(1, int(EXCHANGED_BYTES / row_bytes))
    return [(first, min(first + size, rows)) for first in range(0, rows, size)]


def held_of_row(config: TrainConfig, here: Sequence[int], workers: int) -> float:
    """Return the bytes that a machine holds for each row in an exchange.

    These are what its shards have learned, all that it merges, and what becomes of it everywhere.

    Parameters
    ----------
    config : TrainConfig
        ``shards`` is the number of all shards.
    here : sequence of int
        Number of shards of each worker of the machine.
    workers : int
        Number of workers on all machines.

    Examples
    --------
    >>> held_of_row(TrainConfig(shards=32), here=[1], workers=32)
    624.75
    """
    merged = -(-config.shards // workers)  # by each worker, of all rows, counted in copies of them
    return sum(own + merged + 1 for own in here) * bytes_of_row(config)


def memory_of_exchange(config: TrainConfig, words: int, here: Sequence[int], workers: int) -> float:
    """Return the bytes that a machine holds in an exchange of the rows of so many words, at most; see `held_of_row`."""
    return 0 if workers == 1 else min(EXCHANGED_BYTES, words * held_of_row(config, here, workers))


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
