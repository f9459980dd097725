"""The journal of a comparison of pairs: one JSON line per training."""

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from w2v.atomic_files import PathLike
from w2v.experiments.journal import JsonLines, open_json_lines, read_json_lines
from w2v.experiments.sentence_pairs.kinds import KINDS
from w2v.experiments.sentence_pairs.marking import Marks
from w2v.json_values import Real, Whole, check
from w2v.sentences.training import SentencePoint

FILE = "trainings.jsonl"
WRITER = "comparison of pairs"


@dataclass(frozen=True)
class Record:
    """The result of one training.

    Attributes
    ----------
    setup : str
        Digest of everything that the trainings of a comparison share.
    kind : str
        See `w2v.experiments.sentence_pairs.kinds.KINDS`.
    pairs : int
    seconds : float
        Processor time of the training, without reading the text and scoring.
    marks : Marks or None
        None if training diverged.
    points : tuple of SentencePoint
        The trajectory, measured on the probe.
    """

    setup: str
    kind: str
    pairs: int
    seconds: float
    marks: Marks | None
    points: tuple[SentencePoint, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            **vars(self),
            "marks": None if self.marks is None else self.marks.to_dict(),
            "points": [point.to_dict() for point in self.points],
        }

    @classmethod
    def from_dict(cls, data: Any) -> "Record":
        """Restore a record from the result of `to_dict`; raise ValueError if it is none."""
        check(data, SHAPE, "line")
        marks = None if data["marks"] is None else Marks.from_dict(data["marks"])
        points = tuple(SentencePoint(**{name: point[name] for name in POINT}) for point in data["points"])
        return cls(data["setup"], data["kind"], data["pairs"], data["seconds"], marks, points)


NUMBER = (Real(), None)
POINT = {"step": Whole(), "loss": NUMBER, "alignment": NUMBER, "uniformity": NUMBER}
SHAPE = {
    "setup": str,
    "kind": set(KINDS),
    "pairs": Whole(),
    "seconds": Real(0),
    "marks": ({}, None),
    "points": [POINT],
}


def read_journal(folder: PathLike, setup: str, sets: Iterable[str]) -> dict[str, Record]:
    """Return the records of one setup by kind; none if there is no file.

    Raises
    ------
    FormatError
        If a line is not a record, or has marks of other test sets than those of its setup.
    """
    names = set(sets)

    def parse(data: Any) -> Record:
        record = Record.from_dict(data)
        if record.setup == setup and record.marks is not None and set(record.marks.sets) != names:
            raise ValueError(f"marks must be of {', '.join(sorted(names))}")
        return record

    records = read_json_lines(_path(folder), WRITER, parse)
    return {record.kind: record for record in records if record.setup == setup}


def open_journal(folder: PathLike) -> AbstractContextManager[JsonLines]:
    """Open the journal of a folder for appending, and create the folder if necessary.

    Raises
    ------
    OutputError
        If it cannot be opened, or another comparison is writing it.
    """
    return open_json_lines(_path(folder), WRITER)


def _path(folder: PathLike) -> Path:
    return Path(os.fsdecode(folder), FILE)
