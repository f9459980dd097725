"""Training reaches the optimum that is known in closed form if there are at least as many dimensions as words.

``docs/theory/optimum.md`` derives them; that of spectral is known in any dimension. Windows, noise, signs, the learning-rate
schedule and the update are tested at once: an error in any of them moves the scores away from the optimum.
"""

import numpy as np
import pytest

import w2v

WORDS, WINDOW, LENGTH, NEGATIVE = 20, 3, 12, 5
TOKENS = 60_000


@pytest.fixture(scope="module")
def text():
    """Return word numbers, one sentence of 12 words per row: each sentence has one of four topics."""
    rng = np.random.default_rng(0)
    topics = 0.85 * rng.dirichlet(np.ones(WORDS), size=4) + 0.15 / WORDS  # every word occurs in every topic
    return np.array([rng.choice(WORDS, size=LENGTH, p=topics[rng.integers(4)]) for _ in range(TOKENS // LENGTH)])


@pytest.fixture(scope="module")
def pair_counts(text):
    """Return the expected number of times that training scores context c (row) with centre v (column)."""
    found = np.zeros((WORDS, WORDS))
    for distance in range(1, WINDOW + 1):  # the width of a window is uniform on 1..WINDOW
        for first, second in ((text[:, :-distance], text[:, distance:]), (text[:, distance:], text[:, :-distance])):
            np.add.at(found, (first.ravel(), second.ravel()), (WINDOW - distance + 1) / WINDOW)
    return found


def trained(text, **options):
    """Return input and output vectors, in the order of the word numbers."""
    corpus = w2v.encode([[f"w{word:02d}" for word in row] for row in text], w2v.VocabularyConfig(min_count=1))
    usual = {"vector_size": 32, "window": WINDOW, "alpha": 0.01, "min_alpha": 0.01 / 50, "epochs": 40}
    config = w2v.TrainConfig(
        **{**usual, "negative": NEGATIVE, "sample": 0, "ns_exponent": 1.0, "workers": 1, **options},
    )
    model = w2v.train(corpus, config)
    rows = [corpus.vocabulary.words.index(f"w{word:02d}") for word in range(WORDS)]
    return tuple(matrix[rows].astype(np.float64) for matrix in (model.matrices.vectors, model.matrices.output_vectors))


def rms(values):
    return np.sqrt((values**2).mean())


@pytest.mark.parametrize(("negative", "weight"), [(NEGATIVE, 1.0), (3, 5 / 3), (8, 0.25)])
def test_sgns_reaches_its_optimum(text, pair_counts, negative, weight):
    x, y = trained(text, negative=negative, negative_weight=weight)
    noise = np.bincount(text.ravel(), minlength=WORDS) / text.size
    contexts = pair_counts.sum(axis=1, keepdims=True)  # #(c)
    error = x @ y.T - np.log(pair_counts / (negative * weight * noise * (contexts - pair_counts)))
    assert rms(error) < 0.03
    assert abs(error.mean()) < 0.01
    assert np.abs(error).max() < 0.15
    # Levy & Goldberg (2014) have noise words that are drawn per pair and may equal the centre.
    textbook = np.log(pair_counts / (negative * weight * noise * contexts))
    assert rms(x @ y.T - textbook) > 0.045


def test_nt_xent_reaches_its_optimum(text, pair_counts):
    tau = 0.15
    x, y = trained(text, objective="nt_xent", temperature=tau)
    x, y = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True) for matrix in (x, y))
    noise = np.bincount(text.ravel(), minlength=WORDS) / text.size
    error = x @ y.T / tau - np.log(pair_counts / pair_counts.sum(axis=1, keepdims=True) / noise)
    assert rms(error - error.mean(axis=1, keepdims=True)) < 0.04  # the optimum leaves a constant per context free


@pytest.mark.parametrize("dimension", [2, 3, 32])
def test_spectral_reaches_its_optimum_in_any_dimension(text, pair_counts, dimension):
    """The truncated singular value decomposition of P(c, v) / sqrt(p(c) P_n(v))."""
    x, y = trained(text, objective="spectral", vector_size=dimension)
    noise = np.bincount(text.ravel(), minlength=WORDS) / text.size
    together = pair_counts / pair_counts.sum()
    p = together.sum(axis=1, keepdims=True)
    left, sigma, right = np.linalg.svd(together / np.sqrt(p * noise))
    best = (left[:, :dimension] * sigma[:dimension]) @ right[:dimension]
    scores = x @ y.T
    assert np.linalg.norm(np.sqrt(p * noise) * scores - best) < 0.03  # the first value left out is 0.12, 0.08 or none
    loss = (p * noise * scores**2).sum() - 2 * (together * scores).sum()
    minimum = -(sigma[:dimension] ** 2).sum()
    assert minimum <= loss < minimum + 1e-3
    if dimension == 32:
        lift = together / (p * noise)
        assert rms(scores - lift) < 0.03
        assert lift.std() > 0.2


def test_decoupled_reaches_its_optimum(text, pair_counts):
    """Where the share of each word in the softmax of the negatives is its share of the centres."""
    tau, rng = 0.15, np.random.default_rng(1)
    x, y = trained(text, objective="decoupled", temperature=tau, negative=10)
    x, y = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True) for matrix in (x, y))
    noise = np.bincount(text.ravel(), minlength=WORDS) / text.size
    wanted = pair_counts / pair_counts.sum(axis=1, keepdims=True)
    scores = x @ y.T / tau
    optimum = np.log(wanted / noise)
    for context in range(WORDS):
        # Noise words that are the centre are left out: drawn for each centre, in proportion to wanted.
        centres = rng.choice(WORDS, size=6_000, p=wanted[context])
        drawn = rng.choice(WORDS, size=(6_000, 10), p=noise)
        drawn = np.where(drawn == centres[:, None], -1, drawn)
        for _ in range(30):
            e = np.where(drawn < 0, 0, np.exp(optimum[context])[drawn])
            shares = e / np.maximum(e.sum(axis=1, keepdims=True), 1e-300)
            found = np.bincount(drawn[drawn >= 0], shares[drawn >= 0], minlength=WORDS) / len(drawn)
            optimum[context] += np.log(wanted[context] / found)
    error = scores - optimum
    assert rms(error - error.mean(axis=1, keepdims=True)) < 0.035
    plain = scores - np.log(wanted / noise)  # the optimum of nt_xent, and of infinitely many negatives
    assert rms(plain - plain.mean(axis=1, keepdims=True)) > 0.04


