"""Words in row order, their vectors, and what else is known of each word: what is stored, and what must fit."""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from w2v.errors import ConfigError
from w2v.formats.contents import Contents
from w2v.vectors.search import Float32, SearchSpace

LOCKF = "vectors_lockf"
"""Name of an attribute in a file that holds the factors of frozen rows."""


def storage_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    """Return float32 or float16, the types that vectors are stored in; refuse any other."""
    if np.dtype(dtype) not in (np.float32, np.float16):
        raise ConfigError(f"vectors are stored as float32 or float16; got {np.dtype(dtype)}")
    return np.dtype(dtype)


def as_matrix(vectors: ArrayLike) -> NDArray[Any]:
    """Return vectors as a float32 or float16 matrix: a view where that is what they are, a float32 copy otherwise.

    Rows may be strided, so that a slice of a wider matrix stays a view.
    """
    matrix = np.asarray(vectors)
    if matrix.ndim != 2 or matrix.dtype.kind not in "fiu" or matrix.shape[1] == 0:
        raise ConfigError(f"vectors: a matrix of numbers, shape (words, dim), is needed; got {describe(matrix)}")
    if matrix.dtype not in (np.float32, np.float16):
        return matrix.astype(np.float32, order="C")
    return matrix if matrix.strides[1] == matrix.itemsize else np.ascontiguousarray(matrix)


def describe(array: NDArray[Any]) -> str:
    """Say what an array is, for messages."""
    return f"{array.dtype} of shape {array.shape}"


def as_words(words: Iterable[str]) -> tuple[list[str], dict[str, int]]:
    """Return words as a list and as a mapping to rows.

    Raises
    ------
    ConfigError
        If one is not a string, or stands twice.
    """
    listed = list(words)
    for row, word in enumerate(listed):
        if not isinstance(word, str):
            raise ConfigError(f"word {row} is not a string but {type(word).__name__}")
    rows = {word: row for row, word in enumerate(listed)}
    if len(rows) < len(listed):
        first, word = next((row, word) for row, word in enumerate(listed) if rows[word] != row)
        raise ConfigError(f"{word!r} stands twice, in rows {first} and {rows[word]}; every word has one row")
    return listed, rows


