"""Documents as scikit-learn's text steps take them, and how they are split into words."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from w2v.arguments import shown
from w2v.config import NAMED_TOKENIZERS
from w2v.corpus.segmenters import Segmenter
from w2v.corpus.tokenizers import WHITESPACE, WORDS, find_tokenizer, split_words, tokenizer_of
from w2v.errors import ArgumentError
from w2v.vectors.store import VectorStore

Splitter: TypeAlias = Callable[[str], list[str]]


def documents_of(documents: Any) -> list[Any]:
    """Return documents as a list of strings and lists of words.

    Raises
    ------
    ArgumentError
        If it is one string, a table, or a document is something else, such as NaN; the message says which.
    """
    if isinstance(documents, str | bytes | Mapping) or not isinstance(documents, Iterable):
        raise ArgumentError(f"documents must be a list of strings: got {shown(documents)}")
    if hasattr(documents, "columns") or getattr(documents, "ndim", 1) != 1:
        raise ArgumentError(
            f"documents must be a list of strings, or one column of a table: got a {type(documents).__name__} with "
            f"{getattr(documents, 'ndim', 2)} dimensions; pass a column"
        )
    listed = [item.as_py() if hasattr(item, "as_py") else item for item in documents]
    for place, document in enumerate(listed):
        if not isinstance(document, str | list | tuple):
            raise ArgumentError(
                f"document {place} must be a string or a list of words: got {shown(document)}; replace or drop it first"
            )
    return listed


def words_of(document: Any, split: Splitter) -> Iterable[Any]:
    """Return the words of a document; one that is a list of them is left as it is."""
    return split(document) if isinstance(document, str) else document


def splitter(tokenizer: Any, vectors: VectorStore | None) -> Splitter:
    """Return the function that splits a string into words: as told, as the vectors tell (`tokenizer_of`), or "words".

    Raises
    ------
    ConfigError
        If the vectors were made with a tokenizer that is not part of them.
    """
    if callable(tokenizer):
        return _checked(tokenizer)
    known = WORDS if vectors is None else tokenizer_of(vectors.metadata, vectors.index_to_key)
    if tokenizer is None and known not in NAMED_TOKENIZERS:
        raise ArgumentError(
            "tokenizer must be passed, because the vectors were made with one that is not part of them: got "
            f"{shown(known)}"
        )
    found = find_tokenizer(tokenizer or known)
    if found == WHITESPACE:
        return str.split
    if found == WORDS:
        return split_words
    if isinstance(found, Segmenter):
        return lambda text: split_words(" ".join(found.split(text)))
    return lambda text: list(found.encode(text).tokens)


def _checked(tokenizer: Callable[[str], Any]) -> Splitter:
    def split(text: str) -> list[str]:
        words = tokenizer(text)
        if isinstance(words, str) or not isinstance(words, Iterable):
            raise ArgumentError(f"tokenizer must return a list of words: got {shown(words)}")
        return list(words)

    return split
