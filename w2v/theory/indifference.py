"""Vectors with the same, least possible L_un, of which some classify coarser labels without error and others never right.

If positive pairs come from classes that are finer than the labels, L_un does not tell where the classes of one label are
relative to each other. With one-hot f, in as many dimensions as words, every matrix of scores can be represented, and
nothing else tells it (Saunshi et al. 2022): a guarantee needs to know which functions training can reach.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from w2v.annotations import checked
from w2v.errors import ConfigError
from w2v.machine import one_thread
from w2v.theory import losses
from w2v.theory.lab import LabConfig, train_on
from w2v.theory.losses import LOSSES, class_scores
from w2v.theory.representation import Representation, one_hot
from w2v.theory.world import World

APART = -3.0
"""Score of the two classes of one label in the vectors that fail: less than minus that of a class with itself, 1."""


@dataclass(frozen=True)
class Outcome:
    """L_un with its smallest possible value, tau, and L_sup and error for classes and for labels of two classes each.

    All with the hinge loss.
    """

    name: str
    unsupervised: float
    least: float
    loss: float
    error: float
    label_loss: float
    label_error: float

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return asdict(self)


def coarser(world: World, labels: Sequence[int]) -> World:
    """Return the world whose classes are labels; ``labels`` is that of each class.

    Examples
    --------
    >>> from w2v.theory import make_world
    >>> coarser(make_world(words=8, classes=4), [0, 0, 1, 1]).rho.tolist()
    [0.5, 0.5]
    """
    member = np.equal.outer(np.unique(labels), labels)
    rho = member @ world.rho
    return World((member * world.rho) @ world.words / rho[:, np.newaxis], rho)


def indifferent(world: World, apart: float, name: str) -> Representation:
    """Return one-hot vectors: words of one class score 1, of the two classes of one label ``apart``, and 0 otherwise."""
    own = world.words.argmax(axis=0)
    same = np.equal.outer(own, own)
    return one_hot(np.where(same, 1.0, np.where(np.equal.outer(own // 2, own // 2), apart, 0.0)), name)


@checked
def indifference(config: LabConfig) -> tuple[Outcome, ...]:
    """Compare two one-hot representations with what training reaches in few and in as many dimensions as words.

    Classes do not overlap, and two successive classes have one label; an odd class is left with a label of its own.

    Raises
    ------
    ConfigError
        If there are fewer than three classes.

    Examples
    --------
    >>> found = indifference(LabConfig(words=40, classes=4, pairs=5_000, epochs=2))
    >>> [(outcome.unsupervised - outcome.least < 1e-12, round(outcome.label_error, 9)) for outcome in found[:2]]
    [(True, 0.0), (True, 1.0)]
    """
    if config.classes < 3:
        raise ConfigError(f"classes must be at least 3, so that there are two labels: got {config.classes}")
    config = replace(config, overlap=0.0)
    world = config.world()
    labels = coarser(world, [c // 2 for c in range(config.classes)])
    with one_thread():
        found = [indifferent(world, 0.0, "one-hot, together"), indifferent(world, APART, "one-hot, apart")]
        for dim in dict.fromkeys((config.vector_size, config.words)):
            training = replace(config, vector_size=dim).training()
            vectors = train_on(world, world.pairs(config.pairs, config.seed), training)
            found.append(Representation(vectors.f, vectors.g, f"{vectors.name}, {dim} dimensions"))
        return tuple(_outcome(world, labels, vectors) for vectors in found)


def _outcome(world: World, labels: World, vectors: Representation) -> Outcome:
    hinge, fine, coarse = LOSSES["hinge"], class_scores(world, vectors), class_scores(labels, vectors)
    return Outcome(
        vectors.name,
        losses.unsupervised(world, vectors, hinge).total,
        world.collision,
        losses.supervised(world, fine, hinge.of),
        losses.supervised(world, fine, losses.wrong),
        losses.supervised(labels, coarse, hinge.of),
        losses.supervised(labels, coarse, losses.wrong),
    )
