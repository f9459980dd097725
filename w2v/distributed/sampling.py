"""What follows from powers and roots of the words' counts, for all workers: computed once, by the process that drives them.

NumPy computes powers by other instructions on other kinds of processors, which differ in the last bits: machines that
computed them for themselves would merge in slightly different ways, and the model would depend on where a shard is trained.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v.config import TrainConfig
from w2v.corpus.subsampling import keep_thresholds
from w2v.training.merging import Updates


@dataclass(frozen=True)
class Sampling:
    """How words are drawn.

    Attributes
    ----------
    noise : ndarray of uint32
        The noise pool.
    keep : ndarray of uint32, shape (V,)
        See `keep_thresholds`.
    updates : Updates
        What is expected of the draws.
    """

    noise: NDArray[np.uint32]
    keep: NDArray[np.uint32]
    updates: Updates

    @classmethod
    def of(cls, counts: NDArray[np.int64], config: TrainConfig, noise: NDArray[np.uint32]) -> "Sampling":
        """Return that of words with these counts, whose noise pool is given."""
        return cls(noise, keep_thresholds(counts, config.sample), Updates.expected(counts, config))
