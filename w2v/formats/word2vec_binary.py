"""Rows of word2vec's binary format: a word, a space, little-endian float32 values, and optionally a newline."""

import numpy as np
from numpy.typing import NDArray

from w2v.errors import CutFileError, FormatError
from w2v.formats.contents import BLOCK_BYTES
from w2v.formats.streams import Input
from w2v.formats.word2vec_header import check_shape, is_text_row, parse_header
from w2v.formats.word2vec_numbers import CONTROLS, FIRST_ROW_BYTES, refuse_big_endian, refuse_other_width
from w2v.formats.word2vec_rows import MAX_WORD_BYTES, Reading, Rows, refuse_too_large
from w2v.formats.word2vec_spaces import row_that_begins_with_a_word

_MAX_HEADER_BYTES = 256
_AS_TEXT = "which this format cannot hold; save the vectors as text or as safetensors where they were made"
MAX_ROWS = 1 << 62


def read_binary(source: Input, reading: Reading) -> Rows:
    """Read header and rows; vectors are followed by a newline in all rows (word2vec.c) or in none (gensim).

    Without ``strict``, other newlines before words are skipped, and rows beyond those that the header says are read; both
    are counted.

    Raises
    ------
    FormatError
        If the file ends within a row (`CutFileError`), continues after the last one, or has a word that is too long or
        contains a control character or, as far as can be seen, a space.
    """
    shape = parse_header(source.stream.readline(_MAX_HEADER_BYTES))
    if shape is None:
        raise FormatError(
            f"cannot read {source.name}: it is not a word2vec binary file, as it does not begin with the numbers of rows "
            "and of values; for a text file, pass binary=False or let its name end in .txt"
        )
    window = source.stream.read(FIRST_ROW_BYTES)
    if is_text_row(window[: window.find(b"\n") + 1], shape.dim):
        raise FormatError(
            f"cannot read {source.name} as a word2vec binary file: its rows are text; pass binary=False or let its name end "
            "in .txt"
        )
    refuse_other_width(source.name, window, shape)
    width = shape.dim * np.dtype(np.float32).itemsize
    check_shape(source, shape, least_row=width + 2)  # a one-letter word and a space
    refuse_too_large(source.name, shape.rows, shape.dim, reading)
    expected = shape.rows if reading.limit is None else min(shape.rows, reading.limit)
    rows = Rows(source.name, shape.dim, reading, capacity=0 if source.size is None else expected)
    scanner = _Scanner(source, rows, shape.nbytes, window)
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

    def __init__(self, source: Input, rows: Rows, offset: int, window: bytes) -> None:
        self._stream = source.stream
        self._rows = rows
        self._width = rows.dim * np.dtype(np.float32).itemsize
        self._window = window
        self._offset = offset  # where the window begins in the file
        self._separator = b""  # before every row but the first
        self._following = b""  # the separator, as long as the first row is not read

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
            if self._following:
                self._separator, self._following, gap = self._following, b"", 1
        if not words:
            raise self._flaw(window)
        block = np.frombuffer(b"".join(values), "<f4").reshape(len(words), self._rows.dim)
        if not self._rows.read:
            refuse_big_endian(self._rows.file, block)
        if not self._separator:  # with newlines between rows, a shift is seen at once
            self._check_spaces(words, starts, block)
        self._check_words(words, starts)
        self._rows.extend(words, starts, block)
        self._window = window[position:]
        self._offset += position

    def learn_separator(self) -> None:
        """Detect, from what follows the first row, whether rows are separated by newlines."""
        self._window += self._stream.read(BLOCK_BYTES)
        start = 0 if self._rows.reading.strict else _after_newlines(self._window, 0)
        end = self._window.find(b" ", start) + 1 + self._width
        self._following = b"\n" if self._window[end : end + 1] == b"\n" else b""

    def check_end(self) -> None:
        """Raise FormatError if more than the newline that ends every row follows the last; without ``strict``, read rows."""
        announced = self._rows.read
        self._window += self._stream.read(2)
        while self._window != self._separator:
            self._window += self._stream.read(BLOCK_BYTES)
            if self._rows.reading.strict or len(self._window) <= self._width:
                raise FormatError(
                    f"{self._rows.where(self._offset)}: the file must end after the last row: got more data, or no newline"
                )
            self.take(MAX_ROWS)
            self._window += self._stream.read(2)
        self._rows.repairs["rows_beyond_header"] += self._rows.read - announced

    def _check_spaces(self, words: list[bytes], starts: list[int], block: NDArray[np.float32]) -> None:
        """Raise FormatError for a word with a space, whose second part is taken for values."""
        bad = row_that_begins_with_a_word(block) if len(block) > 1 else None
        if bad is not None:
            word = words[bad] + b" " + block[bad].tobytes().partition(b" ")[0]
            raise FormatError(
                f"{self._rows.where(starts[bad], bad)}: a word must be without spaces: got {word!r}, {_AS_TEXT}"
            )

    def _check_words(self, words: list[bytes], starts: list[int]) -> None:
        """Raise FormatError for an empty word or a control character: what was taken for a word is a part of a vector."""
        together = b"".join(words)
        if all(words) and len(together.translate(None, CONTROLS)) == len(together):
            return
        bad = next(i for i, word in enumerate(words) if not word or word.translate(None, CONTROLS) != word)
        raise FormatError(
            f"{self._rows.where(starts[bad], bad)}: a word must be non-empty and without white space and control "
            f"characters: got {words[bad]!r:.80}; the file is damaged, or an earlier word contains a space, {_AS_TEXT}"
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
