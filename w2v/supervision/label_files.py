"""Pairs of items and labels from files, folders and tables."""

import contextlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from w2v.config import TextOptions
from w2v.corpus import json_lines, separated_values
from w2v.corpus.lines import Lines
from w2v.corpus.source_files import extension, find_sources, opened
from w2v.corpus.table_files import ARROW, CSV, JSON, arrow_parts, table_format
from w2v.corpus.table_objects import items_of, parts_of
from w2v.errors import ConfigError, CorpusError

CELLS = {JSON: json_lines.cells, CSV: separated_values.values}
FROM_FASTTEXT = (
    r"""awk '{label = $1; sub(/__label__/, "", label); gsub(/__label__[^ \t]*[ \t]*/, ""); gsub(/\t/, " "); """
    r"""print label "\t" $0}'"""
)
"""What takes the first label of each line."""
Pairs = Iterator[tuple[Any, Any]]
Names = tuple[str, str]


def line_pairs(path: str, text: TextOptions) -> Pairs:
    """Yield the two fields of each line of a file; lines that begin with ``#`` and have no tab are comments.

    Raises
    ------
    CorpusError
        If the file cannot be read, is a table without named columns, or a line has not two fields.
    """
    if extension(path) != ".tsv":
        _not_a_table(path, text)
    for place, line in _lines(path, text):
        fields = line.split("\t")
        if len(fields) == 1 and line.startswith("#"):
            continue
        if len(fields) != 2 and line.startswith("__label__"):
            raise CorpusError(
                f"{place} must be two fields with a tab between them: got a label as fastText writes it, {line[:40]!r}; put "
                f"a tab after it, and leave out all but one, for example with {FROM_FASTTEXT}"
            )
        if len(fields) != 2:
            raise CorpusError(
                f"{place} must be two fields with a tab between them, a word and its label or a label and its text: got "
                f'{len(fields)} ({line[:60]!r}); for a table, pass column="NAME" and label_column="NAME"'
            )
        yield fields[0], fields[1]


def _not_a_table(source: str, text: TextOptions) -> None:
    try:
        table_format([source], text)  # the error lists the columns
    except CorpusError as problem:
        raise CorpusError(f'{problem}; pass label_column="NAME" for that of the labels') from None


def table_pairs(path: str, names: Names, text: TextOptions) -> Pairs:
    """Return the pairs of two columns of files that are tables.

    Raises
    ------
    CorpusError
        If they cannot be read, or have no such column.
    ConfigError
        If they are no tables.
    """
    sources = find_sources(path)
    kind = table_format(sources, _options(text, names[0]))
    columns = [list(_cells(sources, str(kind), name, text)) for name in names]
    return zip(*columns, strict=True)


def columns_of(table: Any, names: Names) -> tuple[list[Any], list[Any]]:
    """Return two columns of a data frame, a dataset, records, or a mapping of columns.

    Raises
    ------
    ConfigError
        If the columns differ in length, or it is no table.
    CorpusTypeError
        If it has no such column.
    """
    if isinstance(table, Mapping):
        missing = [name for name in names if name not in table]
        if missing:
            raise ConfigError(f"labels must have the column {missing[0]!r}: got {', '.join(map(repr, table))[:200]}")
        first, second = (list(table[name]) for name in names)
    else:
        table = list(table) if isinstance(table, Iterator) else table
        first, second = (_column(table, name) for name in names)
    if len(first) != len(second):
        raise ConfigError(f"columns must be of the same length: got {len(first)} and {len(second)}")
    return first, second


def _column(table: Any, name: str) -> list[Any]:
    parts = parts_of(table, name)
    if parts is None:
        return list(items_of(table, name))
    return [cell for part in parts for cell in part.array.to_pylist()]


def folder_pairs(path: str, text: TextOptions) -> tuple[Pairs, str, str] | None:
    """Return the pairs of a folder, its name and its layout; None for a path that is no folder.

    Raises
    ------
    CorpusError
        If it has neither subfolders nor files, or both.
    """
    folder = Path(path)
    if not folder.is_dir():
        return None
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    folders = [entry for entry in entries if entry.is_dir()]
    if not entries or 0 < len(folders) < len(entries):
        got = "both" if entries else "nothing"
        raise CorpusError(
            f"{folder} must have a subfolder per label, whose files are texts, or a file per label, whose lines are: got "
            f"{got}"
        )
    if folders:
        return _files(folders, text), str(folder), "a folder per label, a text per file"
    return _topics(entries, text), str(folder), "a file per label, a text per line"


def _files(folders: list[Path], text: TextOptions) -> Pairs:
    for folder in folders:
        for source in find_sources(folder):
            yield " ".join(line for _, line in _lines(source, text)), folder.name


def _topics(files: list[Path], text: TextOptions) -> Pairs:
    for file in files:
        label = file.name[: -len("".join(file.suffixes))] if file.suffixes else file.name
        yield from ((line, label) for _, line in _lines(str(file), text))


def text_lines(path: Any, column: str | None, text: TextOptions) -> Iterator[str]:
    """Yield the lines of files, or the values of a column of tables.

    Raises
    ------
    CorpusError
        If they cannot be read.
    """
    sources = find_sources(path)
    kind = table_format(sources, _options(text, column) if column is not None else text)
    if kind is None or column is None:
        for source in sources:
            yield from (line for _, line in _lines(source, text, blank=True))
    else:
        yield from (cell if isinstance(cell, str) else "" for cell in _cells(sources, kind, column, text))


def _cells(sources: list[str], kind: str, column: str, text: TextOptions) -> Iterator[Any]:
    if kind == ARROW:
        for part in arrow_parts(sources, column, lambda _: None):
            yield from part.array.to_pylist()
        return
    for source in sources:
        with opened(source) as file:
            yield from CELLS[kind](Lines(file, _options(text, column), lambda _: None), column)


def _lines(source: str, text: TextOptions, blank: bool = False) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of each line, of blank ones only if wanted."""
    with contextlib.suppress(OSError):  # what cannot be opened is an error below
        if stat.S_ISCHR(os.stat(source).st_mode):
            raise CorpusError(
                f"cannot read {source!r}: it is a device, which may have no end; pass a file, or - for a pipe"
            )
    with opened(source) as file:
        lines = Lines(file, text, lambda _: None)
        for line in lines:
            stripped = line.rstrip("\r\n")
            if blank or stripped.strip():
                yield lines.place, stripped


def _options(text: TextOptions, column: str | None) -> TextOptions:
    return TextOptions(errors=text.errors, encoding=text.encoding, column=column)
