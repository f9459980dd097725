"""Classes of words, such as parts of speech or topics: how well the vectors separate them.

    tolerance            E x.y over pairs of different words of a class (Wang & Liu 2021)
    mean classifier      the class with the largest inner product of x and the mean of its words (Arora et al. 2019)
    15 nearest           the most frequent class of the 15 nearest words

All are of unit vectors, and the word that is classified is left out of the means and the neighbours.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from w2v.annotations import checked
from w2v.arguments import amount, some
from w2v.arrays import Float64, Rows
from w2v.atomic_files import PathLike
from w2v.errors import ConfigError, CorpusError, GeometryError
from w2v.evaluation.space import first_rows
from w2v.evaluation.test_sets import read_lines
from w2v.vectors.cosines import SearchSpace
from w2v.vectors.search import Search, nearest, queries_at_once

NEIGHBOURS = 15


@dataclass(frozen=True, eq=False)
class Labels:
    """Words with their classes.

    Attributes
    ----------
    rows : ndarray of int64, shape (n,)
        Rows of the space.
    classes : ndarray of int64, shape (n,)
        Number of the class of each row, from 0.
    names : sequence of str
        Name of each class.
    source : str
        Where they come from; printed with every measurement.
    excluded : dict of str to int
        Number of words left out, by reason.

    Raises
    ------
    ConfigError
        If the shapes differ, or a class has no name.
    """

    rows: Rows
    classes: Rows
    names: Sequence[str]
    source: str = "labels"
    excluded: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.rows.shape != self.classes.shape or self.rows.ndim != 1:
            raise ConfigError(
                f"rows and classes must be 1-D and of the same length: got shapes {self.rows.shape} and {self.classes.shape}"
            )
        if len(self.classes) and not 0 <= self.classes.min() <= self.classes.max() < len(self.names):
            raise ConfigError(
                f"classes must be numbers from 0 to {len(self.names) - 1}: got {self.classes.min()} to {self.classes.max()}"
            )

    def __len__(self) -> int:
        return len(self.rows)

    def only(self, rows: Rows) -> "Labels":
        """Keep these rows, and of them the classes with at least two words.

        Raises
        ------
        GeometryError
            If fewer than two classes are left.
        """
        kept = np.isin(self.rows, rows)
        sizes = np.bincount(self.classes[kept], minlength=len(self.names))
        large = kept & (sizes[self.classes] >= 2)
        excluded = self.excluded | {
            "labelled words whose row has no direction": int((~kept).sum()),
            "words that are the only one of their class": int((kept & ~large).sum()),
        }
        used, classes = np.unique(self.classes[large], return_inverse=True)
        if len(used) < 2:
            alone = [self.names[c] for c in np.flatnonzero(sizes == 1).tolist()]
            names = [self.names[c] for c in used.tolist()]
            raise GeometryError(
                f"{self.source} must have at least two classes of two known words: got {classes_found(names, alone)}"
            )
        return Labels(self.rows[large], classes, [self.names[c] for c in used], self.source, excluded)


@checked
def read_labels(path: PathLike, words: Sequence[str]) -> Labels:
    r"""Read the classes of words: a word, a tab and a label per line; lines that begin with ``#`` are comments.

    A word is looked up as written and then in lower case. Unknown words, and words with more than one label, are left out;
    the result says how many.

    Parameters
    ----------
    path : path-like
    words : sequence of str
        Words of the space, in row order.

    Raises
    ------
    CorpusError
        If the file cannot be read, or a line is not a word and a label.
    GeometryError
        If no word is left.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "labels.tsv")
    ...     _ = path.write_text("cat\tanimal\noak\tplant\n")
    ...     labels = read_labels(path, ["oak", "cat"])
    >>> labels.rows, [labels.names[number] for number in labels.classes]
    (array([1, 0]), ['animal', 'plant'])
    """
    return labels_of(_pairs(path), words, os.fspath(path))


def _pairs(path: PathLike) -> Iterator[tuple[str, str]]:
    """Yield the words and labels of a file."""
    for number, line in read_lines(path):
        if line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) != 2 or not all(fields):
            raise CorpusError(f"{os.fspath(path)}, line {number}: must be a word, a tab and a label: got {line[:60]!r}")
        yield fields[0], fields[1]


def labels_of(pairs: Iterable[tuple[str, str]], words: Sequence[str], source: str) -> Labels:
    """Find labelled words in a space; see `read_labels` for the rules.

    Raises
    ------
    GeometryError
        If no word is left.
    """
    index = first_rows(words)
    found: dict[int, set[str]] = {}
    unknown = 0
    for word, label in pairs:
        row = index.get(word, index.get(word.lower(), -1))
        unknown += row < 0
        if row >= 0:
            found.setdefault(row, set()).add(label)
    certain = {row: next(iter(labels)) for row, labels in found.items() if len(labels) == 1}
    if not certain:
        several = f" and {amount(len(found), 'word')} with several labels" if found else ""
        advice = "; do words come first, and their labels after them?" if found else ""
        raise GeometryError(
            f"{source} must have a known word with one label: got {amount(unknown, 'unknown word')}{several}{advice}"
        )
    names = list(dict.fromkeys(certain.values()))
    numbers = {name: number for number, name in enumerate(names)}
    excluded = {
        "labels of an unknown word": unknown,
        "words with several labels": len(found) - len(certain),
    }
    classes = np.array([numbers[label] for label in certain.values()], dtype=np.int64)
    return Labels(np.array(list(certain), dtype=np.int64), classes, names, source, excluded)


def single_members(names: Sequence[str]) -> str:
    """Return for a message which classes have a single member; empty if none has."""
    return f" and {amount(len(names), 'class', 'classes')} with a single member ({some(names)})" if names else ""


def classes_found(names: Sequence[str], single: Sequence[str]) -> str:
    """Return for a message how many classes were found and, if they are too few, what to do.

    Examples
    --------
    >>> classes_found(["animal"], []), classes_found(["animal"], ["place"])
    ("1 ('animal'); add items with another label", "1 ('animal') and 1 class with a single member ('place')")
    """
    known = f"{len(names)} ({some(names)})" if names else "0"
    return f"{known}{single_members(single)}" if single or not names else f"{known}; add items with another label"


def class_similarities(x: Float64, classes: Rows) -> tuple[Float64, Float64]:
    """Return, for each unit row, the sum of its cosines with the others of its class, and their number: shape (n,)."""
    totals = _sums(x, classes)
    sizes = np.bincount(classes).astype(np.float64)
    return np.einsum("nd,nd->n", x, totals[classes]) - 1.0, sizes[classes] - 1.0


def by_means(x: Float64, classes: Rows) -> Rows:
    """Return the class of each unit row by the mean classifier; of equal classes the first."""
    sizes = np.bincount(classes).astype(np.float64)
    scores = x @ (_sums(x, classes) / sizes[:, np.newaxis]).T
    rows = np.arange(len(x))
    scores[rows, classes] = (scores[rows, classes] * sizes[classes] - 1.0) / (sizes[classes] - 1.0)  # without x itself
    return np.asarray(scores.argmax(axis=1))


def by_neighbours(x: Float64, classes: Rows, k: int = NEIGHBOURS, queries: Float64 | None = None) -> Rows:
    """Return the most frequent class of the k nearest other rows of each unit row; of equal ones that of the nearest.

    With ``queries``, unit rows too, it is that of the k rows of ``x`` nearest to each of these.
    """
    space, asked = SearchSpace.of(x.astype(np.float32)), x if queries is None else queries
    k, found = min(k, len(x) - (queries is None)), np.empty(len(asked), np.int64)
    step = queries_at_once(k)
    for start in range(0, len(asked), step):
        own = np.arange(start, min(start + step, len(asked)))
        itself = own if queries is None else own[:0]
        answers = nearest(space, asked[own], Search(k, 0, len(x), itself - start, itself))
        # most_common keeps the order of first occurrence among equals, and neighbours come nearest first.
        found[own] = [Counter(classes[rows].tolist()).most_common(1)[0][0] for rows, _ in answers]
    return found


def _sums(x: Float64, classes: Rows) -> Float64:
    totals = np.zeros((classes.max() + 1, x.shape[1]))
    np.add.at(totals, classes, x)
    return totals
