"""The journal of a comparison: JSON lines written as runs finish, so that no run is lost or repeated.

The first line describes the comparison and the machine; every other line is one pair of runs.
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
    """One pair of runs, one of each engine.

    Attributes
    ----------
    kind : {"speed", "quality"}
        Speed runs train one epoch; quality runs train all epochs, and their vectors are scored.
    workers : int
        Number of threads.
    number : int
        Round or seed, from 1. w2v runs first if it is odd.
    """

    kind: str
    workers: int
    number: int

    def is_of(self, record: dict[str, Any]) -> bool:
        """Check whether a line of the journal contains the runs of this step."""
        return (record["kind"], record["workers"], record["number"]) == (self.kind, self.workers, self.number)


@dataclass(frozen=True)
class Journal:
    """The runs in a folder; created by `open_journal`.

    Attributes
    ----------
    lines : JsonLines
    about : dict
        Further information, as it was when the journal was started.
    records : list of dict
    """

    lines: JsonLines
    about: dict[str, Any]
    records: list[dict[str, Any]]

    def find(self, step: Step) -> dict[str, Any] | None:
        """Return the runs of a step; None if there are none yet."""
        return next((record for record in self.records if step.is_of(record)), None)

    def add(self, record: dict[str, Any]) -> None:
        """Append one line; it is on disk when this returns."""
        self.lines.append(record)
        self.records.append(record)


@contextmanager
def open_journal(folder: Path, subject: dict[str, Any], about: dict[str, Any]) -> Iterator[Journal]:
    """Start the journal of a folder, or continue it.

    Parameters
    ----------
    folder : Path
    subject : dict
        What is compared: JSON values that must be the same for all runs in a journal.
    about : dict
        Further information.

    Raises
    ------
    ConfigError
        If the folder contains a different comparison.
    FormatError
        If a line of the journal does not belong to a comparison.
    OutputError
        If the journal cannot be written, or another comparison is writing it.
    """
    path = folder / NAME
    read_journal(path)  # before it is opened for writing, so that a file of another kind is not changed
    with open_json_lines(path, "comparison") as lines:
        header, *records = read_journal(path) or [{}]
        if header:
            _refuse_other(header["subject"], subject, folder)
        else:
            header = {"kind": "header", "subject": subject, "about": about}
            lines.append(header)
        yield Journal(lines, header["about"], records)


def read_journal(path: Path) -> list[dict[str, Any]]:
    """Read the header and the runs of a journal; return an empty list if there is none.

    Raises
    ------
    FormatError
        If a line is neither of these.
    """
    return read_json_lines(path, "comparison", _checked)


def _checked(record: Any) -> dict[str, Any]:
    """Return the record if it is a header or a pair of runs; raise LookupError or TypeError otherwise."""
    for name in ("subject", "about") if record["kind"] == "header" else ("workers", "number", *ENGINES):
        record[name]
    found: dict[str, Any] = record
    return found


def _refuse_other(before: dict[str, Any], now: dict[str, Any], folder: Path) -> None:
    for name in sorted(set(before) | set(now)):
        if before.get(name) != now.get(name):
            raise ConfigError(
                f"cannot continue the comparison in {folder}: {name} was {before.get(name)!r} there, and is "
                f"{now.get(name)!r} now; choose another folder, or remove this one"
            )
