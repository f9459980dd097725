"""Columns in Arrow's layout: arrays of texts, of lists of words, or of lists of integers, used as they are.

    ["a b", "c"]          offsets 0 3 4      values "a bc"           text_blocks: rows with a line feed between them
    [["a", "b"], ["c"]]   offsets 0 2 3      values "a", "b", "c"    word_batches: distinct words, and one id per word
    [[7, 3], [7]]         offsets 0 2 3      values 7 3 7            id_batches: our (ids, ends)

Slices, chunks, dictionaries, 32- and 64-bit offsets and views are Arrow's business; a missing value is an error that names
the row. Word vectors as a table are in `w2v.formats.arrow`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from w2v.arrow_layouts import is_list, plain, plain_type
from w2v.corpus.text_files import BLOCK_BYTES, Block
from w2v.errors import CorpusTypeError, TextEncodingError
from w2v.extras import pyarrow

BATCH_TOKENS = 1 << 20

Kind = Literal["texts", "words", "ids"]


@dataclass(frozen=True)
class ColumnPart:
    """Some rows of a column.

    Attributes
    ----------
    array : pyarrow.Array
        Of a type that `w2v.arrow_layouts.plain` returns.
    start : int
        The number of its first row in the column.
    source : str
        The file of the column; empty if it was passed as a Python object.
    """

    array: Any
    start: int = 0
    source: str = ""

    def place(self, row: int) -> str:
        """Return where a row of this part is, for messages."""
        return place(self.source, self.start + row)

    def slices(self, ends: NDArray[np.int64], most: int) -> Iterator[tuple[int, Any]]:
        """Yield parts of the array of about ``most`` units, given where each row ends, with the number of the first row."""
        cuts = np.searchsorted(ends, np.arange(most, int(ends[-1]) if len(ends) else 0, most)) + 1
        for first, last in pairwise(np.unique([0, *cuts, len(ends)]).tolist()):
            yield first, self.array.slice(first, last - first)


def place(source: str, row: int) -> str:
    """Return what messages call a row of a file, or an item of a corpus that was passed as a Python object."""
    return f"row {row} of {source!r}" if source else f"sentences[{row}]"


def kind_of_column(part: ColumnPart) -> Kind | None:
    """Return what a column holds; None if it is empty so far.

    Raises
    ------
    CorpusTypeError
        If it holds anything but texts, lists of words and lists of integers, or nothing but missing values.
    """
    types, kind = pyarrow().types, part.array.type
    if types.is_null(kind):
        if len(part.array):
            raise _missing(part.place(0))
        return None
    if types.is_string(kind) or types.is_large_string(kind):
        return "texts"
    if is_list(kind):
        inner = plain_type(kind.value_type)
        if types.is_string(inner) or types.is_large_string(inner) or types.is_null(inner):
            return "words"
        if types.is_integer(inner):
            return "ids"
    where = f"the column of {part.source!r}" if part.source else "the corpus"
    hint = "; decode them first" if types.is_binary(kind) or types.is_large_binary(kind) else ""
    if types.is_struct(kind) and kind.num_fields:
        hint = f"; name a field inside of it, as in outer.{kind.field(0).name}"
    elif is_list(kind) and is_list(inner):
        hint = "; make each of the inner lists a row of its own"
    raise CorpusTypeError(
        f"{where} must hold texts, lists of words or lists of integers: got values of the Arrow type {kind}{hint}"
    )


def text_blocks(parts: Iterator[ColumnPart], errors: str) -> Iterator[Block]:
    """Yield the texts of a column as blocks of a text file in which each begins on a line of its own.

    Raises
    ------
    CorpusTypeError
        If a value is missing.
    TextEncodingError
        If one has a NUL character, unless ``errors`` is "replace".
    """
    pa, compute = pyarrow(), pyarrow("compute")
    offset = 0
    for part in parts:
        refuse_missing(part)
        ends = np.cumsum(compute.binary_length(part.array).to_numpy(zero_copy_only=False).astype(np.int64) + 1)
        for first, rows in part.slices(ends, BLOCK_BYTES):
            as_one = pa.ListArray.from_arrays(pa.array([0, len(rows)], pa.int32()), rows.cast(pa.string()))
            joined = compute.binary_join(as_one, "\n")
            data = joined[0].as_buffer().to_pybytes() + b"\n"
            if errors == "strict" and b"\0" in data:
                before = ends[first - 1] if first else 0
                row = int(np.searchsorted(ends, before + data.index(b"\0"), "right"))
                raise TextEncodingError(
                    f'{part.place(row)} must be text: got a NUL character; pass errors="replace" to read it as U+FFFD'
                )
            yield Block(part.source or "sentences", data, offset, offset == 0)
            offset += len(data)


@dataclass(frozen=True)
class Lists:
    """The lists of some rows: their items one after another, and where each list ends.

    Attributes
    ----------
    part : ColumnPart
    items : pyarrow.Array
        Words or integers.
    ends : ndarray of int64
    """

    part: ColumnPart
    items: Any
    ends: NDArray[np.int64]

    def place(self, item: int) -> str:
        """Return where an item is, for messages."""
        return self.part.place(int(np.searchsorted(self.ends, item, "right")))


def lists(parts: Iterator[ColumnPart]) -> Iterator[Lists]:
    """Yield the lists of a column, about a million items at a time.

    Raises
    ------
    CorpusTypeError
        If a list or an item is missing.
    """
    compute = pyarrow("compute")
    for part in parts:
        refuse_missing(part)
        all_ends = np.cumsum(compute.list_value_length(part.array).to_numpy(zero_copy_only=False), dtype=np.int64)
        for first, rows in part.slices(all_ends, BATCH_TOKENS):
            before = all_ends[first - 1] if first else 0
            ends = all_ends[first : first + len(rows)] - before
            some = Lists(ColumnPart(rows, part.start + first, part.source), plain(rows.flatten()), ends)
            if some.items.null_count:
                raise _missing(some.place(_first_null(some.items)), "a list without missing words")
            yield some


def distinct_words(words: Any) -> tuple[list[str], NDArray[Any]]:
    """Return the distinct words of an array in order of appearance, and the place of each word among them.

    Raises
    ------
    TextEncodingError
        If one is not UTF-8, as in a damaged file.
    """
    encoded = words.dictionary_encode()
    try:
        distinct = encoded.dictionary.to_pylist()
    except UnicodeDecodeError as problem:
        raise TextEncodingError(
            f"words of a column must be UTF-8: got {problem.object[:20]!r}; is the file damaged?"
        ) from None
    return distinct, encoded.indices.to_numpy(zero_copy_only=False)


def refuse_missing(part: ColumnPart) -> None:
    """Raise CorpusTypeError that names the first missing value, if there is one."""
    if part.array.null_count:
        raise _missing(part.place(_first_null(part.array)))


def _first_null(array: Any) -> int:
    return int(pyarrow("compute").index(array.is_null(), True).as_py())


def _missing(where: str, wanted: str = "a text or a list of words") -> CorpusTypeError:
    return CorpusTypeError(f"{where} must be {wanted}: got null (a missing value); drop such rows first")