class VectorStore:
    """Words and their vectors, one per row.

    Attributes
    ----------
    expandos : dict of str to ndarray, shape (V,)
        Further values of each word by name, above all ``"count"``.
    metadata : dict
        JSON values that say how the vectors were made.
    numbers : bool
        Whether the words stand for whole numbers: the key 7 then is the word "7", otherwise the row 7.
    """

    def __init__(
        self, vector_size: int, count: int = 0, dtype: DTypeLike = np.float32, mapfile_path: str | None = None
    ) -> None:
        """Make an empty table with room for ``count`` rows before it must grow; ``mapfile_path`` does nothing."""
        if vector_size < 1 or count < 0:
            raise ConfigError(f"vector_size is at least 1 and count at least 0; got {vector_size} and {count}")
        self._words: list[str] = []
        self._rows: dict[str, int] = {}
        # Rows past the last word are room to grow into.
        self._buffer: NDArray[Any] = np.zeros((count, vector_size), dtype=storage_dtype(dtype))
        self._row_count = 0
        self._space: SearchSpace | None = None
        self.expandos: dict[str, NDArray[Any]] = {}
        self.metadata: dict[str, Any] = {}
        self.numbers = False
        self._lockf: Float32 = np.ones(1, np.float32)

    @classmethod
    def from_arrays(
        cls,
        words: Sequence[str],
        vectors: ArrayLike,
        counts: ArrayLike | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Self:
        """Put words and vectors together.

        Parameters
        ----------
        words : sequence of str
            One per row, none twice.
        vectors : array_like, shape (len(words), d)
            Kept as they are, without a copy, if float32 or float16, even as a row-strided view of a wider matrix: what
            is written to that matrix is then seen here once the norms are refreshed (`fill_norms`). Other numbers are
            copied to float32.
        counts : array_like of int, shape (len(words),), optional
            Occurrences of each word.
        metadata : mapping, optional
            Copied into `metadata`.

        Raises
        ------
        ConfigError
            If the lengths differ, a word stands twice, or the vectors are not a matrix of numbers.
        """
        matrix = as_matrix(vectors)
        table = cls(matrix.shape[1], dtype=matrix.dtype)
        table.index_to_key = words  # type: ignore[assignment]  # any sequence is taken
        table.vectors = matrix
        table.check_rows()
        if counts is not None:
            numbers = np.asarray(counts)
            if numbers.shape != (len(words),) or numbers.dtype.kind not in "iu" or (numbers < 0).any():
                raise ConfigError(f"counts: one integer >= 0 for each of {len(words)} words; got {describe(numbers)}")
            table.expandos["count"] = numbers.astype(np.int64)
        table.metadata.update(metadata or {})
        return table

    @classmethod
    def from_contents(cls, contents: Contents) -> Self:
        """Take over what was read from a file; the output matrix, if any, is left aside."""
        table = cls.from_arrays(contents.words, contents.vectors, contents.counts, contents.metadata)
        table.numbers = contents.metadata.get("numbers") is True
        table.expandos |= contents.attributes
        table.vectors_lockf = table.expandos.pop(LOCKF, table.vectors_lockf)
        return table

    def contents(self) -> Contents:
        """Return what a file of these vectors holds; matrix and words are not copied."""
        self.check_rows()
        counts = self.expandos.get("count")
        counts = counts if counts is None else counts.astype(np.int64, copy=False)
        metadata = self.metadata | ({"numbers": True} if self.numbers else {})
        values = {LOCKF: self.row_factors()}
        for name in self.expandos:
            values[name] = self._numbers_of(name)
        attributes = {name: numbers for name, numbers in values.items() if numbers is not None}
        return Contents(self._words, self.vectors, counts, metadata=metadata, attributes=attributes)

    @property
    def vectors(self) -> NDArray[Any]:
        """The matrix, float32 or float16, shape (V, d).

        Assigning another matrix refreshes all that depends on it. Writing into this one (``vectors[3] = x``) cannot be
        noticed: call ``fill_norms(force=True)`` afterwards.
        """
        return self._buffer[: self._row_count]

    @vectors.setter
    def vectors(self, vectors: ArrayLike) -> None:
        self._buffer = as_matrix(vectors)
        self._row_count = len(self._buffer)
        self._space = None

    @property
    def index_to_key(self) -> list[str]:
        """The words in row order. Assigning a list renews `key_to_index` too."""
        return self._words

    @index_to_key.setter
    def index_to_key(self, words: list[str]) -> None:
        self._words, self._rows = as_words(words)

    @property
    def key_to_index(self) -> dict[str, int]:
        """The row of each word. Assigning a mapping onto 0..V-1 renews `index_to_key` too."""
        return self._rows

    @key_to_index.setter
    def key_to_index(self, rows: Mapping[str, int]) -> None:
        if sorted(rows.values()) != list(range(len(rows))):
            raise ConfigError(f"key_to_index maps {len(rows)} words onto the rows 0 to {len(rows) - 1}, each once")
        self.index_to_key = sorted(rows, key=rows.__getitem__)

    @property
    def vector_size(self) -> int:
        """Numbers per vector."""
        return int(self._buffer.shape[1])

    @property
    def norms(self) -> Float32:
        """Euclidean length of each row: float32, shape (V,), read-only; computed when first needed, then kept.

        Assigning None, after writing into `vectors`, lets them be computed anew.
        """
        return self.search_space().norms

    @norms.setter
    def norms(self, norms: None) -> None:
        if norms is not None:
            raise ConfigError("norms are computed from the vectors: assign None to have that done anew")
        self._space = None

    @property
    def vectors_lockf(self) -> Float32:
        """What training multiplies the updates of each row by: 1 trains it, 0 freezes it.

        float32, shape (V,), or (1,) for all rows alike, which is what there is until another array is assigned. That one
        may be written to. The vectors of `Word2Vec.wv` obey it.
        """
        return self._lockf

    @vectors_lockf.setter
    def vectors_lockf(self, factors: ArrayLike) -> None:
        self._lockf = np.asarray(factors, np.float32)
        self.row_factors()

    def row_factors(self) -> Float32 | None:
        """Return `vectors_lockf` as one factor for each row, shape (V,); None if all rows are trained.

        Raises
        ------
        ConfigError
            If there are neither 1 nor V factors, or one is negative or not finite.
        """
        lockf = self._lockf
        if lockf.shape not in ((1,), (len(self),)):
            raise ConfigError(
                f"vectors_lockf has one factor, or one for each of {len(self)} words; got {describe(lockf)}"
            )
        if not (np.isfinite(lockf) & (lockf >= 0)).all():
            raise ConfigError("vectors_lockf holds finite numbers from 0 (frozen) on; got NaN, infinity or less than 0")
        return None if (lockf == 1).all() else np.broadcast_to(lockf, (len(self),)).copy()

    def fill_norms(self, force: bool = False) -> None:
        """Compute the norms if they are not known, or anew with ``force``: needed after writing into `vectors`."""
        if force:
            self._space = None
        self.search_space()

    def __len__(self) -> int:
        return len(self._words)

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __str__(self) -> str:
        return f"{type(self).__name__}<vector_size={self.vector_size}, {len(self)} keys>"

    def __repr__(self) -> str:
        return f"{type(self).__name__}(vector_size={self.vector_size}, {len(self)} keys)"

    def _numbers_of(self, name: str) -> NDArray[Any] | None:
        """Return an attribute in a type that can be saved; None for counts, and, with a warning, for what are no numbers."""
        values = self.expandos[name]
        if name == "count":
            return None
        if values.dtype.kind in "iub" and values.dtype != np.uint64:
            return values.astype(np.int64, copy=False)
        if values.dtype.kind == "f":
            return values.astype(np.float32 if values.itemsize <= 4 else np.float64, copy=False)
        warnings.warn(f"the attribute {name!r} is not saved: a file holds numbers, not {values.dtype}", stacklevel=4)
        return None

    def allocate_vecattrs(self, attrs: Iterable[str] | None = None, types: Iterable[Any] | None = None) -> None:
        """Give attributes one value for each word, 0 where there was none.

        Parameters
        ----------
        attrs : iterable of str, optional
            Names; by default of all attributes that there are, which then fit after words were assigned.
        types : iterable of type, optional
            One for each name. An attribute that holds values of another type is widened to hold both.
        """
        names = list(self.expandos if attrs is None else attrs)
        kinds = [self.expandos[name].dtype for name in names] if types is None else list(types)
        if len(kinds) != len(names):
            raise ConfigError(f"{len(names)} attributes need as many types; got {len(kinds)}")
        for name, kind in zip(names, kinds, strict=True):
            dtype = np.dtype(object if kind is str else kind)
            held = self.expandos.get(name, np.zeros(0, dtype))[: len(self)]
            dtype = np.result_type(held.dtype, dtype)
            if len(held) < len(self):
                held = np.concatenate([held.astype(dtype), np.zeros(len(self) - len(held), dtype)])
            self.expandos[name] = held.astype(dtype, copy=False)

    def append_rows(self, words: list[str], vectors: NDArray[Any]) -> None:
        """Add rows for new words, doubling the room when it is used up, so that adding one by one stays linear."""
        size, needed = self._row_count, self._row_count + len(words)
        if needed > len(self._buffer):
            grown = np.empty((max(needed, 2 * size), self.vector_size), dtype=self._buffer.dtype)
            grown[:size] = self.vectors
            self._buffer = grown
        self._buffer[size:needed] = vectors
        self._row_count = needed
        self._rows.update(zip(words, range(size, needed), strict=True))
        self._words.extend(words)
        self.allocate_vecattrs()
        if len(self._lockf) == size > 1:
            self._lockf = np.concatenate([self._lockf, np.ones(needed - size, np.float32)])
        self._space = None

    def writable(self) -> NDArray[Any]:
        """Return the matrix for writing, copied first if it is read-only, as one mapped from a file is."""
        if not self._buffer.flags.writeable:
            self.vectors = self.vectors.copy()
        self._space = None
        return self.vectors

    def check_rows(self) -> None:
        """Refuse to go on while words and vectors, assigned one after the other, do not fit."""
        if self._row_count != len(self._words):
            raise ConfigError(
                f"{len(self._words)} words but {self._row_count} vectors: assign both, or resize_vectors()"
            )

    def search_space(self) -> SearchSpace:
        """Return matrix and norms that belong together; safe to share between threads."""
        self.check_rows()
        space = self._space
        if space is None:
            space = self._space = SearchSpace.of(self.vectors)
        return space
