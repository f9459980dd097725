"""Properties of this machine: instruction sets, processors, memory, files. All that differs between systems is here.

Only the limits of Linux containers are in a file of their own, `w2v.control_groups`.

Nothing is required of a system: what it does not tell is left out (``docs/developing/platforms.md`` lists what was tried).

There is no pure-Python fallback: without the compiled core nothing works, and the error says how to build it.
"""

import importlib
import mmap
import os
import platform
import threading
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Any, BinaryIO

from w2v.control_groups import memory_left
from w2v.errors import ConfigError

try:
    from w2v import _core  # the others are built together with it, and import NumPy
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

try:
    import fcntl
    import resource
except ImportError:  # Windows
    fcntl = resource = None  # type: ignore[assignment]

_HOLDS_FOLDERS = os.open in os.supports_dir_fd and hasattr(os, "O_DIRECTORY")
_OPEN = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)  # the second is Windows': no line ends are translated
_LARGE_PAGES = getattr(mmap, "MADV_HUGEPAGE", None)
_positions = threading.Lock()


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
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def one_thread() -> AbstractContextManager[Any]:
    """Return a context in which NumPy's and scikit-learn's libraries use one thread, if threadpoolctl is installed.

    Small matrix products spend more time waiting for other threads than working, especially if other programs are running
    (measured in a study: 35 s of processor time per model, against 6 s with one thread). Besides, results then do not depend
    on the number of processors.
    """
    try:
        limits: AbstractContextManager[Any] = importlib.import_module("threadpoolctl").threadpool_limits(1)
    except ImportError:
        return nullcontext()
    return limits


def processor_name() -> str:
    """Return the model name that the processor reports."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":")[1].strip()
    return platform.processor() or platform.machine()


def available_memory() -> int:
    """Return how many more bytes this process can allocate: the smallest limit of machine, control groups and process."""
    limits = [_machine(), memory_left(), _address_space()]
    return min(limit for limit in limits if limit is not None)


def resident_memory() -> int:
    """Return the resident size of this process, in bytes; 0 if the system does not tell."""
    return _memory_info("rss")


def peak_memory() -> int:
    """Return the largest resident size of this process so far, in bytes; 0 if the system does not tell.

    On Linux, ``ru_maxrss`` survives ``exec``: a child process would report its parent's peak. ``VmHWM`` does not.
    """
    with suppress(OSError, IndexError):
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    if resource is None:
        return _memory_info("peak_wset")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if platform.system() == "Darwin" else 1024 * peak


def _memory_info(name: str) -> int:
    import psutil  # takes as long to import as all of w2v

    try:
        return int(getattr(psutil.Process().memory_info(), name))
    except (psutil.Error, OSError):  # Linux without /proc
        return 0


def _machine() -> int:
    import psutil

    try:
        return int(psutil.virtual_memory().available)
    except (psutil.Error, OSError):  # Linux without /proc: all that there is
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _address_space() -> int | None:
    """Return what is left of ``ulimit -v``."""
    if resource is None:
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if soft == resource.RLIM_INFINITY else max(0, soft - _memory_info("vms"))


def is_running(pid: int) -> bool:
    """Return whether there is such a process; True if the system does not tell."""
    import psutil

    try:
        return bool(psutil.pid_exists(pid))
    except (psutil.Error, OSError):
        return True


def zeroed_memory(size: int, *, large_pages: bool) -> mmap.mmap:
    """Return new memory that holds zeros, taken from the system page by page as it is written."""
    flags = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}
    memory = mmap.mmap(-1, size, **flags)
    if large_pages and _LARGE_PAGES is not None:
        memory.madvise(_LARGE_PAGES)
    return memory


def forget_pages(mapped: mmap.mmap, start: int, length: int) -> None:
    """Release the memory of whole pages of a mapped file, which are read again if needed."""
    if hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED, start, length)


def reads_anywhere() -> bool:
    """Whether `read_at` leaves alone the position at which the file is written."""
    return hasattr(os, "preadv")


def read_at(file: BinaryIO, buffer: memoryview, position: int) -> int:
    """Read from a position, whoever else reads meanwhile; return the number of bytes, 0 at the end."""
    if reads_anywhere():
        return os.preadv(file.fileno(), [buffer], position)
    with _positions:
        before = os.lseek(file.fileno(), 0, os.SEEK_CUR)
        try:
            os.lseek(file.fileno(), position, os.SEEK_SET)
            data = os.read(file.fileno(), len(buffer))
        finally:
            os.lseek(file.fileno(), before, os.SEEK_SET)
    buffer[: len(data)] = data
    return len(data)


def open_to_read(path: str) -> int:
    """Return the descriptor of a file, without waiting for the writer if it is a pipe."""
    return os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _OPEN)


class Folder:
    """An open folder, which is the same one throughout even if it is renamed; on Windows, a path.

    Parameters
    ----------
    path : str

    Raises
    ------
    OSError
        If there is no such folder, or it cannot be read; so do the methods.
    """

    def __init__(self, path: str) -> None:
        self.path, self.descriptor = path, None
        if _HOLDS_FOLDERS:
            self.descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | _OPEN)

    def close(self) -> None:
        """Close it."""
        if self.descriptor is not None:
            os.close(self.descriptor)

    def names(self) -> list[str]:
        """Return the names of the files in it."""
        return os.listdir(self.path if self.descriptor is None else self.descriptor)

    def create(self, name: str) -> BinaryIO:
        """Create a file and lock it while it is open, so that `remove_left_over` keeps it."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OPEN
        stream = os.fdopen(os.open(self._at(name), flags, 0o666, dir_fd=self.descriptor), "wb")
        if fcntl is not None:
            with suppress(OSError):  # some network file systems have no locks; left-over files stay there
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return stream

    def set_mode(self, name: str, stream: BinaryIO, mode: int) -> None:
        """Set the permissions of an open file."""
        if hasattr(os, "fchmod"):
            os.fchmod(stream.fileno(), mode)
        else:
            os.chmod(self._at(name), mode)

    def replace(self, old: str, new: str) -> None:
        """Rename a file; another file of the new name is replaced."""
        os.replace(self._at(old), self._at(new), src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)

    def remove(self, name: str) -> None:
        """Remove a file."""
        os.unlink(self._at(name), dir_fd=self.descriptor)

    def remove_left_over(self, name: str) -> None:
        """Remove a file that `create` made, unless it is still open in another process.

        Containers that share a volume do not see each other's processes, but they see the lock. Windows does not remove what
        is open.
        """
        if fcntl is None:
            self.remove(name)
            return
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | _OPEN
        descriptor = os.open(self._at(name), flags, dir_fd=self.descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.remove(name)
        finally:
            os.close(descriptor)

    def lock(self) -> bool:
        """Lock the folder itself while it is open; return False if another process has done so.

        True where there are no locks.
        """
        if fcntl is not None and self.descriptor is not None:
            try:
                fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            except OSError:
                pass  # some network file systems have no locks
        return True

    def sync(self) -> None:
        """Write the names in it to disk; Windows does that itself."""
        if self.descriptor is not None:
            os.fsync(self.descriptor)

    def _at(self, name: str) -> str:
        return os.path.join(self.path, name) if self.descriptor is None else name
