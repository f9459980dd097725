"""Rows of `reach.py`: what is read. See there."""

import csv
import gzip
import importlib
import json
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

import w2v
from w2v.cli import main as command_line
from w2v.corpus.tokenizers import split_words

ALL = w2v.VocabularyConfig(min_count=1)
WORDS = w2v.TextOptions("words", threads=1)
COLUMN = w2v.TextOptions("words", column="text", threads=1)
SPLIT = w2v.TextOptions(threads=1)
AS_TEXT = 'text=TextOptions("words")'
AS_TABLE = 'text=TextOptions("words", column="text")'


@dataclass(frozen=True)
class Row:
    """One source or one tool.

    Attributes
    ----------
    name, command : str
        For the table.
    needs : str
        Modules, separated by spaces.
    given : function
        Makes what is passed to ``run``, before anything is measured.
    run : function
        What is measured.
    right : function
        From the result of ``run`` to whether it is what was expected.
    """

    name: str
    command: str
    needs: str
    given: Callable[[], Any]
    run: Callable[[Any], Any]
    right: Callable[[Any], bool]


def library(name: str) -> Any:
    """Import a library when a row needs it."""
    return importlib.import_module(name)


def write_files(folder: Path, lines: list[str]) -> None:
    """Write the text in every format that is read."""
    whole = "".join(line + "\n" for line in lines)
    (folder / "t.txt").write_text(whole, encoding="utf-8")
    rows = [{"id": i, "text": line} for i, line in enumerate(lines)]
    (folder / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "t.jsonl.gz").write_bytes(gzip.compress((folder / "t.jsonl").read_bytes()))
    with open(folder / "t.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", "text"])
        writer.writeheader()
        writer.writerows(rows)
    with suppress(ImportError):
        library("pyarrow.parquet").write_table(library("pyarrow").Table.from_pylist(rows), folder / "t.parquet")
    with suppress(ImportError):
        (folder / "t.txt.zst").write_bytes(library("zstandard").compress(whole.encode()))


def reading(text: w2v.TextOptions) -> Callable[[Any], Any]:
    """Return the function that encodes a corpus."""
    return lambda corpus: w2v.encode(corpus, ALL, text)


def refusal(corpus: Any) -> str:
    """Return the message of the error that encoding must raise."""
    try:
        w2v.encode(corpus, ALL, WORDS)
    except w2v.errors.W2VError as problem:
        return str(problem)
    return "no error"


def on_the_command_line(arguments: list[str]) -> Any:
    """Train, and return the vectors."""
    out = str(Path(arguments[0]).with_name("out.safetensors"))
    options = ["--min-count", "1", "--vector-size", "20", "--epochs", "1", "--workers", "1", "--quiet"]
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()) as said:
        status = command_line(["train", *arguments, "-o", out, *options])
    if status:
        raise SystemExit(said.getvalue())
    return w2v.KeyedVectors.load(out)


def same_as(expected: w2v.EncodedCorpus) -> Callable[[Any], bool]:
    """Return a check of a corpus, or of vectors: equal counts, and finite vectors."""
    counts = dict(zip(expected.vocabulary.words, expected.vocabulary.counts.tolist(), strict=True))

    def right(found: Any) -> bool:
        if isinstance(found, w2v.EncodedCorpus):
            found = w2v.train(found, w2v.TrainConfig(vector_size=20, epochs=1, workers=1)).vectors
        same = {word: int(found.get_vecattr(word, "count")) for word in found.index_to_key} == counts
        return same and bool(np.isfinite(found.vectors).all())

    return right


