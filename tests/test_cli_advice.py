"""Advice on the command line names options and files, never a parameter or a method of the Python API."""

import gzip
import re

import numpy as np
import pytest

from w2v import KeyedVectors
from w2v.cli import main

WORDS = [f"w{i}" for i in range(30)]
# What no command does, Python or gensim may: the advice then begins with these words.
ALLOWED = re.compile(r"in (?:Python|gensim), [^;]*")
PYTHON = re.compile(
    r"\b\w+=(?!\d)\S|=(?:True|False|None)|\bstrict\b|\b(?:KeyedVectors|Word2Vec|TextOptions|TrainConfig)\b|\w\(|\bw2v\.\w|"
    r"\b(?:load|save)_\w+|\b(?:no_header|unicode_errors|as_lines)\b|\blimit="
)


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    vectors = KeyedVectors.from_arrays(WORDS, np.random.default_rng(1).normal(size=(30, 5)).astype(np.float32))
    vectors.save("v.safetensors")
    (tmp_path / "text.txt").write_text("\n".join(" ".join(WORDS) for _ in range(30)), encoding="utf-8")
    return tmp_path


def said(capsys, *arguments):
    """Run a command that fails; return what it says, checked."""
    assert main(list(arguments)) != 0
    message = capsys.readouterr().err
    assert not PYTHON.search(ALLOWED.sub("", message)), message
    return message


def rows(matrix):
    return b"%d %d\n" % matrix.shape + b"".join(b"w%d " % i + row.tobytes() for i, row in enumerate(matrix))


MATRIX = np.random.default_rng(1).normal(size=(30, 30)).astype("<f4")
VECTOR_FILES = {
    "latin1.vec": ("2 2\né 1 2\nü 3 4\n".encode("latin-1"), r"iconv -f cp1252 -t utf-8; --lenient reads it anyway"),
    "utf16.vec": ("2 2\né 1 2\n".encode("utf-16"), "iconv"),
    "text.bin": (b"2 2\na 1 2\nb 3 4\n", r"its rows are text; let its name end in \.txt"),
    "words.bin": (b"a 1 2\nb 3 4\n", r"let its name end in \.txt"),
    "binary.txt": (b"a \x00\x01\x02 b \x05\n", r"let its name end in \.bin"),
    "rows.txt": (rows(MATRIX), r"in word2vec's binary format, let its name end in \.bin"),
    "big.bin": (rows(MATRIX.astype(">f4")), "big-endian"),
    "double.bin": (rows(MATRIX.astype("<f8")), "float64"),
    "half.bin": (rows(MATRIX.astype("<f2")), "float16"),
    "numbers.txt": (b"0.1 0.2 0.3\n0.4 0.5 0.6\n", "write a line with the numbers of rows and of values above them"),
    "counts.txt": (b"the 100\nof 90\n", "write a line with the numbers of rows and of values above rows of 1 value"),
    "columns.txt": (b"word 0 1 2\na 1 2 3\n", "--lenient reads it as a word"),
    "twice.txt": (b"a 1 2\na 3 4\n", "--lenient keeps the first"),
    "space.txt": (b"a 1 2\nb c 3 4\n", "--lenient reads it as it is"),
    "blank.txt": (b"a 1 2\n\nb 3 4\n", "--lenient skips it"),
    "newline.txt": (b"a 1 2\nb 3 4", "--lenient reads it"),
    "more.txt": (b"1 2\na 1 2\nb 3 4\n", "--lenient reads them all"),
    "fewer.txt": (b"2 2\na 1 2.00000000000\n", "damaged"),
    "comma.txt": (b"a;1;2\nb;3;4\n", "separated by spaces or tabs"),
    "decimal.txt": (b"2 2\na 1,5 2\nb 3 4\n", "decimal point"),
    "nan.txt": (b"a 1 nan\n", "finite"),
    "page.txt": (b"<html><body>", "download the file itself"),
    "list.txt": (b'{"a": [1, 2]}', "in Python, pass words and vectors to KeyedVectors"),
    "array.vec": (b"\x93NUMPY\x01\x00", "in Python, pass words and vectors to KeyedVectors"),
    "table.vec": (b"ARROW1\x00\x00", "in Python, pass words and vectors to KeyedVectors"),
    "archive.vec": (b"PK\x03\x04abc", "unpack it"),
    "pickle.vec": (b"\x80\x04N.", "--trust-pickle"),
    "gensim.kv": (b"\x80\x04N.", "--trust-pickle"),
    "plain.vec.gz": (b"a 1 2\nb 3 4\n", "rename it without"),
    "large.vec.gz": (gzip.compress(b"9000000000000 300\na 1\n"), "read a file with only its first rows"),
    "other.xyz": (b"a 1 2\n", "must be one of"),
}


