"""Files that are not UTF-8 text: named as what they are, with what to do; other encodings are read if they are named."""

import gzip
import io
import json
import re
import sys
import zipfile

import numpy as np
import pytest

from w2v import LineSentence, TextOptions, VocabularyConfig, Word2Vec, encode, load
from w2v.cli.main import main
from w2v.corpus.file_kinds import content_kind
from w2v.errors import ConfigError, CorpusError, TextEncodingError

ALL = VocabularyConfig(min_count=1)
LINES = "Déjà vu, señor Müller\nÇa va très bien déjà\n"
WORDS = {word for line in LINES.split("\n") for word in line.split()}


def write(folder, data, name="t.txt"):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return str(path)


def zipped(*names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "<xml>words and words</xml>")
    return stream.getvalue()


def npy():
    stream = io.BytesIO()
    np.save(stream, np.arange(9))
    return stream.getvalue()


KINDS = {
    "utf-16": (LINES.encode("utf-16"), "UTF-16 text", 'encoding="utf-16"'),
    "utf-16 without bom": ("plain words\n".encode("utf-16-le"), "UTF-16 text without", 'encoding="utf-16-le"'),
    "utf-16-be without bom": ("plain words\n".encode("utf-16-be"), "UTF-16 text without", 'encoding="utf-16-be"'),
    "utf-32": (LINES.encode("utf-32"), "UTF-32 text", 'encoding="utf-32"'),
    "zip": (zipped("a.txt"), "a zip archive", "unpack it"),
    "docx": (zipped("[Content_Types].xml", "word/document.xml"), "a Word document", "extract its text"),
    "xlsx": (zipped("[Content_Types].xml", "xl/workbook.xml"), "a spreadsheet", "save its column"),
    "odt": (
        b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text",
        "an OpenDocument file",
        "extract its text",
    ),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "a PDF document", "extract its text"),
    "rtf": (b"{\\rtf1\\ansi words", "an RTF document", "extract its text"),
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "an old Office document", "extract its text"),
    "parquet": (b"PAR1\x15\x04\x15", "a Parquet table", "save its column of text"),
    "arrow": (b"ARROW1\0\0", "an Arrow table", "save its column of text"),
    "sqlite": (b"SQLite format 3\0" + b"\0" * 99, "an SQLite database", "save its column"),
    "npy": (npy(), "a NumPy array", "pass it to w2v.encode"),
    "tar": (b"a.txt" + b"\0" * 252 + b"ustar\x0000" + b"\0" * 248, "a tar archive", "unpack it"),
    "gzip": (gzip.compress(b"a b"), "gzip data", "rename it to end in .gz"),
    "zstd": (b"\x28\xb5\x2f\xfd\x04\x00", "zstd data", "unpack it"),
    "html": ("<!DOCTYPE html>\n<html><body>words</body></html>", "an HTML page", "extract its text"),
    "xml": ('<?xml version="1.0"?>\n<a>words</a>', "an XML file", "extract its text"),
    "wikipedia dump": ("<mediawiki xmlns=...>\n", "an XML file", "extract its text"),
    "json lines": ('{"text": "two words"}\n{"text": "more"}\n', "a file of JSON objects", "save its column"),
}


@pytest.mark.parametrize("errors", ["strict", "replace"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_text_is_named(tmp_path, kind, errors):
    data, what, remedy = KINDS[kind]
    data = data if isinstance(data, bytes) else data.encode()
    path = write(tmp_path, data)
    with pytest.raises(CorpusError, match=f"must be plain text: got {what}.*; .*{re.escape(remedy)}") as caught:
        encode(path, ALL, TextOptions("words", errors))
    assert "errors=" not in str(caught.value)
    packed = write(tmp_path, gzip.compress(data), "t.txt.gz")
    with pytest.raises(CorpusError, match=f"got {what}"):
        encode(packed, ALL, TextOptions(errors=errors))


def test_standard_input_is_named_too(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LINES.encode("utf-16"))))
    with pytest.raises(CorpusError, match="corpus '-' must be plain text: got UTF-16"):
        encode("-", ALL)


@pytest.mark.parametrize("text", ["ORCHIDS grow.", "BZh is no word", "Object a", "PK a b", "<html is a tag", '{"a": 1'])
def test_what_only_begins_like_something_else_is_text(text):
    assert content_kind(text.encode(), "utf-8", as_lines=False) is None or text == "<html is a tag"


