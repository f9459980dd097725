"""The assumptions broken one at a time: what fails first, the guarantee or the classifier.

1. A share of the positive pairs are words of two different classes. As losses are not negative, theorem 4.1 leaves

    L_sup <= (L_un' / (1 - share) - tau) / (1 - tau),      L_un' over the pairs as they are

2. At the test, classes have other frequencies rho', or other words D_c', than in training; mu_c is still that of training.
Then, with w the largest ratio of the probability of (c, c', x) at the test to that in training,

    L_sup' <= w (L_un - tau) / (1 - tau)

All with the hinge loss.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from w2v.annotations import checked
from w2v.machine import one_thread
from w2v.theory import losses, negatives
from w2v.theory.bounds import collision_bound, finite
from w2v.theory.information import limit
from w2v.theory.lab import LabConfig, train_on
from w2v.theory.losses import LOSSES, class_scores, contrastive
from w2v.theory.representation import Representation
from w2v.theory.world import World, make_world

WRONG = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 0.9, 0.95)
EXPONENTS = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)
OVERLAPS = (0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
REVERSED = (0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
MOVED = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)


@dataclass(frozen=True)
class Case:
    """One degree of violation.

    Attributes
    ----------
    at : float
        The degree.
    guarantee : float
        The bound on ``loss`` that is still valid.
    unaware : float
        Theorem 4.1, computed from the pairs of training as if nothing were violated; no bound.
    loss : float
        L_sup^mu at the test.
    error, error_bayes : float
        Of two classes at the test, of the mean classifier and the least possible.
    error_refitted : float
        With the means of the classes at the test.
    captured, information : float
        -limit and I(X; Y) of right pairs at the test, in nats.
    """

    at: float
    guarantee: float
    unaware: float
    loss: float
    error: float
    error_bayes: float
    error_refitted: float
    captured: float
    information: float

    @property
    def vacuous(self) -> bool:
        """Whether the guarantee is not below the loss of vectors of zeros."""
        return self.guarantee >= 1.0


@dataclass(frozen=True)
class Violation:
    """A way to violate an assumption, from mild to severe."""

    name: str
    what: str
    cases: tuple[Case, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        cases = [finite(asdict(case) | {"vacuous": case.vacuous}) for case in self.cases]
        return {"name": self.name, "what": self.what, "cases": cases}

    @property
    def vacuous_from(self) -> float | None:
        """The first degree at which the guarantee is vacuous; None if it never is."""
        return next((case.at for case in self.cases if case.vacuous), None)

    def failed_from(self, excess: float = 0.05) -> float | None:
        """Return the first degree at which the error exceeds the least possible one by so much; None if it never does."""
        return next((case.at for case in self.cases if case.error > case.error_bayes + excess), None)


@checked
def violations(config: LabConfig) -> tuple[Violation, ...]:
    """Train on a world with wrong pairs, and test vectors of right pairs on other worlds.

    Examples
    --------
    >>> found = violations(LabConfig(words=40, classes=4, pairs=5_000, epochs=2))
    >>> [violation.name for violation in found]
    ['wrong pairs', 'other rho', 'other overlap', 'other frequencies', 'moved words']
    >>> all(case.loss <= case.guarantee + 1e-9 for violation in found for case in violation.cases)
    True
    """
    world = config.world()
    with one_thread():
        vectors = train_on(world, world.pairs(config.pairs, config.seed), config.training())
        return (wrong_pairs(config, WRONG), *shifts(config, world, vectors))


def wrong_pairs(config: LabConfig, shares: Sequence[float]) -> Violation:
    """Train on pairs of which a share is of two different classes."""
    world, hinge, cases = config.world(), LOSSES["hinge"], []
    free = 1 - world.collision
    for share in shares:
        vectors = train_on(world, world.pairs(config.pairs, config.seed, wrong=share), config.training())
        un = contrastive(world.joint(share), world.margin, vectors, hinge)
        guarantee = collision_bound(un / (1 - share), free)
        cases.append(_case(share, world, world, vectors, guarantee, collision_bound(un, free)))
    return Violation("wrong pairs", "share of positive pairs of two different classes", tuple(cases))


def shifts(config: LabConfig, world: World, vectors: Representation) -> tuple[Violation, ...]:
    """Test the same vectors on other worlds."""
    changes: list[tuple[str, str, Sequence[float], Callable[[float], World]]] = [
        (
            "other rho",
            "exponent of rho at the test",
            EXPONENTS,
            lambda exponent: make_world(config.words, config.classes, config.overlap, exponent),
        ),
        (
            "other overlap",
            "overlap at the test",
            OVERLAPS,
            lambda overlap: make_world(config.words, config.classes, overlap, config.rho_exponent),
        ),
        (
            "other frequencies",
            "share of each class with reversed frequencies at the test",
            REVERSED,
            lambda share: reversed_frequencies(world, share),
        ),
        (
            "moved words",
            "share of words in another class at the test",
            MOVED,
            lambda share: moved_words(world, share, config.seed),
        ),
    ]
    un = negatives.unsupervised(world, vectors, LOSSES["hinge"], [1])[0]
    bound = collision_bound(un, 1 - world.collision)
    found = []
    for name, what, degrees, make in changes:
        tests = [(degree, make(degree)) for degree in degrees]
        cases = [_case(at, world, test, vectors, bound * ratio(world, test), bound) for at, test in tests]
        found.append(Violation(name, what, tuple(cases)))
    return tuple(found)


def ratio(training: World, test: World) -> float:
    """Return the largest ratio of the probabilities of two different classes and a word of the first, test to training."""
    both = []
    for world in (test, training):
        outer = np.outer(world.rho, world.rho) / (1 - world.collision)
        np.fill_diagonal(outer, 0)
        both.append((outer, world.words))
    with np.errstate(divide="ignore", invalid="ignore"):
        classes, words = (np.nan_to_num(new / old, nan=0.0, posinf=np.inf) for new, old in zip(*both, strict=True))
    return float((classes.max(axis=1) * words.max(axis=1)).max())


def reversed_frequencies(world: World, share: float) -> World:
    """Return the world with a share of each class in which its words, as `make_world` ranks them, have reversed ranks."""
    classes, words = world.words.shape
    own = np.arange(words)
    sizes = np.bincount(own % classes)
    reverse = (sizes[own % classes] - 1 - own // classes) * classes + own % classes
    return World((1 - share) * world.words + share * world.words[:, reverse], world.rho)


def moved_words(world: World, share: float, seed: int) -> World:
    """Return the world with words at a share of the ranks of `make_world`, drawn at random, in the next class."""
    classes, words = world.words.shape
    full = words // classes  # ranks that all classes have
    ranks = np.random.default_rng([seed, 0x6D6F7665]).permutation(full)[: round(share * full)]  # "move"
    own = np.arange(words)
    moved = np.isin(own // classes, ranks)
    return World(world.words[:, np.where(moved, own - own % classes + (own + 1) % classes, own)], world.rho)


def _case(at: float, training: World, test: World, vectors: Representation, guarantee: float, unaware: float) -> Case:
    kept = class_scores(test, vectors, training.words)
    return Case(
        at,
        guarantee,
        unaware,
        losses.supervised(test, kept, LOSSES["hinge"].of),
        losses.supervised(test, kept, losses.wrong),
        test.pair_error,
        losses.supervised(test, class_scores(test, vectors), losses.wrong),
        -limit(test.joint(), test.margin, vectors),
        test.information,
    )
