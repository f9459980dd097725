"""How far a trained model is from the optimum of its objective, where that is known (docs/theory/optimum.md)."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from w2v.annotations import checked
from w2v.arguments import integer
from w2v.arrays import Float64, Rows
from w2v.config import TrainConfig
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.noise import noise_probabilities
from w2v.corpus.subsampling import keep_thresholds
from w2v.errors import ConfigError
from w2v.extras import library
from w2v.training.trained_model import TrainedModel

KNOWN = ("spectral", "sgns", "nt_xent", "decoupled")
"""Objectives whose optimum is known."""

FREQUENT = 10.0
"""Least expected count of a pair whose score is compared with the optimum's."""


@dataclass(frozen=True)
class Optimum:
    """The result of `measure_optimum`. Scores and losses are in nats, but for those of ``spectral``, which have no unit.

    Attributes
    ----------
    objective : str
    words, dimension : int
    pairs : int
        Number of different pairs of words that occur in the text.
    loss, minimum : float or None
        ``spectral``: the expected loss on the text, and the least that vectors of this dimension can have.
    minimum_of_any_dimension : float or None
        ``spectral``: the same for as many dimensions as words.
    frequent : int
        Number of pairs with an expected count of at least `FREQUENT`, which the following are about.
    rms, bias : float
        Of the differences between the scores and those of the optimum in as many dimensions as words. For the objectives on
        cosines, which leave a constant per context free, differences are from the mean of the context, and ``bias`` is 0.
    deviation : float
        Standard deviation of the optimum's scores: what ``rms`` would be if all scores were their mean.
    correlation : float
        Of the scores with those of the optimum. All weigh pairs by their counts.
    """

    objective: str
    words: int
    dimension: int
    pairs: int
    loss: float | None
    minimum: float | None
    minimum_of_any_dimension: float | None
    frequent: int
    rms: float
    bias: float
    deviation: float
    correlation: float

    @property
    def share(self) -> float | None:
        """``spectral``: the share of the least possible loss that was reached."""
        return None if self.loss is None or self.minimum is None else self.loss / self.minimum

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return asdict(self) | {"share": self.share}


@checked
def pair_counts(corpus: EncodedCorpus, config: TrainConfig, passes: int = 1) -> Any:
    """Return the expected number of times that training scores context c (row) with centre v (column) in an epoch.

    Parameters
    ----------
    corpus : EncodedCorpus
        V words.
    config : TrainConfig
        Its window, ``shrink_windows``, ``sample`` and ``seed``. Words are subsampled at random, once per pass.
    passes : int
        From 1 to 1,000.

    Returns
    -------
    scipy.sparse.csr_array of float64, shape (V, V)

    Raises
    ------
    ConfigError
        If passes is out of range.
    MissingExtraError
        If scipy is not installed.
    """
    passes = integer("passes", passes, 1, 1_000)
    sparse = library("scipy.sparse", "eval", "count pairs of words")
    words, rng = len(corpus.vocabulary), np.random.default_rng(config.seed)
    keep = keep_thresholds(corpus.vocabulary.counts, config.sample)
    tokens = np.asarray(corpus.tokens)
    sentence = np.repeat(np.arange(len(corpus.offsets) - 1), np.diff(corpus.offsets))
    found = sparse.csr_array((words, words))
    for _ in range(passes):
        kept = rng.integers(0, 2**32, len(tokens), dtype=np.uint32) <= keep[tokens]
        ids, of = tokens[kept], sentence[kept]
        for distance in range(1, min(config.window, len(ids) - 1) + 1):
            together = of[:-distance] == of[distance:]
            if not together.any():
                break  # no sentence is longer
            weight = (config.window - distance + 1) / config.window if config.shrink_windows else 1.0
            first, second = ids[:-distance][together], ids[distance:][together]
            some = sparse.coo_array(
                (np.full(len(first), weight / passes), (first, second)), shape=(words, words)
            ).tocsr()
            found = found + some + some.T
    return sparse.csr_array(found)


