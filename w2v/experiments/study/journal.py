"""The journal of a study: one JSON line per finished model, so that a study can be interrupted and continued."""

import os
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from w2v.atomic_files import PathLike
from w2v.experiments.journal import JsonLines, open_json_lines, read_json_lines
from w2v.experiments.study.grid import Model

FILE = "models.jsonl"
GRID, REPETITION = "grid", "repetition"


@dataclass(frozen=True)
class Record:
    """The result of one model.

    Attributes
    ----------
    setup : str
        Digest of what the models of a study share: corpus, epochs, test sets, parameters of the measurements.
    model : Model
    stage : {"grid", "repetition"}
        Whether it belongs to the grid, or repeats the best setting of an objective with a held-out seed.
    failure : str or None
        The error, if training diverged or the model could not be measured.
    metrics : dict of str to float
        Keys as in `w2v.experiments.study.metrics.METRICS`.
    scores : dict of str to float or None
        Names as in `w2v.experiments.study.quality`.
    coverage : dict
        Numbers of questions, pairs and words that the scores are based on.
    training : dict
        Final loss, seconds and words/s.
    """

    setup: str
    model: Model
    stage: str
    failure: str | None
    metrics: dict[str, float] = field(default_factory=dict)
    scores: dict[str, float | None] = field(default_factory=dict)
    coverage: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values, with the label of the model."""
        return {**asdict(self), "label": self.model.label}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Record":
        """Restore a record from the result of `to_dict`."""
        values = {f.name: data[f.name] for f in fields(cls)}
        return cls(**values | {"model": Model(**data["model"])})


def read_journal(folder: PathLike, setup: str) -> list[Record]:
    """Return the records of one setup, in the order in which they were written; an empty list if there is no file.

    Raises
    ------
    FormatError
        If a line is not a record.
    """
    records = read_json_lines(_path(folder), "study", Record.from_dict)
    return [record for record in records if record.setup == setup]


def open_journal(folder: PathLike) -> AbstractContextManager[JsonLines]:
    """Open the journal of a folder for appending, and create the folder if necessary.

    Raises
    ------
    OutputError
        If it cannot be opened, or another study is writing it.
    """
    return open_json_lines(_path(folder), "study")


def _path(folder: PathLike) -> Path:
    return Path(os.fsdecode(folder), FILE)
