"""A value of the user's for each word, to colour the map by: part of speech, year, sentiment."""

import math
import os
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from w2v.arguments import amount, shown
from w2v.arrays import Float32
from w2v.atomic_files import PathLike
from w2v.config import TextOptions
from w2v.corpus.lines import Lines
from w2v.corpus.source_files import opened
from w2v.errors import CorpusError, CorpusWarning, TextEncodingError
from w2v.missing_values import PRINTED

HEADING = "word"
"""First field of a line that names the column."""


@dataclass(frozen=True, eq=False)
class Column:
    """The values of words.

    Attributes
    ----------
    name : str
    values : dict of str to str
    """

    name: str
    values: dict[str, str]

    @classmethod
    def read(cls, path: PathLike) -> "Column":
        """Read a file with a word, a tab and a value per line; a first line ``word``, tab, NAME names the column.

        Lines that begin with ``#`` and have no tab are comments.

        Raises
        ------
        CorpusError
            If the file cannot be read, a line has not two fields, or a word has two values.
        """
        name = os.path.splitext(os.path.basename(os.fsdecode(path)))[0]
        values: dict[str, str] = {}
        places: dict[str, str] = {}
        for n, (place, word, value) in enumerate(_fields(os.fsdecode(path))):
            if n == 0 and word == HEADING:
                name = value
            elif values.setdefault(word, value) != value:
                raise _two_values(word, f"{shown(values[word])} in {places[word]}", f"{shown(value)} in {place}")
            else:
                places.setdefault(word, place)
        return cls(name, values)

    @classmethod
    def of(cls, name: str, values: Mapping[Any, Any]) -> "Column":
        """Make a column of a mapping of words to values; None, NaN and the like are no values.

        Raises
        ------
        CorpusError
            If two words are written alike and have two values.
        """
        made: dict[str, str] = {}
        for word, value in values.items():
            if not isinstance(value, str) and str(value) in PRINTED:
                continue
            if made.setdefault(str(word), str(value)) != str(value):
                raise _two_values(str(word), shown(made[str(word)]), shown(str(value)))
        return cls(name, made)

    def encoded(self, words: Sequence[str]) -> tuple[Float32, list[str] | None]:
        """Return the number of each word, NaN where there is none; and the labels that the numbers stand for, if any.

        If every value is a number, it stands for itself; NaN is none. Labels are sorted by how many words have them.

        Examples
        --------
        >>> Column("pos", {"a": "noun", "b": "verb", "c": "noun"}).encoded(["a", "b", "x"])
        (array([ 0.,  1., nan], dtype=float32), ['noun', 'verb'])
        """
        given = [self.values.get(word) for word in words]
        numbers = [_number(value) for value in self.values.values()]
        if numbers and None not in numbers:
            made = [math.nan if value is None else _number(value) for value in given]
            return np.array(made, np.float32), None
        self._warn_of_mixture()
        counted = Counter(value for value in given if value is not None)
        labels = sorted(counted, key=lambda label: (-counted[label], label))
        places = {label: float(place) for place, label in enumerate(labels)}
        return np.array([math.nan if value is None else places[value] for value in given], np.float32), labels

    def _warn_of_mixture(self) -> None:
        """Say that numbers among labels are no scale: one value that is not meant as a label is easily overlooked."""
        labels = [(word, value) for word, value in self.values.items() if _number(value) is None]
        if len(labels) < len(self.values):
            word, value = labels[0]
            numbers, others = amount(len(self.values) - len(labels), "number"), amount(len(labels), "other value")
            warnings.warn(
                f"column {shown(self.name)} has {numbers} and {others}, such as {shown(value)} for {shown(word)}: all are "
                "shown as categories; for a scale, leave out words without a number",
                CorpusWarning,
                stacklevel=2,
            )


def _fields(path: str) -> Iterator[tuple[str, str, str]]:
    """Yield the place and the two fields of each line of a file."""
    try:
        with opened(path) as file:
            lines = Lines(file, TextOptions(as_lines=True), lambda _: None)
            for line in lines:
                text = line.rstrip("\r\n")
                fields = text.split("\t")
                if not text.strip() or (len(fields) == 1 and text.startswith("#")):
                    continue
                if len(fields) != 2:
                    raise CorpusError(
                        f"{lines.place} must be a word, a tab and its value: got {amount(len(fields), 'field')} "
                        f"({shown(text[:60])}); write the column as a text file with a tab in each line"
                    )
                yield lines.place, fields[0], fields[1]
    except TextEncodingError as problem:
        raise TextEncodingError(f"{str(problem).partition('; ')[0]}; save the column as UTF-8") from None
    except CorpusError as problem:
        raise type(problem)(re.sub("^(cannot read )?corpus ", r"\1column ", str(problem))) from None


def _two_values(word: str, first: str, second: str) -> CorpusError:
    return CorpusError(
        f"each word of a column must have one value: got {first} and {second} for {shown(word)}; keep one"
    )


def _number(text: str) -> float | None:
    """Return the number that a text is, NaN for "nan"; None if it is none, or too large for float32."""
    try:
        value = float(text)
    except ValueError:
        return None
    return None if math.isinf(value) or abs(value) >= 1e38 else value
