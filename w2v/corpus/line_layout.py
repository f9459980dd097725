"""Signs in the first lines of a text that its lines are no sentences: a table, a token per line, wrapped or printed prose.

Shares of the lines in the first 64 KiB of a text:

                                       same number of  begin with  end in a  filled up to  continued in
                                       , ; | or tabs   a time      half word the width     the next line
    novels, Wikipedia, a line each paragraph   0 to .21      0         0      .02 to .03        0
    the same, a line each sentence                    0      0         0             .02        0; 1 if cleaned
    novels, wrapped; and then cleaned                 0      0      .003    1; .69 to .8      .88; 1
    Korean Wikipedia, a line each paragraph; sentence 0      0         0         .02       .14; .07, .89 if cleaned
    the same, wrapped; and then cleaned               0      0         0       1; .68      .85 to .87; .93
    the first words of its sentences, as of titles    0      0         0         .09           .81
    Python, C headers                                 0      0         0      .02 to .09      .04 to .23
    Vim's help, written to be wrapped          0 to .35  0 to .14      0      .16 to .51      .18 to .42
    generated sentences; walks, tabs between      0; 1      0         0      .04; .16 to .9      1; 0

No text had as many words on nearly all of its lines and blank lines between them, as treebanks have.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from unicodedata import east_asian_width

from w2v.corpus.counts import Provisional
from w2v.corpus.item_lists import barred, braced, listed, separated
from w2v.corpus.record_lines import (
    adjacent,
    assigned,
    commented,
    counted,
    keyed,
    labelled,
    parallel,
    quoted,
    returned,
    spoken,
    vertical,
    written,
)
from w2v.corpus.times import FEWEST_LINES, stamped

SAME = 0.9
"""Share of the lines that have the same number of columns."""

SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "vertical bars", ",": "commas"}
MIXED = 0.2
"""Share of the cells of a column that have several words; cells of one word each may be words that were separated so."""
VALUE = re.compile(r"(?=\D*\d)[-+\d.,:/ T]+Z?")

FENCE = re.compile(r" {0,3}```(?!.*```)")
FENCED = 0.1
HYPHENATED = re.compile("[^\\W\\d_][-\xac\xad\u2010]")
HYPHENS = 0.03
WRAPPED = 0.5
CONTINUED = 0.5
WIDTHS = range(40, 160)
"""Of wrapped lines, in characters or columns."""


def records(read: Provisional) -> str | None:
    """Say that lines are records: of a graph, a treebank, a table or a log, or code; None if no text looks so."""
    return _first(
        read,
        (
            labelled,
            parallel,
            written,
            commented,
            counted,
            vertical,
            table,
            keyed,
            assigned,
            adjacent,
            stamped,
            spoken,
            fenced,
        ),
    )


def prose(read: Provisional) -> str | None:
    """Say that lines are no sentences, but prose as it was printed or wrapped."""
    return _first(read, (quoted, returned, hyphenated, wrapped))


def lists(read: Provisional) -> str | None:
    """Say that lines are lists of items, whose separators become words or parts of words."""
    return _first(read, (braced, listed, separated, barred))


def _first(read: Provisional, judges: Sequence[Callable[[list[str]], str | None]]) -> str | None:
    """Return what is said about the first text that shows one of the signs."""
    for source, text in read.beginnings.items():
        lines = text.split("\n")[:-1]  # the last one may be cut
        for judge in judges if sum(map(bool, map(str.strip, lines))) >= FEWEST_LINES else ():
            if said := judge(lines):
                name = (
                    source if source in read.sources else ", ".join(read.sources[:1])
                )  # a column has no files of its own
                return f"corpus {name!r} {said}" if name else f"the corpus {said}"
    return None


def table(lines: list[str]) -> str | None:
    """Say that lines are the rows of a table, and which column seems to be its text."""
    filled = [line for line in lines if line.strip()]
    for separator, name in SEPARATORS.items():
        if sum(separator in line for line in filled) < SAME * len(filled):
            continue
        columns = {} if separator in ",;" and _is_prose(filled, separator) else _columns(filled, separator)
        several = [sum(len(cell.split()) > 1 for cell in column) / len(column) for column in columns.values()]
        values = [
            sum(VALUE.fullmatch(cell.strip()) is not None for cell in column) / len(column)
            for column in columns.values()
        ]
        if columns and (max(several) >= MIXED or (max(values) >= SAME and min(values) <= 1 - SAME)):
            row = separator.join(column[1] for column in columns.values())  # the first may be a header
            longest = max(columns, key=lambda number: sum(len(cell.split()) for cell in columns[number]))
            text = (
                f"its column of text (number {longest}, it seems)" if max(several) >= MIXED else "the columns of words"
            )
            return (
                f"looks like a table of {len(columns)} columns separated by {name}, such as {row[:60]!r}: all its "
                f"cells are taken for words; save {text} as a text file, one sentence per line"
            )
    return None


def _is_prose(lines: list[str], separator: str) -> bool:
    """Whether white space follows most commas or semicolons outside of quotation marks."""
    text = re.sub('"[^"\n]*"', '""', "\n".join(lines))
    return len(re.findall(rf"{separator}\s", text)) > text.count(separator) / 2


def _columns(lines: list[str], separator: str) -> dict[int, list[str]]:
    """Return the columns of a table that are not empty, by their numbers from 1; none if the lines are no table."""
    for quoting in (csv.QUOTE_NONE, csv.QUOTE_MINIMAL):
        try:
            rows = [row for row in csv.reader(lines, delimiter=separator, quoting=quoting) if row]
        except csv.Error:
            continue
        width, same = Counter(map(len, rows)).most_common(1)[0]
        columns = enumerate(zip(*(row for row in rows if len(row) == width), strict=True), start=1)
        filled = {number: list(column) for number, column in columns if any(map(str.strip, column))}
        # Prose has no tabs, but may have a comma in every sentence.
        if same >= SAME * len(rows) and len(filled) >= (2 if separator == "\t" else 3):
            return filled
    return {}


def fenced(lines: list[str]) -> str | None:
    """Say that many lines are code within Markdown."""
    inside, is_open = 0, False
    for line in lines:
        fence = FENCE.match(line) is not None
        is_open ^= fence
        inside += is_open and not fence
    if is_open or inside < FENCED * len(lines):
        return None
    return (
        f"has code in Markdown fences (```) on {inside / len(lines):.0%} of its first lines: its names and operators are "
        "taken for words; leave the code out first, for example with pandoc -t plain"
    )


def hyphenated(lines: list[str]) -> str | None:
    """Say that many words are divided at the ends of lines."""
    ends = [
        (a.split()[-1], b.split()[0]) for a, b in pairwise(lines) if HYPHENATED.fullmatch(a.rstrip()[-2:]) and b.strip()
    ]
    divided = [pair for pair in ends if pair[1][0].islower()]
    if len(divided) < max(4, HYPHENS * len(lines)):
        return None
    first, second = divided[0]
    return (
        f"divides words at the end of {len(divided) / len(lines):.0%} of its first lines, such as {first!r} and {second!r}: "
        f"each half is taken for a word; join them ({first[:-1] + second}), and then the lines of each paragraph"
    )


def wrapped(lines: list[str]) -> str | None:
    """Say that lines are prose wrapped at a width: a line ends where the next word would not fit."""
    filled = [line.rstrip() for line in lines if line.strip()]
    counts = Counter(len(line.split()) for line in filled)
    if max(counts.most_common(1)[0][1], len(filled) - len(set(filled))) > len(filled) / 2:
        return None  # walks of one length, or lines that are repeated
    pairs = [(a.rstrip(), b.split()[0]) for a, b in pairwise(lines) if a.strip() and b.strip()]
    continued = [
        (a, b) for a, b in pairs if (a[-1].isalnum() or a[-1] == ",") and b[0].isalpha() and b[0].lower() == b[0]
    ]
    if len(pairs) < FEWEST_LINES or len(continued) < CONTINUED * len(pairs):
        return None
    width = _filled_up_to(filled, pairs, len)
    columns = None if width else _filled_up_to(filled, pairs, _columns_of)
    if not width and not columns:
        return None
    at = f"{width} characters" if width else f"{columns} columns"
    a, b = continued[0]
    return (
        f"seems to be wrapped at {at}, in the middle of sentences such as {' '.join(a.split()[-2:])[:30]!r} / "
        f"{b[:30]!r}: a line end ends a sentence, so windows are cut there; join the lines of each sentence or paragraph"
    )


def _filled_up_to(lines: list[str], pairs: list[tuple[str, str]], size: Callable[[str], int]) -> int | None:
    """Return the width up to which lines are filled; None if the next word would often have had room."""
    width = sorted(map(size, lines))[len(lines) * 98 // 100]
    full = sum(size(line) + 1 + size(word) > width for line, word in pairs)
    return width if width in WIDTHS and full >= WRAPPED * len(pairs) else None


def _columns_of(line: str) -> int:
    """Return how many columns a line takes in a terminal, where the letters of some scripts take two."""
    return len(line) if line.isascii() else sum(2 if east_asian_width(letter) in "WF" else 1 for letter in line)
