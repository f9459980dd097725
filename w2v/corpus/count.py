"""Count the words of a corpus of any supported kind: whatever it is becomes blocks of text, lists of words, or integers.

files of text                                         count_text
files that are tables           table_files     ┐
tables and columns in memory    table_objects   ├──>  texts: count_text, words: count_lists, integers: count_numbers
iterables of strings or lists   sentences       ┘
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import numpy as np

from w2v.config import TextOptions
from w2v.corpus.arrow import ColumnPart, kind_of_column, lists, text_blocks
from w2v.corpus.count_lists import count_arrow_words, count_sentences
from w2v.corpus.count_numbers import count_arrow_ids, count_ids
from w2v.corpus.count_text import count_blocks, count_strings, count_text
from w2v.corpus.counts import Progress, Provisional
from w2v.corpus.file_parts import FilePart
from w2v.corpus.paths import Files, resolved
from w2v.corpus.sentences import Place, as_sentence, peek, place_in_list
from w2v.corpus.table_files import ARROW, Rows, arrow_parts, table_format
from w2v.corpus.table_objects import items_of, parts_of
from w2v.corpus.tokenizers import find_tokenizer
from w2v.errors import ConfigError


def count(corpus: Any, text: TextOptions, progress: Progress | None = None) -> Provisional:
    """Read a corpus of any supported kind (see `encode`) and count its words."""
    corpus = resolved(corpus, text)
    if isinstance(corpus, Files):
        return _count_files(list(corpus.sources), text, progress)
    if isinstance(corpus, tuple) and len(corpus) == 2 and all(isinstance(part, np.ndarray) for part in corpus):
        if text.column is not None:
            raise ConfigError("column must be left out for a pair of arrays (ids, offsets): got both")
        return count_ids(*corpus, progress=progress)
    parts = parts_of(corpus, text.column)
    if parts is not None:
        return _count_parts(iter(parts), text, progress, in_memory=isinstance(parts, list))
    return _count_items(items_of(corpus, text.column), text, progress)


def count_parts_of_files(parts: Iterable[FilePart], text: TextOptions, progress: Progress | None) -> Provisional:
    """Read parts of files, in this order, and count their words; see `FilePart` and `encode`."""
    parts, advance = list(parts), progress.update if progress is not None else lambda n: None
    name = table_format([part.source for part in parts], text) if parts else None
    if name is None:
        counted = count_blocks(chain.from_iterable(part.blocks(text, advance) for part in parts), text)
    elif name == ARROW:
        rows = chain.from_iterable(part.rows(str(text.column), advance) for part in parts)
        counted = _count_parts(rows, text, None, split=True)
    else:
        return _count_files([part.source for part in parts], text, progress)
    counted.sources = [part.source for part in parts]
    return counted


def _count_files(sources: list[str], text: TextOptions, progress: Progress | None) -> Provisional:
    advance = progress.update if progress is not None else lambda n: None
    find_tokenizer(text.tokenizer)  # raises before anything is read
    name = table_format(sources, text)
    if name is None:
        counted = count_text(sources, text, advance)
    elif name == ARROW:
        counted = _count_parts(arrow_parts(sources, str(text.column), advance), text, None, split=True)
    else:
        rows = Rows(sources, name, text, advance)
        counted = _count_items(rows, text, None, rows.place, split=True)
        counted.replaced += rows.replaced
        counted.is_doubted |= rows.is_doubted
    counted.sources = sources
    return counted


def _count_items(
    items: Iterable[Any],
    text: TextOptions,
    progress: Progress | None,
    place: Place = place_in_list,
    split: bool = False,
) -> Provisional:
    """Count items of one kind: strings or lists; strings without a tokenizer are an error unless ``split`` is set."""
    first, items = peek(items)
    if not isinstance(first, str):
        return count_sentences(items, progress, place)
    if text.tokenizer is None and not split:
        as_sentence(first, 0, place)  # raises: a string is no list of words
    return count_strings(items, text, progress, place)


def _count_parts(
    parts: Iterator[ColumnPart],
    text: TextOptions,
    progress: Progress | None,
    split: bool = False,
    in_memory: bool = False,
) -> Provisional:
    """Count a column in Arrow's layout, as `_count_items` does with items."""
    kind = None
    for part in parts:
        kind = kind_of_column(part)
        if kind is not None and len(part.array):
            parts = _of_kind(chain([part], parts), kind)
            break
    if kind == "texts":
        if text.tokenizer is None and not split:
            for part in parts:
                as_sentence(part.array[0].as_py() or "", 0)  # raises: a string is no list of words
        return count_blocks(text_blocks(_told(parts, progress), text.errors), text)
    if kind == "ids":
        return count_arrow_ids(lists(parts), in_memory, progress)
    return count_arrow_words(lists(parts), progress)


def _of_kind(parts: Iterable[ColumnPart], kind: str) -> Iterator[ColumnPart]:
    """Yield the parts of a column; all files must hold the same kind of values in it."""
    for part in parts:
        found = kind_of_column(part)
        if found not in (None, kind) and len(part.array):
            raise ConfigError(f"a column must hold values of one kind: got {kind} and, in {part.place(0)}, {found}")
        if found is not None:
            yield part


def _told(parts: Iterable[ColumnPart], progress: Progress | None) -> Iterator[ColumnPart]:
    for part in parts:
        yield part
        if progress is not None:
            progress.update(len(part.array))
