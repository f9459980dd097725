"""Search with usearch: exact up to a million rows or so, then approximate by a graph (HNSW), whose recall is measured."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.annotations import checked
from w2v.arguments import amount, integer
from w2v.errors import ConfigError
from w2v.extras import library
from w2v.vectors.cosines import unit
from w2v.vectors.keys import Key, as_inputs, as_vector, is_vector
from w2v.vectors.neighbours import Neighbours, most_similar_batch
from w2v.vectors.overlap import NEIGHBOURS, shared_neighbours
from w2v.vectors.rows import get_index
from w2v.vectors.store import VectorStore

EXACT_ROWS = 1_000_000
"""Up to this many rows, exact search is fast enough, and building a graph is not worth its time."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class UsearchIndex:
    """The rows of vectors in usearch.

    Attributes
    ----------
    vectors : KeyedVectors
    index : usearch.index.Index or None
        The graph over the unit vectors; its keys are row numbers. None if search is exact.
    recall : float
        Mean fraction of the 10 nearest neighbours of 1000 words that the graph finds; 1 if search is exact.
    """

    vectors: VectorStore
    index: Any
    recall: float

    @property
    def exact(self) -> bool:
        """Whether search is exact."""
        return self.index is None

    @checked
    def search(self, queries: Key | Iterable[Key] | NDArray[Any], topn: int = 10) -> list[Neighbours]:
        """Find the nearest words of each query, best first; the word of a query is left out of its answer.

        Parameters
        ----------
        queries : str or int, iterable of them, or ndarray, shape (n, d) or (d,)
            Words or vectors.
        topn : int

        Returns
        -------
        list of list of (word, similarity)

        Raises
        ------
        UnknownWordError
            If a word is unknown.
        """
        k = integer("topn", topn, 1)
        if self.index is None:
            return most_similar_batch(self.vectors, as_inputs(queries), k)
        items = as_inputs(queries)
        if not items:
            return []
        rows = [-1 if is_vector(item) else get_index(self.vectors, item) for item in items]
        dim = self.vectors.vector_size
        asked = np.stack(
            [
                as_vector(item, dim) if row < 0 else self.vectors.vectors[row]
                for item, row in zip(items, rows, strict=True)
            ]
        )
        found = self.index.search(unit(asked).astype(np.float32), min(k + 1, len(self.vectors)))
        keys, distances = np.atleast_2d(found.keys), np.atleast_2d(found.distances)
        counts = [len(keys[0])] if len(items) == 1 else found.counts
        return [
            self._answer(row, keys[i, : counts[i]].tolist(), distances[i].tolist(), k) for i, row in enumerate(rows)
        ]

    def _answer(self, own: int, rows: Sequence[int], distances: Sequence[float], k: int) -> Neighbours:
        words = self.vectors.index_to_key
        pairs = [(words[row], 1 - distance) for row, distance in zip(rows, distances, strict=False) if row != own]
        return pairs[:k]

    def __repr__(self) -> str:
        kind = "exact" if self.exact else f"HNSW, recall@{NEIGHBOURS} {self.recall:.3f}"
        return f"UsearchIndex({amount(len(self.vectors), 'word')} x {self.vectors.vector_size}, {kind})"


@checked
def to_usearch(store: VectorStore, exact: bool | None = None) -> UsearchIndex:
    """Return an index for search with usearch.

    Up to a million words search is exact, with the matrix products of `KeyedVectors.most_similar_batch`; beyond, a graph of
    usearch is built over the unit vectors (HNSW with usearch's parameters), and its recall is measured and logged.

    Parameters
    ----------
    exact : bool, optional
        By default True up to a million words. With False the graph is built in any case, for ``index.index.save(path)`` and
        programs that use usearch themselves.

    Raises
    ------
    MissingExtraError
        If usearch is not installed.
    ConfigError
        If there are no words.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [3, 1], [0, 1]])
    >>> vectors.to_usearch().search(["a"], topn=1)[0][0][0]
    'b'
    >>> vectors.to_usearch(exact=False)
    UsearchIndex(3 words x 2, HNSW, recall@10 1.000)
    """
    usearch = library("usearch.index", "usearch", "build an index of usearch")
    if not len(store):
        raise ConfigError("there must be words to search: got none")
    if exact if exact is not None else len(store) <= EXACT_ROWS:
        return UsearchIndex(store, None, 1.0)
    graph = usearch.Index(ndim=store.vector_size, metric="cos", dtype="f32")
    for start in range(0, len(store), 1 << 16):
        block = store.vectors[start : start + (1 << 16)]
        graph.add(np.arange(start, start + len(block)), unit(block).astype(np.float32))
    made = UsearchIndex(store, graph, 0.0)
    made = UsearchIndex(store, graph, shared_neighbours(store, made.search))
    _LOG.info("%r", made)
    return made
