"""Word vectors as an Arrow table, and back.

    word    string, or int64 if the words are integers
    count   int64; absent if the words have no counts
    vector  fixed-size list of float32
    NAME    int64, float64 or float32, one column per further attribute

The metadata of the contents is JSON under the key ``w2v`` of the schema's metadata.

Tables from elsewhere are read if it is clear which columns are meant; otherwise the error lists the columns.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.arguments import amount
from w2v.arrow_layouts import is_list, is_text, plain, plain_type
from w2v.errors import ArgumentError, FormatError
from w2v.extras import pyarrow
from w2v.formats.contents import Contents, check_contents, check_encodable, finite_blocks
from w2v.formats.native_header import dump_json, metadata_text
from w2v.json_values import require_shallow

WORD, COUNT, VECTOR = "word", "count", "vector"
METADATA = b"w2v"
# Names by which a column is recognised, the first found is taken.
WORD_NAMES = ("word", "token", "words", "tokens", "key", "term")
ID_NAMES = (*WORD_NAMES, "id", "node")
COUNT_NAMES = ("count", "counts", "frequency", "freq")
VECTOR_NAMES = ("vector", "embedding", "vectors", "embeddings")
Rules = list[tuple[tuple[str, ...], Callable[[Any], bool]]]
ADVICE = 'rename them, or read the table and pass it to KeyedVectors.from_arrow(table, word="...", vector="...")'


# ---------------------------------------------------------------------------------------------------------------- writing


def to_table(contents: Contents) -> Any:
    """Return a ``pyarrow.Table``; float32 rows without gaps between them are used without a copy.

    Raises
    ------
    FormatError
        If the contents are inconsistent, a vector is not finite, a word has a lone surrogate, or an attribute has the name
        of one of the columns.
    MissingExtraError
        If pyarrow is not installed.
    """
    pa = pyarrow()
    check_contents(contents)
    for _ in finite_blocks(contents.vectors, contents.vectors.dtype, "vectors"):
        pass
    values = np.ascontiguousarray(contents.vectors, np.float32)
    columns = {WORD: _word_column(contents)}
    if contents.counts is not None:
        columns[COUNT] = pa.array(contents.counts)
    columns[VECTOR] = pa.FixedSizeListArray.from_arrays(pa.array(values.reshape(-1)), values.shape[1])
    check_encodable(contents.attributes, "the name of attribute")
    for name, numbers in contents.attributes.items():
        if name in (WORD, COUNT, VECTOR):
            raise FormatError(f"an attribute must not be called {name!r}, which is a column of its own; rename it")
        columns[name] = pa.array(np.ascontiguousarray(numbers))
    return pa.table(columns).replace_schema_metadata({METADATA: metadata_text(contents.metadata)})


def _word_column(contents: Contents) -> Any:
    pa = pyarrow()
    if contents.metadata.get("numbers") is True:
        try:
            return pa.array([int(word) for word in contents.words], pa.int64())
        except OverflowError as error:
            raise FormatError("words that are integers must fit into 64 bits in an Arrow table") from error
        except ValueError as error:
            raise FormatError(f"words must be integers, as the metadata says that they are: {error}") from error
    check_encodable(contents.words)
    return pa.array(contents.words, pa.string())


# ---------------------------------------------------------------------------------------------------------------- reading


@dataclass(frozen=True)
class Columns:
    """Which columns of a table hold what; ``count`` is None if none does."""

    word: str
    vector: str
    count: str | None
    attributes: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """All of them."""
        return [self.word, self.vector, *([self.count] if self.count else []), *self.attributes]


def find_columns(schema: Any, name: str, word: str | None = None, vector: str | None = None) -> Columns:
    """Return which columns to read; see `from_table`."""
    fields = {field.name: field.type for field in schema}
    if len(fields) < len(schema):
        raise FormatError(f"{name}: columns must have different names: got {', '.join(schema.names)}")
    vectors = _find(fields, name, "vectors", vector, [(VECTOR_NAMES, _is_list)])
    words = _find(fields, name, "words", word, [(WORD_NAMES, is_text), (ID_NAMES, _is_integer)])
    others = [c for c in fields if c not in (vectors, words) and _is_number(fields[c])]
    count = next((c for c in COUNT_NAMES if c in others), None)
    return Columns(words, vectors, count, tuple(c for c in others if c != count))


def from_table(table: Any, name: str = "the table", word: str | None = None, vector: str | None = None) -> Contents:
    """Return the contents of a table, in this module's columns or in others that are clear.

    Parameters
    ----------
    table : pyarrow.Table, or any object with an Arrow interface (pandas, polars, DuckDB)
    name : str
        What to call the table in messages.
    word, vector : str, optional
        Names of the columns. By default, the column of vectors is called ``vector`` or ``embedding`` or is the only one
        of lists of floats; that of words is called ``word`` or ``token`` or is the only one of strings.

    Returns
    -------
    Contents
        Further numeric columns without missing values are attributes; other columns are left out.

    Raises
    ------
    FormatError
        If it is unclear which columns are meant, or a row is missing, ragged or not finite, or a word occurs twice.
    ArgumentError
        If the object is not a table.
    """
    table = as_table(table)
    columns = find_columns(table.schema, name, word, vector)

    def said(column: str) -> str:
        return f"{name}, column {column!r}"

    vectors = _matrix(table.column(columns.vector), said(columns.vector))
    words, numbers = _words(table.column(columns.word), said(columns.word))
    counts = None if columns.count is None else _counts(table.column(columns.count), said(columns.count))
    whole = [column for column in columns.attributes if not table.column(column).null_count]
    attributes = {column: _attribute(table.column(column)) for column in whole}
    metadata = metadata_of(table.schema) | ({"numbers": True} if numbers else {})
    contents = Contents(words, vectors, counts, metadata=metadata, attributes=attributes)
    try:
        check_contents(contents)
        for _ in finite_blocks(vectors, vectors.dtype, "vectors"):
            pass
    except FormatError as error:
        raise FormatError(f"{name}: {error}") from error
    return contents


def as_table(table: Any) -> Any:
    """Return an object with an Arrow interface, such as a data frame of pandas or polars, as a ``pyarrow.Table``."""
    pa = pyarrow()
    if isinstance(table, pa.Table):
        return table
    try:
        return pa.table(table)
    except (TypeError, ValueError, pa.ArrowException) as error:
        raise ArgumentError(
            f"the table must be of Arrow, pandas, polars or DuckDB: got a {type(table).__name__}: {error}"
        ) from error


def _find(fields: dict[str, Any], name: str, what: str, given: str | None, rules: Rules) -> str:
    """Return the column that was given; or the first by name, or the only one, that fits the first rule, then the next."""
    if given is not None:
        if given not in fields:
            raise FormatError(f"{name}: the column of {what} must be one of {', '.join(fields)}: got {given!r}")
        return given
    for names, fits in rules:
        fitting = [column for column in fields if fits(fields[column])]
        found = [column for column in names if column in fitting][:1] or fitting
        if len(found) == 1 and (fits is not _is_integer or found[0] in names):
            return found[0]
        if fitting:
            break
    listed = ", ".join(f"{column} ({kind})" for column, kind in fields.items())
    raise FormatError(f"{name}: it is not clear which column holds the {what}: got {listed or 'none'}; {ADVICE}")


def _is_list(kind: Any) -> bool:
    kind = plain_type(kind)
    return is_list(kind) and bool(pyarrow("types").is_floating(kind.value_type))


def _is_integer(kind: Any) -> bool:
    return bool(pyarrow("types").is_integer(kind))


def _is_number(kind: Any) -> bool:
    types = pyarrow("types")
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind))


def _matrix(column: Any, name: str) -> NDArray[np.float32]:
    """Return a column of lists as a matrix; chunks are copied into it one by one."""
    types = pyarrow("types")
    column = plain(column)
    if not is_list(column.type) or not _is_number(column.type.value_type):
        raise FormatError(f"{name} must hold lists of numbers: got {column.type}")
    _require_no_nulls(column, name)
    first = next((len(chunk[0].as_py()) for chunk in column.chunks if len(chunk)), 0)
    matrix = np.empty((len(column), first), np.float32)
    start = 0
    for chunk in column.chunks:
        if not types.is_fixed_size_list(chunk.type):
            lengths = np.asarray(chunk.value_lengths())
            if len(chunk) and (lengths != first).any():
                row = int(np.argmax(lengths != first))
                raise FormatError(
                    f"{name}: row {start + row} must have {amount(first, 'value')}, as the first has: got {lengths[row]}"
                )
        values = chunk.flatten()  # those of the chunk's own rows, also if it is a slice
        if values.null_count:
            row = int(np.flatnonzero(np.asarray(values.is_null()))[0]) // max(1, first)
            raise FormatError(f"{name}: row {start + row} must be numbers: got a null")
        with np.errstate(over="ignore"):  # infinity is refused later
            matrix[start : start + len(chunk)] = values.to_numpy(zero_copy_only=False).reshape(len(chunk), first)
        start += len(chunk)
    return matrix


def _words(column: Any, name: str) -> tuple[list[str], bool]:
    """Return words as strings, and whether they are integers."""
    column = plain(column)
    if not is_text(column.type) and not _is_integer(column.type):
        raise FormatError(f"{name} must hold strings or integers: got {column.type}")
    _require_no_nulls(column, name)
    values = column.to_pylist()
    return ([str(value) for value in values], True) if _is_integer(column.type) else (values, False)


def _counts(column: Any, name: str) -> NDArray[np.int64]:
    """Return counts, also such as pandas keeps as floats."""
    _require_no_nulls(column, name)
    values = np.asarray(column.to_numpy())
    if values.dtype.kind == "f" and not (np.isfinite(values) & (values == np.floor(values)) & (values < 2**63)).all():
        raise FormatError(f"{name} must hold whole numbers: got others")
    if values.dtype == np.uint64 and len(values) and values.max() >= 1 << 63:
        raise FormatError(f"{name} must hold counts below 2**63: got {values.max()}")
    return values.astype(np.int64)


def _attribute(column: Any) -> NDArray[Any]:
    values = np.asarray(column.to_numpy())
    if values.dtype.kind == "f":
        return values.astype(np.float64 if values.itemsize > 4 else np.float32, copy=True)
    return values.astype(np.float64 if values.dtype == np.uint64 else np.int64, copy=True)


def _require_no_nulls(column: Any, name: str) -> None:
    if not column.null_count:
        return
    row = int(np.flatnonzero(np.concatenate([np.asarray(chunk.is_null()) for chunk in column.chunks]))[0])
    raise FormatError(f"{name}: row {row} must have a value: got a null; leave such rows out")


def metadata_of(schema: Any) -> dict[str, Any]:
    """Return the metadata that w2v wrote; {} for a table from elsewhere."""
    try:
        metadata = json.loads((schema.metadata or {}).get(METADATA, b"{}"))
        dump_json(metadata)
        require_shallow(metadata)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"the metadata under the key w2v must be JSON: {error}") from error
    return metadata if isinstance(metadata, dict) else {}
