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
from dataclasses import dataclass, field

import numpy as np

from w2v.arrays import Float64
from w2v.config import TrainConfig

NEAREST = 1e-6
"""Smallest squared distance of an aligned pair: for alpha < 2 the slope at distance 0 is infinite."""

LOSSES = 2
"""Version of the definitions: in version 1, which files do not name, align_uniform was what decoupled is now."""

LARGEST_SHARE, KERNEL_TILES, KERNEL_BATCH = 8, 512, 8
"""Bounds of `align_uniform`, explained in ``cython_ext/align_uniform.h``."""


def sgns(scores: Float64, config: TrainConfig) -> tuple[Float64, Float64]:
    """Skip-gram with negative sampling (Mikolov et al. 2013, arXiv 1310.4546, eq. 4).

    L = -log sigma(s_0) - W sum_k log sigma(-s_k), with W = ``negative_weight``, and -dL/ds_0 = 1 - sigma(s_0),
    -dL/ds_k = -W sigma(s_k).
    """
    labels = np.zeros_like(scores)
    labels[:, 0] = 1
    e = np.exp(-np.abs(scores))
    sigma = np.where(scores > 0, 1 / (1 + e), e / (1 + e))
    weights = np.where(labels > 0, 1.0, config.negative_weight)
    return weights * np.logaddexp(0, np.where(labels > 0, -scores, scores)), weights * (labels - sigma)


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


def decoupled(scores: Float64, config: TrainConfig) -> tuple[Float64, Float64]:
    """Decoupled contrastive loss (Yeh et al. 2022, arXiv 2110.06848, eq. 5): NT-Xent's denominator lacks the positive.

    L = -s_0/tau + log sum_{k>=1} e^{s_k/tau}, and -dL/ds_k = ([k = 0] - [k > 0] q_k) / tau, q the softmax over k >= 1.
    """
    # nt_xent is log(1 + e^L), so its gradient is (1 - p_0) times this one. align_uniform of w2v 0.1 was this loss plus a
    # constant, for alpha = 2, lambda = t and tau = 1/(2t).
    z = scores / config.temperature
    loss, descent = -z[:, 0], np.zeros_like(z)
    descent[:, 0] = 1
    if z.shape[1] > 1:  # without negatives (all were the centre word), only the attraction is left
        log_sum = _log_sum_exp(z[:, 1:])
        loss = loss + log_sum[:, 0]
        descent[:, 1:] = -np.exp(z[:, 1:] - log_sum)
    return loss, descent / config.temperature


def spectral(scores: Float64, config: TrainConfig) -> tuple[Float64, Float64]:
    """Spectral contrastive loss (HaoChen et al. 2021, arXiv 2106.04156, eq. 6), of dot products; K noise words were drawn.

    L = -2 s_0 + (1/K) sum_{k=1..K} s_k^2, and -dL/ds_0 = 2, -dL/ds_k = -2 s_k / K.
    """
    # Noise words equal to the centre are not among the targets, but their scores are s_0: so they are counted.
    share = np.full(scores.shape[1], 1 / config.negative)
    share[0] = (config.negative - (scores.shape[1] - 1)) / config.negative
    descent = -2 * share * scores
    descent[:, 0] += 2
    return (share * scores**2).sum(axis=1) - 2 * scores[:, 0], descent


@dataclass
class KernelMean:
    """The running mean of e^{-t |a - b|^2} over the pairs of one matrix: the normaliser of its uniformity.

    Attributes
    ----------
    mean : float
    tiles : int
        Number of tiles that it is a mean of, at most `KERNEL_TILES`, of which the latest count more. Orthogonal rows count
        as the first one.
    pending : list of ndarray
        The values of the anchors of tiles that are not in ``mean`` yet: `KERNEL_BATCH` tiles are added at a time.
    """

    mean: float
    tiles: int = 1
    pending: list[Float64] = field(default_factory=list)

    @classmethod
    def start(cls, config: TrainConfig) -> "KernelMean":
        """Return the mean before the first tile of a chunk."""
        return cls(np.exp(-2 * config.uniform_t))

    def add(self, values: Float64) -> None:
        """Account for a tile, by the mean of the kernel of each of its anchors."""
        self.pending.append(values)
        if len(self.pending) == KERNEL_BATCH:
            self.tiles = min(self.tiles + KERNEL_BATCH, KERNEL_TILES)
            self.mean += (float(np.concatenate(self.pending).mean()) - self.mean) * KERNEL_BATCH / self.tiles
            self.pending = []


