"""The bound that joins both halves of the theory: information and classification, without a constant for collisions.

The limit is the loss of infinitely many negatives (Wang & Isola 2020), and R_mu the cross-entropy of the mean classifier
with the prior rho:

    limit = -E f(x).g(x+) + E_x log E_(y ~ p) e^(f(x).g(y))
    R_mu  = -E log P_mu(c | x),  P_mu(c | x) in proportion to rho_c e^(f(x) . mu_c)

    -limit <= I(X; Y)                R_mu <= limit + H(rho)
"""

from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float64
from w2v.theory.losses import class_scores
from w2v.theory.representation import Representation
from w2v.theory.world import World


def limit(joint: Float64, noise: Float64, vectors: Representation) -> float:
    """Return the limit in nats, for the distribution of pairs (V, V) and of negatives (V,)."""
    scores, drawn = vectors.scores, noise > 0
    top = scores[:, drawn].max(axis=1, keepdims=True)
    partition = np.log(np.exp(scores[:, drawn] - top) @ noise[drawn]) + top[:, 0]
    return float(joint.sum(axis=1) @ partition - (joint * scores).sum())


@dataclass(frozen=True)
class Classifier:
    """R_mu, the cross-entropy of the mean classifier in nats, and that of the best classifier (Bayes), H(C | X)."""

    cross_entropy: float
    best: float


def classifier(world: World, vectors: Representation) -> Classifier:
    """Measure the mean classifier with the logarithm of rho as its bias, among all classes."""
    present = world.rho > 0
    rho, words = world.rho[present], world.words[present]
    scores = class_scores(world, vectors)[:, present] + np.log(rho)
    top = scores.max(axis=1, keepdims=True)
    log_posterior = scores - top - np.log(np.exp(scores - top).sum(axis=1, keepdims=True))
    cross_entropy = -float((rho[:, np.newaxis] * words * log_posterior.T).sum())
    return Classifier(cross_entropy, world.entropy - world.class_information)


def optimum(world: World, negative: int | None = None) -> Float64 | None:
    """Return the scores that minimise a loss, shape (V, V); None if they are not finite because two words never co-occur.

    Parameters
    ----------
    world : World
    negative : int, optional
        That of this engine's SGNS with so many noise words, which leaves out noise words equal to the centre
        (docs/theory/optimum.md); by default that of the limit, the pointwise mutual information.
    """
    joint, p = world.joint(), world.margin
    if not (joint > 0).all():
        return None
    information = np.log(joint / np.outer(p, p))
    if negative is None:
        return np.asarray(information)
    return np.asarray(information - np.log1p(-joint / p[:, np.newaxis]) - np.log(negative))
