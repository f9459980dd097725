"""Methods of `KeyedVectors` that add, replace, reorder or convert words and vectors.

Where the matrix is a view of another one (`VectorStore.from_arrays`), replacing and normalising write into that one,
while adding, resizing and sorting move to a matrix of their own. A read-only matrix is copied before it is written to.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from w2v.errors import ConfigError, UnknownAttributeError
from w2v.vectors.keys import Key, as_list
from w2v.vectors.lookup import get_index, has_index_for
from w2v.vectors.store import VectorStore, as_words, describe, storage_dtype

Store = TypeVar("Store", bound=VectorStore)


def counts_by_rank(rows: int) -> NDArray[np.int64]:
    """Return the placeholder counts n, n - 1, ..., 1 that gensim gives to words without counts."""
    return np.arange(rows, 0, -1)


def add_vector(store: VectorStore, key: str, vector: ArrayLike) -> int:
    """Add one word with its vector, shape (d,), unless the word is known; return its row."""
    add_vectors(store, key, vector)
    return get_index(store, key)


def add_vectors(
    store: VectorStore,
    keys: str | Iterable[str],
    weights: ArrayLike,
    extras: Mapping[str, ArrayLike] | None = None,
    replace: bool = False,
) -> None:
    """Add words with their vectors.

    Parameters
    ----------
    keys : str or iterable of str
        None twice.
    weights : array_like, shape (len(keys), d), or (d,) for a single word
        Converted to the type that the vectors are stored in.
    extras : mapping of str to array_like, shape (len(keys),), optional
        Attributes of these words, such as ``{"count": [...]}``; 0 where not given.
    replace : bool
        Replace vectors and extras of words that are known already; otherwise those are left as they are.

    Raises
    ------
    ConfigError
        If a word stands twice, or a length does not fit. Nothing is changed then.
    """
    store.check_rows()
    words, _ = as_words(as_list(keys))
    vectors = np.atleast_2d(np.asarray(weights, dtype=store.vectors.dtype))
    if vectors.shape != (len(words), store.vector_size):
        raise ConfigError(
            f"{len(words)} words need vectors of shape ({len(words)}, {store.vector_size}); got {describe(vectors)}"
        )
    values = {name: np.asarray(extra) for name, extra in (extras or {}).items()}
    for name, value in values.items():
        if value.shape != (len(words),):
            raise ConfigError(f"extras[{name!r}]: one value for each of {len(words)} words; got {describe(value)}")
    store.allocate_vecattrs()
    old = np.array([word in store.key_to_index for word in words], dtype=bool)
    if replace and old.any():
        store.writable()[[store.key_to_index[word] for word, known in zip(words, old, strict=True) if known]] = vectors[
            old
        ]
    store.append_rows([word for word, known in zip(words, old, strict=True) if not known], vectors[~old])
    written = np.flatnonzero(~old | replace)
    rows = [store.key_to_index[words[i]] for i in written]
    store.allocate_vecattrs(values, [value.dtype for value in values.values()])
    for name, value in values.items():
        store.expandos[name][rows] = value[written]


def resize_vectors(store: VectorStore, seed: int = 0) -> None:
    """Give a vector to each word that has none, after words were added to `index_to_key` by assignment.

    The new rows are drawn from U(-1, 1) / d and are those that an untrained model of this size and seed would have
    there, as in gensim.
    """
    words, rows = store.index_to_key, len(store.vectors)
    if rows > len(words):
        raise ConfigError(f"{rows} vectors but {len(words)} words: vectors are not dropped")
    draws = np.random.default_rng(seed).random((len(words), store.vector_size), dtype=np.float32)[rows:]
    store.index_to_key = words[:rows]
    store.append_rows(words[rows:], (draws * 2 - 1) / store.vector_size)


def sort_by_descending_frequency(store: VectorStore) -> None:
    """Reorder the rows by ``"count"``, largest first, words of equal count in the order they had.

    Raises
    ------
    ConfigError
        If the counts are not known.
    """
    store.check_rows()
    store.row_factors()
    if "count" not in store.expandos:
        raise UnknownAttributeError("the words have no 'count' to sort by; set it with set_vecattr(word, 'count', n)")
    order = np.argsort(-store.expandos["count"], kind="stable")
    store.index_to_key = [store.index_to_key[row] for row in order]
    store.vectors = store.vectors[order]
    if len(store.vectors_lockf) > 1:
        store.vectors_lockf = store.vectors_lockf[order]
    store.expandos = {name: values[order] for name, values in store.expandos.items()}


def unit_normalize_all(store: VectorStore) -> None:
    """Scale every vector to length 1, in place; zero vectors stay zero. The lengths are lost."""
    divisors = store.search_space().divisors[:, np.newaxis]
    store.writable()[:] /= divisors


def vectors_for_all(
    store: Store, keys: Iterable[Key], allow_inference: bool = True, copy_vecattrs: bool = False
) -> Store:
    """Return the known ones of some words, each once and in the order given, with copies of their vectors.

    Parameters
    ----------
    keys : iterable of str or int
    allow_inference : bool
        Without effect: no vector can be inferred for an unknown word here.
    copy_vecattrs : bool
        Copy counts and other attributes too. Without counts the words get `counts_by_rank`, as in gensim.
    """
    store.check_rows()
    rows = list(dict.fromkeys(get_index(store, key) for key in keys if has_index_for(store, key)))
    chosen = store.from_arrays(
        [store.index_to_key[row] for row in rows],
        store.vectors[np.array(rows, dtype=np.int64)],
        counts_by_rank(len(rows)),
    )
    chosen.numbers = store.numbers
    if copy_vecattrs:
        store.allocate_vecattrs()
        chosen.expandos |= {name: values[rows] for name, values in store.expandos.items()}
    return chosen


def astype(store: Store, dtype: DTypeLike) -> Store:
    """Return a copy stored as float32 or float16; float16 halves the memory and keeps about three digits.

    Queries are computed in float32 and float64 either way.
    """
    other = store.from_arrays(store.index_to_key, store.vectors.astype(storage_dtype(dtype)), metadata=store.metadata)
    other.expandos = {name: values.copy() for name, values in store.expandos.items()}
    other.numbers, other._lockf = store.numbers, store.vectors_lockf.copy()
    return other
