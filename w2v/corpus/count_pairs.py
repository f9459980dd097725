"""Count pairs of neighbouring words over provisional ids, and score them.

One thread puts each pair into one of 256 buckets, by its hash; then threads count different buckets at the same time, with
tables that fit the caches. The result is the same for any number of threads.
"""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from w2v._phrases import N_BUCKETS, PairCounter, scores
from w2v.corpus.counts import Provisional

BATCH_TOKENS = 1 << 23
"""Words whose pairs are collected before they are counted, at 8 bytes each, 16 with connector words between them.

Pairs are pruned only between batches."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Candidates:
    """Pairs of words, with counts: ``words[0]`` and ``words[1]`` are ids, ``between`` the connector words of each.

    Attributes
    ----------
    words : ndarray of uint32, shape (2, P)
    counts : ndarray of int64, shape (P,)
    links : ndarray of uint32, shape (P,)
        Index into ``between``.
    between : list of tuple of int
        Sequences of connector words; the first one is empty.
    """

    words: NDArray[np.uint32]
    counts: NDArray[np.int64]
    links: NDArray[np.uint32]
    between: list[tuple[int, ...]]

    def ids(self, places: NDArray[np.int64]) -> Iterator[tuple[int, ...]]:
        """Return the ids of some pairs, with the connector words between them."""
        pairs = zip(*self.words[:, places].tolist(), strict=True)
        links = self.links[places]
        if not links.any():
            return pairs
        between = map(self.between.__getitem__, links.tolist())
        return ((first, *those, last) for (first, last), those in zip(pairs, between, strict=True))

    def scores(
        self, counts: NDArray[np.int64], scoring: str, min_count: float, distinct: int, total: int
    ) -> NDArray[np.float64]:
        """Return the score of each pair; see `PhraseConfig`.

        Parameters
        ----------
        counts : ndarray of int64
            Of each id.
        scoring : {"default", "npmi"}
        min_count : float
        distinct : int
            Distinct words and pairs.
        total : int
            Words of the text.
        """
        a, b = counts[self.words]
        if scoring == "npmi":
            return scores(a, b, self.counts, total)
        return scores(a, b, self.counts, distinct, min_count)


class PairCounts:
    """Counts of pairs, which grow with every text that is added.

    Parameters
    ----------
    max_vocab_size : int
        Forget the rarest pairs whenever there are more distinct ones after a batch.
    threads : int
    """

    def __init__(self, max_vocab_size: int, threads: int = 1) -> None:
        self.max_vocab_size, self.threads = max_vocab_size, threads
        self.pruned = 0
        self._counter = PairCounter()

    def add(
        self, read: Provisional, is_connector: NDArray[np.uint8], mapping: NDArray[np.uint32] | None = None
    ) -> None:
        """Count the pairs of a text.

        Parameters
        ----------
        read : Provisional
        is_connector : ndarray of uint8
            Whether each id is a connector word.
        mapping : ndarray of uint32, optional
            From ids of this text to those of all texts.
        """
        waiting = 0
        with ThreadPoolExecutor(self.threads) as pool:
            for ids, ends in segments(read, mapping):
                self._counter.collect(ids, ends, is_connector)
                waiting += len(ids)
                if waiting >= BATCH_TOKENS:
                    self._count(pool)
                    waiting = 0
            self._count(pool)

    def _count(self, pool: ThreadPoolExecutor) -> None:
        self._in_threads(pool)
        while len(self._counter) > self.max_vocab_size:
            self.pruned += 1
            self._in_threads(pool, self.pruned)
            log.warning(
                "pairs of words that occurred at most %d times so far were forgotten: there were more than "
                "max_vocab_size=%d distinct ones; %d are left",
                self.pruned,
                self.max_vocab_size,
                len(self._counter),
            )

    def _in_threads(self, pool: ThreadPoolExecutor, least: int = 0) -> None:
        bounds = np.linspace(0, N_BUCKETS, min(4 * self.threads, N_BUCKETS) + 1).astype(int).tolist()
        list(pool.map(self._counter.count, bounds[:-1], bounds[1:], repeat(least)))

    def __len__(self) -> int:
        """Return the number of distinct pairs."""
        return len(self._counter)

    def candidates(self, least: int) -> Candidates:
        """Return the pairs that occur at least ``least`` times, in no fixed order."""
        a, b, links, counts = self._counter.pairs(least).T
        return Candidates(np.stack([a, b]), counts.astype(np.int64), links, self._counter.links())


def segments(
    read: Provisional, mapping: NDArray[np.uint32] | None = None
) -> Iterator[tuple[NDArray[np.uint32], NDArray[np.int64]]]:
    """Yield the common ids, or what they are mapped to, and the sentence ends of every segment, in order."""
    mappings = [common if mapping is None else mapping[common] for common in read.mappings]
    is_common = [np.array_equal(common, np.arange(len(common))) for common in mappings]
    for segment in read.segments:
        ids = read.spool.read(segment.start, segment.length)
        yield (ids if is_common[segment.table] else mappings[segment.table][ids]), segment.ends