@pytest.mark.parametrize("name", VECTOR_FILES)
@pytest.mark.parametrize("command", ["info", "convert", "evaluate", "neighbors", "geometry", "resume"])
def test_files_of_vectors(place, capsys, name, command):
    data, advice = VECTOR_FILES[name]
    (place / name).write_bytes(data)
    (place / "pairs.txt").write_text("w1 w2 1\nw3 w4 2\n", encoding="ascii")
    commands = {
        "info": ["info", name],
        "convert": ["convert", name, "out.bin"],
        "evaluate": ["evaluate", name],
        "neighbors": ["neighbors", name, "a"],
        "geometry": ["geometry", name, "--pairs", "pairs.txt"],
        "resume": ["train", "text.txt", "-o", "out.bin", "--resume", name],
    }
    if command == "resume":
        said(capsys, *commands[command])
    else:
        assert re.search(advice, said(capsys, *commands[command]))


TEXTS = {
    "latin1.txt": "é ü à è ç ô\n".encode("latin-1") * 20,
    "utf16.txt": "a b c\n".encode("utf-16"),
    "utf16le.txt": ("a b c " * 20).encode("utf-16-le"),
    "nul.txt": b"a b \0 c\n",
    "table.csv": b"a,b\n1,2\n",
    "page.txt": b"<html><body>",
    "feed.txt": b"<?xml version='1.0'?>",
    "lists.txt": b'["a", "b"]\n',
    "records.txt": b'{"a": 1}\n',
    "array.npy": b"\x93NUMPY\x01\x00",
    "pickle.txt": b"\x80\x04N.",
    "word.txt": b"PK\x03\x04 word/",
    "movie.txt": b"1\n00:00:01,000 --> 00:00:02,000\nhi\n",
    "genes.txt": b">x\n" + b"ACGT" * 20 + b"\n",
    "empty.txt": b"",
    "rare.txt": b"a b c\n",
    "long.txt": b"x" * 70_000,
    "plain.txt.gz": b"a b c d e f g h\n",
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("tokenizer", ["whitespace", "words"])
def test_texts(place, capsys, name, tokenizer):
    (place / name).write_bytes(TEXTS[name])
    said(capsys, "train", name, "-o", "out.bin", "--tokenizer", tokenizer)
    said(capsys, "geometry", "v.safetensors", "--corpus", name, "--tokenizer", tokenizer)


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "no such file, this is text itself", "-o", "o.bin"],
        ["train", "text.txt", "-o", "o.csv"],
        ["train", "text.txt", "-o", "o.bin", "--tokenizer", "none.json"],
        ["train", "text.txt", "-o", "o.bin", "--encoding", "klingon"],
        ["train", "text.txt", "-o", "o.bin", "--window", "0"],
        ["train", "text.txt", "-o", "o.bin", "--min-count", "99"],
        ["train", "https://example.org/text.txt", "-o", "o.bin"],
        ["convert", "v.safetensors", "o.csv"],
        ["convert", "v.safetensors", "o.parquet.gz"],
        ["neighbors", "v.safetensors", "unknown"],
        ["evaluate", "v.safetensors", "--pairs", "text.txt"],
        ["evaluate", "v.safetensors", "--pairs", "scores.csv"],
        ["evaluate", "v.safetensors", "--pairs", "scores.csv", "--columns", "1,2,9"],
        ["evaluate", "v.safetensors", "--analogies", "text.txt"],
        ["geometry", "v.safetensors", "--output-vectors"],
        ["similarity", "v.safetensors", "w1", "unknown"],
    ],
)
def test_other_errors(place, capsys, arguments):
    (place / "scores.csv").write_text("a,b,c,d\nw1,w2,3,4\n", encoding="utf-8")
    said(capsys, *arguments)
