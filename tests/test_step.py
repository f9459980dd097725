"""The step of a tile is bounded: training is stable whatever the window, the learning rate and the text (`step.h`)."""

import logging

import numpy as np
import pytest

import w2v
from w2v.training.objectives import TABLE
from w2v.training.reference import bounded_step

RUNS = [[letter for letter in "abcdefgh" for _ in range(12)]] * 20
ONE_WORD = [[*"a" * 199, "b"]] * 20
CODONS = [[f"{int(x):02}" for x in np.random.default_rng(i).integers(0, 64, 200)] for i in range(20)]

STEEPEST = [(5, 5), (20, 20), (200, 100)]

NOISE = 0.7
ITEMS, TOPICS = 1_000, 20


def sessions(length):
    """Sessions about one topic each, with many items of others; what is near in a session says nothing more."""
    rng = np.random.default_rng(0)
    own = rng.integers(0, TOPICS, (160, 1)) * (ITEMS // TOPICS) + rng.integers(0, ITEMS // TOPICS, (160, length))
    other = rng.integers(0, ITEMS, own.shape)
    return np.where(rng.random(own.shape) < NOISE, other, own).tolist()


def purity(model):
    """The share of the ten nearest items that have the topic of the item itself."""
    rows = model.vectors.vectors / np.linalg.norm(model.vectors.vectors, axis=1, keepdims=True)
    topics = np.array([int(word) // (ITEMS // TOPICS) for word in model.vectors.index_to_key])
    scores = rows @ rows.T
    np.fill_diagonal(scores, -2)
    return (topics[np.argsort(-scores, axis=1)[:, :10]] == topics[:, np.newaxis]).mean()


def longest_row(model):
    return max(np.linalg.norm(rows, axis=1).max() for rows in (model.matrices.vectors, model.matrices.output_vectors))


def train(sentences, **parameters):
    corpus = w2v.encode(sentences, w2v.VocabularyConfig(min_count=1))
    settings = {"vector_size": 32, "epochs": 2, "workers": 1, "sample": 0.0} | parameters
    return w2v.train(corpus, w2v.TrainConfig(**settings), progress=False)


@pytest.mark.parametrize("alpha", [0.025, 0.1, 0.3, 1.0])
@pytest.mark.parametrize(("window", "negative"), [(5, 5), (5, 20), (20, 5), (20, 20), (200, 100)])
@pytest.mark.parametrize("text", [RUNS, ONE_WORD, CODONS], ids=["runs", "one-word", "codons"])
def test_repeated_words_do_not_diverge(text, window, negative, alpha):
    """Where gensim's rows reach lengths of 40 to 125 at a learning rate of 1, and undivided windows diverge."""
    model = train(text, window=window, negative=negative, alpha=alpha, epochs=3)
    for matrix in (model.matrices.vectors, model.matrices.output_vectors):
        assert np.linalg.norm(matrix, axis=1).max() < 15


@pytest.mark.parametrize("alpha", [0.1, 1.0])
@pytest.mark.parametrize("weight", [0.1, 5 / 3, 5.0, 10.0, 1000.0])
@pytest.mark.parametrize(("window", "negative"), [(5, 3), *STEEPEST])
@pytest.mark.parametrize("text", [RUNS, ONE_WORD, CODONS], ids=["runs", "one-word", "codons"])
def test_noise_with_a_weight_does_not_diverge(text, window, negative, weight, alpha):
    model = train(text, window=window, negative=negative, negative_weight=weight, alpha=alpha, epochs=3)
    assert longest_row(model) < 15


@pytest.mark.parametrize("alpha", [0.1, 1.0])
@pytest.mark.parametrize(("window", "negative"), STEEPEST)
@pytest.mark.parametrize("text", [RUNS, ONE_WORD, CODONS], ids=["runs", "one-word", "codons"])
def test_the_steps_of_spectral_are_damped(text, window, negative, alpha):
    model = train(text, window=window, negative=negative, alpha=alpha, epochs=3, objective="spectral")
    for matrix in (model.matrices.vectors, model.matrices.output_vectors):
        assert np.linalg.norm(matrix, axis=1).max() < 15


@pytest.mark.parametrize("objective", [name for name in TABLE if name != "triplet_dot"])
def test_large_windows_learn_more_than_small_ones(objective):
    """Nothing in a session but its topic is to be learned, so the larger the window the better."""
    text = sessions(200)
    small, large = (purity(train(text, window=n, objective=objective)) for n in (5, 150))
    assert large > 0.5 > small


@pytest.mark.parametrize("workers", [1, 2])
def test_a_window_may_be_longer_than_every_sentence(workers):
    model = train(sessions(100), window=10**9, workers=workers)
    assert purity(model) > 0.5
    assert model.reports[0].pairs > 0.9 * 160 * 100 * 99 * 6


def test_a_step_is_not_divided_at_the_defaults():
    config = w2v.TrainConfig()
    assert bounded_step(config.alpha, np.arange(6)) == (config.alpha, 10)
    assert bounded_step(config.min_alpha, np.arange(6)) == (config.min_alpha, 64)


@pytest.mark.parametrize(
    ("negative", "weight", "held", "contexts"),
    [
        (4, 1.25, 0.05, 5),
        (3, 5 / 3, 0.05, 5),
        (1, 5.0, 0.05, 5),
        (5, 10.0, 0.1 * 21 / 51, 2),  # the context's row has 51 targets instead of 21
        (1, 10.0, 0.05, 2),  # the noise word's row is pushed ten times as far instead of five
        (100, 0.2, 0.05, 5),
    ],
)
def test_a_weight_counts_as_so_many_noise_words(negative, weight, held, contexts):
    config = w2v.TrainConfig(negative=negative, negative_weight=weight)
    assert bounded_step(0.05, np.arange(1 + negative), config) == (pytest.approx(held), contexts)


@pytest.mark.parametrize(
    ("parameters", "held"),
    [
        ({}, None),
        ({"alpha": 0.1}, None),
        ({"alpha": 0.5}, "alpha=0.5 is held at 0.1 with negative=5"),
        ({"alpha": 0.1, "negative": 41}, "alpha=0.1 is held at 0.05 with negative=41"),
        ({"alpha": 0.1, "negative_weight": 4}, None),
        ({"alpha": 0.1, "negative_weight": 10}, "alpha=0.1 is held at 0.0412 with negative=5 and negative_weight=10"),
        ({"alpha": 0.5, "objective": "nt_xent"}, None),
    ],
)
def test_a_held_learning_rate_is_logged_once(parameters, held, caplog):
    with caplog.at_level(logging.WARNING, logger="w2v"):
        train(RUNS, epochs=3, **parameters)
    said = [record.getMessage() for record in caplog.records]
    assert said == ([] if held is None else [f"{held}, as larger steps diverge"])
