"""Files of another kind than a reader wants: named as what they are, with what to do; other encodings are read if named.

No text that only begins like another kind is taken for it: a corpus, or a row of vectors, may begin with any word.
"""

import bz2
import gzip
import io
import json
import lzma
import pickle
import re
import struct
import sys
import tarfile
import warnings
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v import LineSentence, TextOptions, VocabularyConfig, Word2Vec, encode
from w2v import load as load_vectors
from w2v.cli.main import main
from w2v.errors import ConfigError, CorpusError, CorpusWarning, FormatError, TextEncodingError, UnsafeFormatError
from w2v.evaluation import read_analogies, read_pairs
from w2v.file_kinds import HEAD_BYTES, kind_of
from w2v.formats import Contents, is_native, load, load_word2vec, save
from w2v.formats.streams import PARQUET

ALL = VocabularyConfig(min_count=1)
LINES = "Déjà vu, señor Müller\nÇa va très bien déjà\n"
WORDS = {word for line in LINES.split("\n") for word in line.split()}


def write(folder, data, name="t.txt"):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return str(path)


VECTORS = b"2 3\na 1 2 3\nb 4 5 6\n"


def zipped(*names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "<xml>words and words</xml>")
    return stream.getvalue()


def tarred():
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("vectors.txt"))
    return target.getvalue()


def array_file(**arrays):
    target = io.BytesIO()
    np.savez(target, **arrays) if arrays else np.save(target, np.ones(3))
    return target.getvalue()


