"""Properties of this machine: instruction sets, processors, memory.

There is no pure-Python fallback: without the compiled core nothing works, and the error says how to build it.
"""

import os
import platform
import resource
from contextlib import suppress
from pathlib import Path

from w2v.errors import ConfigError

try:
    from w2v import _core, _phrases, _text  # noqa: F401  (all are built together)
except ImportError as problem:
    if (Path(__file__).parents[1] / "setup.py").exists():
        raise ImportError(
            "cannot import w2v from its source folder, where the compiled core was not built: run Python in another folder "
            f"to use the installed package, or build the core here with `pip install -e .` ({problem})"
        ) from None
    raise ImportError(
        f"cannot import w2v: its compiled core is missing or was built for another Python ({problem}). Build it with "
        "`pip install .` in the source tree (or `pip install -e .` for development); this needs a C compiler and Python's "
        "headers."
    ) from problem


def variants() -> list[str]:
    """Return the instruction sets that this machine supports, best first."""
    return _core.variants()


def compiled_objectives() -> tuple[str, ...]:
    """Return the objectives that the core trains, the default first; ``cython_ext/objective_list.h`` lists them."""
    return tuple(_core.objectives())


def isa() -> str:
    """Return the instruction set in use: the best one of this machine, or the one named by W2V_ISA.

    Raises
    ------
    ConfigError
        If W2V_ISA names one that this machine cannot train with.

    Examples
    --------
    >>> isa() in ("avx512", "avx2", "base")
    True
    """
    wanted = os.environ.get("W2V_ISA", "")
    if not wanted:
        return variants()[0]
    if wanted not in variants():
        with suppress(ImportError):  # it is built for the tests only, and adds its kernels to the core when imported
            from w2v import _testing  # noqa: F401
    try:
        _core.check_trains(wanted)
    except ValueError:
        message = f"W2V_ISA must be one of {', '.join(variants())}: got {wanted!r}; unset it to use the first of these"
        raise ConfigError(message) from None
    return wanted


def processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0))


def processor_name() -> str:
    """Return the model name that the processor reports."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def available_memory() -> int:
    """Return how many more bytes this process can allocate: the smallest limit of machine, control group and process."""
    limits = [_machine(), _control_group(), _address_space()]
    return min(limit for limit in limits if limit is not None)


def resident_memory() -> int:
    """Return the resident size of this process, in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def peak_memory() -> int:
    """Return the largest resident size of this process so far, in bytes.

    ``ru_maxrss`` is not used, because on Linux it survives ``exec``: a child process would report its parent's peak.
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
