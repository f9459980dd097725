"""Methods of `Word2Vec` that make untrained vectors, and that show what training starts from: memory and noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from w2v.annotations import checked
from w2v.corpus.noise import GENSIM_SHARES, cumulative_noise
from w2v.errors import ConfigError
from w2v.training import memory
from w2v.training.matrices import initial_divisor
from w2v.training.objectives import TABLE

if TYPE_CHECKING:
    from w2v.gensim_compat.word2vec import Word2Vec


@checked
def prepare_weights(model: Word2Vec, update: bool = False) -> None:
    """Initialise all vectors; with ``update``, only those of words that have none."""
    if update:
        update_weights(model)
    else:
        init_weights(model)


def init_weights(model: Word2Vec) -> None:
    """Reset the vectors of all words to those of an untrained model."""
    model.rows.vocabulary()
    model.rows.point_to(model.rows.new_matrices(len(model.wv), model.config))


def update_weights(model: Word2Vec) -> None:
    """Add untrained vectors for words that have none, after words were added by assigning to ``wv.index_to_key``."""
    wv, length = model.wv, TABLE[model.objective].initial_length
    old = len(wv.vectors)
    wv.resize_vectors(seed=model.seed)
    if length is not None:  # a cosine objective, whose steps depend on the length of the rows
        wv.vectors[old:] *= np.float32(initial_divisor(wv.vector_size) / initial_divisor(wv.vector_size, length))
    model.rows.bring(model.config)


@checked
def estimate_memory(
    model: Word2Vec, vocab_size: int | None = None, report: dict[str, int] | None = None
) -> dict[str, int]:
    """Return the estimated memory of training in bytes, by gensim's names; ``total`` includes the current process."""
    estimate = memory.estimate_memory(vocab_size or len(model.wv), model.config)
    return {
        **(report or {}),
        "vocab": estimate.vocabulary,
        "vectors": estimate.matrices // 2,
        "syn1neg": estimate.matrices // 2,
        "noise_pool": estimate.noise_pool,
        "workspaces": estimate.workspaces,
        "process": estimate.process,
        "total": estimate.total,
    }


def cum_table(model: Word2Vec) -> NDArray[np.uint32] | None:
    """Return the noise distribution as in gensim, cumulative and scaled to 2**31 - 1, shape (V,); None without words.

    It is computed from the counts on access; the engine draws from the same distribution (`w2v.corpus.noise`).
    """
    if not len(model.wv):
        return None
    return cumulative_noise(model.rows.vocabulary().counts, model.config.ns_exponent)


@checked
def make_cum_table(model: Word2Vec, domain: int = GENSIM_SHARES) -> None:
    """Do nothing, because `cum_table` always follows the current counts."""
    if domain != GENSIM_SHARES:
        raise ConfigError(f"domain must be {GENSIM_SHARES}: got {domain!r}; scale cum_table yourself")
