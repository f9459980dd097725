"""Run a study: read a text once, then train, measure, score and change every model of a grid, and report."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from w2v.arguments import path
from w2v.atomic_files import PathLike
from w2v.config import TextOptions
from w2v.corpus.paths import Files, is_paths
from w2v.evaluation.probe import check_probe
from w2v.evaluation.statistics import scipy_stats
from w2v.experiments.journal import JsonLines, refuse_foreign_reports, refuse_reports_over
from w2v.experiments.study.bench import Plan, StudyBench
from w2v.experiments.study.grid import Model, default_grid
from w2v.experiments.study.journal import FILE, Record, open_journal, read_journal
from w2v.experiments.study.quality import StudyExam
from w2v.experiments.study.report import DATA, REPORT, Report, write_report
from w2v.overwriting import paths_in
from w2v.plotting.plots import check_plot
from w2v.progress import make_bar

BAR = "{desc} {percentage:3.0f}%|{bar}| {elapsed}, {remaining} left{postfix}"


def run(
    corpus: Any,
    folder: PathLike,
    *,
    grid: Sequence[Model] | None = None,
    analogies: PathLike | None = None,
    pairs: Sequence[PathLike] = (),
    sentences: Sequence[PathLike] = (),
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
        Its last tenth is held out from training. Words with at least five occurrences in the rest get vectors.
    folder : path
        Output folder for ``models.jsonl``, with one line per model, and the report: ``report.md``, its data
        (``study.json.gz``) and figures. Models that are in ``models.jsonl`` already are not trained again, if corpus,
        test sets, parameters and version of w2v are the same.
    grid : sequence of Model, optional
        By default `default_grid`. The first setting of an objective is its default.
    analogies, pairs, sentences : path-like, sequence of path-like, optional
        Test sets: analogies, and pairs of words and of sentences with human scores; by default those that come with gensim.
        The probe's categories come from the analogies.
    plan : Plan, optional
    tokenizer, errors, encoding, as_lines, column : as for `w2v.TextOptions`
    progress : bool, optional
        Show a progress bar; by default on terminals.

    Returns
    -------
    Report

    Raises
    ------
    MissingExtraError
        If scikit-learn, scipy or matplotlib is not installed; raised before the corpus is read.
    OutputError
        If the folder cannot be written, or another study is writing it.
    ConfigError
        If the folder contains a report that no ``models.jsonl`` belongs to.
    FormatError
        If ``models.jsonl`` is damaged, or another version of w2v study wrote it.
    Also those of `w2v.encode` and of `w2v.experiments.study.quality.StudyExam.read`.
    """
    path("folder", folder)
    check_probe()
    scipy_stats()
    check_plot(REPORT.replace(".md", ".svg"))
    plan = plan or Plan()
    models = tuple(dict.fromkeys(default_grid() if grid is None else grid))
    journal = Path(os.fsdecode(folder), FILE)
    refuse_foreign_reports(journal, (REPORT, DATA))
    text = TextOptions(
        tokenizer=tokenizer, errors=errors, encoding=encoding, as_lines=as_lines, column=column, threads=plan.threads
    )
    texts = paths_in(
        "corpus", corpus.paths if isinstance(corpus, Files) else corpus if is_paths(corpus, text) else None
    )
    scored = [*paths_in("pairs", pairs), *paths_in("analogies", analogies), *paths_in("sentences", sentences)]
    refuse_reports_over(folder, (FILE, REPORT, DATA), [*texts, *scored])
    with open_journal(folder) as book:  # before anything slow, to check that it can be written
        read_journal(folder, "")  # and that this version wrote it
        bench = StudyBench.of(corpus, text, StudyExam.read(analogies, pairs, sentences), plan)
        found = {record.model: record for record in read_journal(folder, bench.setup)}
        found = _go_on(bench, models, found, book, progress)
    report = Report.of(bench.facts, [found[model] for model in models])
    write_report(folder, report)
    return report


def _go_on(
    bench: StudyBench, models: Sequence[Model], found: dict[Model, Record], book: JsonLines, progress: bool | None
) -> dict[Model, Record]:
    """Train the models that have no record yet, those to be changed first; return all records."""
    to_change = changed_settings(models, bench.plan.changed)
    wanted = {model: model.setting in to_change for model in models}
    missing = [
        model
        for model in sorted(models, key=lambda model: not wanted[model])
        if model not in found or (wanted[model] and not found[model].changes and found[model].failure is None)
    ]
    trained = {}
    disable = None if progress is None else not progress
    with make_bar(total=sum(model.cost for model in missing), desc="models", bar_format=BAR, disable=disable) as bar:
        for number, model in enumerate(missing, start=1):
            bar.set_postfix_str(f"{number} of {len(missing)}: {model.label}")
            trained[model] = bench.examine(model, change=wanted[model])
            book.append(trained[model].to_dict())
            bar.update(model.cost)
    return found | trained


def changed_settings(models: Sequence[Model], objectives: Sequence[str]) -> set[Model]:
    """Return the default setting of each of some objectives: the first one of the grid."""
    first: dict[str, Model] = {}
    for model in models:
        first.setdefault(model.objective, model.setting)
    return {first[name] for name in objectives if name in first}
