"""What was measured, written as it comes: JSON lines, so that nothing measured is lost and nothing is measured twice.

The first line says what is compared, on which machine; every other line is one pair of runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from w2v.errors import ConfigError
from w2v.experiments.compare.engines import ENGINES
from w2v.experiments.journal import JsonLines, open_json_lines, read_json_lines

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


@dataclass(frozen=True)
class Journal:
    """The runs in a folder; `open_journal` makes one.

    Attributes
    ----------
    lines : JsonLines
    about : dict
        What is worth knowing besides the subject: what was written when the journal was begun.
    records : list of dict
    """

    lines: JsonLines
    about: dict[str, Any]
    records: list[dict[str, Any]]

    def find(self, step: Step) -> dict[str, Any] | None:
        """Return the runs of a step, if they were made."""
        return next((record for record in self.records if step.is_of(record)), None)

    def add(self, record: dict[str, Any]) -> None:
        """Write one line; it is on the disk when this returns."""
        self.lines.append(record)
        self.records.append(record)


@contextmanager
def open_journal(folder: Path, subject: dict[str, Any], about: dict[str, Any]) -> Iterator[Journal]:
    """Begin the journal of a folder, or take it up where it ends.

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
    FormatError
        If a line of its file is not that of a comparison.
    OutputError
        If it cannot be written, or another comparison is writing there.
    """
    path = folder / NAME
    read_journal(path)  # before it is opened to write: what is not ours stays as it is
    with open_json_lines(path, "comparison") as lines:
        header, *records = read_journal(path) or [{}]
        if header:
            _refuse_other(header["subject"], subject, folder)
        else:
            header = {"kind": "header", "subject": subject, "about": about}
            lines.append(header)
        yield Journal(lines, header["about"], records)


def read_journal(path: Path) -> list[dict[str, Any]]:
    """Read a journal: its header and its runs; nothing if there is none.

    Raises
    ------
    FormatError
        If a line is neither.
    """
    return read_json_lines(path, "comparison", _checked)


def _checked(record: Any) -> dict[str, Any]:
    """Return a header or a pair of runs; raise LookupError or TypeError for anything else."""
    for name in ("subject", "about") if record["kind"] == "header" else ("workers", "number", *ENGINES):
        record[name]
    found: dict[str, Any] = record
    return found


def _refuse_other(before: dict[str, Any], now: dict[str, Any], folder: Path) -> None:
    for name in sorted(set(before) | set(now)):
        if before.get(name) != now.get(name):
            raise ConfigError(
                f"{folder} holds a comparison with {name} {before.get(name)!r}, and now it is {now.get(name)!r}: "
                "choose another folder, or remove it"
            )
