"""Hostile arguments: about 100 values for each parameter of each public function, method and option.

A call must work, or raise an error of w2v: a `W2VError`, which is a TypeError where the annotation of the parameter excludes
the type of the value, and otherwise a ValueError (or, as documented, a KeyError for an unknown word, an OSError for a
path, a MemoryError for what does not fit). Anything from the inside is a failure (AttributeError, IndexError, a
RuntimeWarning of NumPy, ...), and so are a hang, a crash, and a message of several lines or thousands of characters. An
error that an object of the caller raises itself may pass.

Calls run in a child process, with limits on memory and on the time of a call; after a crash or a hang another child goes on.
``--only TEXT`` tries what has this text in its name; ``--quick`` leaves out what trains many models.
"""

import argparse
import json
import logging
import os
import queue
import resource
import select
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from argument_targets import COMMANDS, GOOD, LONG, World, command_line, commands, hurry, targets
from campaign import Campaign, command_environment, main
from hostile_values import ARGUMENTS, VALUES, OwnError, accepts

SECONDS, SECONDS_LONG, SECONDS_REPORT = 60.0, 3.0, 180.0
"""Limits of a call; of one that is asked for an amount of work; of the commands that train many models."""
MEMORY = 16 << 30
LONGEST_MESSAGE = 12_000
SLOW = ("compare", "study", "w2v.compare")

Case = tuple[str, str, str]  # target or "$ command"; parameter; name of the value


def cases(only: str = "") -> list[Case]:
    """Return all calls."""
    calls = [
        (name, parameter, value) for name, t in targets().items() for parameter in t.parameters for value in VALUES
    ]
    options = [
        (f"$ {command}", parameter, value)
        for command, parameters in commands().items()
        for parameter in parameters
        for value in ARGUMENTS
    ]
    return [case for case in calls + options if only in " ".join(case[:2])]


def untried() -> list[str]:
    """Return what cannot be tried, because it has no ordinary arguments here; must be empty."""
    return [
        f"{name} {parameter}"
        for name, target in targets().items()
        for parameter in target.parameters
        if target.needs(parameter) and f"{name} {parameter}" not in GOOD and parameter not in GOOD
    ] + [command for command in commands() if command not in COMMANDS]


# ------------------------------------------------------------------------------------------------------------- one call


def verdict(problem: BaseException | None, value: Any, accepted: bool | None) -> tuple[str, bool]:
    """Return what an exception is, and whether it is a failure; ``accepted``: whether the annotation allows the type."""
    from w2v.errors import W2VError

    if problem is None:
        return "works", False
    if isinstance(problem, OwnError):
        return "the caller's own error", False
    if isinstance(problem, W2VError):
        message = str(problem)
        own_lines = isinstance(value, str) and "\n" in value  # the name of a file is told as it is
        if ("\n" in message and not own_lines) or len(message) > LONGEST_MESSAGE:
            return "message of several lines or too long", True
        if accepted is False and not isinstance(problem, TypeError):
            return f"{type(problem).__name__} that is no TypeError", True
        return "refused", False
    if isinstance(problem, OSError) and problem.filename is not None:
        return "the system's error about a file", False
    return type(problem).__name__, True


def try_call(world: World, case: Case) -> tuple[str, bool, str]:
    """Make one call in this process; return verdict, whether it is a failure, and the message."""
    name, parameter, value_name = case
    if name.startswith("$ "):
        return try_command(command_line(name[2:], parameter, value_name))
    target = targets()[name]
    value = VALUES[value_name]()
    try:
        target.call(world, parameter, value)
    except BaseException as problem:
        return *verdict(problem, value, accepts(target.hints[parameter], value)), _message(problem)
    return "works", False, ""


def try_command(arguments: list[str]) -> tuple[str, bool, str]:
    """Run the command line in this process; stdout and stderr must be files."""
    from w2v.cli.main import main as run

    for stream in (1, 2):
        os.truncate(stream, 0)
        os.lseek(stream, 0, os.SEEK_SET)
    try:
        status = run(arguments)
    except BaseException as problem:
        return type(problem).__name__, True, _message(problem)
    sys.stdout.flush()
    sys.stderr.flush()
    told = os.pread(2, 1 << 20, 0).decode(errors="replace")
    if "Traceback" in told:
        return "traceback", True, told[-500:]
    if status == 0:
        return "works", False, ""
    last = told.strip().splitlines()[-1:] or [""]
    if not last[0].startswith("w2v: "):
        return "fails without a word", True, told[-500:]
    return f"exit status {status}", len(last[0]) > LONGEST_MESSAGE, last[0][:300]


def _message(problem: BaseException) -> str:
    try:
        place = problem.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f" ({Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno})" if place else ""
        return str(problem)[:300] + where
    except Exception:
        return "(cannot be printed)"


# --------------------------------------------------------------------------------------------------------- the processes


