"""Labelled words and texts, in the forms in which people have them.

    two fields per line, with a tab between    a word and its label, or a label and its text, or a text and its label
    tables                                     a column of texts or words, a column of labels
    a folder                                   a subfolder per label, each file of it a text;
                                               or a file per label, each line of it a text
    Python objects                             {word: label}, (items, labels), data frames, datasets, records

Which field is the label is decided by counting: it has fewer different values. Whether the others are words or texts is
decided by white space, unless it is said. Both decisions are reported, and what cannot be decided is an error.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any, Literal

from w2v.arguments import path as checked_path
from w2v.arguments import shown
from w2v.config import TextOptions
from w2v.errors import ArgumentError, ConfigError, CorpusError
from w2v.supervision.label_files import columns_of, folder_pairs, line_pairs, table_pairs, text_lines
from w2v.supervision.label_names import notice_labels

Kind = Literal["words", "texts"]
KINDS = ("words", "texts")
FEW, MANY = 0.1, 0.5
"""Words: at most this share of the items has white space inside. Texts: at least this share."""


@dataclass(frozen=True)
class LabelSource:
    """Where labels come from: see `w2v.supervise`."""

    labels: Any
    items: Kind | None = None
    column: str | None = None
    label_column: str | None = None
    text: TextOptions | None = None
    names: Collection[str] = ()
    """Labels that are known beforehand, by which their field is recognised."""

    def __post_init__(self) -> None:
        if (self.column is None) != (self.label_column is None):
            given = f"label_column={self.label_column!r}" if self.column is None else f"column={self.column!r}"
            raise ArgumentError(f"column and label_column must be given together, or neither: got only {given}")

    def read(self, known: Collection[str]) -> "Labelled":
        """Read the labels.

        Parameters
        ----------
        known : collection of str
            The vocabulary: an item with white space that is one of its words is a word.

        Raises
        ------
        ArgumentError
            If it is none of these forms, or a label is neither a string nor a number.
        CorpusError
            If a file cannot be read, or its fields or items cannot be told apart.

        Warns
        -----
        UserWarning
            If labels are written like missing values, differ in case alone or are the same number, or are quantities.
        """
        pairs, source, layout = self._pairs()
        items, labels, excluded, integers = _present(pairs)
        if not items:
            raise CorpusError(f"{source} must have at least one item with a label: got none")
        if layout is None:
            items, labels, first = _oriented(items, labels, self.names, source)
        notice_labels(labels, source)
        kind = self.items or _kind(items, known, source)
        if layout is None:
            one = "word" if kind == "words" else "text"
            layout = f"{one}<TAB>label" if first else f"label<TAB>{one}"
        return Labelled(items, labels, kind, source, layout, excluded, integers)

    def _pairs(self) -> tuple[Iterable[tuple[Any, Any]], str, str | None]:
        """Return items and labels, where they come from, and their layout; None: of two fields either may be the label."""
        labels, text = self.labels, self.text or TextOptions()
        if self.column is not None and self.label_column is not None:
            names = (self.column, self.label_column)
            layout = f"column {names[0]!r}, labels in {names[1]!r}"
            if isinstance(labels, (str, bytes, os.PathLike)):
                source = _path(labels)
                return table_pairs(source, names, text), source, layout
            return zip(*columns_of(labels, names), strict=True), f"a {type(labels).__name__}", layout
        if isinstance(labels, Mapping):
            return labels.items(), "a mapping", "word: label"
        if isinstance(labels, (str, bytes, os.PathLike)):
            source = _path(labels)
            return folder_pairs(source, text) or (line_pairs(source, text), source, None)
        if isinstance(labels, tuple) and len(labels) == 2 and not any(isinstance(part, str) for part in labels):
            items, own = map(list, labels)
            if len(items) != len(own):
                raise ConfigError(f"labels must be one per item, {len(items)} in all: got {len(own)}")
            return zip(items, own, strict=True), "lists", "items, labels"
        raise ArgumentError(
            "labels must be a file, a folder, a mapping of words to labels, (items, labels), or a table with column= and "
            f"label_column=: got {type(labels).__name__}"
        )


@dataclass(frozen=True)
class Labelled:
    """Items with their labels.

    Attributes
    ----------
    items, labels : list of str
    kind : {"words", "texts"}
    source, layout : str
        Where they come from, and how they were read: printed with every report.
    excluded : dict of str to int
        Number of items left out, by reason.
    integers : bool
        Whether all labels were given as integers.
    """

    items: list[str]
    labels: list[str]
    kind: Kind
    source: str
    layout: str
    excluded: dict[str, int]
    integers: bool = False

    def distinct(self) -> "Labelled":
        """Keep the first of equal items, and none of those that have several labels."""
        found: dict[str, set[str]] = {}
        for item, label in zip(self.items, self.labels, strict=True):
            found.setdefault(item, set()).add(label)
        certain = {item: next(iter(labels)) for item, labels in found.items() if len(labels) == 1}
        again = sum(item in certain for item in self.items) - len(certain)
        excluded = {"with several labels": len(found) - len(certain), "repeated": again}
        return replace(self, items=list(certain), labels=list(certain.values()), excluded=self.excluded | excluded)


def _path(labels: Any) -> str:
    return str(os.fspath(checked_path("labels", labels)))


def read_items(source: Any, column: str | None, text: TextOptions) -> Iterator[str]:
    """Yield the items of files without labels: their lines, or a column of tables."""
    return text_lines(source, column, text)


def _present(pairs: Iterable[tuple[Any, Any]]) -> tuple[list[str], list[str], dict[str, int], bool]:
    """Return the items that are text and have a label, and whether all labels are integers."""
    items: list[str] = []
    labels: list[str] = []
    without = {"without a text": 0, "without a label": 0}
    integers = True
    for item, label in pairs:
        name = _name(label)
        if not isinstance(item, str) or not item.strip():
            without["without a text"] += 1
        elif not name:
            without["without a label"] += 1
        else:
            items.append(item.strip())
            labels.append(name)
            integers = integers and _is_integer(label)
    return items, labels, without, integers


def _is_integer(label: Any) -> bool:
    """Whether a label is an integer, also one of a column with missing values, in which integers are floats."""
    return not isinstance(label, bool) and (
        isinstance(label, Integral) or (isinstance(label, float) and label.is_integer())
    )


def _name(label: Any) -> str:
    """Return a label as a string: whole numbers without a point; empty for missing values.

    Raises
    ------
    ArgumentError
        If it is bytes or a collection, also an array.
    """
    is_collection = hasattr(label, "__len__") and getattr(label, "shape", None) != ()
    if isinstance(label, bytes) or (is_collection and not isinstance(label, str)):
        raise ArgumentError(
            f"a label must be a string or a number: got {shown(label)} (a {type(label).__name__}); give each item one label"
        )
    if label is None or label != label:  # NaN
        return ""
    if _is_integer(label):
        return str(int(label))
    return str(label).strip()


def _oriented(
    first: list[str], second: list[str], names: Collection[str], source: str
) -> tuple[list[str], list[str], bool]:
    """Return items and labels of two columns, and whether the items come first."""
    left, right = (sum(value in names for value in column) for column in (first, second))
    if left != right:
        return (first, second, True) if left < right else (second, first, False)
    one, two = len(set(first)), len(set(second))
    if one == two:
        raise CorpusError(
            f"{source} must have fewer different labels than items, so that they can be told apart: got {one} different "
            "values in both columns; use a table with a header, and name its columns"
        )
    return (first, second, True) if one > two else (second, first, False)


def _kind(items: list[str], known: Collection[str], source: str) -> Kind:
    """Tell words from texts."""
    distinct = dict.fromkeys(items)
    spaced = sum(len(item.split()) > 1 and item not in known for item in distinct) / len(distinct)
    if FEW < spaced < MANY:
        raise CorpusError(
            f"{source} must be clearly words or texts: got white space in {spaced:.0%} of the items; say which they are "
            'with items="words" or items="texts"'
        )
    return "words" if spaced <= FEW else "texts"
