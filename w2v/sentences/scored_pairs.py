"""Pairs of sentences with a human score of their similarity, as in STS and SICK, and pairs without one."""

import csv
import io
import os
import re
from dataclasses import dataclass

from w2v.annotations import checked
from w2v.arguments import OTHER_TYPE, amount, shown, to_integer
from w2v.atomic_files import PathLike
from w2v.errors import ConfigError, CorpusError
from w2v.evaluation.columns import (
    MISSING_SCORES,
    UNKNOWN_SCORES,
    Columns,
    number_in,
    proposed,
    refuse_mixed_signs,
    refuse_numbering,
    refuse_thousands,
)
from w2v.evaluation.test_sets import read_text

Row = list[str]
Line = tuple[int, Row]
"""The number of a line, from 1, and its fields."""
Places = tuple[int, ...]
"""Of the two sentences and the score, if there is one, in a line."""

OFFICIAL_STSB = (5, 6, 4)
"""Places in the files of STS-B: genre, file, year, number, score, sentence, sentence, sources."""
LAYOUTS = (OFFICIAL_STSB, (1, 2, 0), (0, 1, 2))
NAME = re.compile(r"(?i)(?:sentence|sent|text|question|premise|hypothesis|query)[\W_]?[12ab]?")
"""Of a column of sentences."""


@dataclass(frozen=True)
class ScoredPair:
    """Two sentences and the similarity that people assigned to them, on any scale; None if they were only paired."""

    first: str
    second: str
    score: float | None = None


@checked
def read_sentence_pairs(path: PathLike, columns: Columns | None = None) -> list[ScoredPair]:
    r"""Read pairs of sentences, one per line, with tabs between the columns (or commas or semicolons, if most have none).

    A header, comments (a ``#``, and no further column), further columns and pairs that nobody has judged, whose score is
    blank or is written NA, nan, None, null, ? or -, are left out. Any other line without a number where the score is wanted
    is an error.

    Parameters
    ----------
    path : path-like
        A text file in UTF-8.
    columns : str or sequence of str or int, optional
        The columns of the two sentences and the score, by number from 1 or by name in the header, as in "2,3,1" or
        "sentence1,sentence2,score"; without a third, pairs have no score. By default: two columns whose names begin with
        "sentence" and one whose name ends in "score"; or the score is the first column or the third, whichever holds
        numbers; or as in the files of STS-B; or there are only two columns.

    Raises
    ------
    ArgumentError
        If an argument has another type.
    ConfigError
        If the columns are not two or three different numbers from 1, or names in the header.
    CorpusError
        If the file cannot be read, has no pair or a line that is none, or does not tell which columns are wanted.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
    ...     _ = file.write("4.5\tA cat sleeps.\tThe cat is asleep.\n")
    ...     file.flush()
    ...     read_sentence_pairs(file.name)
    [ScoredPair(first='A cat sleeps.', second='The cat is asleep.', score=4.5)]
    """
    return judged_sentence_pairs(path, columns)[0]


def judged_sentence_pairs(path: PathLike, columns: Columns | None = None) -> tuple[list[ScoredPair], int]:
    """Return what `read_sentence_pairs` does, and the number of pairs that were left out because nobody has judged them."""
    name = os.fspath(path)
    lines = _lines(path)
    rows = [row for _, row in lines]
    places = _guessed(rows, str(name)) if columns is None else _places(columns, rows[0] if rows else [])
    header = bool(rows) and _is_header(rows[0], places, columns)
    if columns is None and len(places) == 3:
        refuse_numbering(str(name), rows[header:], places)
    if (most := max(map(len, rows), default=0)) <= max(places) and rows:
        raise ConfigError(
            f"columns must be in {name}, whose lines have at most {amount(most, 'column')}: got {shown(columns)}"
        )
    scores = [(number, row[places[2]]) for number, row in lines[header:] if len(places) == 3 and len(row) > places[2]]
    refuse_thousands(str(name), scores)
    # Of a line that is no pair, all lines tell which columns were meant.
    pairs = [pair for line in lines[header:] if (pair := _pair(line, places, str(name), rows[header:])) is not None]
    if not pairs:
        raise CorpusError(
            f"{name} must contain lines of two sentences and a score, with tabs between them: got none; "
            "name the columns, as in columns='2,3,1'"
        )
    refuse_mixed_signs(str(name), scores)
    return pairs, len(lines) - header - len(pairs)


def _lines(path: PathLike) -> list[Line]:
    """Return the lines of a file that are neither blank nor comments; no white space is left around their fields."""
    # The line ends alone are taken off: a field before the first tab, or after the last, may be empty.
    text = read_text(path).replace("\r\n", "\n").replace("\r", "\n")
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if 2 * sum("\t" in line for _, line in lines) > len(lines):
        split = [(number, line.split("\t")) for number, line in lines]
    else:
        try:
            split = _rows(text, ";" if _is_even(text, ";") and not _is_even(text, ",") else ",")
        except csv.Error as problem:
            raise CorpusError(
                f"{os.fspath(path)} must have commas between its columns, with quotation marks in pairs, or tabs: got "
                f"{problem}"
            ) from None
    stripped = [(number, [field.strip() for field in row]) for number, row in split]
    return [(number, row) for number, row in stripped if any(row) and not (len(row) == 1 and row[0].startswith("#"))]


