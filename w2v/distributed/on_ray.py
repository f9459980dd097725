"""Workers as Ray actors: the only module that imports Ray.

    driver      calls actors; holds references to what they return, and the model of the last span
    actors      one per machine, or several; rows and pieces of text go from one to another through Ray's object stores

Ray starts an actor again when it dies, with nothing; a method is never repeated by itself, as it might train twice. Between
a death and the new start, calls raise `ActorUnavailableError`, which is no `RayActorError`, and a task that was given an
object of the dead one raises `RayTaskError`: only their common class, `RayError`, catches all. What the driver must not
lose it holds itself, as objects die with the process that made them.

Whoever reaches the ports of a cluster can run code on it, unless it asks for a token (which it does by default from Ray 2.60
on). Without an address, nothing listens beyond the loopback interface.
"""

import ipaddress
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from w2v.distributed.communicator import Call, WorkerLost
from w2v.distributed.worker import Worker, parts_of
from w2v.errors import ConfigError, MissingExtraError, TrainingError
from w2v.extras import library
from w2v.machine import processors

OLDEST = (2, 50)
"""The first version of Ray that is used."""

ANSWER_SECONDS = 20.0
"""How long an address may take to answer."""

REVIVAL_SECONDS = 60.0
"""How long a dead worker is waited for; training then goes on with the others."""

LAST_SECONDS = 300.0
"""How long workers are waited for if none answers."""

WAIT_SECONDS = 5.0
RETRY_SECONDS = 0.2
"""How often a dead worker is asked whether it is there again."""

START_SECONDS = 120.0
"""How long workers may take to start."""

STORE_BYTES = 1 << 30
"""Size of the object store of a Ray that is started for a training."""

MOVES = 4
"""Pieces of text that are on their way at a time."""


QUIET = {"logging_level": "ERROR", "log_to_driver": False}


def ray(module: str = "") -> Any:
    """Return Ray, or one of its modules such as ``"exceptions"``.

    Raises
    ------
    MissingExtraError
        If it is missing or too old.
    """
    found = library(f"ray.{module}" if module else "ray", "ray", "train on several machines")
    version = library("ray", "ray", "train on several machines").__version__
    if tuple(map(int, version.split(".")[:2])) < OLDEST:
        raise MissingExtraError(
            f"cannot train on several machines: ray must be at least {OLDEST[0]}.{OLDEST[1]}: got {version}; pip install -U "
            '"w2v[ray]"'
        )
    return found


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
        _initialise(here, address, nodes, threads)
    elif address not in (None, "auto", here.get_runtime_context().gcs_address):
        raise ConfigError(
            f"address must be left out by a program that is connected to Ray already: got {address!r}, but it is "
            f"connected to {here.get_runtime_context().gcs_address}"
        )
    try:
        sizes = _sizes(here, nodes, threads)
        workers = OnRay(sizes)
        try:
            yield workers
        finally:
            workers.close()
    finally:
        if owned:
            here.shutdown()


