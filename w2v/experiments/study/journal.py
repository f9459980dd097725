"""A study on disk: one JSON line per model, appended when it is done, so that a study can be interrupted and resumed."""

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
    """What became of one model.

    Attributes
    ----------
    setup : str
        Digest of all that models of one study share: corpus, epochs, test sets, how it was measured.
    model : Model
    stage : {"grid", "repetition"}
        Whether it belongs to the grid, or repeats a setting of it that was chosen, with a fresh seed.
    failure : str or None
        Why there is no model, if training diverged or it could not be measured.
    metrics : dict of str to float
        By the keys of `w2v.experiments.study.metrics.METRICS`.
    scores : dict of str to float or None
        By the names of `w2v.experiments.study.quality`.
    coverage : dict
        How many questions, pairs and words the scores rest on.
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
        """Return everything as JSON values, with the model's label."""
        return {**asdict(self), "label": self.model.label}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Record":
        """Return what `to_dict` was made from."""
        values = {f.name: data[f.name] for f in fields(cls)}
        return cls(**values | {"model": Model(**data["model"])})


def read_journal(folder: PathLike, setup: str) -> list[Record]:
    """Return the records of one setup, in the order in which they were written; none if there is no file yet.

    Raises
    ------
    FormatError
        If a line is not a record.
    """
    records = read_json_lines(_path(folder), "study", Record.from_dict)
    return [record for record in records if record.setup == setup]


def open_journal(folder: PathLike) -> AbstractContextManager[JsonLines]:
    """Open the journal of a folder to append records to it, as dicts; the folder is made if it is not there.

    Raises
    ------
    OutputError
        If that is not possible, or another study is writing there.
    """
    return open_json_lines(_path(folder), "study")


def _path(folder: PathLike) -> Path:
    return Path(os.fsdecode(folder), FILE)
