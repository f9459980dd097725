"""Run an operation in a process of its own, with a fault of the disk at one of its calls, or kill it there; see `kills`."""

import ctypes
import faulthandler
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FAULTS = {"full": 1, "input/output error": 2, "short": 3, "interrupted": 4}
APPLIES = {
    "full": "owdtsc",
    "input/output error": "olrwstcpkmnudxy",
    "short": "rw",
    "interrupted": "olrwstcpk",
}
"""The calls that each fault can happen to, as `faults.c` lists them: open for writing (o) and for reading (l), read, write,
sync, ftruncate (t), close, fchmod (p), flock (k), mmap, rename (n), unlink, mkdir (d), stat (x), list a folder (y)."""
HANGS = 600
"""Seconds after which an operation is taken to hang: a whole comparison takes a minute where many programs run."""
PRELOADED = "W2V_CAMPAIGN_FAULTS"
"""Environment variable: the compiled faults, once this process runs with them."""

Act = Callable[[Path], None]


def start_with_faults() -> None:
    """Compile the faults and start this process again with them; return if they cannot be had."""
    if PRELOADED in os.environ or shutil.which("gcc") is None or sys.platform != "linux":
        return
    folder = tempfile.mkdtemp(prefix="w2v-faults-")
    library, source = Path(folder, "faults.so"), Path(__file__).with_name("faults.c")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    # A process with threads cannot be forked safely, so libraries must not start any.
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    environment = os.environ | single | {"LD_PRELOAD": str(library), PRELOADED: str(library)}
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)


@dataclass(frozen=True)
class Outcome:
    """How an operation ended: with its report, or without one because it was killed.

    Attributes
    ----------
    error : str
        The error that it raised; ``foreign`` if it is not one of w2v.
    warned : bool
    calls : str
        Its calls on files, a letter each, as in `APPLIES`; of one that was traced there are none.
    system_calls : int
        Of one that was traced.
    killed : bool
    """

    error: str = ""
    foreign: bool = False
    warned: bool = False
    calls: str = ""
    system_calls: int = 0
    killed: bool = False


class Disturber:
    """Runs operations on files below a folder in processes of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.library = ctypes.CDLL(os.environ[PRELOADED]) if PRELOADED in os.environ else None
        if self.library:
            self.library.faults_calls.restype = ctypes.c_char_p
            self.library.faults_trace.restype = ctypes.c_long

    def run(self, act: Act, place: Path, fault: int = 0, n: int = 0) -> Outcome:
        """Run an operation, with a fault at its n-th call on files."""
        child, report = self._start(act, place, functools.partial(self._arm, fault, n))
        data = _all_of(report)
        _, status = os.waitpid(child, 0)  # only then can others see that it does not run any more
        return _outcome(data, status)

    def kill(self, act: Act, place: Path, after: float) -> Outcome:
        """Run an operation, and kill it after so many seconds."""
        child, report = self._start(act, place, lambda: None)
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        data = _all_of(report)
        _, status = os.waitpid(child, 0)
        return _outcome(data, status)

    def trace(self, act: Act, place: Path, n: int = 0) -> Outcome:
        """Run an operation, and kill it at its n-th system call of any kind; 0 only counts them. Needs `library`."""
        assert self.library
        child, report = self._start(act, place, self.library.faults_wait_for_tracer)
        status = ctypes.c_int()
        made = self.library.faults_trace(child, ctypes.c_long(n), ctypes.byref(status))
        return _outcome(_all_of(report), status.value, system_calls=made)

    def _arm(self, fault: int, n: int) -> None:
        if self.library:
            self.library.faults_arm(str(self.folder).encode(), fault, ctypes.c_long(n))

    def _start(self, act: Act, place: Path, begin: Callable[[], object]) -> tuple[int, int]:
        """Start an operation; return the process, and what its report can be read from."""
        read, write = os.pipe()
        child = os.fork()
        if child:
            os.close(write)
            return child, read
        os.close(read)
        faulthandler.register(signal.SIGALRM, file=os.fdopen(os.dup(2), "w"), chain=True)  # says where it hangs
        signal.alarm(HANGS)
        try:
            os.write(write, json.dumps(self._act(act, place, begin)).encode())
        finally:
            os._exit(0)

    def _act(self, act: Act, place: Path, begin: Callable[[], object]) -> dict[str, Any]:
        from w2v.errors import W2VError

        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        error, foreign = "", False
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            begin()
            try:
                act(place)
            except W2VError as problem:
                error = f"{type(problem).__name__}: {problem}"
            except BaseException as problem:
                error, foreign = f"{problem!r} in{_place_of(problem)}", True
            calls = self.library.faults_calls().decode() if self.library else ""
        warned = any(issubclass(warning.category, (UserWarning, RuntimeWarning)) for warning in caught)
        return {"error": error, "foreign": foreign, "warned": warned, "calls": calls}


def _place_of(problem: BaseException) -> str:
    """Return the functions of w2v and of the campaign in which an exception was raised, innermost last."""
    frames = traceback.extract_tb(problem.__traceback__)
    return "".join(f" {Path(frame.filename).name}:{frame.lineno}" for frame in frames[-6:])


def _all_of(report: int) -> bytes:
    with os.fdopen(report, "rb") as stream:
        return stream.read()


def _outcome(report: bytes, status: int, system_calls: int = 0) -> Outcome:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        return Outcome(error=f"still running after {HANGS} s", foreign=True)
    try:
        return Outcome(**json.loads(report), system_calls=system_calls)
    except ValueError:
        return Outcome(killed=True, system_calls=system_calls)
