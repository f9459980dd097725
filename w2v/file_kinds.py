"""What a file is, judged by its first bytes, so that an error can name it and say what to do.

Only content that can be nothing else is recognised: a text, or a row of vectors, may begin with any word, even ``<html>`` or
``PAR1``. What to do depends on what the reader wanted: the text of a corpus, vectors, or a test set.
"""

import re
from typing import Literal, NamedTuple

from w2v.compression import OPENERS
from w2v.file_signatures import MARKUP, SIGNATURES

HEAD_BYTES = 8192
"""Number of bytes from the beginning of a file that `kind_of` looks at."""

Reader = Literal["corpus", "vectors", "test set"]


class Kind(NamedTuple):
    """A kind of file that is not what the reader wanted.

    Attributes
    ----------
    name : str
        With its article, as in "a zip archive".
    advice : str
        What to do with it.
    family : str
        "pickle" for what could run code, "packed" for what is decompressed under the extension ``detail``.
    detail : str
        An extension or an encoding.
    """

    name: str
    advice: str
    family: str
    detail: str


_PLAIN = "save it as plain text (UTF-8)"
_ARRAYS = "pass words and vectors to KeyedVectors.from_arrays"
_EXTRACT = "extract its text into a plain text file first"
_COLUMN = "save its column of text as a text file, one sentence per line, or pass the column itself to Word2Vec"
_SHEET = 'save it as CSV (UTF-8), and pass the column of its text: column="NAME"'
_NAMED = 'name it *{0}, and pass the column of its text: column="NAME"'
_COLUMNS = "save it as text separated by tabs or commas (UTF-8)"
_LINES = "; as_lines=True reads its lines as they are"
_ICONV = "convert it to UTF-8, for example with iconv -f {} -t utf-8"
_DOWNLOAD = "download the file itself, from the link to the raw file"
_LEGACY = 'if it is in another encoding, name it: encoding="cp1252" (Western European), "cp1251", "gb18030", ...'
# By family, for whoever wants: the text of a corpus, vectors, a test set
_ADVICE = {
    "document": (_EXTRACT, _PLAIN, _PLAIN),
    "table": (_SHEET, f"read it as a table, and {_ARRAYS}", _COLUMNS),
    "parquet": (_NAMED, "read it with KeyedVectors.load", _COLUMNS),
    "named": (_NAMED, f"read it as a table, and {_ARRAYS}", _COLUMNS),
    "array": ("load it, and pass it to w2v.encode", f"load it with numpy, and {_ARRAYS}", _COLUMNS),
    "archive": ("unpack it, and pass the file inside",) * 3,
    "packed": ("rename it to end in {0}", "rename it to end in {0}, or decompress it", "decompress it first"),
    "wide": ('pass encoding="{}"', _ICONV, _ICONV),
    "legacy": (_LEGACY, _LEGACY, _ICONV.format("cp1252") + " if it is Western European"),
    "pickle": (_COLUMN, "export it as text or as safetensors where it was written", _COLUMNS),
    "tensors": ("pass a text file", "save its vectors as text or as safetensors with PyTorch", "pass a text file"),
    "safetensors": ("a corpus is text; to query vectors, use w2v.load", "", "pass a text file; the model comes first"),
    "fasttext": ("pass a text file", "read its .vec file instead", "pass a text file"),
    "other": ("pass another file",) * 3,
    "pointer": ("run git lfs pull",) * 3,
    "page": (_EXTRACT + _LINES, _DOWNLOAD, _DOWNLOAD),
    "xml": (_EXTRACT + _LINES, "export it as plain text", "export it as plain text"),
    "records": (_COLUMN + _LINES, f"export it as plain text, or {_ARRAYS}", _COLUMNS),
    "objects": (_NAMED + _LINES, f"export it as plain text, or {_ARRAYS}", _COLUMNS),
    "lists": (
        "write each list as a line of words separated by spaces, or pass the lists themselves to Word2Vec" + _LINES,
        f"export it as plain text, or {_ARRAYS}",
        _COLUMNS,
    ),
    "subtitles": ("keep only its lines of text" + _LINES, "pass another file", "pass another file"),
    "sequences": (
        "write each sequence as a line of words (k-mers) separated by spaces" + _LINES,
        "pass another file",
        "pass another file",
    ),
    "vectors": ("a corpus is text; to query the vectors, use w2v.load" + _LINES, "", ""),
    "bibliography": (
        "keep only the text of its fields, such as titles and abstracts" + _LINES,
        *("pass another file",) * 2,
    ),
    "fields": ("keep only the text of its fields, such as descriptions" + _LINES, *("pass another file",) * 2),
    "graph": (
        "write random walks on it, or its edges, as lines of the names of nodes" + _LINES,
        *("pass another file",) * 2,
    ),
    "messages": ("keep only the text of its messages" + _LINES, *("pass another file",) * 2),
    "source": ("extract its text first, for example with pandoc -t plain" + _LINES, *("pass another file",) * 2),
}
# Vectors in text: a line of the numbers of rows and columns, in word2vec but not in GloVe; then a word and its values.
_VALUE = rb"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_END = rb"(?:[ \t]*\r?\n|[ \t]?[-+.\deE]*\Z)"
_COUNTED_ROW = re.compile(rb"\d+ (\d+)\s*\n\S+((?:[ \t]%s){2,})%s" % (_VALUE, _END))
_ROW = re.compile(rb"(?!%s\s)\S+((?:[ \t]%s){10,})%s" % (_VALUE, _VALUE, _END))


