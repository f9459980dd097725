"""The names that word vectors had in gensim 3: they work, with a warning that gives the name of today."""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from w2v.vectors.editing import Editing
from w2v.vectors.keys import Key
from w2v.vectors.search import Float32
from w2v.vectors.similarities import Similarities


@dataclass(frozen=True)
class VocabularyEntry:
    """Row and number of occurrences of a word; the number is 0 where it is not known."""

    index: int
    count: int


class VocabularyMapping(Mapping[str, VocabularyEntry]):
    """A read-only view of words as gensim 3 gave it: word to (index, count)."""

    def __init__(self, table: Editing) -> None:
        self._table = table

    def __getitem__(self, word: str) -> VocabularyEntry:
        row = self._table.key_to_index[word]
        counts = self._table.expandos.get("count")
        return VocabularyEntry(row, 0 if counts is None else int(counts[row]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.index_to_key)

    def __len__(self) -> int:
        return len(self._table)


def _warn(old: str, new: str) -> None:
    warnings.warn(f"{old} is the name of gensim 3; use {new}", DeprecationWarning, stacklevel=3)


class Gensim3Names(Editing, Similarities):
    """Old names of methods and attributes."""

    @property
    def vocab(self) -> VocabularyMapping:
        """Old name for `key_to_index` and ``get_vecattr(word, "count")``."""
        _warn("vocab", "key_to_index, and get_vecattr(word, 'count')")
        return VocabularyMapping(self)

    @property
    def index2word(self) -> list[str]:
        """Old name of `index_to_key`."""
        _warn("index2word", "index_to_key")
        return self.index_to_key

    @property
    def index2entity(self) -> list[str]:
        """Old name of `index_to_key`."""
        _warn("index2entity", "index_to_key")
        return self.index_to_key

    @property
    def syn0(self) -> NDArray[Any]:
        """Old name of `vectors`."""
        _warn("syn0", "vectors")
        return self.vectors

    @property
    def syn0norm(self) -> Float32:
        """Old name of `get_normed_vectors`."""
        _warn("syn0norm", "get_normed_vectors()")
        return self.get_normed_vectors()

    @property
    def vectors_norm(self) -> Float32:
        """Old name of `get_normed_vectors`."""
        _warn("vectors_norm", "get_normed_vectors()")
        return self.get_normed_vectors()

    def word_vec(self, word: Key, use_norm: bool = False) -> NDArray[Any]:
        """Return the vector of a word: old name of `get_vector`."""
        _warn("word_vec", "get_vector")
        return self.get_vector(word, norm=use_norm)

    def init_sims(self, replace: bool = False) -> None:
        """Compute norms, or scale all vectors to length 1: old name of `fill_norms` and `unit_normalize_all`."""
        _warn("init_sims", "fill_norms(), or unit_normalize_all() for replace=True")
        if replace:
            self.unit_normalize_all()
        else:
            self.fill_norms()

    def words_closer_than(self, word1: Key, word2: Key) -> list[str]:
        """Return the words closer to the first word than the second is: old name of `closer_than`."""
        _warn("words_closer_than", "closer_than")
        return self.closer_than(word1, word2)
