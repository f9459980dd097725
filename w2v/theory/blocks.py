r"""The logistic loss of blocks: f(x) is scored with the mean of b positives and that of b negatives, each of one class.

The means have V ** b values; their distribution is known through its characteristic function, a power of that of one word.
The logistic loss is a mixture of cosines, so that its expectation is an integral over a line:

    log(1 + e^-v) = -v/2 + log 2 + integral over t > 0 of (1 - cos tv) / (t sinh(pi t))

whose midpoint rule converges exponentially: the poles nearest to the line are at +-i.
"""

import numpy as np

from w2v.theory.losses import LOG2, blocks_of_rows
from w2v.theory.representation import Representation
from w2v.theory.world import World

NEGLIGIBLE = 40.0
"""e^-40 is below the precision of a double."""
TOGETHER = 16
"""Nodes whose exponentials are computed once, and then multiplied by those of every 16th node."""


def unsupervised_blocks(world: World, vectors: Representation, size: int) -> float:
    """Return the logistic L_un with blocks of this size; 1 is L_un itself."""
    scores, d, rho = vectors.scores, world.words, world.rho
    widest = float((scores.max(axis=1) - scores.min(axis=1)).max())
    step = 2 * np.pi / (NEGLIGIBLE + widest)
    count = int(NEGLIGIBLE / np.pi / step / TOGETHER) + 1
    fine, coarse = step * (np.arange(TOGETHER) + 0.5), step * TOGETHER * np.arange(count)
    t = np.add.outer(coarse, fine).ravel()
    weights = step / (t * np.sinh(np.pi * t))
    means, mean = scores @ d.T, scores @ world.margin
    total = LOG2 - 0.5 * float((rho * d.T * (means - mean[:, np.newaxis])).sum())
    for rows in blocks_of_rows(len(scores), len(t)):
        waves = [np.exp(1j / size * np.multiply.outer(scores[rows], places)) for places in (coarse, fine)]
        words = (waves[0][..., np.newaxis] * waves[1][:, :, np.newaxis]).reshape(len(waves[0]), -1, len(t))
        # The characteristic function of the mean score of a block of each class: e^(i t s / b) over words, to the power b.
        powers = np.einsum("nvt,cv->nct", words, d, optimize=True) ** size
        positives = np.einsum("nct,cn->nt", powers, rho[:, np.newaxis] * d[:, rows])
        both = positives * np.einsum("nct,c->nt", powers, rho).conj()
        total += float((world.margin[rows, np.newaxis] - both.real).sum(axis=0) @ weights)
    return total / LOG2
