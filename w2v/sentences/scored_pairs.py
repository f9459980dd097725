"""Pairs of sentences with a human score of their similarity, as in STS and SICK, and pairs without one."""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass

from w2v.annotations import checked
from w2v.arguments import OTHER_TYPE, shown, to_integer
from w2v.atomic_files import PathLike
from w2v.errors import ConfigError, CorpusError
from w2v.evaluation.columns import number_in
from w2v.evaluation.test_sets import read_lines

OFFICIAL_STSB = (5, 6, 4)
"""Places of sentences and score in the files of STS-B: genre, file, year, number, score, sentence, sentence, sources."""


@dataclass(frozen=True)
class ScoredPair:
    """Two sentences and the similarity that people assigned to them, on any scale; None if they were only paired."""

    first: str
    second: str
    score: float | None = None


@checked
def read_sentence_pairs(path: PathLike, columns: str | Sequence[int] | None = None) -> list[ScoredPair]:
    r"""Read pairs of sentences, one per line, with tabs (in a .csv file without tabs, commas) between the columns.

    Lines without a number where the score is wanted, such as a header, are left out; so are further columns.

    Parameters
    ----------
    path : path-like
        A text file in UTF-8.
    columns : str or sequence of int, optional
        The numbers, from 1, of the columns of the two sentences and the score, as in "2,3,1"; without a third number, pairs
        have no score. By default: the score is the first column or the third, whichever holds numbers; or as in the
        files of STS-B; or there are only two columns.

    Raises
    ------
    ArgumentError
        If an argument has another type.
    ConfigError
        If the columns are not two or three numbers from 1.
    CorpusError
        If the file cannot be read, or has no pair.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
    ...     _ = file.write("4.5\tA cat sleeps.\tThe cat is asleep.\n")
    ...     file.flush()
    ...     read_sentence_pairs(file.name)
    [ScoredPair(first='A cat sleeps.', second='The cat is asleep.', score=4.5)]
    """
    lines = [text for _, text in read_lines(path)]
    tabs = any("\t" in line for line in lines)
    rows = [line.split("\t") for line in lines] if tabs else [row for row in csv.reader(lines, skipinitialspace=True)]
    places = _numbers(columns) if columns is not None else _guessed(rows)
    pairs = [pair for row in rows if (pair := _pair(row, places)) is not None]
    if not pairs:
        raise CorpusError(
            f"{os.fspath(path)} must contain lines of two sentences and a score, with tabs between them: got none; "
            "name the columns, as in columns='2,3,1'"
        )
    return pairs


def _numbers(columns: str | Sequence[int]) -> tuple[int, ...]:
    parts = columns.split(",") if isinstance(columns, str) else list(columns)
    whole = [int(p) if isinstance(p, str) and p.strip().isdecimal() else to_integer("columns", p) for p in parts]
    places = () if any(part is OTHER_TYPE for part in whole) else tuple(part - 1 for part in whole)
    if len(places) not in (2, 3) or min(places) < 0:
        raise ConfigError(f"columns must be two or three numbers from 1, as in '2,3,1': got {shown(columns)}")
    return places


def _guessed(rows: list[list[str]]) -> tuple[int, ...]:
    """Return the places of sentences and score that most lines agree with."""
    layouts = {
        OFFICIAL_STSB: lambda row: len(row) >= 7 and number_in(row[4]) is not None and number_in(row[5]) is None,
        (1, 2, 0): lambda row: len(row) >= 3 and number_in(row[0]) is not None and number_in(row[1]) is None,
        (0, 1, 2): lambda row: len(row) >= 3 and number_in(row[2]) is not None and number_in(row[0]) is None,
    }
    agreeing = {places: sum(map(fits, rows)) for places, fits in layouts.items()}
    best = max(agreeing, key=lambda places: agreeing[places])
    return best if agreeing[best] * 2 > len(rows) else (0, 1)


def _pair(row: list[str], places: tuple[int, ...]) -> ScoredPair | None:
    if len(row) <= max(places):
        return None
    score = number_in(row[places[2]].strip()) if len(places) == 3 else None
    if len(places) == 3 and score is None:
        return None
    return ScoredPair(row[places[0]].strip(), row[places[1]].strip(), score)
