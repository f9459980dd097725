"""What is measured: word vectors and, where input and output are compared, the output vectors beside them."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from w2v import formats
from w2v.arrays import Rows
from w2v.atomic_files import PathLike
from w2v.errors import ConfigError, GeometryError
from w2v.formats import Contents, native
from w2v.geometry.row_views import Matrix, View, without
from w2v.vectors import KeyedVectors

VARIANTS = "raw, centred, all-but-the-top-K (K a number, about a hundredth of the dimension)"


@dataclass(frozen=True, eq=False)
class Space:
    """Word vectors as geometry sees them: points of which the direction counts.

    Attributes
    ----------
    vectors : ndarray of float or View, shape (V, d)
        The input matrix.
    partners : ndarray of float or View, shape (V, d), optional
        The output matrix: positives and negatives are then rows of this one (input-output, what skip-gram with negative
        sampling itself scores). None: they are rows of ``vectors`` too (input-input).
    counts : ndarray of int64, shape (V,), optional
        Occurrences of each word; needed to weight by token, and for the correlation of norm and frequency.
    name : str
        What to call it in tables and plots.
    words : sequence of str, length V, optional

    Raises
    ------
    ConfigError
        If the shapes do not belong together.
    """

    vectors: Matrix
    partners: Matrix | None = None
    counts: NDArray[np.int64] | None = None
    name: str = "vectors"
    words: Sequence[str] | None = None

    def __post_init__(self) -> None:
        shape = self.vectors.shape
        if len(shape) != 2 or shape[1] < 1:
            raise ConfigError(f"vectors: got shape {shape}; a matrix of one row a word is needed")
        if self.partners is not None and self.partners.shape != shape:
            raise ConfigError(f"partners of shape {self.partners.shape} and vectors of {shape}; the same is needed")
        for what, values in (("counts", self.counts), ("words", self.words)):
            if values is not None and len(values) != shape[0]:
                raise ConfigError(f"{len(values)} {what} for {shape[0]} vectors; one each is needed")
        if self.counts is not None and len(self.counts) and np.min(self.counts) < 0:
            raise ConfigError(f"counts: got {np.min(self.counts)}; whole numbers >= 0 are needed")

    @classmethod
    def from_keyed_vectors(cls, vectors: KeyedVectors, name: str = "vectors") -> "Space":
        """Take over word vectors; nothing is copied."""
        return cls.from_contents(vectors.contents(), name)

    @classmethod
    def from_contents(cls, contents: Contents, name: str = "vectors", *, output: bool = False) -> "Space":
        """Take over what was read from a file; with ``output``, its output matrix becomes the partners.

        Raises
        ------
        GeometryError
            If there is no output matrix.
        """
        if output and contents.output is None:
            raise GeometryError(
                f"{name} holds no output matrix, so input and output cannot be compared: "
                "save the whole model (Word2Vec.save, w2v train --whole-model), or measure the input vectors alone"
            )
        return cls(contents.vectors, contents.output if output else None, contents.counts, name, contents.words)

    @classmethod
    def load(cls, path: PathLike, *, output: bool = False) -> "Space":
        """Read a file of any format that `w2v.formats.load` knows; a native one is mapped, not copied.

        Raises
        ------
        FileNotFoundError, FormatError
            As `w2v.formats.load`.
        GeometryError
            If ``output`` is asked for and not there.
        """
        contents = native.load(path, mmap=True) if formats.is_native(path) else formats.load(path)
        return cls.from_contents(contents, os.fsdecode(path), output=output)

    def __len__(self) -> int:
        return int(self.vectors.shape[0])

    @property
    def dim(self) -> int:
        """Numbers per vector."""
        return int(self.vectors.shape[1])

    @property
    def targets(self) -> Matrix:
        """Where positives and negatives come from: the partners, or else the vectors themselves."""
        return self.vectors if self.partners is None else self.partners

    @property
    def towers(self) -> str:
        """What is compared with what: ``input-input`` or ``input-output``."""
        return "input-input" if self.partners is None else "input-output"

    def select(self, rows: Rows) -> "Space":
        """Return the space of some rows, in the order given; no vector is copied."""
        return replace(
            self,
            vectors=View(self.vectors, rows),
            partners=None if self.partners is None else View(self.partners, rows),
            counts=None if self.counts is None else np.asarray(self.counts)[rows],
            words=None if self.words is None else [self.words[row] for row in rows.tolist()],
        )

    def variant(self, name: str) -> "Space":
        """Return the space itself (``raw``), ``centred``, or ``all-but-the-top-K``; no vector is copied.

        The mean of the rows is subtracted and, for the last, their K first principal components are projected out, for
        input and output each by itself (Mu & Viswanath 2018, algorithm 1, who advise K about d / 100).

        Raises
        ------
        ConfigError
            If the name is another, or K is not from 1 to d - 1.
        """
        top = components(name)
        if top is None:
            return self
        if top >= self.dim:
            raise ConfigError(f"variant {name!r}: K must be from 1 to {self.dim - 1}")
        return replace(
            self,
            vectors=without(self.vectors, top),
            partners=None if self.partners is None else without(self.partners, top),
            name=f"{self.name}, {name}",
        )


def components(variant: str) -> int | None:
    """Return how many principal components a variant projects out after the mean is taken away; None for ``raw``.

    Raises
    ------
    ConfigError
        If there is no such variant.
    """
    if variant in ("raw", "centred"):
        return None if variant == "raw" else 0
    kind, _, number = variant.rpartition("-")
    if kind == "all-but-the-top" and number.isdecimal() and int(number):
        return int(number)
    raise ConfigError(f"variant {variant!r}; allowed: {VARIANTS}")


def common_words(first: Space, second: Space) -> tuple[Space, Space]:
    """Return both spaces with the words they share, in the order of the first; without words, both as they are.

    Raises
    ------
    GeometryError
        If no word is common, or the numbers of rows differ where words are not known.
    """
    if first.words is None or second.words is None:
        if len(first) != len(second):
            raise GeometryError(
                f"{len(first)} and {len(second)} rows without words: the same rows, or words, are needed"
            )
        return first, second
    if list(first.words) == list(second.words):
        return first, second
    places = {word: row for row, word in enumerate(second.words)}
    shared = [(row, places[word]) for row, word in enumerate(first.words) if word in places]
    if not shared:
        raise GeometryError(f"{first.name} and {second.name} have no word in common")
    rows = np.array(shared, dtype=np.int64)
    return first.select(rows[:, 0]), second.select(rows[:, 1])
