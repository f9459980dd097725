"""Rows of word2vec's binary format: a word, a space, little-endian float32 values, and optionally a newline."""

import numpy as np
from numpy.typing import NDArray

from w2v.errors import CutFileError, FormatError
from w2v.formats.contents import BLOCK_BYTES
from w2v.formats.streams import Input
from w2v.formats.word2vec_rows import MAX_WORD_BYTES, Reading, Rows, check_shape, parse_header, refuse_too_large

_MAX_HEADER_BYTES = 64


def read_binary(source: Input, reading: Reading) -> Rows:
    """Read header and rows; vectors are followed by a newline in all rows (word2vec.c) or in none (gensim).

    Without ``strict``, other newlines before words are skipped and counted.

    Raises
    ------
    FormatError
        If the file ends within a row (`CutFileError`), continues after the last one, or contains a word that is too long.
    """
    shape = parse_header(source.stream.readline(_MAX_HEADER_BYTES))
    if shape is None:
        raise FormatError(
            f"cannot read {source.name}: it is not a word2vec binary file, as it does not begin with the numbers of rows "
            "and of values; for a fastText model, read its .vec file instead"
        )
    width = shape.dim * np.dtype(np.float32).itemsize
    check_shape(source, shape, least_row=width + 2)  # a one-letter word and a space
    refuse_too_large(source.name, shape.rows, shape.dim, reading)
    expected = shape.rows if reading.limit is None else min(shape.rows, reading.limit)
    rows = Rows(source.name, shape.dim, reading, capacity=0 if source.size is None else expected)
    scanner = _Scanner(source, rows, shape.nbytes)
    scanner.take(1)
    scanner.learn_separator()
    while rows.read < expected:
        scanner.take(expected - rows.read)
    if expected == shape.rows:
        scanner.check_end()
    return rows


def write_binary(words: list[bytes], block: NDArray[np.float32]) -> bytes:
    """Return rows as bytes, without newlines."""
    width = block.shape[1] * block.itemsize
    values = block.reshape(-1).view(np.uint8).data
    parts: list[bytes | memoryview] = []
    for i, word in enumerate(words):
        parts += word, b" ", values[i * width : (i + 1) * width]
    return b"".join(parts)


class _Scanner:
    """A window onto the file that contains at least one complete row, as long as there is one."""

    def __init__(self, source: Input, rows: Rows, offset: int) -> None:
        self._stream = source.stream
        self._rows = rows
        self._width = rows.dim * np.dtype(np.float32).itemsize
        self._window = b""
        self._offset = offset  # where the window begins in the file
        self._separator = b""  # before every row but the first

    def take(self, most: int) -> None:
        """Refill the window, and take the complete rows out of it, at most ``most``."""
        window = self._window + self._stream.read(BLOCK_BYTES)
        gap = len(self._separator)
        words: list[bytes] = []
        values: list[bytes] = []
        starts: list[int] = []
        position = 0
        while len(starts) < most:
            start = position + gap if self._rows.reading.strict else _after_newlines(window, position + gap)
            space = window.find(b" ", start, start + MAX_WORD_BYTES + 1)
            end = space + 1 + self._width
            if space < 0 or end > len(window) or (gap and window[position] != 0x0A):
                break
            self._rows.repairs["newlines_before_words"] += start > position + gap
            words.append(window[start:space])
            values.append(window[space + 1 : end])
            starts.append(self._offset + start)
            position = end
        if not words:
            raise self._flaw(window)
        block = np.frombuffer(b"".join(values), "<f4").reshape(len(words), self._rows.dim)
        self._rows.extend(words, starts, block)
        self._window = window[position:]
        self._offset += position

    def learn_separator(self) -> None:
        """Find out, after the first row, whether rows are separated by newlines."""
        self._separator = b"\n" if self._window.startswith(b"\n") else b""

    def check_end(self) -> None:
        """Refuse what follows the last row, unless it is the newline that followed the others."""
        if self._window + self._stream.read(2) != self._separator:
            raise FormatError(
                f"{self._rows.where(self._offset)}: the file must end after the last row: got more data, or no newline"
            )

    def _flaw(self, window: bytes) -> FormatError:
        where = self._rows.where(self._offset)
        if not window.startswith(self._separator):
            return FormatError(f"{where} must follow a newline, as other rows do: got none")
        longest = window[len(self._separator) :][: MAX_WORD_BYTES + 1]
        if b" " not in longest and len(longest) > MAX_WORD_BYTES:
            return FormatError(f"{where} must have a space after at most {MAX_WORD_BYTES} bytes: got none")
        return CutFileError(f"cannot read {where}: the file ends in the middle of it")


def _after_newlines(window: bytes, start: int) -> int:
    while window[start : start + 1] == b"\n":
        start += 1
    return start
