"""The description of vectors for people who find them: a model card in Markdown, written from their metadata."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from w2v.arguments import amount
from w2v.facts import facts
from w2v.vectors.neighbours import most_similar_batch
from w2v.vectors.store import VectorStore

TAGS = ("w2v", "word2vec", "word-embeddings", "static-embeddings", "model2vec", "sentence-transformers")
# Sections by the entries of the metadata that they are about.
SECTIONS = {
    "Text": ("sources", "source_files", "text", "read", "vocabulary"),
    "Parameters": ("config",),
    "Training": ("epochs", "epoch_columns", "tokens", "isa", "comment"),
}
EXAMPLES, NEIGHBOURS = 6, 5
# The most frequent words are function words, whose neighbours say little.
FIRST_EXAMPLE = 200


def model_card(
    store: VectorStore,
    name: str,
    metadata: Mapping[str, Any],
    license: str | None = None,
    language: str | Sequence[str] | None = None,
) -> str:
    """Return the card: how to use the vectors, the text, parameters, scores and geometry, and some neighbours.

    Parameters
    ----------
    name : str
        Of the folder or repository, for the heading and the examples.
    metadata : mapping
        Scores are those in ``metadata["scores"]``, a mapping of the name of each to a number.
    license, language : str, optional
        As the Hugging Face Hub names them, such as ``"cc-by-sa-4.0"`` and ``"en"``.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["the", "cat"], [[1, 0], [0, 1]])
    >>> print(model_card(vectors, "me/cats", {"scores": {"simlex": 0.4}}, language="en")[:79])
    ---
    language: "en"
    library_name: "model2vec"
    pipeline_tag: "feature-extraction"
    """
    rest = {key: value for key, value in metadata.items() if key not in sum(SECTIONS.values(), ())}
    parts = [
        _front_matter(license, language),
        f"# {_text(name)}",
        f"{amount(len(store), 'word vector')} of {amount(store.vector_size, 'dimension')}, trained with "
        f"[w2v](https://pypi.org/project/w2v/){_version(rest)} (skip-gram with negative sampling).",
        _use(name),
    ]
    for title, keys in SECTIONS.items():
        parts += _table(title, facts({key: metadata[key] for key in keys if key in metadata}))
    scores = metadata.get("scores")
    if isinstance(scores, Mapping):
        parts += _table("Scores", [(str(test), _number(score)) for test, score in scores.items()])
    parts += _table("Geometry", _geometry(metadata))
    parts += _neighbours(store)
    return "\n\n".join(parts) + "\n"


def _front_matter(license: str | None, language: str | Sequence[str] | None) -> str:
    fields = {
        "language": language,
        "license": license,
        "library_name": "model2vec",
        "pipeline_tag": "feature-extraction",
        "tags": list(TAGS),
    }
    # JSON is YAML, and quotes what YAML would take for something else, such as the language "no".
    lines = [f"{key}: {json.dumps(value)}" for key, value in fields.items() if value is not None]
    return "\n".join(["---", *lines, "---"])


def _version(metadata: Mapping[str, Any]) -> str:
    return f" {metadata['w2v']}" if isinstance(metadata.get("w2v"), str) else ""


def _use(name: str) -> str:
    quoted = json.dumps(name, ensure_ascii=False)
    return f"""## Use

```python
from w2v import KeyedVectors

vectors = KeyedVectors.from_hub({quoted})  # words: neighbours, analogies, similarity

from model2vec import StaticModel

model = StaticModel.from_pretrained({quoted})  # texts: the mean of the vectors of their known words

from sentence_transformers import SentenceTransformer

model = SentenceTransformer({quoted})  # the same
```"""


def _geometry(metadata: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the last point of the trajectory that training recorded."""
    points = metadata.get("geometry")
    last = points[-1] if isinstance(points, list) and points else None
    if not isinstance(last, Mapping):
        return []
    names = [("alignment", "alignment"), ("uniformity", "uniformity"), ("epoch", "measured after epochs")]
    found = [(label, _number(last[key])) for key, label in names if key in last]
    return [*found, ("positive pairs", str(metadata.get("geometry_law", "not recorded")))]


def _neighbours(store: VectorStore) -> list[str]:
    words = store.index_to_key[FIRST_EXAMPLE:][:EXAMPLES] or store.index_to_key[:EXAMPLES]
    if len(store) < 2:
        return []
    found = most_similar_batch(store, words, topn=NEIGHBOURS)
    rows = [(str(word), ", ".join(str(near) for near, _ in answer)) for word, answer in zip(words, found, strict=True)]
    return _table("Neighbours of some words", rows, ("word", "most similar words"))


def _table(title: str, rows: Iterable[tuple[str, str]], head: tuple[str, str] = ("", "")) -> list[str]:
    lines = [f"| {_text(label)} | {_text(value)} |" for label, value in rows]
    return [f"## {title}", "\n".join([f"| {head[0]} | {head[1]} |", "|---|---|", *lines])] if lines else []


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _text(text: str) -> str:
    r"""Escape what Markdown and HTML would take for something else.

    >>> _text("a|b <c>")
    'a\\|b &lt;c&gt;'
    """
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join("\\" + letter if letter in "\\|`*_[]#" else letter for letter in plain)