def _initialise(here: Any, address: str | None, nodes: int, threads: int) -> None:
    if address is None:
        processes = max(1, nodes)
        if processes > processors():
            raise ConfigError(
                f"nodes must be at most {processors()}, the processors of this machine, without an address: got {nodes}"
            )
        _start_here(here, processes * (threads or max(1, processors() // processes)))
        return
    _refuse_silent(address)
    try:
        here.init(address, **QUIET)
    except Exception as problem:  # ConnectionError, RuntimeError, AuthenticationError, ...
        raise ConfigError(
            f"address must be that of a running Ray: got {address!r}: {_one_line(problem)}; start one with "
            "ray start --head, and give this program the token of the cluster (RAY_AUTH_MODE=token) if it has one"
        ) from problem


def _start_here(here: Any, cpus: int) -> None:
    """Start a Ray that listens on the loopback interface alone."""
    constants = ray("_private.ray_constants")
    is_cluster, constants.ENABLE_RAY_CLUSTER = constants.ENABLE_RAY_CLUSTER, False  # as by default on macOS and Windows
    try:
        here.init(
            "local",  # never a stranger's cluster, nor one that is gone and was noted down
            num_cpus=cpus,
            num_gpus=0,
            include_dashboard=False,
            object_store_memory=STORE_BYTES,
            **QUIET,
        )
    finally:
        constants.ENABLE_RAY_CLUSTER = is_cluster
    listens = here.nodes()[0]["NodeManagerAddress"]
    if not ipaddress.ip_address(listens).is_loopback:
        here.shutdown()
        raise ConfigError(
            f"address must be given for a Ray that others can reach: got none, but Ray listens on {listens}"
        )


def _refuse_silent(address: str) -> None:
    """Raise ConfigError if nothing listens at an address; Ray itself would try for minutes."""
    if address == "auto":
        return
    host, colon, port = address.rpartition(":")
    if "/" in address or not colon or not port.isdecimal():
        raise ConfigError(f'address must be HOST:PORT or "auto": got {address!r}; ray start --head prints it')
    try:
        socket.create_connection((host, int(port)), ANSWER_SECONDS).close()
    except OSError as problem:
        raise ConfigError(
            f"address must be that of a running Ray: got {address!r}, which does not answer within {ANSWER_SECONDS:g} s "
            f"({problem.strerror or problem}); start one with ray start --head, and check the firewall"
        ) from None


def _sizes(here: Any, nodes: int, threads: int) -> list[int]:
    """Return the number of threads of each worker."""
    room = sorted((int(one["Resources"].get("CPU", 0)) for one in here.nodes() if one["Alive"]), reverse=True)
    if not nodes:
        sizes = [threads or cpus for cpus in room if cpus >= max(1, threads)]
        if not sizes:
            most = room[0] if room else 0
            raise ConfigError(f"workers must be at most {most}, the processors of a machine: got {threads}; lower it")
        return sizes
    each = threads or _largest_share(room, nodes)
    if not each or sum(cpus // each for cpus in room) < nodes:
        raise ConfigError(
            f"nodes and workers must fit the cluster, whose machines have {', '.join(map(str, room))} processors: got "
            f"nodes={nodes} and workers={threads}; lower one of them, or add machines"
        )
    return [each] * nodes


def _largest_share(room: Sequence[int], nodes: int) -> int:
    """Return the largest number of processors that each of so many workers can have; 0 if there are too few.

    Examples
    --------
    >>> _largest_share([8, 4], 3), _largest_share([2], 3)
    (4, 0)
    """
    fitting = (each for each in range(max(room, default=0), 0, -1) if sum(cpus // each for cpus in room) >= nodes)
    return next(fitting, 0)


class RayWorker(Worker):
    """A worker that is an actor."""

    def parts(self, first: int, end: int, number: int, own: int) -> Any:
        """See `Worker`; Ray makes an object of each of several values that are returned, but not of a list of one."""
        parts = super().parts(first, end, number, own)
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
        parts = [
            actor.parts.options(num_returns=self.size).remote(first, end, self.size, own)
            for own, actor in enumerate(actors)
        ]
        parts = parts if self.size > 1 else [parts]
        merged = [
            actor.merge.remote(start, *(part[i] for part in parts))
            for i, (actor, (start, _)) in enumerate(zip(actors, parts_of(first, end, self.size), strict=True))
        ]
        return sum(self._results([actor.apply.remote(first, end, *merged) for actor in actors]))

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
                f"cannot start {number} workers within {START_SECONDS:g} s: {_one_line(problem)}; check that "
                "w2v is installed on all machines of the cluster, and that their processors are free"
            ) from problem

    def _call(self, call: Call, *before: Any) -> Any:
        return getattr(self._actors[call.worker], call.method).remote(*before, *call.arguments)

    def _results(self, references: Any) -> Any:
        try:
            return self._ray.get(references)
        except self._task_error as problem:
            cause = _cause(problem)
            if isinstance(cause, self._error):
                raise WorkerLost(_one_line(cause)) from None
            raise cause from None
        except self._error as problem:
            raise WorkerLost(_one_line(problem)) from None


def _cause(problem: Any) -> BaseException:
    """Return what a worker raised."""
    return problem.cause if isinstance(problem.cause, BaseException) else problem


def _one_line(problem: BaseException) -> str:
    lines = str(problem).strip().splitlines()
    return " ".join(lines[0].split())[:200] if lines else type(problem).__name__