def uniformity(cosines: Float64, config: TrainConfig, kernel: KernelMean) -> tuple[Float64, Float64]:
    """Half the uniformity of rows and noise rows of one matrix (Wang & Isola 2020, arXiv 2005.10242, eq. 2).

    L = (log b + z/b - 1) / 2, with z = mean_k e^{-2t(1 - s_k)} and the constant b = kernel.mean, which is updated;
    -dL/ds_k = -t e^{-2t(1 - s_k)} / (K b). Beyond z/b = C = LARGEST_SHARE the loss goes on as C log z, so that b is
    replaced by z/C in its derivative.
    """
    if not cosines.shape[1]:
        return np.zeros(len(cosines)), cosines
    e = np.exp(-2 * config.uniform_t * (1 - cosines))
    z = e.mean(axis=1)
    mean, b = kernel.mean, np.maximum(kernel.mean, z / LARGEST_SHARE)
    kernel.add(z)
    beyond = LARGEST_SHARE * np.log(b / mean)  # 0 where z/b is at most LARGEST_SHARE
    return (np.log(mean) + z / b - 1 + beyond) / 2, -config.uniform_t * e / (e.shape[1] * b[:, None])


def align_uniform(scores: Float64, config: TrainConfig, kernel: KernelMean | None = None) -> tuple[Float64, Float64]:
    """Alignment of a pair, and uniformity of the input rows (Wang & Isola 2020, arXiv 2005.10242, eq. 1 and 2).

    L = lambda (2 - 2 s_0)^{alpha/2} + U/2, -dL/ds_0 = lambda alpha (2 - 2 s_0)^{alpha/2 - 1}; U/2 is `uniformity`, and s_k
    for k >= 1 is the cosine of a context's input row and a noise word's input row. The output rows' tile has U/2 alone.
    """
    distance = np.maximum(2 - 2 * scores[:, 0], NEAREST)
    loss, descent = uniformity(scores[:, 1:], config, kernel or KernelMean.start(config))
    slope = config.align_weight * config.align_power * distance ** (config.align_power / 2 - 1)
    return config.align_weight * distance ** (config.align_power / 2) + loss, np.column_stack([slope, descent])


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
    within : bool
        Whether noise words are compared with rows of their own matrix, so that a window is two tiles.
    damped : bool
        Whether steps are divided by the curvature; see ``cython_ext/objectives.h``.
    initial_length : float or None
        Initial length of the rows of both matrices; the trainer also applies it to rows of zeros. None: as in word2vec.c,
        short input rows and output rows of zeros. (A cosine cannot start there, as a row of zeros has no direction.)
    """

    name: str
    define: Callable[[Float64, TrainConfig], tuple[Float64, Float64]]
    cosine: bool
    mean_over: str
    initial_length: float | None
    within: bool = False
    damped: bool = False

    @property
    def bounded(self) -> bool:
        """Whether no learning rate makes training diverge, so that ``cython_ext/step.h`` need not prevent that."""
        return self.cosine or self.damped

    def ceiling(self, config: TrainConfig) -> float:
        """Return a mean loss that only a diverging run exceeds; infinite for cosines, whose loss is bounded.

        For sgns it is twice the loss of zero vectors, with K noise words of weight W or, as they are all the centre, without
        any. For triplets it is twice the loss if all negatives score 1 above the positive; the loss of zero vectors cannot
        serve, because it is 0 if the margin is 0. For spectral, whose loss of zero vectors is 0 too, it is that of a
        positive pair with score 0 and negatives with scores of 1.
        """
        if self.cosine:
            return float("inf")
        if self.name == "spectral":
            return 1.0
        if self.name == "sgns":
            weight = (1 + config.negative * config.negative_weight) / (1 + config.negative)
            return 2 * float(np.log(2)) * max(1.0, weight)
        return 2 * config.negative * (1 + config.margin)


TABLE = {
    objective.name: objective
    for objective in (
        Objective("sgns", sgns, False, "pairs", None),
        Objective("nt_xent", nt_xent, True, "positives", 0.5),
        Objective("decoupled", decoupled, True, "positives", 0.5),
        Objective("triplet", triplet, True, "positives", 0.5),
        Objective("triplet_dot", triplet, False, "positives", None),
        Objective("align_uniform", align_uniform, True, "positives", 0.5, within=True),
        Objective("spectral", spectral, False, "positives", None, damped=True),
    )
}
"""All objectives by name: those of ``cython_ext/objective_list.h``, whose functions are tested against these."""
