"""The schedule of a run, which depends on the corpus and the configuration alone, never on the machine.

    tokens   |----------------- chunk -----------------|----------------- chunk -------- ...
    offsets  |--sentence--|--sentence--|---piece of a---|--long sentence--|--sentence--| ...

A chunk is the unit of work of a thread, of the random streams, of checkpoints and of Ctrl-C.
"""

import numpy as np
from numpy.typing import NDArray

from w2v.config import TrainConfig
from w2v.corpus.encoded_corpus import EncodedCorpus

CHUNK_OPERATIONS = 1 << 30
"""Floating-point operations per chunk: about a tenth of a second, so that threads stop soon when told to."""
LEAST_CHUNK, MOST_CHUNK = 1 << 8, 1 << 15
"""Tokens."""
CHUNKS_WANTED = 64
"""Enough pieces of work for many threads on a small corpus."""
SMALLEST_SHARE = 1 << 10
"""Tokens; a small corpus is divided into fewer than `CHUNKS_WANTED` chunks rather than into smaller ones."""
WINDOWS_PER_PIECE = 64
"""Shortest piece of a long sentence, in windows: about one pair in a hundred is lost where it is cut, and no more."""


def learning_rate(config: TrainConfig, progress: float) -> float:
    """Return the learning rate at a place of the whole run; it falls linearly from ``alpha`` to ``min_alpha``.

    Parameters
    ----------
    config : TrainConfig
    progress : float
        Share of the tokens of all epochs that come before the place, 0 to 1. The core computes the same for the first
        token of each sentence (``_core.pyx``, ``train_chunk``).
    """
    return config.alpha + (config.min_alpha - config.alpha) * progress if progress < 1 else config.min_alpha


def chunk_tokens(config: TrainConfig) -> int:
    """Return about how many tokens make a chunk."""
    # Per word: window + 1 contexts on average, 6 floating-point operations for each context, target and column.
    per_word = 6 * (config.window + 1) * (1 + config.negative) * config.vector_size
    return max(LEAST_CHUNK, min(MOST_CHUNK, CHUNK_OPERATIONS // per_word))


def divide(corpus: EncodedCorpus, config: TrainConfig) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide a corpus into the chunks of a run; see `divide_into`."""
    return divide_into(corpus, chunk_tokens(config), WINDOWS_PER_PIECE * config.window)


def divide_into(
    corpus: EncodedCorpus, most: int, shortest_piece: int = 1
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide a corpus into chunks of about ``most`` tokens, or smaller ones if it is small.

    Sentences longer than a chunk are cut, but never into pieces of less than ``shortest_piece`` tokens (the last piece
    excepted).

    Returns
    -------
    offsets : ndarray of int64, shape (S' + 1,)
        Of sentences and of pieces of long ones.
    chunks : ndarray of int64, shape (C + 1,)
        Chunk c is the sentences ``chunks[c]`` to ``chunks[c + 1]``.
    """
    size = min(most, max(SMALLEST_SHARE, len(corpus.tokens) // CHUNKS_WANTED))
    offsets = corpus.pieces(max(size, shortest_piece))
    edges = np.searchsorted(offsets, np.arange(0, len(corpus.tokens), size))
    return offsets, np.unique(np.append(edges, len(offsets) - 1)).astype(np.int64)
