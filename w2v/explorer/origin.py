"""How vectors were made: facts, loss curve, trajectory, scores, and the command that makes them again."""

import math
import os
import shlex
from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from w2v.config import TextOptions, TrainConfig, VocabularyConfig
from w2v.corpus.phrase_config import PhraseConfig
from w2v.errors import FormatError
from w2v.facts import facts
from w2v.geometry.trace import Trajectory
from w2v.json_values import as_format_error
from w2v.training.provenance import MAX_SOURCES, Provenance

SECTIONS = {
    "Text": ("sources", "source_files", "text", "read", "vocabulary", "phrases"),
    "Training": ("config",),
    "Run": ("w2v", "isa", "epochs", "epoch_columns", "tokens", "comment"),
}
"""Sections by the entries of the metadata that they are about; what remains is "More"."""
HIDDEN = ("geometry", "geometry_law", "scores", "losses", "numbers")
"""Entries that the page shows elsewhere, or that matter only to programs."""
MOST_FACTS = 200
LISTS = {"keep": "kept", "drop": "dropped"}


def sections(metadata: Mapping[str, Any]) -> list[tuple[str, list[dict[str, str]]]]:
    """Return what the metadata says, by section, as labels and values.

    Folders of the corpus are left out: a page is made to be sent, and they name people and machines.
    """
    known = dict(metadata)
    if isinstance(known.get("sources"), list):
        known["sources"] = [_place(str(source)) for source in known["sources"]]
    taken = {*HIDDEN, *sum(SECTIONS.values(), ())}
    groups = {title: {key: known[key] for key in keys if key in known} for title, keys in SECTIONS.items()}
    groups["More"] = {key: value for key, value in known.items() if key not in taken}
    found = []
    for title, entries in groups.items():
        rows = [{"label": label, "value": value} for label, value in facts(entries)[:MOST_FACTS]]
        if rows:
            found.append((title, rows))
    return found


def losses(metadata: Mapping[str, Any], name: str) -> list[tuple[int, float]]:
    """Return the number of each epoch, from 1, and its mean loss."""
    made = provenance(metadata, name)
    return [] if made is None else [(r.epoch + 1, r.loss) for r in made.reports if math.isfinite(r.loss)]


def trajectory(metadata: Mapping[str, Any], name: str) -> Trajectory | None:
    """Return alignment, uniformity and loss during training, if they were recorded.

    Raises
    ------
    FormatError
        If what the file says of them is not of its type.
    """
    with as_format_error(name):
        return Trajectory.from_dict(dict(metadata))


def provenance(metadata: Mapping[str, Any], name: str) -> Provenance | None:
    """Return the record of a training run by w2v; None if there is none, or it is of another version."""
    if "config" not in metadata:
        return None
    try:
        return Provenance.from_metadata(dict(metadata), name)
    except FormatError:
        return None


def command(metadata: Mapping[str, Any], name: str) -> str:
    """Return the command that trains such vectors again; "" if it is unknown, as of a corpus that was no file.

    Examples
    --------
    >>> from w2v import TextOptions, TrainConfig, VocabularyConfig
    >>> made = Provenance(TrainConfig(window=10), VocabularyConfig(), TextOptions(), sources=("/home/me/news.txt",))
    >>> command(made.to_metadata(), "news.safetensors")
    'w2v train news.txt -o news.safetensors --window 10'
    """
    made = provenance(metadata, name)
    if made is None or not made.sources:
        return ""
    sources = [_place(source) for source in made.sources]
    if isinstance(metadata.get("source_files"), int) and metadata["source_files"] > MAX_SOURCES:
        sources.append("...")
    words = ["w2v", "train", *map(shlex.quote, sources), "-o", shlex.quote(name)]
    parts = [*words, *_parameters(made.config), *_text(made), *_words(made.vocabulary), *_phrases(made)]
    return " ".join(parts) + _lists(metadata)


def _place(source: str) -> str:
    """Return a source without what is nobody's business: folders of this machine, passwords, signatures."""
    if "://" not in source or source.startswith("file://"):
        name = os.path.basename(source.rstrip("/\\"))
        return f"./{name}" if name.startswith("-") else name
    parts = urlsplit(source)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _option(name: str, value: Any) -> list[str]:
    flag = "--" + name.replace("_", "-")
    if isinstance(value, bool):
        return [flag if value else flag.replace("--", "--no-", 1)]
    return [flag, shlex.quote(repr(value) if isinstance(value, float) else str(value))]


def _parameters(config: TrainConfig) -> list[str]:
    used = [f for f in fields(config) if config.objective in f.metadata.get("of", (config.objective,))]
    return [
        part
        for f in used
        if getattr(config, f.name) != f.default
        for part in _option(f.metadata.get("flag") or f.name, getattr(config, f.name))
    ]


def _text(made: Provenance) -> list[str]:
    text, usual = made.text, TextOptions("whitespace")
    given = {"tokenizer": text.tokenizer, "encoding": text.encoding, "errors": text.errors, "column": text.column}
    parts = [part for key, value in given.items() if value != getattr(usual, key) for part in _option(key, value)]
    return [*parts, *(["--as-lines"] if text.as_lines else [])]


def _words(selection: VocabularyConfig | None) -> list[str]:
    if selection is None:
        return []
    usual = VocabularyConfig()
    names = [n for n in ("min_count", "max_final_vocab") if getattr(selection, n) != getattr(usual, n)]
    return [part for name in names for part in _option(name, getattr(selection, name))]


def _phrases(made: Provenance) -> list[str]:
    known = made.more.get("phrases")
    if not isinstance(known, dict):
        return []
    usual, parts = PhraseConfig(), ["--phrases"]
    for name in ("min_count", "scoring", "rounds"):
        if isinstance(known.get(name), (int, str)) and known[name] != getattr(usual, name):
            parts += _option(f"phrases_{name}", known[name])
    return parts


def _lists(metadata: Mapping[str, Any]) -> str:
    """Name the lists of words that the file records only the length of."""
    known = metadata.get("vocabulary")
    used = [f"--{k}" for k in ("keep", "drop") if isinstance(known, dict) and known.get(f"{LISTS[k]}_words")]
    return f"  # and the words of {' and '.join(used)}" if used else ""
