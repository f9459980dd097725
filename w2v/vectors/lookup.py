"""Methods of `KeyedVectors` that look words up: vectors, and means of several. `rows` says what a key may be."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v.annotations import checked
from w2v.arguments import array, shown, truth
from w2v.arrays import Float32, Float64
from w2v.errors import ConfigError, MemoryLimitError
from w2v.machine import available_memory
from w2v.vectors.cosines import unit
from w2v.vectors.keys import (
    LARGEST,
    Key,
    Weighted,
    as_inputs,
    as_ordered,
    as_vector,
    is_integer,
)
from w2v.vectors.rows import find_row_of, get_index, has_index_for, rows_of, unknown
from w2v.vectors.store import VectorStore


def get_vectors(store: VectorStore, key: Key | Iterable[Key]) -> NDArray[Any]:
    """Return the vector of a word, shape (d,), a read-only view; or the vectors of several, shape (n, d), a copy."""
    if isinstance(key, str) or is_integer(key):
        return get_vector(store, key)
    rows = rows_of(store, key if key is None else as_ordered(key))
    return np.asarray(store.vectors[rows])


def get_vector(store: VectorStore, key: Key, norm: bool = False, *, default: ArrayLike | None = None) -> NDArray[Any]:
    """Return the vector of a word.

    Parameters
    ----------
    key : str or int
    norm : bool
        Scale it to length 1 (a zero vector stays zero).
    default : array_like, shape (d,) or a number, optional
        Returned for an unknown word, without scaling.

    Returns
    -------
    ndarray, shape (d,)
        The stored row, read-only, in the stored type; float32 if ``norm`` is set.

    Raises
    ------
    ArgumentError
        If an argument has another type.
    UnknownWordError
        If the word is unknown and there is no ``default``.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b"], [[3, 4], [0, 1]])
    >>> vectors.get_vector("a", norm=True).round(1).tolist() == np.float32([0.6, 0.8]).tolist()
    True
    """
    row = find_row_of(store, key)
    store.check_rows()
    if row is None:
        if default is None:
            raise unknown(store, key)
        with np.errstate(over="ignore"):
            stand_in = array("default", default).astype(store.vectors.dtype)
        if stand_in.shape not in ((), (store.vector_size,)):
            raise ConfigError(
                f"default must be a number or have shape ({store.vector_size},): got shape {stand_in.shape}"
            )
        return np.broadcast_to(stand_in, (store.vector_size,))
    vector = (
        unit(store.vectors[row]).astype(np.float32) if norm is not False and truth("norm", norm) else store.vectors[row]
    )
    vector.flags.writeable = False
    return vector


def get_normed_vectors(store: VectorStore) -> Float32:
    """Return all vectors scaled to length 1, as a float32 copy, shape (V, d); zero rows stay zero.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> KeyedVectors.from_arrays(["a", "b"], [[2, 0], [0, 3]]).get_normed_vectors().tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    space = store.search_space()
    normed: Float32 = np.divide(space.matrix, space.divisors[:, np.newaxis], dtype=np.float32)
    return normed


@checked
def matrix_by_id(store: VectorStore, fill: float = 0.0) -> NDArray[Any]:
    """Return the vectors of integer words in the order of these: row i is the vector of the id i.

    It can be used where ids index a matrix, such as an embedding layer or a table of items.

    Parameters
    ----------
    fill : float
        The values in rows of ids without a vector.

    Returns
    -------
    ndarray, shape (largest id + 1, d)
        A copy, in the stored type.

    Raises
    ------
    ArgumentError
        If an argument has another type.
    ConfigError
        If the words are not integers, or one is negative.
    MemoryLimitError
        If the largest id is so large that the matrix does not fit into memory.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> KeyedVectors.from_arrays([2, 0], [[3, 4], [0, 1]]).matrix_by_id().tolist()
    [[0.0, 1.0], [0.0, 0.0], [3.0, 4.0]]
    """
    store.check_rows()
    if not store.numbers:
        raise ConfigError(
            f"words must be integers to order vectors by them: got {store.index_to_key[:1]}; "
            "train on sentences of integers, or use vectors and key_to_index"
        )
    ids = store.index_to_key
    if min(ids) < 0:
        raise ConfigError(f"ids must be at least 0 to order vectors by them: got {min(ids)}")
    needed = (max(ids) + 1) * store.vector_size * store.vectors.itemsize
    if needed > available_memory():
        raise MemoryLimitError(
            f"cannot order vectors by ids: with the largest id {max(ids)}, the matrix takes {needed / 2**30:.1f} GiB; "
            "use vectors and key_to_index"
        )
    matrix = np.full((max(ids) + 1, store.vector_size), fill, store.vectors.dtype)
    matrix[ids] = store.vectors
    return matrix


@checked
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
        All 1 by default.
    pre_normalize, post_normalize : bool
        Scale the vectors of the words, or the mean, to length 1. Vectors passed in ``keys`` are not scaled first.
    ignore_missing : bool
        Ignore unknown words; if nothing is left, the mean is the zero vector.

    Returns
    -------
    ndarray of float32, shape (d,)

    Raises
    ------
    ArgumentError
        If an argument has another type.
    ConfigError
        If no key is given, or the weights are not one finite number per key.
    UnknownWordError
        If a word is unknown and ``ignore_missing`` is not set.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]]).get_mean_vector(["a", "b"]).tolist()
    [0.5, 0.5]
    """
    listed = as_inputs(keys)
    numbers = np.ones(len(listed)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not listed:
        raise ConfigError("keys must be at least one word or vector: got none")
    if numbers.shape != (len(listed),) or not (np.abs(numbers) <= LARGEST).all():
        raise ConfigError(f"weights must be one finite number per key, {len(listed)} in all: got {shown(weights)}")
    pairs = list(zip(listed, numbers.tolist(), strict=True))
    mean, _ = weighted_mean(store, pairs, pre_normalize=pre_normalize, ignore_missing=ignore_missing)
    return (unit(mean) if post_normalize else mean).astype(np.float32)


def weighted_mean(
    store: VectorStore, pairs: list[Weighted], *, pre_normalize: bool, ignore_missing: bool
) -> tuple[Float64, list[int]]:
    """Return the weighted mean, float64, shape (d,), and the rows of the words that it includes.

    Normalised vectors are rounded to float32, as `get_vector` returns them, so that a query by a word and a query by its
    vector give the same answer.
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
