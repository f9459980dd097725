"""What is known of vectors, for people: the text of ``w2v info``, rows of tables in notebooks and model cards."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from w2v.arguments import amount
from w2v.config import TrainConfig

LABELS = {
    "bytes": "size",
    "schema": "format",
    "dim": "dimensions",
    "dtype": "type",
    "output": "output vectors",
    "attributes": "further attributes",
    "isa": "instruction set",
    "isa_available": "available",
    "memory_available_bytes": "available memory",
    "w2v": "w2v version",
    "python": "Python version",
    "numpy": "NumPy version",
    "columns": "columns of the table",
    "converted_from": "converted from",
    "source_files": "number of corpus files",
    "sources": "corpus",
    "geometry": "geometry recorded",
    "geometry_law": "geometry measured on",
    "text tokenizer": "tokenizer",
    "text column": "column",
    "text as_lines": "tables read as lines",
    "text errors": "bytes that are not UTF-8",
    "read tokens": "words in the corpus",
    "read distinct": "distinct words in the corpus",
    "read sentences": "sentences in the corpus",
    "read replaced": "replaced characters",
    "vocabulary min_count": "min_count",
    "vocabulary max_final_vocab": "max_final_vocab",
    "vocabulary kept_words": "words always kept",
    "vocabulary dropped_words": "words always excluded",
    "tokens trained": "words trained, all epochs",
    "tokens subsampled": "words subsampled, all epochs",
    "tokens isolated": "words without context, all epochs",
}
"""What to call entries whose key does not say it; nested keys are joined by a space."""

ZERO = {"workers": "one per processor", "shards": "none"}
"""What 0 stands for."""

REDUNDANT = (
    *("epoch_columns", "numbers", "read min_count", "read out_of_vocabulary"),
    *("supervision directions", "sentences supervision directions"),
    *(f"sentences common {name}" for name in ("mean", "directions", "shares")),
    *(f"tokens {name}" for name in ("epochs", "in_vocabulary", "out_of_vocabulary", "read", "replaced_characters")),
)
"""Entries that other lines tell, or that matter only to programs."""


LARGEST = 10**300
"""Where numbers that no training gives begin: integers beyond are no floats any more."""


def describe(data: dict[str, Any]) -> str:
    """Format the data of ``w2v info``, one fact per line, with labels and values aligned."""
    metadata = data.get("metadata")
    lines = list(_facts({name: value for name, value in data.items() if name != "metadata" or type(value) is not dict}))
    if isinstance(metadata, dict):
        lines += facts(metadata)
    width = max(len(label) for label, _ in lines)
    return "\n".join(f"{label:{width}}  {value}" for label, value in lines)


def facts(metadata: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what the metadata of vectors says as pairs of label and value; unknown keys are labels themselves.

    Examples
    --------
    >>> facts({"config": {"vector_size": 100, "window": 5}, "sources": ["news.txt"]})
    [('vector_size', '100'), ('window', '5'), ('corpus', 'news.txt')]
    """
    return list(_facts(_without_unused(metadata)))


def _without_unused(metadata: dict[str, Any]) -> dict[str, Any]:
    """Leave out the parameters of objectives that the model was not trained with."""
    config = metadata.get("config")
    if not isinstance(config, dict):
        return metadata
    objective = config.get("objective")
    unused = {f.name for f in fields(TrainConfig) if objective not in f.metadata.get("of", (objective,))}
    return metadata | {"config": {name: value for name, value in config.items() if name not in unused}}


def _facts(data: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        name = f"{prefix}{key}"
        if name in REDUNDANT or value is None:
            continue
        if isinstance(value, dict):
            yield from _facts(value, "" if key == "config" else f"{name} ")
        elif name == "epochs" and _are_numbers(value):
            yield from _losses(value, data.get("epoch_columns"))
        elif name == "geometry" and isinstance(value, list):
            yield LABELS[name], f"{amount(len(value), 'time')} during training"
        else:
            yield LABELS.get(name, name), _value(name, value)


def _losses(rows: list[list[float]], columns: Any) -> Iterator[tuple[str, str]]:
    """Give the loss of the first and the last epoch, and the seconds of all."""
    yield "epochs trained", f"{len(rows):,}"
    if not rows or not isinstance(columns, list) or "loss" not in columns or "seconds" not in columns:
        return
    loss, seconds = columns.index("loss"), columns.index("seconds")
    if min(map(len, rows)) > max(loss, seconds):
        first, last = rows[0][loss], rows[-1][loss]
        yield "loss", f"{last:.4f}" if len(rows) == 1 else f"{first:.4f} in the first epoch, {last:.4f} in the last"
        yield "training time", f"{sum(row[seconds] for row in rows):,.1f} s"


def _are_numbers(rows: Any) -> bool:
    return isinstance(rows, list) and all(
        isinstance(row, list) and all(type(value) in (int, float) and abs(value) < LARGEST for value in row)
        for row in rows
    )


def _value(name: str, value: Any) -> str:
    if name in ZERO and value == 0:
        return ZERO[name]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("bytes") and isinstance(value, int) and value < LARGEST:
        return (
            f"{value:,} bytes" if value < 1e6 else f"{value / 1e6:,.1f} MB" if value < 1e9 else f"{value / 1e9:,.1f} GB"
        )
    if isinstance(value, int):
        return str(value) if name == "seed" else f"{value:,}"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return " ".join(str(value).split())
