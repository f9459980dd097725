"""Run a study: read a corpus once, then train, measure and score every model of a grid, and report correlations."""

import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tqdm.auto import tqdm

from w2v.arguments import path
from w2v.atomic_files import PathLike
from w2v.config import TextOptions, TrainConfig
from w2v.corpus.encode import encode
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.errors import GeometryError, TrainingError
from w2v.evaluation.exam import Exam
from w2v.evaluation.probe import ProbeSettings, check_probe
from w2v.evaluation.statistics import scipy_stats
from w2v.experiments.journal import JsonLines, refuse_foreign_reports
from w2v.experiments.study.best_settings import repetitions
from w2v.experiments.study.grid import Model, default_grid, quick_grid
from w2v.experiments.study.journal import FILE, GRID, REPETITION, Record, open_journal, read_journal
from w2v.experiments.study.metrics import DRAWS, SETTINGS, metrics
from w2v.experiments.study.quality import mark, study_exam
from w2v.experiments.study.report import DATA, REPORT, Report, write_report
from w2v.experiments.tables import file_name
from w2v.geometry import PositivePairs, Settings, Space, text_pairs
from w2v.machine import one_thread
from w2v.plotting.plots import check_plot
from w2v.training.checkpoint import STREAMS, fingerprint
from w2v.training.trainer import Trainer
from w2v.version import __version__

BAR = "{desc} {percentage:3.0f}%|{bar}| {elapsed}, {remaining} left{postfix}"
REPETITION_SEEDS = (101, 102)
"""Held-out seeds; where a model of the grid uses one, the next unused number replaces it."""


@dataclass(frozen=True)
class Plan:
    """Parameters of a study besides its grid.

    Attributes
    ----------
    epochs : int
    workers : int
        Number of threads for reading and training; 0: one per processor.
    settings : Settings
        Parameters of the metrics; only the largest of ``ms`` is used.
    probe : ProbeSettings
    seeds : tuple of int
        Held-out seeds with which the best setting of each objective is trained again; a seed of the grid is replaced by the
        next unused number.

    Raises
    ------
    ConfigError
        If epochs or workers are out of range.
    """

    epochs: int = 5
    workers: int = 0
    settings: Settings = SETTINGS
    probe: ProbeSettings = field(default_factory=ProbeSettings)
    seeds: tuple[int, ...] = REPETITION_SEEDS

    def __post_init__(self) -> None:
        self.threads  # noqa: B018  (raises if a number is out of range, before the corpus is read)

    @property
    def threads(self) -> int:
        """Number of threads: ``workers``, or one per processor if that is 0."""
        return TrainConfig(epochs=self.epochs, workers=self.workers).threads


def run(
    corpus: Any,
    folder: PathLike,
    *,
    grid: Sequence[Model] | None = None,
    quick: bool = False,
    analogies: PathLike | None = None,
    pairs: Sequence[PathLike] = (),
    plan: Plan | None = None,
    tokenizer: Any = "whitespace",
    errors: str = "strict",
    encoding: str = "utf-8",
    as_lines: bool = False,
    column: str | None = None,
    progress: bool | None = None,
) -> Report:
    """Run a study, or continue it, and write its report.

    Parameters
    ----------
    corpus : EncodedCorpus, or anything that `w2v.encode` reads
        Words with at least five occurrences get vectors.
    folder : path
        Output folder for ``models.jsonl``, with one line per model, and the report: ``report.md``, ``report.json`` and
        figures. Models that are in ``models.jsonl`` already are not trained again, if corpus, test sets, parameters and
        version of w2v are the same.
    grid : sequence of Model, optional
        By default `default_grid`, or `quick_grid` if ``quick``.
    analogies, pairs : path-like, sequence of path-like, optional
        Test sets; by default those that come with gensim. The probe's categories come from the analogies.
    plan : Plan, optional
    tokenizer, errors, encoding, as_lines, column : as for `w2v.TextOptions`
    progress : bool, optional
        Show a progress bar; by default only in a terminal.

    Returns
    -------
    Report

    Raises
    ------
    ConfigError
        If a parameter is wrong, or the folder contains a report of something else.
    CorpusError
        If the corpus or a test set cannot be read.
    MissingExtraError
        If scikit-learn, scipy or matplotlib are not installed.
    OutputError
        If the folder cannot be written.
    FormatError
        If ``models.jsonl`` is not the journal of a study.
    KeyboardInterrupt
        On Ctrl-C; the same call continues with the interrupted model.
    """
    plan = plan or Plan()
    folder = path("folder", folder)
    text = TextOptions(tokenizer, errors, plan.threads, encoding, as_lines, column)
    check_probe()
    scipy_stats()
    check_plot("report.png")
    models = tuple(dict.fromkeys(grid or (quick_grid() if quick else default_grid())))
    refuse_foreign_reports(Path(os.fsdecode(folder), FILE), (REPORT, DATA))
    with open_journal(folder) as book:  # before anything slow, to check that it can be written
        bench = StudyBench.of(corpus, text, study_exam(analogies, pairs), plan)
        found = {record.model: record for record in read_journal(folder, bench.setup)}
        found = bench.go_on(models, GRID, found, book, progress)
        repeated = repetitions([found[model] for model in models], bench.plan.seeds)
        found = bench.go_on(repeated, REPETITION, found, book, progress)
    report = Report.of(bench.facts, [found[model] for model in models], [found[model] for model in repeated])
    write_report(folder, report)
    return report


