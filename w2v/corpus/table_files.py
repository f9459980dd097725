"""Files that are tables, known by their names: one column of them is the corpus.

.parquet .pq .arrow .feather .ipc     `parquet`: a few thousand rows of one column at a time
.jsonl .ndjson .json                  `json_lines`, plain or compressed, also from standard input
.csv .tsv                             `separated_values`, plain or compressed
"""

import os
from bisect import bisect_right
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from w2v.config import TextOptions
from w2v.corpus import json_lines, parquet, remote, separated_values
from w2v.corpus.arrow import ColumnPart, place
from w2v.corpus.lines import Lines
from w2v.corpus.source_files import STDIN, Advance, extension, opened, opened_raw
from w2v.errors import ConfigError, CorpusError
from w2v.file_kinds import HEAD_BYTES, kind_of

ARROW, JSON, CSV = "Parquet or Arrow", "JSON lines", "CSV or TSV"
FORMATS = {
    **dict.fromkeys((".parquet", ".pq", ".arrow", ".feather", ".ipc"), ARROW),
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), JSON),
    **dict.fromkeys((".csv", ".tsv"), CSV),
}
READERS: dict[str, ModuleType] = {JSON: json_lines, CSV: separated_values}


def table_format(sources: list[str], options: TextOptions) -> str | None:
    """Return the format of files that are tables; None for text.

    Raises
    ------
    CorpusError
        If a table is to be read without the name of a column; the message lists its columns.
    ConfigError
        If a column is named for a file that is no table, or there are several formats.
    """
    known = {source: FORMATS.get(extension(source)) for source in sources}
    if options.column is None:
        for source, name in known.items() if not options.as_lines else ():
            if name is not None:
                raise _unnamed(source, name, options)
        return None
    known |= {source: JSON for source in known if source == STDIN}
    for source, name in known.items():
        if name is None:
            raise _not_a_table(source)
    formats = list(dict.fromkeys(known.values()))
    if len(formats) > 1:
        raise ConfigError(
            f"tables must have one format in a corpus: got {formats[0]} ({sources[0]!r}) and {formats[1]}; pass them "
            "one format at a time, or convert them"
        )
    return formats[0]


MOST_WORDS = 4
"""Of the name of a column."""


def _unnamed(source: str, name: str, options: TextOptions) -> CorpusError:
    names = parquet.columns(source) if name == ARROW else _columns(source, name, options)
    listed = ", ".join(map(repr, names))[:300] or "none"
    if name == CSV and any(field[:1].isdigit() or len(field.split()) > MOST_WORDS for field in names):
        listed += "; if these are values, write a line of names above them"
    as_lines = "" if name == ARROW else ", or as_lines=True to read its lines as they are"
    return CorpusError(
        f"corpus {source!r} is a table ({name}), so one of its columns must be named: got no column; pass "
        f'column="NAME", one of {listed}{as_lines} (w2v.encode takes it in text=TextOptions(...))'
    )


def _not_a_table(source: str) -> CorpusError | ConfigError:
    if not remote.is_url(source) and os.path.isfile(source):
        with opened_raw(source) as file:
            kind = kind_of(file.peek(HEAD_BYTES)[:HEAD_BYTES], "corpus")
        if kind is not None and kind.family == "table":
            return CorpusError(
                f"corpus {source!r} must be a table in a format that is read: got {kind.name}; {kind.advice}"
            )
    return ConfigError(
        f"column must be left out for a file that is not a table ({', '.join(FORMATS)}): got {source!r}; rename it if it is "
        "one, and pass texts and tables apart"
    )


def _columns(source: str, name: str, options: TextOptions) -> list[str]:
    with opened(source) as file:
        names: list[str] = READERS[name].columns(Lines(file, options, lambda _: None))
    return names


def arrow_parts(sources: list[str], column: str, advance: Advance) -> Iterator[ColumnPart]:
    """Yield the rows of a column of Parquet and Arrow files."""
    for source in sources:
        yield from parquet.parts(source, column, advance)


class Rows:
    """The values of a column of files of lines, one after the other; `place` tells where a value comes from.

    Attributes
    ----------
    replaced : int
        Number of characters that became U+FFFD.
    is_doubted : bool
        Whether a notice was given that the encoding of a file seems to be another.
    """

    def __init__(self, sources: list[str], name: str, options: TextOptions, advance: Advance) -> None:
        self.replaced, self.is_doubted = 0, False
        self._sources, self._options, self._advance = sources, options, advance
        self._values: Callable[[Lines, str], Iterator[Any]] = READERS[name].values
        self._starts: list[int] = []

    def __iter__(self) -> Iterator[Any]:
        number, column = 0, str(self._options.column)
        self._starts = []
        for source in self._sources:
            self._starts.append(number)
            with opened(source) as file:
                lines = Lines(file, self._options, self._advance)
                for value in self._values(lines, column):
                    yield value
                    number += 1
                self.replaced += lines.replaced
                self.is_doubted |= lines.is_doubted

    def place(self, number: int) -> str:
        """Return where a value is: its row among those of its file, without blank lines and the header."""
        at = bisect_right(self._starts, number) - 1
        return place(self._sources[at], number - self._starts[at])
