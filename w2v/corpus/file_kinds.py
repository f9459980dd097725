"""What a file is that was given as text but is something else: told from its first bytes and from its name.

`name_kind` is asked before a corpus is read, because a table is refused whatever it contains; `content_kind` when its first
block was decompressed. Both return what the file is and what to do with it.
"""

import codecs
import json
import re
from pathlib import PurePath

Kind = tuple[str, str]
"""What it is, and what to do."""

_CONVERT = "extract its text into a plain text file first"
_COLUMN = "save its column of text as a text file, one sentence per line, or pass the column itself to Word2Vec"
_UNPACK = "unpack it first"

# The first that matches is taken.
MAGIC: list[tuple[bytes, str, str]] = [
    (b"\x1f\x8b", "gzip data", "rename it to end in .gz"),
    *((b"BZh%d1AY&SY" % level, "bzip2 data", "rename it to end in .bz2") for level in range(1, 10)),
    (b"\xfd7zXZ\x00", "xz data", "rename it to end in .xz"),
    (b"\x28\xb5\x2f\xfd", "zstd data", _UNPACK),
    (b"\x04\x22\x4d\x18", "lz4 data", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a rar archive", _UNPACK),
    (b"%PDF-", "a PDF document", _CONVERT),
    (b"%!PS", "a PostScript document", _CONVERT),
    (b"{\\rtf", "an RTF document", _CONVERT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.doc, .xls)", _CONVERT),
    (b"PAR1", "a Parquet table", _COLUMN),
    (b"ARROW1", "an Arrow table", _COLUMN),
    (b"FEA1", "a Feather table", _COLUMN),
    (b"Obj\x01", "an Avro table", _COLUMN),
    (b"SQLite format 3\0", "an SQLite database", _COLUMN),
    (b"\x93NUMPY", "a NumPy array", "load it, and pass it to w2v.encode"),
    (b"\x89HDF\r\n", "an HDF5 file", _COLUMN),
    (b"\x89PNG", "a PNG picture", _CONVERT),
    (b"\xff\xd8\xff", "a JPEG picture", _CONVERT),
    (b"\x7fELF", "a program", "choose a text file"),
]
# What a zip archive contains is in the names of its first members.
ZIPPED: list[tuple[bytes, str, str]] = [
    (b"word/", "a Word document (.docx)", _CONVERT),
    (b"xl/", "a spreadsheet (.xlsx)", _COLUMN),
    (b"ppt/", "a presentation (.pptx)", _CONVERT),
    (b"application/epub", "an e-book (.epub)", _CONVERT),
    (b"vnd.oasis.opendocument", "an OpenDocument file (.odt, .ods)", _CONVERT),
    (b".npy", "NumPy arrays (.npz)", "load them, and pass them to w2v.encode"),
]
TABLES = {
    ".csv": "a table of comma-separated values",
    ".tsv": "a table of tab-separated values",
    ".jsonl": "a file of JSON objects",
    ".ndjson": "a file of JSON objects",
    ".json": "a JSON file",
}
ORDERS = [
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
]
MARKUP = re.compile(rb"\s*<(!doctype\s+html|html|\?xml|mediawiki)\b", re.IGNORECASE)


def name_kind(path: str) -> Kind | None:
    """Return what a table is by its name, without the extension of a compression; None for any other file.

    Examples
    --------
    >>> name_kind("data/tweets.csv.gz")[0]
    'a table of comma-separated values'
    """
    suffixes = [s.lower() for s in PurePath(path).suffixes]
    if suffixes and suffixes[-1] in (".gz", ".bz2", ".xz"):
        suffixes.pop()
    kind = TABLES.get(suffixes[-1]) if suffixes else None
    return kind and (kind, f"{_COLUMN}; as_lines=True reads its lines as they are")  # type: ignore[return-value]


def content_kind(start: bytes, encoding: str, as_lines: bool) -> Kind | None:
    """Return what a file that begins with these bytes is if it is not text in this encoding; None if it may be.

    Parameters
    ----------
    start : bytes
        The first few thousand bytes, decompressed.
    encoding : str
        The encoding of the text, as the user says.
    as_lines : bool
        Whether the user insists that markup and JSON are text.

    Examples
    --------
    >>> content_kind("text".encode("utf-16"), "utf-8", False)
    ('UTF-16 text', 'pass encoding="utf-16"')
    """
    wide = _wide(start)
    if wide is not None and not encoding.replace("_", "-").startswith(("utf-16", "utf-32")):
        return wide
    if start.startswith(b"PK\x03\x04"):
        return next((kind for mark, *kind in ZIPPED if mark in start), ("a zip archive", _UNPACK))  # type: ignore[return-value]
    for magic, what, remedy in MAGIC:
        if start.startswith(magic):
            return what, remedy
    if start[257:262] == b"ustar":
        return "a tar archive", _UNPACK
    return None if as_lines else _markup(start)


def _wide(start: bytes) -> Kind | None:
    """Recognise UTF-16 and UTF-32 by their byte-order mark, and UTF-16 without one by its zero bytes."""
    for mark, name in ORDERS:
        if start.startswith(mark):
            return f"{name} text", f'pass encoding="{name.lower()}"'
    pairs = start[: len(start) & ~1]
    if len(pairs) >= 8:
        zeros = pairs[0::2].count(0) * 2 / len(pairs), pairs[1::2].count(0) * 2 / len(pairs)
        for order, (mostly, hardly) in (("be", zeros), ("le", zeros[::-1])):
            if mostly > 0.4 and hardly < 0.02:
                return "UTF-16 text without a byte-order mark", f'pass encoding="utf-16-{order}"'
    return None


def _markup(start: bytes) -> Kind | None:
    found = MARKUP.match(start.removeprefix(codecs.BOM_UTF8))
    if found:
        what = "an HTML page" if b"html" in found[1].lower() else "an XML file"
        return what, f"{_CONVERT}; as_lines=True reads its lines as they are"
    line = start.removeprefix(codecs.BOM_UTF8).split(b"\n")[0].strip()
    if line.startswith(b'{"') and line.endswith(b"}"):
        try:
            json.loads(line)
        except ValueError:
            return None
        return TABLES[".jsonl"], f"{_COLUMN}; as_lines=True reads its lines as they are"
    return None


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
