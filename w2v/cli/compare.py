"""``w2v compare``: w2v and gensim on the same text."""

from pathlib import Path
from typing import Any

import click

from w2v.cli.command import check_folder_output, command, field_options, quiet_option, tokenizer_option
from w2v.cli.output import emit, json_option, tell
from w2v.config import TrainConfig
from w2v.experiments.compare import report
from w2v.experiments.compare.config import SHARED
from w2v.experiments.compare.runner import FOLDER, compare


@command("compare")
@click.argument("corpora", metavar="CORPUS...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="FOLDER", default=FOLDER, show_default=True, help="where the report goes")
@click.option("--seeds", type=int, help="trainings of each engine that are scored  [default: 3; quick: 1]")
@click.option("--rounds", type=int, help="alternating pairs of runs for speed  [default: 3; quick: 1]")
@click.option(
    "--workers", type=int, default=0, show_default=True, help="largest number of threads; 0: one per processor"
)
@field_options(TrainConfig, [*SHARED, "objective"])
@click.option("--min-count", type=int, default=5, show_default=True, help="drop words that occur less often")
@click.option("--pairs", metavar="FILE", multiple=True, help="more word pairs with a human score; may be repeated")
@click.option("--analogies", metavar="FILE", help="questions in Google's format, in place of Google's")
@tokenizer_option()
@click.option("--quick", is_flag=True, help="the first million words, one seed, one round")
@quiet_option
@json_option
def compare_command(corpora: tuple[str, ...], output: str, quiet: bool, as_json: bool, **options: Any) -> None:
    """Compare w2v with gensim on the same text.

    Both engines are trained on CORPUS with the same parameters; speed, memory, quality and geometry are measured.

    Writes report.md, report.json, report.png and runs.jsonl to FOLDER. After Ctrl-C the same command goes on.
    """
    check_folder_output(output)
    progress = False if quiet else None
    try:
        found = compare(list(corpora), output, progress=progress, say=lambda line: tell(f"w2v: {line}"), **options)
    except KeyboardInterrupt:
        if Path(output, "runs.jsonl").exists():
            tell(f"w2v: what was measured is in {output}; the same command goes on from there")
        raise
    emit(found.to_dict(), report.summary(found), as_json)
    tell(f"w2v: the report is in {Path(output, 'report.md')}")
