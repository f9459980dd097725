"""What a file is, judged by its first bytes, so that an error can name it and say what to do.

Only content that can be nothing else is recognised: a text, or a row of vectors, may begin with any word, even ``<html>`` or
``PAR1``. What to do depends on what the reader wanted: the text of a corpus, vectors, or a test set.
"""

import re
from typing import Literal, NamedTuple

from w2v.compression import OPENERS

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
# Bytes that no text begins with, or signatures that are too long to be chance: (pattern, name, family and its detail).
# The first that matches is taken. What a zip archive contains is in the names of its first members.
_SIGNATURES = (
    (rb"\xff\xfe\x00\x00|\x00\x00\xfe\xff", "UTF-32 text", "wide utf-32"),
    (rb"\xff\xfe(?!\x00\x00)|\xfe\xff", "UTF-16 text", "wide utf-16"),
    # The PROTO opcode of protocols 2 to 5, and what Python 2 wrote by default. The length field of a safetensors file may
    # begin with the same two bytes, but is followed by a brace.
    (rb"\x80[\x02-\x05](?!.{6}\{)|\([dl]p\d*\n", "a pickle", "pickle"),
    (rb"\(?c(?:__builtin__|__main__|copy_reg|collections|gensim[\w.]*|numpy[\w.]*)\n", "a pickle", "pickle"),
    (rb"PK\x03\x04.*word/", "a Word document (.docx)", "document"),
    (rb"PK\x03\x04.*xl/", "an Excel workbook (.xlsx)", "table"),
    (rb"PK\x03\x04.*ppt/", "a presentation (.pptx)", "document"),
    (rb"PK\x03\x04.*\[Content_Types\]\.xml", "an Office document", "document"),
    (rb"PK\x03\x04.*application/epub", "an e-book (.epub)", "document"),
    (rb"PK\x03\x04.*vnd\.oasis\.opendocument", "an OpenDocument file (.odt, .ods)", "document"),
    (rb"PK\x03\x04.*/data\.pkl", "a PyTorch file", "tensors"),
    (rb"PK\x03\x04.*\.npy", "a NumPy archive (.npz)", "array"),
    (rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", "a zip archive", "archive"),
    (rb"\x1f\x8b", "gzip-compressed data", "packed .gz"),
    (rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)", "bzip2-compressed data", "packed .bz2"),
    (rb"\xfd7zXZ\x00", "xz-compressed data", "packed .xz"),
    (rb"\x28\xb5\x2f\xfd", "zstd-compressed data", "packed .zst"),
    (rb"\x04\x22\x4d\x18", "lz4-compressed data", "archive"),
    (rb"7z\xbc\xaf\x27\x1c", "a 7z archive", "archive"),
    (rb"Rar!\x1a\x07", "a RAR archive", "archive"),
    (rb".{257}ustar[\x00 ]", "a tar archive", "archive"),
    (rb"%PDF-", "a PDF document", "document"),
    (rb"%!PS-", "a PostScript document", "document"),
    (rb"\{\\rtf", "an RTF document", "document"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.doc, .xls)", "document"),
    (rb"PAR1[\x00-\x08\x0e-\x1f]", "a Parquet table", "parquet .parquet"),
    (rb"ARROW1\x00\x00", "an Arrow table", "named .arrow"),
    (rb"FEA1[\x00-\x08\x0e-\x1f]", "a Feather table", "table"),
    (rb"Obj\x01", "an Avro table", "table"),
    (rb"SQLite format 3\x00", "an SQLite database", "table"),
    (rb"\x89HDF\r\n\x1a\n", "an HDF5 file", "table"),
    (rb"\x93NUMPY", "a NumPy array (.npy)", "array"),
    (rb"GGUF[\x01-\x09]\x00", "a GGUF model, which has no word vectors", "other"),
    (rb"\xba\x16\x4f\x2f", "a fastText model", "fasttext"),
    (rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a", "a picture", "other"),
    (rb"\x7fELF", "a program", "other"),
    (rb"version https://git-lfs", "a Git LFS pointer, not the file itself", "pointer"),
    # The length of the header, less than 4 GiB, and its brace
    (rb"....\x00\x00\x00\x00\{\"", "a file of vectors or tensors (.safetensors)", "safetensors"),
)
# After white space. These are text all the same, and read as such if the user insists.
_MARKUP = (
    (rb"<(?:!doctype|html|head)\b", "an HTML page", "page"),
    (rb"<(?:\?xml|mediawiki)\b", "an XML file", "xml"),
    (rb'(?:\[\s*)?\{\s*"[^"\n]*"\s*:', "a JSON file", "objects .jsonl"),
    # A first line that is a list, or the beginning of a very long one; a text may begin with the citation [1, 2].
    (
        rb"\[[\s\[(]*(?:\"[^\"\n]*\"|'[^'\n]*'|\d+)\s*,(?:[^\n]*\]\s*(?:\n|\Z)|[^\n]{4096})",
        "a list in brackets (JSON or Python)",
        "lists",
    ),
    (rb"(?:\d+\s+)?\d\d:\d\d:\d\d[.,]\d{3} +-->|WEBVTT\b", "a subtitle file (.srt, .vtt)", "subtitles"),
    (rb"\[Script Info\]\s*\n", "a subtitle file (.ass, .ssa)", "subtitles"),
    (rb"\d+:\d\d:\d\d\.\d{3},\d+:\d\d:\d\d\.\d{3}\s*\n", "a subtitle file (.sbv)", "subtitles"),
    (rb"\{\d+\}\{\d+\}[^\n]*\n\{\d+\}\{\d+\}", "a subtitle file (.sub)", "subtitles"),
    (rb"<(?:sami|tt)\b", "a subtitle file (.smi, .ttml)", "subtitles"),
    (
        rb"(?:\[(?:ti|ar|al|au|by|length|offset|re|ve|la):[^\]\n]*\]\s*)*(?:\[\d\d:\d\d\.\d\d\d?\][^\n]*\n\s*){2}",
        "lyrics with times (.lrc)",
        "subtitles",
    ),
    (rb"BEGIN:VCALENDAR\b", "a calendar (.ics)", "fields"),
    (rb"BEGIN:VCARD\b", "address cards (.vcf)", "fields"),
    (rb'(?:#[^\n]*\n\s*)*msgid "', "a file of translations (.po)", "fields"),
    (rb"@relation\s+\S", "an ARFF file", "records"),
    (rb"%%MatrixMarket\b", "a Matrix Market file", "graph"),
    (rb"\*vertices\s+\d+\s*\n", "a Pajek network (.net)", "graph"),
    (rb"(?:Creator[^\n]*\n\s*)?graph\s*\[\s*\n?\s*(?:\w+ [^\n]*\n\s*)*node\s*\[", "a GML graph", "graph"),
    (rb"(?:strict\s+)?(?:di)?graph\s*[\w\"]*\s*\{", "a graph in DOT (Graphviz)", "graph"),
    (rb"WARC/1\.\d\s*\n", "a web archive (WARC)", "messages"),
    (
        rb"(?:(?:Return-Path|Received|Delivered-To|Message-ID|MIME-Version|From|To|Cc|Subject|Date|X-[\w-]+):[^\n]*\n"
        rb"(?:[ \t]+\S[^\n]*\n)*){3}",
        "an e-mail (.eml)",
        "messages",
    ),
    (rb"diff --git a/|--- \S[^\n]*\n\+\+\+ \S", "a patch (diff)", "records"),
    (rb"(?:#[^\n]*\n)*1\t[^\t\n]+\t[^\t\n]+\t[A-Z_]+\t", "a CoNLL-U file", "records"),
    (rb">[^\n]*\n[A-Za-z*-]{40,}\s*\n", "a FASTA file", "sequences"),
    (
        rb"(?:%[^\n]*\n\s*)*@(?:article|book|in(?:proceedings|collection|book)|misc|phdthesis|string)\s*\{\s*[^\s{}]+\s*[,=]",
        "a BibTeX file",
        "bibliography",
    ),
    (rb"TY  - [A-Z]{3,4}\s*\n", "a RIS file", "bibliography"),
    (
        rb"From \S+ [A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d[^\n]*\n[A-Za-z-]+: ",
        "a mailbox (mbox)",
        "messages",
    ),
    (rb"(?:%[^\n]*\n\s*)*\\documentclass\b", "a LaTeX file", "source"),
    (
        rb"-- (?:MySQL|MariaDB|PostgreSQL) (?:database )?dump\b|(?:CREATE TABLE|INSERT INTO) [^\n]*\(",
        "an SQL dump",
        "records",
    ),
)
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
    for pattern, name, family in _SIGNATURES:
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
    for pattern, name, family in _MARKUP:
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
