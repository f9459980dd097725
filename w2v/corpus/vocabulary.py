"""The vocabulary: words in row order with their counts, from which subsampling and noise distributions follow."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v import _core

KEEP_ALWAYS = 2**32 - 1
"""Threshold of a word that is never subsampled: no 32-bit number exceeds it."""


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
    >>> vocabulary = Vocabulary(["the", "cat"], np.array([3, 1]))
    >>> vocabulary.noise_probabilities(ns_exponent=1.0)
    array([0.75, 0.25])
    """

    words: list[str]
    counts: NDArray[np.int64]
    numbers: bool = False

    def __len__(self) -> int:
        return len(self.words)

    def keep_thresholds(self, sample: float) -> NDArray[np.uint32]:
        """Return for each word the largest 32-bit random number that keeps it; see `keep_probabilities`."""
        return np.asarray(self.keep_probabilities(sample) * KEEP_ALWAYS).astype(np.uint32)

    def keep_probabilities(self, sample: float) -> NDArray[np.float64]:
        """Return the probability that an occurrence of each word survives subsampling, float64, shape (V,).

        A word with count c is kept with probability (sqrt(c / t) + 1) t / c, at most 1. This is the rule of word2vec.c,
        which differs slightly from section 2.3 of Mikolov et al. 2013. The threshold t is ``sample`` times the number of
        words in the text. If ``sample`` is 1 or more, it is a count (gensim's extension), and t is chosen so that exactly
        the words with larger counts are subsampled: (sqrt(c / t) + 1) t / c = 1 for c = t (3 + sqrt(5)) / 2.
        ``sample=0`` keeps every word.
        """
        total = self.counts.sum(dtype=np.float64)
        if sample == 0 or total == 0:
            return np.ones(len(self))
        allowed = sample * total if sample < 1 else float(int(sample * (3 + math.sqrt(5)) / 2))
        counts = np.maximum(self.counts, 1)
        return np.asarray(np.minimum((np.sqrt(counts / allowed) + 1) * allowed / counts, 1.0))

    def noise_probabilities(self, ns_exponent: float) -> NDArray[np.float64]:
        """Return the noise distribution, proportional to count ** ns_exponent (Mikolov et al. 2013, section 2.2)."""
        logs = ns_exponent * np.log(np.maximum(self.counts, 1).astype(np.float64))
        weights = np.exp(logs - logs.max())
        return np.asarray(weights / weights.sum())

    def cumulative_noise(self, ns_exponent: float, domain: int) -> NDArray[np.uint32]:
        """Return the cumulative noise distribution, scaled to integers up to ``domain``, shape (V,), as in gensim."""
        cumulative = np.cumsum(self.noise_probabilities(ns_exponent))
        return np.asarray(np.round(cumulative / cumulative[-1] * domain), np.uint32)

    def noise_pool(self, ns_exponent: float, seed: int) -> NDArray[np.uint32]:
        """Return a shuffled array of words in the proportions of the noise distribution; its length is a power of two.

        Drawing from a small region of such a pool causes hardly any cache misses, while an alias table causes one per draw.
        Systematic sampling gives each word the floor or the ceiling of its expected share, unbiased over seeds.
        """
        size = pool_length(len(self))
        rng = np.random.default_rng([seed, 0x6E6F697365])  # "noise" in ASCII: an independent random stream
        edges = np.floor(np.cumsum(self.noise_probabilities(ns_exponent)) * size + rng.random()).astype(np.int64)
        edges[-1] = size
        shares = np.diff(np.minimum(edges, size), prepend=0)
        return _core.shuffled_pool(shares, int(rng.integers(2**63)))


def pool_length(words: int) -> int:
    """Return the length of a noise pool: 32 entries per word, so that rare words keep their share; 2**16 to 2**31."""
    return 1 << min(31, max(16, (32 * words - 1).bit_length()))
