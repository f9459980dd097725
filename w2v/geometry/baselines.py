"""What vectors without information give, to compare with: random, collapsed, and uniformly distributed vectors.

random       independent directions for the same words, measured like a model
collapsed    all vectors equal: perfect alignment, and no uniformity; in closed form
uniform      the uniform distribution on the sphere, and positive pairs that are independent; in closed form
"""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from w2v.annotations import checked
from w2v.arguments import integer, positive
from w2v.errors import ConfigError
from w2v.geometry.measurement import Settings
from w2v.geometry.sampling import rows_with_direction
from w2v.geometry.space import Space

ROWS_AT_ONCE = 4096


@checked
def random_space(space: Space, seed: int = 1) -> Space:
    """Return random vectors for the words of a space: normally distributed, float16, with its zero rows.

    Examples
    --------
    >>> space = random_space(Space(np.eye(3), words=["a", "b", "c"]))
    >>> space.name, space.words, space.vectors.shape
    ('random', ['a', 'b', 'c'], (3, 3))
    """
    integer("seed", seed, 0, 2**63 - 1)
    directed, _ = rows_with_direction(space)
    rng = np.random.default_rng([seed, 0x72616E64])  # "rand": a stream of its own
    vectors = _random(space, directed, rng)
    partners = None if space.partners is None else _random(space, directed, rng)
    return replace(space, vectors=vectors, partners=partners, name="random")


def _random(space: Space, directed: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float16]:
    found = np.zeros((len(space), space.dim), np.float16)
    for start in range(0, len(directed), ROWS_AT_ONCE):
        rows = directed[start : start + ROWS_AT_ONCE]
        found[rows] = rng.standard_normal((len(rows), space.dim), np.float32)
    return found


@checked
def collapsed(settings: Settings) -> dict[str, float]:
    """Return the metrics of equal vectors, by the names of the measurements; the others are undefined.

    Examples
    --------
    >>> found = collapsed(Settings())
    >>> found["alignment"], found["uniformity"]
    (0.0, 0.0)
    """
    tau = settings.temperature
    return {
        "alignment": 0.0,
        "uniformity": 0.0,
        **{f"nt_xent M={m}": math.log1p(m) for m in settings.ms},
        "limit_alignment": -1 / tau,
        "limit_uniformity": 1 / tau,
        "limit_uniformity_others": 1 / tau,
        "information": 0.0,
        "mean_cosine": 1.0,
        "effective_rank": 1.0,
        "isotropy": 0.0,
        "partition_isotropy": math.exp(-2),
        "wasserstein": math.sqrt(2),
        "tolerance": 1.0,
    }


@checked
def uniform(settings: Settings, dim: int) -> dict[str, float]:
    """Return the metrics of the uniform distribution on the sphere of R^dim; positives are independent of their anchors.

    Raises
    ------
    ConfigError
        If dim is below 2.

    Examples
    --------
    >>> found = uniform(Settings(), 100)
    >>> round(found["alignment"], 6), round(found["uniformity"], 3)
    (2.0, -3.92)
    """
    tau = settings.temperature
    log_partition = uniform_law(1 / (2 * tau), dim) + 1 / tau  # log E e^{x.n/tau}; |x - n|^2 = 2 - 2 x.n
    return {
        "alignment": uniform_alignment(settings.alpha, dim),
        "uniformity": uniform_law(settings.t, dim),
        "limit_alignment": 0.0,
        "limit_uniformity": log_partition,
        "limit_uniformity_others": log_partition,
        "information": 0.0,
        "mean_cosine": 0.0,
        "effective_rank": float(dim),
        "isotropy": 1.0,
        "partition_isotropy": 1.0,
        "wasserstein": 0.0,
        "tolerance": 0.0,
    }


@checked
def uniform_law(t: float, dim: int) -> float:
    """Return the uniformity of the uniform distribution on the sphere of R^dim: log(e^{-2t} 0F1(; d/2; t^2)), in nats.

    Raises
    ------
    ConfigError
        If t is not above 0, or dim is below 2.

    Examples
    --------
    >>> round(uniform_law(2.0, 100), 3)
    -3.92
    """
    positive("t", t, 1e4)
    integer("dim", dim, 2, 2**31)
    term = total = 1.0
    logs = 0.0
    for k in range(1, 100_000):
        term *= t * t / (k * (dim / 2 + k - 1))
        total += term
        if total > 1e200:  # e^{2t} may be beyond the range of float64
            logs, term, total = logs + math.log(total), term / total, 1.0
        if term < 1e-17 * total:
            break
    return logs + math.log(total) - 2 * t


@checked
def uniform_alignment(alpha: float, dim: int) -> float:
    """Return the mean of distance**alpha between independent uniform points on the sphere of R^dim; 2 for alpha = 2.

    A quarter of the squared distance has the distribution Beta(a, a), where a = (dim - 1) / 2.

    Raises
    ------
    ConfigError
        If alpha is not above 0, or dim is below 2.

    Examples
    --------
    >>> round(uniform_alignment(2.0, 100), 6), round(uniform_alignment(1.0, 2) * np.pi, 6)  # the mean chord: 4 / pi
    (2.0, 4.0)
    """
    positive("alpha", alpha, 1e4)
    integer("dim", dim, 2, 2**31)
    a, gamma = (dim - 1) / 2, math.lgamma
    log = gamma(a + alpha / 2) - gamma(a) + gamma(2 * a) - gamma(2 * a + alpha / 2)
    value = alpha * math.log(2) + log
    if value > 700:
        raise ConfigError(f"alpha must be at most about 1000: got {alpha}")
    return math.exp(value)
