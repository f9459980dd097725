"""Vectors and word pairs as inputs of commands: ``--lenient``, ``--columns``, and what is said about repairs."""

from typing import Any

import click

from w2v import formats
from w2v.cli.output import tell
from w2v.errors import ConfigError
from w2v.formats import Contents
from w2v.integrations.static_embedding import is_static_embedding, read_folder
from w2v.vectors import KeyedVectors


def lenient_option(function: Any) -> Any:
    """Add ``--lenient``."""
    text = (
        "read a .txt, .vec or .bin file as it is: duplicates, words with spaces, no last newline, wrong number of rows; "
        "repairs are reported"
    )
    return click.option("--lenient", is_flag=True, help=text)(function)


def columns_option(function: Any) -> Any:
    """Add ``--columns``."""
    text = "--pairs: columns of the two words and the score, by name or number, such as word1,word2,score or 1,2,4"
    return click.option("--columns", metavar="A,B,SCORE", help=text)(function)


def read_contents(path: str, lenient: bool) -> Contents:
    """Read a file of vectors, or a folder of model2vec; report repairs on stderr."""
    if is_static_embedding(path):
        return read_folder(path)
    contents = formats.load(path, strict=not lenient)
    if contents.metadata.get("repairs") and not formats.is_native(path):
        tell(f"w2v: {formats.describe_repairs(path, contents.metadata['repairs'])}")
    return contents


def read_vectors(path: str, lenient: bool) -> KeyedVectors:
    """Read a file of vectors for queries; report repairs on stderr."""
    if not is_static_embedding(path) and formats.is_native(path):
        return KeyedVectors.load(path)  # sooner: words get their rows while the matrix is verified
    return KeyedVectors.from_contents(read_contents(path, lenient))


def integers(option: str, text: str, most: int) -> tuple[int, ...]:
    """Return one or more different integers from 1, separated by commas."""
    try:
        found = tuple(int(part) for part in text.split(","))
    except ValueError:
        found = ()
    if not found or len(set(found)) < len(found) or not all(1 <= number <= most for number in found):
        raise ConfigError(
            f"{option} must be integers from 1 to {most} separated by commas, each once, such as 4,16: got {text!r}"
        )
    return found
