"""Which words' rows each thread trains copies of (``cython_ext/replicas.pxd`` says why and how)."""

import numpy as np

from w2v import _core
from w2v.vocabulary import Vocabulary


def most_replicated_words(words: int, threads: int) -> int:
    """Return how many of ``words`` words can at most be replicated for so many threads.

    With two threads, copies of the rows of 32 words bring all there is to gain (``cython_ext/README.md``), and what other
    words suffer grows with the number of threads. Of a small vocabulary nearly all words are frequent: there all rows are
    common, as the mean of copies learns more slowly.
    """
    return 0 if threads == 1 else min(16 * threads, 512, words // 256)


def replicated_words(vocabulary: Vocabulary, sample: float, threads: int) -> int:
    """Return how many of the first words are replicated: those that a thread expects as a centre between two merges.

    Between two merges of a row such a word is in about ten windows or more and comes to rest, so that the mean over the
    threads is as good as their sum. A rarer one would learn more slowly.
    """
    most = most_replicated_words(len(vocabulary), threads)
    kept = vocabulary.counts * vocabulary.keep_probabilities(sample)
    windows = 2 * most * _core.MERGE_WINDOWS
    rare = kept[:most] * windows < kept.sum()
    return int(np.append(rare, True).argmax())
