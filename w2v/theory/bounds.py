"""The theorems as inequalities between numbers: value <= bound, for any representation of a world.

4.1 and 4.5 are theorems of Arora et al. (2019), with the constants that ``docs/theory/latent-classes.md`` derives.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from w2v.annotations import checked
from w2v.arguments import integer, shown
from w2v.errors import ConfigError
from w2v.theory import negatives
from w2v.theory.blocks import unsupervised_blocks
from w2v.theory.information import classifier, limit
from w2v.theory.losses import (
    LOSSES,
    Loss,
    accuracy,
    class_scores,
    deviation,
    supervised,
    supervised_all,
    unsupervised,
    wrong,
)
from w2v.theory.representation import Representation
from w2v.theory.world import World

KS = (4, 16, 64)
"""Numbers of negatives for which the bound is computed, besides 1."""
BLOCKS = (5,)
"""Sizes of blocks."""
MOST = 10_000
"""Largest number of negatives or of words in a block."""
ROUNDING = 1e-9


@dataclass(frozen=True)
class Inequality:
    """value <= bound.

    Attributes
    ----------
    name, formula : str
    value, bound : float
        In bits for the logistic loss, in nats for informations.
    trivial : float or None
        The value of vectors of zeros. A bound that is not below it says nothing: it is vacuous.
    """

    name: str
    formula: str
    value: float
    bound: float
    trivial: float | None = None

    @property
    def slack(self) -> float:
        """How much larger the bound is."""
        return self.bound - self.value

    @property
    def vacuous(self) -> bool:
        """Whether vectors of zeros satisfy the bound, too."""
        return self.trivial is not None and self.bound >= self.trivial - ROUNDING

    def holds(self, tolerance: float = ROUNDING) -> bool:
        """Return whether the value is at most the bound, but for rounding."""
        return self.value <= self.bound + tolerance * max(1.0, abs(self.bound)) or self.bound == math.inf

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values; an infinite bound is None."""
        return finite(asdict(self) | {"slack": self.slack, "vacuous": self.vacuous})


