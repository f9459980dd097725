"""Files of word pairs: how their columns are separated, which of them are wanted, and how their numbers are written."""

import contextlib
import csv
import math
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from w2v.arguments import shown
from w2v.atomic_files import PathLike
from w2v.errors import ArgumentError, ConfigError, CorpusError, warn
from w2v.evaluation.test_sets import read_lines
from w2v.missing_values import UNKNOWN

Columns = str | Sequence[str | int]
"""Columns by name, or by number from 1: a sequence of them, or a string with commas between them."""

FEWEST_NUMBERED = 10
"""Scores of fewer pairs may follow each other by chance."""
UNKNOWN_SCORES = UNKNOWN | {""}
"""What is written in place of a score that nobody has given, in lower case."""
MISSING_SCORES = UNKNOWN_SCORES | {"inf", "-inf"}
"""And in place of one that is no finite number."""

SCORE_NAMES = {"score", "mean", "rating", "similarity", "gold"}
"""Of a column, in lower case."""
THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?")
"""A number with a comma between thousands."""

# Tried in this order: a comma may be a decimal sign, and spaces may belong to words, if there are tabs or semicolons.
_SEPARATORS = ("\t", ";", ",")


@dataclass(frozen=True)
class Line:
    """The fields of a line, and what separates them; None: white space."""

    number: int
    text: str
    fields: list[str]
    separator: str | None

    def at(self, places: Sequence[int]) -> list[str]:
        """Return the fields at some positions, as far as the line has them."""
        return [self.fields[place] for place in places if place < len(self.fields)]


@dataclass(frozen=True)
class Table:
    """The lines of a file that are not comments, in columns.

    Attributes
    ----------
    path : str
    lines : list of Line
    names : list of str
        The fields of the header or, without one, of the last comment before the first line.
    has_header : bool
        Whether the first line is a header: none of its fields begins like a number.
    """

    path: str
    lines: list[Line]
    names: list[str]
    has_header: bool

    @classmethod
    def read(
        cls, path: PathLike, *, delimiter: str | None = None, encoding: str = "utf-8-sig", least: int = 3
    ) -> "Table":
        """Read a file; without a delimiter, find out whether tabs, semicolons, commas or white space separate its fields.

        Parameters
        ----------
        least : int
            The smallest number of fields of a line.

        Raises
        ------
        ConfigError
            If the delimiter is empty or the encoding unknown.
        CorpusError
            If the file cannot be read.
        """
        if delimiter == "":
            raise ConfigError("delimiter must be at least one character, or None to find it out: got ''")
        comments, lines = [], []
        for number, text in read_lines(path, encoding, keep_tabs=True):
            if not text.startswith("#"):
                lines.append((number, text))
            elif not lines:
                comments.append(text.strip("# \t"))
        for end in (0, -1):  # tabs that no line lacks separate nothing
            if all(text[end] == "\t" for _, text in lines):
                lines = [(number, text.lstrip("\t") if end == 0 else text.rstrip("\t")) for number, text in lines]
        common = delimiter or _separator([text for _, text in lines[1:]], least)
        table = []
        for number, text in lines:
            separator = common
            if delimiter is None and len(split(text, common)) < least:
                separator = _separator([text], least)
            table.append(Line(number, text, split(text, separator), separator))
        first = table[0].fields if table else []
        header = len(first) >= least and not any(re.match(r"[-+.]?\d", field) for field in first)
        names = first if header else split(comments[-1], table[0].separator) if comments and table else []
        return cls(os.fspath(path), table, names, header)

    def places(self, columns: Columns) -> list[int]:
        """Return the positions of columns, from 0.

        Raises
        ------
        ConfigError
            If one is not in the header, or is no column number, or two are the same.
        """
        wanted = [part.strip() for part in columns.split(",")] if isinstance(columns, str) else list(columns)
        found = [self._place(column) for column in wanted]
        if len(set(found)) < len(found):
            raise ConfigError(f"columns must be different: got {shown(columns)}")
        return found

    def _place(self, column: str | int) -> int:
        if not isinstance(column, (str, int, np.integer)):
            raise ArgumentError(f"columns must be names or numbers: got {shown(column)}")
        folded = [name.casefold() for name in self.names]
        if isinstance(column, str) and column.casefold() in folded:
            return folded.index(column.casefold())
        number = int(column) if not isinstance(column, str) or (column.isdecimal() and len(column) < 10) else 0
        if number < 1:
            known = ", ".join(map(repr, self.names)) or "no header"
            raise ConfigError(
                f"columns must be names in the header of {self.path}, or numbers from 1: got {shown(column)}; it has {known}"
            )
        return number - 1

    def rows(self) -> Iterator[Line]:
        """Yield the lines after the header."""
        yield from self.lines[self.has_header :]

    def named_score(self) -> int | None:
        """Return the position of the only column that is named like a score, if it follows two others and has numbers."""
        found = [place for place, name in enumerate(self.names) if name.casefold() in SCORE_NAMES]
        if len(found) != 1 or found[0] < 2 or len(self.names) != len(self.lines[0].fields):
            return None
        written = [value for line in self.rows() for value in line.at(found) if value.casefold() not in MISSING_SCORES]
        return found[0] if written and all(number_in(value) is not None for value in written) else None

    def likely(self) -> str | None:
        """Return the columns of two texts and a score as names or else numbers tell, for a message; None if they do not."""
        place = self.named_score()
        return proposed([line.fields for line in self.rows()]) if place is None else f"1,2,{place + 1}"

    def notice_other_score(self) -> None:
        """Warn if the third column is taken for the score, and a further one is named so."""
        place = self.named_score()
        if place is not None and place > 2:
            warn(
                f"{self.path}: column 3, {self.names[2]!r}, is taken for the score, but column {place + 1} is named "
                f"{self.names[place]!r}; if that is the score, pass columns='1,2,{place + 1}', otherwise columns='1,2,3'"
            )


