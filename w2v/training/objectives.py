"""The losses that the engine trains: their definitions in NumPy, and what else differs between them.

One anchor is a context row x; its positive is the row y_0 of the centre word, its negatives are the rows y_1..y_K of the
noise words that the window shares. s_k is the score of x and y_k, either the dot product or the cosine. Each function here
takes the scores of a window, float64, shape (n, 1 + K), one row an anchor, and returns the loss (of each pair for sgns, of
each anchor otherwise) and the direction of descent, -dL/ds, of the scores' shape. They are the specification that
``cython_ext/sgns.h`` and ``cython_ext/objectives.h`` are tested against.

From scores to rows (``reference.update``): for the dot product, ds/dx = y. For the cosine, with x^ = x/|x|,

    ds/dx = (y^ - s x^) / |x|        ds/dy = (x^ - s y^) / |y|

so an update is orthogonal to the row it changes, and rows can only grow: the larger they are, the smaller the angle by
which a step turns them. The length that rows start with therefore sets the scale of the learning rate. Each objective
starts with the length at which gensim's default rate, 0.025, serves it well (docs/objectives.md has the experiment).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v.config import TrainConfig

Array = NDArray[np.float64]

NEAREST = 1e-6
"""Smallest squared distance of an aligned pair: for alpha < 2 the slope at distance 0 is infinite."""


def sgns(scores: Array, config: TrainConfig) -> tuple[Array, Array]:
    """Skip-gram with negative sampling (Mikolov et al. 2013, arXiv 1310.4546, eq. 4).

    L = -log sigma(s_0) - sum_k log sigma(-s_k), and -dL/ds = l - sigma(s) with l = 1 for the positive pair, else 0.
    """
    labels = np.zeros_like(scores)
    labels[:, 0] = 1
    e = np.exp(-np.abs(scores))
    sigma = np.where(scores > 0, 1 / (1 + e), e / (1 + e))
    return np.logaddexp(0, np.where(labels > 0, -scores, scores)), labels - sigma


def nt_xent(scores: Array, config: TrainConfig) -> tuple[Array, Array]:
    """NT-Xent, InfoNCE (van den Oord et al. 2018; Chen et al. 2020, arXiv 2002.05709, eq. 1) with temperature tau.

    L = -log(e^{s_0/tau} / sum_{k>=0} e^{s_k/tau}), and -dL/ds_k = ([k = 0] - p_k) / tau with p = softmax(s / tau).
    """
    z = scores / config.temperature
    log_p = z - _log_sum_exp(z)
    descent = -np.exp(log_p)
    descent[:, 0] += 1
    return -log_p[:, 0], descent / config.temperature


def triplet(scores: Array, config: TrainConfig) -> tuple[Array, Array]:
    """Triplet loss with a margin (Schroff et al. 2015, arXiv 1503.03832, eq. 1), summed over the negatives.

    L = sum_{k>=1} max(0, s_k - s_0 + margin), and -dL/ds_k = -1 where that is positive, -dL/ds_0 their number.
    """
    excess = scores[:, 1:] - scores[:, :1] + config.margin
    active = (excess > 0).astype(float)
    return (active * excess).sum(axis=1), np.hstack([active.sum(axis=1, keepdims=True), -active])


def align_uniform(scores: Array, config: TrainConfig) -> tuple[Array, Array]:
    """Alignment and uniformity of one anchor (Wang & Isola 2020, arXiv 2005.10242, eq. 1 and 2), |x^ - y^|^2 = 2 - 2s.

    L = lambda (2 - 2 s_0)^{alpha/2} + log mean_{k>=1} e^{-2t(1 - s_k)};
    -dL/ds_0 = lambda alpha (2 - 2 s_0)^{alpha/2 - 1}, and -dL/ds_k = -2t q_k with q = softmax over k >= 1 of 2t s_k.
    """
    distance = np.maximum(2 - 2 * scores[:, 0], NEAREST)
    loss = config.align_weight * distance ** (config.align_power / 2)
    descent = np.zeros_like(scores)
    descent[:, 0] = config.align_weight * config.align_power * distance ** (config.align_power / 2 - 1)
    if scores.shape[1] > 1:
        z = 2 * config.uniform_t * scores[:, 1:]
        log_sum = _log_sum_exp(z)
        loss += log_sum[:, 0] - np.log(z.shape[1]) - 2 * config.uniform_t
        descent[:, 1:] = -2 * config.uniform_t * np.exp(z - log_sum)
    return loss, descent


def _log_sum_exp(z: Array) -> Array:
    return np.asarray(np.logaddexp.reduce(z, axis=1, keepdims=True))


@dataclass(frozen=True)
class Objective:
    """What differs between objectives.

    Attributes
    ----------
    name : str
    define : callable
        From scores and configuration to loss and -dL/ds.
    cosine : bool
        Whether scores are cosines, or dot products.
    mean_over : {"pairs", "positives"}
        What the reported loss is a mean over.
    initial_length : float or None
        Length of the rows that both matrices start with; the trainer gives it to rows of zeros too. None: as
        in word2vec.c, short input rows and output rows of
        zeros, which a cosine does not allow, as a row of zeros has no direction.
    """

    name: str
    define: Callable[[Array, TrainConfig], tuple[Array, Array]]
    cosine: bool
    mean_over: str
    initial_length: float | None

    def ceiling(self, config: TrainConfig) -> float:
        """Return a mean loss that only a diverging run exceeds; infinite for cosines, which are bounded.

        For sgns twice that of vectors of zeros. For triplets twice that of negatives that all score 1 above the positive:
        vectors of zeros are no measure there, as the margin may be 0.
        """
        if self.cosine:
            return float("inf")
        return 2 * float(np.log(2)) if self.name == "sgns" else 2 * config.negative * (1 + config.margin)


TABLE = {
    objective.name: objective
    for objective in (
        Objective("sgns", sgns, False, "pairs", None),
        Objective("nt_xent", nt_xent, True, "positives", 0.5),
        Objective("triplet", triplet, True, "positives", 0.5),
        Objective("triplet_dot", triplet, False, "positives", None),
        Objective("align_uniform", align_uniform, True, "positives", 0.5),
    )
}
"""All objectives by name: those of ``cython_ext/objective_list.h``, whose functions are tested against these."""
