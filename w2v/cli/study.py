"""``w2v study``: are alignment and uniformity related to the quality of word vectors? Train, change, measure, report."""

import os
from typing import Any

import click

from w2v.arguments import amount
from w2v.cli.command import (
    check_folder_output,
    command,
    field_options,
    quiet_option,
    text_file_options,
    tokenizer_option,
)
from w2v.cli.output import emit, json_option, tell
from w2v.cli.paths import WRITTEN_FOLDER
from w2v.config import TrainConfig
from w2v.corpus.paths import Files
from w2v.experiments.study.bench import Plan
from w2v.experiments.study.grid import OBJECTIVES, default_grid, quick_grid
from w2v.experiments.study.journal import FILE
from w2v.experiments.study.report import REPORT, Report, read_report, write_report
from w2v.experiments.study.runner import run


@command(phrases={"lower min_count=5": "words must occur at least 5 times, so use a longer text"})
@click.argument("corpora", metavar="CORPUS...", nargs=-1)
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    type=WRITTEN_FOLDER,
    required=True,
    help=f"folder for the report and for {FILE}, from which an interrupted study continues",
)
@click.option("--quick", is_flag=True, help="train only a few small models")
@click.option(
    "--objective",
    "objectives",
    metavar="NAME",
    multiple=True,
    help=f"objectives of the grid; may be repeated  [default: {', '.join(OBJECTIVES)}]",
)
@click.option("--seeds", type=click.IntRange(1, 100), default=3, show_default=True, help="models of each setting")
@click.option("--pairs", metavar="FILE", multiple=True, help="word pairs with human scores; may be repeated")
@click.option(
    "--analogies",
    metavar="FILE",
    help="analogies in the format of questions-words.txt, from which the probe also takes its categories",
)
@click.option(
    "--sentences",
    metavar="FILE",
    multiple=True,
    help="sentence pairs with human scores; may be repeated. Without --pairs or --analogies, nothing else is scored",
)
@click.option("--data", metavar="FILE", help="make the report of a finished study again, of its study.json.gz")
@tokenizer_option()
@text_file_options()
@field_options(TrainConfig, ["epochs", "seed", "workers"])
@quiet_option
@json_option
def study(
    corpora: tuple[str, ...],
    output: str,
    quick: bool,
    objectives: tuple[str, ...],
    seeds: int,
    pairs: tuple[str, ...],
    analogies: str | None,
    sentences: tuple[str, ...],
    data: str | None,
    tokenizer: str,
    epochs: int,
    seed: int,
    workers: int,
    quiet: bool,
    as_json: bool,
    **text: Any,
) -> None:
    """Study whether alignment and uniformity are related to quality.

    Trains a grid of models on CORPUS without its last tenth, measures them on pairs from that, scores them, changes the
    vectors of some of them, and reports what follows.

    After an interruption, the same command continues where it stopped. The full grid of 126 models takes about 15 minutes
    of processor time on 10 MB of text, and 1.6 hours on 100 MB.
    """
    check_folder_output(output)
    if bool(corpora) == (data is not None):
        raise click.UsageError("either CORPUS or --data must be given: got " + ("both" if corpora else "neither"))
    if data is not None:
        report = read_report(data)
        write_report(output, report)
    else:
        grid = (quick_grid if quick else default_grid)(objectives or OBJECTIVES, seeds, seed)
        try:
            report = run(
                Files.at(corpora),
                output,
                grid=grid,
                analogies=analogies,
                pairs=pairs,
                sentences=sentences,
                plan=Plan(epochs, workers),
                tokenizer=tokenizer,
                **text,
                progress=False if quiet else None,
            )
        except KeyboardInterrupt:
            tell(f"w2v: the finished models are in {os.path.join(output, FILE)}; the same command continues from there")
            raise
    _show(report, output, as_json)


def _show(report: Report, output: str, as_json: bool) -> None:
    page = os.path.join(output, REPORT)
    failed = len(report.records) - len(report.trained)
    lines = [f"{page}: {amount(len(report.trained), 'model')}" + (f", {failed} failed" if failed else "")]
    emit({"output": output, "report": page, **report.to_dict()}, "\n".join([*lines, *report.findings]), as_json)
