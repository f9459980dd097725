"""The contents of a file of word vectors in any format, and the checks made before writing in any format."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from w2v.arguments import shown
from w2v.errors import FormatError

# Large enough that only memory traffic matters, small enough that the copy of a block is negligible.
BLOCK_BYTES = 4 << 20

BY_RANK = "by rank"
"""How ``metadata["counts"]`` begins if the counts are made up."""


@dataclass(frozen=True)
class Contents:
    """Words, their vectors, and metadata on how they were made.

    Attributes
    ----------
    words : list of str
        One word per row, in row order, without duplicates.
    vectors : ndarray of float32 or float16, shape (len(words), dim)
        The input vectors. Rows may be strided (``vectors.strides[0] >= dim * itemsize``), the values in a row may not.
    counts : ndarray of int64, shape (len(words),), optional
        Occurrences of each word in the training text.
    output : ndarray of float32, shape (len(words), dim), optional
        The output (target) matrix; needed to continue training.
    attributes : dict of str to ndarray of int64, float64 or float32, shape (len(words),)
        Further numeric values per word, by name.
    metadata : dict
        JSON values only: configuration, provenance, token counts, losses.
    scales : ndarray of float32, shape (len(words),), optional
        Only to be written to a native file: then ``vectors`` are int8 codes, and row i is ``vectors[i] * scales[i]``. What
        is read is float32.
    """

    words: list[str]
    vectors: NDArray[Any]
    counts: NDArray[np.int64] | None = None
    output: NDArray[Any] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, NDArray[Any]] = field(default_factory=dict)
    scales: NDArray[np.float32] | None = None

    def true_counts(self) -> NDArray[np.int64] | None:
        """Return the counts; None if there are none, or they are made up: see `counts_are_made_up`."""
        return None if counts_are_made_up(self.metadata) else self.counts


def counts_are_made_up(metadata: Mapping[str, Any]) -> bool:
    """Whether the counts n, n - 1, ... only stand for the ranks of the words, as metadata says; they serve to sort by."""
    return str(metadata.get("counts", "")).startswith(BY_RANK)


def check_contents(contents: Contents) -> None:
    """Check that all parts of the contents are valid and consistent.

    Finiteness is checked by `finite_blocks`, which reads every value anyway when it is written.

    Raises
    ------
    FormatError
        For a wrong shape or dtype, a word that is not a string or occurs twice, no words at all, or invalid counts.
    """
    check_shapes(contents)
    check_words(contents.words)


def check_shapes(contents: Contents) -> None:
    """Check everything that `check_contents` does, except for the words themselves."""
    words, vectors, output, counts = contents.words, contents.vectors, contents.output, contents.counts
    kinds = (np.float32, np.float16) if contents.scales is None else (np.int8,)
    if vectors.ndim != 2 or vectors.dtype.newbyteorder("=") not in kinds or 0 in vectors.shape:
        received = f"{vectors.dtype} of shape {vectors.shape}"
        raise FormatError(f"vectors must be float32 or float16 of shape (words, dim), neither 0: got {received}")
    if len(words) != len(vectors):
        raise FormatError(f"words must be one per vector, {len(vectors)} in all: got {len(words)}")
    if output is not None and (output.shape != vectors.shape or output.dtype.newbyteorder("=") != np.float32):
        received = f"{output.dtype} of shape {output.shape}"
        raise FormatError(f"the output matrix must be float32 of the vectors' shape {vectors.shape}: got {received}")
    if counts is not None:
        if counts.shape != (len(words),) or counts.dtype.kind not in "iu":
            received = f"{counts.dtype} of shape {counts.shape}"
            raise FormatError(f"counts must be integers of shape ({len(words)},): got {received}")
        check_counts(counts)
    for name, values in contents.attributes.items():
        if values.shape != (len(words),) or values.dtype.newbyteorder("=") not in (np.int64, np.float64, np.float32):
            received = f"{values.dtype} of shape {values.shape}"
            raise FormatError(
                f"attribute {name!r} must be int64, float64 or float32 of shape ({len(words)},): got {received}"
            )


def check_words(words: list[str]) -> None:
    """Raise FormatError for a word that is not a string or occurs twice."""
    if set(map(type, words)) == {str} and not _may_repeat(words):
        return
    seen: set[str] = set()
    for row, word in enumerate(words):
        if not isinstance(word, str):
            raise FormatError(f"word {row} must be a string: got {word!r} of type {type(word).__name__}")
        if word in seen:
            raise FormatError(f"word {row} must differ from the words of earlier rows: got {word!r} again")
        seen.add(word)


def index_words(words: list[str]) -> dict[str, int]:
    """Return the row of each word; raise FormatError if one occurs twice, or is not a string."""
    rows = rows_by_word(words)
    if len(rows) < len(words):
        check_words(words)
    return rows


def rows_by_word(words: list[Any]) -> dict[Any, int]:
    """Return the row of each word, of its last one where it occurs twice.

    CPython keeps the hashes of keys in a dictionary only if one was not a string. They save reading another word, in other
    memory, wherever the places of two words collide: a million words take a quarter less time, lookups up to 40 % less.
    """
    rows: dict[Any, int] = {None: 0}
    rows.update(zip(words, range(len(words)), strict=True))
    del rows[None]
    return rows


def _may_repeat(words: list[str]) -> bool:
    """Whether two words have the same hash; sorting these takes less time than a set of the words."""
    hashes = np.fromiter(map(hash, words), np.int64, len(words))
    hashes.sort()
    return bool((hashes[1:] == hashes[:-1]).any())


def check_encodable(words: Iterable[str], what: str = "word") -> None:
    """Raise FormatError for a word, or other name, that is not valid Unicode."""
    for row, word in enumerate(words):
        try:
            word.isascii() or word.encode()
        except UnicodeEncodeError as error:
            raise FormatError(f"{what} {row} must be encodable as UTF-8: got {shown(word)}, {error.reason}") from error


def check_counts(counts: NDArray[Any]) -> None:
    """Raise FormatError for counts that are negative or whose sum overflows int64."""
    if counts.min() >= 0 and int(counts.max()) * len(counts) < 1 << 63:
        return
    if counts.min() < 0 or sum(counts.tolist()) >= 1 << 63:
        raise FormatError(
            "counts must be at least 0 and add up to less than 2**63: "
            f"got a minimum of {counts.min()} and a sum of {sum(counts.tolist())}"
        )


def check_finite(matrix: NDArray[Any], name: str) -> None:
    """Raise FormatError at a NaN or an infinity; the two passes of float32, minimum and maximum, hold up no other thread."""
    with np.errstate(invalid="ignore"):
        if matrix.dtype == np.float32 and np.isfinite(matrix.min()) and np.isfinite(matrix.max()):
            return
    for _ in finite_blocks(matrix, matrix.dtype, name):
        pass


def finite_blocks(matrix: NDArray[Any], dtype: DTypeLike, name: str) -> Iterator[NDArray[Any]]:
    """Yield runs of rows as C-contiguous arrays of ``dtype``; raise FormatError at a NaN or an infinity.

    Parameters
    ----------
    matrix : ndarray, shape (rows, dim)
        Rows may be strided; no copy larger than a block is made.
    dtype : dtype
        The type of the blocks.
    name : str
        The name of the matrix in the message.

    Raises
    ------
    FormatError
        If a value is not finite; the message names the first such row.
    """
    step = max(1, BLOCK_BYTES // max(1, matrix.shape[1] * matrix.itemsize))
    for start in range(0, len(matrix), step):
        block = np.ascontiguousarray(matrix[start : start + step], dtype=dtype)
        finite = np.isfinite(block)
        if not finite.all():
            row = start + int(np.argmin(finite.all(axis=1)))
            raise FormatError(f"{name}: row {row} must be finite: got a NaN or an infinity")
        yield block
