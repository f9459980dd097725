"""Kill w2v while it writes, and let the disk fail: a file is the old one or the new one, and the next run completes it.

    python campaigns/kills.py --minutes 10 --seed 1 [--output kills.jsonl]

Each case is one operation (a save in each format, convert, a checkpoint, a training with checkpoints, a cache entry, the
journals of compare and study, a download from a server on this machine) in a process of its own, and one disturbance:

- SIGKILL at a random moment;
- SIGKILL at its n-th call that opens a file for writing, writes, syncs or renames, for each n;
- a fault of the disk at its n-th such call, for each n: full (and it stays full), input/output error, a short write, an
  interruption. These need gcc: `faults.c` is compiled and preloaded, and this process starts itself again.

Then the state must be the old or the new one, whole; after an error, that error must be one of w2v and no temporary file
may be left; and the same operation, undisturbed, must complete: a training with the bits of one that was never disturbed.

Verdicts: *old*, *new*, *part* (some steps of several are done, as a checkpoint or lines of a journal); after *error:* or
*warning:* if the operation reported one. *new, but not synced*: the rename is done, syncing the folder failed, and the error
says both.
"""

import contextlib
import ctypes
import faulthandler
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaign import Campaign, main
from tqdm.auto import tqdm
from tqdm.std import tqdm as plain_tqdm

FAULTS = {"full": 1, "input/output error": 2, "short write": 3, "interrupted": 4, "killed at a call": 5}
HANGS = 120
"""Seconds after which an operation is taken to hang."""
PRELOADED = "W2V_CAMPAIGN_FAULTS"
"""Environment variable: the compiled faults, once this process runs with them."""


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
    """How an operation ended: with its report, or without one because it was killed."""

    error: str = ""
    foreign: bool = False
    warned: bool = False
    calls: int = 0
    killed: bool = False


