"""Checks of words and matrices that a user passes, and their conversion to what `VectorStore` holds."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from w2v.arguments import dtype as numpy_dtype
from w2v.errors import ArgumentError, ConfigError
from w2v.formats.contents import rows_by_word
from w2v.vectors.keys import is_integer

NUMBERS_AT_ONCE = 1 << 19
"""Values that are checked at once, so that memory stays bounded."""


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
        with np.errstate(over="ignore"):  # infinity is refused
            return matrix.astype(np.float32, order="C")
    return matrix if matrix.strides[1] == matrix.itemsize else np.ascontiguousarray(matrix)


def check_finite(matrix: NDArray[Any], words: Sequence[Any]) -> None:
    """Raise ConfigError for NaN or infinity in a matrix, shape (V, d); name the first such row and its word."""
    step = max(1, NUMBERS_AT_ONCE // matrix.shape[1])
    for start in range(0, len(matrix), step):
        finite = np.isfinite(matrix[start : start + step])
        if not finite.all():
            row = start + int(np.argmin(finite.all(axis=1)))
            word = f", of the word {words[row]!r}" if row < len(words) else ""
            raise ConfigError(
                f"vectors must be finite numbers within the range of {matrix.dtype}: got NaN, infinity or a larger one in "
                f"row {row}{word}; leave such words out"
            )


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
    if isinstance(words, set | frozenset):
        raise ArgumentError(f"words must be in the order of the rows, as in a list: got a {type(words).__name__}")
    listed = list(words)
    numbers = bool(listed) and is_integer(listed[0])
    is_plain = set(map(type, listed)) in ({str}, {int})
    for row, word in enumerate(() if is_plain else listed):
        if not (is_integer(word) if numbers else isinstance(word, str)):
            raise ArgumentError(
                f"word {row} must be {'an integer' if numbers else 'a string'}: got {type(word).__name__}"
            )
        if type(word) not in (str, int):  # such as one of NumPy
            listed[row] = int(word) if numbers else str.__str__(word)
    rows = rows_by_word(listed)
    if len(rows) < len(listed):
        first, word = next((row, word) for row, word in enumerate(listed) if rows[word] != row)
        raise ConfigError(f"each word must have one row: got {word!r} twice, in rows {first} and {rows[word]}")
    return listed, rows
