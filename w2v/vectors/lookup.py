"""From words to rows, vectors, attributes and means."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v.errors import ConfigError, UnknownAttributeError
from w2v.vectors.keys import Key, Weighted, as_inputs, as_list, as_vector, find_row, missing
from w2v.vectors.search import Float32, Float64, unit
from w2v.vectors.store import VectorTable


class Lookup(VectorTable):
    """What is stored for a word, or for several.

    A *key* is a word or a row number; where words stand for whole numbers, a number is always such a word. An unknown
    one raises `UnknownWordError`, a `KeyError` whose message names similar words, unless the call says what to do instead
    (``default``, ``ignore_missing``).
    """

    def __contains__(self, key: Key) -> bool:
        return self.has_index_for(key)

    def has_index_for(self, key: Key) -> bool:
        """Tell whether a word, or a row of that number, is there."""
        return self._find_row(key) is not None

    def get_index(self, key: Key, default: int | None = None) -> int:
        """Return the row of a word; for an unknown one ``default``, if given."""
        row = self._find_row(key)
        if row is not None:
            return row
        if default is None:
            raise missing(key, self._words, self._rows)
        return default

    def __getitem__(self, key: Key | Iterable[Key]) -> NDArray[Any]:
        """Return a word's vector, shape (d,), a read-only view; or those of several words, shape (n, d), a copy."""
        if isinstance(key, str | int | np.integer):
            return self.get_vector(key)
        rows = self._rows_of(key)
        return np.asarray(self.vectors[rows])

    def get_vector(self, key: Key, norm: bool = False, *, default: ArrayLike | None = None) -> NDArray[Any]:
        """Return the vector of a word.

        Parameters
        ----------
        key : str or int
        norm : bool
            Scale it to length 1 (a zero vector stays zero).
        default : array_like, shape (d,) or a number, optional
            What an unknown word gets instead of an error, as it stands.

        Returns
        -------
        ndarray, shape (d,)
            Read-only. The stored row, in its type; float32 if ``norm`` is set.
        """
        row = self._find_row(key)
        self.check_rows()
        if row is None:
            if default is None:
                raise missing(key, self._words, self._rows)
            stand_in = np.asarray(default, dtype=self._buffer.dtype)
            if stand_in.shape not in ((), (self.vector_size,)):
                raise ConfigError(f"default is a number or has shape ({self.vector_size},); got {stand_in.shape}")
            return np.broadcast_to(stand_in, (self.vector_size,))
        vector = unit(self._buffer[row]).astype(np.float32) if norm else self._buffer[row]
        vector.flags.writeable = False
        return vector

    def get_normed_vectors(self) -> Float32:
        """Return all vectors scaled to length 1: a float32 copy, shape (V, d). Zero rows stay zero."""
        space = self._search_space()
        normed: Float32 = np.divide(space.matrix, space.divisors[:, np.newaxis], dtype=np.float32)
        return normed

    def get_vecattr(self, key: Key, attr: str) -> Any:
        """Return a value kept for a word, such as its ``"count"``."""
        row = self.get_index(key)
        if attr not in self.expandos:
            raise UnknownAttributeError(f"no attribute {attr!r}; there are {sorted(self.expandos)}")
        return self.expandos[attr][row]

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

    def set_vecattr(self, key: Key, attr: str, val: Any) -> None:
        """Keep a value for a word. Words without one have 0; a value of a wider type widens the whole attribute."""
        row = self.get_index(key)
        self.allocate_vecattrs([attr], [type(val) if isinstance(val, int | float | np.number) else object])
        self.expandos[attr][row] = val

    def get_mean_vector(
        self,
        keys: Any,
        weights: ArrayLike | None = None,
        pre_normalize: bool = True,
        post_normalize: bool = False,
        ignore_missing: bool = True,
    ) -> Float32:
        """Return the weighted mean of words and vectors, ``sum(w_i v_i) / sum(|w_i|)``.

        Parameters
        ----------
        keys : str, int, vector, or a list of them
        weights : array_like, shape (len(keys),), optional
            1 each by default.
        pre_normalize, post_normalize : bool
            Scale the vectors of the words, or the mean, to length 1. Vectors that are given count as they are.
        ignore_missing : bool
            Leave unknown words out; if nothing is left, the mean is the zero vector.

        Returns
        -------
        ndarray of float32, shape (d,)

        Raises
        ------
        ConfigError
            If no key is given, or the weights are not one finite number per key.
        UnknownWordError
            If a word is unknown and ``ignore_missing`` is not set.
        """
        listed = as_inputs(keys)
        numbers = np.ones(len(listed)) if weights is None else np.asarray(weights, dtype=np.float64)
        if not listed:
            raise ConfigError("a mean needs at least one key; got none")
        if numbers.shape != (len(listed),) or not np.isfinite(numbers).all():
            raise ConfigError(f"a mean of {len(listed)} keys needs as many finite weights; got {weights!r}")
        pairs = list(zip(listed, numbers.tolist(), strict=True))
        mean, _ = self._weighted_mean(pairs, pre_normalize=pre_normalize, ignore_missing=ignore_missing)
        return (unit(mean) if post_normalize else mean).astype(np.float32)

    def _find_row(self, key: Key) -> int | None:
        return find_row(key, self._words, self._rows, self.numbers)

    def _rows_of(self, keys: Any, *, ignore_missing: bool = False) -> list[int]:
        """Return the rows of one or more keys, without the unknown ones if they are to be ignored."""
        self.check_rows()
        rows = [self.get_index(key) for key in as_list(keys) if not ignore_missing or self.has_index_for(key)]
        if not rows:
            raise ConfigError(f"no {'known ' if ignore_missing else ''}word was given; at least one is needed")
        return rows

    def _weighted_mean(
        self, pairs: list[Weighted], *, pre_normalize: bool, ignore_missing: bool
    ) -> tuple[Float64, list[int]]:
        """Return the mean, float64, shape (d,), and the rows of the words that went into it.

        A normalised vector is rounded to float32, as `get_vector` returns it: a word and that vector are one question.
        """
        self.check_rows()
        rows: list[int] = []
        row_weights: list[float] = []
        total, total_weight = np.zeros(self.vector_size), 0.0
        for key, weight in pairs:
            if isinstance(key, np.ndarray):
                total += weight * as_vector(key, self.vector_size)
            elif ignore_missing and not self.has_index_for(key):
                continue
            else:
                rows.append(self.get_index(key))
                row_weights.append(weight)
            total_weight += abs(weight)
        vectors = self.vectors[np.array(rows, dtype=np.int64)].astype(np.float64)
        total += np.array(row_weights) @ (unit(vectors).astype(np.float32) if pre_normalize else vectors)
        return (total / total_weight if total_weight > 0 else total), rows