def test_align_uniform_reaches_its_optimum():
    """Words that occur with themselves only: pairs coincide, and words are the corners of a regular simplex."""
    repeated = np.repeat(np.random.default_rng(0).permutation(np.arange(WORDS).repeat(250)), 12).reshape(-1, 12)
    x, y = trained(repeated, objective="align_uniform", alpha=0.05, epochs=15)
    x, y = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True) for matrix in (x, y))
    assert np.einsum("ij,ij->i", x, y).min() > 0.995
    apart = ~np.eye(WORDS, dtype=bool)
    for rows in (x, y):
        cosines = (rows @ rows.T)[apart]
        assert cosines.mean() == pytest.approx(-1 / (WORDS - 1), abs=0.003)
        assert cosines.std() < 0.03


@pytest.mark.parametrize(("weight", "collapses"), [(2.7, False), (4.5, True)])
def test_align_uniform_of_independent_words_collapses_where_its_weight_exceeds_t(weight, collapses):
    """Near a collapse, a direction in which pairs correlate by sigma has the loss 2 e^2 (weight (1 - sigma) - t)."""
    independent = np.random.default_rng(0).integers(WORDS, size=(TOKENS // LENGTH, LENGTH))
    options = {"uniform_t": 3.0, "align_weight": weight, "alpha": 0.05, "epochs": 15}
    x, _ = trained(independent, objective="align_uniform", **options)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    cosine = (x @ x.T)[~np.eye(WORDS, dtype=bool)].mean()
    assert cosine == pytest.approx(1.0 if collapses else -1 / (WORDS - 1), abs=0.01)


def test_the_loss_of_align_uniform_near_a_collapse():
    rng, t, small = np.random.default_rng(0), 3.0, 1e-3
    together = rng.gamma(0.3, size=(WORDS, WORDS))
    together /= together.sum()
    p, q = together.sum(axis=1), together.sum(axis=0)
    left, sigma, right = np.linalg.svd(together / np.sqrt(np.outer(p, q)))

    def loss(x, y, weight):
        x, y = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (x, y))
        spread = [np.log(w @ np.exp(-t * (2 - 2 * rows @ rows.T)) @ w) for rows, w in ((x, p), (y, q))]
        return weight * (together * (2 - 2 * x @ y.T)).sum() + sum(spread) / 2

    at, along = np.eye(4)[:2]
    for i in (1, 2, 5):
        x, y = (at + small * np.outer(one, along) for one in (left[:, i] / np.sqrt(p), right[i] / np.sqrt(q)))
        for weight in (2.0, 3.0, 4.0, 9.0):
            assert loss(x, y, weight) / small**2 == pytest.approx(2 * (weight * (1 - sigma[i]) - t), abs=1e-3)