@dataclass(frozen=True)
class StudyBench:
    """Everything that all models of a study share."""

    corpus: EncodedCorpus
    exam: Exam
    pairs: PositivePairs
    plan: Plan
    facts: dict[str, Any]

    @classmethod
    def of(cls, source: Any, text: TextOptions, exam: Exam, plan: Plan) -> "StudyBench":
        """Read the corpus and draw the positive pairs."""
        corpus = source if isinstance(source, EncodedCorpus) else encode(source, text=text)
        pairs = text_pairs(corpus, n=DRAWS, held_out=False)
        facts = {
            "corpus": {
                "names": [file_name(name) for name in corpus.sources],
                "sha256": fingerprint(corpus),
                "words": corpus.ledger.tokens,
                "words_in_vocabulary": len(corpus.tokens),
                "vocabulary": len(corpus.vocabulary),
            },
            "epochs": plan.epochs,
            "test_sets": exam.digests,
            "positive_pairs": _without_folder(pairs.law, corpus),
            "measured": plan.settings.to_dict(),
            "probe": asdict(plan.probe),
            "streams": STREAMS,
            "w2v": __version__,
        }
        return cls(corpus, exam, pairs, plan, facts)

    @property
    def setup(self) -> str:
        """Digest of everything that must be equal for a line of the journal to be reused."""
        return hashlib.sha256(json.dumps(self.facts, sort_keys=True).encode()).hexdigest()[:16]

    def go_on(
        self, models: Sequence[Model], stage: str, found: dict[Model, Record], book: JsonLines, progress: bool | None
    ) -> dict[Model, Record]:
        """Train the models that have no record yet; return all records."""
        missing = [model for model in models if model not in found]
        trained = {}
        disable = None if progress is None else not progress
        with tqdm(total=sum(model.cost for model in missing), desc=stage, bar_format=BAR, disable=disable) as bar:
            for number, model in enumerate(missing, start=1):
                bar.set_postfix_str(f"{number} of {len(missing)}: {model.label}")
                trained[model] = self.examine(model, stage)
                book.append(trained[model].to_dict())
                bar.update(model.cost)
        return found | trained

    def examine(self, model: Model, stage: str) -> Record:
        """Train, measure and score one model; a failure is recorded too."""
        words = self.corpus.vocabulary.words
        began = time.perf_counter()
        try:
            trainer = Trainer(self.corpus, model.config(self.plan.epochs, self.plan.workers))
            reports = trainer.run(progress=False)
            trained = time.perf_counter()
            with one_thread():
                values = metrics(self._space(trainer), self.pairs, self.plan.settings)
                measured = time.perf_counter()
                marks = mark(self.exam, words, trainer.vectors, self.plan.probe)
        except (TrainingError, GeometryError) as problem:
            return Record(self.setup, model, stage, str(problem))
        training = {
            "loss": reports[-1].loss,
            "words_per_second": sum(report.tokens for report in reports) / sum(report.seconds for report in reports),
            "seconds": {
                "train": trained - began,
                "measure": measured - trained,
                "score": time.perf_counter() - measured,
            },
        }
        return Record(self.setup, model, stage, None, values, marks.scores, marks.coverage, training)

    def _space(self, trainer: Trainer) -> Space:
        vocabulary, matrices = self.corpus.vocabulary, trainer.matrices
        return Space(trainer.vectors, matrices.output_vectors, vocabulary.counts, words=vocabulary.words)


def _without_folder(law: str, corpus: EncodedCorpus) -> str:
    """Remove folders from the names of the corpus files, because a report may be published."""
    for name in corpus.sources:
        law = law.replace(name, file_name(name))
    return law
