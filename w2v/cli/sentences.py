"""``w2v sentences encode|train|evaluate|compare``: vectors of sentences from vectors of words."""

import os
from dataclasses import replace
from typing import Any

import click

from w2v.arguments import amount
from w2v.atomic_files import check_writable
from w2v.cli.command import (
    Command,
    check_file_output,
    check_folder_output,
    quiet_option,
    require,
    text_file_options,
    tokenizer_option,
)
from w2v.cli.inputs import lenient_option, read_vectors
from w2v.cli.output import emit, json_option, tell
from w2v.cli.paths import WRITTEN_FILE, WRITTEN_FOLDER, FileOr
from w2v.config import TextOptions
from w2v.errors import ConfigError
from w2v.experiments.sentence_pairs.journal import FILE
from w2v.experiments.sentence_pairs.report import PICTURES, REPORT
from w2v.experiments.sentence_pairs.runner import BUDGET, compare_pairs
from w2v.file_names import check_name
from w2v.formats import check_native_name, is_native, read_metadata
from w2v.sentences import Sentences, SentenceTraining
from w2v.sentences.augmentations import AUGMENTATIONS
from w2v.sentences.files import ARRAY
from w2v.sentences.lessons import FROM_TEXT
from w2v.sentences.weights import SCHEMES

COLUMNS = click.option(
    "--columns",
    metavar="A,B,SCORE",
    help="columns of the two sentences and the score in files of pairs, by number from 1 or by name in their header",
)


@click.group()
def sentences() -> None:
    """Encode sentences, train on pairs of them, and evaluate."""


def encoder_options(function: Any) -> Any:
    """Add the options by which a file of vectors becomes an encoder."""
    saved = "  [default: as saved with the encoder, or "
    options = (
        click.option("--weights", type=click.Choice(SCHEMES), help=f"weights of words{saved}sif]"),
        click.option(
            "--a", type=float, default=None, help=f"frequency at which sif gives half the weight{saved}0.001]"
        ),
        click.option(
            "--centre/--no-centre", default=None, help=f"take away what all sentences have in common{saved}--centre]"
        ),
        tokenizer_option(None),
        text_file_options(of_model=True),
        lenient_option,
    )
    for option in reversed(options):
        function = option(function)
    return function


def read_encoder(path: str, given: dict[str, Any]) -> Sentences:
    """Read an encoder that was saved, or make one of vectors of words; ``given`` are the options of `encoder_options`."""
    options = None if given["tokenizer"] is None else TextOptions(given["tokenizer"])
    if is_native(path) and "sentences" in read_metadata(path)["metadata"]:
        for name in (name for name in ("weights", "a", "centre") if given[name] is not None):
            raise ConfigError(f"--{name} must be left out for an encoder that was saved: got {path}")
        made = Sentences.load(path, options)
    else:
        words = read_vectors(path, given["lenient"])
        require("--weights sif", given["weights"] in (None, "sif"), "a")
        a = 1e-3 if given["a"] is None else given["a"]
        made = Sentences(words, given["weights"] or "sif", a, given["centre"] is not False, options)
    made.read_with(read_as(made.text, given))
    return made


def read_as(options: TextOptions, given: dict[str, Any]) -> TextOptions:
    """Return options of an encoder with those of `text_file_options` that were given."""
    named = {name: given[name] for name in ("encoding", "errors", "column") if given[name] is not None}
    return replace(options, as_lines=given["as_lines"], **named)


@sentences.command(cls=Command)
@click.argument("vectors")
@click.argument("text", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    metavar="OUT.npy",
    type=WRITTEN_FILE,
    required=True,
    help="file for the array, one row per line of TEXT",
)
@click.option("--fit", "fitted", metavar="FILE", help="estimate what sentences have in common from this text first")
@encoder_options
@quiet_option
@json_option
def encode(
    vectors: str, text: tuple[str, ...], output: str, fitted: str | None, quiet: bool, as_json: bool, **options: Any
) -> None:
    """Encode each line of TEXT as a vector of length 1.

    VECTORS is a file of word vectors with counts, or an encoder that `w2v sentences train` wrote. Lines without a known word
    become zeros, and are counted in the report.
    """
    check_file_output(output, lambda: check_name(output, ARRAY))
    check_writable(output)
    encoder = read_encoder(vectors, options)
    if fitted is not None:
        encoder.fit(fitted)
    done = encoder.encode_file(list(text), output, progress=False if quiet else None)
    emit(done.to_dict(), str(done), as_json)


