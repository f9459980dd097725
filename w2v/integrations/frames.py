"""Arrow tables and data frames of pandas: methods of `KeyedVectors`."""

from collections.abc import Iterable
from typing import Any, TypeVar

import numpy as np

from w2v.annotations import checked
from w2v.extras import library
from w2v.formats import arrow
from w2v.formats.contents import check_encodable
from w2v.vectors.keys import Key, as_ordered
from w2v.vectors.neighbours import most_similar_batch
from w2v.vectors.store import VectorStore

Store = TypeVar("Store", bound=VectorStore)


def to_arrow(store: VectorStore) -> Any:
    """Return a ``pyarrow.Table`` with the columns ``word``, ``count`` and ``vector``, and one per further attribute.

    Vectors are fixed-size lists of float32, and share memory with the matrix if that is float32 too. Words that are integers
    are int64.

    Raises
    ------
    FormatError
        If a vector is not finite, or there are no words.
    MissingExtraError
        If pyarrow is not installed.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]], counts=[7, 3]).to_arrow().schema.names
    ['word', 'count', 'vector']
    """
    return arrow.to_table(store.contents())


@checked
def from_arrow(cls: type[Store], table: Any, word: str | None = None, vector: str | None = None) -> Store:
    """Return vectors from a table of pyarrow, pandas, polars or DuckDB.

    Parameters
    ----------
    table
        Any object with an Arrow interface. Its numeric columns become attributes, unless a value is missing.
    word, vector : str, optional
        Names of the columns, if they are neither the usual ones nor the only ones of their type.

    Raises
    ------
    FormatError
        If it is unclear which columns are meant, or a row is missing, ragged or not finite, or a word occurs twice.

    Examples
    --------
    >>> import pyarrow
    >>> from w2v import KeyedVectors
    >>> table = pyarrow.table({"token": ["a", "b"], "embedding": [[1.0, 0.0], [0.0, 1.0]]})
    >>> KeyedVectors.from_arrow(table).index_to_key
    ['a', 'b']
    """
    return cls.from_contents(arrow.from_table(table, word=word, vector=vector))


def to_pandas(store: VectorStore) -> Any:
    """Return a ``pandas.DataFrame`` with the columns of `to_arrow`; each vector is an array, and a copy.

    For one column per dimension: ``pandas.DataFrame(wv.vectors, index=wv.index_to_key)``.

    Raises
    ------
    FormatError
        If a word has a lone surrogate.
    MissingExtraError
        If pandas is not installed.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]], counts=[7, 3]).to_pandas()
      word  count      vector
    0    a      7  [1.0, 0.0]
    1    b      3  [0.0, 1.0]
    """
    contents = store.contents()
    check_encodable(contents.words)
    check_encodable(contents.attributes, "the name of attribute")
    counts = {} if contents.counts is None else {arrow.COUNT: contents.counts}
    columns = {arrow.WORD: store.index_to_key, **counts, arrow.VECTOR: list(contents.vectors.copy())}
    return _pandas().DataFrame(columns | contents.attributes)


@checked
def neighbours_frame(store: VectorStore, words: Key | Iterable[Key], topn: int = 10) -> Any:
    """Return the nearest neighbours of words as a ``pandas.DataFrame``: ``word``, ``neighbour``, ``rank``, ``similarity``.

    Parameters
    ----------
    words : str, int or iterable of them
    topn : int
        Neighbours per word.

    Raises
    ------
    UnknownWordError
        If a word is unknown.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [3, 1], [0, 1]])
    >>> vectors.neighbours_frame(["a", "c"], topn=1).round(2)
      word neighbour  rank  similarity
    0    a         b     1        0.95
    1    c         b     1        0.32
    """
    listed = as_ordered(words)
    found = most_similar_batch(store, listed, topn)
    rows = [
        (word, neighbour, rank, similarity)
        for word, near in zip(listed, found, strict=True)
        for rank, (neighbour, similarity) in enumerate(near, 1)
    ]
    check_encodable(str(word) for row in rows for word in row[:2])
    table = _pandas().DataFrame(rows, columns=["word", "neighbour", "rank", "similarity"])
    return table.astype({"rank": np.int64, "similarity": np.float64})


def _pandas() -> Any:
    return library("pandas", "arrow", "make a data frame")
