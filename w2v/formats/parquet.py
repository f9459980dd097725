"""Parquet files of word vectors, which DuckDB, Polars, pandas and others read as they are; see `w2v.formats.arrow`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from w2v.annotations import checked
from w2v.atomic_files import PathLike, atomic_write
from w2v.errors import FormatError
from w2v.extras import pyarrow
from w2v.file_kinds import HEAD_BYTES, kind_of
from w2v.formats.arrow import find_columns, from_table, metadata_of, to_table
from w2v.formats.contents import Contents
from w2v.formats.streams import PARQUET, open_input

ROWS_PER_GROUP = 1 << 16


def save(path: PathLike, contents: Contents) -> None:
    """Write ``contents`` to ``path`` atomically, vectors as float32; an output matrix is left out.

    Raises
    ------
    FormatError
        If the contents cannot be a table; see `w2v.formats.arrow.to_table`.
    OutputError
        If the file cannot be written; an existing file is then unchanged.
    MissingExtraError
        If pyarrow is not installed.
    """
    parquet = pyarrow("parquet")
    table = to_table(contents)
    with atomic_write(path) as stream:
        # Words differ and values of vectors look random, so dictionaries would only be tried in vain.
        parquet.write_table(table, stream, row_group_size=ROWS_PER_GROUP, use_dictionary=False)


def load(path: PathLike) -> Contents:
    """Read a Parquet file, w2v's own or another whose columns are clear; see `w2v.formats.arrow.from_table`.

    Only the columns that are used are read.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    FormatError
        If the file is damaged, or its columns are not those of word vectors.
    MissingExtraError
        If pyarrow is not installed.
    """
    with _opened(path) as (name, file):
        columns = find_columns(file.schema_arrow, name)
        return from_table(file.read(columns=columns.names), name, columns.word, columns.vector)


@checked
def is_parquet(path: PathLike) -> bool:
    """Whether a file begins like a Parquet file, regardless of its name.

    Raises
    ------
    FileNotFoundError, UnsafeFormatError, FormatError
        If there is no such file, or it is a pickle, a directory or a device.
    """
    with open_input(path, decompress=False, accept=PARQUET) as source:
        kind = kind_of(source.stream.read(HEAD_BYTES), "vectors")
    return kind is not None and kind.name == PARQUET


@checked
def read_metadata(path: PathLike) -> dict[str, Any]:
    """Read the schema of a Parquet file of vectors, in time that does not depend on its size.

    Returns
    -------
    dict
        ``words`` and ``dim`` (int), ``counts`` (bool), ``attributes`` (list of str), ``metadata`` (dict), as
        `w2v.formats.native.read_metadata` returns; ``columns`` (list of str): such as "word (string)".
    """
    with _opened(path) as (name, file):
        schema = file.schema_arrow
        columns = find_columns(schema, name)
        kind = schema.field(columns.vector).type
        dim = getattr(kind, "list_size", None)  # unknown of lists whose length may vary
        return {
            "schema": "parquet",
            "words": file.metadata.num_rows,
            **({} if dim is None else {"dim": dim}),
            "counts": columns.count is not None,
            "attributes": sorted(columns.attributes),
            "columns": [f"{field.name} ({field.type})" for field in schema],
            "metadata": metadata_of(schema),
        }


@contextmanager
def _opened(path: PathLike) -> Iterator[tuple[str, Any]]:
    """Yield the name and the ``ParquetFile``; its errors become FormatError."""
    parquet, exceptions = pyarrow("parquet"), pyarrow().ArrowException
    with open_input(path, decompress=False, accept=PARQUET) as source:
        try:
            with parquet.ParquetFile(source.stream) as file:
                yield source.name, file
        except FormatError:
            raise
        except (exceptions, OSError, ValueError) as error:
            raise FormatError(f"cannot read {source.name}: {' '.join(str(error).split())}") from error
