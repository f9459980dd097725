"""What is done when a worker dies: it is replaced, and what was asked of it is done again."""

from collections.abc import Callable
from typing import TypeVar

from w2v.distributed.communicator import Communicator, WorkerLost
from w2v.errors import TrainingError

MOST_LOSSES = 5
"""How often in a row a worker may be lost while nothing else is achieved."""

T = TypeVar("T")


def persist(workers: Communicator, action: Callable[[], T]) -> T:
    """Do something that may be done twice, again until no worker is lost meanwhile.

    Raises
    ------
    TrainingError
        If workers die again and again, or none is left.
    """
    losses = 0
    while True:
        try:
            return action()
        except WorkerLost as problem:
            losses += 1
            refuse_more(losses, problem)
            workers.revive()


def refuse_more(losses: int, problem: WorkerLost) -> None:
    """Raise TrainingError if workers were lost too often while nothing else was achieved."""
    if losses > MOST_LOSSES:
        raise TrainingError(
            f"cannot go on: workers died {losses} times in a row: {problem}; check their memory and their logs; a "
            "checkpoint can be resumed on other machines"
        )
