"""Shared code of the text and the binary word2vec format: rows of a word and its vector."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.arguments import amount, encoding, integer, one_of
from w2v.errors import ConfigError, FormatError, MemoryLimitError, WordEncodingError
from w2v.formats.repairs import REPAIRS
from w2v.formats.word2vec_header import is_number
from w2v.machine import available_memory

# Neither format limits the length of words. Without a limit, a small compressed file could exhaust the memory.
MAX_WORD_BYTES = 1 << 16
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
        if self.limit is not None:
            integer("limit", self.limit, 1)
        if self.dtype not in (np.dtype(np.float32), np.dtype(np.float16)):
            raise ConfigError(f"dtype must be float32 or float16: got {self.dtype}")
        one_of("errors", self.errors, ("strict", "replace", "ignore", "backslashreplace", "cut"))
        encoding("encoding", self.encoding)

    def decode(self, raw: bytes) -> str:
        """Return the bytes of a word as a string."""
        try:
            return raw.decode(self.encoding, "strict" if self.errors == "cut" else self.errors)
        except UnicodeDecodeError as error:
            if self.errors == "cut" and error.end == len(raw) and "end of data" in error.reason:
                return raw.decode(self.encoding, "replace")
            message = (
                f"a word must be valid {self.encoding}: got {raw!r:.80}, {error}; pass its encoding to "
                'load_word2vec_format, such as encoding="cp1252"; strict=False or unicode_errors="replace" reads it anyway'
            )
            raise WordEncodingError(message, error) from error
        except UnicodeError as error:  # some codecs raise nothing more specific
            raise FormatError(f"a word must be valid {self.encoding}: got {raw!r:.80}, {error}") from error


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
        With ``strict=False``, of duplicate words the first is kept, and a word may contain white space or be empty.
    capacity : int
        Number of rows to allocate memory for; 0 if the number is unknown or cannot be trusted.
    origin : str
        Where ``dim`` comes from, for messages.
    """

    def __init__(self, file: str, dim: int, reading: Reading, capacity: int, origin: str = "the header") -> None:
        self.file = file
        self.dim = dim
        self.reading = reading
        self.origin = origin
        self.repairs = Counter(dict.fromkeys(REPAIRS, 0))
        self.read = 0
        self.delimited = 0
        """Rows whose word contains spaces, and is separated from the values by a tab."""
        self._words: dict[str, None] = {}
        self._matrix = np.empty((capacity, dim), reading.dtype)

    @property
    def is_full(self) -> bool:
        """Whether the limit on the number of rows is reached."""
        return self.reading.limit is not None and self.read >= self.reading.limit

    def where(self, offset: int, ahead: int = 0) -> str:
        """Return the beginning of a message about the row that comes ``ahead`` rows after those already added."""
        return f"{self.file}: row {self.read + ahead + 1} (byte {offset})"

    def wrong_width(self, got: int) -> str:
        """Return the end of a message about a row with another number of values."""
        return f"must have {amount(self.dim, 'value')}, as {self.origin} has: got {got}"

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
        """Return the words and their matrix.

        Raises
        ------
        FormatError
            If most rows had more values than expected: then it is not their words that contain spaces.
        """
        wide = self.repairs["spaces_in_words"] - self.delimited
        if 2 * wide > self.read:
            raise FormatError(
                f"{self.file}: most rows {self.wrong_width(self.dim + 1)} or more in {wide} of {self.read} rows"
            )
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
        """Return the words if `_take_word` would accept all of them as they are; None if each must be checked."""
        if b"\n".join(raw_words).split() != raw_words:
            return None
        encoding = self.reading.encoding
        try:
            words = dict.fromkeys([raw.decode(encoding) for raw in raw_words])
        except UnicodeError:
            return None
        is_new = len(words) == len(raw_words) and words.keys().isdisjoint(self._words.keys())
        return words if is_new and "" not in words else None

    def _take_word(self, raw: bytes) -> bool:
        """Add a word if it is new, and return whether it is."""
        parts = raw.split()
        if parts != [raw]:
            self._check_spaces(raw, parts)
        word = self.reading.decode(raw)
        if self.reading.strict and not word:
            raise FormatError(f"a word must be non-empty and without white space: got {raw!r:.80}")
        self.repairs["undecodable_words"] += not self._decodes(raw)
        if word not in self._words:
            self._words[word] = None
            return True
        if self.reading.strict:
            raise FormatError(
                f"a word must occur in one row only: got {word!r:.80} again; strict=False keeps the first"
            )
        self.repairs["duplicates"] += 1
        return False

    def _check_spaces(self, raw: bytes, parts: list[bytes]) -> None:
        """Raise FormatError for white space in a word, unless it is to be read and does not hide surplus values."""
        if any(map(is_number, parts[1:])):
            raise FormatError(f"the row {self.wrong_width(self.dim + len(parts) - 1)}")
        if self.reading.strict:
            raise FormatError(
                f"a word must be non-empty and without white space: got {raw!r:.80}; strict=False reads it as it is"
            )
        self.repairs["spaces_in_words" if parts else "blank_words"] += 1

    def _decodes(self, raw: bytes) -> bool:
        try:
            raw.decode(self.reading.encoding)
        except UnicodeError:
            return False
        return True
