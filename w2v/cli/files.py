"""``w2v convert`` and ``w2v info``: convert and describe files."""

import os
import platform
from collections.abc import Callable
from typing import Any

import click
import numpy as np

from w2v import formats
from w2v.arguments import amount
from w2v.atomic_files import check_writable
from w2v.cli.command import check_vectors_output, command
from w2v.cli.inputs import lenient_option, read_contents
from w2v.cli.output import emit, json_option, tell
from w2v.cli.paths import WRITTEN_FILE
from w2v.errors import ConfigError
from w2v.facts import describe
from w2v.gensim_compat import bridge
from w2v.integrations.static_embedding import is_static_embedding, read_folder
from w2v.machine import available_memory, isa, processors, variants
from w2v.vectors import KeyedVectors
from w2v.version import __version__

FOLDERS: dict[str, Callable[[KeyedVectors, str], None]] = {
    "projector": KeyedVectors.to_projector,
    "static-embedding": KeyedVectors.to_static_embedding,
}
"""By the values of ``--to``: what writes a folder."""


@command()
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT", type=WRITTEN_FILE)
@click.option("--trust-pickle", is_flag=True, help="load IN, a pickle, through gensim, although this can run any code")
@click.option(
    "--to",
    type=click.Choice(sorted(FOLDERS)),
    help="make OUT a folder for model2vec and sentence-transformers, or for TensorBoard and the Embedding Projector",
)
@click.option("--int8", is_flag=True, help="write 8-bit codes, four times smaller; OUT ends in .safetensors")
@click.option(
    "--dims", type=click.IntRange(min=1), help="with --int8: reduce the vectors to this many dimensions (PCA)"
)
@lenient_option
@json_option
def convert(
    source: str,
    target: str,
    trust_pickle: bool,
    to: str | None,
    int8: bool,
    dims: int | None,
    lenient: bool,
    as_json: bool,
) -> None:
    """Convert vectors to another file or folder format.

    The extensions of IN and OUT determine the formats: .safetensors, .parquet, .bin, .txt or .vec, the last three also
    compressed. IN may also be a folder of model2vec; with --to, OUT is a folder.

    Files that gensim wrote with save() are pickles, which can run any code when they are loaded, so they are refused. If
    you trust the origin of a file, --trust-pickle loads it through gensim. An OUT that ends in .safetensors also contains
    the counts and, of a skip-gram model, the output vectors, so that it can be trained further. The vectors of other
    models (CBOW, hierarchical softmax, FastText) can be used, but not trained further. With --lenient, words
    that the format of OUT cannot hold, such as words with spaces in .txt, are left out and counted.
    """
    _check_smaller(target, to, int8, dims)
    if to is None:
        check_vectors_output(target, "OUT")
        check_writable(target)
    if trust_pickle:
        bridge.gensim_version()
        tell(f"w2v: {source}: {bridge.RISK}")
        contents = bridge.load_pickled(source)
    else:
        contents = read_contents(source, lenient)
    if to is not None:
        FOLDERS[to](KeyedVectors.from_contents(contents), target)
    elif int8:
        smaller = KeyedVectors.from_contents(contents).quantized(dims)
        smaller.save(target)
        contents = smaller.contents()
        tell(f"w2v: {target}: {smaller.overlap:.1%} of the 10 nearest neighbours of words stay the same")
    else:
        if lenient:
            contents = _storable_part(target, contents)
        formats.save(target, contents, None if formats.has_format(target) else "native")
    kind = contents.metadata.get("converted_from", "")
    if trust_pickle and "KeyedVectors" not in kind and "config" not in contents.metadata:
        tell(
            f"w2v: {source} was a {kind}; its vectors are kept, but w2v, which trains only skip-gram with negative "
            "sampling, cannot train it further"
        )
    rows, dim = contents.vectors.shape
    emit(
        {"input": source, "output": target, "words": rows, "dim": dim},
        f"{target}: {amount(rows, 'word')} x {dim}",
        as_json,
    )


def _check_smaller(target: str, to: str | None, int8: bool, dims: int | None) -> None:
    if dims is not None and not int8:
        raise ConfigError("dims must come with --int8: got it alone; add --int8")
    if int8 and (to is not None or not target.lower().endswith(".safetensors")):
        raise ConfigError(f"int8 must be written to a file that ends in .safetensors: got {target}")


def _storable_part(target: str, contents: formats.Contents) -> formats.Contents:
    kept = formats.storable_part(target, contents)
    left_out = len(contents.words) - len(kept.words)
    if left_out:
        tell(f"w2v: {target}: words left out, because the format cannot hold them: {left_out:,}; .safetensors can")
    return kept


@command()
@click.argument("model", required=False)
@lenient_option
@json_option
def info(model: str | None, lenient: bool, as_json: bool) -> None:
    """Describe a model file or folder, or this installation.

    With MODEL: its contents and how it was trained. Without: version, instruction sets, processors and memory.
    """
    data = _about_installation() if model is None else _about_model(model, lenient)
    emit(data, describe(data), as_json)


def _about_installation() -> dict[str, Any]:
    return {
        "w2v": __version__,
        "isa": isa(),
        "isa_available": variants(),
        "processors": processors(),
        "memory_available_bytes": available_memory(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "platform": platform.platform(),
    }


def _about_model(path: str, lenient: bool) -> dict[str, Any]:
    size = os.stat(path).st_size
    if is_static_embedding(path):
        contents = read_folder(path)
        about = {"words": len(contents.words), "dim": contents.vectors.shape[1], "counts": contents.counts is not None}
        return {"folder": path, "schema": "model2vec", **about, "metadata": contents.metadata}
    if formats.is_native(path):
        return {"file": path, "bytes": size, **formats.read_metadata(path)}
    if formats.is_parquet(path):
        return {"file": path, "bytes": size, **formats.read_parquet_metadata(path)}
    contents = read_contents(path, lenient)
    return {
        "file": path,
        "bytes": size,
        "words": len(contents.words),
        "dim": contents.vectors.shape[1],
        **contents.metadata,
    }
