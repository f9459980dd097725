"""The compiled engines that train: one on a whole text, or one for each shard on its portion."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from w2v import _core
from w2v.config import TrainConfig
from w2v.machine import isa
from w2v.training.matrices import Matrices
from w2v.training.merging import Steps


def make_engine(
    matrices: Matrices,
    text: _core.Text,
    noise: NDArray[np.uint32],
    config: TrainConfig,
    steps: Steps,
    boost: float,
    seen: Callable[[int], object],
) -> _core.Engine:
    """Return an engine that trains ``matrices`` on a text.

    Parameters
    ----------
    matrices : Matrices
    text : Text
    noise : ndarray of uint32
        The noise pool.
    config : TrainConfig
    steps : tuple of ndarray or None
        What the increments of input and of output rows are multiplied by.
    boost : float
        What the bounded learning rate is multiplied by; 1 unless it is that of a shard (`w2v.training.merging`).
    seen : callable
        Called with the number of tokens that have been checked.
    """
    return _core.Engine(
        matrices.input,
        matrices.output,
        text,
        _core.Noise(noise, config.noise_region(len(noise)), config.noise_step),
        config,
        isa(),
        *steps,
        boost,
        seen=seen,
    )
