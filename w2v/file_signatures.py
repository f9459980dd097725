"""How files begin that are not what a reader wants: patterns, the names of the kinds, and their families (`file_kinds`)."""

# Bytes that no text begins with, or signatures that are too long to be chance: (pattern, name, family and its detail).
# The first that matches is taken. What a zip archive contains is in the names of its first members.
SIGNATURES = (
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
MARKUP = (
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
