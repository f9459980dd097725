"""The journal of a study: one JSON line per finished model, so that a study can be interrupted and continued."""

import os
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from w2v.atomic_files import PathLike
from w2v.experiments.journal import JsonLines, open_json_lines, read_json_lines
from w2v.experiments.study.grid import Model
from w2v.experiments.study.metrics import CLAIMED, INFORMATION, INPUT, key
from w2v.json_values import ANY, Real, Whole, check, record

FILE = "models.jsonl"
FORMAT = 2
"""Of the lines: those of version 1 have metrics by other laws, of pairs that the models were trained on."""


@dataclass(frozen=True)
class Record:
    """The result of one model.

    Attributes
    ----------
    setup : str
        Digest of what the models of a study share: corpus, epochs, test sets, parameters of the measurements.
    model : Model
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
    changes : dict of str to dict
        ``metrics`` and ``scores`` of the changed vectors, by change (see `w2v.experiments.study.interventions`).
    """

    setup: str
    model: Model
    failure: str | None
    metrics: dict[str, float] = field(default_factory=dict)
    scores: dict[str, float | None] = field(default_factory=dict)
    coverage: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, dict[str, dict[str, float | None]]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values, with the label of the model."""
        return {"format": FORMAT, **asdict(self), "label": self.model.label}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Record":
        """Restore a record from the result of `to_dict`; raise ValueError if a report could not be made of it."""
        if isinstance(data, dict) and data.get("format") != FORMAT:
            raise ValueError(
                f"its format is {data.get('format', 1)!r:.20}, that of another version of w2v study, which measured "
                f"otherwise; this one reads format {FORMAT}"
            )
        check(data, SHAPE, "line")
        values = {f.name: data[f.name] for f in fields(cls)}
        found = cls(**values | {"model": record(Model, data["model"], "model")})
        if found.failure is None:
            check(found.metrics, REQUIRED, "metrics")
            check(found.coverage, COVERAGE if found.coverage else {}, "coverage")
            for kind in ("pairs", "sentences"):
                if any(len(pair) != 2 for pair in found.coverage.get(kind, {}).values()):
                    raise ValueError(f"coverage.{kind} must have two numbers each")
        return found


SHAPE = {
    "setup": str,
    "model": {str: ANY},
    "failure": (str, None),
    "metrics": {str: Real()},
    "scores": {str: (Real(), None)},
    "coverage": {str: ANY},
    "training": {str: ANY},
    "changes": {str: {"metrics": {str: Real()}, "scores": {str: (Real(), None)}}},
}
REQUIRED = {key(INPUT, name): Real() for name in (*CLAIMED, INFORMATION, "effective_rank")}
COVERAGE = {
    "questions": Whole(),
    "answered": Whole(),
    "pairs": {str: [Whole()]},
    "sentences": {str: [Whole()]},
    "probe": ({"words": Whole(), "categories": Whole(), "majority": Real(), "accuracy": Real()}, None),
}


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
