"""Select the words whose rows are replicated per thread, and the share of changes that is merged.

    thread 1   trains its copies --+
    thread 2   trains its copies --+--> shared row += share * (copy - the copy when last merged), one row at a time in turn
    thread T   trains its copies --+

``cython_ext/replicas.pxd`` explains the mechanism, ``cython_ext/README.md`` has the measurements.
"""

from dataclasses import dataclass

import numpy as np

from w2v import _core
from w2v.config import TrainConfig
from w2v.corpus.subsampling import keep_probabilities
from w2v.corpus.vocabulary import Vocabulary

SHORT_TRAINING = 1_000_000
"""Number of words (after subsampling, times epochs) below which two threads use no copies. Rows that grow from near zero
build each step on the one before, and a merge drops an eighth of what a copy has learned: two threads lost 2 to 7 points
with copies in trainings of 3,000 to 100,000 words, and nothing without (``cython_ext/README.md``)."""

LONG_TRAINING = 10_000_000
"""Least number of words (after subsampling, times epochs) per thread for which three or more threads use copies. They merge
the mean of their changes, which learns more slowly than shared rows: with 5 M words MEN lost 0.3 points, with 3 M 1.5, with
0.8 M 3 to 5."""

SHARE_OF_TWO = 0.875
"""Found by experiment: with this share, two threads learn as they do on shared rows (``cython_ext/README.md``)."""


@dataclass(frozen=True)
class Replicas:
    """Each thread trains copies of the input and output rows of the first ``words`` words.

    A merge moves the shared row by ``share`` times the change of the thread's copy since its last merge.
    """

    words: int = 0
    share: float = 1.0


def most_replicated_words(words: int, threads: int) -> int:
    """Return the largest number of words that are replicated, for a vocabulary of ``words`` words.

    With two threads, copies of the rows of 64 words bring nearly the whole gain (``cython_ext/README.md``); contention for
    rows grows with the number of threads, so more threads replicate more words. With three or more threads, at most one
    word in 256 is replicated, so that all rows of a small vocabulary are shared: nearly all its words are frequent, and the
    mean of copies learns more slowly.
    """
    if threads == 1:
        return 0
    if threads == 2:
        return min(64, words)
    return min(16 * threads, 512, words // 256)


def replicas_for(vocabulary: Vocabulary, config: TrainConfig, threads: int, tokens: int) -> Replicas:
    """Return which words of a text of ``tokens`` tokens are replicated: the first ones, as long as they are frequent.

    A word is frequent enough if a thread expects it as a centre word at least once (with two threads, 0.25 times) per
    round, in which all copied rows are merged once. It is then a context or a centre of about ten or more windows per round,
    so its copies have nearly converged between two merges, and the merged share of their change is nearly as good as all of
    it. A rarer word would learn more slowly. So would all words in a short run.
    """
    most = most_replicated_words(len(vocabulary), threads)
    kept = keep_probabilities(vocabulary.counts, config.sample) * vocabulary.counts
    share_kept = kept.sum() / vocabulary.counts.sum() if vocabulary.counts.any() else 1.0
    if share_kept * tokens * config.epochs < (SHORT_TRAINING if threads == 2 else LONG_TRAINING * threads):
        return Replicas()
    # A thread merges one row every MERGE_WINDOWS windows, and has 2 * most of them (input and output): so a round takes
    # 2 * most * MERGE_WINDOWS windows, in which a word is expected as centre kept / kept.sum() times that often.
    least = kept.sum() * (0.25 if threads == 2 else 1.0)
    rare = kept[:most] * (2 * most * _core.MERGE_WINDOWS) < least
    # The copies of all T threads reach about the same point between two merges, so a sum of their full changes would go T
    # times too far (and diverge with many threads). Hence a share: the mean, or the measured one for two threads.
    # argmax gives the first rare word; the appended True makes it `most` if none is rare.
    return Replicas(int(np.append(rare, True).argmax()), SHARE_OF_TWO if threads == 2 else 1 / threads)
