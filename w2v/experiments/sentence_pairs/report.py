"""A comparison of positive pairs: as data, as a table, and as a page with a picture."""

import json
import os
from dataclasses import dataclass
from typing import Any

from w2v.atomic_files import PathLike, atomic_write
from w2v.experiments.sentence_pairs.findings import PAPER, findings
from w2v.experiments.sentence_pairs.journal import Record
from w2v.experiments.sentence_pairs.kinds import KINDS, SWAP
from w2v.experiments.sentence_pairs.marking import Mark, Marks
from w2v.experiments.sentence_pairs.picture import draw
from w2v.experiments.tables import markdown_table
from w2v.sentences.training import SentencePoint

REPORT, DATA, PICTURES = "report.md", "report.json", ("plane.svg", "plane.png")


@dataclass(frozen=True)
class Row:
    """An encoder: before training, or after training on one kind of pairs.

    Attributes
    ----------
    label : str
    kind : str or None
        None before training.
    marks : Marks or None
        None if training diverged.
    pairs : int
    seconds : float or None
        Processor time of the training.
    points : tuple of SentencePoint
    """

    label: str
    kind: str | None
    marks: Marks | None
    pairs: int = 0
    seconds: float | None = None
    points: tuple[SentencePoint, ...] = ()

    @classmethod
    def of(cls, kind: str, record: Record) -> "Row":
        """Make one of a training."""
        return cls(KINDS[kind], kind, record.marks, record.pairs, record.seconds, record.points)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            **vars(self),
            "marks": None if self.marks is None else self.marks.to_dict(),
            "points": [point.to_dict() for point in self.points],
        }

    @classmethod
    def from_dict(cls, data: Any) -> "Row":
        """Restore a row from the result of `to_dict`, as in a ``report.json``."""
        marks = None if data["marks"] is None else Marks.from_dict(data["marks"])
        points = tuple(SentencePoint(**point) for point in data["points"])
        return cls(data["label"], data["kind"], marks, data["pairs"], data["seconds"], points)


@dataclass(frozen=True)
class PairComparison:
    """The results of `compare_pairs`.

    Attributes
    ----------
    facts : dict
        What all encoders share: vectors, text, test sets, parameters.
    rows : tuple of Row
        Encoders before training, then after it.
    """

    facts: dict[str, Any]
    rows: tuple[Row, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {**self.facts, "encoders": [row.to_dict() for row in self.rows]}

    def table(self) -> str:
        """Return all encoders as one Markdown table; correlations are x 100."""
        sets = list(self.facts["sets"])
        columns = ["encoder", "alignment", "uniformity", *sets, "average", f"against {self.facts['start']}", "CPU s"]
        return markdown_table(columns, [_cells(row, sets, self.facts["start"]) for row in self.rows])

    def intervals(self) -> str:
        """Return the 95 % intervals of all sets as a Markdown table."""
        sets = list(self.facts["sets"])
        rows = [[row.label, *(_mark(row.marks.sets[name]) for name in sets)] for row in self.rows if row.marks]
        return markdown_table(["encoder", *sets], rows)

    def __str__(self) -> str:
        return self.table()

    @property
    def findings(self) -> list[str]:
        """What the numbers say."""
        return findings(self.rows, self.facts["start"])

    def markdown(self) -> str:
        """Return the report as a page."""
        vectors, training = self.facts["vectors"], self.facts["training"]
        counts = {kind: n for kind, n in self.facts["text"].items() if kind != "sha256"}
        numbers = {
            "words": f"{vectors['words']:,} words of {vectors['dimensions']} dimensions",
            "text": "pairs: " + ", ".join(f"{KINDS[kind]} {n:,}" for kind, n in counts.items()),
            "budget": f"{training['steps']:,} steps of up to {training['batch_size']:,} pairs, temperature "
            f"{training['temperature']:g}, learning rate {training['alpha']:g}, rate of changes {training['rate']:g}, seed "
            f"{training['seed']}",
        }
        found = "\n".join(f"- {finding}" for finding in self.findings)
        return PAGE.format(
            **numbers,
            table=self.table(),
            probe=self.facts["probe"],
            picture=PICTURES[0],
            findings=found,
            paper=PAPER,
            intervals=self.intervals(),
            start=self.facts["start"],
            version=self.facts["w2v"],
        )


PAGE = """\
# Positive pairs for sentences

{words}; {text}. Each training: {budget}. All begin with {start}. w2v {version}.

{table}

Spearman's rank correlation with human scores, × 100, with 95 % intervals (bootstrap over the pairs of each set). The last
comparison is of averages on the same resamples. Alignment and uniformity, of {probe}: lower is better. CPU seconds are those
of the training alone.

![alignment and uniformity]({picture})

## What was found here

{findings}

## What the paper found

{paper}

## Intervals by set

{intervals}
"""


def write_report(folder: PathLike, comparison: PairComparison) -> None:
    """Write ``report.md``, ``report.json``, ``plane.svg`` and ``plane.png`` into a folder.

    Raises
    ------
    OutputError
        If a file cannot be written.
    MissingExtraError
        If matplotlib is not installed.
    """
    name = os.fsdecode(folder)
    draw(
        os.path.join(name, PICTURES[0]),
        comparison.rows,
        comparison.facts["vectors"]["dimensions"],
        comparison.facts["probe"],
    )
    text = json.dumps(comparison.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
    for file, content in ((DATA, text + "\n"), (REPORT, comparison.markdown())):
        with atomic_write(os.path.join(name, file)) as stream:
            stream.write(content.encode())


def _cells(row: Row, sets: list[str], start: str) -> list[str]:
    if row.marks is None:
        return [row.label, *["diverged"] * 2, *[""] * (len(sets) + 3)]
    marks = row.marks
    place = [_number(value, 1, 2) for value in (marks.alignment, marks.uniformity)]
    scores = [_number(marks.sets[name].value) for name in sets]
    gain = "" if row.label == start else _mark(marks.gain, 2, "+")
    seconds = "" if row.seconds is None or row.kind == SWAP else f"{row.seconds:.1f}"
    return [row.label, *place, *scores, _mark(marks.average, 2), gain, seconds]


def _number(value: float | None, scale: float = 100, digits: int = 1, sign: str = "") -> str:
    return "" if value is None else f"{scale * value:{sign}.{digits}f}"


def _mark(mark: Mark, digits: int = 1, sign: str = "") -> str:
    ends = "" if mark.low is None else f" ({_number(mark.low, 100, 1, sign)} to {_number(mark.high, 100, 1, sign)})"
    return _number(mark.value, 100, digits, sign) + ends