class Disturber:
    """Runs operations in processes of their own."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL(os.environ[PRELOADED]) if PRELOADED in os.environ else None

    def run(self, act: Callable[[Path], None], place: Path, fault: int = 0, n: int = 0) -> Outcome:
        """Run an operation, with a fault at its n-th call."""
        return self._outcome(*self._start(act, place, fault, n))

    def kill(self, act: Callable[[Path], None], place: Path, after: float) -> Outcome:
        """Run an operation, and kill it after so many seconds."""
        child, report = self._start(act, place, 0, 0)
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        return self._outcome(child, report)

    def _start(self, act: Callable[[Path], None], place: Path, fault: int, n: int) -> tuple[int, int]:
        read, write = os.pipe()
        child = os.fork()
        if child:
            os.close(write)
            return child, read
        os.close(read)
        faulthandler.register(signal.SIGALRM, file=os.fdopen(os.dup(2), "w"), chain=True)  # says where it hangs
        signal.alarm(HANGS)
        try:
            os.write(write, json.dumps(self._act(act, place, fault, n)).encode())
        finally:
            os._exit(0)

    def _act(self, act: Callable[[Path], None], place: Path, fault: int, n: int) -> dict[str, Any]:
        from w2v.errors import W2VError

        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        error, foreign = "", False
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            if self.library:
                self.library.faults_arm(fault, ctypes.c_long(n))
            try:
                act(place)
            except W2VError as problem:
                error = f"{type(problem).__name__}: {problem}"
            except BaseException as problem:
                error, foreign = repr(problem), True
            calls = self.library.faults_count() if self.library else 0
        return {"error": error, "foreign": foreign, "warned": bool(caught), "calls": calls}

    @staticmethod
    def _outcome(child: int, report: int) -> Outcome:
        with os.fdopen(report, "rb") as stream:
            data = stream.read()
        _, status = os.waitpid(child, 0)  # only then can others see that it does not run any more
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
            return Outcome(error=f"still running after {HANGS} s", foreign=True)
        try:
            return Outcome(**json.loads(data))
        except ValueError:
            return Outcome(killed=True)


class Disturbed:
    """The cases of one operation."""

    def __init__(self, campaign: Campaign, operation: Any, disturber: Disturber, folder: Path) -> None:
        self.campaign, self.operation, self.disturber, self.folder = campaign, operation, disturber, folder
        started = time.monotonic()
        with self._place() as place:
            undisturbed = disturber.run(operation.act, place)
            self.seconds = time.monotonic() - started
            if undisturbed.error or undisturbed.warned or operation.look(place) != "new":
                raise RuntimeError(f"{operation.name} fails undisturbed: {undisturbed}, {operation.look(place)}")
        faults = FAULTS if disturber.library else {}
        self.planned = [(name, n) for name in faults for n in range(1, undisturbed.calls + 1)]
        self.calls = undisturbed.calls
        campaign.random.shuffle(self.planned)

    @contextlib.contextmanager
    def _place(self) -> Any:
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            self.operation.prepare(Path(name))
            yield Path(name)

    def next(self) -> None:
        """Disturb it once more: at a planned call as long as there are any left, and at a random moment otherwise."""
        if self.planned and self.campaign.random.random() < 0.7:
            how, n = self.planned.pop()
            after = None
        else:
            how, n = "killed at a moment", 0
            after = self.campaign.random.uniform(0, 1.1 * self.seconds)
        with self._place() as place:
            if after is None:
                outcome = self.disturber.run(self.operation.act, place, FAULTS[how], n)
            else:
                outcome = self.disturber.kill(self.operation.act, place, after)
            verdict, failed = self._verdict(place, outcome)
            repeat = {"call": n, "seconds": after, "error": outcome.error, "left": sorted(os.listdir(place))}
            self.campaign.saw(f"{self.operation.name}: {how}", verdict, failed=failed, **repeat)

    def _verdict(self, place: Path, outcome: Outcome) -> tuple[str, bool]:
        """Return the verdict, and whether it is a failure."""
        if outcome.foreign:
            return "hangs" if outcome.error.startswith("still") else "foreign exception", True
        state = self._state(place)
        if state not in ("old", "new", "part"):
            return f"broken: {state}"[:60], True
        left = [path.name for path in place.rglob(".w2v-*.tmp")]
        if left and not outcome.killed:
            return "temporary file left", True
        if not (outcome.error or outcome.warned or outcome.killed) and state != "new":
            return "silently not done", True
        again = self.disturber.run(self.operation.act, place)
        if again.error or again.foreign or self._state(place) != "new":
            return f"not completed by the next run: {again.error or self._state(place)}"[:60], True
        if list(place.rglob(".w2v-*.tmp")):
            return "temporary file left by the next run", True
        if outcome.error and state == "new":
            said = "the new file is in place" in outcome.error
            return ("error: new, but not synced", False) if said else ("error, although new", True)
        return ("error: " if outcome.error else "warning: " if outcome.warned else "") + state, False

    def _state(self, place: Path) -> str:
        try:
            return str(self.operation.look(place))
        except Exception as problem:
            return repr(problem)


def run(campaign: Campaign) -> None:
    """Disturb all operations in turn."""
    from operations import operations, serving

    # Its default lock is shared between processes: one that is killed while it holds it would stop all others.
    for bar in (tqdm, plain_tqdm):  # either may have one of its own
        bar.set_lock(threading.RLock())
    disturber = Disturber()
    with tempfile.TemporaryDirectory() as name, serving() as url:
        needed = Path(name, "needed")
        needed.mkdir()
        disturbed = [Disturbed(campaign, operation, disturber, Path(name)) for operation in operations(needed, url)]
        while campaign.goes_on():
            campaign.random.choice(disturbed).next()
    if disturber.library is None:
        campaign.notes.append("no faults of the disk and no kills at each call: they need Linux and gcc")
    for tried in disturbed:
        done = tried.calls * len(FAULTS) - len(tried.planned) if disturber.library else 0
        campaign.notes.append(
            f"{tried.operation.name}: {tried.calls} calls; {done} of {tried.calls * len(FAULTS)} faults"
        )


if __name__ == "__main__":
    start_with_faults()
    sys.exit(main(__doc__, run))