DOCUMENT, TABLE, ARCHIVE = "extract its text", "save it as CSV (UTF-8), and pass the column", "unpack it"
RECORDS = "save its column of text"
# name -> content, and what to do with it if it was to be the text of a corpus
KINDS = {
    "UTF-16 text": (LINES.encode("utf-16"), 'encoding="utf-16"'),
    "UTF-16 text without a byte": ("plain words\n".encode("utf-16-le"), 'encoding="utf-16le"'),
    "UTF-16 text without": ("2 3\na 1 2 3\n".encode("utf-16-be"), 'encoding="utf-16be"'),
    "UTF-32 text": (LINES.encode("utf-32"), 'encoding="utf-32"'),
    "gzip-compressed data": (gzip.compress(VECTORS), "rename it to end in .gz"),
    "bzip2-compressed data": (bz2.compress(VECTORS), "rename it to end in .bz2"),
    "xz-compressed data": (lzma.compress(VECTORS), "rename it to end in .xz"),
    "zstd-compressed data": (b"\x28\xb5\x2f\xfd\x04\x00", "rename it to end in .zst"),
    "a 7z archive": (b"7z\xbc\xaf\x27\x1c\x00\x04", ARCHIVE),
    "a tar archive": (tarred(), ARCHIVE),
    "a zip archive": (zipped("glove.txt"), ARCHIVE),
    "a Word document": (zipped("[Content_Types].xml", "word/document.xml"), DOCUMENT),
    "an Excel workbook": (zipped("[Content_Types].xml", "xl/workbook.xml"), TABLE),
    "an OpenDocument file": (
        b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text",
        DOCUMENT,
    ),
    "a PyTorch file": (zipped("model/data.pkl"), "pass a text file"),
    "a NumPy archive": (array_file(a=np.ones(2)), "pass it to w2v.encode"),
    "a NumPy array (.npy)": (array_file(), "pass it to w2v.encode"),
    "a PDF document": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", DOCUMENT),
    "an RTF document": (b"{\\rtf1\\ansi words", DOCUMENT),
    "an old Office document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, DOCUMENT),
    "a Parquet table": (b"PAR1\x15\x04\x15", 'name it *.parquet, and pass the column of its text: column="NAME"'),
    "an Arrow table": (b"ARROW1\0\0", "name it *.arrow, and pass the column"),
    "an HDF5 file": (b"\x89HDF\r\n\x1a\n\x00", TABLE),
    "an SQLite database": (b"SQLite format 3\0" + b"\0" * 99, TABLE),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00", "pass another file"),
    "a fastText model": (struct.pack("<ii", 793712314, 12) + bytes(40), "pass a text file"),
    "a Git LFS pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "run git lfs"),
    "an HTML page": (b"<!DOCTYPE html>\n<html><head><title>404</title>", DOCUMENT),
    "an HTML": (b"\xef\xbb\xbf\n<HTML lang='en'>\n", DOCUMENT),
    "an XML file": (b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code>', DOCUMENT),
    "an XML": (b"<mediawiki xmlns=...>\n", DOCUMENT),
    "a JSON file": (b'{"text": "two words"}\n{"text": "more"}\n', "name it *.jsonl, and pass the column"),
    "a JSON": (b'{"the": [0.1, 0.2]}', "name it *.jsonl, and pass the column"),
    "a JSON fi": (b'[\n  {\n    "text": "two words"\n  }\n]\n', "name it *.jsonl, and pass the column"),
    "a JSON f": (b'{"text": "' + b"words " * 3000 + b'"}\n', "name it *.jsonl, and pass the column"),
    "a list in brackets": (b"['milk', 'bread']\n['beer']\n", "a line of words"),
    "a list in": (b"[[1, 2, 3], [4, 5]]\n", "a line of words"),
    "a list": (b"[[" + b"12, " * 3000, "a line of words"),
    "a subtitle": (b"\xef\xbb\xbf1\r\n00:00:01,600 --> 00:00:04,200\r\nWords.\r\n", "keep only"),
    "a subtitle file": (b"WEBVTT\n\n00:01.000 --> 00:04.000\nWords.\n", "keep only"),
    "a CoNLL-U file": (b"# sent_id = 1\n1\tThe\tthe\tDET\t_\t_\t2\tdet\t_\t_\n", RECORDS),
    "a FASTA file": (b">seq1 human\n" + b"ACGT" * 15 + b"\n" + b"ACGT" * 15 + b"\n", "k-mers"),
    "a FASTQ file": (b"@read1 1:N\n" + b"ACGTN" * 5 + b"\n+\n" + b"IIII!" * 5 + b"\n", "k-mers"),
    "a BibTeX file": (b"% made by hand\n@Article{key,\n  title = {Words},\n}\n", "titles and abstracts"),
    "a RIS file": (b"TY  - JOUR\nTI  - Words\nER  -\n", "titles and abstracts"),
    "a mailbox (mbox)": (b"From a@b.org Mon Mar  1 10:22:01 2021\nSubject: Words\n\nWords.\n", "text of its messages"),
    "a LaTeX file": (b"% !TEX root\n%\n\\documentclass[11pt]{article}\n\\begin{document}\n", "pandoc -t plain"),
    "an SQL dump": (b"-- MySQL dump 10.13\n--\nINSERT INTO `t` VALUES (1,'words');\n", RECORDS),
    "an SQL": (b"INSERT INTO t (a, b) VALUES (1, 'words');\n", RECORDS),
}


@pytest.mark.parametrize("errors", ["strict", "replace"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_text_is_named(tmp_path, kind, errors):
    data, remedy = KINDS[kind]
    path = write(tmp_path, data)
    with pytest.raises(
        CorpusError, match=f"must be plain text: got {re.escape(kind)}.*; .*{re.escape(remedy)}"
    ) as caught:
        encode(path, ALL, TextOptions("words", errors))
    assert "errors=" not in str(caught.value)
    packed = write(tmp_path, gzip.compress(data), "t.txt.gz")
    with pytest.raises(CorpusError, match=f"got {re.escape(kind)}"):
        encode(packed, ALL, TextOptions(errors=errors))


def test_standard_input_is_named_too(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LINES.encode("utf-16"))))
    with pytest.raises(CorpusError, match="corpus '-' must be plain text: got UTF-16"):
        encode("-", ALL)


SIMILAR = ["ORCHIDS grow.", "BZh is no word", "Object a", "PK a b", "FEA1 x", "[[Link, other]] text", "{a: 1", '{"a" b']
CITED = [
    "[1, 2] showed that",
    '["No," he said]',
    "[12:00, Ana] hello",
    "> quoted\nwords and words",
    "1\n00:00 a",
    "00:00:01 --> b",
    "@article about words",
    "@misc { a",
    "% of words",
    "From now on",
    "From Anna Mon Mar words",
    "TY  - words",
    "INSERT INTO the slot",
    "documentclass",
]


@pytest.mark.parametrize("text", SIMILAR + CITED)
def test_what_only_begins_like_something_else_is_text(text):
    assert kind_of(text.encode(), "corpus") is None


TABLES = {
    "t.csv": "id,text\n1,some words here\n",
    "t.TSV": "id\ttext\n1\tsome words here\n",
    "t.jsonl": json.dumps({"text": "some words here"}) + "\n",
    "t.json": '{"id": 1, "text": "some words here"}\n',
    "t.ndjson": '{"text": "some words here"}\n',
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("packed", [False, True])
def test_tables_are_read_as_lines_only_if_the_user_insists(tmp_path, name, packed):
    data = TABLES[name].encode()
    path = write(tmp_path, gzip.compress(data) if packed else data, name + ".gz" * packed)
    for corpus in (path, str(tmp_path)):
        with pytest.raises(
            CorpusError, match=r"is a table .*: got no column; pass column=.NAME., one of .*'text', or as_lines"
        ):
            encode(corpus, ALL, cache=tmp_path.parent / "cache" if packed else None)
    corpus = encode(path, ALL, TextOptions("words", as_lines=True))
    assert {"some", "words", "here"} <= set(corpus.vocabulary.words)
    with pytest.raises(CorpusError, match="as_lines=True"):
        Word2Vec(corpus_file=path)
    model = Word2Vec(corpus_file=path, tokenizer="words", as_lines=True, min_count=1, sample=0)
    assert "words" in model.wv
    model.save(tmp_path / "m.safetensors")
    again = Word2Vec.load(tmp_path / "m.safetensors")
    assert again.text == model.text
    again.train(corpus_file=path)
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
    assert load_vectors(tmp_path / "m.safetensors").provenance.text.encoding == "iso8859-1"


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


@pytest.mark.parametrize("errors", ["strict", "replace"])
def test_text_without_the_byte_order_mark_that_utf_16_wants(tmp_path, errors):
    path = write(tmp_path, LINES)
    with pytest.raises(TextEncodingError, match=r'must be utf-16 text: got no byte-order mark; .*encoding="utf-16-le"'):
        encode(path, ALL, TextOptions(encoding="utf-16", errors=errors))


RUSSIAN = "мама мыла раму\nмама мыла пол\n"


@pytest.mark.parametrize("right", ["cp1251", "koi8-r"])
@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_other_letters_that_are_read_as_accented_ones(tmp_path, right, wrong):
    path = write(tmp_path, RUSSIAN.encode(right))
    with pytest.warns(CorpusWarning, match='most letters then have accents, .* encoding="cp1251"'):
        encode(path, ALL, TextOptions(encoding=wrong))


def test_utf_8_that_is_read_as_something_else(tmp_path):
    path = write(tmp_path, LINES)
    for encoding in ("latin-1", "cp1252", "cp1251"):
        with pytest.warns(CorpusWarning, match='valid UTF-8; if letters look wrong, pass encoding="utf-8"') as caught:
            encode(path, ALL, TextOptions(encoding=encoding))
        assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encode(path, ALL)
        encode(write(tmp_path, RUSSIAN.encode("cp1251")), ALL, TextOptions(encoding="cp1251"))
        encode(write(tmp_path, LINES.encode("latin-1")), ALL, TextOptions(encoding="latin-1"))
        encode(write(tmp_path, "日本 中国\n中国 大学\n".encode("gb18030")), ALL, TextOptions(encoding="gb18030"))


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
    table = write(tmp_path, TABLES["t.TSV"], "t.tsv")
    assert main([*train, table]) == 65
    assert (
        "pass --column NAME, one of 'id', 'text', or --as-lines to read its lines as they are"
        in capsys.readouterr().err
    )
    assert main([*train, table, "--as-lines"]) == 0
    assert main([*train, latin, "--encoding", "nonsense"]) == 2


def test_readers_name_what_is_not_text(tmp_path):
    path = write(tmp_path, LINES.encode("utf-16"))
    with pytest.raises(CorpusError, match="must be UTF-8 text: got UTF-16 text; convert it first"):
        list(LineSentence(path))


# ------------------------------------------------------------------------------------------------- vectors and test sets


@pytest.mark.parametrize("name", [name for name in KINDS if name != PARQUET])
@pytest.mark.parametrize("extension", [".bin", ".txt", ".safetensors", ".zip"])
def test_other_content_is_named_and_advice_is_given(tmp_path, name, extension):
    path = tmp_path / f"vectors{extension}"
    path.write_bytes(KINDS[name][0])
    readers = [load, is_native, lambda p: load_word2vec(p, binary=False, strict=False)]
    for read in [*readers, lambda p: load_word2vec(p, binary=True)]:
        with pytest.raises(FormatError, match=rf"vectors\{extension}: it is {re.escape(name)}.*; ") as caught:
            read(path)
        assert "\n" not in str(caught.value)


def test_parquet_under_another_name_is_parquet(tmp_path):
    pytest.importorskip("pyarrow")
    path = tmp_path / "vectors.bin"
    path.write_bytes(KINDS[PARQUET][0])
    assert not is_native(path)
    with pytest.raises(FormatError, match=r"cannot read .*vectors\.bin: Parquet file size is 7 bytes"):
        load(path)
    for binary in (True, False):
        with pytest.raises(FormatError, match=r"it is a Parquet table; read it with KeyedVectors\.load"):
            load_word2vec(path, binary=binary)


@pytest.mark.parametrize("name", KINDS)
def test_test_sets_of_another_kind_are_named_too(tmp_path, name):
    path = tmp_path / "pairs.tsv"
    path.write_bytes(KINDS[name][0])
    for read in (read_pairs, read_analogies):
        with pytest.raises(CorpusError, match=rf"pairs.tsv: it is {re.escape(name)}.*; "):
            read(path)


def test_test_sets_in_another_encoding(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_bytes("café\tthé\t9\n".encode("latin-1"))
    with pytest.raises(TextEncodingError, match=r"not UTF-8 text, from byte 3 on; .* iconv -f cp1252"):
        read_pairs(path)
    assert [pair.first for pair in read_pairs(path, encoding="latin-1")] == ["café"]


@pytest.mark.parametrize("encoding", ["utf-16", "UTF16", "utf-16-le"])
def test_pairs_in_utf_16_are_read_if_told(tmp_path, encoding):
    path = tmp_path / "pairs.tsv"
    path.write_bytes("a\tb\t6,77\n".encode(encoding))
    assert [pair.score for pair in read_pairs(path, encoding=encoding)] == [6.77]


@pytest.mark.parametrize("protocol", [0, 2, 3, 4, 5])  # 1 was never a default, and begins like a word
@pytest.mark.parametrize("extension", [".bin", ".txt", ".model"])
def test_pickles_of_all_protocols(tmp_path, protocol, extension):
    path = tmp_path / f"vectors{extension}"
    path.write_bytes(pickle.dumps({"a": [1.0]}, protocol=protocol))
    with pytest.raises(UnsafeFormatError, match=r"(is|may be) a pickle"):
        load(path)


@pytest.mark.parametrize(
    ("suffix", "compress"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
def test_names_and_contents_of_compressed_files_agree(tmp_path, suffix, compress):
    save(tmp_path / "a.txt", Contents(["a", "b"], np.eye(2, dtype=np.float32)))
    data = (tmp_path / "a.txt").read_bytes()
    right = tmp_path / f"right.txt{suffix}"
    right.write_bytes(compress(data))
    assert load(right).words == ["a", "b"]
    bare = tmp_path / "bare.txt"
    bare.write_bytes(compress(data))
    with pytest.raises(FormatError, match=rf"compressed data; rename it to end in \{suffix}, or decompress it"):
        load(bare)
    plain = tmp_path / f"plain.txt{suffix}"
    plain.write_bytes(data)
    with pytest.raises(
        FormatError, match="must be compressed, as its name says: got data without compression; rename it"
    ):
        load(plain)
    page = tmp_path / f"page.txt{suffix}"
    page.write_bytes(KINDS["an HTML page"][0])
    with pytest.raises(FormatError, match="as its name says: got an HTML page"):
        load(page)


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz"])
def test_corpora_are_compressed_as_their_names_say(tmp_path, suffix):
    plain = write(tmp_path, "words that are not compressed\n", "t.txt" + suffix)
    with pytest.raises(CorpusError, match="as its name says: got data without compression; rename it without the ext"):
        encode(plain, ALL)
    other = write(tmp_path, zipped("a.txt"), "u.txt" + suffix)
    with pytest.raises(CorpusError, match="as its name says: got a zip archive; unpack it"):
        encode(other, ALL)


def test_safetensors_under_another_name(tmp_path):
    save(tmp_path / "a.bin", Contents(["a"], np.ones((1, 2), np.float32)), "native")
    assert load(tmp_path / "a.bin").words == ["a"]
    for binary in (False, True):
        with pytest.raises(FormatError, match=r"it is a safetensors file; use KeyedVectors\.load"):
            load_word2vec(tmp_path / "a.bin", binary=binary)


@pytest.mark.parametrize(
    "word",
    ["<html>", "<!DOCTYPE", "<?xml", "{", '{"', "[", "PAR1", "BZh9", "</s>", "7z", "Rar!", "c"],
)
def test_words_that_look_like_another_kind(tmp_path, word):
    path = tmp_path / "a.txt"
    path.write_text(f"{word} 1 2\nb 3 4\n", encoding="utf-8")
    assert load(path).words == [word, "b"]


@given(st.text(min_size=1).filter(lambda word: word.split() == [word]), st.integers(1, 10**6), st.integers(1, 300))
def test_vectors_are_nothing_else(word, rows, dim):
    values = " 0.1" * dim
    assert kind_of(f"{rows} {dim}\n{word}{values}\n".encode(errors="replace")[:HEAD_BYTES], "vectors") is None
    assert (
        kind_of(f"{rows} {dim}\n".encode() + np.linspace(-1, 1, dim).astype("f4").tobytes()[:HEAD_BYTES], "vectors")
        is None
    )


@given(st.binary(max_size=512), st.sampled_from(["corpus", "vectors", "test set"]))
def test_any_bytes_get_an_answer(head, reader):
    kind = kind_of(head, reader)
    assert kind is None or (kind.name and kind.advice)
