"""The report of a study, as Markdown with figures, and its data, compressed, of which it can be made again."""

import gzip
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from w2v.atomic_files import PathLike, atomic_write
from w2v.compression import DAMAGE
from w2v.errors import FormatError
from w2v.experiments.study import report_tables as tables
from w2v.experiments.study.analysis import View, analyse
from w2v.experiments.study.changes import Changed, changed_models
from w2v.experiments.study.findings import findings
from w2v.experiments.study.interventions import RANDOM
from w2v.experiments.study.journal import FORMAT, Record
from w2v.experiments.study.methods import CORRELATIONS, FACTS, INTERVENTIONS, introduction, method
from w2v.experiments.study.metrics import ALIGNMENT, INPUT, UNIFORMITY, key, without_information
from w2v.experiments.study.numbers import percent
from w2v.experiments.study.pictures import FIGURES, draw
from w2v.experiments.study.settings import Setting, mean_sd, settings_of
from w2v.geometry import Settings
from w2v.json_values import check

REPORT, DATA = "report.md", "study.json.gz"


@dataclass(frozen=True, eq=False)
class Report:
    """The results of a study.

    Attributes
    ----------
    facts : dict
        What all models share: corpus, epochs, test sets, parameters of the measurements.
    records : tuple of Record
    """

    facts: dict[str, Any]
    records: tuple[Record, ...]

    @classmethod
    def of(cls, facts: dict[str, Any], records: Sequence[Record]) -> "Report":
        """Make the report of some models."""
        return cls(facts, tuple(records))

    @property
    def trained(self) -> list[Record]:
        """The models whose training did not fail."""
        return [record for record in self.records if record.failure is None]

    @cached_property
    def settings(self) -> list[Setting]:
        """The settings, each with its seeds."""
        return settings_of(self.records)

    @cached_property
    def changes(self) -> list[Changed]:
        """The models whose vectors were changed."""
        return changed_models(self.settings)

    @cached_property
    def views(self) -> list[View]:
        """The correlations: see `w2v.experiments.study.analysis`."""
        return analyse(self.settings)

    @cached_property
    def findings(self) -> list[str]:
        """The findings in words."""
        return findings(self.changes, self.views)

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Metrics of random vectors, as measured, and of collapsed and uniform ones, in closed form."""
        measured = self.facts["measured"]
        settings = Settings(**{name: measured[name] for name in ("alpha", "t", "temperature", "ms")})
        dims = sorted({one.model.vector_size for one in self.changes} or {s.model.vector_size for s in self.settings})
        found = {}
        random = [record.changes[RANDOM]["metrics"] for record in self.trained if RANDOM in record.changes]
        if random:
            found[RANDOM] = {name: float(np.mean([one[name] for one in random])) for name in random[0]}
        for dim in dims:
            found |= without_information(settings, dim)
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values; `from_dict` restores it."""
        return {
            "format": FORMAT,
            "facts": self.facts,
            "findings": self.findings,
            "analysis": [asdict(view) for view in self.views],
            "models": [record.to_dict() for record in self.records],
        }

    @classmethod
    def from_dict(cls, data: Any) -> "Report":
        """Restore a report from the result of `to_dict`; raise ValueError if it is not one."""
        check(data, {"facts": FACTS, "models": [{}]}, "data")
        return cls.of(data["facts"], [Record.from_dict(one) for one in data["models"]])

    def markdown(self, figures: Sequence[str]) -> str:
        """Return the report as Markdown; the figures are in the same folder."""
        scores = tables.scores_of(self.settings)
        random = [
            percent(mean_sd([v for one in self.changes for v in one.values.get(RANDOM, {}).get(score, ())]))
            for score in scores
        ]
        shown = {name: _figure(name) if name in figures else "" for name in FIGURES}
        everything = self.views[0]
        parts = [
            "# Are alignment and uniformity related to the quality of word vectors?",
            introduction(self.facts, len(self.settings), len(self.trained)),
            "## Findings",
            "\n".join(f"- {finding}" for finding in self.findings),
            "## Interventions: the same models, moved",
            INTERVENTIONS if self.changes else "No model of this grid was changed.",
            shown["interventions.svg"],
            *(
                tables.changes_table(one, scores, {n: m for n, m in self.baselines.items() if n != RANDOM})
                for one in self.changes
            ),
            "## Correlations over trained models",
            CORRELATIONS,
            *(part for view in self.views for part in self._view(view)),
            shown["associations.svg"],
            "## The plane",
            shown["plane-input-input.svg"],
            shown["plane-input-output.svg"],
            f"## Other metrics ({everything.n} settings)",
            "Rank correlations over all settings, for description: these are not tested.",
            tables.others_table(self.settings, scores),
            "## All settings",
            "Mean ± standard deviation over seeds; scores × 100; metrics of input vectors with each other, if "
            "nothing else is said. † collapsed. The last rows are vectors without information.",
            tables.settings_table(self.settings, scores, self.baselines, random),
            shown["objectives.svg"],
            *tables.failures(
                f"{record.model.label}, seed {record.model.seed}: {record.failure}"
                for record in self.records
                if record.failure is not None
            ),
            "## Methods",
            method(self.facts, self.trained),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _view(self, view: View) -> list[str]:
        return [
            f"### {view.name[:1].upper()}{view.name[1:]} ({view.n})",
            tables.associations_table(view),
            "The same place, another quality:",
            tables.places_table(view),
            "R² of settings left out:",
            tables.predictions_table(view),
        ]


def write_report(folder: PathLike, report: Report) -> None:
    """Write ``report.md``, ``study.json.gz`` and the figures, as .svg and as .png, into one folder.

    Raises
    ------
    OutputError
        If a file cannot be written.
    MissingExtraError
        If matplotlib is not installed.
    """
    name = os.fsdecode(folder)
    os.makedirs(name, exist_ok=True)
    places = {
        label: (values[key(INPUT, UNIFORMITY)], values[key(INPUT, ALIGNMENT)])
        for label, values in report.baselines.items()
    }
    figures = draw(name, report.settings, report.changes, report.views, places)
    text = json.dumps(report.to_dict(), ensure_ascii=False, allow_nan=False)
    contents = {
        DATA: gzip.compress(text.encode(), mtime=0),
        REPORT: report.markdown(figures).encode(),
    }
    for file, content in contents.items():
        with atomic_write(os.path.join(name, file)) as stream:
            stream.write(content)


def read_report(path: PathLike) -> Report:
    """Read the data of a study, ``study.json.gz``.

    Raises
    ------
    FileNotFoundError
    FormatError
        If it is damaged, or something else.
    """
    name = os.fsdecode(path)
    try:
        with gzip.open(name) as stream:
            return Report.from_dict(json.loads(stream.read()))
    except FileNotFoundError:
        raise
    except (*DAMAGE, ValueError, LookupError, TypeError, RecursionError) as problem:
        raise FormatError(f"cannot read {name}: it is not the data of a study ({problem}); pass its {DATA}") from None


def _figure(name: str) -> str:
    return f"![{name.removesuffix('.svg')}]({name})\n\n*{FIGURES[name]}*"