@sentences.command(cls=Command)
@click.argument("vectors")
@click.argument("text", nargs=-1)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    type=WRITTEN_FILE,
    required=True,
    help="file for the encoder, such as encoder.safetensors",
)
@click.option(
    "--pairs",
    default="neighbours",
    show_default=True,
    metavar="KIND|FILE",
    type=FileOr(FROM_TEXT),
    help="neighbours: each sentence of TEXT with the next; none, dropout, fixed, deletion, insertion or replacement: each "
    "with itself; or a file of pairs, for which TEXT is left out",
)
@click.option(
    "--min-score", type=float, help="leave out pairs of a file with a lower score  [default: 80 % of the highest]"
)
@click.option("--probe", metavar="FILE", help="scored pairs on which alignment and uniformity are measured on the way")
@COLUMNS
@click.option("--temperature", type=float, default=0.05, show_default=True, help="divides the cosines in the loss")
@click.option("--batch-size", type=int, help="pairs per step  [default: neighbours 1024, else 256]")
@click.option("--epochs", type=int, help="passes over the pairs  [default: neighbours 3, a file 5, else 1]")
@click.option("--steps", type=int, help="number of steps, instead of passes")
@click.option("--alpha", type=float, help="initial learning rate  [default: neighbours and a file 0.03, else 0.01]")
@click.option("--rate", type=float, default=0.1, show_default=True, help="probability of dropout and of other changes")
@click.option("--head", is_flag=True, help="train a linear map of sentences instead of the vectors of words")
@click.option("--seed", type=int, default=1, show_default=True, help="random seed")
@encoder_options
@quiet_option
@json_option
def train(
    vectors: str,
    text: tuple[str, ...],
    output: str,
    pairs: str,
    min_score: float | None,
    probe: str | None,
    columns: str | None,
    temperature: float,
    batch_size: int | None,
    epochs: int | None,
    steps: int | None,
    alpha: float | None,
    rate: float,
    head: bool,
    seed: int,
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Train an encoder on pairs of sentences.

    TEXT is running text: neighbouring sentences should be near each other. They teach more than a sentence with itself, for
    which dropout and the other changes make no difference.
    """
    config = SentenceTraining(temperature, batch_size, epochs, alpha, rate, head, seed, steps)
    check_file_output(output, lambda: check_native_name(output))
    check_writable(output)
    encoder = read_encoder(vectors, options)
    if pairs not in FROM_TEXT and text:
        raise ConfigError(f"TEXT must be left out with --pairs FILE: got {text[0]} and {pairs}")
    if pairs in FROM_TEXT and not text:
        raise ConfigError(f"TEXT must be given with --pairs {pairs}: got none")
    require("--pairs FILE", pairs not in FROM_TEXT, "min_score")
    require("--pairs FILE or --probe FILE", pairs not in FROM_TEXT or probe is not None, "columns")
    require(f"--pairs {' or '.join(AUGMENTATIONS[1:])}", pairs in AUGMENTATIONS[1:], "rate")
    points = encoder.train(
        list(text) or None,
        pairs,
        config,
        min_score=min_score,
        probe=probe,
        columns=columns,
        progress=False if quiet else None,
    )
    encoder.save(output)
    done = encoder.metadata["training"][-1]
    last = points[-1]
    lines = f"{output}: {amount(done['pairs'], 'pair')}, {amount(last.step, 'step')}, loss {last.loss:.4f}"
    emit({"output": output, **done}, lines, as_json)


@sentences.command(cls=Command)
@click.argument("vectors")
@click.argument("pairs", nargs=-1, required=True)
@COLUMNS
@click.option("--fit", "fitted", metavar="FILE", help="estimate what sentences have in common from this text first")
@encoder_options
@json_option
def evaluate(
    vectors: str, pairs: tuple[str, ...], columns: str | None, fitted: str | None, as_json: bool, **options: Any
) -> None:
    """Correlate cosines with human scores of PAIRS, beside random vectors with the same weights.

    PAIRS are files with a score and two sentences per line, separated by tabs, such as those of STS and SICK.
    """
    encoder = read_encoder(vectors, options)
    if fitted is not None:
        encoder.fit(fitted)
    results = {path: encoder.evaluate(path, columns) for path in pairs}
    lines = [f"{path}: {result}" for path, result in results.items()]
    emit({"sets": {path: result.to_dict() for path, result in results.items()}}, "\n".join(lines), as_json)


@sentences.command(cls=Command)
@click.argument("vectors")
@click.argument("text", nargs=-1, required=True)
@click.option("--sts", metavar="FILE", multiple=True, required=True, help="pairs with human scores; may be repeated")
@click.option("--pairs", "labelled", metavar="FILE", help="train on these labelled pairs too")
@click.option(
    "--probe", metavar="FILE", help="scored pairs for alignment and uniformity  [default: the first file of --sts]"
)
@COLUMNS
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="FOLDER",
    type=WRITTEN_FOLDER,
    help="folder for the report, the picture and trainings.jsonl, from which an interrupted comparison continues",
)
@click.option("--steps", type=int, default=BUDGET.steps, show_default=True, help="steps of each training")
@click.option("--batch-size", type=int, default=BUDGET.batch_size, show_default=True, help="pairs per step, at most")
@click.option("--alpha", type=float, default=BUDGET.alpha, show_default=True, help="initial learning rate")
@click.option("--temperature", type=float, default=BUDGET.temperature, show_default=True, help="divides the cosines")
@click.option(
    "--rate", type=float, default=BUDGET.rate, show_default=True, help="probability of dropout and of other changes"
)
@click.option("--seed", type=int, default=BUDGET.seed, show_default=True, help="random seed")
@click.option(
    "--centre/--no-centre", default=True, show_default=True, help="begin without what all sentences have in common"
)
@tokenizer_option(None)
@text_file_options(of_model=True)
@lenient_option
@quiet_option
@json_option
def compare(
    vectors: str,
    text: tuple[str, ...],
    sts: tuple[str, ...],
    labelled: str | None,
    probe: str | None,
    columns: str | None,
    folder: str | None,
    steps: int,
    batch_size: int,
    alpha: float,
    temperature: float,
    rate: float,
    seed: int,
    centre: bool,
    tokenizer: str | None,
    lenient: bool,
    quiet: bool,
    as_json: bool,
    **reading: Any,
) -> None:
    """Compare what encoders learn from different positive pairs, with the same number of steps.

    VECTORS is a file of word vectors with counts, TEXT running text. Each kind of pairs (a sentence with itself, under
    dropout and other changes; neighbouring sentences; labelled pairs) gets a training, and all are scored beside encoders
    before training, and random vectors. With -o, a picture shows their ways through the alignment-uniformity plane (extra
    plot).
    """
    config = SentenceTraining(temperature, batch_size, None, alpha, rate, False, seed, steps)
    if folder is not None:
        check_folder_output(folder)
    words = read_vectors(vectors, lenient)
    split = Sentences(words, "mean").text if tokenizer is None else TextOptions(tokenizer)
    try:
        comparison = compare_pairs(
            words,
            list(text),
            sts,
            folder,
            labelled=labelled,
            probe=probe,
            columns=columns,
            config=config,
            centre=centre,
            options=read_as(split, reading),
            progress=False if quiet else None,
        )
    except KeyboardInterrupt:
        if folder is not None:
            tell(
                f"w2v: the finished trainings are in {os.path.join(folder, FILE)}; the same command continues from there"
            )
        raise
    lines = [str(comparison), "", *comparison.findings]
    if folder is not None:
        lines.append(f"{os.path.join(folder, REPORT)}, with {PICTURES[0]}")
    emit(comparison.to_dict(), "\n".join(lines), as_json)
