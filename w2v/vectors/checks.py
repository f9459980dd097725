"""Checks of words and matrices that a user passes, and their conversion to what `VectorStore` holds."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from w2v.arguments import dtype as numpy_dtype
from w2v.errors import ArgumentError, ConfigError
from w2v.vectors.keys import is_integer


def storage_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    """Return the dtype if it is float32 or float16, the types in which vectors are stored; otherwise raise ConfigError."""
    kind = numpy_dtype("dtype", dtype)
    if kind not in (np.float32, np.float16):
        raise ConfigError(f"dtype must be float32 or float16: got {kind}")
    return kind


def as_matrix(vectors: ArrayLike) -> NDArray[Any]:
    """Return vectors as a float32 or float16 matrix: a view if they have that type already, otherwise a float32 copy.

    Rows may be strided, so that a slice of a wider matrix stays a view.
    """
    matrix = np.asarray(vectors)
    if matrix.ndim != 2 or matrix.dtype.kind not in "fiu" or matrix.shape[1] == 0:
        raise ConfigError(f"vectors must be a matrix of numbers, shape (words, dim): got {describe(matrix)}")
    if matrix.dtype not in (np.float32, np.float16):
        with np.errstate(over="ignore"):  # infinity is refused when norms are computed
            return matrix.astype(np.float32, order="C")
    return matrix if matrix.strides[1] == matrix.itemsize else np.ascontiguousarray(matrix)


def describe(array: NDArray[Any]) -> str:
    """Return dtype and shape of an array, for messages."""
    return f"{array.dtype} of shape {array.shape}"


def as_words(words: Iterable[Any]) -> tuple[list[Any], dict[Any, int]]:
    """Return words, all strings or all integers, as a list and as a mapping to rows.

    Raises
    ------
    ConfigError
        If one is neither a string nor an integer, or of another kind than the first; or if one occurs twice.
    """
    listed = list(words)
    numbers = bool(listed) and is_integer(listed[0])
    for row, word in enumerate(listed):
        if not (is_integer(word) if numbers else isinstance(word, str)):
            raise ArgumentError(
                f"word {row} must be {'an integer' if numbers else 'a string'}: got {type(word).__name__}"
            )
        if type(word) not in (str, int):  # such as one of NumPy
            listed[row] = int(word) if numbers else str.__str__(word)
    rows = {word: row for row, word in enumerate(listed)}
    if len(rows) < len(listed):
        first, word = next((row, word) for row, word in enumerate(listed) if rows[word] != row)
        raise ConfigError(f"each word must have one row: got {word!r} twice, in rows {first} and {rows[word]}")
    return listed, rows
