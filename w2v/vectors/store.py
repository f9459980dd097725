"""Store words in row order, their vectors and attributes, with the checks that keep them consistent."""

import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from w2v.annotations import checked
from w2v.arguments import amount, integer, shown, wrong_type
from w2v.arrays import Float32
from w2v.errors import ArgumentError, ConfigError, FormatError, MemoryLimitError
from w2v.formats.contents import Contents, counts_are_made_up
from w2v.json_values import copied
from w2v.machine import available_memory
from w2v.vectors.checks import as_matrix, as_words, check_finite, describe, storage_dtype
from w2v.vectors.cosines import SearchSpace
from w2v.vectors.keys import as_numbers, share_of_numbers

LOCKF = "vectors_lockf"
"""Name of the attribute that holds `VectorStore.vectors_lockf` in a file."""
LARGEST = 2**62
"""Number of rows or columns that may be asked for: far more than there is memory for."""


class VectorStore:
    """Words and their vectors, one per row.

    Attributes
    ----------
    expandos : dict of str to ndarray, shape (V,)
        Attributes of the words by name, most importantly ``"count"``.
    metadata : dict
        JSON values that record how the vectors were made.
    numbers : bool
        Whether the words are integers (ids). The key 7 is then the word 7, as it is where all words are strings such as
        "7"; otherwise it is row 7. Assigning True converts such strings.
    """

    @checked
    def __init__(
        self, vector_size: int, count: int = 0, dtype: DTypeLike = np.float32, mapfile_path: str | None = None
    ) -> None:
        """Make an empty store with memory for ``count`` rows; ``mapfile_path`` is ignored."""
        integer("vector_size", vector_size, 1, LARGEST)
        integer("count", count, 0, LARGEST)
        kind = storage_dtype(dtype)
        needed = max(count, 1) * vector_size * kind.itemsize
        if needed > available_memory():
            raise MemoryLimitError(
                f"cannot reserve memory for {count} vectors of {vector_size} values: they take {needed / 2**30:.1f} GiB; "
                "lower count or vector_size"
            )
        self._words: list[Any] = []
        self._whole_numbers: tuple[int, float] | None = None
        self.told = False  # how an integer was understood
        self._rows: dict[Any, int] = {}
        # Rows beyond the last word are spare capacity.
        self._buffer: NDArray[Any] = np.zeros((count, vector_size), dtype=kind)
        self._row_count = 0
        self._space: SearchSpace | None = None
        self.expandos: dict[str, NDArray[Any]] = {}
        self.metadata = {}
        self._lockf: Float32 = np.ones(1, np.float32)

    @classmethod
    @checked
    def from_arrays(
        cls,
        words: Iterable[Any],
        vectors: ArrayLike,
        counts: ArrayLike | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Self:
        """Make an object from words and vectors.

        Parameters
        ----------
        words : iterable of str or of int
            One per row, in order, without duplicates.
        vectors : array_like, shape (len(words), d)
            Finite numbers. Used without a copy if float32 or float16, even a row-strided view of a wider matrix: changes of
            that matrix are visible here, once the norms are refreshed (`fill_norms`). Others are copied to float32.
        counts : array_like of int, shape (len(words),), optional
            Occurrences of each word.
        metadata : mapping, optional
            JSON values, copied into `metadata`.

        Raises
        ------
        ArgumentError
            If an argument has another type.
        ConfigError
            If the lengths differ, a word occurs twice, or the vectors are not a matrix of finite numbers.
        """
        matrix = as_matrix(vectors)
        listed, rows = as_words(words)
        check_finite(matrix, listed)
        return cls._of(matrix, listed, rows, counts, metadata)

    @classmethod
    def _of(
        cls,
        matrix: NDArray[Any],
        words: list[Any],
        rows: dict[Any, int],
        counts: ArrayLike | None,
        metadata: Mapping[str, Any] | None,
    ) -> Self:
        """Make an object that owns a matrix, words and their rows, all of them checked."""
        table = cls(matrix.shape[1], dtype=matrix.dtype)
        table._words, table._rows, table.vectors = words, rows, matrix
        table.check_rows()
        if counts is not None:
            numbers = np.asarray(counts)
            if numbers.shape != (len(table),) or numbers.dtype.kind not in "iu" or (numbers < 0).any():
                raise ConfigError(
                    f"counts must be one non-negative integer per word, {len(table)} in all: got {describe(numbers)}"
                )
            table.expandos["count"] = numbers.astype(np.int64)
        try:
            table.metadata = copied(metadata or {})
        except RecursionError:
            raise ConfigError(
                "metadata must be JSON values: got lists or dicts nested too deep, or in themselves"
            ) from None
        return table

    @classmethod
    @checked
    def from_contents(cls, contents: Contents) -> Self:
        """Make an object from the contents of a file; an output matrix is ignored."""
        made = cls.from_arrays(contents.words, contents.vectors, contents.counts, contents.metadata)
        return made._with_attributes(contents)

    @classmethod
    def _from_verified(cls, contents: Contents, rows: dict[str, int]) -> Self:
        """Make an object of what `w2v.formats.native.load_indexed` returns and has checked; it owns words and vectors."""
        made = cls._of(contents.vectors, contents.words, rows, contents.counts, contents.metadata)
        return made._with_attributes(contents)

    def _with_attributes(self, contents: Contents) -> Self:
        """Take over what a file has besides words, vectors and counts."""
        if contents.metadata.get("numbers") is True:
            try:
                self.numbers = True
            except ConfigError as problem:
                raise FormatError(f"words must be integers, as the file's metadata says: {problem}") from None
        self.expandos |= contents.attributes
        self.vectors_lockf = self.expandos.pop(LOCKF, self.vectors_lockf)
        return self

    def contents(self) -> Contents:
        """Return the contents to write to a file; matrix and words are not copied."""
        self.check_rows()
        counts = self.expandos.get("count")
        counts = counts if counts is None else counts.astype(np.int64, copy=False)
        metadata = dict(self.metadata)
        if self.numbers or metadata.get("numbers") is True:  # as it was when they were read, but not any more
            metadata["numbers"] = self.numbers
        values = {LOCKF: self.row_factors()}
        for name in self.expandos:
            values[name] = self._numbers_of(name)
        attributes = {name: numbers for name, numbers in values.items() if numbers is not None}
        return Contents(self.words, self.vectors, counts, metadata=metadata, attributes=attributes)

    def true_counts(self) -> NDArray[Any] | None:
        """Return how often the words occur; None if that is unknown, or the counts are made up (`counts_by_rank`).

        Weights and distributions are computed from these, not from ``expandos["count"]``.
        """
        return None if counts_are_made_up(self.metadata) else self.expandos.get("count")

    @property
    def vectors(self) -> NDArray[Any]:
        """The matrix, float32 or float16, shape (V, d).

        Assigning another matrix updates everything that depends on it. Writing into it (``vectors[3] = x``) cannot be
        detected: call ``fill_norms(force=True)`` afterwards.
        """
        return self._buffer[: self._row_count]

    @vectors.setter
    @checked
    def vectors(self, vectors: ArrayLike) -> None:
        self._buffer = as_matrix(vectors)
        self._row_count = len(self._buffer)
        self._space = None

    @property
    def metadata(self) -> dict[str, Any]:
        """JSON values that record how the vectors were made."""
        return self._metadata

    @metadata.setter
    def metadata(self, metadata: dict[str, Any]) -> None:
        if not isinstance(metadata, dict):
            raise wrong_type("metadata", "a dict of JSON values", metadata)
        self._metadata = metadata

    @property
    def index_to_key(self) -> list[Any]:
        """The words, strings or integers, in row order. Assigning a list also updates `key_to_index`."""
        return self._words

    @index_to_key.setter
    @checked
    def index_to_key(self, words: list[Any]) -> None:
        self._words, self._rows = as_words(words)
        self._whole_numbers = None

    @property
    def words(self) -> list[str]:
        """The words in row order as strings, also where they are integers, as in a file."""
        return [str(word) for word in self._words] if self.numbers else self._words

    @property
    def numbers(self) -> bool:
        """Whether the words are integers."""
        return bool(self._words) and isinstance(self._words[0], int)

    @numbers.setter
    @checked
    def numbers(self, wanted: bool) -> None:
        if bool(wanted) != self.numbers:
            self.index_to_key = as_numbers(self._words) if wanted else self.words

    @property
    def whole_numbers(self) -> float:
        """Share of the words that are integers, or strings such as "7": if all are, the key 7 is one of them."""
        if self._whole_numbers is None or self._whole_numbers[0] != len(self._words):
            share = 1.0 if self.numbers else share_of_numbers(self._words)
            self._whole_numbers = len(self._words), share
        return self._whole_numbers[1]

    @property
    def key_to_index(self) -> dict[Any, int]:
        """The row of each word. Assigning a mapping onto 0..V-1 also updates `index_to_key`."""
        return self._rows

    @key_to_index.setter
    @checked
    def key_to_index(self, rows: Mapping[Any, int]) -> None:
        wanted = f"key_to_index must map {len(rows)} words onto the rows 0 to {len(rows) - 1}, each once"
        try:
            found = sorted(rows.values())
        except TypeError:
            raise ArgumentError(f"{wanted}: got {shown(list(rows.values()))}") from None
        if found != list(range(len(rows))):
            raise ConfigError(f"{wanted}: got {found[:10]}")
        self.index_to_key = sorted(rows, key=rows.__getitem__)

    @property
    def vector_size(self) -> int:
        """Number of values per vector."""
        return int(self._buffer.shape[1])

    @property
    def norms(self) -> Float32:
        """Euclidean length of each row: float32, shape (V,), read-only; computed when first needed, then kept.

        Assigning None, after writing into `vectors`, makes them be computed again.
        """
        return self.search_space().norms

    @norms.setter
    def norms(self, norms: None) -> None:
        if norms is not None:
            raise ArgumentError(
                "norms must not be assigned, as they follow from the vectors; assign None to recompute them"
            )
        self._space = None

    @property
    def vectors_lockf(self) -> Float32:
        """The factor by which training multiplies the updates of each row: 1 trains it, 0 freezes it.

        float32, shape (V,), or (1,) for all rows, which is the default. Another array may be assigned, or written to. It
        applies to the vectors of `Word2Vec.wv`.
        """
        return self._lockf

    @vectors_lockf.setter
    @checked
    def vectors_lockf(self, factors: ArrayLike) -> None:
        before = self._lockf
        with np.errstate(over="ignore"):  # an infinity is refused
            self._lockf = np.asarray(factors, np.float32)
        try:
            self.row_factors()
        except ConfigError:
            self._lockf = before
            raise

    def row_factors(self) -> Float32 | None:
        """Return `vectors_lockf` as one factor per row, shape (V,); None if all rows are trained.

        Raises
        ------
        ConfigError
            If there are neither 1 nor V factors, or one is negative or not finite.
        """
        lockf = self._lockf
        if lockf.shape not in ((1,), (len(self),)):
            raise ConfigError(
                f"vectors_lockf must have one factor, or one for each of {amount(len(self), 'word')}: got {describe(lockf)}"
            )
        if not (np.isfinite(lockf) & (lockf >= 0)).all():
            raise ConfigError(
                "vectors_lockf must be finite and at least 0 (frozen): got NaN, infinity or a negative number"
            )
        return None if (lockf == 1).all() else np.broadcast_to(lockf, (len(self),)).copy()

    @checked
    def fill_norms(self, force: bool = False) -> None:
        """Compute the norms if they are unknown; with ``force``, recompute them (needed after writing into `vectors`).

        Raises
        ------
        ArgumentError
            If an argument has another type.
        """
        if force:
            self._space = None
        self.search_space()

    def __len__(self) -> int:
        return len(self._words)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._words)

    def __str__(self) -> str:
        return f"{type(self).__name__}<vector_size={self.vector_size}, {len(self)} keys>"

    def __repr__(self) -> str:
        return f"{type(self).__name__}(vector_size={self.vector_size}, {len(self)} keys)"

    def _numbers_of(self, name: str) -> NDArray[Any] | None:
        """Return an attribute in a type that can be saved; None for counts, and (with a warning) if it is not numeric."""
        values = self.expandos[name]
        if name == "count":
            return None
        if values.dtype.kind in "iub" and values.dtype != np.uint64:
            return values.astype(np.int64, copy=False)
        if values.dtype.kind == "f":
            return values.astype(np.float32 if values.itemsize <= 4 else np.float64, copy=False)
        warnings.warn(f"the attribute {name!r} is not saved: it must be numeric, got {values.dtype}", stacklevel=5)
        return None

    def append_rows(self, words: list[Any], vectors: NDArray[Any]) -> None:
        """Add rows for new words, without attributes. Capacity is doubled, so that adding words singly takes linear time."""
        if not words:
            return
        if self._words and words and isinstance(words[0], int) != self.numbers:
            kind = "integers" if self.numbers else "strings"
            raise ConfigError(f"words must be {kind}, as the others here are: got {words[0]!r}")
        size, needed = self._row_count, self._row_count + len(words)
        if needed > len(self._buffer):
            grown = np.empty((max(needed, 2 * size), self.vector_size), dtype=self._buffer.dtype)
            grown[:size] = self.vectors
            self._buffer = grown
        self._buffer[size:needed] = vectors
        self._row_count = needed
        self._rows.update(zip(words, range(size, needed), strict=True))
        self._words.extend(words)
        if len(self._lockf) == size > 1:
            self._lockf = np.concatenate([self._lockf, np.ones(needed - size, np.float32)])
        self._space = None

    def writable(self) -> NDArray[Any]:
        """Return the matrix for writing; copy it first if it is read-only, such as one mapped from a file."""
        if not self._buffer.flags.writeable:
            self.vectors = self.vectors.copy()
        self._space = None
        return self.vectors

    def check_rows(self) -> None:
        """Raise ConfigError if there are not as many words as vectors, as after only one of them was assigned."""
        if self._row_count != len(self._words):
            raise ConfigError(
                f"vectors must be one per word, {len(self._words)} in all: got {self._row_count}; "
                "assign both, or call resize_vectors()"
            )

    def search_space(self) -> SearchSpace:
        """Return the matrix with its norms, as one consistent object that threads can share."""
        self.check_rows()
        space = self._space
        if space is None:
            space = self._space = SearchSpace.of(self.vectors)
        return space