def _rows(text: str, delimiter: str) -> list[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    # A row may have several lines, of which the reader tells the last.
    return [(reader.line_num - sum(field.count("\n") for field in row), row) for row in reader]


def _is_even(text: str, delimiter: str) -> bool:
    """Whether all rows have the same number of columns, three or more, as where commas are decimal signs."""
    try:
        widths = {len(row) for _, row in _rows(text, delimiter) if any(map(str.strip, row))}
    except csv.Error:
        return False
    return len(widths) == 1 and max(widths) > 2


def _places(columns: Columns, first: Row) -> Places:
    """Return the places, from 0, of columns given by number or by name."""
    names = [name.casefold() for name in first]
    places = []
    for part in columns.split(",") if isinstance(columns, str) else columns:
        text = part.strip().casefold() if isinstance(part, str) else None
        if text is not None and text in names and number_in(text) is None:
            places.append(names.index(text))
            continue
        if text is not None and names and not text.lstrip("-").isdecimal():
            raise ConfigError(
                "columns must be two or three different numbers from 1, as in '2,3,1', or names in the header of the file: "
                f"got {shown(part)}; it has {', '.join(map(repr, first))[:200]}"
            )
        number = to_integer("columns", int(text) if text is not None and text.isdecimal() and len(text) < 10 else part)
        places.append(0 if number is OTHER_TYPE else number)
        places[-1] -= 1
    if len(places) not in (2, 3) or min(places) < 0 or len(set(places)) < len(places):
        raise ConfigError(
            "columns must be two or three different numbers from 1, as in '2,3,1', or names in the header of the file: got "
            f"{shown(columns)}"
        )
    return tuple(places)


def _is_header(first: Row, places: Places, columns: Columns | None) -> bool:
    """Whether the first line names the columns: has those that were named, or words where the others have a score."""
    if columns is not None:
        names = [name.casefold() for name in first]
        listed = columns.split(",") if isinstance(columns, str) else columns
        if all(isinstance(part, str) and part.strip().casefold() in names for part in listed):
            return True
    if len(places) == 2:
        return len(first) > max(places) and all(NAME.fullmatch(first[place]) for place in places)
    return (
        len(first) > max(places)
        and all(number_in(field) is None for field in first)
        and first[places[2]].casefold() not in MISSING_SCORES
    )


def _guessed(rows: list[Row], name: str) -> Places:
    """Return the places of sentences and score, of which the header or most of the other lines tell."""
    header = bool(rows) and all(number_in(field) is None for field in rows[0])
    if header and (named := _named(rows[0])):
        return named
    if rows and all(len(row) == 2 for row in rows) and not _more_numbers(rows, ()):
        return (0, 1)
    body = rows[header and len(rows) > 1 :]
    layouts = [places for places in LAYOUTS if 2 * sum(_fits(row, places) for row in body) > len(body)]
    if layouts and (layouts[0] == OFFICIAL_STSB or (len(layouts) == 1 and not _more_numbers(body, layouts[0]))):
        return layouts[0]
    likely = proposed(body) or "2,3,1"
    remedy = (
        "add one of scores, or, for texts with labels, use w2v supervise"
        if max(map(len, rows), default=0) == 2
        else f"name them, as in columns={likely!r} for the two sentences and the score"
    )
    raise CorpusError(
        f"{name} must have lines of two sentences and a score, in columns that can be told apart: got lines of "
        f"{', '.join(map(str, sorted({len(row) for row in rows})[:4])) or 'no'} columns, such as {shown(body[:1])}; "
        f"{remedy}"
    )


def _named(header: Row) -> Places | None:
    """Return the places that a header tells."""
    names = list(enumerate(name.casefold() for name in header))
    sentences = [place for place, name in names if name.startswith("sentence")]
    scores = [place for place, name in names if name.endswith("score")]
    return (*sentences, *scores) if len(sentences) == 2 and len(scores) == 1 else None


def _fits(row: Row, places: Places) -> bool:
    """Whether a line has a number as its score, and none as a sentence."""
    first, second, score = places
    return (
        len(row) > max(places)
        and number_in(row[score]) is not None
        and number_in(row[first]) is None
        and number_in(row[second]) is None
    )


def _more_numbers(rows: list[Row], places: Places) -> bool:
    """Whether a further column mostly holds numbers, so that it may be the score, as where pairs are numbered too."""
    others = set(range(max(map(len, rows)))) - set(places)
    return any(2 * sum(len(row) > k and number_in(row[k]) is not None for row in rows) > len(rows) for k in others)


def _pair(line: Line, places: Places, name: str, rows: list[Row]) -> ScoredPair | None:
    """Return the pair of a line, one of ``rows``; None if nobody has judged it."""
    number, row = line
    if len(row) <= max(places):
        raise CorpusError(
            f"{name}, line {number}: must have at least {max(places) + 1} columns: got {len(row)} ({shown(row)}); complete "
            "or remove it"
        )
    first, second, *rest = (row[place] for place in places)
    if not rest:
        return ScoredPair(first, second)
    score = number_in(rest[0])
    if score is None and rest[0].casefold() not in UNKNOWN_SCORES:
        likely = proposed(rows)
        meant = likely is not None and likely != ",".join(str(place + 1) for place in places)
        remedy = (
            f"; choose the columns, as in columns={likely!r}"
            if meant
            else "; correct it, or blank it to leave out the pair"
        )
        raise CorpusError(f"{name}, line {number}: the score must be a number: got {shown(rest[0])}{remedy}")
    return None if score is None else ScoredPair(first, second, score)
