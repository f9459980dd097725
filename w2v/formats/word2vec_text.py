"""Rows of the text format of word2vec, fastText (``.vec``) and GloVe: a word and its values, separated by white space."""

import re

import numpy as np
from numpy.typing import NDArray

from w2v.errors import CutFileError, FormatError
from w2v.formats.streams import Input
from w2v.formats.word2vec_header import BOM, MAX_DIM, Shape, check_shape, looks_binary, parse_header, width_of
from w2v.formats.word2vec_rows import MAX_WORD_BYTES, Reading, Rows, refuse_too_large

# "-1.2345678901234567e-308 " is 25 bytes, so no program writes a value longer than this.
_MAX_VALUE_BYTES = 32
# Values parsed at a time: enough to make the cost per call negligible, few enough for the cache.
_BATCH_VALUES = 1 << 16


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
    shape = None if no_header else parse_header(first)
    if shape is None:
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
        words = _Lines(source, rows, None).read(row, len(first) - len(row))
        if not no_header:
            _refuse_bare_numbers(source.name, words)
        return rows
    check_shape(source, shape, least_row=2 * shape.dim + 2)  # a one-letter word, one-digit values, a newline
    refuse_too_large(source.name, shape.rows, shape.dim, reading)
    expected = shape.rows if reading.limit is None else min(shape.rows, reading.limit)
    rows = Rows(source.name, shape.dim, reading, capacity=0 if source.size is None else expected)
    _Lines(source, rows, shape).read(source.stream.readline(_line_limit(shape.dim) + 1), shape.nbytes)
    if rows.read < expected:
        raise CutFileError(
            f"{source.name} must have {shape.rows} rows, as its header says: got {rows.read}; the file is damaged or "
            "incomplete"
        )
    return rows


def write_text(words: list[bytes], block: NDArray[np.float32]) -> bytes:
    """Return rows as text; nine significant digits distinguish any two float32 values."""
    template = b"%b" + b" %.9g" * block.shape[1] + b"\n"
    return b"".join([template % (word, *row) for word, row in zip(words, block.tolist(), strict=True)])


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
    """The rows of a text, parsed in batches."""

    def __init__(self, source: Input, rows: Rows, shape: Shape | None) -> None:
        self._stream = source.stream
        self._rows = rows
        self._announced = None if shape is None else shape.rows
        self._strict = rows.reading.strict
        self._blank = 0  # blank lines since the last row
        self._words: list[bytes] = []
        self._values: list[bytes] = []
        self._offsets: list[int] = []

    def read(self, line: bytes, offset: int) -> list[bytes]:
        """Read rows, from ``line`` at byte ``offset`` to the end of the file or the limit; return the first ten words."""
        limit = _line_limit(self._rows.dim)
        batch = max(1, _BATCH_VALUES // self._rows.dim)
        readline, words = self._stream.readline, self._words
        first: list[bytes] = []
        while line and not self._rows.is_full:
            self._add(line, offset)
            offset += len(line)
            if len(words) == batch or self._rows.read + len(words) == self._rows.reading.limit:
                first = first or words[:10]
                self._flush()
            line = readline(limit + 1)
        first = first or words[:10]
        self._flush()
        return first

    def _flush(self) -> None:
        if self._words:
            self._rows.extend(self._words, self._offsets, _parse(self._rows, self._values, self._offsets))
        for waiting in (self._words, self._values, self._offsets):
            waiting.clear()

    def _add(self, line: bytes, offset: int) -> None:
        """Add the row of a line to the batch."""
        # word2vec.c and fastText end their rows with a space. Nearly all rows are separated by single spaces.
        row = line.rstrip(b" \t\r\n")
        word, _, values = row.partition(b" ")
        if values.count(b" ") + 1 != self._rows.dim or not values or b"\t" in row or len(word) > MAX_WORD_BYTES:
            if not row:
                self._blank += 1
                return
            self._check_length(line, offset)
            word, values = self._split(row, offset)
        if self._blank or not line.endswith(b"\n"):
            self._check_length(line, offset)
            self._check_ends(line, offset)
        if self._announced is not None and self._rows.read + len(self._words) >= self._announced:
            if self._strict:
                raise FormatError(
                    f"{self._where(offset)}: the file must have {self._announced} rows, as its header says: got more; "
                    "strict=False reads them all"
                )
            self._rows.repairs["rows_beyond_header"] += 1
        self._words.append(word)
        self._values.append(values)
        self._offsets.append(offset)

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
            hint = "; the file is in word2vec's binary format" if not self._offsets and looks_binary(row) else ""
            raise FormatError(f"{self._where(offset)} {self._rows.wrong_width(got)}{hint}")
        if len(word) > MAX_WORD_BYTES:
            raise FormatError(f"{self._where(offset)}: a word must be at most {MAX_WORD_BYTES} bytes: got {len(word)}")
        if b"\r" in row:
            raise FormatError(f"{self._where(offset)} must not contain a CR (carriage return): got one within the row")
        return word, b" ".join(fields[-dim:])

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


def _parse(rows: Rows, values: list[bytes], offsets: list[int]) -> NDArray[np.float32]:
    try:
        return _numbers(values, rows.dim)
    except ValueError as error:
        bad = next((i for i, text in enumerate(values) if not _is_numbers(text, rows.dim)), 0)
        hint = "; write them with a decimal point, not a comma" if re.search(rb"\d,\d", values[bad]) else ""
        raise FormatError(
            f"{rows.where(offsets[bad], bad)}: values must be numbers: got {values[bad]!r:.80}{hint}"
        ) from error


def _numbers(values: list[bytes], dim: int) -> NDArray[np.float32]:
    lines = [text.decode("ascii") for text in values]
    parsed = np.loadtxt(lines, np.float32, comments=None, delimiter=" ", ndmin=2)
    if parsed.shape != (len(values), dim):
        raise ValueError("a line of white space")
    return parsed


def _is_numbers(text: bytes, dim: int) -> bool:
    try:
        _numbers([text], dim)
    except ValueError:
        return False
    return True
