"""Which words' rows each thread trains copies of (``cython_ext/replicas.pxd`` says why and how)."""

import numpy as np

from w2v import _core
from w2v.config import TrainConfig
from w2v.vocabulary import Vocabulary

LONG_TRAINING = 10_000_000
"""Words that subsampling leaves, times epochs, for each of three threads and more, which merge the mean of what they have
learned: that learns more slowly than common rows do. With a third of this MEN loses a point, with 0.8 M three to five."""


def most_replicated_words(words: int, threads: int) -> int:
    """Return how many of ``words`` words can at most be replicated for so many threads.

    With two threads, copies of the rows of 64 words bring nearly all there is to gain (``cython_ext/README.md``); what
    rows suffer grows with the number of threads. With three and more, all rows of a small vocabulary are common: nearly
    all its words are frequent, and the mean of copies learns more slowly.
    """
    if threads <= 2:
        return min(64, words) if threads == 2 else 0
    return min(16 * threads, 512, words // 256)


def replicated_words(vocabulary: Vocabulary, config: TrainConfig, threads: int) -> int:
    """Return how many of the first words are replicated: by two threads always as many, by more those that lose nothing.

    These merge the mean, which is as good as more of it for a word that is frequent between two merges: one that a thread
    expects as a centre meanwhile is in about ten windows or more, and comes to rest. A rarer one would learn more slowly,
    and so do all in a training that is short for the number of threads (``cython_ext/README.md``).
    """
    most = most_replicated_words(len(vocabulary), threads)
    if threads <= 2:
        return most
    kept = vocabulary.counts * vocabulary.keep_probabilities(config.sample)
    if kept.sum() * config.epochs < LONG_TRAINING * threads:
        return 0
    rare = kept[:most] * (2 * most * _core.MERGE_WINDOWS) < kept.sum()
    return int(np.append(rare, True).argmax())
