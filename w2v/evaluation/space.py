"""The words and vectors that are evaluated, and how words are looked up."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.arguments import amount, shown
from w2v.arrays import Float64, Rows
from w2v.errors import ArgumentError, ConfigError
from w2v.vectors.cosines import SearchSpace, pair_cosines, unit


@dataclass(frozen=True, eq=False)
class WordSpace:
    """The first rows of a set of word vectors, with their words.

    Attributes
    ----------
    search : SearchSpace
        The vectors, not normalised, and their lengths.
    index : dict of str to int
        Row of each folded word; the first row if a word occurs more than once.
    first : ndarray of int64, shape (rows,)
        For each row, the first row with the same folded word.
    fold : callable
        Applied to every word before comparison.
    case_insensitive : bool
        Whether an unknown word is looked up again in lower case.
    """

    search: SearchSpace
    index: dict[str, int]
    first: Rows
    fold: Callable[[str], str]
    case_insensitive: bool

    @classmethod
    def build(
        cls,
        words: Sequence[str],
        vectors: NDArray[Any],
        *,
        restrict: int | None,
        case_insensitive: bool = False,
        fold: Callable[[str], str] = str,
    ) -> "WordSpace":
        """Check the inputs and keep the first ``restrict`` rows (all if None).

        Raises
        ------
        ConfigError
            If the two lengths differ, the vectors are not a finite matrix of numbers, or ``restrict`` is not positive.
        """
        matrix = np.asarray(vectors)
        if matrix.ndim != 2 or matrix.dtype.kind != "f":
            raise ConfigError(f"vectors must be a 2-D array of floats: got {matrix.dtype} of shape {matrix.shape}")
        if len(words) != len(matrix) or len(words) == 0:
            raise ConfigError(
                f"words and vectors must be equally many, at least 1: got {amount(len(words), 'word')} and "
                f"{amount(len(matrix), 'vector')}"
            )
        if restrict is not None and restrict < 1:
            raise ConfigError(f"restrict must be a positive number of rows, or None for all of them: got {restrict}")
        matrix = matrix[:restrict]
        folded = [fold(str(word)) for word in words[: len(matrix)]]
        index = first_rows(folded)
        first = np.array([index[word] for word in folded], dtype=np.int64)
        return cls(SearchSpace.of(matrix), index, first, fold, case_insensitive)

    def __len__(self) -> int:
        return len(self.first)

    def row(self, word: str) -> int | None:
        """Return the row of a word, or None: folded, then in lower case if ``case_insensitive``."""
        found = self.index.get(self.fold(word))
        return self.index.get(word.lower()) if found is None and self.case_insensitive else found

    def rows(self, words: Iterable[str]) -> list[int] | None:
        """Return the rows of several words, or None if any of them is unknown."""
        found = [self.row(word) for word in words]
        known = [row for row in found if row is not None]
        return known if len(known) == len(found) else None

    def unit(self, rows: Rows) -> Float64:
        """Return rows scaled to length one, shape (len(rows), dim); zero rows stay zero."""
        return unit(self.search.matrix[rows])

    def cosines(self, pairs: Sequence[Sequence[int]]) -> Float64:
        """Return the cosine of each pair of rows; 0 if a row is zero."""
        first, second = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return pair_cosines(self.search.matrix, self.unit(first), np.arange(len(first)), second)


def first_rows(words: Sequence[str]) -> dict[str, int]:
    """Map each word to the first row in which it occurs."""
    rows: dict[str, int] = {}
    try:
        for row, word in enumerate(words):
            rows.setdefault(word, row)
    except TypeError:
        raise ArgumentError(f"words must be strings: got {shown(words)}") from None
    return rows
