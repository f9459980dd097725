"""What a training in rounds will take: rounds, memory, what travels, and a model of its speed on several machines.

    seconds of a round = words of a worker / its words per second + bytes that it sends / bandwidth + exchanges * calls
    after each epoch   + bytes of the model / bandwidth

`costs` counts the same while it happens.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from w2v import _merging
from w2v.config import TrainConfig
from w2v.corpus.noise import pool_length
from w2v.distributed.exchanges import SLICE_ROWS, exchanges, held_of_row, memory_of_exchange
from w2v.training.matrices import padded
from w2v.training.merging import bytes_of_row, is_mean
from w2v.training.rounds import Round, rounds

CALL_SECONDS = 0.01
"""Seconds that calling all workers takes in an exchange, about: measured with Ray on one machine, in rounds of one each."""


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
    exchanges : int
        How often workers exchange rows: once in a round, or several times if there are many.
    memory : int
        Bytes of each worker.
    """

    workers: int
    seconds: float
    speed_up: float
    bytes_per_token: float
    exchanges: int
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
            Estimate(
                number,
                spent,
                seconds[0] / spent,
                self.sent(number) / self.all_tokens,
                len(self.exchanges(number)),
                self.memory(number),
            )
            for number, spent in zip(numbers, seconds, strict=True)
        ]

    @property
    def all_tokens(self) -> int:
        """Tokens of all epochs."""
        return self.tokens * self.config.epochs

    def seconds(self, workers: int, threads: int, words_per_second: float, bandwidth: float) -> float:
        """Return the seconds of a training by workers; see `estimates`."""
        shards = self._shards(workers)
        training = shards * self.all_tokens / self.config.shards / (words_per_second * min(threads, shards))
        taking = 0.0 if workers == 1 else self.config.epochs * 2 * 4 * self.words * self.config.vector_size
        calls = len(self.exchanges(workers)) or len(self.rounds)
        return training + (self.sent(workers) / workers + taking) / bandwidth + CALL_SECONDS * calls

    def exchanges(self, workers: int) -> list[int]:
        """Return the number of rows of each exchange of a training by workers, each on a machine of its own."""
        if workers == 1:
            return []
        held = held_of_row(self.config, [self._shards(workers)], workers)
        return [end - first for one in self.rounds for first, end in exchanges(one.rows, held)]

    def _shards(self, workers: int) -> int:
        """Return the number of shards of the worker that has most."""
        return -(-self.config.shards // workers)

    def sent(self, workers: int) -> float:
        """Return the bytes that workers send one another, at most: changes to whoever merges, merged ones to all others.

        See `bytes_of_row`; a slice of changes has some bytes besides (`w2v.training.changes`).
        """
        copies = (self.config.shards / workers + 1) * (workers - 1)
        rows = self.exchanges(workers)
        slices = sum(workers * -(-one // (workers * SLICE_ROWS)) for one in rows)
        besides = 0 if is_mean(self.config) else 2 * (_merging.SLACK + 1)
        return copies * (sum(rows) * bytes_of_row(self.config) + slices * besides)

    def memory(self, workers: int) -> int:
        """Return the bytes that a worker needs for its copies of the matrices, the model, exchanges and the noise pool."""
        matrices = (self._shards(workers) + 1) * 2 * 4 * self.words * padded(self.config.vector_size)
        exchanged = memory_of_exchange(self.config, self.words, [self._shards(workers)], workers)
        return matrices + int(exchanged) + 4 * pool_length(self.words)

    def to_dict(self, estimates: Sequence[Estimate]) -> dict[str, Any]:
        """Return the plan as JSON values."""
        return {
            "shards": self.config.shards,
            "rounds": len(self.rounds),
            "vocabulary": self.words,
            "tokens": self.tokens,
            "model": [asdict(one) for one in estimates],
        }
