"""Interventions: change the vectors of a trained model, and nothing else, so that alignment and uniformity change.

Correlations over trained models cannot tell what causes quality: another objective changes everything at once. Here the
words, the text and the model stay, and vectors are moved:

common b    u = the unit vectors, e = the direction of their mean; c = u without its part along e, of length 1; c + b e
whitening   (u - mean) C^-1/2, with C the covariance: all directions have the same variance (ZCA); or C^-1/4, half of it
noise s     c + s n, n normally distributed and of length about 1: the order of neighbours is lost as s grows
random      independent directions

Of c + b e, cosines are (c_x . c_y + b^2) / (1 + b^2). So for every b the order of all cosines is the same, hence every
rank correlation with human judgements, every nearest neighbour, and every answer by 3CosAdd; whereas

    alignment (alpha = 2)   = alignment(b = 0) / (1 + b^2)
    uniformity              -> 0, from uniformity(b = 0), as b grows
    mean cosine             = (mean cosine(b = 0) + b^2) / (1 + b^2)

The mean and the covariance are those of the words of the positive pairs, as all metrics of a study (Zipfian whitening:
Yokoi et al. 2024, arXiv 2411.00680).
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from w2v.arrays import Float64
from w2v.geometry import Space, random_space

TRAINED = "as trained"
LENGTHS = (0.0, 0.25, 0.5, 1.0, 2.0)
"""Lengths of the common vector."""
NOISE = (0.5, 1.0, 2.0)
COMMON = tuple(f"common vector {b:g}" for b in LENGTHS)
WHITENED = ("whitened (ZCA)", "half whitened")
NOISY = tuple(f"noise {s:g}" for s in NOISE)
RANDOM = "random vectors"
CHANGES = (*COMMON, *WHITENED, *NOISY, RANDOM)

SMALLEST = 1e-9
"""Variance, relative to the largest, below which a direction is not stretched."""


def changed(space: Space, p: Float64, seed: int) -> Iterator[tuple[str, Space]]:
    """Yield each change and the changed space, whose vectors are float32.

    Parameters
    ----------
    space : Space
        The input vectors of a model.
    p : ndarray of float64, shape (V,)
        Probabilities of the words.
    seed : int
        Seed of noise and of random vectors.
    """
    units = _units(np.asarray(space.vectors, np.float64))
    mean = p @ units
    common = mean / np.linalg.norm(mean)
    rest = without(units, common)
    rng = np.random.default_rng([seed, 0x6368616E6765])  # "change": a stream of its own
    noise = rng.standard_normal(units.shape) / np.sqrt(units.shape[1])
    for name, b in zip(COMMON, LENGTHS, strict=True):
        yield name, _with(space, rest + b * common)
    for name, power in zip(WHITENED, (0.5, 0.25), strict=True):
        yield name, _with(space, whitened(units - mean, p, power))
    for name, s in zip(NOISY, NOISE, strict=True):
        yield name, _with(space, rest + s * noise)
    yield RANDOM, random_space(space, seed)


def without(units: Float64, direction: Float64) -> Float64:
    """Return unit rows without their part along a direction of length 1, again of length 1; rows along it become zeros."""
    return _units(units - np.outer(units @ direction, direction))


def whitened(centred: Float64, p: Float64, power: float) -> Float64:
    """Return centred rows times their covariance, weighted by p, to the power of minus ``power``: 1/2 whitens (ZCA)."""
    variances, axes = np.linalg.eigh((centred * p[:, np.newaxis]).T @ centred)
    scales = np.where(variances > SMALLEST * variances[-1], variances, np.inf) ** -power
    return np.asarray(centred @ (axes * scales) @ axes.T)


def _units(rows: Float64) -> Float64:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 1e-12))


def _with(space: Space, rows: Float64) -> Space:
    return replace(space, vectors=rows.astype(np.float32))
