"""Which rows a search covers, and how many words it returns: checks of what a user asks for."""

import numpy as np

from w2v.errors import ConfigError
from w2v.vectors.store import VectorStore


def rows_to_search(
    store: VectorStore, clip_start: int, clip_end: int | None, restrict_vocab: int | None
) -> tuple[int, int]:
    """Return the first row to search and the row after the last one; bounds beyond the end are clipped."""
    store.check_rows()
    if restrict_vocab is not None:
        if clip_start != 0 or clip_end is not None:
            raise ConfigError(
                "restrict_vocab must not be combined with clip_start or clip_end: "
                f"got {restrict_vocab}, {clip_start} and {clip_end}; pass one or the other"
            )
        clip_end = restrict_vocab
    stop = len(store) if clip_end is None else min(clip_end, len(store))
    if not 0 <= clip_start < stop:
        raise ConfigError(
            f"the rows to search must satisfy 0 <= clip_start < clip_end (or restrict_vocab), of {len(store)} rows: "
            f"got {clip_start} to {clip_end}"
        )
    return clip_start, stop


def checked_topn(topn: int) -> int:
    """Return ``topn``; raise ConfigError if it is not a non-negative integer."""
    if isinstance(topn, bool) or not isinstance(topn, int | np.integer) or topn < 0:
        raise ConfigError(f"topn must be a non-negative integer: got {topn!r}")
    return int(topn)
