"""Workers that are slow for long, and what becomes of their shards: the result is the same, whoever trains them.

worker 0   seconds of a round 1.0 1.1 1.0     shards 0 1      ->  0 1 3
worker 1                      2.9 3.1 3.0            2 3          2
"""

from collections.abc import Sequence
from statistics import median_low

PATIENCE = 3
"""How many rounds in a row a worker may be slow."""

SLOW = 1.5
"""A worker is slow that takes so many times as long as the median; of two workers, as the faster one."""

GAIN = 0.9
"""A shard is only moved if the round would then take at most this part of the time."""

LEAST_SECONDS = 0.2
"""Shorter rounds say nothing of a worker."""


class Stragglers:
    """What is known of the speed of workers.

    Parameters
    ----------
    threads : sequence of int
        Of each worker, which trains as many shards at a time.
    """

    def __init__(self, threads: Sequence[int]) -> None:
        self._threads, self._slow, self._last = threads, [0] * len(threads), [0.0] * len(threads)

    def saw(self, seconds: Sequence[float]) -> None:
        """Take note of the seconds in which each worker trained in a round."""
        usual = max(median_low(seconds), LEAST_SECONDS)
        self._last = list(seconds)
        self._slow = [rounds + 1 if one > SLOW * usual else 0 for one, rounds in zip(seconds, self._slow, strict=True)]

    def move(self, shards: Sequence[int]) -> tuple[int, int] | None:
        """Return who should give a shard to whom, if anybody; ``shards`` is how many each worker has.

        Examples
        --------
        >>> seen = Stragglers([1, 1])
        >>> for _ in range(3):
        ...     seen.saw([1.0, 3.0])
        >>> seen.move([2, 2])
        (1, 0)
        """
        slowest = max(range(len(shards)), key=lambda i: self._last[i])
        if self._slow[slowest] < PATIENCE:
            return None
        later = {i: self._seconds(i, shards, 1) for i in range(len(shards)) if i != slowest}
        taker = min(later, key=lambda i: later[i])
        return (slowest, taker) if later[taker] <= GAIN * self._last[slowest] else None

    def _seconds(self, worker: int, shards: Sequence[int], more: int) -> float:
        """Return how long a worker would take with so many more shards; one without any, as long as the median."""
        turns = [-(-number // self._threads[worker]) for number in (shards[worker], shards[worker] + more)]
        return self._last[worker] / turns[0] * turns[1] if turns[0] else median_low(self._last)
