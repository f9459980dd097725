"""Methods of `KeyedVectors` that return others with some of its words, other words, or those of two.

What is returned is independent: it shares no memory with what it is made of.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from w2v.annotations import checked
from w2v.errors import ConfigError
from w2v.json_values import copied
from w2v.vectors.attributes import allocate_vecattrs
from w2v.vectors.keys import Key, as_list
from w2v.vectors.rows import get_index, has_index_for
from w2v.vectors.store import VectorStore

Store = TypeVar("Store", bound=VectorStore)


@checked
def subset(store: Store, words: Key | Iterable[Key], *, ignore_missing: bool = False) -> Store:
    """Return vectors of the given words only, in this order, with their counts and other attributes.

    Parameters
    ----------
    words : str, int or iterable of them
        A word that is given twice is taken once.
    ignore_missing : bool
        Leave out unknown words instead of raising an error.

    Raises
    ------
    UnknownWordError
        If a word is unknown.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [3, 1], [0, 1]])
    >>> vectors.subset(["c", "a"]).index_to_key
    ['c', 'a']
    """
    return _of_rows(store, _rows(store, words, ignore_missing))


@checked
def drop(store: Store, words: Key | Iterable[Key], *, ignore_missing: bool = False) -> Store:
    """Return vectors of all words but the given ones.

    Parameters
    ----------
    words : str, int or iterable of them
    ignore_missing : bool
        Ignore unknown words instead of raising an error.

    Raises
    ------
    UnknownWordError
        If a word is unknown.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [3, 1], [0, 1]])
    >>> vectors.drop("b").index_to_key
    ['a', 'c']
    """
    dropped = set(_rows(store, words, ignore_missing))
    return _of_rows(store, [row for row in range(len(store)) if row not in dropped])


@checked
def rename(store: Store, names: Mapping[Key, Key]) -> Store:
    """Return the same vectors under other words.

    Parameters
    ----------
    names : mapping of str to str (or of int to int)
        New word of each old one. Words may change places.

    Raises
    ------
    UnknownWordError
        If an old word is unknown.
    ConfigError
        If two rows would have the same word.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["U.S.", "b"], [[1, 0], [0, 1]])
    >>> vectors.rename({"U.S.": "usa"}).index_to_key
    ['usa', 'b']
    """
    words = list(store.index_to_key)
    store.check_rows()
    for old, new in names.items():
        words[get_index(store, old)] = new
    renamed = _of_rows(store, range(len(store)))
    renamed.index_to_key = words
    return renamed


@checked
def merge(store: Store, other: VectorStore, *, replace: bool = False) -> Store:
    """Return the vectors of both: those here, then those of words that only ``other`` has.

    Both must be in the same space: vectors of two trainings are not comparable until `align_to` has rotated one of them.

    Parameters
    ----------
    other : KeyedVectors
    replace : bool
        For words that both have, take vector and attributes of ``other``; otherwise those here.

    Returns
    -------
    KeyedVectors
        An attribute that only one of them has is 0 for the words of the other, but counts that only one has, or that are
        made up, are left out.
        ``metadata["merged"]`` holds the metadata of both.

    Raises
    ------
    ConfigError
        If the numbers of dimensions differ, or the words of one are integers and of the other strings.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]])
    >>> more = KeyedVectors.from_arrays(["b", "c"], [[5, 5], [6, 6]])
    >>> vectors.merge(more).index_to_key, vectors.merge(more, replace=True)["b"].tolist()
    (['a', 'b', 'c'], [5.0, 5.0])
    """
    _require_same_kind(store, other)
    known = np.array([word in store.key_to_index for word in other.index_to_key], dtype=bool)
    new = np.flatnonzero(~known)
    taken = np.flatnonzero(known if replace else np.zeros_like(known))
    rows = [store.key_to_index[other.index_to_key[row]] for row in taken]

    def joined(here: NDArray[Any], there: NDArray[Any]) -> NDArray[Any]:
        both = np.concatenate([here, there[new].astype(here.dtype)])
        both[rows] = there[taken]
        return both

    words = [*store.index_to_key, *(other.index_to_key[row] for row in new)]
    made = store.from_arrays(words, joined(store.vectors, other.vectors))
    both_have_counts = store.true_counts() is not None and other.true_counts() is not None
    for name in dict.fromkeys([*store.expandos, *other.expandos]):
        if both_have_counts or name != "count":
            pair = [vectors.expandos.get(name, np.zeros(len(vectors), np.int8)) for vectors in (store, other)]
            kind = np.result_type(*pair)
            made.expandos[name] = joined(*(values.astype(kind) for values in pair))
    factors = [vectors.row_factors() for vectors in (store, other)]
    if any(values is not None for values in factors):
        ones = [np.ones(len(vectors), np.float32) for vectors in (store, other)]
        made.vectors_lockf = joined(*(one if own is None else own for own, one in zip(factors, ones, strict=True)))
    made.metadata = {"merged": [copied(store.metadata), copied(other.metadata)]}
    text = store.metadata.get("text")
    if isinstance(text, dict) and text == other.metadata.get("text"):
        made.metadata["text"] = copied(text)  # how both split texts into words
    return made


def _require_same_kind(store: VectorStore, other: VectorStore) -> None:
    store.check_rows()
    other.check_rows()
    if store.vector_size != other.vector_size:
        raise ConfigError(
            f"other must have vectors of {store.vector_size} values, as here: got {other.vector_size} values"
        )
    if len(store) and len(other) and store.numbers != other.numbers:
        kinds = ["integers" if vectors.numbers else "strings" for vectors in (store, other)]
        raise ConfigError(f"words of other must be {kinds[0]}, as here: got {kinds[1]}")


def _rows(store: VectorStore, words: Key | Iterable[Key], ignore_missing: bool) -> list[int]:
    store.check_rows()
    keys = as_list(words)
    return list(dict.fromkeys(get_index(store, key) for key in keys if not ignore_missing or has_index_for(store, key)))


def _of_rows(store: Store, rows: Sequence[int]) -> Store:
    """Return a copy of some rows with all that belongs to them."""
    index = np.array(rows, dtype=np.int64)
    made = store.from_arrays([store.index_to_key[row] for row in rows], store.vectors[index], metadata=store.metadata)
    allocate_vecattrs(store)
    made.expandos = {name: values[index] for name, values in store.expandos.items()}
    factors = store.row_factors()
    if factors is not None:
        made.vectors_lockf = factors[index]
    return made
