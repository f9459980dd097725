"""The engine's specification in NumPy: slow, short, in float64. Every compiled kernel is tested against it.

`update` is one tile: a gradient step on the loss of a window with shared noise words (`objectives` defines the losses).
`train` is a whole run with one thread, with the same random streams, windows, tiles and learning rates as the compiled core,
so both give the same vectors up to rounding.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Float64
from w2v.config import TrainConfig
from w2v.training.merging import FEW_REPEATED
from w2v.training.objectives import TABLE, KernelMean, align_uniform, uniformity
from w2v.training.schedule import learning_rate

MASK = 2**64 - 1


@dataclass(frozen=True)
class TileResult:
    """The result of `update` on a tile: scores S and coefficients G, both of shape (n, m), and the loss in nats."""

    scores: Float64
    coefficients: Float64
    loss: float


@dataclass(frozen=True)
class RowSteps:
    """What the increments of each row of the input and of the output matrix are multiplied by, both of shape (V,)."""

    input: Float64
    output: Float64


SGNS = TrainConfig()

SMALLEST_SQUARE = 1e-30
"""Squared length below which a row is treated as zero: it has no direction and is not changed."""


def inverse_lengths(rows: Float64) -> Float64:
    """Return 1 / |row| for each row, shape (n, 1), and 0 for a row of zeros."""
    squares = (rows * rows).sum(axis=1, keepdims=True)
    return np.where(squares > SMALLEST_SQUARE, 1 / np.sqrt(np.maximum(squares, SMALLEST_SQUARE)), 0)


def update(
    input: Float64,
    output: Float64,
    contexts: NDArray[np.integer],
    targets: NDArray[np.integer],
    learning_rate: float,
    config: TrainConfig = SGNS,
    kernel: KernelMean | None = None,
    within_output: bool = False,
    steps: RowSteps | None = None,
) -> TileResult:
    """Train one tile in place: ``X += G Y + D X``, ``Y += G^T X_old + E Y``; D and E are 0 unless scores are cosines.

    Parameters
    ----------
    input, output : ndarray of float64, shape (V, dim)
    contexts : ndarray of int, shape (n,)
        Words around the centre, all or a part; a word may occur several times.
    targets : ndarray of int, shape (m,)
        The centre word, then the noise words, which may repeat.
    learning_rate : float
    config : TrainConfig
        The objective and its parameters.
    kernel : KernelMean, optional
        align_uniform: the running mean that normalises the tile's uniformity, and is updated; by default a new one.
    within_output : bool
        align_uniform: whether all targets are negatives, as in a window's second tile.
    steps : RowSteps, optional
        What the rows' increments are multiplied by; by default 1.
    """
    # X (n, d) @ Y^T (d, m) = scores (n, m). Fancy indexing copies, so both updates use the old rows.
    x, y = input[contexts], output[targets]
    objective = TABLE[config.objective]
    scores = x @ y.T
    if not objective.cosine:
        loss, descent = objective.define(scores, config)
        g = learning_rate * descent
        if objective.damped:
            most = int(np.bincount(targets).max())
            g *= damping(x, y, learning_rate, config, most)[:, None]
        add(input, output, contexts, targets, (g @ y, g.T @ x), steps)
        return TileResult(scores, g, float(loss.sum()))
    x_inverse, y_inverse = inverse_lengths(x), inverse_lengths(y)
    cosines = scores * x_inverse * y_inverse.T
    if within_output:
        loss, descent = uniformity(cosines, config, kernel or KernelMean.start(config))
    elif kernel is not None:
        loss, descent = align_uniform(cosines, config, kernel)
    else:
        loss, descent = objective.define(cosines, config)
    g, pull = learning_rate * descent * x_inverse * y_inverse.T, learning_rate * descent * cosines
    x_change = g @ y - pull.sum(axis=1, keepdims=True) * x_inverse**2 * x
    y_change = g.T @ x - pull.sum(axis=0)[:, None] * y_inverse**2 * y
    add(input, output, contexts, targets, (x_change, y_change), steps)
    return TileResult(scores, g, float(loss.sum()))


def add(
    input: Float64,
    output: Float64,
    contexts: NDArray[np.integer],
    targets: NDArray[np.integer],
    changes: tuple[Float64, Float64],
    steps: RowSteps | None,
) -> None:
    """Add the changes of a tile's rows, times their steps, to the matrices; words that occur twice add up."""
    x_steps, y_steps = (steps.input[contexts], steps.output[targets]) if steps else (np.ones(1), np.ones(1))
    np.add.at(input, contexts, x_steps[:, None] * changes[0])
    np.add.at(output, targets, y_steps[:, None] * changes[1])


