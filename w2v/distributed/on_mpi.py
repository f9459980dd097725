"""Workers as MPI processes: the only module that imports mpi4py.

    mpirun -n 4 w2v train TEXT -o OUT --backend mpi

Every process runs the same command. Process 0 drives the training, and works too; the others do what it broadcasts. MPI ends
all processes when one of them dies, so recovery is to start again with --resume.
"""

import signal
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from w2v.distributed.communicator import Call
from w2v.distributed.exchanges import Merged, parts_of
from w2v.distributed.worker import Worker
from w2v.errors import ConfigError, TrainingError, W2VError
from w2v.extras import library
from w2v.machine import processors

INTERRUPTED = 130

_over: list[bool] = []
"""Not empty once a training has ended, and with it all processes but the first."""


@contextmanager
def connected(threads: int) -> Iterator["OnMPI"]:
    """Return the processes of this MPI job to process 0; the others work until it is done, and then exit.

    ``threads`` is the number of threads of each process; 0: a fair part of the processors of its machine.

    Raises
    ------
    MissingExtraError
        If mpi4py is missing.
    ConfigError
        If a training with several processes has ended before.
    """
    mpi = library("mpi4py.MPI", "mpi", "train with MPI")
    if mpi.COMM_WORLD.size > 1 and _over:
        raise ConfigError(
            "a program that runs with MPI must train once: the other processes ended with the first training"
        )
    here = mpi.COMM_WORLD.Split_type(mpi.COMM_TYPE_SHARED)
    machine = str(here.bcast(mpi.COMM_WORLD.rank))
    workers = OnMPI(mpi.COMM_WORLD, threads or max(1, processors() // here.size), machine)
    if mpi.COMM_WORLD.rank != 0:
        workers.serve()
        raise SystemExit(0)
    try:
        yield workers
    except KeyboardInterrupt:
        if workers.busy:  # the others wait for the rest of what they were told
            mpi.COMM_WORLD.Abort(INTERRUPTED)
        raise
    finally:
        workers.close()
        _over.append(True)


class OnMPI:
    """A `Communicator`, in every process.

    Parameters
    ----------
    world : mpi4py.MPI.Comm
    threads : int
        Of this process.
    machine : str
        What stands for the machine of this process.

    Attributes
    ----------
    busy : bool
        Whether processes are working at something.
    """

    def __init__(self, world: Any, threads: int, machine: str) -> None:
        self._world, self._worker, self.busy = world, Worker(threads, machine), False
        self.size, self.threads = world.size, sum(world.allgather(threads))

    def serve(self) -> None:
        """Do what process 0 broadcasts, until it closes."""
        for number in (signal.SIGINT, signal.SIGTERM):  # process 0 ends the training
            signal.signal(number, signal.SIG_IGN)
        while (order := self._world.bcast(None)) is not None:
            self._answers(*order)

    def run(self, calls: Sequence[Call]) -> list[Any]:
        """See `Communicator`."""
        answers = self._order("_run", list(calls))
        return [answers[call.worker].pop(0) for call in calls]

    def move(self, moves: Sequence[tuple[Call, Call]]) -> None:
        """See `Communicator`."""
        self._order("_move", list(moves))

    def merge(self, first: int, end: int) -> int:
        """See `Communicator`."""
        return sum(self._order("_merge", first, end))

    def share(self, value: Any) -> Any:
        """See `Communicator`; what is broadcast is sent to each process once."""
        return value

    def revive(self) -> None:
        """See `Communicator`."""
        raise TrainingError("cannot go on: a process of MPI died; start again with --resume")

    def close(self) -> None:
        """See `Communicator`."""
        self._world.bcast(None)

    def _order(self, method: str, *arguments: Any) -> list[Any]:
        """Let all processes do something; return what each returned, or raise what one of them raised."""
        self.busy = True
        self._world.bcast((method, arguments))
        answers: list[Any] = self._answers(method, arguments)
        self.busy = False
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return answers

    def _answers(self, method: str, arguments: tuple[Any, ...]) -> Any:
        answer: Any
        try:
            answer = getattr(self, method)(*arguments)
        except W2VError as problem:
            answer = problem
        except KeyboardInterrupt:
            self._world.Abort(INTERRUPTED)
        except BaseException:  # the others would wait for this process for ever
            traceback.print_exc()
            self._world.Abort(1)
        return self._world.gather(answer)

    def _run(self, calls: list[Call]) -> list[Any]:
        return [self._call(call) for call in calls if call.worker == self._world.rank]

    def _move(self, moves: list[tuple[Call, Call]]) -> None:
        # An error is sent in place of a result, and raised at the end: until then, others wait for what comes from here.
        problems: list[W2VError] = []

        def attempted(call: Call, *before: Any) -> Any:
            try:
                return self._call(call, *before)
            except W2VError as problem:
                problems.append(problem)
                return problem

        for source, target in moves:
            if source.worker == self._world.rank:
                result = attempted(source)
                if target.worker != source.worker:
                    self._world.send(result, target.worker)
            if target.worker == self._world.rank:
                piece = result if source.worker == target.worker else self._world.recv(source=source.worker)
                if not isinstance(piece, W2VError):
                    attempted(target, piece)
        if problems:
            raise problems[0]

    def _merge(self, first: int, end: int) -> int:
        rank = self._world.rank
        parts = self._world.alltoall(self._worker.parts(first, end, self.size))
        rows = parts_of(first, end, self.size)[rank]
        merged: list[Merged] = self._world.allgather(self._worker.merge(*rows, *parts))
        return self._worker.apply(first, end, rank, *merged)

    def _call(self, call: Call, *before: Any) -> Any:
        return getattr(self._worker, call.method)(*before, *call.arguments)
