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
    (place / "q.txt").write_text(": s\nw1 w2 w3 w4\n", encoding="ascii")
    commands = {
        "info": ["info", name],
        "convert": ["convert", name, "out.bin"],
        "evaluate": ["evaluate", name, "--analogies", "q.txt"],
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


def ran(capsys, *arguments):
    """Run a command that succeeds; return what it prints."""
    assert main(list(arguments)) == 0
    return capsys.readouterr()


def test_a_pattern_is_a_corpus(place, capsys):
    for name in ("b.txt", "a.txt", "[c].txt"):
        (place / name).write_text(f"{name} x y z\n" * 9, encoding="utf-8")
    for command in (["train", "-o", "o.bin", "--quiet"], ["phrases", "-o", "o.tsv"]):
        ran(capsys, *command, "?.txt")
    assert KeyedVectors.load("o.bin").index_to_key == ["z", "y", "x", "b.txt", "a.txt"]
    ran(capsys, "train", "[c].txt", "-o", "o.bin", "--quiet")  # a file of that name
    assert "[c].txt" in KeyedVectors.load("o.bin")
    for command in (["train", "-o", "o.bin"], ["phrases", "-o", "o.tsv"], ["compare"], ["study", "-o", "o"]):
        assert "no such file, and no file that this pattern matches" in said(capsys, *command, "q*.txt")
    KeyedVectors.load("v.safetensors").save("v.bin")
    for command in (["info", "v*.bin"], ["neighbors", "v*.bin", "w1"], ["convert", "v*.bin", "o.txt"]):
        assert "patterns are matched only for a corpus, so pass one file" in said(capsys, *command)
    assert "so pass each file" in said(capsys, "evaluate", "v.bin", "--pairs", "p*.txt")


def test_an_output_may_have_no_extension_or_one_of_gensim(place, capsys):
    for name in ("z.model", "z", "z.kv"):
        ran(capsys, "train", "text.txt", "-o", name, "--quiet", "--epochs", "1", "--whole-model")
        assert "w1" in ran(capsys, "neighbors", name, "w2", "-n", "29").out
        ran(capsys, "convert", "v.safetensors", name)
        assert KeyedVectors.load(name).index_to_key == WORDS
    for name in ("z.csv", "z.npy", "z.txt.zip", "z.xyz"):
        assert "must be one of .safetensors" in said(capsys, "train", "text.txt", "-o", name)
        assert "must be one of .safetensors" in said(capsys, "convert", "v.safetensors", name)
    assert "ends in .safetensors" in said(capsys, "train", "text.txt", "-o", "z.bin", "--whole-model")


def test_the_order_of_arguments_and_of_columns(place, capsys):
    (place / "pairs.txt").write_text("1.5 w1 w2\n2.5 w3 w4\n", encoding="ascii")
    (place / "equal.txt").write_text("w1 w2 1\nw3 w4 1\n", encoding="ascii")
    for arguments in (["v.safetensors", "equal.txt"], ["equal.txt", "v.safetensors"]):
        assert re.search(
            r"called as w2v evaluate \[OPTIONS\] MODEL; test sets are given with --pairs FILE and --analogies FILE",
            said(capsys, "evaluate", *arguments),
        )
    assert "called as w2v similarity [OPTIONS] MODEL A B" in said(capsys, "similarity", "v.safetensors", "a", "b", "c")
    message = said(capsys, "evaluate", "v.safetensors", "--pairs", "v.safetensors")
    assert "it is a file of vectors or tensors (.safetensors); pass a text file; the model comes first" in message
    assert "to query vectors, use w2v neighbors" in said(capsys, "train", "v.safetensors", "-o", "o.bin")
    message = said(capsys, "evaluate", "v.safetensors", "--pairs", "pairs.txt")
    assert "if the score comes first, choose the columns, as in --columns '2,3,1'" in message
    assert "undefined" not in ran(capsys, "evaluate", "v.safetensors", "--pairs", "pairs.txt", "--columns", "2,3,1").out
    assert (
        "(all scores, or all cosines, are equal), 2 of 2"
        in ran(capsys, "evaluate", "v.safetensors", "--pairs", "equal.txt").out
    )


def test_phrases_of_an_empty_text_are_an_error(place, capsys):
    (place / "empty.txt").write_text(" \n", encoding="ascii")
    assert "empty.txt must contain words: got none" in said(capsys, "phrases", "empty.txt", "-o", "o.tsv")
    assert not (place / "o.tsv").exists()


@pytest.mark.parametrize("column", ["q", "t"])
def test_columns_are_named_by_the_option(place, capsys, column):
    (place / "t.jsonl").write_text('{"t": [["a", "b"]], "m": {"x": "a b"}}\n' * 9, encoding="utf-8")
    (place / "t.csv").write_text("id,a text\n" + "1,the cat\n" * 9, encoding="utf-8")
    message = said(capsys, "train", "t.jsonl", "--column", column, "-o", "o.bin")
    assert (
        "make each of the inner lists" if column == "t" else "pass --column NAME with one of these names"
    ) in message
    assert "m.x" in said(capsys, "train", "t.jsonl", "--column", "m", "-o", "o.bin")
    assert "got 'id', 'a text'; pass --column NAME" in said(capsys, "train", "t.csv", "--column", column, "-o", "o.bin")
    (place / "t.xlsx").write_bytes(b"PK\x03\x04....[Content_Types].xml xl/workbook.xml")
    for arguments in ([], ["--column", "t"]):
        assert "save it as CSV (UTF-8), and pass the column of its text: --column NAME" in said(
            capsys, "train", "t.xlsx", "-o", "o.bin", *arguments
        )
