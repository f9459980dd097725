"""The result of a comparison as data: runs, statistics of them, and sentences about these."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from w2v.experiments.compare.engines import ENGINES
from w2v.experiments.compare.journal import Step
from w2v.experiments.compare.statistics import Figures, Record
from w2v.experiments.compare.verdicts import sentences

BULKY = ("human", "cosines", "neighbours")
"""Values of a run that are in the journal but not in the report, because each has a few thousand numbers."""


@dataclass(frozen=True)
class Comparison:
    """A comparison of w2v and gensim, complete or interrupted.

    Attributes
    ----------
    about : dict
        Machine, versions, date, text, parameters, vocabulary, questions: JSON values.
    steps : sequence of Step
        The planned steps.
    records : sequence of dict
        The lines of the journal for the steps that are done.
    """

    about: dict[str, Any]
    steps: Sequence[Step]
    records: Sequence[Record]

    @property
    def complete(self) -> bool:
        """Whether all planned steps are done."""
        return len(self.records) == len(self.steps)

    @cached_property
    def figures(self) -> Figures:
        """Statistics of the runs."""
        speed, quality = ([r for r in self.records if r["kind"] == kind] for kind in ("speed", "quality"))
        return Figures(speed, quality, max(step.workers for step in self.steps))

    @cached_property
    def sentences(self) -> list[str]:
        """The statistics in words."""
        return sentences(self.figures)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values, including every run except its ``BULKY`` values."""
        figures = self.figures
        return {
            "complete": self.complete,
            "planned": len(self.steps),
            "measured": len(self.records),
            **self.about,
            "sentences": self.sentences,
            "training": [ratios.to_dict() for ratios in figures.training],
            "resources": [ratios.to_dict() for ratios in figures.resources],
            "quality": [contrast.to_dict() for contrast in figures.scores],
            "geometry": [contrast.to_dict() for contrast in figures.geometry],
            "neighbour_overlap_percent": figures.overlaps,
            "training_loss": {"w2v": [record["w2v"]["loss"] for record in figures.quality], "gensim": None},
            "runs": [_slim(record) for record in self.records],
        }


def _slim(record: Record) -> Record:
    slim = dict(record)
    for engine in ENGINES:
        run = dict(record[engine])
        if "scores" in run:
            scores = {name: value for name, value in run["scores"].items() if name not in BULKY}
            scores["pairs"] = {
                name: {key: value for key, value in found.items() if key not in BULKY}
                for name, found in scores["pairs"].items()
            }
            run["scores"] = scores
        slim[engine] = run
    return slim