def advice(family: str, reader: Reader, detail: str = "") -> str:
    """Return what a reader's user may do with content of a family."""
    return _ADVICE[family][("corpus", "vectors", "test set").index(reader)].format(detail)


def kind_of(head: bytes, reader: Reader, encoding: str = "utf-8", as_lines: bool = False) -> Kind | None:
    """Return what a file that begins with these bytes is; None if it may be what its reader wants.

    Parameters
    ----------
    head : bytes
        Its first `HEAD_BYTES`, decompressed.
    reader : {"corpus", "vectors", "test set"}
        What is wanted.
    encoding : str
        The encoding that the user says the text has, by Python's own name.
    as_lines : bool
        Whether the user insists that markup and JSON are text.

    Examples
    --------
    >>> kind_of(b"PK" + bytes([3, 4]) + b"...", "vectors").name
    'a zip archive'
    >>> kind_of("text".encode("utf-16"), "corpus").advice
    'pass encoding="utf-16"'
    >>> kind_of(b"2 3", "vectors") is None
    True
    """
    for pattern, name, family in SIGNATURES:
        is_other = reader != "vectors" or family != "safetensors"  # of which the reader of vectors says more
        if is_other and re.match(pattern, head, re.DOTALL) and not _is_named(family, encoding):
            return _kind(name, family, reader)
    order = _order_without_mark(head)
    if order and not _is_named(f"wide {order}", encoding):
        return _kind("UTF-16 text without a byte-order mark", f"wide {order}", reader)
    return None if as_lines else _markup(head.removeprefix(b"\xef\xbb\xbf").lstrip(), reader)


def not_compressed(head: bytes, extension: str, reader: Reader) -> str | None:
    """Return what a file is, and what to do, if it is not compressed as its extension says; None if it may be."""
    kind = kind_of(head, reader)
    if extension not in OPENERS or len(head) < 10 or (kind and kind.detail == extension):
        return None  # a file that was cut is left to the decompressor
    return f"{kind.name}; {kind.advice}" if kind else "data without compression; rename it without the extension"


def _kind(name: str, family: str, reader: Reader) -> Kind:
    family, _, detail = family.partition(" ")
    return Kind(name, advice(family, reader, detail), family, detail)


def _is_named(family: str, encoding: str) -> bool:
    return family.startswith(f"wide {encoding[:6]}")