def sources(folder: Path, lines: list[str], address: str) -> Iterator[Row]:
    """Yield the rows of text, columns, tables, files and other machines; then those of errors, and of integers."""
    write_files(folder, lines)
    split = [words for words in map(split_words, lines) if words]
    right = same_as(w2v.encode(folder / "t.txt", ALL, WORDS))

    def text(name: str, what: str, needs: str, given: Callable[[], Any]) -> Row:
        return Row(name, f"encode({what}, {AS_TEXT})", needs, given, reading(WORDS), right)

    def table(name: str, what: str, needs: str, given: Callable[[], Any]) -> Row:
        return Row(name, f"encode({what}, {AS_TABLE})", needs, given, reading(COLUMN), right)

    def shell(name: str, needs: str, *options: str) -> Row:
        given = [str(folder / name), *options]
        command = " ".join(["w2v train", name, *options, "--tokenizer words"])
        return Row(name, command, needs, lambda: [*given, "--tokenizer", "words"], on_the_command_line, right)

    def dataset() -> Any:
        return library("datasets").Dataset.from_dict({"id": range(len(lines)), "text": lines})

    def frame(name: str) -> Any:
        return library(name).DataFrame({"id": range(len(lines)), "text": lines})

    def in_memory() -> str:
        library("fsspec").filesystem("memory").pipe("/t.txt", (folder / "t.txt").read_bytes())
        return "memory://t.txt"

    yield text("file of text", '"t.txt"', "", lambda: folder / "t.txt")
    yield text("list of str", "texts", "", lambda: lines)
    yield Row(
        "generator of str", f"encode(iter(texts), {AS_TEXT})", "", lambda: lines,
        lambda given: w2v.encode((line for line in given), ALL, WORDS), right,
    )  # fmt: skip
    for name in ("pandas", "polars"):
        yield text(f"column of {name}", 'frame["text"]', f"{name} pyarrow", lambda name=name: frame(name)["text"])
        yield table(f"data frame of {name}", "frame", f"{name} pyarrow", lambda name=name: frame(name))
    yield text("column of datasets", 'dataset["text"]', "datasets", lambda: dataset()["text"])
    yield table("dataset", "dataset", "datasets", dataset)
    yield table("stream of datasets", "stream", "datasets", lambda: dataset().to_iterable_dataset(num_shards=2))
    yield table("DuckDB", "relation", "duckdb pyarrow", lambda: library("duckdb").sql(f"from '{folder}/t.parquet'"))
    for name, needs, given in (
        ("lists of words", "", lambda: split),
        ("Arrow, lists of words", "pyarrow", lambda: library("pyarrow").array(split)),
    ):
        yield Row(name, "encode(sentences)", needs, given, reading(SPLIT), right)
    for name, needs in (("t.parquet", "pyarrow"), ("t.jsonl", ""), ("t.jsonl.gz", ""), ("t.csv", "")):
        yield table(name, f'"{name}"', needs, lambda name=name: folder / name)
        yield shell(name, needs, "--column", "text")
    yield text("t.txt.zst", '"t.txt.zst"', "zstandard", lambda: folder / "t.txt.zst")
    yield shell("t.txt.zst", "zstandard")
    yield text("another machine", '"memory://t.txt"', "fsspec", in_memory)
    yield text("the web", '"http://127.0.0.1/t.txt"', "fsspec aiohttp", lambda: f"{address}/t.txt")
    yield table("the web, Parquet", '"http://127.0.0.1/t.parquet"', "aiohttp pyarrow", lambda: f"{address}/t.parquet")
    yield from errors(folder)
    yield from integers()


def errors(folder: Path) -> Iterator[Row]:
    """Yield what cannot be read, and must say why."""
    for name in ("t.parquet", "t.jsonl", "t.csv"):
        columns = f"{name}, no column: an error that lists the columns"
        yield Row(columns, f'encode("{name}")', "pyarrow", lambda name=name: folder / name, refusal, lists_columns)
    yield Row(
        "missing value: an error that names the row", f'encode(pandas.Series(["a", None]), {AS_TEXT})', "pandas",
        lambda: library("pandas").Series(["a", None]), refusal, lambda said: "sentences[1]" in said,
    )  # fmt: skip


def lists_columns(said: str) -> bool:
    """Return whether an error lists the columns of our tables."""
    return "'id', 'text'" in said


def integers() -> Iterator[Row]:
    """Yield ids: uniform ones, ones with a Zipf distribution, and a model of them."""
    rng = np.random.default_rng(1)
    uniform, zipf = rng.integers(0, 2_000_000, 4_000_000), np.minimum(rng.zipf(1.2, 10_000_000), 50_000_000)

    def pair(ids: Any) -> Any:
        return ids, np.append(np.arange(0, len(ids), 40), len(ids))

    def counted(ids: Any, least: int) -> Callable[[Any], bool]:
        def right(found: w2v.EncodedCorpus) -> bool:
            numbers, counts = np.unique(ids, return_counts=True)
            words = np.array(found.vocabulary.words).astype(np.int64)
            order = np.argsort(words)
            same = np.array_equal(words[order], numbers[counts >= least])
            same &= np.array_equal(found.vocabulary.counts[order], counts[counts >= least])
            return bool(same) and found.vocabulary.numbers

        return right

    yield Row(
        "4 M integers of 2 M nodes", "encode((ids, offsets), VocabularyConfig(min_count=1))", "",
        lambda: pair(uniform), reading(SPLIT), counted(uniform, 1),
    )  # fmt: skip
    yield Row(
        "10 M integers, Zipf", "encode((ids, offsets))", "", lambda: pair(zipf),
        lambda corpus: w2v.encode(corpus, text=SPLIT), counted(zipf, 5),
    )  # fmt: skip
    yield Row(
        "integers in, integers out", "train(encode((ids, offsets))).vectors.matrix_by_id()", "",
        lambda: pair(uniform[:400_000] % 1000),
        lambda corpus: w2v.train(w2v.encode(corpus, text=SPLIT), w2v.TrainConfig(vector_size=20, epochs=1)).vectors,
        lambda found: all(np.array_equal(found[i], found.matrix_by_id()[i]) for i in range(1000)),
    )  # fmt: skip
