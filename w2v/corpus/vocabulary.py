"""The vocabulary: words in row order with their counts; `subsampling` and `noise` follow from the counts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Vocabulary:
    """Words in row order: most frequent first, ties in reverse order of first appearance (as in gensim).

    Attributes
    ----------
    words : list of str
    counts : ndarray of int64, shape (len(words),)
        Occurrences in the text.
    numbers : bool
        Whether the text consisted of integers, which the words represent.

    Examples
    --------
    >>> len(Vocabulary(["the", "cat"], np.array([3, 1])))
    2
    """

    words: list[str]
    counts: NDArray[np.int64]
    numbers: bool = False

    def __len__(self) -> int:
        return len(self.words)
