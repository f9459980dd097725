"""Which words a page holds: those of the largest share in the text of either model, and those of the user's column."""

from collections.abc import Iterable, Sequence

import numpy as np

from w2v.arrays import Float64
from w2v.vectors.store import VectorStore


def shares(store: VectorStore) -> Float64:
    """Return the share of each word in the text; by Zipf's law from the order of the rows if there are no counts."""
    counts = store.true_counts()
    values = 1.0 / np.arange(1, len(store) + 1) if counts is None else counts.astype(np.float64)
    total = values.sum()
    return values / total if total > 0 else values


def choose(stores: Sequence[VectorStore], most: int, wanted: Iterable[str] = ()) -> list[str]:
    """Return up to ``most`` words, the most frequent first; those ``wanted`` have precedence.

    Parameters
    ----------
    stores : sequence of VectorStore
        Of several, the larger share of a word counts.
    wanted : iterable of str
        Words that no store has are left out.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], np.eye(3), counts=[9, 5, 1])
    >>> choose([vectors], 2), choose([vectors], 2, ["c"])
    (['a', 'b'], ['a', 'c'])
    """
    found: dict[str, float] = {}
    for store in stores:
        for word, share in zip(store.words, shares(store).tolist(), strict=True):
            found[word] = max(share, found.get(word, 0.0))
    first = {word for word in wanted if word in found}
    order = sorted(found, key=lambda word: (word not in first, -found[word]))[:most]
    return sorted(order, key=lambda word: -found[word])  # stable: words of equal share keep the order of the rows
