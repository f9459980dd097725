"""The report of a study: one page of Markdown with its figures, and the same as JSON."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from w2v.atomic_files import PathLike, atomic_write
from w2v.evaluation.analogies import RESTRICT
from w2v.experiments.study.analysis import COLLAPSED, EVERYTHING, FIXED, analyse, collapsed
from w2v.experiments.study.best_settings import Choice, choose
from w2v.experiments.study.correlation import Correlation
from w2v.experiments.study.findings import findings, show
from w2v.experiments.study.journal import Record
from w2v.experiments.study.metrics import INPUT, METRICS, SUM
from w2v.experiments.study.pictures import FIGURES, draw
from w2v.experiments.study.quality import MAIN, QUALITIES
from w2v.experiments.tables import markdown_table

REPORT, DATA = "report.md", "report.json"

REFERENCE = """\
For comparison, the encoders of Wang & Isola (2020, arXiv 2005.10242) on images (ImageNet-100, accuracy of a linear probe,
top-1): contrastive loss alone, τ = 0.07: 72.80; 3 alignment (α = 2) + uniformity (t = 3) alone: 74.60, the best of all."""


@dataclass(frozen=True, eq=False)
class Report:
    """All that a study found.

    Attributes
    ----------
    facts : dict
        What the models have in common: corpus, epochs, test sets, how they were measured.
    records : tuple of Record
        The models of the grid.
    repeated : tuple of Record
        The chosen settings with fresh seeds.
    views : dict of str to list of Correlation
        See `w2v.experiments.study.analysis.analyse`.
    choices : list of Choice
    """

    facts: dict[str, Any]
    records: tuple[Record, ...]
    repeated: tuple[Record, ...]
    views: dict[str, list[Correlation]]
    choices: list[Choice]

    @classmethod
    def of(cls, facts: dict[str, Any], records: Sequence[Record], repeated: Sequence[Record]) -> "Report":
        """Analyse the records of a study."""
        return cls(facts, tuple(records), tuple(repeated), analyse(records), choose(records, repeated))

    @property
    def findings(self) -> list[str]:
        """What was found, in sentences."""
        return findings(self.views, self.choices)

    @property
    def trained(self) -> list[Record]:
        """The models of the grid that did not fail."""
        return [record for record in self.records if record.failure is None]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            **self.facts,
            "findings": self.findings,
            "correlations": {view: [asdict(c) for c in found] for view, found in self.views.items()},
            "best": [
                {
                    "family": choice.family,
                    "setting": choice.chosen.model.label,
                    "among": choice.among,
                    "chosen": {score: choice.chosen.values(score) for score in QUALITIES},
                    "repeated": {score: choice.repeated.values(score) for score in QUALITIES},
                }
                for choice in self.choices
            ],
            "models": [record.to_dict() for record in (*self.records, *self.repeated)],
        }

    def markdown(self) -> str:
        """Return the report as a page whose figures lie beside it."""
        parts = [
            "# Do alignment and uniformity tell how good word vectors are?",
            self._introduction(),
            "## What was found",
            "\n".join(f"- {finding}" for finding in self.findings),
            "## The plane",
            _figure("plane-input-input.png"),
            _figure("plane-input-output.png"),
            "## Rank correlations",
            _CORRELATIONS,
            _correlations(self.views[EVERYTHING]),
            _figure("correlations.png"),
            "With dimension and frequency weighting (ns_exponent) held fixed, the partial rank correlations are:",
            _correlations(self.views[FIXED]),
            "## How far it holds",
            "Alignment, uniformity and their sum again, over parts of the grid and with more held fixed.",
            self._views(),
            "## The best of each objective",
            self._best(),
            REFERENCE,
            _figure("objectives.png"),
            "## All models",
            self._models(),
            *self._failures(),
            "## How it was measured",
            self._method(),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _introduction(self) -> str:
        corpus = self.facts["corpus"]
        return (
            f"{len(self.trained)} models were trained on {corpus['words']:,} words "
            f"({', '.join(corpus['names']) or 'a text'}; {corpus['vocabulary']:,} different words with a vector), "
            f"{self.facts['epochs']} epochs each, measured by the metrics of contrastive learning, and scored on "
            "analogies, human word similarity and a linear probe of word categories. Theory (Wang & Isola 2020) says that "
            "a representation is the better, the lower alignment (positive pairs are close) and uniformity (all points are "
            "spread evenly) are. Written by `w2v study`."
        )

    def _views(self) -> str:
        rows = []
        for view, correlations in self.views.items():
            for metric in (metric for metric in METRICS if metric.name in ("alignment", "uniformity", SUM)):
                found = {c.score: c for c in correlations if c.metric == metric.key}
                if found:
                    n = next(iter(found.values())).n
                    rows.append([view, str(n), metric.key, *(_cell(found.get(score)) for score in MAIN)])
        return markdown_table(["view", "models", "metric", *MAIN], rows)

    def _best(self) -> str:
        seeds = max((len(choice.repeated.records) for choice in self.choices), default=0)
        rows = []
        for choice in self.choices:
            scores = [
                f"{_percent(choice.repeated.mean(score))} ({_percent(choice.chosen.mean(score))})"
                for score in QUALITIES
            ]
            rows.append([choice.family, choice.chosen.model.label, str(choice.among), *scores])
        return (
            f"The best setting of each objective is the one whose mean rank over {', '.join(MAIN)} is highest in the grid. "
            "To choose the best of several by a score makes that score too good, so each was trained again with "
            f"{seeds} fresh seeds: the first number is their mean, the one in brackets is what it was chosen by. The "
            "questions are the same, so some optimism about the setting remains. Scores × 100.\n\n"
            + markdown_table(["family", "best setting", "settings tried", *QUALITIES], rows)
        )

    def _models(self) -> str:
        shown = [
            f"{INPUT}: {name}" for name in ("alignment", "uniformity", SUM, "mean_cosine", "effective_rank", "hubness")
        ]
        ordered = sorted(self.trained, key=lambda record: -(record.scores.get(MAIN[0]) or 0))
        rows = [
            [
                record.model.label + (" †" if collapsed(record) else ""),
                str(record.model.seed),
                *(_number(record.metrics.get(name)) for name in shown),
                *(_percent(record.scores.get(score)) for score in QUALITIES),
            ]
            for record in ordered
        ]
        note = (
            f"Scores × 100, metrics of the input vectors. † collapsed: an effective rank below {COLLAPSED:g} of "
            "the dimension."
        )
        heads = ["model", "seed", *(name.removeprefix(f"{INPUT}: ") for name in shown), *QUALITIES]
        return note + "\n\n" + markdown_table(heads, rows)

    def _failures(self) -> list[str]:
        failed = [record for record in (*self.records, *self.repeated) if record.failure is not None]
        if not failed:
            return []
        lines = (f"- {record.model.label}, seed {record.model.seed}: {record.failure}" for record in failed)
        return ["These gave no model and are in no figure:", "\n".join(lines)]

    def _method(self) -> str:
        measured, coverage = self.facts["measured"], self.trained[0].coverage if self.trained else {}
        probe = coverage.get("probe")
        lines = [
            f"Positive pairs: {self.facts['positive_pairs']}; the same for all models.",
            f"Alignment with α = {measured['alpha']:g}, uniformity with t = {measured['t']:g}, NT-Xent with a temperature "
            f"of {measured['temperature']:g} and {max(measured['ms']):,} negatives; of more than "
            f"{measured['exact_rows']:,} words, a sample of {measured['sample']:,}, the same for all models. Input-input: "
            "positives and negatives are input vectors too. Input-output: they are output vectors, which is what the losses "
            "score. Words count alike, except in *uniformity by token*, where they count as often as they occur.",
            "nt_xent is the contrastive loss; limit_alignment and limit_uniformity are the two terms of its limit for many "
            "negatives, and limit is their sum; effective_rank is e to the entropy of the singular values; isotropy is "
            "IsoScore; hubness is the skewness of how often a word is a near neighbour; norm_frequency is the rank "
            "correlation of the length of a vector with the count of its word (`w2v geometry` prints all definitions).",
            "Intervals: percentile bootstrap, 95 %, over the settings of the grid, seeds of one setting together. They tell "
            "how much hangs on the choice of settings. The grid is no random sample of all possible models, and of many "
            "intervals one in twenty misses 0 by chance.",
        ]
        if coverage:
            pairs = ", ".join(f"{name} ({found} of {asked})" for name, (found, asked) in coverage["pairs"].items())
            lines += [
                f"Analogies: 3CosAdd; *analogies* among the {RESTRICT:,} most frequent words, of "
                f"{coverage['answered_restricted']:,} questions with known words; *analogies, full* among all words, of all "
                f"{coverage['questions']:,} questions.",
                f"Similarity: the mean of Spearman's correlations on {pairs}.",
            ]
        if probe:
            lines.append(
                f"Probe: logistic regression on unit vectors, {self.facts['probe']['folds']} folds, {probe['words']:,} "
                f"words of {probe['categories']} categories; the largest category has {_percent(probe['majority'])} %."
            )
        return "\n".join(f"- {line}" for line in lines)


_CORRELATIONS = (
    "Spearman's ρ of each metric with each score over all models, with 95 % intervals; in bold where the interval does not "
    "contain 0. ↓ marks what theory wants low: there, a negative ρ agrees with it."
)


def write_report(folder: PathLike, report: Report) -> None:
    """Write ``report.md``, ``report.json`` and the figures; the folder can be copied anywhere as it is.

    Raises
    ------
    OutputError
        If a file cannot be written.
    MissingExtraError
        If matplotlib is not installed.
    """
    name = os.fsdecode(folder)
    draw(name, report.trained, [r for r in report.repeated if r.failure is None], report.views)
    text = json.dumps(report.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
    for file, content in ((DATA, text + "\n"), (REPORT, report.markdown())):
        with atomic_write(os.path.join(name, file)) as stream:
            stream.write(content.encode())


def _figure(name: str) -> str:
    return f"![{name.removesuffix('.png')}]({name})\n\n*{FIGURES[name]}*"


def _correlations(correlations: Sequence[Correlation]) -> str:
    found = {(c.metric, c.score): c for c in correlations}
    rows = [
        [metric.towers, metric.name + (" ↓" if metric.lower_is_better else "")]
        + [_cell(found.get((metric.key, score))) for score in QUALITIES]
        for metric in METRICS
        if any((metric.key, score) in found for score in QUALITIES)
    ]
    return markdown_table(["towers", "metric", *QUALITIES], rows)


def _cell(correlation: Correlation | None) -> str:
    if correlation is None or correlation.rho is None:
        return "–"
    text = show(correlation)
    return f"**{text}**" if correlation.sign else text


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace("-", "−")
