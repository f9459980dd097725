"""The report of a study, as Markdown with figures and as JSON."""

import json
import os
from collections.abc import Iterator, Sequence
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
from w2v.geometry import Settings, uniform
from w2v.geometry import collapsed as collapsed_vectors

REPORT, DATA = "report.md", "report.json"

REFERENCE = """\
For comparison, the image encoders of Wang & Isola (2020, arXiv 2005.10242), with the top-1 accuracy of a linear probe on
ImageNet-100: 72.80 with only the contrastive loss (τ = 0.07), and 74.60, the best of all, with only 3 x alignment (α = 2)
+ uniformity (t = 3)."""


@dataclass(frozen=True, eq=False)
class Report:
    """The results of a study.

    Attributes
    ----------
    facts : dict
        What all models share: corpus, epochs, test sets, parameters of the measurements.
    records : tuple of Record
        The models of the grid.
    repeated : tuple of Record
        The selected settings with held-out seeds.
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
        """The findings in words."""
        return findings(self.views, self.choices)

    @property
    def trained(self) -> list[Record]:
        """The models of the grid whose training did not fail."""
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
        """Return the report as Markdown; its figures are in the same folder."""
        parts = [
            "# Do alignment and uniformity predict the quality of word vectors?",
            self._introduction(),
            "## Findings",
            "\n".join(f"- {finding}" for finding in self.findings),
            "## The plane",
            _figure("plane-input-input.png"),
            _figure("plane-input-output.png"),
            "## Rank correlations",
            _CORRELATIONS,
            _correlations(self.views[EVERYTHING]),
            _figure("correlations.png"),
            "Partial rank correlations, controlling for the dimension and the frequency weighting (ns_exponent):",
            _correlations(self.views[FIXED]),
            "## Subsets of the models",
            "Alignment, uniformity and their sum, over subsets of the grid, and with more parameters held fixed:",
            self._views(),
            "## The best setting of each objective",
            self._best(),
            REFERENCE,
            _figure("objectives.png"),
            "## All models",
            self._models(),
            *self._failures(),
            "## Methods",
            self._method(),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _introduction(self) -> str:
        corpus = self.facts["corpus"]
        return (
            f"{len(self.trained)} models were trained on {corpus['words']:,} words "
            f"({', '.join(corpus['names']) or 'a text'}; vocabulary of {corpus['vocabulary']:,} words; "
            f"epochs per model: {self.facts['epochs']}), measured with the metrics of contrastive learning, and scored on "
            "analogies, human word similarity and a linear probe for word categories. According to theory (Wang & Isola "
            "2020), representations are better if they have lower alignment (positive pairs are closer) and lower "
            "uniformity (vectors are spread more evenly). Written by `w2v study`."
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
            f"The best setting of each objective has the highest mean rank over {', '.join(MAIN)} in the grid. Scores "
            f"used for selection are optimistic, so each selected setting was trained again with {seeds} held-out seeds: "
            "the first number is the mean over these, and the number in brackets is the score in the grid. The test sets "
            "are the same, so some optimism remains. Scores × 100.\n\n"
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
        for label, metrics in self._without_information():
            values = [_number(metrics.get(name)) for name in shown]
            rows.append([label, "", *values, *(_percent(None) for _ in QUALITIES)])
        note = (
            f"Scores × 100; metrics of the input vectors. † collapsed: the effective rank is below {COLLAPSED:g} times "
            "the dimension. The last rows are what vectors without information would have; random vectors have nearly the "
            "metrics of uniform ones."
        )
        heads = ["model", "seed", *(name.removeprefix(f"{INPUT}: ") for name in shown), *QUALITIES]
        return note + "\n\n" + markdown_table(heads, rows)

    def _without_information(self) -> Iterator[tuple[str, dict[str, float]]]:
        """Yield collapsed vectors, and uniform ones of each dimension, with their metrics of input vectors."""
        settings = Settings(**{name: self.facts["measured"][name] for name in ("alpha", "t", "temperature", "ms")})
        dims = sorted({record.model.vector_size for record in self.trained})
        found = {"collapsed vectors": collapsed_vectors(settings)}
        found |= {f"uniform vectors, dim {dim}": uniform(settings, dim) for dim in dims}
        for label, values in found.items():
            both = {SUM: values["alignment"] + values["uniformity"]}
            yield label, {f"{INPUT}: {name}": value for name, value in (values | both).items()}

    def _failures(self) -> list[str]:
        failed = [record for record in (*self.records, *self.repeated) if record.failure is not None]
        if not failed:
            return []
        lines = (f"- {record.model.label}, seed {record.model.seed}: {record.failure}" for record in failed)
        return ["These models failed and are not included in any table or figure:", "\n".join(lines)]

    def _method(self) -> str:
        measured, coverage = self.facts["measured"], self.trained[0].coverage if self.trained else {}
        probe = coverage.get("probe")
        lines = [
            f"Positive pairs: {self.facts['positive_pairs']}. All models use the same pairs.",
            f"Metrics: alignment with α = {measured['alpha']:g}, uniformity with t = {measured['t']:g}, NT-Xent with a "
            f"temperature of {measured['temperature']:g} and {max(measured['ms']):,} negatives. With more than "
            f"{measured['exact_rows']:,} words, a random sample of {measured['sample']:,} words is used, the same for all "
            "models. In input-input metrics, positives and negatives are input vectors too; in input-output metrics they "
            "are output vectors, as in the training losses. Words are weighted equally, except in *uniformity by token*, "
            "where they are weighted by their counts.",
            "nt_xent is the contrastive loss; limit_alignment and limit_uniformity are the two terms of its limit for many "
            "negatives, and limit is their sum; effective_rank is the exponential of the entropy of the singular values; "
            "isotropy is IsoScore; hubness is the skewness of how often a word is among the nearest neighbours of another; "
            "norm_frequency is the rank correlation of the length of a vector with the count of its word. (`w2v geometry` "
            "prints all definitions.)",
            "Intervals: 95 % percentile bootstrap over the settings of the grid; the seeds of a setting are resampled "
            "together. They show how much a result depends on the choice of settings. The grid is not a random sample of "
            "all possible models, and about one interval in twenty excludes 0 by chance.",
        ]
        if coverage:
            pairs = ", ".join(f"{name} ({found} of {asked})" for name, (found, asked) in coverage["pairs"].items())
            lines += [
                f"Analogies: 3CosAdd. *analogies*: only the {RESTRICT:,} most frequent words are candidates, and only the "
                f"{coverage['answered_restricted']:,} questions with such words count; *analogies, full*: all words are "
                f"candidates, and all {coverage['questions']:,} questions count.",
                f"Similarity: mean of Spearman's rank correlations on {pairs}.",
            ]
        if probe:
            lines.append(
                f"Probe: logistic regression on unit vectors with {self.facts['probe']['folds']}-fold cross-validation, "
                f"{probe['words']:,} words in {probe['categories']} categories; the largest category has "
                f"{_percent(probe['majority'])} % of the words."
            )
        return "\n".join(f"- {line}" for line in lines)


_CORRELATIONS = (
    "Spearman's ρ of each metric with each score over all models, with 95 % intervals; bold if the interval does not "
    "contain 0. ↓ marks metrics for which the theory claims that lower is better; there, a negative ρ agrees with it."
)


def write_report(folder: PathLike, report: Report) -> None:
    """Write ``report.md``, ``report.json`` and the figures into one folder.

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
    return markdown_table(["vectors", "metric", *QUALITIES], rows)


def _cell(correlation: Correlation | None) -> str:
    if correlation is None or correlation.rho is None:
        return "–"
    text = show(correlation)
    return f"**{text}**" if correlation.sign else text


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace("-", "−")
