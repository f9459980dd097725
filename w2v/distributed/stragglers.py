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
        self._usual = 0.0

    def saw(self, seconds: Sequence[float], shards: Sequence[int]) -> None:
        """Take note of the seconds in which each worker trained its shards, as many as ``shards`` says, in a round."""
        self._usual = median_low(one for one, number in zip(seconds, shards, strict=True) if number)
        slow = SLOW * max(self._usual, LEAST_SECONDS)
        self._last = list(seconds)
        self._slow = [
            rounds + 1 if number and one > slow else 0
            for one, number, rounds in zip(seconds, shards, self._slow, strict=True)
        ]

    def move(self, shards: Sequence[int]) -> tuple[int, int] | None:
        """Return who should give a shard to whom, if anybody; ``shards`` is how many each worker has.

        Examples
        --------
        >>> seen = Stragglers([1, 1])
        >>> for _ in range(3):
        ...     seen.saw([1.0, 3.0], [2, 2])
        >>> seen.move([2, 2])
        (1, 0)
        """
        slowest = max((i for i, number in enumerate(shards) if number), key=lambda i: self._last[i])
        if self._slow[slowest] < PATIENCE:
            return None
        later = {i: self._seconds(i, shards, 1) for i in range(len(shards)) if i != slowest}
        taker = min(later, key=lambda i: later[i])
        return (slowest, taker) if later[taker] <= GAIN * self._last[slowest] else None

    def _seconds(self, worker: int, shards: Sequence[int], more: int) -> float:
        """Return how long a worker would take with so many more shards; one without any, as long as the median."""
        turns = [-(-number // self._threads[worker]) for number in (shards[worker], shards[worker] + more)]
        return self._last[worker] / turns[0] * turns[1] if turns[0] else self._usual
