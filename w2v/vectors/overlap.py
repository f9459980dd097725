"""How many nearest neighbours another search, or other vectors of the same words, find again."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from w2v.vectors.neighbours import Neighbours, most_similar_batch
from w2v.vectors.store import VectorStore

TRIED, NEIGHBOURS = 1000, 10


def shared_neighbours(store: VectorStore, other: Callable[[Sequence[Any], int], Sequence[Neighbours]]) -> float:
    """Return the mean fraction of the 10 nearest neighbours of 1000 words (all, if there are fewer) that are found again.

    Parameters
    ----------
    other : callable
        Takes words and a number, and returns that many nearest words of each.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [3, 1], [0, 1]])
    >>> shared_neighbours(vectors, vectors.most_similar_batch)
    1.0
    """
    k = min(NEIGHBOURS, len(store) - 1)
    if k < 1:
        return 1.0
    rows = np.random.default_rng(1).permutation(len(store))[:TRIED]
    words = [store.index_to_key[row] for row in rows]
    pairs = zip(most_similar_batch(store, words, k), other(words, k), strict=True)
    return sum(len({word for word, _ in a} & {word for word, _ in b}) for a, b in pairs) / (k * len(words))
