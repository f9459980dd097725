"""Parts of files that can be read apart from one another, for several processes and machines.

    bytes of all files    |---- a.txt ----|----------- b.txt -----------|- c.gz -|
    three ranges          |        range 0      |     range 1      |   range 2    |     cut after a line feed of b.txt

A text file is cut after line feeds, a Parquet file between row groups. Other files, such as compressed ones, stay whole. The
words and sentences of all ranges, one after another, are those of the files.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from w2v.config import TextOptions
from w2v.corpus import parquet
from w2v.corpus.arrow import ColumnPart
from w2v.corpus.source_files import STDIN, Advance, extension, is_compressed, opened_part, size_of
from w2v.corpus.table_files import ARROW, table_format
from w2v.corpus.text_files import Block, is_divisible, read_blocks, read_part
from w2v.errors import ConfigError

LONGEST_SEARCH = 1 << 26
"""Bytes in which a line feed is looked for; a file is not cut within longer lines."""
SEARCH_BYTES = 1 << 16
ROW_GROUPS = (".parquet", ".pq")


@dataclass(frozen=True)
class FilePart:
    """A file, or a part of one.

    Attributes
    ----------
    source : str
    cut : tuple of int, optional
        First byte and the one after the last; of a Parquet file, first row group and the one after the last. None: it is
        read whole.
    size : int
        Bytes on disk, when it was found; about, of row groups; 0 if that is not known.
    """

    source: str
    cut: tuple[int, int] | None = None
    size: int = field(default=0, compare=False)

    def blocks(self, options: TextOptions, advance: Advance) -> Iterator[Block]:
        """Read it as text; see `read_blocks`."""
        if self.cut is None:
            return read_blocks(self.source, options, advance)
        return read_part(self.source, options, advance, *self.cut)

    def rows(self, column: str, advance: Advance) -> Iterator[ColumnPart]:
        """Read a column of a Parquet or Arrow file."""
        return parquet.parts(self.source, column, advance, None if self.cut is None else range(*self.cut))


def divide_files(sources: list[str], number: int, options: TextOptions) -> list[list[FilePart]]:
    """Divide files into ranges of about equal size.

    Parameters
    ----------
    sources : list of str
        Paths and URLs of files; see `find_sources`.
    number : int
        Number of ranges; some are empty if the files cannot be cut often enough.
    options : TextOptions

    Returns
    -------
    list of list of FilePart
        The parts of each range.

    Raises
    ------
    ConfigError
        If standard input is among the files.
    CorpusError
        If one cannot be read, or is not text.
    """
    if STDIN in sources:
        raise ConfigError(
            "corpus must be files that can be read in parts: got - (standard input), which can be read only once; "
            "save it to a file"
        )
    name = table_format(sources, options)
    files = [_File(source, size_of(source), name, options) for source in sources]
    ends, total = [0], 0
    for file in files:
        total += file.size or 0
        ends.append(total)
    cuts = [(0, 0), *(_cut_at(files, ends, total * i // number) for i in range(1, number)), (len(files), 0)]
    for i in range(1, len(cuts)):  # a cut may have moved beyond the next one, over a long line
        cuts[i] = max(cuts[i - 1], cuts[i])
    return [_between(files, first, last) for first, last in pairwise(cuts)]


class _File:
    """A file that may be cut."""

    def __init__(self, source: str, size: int | None, table: str | None, options: TextOptions) -> None:
        self.source, self.size, self._table, self._options = source, size, table, options

    @cached_property
    def units(self) -> int:
        """How many bytes, or row groups, it can be cut between; 0 if it cannot be cut."""
        if self._table == ARROW:
            groups = parquet.row_groups(self.source) if extension(self.source) in ROW_GROUPS else 0
            return groups if groups > 1 else 0
        if self._table is not None or not self.size or is_compressed(self.source):
            return 0
        return self.size if is_divisible(self.source, self._options) else 0

    def cut(self, place: int) -> int:
        """Return where to cut it: at this byte, or after it; 0 and `units` are its beginning and its end."""
        if self._table == ARROW:
            return round(place / (self.size or 1) * self.units)
        return after_line_feed(self.source, place, self.units)


def after_line_feed(source: str, start: int, end: int) -> int:
    """Return the place after the first line feed from ``start`` on; ``end`` if there is none, 0 if not for long."""
    place = start
    with opened_part(source, start, min(end, start + LONGEST_SEARCH)) as file:
        for data in file.blocks(SEARCH_BYTES, lambda _: None):
            found = data.find(b"\n")
            if found >= 0:
                return place + found + 1
            place += len(data)
    return end if place == end else 0


def _cut_at(files: list[_File], ends: list[int], place: int) -> tuple[int, int]:
    """Return the number of a file and a place in it for a cut near this byte of all files."""
    number = next((i for i, end in enumerate(ends[1:]) if place < end), len(files))
    if number == len(files) or place == ends[number]:
        return number, 0
    file, within = files[number], place - ends[number]
    if not file.units:
        return number + (2 * within > (file.size or 0)), 0
    cut = file.cut(within)
    return (number + 1, 0) if cut == file.units else (number, cut)


def _between(files: list[_File], first: tuple[int, int], last: tuple[int, int]) -> list[FilePart]:
    """Return the parts between two cuts."""
    parts = []
    for number in range(first[0], min(last[0] + 1, len(files))):
        file = files[number]
        start = first[1] if number == first[0] else 0
        end = last[1] if number == last[0] else None
        if end == start or end == 0:
            continue
        size = file.size or 0
        if start == 0 and end is None:
            parts.append(FilePart(file.source, None, size))
            continue
        end = file.units if end is None else end
        parts.append(FilePart(file.source, (start, end), size * (end - start) // file.units))
    return parts
