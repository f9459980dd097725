"""Columns of Parquet and Arrow files, a few thousand rows at a time, so that a file may be larger than memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from w2v.arrow_layouts import plain, plain_type
from w2v.corpus.arrow import ColumnPart
from w2v.corpus.source_files import Advance, opened_raw
from w2v.errors import CorpusError
from w2v.extras import pyarrow

BATCH_ROWS = 1 << 13
"""Rows of a Parquet file that are decoded at a time."""


def columns(source: str) -> list[str]:
    """Return the names of a file's columns."""
    with _table(source) as table:
        return list(table.schema.names)


def row_groups(source: str) -> int:
    """Return the number of row groups of a Parquet file, which can be read one by one; 1 for an Arrow file."""
    with _table(source) as table:
        return len(table.group_rows)


def parts(source: str, column: str, advance: Advance, groups: range | None = None) -> Iterator[ColumnPart]:
    """Yield the rows of a column, or those of some row groups.

    Raises
    ------
    CorpusError
        If the file cannot be read, or has no such column.
    """
    with _table(source) as table:
        steps = find(table.schema, column, f"corpus {source!r}")
        consumed = 0
        row = 0 if groups is None else sum(table.group_rows[: groups.start])
        for batch in table.batches(".".join(steps), groups):
            if (
                not table.is_parquet
            ):  # Arrow's reader takes offsets as they stand, and would then read beyond its memory
                batch.column(steps[0]).validate(full=True)
            yield ColumnPart(plain(select(batch, steps)), row, source)
            row += batch.num_rows
            advance(table.size * row // max(table.rows or row, row) - consumed)
            consumed = table.size * row // max(table.rows or row, row)


def find(schema: Any, column: str, where: str) -> list[str]:
    """Return the path to a column: its name, or the names of an outer column and of the fields inside.

    Raises
    ------
    CorpusError
        If there is none of this name, or several.
    """
    names = list(schema.names)
    if names.count(column) > 1:
        raise CorpusError(f"{where} must have one column {column!r}: got {names.count(column)}; rename them")
    if column in names:
        return [column]
    steps, fields = column.split("."), schema
    for step in steps:
        kind = fields if fields is schema else plain_type(fields)
        known = names if fields is schema else [f.name for f in kind] if pyarrow().types.is_struct(kind) else []
        if known.count(step) != 1:
            listed = ", ".join(map(repr, names))[:200] or "none"
            raise CorpusError(
                f'{where} must have the column {column!r}: got {listed}; pass column="NAME" with one of these names, or '
                "with that of a field inside, such as outer.inner"
            )
        fields = kind.field(step).type
    return steps


def select(rows: Any, steps: list[str]) -> Any:
    """Return the column at a path of a table, a record batch or a struct array; a missing struct has missing fields."""
    found = rows.column(steps[0]) if hasattr(rows, "column") else rows.field(steps[0])
    for step in steps[1:]:
        found = pyarrow("compute").struct_field(plain(found), step)
    return found


class _Table:
    """An open Parquet file, Arrow file or Arrow stream."""

    def __init__(self, stream: Any, size: int) -> None:
        self.size, self.rows = size, 0
        head = stream.read(8)
        stream.seek(0)
        self.is_parquet = head.startswith(b"PAR1")
        if self.is_parquet:
            file = pyarrow("parquet").ParquetFile(stream, pre_buffer=False)
            self.schema, self.rows = file.schema_arrow, file.metadata.num_rows
            self.group_rows = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
            self.batches: Callable[[str, range | None], Iterator[Any]] = lambda path, groups: file.iter_batches(
                BATCH_ROWS, None if groups is None else list(groups), columns=[path]
            )
            return
        self.group_rows = [0]
        ipc = pyarrow("ipc")
        if head.startswith(b"ARROW1"):
            reader = ipc.open_file(stream)
            self.batches = lambda _, __: (reader.get_batch(i) for i in range(reader.num_record_batches))
        else:
            reader = ipc.open_stream(stream)
            self.batches = lambda _, __: iter(reader)
        self.schema = reader.schema


@contextmanager
def _table(source: str) -> Iterator[_Table]:
    error = pyarrow().lib.ArrowException
    with opened_raw(source) as raw:
        try:
            if not raw.seekable():
                raise CorpusError(f"corpus {source!r} must be a regular file: got a pipe; save it to disk first")
            size = raw.seek(0, 2)
            raw.seek(0)
            yield _Table(raw, size)
        except (error, OSError, EOFError, UnicodeDecodeError, MemoryError) as problem:  # a hostile size is memory
            reason = " ".join(str(problem).split())[:200] or "there is not enough memory for a part of it"
            raise CorpusError(
                f"cannot read corpus {source!r}: it is damaged, or not what its name says: {reason}"
            ) from None
