"""The lab: train on the pairs of a world, and compare what was reached with what the theorems say."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from w2v.annotations import checked
from w2v.arrays import Rows
from w2v.config import OBJECTIVES, TrainConfig, choice, option, validate
from w2v.errors import ConfigError
from w2v.machine import one_thread
from w2v.theory.bounds import BLOCKS, KS, Measured, measure
from w2v.theory.curves import Epochs, Point
from w2v.theory.generalisation import gen_m
from w2v.theory.information import optimum
from w2v.theory.losses import LOSSES, contrastive
from w2v.theory.representation import Representation, of_matrices, one_hot, random, zero
from w2v.theory.world import World, corpus, make_world, observed_joint
from w2v.training.train import train

MOST_WORDS = 500
"""Largest vocabulary of the lab, whose sums are over all triplets of words."""


@dataclass(frozen=True)
class LabConfig:
    """A world, the number of pairs drawn from it, and how to train on them.

    Raises
    ------
    ConfigError
        If a value is out of range, or there are more classes than words.

    Examples
    --------
    >>> config = LabConfig(classes=5)
    >>> config.world().words.shape, config.training().ns_exponent
    ((5, 200), 1.0)
    """

    words: int = option(200, "words", 2, MOST_WORDS)
    classes: int = option(20, "classes of words", 2, MOST_WORDS)
    overlap: float = option(0.2, "share of each class that is a background common to all", 0.0, 1.0)
    rho_exponent: float = option(
        0.0, "classes are as frequent as 1 / c to this power: 0 equally, 1 Zipf's law", 0.0, 3.0
    )
    pairs: int = option(60_000, "positive pairs to draw", 1_000, 10**6)
    objective: str = choice("sgns", "training objective", OBJECTIVES)
    vector_size: int = option(16, "dimension of the vectors", 1, 1_000)
    negative: int = option(5, "noise words per pair", 1, 1_000)
    epochs: int = option(10, "passes over the pairs", 1, 1_000)
    alpha: float = option(0.025, "initial learning rate", 1e-9, 10.0)
    temperature: float = option(0.3, "temperature of the cosines, for objectives that have one", 1e-3, 1e3)
    seed: int = option(1, "seed of the pairs and of training", 0, 2**31 - 1)

    def __post_init__(self) -> None:
        validate(self)
        if self.classes > self.words:
            raise ConfigError(
                f"classes must be at most words={self.words}, so that each has a word: got {self.classes}"
            )

    def world(self) -> World:
        """Make the world."""
        return make_world(self.words, self.classes, self.overlap, self.rho_exponent)

    def training(self) -> TrainConfig:
        """Return the parameters of training under which pairs and noise have the distributions of the world."""
        return TrainConfig(
            vector_size=self.vector_size,
            window=1,
            negative=self.negative,
            epochs=self.epochs,
            alpha=self.alpha,
            min_alpha=min(self.alpha, TrainConfig.min_alpha),
            sample=0,
            ns_exponent=1.0,
            seed=self.seed,
            workers=1,
            objective=self.objective,
            temperature=self.temperature,
        )


def train_on(world: World, pairs: Rows, config: TrainConfig, callbacks: Sequence[Any] = ()) -> Representation:
    """Train on pairs of words of a world, each a sentence of two words."""
    model = train(corpus(pairs), config, callbacks=callbacks, progress=False)
    matrices = model.matrices.vectors, model.matrices.output_vectors
    return of_matrices(model.vocabulary, matrices, config, world.words.shape[1], f"{config.objective}, trained")


@dataclass(frozen=True)
class Generalisation:
    """L_un of the drawn pairs and of the world, in one loss, and the bound Gen_M on their difference."""

    loss: str
    drawn: float
    world: float
    gen_m: float

    @property
    def gap(self) -> float:
        """By how much L_un in the world exceeds that of the pairs that were drawn: an observation, not a bound."""
        return self.world - self.drawn


@dataclass(frozen=True)
class Experiment:
    """The result of `experiment`."""

    config: LabConfig
    models: tuple[Measured, ...]
    epochs: tuple[Point, ...]
    generalisation: tuple[Generalisation, ...]

    @property
    def trained(self) -> Measured:
        """The trained representation."""
        return self.models[0]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "config": asdict(self.config),
            "models": [model.to_dict() for model in self.models],
            "epochs": [asdict(point) for point in self.epochs],
            "generalisation": [asdict(g) | {"gap": g.gap} for g in self.generalisation],
        }


@checked
def experiment(config: LabConfig, ks: Sequence[int] = KS, blocks: Sequence[int] = BLOCKS) -> Experiment:
    """Train on a world, and measure the trained vectors beside the optimal, random and zero ones.

    Parameters
    ----------
    config : LabConfig
    ks : sequence of int
        Numbers of negatives for which the losses and the bound are computed, besides 1.
    blocks : sequence of int
        Sizes of blocks.

    Examples
    --------
    >>> found = experiment(LabConfig(words=40, classes=4, pairs=5_000, epochs=2), ks=(4,))
    >>> all(i.holds() for model in found.models for i in model.inequalities)
    True
    """
    world = config.world()
    pairs, epochs = world.pairs(config.pairs, config.seed), Epochs(world)
    with one_thread():
        trained = train_on(world, pairs, config.training(), [epochs])
        scores = optimum(world)
        best = [] if scores is None else [one_hot(scores, "optimum")]
        others = (random(config.words, config.vector_size, config.seed), zero(config.words))
        models = tuple(measure(world, vectors, ks, blocks) for vectors in (trained, *best, *others))
        drawn = observed_joint(pairs, config.words)
        generalisation = tuple(
            Generalisation(
                name,
                contrastive(drawn, drawn.sum(axis=0), trained, loss),
                models[0].quantities[f"L_un {name}"],
                gen_m(world, trained, loss, config.pairs),
            )
            for name, loss in LOSSES.items()
        )
    return Experiment(config, models, tuple(epochs.points), generalisation)
