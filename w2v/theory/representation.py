"""Representations: a vector f(x) for each word as the anchor, and g(y) as the positive or the negative.

The paper has one function f for both. Skip-gram has two, the input and the output vectors, and all theorems hold for two.
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v.annotations import checked
from w2v.arguments import array, integer, number
from w2v.arrays import Float64
from w2v.config import TrainConfig
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError
from w2v.training.objectives import TABLE

TEMPERED: tuple[str, ...] = next(f.metadata["of"] for f in fields(TrainConfig) if f.name == "temperature")
"""Objectives with a temperature."""
MOST = 20_000
"""Largest number of words or dimensions."""


@dataclass(frozen=True, eq=False)
class Representation:
    """Two vectors per word; the score of a pair is f(x) . g(y).

    Attributes
    ----------
    f, g : ndarray of float64, shape (V, d)
    name : str

    Raises
    ------
    ConfigError
        If the shapes differ, or a value is not finite.
    """

    f: Float64
    g: Float64
    name: str = "vectors"

    def __post_init__(self) -> None:
        for name in ("f", "g"):
            object.__setattr__(self, name, array(name, getattr(self, name)).astype(np.float64))
            if not np.isfinite(getattr(self, name)).all():
                raise ConfigError(f"{name} must be finite: got infinite values or NaN")
        if self.f.ndim != 2 or self.f.shape != self.g.shape:
            raise ConfigError(f"f and g must have the same shape (V, d): got {self.f.shape} and {self.g.shape}")

    @cached_property
    def scores(self) -> Float64:
        """The score of every pair: shape (V, V)."""
        return self.f @ self.g.T

    @cached_property
    def largest_score(self) -> float:
        """The largest norm of f times the largest norm of g, which bounds every score."""
        return float(np.linalg.norm(self.f, axis=1).max() * np.linalg.norm(self.g, axis=1).max())


@checked
def zero(words: int, dim: int = 1) -> Representation:
    """Return vectors of zeros, which know nothing."""
    integer("words", words, 1, MOST)
    integer("dim", dim, 1, MOST)
    return Representation(np.zeros((words, dim)), np.zeros((words, dim)), "zero")


@checked
def random(words: int, dim: int, seed: int = 1, scale: float = 0.5) -> Representation:
    """Return vectors with normally distributed components of this standard deviation."""
    integer("words", words, 1, MOST)
    integer("dim", dim, 1, MOST)
    integer("seed", seed, 0, 2**63 - 1)
    number("scale", scale, 0, 1e6)
    rng = np.random.default_rng([seed, 0x72657072])  # "repr": a stream of its own
    f, g = scale * rng.normal(size=(2, words, dim))
    return Representation(f, g, "random")


@checked
def one_hot(scores: ArrayLike, name: str = "one-hot") -> Representation:
    """Return the representation with these scores (V, V), with as many dimensions as words: f(x) is the x-th unit vector.

    Raises
    ------
    ConfigError
        If the scores are not a square matrix, or not finite.
    """
    matrix = np.asarray(scores, np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ConfigError(f"scores must have shape (V, V): got {matrix.shape}")
    return Representation(np.eye(len(matrix)), matrix.T, name)


def of_matrices(
    vocabulary: Vocabulary,
    matrices: tuple[NDArray[np.float32], NDArray[np.float32]],
    config: TrainConfig,
    words: int,
    name: str = "trained",
) -> Representation:
    """Return input and output vectors as a representation of a world's words; words that were never seen have zeros."""
    rows = np.array([int(word) for word in vocabulary.words])
    f, g = np.zeros((2, words, config.vector_size))
    f[rows], g[rows] = matrices
    return scaled(f, g, config, name)


def scaled(f: Float64, g: Float64, config: TrainConfig, name: str) -> Representation:
    """Return vectors whose inner products are the scores in the loss of the objective that they were trained with.

    If these are cosines, all vectors get length 1 (zeros stay), and f is divided by the temperature if there is one.
    """
    if TABLE[config.objective].cosine:
        f, g = (rows / np.where(norms > 0, norms, 1) for rows in (f, g) for norms in (_norms(rows),))
    return Representation(f / (config.temperature if config.objective in TEMPERED else 1.0), g, name)


def _norms(rows: Float64) -> Float64:
    return np.asarray(np.linalg.norm(rows, axis=1, keepdims=True))