@checked
def measure_optimum(model: TrainedModel, corpus: EncodedCorpus, passes: int = 1) -> Optimum:
    """Compare a model with the optimum of its objective on a text.

    Parameters
    ----------
    model : TrainedModel
        With the parameters that it was trained with, and its output vectors.
    corpus : EncodedCorpus
        The text, encoded with the model's vocabulary; that of the training, or another one of the same kind.
    passes : int
        How often the words of the text are subsampled to count pairs.

    Raises
    ------
    ConfigError
        If the objective's optimum is not known, or the corpus has other words or no pair.
    MissingExtraError
        If scipy is not installed.
    """
    config = model.config
    if config.objective not in KNOWN:
        raise ConfigError(
            f"the objective must be one with a known optimum, {', '.join(KNOWN)}: got {config.objective!r}"
        )
    if list(corpus.vocabulary.words) != list(model.vocabulary.words):
        raise ConfigError("corpus must be encoded with the vocabulary of the model: got one with other words")
    counts = pair_counts(corpus, config, passes)
    if not counts.nnz:
        raise ConfigError("corpus must contain pairs of words of the model: got none")
    x, y = (matrix.astype(np.float64) for matrix in (model.matrices.vectors, model.matrices.output_vectors))
    noise = noise_probabilities(model.vocabulary.counts, config.ns_exponent)
    losses = _spectral_losses(counts, x, y, noise) if config.objective == "spectral" else (None, None, None)
    return Optimum(
        config.objective, len(x), x.shape[1], int(counts.nnz), *losses, **_compare_scores(counts, x, y, noise, config)
    )


def _spectral_losses(counts: Any, x: Float64, y: Float64, noise: Float64) -> tuple[float, float, float]:
    """Return the expected loss, and its minimum in this and in any dimension."""
    pairs = (counts / counts.sum()).tocoo()
    p = np.asarray(pairs.sum(axis=1)).ravel()
    row, column = pairs.coords
    positive = 2 * float(pairs.data @ _scores(x, y, row, column))
    squares = float(
        (x.T @ (p[:, None] * x) * (y.T @ (noise[:, None] * y))).sum()
    )  # sum over all V x V pairs of p q s^2
    matrix = (pairs / 1).tocoo()
    matrix.data = pairs.data / np.sqrt(p[row] * noise[column])
    every = float((matrix.data**2).sum())
    return squares - positive, -_largest_squares(matrix.tocsr(), x.shape[1], every), -every


def _largest_squares(matrix: Any, d: int, every: float) -> float:
    """Return the sum of the squares of the d largest singular values, of which ``every`` is the sum of all."""
    if d >= min(matrix.shape):
        return every
    if min(matrix.shape) <= max(2 * d, 500):
        return float((np.linalg.svd(matrix.toarray(), compute_uv=False)[:d] ** 2).sum())
    linalg = library("scipy.sparse.linalg", "eval", "compute singular values")
    return float((linalg.svds(matrix, k=d, return_singular_vectors=False, random_state=0) ** 2).sum())


def _compare_scores(counts: Any, x: Float64, y: Float64, noise: Float64, config: TrainConfig) -> dict[str, Any]:
    """Return the distance of the scores of frequent pairs from those of the optimum in as many dimensions as words."""
    pairs = counts.tocoo()
    contexts = np.asarray(counts.sum(axis=1)).ravel()
    chosen = pairs.data >= FREQUENT
    row, column, n = pairs.coords[0][chosen], pairs.coords[1][chosen], pairs.data[chosen]
    if not len(n):
        raise ConfigError(f"corpus must have pairs that occur {FREQUENT:g} times: got none; use a longer text")
    total = contexts[row]
    if config.objective == "sgns":
        times = config.negative * config.negative_weight
        wanted = np.log(n / (times * noise[column] * np.maximum(total - n, 1e-9 * total)))
        scores = _scores(x, y, row, column)
    elif config.objective == "spectral":
        wanted, scores = n / (total * noise[column]), _scores(x, y, row, column)
    else:
        wanted = _centred(np.log(n / (total * noise[column])), row, n)
        unit = [m / np.maximum(np.linalg.norm(m, axis=1, keepdims=True), 1e-30) for m in (x, y)]
        scores = _centred(_scores(unit[0], unit[1], row, column) / config.temperature, row, n)
    weights = n / n.sum()
    error, spread = scores - wanted, wanted - weights @ wanted
    centred = scores - weights @ scores
    deviation = float(np.sqrt(weights @ spread**2))
    both = deviation * float(np.sqrt(weights @ centred**2))
    return {
        "frequent": len(n),
        "rms": float(np.sqrt(weights @ error**2)),
        "bias": float(weights @ error),
        "deviation": deviation,
        "correlation": float(weights @ (centred * spread)) / both if both else float("nan"),
    }


def _centred(values: Float64, groups: Rows, weights: Float64) -> Float64:
    """Subtract the weighted mean of each group."""
    sums = np.bincount(groups, weights * values) / np.maximum(np.bincount(groups, weights), 1e-300)
    return np.asarray(values - sums[groups])


def _scores(x: Float64, y: Float64, rows: Rows, columns: Rows, block: int = 1 << 16) -> Float64:
    """Return the dot products of some pairs of rows."""
    parts = [
        np.einsum("ij,ij->i", x[rows[i : i + block]], y[columns[i : i + block]]) for i in range(0, len(rows), block)
    ]
    return np.concatenate(parts)
