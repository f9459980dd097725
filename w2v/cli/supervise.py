"""``w2v supervise`` and ``w2v classify``: vectors and classifiers from labelled words or texts."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from w2v.arguments import number
from w2v.atomic_files import check_writable
from w2v.cli.command import (
    Command,
    check_vectors_output,
    field_options,
    quiet_option,
    text_file_options,
    tokenizer_option,
)
from w2v.cli.inputs import read_vectors
from w2v.cli.output import emit, json_option
from w2v.cli.paths import WRITTEN_FILE
from w2v.cli.sentences import encoder_options, read_encoder
from w2v.config import TextOptions
from w2v.errors import ConfigError, EmptyCorpusError
from w2v.supervision.heads import SupervisionConfig

if TYPE_CHECKING:
    from w2v.supervision import Classifier

OF_TEXTS = ("weights", "a", "centre", "tokenizer")
"""Options of encoders, which say nothing about words."""
AT_ONCE = 1 << 12
"""Items classified together."""

label_column_option = click.option(
    "--label-column", metavar="NAME", help="column that holds the labels of tables; --column holds the words or texts"
)


@click.command(cls=Command)
@click.argument("vectors")
@click.argument("labels")
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    type=WRITTEN_FILE,
    required=True,
    help="file for the vectors, such as classes.safetensors",
)
@click.option(
    "--items",
    type=click.Choice(["words", "texts"]),
    help="what is labelled  [default: texts if most have white space inside, words if hardly any has]",
)
@label_column_option
@click.option(
    "--held-out",
    type=float,
    default=0.3,
    show_default=True,
    help="share of each class that is not trained on, to measure accuracy; 0: train on all, and measure nothing",
)
@field_options(SupervisionConfig)
@encoder_options
@quiet_option
@json_option
def supervise(
    vectors: str,
    labels: str,
    output: str,
    items: str | None,
    label_column: str | None,
    held_out: float,
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Train vectors so that labelled classes are told apart.

    LABELS is a file of lines with two fields and a tab between them: a word and its label, or a label and its text (or a
    text and its label). The labels are the field with fewer different values; what was read is reported. Or it is a table
    (.csv, .tsv, .jsonl, .parquet) with --column and --label-column, or a folder: a subfolder per label, whose files are
    texts, or a file per label, whose lines are.

    VECTORS is a file of word vectors; for texts, it may be an encoder that `w2v sentences train` wrote. OUT is a file of
    vectors again, of all words, and `w2v classify` reads it. Accuracies on held-out items are printed before and after,
    beside LDA and logistic regression if scikit-learn is installed.
    """
    from w2v.supervision import supervise as train
    from w2v.supervision.labelled import LabelSource
    from w2v.supervision.splits import MOST_HELD_OUT

    config = SupervisionConfig(**{name: options.pop(name) for name in SupervisionConfig.__dataclass_fields__})
    number("held_out", held_out, 0.0, MOST_HELD_OUT)
    check_vectors_output(output)
    check_writable(output)
    text = _text_options(options)
    words = read_vectors(vectors, options["lenient"])
    kind: Any = items
    column = options["column"]
    found = LabelSource(labels, kind, column, label_column, text).read(set(words.words))
    for name in (name for name in OF_TEXTS if found.kind == "words" and options[name] is not None):
        raise ConfigError(
            f"{name} must be left out for words: got {options[name]}; {labels} was read as {found.layout}"
        )
    if found.kind == "texts" and not output.lower().endswith(".safetensors"):
        raise ConfigError(f"output must end in .safetensors for texts, to be an encoder too: got {output}")
    model: Any = words
    if found.kind == "texts":
        model = read_encoder(vectors, {**options, "column": None, "encoding": None, "errors": None, "as_lines": False})
    done = train(model, found, config, held_out=held_out, progress=False if quiet else None)
    done.save(output)
    emit({"output": output, **done.report.to_dict()}, f"{done.report}\n\n{output}: {done.classifier!r}", as_json)


@click.command(cls=Command)
@click.argument("classifier")
@click.argument("items", nargs=-1, required=True)
@click.option(
    "--labelled",
    is_flag=True,
    help="ITEMS is one file of labelled items, as LABELS of w2v supervise: print the accuracy",
)
@label_column_option
@tokenizer_option(None)
@text_file_options()
@json_option
def classify(
    classifier: str,
    items: tuple[str, ...],
    labelled: bool,
    label_column: str | None,
    tokenizer: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Name the class of words or texts, or score named ones.

    CLASSIFIER is a file that `w2v supervise` wrote, ITEMS are files with a word or text per line, or tables with --column.
    Each line of the output has the class, its cosine, and the item, with tabs between them; an item without a known word
    has no class.

    With --labelled or --label-column, the classes are compared with the labels of ITEMS.
    """
    from w2v.supervision import Classifier

    text = _text_options(options)
    made = Classifier.load(classifier, None if tokenizer is None else TextOptions(tokenizer))
    if labelled or label_column is not None:
        if len(items) > 1:
            raise ConfigError(f"ITEMS must be one file or folder with --labelled: got {len(items)}")
        scored = made.evaluate(items[0], options["column"], label_column, text)
        emit(scored.to_dict(), str(scored), as_json)
        return
    from w2v.supervision.labelled import read_items

    found: list[dict[str, Any]] = []
    count = 0
    for item, name, cosine in _named(made, read_items(list(items), options["column"], text)):
        if as_json:
            found.append({"item": item, "class": name, "cosine": cosine})
        else:
            click.echo(f"{'' if name is None else name}\t{cosine:.4f}\t{' '.join(item.split())}")
        count += 1
    if not count:
        raise EmptyCorpusError(f"{' and '.join(items)} must contain words or texts: got none; use a different file")
    if as_json:
        emit({"items": found}, "", as_json)


def _named(classifier: "Classifier", items: Iterator[str]) -> Iterator[tuple[str, str | int | None, float]]:
    """Yield each item, its class and the cosine; None and 0 for an unknown one."""
    while part := list(islice(items, AT_ONCE)):
        scores = classifier.scores(part)
        best = scores.argmax(axis=1)
        for item, row, own in zip(part, best.tolist(), scores, strict=True):
            yield item, classifier.labels[row] if own.any() else None, round(float(own[row]), 6)


def _text_options(options: dict[str, Any]) -> TextOptions:
    """Return the options for reading files."""
    text = TextOptions(as_lines=options["as_lines"])
    given = {name: options[name] for name in ("encoding", "errors") if options[name] is not None}
    return replace(text, **given)
