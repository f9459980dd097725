"""Kill w2v while it writes, and let the disk fail: a file is the old one or the new one, and the next run completes it.

    python campaigns/kills.py --minutes 10 --seed 1 [--output kills.jsonl]

Each case is one operation (a save in each format and of each kind of folder, convert, a checkpoint, a training with
checkpoints, a cache entry, the journals of compare and study, a download from a server on this machine; a whole comparison
and a whole study) in a process of its own, and one disturbance:

- SIGKILL at a random moment;
- SIGKILL at its n-th system call of any kind, for each n (by ptrace);
- a fault of the disk at its n-th call on a file of the campaign, for each n: full (and it stays full), input/output error,
  a short read or write, an interruption. `disturber.APPLIES` says which calls.

The last two need Linux and gcc: `faults.c` is compiled and preloaded, and this process starts itself again.

Then the state must be the old or the new one, whole; after an error, that error must be one of w2v and no temporary file
may be left; and the same operation, undisturbed, must complete: a training with the bits of one that was never disturbed, a
comparison and a study with the same results, times apart.

Verdicts: *old*, *new*, *part* (some steps of several are done, as a checkpoint or lines of a journal); after *error:* or
*warning:* if the operation reported one. *new, but not synced*: the rename is done, syncing the folder failed, and the error
says both. ``--quick`` leaves out the whole comparison and the whole study, which take seconds a case.
"""

import argparse
import contextlib
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from campaign import Campaign, main
from disturber import APPLIES, FAULTS, Disturber, Outcome, start_with_faults
from tqdm.auto import tqdm
from tqdm.std import tqdm as plain_tqdm

KILLED_AT_A_CALL, KILLED_AT_A_MOMENT = "killed at a call", "killed at a moment"
AT_A_MOMENT = 0.15
"""Share of the cases that are killed at a random moment, as long as there are calls left to disturb."""
TEMPORARY = ".w2v-*"
CANNOT_TIDY_UP = "u"
"""Calls after whose failure a temporary file may be left, for the next run that writes to remove."""


