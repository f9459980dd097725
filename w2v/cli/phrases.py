"""``w2v phrases``: find the phrases of a text; and the options of ``w2v train`` that merge them."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import click

from w2v.atomic_files import check_writable
from w2v.cli.command import (
    check_file_output,
    command,
    given,
    quiet_option,
    require,
    text_file_options,
    tokenizer_option,
    with_options,
)
from w2v.cli.option_names import named
from w2v.cli.output import emit, json_option
from w2v.cli.paths import WRITTEN_FILE
from w2v.config import TextOptions
from w2v.corpus.paths import Files
from w2v.corpus.phrase_config import ENGLISH_CONNECTOR_WORDS, PhraseConfig
from w2v.corpus.phrase_table import EXTENSIONS, PhraseTable
from w2v.corpus.phrases import WantedPhrases
from w2v.corpus.phrases import phrases as find_phrases
from w2v.corpus.tokenizers import find_tokenizer
from w2v.errors import ConfigError
from w2v.evaluation.test_sets import read_text
from w2v.file_names import check_name

SHOWN = 10
PREFIX = "phrases"
FIELDS = ("min_count", "threshold", "scoring", "rounds", "connector_words")


def phrase_options(prefix: str = "") -> Callable[[Any], Any]:
    """Return a decorator that adds the options of `PhraseConfig`; a prefix tells them from those of the vocabulary."""
    flag = f"--{prefix}-" if prefix else "--"
    about = f"{prefix}: " if prefix else ""
    options = (
        click.option(
            f"{flag}min-count",
            type=int,
            default=PhraseConfig.min_count,
            show_default=True,
            help=f"{about}ignore pairs of words that occur less often",
        ),
        click.option(
            f"{flag}threshold",
            type=float,
            help=f"{about}score above which a pair is a phrase: higher means fewer  [default: 10, or 0.5 for npmi]",
        ),
        click.option(
            f"{flag}scoring",
            type=click.Choice(["default", "npmi"]),
            default="default",
            show_default=True,
            help=f"{about}score of a pair: Mikolov's, or normalised pointwise mutual information",
        ),
        click.option(
            f"{flag}rounds",
            type=int,
            default=PhraseConfig.rounds,
            show_default=True,
            help=f"{about}merge up to 2 words in the first round, up to 4 in the second, and so on",
        ),
        click.option(
            f"{flag}connector-words",
            metavar="FILE",
            help=f"{about}words that may stand inside a phrase (bank_of_america): a file of words, or 'english'",
        ),
    )
    return with_options(options)


def phrase_config(options: dict[str, Any], prefix: str = "") -> PhraseConfig:
    """Return the configuration that the options of `phrase_options` give."""
    start, flag = (f"{prefix}_", f"--{prefix}-") if prefix else ("", "--")
    chosen = {name: options[start + name] for name in FIELDS}
    connectors = chosen["connector_words"]
    chosen["connector_words"] = ENGLISH_CONNECTOR_WORDS if connectors == "english" else _words(connectors)
    with named({name: flag + name.replace("_", "-") for name in FIELDS}):
        return PhraseConfig(**chosen)


def wanted_phrases(options: dict[str, Any]) -> WantedPhrases:
    """Return what the options of ``w2v train`` ask for; raise ConfigError if one of them would have no effect."""
    names = [f"{PREFIX}_{field}" for field in FIELDS]
    if options["phrase_table"] is not None:
        for flag in given(["phrases", *names]):
            raise ConfigError(f"--phrase-table must be used without {flag}: got both; leave one of them out")
        return PhraseTable.load(options["phrase_table"])
    require("--phrases", options["phrases"], *names)
    return phrase_config(options, PREFIX) if options["phrases"] else None


def _words(path: str | None) -> frozenset[str]:
    return frozenset() if path is None else frozenset(read_text(path).split())


@command()
@click.argument("corpora", metavar="CORPUS...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="TSV", type=WRITTEN_FILE, required=True, help="file for the table of phrases")
@phrase_options()
@tokenizer_option()
@text_file_options()
@quiet_option
@json_option
def phrases(corpora: tuple[str, ...], output: str, quiet: bool, as_json: bool, **options: Any) -> None:
    """Find the phrases of a text, such as new_york.

    They are written with their scores; w2v train --phrase-table makes words of them. CORPUS: files, folders, or - for
    standard input, with one sentence per line.
    """
    config = phrase_config(options)
    find_tokenizer(options["tokenizer"])
    check_file_output(output, lambda: check_name(output, *EXTENSIONS))
    check_writable(output)
    text = TextOptions(
        *(options["tokenizer"], options["errors"]),
        encoding=options["encoding"],
        as_lines=options["as_lines"],
        column=options["column"],
    )
    table = find_phrases(Files.at(list(corpora)), config, text, False if quiet else None)
    table.save(output)
    common = sorted(table, key=lambda found: -found.count)[:SHOWN]
    data = {
        "output": output,
        "found": len(table),
        "config": config.to_dict(),
        "most_frequent": [asdict(found) for found in common],
    }
    listed = ", ".join(found.phrase for found in common)
    emit(data, f"{output}: {len(table):,} phrases" + (f"; the most frequent: {listed}" if listed else ""), as_json)
