"""The schedule of a run: chunks and learning rates. It depends only on corpus and configuration, never on the machine.

    tokens   |----------------- chunk -----------------|----------------- chunk -------- ...
    offsets  |--sentence--|--sentence--|---piece of a---|--long sentence--|--sentence--| ...

A thread trains one chunk at a time; each chunk has its own random stream; checkpoints and Ctrl-C take effect between chunks.
"""

import numpy as np
from numpy.typing import NDArray

from w2v.config import TrainConfig
from w2v.corpus.encoded_corpus import EncodedCorpus

CHUNK_OPERATIONS = 1 << 30
"""Floating-point operations per chunk: about a tenth of a second, so that threads stop quickly when asked to."""
LEAST_CHUNK, MOST_CHUNK = 1 << 8, 1 << 15
"""Limits of the chunk size, in tokens."""
FIRST_ROUND = 1 << 15
"""Tokens of the first round of shards, at most: a chunk of each. With 131,000 tokens of 32 shards, training diverges."""
MOST_CHUNK_OF_SHARDS = 1 << 12
"""The limit of the chunk size with several shards."""
CHUNKS_WANTED, FEWEST_CHUNKS = 1 << 10, 64
"""Number of chunks of a corpus: 16 for each of 64 threads, so that at the end of an epoch few of them wait long for others.
If the chunks were shorter than `SHORT_CHUNK`, there are fewer, down to the second number."""
SHORT_CHUNK = MOST_CHUNK_OF_SHARDS
"""Tokens of a chunk of a medium corpus; shards, which have no longer ones, have no more rounds for that."""
SMALLEST_SHARE = 1 << 10
"""Tokens per chunk of a small corpus, at least: it is divided into fewer than `FEWEST_CHUNKS` chunks if necessary."""
WINDOWS_PER_PIECE = 64
"""Shortest piece of a long sentence, in multiples of the window: at most about 1 % of the pairs is lost at the cuts."""


def learning_rate(config: TrainConfig, progress: float) -> float:
    """Return the learning rate at a position of the run; it falls linearly from ``alpha`` to ``min_alpha``.

    Parameters
    ----------
    config : TrainConfig
    progress : float
        Fraction of the tokens of all epochs that come before the position, 0 to 1. The core computes the same rate at the
        first token of each sentence (``_core.pyx``, ``train_chunk``).

    Examples
    --------
    >>> learning_rate(TrainConfig(alpha=0.03, min_alpha=0.01), progress=0.5)
    0.02
    """
    return config.alpha + (config.min_alpha - config.alpha) * progress if progress < 1 else config.min_alpha


def operations_per_word(config: TrainConfig) -> int:
    """Return the approximate number of floating-point operations that training a word takes."""
    # window + 1 contexts on average, 6 operations for each context, target and column.
    return 6 * (config.window + 1) * (1 + config.negative) * config.vector_size


def chunk_tokens(config: TrainConfig) -> int:
    """Return the approximate number of tokens per chunk."""
    most = min(MOST_CHUNK_OF_SHARDS, FIRST_ROUND // config.shards) if config.shards > 1 else MOST_CHUNK
    return max(LEAST_CHUNK, min(most, CHUNK_OPERATIONS // operations_per_word(config)))


def size_of_chunks(tokens: int, config: TrainConfig) -> int:
    """Return the number of tokens per chunk of a corpus, which is smaller if the corpus is small."""
    return _size(tokens, chunk_tokens(config))


def piece_length(size: int, config: TrainConfig) -> int:
    """Return the length of the pieces into which longer sentences are cut, with ``size`` tokens per chunk."""
    return max(size, WINDOWS_PER_PIECE * config.window)


def divide(corpus: EncodedCorpus, config: TrainConfig) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide a corpus into the chunks of a run; see `divide_into`."""
    return divide_into(corpus, chunk_tokens(config), piece_length(0, config))


def divide_into(
    corpus: EncodedCorpus, most: int, shortest_piece: int = 1
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide a corpus into chunks of about ``most`` tokens, or smaller ones if it is small.

    Sentences longer than a chunk are cut, but never into pieces of less than ``shortest_piece`` tokens (except for the last
    piece).

    Returns
    -------
    offsets : ndarray of int64, shape (S' + 1,)
        Offsets of sentences, and of the pieces of long ones.
    chunks : ndarray of int64, shape (C + 1,)
        Chunk c consists of the sentences (or pieces) from ``chunks[c]`` up to, but not including, ``chunks[c + 1]``.
    """
    size = _size(len(corpus.tokens), most)
    offsets = corpus.pieces(max(size, shortest_piece))
    edges = np.searchsorted(offsets, np.arange(0, len(corpus.tokens), size))
    return offsets, np.unique(np.append(edges, len(offsets) - 1)).astype(np.int64)


def _size(tokens: int, most: int) -> int:
    wanted = max(tokens // CHUNKS_WANTED, min(tokens // FEWEST_CHUNKS, SHORT_CHUNK))
    return min(most, max(SMALLEST_SHARE, wanted))
