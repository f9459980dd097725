"""Which words' rows each thread trains copies of, and how they are merged (``cython_ext/replicas.pxd`` says why)."""

from dataclasses import dataclass

import numpy as np

from w2v import _core
from w2v.config import TrainConfig
from w2v.corpus.vocabulary import Vocabulary

LONG_TRAINING = 10_000_000
"""Words that subsampling leaves, times epochs, for each of three threads and more, which merge the mean of what they have
learned: that learns more slowly than common rows do. With 5 M MEN lost 0.3 points, with 3 M 1.5, with 0.8 M 3 to 5."""

SHARE_OF_TWO = 0.875
"""Found by trial: with this share two threads learn as they do on common rows (``cython_ext/README.md``)."""


@dataclass(frozen=True)
class Replicas:
    """Each thread trains copies of both rows of the first ``words`` words.

    A merge moves the common row by ``share`` of what a thread has learned since its last one.
    """

    words: int = 0
    share: float = 1.0


def most_replicated_words(words: int, threads: int) -> int:
    """Return how many of ``words`` words can at most be replicated for so many threads.

    With two threads, copies of the rows of 64 words bring nearly all there is to gain (``cython_ext/README.md``); what
    rows suffer grows with the number of threads. With three and more, all rows of a small vocabulary are common: nearly
    all its words are frequent, and the mean of copies learns more slowly.
    """
    if threads == 1:
        return 0
    if threads == 2:
        return min(64, words)
    return min(16 * threads, 512, words // 256)


def replicas_for(vocabulary: Vocabulary, config: TrainConfig, threads: int, tokens: int) -> Replicas:
    """Return which words of a text of so many tokens are replicated: the first, as long as they are frequent.

    A thread expects such a word as a centre once, with two threads a quarter of once, while all rows are merged in turn.
    Then it is in about ten windows or more meanwhile and comes to rest, so that the mean over the threads is nearly as
    good as more of it would be. A rarer one would learn more slowly, and so do all in a training that is short for three
    threads or more.
    """
    most = most_replicated_words(len(vocabulary), threads)
    kept = vocabulary.keep_probabilities(config.sample) * vocabulary.counts
    share_kept = kept.sum() / max(vocabulary.counts.sum(), 1)
    if threads > 2 and share_kept * tokens * config.epochs < LONG_TRAINING * threads:
        return Replicas()
    least = kept.sum() * (0.25 if threads == 2 else 1.0)
    rare = kept[:most] * (2 * most * _core.MERGE_WINDOWS) < least
    return Replicas(int(np.append(rare, True).argmax()), SHARE_OF_TWO if threads == 2 else 1 / threads)
