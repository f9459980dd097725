"""What the text and the binary word2vec format have in common: a header, and rows of a word and its vector."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.errors import ConfigError, CutFileError, FormatError, WordEncodingError
from w2v.formats.streams import Input

# Neither format bounds its words or rows. Without bounds, a few bytes of compressed file could claim any memory.
MAX_WORD_BYTES = 1 << 16
MAX_DIM = 1 << 16


@dataclass(frozen=True)
class Reading:
    """How a file is to be read; the fields are the parameters of `load_word2vec`."""

    limit: int | None
    encoding: str
    errors: str
    dtype: np.dtype[Any]
    strict: bool

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 1:
            raise ConfigError(f"limit is {self.limit}; allowed: 1 and more, or None for all rows")
        if self.dtype not in (np.dtype(np.float32), np.dtype(np.float16)):
            raise ConfigError(f"dtype is {self.dtype}; allowed: float32, float16")
        if self.errors not in ("strict", "replace", "ignore", "backslashreplace"):
            raise ConfigError(f"errors is {self.errors!r}; allowed: strict, replace, ignore, backslashreplace")
        try:
            b"a".decode(self.encoding, "replace")
        except LookupError as error:
            raise ConfigError(f"encoding is {self.encoding!r}; allowed: a text codec of Python") from error

    def decode(self, raw: bytes) -> str:
        """Return the word that ``raw`` stands for."""
        try:
            return raw.decode(self.encoding, self.errors)
        except UnicodeDecodeError as error:
            message = f"the word {raw!r:.80} is not {self.encoding}: {error}; errors='replace' or 'ignore' reads it"
            raise WordEncodingError(message, error) from error
        except UnicodeError as error:  # some codecs know no better
            raise FormatError(f"the word {raw!r:.80} is not {self.encoding}: {error}") from error


@dataclass(frozen=True)
class Shape:
    """The header line: number of rows, dimension; ``nbytes`` is the length of the line itself."""

    rows: int
    dim: int
    nbytes: int


def parse_header(line: bytes) -> Shape | None:
    """Return what a header line says, or None if the line is no header."""
    match = re.fullmatch(rb"(\d{1,19}) (\d{1,19}) ?\r?\n", line)
    return Shape(int(match[1]), int(match[2]), len(line)) if match else None


def check_shape(source: Input, shape: Shape, least_row: int) -> None:
    """Refuse a header that claims more than the file can hold, before anything is allocated for it.

    Parameters
    ----------
    source : Input
        A compressed one has no known size and is read as it grows.
    shape : Shape
        The claim.
    least_row : int
        Bytes that a row of this dimension takes at the very least.
    """
    if shape.rows < 1 or not 1 <= shape.dim <= MAX_DIM:
        raise FormatError(
            f"{source.name}: the header says {shape.rows} rows of {shape.dim} values; "
            f"allowed: at least 1 row, 1 to {MAX_DIM} values"
        )
    if (
        source.size is not None and shape.rows * least_row - 1 > source.size - shape.nbytes
    ):  # a last newline may be lacking
        raise CutFileError(
            f"{source.name}: the header says {shape.rows} rows of {shape.dim} values, which take at least "
            f"{shape.rows * least_row} bytes; {source.size - shape.nbytes} follow"
        )


class Rows:
    """Rows as they arrive, checked as they arrive.

    Parameters
    ----------
    file : str
        Its name, for messages.
    dim : int
        Values in every row.
    reading : Reading
        With ``strict=False`` the first of several equal words is kept, and words may contain spaces or follow newlines.
    capacity : int
        Rows to reserve memory for; 0 where the number is not known, or not to be trusted.
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
        """Whether as many rows have been read as were asked for."""
        return self.reading.limit is not None and self.read >= self.reading.limit

    def where(self, offset: int, ahead: int = 0) -> str:
        """Begin a message about the row that comes ``ahead`` rows after those already taken in."""
        return f"{self.file}: row {self.read + ahead + 1} (byte {offset})"

    def extend(self, raw_words: list[bytes], offsets: list[int], values: NDArray[np.float32]) -> None:
        """Take in some rows.

        Parameters
        ----------
        raw_words : list of bytes
            One per row.
        offsets : list of int
            Where each row begins in the (decompressed) file.
        values : ndarray of float32, shape (len(raw_words), dim)
        """
        with np.errstate(over="ignore"):  # what float16 cannot hold is found to be infinite, and refused, below
            rows = values.astype(self.reading.dtype, copy=False)
        finite = np.isfinite(rows).all(axis=1)
        if not finite.all():
            bad = int(np.argmin(finite))
            raise FormatError(
                f"{self.where(offsets[bad], bad)} holds a NaN or an infinity; allowed: values finite in {rows.dtype}"
            )
        kept = self._take_words(raw_words, offsets)
        start, end = len(self._words) - len(kept), len(self._words)
        if end > len(self._matrix):
            # Grown in place by a quarter, so that rows of unknown number never stand in memory twice.
            self._matrix.resize((end + end // 4, self.dim), refcheck=False)
        self._matrix[start:end] = rows if len(kept) == len(rows) else rows[kept]
        self.read += len(rows)

    def finish(self) -> tuple[list[str], NDArray[Any]]:
        """Return the words and their matrix."""
        self._matrix.resize((len(self._words), self.dim), refcheck=False)
        return list(self._words), self._matrix

    def _take_words(self, raw_words: list[bytes], offsets: list[int]) -> list[int]:
        """Take in the new words and return their indices."""
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
        """Return the words if `_take_word` would take them all, which is quicker to ask; None if it must look."""
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
        """Return whether the word is new."""
        word = self.reading.decode(raw)
        solid = raw if self.reading.strict else raw.replace(b" ", b"_")
        if not word or solid.split() != [solid]:
            raise FormatError(f"the word {raw!r:.80} is empty or holds white space")
        if word not in self._words:
            self._words[word] = None
            return True
        if self.reading.strict:
            raise FormatError(f"the word {word!r:.80} stands in an earlier row too; strict=False keeps the first")
        self.repairs["duplicates"] += 1
        return False
