"""What a file of word vectors holds, whatever its format, and what every format demands of it before it writes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from w2v.errors import FormatError

# Large enough that a block costs no more than its memory traffic, small enough that nobody notices its copy.
BLOCK_BYTES = 4 << 20


@dataclass(frozen=True)
class Contents:
    """Words, their vectors, and what is known about how they were made.

    Attributes
    ----------
    words : list of str
        One word per row, in row order; no word stands twice.
    vectors : ndarray of float32 or float16, shape (len(words), dim)
        The input vectors. Rows may be strided (``vectors.strides[0] >= dim * itemsize``), values may not.
    counts : ndarray of int64, shape (len(words),), optional
        Occurrences of each word in the training text.
    output : ndarray of float32, shape (len(words), dim), optional
        The output (target) matrix; needed to go on training.
    attributes : dict of str to ndarray of int64, float64 or float32, shape (len(words),)
        Further numbers of each word, by name.
    metadata : dict
        JSON values only: configuration, provenance, ledger, losses.
    """

    words: list[str]
    vectors: NDArray[Any]
    counts: NDArray[np.int64] | None = None
    output: NDArray[Any] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, NDArray[Any]] = field(default_factory=dict)


def check_contents(contents: Contents) -> None:
    """Refuse contents whose parts do not belong together.

    Finiteness is left to `finite_blocks`, which sees every value anyway while it is written.

    Raises
    ------
    FormatError
        For a wrong shape or dtype, a word that is not a string or stands twice, no words at all, impossible counts.
    """
    words, vectors, output, counts = contents.words, contents.vectors, contents.output, contents.counts
    if vectors.ndim != 2 or vectors.dtype.newbyteorder("=") not in (np.float32, np.float16) or 0 in vectors.shape:
        received = f"{vectors.dtype} of shape {vectors.shape}"
        raise FormatError(f"vectors are {received}; allowed: float32 or float16 of shape (words, dim), neither 0")
    if len(words) != len(vectors):
        raise FormatError(f"{len(words)} words for {len(vectors)} vectors; allowed: one word per row")
    check_words(words)
    if output is not None and (output.shape != vectors.shape or output.dtype.newbyteorder("=") != np.float32):
        received = f"{output.dtype} of shape {output.shape}"
        raise FormatError(f"the output matrix is {received}; allowed: float32 of the vectors' shape {vectors.shape}")
    if counts is not None:
        if counts.shape != (len(words),) or counts.dtype.kind not in "iu":
            received = f"{counts.dtype} of shape {counts.shape}"
            raise FormatError(f"counts are {received}; allowed: integers of shape ({len(words)},)")
        check_counts(counts)
    for name, values in contents.attributes.items():
        if values.shape != (len(words),) or values.dtype.newbyteorder("=") not in (np.int64, np.float64, np.float32):
            received = f"{values.dtype} of shape {values.shape}"
            raise FormatError(f"attribute {name!r} is {received}; allowed: int64 or float of shape ({len(words)},)")


def check_words(words: list[str]) -> None:
    """Refuse a word that is not a string or stands twice."""
    seen: set[str] = set()
    for row, word in enumerate(words):
        if not isinstance(word, str):
            raise FormatError(f"word {row} is {word!r}, of type {type(word).__name__}; allowed: str")
        if word in seen:
            raise FormatError(f"word {row} is {word!r}, which stands in an earlier row too")
        seen.add(word)


def check_counts(counts: NDArray[Any]) -> None:
    """Refuse counts that are negative or whose sum leaves int64."""
    if counts.min() < 0 or sum(counts.tolist()) >= 1 << 63:
        raise FormatError("counts are negative or overflow; allowed: 0 and more, with a sum below 2**63")


def finite_blocks(matrix: NDArray[Any], dtype: DTypeLike, name: str) -> Iterator[NDArray[Any]]:
    """Yield runs of rows as C-contiguous arrays of ``dtype``; refuse NaN and infinity.

    Parameters
    ----------
    matrix : ndarray, shape (rows, dim)
        Rows may be strided; no copy larger than a block is made.
    dtype : dtype
        Of the blocks.
    name : str
        What the matrix is called in the message.

    Raises
    ------
    FormatError
        Naming the first row that holds a NaN or an infinity.
    """
    step = max(1, BLOCK_BYTES // max(1, matrix.shape[1] * matrix.itemsize))
    for start in range(0, len(matrix), step):
        block = np.ascontiguousarray(matrix[start : start + step], dtype=dtype)
        finite = np.isfinite(block)
        if not finite.all():
            row = start + int(np.argmin(finite.all(axis=1)))
            raise FormatError(f"{name}: row {row} holds a NaN or an infinity; allowed: finite values")
        yield block
