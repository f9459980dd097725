"""Methods of `KeyedVectors` that look words up: rows, vectors, attributes, means.

A *key* is a word or a row number; where words stand for integers, a number is always such a word. An unknown one raises
`UnknownWordError`, a `KeyError` whose message names similar words, unless the call says what to do instead (``default``,
``ignore_missing``).
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v.errors import ConfigError, UnknownAttributeError
from w2v.vectors.keys import Key, Weighted, as_inputs, as_list, as_vector, find_row, missing
from w2v.vectors.search import Float32, Float64, unit
from w2v.vectors.store import VectorStore


def has_index_for(store: VectorStore, key: Key) -> bool:
    """Tell whether a word, or a row of that number, is there."""
    return find_row_of(store, key) is not None


def get_index(store: VectorStore, key: Key, default: int | None = None) -> int:
    """Return the row of a word; for an unknown one ``default``, if given."""
    row = find_row_of(store, key)
    if row is not None:
        return row
    if default is None:
        raise missing(key, store.index_to_key, store.key_to_index)
    return default


def get_vectors(store: VectorStore, key: Key | Iterable[Key]) -> NDArray[Any]:
    """Return a word's vector, shape (d,), a read-only view; or those of several words, shape (n, d), a copy."""
    if isinstance(key, str | int | np.integer):
        return get_vector(store, key)
    rows = rows_of(store, key)
    return np.asarray(store.vectors[rows])


def get_vector(store: VectorStore, key: Key, norm: bool = False, *, default: ArrayLike | None = None) -> NDArray[Any]:
    """Return the vector of a word.

    Parameters
    ----------
    key : str or int
    norm : bool
        Scale it to length 1 (a zero vector stays zero).
    default : array_like, shape (d,) or a number, optional
        Returned, unscaled, for an unknown word.

    Returns
    -------
    ndarray, shape (d,)
        Read-only. The stored row, in its type; float32 if ``norm`` is set.
    """
    row = find_row_of(store, key)
    store.check_rows()
    if row is None:
        if default is None:
            raise missing(key, store.index_to_key, store.key_to_index)
        stand_in = np.asarray(default, dtype=store.vectors.dtype)
        if stand_in.shape not in ((), (store.vector_size,)):
            raise ConfigError(f"default is a number or has shape ({store.vector_size},); got {stand_in.shape}")
        return np.broadcast_to(stand_in, (store.vector_size,))
    vector = unit(store.vectors[row]).astype(np.float32) if norm else store.vectors[row]
    vector.flags.writeable = False
    return vector


def get_normed_vectors(store: VectorStore) -> Float32:
    """Return all vectors scaled to length 1: a float32 copy, shape (V, d). Zero rows stay zero."""
    space = store.search_space()
    normed: Float32 = np.divide(space.matrix, space.divisors[:, np.newaxis], dtype=np.float32)
    return normed


def get_vecattr(store: VectorStore, key: Key, attr: str) -> Any:
    """Return a value kept for a word, such as its ``"count"``."""
    row = get_index(store, key)
    if attr not in store.expandos:
        raise UnknownAttributeError(f"no attribute {attr!r}; there are {sorted(store.expandos)}")
    return store.expandos[attr][row]


def set_vecattr(store: VectorStore, key: Key, attr: str, val: Any) -> None:
    """Keep a value for a word. Words without one have 0; a value of a wider type widens the whole attribute."""
    row = get_index(store, key)
    store.allocate_vecattrs([attr], [type(val) if isinstance(val, int | float | np.number) else object])
    store.expandos[attr][row] = val


def get_mean_vector(
    store: VectorStore,
    keys: Any,
    weights: ArrayLike | None = None,
    pre_normalize: bool = True,
    post_normalize: bool = False,
    ignore_missing: bool = True,
) -> Float32:
    """Return the weighted mean of words and vectors, ``sum(w_i v_i) / sum(|w_i|)``.

    Parameters
    ----------
    keys : str, int, vector, or a list of them
    weights : array_like, shape (len(keys),), optional
        1 each by default.
    pre_normalize, post_normalize : bool
        Scale the vectors of the words, or the mean, to length 1. Vectors that are given count as they are.
    ignore_missing : bool
        Leave unknown words out; if nothing is left, the mean is the zero vector.

    Returns
    -------
    ndarray of float32, shape (d,)

    Raises
    ------
    ConfigError
        If no key is given, or the weights are not one finite number per key.
    UnknownWordError
        If a word is unknown and ``ignore_missing`` is not set.
    """
    listed = as_inputs(keys)
    numbers = np.ones(len(listed)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not listed:
        raise ConfigError("a mean needs at least one key; got none")
    if numbers.shape != (len(listed),) or not np.isfinite(numbers).all():
        raise ConfigError(f"a mean of {len(listed)} keys needs as many finite weights; got {weights!r}")
    pairs = list(zip(listed, numbers.tolist(), strict=True))
    mean, _ = weighted_mean(store, pairs, pre_normalize=pre_normalize, ignore_missing=ignore_missing)
    return (unit(mean) if post_normalize else mean).astype(np.float32)


def find_row_of(store: VectorStore, key: Key) -> int | None:
    """Return the row of a key; None if there is no such word or row."""
    return find_row(key, store.index_to_key, store.key_to_index, store.numbers)


def rows_of(store: VectorStore, keys: Any, *, ignore_missing: bool = False) -> list[int]:
    """Return the rows of one or more keys, without the unknown ones if they are to be ignored."""
    store.check_rows()
    rows = [get_index(store, key) for key in as_list(keys) if not ignore_missing or has_index_for(store, key)]
    if not rows:
        raise ConfigError(f"no {'known ' if ignore_missing else ''}word was given; at least one is needed")
    return rows


def weighted_mean(
    store: VectorStore, pairs: list[Weighted], *, pre_normalize: bool, ignore_missing: bool
) -> tuple[Float64, list[int]]:
    """Return the mean, float64, shape (d,), and the rows of the words that went into it.

    A normalised vector is rounded to float32, as `get_vector` returns it: a word and that vector are one question.
    """
    store.check_rows()
    rows: list[int] = []
    row_weights: list[float] = []
    total, total_weight = np.zeros(store.vector_size), 0.0
    for key, weight in pairs:
        if isinstance(key, np.ndarray):
            total += weight * as_vector(key, store.vector_size)
        elif ignore_missing and not has_index_for(store, key):
            continue
        else:
            rows.append(get_index(store, key))
            row_weights.append(weight)
        total_weight += abs(weight)
    vectors = store.vectors[np.array(rows, dtype=np.int64)].astype(np.float64)
    total += np.array(row_weights) @ (unit(vectors).astype(np.float32) if pre_normalize else vectors)
    return (total / total_weight if total_weight > 0 else total), rows
