"""What connects the process that drives a training with its workers: the one interface, which Ray and MPI have.

    driver    run      calls to workers, at once; their answers come back
              move     what one worker answers goes to another, and not through the driver
              merge    changes of parts of the rows go to the worker that merges them, and what becomes of them to all

A worker may die at any time. Then `WorkerLost` is raised; what was asked of the others may have been done or not. `revive`
puts new workers, which hold nothing, in the places of those that died.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class WorkerLost(Exception):
    """A worker died, or cannot be reached; the reason is its message."""


@dataclass(frozen=True)
class Call:
    """A call of a method of a `Worker`."""

    worker: int
    method: str
    arguments: tuple[Any, ...] = ()


class Communicator(Protocol):
    """See the module.

    Attributes
    ----------
    size : int
        Number of workers.
    threads : int
        Number of threads of all workers.
    """

    @property
    def size(self) -> int:
        """See above."""

    @property
    def threads(self) -> int:
        """See above."""

    def run(self, calls: Sequence[Call]) -> list[Any]:
        """Call methods of workers, those of different workers at once, and return what they returned.

        Raises
        ------
        WorkerLost
        W2VError
            What a method raises.
        """

    def move(self, moves: Sequence[tuple[Call, Call]]) -> None:
        """For each pair, in order: call a method of a worker, and then that of another with its result as first argument."""

    def merge(self, first: int, end: int) -> int:
        """Let workers merge the rows ``first`` to ``end``; return the bytes that they sent one another."""

    def share(self, value: Any) -> Any:
        """Return what stands for a large value in the arguments of several calls; it is sent to each machine once."""

    def revive(self) -> None:
        """Replace dead workers by new ones; ``size`` falls if some cannot be replaced.

        Raises
        ------
        TrainingError
            If no worker is left.
        """

    def close(self) -> None:
        """Stop all workers."""


def everywhere(workers: Communicator, method: str, *arguments: Any) -> list[Any]:
    """Call a method of all workers; return what each returned."""
    return workers.run([Call(worker, method, arguments) for worker in range(workers.size)])
