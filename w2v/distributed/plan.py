"""What a training in rounds will take: rounds, memory, what travels, and a model of its speed on several machines.

    seconds of a round = words of a worker / its words per second + bytes that it sends / bandwidth + calls
    after each epoch   + bytes of the model / bandwidth

`costs` counts the same while it happens.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from w2v import _merging
from w2v.config import TrainConfig
from w2v.corpus.noise import pool_length
from w2v.distributed.parts import SLICE_ROWS
from w2v.training.matrices import padded
from w2v.training.rounds import Round, has_mean, rounds

CALL_SECONDS = 0.01
"""Seconds that calling all workers in a round takes, about: measured with Ray on one machine."""


@dataclass(frozen=True)
class Estimate:
    """What a training takes with some number of workers.

    Attributes
    ----------
    workers : int
    seconds : float
        Of training, without reading.
    speed_up : float
        Against one worker.
    bytes_per_token : float
        Changes of rows sent, by all workers together, at most.
    memory : int
        Bytes of each worker.
    """

    workers: int
    seconds: float
    speed_up: float
    bytes_per_token: float
    memory: int


@dataclass(frozen=True)
class Plan:
    """The rounds of a training, and what they take.

    Attributes
    ----------
    config : TrainConfig
        With the number of shards.
    words, tokens : int
        Of the vocabulary; of the text, per epoch.
    rounds : list of Round
    """

    config: TrainConfig
    words: int
    tokens: int
    rounds: list[Round]

    @classmethod
    def of(cls, config: TrainConfig, words: int, tokens: int, chunks: int) -> "Plan":
        """Return the plan of a text with so many words, tokens and chunks.

        Examples
        --------
        >>> plan = Plan.of(TrainConfig(shards=8), words=50_000, tokens=20_000_000, chunks=4883)
        >>> [one.workers for one in plan.estimates(threads=1, words_per_second=3e6, bandwidth=1e9)]
        [1, 2, 4, 8]
        """
        return cls(config, words, tokens, rounds(config, chunks, tokens, words))

    def estimates(self, threads: int, words_per_second: float, bandwidth: float) -> list[Estimate]:
        """Return what it takes with 1, 2, 4, ... workers, as many as there are shards.

        Parameters
        ----------
        threads : int
            Of each worker.
        words_per_second : float
            Of one thread.
        bandwidth : float
            Bytes per second that a worker can send.
        """
        numbers = [1 << power for power in range(self.config.shards.bit_length())]
        seconds = [self.seconds(number, threads, words_per_second, bandwidth) for number in numbers]
        return [
            Estimate(number, spent, seconds[0] / spent, self.sent(number) / self.all_tokens, self.memory(number))
            for number, spent in zip(numbers, seconds, strict=True)
        ]

    @property
    def all_tokens(self) -> int:
        """Tokens of all epochs."""
        return self.tokens * self.config.epochs

    def seconds(self, workers: int, threads: int, words_per_second: float, bandwidth: float) -> float:
        """Return the seconds of a training by workers; see `estimates`."""
        shards = -(-self.config.shards // workers)  # of the worker that has most
        training = shards * self.all_tokens / self.config.shards / (words_per_second * min(threads, shards))
        taking = 0.0 if workers == 1 else self.config.epochs * 2 * 4 * self.words * self.config.vector_size
        return training + (self.sent(workers) / workers + taking) / bandwidth + CALL_SECONDS * len(self.rounds)

    def sent(self, workers: int) -> float:
        """Return the bytes that workers send one another, at most: changes to whoever merges, merged ones to all others.

        An element of a change is a byte, and a row has a scale and a bit besides (`w2v.training.changes`).
        """
        copies = (self.config.shards / workers + 1) * (workers - 1)
        rows = sum(one.rows for one in self.rounds)
        if has_mean(self.config):
            return copies * rows * 2 * 4 * self.config.vector_size
        slices = sum(workers * -(-one.rows // (workers * SLICE_ROWS)) for one in self.rounds)
        return copies * 2 * (rows * (self.config.vector_size + 4 + 1 / 8) + slices * (_merging.SLACK + 1))

    def memory(self, workers: int) -> int:
        """Return the bytes that a worker needs for its copies of the matrices, the model and the noise pool."""
        copies = -(-self.config.shards // workers) + 1
        return copies * 2 * 4 * self.words * padded(self.config.vector_size) + 4 * pool_length(self.words)

    def to_dict(self, estimates: Sequence[Estimate]) -> dict[str, Any]:
        """Return the plan as JSON values."""
        return {
            "shards": self.config.shards,
            "rounds": len(self.rounds),
            "vocabulary": self.words,
            "tokens": self.tokens,
            "model": [asdict(one) for one in estimates],
        }
