"""Shared code of the text and the binary word2vec format: the header, and rows of a word and its vector."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.errors import ConfigError, CutFileError, FormatError, MemoryLimitError, WordEncodingError
from w2v.formats.streams import Input
from w2v.machine import available_memory

# Neither format limits the length of words and rows. Without limits, a small compressed file could exhaust the memory.
MAX_WORD_BYTES = 1 << 16
MAX_DIM = 1 << 16
WORD_OBJECT_BYTES = 160
"""What a word takes in memory at least: a string, its place in a dictionary, and its place in a list."""
CHECKED_ROWS = 1 << 16
"""Rows of a file without a reliable header that are read before the memory for further ones is checked."""


@dataclass(frozen=True)
class Reading:
    """Options for reading a file; the fields are parameters of `load_word2vec`."""

    limit: int | None
    encoding: str
    errors: str
    dtype: np.dtype[Any]
    strict: bool

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 1:
            raise ConfigError(f"limit must be at least 1, or None for all rows: got {self.limit}")
        if self.dtype not in (np.dtype(np.float32), np.dtype(np.float16)):
            raise ConfigError(f"dtype must be float32 or float16: got {self.dtype}")
        if self.errors not in ("strict", "replace", "ignore", "backslashreplace"):
            raise ConfigError(f"errors must be strict, replace, ignore or backslashreplace: got {self.errors!r}")
        try:
            b"a".decode(self.encoding, "replace")
        except LookupError as error:
            raise ConfigError(f"encoding must be a text codec of Python: got {self.encoding!r}") from error

    def decode(self, raw: bytes) -> str:
        """Return the bytes of a word as a string."""
        try:
            return raw.decode(self.encoding, self.errors)
        except UnicodeDecodeError as error:
            message = (
                f"a word must be valid {self.encoding}: got {raw!r:.80}, {error}; errors='replace' or 'ignore' reads it"
            )
            raise WordEncodingError(message, error) from error
        except UnicodeError as error:  # some codecs raise nothing more specific
            raise FormatError(f"a word must be valid {self.encoding}: got {raw!r:.80}, {error}") from error


@dataclass(frozen=True)
class Shape:
    """The header line: number of rows and dimension; ``nbytes`` is the length of the line itself."""

    rows: int
    dim: int
    nbytes: int


def parse_header(line: bytes) -> Shape | None:
    """Return the parsed header line; None if the line is not a header."""
    match = re.fullmatch(rb"(\d{1,19}) (\d{1,19}) ?\r?\n", line)
    return Shape(int(match[1]), int(match[2]), len(line)) if match else None


def check_shape(source: Input, shape: Shape, least_row: int) -> None:
    """Raise FormatError if the header announces more rows than the file can contain, before memory is allocated for them.

    Parameters
    ----------
    source : Input
        The size of a compressed file is unknown; its rows are read into a growing matrix.
    shape : Shape
        The header.
    least_row : int
        The smallest possible size of a row of this dimension, in bytes.
    """
    if shape.rows < 1 or not 1 <= shape.dim <= MAX_DIM:
        raise FormatError(
            f"{source.name}: the header must say at least 1 row of 1 to {MAX_DIM} values: "
            f"got {shape.rows} rows of {shape.dim} values"
        )
    available = None if source.size is None else source.size - shape.nbytes
    if available is not None and shape.rows * least_row - 1 > available:  # the last newline may be missing
        raise CutFileError(
            f"{source.name} must have at least {shape.rows * least_row} bytes after its header, which says {shape.rows} "
            f"rows of {shape.dim} values: got {available}; the file is damaged or incomplete"
        )


def refuse_too_large(file: str, rows: int, dim: int, reading: Reading) -> None:
    """Raise MemoryLimitError if rows do not fit into memory, before any of it is allocated or decompressed.

    A compressed file of a megabyte may hold a gigabyte of rows, so the size of the file says nothing.
    """
    needed = min(rows, reading.limit or rows) * (dim * reading.dtype.itemsize + WORD_OBJECT_BYTES)
    there = available_memory()
    if needed > there:
        raise MemoryLimitError(
            f"cannot read {file}: {rows:,} rows of {dim:,} values take about {needed / 1e9:,.1f} GB of memory, and "
            f"{there / 1e9:,.1f} GB are available; pass limit= to read only the first rows"
        )


class Rows:
    """A collector of rows, which checks them as they are read.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    dim : int
        Values per row.
    reading : Reading
        With ``strict=False``, of duplicate words the first is kept, and words may contain spaces or follow newlines.
    capacity : int
        Number of rows to allocate memory for; 0 if the number is unknown or cannot be trusted.
    """

    def __init__(self, file: str, dim: int, reading: Reading, capacity: int) -> None:
        self.file = file
        self.dim = dim
        self.reading = reading
        self.repairs = Counter(duplicates=0, spaces_in_words=0, newlines_before_words=0, final_newline=0)
        self.read = 0
        self._words: dict[str, None] = {}
        self._matrix = np.empty((capacity, dim), reading.dtype)

    @property
    def is_full(self) -> bool:
        """Whether the limit on the number of rows is reached."""
        return self.reading.limit is not None and self.read >= self.reading.limit

    def where(self, offset: int, ahead: int = 0) -> str:
        """Return the beginning of a message about the row that comes ``ahead`` rows after those already added."""
        return f"{self.file}: row {self.read + ahead + 1} (byte {offset})"

    def extend(self, raw_words: list[bytes], offsets: list[int], values: NDArray[np.float32]) -> None:
        """Add rows.

        Parameters
        ----------
        raw_words : list of bytes
            One per row.
        offsets : list of int
            The byte at which each row begins in the (decompressed) file.
        values : ndarray of float32, shape (len(raw_words), dim)
        """
        with np.errstate(over="ignore"):  # values too large for float16 become infinite, and raise an error below
            rows = values.astype(self.reading.dtype, copy=False)
        finite = np.isfinite(rows).all(axis=1)
        if not finite.all():
            bad = int(np.argmin(finite))
            raise FormatError(
                f"{self.where(offsets[bad], bad)} must be finite in {rows.dtype}: got a NaN or an infinity"
            )
        kept = self._take_words(raw_words, offsets)
        start, end = len(self._words) - len(kept), len(self._words)
        if end > len(self._matrix):
            # Grown in place by a quarter, so that the matrix is never in memory twice.
            if end > CHECKED_ROWS:
                refuse_too_large(self.file, end // 4, self.dim, replace(self.reading, limit=None))
            self._matrix.resize((end + end // 4, self.dim), refcheck=False)
        self._matrix[start:end] = rows if len(kept) == len(rows) else rows[kept]
        self.read += len(rows)

    def finish(self) -> tuple[list[str], NDArray[Any]]:
        """Return the words and their matrix."""
        self._matrix.resize((len(self._words), self.dim), refcheck=False)
        return list(self._words), self._matrix

    def _take_words(self, raw_words: list[bytes], offsets: list[int]) -> list[int]:
        """Add the new words and return their indices among ``raw_words``."""
        words = self._flawless(raw_words)
        if words is not None:
            self._words |= words
            return list(range(len(words)))
        kept = []
        for i, raw in enumerate(raw_words):
            try:
                if self._take_word(raw):
                    kept.append(i)
            except WordEncodingError as error:
                raise WordEncodingError(f"{self.where(offsets[i], i)}: {error}", error) from error
            except FormatError as error:
                raise FormatError(f"{self.where(offsets[i], i)}: {error}") from error
        return kept

    def _flawless(self, raw_words: list[bytes]) -> dict[str, None] | None:
        """Return the words if `_take_word` would accept all of them (a fast check); None if each must be checked."""
        if b"\n".join(raw_words).split() != raw_words:
            return None
        encoding, errors = self.reading.encoding, self.reading.errors
        try:
            words = dict.fromkeys([raw.decode(encoding, errors) for raw in raw_words])
        except UnicodeError:
            return None
        is_new = len(words) == len(raw_words) and words.keys().isdisjoint(self._words.keys())
        return words if is_new and "" not in words else None

    def _take_word(self, raw: bytes) -> bool:
        """Add a word if it is new, and return whether it is."""
        word = self.reading.decode(raw)
        solid = raw if self.reading.strict else raw.replace(b" ", b"_")
        if not word or solid.split() != [solid]:
            raise FormatError(f"a word must be non-empty and without white space: got {raw!r:.80}")
        if word not in self._words:
            self._words[word] = None
            return True
        if self.reading.strict:
            raise FormatError(
                f"a word must occur in one row only: got {word!r:.80} again; strict=False keeps the first"
            )
        self.repairs["duplicates"] += 1
        return False