def _order_without_mark(head: bytes) -> str | None:
    """Return the encoding of UTF-16 that is mostly ASCII: bytes at every other position are zero, from the beginning on."""
    for order, zeros in (("utf-16be", 0), ("utf-16le", 1)):
        # Vectors in binary may have as many zeros, but begin with their number in ASCII.
        parts = [part for part in (head[:16], head) if len(part) >= 8]
        shares = [[part[i::2].count(0) * 2 / len(part) for i in (zeros, 1 - zeros)] for part in parts]
        if shares and all(mostly > 0.4 and hardly < 0.02 for mostly, hardly in shares):
            return order
    return None


def _markup(text: bytes, reader: Reader) -> Kind | None:
    if reader == "corpus" and _is_vectors(text):
        return _kind("word vectors in text format", "vectors", reader)
    if b"\n" not in text:
        text = text.replace(b"\r", b"\n")  # the line ends of old Macs
    fields = text.split(None, 2)
    if reader != "corpus" and len(fields) > 1 and re.fullmatch(rb"[+-]?[\d.]+(?:[eE][+-]?\d+)?", fields[1]):
        return None  # a row: a word and its first value
    for pattern, name, family in MARKUP:
        if re.match(pattern, text, re.IGNORECASE):
            return _kind(name, family, reader)
    # Prose may begin with a bracket, vectors may not.
    is_json = reader != "corpus" and re.match(rb'[\[{]\s*["\[{]', text)
    return _kind("a JSON file", "objects .jsonl", reader) if is_json else None


def _is_vectors(text: bytes) -> bool:
    """Return whether text begins with a word and its vector, most of whose values are fractions; it may be cut in a row."""
    if counted := _COUNTED_ROW.match(text):
        columns, values = int(counted[1]), counted[2].split()
        is_row = len(values) == columns or (len(values) < columns and counted.end() == len(text))
    else:
        row = _ROW.match(text)
        values, is_row = row[1].split() if row else [], row is not None
    return is_row and sum(b"." in value for value in values) > len(values) / 2


def is_legacy(data: bytes, before: int = 0) -> bool:
    r"""Return whether bytes that are not valid UTF-8 look like text in an 8-bit or East Asian encoding.

    That is so if they have more wrong bytes than UTF-8 sequences; a few among many are damage, which may be replaced.
    ``before`` is how many valid bytes the text has before them.

    Examples
    --------
    >>> is_legacy("déjà vu".encode("latin-1")), is_legacy("déjà vu".encode() + b"\xff")
    (True, False)
    """
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(len(run) for run in re.findall("[\x80-\ufffc\U00010000-\U0010ffff]+", text))
    return wrong > max(right, (before + len(text)) // 2000)


FEWEST_NULS, NUL_SHARE = 3, 50
"""A text with more NULs than this, and than one in so many bytes, is UTF-16, whose spaces have one, or no text."""


def nul_advice(data: bytes, is_converted: bool = False) -> str:
    """Return what to do about a block of text that contains NULs, perhaps after conversion from another encoding."""
    nuls = data.count(b"\0")
    if nuls <= max(FEWEST_NULS, len(data) // NUL_SHARE):
        return 'pass errors="replace" to read it anyway'
    # Replacing so many would leave single letters.
    if is_separated_by_nuls(data):
        return r"if NULs end its lines, as after find -print0, replace them, for example with tr '\0' '\n'"
    if is_converted:
        return "pass another encoding"
    width = 32 if nuls > 0.6 * len(data) else 16
    return f'if it is text, it may be UTF-{width} without a mark: pass encoding="utf-{width}-le" or "utf-{width}-be"'


def is_separated_by_nuls(data: bytes) -> bool:
    """Whether a text would be UTF-8 without its NULs, with few control characters, of which UTF-16 has many."""
    text = data.replace(b"\0", b"\n").decode(errors="replace")
    odd = sum(text.count(chr(code)) for code in (*range(9), *range(14, 32), 127, 0xFFFD))
    return odd <= len(text) / 100 and 3 * data.count(b"\0") < len(data)
