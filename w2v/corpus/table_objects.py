"""Tables and columns of other libraries as a corpus: pandas, polars, Arrow, DuckDB, Hugging Face datasets, and records.

Objects are recognised by what they offer, so none of these libraries is imported. If pyarrow is there, columns come in
Arrow's layout (`arrow`), through the PyCapsule interface; otherwise, and if a column holds Python objects, item by item.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from w2v.arrow_layouts import plain
from w2v.corpus.arrow import ColumnPart, place
from w2v.corpus.parquet import find, select
from w2v.corpus.sentences import peek, shown
from w2v.errors import ConfigError, CorpusTypeError, MissingExtraError
from w2v.extras import pyarrow

BATCH_ROWS = 1 << 12
"""Rows of a Hugging Face dataset that are decoded at a time."""


def parts_of(corpus: Any, column: str | None) -> Iterable[ColumnPart] | None:
    """Return a column in Arrow's layout, as a list if it is in memory; None if it has to be read by `items_of`.

    Raises
    ------
    CorpusTypeError
        If the corpus is a table and no column is named, or it has no such column.
    """
    if isinstance(corpus, Mapping):
        return None
    if _is_dataset(corpus):
        return _parts_of_dataset(corpus, column)
    if _is_column_of_dataset(corpus) and column is None:
        return _parts_of_dataset(corpus.source, corpus.column_name)
    if _is_frame(corpus):
        corpus, column = _narrowed(corpus, column)
    stream, array = (hasattr(corpus, f"__arrow_c_{name}__") for name in ("stream", "array"))
    if not (stream or array) or _holds_objects(corpus):
        return None
    try:
        pa = pyarrow()
    except MissingExtraError:
        if not isinstance(corpus, Iterable):
            raise
        return None
    if stream and (_is_frame(corpus) or hasattr(corpus, "schema")):
        return _parts(pa.RecordBatchReader.from_stream(corpus), column)
    arrays = _chunks(corpus) if stream else [pa.array(corpus)]
    return None if arrays is None else list(_parts(arrays, column))


def items_of(corpus: Any, column: str | None) -> Any:
    """Return the items of a column that is not in Arrow's layout: of a data frame, or of records."""
    if _is_frame(corpus):
        corpus, column = _narrowed(corpus, column)
    return corpus if column is None else _of_records(corpus, column)


def _chunks(corpus: Any) -> list[Any] | None:
    """Return a column as arrays; None if its library exports something else than it announces, as polars did categories."""
    try:
        return list(pyarrow().chunked_array(corpus).chunks)
    except OSError:
        if not isinstance(corpus, Iterable):
            raise
        return None


def _parts(arrays: Iterable[Any], column: str | None) -> Iterator[ColumnPart]:
    start, steps = 0, None
    for array in arrays:
        rows = array if hasattr(array, "schema") else plain(array)
        names = _names(rows)
        if names is None and column is not None:
            raise _not_a_table(column, "a column")
        if names is not None:
            if column is None:
                raise _unnamed("a table", names)
            steps = steps or find(
                getattr(rows, "schema", None) or pyarrow().schema(list(rows.type)), column, "the corpus"
            )
            rows = plain(select(rows, steps))
        for chunk in getattr(rows, "chunks", [rows]):
            yield ColumnPart(plain(chunk), start)
            start += len(chunk)


def _names(rows: Any) -> list[str] | None:
    """Return the columns of an Arrow table or the fields of an array of structs; None if it is a column."""
    if hasattr(rows, "schema"):
        return list(rows.schema.names)
    return [field.name for field in rows.type] if pyarrow().types.is_struct(rows.type) else None


# ---------------------------------------------------------------------------------------------------------- data frames


def _is_frame(corpus: Any) -> bool:
    """Whether it is a table whose columns are found by name: of pandas, polars, Arrow, DuckDB or the like."""
    return hasattr(type(corpus), "columns") and hasattr(corpus, "__getitem__")


def _narrowed(frame: Any, column: str | None) -> tuple[Any, str | None]:
    """Return the column of a frame, and which field inside of it is wanted."""
    if hasattr(type(frame), "collect_schema") and not hasattr(frame, "__arrow_c_stream__"):
        raise CorpusTypeError(f"the corpus must be a table: got a query ({type(frame).__name__}); pass its collect()")
    names = list(frame.column_names if hasattr(type(frame), "column_names") else frame.columns)
    if column is None:
        raise _unnamed(f"a table ({type(frame).__name__})", names)
    outer, inner = column, None
    if column not in map(str, names):
        outer, _, inner = column.partition(".")
    found = [name for name in names if str(name) == outer]
    if len(found) != 1 or inner == "":
        raise CorpusTypeError(
            f'the corpus must have one column {column!r}: got {_listed(names)}; pass column="NAME" with one of these '
            "names"
        )
    narrowed = frame[found[0]]
    return narrowed, column if _is_frame(narrowed) else inner


def _holds_objects(corpus: Any) -> bool:
    """Whether a column of pandas holds Python objects, which may be of several types."""
    return isinstance(getattr(corpus, "dtype", None), np.dtype) and corpus.dtype == object


# ------------------------------------------------------------------------------------------------- Hugging Face datasets


def _is_dataset(corpus: Any) -> bool:
    return hasattr(corpus, "column_names") and hasattr(corpus, "with_format") and hasattr(corpus, "iter")


def _is_column_of_dataset(corpus: Any) -> bool:
    return hasattr(corpus, "column_name") and _is_dataset(getattr(corpus, "source", None))


def _parts_of_dataset(dataset: Any, column: str | None) -> Iterator[ColumnPart]:
    names = dataset.column_names  # None if a stream does not tell
    if names is not None and column is None:
        raise _unnamed("a dataset", names)
    outer = column if names is None or column in names else str(column).partition(".")[0]
    if names is not None and outer in names:
        dataset = dataset.select_columns([outer])
    return _parts(dataset.with_format("arrow").iter(batch_size=BATCH_ROWS), column)


# --------------------------------------------------------------------------------------------------------------- records


def _of_records(corpus: Any, column: str) -> Iterator[Any]:
    _, items = peek(corpus)
    for number, row in enumerate(items):
        if not isinstance(row, Mapping):
            raise _not_a_table(column, f"{type(row).__name__} {shown(row)} as {place('', number)}")
        found: Any = row
        for name in [column] if column in row else column.split("."):
            if not isinstance(found, Mapping) or name not in found:
                raise CorpusTypeError(
                    f'{place("", number)} must have the column {column!r}: got {_listed(row)}; pass column="NAME" with one '
                    "of these names"
                )
            found = found[name]
        yield found


def _not_a_table(column: str, got: str) -> ConfigError:
    return ConfigError(
        f"column must be left out for a corpus that is not a table: got column={column!r} and {got}; "
        "pass a table, or records"
    )


def _unnamed(what: str, names: Iterable[Any]) -> CorpusTypeError:
    return CorpusTypeError(
        f"one column of a table must be the corpus: got {what} with the columns {_listed(names)}; "
        'name it, as in text=TextOptions("words", column="text"), in Word2Vec column="text", or pass the column itself'
    )


def _listed(names: Iterable[Any]) -> str:
    return ", ".join(map(repr, names))[:300] or "none"
