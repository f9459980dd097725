"""What a file is, judged by its first bytes, so that an error can name it and say what to do.

Only content that can be nothing else is recognised: a row of vectors may begin with any word, even ``<html>`` or ``PAR1``.
"""

import re
from dataclasses import dataclass

HEAD_BYTES = 512
"""Number of bytes from the beginning of a file that `kind_of` looks at."""

PLAIN = "save it as plain text (UTF-8)"
UNPACK = "unpack it, and pass the file inside"


@dataclass(frozen=True)
class Kind:
    """A kind of file that is not text and not vectors.

    Attributes
    ----------
    name : str
        With its article, as in "a zip archive".
    advice : str
        What to do with it.
    suffix : str
        The extension under which readers decompress it; empty if they do not.
    is_pickle : bool
        Whether opening it could run code.
    """

    name: str
    advice: str
    suffix: str = ""
    is_pickle: bool = False


_PICKLE = Kind("a pickle", "export it as text or as safetensors where it was written", is_pickle=True)
_UTF16 = Kind("UTF-16 text", "convert it to UTF-8, for example with iconv -f utf-16 -t utf-8")
_UTF32 = Kind("UTF-32 text", "convert it to UTF-8, for example with iconv -f utf-32 -t utf-8")
_HTML = Kind("an HTML page, not the file itself", "download it again, from the link to the raw file")
_ZIP = Kind("a zip archive", UNPACK)
_ZIPPED = (
    (b"word/", Kind("a Word document (.docx)", PLAIN)),
    (b"xl/", Kind("an Excel workbook (.xlsx)", "save it as text separated by tabs or commas (UTF-8)")),
    (b"[Content_Types].xml", Kind("an Office document", PLAIN)),
    (b"mimetypeapplication/vnd.oasis", Kind("an OpenDocument file", PLAIN)),
    (b"/data.pkl", Kind("a PyTorch file", "save its vectors as text or as safetensors with PyTorch")),
    (
        b".npy",
        Kind("a NumPy archive (.npz)", "load it with numpy, and pass words and vectors to KeyedVectors.from_arrays"),
    ),
)
# Bytes that no text begins with, or signatures that are too long to be chance.
_SIGNATURES = (
    (rb"\x1f\x8b", Kind("gzip-compressed data", "decompress it first (gunzip)", ".gz")),
    (rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)", Kind("bzip2-compressed data", "decompress it first", ".bz2")),
    (rb"\xfd7zXZ\x00", Kind("xz-compressed data", "decompress it first (unxz)", ".xz")),
    (rb"\x28\xb5\x2f\xfd", Kind("zstd-compressed data", "decompress it first (zstd -d)")),
    (rb"\x04\x22\x4d\x18", Kind("lz4-compressed data", "decompress it first (lz4 -d)")),
    (rb"7z\xbc\xaf\x27\x1c", Kind("a 7z archive", UNPACK)),
    (rb"Rar!\x1a\x07", Kind("a RAR archive", UNPACK)),
    (rb"(?s:.{257})ustar[\x00 ]", Kind("a tar archive", UNPACK)),
    (b"%PDF-", Kind("a PDF", PLAIN)),
    (rb"PAR1[^ \t\r\n]", Kind("a Parquet table", "read it as a table, and pass its columns")),
    (rb"ARROW1\x00\x00", Kind("an Arrow table", "read it as a table, and pass its columns")),
    (
        rb"\x89HDF\r\n\x1a\n",
        Kind("an HDF5 file", "read it with h5py, and pass words and vectors to KeyedVectors.from_arrays"),
    ),
    (rb"\x93NUMPY", Kind("a NumPy array (.npy)", "load it with numpy, and pass it to KeyedVectors.from_arrays")),
    (rb"SQLite format 3\x00", Kind("an SQLite database", "export its table as text")),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind("an old Office document (.doc, .xls)", PLAIN)),
    (rb"\{\\rtf", Kind("an RTF document", PLAIN)),
    (rb"GGUF[\x01-\x09]\x00", Kind("a GGUF model", "it holds a language model, not word vectors")),
    (rb"\xba\x16\x4f\x2f", Kind("a fastText model", "read its .vec file instead")),
    (rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a", Kind("a picture", "pass another file")),
)
# The PROTO opcode of protocols 2 to 5; what Python 2 wrote by default. The length field of a safetensors file may begin
# with the same two bytes, but is followed by a brace.
_PICKLES = re.compile(
    rb"\x80[\x02-\x05](?!.{6}\{)|\(?c(?:__builtin__|__main__|copy_reg|collections|gensim[\w.]*|numpy[\w.]*)\n|\([dl]p\d*\n",
    re.DOTALL,
)
_TEXTS = (
    (rb"<!doctype\b|<html\b|<head\b", _HTML),
    (rb"<\?xml\b", Kind("XML", "export it as plain text")),
    (
        rb'[\[{]\s*["\[{]',
        Kind("JSON", "export it as plain text, or pass words and vectors to KeyedVectors.from_arrays"),
    ),
    (rb"version https://git-lfs", Kind("a Git LFS pointer, not the file itself", "run git lfs pull")),
)


def kind_of(head: bytes) -> Kind | None:
    """Return what a file is that begins with ``head``; None if it may be text, or vectors in a known format.

    Examples
    --------
    >>> kind_of(b"PK" + bytes([3, 4]) + b"...").name
    'a zip archive'
    >>> kind_of(b"2 3") is None
    True
    """
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return _UTF32
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _alternates_with_zeros(head[:64]):
        return _UTF16
    if _PICKLES.match(head):
        return _PICKLE
    if re.match(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", head):
        return next((kind for mark, kind in _ZIPPED if mark in head), _ZIP)
    found = next((kind for pattern, kind in _SIGNATURES if re.match(pattern, head)), None)
    return found or _text_kind(head)


def _text_kind(head: bytes) -> Kind | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    fields = text.split(None, 2)
    if len(fields) > 1 and re.fullmatch(rb"[+-]?[\d.]+(?:[eE][+-]?\d+)?", fields[1]):
        return None  # a row: a word and its first value
    return next((kind for pattern, kind in _TEXTS if re.match(pattern, text, re.IGNORECASE)), None)


def _alternates_with_zeros(head: bytes) -> bool:
    """Whether this is ASCII in UTF-16 without a byte-order mark."""
    even, odd = head[::2], head[1::2]
    pairs = ((even, odd), (odd, even))
    return len(head) >= 8 and any(not any(zeros) and all(texts) for texts, zeros in pairs)
