"""Rows of `reach.py`: tools that read what is written. See there."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from reach_sources import Row, library

import w2v
from w2v.corpus.tokenizers import split_words


def tools(folder: Path, lines: list[str], vectors: w2v.KeyedVectors) -> Iterator[Row]:
    """Yield the rows of tables, models of sentences, scikit-learn, search, and of everything else."""
    yield from tables(folder, vectors)
    yield from sentence_models(folder, lines[:1000], vectors)
    yield from searches(folder, vectors)
    yield from editing(vectors)


def row(name: str, command: str, needs: str, run: Callable[[Any], Any], right: Callable[[Any], bool]) -> Row:
    """Return a row that needs nothing before it is measured."""
    return Row(name, command, needs, lambda: None, run, right)


# ---------------------------------------------------------------------------------------------------------------- tables


def tables(folder: Path, vectors: w2v.KeyedVectors) -> Iterator[Row]:
    """Yield Arrow, pandas, Parquet, and what reads Parquet."""
    path, dim = folder / "v.parquet", vectors.vector_size

    def equal(words: Any, matrix: Any) -> bool:
        rows = np.array([np.asarray(one, np.float32) for one in matrix])
        return list(words) == vectors.index_to_key and bool((rows == vectors.vectors).all())

    def columns(found: Any) -> bool:
        return equal(found["word"].to_pylist(), found["vector"].to_pylist())

    def saved(name: str) -> Callable[[Any], Any]:
        return lambda given: vectors.save(folder / name)

    def loads(name: str) -> Callable[[Any], bool]:
        return lambda found: equal(*parts(w2v.KeyedVectors.load(folder / name)))

    yield row("Arrow", "vectors.to_arrow()", "pyarrow", lambda given: vectors.to_arrow(), columns)
    yield row(
        "pandas", "vectors.to_pandas()", "pyarrow pandas", lambda given: vectors.to_pandas(),
        lambda found: equal(found["word"], found["vector"]),
    )  # fmt: skip
    yield row("Parquet", 'vectors.save("v.parquet")', "pyarrow", saved("v.parquet"), loads("v.parquet"))
    yield row(
        "Parquet", 'KeyedVectors.load("v.parquet")', "pyarrow", lambda given: w2v.KeyedVectors.load(path),
        lambda found: equal(*parts(found)),
    )  # fmt: skip
    yield row(
        "Polars", 'polars.read_parquet("v.parquet")', "polars pyarrow",
        lambda given: library("polars").read_parquet(path), lambda found: equal(found["word"], found["vector"]),
    )  # fmt: skip
    query = f"select word, vector::FLOAT[{dim}] from 'v.parquet'"
    yield row(
        "DuckDB", query, "duckdb pyarrow",
        lambda given: library("duckdb").sql(query.replace("v.parquet", str(path))).fetchall(),
        lambda found: equal(*zip(*found, strict=True)),
    )  # fmt: skip
    yield row(
        "LanceDB", 'database.create_table("v", vectors.to_arrow())', "lancedb pyarrow",
        lambda given: lance(folder, vectors), lambda found: [one["word"] for one in found][1:] == nearest(vectors, 3),
    )  # fmt: skip
    yield row("a frame of neighbours", 'vectors.neighbours_frame(["the"])', "pandas", lambda given: frame(vectors), len)
    yield row(
        "int8", 'vectors.quantized().save("q.safetensors")', "",
        lambda given: quantized(folder, vectors), lambda kept: kept > 0.9,
    )  # fmt: skip


def parts(vectors: w2v.KeyedVectors) -> tuple[Any, Any]:
    """Return words and rows."""
    return vectors.index_to_key, vectors.vectors


def nearest(vectors: w2v.KeyedVectors, topn: int) -> list[str]:
    """Return the nearest words of the most frequent word."""
    return [word for word, _ in vectors.most_similar(vectors.index_to_key[0], topn=topn)]


def frame(vectors: w2v.KeyedVectors) -> Any:
    """Return a data frame of neighbours."""
    return vectors.neighbours_frame(vectors.index_to_key[:10])


def quantized(folder: Path, vectors: w2v.KeyedVectors) -> float:
    """Write 8-bit codes; return the share of the neighbours that stay."""
    smaller = vectors.quantized()
    smaller.save(folder / "q.safetensors")
    return float(smaller.overlap)


def lance(folder: Path, vectors: w2v.KeyedVectors) -> Any:
    """Return the rows that LanceDB finds near the most frequent word, itself the first."""
    database = library("lancedb").connect(folder / "lance")
    table = database.create_table("v", vectors.to_arrow(), mode="overwrite")
    return table.search(vectors.vectors[0]).distance_type("cosine").limit(4).to_list()


# ------------------------------------------------------------------------------------------------------ sentence models


def sentence_models(folder: Path, lines: list[str], vectors: w2v.KeyedVectors) -> Iterator[Row]:
    """Yield the folder that is a static embedding, who reads it, and the Hub."""
    static = folder / "static"
    known = [[word for word in split_words(line) if word in vectors.key_to_index] for line in lines]
    expected = np.array([vectors[words].mean(0) if words else np.zeros(vectors.vector_size) for words in known])

    def near(found: Any) -> bool:
        return bool(np.abs(np.asarray(found) - expected).max() < 1e-6)

    yield row(
        "folder of a static embedding", 'vectors.to_static_embedding("static")', "",
        lambda given: vectors.to_static_embedding(static), lambda found: (static / "modules.json").is_file(),
    )  # fmt: skip
    yield Row(
        "model2vec: means of 1,000 texts", 'StaticModel.from_pretrained("static").encode(texts)', "model2vec",
        lambda: library("model2vec").StaticModel.from_pretrained(static), lambda model: model.encode(lines), near,
    )  # fmt: skip
    yield Row(
        "sentence-transformers: the same", 'SentenceTransformer("static").encode(texts)', "sentence_transformers",
        lambda: library("sentence_transformers").SentenceTransformer(str(static), device="cpu"),
        lambda model: model.encode(lines), near,
    )  # fmt: skip
    yield row(
        "Hub, both ways through a folder", 'vectors.push_to_hub("me/v"); KeyedVectors.from_hub("me/v")',
        "huggingface_hub", lambda given: through_the_hub(folder, vectors),
        lambda found: found.index_to_key == vectors.index_to_key and bool((found.vectors == vectors.vectors).all()),
    )  # fmt: skip
    yield row(
        "scikit-learn: a pipeline", "make_pipeline(Word2VecVectorizer(vectors), LogisticRegression()).fit(texts, labels)",
        "sklearn scipy", lambda given: classified(lines, vectors), lambda score: score > 0.6,
    )  # fmt: skip


def through_the_hub(folder: Path, vectors: w2v.KeyedVectors) -> w2v.KeyedVectors:
    """Push to a folder in the layout of the cache of huggingface_hub, and load from it without a network."""
    hub, commit = library("huggingface_hub"), "0" * 40
    home = folder / "hub" / "models--me--v"

    class Api:
        def __init__(self, token: str | None = None) -> None:
            pass

        def create_repo(self, repo_id: str, **options: Any) -> None:
            (home / "refs").mkdir(parents=True, exist_ok=True)
            (home / "refs" / "main").write_text(commit)

        def upload_folder(self, *, repo_id: str, folder_path: str, commit_message: str) -> Any:
            shutil.copytree(folder_path, home / "snapshots" / commit, dirs_exist_ok=True)
            return type("Commit", (), {"commit_url": "folder"})

    download = partial(hub.snapshot_download, cache_dir=folder / "hub", local_files_only=True)
    with patch.object(hub, "HfApi", Api), patch.object(hub, "snapshot_download", download):
        vectors.push_to_hub("me/v")
        return w2v.KeyedVectors.from_hub("me/v")


def classified(lines: list[str], vectors: w2v.KeyedVectors) -> float:
    """Return the accuracy of telling lines that contain "the" twice from others, which is no more than an example."""
    labels = [split_words(line).count("the") > 1 for line in lines]
    pipeline = library("sklearn.pipeline").make_pipeline(
        library("w2v.integrations.sklearn").Word2VecVectorizer(vectors, pooling="sum"),
        library("sklearn.linear_model").LogisticRegression(max_iter=1000),
    )
    return float(pipeline.fit(lines, labels).score(lines, labels))


# -------------------------------------------------------------------------------------------------------------- searches


def searches(folder: Path, vectors: w2v.KeyedVectors) -> Iterator[Row]:
    """Yield usearch, spaCy and TensorBoard's files."""
    truth = nearest(vectors, 5)
    for exact, name in ((True, "usearch, exact"), (False, "usearch, a graph")):
        yield row(
            name, f"vectors.to_usearch(exact={exact})", "usearch", lambda given, exact=exact: vectors.to_usearch(exact),
            lambda index: (
                [word for word, _ in index.search(vectors.index_to_key[0], 5)[0]] == truth and index.recall > 0.9
            ),
        )  # fmt: skip
    yield row(
        "TensorBoard, Embedding Projector", 'vectors.to_projector("projector")', "",
        lambda given: vectors.to_projector(folder / "projector"), lambda found: projected(folder / "projector", vectors),
    )  # fmt: skip
    yield row(
        "spaCy", "python -m spacy init vectors en v.vec spacy; spacy.load", "spacy",
        lambda given: in_spacy(folder, vectors),
        lambda found: bool(np.abs(found[vectors.index_to_key[5]].vector - vectors.vectors[5]).max() < 1e-5),
    )  # fmt: skip