def child(report: int) -> None:
    """Make the calls on stdin, one JSON list a line; write a line before and after each to the descriptor ``report``."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    hurry()
    world = World()
    warnings.simplefilter("error", RuntimeWarning)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 28, 1 << 28))
    with os.fdopen(os.dup(0)) as calls:
        _answer(calls, world, report)


def _answer(calls: Iterable[str], world: World, report: int) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # so that "-" is an empty file, and not the list of calls
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    for line in calls:
        case = tuple(json.loads(line))
        os.write(report, b"begin\n")
        result = try_call(world, case)
        os.write(report, json.dumps(result).encode() + b"\n")
        world.tidy()


class Child:
    """A process that makes calls."""

    def __init__(self, folder: str) -> None:
        reading, writing = os.pipe()
        place = Path(tempfile.mkdtemp(dir=folder), "work")
        place.mkdir()
        environment = command_environment(HOME=str(place), W2V_DATA=str(place / "data"))
        environment.pop("PYTHONSAFEPATH", None)
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--child", str(writing)],
            stdin=subprocess.PIPE,
            stdout=open(place.parent / "stdout", "w+b"),  # noqa: SIM115 (lives as long as the process)
            stderr=open(place.parent / "stderr", "w+b"),  # noqa: SIM115
            cwd=place,
            env=environment,
            pass_fds=[writing],
        )
        os.close(writing)
        self._report = os.fdopen(reading, "rb", buffering=0)
        self._stderr = place.parent / "stderr"

    def call(self, case: Case, seconds: float) -> tuple[str, bool, str]:
        """Make a call; a verdict of "hang" or "crash" means that this process is no longer there."""
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(case).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return self._crash()
        if not self._line(60.0):
            return self._crash()
        line = self._line(seconds)
        if line is None:
            self.end()
            return "hang", True, f"no answer in {seconds:g} s"
        return tuple(json.loads(line)) if line else self._crash()  # type: ignore[return-value]

    def _crash(self) -> tuple[str, bool, str]:
        status = self._process.wait()
        told = self._stderr.read_bytes()[-400:].decode(errors="replace")
        return "crash", True, f"status {status}: {told}"

    def _line(self, seconds: float) -> bytes | None:
        """Return the next line, b"" at the end of the process, None if the time is up."""
        if not select.select([self._report], [], [], seconds)[0]:
            return None
        return self._report.readline()

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._report.close()
        if self._process.stdin:
            self._process.stdin.close()


Answer = tuple[str, bool, str]


class _Shared:
    """Calls that several threads take from, one at a time."""

    def __init__(self, calls: Iterator[Case]) -> None:
        self._calls, self._lock = calls, threading.Lock()

    def __iter__(self) -> Iterator[Case]:
        while True:
            with self._lock:
                case = next(self._calls, None)
            if case is None:
                return
            yield case


def answers(calls: Iterator[Case], jobs: int = 1) -> Iterator[tuple[Case, Answer]]:
    """Make calls in ``jobs`` child processes at once; yield the answers as they come."""
    shared = _Shared(calls)
    made: queue.SimpleQueue[tuple[Case, Answer] | BaseException | None] = queue.SimpleQueue()

    def work() -> None:
        end = None
        try:
            for answer in _one_after_the_other(iter(shared)):
                made.put(answer)
        except BaseException as problem:
            end = problem
        made.put(end)

    for _ in range(jobs):
        threading.Thread(target=work, daemon=True).start()
    while jobs:
        answer = made.get()
        if isinstance(answer, BaseException):
            raise answer
        if answer is None:
            jobs -= 1
        else:
            yield answer


def _one_after_the_other(calls: Iterator[Case]) -> Iterator[tuple[Case, Answer]]:
    with tempfile.TemporaryDirectory() as folder:
        process: Child | None = None
        try:
            for case in calls:
                process = process or Child(folder)
                slow = case[0].removeprefix("$ ") in SLOW
                seconds = SECONDS_REPORT if slow else SECONDS_LONG if case[1] in LONG else SECONDS
                result = process.call(case, seconds)
                if result[0] in ("hang", "crash"):
                    process.end()
                    process = None
                if result[0] == "hang" and case[1] in LONG:
                    result = ("still at work, as asked", False, result[2])
                yield case, result
        finally:
            if process:
                process.end()


def run(campaign: Campaign) -> None:
    """Make the calls in random order, until all are made or the time is up."""
    for name in untried():
        campaign.saw("what has no ordinary arguments in argument_targets.py", name, failed=True)
    calls = cases(campaign.options.only)
    if campaign.options.quick:
        calls = [case for case in calls if case[0].removeprefix("$ ") not in SLOW]
    campaign.random.shuffle(calls)
    calls = calls[campaign.options.skip :]
    going_on = (case for case in calls if campaign.goes_on())
    for case, (said, failed, message) in answers(going_on, campaign.options.jobs):
        name, parameter, value = case
        kind = "command line" if name.startswith("$ ") else name.split("(")[0].rpartition(".")[0]
        campaign.saw(kind, said, failed=failed, call=name, parameter=parameter, value=value, message=message)
    campaign.notes.append(f"of {len(calls)} calls")


def options(parser: argparse.ArgumentParser) -> None:
    """Add ``--jobs``, ``--skip``, ``--only`` and ``--quick``."""
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes that make calls (default: 1)")
    parser.add_argument(
        "--skip", type=int, default=0, metavar="N", help="leave out the first N calls: go on with a run"
    )
    parser.add_argument("--quick", action="store_true", help="leave out what trains many models")
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="try only functions and options with this in their name"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(int(sys.argv[2]))
    else:
        sys.exit(main(__doc__, run, options))