def split(text: str, delimiter: str | None) -> list[str]:
    """Return the fields of a line without surrounding white space and quotation marks; None separates at white space.

    Examples
    --------
    >>> split('"new york",city, "6,77"', ",")
    ['new york', 'city', '6,77']
    """
    fields = text.split(delimiter)
    if '"' in text and (delimiter is None or len(delimiter) == 1):
        line = " ".join(fields) if delimiter is None else text
        # An error is a quotation mark that is itself a word, or part of one.
        with contextlib.suppress(csv.Error):
            fields = next(csv.reader([line], delimiter=delimiter or " ", skipinitialspace=True, strict=True))
    return [field.strip() for field in fields]


def number_in(text: str) -> float | None:
    """Return a finite number with a decimal point or a decimal comma; None if it is something else.

    Examples
    --------
    >>> number_in("6,77"), number_in("6.77"), number_in("6.77.1")
    (6.77, 6.77, None)
    """
    if re.fullmatch(r"[-+]?\d*,\d+", text):
        text = text.replace(",", ".")
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def is_numbering(values: Sequence[str]) -> bool:
    """Whether a column numbers the lines, and so is no score.

    Examples
    --------
    >>> is_numbering([str(i) for i in range(7, 27)]), is_numbering(["3", "1", "2"] * 9)
    (True, False)
    """
    return (
        len(values) >= FEWEST_NUMBERED
        and all(value.isdecimal() and len(value) < 19 for value in values)
        and all(int(b) == int(a) + 1 for a, b in pairwise(values))
    )


def proposed(rows: Sequence[Sequence[str]]) -> str | None:
    """Return the columns of two texts and a score, for a message; None if it is not clear which they are.

    Examples
    --------
    >>> proposed([[str(i), "cat", "dog", "7.5"] for i in range(20)]), proposed([["cat", "7.5", "dog"]] * 20)
    ('2,3,4', '1,3,2')
    """
    width = min(map(len, rows), default=0)
    texts, scores = [], []
    for place in range(width):
        column = [row[place] for row in rows]
        written = [value for value in column if value.casefold() not in MISSING_SCORES]
        numbers = sum(number_in(value) is not None for value in written)
        if 2 * numbers <= len(written):  # some words are numbers
            texts.append(place + 1)
        elif numbers == len(written) and not is_numbering(column):
            scores.append(place + 1)
    return ",".join(map(str, (*texts, *scores))) if len(texts) == 2 and len(scores) == 1 else None


def refuse_numbering(
    path: str, rows: Sequence[Sequence[str]], places: Sequence[int], likely: str | None = None
) -> None:
    """Raise CorpusError if the last of three columns, from 0, which is taken for the score, numbers the lines.

    The message names the columns that are ``likely`` meant.
    """
    place = places[2]
    values = [row[place] for row in rows if place < len(row)]
    if is_numbering(values):
        columns = likely or proposed(rows)
        remedy = (
            f"choose the columns, as in columns={columns!r}" if columns else "choose the columns, or add one of scores"
        )
        raise CorpusError(
            f"{path} must have scores in column {place + 1}: got the numbers of its lines, {values[0]}, {values[1]}, "
            f"{values[2]} and so on; {remedy}; if these are scores, such as ranks, pass "
            f"columns='{','.join(str(place + 1) for place in places)}'"
        )


def refuse_mixed_signs(path: str, scores: Sequence[tuple[int, str]]) -> None:
    """Raise CorpusError if some of the scores have a decimal point and others a comma: one of them means thousands."""
    first: dict[str, int] = {}
    for number, score in scores:
        for sign in {".", ","} & set(score):
            first.setdefault(sign, number)
    if len(first) > 1:
        raise CorpusError(
            f"{path} must have one decimal sign: got a point in line {first['.']} and a comma in line {first[',']}"
        )


def refuse_thousands(path: str, scores: Sequence[tuple[int, str]]) -> None:
    """Raise CorpusError if commas in the scores separate thousands, so that they are no decimal signs.

    They do if a score has several, or a point too, and if all are followed by three digits where whole numbers above 9 have
    none. In a column of ``6,770`` alone they are decimal signs; correlations are the same either way.
    """
    several = [
        (n, score) for n, score in scores if THOUSANDS.fullmatch(score) and (score.count(",") > 1 or "." in score)
    ]
    commas = [(n, score) for n, score in scores if "," in score]
    whole = [(n, score) for n, score in scores if score.isdecimal() and float(score) > 9]
    if several or (commas and whole and all(THOUSANDS.fullmatch(score) for _, score in commas)):
        number, score = (several or commas)[0]
        beside = "" if several else f", beside {whole[0][1][:30]} in line {whole[0][0]}"
        raise CorpusError(
            f"{path}, line {number}: scores must have no commas between thousands: got {score[:30]!r}{beside}; remove the "
            f"commas, as in {score.replace(',', '')[:30]}, or write a decimal point if they are decimal signs"
        )


def _separator(texts: list[str], least: int) -> str | None:
    """Return the first separator that gives each of some lines enough fields; None if none of them does."""
    enough = (s for s in _SEPARATORS if texts and all(len(split(text, s)) >= least for text in texts))
    return next(enough, None)
