"""Words with unit vectors: what both evaluations look things up in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.errors import ConfigError


@dataclass(frozen=True)
class WordSpace:
    """The first rows of a set of word vectors, scaled to length one.

    Attributes
    ----------
    unit : ndarray of float32 or float64, shape (rows, dim)
        Each row divided by its Euclidean length; a zero row stays zero.
    index : dict of str to int
        Row of each word; the first row wins where a word stands twice.
    case_insensitive : bool
        Whether a word that is unknown as given is looked up once more in lower case.
    """

    unit: NDArray[Any]
    index: dict[str, int]
    case_insensitive: bool

    @classmethod
    def build(
        cls, words: Sequence[str], vectors: NDArray[Any], *, restrict: int | None, case_insensitive: bool
    ) -> "WordSpace":
        """Check the inputs once and keep the first ``restrict`` rows (all of them if None).

        Raises
        ------
        ConfigError
            If the two lengths differ, the vectors are not a finite matrix of numbers, or ``restrict`` is not positive.
        """
        unit = unit_rows(words, vectors, restrict)
        return cls(unit, first_rows(words[: len(unit)]), case_insensitive)

    def row(self, word: str) -> int | None:
        """Return the row of a word, or None: as given first, then in lower case if ``case_insensitive``."""
        found = self.index.get(word)
        return self.index.get(word.lower()) if found is None and self.case_insensitive else found

    def rows(self, words: Iterable[str]) -> list[int] | None:
        """Return the rows of all the words, or None if one of them is unknown."""
        found = [self.row(word) for word in words]
        known = [row for row in found if row is not None]
        return known if len(known) == len(found) else None


def first_rows(words: Sequence[str]) -> dict[str, int]:
    """Map each word to the first row where it stands."""
    return {words[row]: row for row in range(len(words) - 1, -1, -1)}


def unit_rows(words: Sequence[str], vectors: NDArray[Any], restrict: int | None) -> NDArray[Any]:
    """Return the first ``restrict`` rows (all if None) scaled to length one; zero rows stay zero.

    Raises
    ------
    ConfigError
        As ``WordSpace.build``.
    """
    matrix = np.asarray(vectors)
    if matrix.ndim != 2 or matrix.dtype.kind != "f":
        raise ConfigError(f"vectors: got {matrix.dtype} of shape {matrix.shape}; a 2-D matrix of floats is needed")
    if len(words) != len(matrix) or len(words) == 0:
        raise ConfigError(
            f"{len(words)} words and {len(matrix)} vectors; one vector a word, and at least one, is needed"
        )
    if restrict is not None and restrict < 1:
        raise ConfigError(f"restrict={restrict}; a positive number of rows, or None for all of them, is needed")
    matrix = matrix[:restrict]
    if matrix.itemsize < 4:  # half precision would round cosines to three digits
        matrix = matrix.astype(np.float32)
    if not np.isfinite(matrix).all():
        raise ConfigError("vectors: NaN or infinite values; finite values are needed")
    # The floor turns 0/0 into 0 for rows that were never trained.
    lengths = np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)
    unit: NDArray[Any] = matrix / lengths
    return unit
