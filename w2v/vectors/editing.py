"""Methods of `KeyedVectors` that add, replace, reorder or convert words and vectors.

If the matrix is a view of another matrix (`VectorStore.from_arrays`), replacing and normalising write into that matrix,
while adding, resizing and sorting make a new one. A read-only matrix is copied before it is written to.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from w2v.annotations import checked
from w2v.arguments import integer
from w2v.errors import ConfigError, UnknownAttributeError
from w2v.formats.contents import BY_RANK
from w2v.vectors.attributes import allocate_vecattrs
from w2v.vectors.checks import as_words, check_finite, describe, storage_dtype
from w2v.vectors.keys import Key, as_list, as_ordered
from w2v.vectors.rows import get_index, has_index_for
from w2v.vectors.store import VectorStore

Store = TypeVar("Store", bound=VectorStore)


def counts_by_rank(store: VectorStore, why: str) -> None:
    """Give words the placeholder counts n, n - 1, ..., 1, as gensim does; `metadata` says so, and why."""
    store.expandos["count"] = np.arange(len(store), 0, -1)
    store.metadata["counts"] = f"{BY_RANK}: {why}"


@checked
def add_vector(store: VectorStore, key: Key, vector: ArrayLike) -> int:
    """Add one word with its vector, shape (d,), unless the word is known; return its row.

    Raises
    ------
    ArgumentError, ConfigError
        If the word or the vector has another type, or the vector another length, or is not finite.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors(vector_size=2)
    >>> vectors.add_vector("a", [1, 0]), vectors.add_vector("b", [0, 1])
    (0, 1)
    """
    add_vectors(store, key, vector)
    return get_index(store, key)


@checked
def add_vectors(
    store: VectorStore,
    keys: Key | Iterable[Key],
    weights: ArrayLike,
    extras: Mapping[str, ArrayLike] | None = None,
    replace: bool = False,
) -> None:
    """Add words with their vectors.

    Parameters
    ----------
    keys : str, int or iterable of them
        The words, without duplicates: strings, or integers if the other words are, or there are none.
    weights : array_like, shape (len(keys), d), or (d,) for a single word
        Converted to the type in which vectors are stored.
    extras : mapping of str to array_like, shape (len(keys),), optional
        Attributes of these words, such as ``{"count": [...]}``; 0 if not given.
    replace : bool
        Replace vectors and extras of known words; otherwise these are left unchanged.

    Raises
    ------
    ArgumentError
        If an argument has another type.
    ConfigError
        If a word occurs twice, or a length is wrong. Nothing is changed then.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors(vector_size=2)
    >>> vectors.add_vectors(["a", "b"], [[1, 0], [0, 1]], extras={"count": [7, 3]})
    >>> vectors.index_to_key, int(vectors.get_vecattr("b", "count"))
    (['a', 'b'], 3)
    """
    store.check_rows()
    words, _ = as_words(as_ordered(keys))
    with np.errstate(over="ignore"):  # infinity is refused
        vectors = np.atleast_2d(np.asarray(weights, dtype=store.vectors.dtype))
    if vectors.shape != (len(words), store.vector_size):
        raise ConfigError(
            f"vectors of {len(words)} words must have shape ({len(words)}, {store.vector_size}): got {describe(vectors)}"
        )
    check_finite(vectors, words)
    values = {name: np.asarray(extra) for name, extra in (extras or {}).items()}
    for name, value in values.items():
        if value.shape != (len(words),):
            raise ConfigError(f"extras[{name!r}] must have one value per word, {len(words)}: got {describe(value)}")
    allocate_vecattrs(store)
    old = np.array([word in store.key_to_index for word in words], dtype=bool)
    if replace and old.any():
        store.writable()[[store.key_to_index[word] for word, known in zip(words, old, strict=True) if known]] = vectors[
            old
        ]
    store.append_rows([word for word, known in zip(words, old, strict=True) if not known], vectors[~old])
    allocate_vecattrs(store)
    written = np.flatnonzero(~old | replace)
    rows = [store.key_to_index[words[i]] for i in written]
    allocate_vecattrs(store, values, [value.dtype for value in values.values()])
    for name, value in values.items():
        store.expandos[name][rows] = value[written]


@checked
def resize_vectors(store: VectorStore, seed: int = 0) -> None:
    """Add a random vector for each word that has none, after words were added by assigning to `index_to_key`.

    The new rows are drawn from U(-1, 1) / d, and are the same as in an untrained model of this size and seed, as in
    gensim.

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type, or is out of range.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a"], [[1, 0]])
    >>> vectors.index_to_key = ["a", "b"]
    >>> vectors.resize_vectors(seed=1)
    >>> vectors.vectors.shape
    (2, 2)
    """
    integer("seed", seed, 0)
    words, rows = store.index_to_key, len(store.vectors)
    if rows > len(words):
        raise ConfigError(f"the words must be at least as many as the vectors, {rows}: got {len(words)}; add words")
    draws = np.random.default_rng(seed).random((len(words), store.vector_size), dtype=np.float32)[rows:]
    store.index_to_key = words[:rows]
    store.append_rows(words[rows:], (draws * 2 - 1) / store.vector_size)
    allocate_vecattrs(store)


def sort_by_descending_frequency(store: VectorStore) -> None:
    """Sort the rows by descending ``"count"``; words of equal count keep their order.

    Raises
    ------
    UnknownAttributeError
        If the words have no counts.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]], counts=[1, 2])
    >>> vectors.sort_by_descending_frequency()
    >>> vectors.index_to_key
    ['b', 'a']
    """
    store.check_rows()
    store.row_factors()
    if "count" not in store.expandos:
        raise UnknownAttributeError(
            "cannot sort the words: they have no 'count'; set it with set_vecattr(word, 'count', n)"
        )
    order = np.argsort(-store.expandos["count"], kind="stable")
    store.index_to_key = [store.index_to_key[row] for row in order]
    store.vectors = store.vectors[order]
    if len(store.vectors_lockf) > 1:
        store.vectors_lockf = store.vectors_lockf[order]
    store.expandos = {name: values[order] for name, values in store.expandos.items()}


def unit_normalize_all(store: VectorStore) -> None:
    """Scale every vector to length 1, in place; zero vectors stay zero. The original lengths are lost.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b"], [[2, 0], [0, 3]])
    >>> vectors.unit_normalize_all()
    >>> vectors.norms.tolist()
    [1.0, 1.0]
    """
    divisors = store.search_space().divisors[:, np.newaxis]
    store.writable()[:] /= divisors


@checked
def vectors_for_all(
    store: Store, keys: Iterable[Key], allow_inference: bool = True, copy_vecattrs: bool = False
) -> Store:
    """Return a new object with those of the given words that are known, in this order, and copies of their vectors.

    Parameters
    ----------
    keys : iterable of str or int
    allow_inference : bool
        Accepted for compatibility with gensim, and ignored: vectors of unknown words cannot be inferred here.
    copy_vecattrs : bool
        Copy counts and other attributes too. Otherwise the counts are `counts_by_rank`, as in gensim, and `metadata` says
        so.

    Raises
    ------
    ArgumentError
        If an argument has another type.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [3, 1], [0, 1]])
    >>> vectors.vectors_for_all(["c", "a", "unknown"]).index_to_key
    ['c', 'a']
    """
    store.check_rows()
    rows = list(dict.fromkeys(get_index(store, key) for key in as_list(keys) if has_index_for(store, key)))
    chosen = store.from_arrays(
        [store.index_to_key[row] for row in rows],
        store.vectors[np.array(rows, dtype=np.int64)],
    )
    counts_by_rank(chosen, "the counts were not copied")
    if copy_vecattrs:
        allocate_vecattrs(store)
        chosen.expandos |= {name: values[rows] for name, values in store.expandos.items()}
        if store.true_counts() is not None:
            del chosen.metadata["counts"]
    return chosen


@checked
def astype(store: Store, dtype: DTypeLike) -> Store:
    """Return a copy stored as float32 or float16; float16 halves the memory and keeps about three digits.

    Queries are computed in float32 and float64 in both cases.

    Raises
    ------
    ArgumentError, ConfigError
        If it is not a type of numbers, or neither float32 nor float16.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]]).astype("float16").vectors.dtype
    dtype('float16')
    """
    other = store.from_arrays(store.index_to_key, store.vectors.astype(storage_dtype(dtype)), metadata=store.metadata)
    other.expandos = {name: values.copy() for name, values in store.expandos.items()}
    other._lockf = store.vectors_lockf.copy()
    return other
