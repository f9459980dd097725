"""Which words get a vector, in which order, how often each is kept, and how often each is noise."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v.config import VocabularyConfig

KEEP_ALWAYS = 2**32 - 1
"""Threshold of a word that is never dropped: no 32-bit number exceeds it."""


@dataclass(frozen=True)
class Vocabulary:
    """Words in row order: most frequent first, ties in reverse order of first appearance (as gensim does).

    Attributes
    ----------
    words : list of str
    counts : ndarray of int64, shape (len(words),)
        Occurrences in the text.
    """

    words: list[str]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.words)

    def keep_thresholds(self, sample: float) -> NDArray[np.uint32]:
        """Return per word the largest 32-bit random number that keeps it.

        A word with count c among N is kept with probability (sqrt(c / (sample N)) + 1) sample N / c, at most 1: the rule
        of word2vec.c, which differs a little from section 2.3 of Mikolov et al. 2013. ``sample=0`` keeps every word.
        """
        if sample == 0:
            return np.full(len(self), KEEP_ALWAYS, np.uint32)
        allowed = sample * self.counts.sum(dtype=np.float64)
        counts = np.maximum(self.counts, 1)
        probability = np.minimum((np.sqrt(counts / allowed) + 1) * allowed / counts, 1.0)
        return np.asarray(probability * KEEP_ALWAYS, np.float64).astype(np.uint32)

    def noise_probabilities(self, ns_exponent: float) -> NDArray[np.float64]:
        """Return the noise law count ** ns_exponent, normalised (Mikolov et al. 2013, section 2.2)."""
        logs = ns_exponent * np.log(np.maximum(self.counts, 1).astype(np.float64))
        weights = np.exp(logs - logs.max())
        return np.asarray(weights / weights.sum())

    def noise_pool(self, ns_exponent: float, seed: int) -> NDArray[np.uint32]:
        """Return a shuffled pool of words in the proportions of the noise law, a power of two long.

        Reading a pool in sequence costs no cache miss, where an alias table costs one for every draw. Systematic
        sampling gives each word the floor or the ceiling of its expected share, without bias over seeds. The length is
        at least 32 entries a word, so that rare words keep their share, and at least 65,536.
        """
        size = 1 << max(16, (32 * len(self) - 1).bit_length())
        rng = np.random.default_rng([seed, 0x6E6F697365])  # "noise": a stream of its own
        edges = np.floor(np.cumsum(self.noise_probabilities(ns_exponent)) * size + rng.random()).astype(np.int64)
        edges[-1] = size
        shares = np.diff(np.minimum(edges, size), prepend=0)
        pool = np.repeat(np.arange(len(self), dtype=np.uint32), shares)
        rng.shuffle(pool)
        return pool


def select(
    counts: NDArray[np.int64],
    first_seen: NDArray[np.int64],
    config: VocabularyConfig,
    kept: NDArray[np.int64],
    dropped: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the provisional ids that enter the vocabulary, in row order.

    Parameters
    ----------
    counts, first_seen : shape (n,)
        Of each provisional id.
    config : VocabularyConfig
    kept, dropped : ndarray of int64
        Provisional ids of the words in ``config.keep`` and ``config.drop``.
    """
    wanted = counts >= max(config.min_count, 1)
    wanted[kept] = True
    wanted[dropped] = False
    candidates = np.flatnonzero(wanted)
    order = candidates[np.lexsort((-first_seen[candidates], -counts[candidates]))]
    if config.max_final_vocab is None or len(order) <= config.max_final_vocab:
        return order
    # The keep list comes first when there is not room for all.
    is_kept = np.isin(order, kept)
    room = max(config.max_final_vocab - int(is_kept.sum()), 0)
    return order[is_kept | (np.cumsum(~is_kept) <= room)]
