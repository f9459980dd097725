"""What a file of word vectors holds, whatever its format."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Contents:
    """Words, their vectors, and what is known about how they were made.

    Attributes
    ----------
    words : list of str
        One word per row, in row order; no word stands twice.
    vectors : ndarray of float32 or float16, shape (len(words), dim)
        The input vectors. Rows may be strided (``vectors.strides[0] >= dim * itemsize``), values may not.
    counts : ndarray of int64, shape (len(words),), optional
        Occurrences of each word in the training text.
    output : ndarray of float32, shape (len(words), dim), optional
        The output (target) matrix; needed to go on training.
    attributes : dict of str to ndarray of int64, float64 or float32, shape (len(words),)
        Further numbers of each word, by name.
    metadata : dict
        JSON values only: configuration, provenance, ledger, losses.
    """

    words: list[str]
    vectors: NDArray[Any]
    counts: NDArray[np.int64] | None = None
    output: NDArray[Any] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, NDArray[Any]] = field(default_factory=dict)