TABLES = {
    "t.csv": "id,text\n1,some words here\n",
    "t.TSV": "id\ttext\n1\tsome words here\n",
    "t.jsonl": json.dumps({"text": "some words here"}) + "\n",
    "t.json": '["some words here"]\n',
    "t.ndjson": "some words here\n",
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("packed", [False, True])
def test_tables_are_read_as_lines_only_if_the_user_insists(tmp_path, name, packed):
    data = TABLES[name].encode()
    path = write(tmp_path, gzip.compress(data) if packed else data, name + ".gz" * packed)
    for corpus in (path, str(tmp_path)):
        with pytest.raises(CorpusError, match=r"must be plain text: got a .*; save its column .*; as_lines=True reads"):
            encode(corpus, ALL, cache=tmp_path.parent / "cache" if packed else None)
    corpus = encode(path, ALL, TextOptions("words", as_lines=True))
    assert {"some", "words", "here"} <= set(corpus.vocabulary.words)
    with pytest.raises(CorpusError, match="as_lines=True"):
        Word2Vec(corpus_file=path)
    assert "words" in Word2Vec(corpus_file=path, tokenizer="words", as_lines=True, min_count=1, sample=0).wv
    with pytest.raises(CorpusError, match="as_lines=True"):
        Word2Vec(LineSentence(path))


# ---------------------------------------------------------------------------------------------------------------- encodings


@pytest.mark.parametrize(
    "encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le", "UTF_8", "utf-8-sig", "utf-32", "cp850"]
)
def test_text_in_any_encoding(tmp_path, encoding, monkeypatch):
    monkeypatch.setattr("w2v.corpus.text_files.BLOCK_BYTES", 7)
    path = write(tmp_path, LINES.encode(encoding))
    corpus = encode(path, ALL, TextOptions(encoding=encoding))
    assert set(corpus.vocabulary.words) == WORDS
    assert corpus.ledger.sentences == 2
    assert set(encode(path, ALL, TextOptions(encoding=encoding, errors="replace")).vocabulary.words) == WORDS


@pytest.mark.parametrize("encoding", ["gb18030", "shift_jis", "euc_jp"])
def test_east_asian_encodings(tmp_path, encoding, monkeypatch):
    monkeypatch.setattr("w2v.corpus.text_files.BLOCK_BYTES", 5)
    path = write(tmp_path, "日本 中国\n中国 大学\n".encode(encoding))
    assert encode(path, ALL, TextOptions(encoding=encoding)).vocabulary.words == ["中国", "大学", "日本"]


def test_a_model_remembers_its_encoding(tmp_path):
    path = write(tmp_path, LINES.encode("latin-1"))
    model = Word2Vec(corpus_file=path, encoding="latin-1", min_count=1, vector_size=4, sample=0)
    assert set(model.wv.index_to_key) == WORDS
    model.save(tmp_path / "m.safetensors")
    assert Word2Vec.load(tmp_path / "m.safetensors").encoding == "iso8859-1"
    assert load(tmp_path / "m.safetensors").provenance.text.encoding == "iso8859-1"


@pytest.mark.parametrize("wrong", ["utf-17", "hex", "", 3, None, "a\0b"])
def test_wrong_encodings(wrong):
    with pytest.raises(ConfigError, match="encoding must be the name of a text encoding"):
        TextOptions(encoding=wrong)


def test_bytes_that_are_not_in_the_encoding(tmp_path, monkeypatch):
    monkeypatch.setattr("w2v.corpus.text_files.BLOCK_BYTES", 6)
    path = write(tmp_path, b"abc def\nghi \x81 jkl\n")
    with pytest.raises(TextEncodingError, match="must be cp1252 text: got 0x81 at byte 12; pass another encoding"):
        encode(path, ALL, TextOptions(encoding="cp1252"))
    corpus = encode(path, ALL, TextOptions(encoding="cp1252", errors="replace"))
    assert (corpus.ledger.replaced, "\ufffd" in corpus.vocabulary.words) == (1, True)


def test_replacing_is_suggested_only_where_it_helps(tmp_path):
    with pytest.raises(TextEncodingError, match=r'invalid UTF-8 \(0xe9\) at byte 1; .* encoding="cp1252"') as caught:
        encode(write(tmp_path, LINES.encode("latin-1")), ALL)
    assert "errors=" not in str(caught.value)
    for damaged in (b"words " * 5000 + b"\xff", LINES.encode() + b"\xff\n" + LINES.encode(), b"words and\0words"):
        with pytest.raises(TextEncodingError, match='pass errors="replace" to read it anyway'):
            encode(write(tmp_path, damaged), ALL)


def test_the_command_line(tmp_path, capsys):
    out = str(tmp_path / "v.bin")
    train = ["train", "-o", out, "--min-count", "1", "--vector-size", "4", "--quiet", "--sample", "0"]
    latin = write(tmp_path, LINES.encode("latin-1") * 3)
    assert main([*train, latin]) == 65
    assert "--encoding cp1252" in capsys.readouterr().err
    assert main([*train, latin, "--encoding", "latin-1"]) == 0
    wide = write(tmp_path, LINES.encode("utf-16"), "wide.txt")
    assert main([*train, wide]) == 65
    assert "got UTF-16 text; pass --encoding utf-16" in capsys.readouterr().err
    table = write(tmp_path, TABLES["t.csv"], "t.csv")
    assert main([*train, table]) == 65
    assert "--as-lines reads its lines as they are" in capsys.readouterr().err
    assert main([*train, table, "--as-lines"]) == 0
    assert main([*train, latin, "--encoding", "nonsense"]) == 2


def test_readers_name_what_is_not_text(tmp_path):
    path = write(tmp_path, LINES.encode("utf-16"))
    with pytest.raises(CorpusError, match="must be UTF-8 text: got UTF-16 text; convert it first"):
        list(LineSentence(path))
