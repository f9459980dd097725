"""The vectors that are measured: input vectors and, if the two are compared, output vectors."""

import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from w2v import formats
from w2v.annotations import checked
from w2v.arguments import array, sequence, shown
from w2v.arrays import Rows
from w2v.atomic_files import PathLike
from w2v.errors import ConfigError, GeometryError
from w2v.formats import Contents, native
from w2v.geometry.row_views import Matrix, View, without
from w2v.vectors import KeyedVectors

VARIANTS = "raw, centred, or all-but-the-top-K (K is a positive integer, usually about a hundredth of the dimension)"


@dataclass(frozen=True, eq=False)
class Space:
    """Word vectors of which only the direction is measured.

    Attributes
    ----------
    vectors : ndarray of float or View, shape (V, d)
        The input matrix.
    partners : ndarray of float or View, shape (V, d), optional
        The output matrix. If given, positives and negatives are rows of it (input-output, as in the scores of skip-gram
        with negative sampling); otherwise they are rows of ``vectors`` too (input-input).
    counts : ndarray of int64, shape (V,), optional
        Occurrences of each word; required for weighting by token, and for the correlation of norm and frequency. Counts that
        are made up (`KeyedVectors.true_counts`) are left out.
    name : str
        Name in tables and plots.
    words : sequence of str, length V, optional

    Raises
    ------
    ConfigError
        If the shapes are inconsistent, or a count is negative.
    """

    vectors: Matrix
    partners: Matrix | None = None
    counts: NDArray[np.int64] | None = None
    name: str = "vectors"
    words: Sequence[str] | None = None

    def __post_init__(self) -> None:
        for what in ("vectors", "partners", "counts"):
            values = getattr(self, what)
            if (values is not None or what == "vectors") and not isinstance(values, View):
                object.__setattr__(self, what, array(what, values))
        if self.words is not None:
            object.__setattr__(self, "words", sequence("words", self.words, "a list of words"))
        shape = self.vectors.shape
        if len(shape) != 2 or shape[1] < 1:
            raise ConfigError(f"vectors must be a matrix with one row per word: got shape {shape}")
        if self.partners is not None and self.partners.shape != shape:
            raise ConfigError(f"partners must have the shape of the vectors, {shape}: got {self.partners.shape}")
        for what, values in (("counts", self.counts), ("words", self.words)):
            if getattr(values, "ndim", 1) != 1:
                raise ConfigError(f"{what} must be one per vector, {shape[0]} in all: got {shown(values)}")
            if values is not None and len(values) != shape[0]:
                raise ConfigError(f"{what} must be one per vector, {shape[0]} in all: got {len(values)}")
        if self.counts is not None and len(self.counts) and np.min(self.counts) < 0:
            raise ConfigError(f"counts must be non-negative integers: got {np.min(self.counts)}")

    @classmethod
    @checked
    def from_keyed_vectors(cls, vectors: KeyedVectors, name: str = "vectors") -> "Space":
        """Wrap word vectors without copying them."""
        return cls.from_contents(vectors.contents(), name)

    @classmethod
    @checked
    def from_contents(cls, contents: Contents, name: str = "vectors", *, output: bool = False) -> "Space":
        """Wrap the contents of a file without copying them; with ``output``, its output matrix becomes the partners.

        Raises
        ------
        GeometryError
            If ``output`` is set and there is no output matrix.
        """
        if output and contents.output is None:
            raise GeometryError(
                f"cannot compare input and output vectors of {name}: it contains no output matrix; "
                "save the whole model (Word2Vec.save, w2v train --whole-model), or measure only the input vectors"
            )
        return cls(contents.vectors, contents.output if output else None, contents.true_counts(), name, contents.words)

    @classmethod
    @checked
    def load(cls, path: PathLike, *, output: bool = False, strict: bool = True) -> "Space":
        """Read a file of any format that `w2v.formats.load` supports, which describes ``strict``; a native file is mapped.

        Raises
        ------
        FileNotFoundError, FormatError
            As `w2v.formats.load`.
        GeometryError
            If ``output`` is set and there is no output matrix.
        """
        name = os.fsdecode(path)
        if formats.is_native(path):
            return cls.from_contents(native.load(path, mmap=True), name, output=output)
        contents = formats.load(path, strict=strict)
        if "repairs" in contents.metadata:
            warnings.warn(formats.describe_repairs(name, contents.metadata["repairs"]), stacklevel=3)
        return cls.from_contents(contents, name, output=output)

    def __len__(self) -> int:
        return int(self.vectors.shape[0])

    @property
    def dim(self) -> int:
        """Dimension of the vectors."""
        return int(self.vectors.shape[1])

    @property
    def targets(self) -> Matrix:
        """The matrix of the positives and negatives: the partners if there are any, otherwise the vectors."""
        return self.vectors if self.partners is None else self.partners

    @property
    def towers(self) -> str:
        """Which vectors are compared: ``input-input`` or ``input-output``."""
        return "input-input" if self.partners is None else "input-output"

    @checked
    def select(self, rows: Rows) -> "Space":
        """Return a space of the given rows, in this order, without copying vectors."""
        if rows.ndim != 1 or rows.dtype.kind not in "iu" or not ((rows >= 0) & (rows < len(self))).all():
            raise ConfigError(f"rows must be row numbers from 0 to {len(self) - 1}: got {shown(rows)}")
        return replace(
            self,
            vectors=View(self.vectors, rows),
            partners=None if self.partners is None else View(self.partners, rows),
            counts=None if self.counts is None else np.asarray(self.counts)[rows],
            words=None if self.words is None else [self.words[row] for row in rows.tolist()],
        )

    @checked
    def variant(self, name: str) -> "Space":
        """Return the space itself (``raw``), or its variant ``centred`` or ``all-but-the-top-K``, without copying vectors.

        Both variants subtract the mean of the rows, and the last also projects out the first K principal components,
        separately for input and output (Mu & Viswanath 2018, algorithm 1; they recommend K of about d / 100).

        Raises
        ------
        ConfigError
            If the name is none of these, or K is not from 1 to d - 1.
        """
        top = components(name)
        if top is None:
            return self
        if top >= self.dim:
            raise ConfigError(f"variant must have K from 1 to {self.dim - 1}, below the dimension: got {name!r}")
        return replace(
            self,
            vectors=without(self.vectors, top),
            partners=None if self.partners is None else without(self.partners, top),
            name=f"{self.name}, {name}",
        )


