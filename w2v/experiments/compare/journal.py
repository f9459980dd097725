"""The journal of a comparison: JSON lines written as runs finish, so that no run is lost or repeated.

The first line describes the comparison and the machine; every other line is one pair of runs.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from w2v.errors import ConfigError, FormatError
from w2v.experiments.compare.engines import ENGINES
from w2v.experiments.journal import JsonLines, open_json_lines, read_json_lines
from w2v.json_values import ANY, Real, Whole, check

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
        if header and [line["kind"] == "header" for line in (header, *records)] != [True] + [False] * len(records):
            raise FormatError(f"cannot use {path}: it must have one header, in the first line; choose another folder")
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


HEADER = {"kind": {"header"}, "subject": {str: ANY}, "about": {str: ANY}}
PAIR = {
    "kind": {"speed", "quality"},
    "workers": Whole(1),
    "number": Whole(1),
    **{engine: {str: ANY} for engine in ENGINES},
}


def _checked(line: Any) -> dict[str, Any]:
    """Return the line if it is a header or a pair of runs; raise ValueError otherwise."""
    found: dict[str, Any] = check(line, {"kind": {"header", "speed", "quality"}}, "line")
    check(found, HEADER if found["kind"] == "header" else PAIR, "line")
    return found


RUN = {
    "seconds": {"read": Real(low=1e-9), "train": Real(low=1e-9)},
    "words": Whole(1),
    "read_share": Real(low=0),
    "words_per_second": Real(low=1e-9),
    "peak_memory_bytes": Whole(1),
    "loss": [Real()],
}
SCORES = {
    "analogies": {
        str: {"asked": Whole(), "answered": Whole(), "accuracy": (Real(), None), "accuracy_of_all": (Real(), None)}
    },
    "pairs": {
        str: {"asked": Whole(), "found": Whole(), "spearman": (Real(), None), "human": [Real()], "cosines": [Real()]}
    },
    "geometry": {"alignment": Real(), "uniformity": Real(), "shared_loss": Real()},
    "neighbours": [[Whole()]],
}
ABOUT = {
    "machine": {"cpu": str, "processors": Whole(1), "isa": str},
    "versions": {"w2v": str, "gensim": str},
    "date": str,
    "text": {"sources": [str], "as_it_was": bool, "cut": bool, "words": Whole(), "sentences": Whole()},
    "parameters": {"epochs": Whole(1)},
    "vocabulary": {"words": Whole(1)},
}


def check_contents(journal: Journal) -> None:
    """Check that a report can be made of everything in a journal, whoever wrote it.

    Raises
    ------
    FormatError
        If a value has a wrong type or is out of range, or the runs were not all scored on the same test sets.
    """
    path = journal.lines.path
    try:
        check(journal.about, ABOUT, "about")
        check(journal.about.get("w2v_parameters", {}), {str: ANY}, "about.w2v_parameters")
        measured = set()
        for record in journal.records:
            check(record, {"first": set(ENGINES)}, "line")
            for engine in ENGINES:
                check(record[engine], RUN, engine)
                check(record[engine]["seconds"], {str: Real(low=0)}, f"{engine}.seconds")
                if record["kind"] == "quality":
                    measured.add(_measured(check(record[engine].get("scores"), SCORES, f"{engine}.scores")))
        if len(measured) > 1:
            raise ValueError("all runs must be scored on the same questions, pairs and words")
    except ValueError as problem:
        raise FormatError(f"cannot use {path}: {problem}; choose another folder, or remove this one") from None


def _measured(scores: dict[str, Any]) -> str:
    """Return what the scores of a run are about; equal for runs that can be compared."""
    if any(len(pairs["human"]) != len(pairs["cosines"]) for pairs in scores["pairs"].values()):
        raise ValueError("each pair must have one score and one cosine")
    if any(total["answered"] and None in total.values() for total in scores["analogies"].values()):
        raise ValueError("answered questions must have an accuracy")
    if not all(scores["neighbours"]):
        raise ValueError("each word must have neighbours")
    analogies = {name: [total["asked"], total["answered"]] for name, total in scores["analogies"].items()}
    pairs = {name: [found["human"], found["spearman"] is None] for name, found in scores["pairs"].items()}
    return json.dumps([analogies, pairs, len(scores["neighbours"])], sort_keys=True)


def _refuse_other(before: dict[str, Any], now: dict[str, Any], folder: Path) -> None:
    for name in sorted(set(before) | set(now)):
        if before.get(name) != now.get(name):
            raise ConfigError(
                f"cannot continue the comparison in {folder}: {name} was {before.get(name)!r} there, and is "
                f"{now.get(name)!r} now; choose another folder, or remove this one"
            )
