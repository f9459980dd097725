"""Changing which words there are, and their vectors.

Where the matrix is a view of another one (`VectorTable.from_arrays`), replacing and normalising write into that one,
while adding, resizing and sorting move to a matrix of their own. A read-only matrix is copied before it is written to.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from w2v.errors import ConfigError, UnknownAttributeError
from w2v.vectors.keys import Key, as_list
from w2v.vectors.lookup import Lookup
from w2v.vectors.store import as_words, describe, storage_dtype


def counts_by_rank(rows: int) -> NDArray[np.int64]:
    """Return what gensim gives for the counts of words without any: the number of rows from each one on."""
    return np.arange(rows, 0, -1)


class Editing(Lookup):
    """Methods that add, replace, reorder or convert. Norms are renewed after each of them."""

    def __setitem__(self, key: str | Iterable[str], vector: ArrayLike) -> None:
        """Add words, or replace the vectors of known ones."""
        self.add_vectors(key, vector, replace=True)

    def add_vector(self, key: str, vector: ArrayLike) -> int:
        """Add one word with its vector, shape (d,), unless the word is known; return its row."""
        self.add_vectors(key, vector)
        return self.get_index(key)

    def add_vectors(
        self,
        keys: str | Iterable[str],
        weights: ArrayLike,
        extras: Mapping[str, ArrayLike] | None = None,
        replace: bool = False,
    ) -> None:
        """Add words with their vectors.

        Parameters
        ----------
        keys : str or iterable of str
            None twice.
        weights : array_like, shape (len(keys), d), or (d,) for a single word
            Converted to the type that the vectors are stored in.
        extras : mapping of str to array_like, shape (len(keys),), optional
            Attributes of these words, such as ``{"count": [...]}``; 0 where not given.
        replace : bool
            Replace vectors and extras of words that are known already; otherwise those are left as they are.

        Raises
        ------
        ConfigError
            If a word stands twice, or a length does not fit. Nothing is changed then.
        """
        self.check_rows()
        words, _ = as_words(as_list(keys))
        vectors = np.atleast_2d(np.asarray(weights, dtype=self._buffer.dtype))
        if vectors.shape != (len(words), self.vector_size):
            raise ConfigError(
                f"{len(words)} words need vectors of shape ({len(words)}, {self.vector_size}); got {describe(vectors)}"
            )
        values = {name: np.asarray(extra) for name, extra in (extras or {}).items()}
        for name, value in values.items():
            if value.shape != (len(words),):
                raise ConfigError(f"extras[{name!r}]: one value for each of {len(words)} words; got {describe(value)}")
        self.allocate_vecattrs()
        old = np.array([word in self._rows for word in words], dtype=bool)
        if replace and old.any():
            self._writable()[[self._rows[word] for word, known in zip(words, old, strict=True) if known]] = vectors[old]
        self._append([word for word, known in zip(words, old, strict=True) if not known], vectors[~old])
        written = np.flatnonzero(~old | replace)
        rows = [self._rows[words[i]] for i in written]
        self.allocate_vecattrs(values, [value.dtype for value in values.values()])
        for name, value in values.items():
            self.expandos[name][rows] = value[written]
        self._space = None

    def resize_vectors(self, seed: int = 0) -> None:
        """Give a vector to each word that has none, after words were added to `index_to_key` by assignment.

        The new rows are drawn from U(-1, 1) / d and are those that an untrained model of this size and seed would have
        there, as in gensim.
        """
        lacking = len(self) - self._row_count
        if lacking < 0:
            raise ConfigError(f"{self._row_count} vectors but {len(self)} words: vectors are not dropped")
        draws = np.random.default_rng(seed).random((len(self), self.vector_size), dtype=np.float32)[self._row_count :]
        words, self._words = self._words, self._words[: self._row_count]
        self._append(words[self._row_count :], (draws * 2 - 1) / self.vector_size)
        self._space = None

    def sort_by_descending_frequency(self) -> None:
        """Reorder the rows by ``"count"``, largest first, words of equal count in the order they had.

        Raises
        ------
        ConfigError
            If the counts are not known.
        """
        self.check_rows()
        self.row_factors()
        if "count" not in self.expandos:
            raise UnknownAttributeError(
                "the words have no 'count' to sort by; set it with set_vecattr(word, 'count', n)"
            )
        order = np.argsort(-self.expandos["count"], kind="stable")
        self.index_to_key = [self._words[row] for row in order]
        self.vectors = self.vectors[order]
        if len(self._lockf) > 1:
            self._lockf = self._lockf[order]
        self.expandos = {name: values[order] for name, values in self.expandos.items()}

    def unit_normalize_all(self) -> None:
        """Scale every vector to length 1, in place; zero vectors stay zero. The lengths are lost."""
        divisors = self._search_space().divisors[:, np.newaxis]
        self._writable()[:] /= divisors
        self._space = None

    def vectors_for_all(self, keys: Iterable[Key], allow_inference: bool = True, copy_vecattrs: bool = False) -> Self:
        """Return the known ones of some words, each once and in the order given, with copies of their vectors.

        Parameters
        ----------
        keys : iterable of str or int
        allow_inference : bool
            Without effect: no vector can be inferred for an unknown word here.
        copy_vecattrs : bool
            Copy counts and other attributes too. Without counts the words get `counts_by_rank`, as in gensim.
        """
        self.check_rows()
        rows = list(dict.fromkeys(self.get_index(key) for key in keys if self.has_index_for(key)))
        chosen = self.from_arrays(
            [self._words[row] for row in rows],
            self.vectors[np.array(rows, dtype=np.int64)],
            counts_by_rank(len(rows)),
        )
        chosen.numbers = self.numbers
        if copy_vecattrs:
            self.allocate_vecattrs()
            chosen.expandos |= {name: values[rows] for name, values in self.expandos.items()}
        return chosen

    def astype(self, dtype: DTypeLike) -> Self:
        """Return a copy stored as float32 or float16; float16 halves the memory and keeps about three digits.

        Queries are computed in float32 and float64 either way.
        """
        other = self.from_arrays(self._words, self.vectors.astype(storage_dtype(dtype)), metadata=self.metadata)
        other.expandos = {name: values.copy() for name, values in self.expandos.items()}
        other.numbers, other._lockf = self.numbers, self._lockf.copy()
        return other

    def __copy__(self) -> Self:
        """Return a copy that shares nothing: vectors changed here would leave the norms of the other out of date."""
        return self.astype(self._buffer.dtype)

    def _append(self, words: list[str], vectors: NDArray[Any]) -> None:
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

    def _writable(self) -> NDArray[Any]:
        """Return the matrix for writing, copied first if it is read-only, as one mapped from a file is."""
        if not self._buffer.flags.writeable:
            self.vectors = self.vectors.copy()
        return self.vectors
