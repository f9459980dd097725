"""A Ray to work with: one that runs already, or one of our own on this machine; the only module that imports Ray.

Whoever reaches the ports of a cluster can run code on it, unless it asks for a token (which it does by default from Ray 2.60
on; 2.50 knows no tokens). Without an address, nothing listens beyond the loopback interface.

One name that we use is Ray's own, `ray._private.ray_constants.ENABLE_RAY_CLUSTER`; if a version has no such name, only
clusters that run already can be used. All others (``ray.init``, ``nodes``, ``wait``, ``get_runtime_context``, the actors'
options, ``RayTaskError.cause``) are in its reference.
"""

import ipaddress
import logging
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from w2v.errors import ConfigError, MissingExtraError, TrainingError
from w2v.extras import library
from w2v.machine import processors

OLDEST = (2, 50)
"""The first version of Ray that is used."""

ANSWER_SECONDS = 20.0
"""How long an address may take to accept a connection."""

PROBE_SECONDS = 60.0
"""How long a process may take to import Ray and connect to it."""

STORE_BYTES = 1 << 30
"""Size of the object store of a Ray that is started for a training."""

QUIET = {"logging_level": "ERROR", "log_to_driver": False}

PROBE = """
import sys, ray
try:
    ray.init(sys.argv[1], logging_level="ERROR", log_to_driver=False)
except Exception as problem:
    print(*str(problem).split() or [type(problem).__name__])
    sys.exit(1)
"""
"""What another process does to see whether Ray runs at an address: if not, Ray would write for minutes on our stderr."""

log = logging.getLogger(__name__)


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


def join(here: Any, address: str | None, nodes: int, threads: int) -> None:
    """Connect to the Ray at an address, or start one on this machine; see `w2v.distributed.on_ray.connected`."""
    if address is None:
        processes = max(1, nodes)
        if processes > processors():
            raise ConfigError(
                f"nodes must be at most {processors()}, the processors of this machine, without an address: got {nodes}"
            )
        log.info("starting Ray on this machine")
        _start_here(here, processes * (threads or max(1, processors() // processes)))
        return
    log.info("connecting to Ray at %s", address)
    _refuse_silent(address)
    _probe(address)
    try:
        here.init(address, **QUIET)
    except Exception as problem:  # ConnectionError, RuntimeError, AuthenticationError, ...
        raise _no_ray(address, one_line(problem)) from problem


def _start_here(here: Any, cpus: int) -> None:
    """Start a Ray that listens on the loopback interface alone."""
    constants = _constants(here)
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
    except Exception as problem:  # RuntimeError, OSError, a bare Exception of a Ray that takes too long, ...
        raise TrainingError(
            f"cannot start Ray on this machine: {one_line(problem).rstrip('.')}; try again when it has more time "
            'and memory, or start one with ray start --head, and use the address "auto"'
        ) from problem
    finally:
        constants.ENABLE_RAY_CLUSTER = is_cluster
    listens = here.nodes()[0]["NodeManagerAddress"]
    if not ipaddress.ip_address(listens).is_loopback:
        here.shutdown()
        raise ConfigError(
            f"address must be given for a Ray that others can reach: got none, but Ray listens on {listens}"
        )


def _constants(here: Any) -> Any:
    """Return Ray's module with the name that keeps it from the network; see the beginning."""
    try:
        found = ray("_private.ray_constants")
        found.ENABLE_RAY_CLUSTER  # noqa: B018
    except (MissingExtraError, AttributeError):
        raise ConfigError(
            f"address must be given for ray {here.__version__}, which w2v cannot keep from the network: got none; start it "
            'with ray start --head --node-ip-address 127.0.0.1, and use the address "auto", or install ray 2.60'
        ) from None
    return found


def _probe(address: str) -> None:
    """Raise ConfigError unless Ray runs at an address, as another process sees it."""
    try:
        found = subprocess.run(
            [sys.executable, "-c", PROBE, address], capture_output=True, text=True, check=False, timeout=PROBE_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise _no_ray(address, f"Ray does not answer within {PROBE_SECONDS:g} s") from None
    if found.returncode:
        lines = found.stdout.strip().splitlines()
        raise _no_ray(address, lines[-1][:200] if lines else "Ray ends the process that connects")


def _no_ray(address: str, why: str) -> ConfigError:
    return ConfigError(
        f"address must be that of a running Ray: got {address!r}: {why.rstrip('.')}; start one with "
        "ray start --head, and give this program the token of the cluster (RAY_AUTH_MODE=token) if it has one"
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


def sizes_of_workers(here: Any, nodes: int, threads: int) -> list[int]:
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


def machine() -> str:
    """Return what Ray calls the machine of this process: two may have one host name."""
    return str(ray().get_runtime_context().get_node_id())


def one_line(problem: BaseException) -> str:
    """Return the first line of what went wrong."""
    lines = str(problem).strip().splitlines()
    return " ".join(lines[0].split())[:200] if lines else type(problem).__name__