def finite(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with None in place of infinite ones, which JSON does not have."""
    return {key: None if isinstance(x, float) and not math.isfinite(x) else x for key, x in values.items()}


@dataclass(frozen=True)
class Measured:
    """What was measured of a representation.

    Attributes
    ----------
    name : str
    quantities : dict of str to float
        The losses, errors and informations by name.
    inequalities : tuple of Inequality
    """

    name: str
    quantities: dict[str, float]
    inequalities: tuple[Inequality, ...]

    def inequality(self, name: str) -> Inequality:
        """Return the inequality of this name."""
        return next(inequality for inequality in self.inequalities if inequality.name == name)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        listed = [inequality.to_dict() for inequality in self.inequalities]
        return {"name": self.name, "quantities": self.quantities, "inequalities": listed}


@checked
def measure(world: World, vectors: Representation, ks: Sequence[int] = KS, blocks: Sequence[int] = BLOCKS) -> Measured:
    """Compute all quantities and inequalities, exactly: sums over all words and classes, without sampling.

    Parameters
    ----------
    world : World
    vectors : Representation
    ks : sequence of int
        Numbers of negatives, besides 1.
    blocks : sequence of int
        Sizes of blocks.

    Raises
    ------
    ConfigError
        If the vectors are not of the words of the world, or a number is out of range or given twice.

    Examples
    --------
    >>> from w2v.theory import make_world, random
    >>> world = make_world(words=20, classes=4)
    >>> measured = measure(world, random(20, 3))
    >>> all(inequality.holds() for inequality in measured.inequalities)
    True
    """
    if len(vectors.f) != world.words.shape[1]:
        raise ConfigError(f"vectors must be of the {world.words.shape[1]} words of the world: got {len(vectors.f)}")
    ks, blocks = ([integer(name, n, 1, MOST) for n in numbers] for name, numbers in (("ks", ks), ("blocks", blocks)))
    for name, numbers in (("ks", ks), ("blocks", blocks)):
        if len(set(numbers)) < len(numbers):
            raise ConfigError(f"{name} must be different numbers: got {shown(numbers)}")
    by_class = class_scores(world, vectors)
    quantities = {
        "tau": world.collision,
        "s": deviation(world, vectors),
        "error": supervised(world, by_class, wrong),
        "error_bayes": world.pair_error,
        "accuracy": accuracy(world, by_class),
        "accuracy_bayes": world.accuracy,
    }
    found = [Inequality("Bayes", "Bayes error <= error of two classes", world.pair_error, quantities["error"])]
    for loss in LOSSES.values():
        own, listed = _of_loss(world, vectors, loss, quantities["s"], ks)
        quantities |= {f"{name} {loss.name}": value for name, value in own.items()}
        found += listed
        value = own["L_sup"]
        found.append(Inequality(f"error {loss.name}", "error <= L_sup", quantities["error"], value, 0.5))
    for size in blocks:
        unsup = unsupervised_blocks(world, vectors, size)
        quantities[f"L_un logistic b={size}"] = unsup
        found.append(_collision(f"4.1 logistic b={size}", quantities["L_sup logistic"], unsup, world.collision))
        formula = f"L_un of blocks of {size} <= L_un"
        found.append(Inequality(f"blocks b={size}", formula, unsup, quantities["L_un logistic"]))
    own, listed = _information(world, vectors)
    return Measured(vectors.name, quantities | own, (*found, *listed))


def collision_bound(unsup: float, free: float, least: float = 1.0) -> float:
    """Return (L_un - tau least) / (1 - tau), the bound of theorem 4.1, with free = 1 - tau.

    It is infinite if nearly every pair collides, so that rounding would decide.
    """
    return least + (unsup - least) / free if free > ROUNDING else math.inf


def _collision(name: str, value: float, unsup: float, tau: float) -> Inequality:
    return Inequality(name, "L_sup <= (L_un - tau) / (1 - tau)", value, collision_bound(unsup, 1 - tau), 1.0)


def _of_loss(
    world: World, vectors: Representation, loss: Loss, s: float, ks: Sequence[int]
) -> tuple[dict[str, float], list[Inequality]]:
    """Return the losses of one kind, and theorems 4.1 and 4.5 with one and with k negatives."""
    tau, un, by_class = world.collision, unsupervised(world, vectors, loss), class_scores(world, vectors)
    sup = supervised(world, by_class, loss.of)
    values = {"L_un": un.total, "L_un same": un.same, "L_un different": un.different, "L_sup": sup}
    values["L_sup all"] = supervised_all(world, by_class, loss)
    inner = loss.deviation * s
    found = [
        _collision(f"4.1 {loss.name}", sup, un.total, tau),
        Inequality(
            f"4.5 {loss.name}",
            "L_sup <= L_un(other class) + c' tau/(1 - tau) s",
            sup,
            un.different + tau / (1 - tau) * inner,
            1.0,
        ),
        Inequality(f"same class {loss.name}", "L_un(same class) - 1 <= c' s", un.same - 1, inner),
    ]
    un_k, sup_k = (of(world, vectors, loss, ks) for of in (negatives.unsupervised, negatives.supervised))
    for k, unsup, value in zip(ks, un_k, sup_k, strict=True):
        values |= {f"L_un k={k}": unsup, f"L_sup k={k}": value}
        bound = collision_bound(unsup, negatives.no_collision(world, k), negatives.collided_loss(world, loss, k))
        formula = "L_sup_k <= (L_un_k - tau_k E[collided]) / (1 - tau_k)"
        found.append(Inequality(f"4.1 {loss.name} k={k}", formula, value, bound, negatives.trivial(loss, k)))
    return values, found


def _information(world: World, vectors: Representation) -> tuple[dict[str, float], list[Inequality]]:
    lim, mean = limit(world.joint(), world.margin, vectors), classifier(world, vectors)
    values = {
        "limit": lim,
        "information": world.information,
        "class_information": world.class_information,
        "entropy": world.entropy,
        "R_mu": mean.cross_entropy,
        "R_bayes": mean.best,
    }
    return values, [
        Inequality("information", "-limit <= I(X;Y)", -lim, world.information),
        Inequality("classifier", "R_mu <= limit + H(rho)", mean.cross_entropy, lim + world.entropy, world.entropy),
        Inequality("cross-entropy", "H(C|X) <= R_mu", mean.best, mean.cross_entropy),
    ]
