"""Training reaches the optimum that is known in closed form if there are at least as many dimensions as words.

``docs/theory/optimum.md`` derives both. Windows, noise, signs, the learning-rate schedule and the update are tested at once:
an error in any of them moves the scores away from the optimum.
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
    config = w2v.TrainConfig(
        vector_size=32,
        window=WINDOW,
        negative=NEGATIVE,
        alpha=0.01,
        min_alpha=0.01 / 50,
        sample=0,
        ns_exponent=1.0,
        workers=1,
        epochs=40,
        **options,
    )
    model = w2v.train(corpus, config)
    rows = [corpus.vocabulary.words.index(f"w{word:02d}") for word in range(WORDS)]
    return tuple(matrix[rows].astype(np.float64) for matrix in (model.matrices.vectors, model.matrices.output_vectors))


def rms(values):
    return np.sqrt((values**2).mean())


def test_sgns_reaches_its_optimum(text, pair_counts):
    x, y = trained(text)
    noise = np.bincount(text.ravel(), minlength=WORDS) / text.size
    contexts = pair_counts.sum(axis=1, keepdims=True)  # #(c)
    error = x @ y.T - np.log(pair_counts / (NEGATIVE * noise * (contexts - pair_counts)))
    assert rms(error) < 0.03
    assert abs(error.mean()) < 0.01
    assert np.abs(error).max() < 0.15
    # Levy & Goldberg (2014) have noise words that are drawn per pair and may equal the centre.
    textbook = np.log(pair_counts / (NEGATIVE * noise * contexts))
    assert rms(x @ y.T - textbook) > 0.045


def test_nt_xent_reaches_its_optimum(text, pair_counts):
    tau = 0.15
    x, y = trained(text, objective="nt_xent", temperature=tau)
    x, y = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True) for matrix in (x, y))
    noise = np.bincount(text.ravel(), minlength=WORDS) / text.size
    error = x @ y.T / tau - np.log(pair_counts / pair_counts.sum(axis=1, keepdims=True) / noise)
    assert rms(error - error.mean(axis=1, keepdims=True)) < 0.04  # the optimum leaves a constant per context free
