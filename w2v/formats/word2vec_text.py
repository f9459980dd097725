"""Rows of the text format of word2vec, fastText (``.vec``) and GloVe: a word and its values, separated by white space."""

import re
import sys
from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from w2v._rows import parse_rows
from w2v.arguments import amount
from w2v.errors import CutFileError, FormatError
from w2v.formats.streams import Input
from w2v.formats.text_blocks import Block, Text
from w2v.formats.word2vec_header import (
    BINARY_HINT,
    BOM,
    MAX_DIM,
    Shape,
    check_shape,
    is_text_row,
    looks_binary,
    parse_header,
    width_of,
)
from w2v.formats.word2vec_rows import MAX_WORD_BYTES, Reading, Rows, refuse_too_large

# "-1.2345678901234567e-308 " is 25 bytes, so no program writes a value longer than this.
_MAX_VALUE_BYTES = 32


def read_text(source: Input, reading: Reading, *, no_header: bool) -> Rows:
    """Read rows of text, with or without a header line.

    A first line of exactly two integers is a header, unless ``no_header`` is set. Columns are separated by any number of
    spaces and tabs; blank lines may follow the last row.

    Raises
    ------
    FormatError
        If a row is too short, too long or malformed, or the number of rows is not the one in the header (`CutFileError` if
        it is smaller).
    """
    first = source.stream.readline(_line_limit(MAX_DIM) + 1)
    header = parse_header(first)
    if header is None or no_header:
        row = first.removeprefix(BOM)
        dim = width_of(source.name, row, no_header=no_header)
        rows = Rows(source.name, dim, reading, 0, f"the first line, {first.strip()[:40]!r},")
        if _numbers_columns(row):
            if reading.strict:
                raise FormatError(
                    f"{source.name}: the first line must be a header of two numbers, or a word and its values: got the "
                    f"numbers of columns, {row.strip()[:40]!r}; delete this line; strict=False reads it as a word"
                )
            rows.repairs["column_numbers"] += 1
        second = source.stream.readline(_line_limit(MAX_DIM) + 1)
        if header is not None and is_text_row(second, header.dim):
            raise _is_header(source.name, first)
        words = _Lines(source, rows, None).read(row + second, len(first) - len(row))
        if header == Shape(rows.read - 1, 1, len(first)):
            raise _is_header(source.name, first)
        if not no_header:
            _refuse_bare_numbers(source.name, words)
        return rows
    return _read_announced(source, reading, header)


def _read_announced(source: Input, reading: Reading, shape: Shape) -> Rows:
    """Read the rows that follow a header."""
    check_shape(source, shape, least_row=2 * shape.dim + 2)  # a one-letter word, one-digit values, a newline
    refuse_too_large(source.name, shape.rows, shape.dim, reading)
    expected = shape.rows if reading.limit is None else min(shape.rows, reading.limit)
    rows = Rows(source.name, shape.dim, reading, capacity=0 if source.size is None else expected)
    _Lines(source, rows, shape).read(b"", shape.nbytes)
    if rows.read < expected:
        raise CutFileError(
            f"{source.name} must have {amount(shape.rows, 'row')}, as its header says: got {rows.read}; the file is damaged "
            "or incomplete"
        )
    return rows


def write_text(words: list[bytes], block: NDArray[np.float32]) -> bytes:
    """Return rows as text; nine significant digits distinguish any two float32 values."""
    template = b"%b" + b" %.9g" * block.shape[1] + b"\n"
    return b"".join([template % (word, *row) for word, row in zip(words, block.tolist(), strict=True)])


def _is_header(name: str, line: bytes) -> FormatError:
    return FormatError(
        f"{name}: the first line must be a row, as no_header=True says: got a header, {line.strip()!r}, which fits the rows "
        "after it; leave no_header out, or, if it is a row all the same, write a header line above it"
    )