def components(variant: str) -> int | None:
    """Return the number of principal components that a variant projects out after centring; None for ``raw``.

    Raises
    ------
    ConfigError
        If the variant is unknown.
    """
    if variant in ("raw", "centred"):
        return None if variant == "raw" else 0
    kind, _, number = variant.rpartition("-")
    if kind == "all-but-the-top" and number.isdecimal() and len(number) < 10 and int(number):
        return int(number)
    raise ConfigError(f"variant must be {VARIANTS}: got {variant!r}")


@checked
def common_words(first: Space, second: Space) -> tuple[Space, Space]:
    """Return both spaces with only the words they share, in the order of the first; unchanged if words are unknown.

    Raises
    ------
    GeometryError
        If there is no common word, or words are unknown and the numbers of rows differ.

    Examples
    --------
    >>> import numpy as np
    >>> first, second = common_words(Space(np.eye(3), words=["a", "b", "c"]), Space(np.eye(2), words=["c", "a"]))
    >>> first.words, second.words
    (['a', 'c'], ['a', 'c'])
    """
    if first.words is None or second.words is None:
        if len(first) != len(second):
            raise GeometryError(
                f"both models must have words, or the same rows: got {len(first)} and {len(second)} rows without words"
            )
        return first, second
    if list(first.words) == list(second.words):
        return first, second
    places = {word: row for row, word in enumerate(second.words)}
    shared = [(row, places[word]) for row, word in enumerate(first.words) if word in places]
    if not shared:
        raise GeometryError(f"cannot compare {first.name} and {second.name}: they have no word in common")
    rows = np.array(shared, dtype=np.int64)
    return first.select(rows[:, 0]), second.select(rows[:, 1])
