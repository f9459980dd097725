"""Bound and truth at the points of a training run: the hinge loss, theorem 4.1, and the informations."""

from dataclasses import dataclass, field

from w2v.theory import losses, negatives
from w2v.theory.bounds import collision_bound
from w2v.theory.information import classifier, limit
from w2v.theory.losses import LOSSES, class_scores
from w2v.theory.representation import Representation, of_matrices
from w2v.theory.world import World
from w2v.training.trainer import Trainer

PER_EPOCH = 5
"""Points per epoch."""


@dataclass(frozen=True)
class Point:
    """One point of a curve.

    Attributes
    ----------
    at : float
        Its position: epochs, negatives, classes, overlap, ...
    loss, bound : float
        L_sup^mu and its bound by theorem 4.1, with the hinge loss and k negatives.
    error, error_bayes : float
        Of the mean classifier for two classes.
    captured, information : float
        -limit and I(X; Y) in nats.
    cross_entropy, cross_entropy_bound, cross_entropy_bayes : float
        R_mu, limit + H(rho) and H(C | X) in nats.
    """

    at: float
    loss: float
    bound: float
    error: float
    error_bayes: float
    captured: float
    information: float
    cross_entropy: float
    cross_entropy_bound: float
    cross_entropy_bayes: float


def point(world: World, vectors: Representation, at: float, k: int = 1) -> Point:
    """Measure one point."""
    hinge, lim, mean = LOSSES["hinge"], limit(world.joint(), world.margin, vectors), classifier(world, vectors)
    un, sup = (of(world, vectors, hinge, [k])[0] for of in (negatives.unsupervised, negatives.supervised))
    return Point(
        at,
        sup,
        collision_bound(un, negatives.no_collision(world, k)),
        losses.supervised(world, class_scores(world, vectors), losses.wrong),
        world.pair_error,
        -lim,
        world.information,
        mean.cross_entropy,
        lim + world.entropy,
        mean.best,
    )


@dataclass
class Epochs:
    """Training callback that measures a point at the start, several times per epoch, and at the end."""

    world: World
    points: list[Point] = field(default_factory=list)
    every_words: int | None = None

    def on_train_begin(self, trainer: Trainer) -> None:
        """Measure the initial vectors."""
        self.every_words = max(1, len(trainer.corpus.tokens) // PER_EPOCH)
        self._measure(trainer)

    def on_words(self, trainer: Trainer) -> None:
        """Measure the vectors during an epoch."""
        self._measure(trainer)

    def on_train_end(self, trainer: Trainer) -> None:
        """Measure the final vectors."""
        self._measure(trainer)

    def _measure(self, trainer: Trainer) -> None:
        at = trainer.words / len(trainer.corpus.tokens)
        if not self.points or self.points[-1].at < at:
            matrices = trainer.matrices.vectors, trainer.matrices.output_vectors
            vectors = of_matrices(trainer.corpus.vocabulary, matrices, trainer.config, self.world.words.shape[1])
            self.points.append(point(self.world, vectors, at))
