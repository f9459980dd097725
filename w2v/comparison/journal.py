"""What was measured, written as it comes: JSON lines, so that nothing measured is lost and nothing is measured twice.

The first line says what is compared, on which machine; every other line is one pair of runs.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from w2v.atomic import atomic_write
from w2v.errors import ConfigError, CorpusError, OutputError

NAME = "runs.jsonl"


@dataclass(frozen=True)
class Step:
    """One pair of runs: both engines, one after the other.

    Attributes
    ----------
    kind : {"speed", "quality"}
        Speed runs train one epoch; quality runs train all epochs, and their vectors are scored.
    workers : int
        Threads.
    number : int
        Of the round or seed, from 1. It decides who goes first: w2v in odd ones.
    """

    kind: str
    workers: int
    number: int

    def is_of(self, record: dict[str, Any]) -> bool:
        """Whether a line of the journal holds this step's runs."""
        return (record["kind"], record["workers"], record["number"]) == (self.kind, self.workers, self.number)


class Journal:
    """The file of runs in a folder.

    Parameters
    ----------
    folder : Path
    subject : dict
        What is compared: JSON values that have to be the same for runs to go into one journal.
    about : dict
        What else is worth knowing.

    Raises
    ------
    ConfigError
        If the folder holds a comparison of something else.
    CorpusError
        If its file cannot be read.
    OutputError
        If it cannot be written.
    """

    def __init__(self, folder: Path, subject: dict[str, Any], about: dict[str, Any]) -> None:
        self.path = folder / NAME
        self.header: dict[str, Any] = {"kind": "header", "subject": subject, "about": about}
        self.records: list[dict[str, Any]] = []
        if self.path.exists():
            header, *self.records = read_journal(self.path)
            _refuse_other(header["subject"], subject, folder)
            self.header = header
        else:
            with atomic_write(self.path) as file:
                file.write(_line(self.header))

    @property
    def about(self) -> dict[str, Any]:
        """What is worth knowing besides: what was written when the journal was begun."""
        about: dict[str, Any] = self.header["about"]
        return about

    def find(self, step: Step) -> dict[str, Any] | None:
        """Return the runs of a step, if they were made."""
        return next((record for record in self.records if step.is_of(record)), None)

    def add(self, record: dict[str, Any]) -> None:
        """Write one line; it is on the disk when this returns."""
        try:
            with open(self.path, "ab") as file:
                file.write(_line(record))
                file.flush()
                os.fsync(file.fileno())
        except OSError as problem:
            raise OutputError(f"cannot write {self.path}: {problem.strerror}") from problem
        self.records.append(record)


def read_journal(path: Path) -> list[dict[str, Any]]:
    """Read a journal: its header and its runs. A last line that was cut short is left out, and cut off.

    Raises
    ------
    CorpusError
        If it is not a journal.
    """
    try:
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            os.truncate(path, whole)
        found = [json.loads(line) for line in data[:whole].splitlines()]
        if found[0]["kind"] == "header" and {"subject", "about"} <= set(found[0]):
            return found
    except (OSError, ValueError, LookupError, TypeError) as problem:
        raise CorpusError(
            f"{path} is no journal of a comparison ({problem}): remove it, or choose another folder"
        ) from None
    raise CorpusError(f"{path} is no journal of a comparison: remove it, or choose another folder")


def _refuse_other(before: dict[str, Any], now: dict[str, Any], folder: Path) -> None:
    for name in sorted(set(before) | set(now)):
        if before.get(name) != now.get(name):
            raise ConfigError(
                f"{folder} holds a comparison with {name} {before.get(name)!r}, and now it is {now.get(name)!r}: "
                "choose another folder, or remove it"
            )


def _line(record: dict[str, Any]) -> bytes:
    return (json.dumps(record, ensure_ascii=False) + "\n").encode()