def _line_limit(dim: int) -> int:
    return MAX_WORD_BYTES + dim * _MAX_VALUE_BYTES


def _numbers_columns(line: bytes) -> bool:
    """Whether this is the first line of a table that was exported with the numbers of its columns, from 0 or 1 on."""
    values = line.split()[not line[:1].isspace() :]
    return len(values) > 2 and any(values == [b"%d" % (first + i) for i in range(len(values))] for first in (0, 1))


def _refuse_bare_numbers(name: str, words: list[bytes]) -> None:
    """Raise FormatError for a matrix without words, such as ``numpy.savetxt`` writes: its first column is not words."""
    if len(words) > 1 and all(re.fullmatch(rb"[-+]?\d*\.\d+(?:[eE][-+]?\d+)?", word) for word in words):
        raise FormatError(
            f"{name}: rows must begin with a word: got numbers only, such as {words[0]!r}; no_header=True takes the first "
            "number of each row as its word"
        )


class _Lines:
    """The rows of a text: blocks of ordinary ones, and other lines between them."""

    def __init__(self, source: Input, rows: Rows, shape: Shape | None) -> None:
        self._stream = source.stream
        self._rows = rows
        self._announced = None if shape is None else shape.rows
        self._strict = rows.reading.strict
        self._blank = 0  # blank lines since the last row
        self._words: list[bytes] = []
        self._offsets: list[int] = []
        self._values: list[NDArray[np.float32]] = []

    def read(self, line: bytes, offset: int) -> list[bytes]:
        """Read rows, from ``line`` at byte ``offset`` to the end of the file or the limit; return the first ten words."""
        first: list[bytes] = []
        dim = self._rows.dim
        with closing(Text(self._stream, line, offset).blocks(dim, MAX_WORD_BYTES, _line_limit(dim))) as blocks:
            for block in blocks:
                self._take(block)
                first += self._words[: 10 - len(first)]
                self._flush()
                if self._rows.is_full:
                    break
        return first

    def _flush(self) -> None:
        if self._words:
            values = self._values[0] if len(self._values) == 1 else np.concatenate(self._values)
            self._rows.extend(self._words, self._offsets, values)
        self._words, self._offsets, self._values = [], [], []

    def _take(self, block: Block) -> None:
        """Take the rows of a block in their order, up to the limit."""
        taken = 0
        for line in block.others():
            self._take_rows(block, taken, line.row)
            taken = line.row
            if not self._room():
                return
            self._take_line(line.text, line.offset)
        self._take_rows(block, taken, len(block.words))

    def _take_rows(self, block: Block, start: int, end: int) -> None:
        """Take ordinary rows."""
        end = min(end, start + self._room())
        if start >= end:
            return
        offsets = block.offsets[start:end].tolist()
        if self._blank:
            self._check_ends(b"\n", offsets[0])
        self._check_number(offsets)
        self._words += block.words[start:end]
        self._offsets += offsets
        self._values.append(block.values[start:end])

    def _take_line(self, line: bytes, offset: int) -> None:
        """Take the row of a line that is not an ordinary one."""
        row = line.rstrip(b" \t\r\n")
        if not row:
            self._blank += 1
            return
        self._check_length(line, offset)
        word, _, values = row.partition(b" ")
        if values.count(b" ") + 1 != self._rows.dim or not values or b"\t" in row or len(word) > MAX_WORD_BYTES:
            word, values = self._split(row, offset)
        if self._blank or not line.endswith(b"\n"):
            self._check_ends(line, offset)
        self._check_number([offset])
        self._values.append(self._parse(values, offset))
        self._words.append(word)
        self._offsets.append(offset)

    def _room(self) -> int:
        """Return how many more rows may be taken."""
        limit = self._rows.reading.limit
        return sys.maxsize if limit is None else limit - self._rows.read - len(self._words)

    def _check_number(self, offsets: list[int]) -> None:
        """Count the next rows that are beyond those that the header says; raise FormatError if strict."""
        if self._announced is None:
            return
        before = self._rows.read + len(self._words)
        within = max(0, min(len(offsets), self._announced - before))
        if self._strict and within < len(offsets):
            raise FormatError(
                f"{self._rows.where(offsets[within], len(self._words) + within)}: the file must have "
                f"{amount(self._announced, 'row')}, as its header says: got more; strict=False reads them all"
            )
        self._rows.repairs["rows_beyond_header"] += len(offsets) - within

    def _split(self, row: bytes, offset: int) -> tuple[bytes, bytes]:
        """Return word and values of a row that is not separated by single spaces, or whose word contains spaces."""
        dim = self._rows.dim
        fields = row.rsplit(None, dim)
        if len(fields) == dim + 1:
            word = fields[0].lstrip()  # GloVe's largest file has words like "at name@domain.com"
            self._rows.delimited += b" " in word and row.startswith(word + b"\t")
        elif len(fields) == dim and row[:1].isspace():  # the word is white space, or nothing
            word = row[: len(row) - len(row.lstrip())][:-1]
        else:
            got = len(row.split()) - 1
            raise FormatError(f"{self._where(offset)} {self._rows.wrong_width(got)}{self._if_binary(row)}")
        if len(word) > MAX_WORD_BYTES:
            raise FormatError(f"{self._where(offset)}: a word must be at most {MAX_WORD_BYTES} bytes: got {len(word)}")
        if b"\r" in row:
            raise FormatError(
                f"{self._where(offset)} must not contain a CR (carriage return): got one within the row"
                f"{self._if_binary(row)}"
            )
        return word, b" ".join(fields[-dim:])

    def _if_binary(self, row: bytes) -> str:
        """Return what to do if the first row holds bytes that no numbers are written with."""
        is_binary = looks_binary(row) or not row.partition(b" ")[2].isascii()
        return BINARY_HINT if is_binary and not self._rows.read and not self._offsets else ""

    def _check_ends(self, line: bytes, offset: int) -> None:
        """Count blank lines before this row, and a missing newline after it; raise FormatError if strict."""
        if self._strict and self._blank:
            raise FormatError(
                f"{self._where(offset)} must follow the other rows: got a blank line before it; strict=False skips it"
            )
        if self._strict:
            raise FormatError(
                f"{self._where(offset)}: the last line must end with a newline: got none; the file may be truncated; "
                "strict=False reads it"
            )
        self._rows.repairs["blank_lines"] += self._blank
        self._rows.repairs["final_newline"] += not line.endswith(b"\n")
        self._blank = 0

    def _check_length(self, line: bytes, offset: int) -> None:
        limit = _line_limit(self._rows.dim)
        if len(line) > limit and not line.endswith(b"\n"):
            raise FormatError(f"{self._where(offset)}: a line must end within {limit} bytes: got no newline")

    def _where(self, offset: int) -> str:
        return self._rows.where(offset, len(self._words))

    def _parse(self, values: bytes, offset: int) -> NDArray[np.float32]:
        """Return the values of a row, shape (1, dim)."""
        _, row, _, _ = parse_rows(b"w %b\n" % values, self._rows.dim, 1, len(values) + 3)
        if len(row):
            return row
        try:
            return _numbers(values, self._rows.dim)
        except ValueError as error:
            hint = "; write them with a decimal point, not a comma" if re.search(rb"\d,\d", values) else ""
            hint = hint or self._if_binary(b" " + values)
            raise FormatError(f"{self._where(offset)}: values must be numbers: got {values!r:.80}{hint}") from error


def _numbers(values: bytes, dim: int) -> NDArray[np.float32]:
    parsed = np.loadtxt([values.decode("ascii")], np.float32, comments=None, delimiter=" ", ndmin=2)
    if parsed.shape != (1, dim):
        raise ValueError("a line of white space")
    return parsed
