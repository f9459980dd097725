"""The losses that the engine can train: definitions in NumPy, and their properties.

An anchor is a context row x. Its positive is the row y_0 of the centre word; its negatives are the rows y_1..y_K of the
noise words, which all contexts of a window share. s_k is the score of x and y_k, the dot product or the cosine. Each
function takes the scores of a tile, float64, shape (n, 1 + K), one row per anchor, and returns the loss (per pair for
sgns, per anchor otherwise) and the descent direction -dL/ds, of the scores' shape. These functions are the specification
against which ``cython_ext/sgns.h`` and ``cython_ext/objectives.h`` are tested.

                 y_0     y_1  ...  y_K
    anchor x_1   s_0     s_1  ...  s_K    -> loss of x_1
    ...
    anchor x_n   s_0     s_1  ...  s_K    -> loss of x_n

From scores to rows (``reference.update``): for the dot product, ds/dx = y. For the cosine, with x^ = x/|x|,

    ds/dx = (y^ - s x^) / |x|        ds/dy = (x^ - s y^) / |y|

so an update is orthogonal to the row it changes, and rows can only grow; the longer a row, the smaller the angle by which a
step turns it. The initial length of the rows therefore sets the scale of the learning rate. For each objective it was chosen
so that gensim's default learning rate, 0.025, works well (docs/objectives.md describes the experiment).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float64
from w2v.config import TrainConfig

NEAREST = 1e-6
"""Smallest squared distance of an aligned pair: for alpha < 2 the slope at distance 0 is infinite."""


def sgns(scores: Float64, config: TrainConfig) -> tuple[Float64, Float64]:
    """Skip-gram with negative sampling (Mikolov et al. 2013, arXiv 1310.4546, eq. 4).

    L = -log sigma(s_0) - sum_k log sigma(-s_k), and -dL/ds = l - sigma(s) with l = 1 for the positive pair, else 0.
    """
    labels = np.zeros_like(scores)
    labels[:, 0] = 1
    e = np.exp(-np.abs(scores))
    sigma = np.where(scores > 0, 1 / (1 + e), e / (1 + e))
    return np.logaddexp(0, np.where(labels > 0, -scores, scores)), labels - sigma


def nt_xent(scores: Float64, config: TrainConfig) -> tuple[Float64, Float64]:
    """NT-Xent, InfoNCE (van den Oord et al. 2018; Chen et al. 2020, arXiv 2002.05709, eq. 1) with temperature tau.

    L = -log(e^{s_0/tau} / sum_{k>=0} e^{s_k/tau}), and -dL/ds_k = ([k = 0] - p_k) / tau with p = softmax(s / tau).
    """
    # The partition sum of each anchor runs over its own positive and the noise words that the window shares, not over other
    # positives of a batch as in SimCLR: the softmax is per row of the scores. Subtracting the log of the sum before
    # exponentiating keeps it finite for s / tau = 1 / 1e-3.
    z = scores / config.temperature
    log_p = z - _log_sum_exp(z)
    descent = -np.exp(log_p)
    descent[:, 0] += 1
    return -log_p[:, 0], descent / config.temperature


def triplet(scores: Float64, config: TrainConfig) -> tuple[Float64, Float64]:
    """Triplet loss with a margin (Schroff et al. 2015, arXiv 1503.03832, eq. 1), summed over the negatives.

    L = sum_{k>=1} max(0, s_k - s_0 + margin). For each positive term -dL/ds_k = -1; -dL/ds_0 is the number of these terms.
    """
    excess = scores[:, 1:] - scores[:, :1] + config.margin
    active = (excess > 0).astype(float)
    return (active * excess).sum(axis=1), np.hstack([active.sum(axis=1, keepdims=True), -active])


def align_uniform(scores: Float64, config: TrainConfig) -> tuple[Float64, Float64]:
    """Alignment and uniformity of one anchor (Wang & Isola 2020, arXiv 2005.10242, eq. 1 and 2), |x^ - y^|^2 = 2 - 2s.

    L = lambda (2 - 2 s_0)^{alpha/2} + log mean_{k>=1} e^{-2t(1 - s_k)};
    -dL/ds_0 = lambda alpha (2 - 2 s_0)^{alpha/2 - 1}, and -dL/ds_k = -2t q_k with q = softmax over k >= 1 of 2t s_k.
    """
    distance = np.maximum(2 - 2 * scores[:, 0], NEAREST)
    loss = config.align_weight * distance ** (config.align_power / 2)
    descent = np.zeros_like(scores)
    descent[:, 0] = config.align_weight * config.align_power * distance ** (config.align_power / 2 - 1)
    if scores.shape[1] > 1:  # a mean over negatives: without any (all were the centre word), only alignment is left
        z = 2 * config.uniform_t * scores[:, 1:]
        log_sum = _log_sum_exp(z)
        loss += log_sum[:, 0] - np.log(z.shape[1]) - 2 * config.uniform_t
        descent[:, 1:] = -2 * config.uniform_t * np.exp(z - log_sum)
    return loss, descent


def _log_sum_exp(z: Float64) -> Float64:
    return np.asarray(np.logaddexp.reduce(z, axis=1, keepdims=True))


@dataclass(frozen=True)
class Objective:
    """The properties of an objective.

    Attributes
    ----------
    name : str
    define : callable
        Function of scores and configuration that returns loss and -dL/ds.
    cosine : bool
        Whether scores are cosines; otherwise they are dot products.
    mean_over : {"pairs", "positives"}
        What the reported loss is averaged over.
    initial_length : float or None
        Initial length of the rows of both matrices; the trainer also applies it to rows of zeros. None: as in word2vec.c,
        short input rows and output rows of zeros. (A cosine cannot start there, as a row of zeros has no direction.)
    """

    name: str
    define: Callable[[Float64, TrainConfig], tuple[Float64, Float64]]
    cosine: bool
    mean_over: str
    initial_length: float | None

    def ceiling(self, config: TrainConfig) -> float:
        """Return a mean loss that only a diverging run exceeds; infinite for cosines, whose loss is bounded.

        For sgns it is twice the loss of zero vectors. For triplets it is twice the loss if all negatives score 1 above the
        positive; the loss of zero vectors cannot serve, because it is 0 if the margin is 0.
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
