"""What this computer is and can do: instruction sets, processors, memory.

There is no slow path in Python: without the compiled core nothing works, and the message says how to build it.
"""

import os
import platform
import resource
from contextlib import suppress
from pathlib import Path

from w2v.errors import ConfigError

try:
    from w2v import _core, _text  # noqa: F401  (_text: both are built together)
except ImportError as problem:
    raise ImportError(
        f"w2v's compiled core is missing or does not fit this Python ({problem}). Build it: `pip install .` in the source "
        "tree (or `pip install -e .` to work on it), with a C compiler and Python's headers installed; and do not run "
        "Python inside the source tree unless it was built there."
    ) from problem


def variants() -> list[str]:
    """Return the instruction sets of this machine, best first."""
    return _core.variants()


def compiled_objectives() -> tuple[str, ...]:
    """Return the objectives that the core trains, the default first; ``cython_ext/objective_list.h`` lists them."""
    return tuple(_core.objectives())


def isa() -> str:
    """Return the instruction set in use: the best of this machine, or the one that W2V_ISA names.

    Raises
    ------
    ConfigError
        If W2V_ISA names none that this machine can train with.
    """
    wanted = os.environ.get("W2V_ISA", "")
    if not wanted:
        return variants()[0]
    if wanted not in variants():
        with suppress(ImportError):  # it is built for the tests only, and adds its kernels to the core when imported
            from w2v import _testing  # noqa: F401
    try:
        _core.check_trains(wanted)
    except ValueError as problem:
        raise ConfigError(f"W2V_ISA={wanted}: {problem}; choose one of {', '.join(variants())}") from None
    return wanted


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def processor_name() -> str:
    """Return what the processor calls itself."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def available_memory() -> int:
    """Return the bytes this process can still take: the least of the machine's, its control group's and its own limit."""
    limits = [_machine(), _control_group(), _address_space()]
    return min(limit for limit in limits if limit is not None)


def resident_memory() -> int:
    """Return the resident size of this process, in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def peak_memory() -> int:
    """Return the largest resident size of this process so far, in bytes.

    Not ``ru_maxrss``: Linux carries that over ``exec``, so that a child is told its parent's peak.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def _machine() -> int:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _control_group() -> int | None:
    folder = Path("/sys/fs/cgroup")
    try:
        limit = (folder / "memory.max").read_text(encoding="ascii").strip()
        used = int((folder / "memory.current").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return None if limit == "max" else max(0, int(limit) - used)


def _address_space() -> int | None:
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY:
        return None
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return max(0, soft - pages * os.sysconf("SC_PAGE_SIZE"))
