"""What a run begins with: the matrices and the pool of noise words."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from w2v.arguments import shown
from w2v.config import TrainConfig
from w2v.corpus.noise import noise_pool
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError
from w2v.training.matrices import Matrices
from w2v.training.objectives import TABLE

LARGE_VOCABULARY = 1 << 14
"""From this size on, matrices and noise pool are made in parallel: saves 3 % of an epoch of 17 M words with two threads."""


def checked_steps(steps: NDArray[np.floating] | None, words: int) -> NDArray[np.float32] | None:
    """Return one step per word as float32, C-contiguous; raise ConfigError if they are anything else."""
    if steps is None:
        return None
    if steps.shape != (words,) or steps.dtype.kind != "f":
        raise ConfigError(f"steps must be one float per word, {words} in all: got {shown(steps)}")
    return np.ascontiguousarray(steps, np.float32)


def start(
    vocabulary: Vocabulary,
    config: TrainConfig,
    matrices: Matrices | None,
    steps: NDArray[np.float32] | None,
) -> tuple[Matrices, NDArray[np.uint32]]:
    """Return the matrices to train, new ones if there are none, and the noise pool.

    Parameters
    ----------
    vocabulary : Vocabulary
        V words.
    config : TrainConfig
    matrices : Matrices or None
        Trained in place; rows of zeros that the objective could not move get a start.
    steps : ndarray of float32, shape (V,), or None
        Factor of the updates of each input row; a row with 0 is frozen, and gets no start.
    """
    if config.threads == 1 or len(vocabulary) < LARGE_VOCABULARY:
        pool = noise_pool(vocabulary.counts, config.ns_exponent, config.seed)
        return _matrices(len(vocabulary), config, matrices, steps), pool
    with ThreadPoolExecutor(1) as beside:
        noise = beside.submit(noise_pool, vocabulary.counts, config.ns_exponent, config.seed)
        matrices = _matrices(len(vocabulary), config, matrices, steps)
    return matrices, noise.result()


def _matrices(rows: int, config: TrainConfig, matrices: Matrices | None, steps: NDArray[np.float32] | None) -> Matrices:
    length = TABLE[config.objective].initial_length
    if matrices is None:
        matrices = Matrices.initialise(rows, config.vector_size, config.seed, length, config.threads)
    if length is not None:  # rows of zeros (from sgns, or loaded) have no direction: a cosine would never move them
        matrices.start_zero_rows(length, config.seed, steps)
    return matrices
