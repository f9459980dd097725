"""A value of the user's for each word, to colour the map by: part of speech, year, sentiment."""

import math
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from w2v.arguments import shown
from w2v.arrays import Float32
from w2v.atomic_files import PathLike
from w2v.config import TextOptions
from w2v.errors import CorpusError
from w2v.supervision.label_files import line_pairs

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

        Raises
        ------
        CorpusError
            If the file cannot be read, a line has not two fields, or a word has two values.
        """
        name = os.path.splitext(os.path.basename(os.fsdecode(path)))[0]
        pairs = list(line_pairs(os.fsdecode(path), TextOptions()))
        if pairs and pairs[0][0] == HEADING:
            name = pairs.pop(0)[1]
        return cls.of(name, pairs)

    @classmethod
    def of(cls, name: str, pairs: Iterable[tuple[Any, Any]] | Mapping[Any, Any]) -> "Column":
        """Make a column of pairs of word and value, or a mapping.

        Raises
        ------
        CorpusError
            If a word has two values.
        """
        values: dict[str, str] = {}
        for word, value in pairs.items() if isinstance(pairs, Mapping) else pairs:
            text = str(value)
            if values.setdefault(str(word), text) != text:
                raise CorpusError(
                    f"each word must have one value: got {shown(values[str(word)])} and {shown(text)} for {shown(word)}"
                )
        return cls(name, values)

    def encoded(self, words: Sequence[str]) -> tuple[Float32, list[str] | None]:
        """Return the number of each word, NaN where there is none; and the labels that the numbers stand for, if any.

        If every value is a number, it stands for itself. Labels are sorted by how many words have them.

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
        counted = Counter(value for value in given if value is not None)
        labels = sorted(counted, key=lambda label: (-counted[label], label))
        places = {label: float(place) for place, label in enumerate(labels)}
        return np.array([math.nan if value is None else places[value] for value in given], np.float32), labels


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e38 else None
