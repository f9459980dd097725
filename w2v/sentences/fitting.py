"""Estimating from a text what sentences have in common, and how long they are."""

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from w2v.annotations import checked
from w2v.errors import ConfigError, CorpusError
from w2v.sentences.bags import Bags
from w2v.sentences.common import Common, Moments
from w2v.sentences.weights import frequencies, usif

if TYPE_CHECKING:
    from w2v.sentences.encoder import Sentences

Encoder = TypeVar("Encoder", bound="Sentences")

MEASURED = 1 << 16
"""Sentences from which uSIF's mean length is learned, so that a text that can be read only once need not be kept."""


@checked
def fit(model: Encoder, text: Any) -> Encoder:
    """Estimate what sentences have in common from a text, one sentence per line, and take it away.

    Use text of your application, never the sentences of a test. It replaces what was estimated before. For "usif", the
    weights too are computed anew, for the mean length of the first sentences (65,536 or a few more).

    Parameters
    ----------
    text : path, list of paths, iterable of str or of lists of words, or table
        As in `w2v.encode`.

    Returns
    -------
    Sentences
        The encoder itself.

    Raises
    ------
    ConfigError
        If the encoder was loaded from a file and had lost a direction as a whole, so that it cannot be put back.
    CorpusError
        If the text cannot be read, or no sentence has a known word.
    """
    if model._start is None:
        raise ConfigError(
            "fit must have the vectors from before the common components were taken away: got an encoder of a file that "
            "does not hold them; make it anew from the vectors of words, and call fit before save"
        )
    parts, weights = model._reader.parts(text), model.weights
    p = frequencies(model.counts)
    if model._by_components and p is not None:
        length, parts = _length(parts)
        weights = (usif(p, length) * (weights > 0)).astype(np.float32)
    table = np.ascontiguousarray(model._start * weights[:, np.newaxis])
    moments = Moments(model.vector_size).add(table, weights, parts)
    if not moments.n:
        raise CorpusError("the text must have a sentence with a known word: got none; check tokenizer and language")
    common = Common.of(moments.first / moments.n, moments.second / moments.n, model._by_components)
    model.weights = weights
    model._without(common)
    model.metadata |= {"centre": True, "fitted": {"sentences": moments.n, "words": moments.words}}
    return model


def _length(parts: Iterator[Bags]) -> tuple[float, Iterator[Bags]]:
    """Return the mean number of words of the first sentences that have a known one, and all parts."""
    seen: list[Bags] = []
    sentences = words = 0
    for bags in parts:
        seen.append(bags)
        known = bags.words[bags.lengths > 0]
        sentences, words = sentences + len(known), words + int(known.sum())
        if sentences >= MEASURED:
            break
    return words / max(sentences, 1), chain(seen, parts)
