"""Rows of the text format of word2vec, fastText (``.vec``) and GloVe: a word and its values, separated by spaces."""

import numpy as np
from numpy.typing import NDArray

from w2v.errors import CutFileError, FormatError
from w2v.formats.streams import Input
from w2v.formats.word2vec_rows import (
    MAX_DIM,
    MAX_WORD_BYTES,
    Reading,
    Rows,
    Shape,
    check_shape,
    parse_header,
    refuse_too_large,
)

# "-1.2345678901234567e-308 " is 25 bytes, so no program writes a value longer than this.
_MAX_VALUE_BYTES = 32
# Values parsed at a time: enough to make the cost per call negligible, few enough for the cache.
_BATCH_VALUES = 1 << 16


def read_text(source: Input, reading: Reading, *, no_header: bool) -> Rows:
    """Read rows of text, with or without a header line.

    A first line of exactly two integers is a header, unless ``no_header`` is set.

    Raises
    ------
    FormatError
        If a row is too short, too long or malformed, or the number of rows is not the one in the header (`CutFileError` if
        it is smaller).
    """
    first = source.stream.readline(_line_limit(MAX_DIM) + 1)
    shape = None if no_header else parse_header(first)
    if shape is None:
        dim = first.rstrip(b" \r\n").count(b" ")
        if not 1 <= dim <= MAX_DIM:
            raise FormatError(
                f"{source.name}: the first line must have a word and 1 to {MAX_DIM} values: got {dim} values"
            )
        rows = Rows(source.name, dim, reading, capacity=0)
        _read_lines(source, rows, 0, first, None)
        return rows
    check_shape(source, shape, least_row=2 * shape.dim + 2)  # a one-letter word, one-digit values, a newline
    refuse_too_large(source.name, shape.rows, shape.dim, reading)
    expected = shape.rows if reading.limit is None else min(shape.rows, reading.limit)
    rows = Rows(source.name, shape.dim, reading, capacity=0 if source.size is None else expected)
    _read_lines(source, rows, shape.nbytes, source.stream.readline(_line_limit(shape.dim) + 1), shape)
    if rows.read < expected:
        raise CutFileError(f"{source.name} must have {shape.rows} rows, as its header says: got {rows.read}")
    return rows


def write_text(words: list[bytes], block: NDArray[np.float32]) -> bytes:
    """Return rows as text; nine significant digits distinguish any two float32 values."""
    template = b"%b" + b" %.9g" * block.shape[1] + b"\n"
    return b"".join([template % (word, *row) for word, row in zip(words, block.tolist(), strict=True)])


def _line_limit(dim: int) -> int:
    return MAX_WORD_BYTES + dim * _MAX_VALUE_BYTES


def _read_lines(source: Input, rows: Rows, offset: int, line: bytes, shape: Shape | None) -> None:
    """Read rows, beginning with ``line`` at byte ``offset``, to the end of the file or the limit."""
    limit = _line_limit(rows.dim)
    batch = max(1, _BATCH_VALUES // rows.dim)
    words: list[bytes] = []
    values: list[bytes] = []
    offsets: list[int] = []
    while line and not rows.is_full:
        ahead = len(words)
        if shape is not None and rows.read + ahead == shape.rows:
            raise FormatError(
                f"{rows.where(offset, ahead)}: the file must have {shape.rows} rows, as its header says: got more"
            )
        word, numbers = _split(rows, line, offset, ahead)
        words.append(word)
        values.append(numbers)
        offsets.append(offset)
        offset += len(line)
        if len(words) == batch or rows.read + len(words) == rows.reading.limit:
            rows.extend(words, offsets, _parse(rows, values, offsets))
            words, values, offsets = [], [], []
        line = source.stream.readline(limit + 1)
    if words:
        rows.extend(words, offsets, _parse(rows, values, offsets))


def _split(rows: Rows, line: bytes, offset: int, ahead: int) -> tuple[bytes, bytes]:
    """Return the word and the text of its values."""
    strict = rows.reading.strict
    if not line.endswith(b"\n"):
        if len(line) > _line_limit(rows.dim):
            limit = _line_limit(rows.dim)
            raise FormatError(f"{rows.where(offset, ahead)}: a line must end within {limit} bytes: got no newline")
        if strict:
            raise FormatError(
                f"{rows.where(offset, ahead)}: the last line must end with a newline: got none; the file may be truncated"
            )
        rows.repairs["final_newline"] += 1
    row = line.rstrip(b" \r\n")  # word2vec.c and fastText end their rows with a space
    word, _, values = row.partition(b" ")
    surplus = values.count(b" ") + 1 - rows.dim
    if surplus > 0 and not strict:  # GloVe's largest file has words like "at name@domain.com"
        word = row.rsplit(b" ", rows.dim)[0]
        values = row[len(word) + 1 :]
        rows.repairs["spaces_in_words"] += 1
    elif surplus or not values:
        width = surplus + rows.dim if values else 0
        raise FormatError(
            f"{rows.where(offset, ahead)} must have {rows.dim} values, as the header or the first row has: got {width}"
        )
    if len(word) > MAX_WORD_BYTES:
        raise FormatError(
            f"{rows.where(offset, ahead)}: a word must be at most {MAX_WORD_BYTES} bytes: got {len(word)}"
        )
    return word, values


def _parse(rows: Rows, values: list[bytes], offsets: list[int]) -> NDArray[np.float32]:
    try:
        return _numbers(values, rows.dim)
    except ValueError as error:
        bad = next((i for i, text in enumerate(values) if not _is_numbers(text, rows.dim)), 0)
        raise FormatError(
            f"{rows.where(offsets[bad], bad)}: values must be numbers: got {values[bad]!r:.80}"
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
