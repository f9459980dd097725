"""Vectors in a notebook: words from the most frequent to the rarest, their neighbours, and how the vectors were made."""

from typing import Any

import numpy as np

from w2v import html
from w2v.arguments import amount
from w2v.vectors.neighbours import most_similar_batch
from w2v.vectors.store import VectorStore

SHOWN = 8
"""Words that are shown."""
NEAREST = 4
"""Neighbours of each."""
PAGE = "<p><code>.explore()</code> of these vectors shows a page with a map, search, analogies and axes.</p>"
SEARCHED = 200_000
"""The words, from the first on, among which neighbours are searched, so that a table takes no time."""


def repr_html(store: VectorStore) -> str:
    """Return a table for notebooks: words at ranks that grow by a constant factor, with counts and nearest words."""
    filled = len(store.vectors)  # words may have been added without vectors
    rows = np.unique(np.geomspace(1, filled, SHOWN).astype(np.int64)) - 1 if filled else np.zeros(0, np.int64)
    counts = store.true_counts()
    near: list[Any] = [[]] * len(rows)
    if filled == len(store) and filled > 1:
        near = most_similar_batch(store, [store.index_to_key[row] for row in rows], NEAREST, restrict_vocab=SEARCHED)
    table = [
        (
            int(row) + 1,
            store.index_to_key[row],
            None if counts is None else int(counts[row]),
            ", ".join(f"\u2068{word}\u2069 {cosine:.2f}" for word, cosine in found),
        )
        for row, found in zip(rows, near, strict=True)
    ]
    title = f"{type(store).__name__}: {amount(len(store), 'word')} x {store.vector_size}, {store.vectors.dtype}"
    shown = html.table(title, ["rank", "word", "count", "nearest words, cosines"], table)
    return shown + (PAGE if filled else "") + html.about(store.metadata)
