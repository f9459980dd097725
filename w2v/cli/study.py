"""``w2v study``: do alignment and uniformity predict the quality of word vectors? Train a grid of models and report."""

import os
from dataclasses import replace
from typing import Any

import click

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
from w2v.experiments.study.grid import default_grid, quick_grid
from w2v.experiments.study.journal import FILE
from w2v.experiments.study.runner import Plan, run


@command(phrases={"lower min_count=5": "words must occur at least 5 times, so use a longer text"})
@click.argument("corpora", metavar="CORPUS...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    type=WRITTEN_FOLDER,
    required=True,
    help="folder for the report and for models.jsonl, from which an interrupted study continues",
)
@click.option("--quick", is_flag=True, help="train only a few small models")
@click.option("--pairs", metavar="FILE", multiple=True, help="word pairs with human scores; may be repeated")
@click.option(
    "--analogies",
    metavar="FILE",
    help="analogies in the format of questions-words.txt, from which the probe also takes its categories",
)
@tokenizer_option()
@text_file_options()
@field_options(TrainConfig, ["epochs", "seed", "workers"])
@quiet_option
@json_option
def study(
    corpora: tuple[str, ...],
    output: str,
    quick: bool,
    pairs: tuple[str, ...],
    analogies: str | None,
    tokenizer: str,
    epochs: int,
    seed: int,
    workers: int,
    quiet: bool,
    as_json: bool,
    **text: Any,
) -> None:
    """Study which properties of vectors predict their quality.

    Trains a grid of models on CORPUS, measures and scores each of them, and reports which measures correlate with quality.

    After an interruption, the same command continues where it stopped. The full grid takes about 20 minutes on 20 MB of
    text with two processors; the time is proportional to the size of the text.
    """
    check_folder_output(output)
    plan = Plan(epochs, workers)
    grid = quick_grid() if quick else default_grid()
    grid = tuple(replace(model, seed=model.seed - 1 + seed) for model in grid)
    try:
        report = run(
            Files.at(corpora),
            output,
            grid=grid,
            analogies=analogies,
            pairs=pairs,
            plan=plan,
            tokenizer=tokenizer,
            **text,
            progress=False if quiet else None,
        )
    except KeyboardInterrupt:
        tell(f"w2v: the finished models are in {os.path.join(output, FILE)}; the same command continues from there")
        raise
    page = os.path.join(output, "report.md")
    failed = len(report.records) - len(report.trained)
    lines = [f"{page}: {len(report.trained)} models" + (f", {failed} failed" if failed else "")]
    emit({"output": output, "report": page, **report.to_dict()}, "\n".join([*lines, *report.findings]), as_json)
