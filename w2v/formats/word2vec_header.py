"""The first line of word2vec's formats: the one parser of headers, and the width of rows that follow no header."""

import re
from dataclasses import dataclass

from w2v.arguments import amount
from w2v.errors import CutFileError, FormatError
from w2v.formats.streams import Input

# Neither format limits the length of rows. Without a limit, a small compressed file could exhaust the memory.
MAX_DIM = 1 << 16
BOM = b"\xef\xbb\xbf"
BINARY_HINT = "; if the file is in word2vec's binary format, pass binary=True or let its name end in .bin"


@dataclass(frozen=True)
class Shape:
    """The header line: number of rows and dimension; ``nbytes`` is the length of the line itself."""

    rows: int
    dim: int
    nbytes: int


def parse_header(line: bytes) -> Shape | None:
    r"""Return the parsed header line: two numbers between any white space, after a byte-order mark or not; or None.

    Examples
    --------
    >>> parse_header(b" 2\t3 \n")
    Shape(rows=2, dim=3, nbytes=6)
    >>> parse_header(b"2 3 100\n") is None
    True
    """
    fields = line.removeprefix(BOM).split()
    if len(fields) != 2 or not all(field.isdigit() and len(field) <= 19 for field in fields):
        return None
    return Shape(int(fields[0]), int(fields[1]), len(line))


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
            f"got {amount(shape.rows, 'row')} of {amount(shape.dim, 'value')}"
        )
    available = None if source.size is None else source.size - shape.nbytes
    if available is not None and shape.rows * least_row - 1 > available:  # the last newline may be missing
        raise CutFileError(
            f"{source.name} must have at least {shape.rows * least_row} bytes after its header, which says "
            f"{amount(shape.rows, 'row')} of {amount(shape.dim, 'value')}: got {available}; the file is damaged or "
            "incomplete"
        )


def width_of(name: str, line: bytes, *, no_header: bool) -> int:
    """Return the number of values in the first row of a text without a header: the numbers at its end.

    Raises
    ------
    FormatError
        If the line is neither a header nor a row; the message says what it looks like.
    """
    fields = line.split()
    values = 0
    while values < len(fields) and is_number(fields[-1 - values]):
        values += 1
    if values == len(fields) and not line[:1].isspace():
        values -= 1  # the word is a number too
    if values <= (0 if no_header else 1) or values > MAX_DIM:
        raise FormatError(
            f"{name}: the first line must be a header of two numbers, or a word and 2 to {MAX_DIM} values: "
            f"got {line[:60]!r}{_hint(line, values)}"
        )
    return values


def is_number(text: bytes) -> bool:
    """Whether this is a value, finite or not."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def is_text_row(line: bytes, dim: int) -> bool:
    """Whether this line is a row of text of this dimension, which the bytes of a binary row never are by chance."""
    fields = line.split()
    return line.endswith(b"\n") and dim > 1 and len(fields) > dim and all(map(is_number, fields[-dim:]))


def looks_binary(line: bytes) -> bool:
    """Whether a line contains bytes that text does not."""
    return re.search(rb"[\x00-\x08\x0e-\x1b]", line) is not None


def _hint(line: bytes, values: int) -> str:
    """Return what to do about a first line that is not one."""
    text = line.strip()
    if looks_binary(line):
        return BINARY_HINT
    if b"\r" in text:
        return "; its lines end with CR alone: replace them, for example with tr '\\r' '\\n'"
    if re.fullmatch(rb"[^\s,;]+(?:[,;] ?[-+\d.eE]+){2,}", text):
        return "; values must be separated by spaces or tabs, not by commas or semicolons"
    if text.startswith(b"#"):
        return "; remove the comment"
    if re.search(rb"\d,\d", text):
        return "; write values with a decimal point, not a comma"
    return "; no_header=True reads rows of 1 value" if values == 1 else ""
