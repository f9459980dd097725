"""The compiled engines that train: one on a whole text, or one for each shard on its portion."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from w2v import _core
from w2v.config import TrainConfig
from w2v.machine import isa
from w2v.training.matrices import Matrices
from w2v.training.merging import Rule, Steps


def make_engine(
    matrices: Matrices,
    text: _core.Text,
    noise: NDArray[np.uint32],
    config: TrainConfig,
    steps: Steps,
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
        That of the run, or of its `shard_config`.
    steps : tuple of ndarray or None
        What the increments of input and of output rows are multiplied by.
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
        seen=seen,
    )


def shard_config(config: TrainConfig, rule: Rule) -> TrainConfig:
    """Return the configuration of each shard's engine: with the learning rate that the rule of merging asks for."""
    return replace(config, shards=0, alpha=config.alpha * rule.boost, min_alpha=config.min_alpha * rule.boost)
