"""A linear head W, trained by a supervised contrastive loss on rows that stay as they are.

Adam (Kingma & Ba 2015) with a learning rate that falls linearly to 0. All in float64, on one thread where threadpoolctl is
installed: the same seed gives the same bits on the same machine.
"""

from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float64, Rows
from w2v.config import choice, option, validate
from w2v.errors import DivergedError
from w2v.machine import one_thread
from w2v.progress import make_bar
from w2v.supervision.losses import KINDS, contrast

MOMENTUM, SQUARES, EPSILON = 0.9, 0.999, 1e-8


@dataclass(frozen=True)
class SupervisionConfig:
    """Parameters of supervised training.

    Raises
    ------
    ConfigError
        If a value has the wrong type or is out of range.

    Examples
    --------
    >>> SupervisionConfig(steps=100).loss
    'in'
    """

    loss: str = choice("in", "the loss of Khosla et al. (2020): L_in or L_out", KINDS)
    temperature: float = option(0.1, "divides the cosines in the loss", 1e-3, 1e3)
    batch_size: int = option(512, "rows per step", 2, 1 << 14)
    steps: int = option(200, "steps of training", 1, 1_000_000)
    alpha: float = option(0.003, "initial learning rate; it falls linearly to 0", 1e-9, 10.0)
    seed: int = option(1, "seed of the division into training and test, and of the batches", 0, 2**63 - 1)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, eq=False)
class Head:
    """A trained linear map.

    Attributes
    ----------
    matrix : ndarray of float64, shape (d, d)
        A row x becomes ``matrix @ x``.
    losses : list of float
        Of each step that had an anchor with a positive.
    """

    matrix: Float64
    losses: list[float]


def train_head(x: Float64, classes: Rows, config: SupervisionConfig, progress: bool | None = None) -> Head:
    """Train a head on rows and their classes, from the identity.

    Parameters
    ----------
    x : ndarray of float64, shape (n, d)
        Rows of length 1. (The loss does not depend on their lengths.)
    classes : ndarray of int64, shape (n,)
    config : SupervisionConfig
    progress : bool, optional
        Show a progress bar; by default only in a terminal.

    Raises
    ------
    DivergedError
        If the loss is not finite.
    """
    draws = np.random.default_rng(config.seed)
    size = min(config.batch_size, len(x))
    optimiser = _Adam(x.shape[1])
    losses: list[float] = []
    bar = make_bar(total=config.steps, unit=" steps", desc="train", disable=None if progress is None else not progress)
    with one_thread(), bar, np.errstate(all="ignore"):  # what is not finite is an error below
        for step in range(config.steps):
            batch = draws.choice(len(x), size, replace=False)
            rows = x[batch]
            made = contrast(rows @ optimiser.matrix.T, classes[batch], config.temperature, config.loss)
            if not np.isfinite(made.value) or not np.isfinite(made.gradient).all():
                raise DivergedError(f"the loss must be finite: got {made.value} at step {step + 1}; lower alpha")
            if made.anchors:
                losses.append(made.value)
                optimiser.step(made.gradient.T @ rows, config.alpha * (1 - step / config.steps))
            bar.update(1)
    return Head(optimiser.matrix, losses)


class _Adam:
    """A matrix, which begins as the identity, and the running moments of its gradient."""

    def __init__(self, dim: int) -> None:
        self.matrix = np.eye(dim)
        self._first, self._second = np.zeros((dim, dim)), np.zeros((dim, dim))
        self._steps = 0

    def step(self, gradient: Float64, rate: float) -> None:
        """Descend."""
        self._steps += 1
        self._first = MOMENTUM * self._first + (1 - MOMENTUM) * gradient
        self._second = SQUARES * self._second + (1 - SQUARES) * gradient**2
        first = self._first / (1 - MOMENTUM**self._steps)
        second = self._second / (1 - SQUARES**self._steps)
        self.matrix = self.matrix - rate * first / (np.sqrt(second) + EPSILON)
