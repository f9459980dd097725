"""The distribution of single words, p_data, that uniformity and the negatives of NT-Xent are defined by.

Theorem 1 of Wang & Isola (2020) assumes the distribution of the words in the positive pairs (``pairs``). Training draws its
negatives from the noise distribution (``noise``). The others are the vocabulary (``type``) and the text (``token``).
"""

from dataclasses import replace

import numpy as np

from w2v.arrays import Float64
from w2v.corpus.noise import noise_probabilities
from w2v.errors import ConfigError
from w2v.geometry.measurement import Settings
from w2v.geometry.pairs import PositivePairs
from w2v.geometry.space import Space


def with_weighting(settings: Settings, pairs: PositivePairs) -> Settings:
    """Return the settings with the default weighting filled in: ``pairs`` for pairs from a text, otherwise ``type``."""
    if settings.weighting is not None:
        return settings
    return replace(settings, weighting="type" if pairs.margin is None else "pairs")


def word_weights(space: Space, pairs: PositivePairs | None, settings: Settings) -> Float64:
    """Return the weight of each word, not normalised: float64, shape (V,).

    Raises
    ------
    ConfigError
        If words are to be weighted by counts and there are none, or by pairs and there are none.
    """
    if settings.weighting == "pairs":
        if pairs is None:
            raise ConfigError("weighting must be type, token or noise without positive pairs: got 'pairs'")
        return pairs.distribution(len(space))
    if settings.weighting in (None, "type"):
        return np.ones(len(space))
    if space.counts is None:
        raise ConfigError(f"weighting must be 'type' for {space.name}, which has no counts: got {settings.weighting!r}")
    counts = np.asarray(space.counts)
    if settings.weighting == "token":
        return counts.astype(np.float64)
    return np.where(counts > 0, noise_probabilities(counts, settings.ns_exponent), 0.0)
