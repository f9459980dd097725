"""Contrastive training of word vectors, or of a linear head, so that sentences of a pair are near each other.

Adagrad with one step size per word (per row, not per number), linear decay of the learning rate, one thread:

    g2[w] += mean(gradient[w]^2);  vectors[w] -= rate * gradient[w] / sqrt(g2[w])
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from w2v.arguments import integer, number, truth
from w2v.arrays import Float32, Rows
from w2v.errors import ConfigError, DivergedError
from w2v.machine import one_thread
from w2v.progress import make_bar
from w2v.sentences.augmentations import AUGMENTATIONS, Augmentation
from w2v.sentences.contrastive import step
from w2v.sentences.positive_pairs import Positives

EVERY = 40
"""Steps between the points of a trajectory."""
START = np.float32(1e-8)


@dataclass(frozen=True)
class SentenceTraining:
    """Parameters of training; None: the default for the kind of pairs.

    Attributes
    ----------
    temperature : float
        Divides the cosines (tau).
    batch_size : int, optional
        Pairs per step; the other pairs of a batch are the negatives. Neighbours: 1024, else 256.
    epochs : int, optional
        Passes over the pairs. Neighbours: 3, pairs of a file: 5, a sentence with itself: 1.
    steps : int, optional
        Number of steps, instead of passes: to train on several kinds of pairs alike.
    alpha : float, optional
        Initial learning rate; it falls linearly to 0. A sentence with itself: 0.01, else 0.03.
    rate : float
        Probability of dropout, and of the other augmentations.
    head : bool
        Train a linear map of sentences instead of the vectors of words.
    seed : int

    Raises
    ------
    ConfigError
        If a value has the wrong type or is out of range, or both ``epochs`` and ``steps`` are given.

    Examples
    --------
    >>> SentenceTraining(epochs=1).temperature
    0.05
    """

    temperature: float = 0.05
    batch_size: int | None = None
    epochs: int | None = None
    alpha: float | None = None
    rate: float = 0.1
    head: bool = False
    seed: int = 1
    steps: int | None = None

    def __post_init__(self) -> None:
        checks: dict[str, Callable[[str, Any], Any]] = {
            "temperature": lambda name, value: number(name, value, 1e-3, 1e3),
            "batch_size": lambda name, value: integer(name, value, 2, 1 << 16),
            "epochs": lambda name, value: integer(name, value, 1, 5000),
            "alpha": lambda name, value: number(name, value, 1e-9, 10.0),
            "rate": lambda name, value: number(name, value, 0.0, 0.95),
            "head": truth,
            "seed": lambda name, value: integer(name, value, 0, 2**63 - 1),
            "steps": lambda name, value: integer(name, value, 1, 10**9),
        }
        for name, check in checks.items():
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, check(name, value))
        if self.epochs is not None and self.steps is not None:
            raise ConfigError(f"epochs and steps must not be given both: got {self.epochs} and {self.steps}")

    def filled(self, pairs: str) -> "SentenceTraining":
        """Return the parameters with the defaults for a kind of pairs."""
        own = pairs in AUGMENTATIONS
        return replace(
            self,
            batch_size=self.batch_size or (1024 if pairs == "neighbours" else 256),
            epochs=self.epochs or (None if self.steps else 3 if pairs == "neighbours" else 1 if own else 5),
            alpha=self.alpha or (0.01 if own else 0.03),
        )


@dataclass(frozen=True)
class SentencePoint:
    """A point of the trajectory of training.

    Attributes
    ----------
    step : int
        Steps done.
    loss : float or None
        Mean since the point before; None before training.
    alignment, uniformity : float or None
        See `SentenceScores`.
    """

    step: int
    loss: float | None
    alignment: float | None
    uniformity: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return asdict(self)


Place = Callable[[Float32], tuple[float | None, float | None]]
"""From vectors times weights to alignment and uniformity."""


def descend(
    vectors: Float32,
    positives: Positives,
    augmentation: Augmentation,
    config: SentenceTraining,
    place: Place,
    progress: bool | None,
) -> tuple[Float32, list[SentencePoint]]:
    """Return trained vectors of words, and the trajectory.

    Parameters
    ----------
    vectors : ndarray of float32, shape (V, d)
    positives : Positives
    augmentation : Augmentation
    config : SentenceTraining
        Made by `SentenceTraining.filled`.
    place : function
        Measures alignment and uniformity.
    progress : bool, optional
        Show a progress bar; by default only in a terminal.

    Raises
    ------
    DivergedError
        If the loss is not finite.
    """
    if config.batch_size is None or config.alpha is None:
        raise ConfigError("alpha must be a number: got None; use SentenceTraining.filled")
    learner = _Learner(vectors, config.head)
    draws = np.random.default_rng(config.seed)
    size = min(config.batch_size, len(positives))
    steps = config.steps or len(positives) // size * (config.epochs or 1)
    losses: list[float] = []
    with (
        one_thread(),
        make_bar(total=steps, unit=" steps", desc="train", disable=None if progress is None else not progress) as bar,
    ):
        points = [SentencePoint(0, None, *place(learner.table(augmentation.weights)))]
        for done, batch in enumerate(islice(_batches(len(positives), size, draws), steps)):
            first, second = (positives.bags.take(side[batch]) for side in (positives.first, positives.second))
            views = augmentation.views(first, second, vectors.shape[1], draws)
            made = step(learner.vectors, learner.head, views, config.temperature)
            if not np.isfinite(made.loss):
                raise DivergedError(f"the loss must be finite: got {made.loss} at step {done}; lower alpha")
            learner.learn(made.rows, made.gradient, made.head, config.alpha * (1 - done / steps))
            losses.append(made.loss)
            bar.update(1)
            if (done + 1) % EVERY == 0 or done + 1 == steps:
                at = place(learner.table(augmentation.weights))
                points.append(SentencePoint(done + 1, float(np.mean(losses)), *at))
                losses.clear()
    return learner.result(), points


class _Learner:
    """The parameters under training, and the sums of their squared gradients."""

    def __init__(self, vectors: Float32, head: bool) -> None:
        self.vectors = vectors if head else vectors.copy()
        self.head = np.eye(vectors.shape[1], dtype=np.float32) if head else None
        self._squares = np.full(len(vectors), START)
        self._head_squares = START

    def learn(self, rows: Any, gradient: Any, head: Any, rate: float) -> None:
        """Make one step of Adagrad."""
        if self.head is not None:
            self._head_squares += (head**2).mean()
            self.head -= np.float32(rate) * head / np.sqrt(self._head_squares)
        else:
            self._squares[rows] += (gradient**2).mean(axis=1)
            self.vectors[rows] -= np.float32(rate) * gradient / np.sqrt(self._squares[rows])[:, np.newaxis]

    def result(self) -> Float32:
        """Return the vectors, with the head applied to them: a mean of W e is W times the mean."""
        return self.vectors if self.head is None else np.asarray(self.vectors @ self.head.T)

    def table(self, weights: Float32) -> Float32:
        """Return the vectors times the weights."""
        return np.asarray(self.result() * weights[:, np.newaxis])


def _batches(n: int, size: int, draws: np.random.Generator) -> Iterator[Rows]:
    """Yield batches of pairs for ever, in a new random order in each epoch; pairs that fill no batch are left out of it."""
    # The orders have draws of their own: those of the masks, which come between batches, must not change them.
    orders = draws.spawn(1)[0]
    while True:
        order = orders.permutation(n)
        for start in range(0, n - size + 1, size):
            yield order[start : start + size]
