"""Weights of words in a sentence: frequent words say little about what it means.

sif     a / (a + p)                     smooth inverse frequency (Arora, Liang & Ma 2017)
usif    a / (a / 2 + p)                 the same with a computed from the counts (Ethayarajh 2018)
mean    1

p is the relative frequency of the word. In uSIF, a = (1 - s) / (s V / 2), where s is the share of words that a sentence of n
words is more likely to contain than a word drawn uniformly: p > 1 - (1 - 1/V)^n. Where s is 0, as for very long texts, all
words have the same weight, the limit of the formula.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.arguments import one_of, positive, wrong_type
from w2v.arrays import Float64
from w2v.errors import ConfigError
from w2v.vectors.keyed_vectors import KeyedVectors

SCHEMES = ("sif", "usif", "mean")
USUAL_LENGTH = 11
"""Words per sentence in uSIF, as in its paper, until `Sentences.fit` has learned it from a text."""

Weights = str | Mapping[str, float]


def frequencies(counts: NDArray[np.int64] | None) -> Float64 | None:
    """Return the relative frequencies of words; None if there are no counts."""
    total = 0 if counts is None else counts.sum(dtype=np.float64)
    return None if counts is None or total <= 0 else np.asarray(counts / total, np.float64)


def word_weights(vectors: KeyedVectors, scheme: Weights, a: float) -> Float64:
    """Return one weight per word; 0 for a zero vector, which has no direction, and for a word that a mapping lacks.

    Raises
    ------
    ArgumentError, ConfigError
        If the weights are none of these, or need counts that the vectors do not have.
    """
    if isinstance(scheme, Mapping):
        found = _given(vectors, scheme)
    else:
        if not isinstance(scheme, str):
            raise wrong_type("weights", f"one of {', '.join(SCHEMES)}, or a mapping of words to numbers", scheme)
        one_of("weights", scheme, SCHEMES)
        p = frequencies(vectors.true_counts())
        if scheme == "mean":
            found = np.ones(len(vectors))
        elif p is None:
            raise ConfigError(
                f'weights must be "mean" or a mapping for vectors without counts: got {scheme!r}; set the counts with '
                'set_vecattr(word, "count", n), or load a file that has them, as those of w2v train do'
            )
        elif scheme == "sif":
            found = sif(p, positive("a", a))
        else:
            found = usif(p, USUAL_LENGTH)
    found[vectors.norms == 0] = 0
    return found


def sif(p: Float64, a: float) -> Float64:
    """Return the weights of smooth inverse frequency for relative frequencies."""
    return a / (a + p)


def usif(p: Float64, length: float) -> Float64:
    """Return uSIF's weights for relative frequencies and a mean length of sentences."""
    words = len(p)
    share = float((p > 1 - (1 - 1 / words) ** max(length, 1.0)).mean())  # never 1: some p is at most 1 / V
    return 1 / (1 / 2 + p * (share * words / 2) / (1 - share))


def _given(vectors: KeyedVectors, weights: Mapping[str, Any]) -> Float64:
    found = np.zeros(len(vectors))
    for row, word in enumerate(vectors.words):
        if word in weights:
            try:
                found[row] = float(weights[word])
            except (TypeError, ValueError):
                raise wrong_type(f"weights[{word!r}]", "a number", weights[word]) from None
    if not (np.isfinite(found) & (found >= 0)).all():
        word = vectors.words[int(np.argmin(np.isfinite(found) & (found >= 0)))]
        raise ConfigError(f"weights must be finite and at least 0: got {weights[word]!r} for {word!r}")
    if not found.any():
        raise ConfigError("weights must give at least one word of the vectors a weight above 0: got none")
    return found
