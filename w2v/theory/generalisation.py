"""Gen_M: by how much L_un can exceed its mean over M sampled triplets (x, x+, x-), for all representations at once.

With probability 1 - delta, for all f and g whose rows have norms of at most R_f and R_g (Mohri et al. 2018, theorem 3.3,
and Talagrand's contraction lemma, 5.7):

    L_un <= (mean over the sample) + Gen_M,     Gen_M = 2 slope Rad + range sqrt(log(1 / delta) / (2 M))

Words are looked up, so the class of functions is all matrices of rows, and its Rademacher complexity is a norm. With
A = sum_i sigma_i e_x (e_x+ - e_x-)' over the sample, random signs sigma_i, and P = diag(p),

    M Rad = E sup <F G', A> <= R_f R_g E |P^-1/2 A P^-1/2|       because |P^1/2 F|_F <= R_f, |P^1/2 G|_F <= R_g

and the spectral norm of a sum of independent matrices Z_i with |Z_i| <= B has, by Bernstein's inequality (Tropp 2015,
theorem 6.1.1), an expectation of at most sqrt(2 v log 2V) + B log(2V) / 3, v = M max(|E Z Z'|, |E Z'Z|). All constants are
explicit: this is a bound. The gap between L_un and its mean over the pairs that were drawn can also be measured.
"""

import math

import numpy as np

from w2v.theory.losses import Loss
from w2v.theory.representation import Representation
from w2v.theory.world import World


def complexity(world: World, m: int) -> float:
    """Return a bound on the Rademacher complexity of the scores of m triplets, for rows of norm 1."""
    used = world.margin > 0
    p, joint = world.margin[used], world.joint()[np.ix_(used, used)]
    words = len(p)
    ratio = (joint / np.outer(p, p)).sum(axis=0)  # sum over x of P(x, y) / (p(x) p(y))
    left = float(ratio.max()) + words - 2
    mixed = np.outer(ratio * np.sqrt(p), np.sqrt(p))
    right = float(np.linalg.norm(np.diag(ratio) + words * np.eye(words) - mixed - mixed.T, 2))
    largest = math.sqrt(2) / float(p.min())
    log = math.log(2 * words)
    return (math.sqrt(2 * m * max(left, right) * log) + largest * log / 3) / m


def gen_m(world: World, vectors: Representation, loss: Loss, m: int, delta: float = 0.05) -> float:
    """Return the bound Gen_M for all vectors whose norms are at most the largest ones of these.

    Strictly, the norms have to be chosen before the sample is drawn.
    """
    size = vectors.largest_score
    range_ = loss.spread(2 * size)
    return 2 * loss.slope * size * complexity(world, m) + range_ * math.sqrt(math.log(1 / delta) / (2 * m))