def damping(x: Float64, y: Float64, learning_rate: float, config: TrainConfig, most_alike: int = 1) -> Float64:
    """Return what each anchor's step is multiplied by under spectral, which ``cython_ext/objectives.h`` explains.

    Parameters
    ----------
    x : ndarray of float64, shape (n, dim)
    y : ndarray of float64, shape (m, dim)
    learning_rate : float
    config : TrainConfig
    most_alike : int
        The largest number of equal targets.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    squares = (y * y).sum(axis=1)
    alike = max(
        most_alike, config.negative - (len(y) - 1)
    )  # noise words that are the centre are left out of the targets
    curvature = len(x) * alike * (x * x).sum(axis=1) + config.negative * squares[0] + squares[1:].sum()
    return np.asarray(1 / (1 + learning_rate * 2 / config.negative * curvature))


TARGET_STEP, ROW_STEP, FEW_ALIKE, FEW_TARGETS = 0.25, 0.1, 5, 21
BOUNDED_CONTEXTS, MAX_CONTEXTS = 10, 64
"""The bounds of a tile's step, explained in ``cython_ext/step.h``."""


def bounded_step(rate: float, targets: NDArray[np.integer], config: TrainConfig = SGNS) -> tuple[float, int]:
    """Return the learning rate of a window's tiles, and the largest number of contexts of each of them."""
    if TABLE[config.objective].bounded:
        return rate, BOUNDED_CONTEXTS
    weight = config.negative_weight
    alike, every = weight * np.bincount(targets).max(), 1 + weight * (len(targets) - 1)
    crowding = max(1.0, alike / FEW_ALIKE, every / FEW_TARGETS)
    contexts = TARGET_STEP / (rate * crowding) if rate > 0 else np.inf
    return min(rate, ROW_STEP / crowding), int(min(max(contexts, 1), MAX_CONTEXTS))


def bounded_boost(boost: float, window: "Window", config: TrainConfig = SGNS) -> float:
    """Return by what the learning rate of a tile is multiplied."""
    weight = min(max(1.0, config.negative_weight), FEW_REPEATED)
    most = np.bincount(window.contexts).max() * np.bincount(window.targets).max() * weight
    return float(min(boost, max(1, boost * FEW_REPEATED / most)))