def projected(folder: Path, vectors: w2v.KeyedVectors) -> bool:
    """Return whether both TSV files have a row for each word, the same values to six digits."""
    rows = np.loadtxt(folder / "vectors.tsv", delimiter="\t", dtype=np.float32)
    lines = (folder / "metadata.tsv").read_text(encoding="utf-8").splitlines()
    names = [line.split("\t")[0] for line in lines[1:]]
    return names == vectors.index_to_key and bool(np.allclose(rows, vectors.vectors, atol=1e-5))


def in_spacy(folder: Path, vectors: w2v.KeyedVectors) -> Any:
    """Return spaCy's vocabulary with our vectors, by its own command."""
    vectors.save(folder / "v.vec")
    command = [sys.executable, "-m", "spacy", "init", "vectors", "en", str(folder / "v.vec"), str(folder / "spacy")]
    subprocess.run(command, check=True, capture_output=True)
    return library("spacy").load(folder / "spacy").vocab


def editing(vectors: w2v.KeyedVectors) -> Iterator[Row]:
    """Yield notebooks, and selections of words."""
    some = vectors.index_to_key[:100]
    yield row(
        "notebooks", "vectors._repr_html_()", "", lambda given: vectors._repr_html_(), lambda html: "<table" in html
    )
    yield row(
        "subset", "vectors.subset(words)", "", lambda given: vectors.subset(some), lambda v: v.index_to_key == some
    )
    yield row("drop", "vectors.drop(words)", "", lambda given: vectors.drop(some), lambda v: some[0] not in v)
    yield row(
        "rename", "vectors.rename({a: b})", "", lambda given: vectors.rename({some[0]: "b b"}), lambda v: "b b" in v
    )
    yield row(
        "merge", "vectors.merge(other)", "", lambda given: vectors.subset(some).merge(vectors),
        lambda v: len(v) == len(vectors),
    )  # fmt: skip
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(vectors.vector_size,) * 2))[0]
    yield Row(
        "align, and drift", "vectors.align_to(other).drift", "",
        lambda: w2v.KeyedVectors.from_arrays(vectors.index_to_key, vectors.vectors @ turn),
        lambda other: vectors.align_to(other), lambda found: float(found.drift.max()) < 1e-5,
    )  # fmt: skip
