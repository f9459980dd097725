"""How far a training in rounds has come: which chunks are trained, and when the matrices are the model."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from w2v.training.rounds import Round


class Course(ABC):
    """The rounds of a training, and the place of the next one.

    Parameters
    ----------
    portions : sequence of (int, int)
        The chunks of each shard, as from `portions`; none is empty.
    plan : sequence of Round

    Attributes
    ----------
    most_threads : int
        How many threads can work at it.
    """

    def __init__(self, portions: Sequence[tuple[int, int]], plan: Sequence[Round]) -> None:
        self.portions, self.plan, self.number = portions, plan, len(portions)
        self._places = {(one.epoch, self._position(one.first)): place for place, one in enumerate(plan)}
        self._place, self.most_threads = 0, len(portions)

    @abstractmethod
    def begin(self, epoch: int, first: int, end: int, counts: Any, losses: Any, threads: int) -> None:
        """Prepare threads to train to the end of a span: ``first`` chunks of ``epoch`` are trained, ``end`` are wanted."""

    @property
    def is_whole(self) -> bool:
        """Whether all rows were merged after the last round, so that the matrices are the model."""
        return self._place == 0 or self.plan[self._place - 1].whole

    def is_model_at(self, epoch: int, chunk: int) -> bool:
        """Whether one model, without copies, is the whole state before this chunk: a span or the epoch ends there."""
        place = self._places.get((epoch, chunk), -1)
        return place == 0 or chunk == self.portions[-1][1] or (place > 0 and self.plan[place - 1].whole)

    def trained(self) -> list[tuple[int, int]]:
        """Return the chunks that have been trained in this epoch, first and end in each portion."""
        done = 0 if self._place == 0 else self.plan[self._place - 1].end
        return [(first, min(first + done, end)) for first, end in self.portions]

    def chunks_of(self, shard: int, one: Round) -> tuple[int, int]:
        """Return the chunks of its portion that a shard trains in a round; none if the portion has ended."""
        first, end = self.portions[shard]
        return min(one.first, end - first), min(one.end, end - first)

    def _position(self, chunk: int) -> int:
        """Return how many chunks are trained once each shard has trained the first ``chunk`` chunks of its portion."""
        return sum(min(chunk, end - first) for first, end in self.portions)
