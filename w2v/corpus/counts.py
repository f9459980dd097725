"""What one pass over the input leaves behind: ids in order of appearance, on disk, and a count for each of them.

Whoever reads (``counting.py`` text, ``sentences.py`` anything else) fills a :class:`Provisional`, which ``encoding.py``
prunes, sorts and renumbers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from w2v.corpus.disk_array import Spool


class Progress(Protocol):
    """What reading reports to; ``tqdm`` fits."""

    def update(self, n: int, /) -> object:
        """Count ``n`` more bytes (text) or sentences (anything else)."""


@dataclass(frozen=True)
class Segment:
    """A run of provisional ids in the spool: ``ends`` are its sentences' ends, ``table`` says whose ids they are."""

    start: int
    length: int
    ends: NDArray[np.int64]
    table: int


@dataclass
class Provisional:
    """Everything that was read, under provisional ids.

    ``mappings[t]`` takes table t's ids to common ids; ``counts`` and ``first_seen`` are by common id. ``numbers``: whether
    the words stand for whole numbers.
    """

    spool: Spool
    segments: list[Segment]
    mappings: list[NDArray[np.uint32]]
    counts: NDArray[np.int64]
    first_seen: NDArray[np.int64]
    word: Callable[[int], str]
    find: Callable[[str], int]
    replaced: int = 0
    numbers: bool = False
    sources: list[str] = field(default_factory=list)
