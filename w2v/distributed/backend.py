"""Where a training on several machines runs, and what it cannot be asked for: the checks of Python and the command line."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from w2v.arguments import integer, one_of
from w2v.corpus.paths import Files
from w2v.corpus.source_files import STDIN, Paths
from w2v.distributed import on_mpi, on_ray
from w2v.distributed.communicator import Communicator
from w2v.errors import ConfigError

BACKENDS = ("ray", "mpi")

Connect = Callable[[], AbstractContextManager[Communicator]]

LOCAL = {
    "cache": "each machine keeps the text that it encoded until the end",
    "geometry_every": "train on one machine",
    "geometry_every_words": "train on one machine",
    "max_vocab_size": "use max_final_vocab, or train on one machine",
    "phrase_table": "train on one machine",
    "phrases": "train on one machine",
    "preset": "pass what it chooses yourself, as w2v.preset returns it",
}
"""What works on one machine only, and what to do instead."""


@dataclass(frozen=True)
class Backend:
    """Workers to train with.

    Attributes
    ----------
    name : {"ray", "mpi"}
    address : str, optional
        Of a Ray cluster; see `w2v.distributed.train`.
    nodes : int
        Number of Ray workers; 0: one per machine.

    Raises
    ------
    ConfigError
        If there is no such backend, or ``address`` or ``nodes`` is given for MPI.
    """

    name: str
    address: str | None = None
    nodes: int = 0

    def __post_init__(self) -> None:
        one_of("backend", self.name, BACKENDS)
        integer("nodes", self.nodes, 0)
        _refuse_of_ray(self.name, self.address, self.nodes)

    @contextmanager
    def leading(self, threads: int) -> Iterator[Connect]:
        """Return what starts workers of so many threads each (0: all processors), in the process that drives them.

        It comes first, as other processes of MPI work in here, and then exit: what is checked before workers are started,
        such as files to be written, is checked by one process.
        """
        if self.name == "mpi":
            with on_mpi.connected(threads) as workers:
                yield lambda: nullcontext(workers)
        else:
            yield lambda: on_ray.connected(self.address, self.nodes, threads)


def backend_of(name: str | None, address: str | None, nodes: int | None, **local: Any) -> Backend | None:
    """Return the backend that was asked for; None if there is none.

    Parameters
    ----------
    name, address, nodes
        See `Backend`.
    local
        Values of parameters of `LOCAL`.

    Raises
    ------
    ConfigError
        If these contradict one another.
    """
    if name is None:
        _refuse_of_ray(None, address, nodes or 0)
        return None
    for other in (other for other, value in local.items() if value not in (None, False)):
        raise ConfigError(f'{other} must be left out with backend="{name}": got both; {LOCAL[other]}')
    return Backend(name, address, nodes or 0)


def files_of(paths: Paths) -> Files:
    """Return the files of a corpus; raise ConfigError if standard input is among them."""
    found = Files.at(paths)
    if STDIN in found.sources:
        raise ConfigError(
            "corpus must be files that can be read in parts: got - (standard input), which works on one machine only; save "
            "it to a file, or leave backend out"
        )
    return found


def _refuse_of_ray(backend: str | None, address: str | None, nodes: int) -> None:
    for name in (name for name, value in (("address", address), ("nodes", nodes or None)) if value is not None):
        got = "no backend" if backend is None else f'backend="{backend}"'
        if backend != "ray":
            raise ConfigError(f'{name} must be used with backend="ray": got {got}')
