"""``w2v compare``: w2v and gensim on the same text."""

from pathlib import Path
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
from w2v.experiments.compare import report
from w2v.experiments.compare.config import SHARED
from w2v.experiments.compare.runner import FOLDER, compare


@command("compare")
@click.argument("corpora", metavar="CORPUS...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    type=WRITTEN_FOLDER,
    default=FOLDER,
    show_default=True,
    help="folder for the report",
)
@click.option(
    "--seeds", type=int, help="scored training runs of each engine, one per seed  [default: 3, or 1 with --quick]"
)
@click.option("--rounds", type=int, help="timed pairs of runs per number of threads  [default: 3, or 1 with --quick]")
@click.option(
    "--workers", type=int, default=0, show_default=True, help="largest number of threads; 0: one per processor"
)
@field_options(TrainConfig, [*SHARED, "objective"])
@click.option("--min-count", type=int, default=5, show_default=True, help="ignore words that occur less often")
@click.option("--pairs", metavar="FILE", multiple=True, help="further word pairs with human scores; may be repeated")
@click.option(
    "--analogies", metavar="FILE", help="analogies in the format of questions-words.txt, to use instead of it"
)
@tokenizer_option()
@text_file_options()
@click.option("--quick", is_flag=True, help="use only the first million words, one seed and one round")
@quiet_option
@json_option
def compare_command(corpora: tuple[str, ...], output: str, quiet: bool, as_json: bool, **options: Any) -> None:
    """Compare w2v with gensim on the same text.

    Trains both engines on CORPUS with the same parameters, and measures speed, memory, quality and geometry.

    Writes report.md, report.json, report.svg, report.png and runs.jsonl to FOLDER. After Ctrl-C, the same command
    continues where it stopped.
    """
    check_folder_output(output)
    progress = False if quiet else None
    try:
        found = compare(Files.at(corpora), output, progress=progress, say=lambda line: tell(f"w2v: {line}"), **options)
    except KeyboardInterrupt:
        if Path(output, "runs.jsonl").exists():
            tell(f"w2v: the finished runs are in {output}; the same command continues from there")
        raise
    emit(found.to_dict(), report.summary(found), as_json)
    tell(f"w2v: the report is in {Path(output, 'report.md')}")
