"""Subsampling of frequent words: how likely an occurrence of each word is to be kept."""

import math

import numpy as np
from numpy.typing import NDArray

KEEP_ALWAYS = 2**32 - 1
"""Threshold of a word that is never subsampled: no 32-bit number exceeds it."""


def keep_thresholds(counts: NDArray[np.int64], sample: float) -> NDArray[np.uint32]:
    """Return for each word the largest 32-bit random number that keeps it; see `keep_probabilities`."""
    return np.asarray(keep_probabilities(counts, sample) * KEEP_ALWAYS).astype(np.uint32)


def keep_probabilities(counts: NDArray[np.int64], sample: float) -> NDArray[np.float64]:
    """Return the probability that an occurrence of each word survives subsampling, float64, shape (V,).

    A word with count c is kept with probability (sqrt(c / t) + 1) t / c, at most 1. This is the rule of word2vec.c, which
    differs slightly from section 2.3 of Mikolov et al. 2013. The threshold t is ``sample`` times the number of words in the
    text. If ``sample`` is 1 or more, it is a count (gensim's extension), and t is chosen so that exactly the words with
    larger counts are subsampled: (sqrt(c / t) + 1) t / c = 1 for c = t (3 + sqrt(5)) / 2. ``sample=0`` keeps every word.

    Examples
    --------
    >>> keep_probabilities(np.array([90, 10]), sample=0.1).round(3)
    array([0.444, 1.   ])
    """
    total = counts.sum(dtype=np.float64)
    if sample == 0 or total == 0:
        return np.ones(len(counts))
    allowed = sample * total if sample < 1 else float(int(sample * (3 + math.sqrt(5)) / 2))
    counts = np.maximum(counts, 1)
    with np.errstate(over="ignore"):  # of a threshold near 0
        return np.asarray(np.minimum((np.sqrt(counts / allowed) + 1) * allowed / counts, 1.0))
