"""Workers as Ray actors.

    driver      calls actors; holds references to what they return, and the model of the last span
    actors      one per machine, or several; rows and pieces of text go from one to another through Ray's object stores

Ray starts an actor again when it dies, with nothing; a method is never repeated by itself, as it might train twice. Between
a death and the new start, calls raise `ActorUnavailableError`, which is no `RayActorError`, and a task that was given an
object of the dead one raises `RayTaskError`: only their common class, `RayError`, catches all. What the driver must not
lose it holds itself, as objects die with the process that made them.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from w2v.distributed.communicator import Call, WorkerLost
from w2v.distributed.exchanges import parts_of
from w2v.distributed.ray_cluster import join, machine, one_line, ray, sizes_of_workers
from w2v.distributed.worker import StateLost, Worker
from w2v.errors import ConfigError, TrainingError

REVIVAL_SECONDS = 60.0
"""How long a dead worker is waited for; training then goes on with the others."""

LAST_SECONDS = 300.0
"""How long workers are waited for if none answers."""

WAIT_SECONDS = 5.0
RETRY_SECONDS = 0.2
"""How often a dead worker is asked whether it is there again."""

START_SECONDS = 120.0
"""How long workers may take to start."""

MOVES = 4
"""Pieces of text that are on their way at a time."""


@contextmanager
def connected(address: str | None, nodes: int, threads: int) -> Iterator["OnRay"]:
    """Connect to Ray, or start one on this machine alone, and start workers.

    Parameters
    ----------
    address : str or None
        ``"HOST:PORT"`` of a cluster, or ``"auto"``: the one that runs on this machine. None: the connection that the program
        has already, or else a Ray of our own.
    nodes : int
        Number of workers; 0: one per machine.
    threads : int
        Threads of each worker; 0: as many as its machine has processors, or a fair part of them.

    Raises
    ------
    MissingExtraError
        If Ray is missing or too old.
    ConfigError
        If nothing answers at the address, or the cluster has no room for the workers.
    """
    here = ray()
    owned = not here.is_initialized()
    if owned:
        join(here, address, nodes, threads)
    elif address not in (None, "auto", here.get_runtime_context().gcs_address):
        raise ConfigError(
            f"address must be left out by a program that is connected to Ray already: got {address!r}, but it is "
            f"connected to {here.get_runtime_context().gcs_address}"
        )
    try:
        sizes = sizes_of_workers(here, nodes, threads)
        workers = OnRay(sizes)
        try:
            yield workers
        finally:
            workers.close()
    finally:
        if owned:
            here.shutdown()


class RayWorker(Worker):
    """A worker that is an actor."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads, machine())

    def parts(self, first: int, end: int, number: int) -> Any:
        """See `Worker`; Ray makes an object of each of several values that are returned, but not of a list of one."""
        parts = super().parts(first, end, number)
        return parts if number > 1 else parts[0]


class OnRay:
    """A `Communicator`.

    Parameters
    ----------
    sizes : sequence of int
        The number of threads of each worker.

    Attributes
    ----------
    threads : int
        See `Communicator`.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self._ray, self._error = ray(), ray("exceptions").RayError
        self._task_error = ray("exceptions").RayTaskError
        actor = self._ray.remote(max_restarts=-1, max_task_retries=0)(RayWorker)
        self._actors = [
            actor.options(num_cpus=threads, scheduling_strategy="SPREAD").remote(threads) for threads in sizes
        ]
        self.threads = sum(sizes)
        self._wait_for_start()

    @property
    def size(self) -> int:
        """Number of workers."""
        return len(self._actors)

    def run(self, calls: Sequence[Call]) -> list[Any]:
        """See `Communicator`."""
        return self._results([self._call(call) for call in calls])  # type: ignore[no-any-return]

    def move(self, moves: Sequence[tuple[Call, Call]]) -> None:
        """See `Communicator`."""
        waiting = []
        for source, target in moves:
            waiting.append(self._call(target, self._call(source)))
            if len(waiting) == MOVES:
                self._results(waiting)
                waiting = []
        self._results(waiting)

    def merge(self, first: int, end: int) -> int:
        """See `Communicator`."""
        actors = self._actors
        parts = [actor.parts.options(num_returns=self.size).remote(first, end, self.size) for actor in actors]
        parts = parts if self.size > 1 else [parts]
        merged = [
            actor.merge.remote(*rows, *(part[i] for part in parts))
            for i, (actor, rows) in enumerate(zip(actors, parts_of(first, end, self.size), strict=True))
        ]
        return sum(self._results([actor.apply.remote(first, end, own, *merged) for own, actor in enumerate(actors)]))

    def share(self, value: Any) -> Any:
        """See `Communicator`."""
        return self._ray.put(value)

    def revive(self) -> None:
        """See `Communicator`."""
        self._actors = self._answering()
        if not self._actors:
            raise TrainingError(
                f"cannot go on: no worker is left, and none came back within {LAST_SECONDS:g} s; see the logs of "
                "Ray, and resume from the checkpoint"
            )

    def close(self) -> None:
        """See `Communicator`."""
        for actor in self._actors:
            self._ray.kill(actor)
        self._actors = []

    def _answering(self) -> list[Any]:
        """Return the actors that answer in time; give the others up.

        A living one answers late if it waits for an object of a dead machine, until Ray has noticed that this is dead.
        """
        waiting, began = dict(enumerate(self._actors)), time.monotonic()
        while waiting:
            left = (LAST_SECONDS if len(waiting) == self.size else REVIVAL_SECONDS) - (time.monotonic() - began)
            if left <= 0:
                break
            asked = {actor.held.remote(): number for number, actor in waiting.items()}
            for answered in self._ray.wait(list(asked), num_returns=len(asked), timeout=min(left, WAIT_SECONDS))[0]:
                with suppress(self._error):
                    self._ray.get(answered)
                    del waiting[asked[answered]]
            time.sleep(RETRY_SECONDS if waiting else 0)
        for actor in waiting.values():
            self._ray.kill(actor)
        return [actor for number, actor in enumerate(self._actors) if number not in waiting]

    def _wait_for_start(self) -> None:
        try:
            self._ray.get([actor.held.remote() for actor in self._actors], timeout=START_SECONDS)
        except self._task_error as problem:
            self.close()
            raise _cause(problem) from None
        except self._error as problem:
            number = self.size
            self.close()
            raise ConfigError(
                f"cannot start {number} workers within {START_SECONDS:g} s: {one_line(problem)}; check that "
                "w2v is installed on all machines of the cluster, and that their processors are free"
            ) from problem

    def _call(self, call: Call, *before: Any) -> Any:
        return getattr(self._actors[call.worker], call.method).remote(*before, *call.arguments)

    def _results(self, references: Any) -> Any:
        try:
            return self._ray.get(references)
        except self._task_error as problem:
            cause = _cause(problem)
            if isinstance(cause, (self._error, StateLost)):
                raise WorkerLost(one_line(cause)) from None
            raise cause from None
        except self._error as problem:
            raise WorkerLost(one_line(problem)) from None


def _cause(problem: Any) -> BaseException:
    """Return what a worker raised."""
    cause = getattr(problem, "cause", None)
    return cause if isinstance(cause, BaseException) else problem
