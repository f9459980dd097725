"""Which words' rows each thread trains copies of (``cython_ext/replicas.pxd`` says why and how)."""

import numpy as np

from w2v import _core
from w2v.config import TrainConfig
from w2v.vocabulary import Vocabulary

LONG_TRAINING = 10_000_000
"""Words that subsampling leaves, times epochs, for each thread. With a third MEN loses 0.8 points, with 0.8 M five."""


def most_replicated_words(words: int, threads: int) -> int:
    """Return how many of ``words`` words can at most be replicated for so many threads.

    With two threads, copies of the rows of 32 words bring all there is to gain (``cython_ext/README.md``), and what other
    words suffer grows with the number of threads. Of a small vocabulary nearly all words are frequent: there all rows are
    common, as the mean of copies learns more slowly.
    """
    return 0 if threads == 1 else min(16 * threads, 512, words // 256)


def replicated_words(vocabulary: Vocabulary, config: TrainConfig, threads: int) -> int:
    """Return how many of the first words are replicated: in a long training, those that are frequent between two merges.

    Such a word, which a thread expects as a centre between two merges of a row, is in about ten windows or more meanwhile
    and comes to rest, so that the mean over the threads is as good as their sum. A rarer one would learn more slowly, and
    so do all in a training that is short for the number of threads (``benchmarks/README.md``).
    """
    most = most_replicated_words(len(vocabulary), threads)
    kept = vocabulary.counts * vocabulary.keep_probabilities(config.sample)
    if kept.sum() * config.epochs < LONG_TRAINING * threads:
        return 0
    rare = kept[:most] * (2 * most * _core.MERGE_WINDOWS) < kept.sum()
    return int(np.append(rare, True).argmax())