class Disturbed:
    """The cases of one operation."""

    def __init__(self, campaign: Campaign, operation: Any, disturber: Disturber) -> None:
        self.campaign, self.operation, self.disturber = campaign, operation, disturber
        self.planned: list[list[tuple[str, int]]] = []  # faults, and kills at a call
        self.calls, self.seconds, self.tried = "", 0.0, 0

    def prepare(self) -> None:
        """Run the operation undisturbed, and plan what there is to disturb."""
        started = time.monotonic()
        self.calls = self._undisturbed(self.disturber.run).calls
        self.seconds = time.monotonic() - started
        if self.disturber.library:
            made = self._undisturbed(self.disturber.trace).system_calls
            self.planned.append([(name, n) for name in FAULTS for n in self._calls_for(name)])
            self.planned.append([(KILLED_AT_A_CALL, n) for n in range(1, made + 1)])
        self.all = [len(plan) for plan in self.planned]
        for plan in self.planned:
            self.campaign.random.shuffle(plan)

    def _calls_for(self, fault: str) -> list[int]:
        return [n for n, call in enumerate(self.calls, start=1) if call in APPLIES[fault]]

    def _undisturbed(self, run: Any) -> Outcome:
        with self._place() as place:
            outcome: Outcome = run(self.operation.act, place)
            if outcome.error or outcome.warned or self._state(place) != "new":
                raise RuntimeError(f"{self.operation.name} fails undisturbed: {outcome}, {self._state(place)}")
            return outcome

    @contextlib.contextmanager
    def _place(self) -> Any:
        with tempfile.TemporaryDirectory(dir=self.disturber.folder, ignore_cleanup_errors=True) as name:
            self.operation.prepare(Path(name))
            yield Path(name)

    def next(self) -> None:
        """Disturb it once more: at a planned call as long as there are any left, and at a random moment otherwise."""
        if not self.tried:
            self.prepare()
        self.tried += 1
        how, n, after = KILLED_AT_A_MOMENT, 0, 0.0
        plans = [plan for plan in self.planned if plan]
        if plans and self.campaign.random.random() >= AT_A_MOMENT:
            how, n = self.campaign.random.choice(plans).pop()
        else:
            after = self.campaign.random.uniform(0, 1.1 * self.seconds)
        with self._place() as place:
            act = self.operation.act
            if how == KILLED_AT_A_MOMENT:
                outcome, call = self.disturber.kill(act, place, after), ""
            elif how == KILLED_AT_A_CALL:
                outcome, call = self.disturber.trace(act, place, n), ""
            else:
                outcome, call = self.disturber.run(act, place, FAULTS[how], n), self.calls[n - 1]
            verdict, failed = self._verdict(place, outcome, call)
            left = sorted(os.listdir(place)) if failed else []
            repeat = {"number_of_call": n, "call": call, "seconds": after, "error": outcome.error, "left": left}
            self.campaign.saw(f"{self.operation.name}: {how}", verdict, failed=failed, **repeat)

    def _verdict(self, place: Path, outcome: Outcome, call: str) -> tuple[str, bool]:
        """Return the verdict, and whether it is a failure; ``call``: what failed."""
        if outcome.foreign:
            return "hangs" if outcome.error.startswith("still") else "foreign exception", True
        state = self._state(place)
        if state not in ("old", "new", "part"):
            return f"broken: {state}"[:60], True
        tidied = call not in CANNOT_TIDY_UP
        left = [path.name for path in place.rglob(TEMPORARY)]
        if left and not outcome.killed and tidied:
            return "temporary file left", True
        if not (outcome.error or outcome.warned or outcome.killed) and state != "new" and tidied:
            return "silently not done", True
        again = self.disturber.run(self.operation.act, place)
        if again.error or again.foreign or self._state(place) != "new":
            return f"not completed by the next run: {again.error or self._state(place)}"[:60], True
        if list(place.rglob(TEMPORARY)) and tidied:
            return "temporary file left by the next run", True
        if outcome.error and state == "new":
            said = "is in place" in outcome.error
            return ("error: new, but not synced", False) if said else ("error, although new", True)
        return ("error: " if outcome.error else "warning: " if outcome.warned else "") + state, False

    def _state(self, place: Path) -> str:
        try:
            return str(self.operation.look(place))
        except Exception as problem:
            return repr(problem)

    def note(self) -> str:
        """Return how much of the plan is done."""
        if not self.tried:
            return f"{self.operation.name}: not tried"
        done = [f"{whole - len(plan)} of {whole}" for whole, plan in zip(self.all, self.planned, strict=True)]
        faults, kills = done or ("no", "no")
        return (
            f"{self.operation.name}: {len(self.calls)} calls on files; {faults} faults, {kills} kills at a system call"
        )


def run(campaign: Campaign) -> None:
    """Disturb all operations in turn."""
    from experiments import comparison, study
    from operations import operations, serving

    # Its default lock is shared between processes: one that is killed while it holds it would stop all others.
    for bar in (tqdm, plain_tqdm):  # either may have one of its own
        bar.set_lock(threading.RLock())
    with tempfile.TemporaryDirectory() as name, serving() as url:
        folder = Path(name).resolve()
        needed, tempfile.tempdir = folder / "needed", str(folder / "tmp")
        needed.mkdir()
        Path(tempfile.tempdir).mkdir()
        disturber = Disturber(folder)
        found = operations(needed, url) + ([] if campaign.options.quick else [comparison(needed), study(needed)])
        found = [operation for operation in found if campaign.options.only in operation.name]
        disturbed = [Disturbed(campaign, operation, disturber) for operation in found]
        weights = [operation.weight for operation in found]
        while campaign.goes_on():
            campaign.random.choices(disturbed, weights)[0].next()
        tempfile.tempdir = None
    if disturber.library is None:
        campaign.notes.append("no faults of the disk and no kills at each call: they need Linux and gcc")
    campaign.notes += [tried.note() for tried in disturbed]


def options(parser: argparse.ArgumentParser) -> None:
    """Add ``--only`` and ``--quick``."""
    parser.add_argument("--quick", action="store_true", help="leave out the whole comparison and the whole study")
    parser.add_argument("--only", default="", metavar="TEXT", help="try only operations with this in their name")


if __name__ == "__main__":
    start_with_faults()
    sys.exit(main(__doc__, run, options))