class Stream:
    """SplitMix64 (Steele, Lea and Flood 2014), one stream per (seed, epoch, chunk)."""

    def __init__(self, seed: int, epoch: int, chunk: int) -> None:
        self.state = seed
        for key in (epoch, chunk, 0):
            self.state = (self.next() + key) & MASK

    def next(self) -> int:
        """Return the next 64-bit number."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)


@dataclass
class Window:
    """One window: the words around a centre, then the centre and its noise words; and its number in the sentence."""

    contexts: NDArray[np.int64]
    targets: NDArray[np.int64]
    number: int = 0


@dataclass
class NoiseRegion:
    """The part of the noise pool that windows draw from; it advances with each draw."""

    pool: NDArray[np.uint32]
    first: int

    def draw(self, random: int, config: TrainConfig) -> list[int]:
        """Return the noise words of one window, selected by one random number."""
        self.first += config.noise_step
        size = config.noise_region(len(self.pool))
        places = [(random + k * (random >> 16 | 1)) % size for k in range(config.negative)]
        return [int(self.pool[(self.first + place) % len(self.pool)]) for place in places]


def windows(
    sentence: NDArray[np.uint32], keep: NDArray[np.uint32], noise: NoiseRegion, config: TrainConfig, stream: Stream
) -> Iterator[Window]:
    """Yield the windows of one sentence after subsampling."""
    kept = [int(word) for word in sentence if (stream.next() >> 32) <= keep[word]]
    if len(kept) < 2:
        return
    drawn: list[int] = []
    for centre, word in enumerate(kept):
        random = stream.next()
        reach = 1 + ((random >> 32) * config.window >> 32) if config.shrink_windows else config.window
        contexts = kept[max(0, centre - reach) : centre] + kept[centre + 1 : centre + reach + 1]
        if centre % config.noise_windows == 0:
            drawn = noise.draw(random, config)
        yield Window(np.array(contexts), np.array([word] + [w for w in drawn if w != word]), centre)


@dataclass(frozen=True)
class Text:
    """An encoded corpus in the form that the core reads."""

    tokens: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    chunks: NDArray[np.int64]
    keep: NDArray[np.uint32]
    noise: NDArray[np.uint32]


OUTPUT_WINDOWS = 4
"""One window in so many has a tile of output rows, which counts for all of them (``cython_ext/two_tiles.pxd``)."""


def update_within(
    rows: Float64,
    window: Window,
    rate: float,
    config: TrainConfig,
    kernels: tuple[KernelMean, KernelMean],
    steps: RowSteps | None = None,
) -> float:
    """Train a window, or a part of one, of align_uniform: two tiles, the second of output rows alone; return the loss.

    Parameters
    ----------
    rows : ndarray of float64, shape (2 V, dim)
        The input matrix, and below it the output matrix.
    kernels : tuple of KernelMean
        Of the input and of the output rows.
    steps : RowSteps, optional
    """
    if steps:
        steps = RowSteps(*2 * (np.append(steps.input, steps.output),))
    words = len(rows) // 2
    centre, noise = window.targets[0], window.targets[1:]
    others = noise[~np.isin(noise, window.contexts)]  # a word is not a negative of itself
    first = update(
        rows, rows, window.contexts, np.append(words + centre, others), rate, config, kernels[0], steps=steps
    )
    if not len(noise) or window.number % OUTPUT_WINDOWS:
        return first.loss
    repeated = np.full(OUTPUT_WINDOWS * len(window.contexts), words + centre)
    second = update(rows, rows, repeated, words + noise, rate, config, kernels[1], within_output=True, steps=steps)
    return first.loss + second.loss


def train(
    input: Float64, output: Float64, text: Text, config: TrainConfig, steps: RowSteps | None = None, boost: float = 1
) -> float:
    """Train both matrices in place over all epochs; return the last epoch's mean loss.

    ``boost`` is what the bounded learning rate of tiles is multiplied by.
    """
    total, within = len(text.tokens) * config.epochs, TABLE[config.objective].within
    rows = np.vstack([input, output]) if within else np.empty(0)
    loss, terms = 0.0, 0
    for epoch in range(config.epochs):
        loss, terms = 0.0, 0
        for chunk in range(len(text.chunks) - 1):
            stream = Stream(config.seed, epoch, chunk)
            noise = NoiseRegion(text.noise, stream.next())
            kernels = KernelMean.start(config), KernelMean.start(config)
            for s in range(text.chunks[chunk], text.chunks[chunk + 1]):
                start, end = text.offsets[s], text.offsets[s + 1]
                progress = (len(text.tokens) * epoch + start) / total
                rate = learning_rate(config, progress)
                for window in windows(text.tokens[start:end], text.keep, noise, config, stream):
                    bounded, most = bounded_step(rate, window.targets, config)
                    for first in range(0, len(window.contexts), most):
                        part = Window(window.contexts[first : first + most], window.targets, window.number)
                        rate_of_part = bounded * bounded_boost(boost, part, config)
                        if within:
                            loss += update_within(rows, part, rate_of_part, config, kernels, steps)
                        else:
                            words = part.contexts, part.targets
                            loss += update(input, output, *words, rate_of_part, config, steps=steps).loss
                        pairs = len(part.contexts) * len(part.targets)
                        terms += pairs if config.objective == "sgns" else len(part.contexts)
    if within:
        input[:], output[:] = np.split(rows, 2)
    return loss / max(terms, 1)


def packed(changes: Float64) -> Float64:
    """Return what becomes of changes of rows, shape (V, dim), when each element is a byte: 127 for a row's largest.

    Shards send one another bytes (``cython_ext/changes.h``), and those of one process merge the same numbers.
    """
    scales = np.abs(changes).max(axis=-1, keepdims=True) / 127
    return np.asarray(np.rint(changes / np.where(scales > 0, scales, 1)) * scales)


def merge_by_direction(
    changes: Float64, directions: tuple[Float64, Float64], multiples: tuple[Float64, Float64, Float64]
) -> Float64:
    """Return what becomes of what shards have learned, as `w2v.training.merging` derives it, before it is `packed`.

    Parameters
    ----------
    changes : ndarray of float64, shape (N, V, dim)
        Copies of the rows less the rows at the last merge, `packed`.
    directions : tuple
        An orthonormal basis, directions in columns, shape (dim, dim), and their eigenvalues, shape (dim,).
    multiples : tuple
        ``pulls``, ``boosts`` and ``spreads`` of the rows, each of shape (V,).
    """
    basis, values = directions
    pulls, boosts, spreads = (multiple[:, None] for multiple in multiples)
    way = pulls * values
    beta = phi(way) / (boosts * phi(way * boosts / spreads))
    return np.asarray(((changes.sum(axis=0) @ basis) * beta) @ basis.T)


def phi(x: Float64) -> Float64:
    """Return (1 - exp(-x)) / x, and 1 at 0."""
    return np.where(x > 0, -np.expm1(-x) / np.where(x > 0, x, 1), 1)
