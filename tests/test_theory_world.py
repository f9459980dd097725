"""Worlds with latent classes, and that the engine is trained on exactly their pairs and negatives."""

import itertools
import math

import numpy as np
import pytest

from w2v.corpus.noise import noise_pool
from w2v.errors import ConfigError
from w2v.theory.information import optimum
from w2v.theory.lab import LabConfig, train_on
from w2v.theory.world import World, corpus, make_world, observed_joint


def entropy(p):
    return -sum(x * math.log(x) for x in np.ravel(p) if x > 0)


@pytest.mark.parametrize(("overlap", "exponent"), [(0.0, 0.0), (0.2, 1.0), (1.0, 0.5)])
def test_a_world_by_its_definitions(overlap, exponent):
    world = make_world(words=11, classes=3, overlap=overlap, rho_exponent=exponent)
    np.testing.assert_allclose(world.words.sum(axis=1), 1)
    np.testing.assert_allclose(world.rho, [c**-exponent / sum(b**-exponent for b in (1, 2, 3)) for c in (1, 2, 3)])
    joint = sum(world.rho[c] * np.outer(world.words[c], world.words[c]) for c in range(3))
    np.testing.assert_allclose(world.joint(), joint, atol=1e-15)
    np.testing.assert_allclose(world.margin, joint.sum(axis=0), atol=1e-15)
    both = world.rho[:, np.newaxis] * world.words
    assert world.information == pytest.approx(2 * entropy(world.margin) - entropy(joint), abs=1e-12)
    assert world.class_information == pytest.approx(
        entropy(world.margin) + entropy(world.rho) - entropy(both), abs=1e-12
    )
    assert world.information <= world.class_information + 1e-12
    assert world.accuracy == pytest.approx(both.max(axis=0).sum())
    pairs = [(c, b) for c in range(3) for b in range(3) if c != b]
    weights = [world.rho[c] * world.rho[b] for c, b in pairs]
    errors = [0.5 * np.minimum(world.words[c], world.words[b]).sum() for c, b in pairs]
    assert world.pair_error == pytest.approx(np.average(errors, weights=weights))
    assert world.collision == pytest.approx(1 - sum(weights))
    if exponent == 0:
        assert world.pair_error == pytest.approx(overlap / 2)


def test_pairs_have_the_distribution_of_the_world():
    world = make_world(words=12, classes=3, overlap=0.3, rho_exponent=1.0)
    for wrong in (0.0, 0.4, 1.0):
        found = world.pairs(400_000, 3, wrong=wrong)
        counts = np.zeros((12, 12))
        np.add.at(counts, (found[:, 0], found[:, 1]), 1)
        expected = world.joint(wrong)
        assert expected.sum() == pytest.approx(1)
        # Pearson's statistic has 143 degrees of freedom: mean 143, standard deviation 17.
        assert ((counts / 400_000 - expected) ** 2 / expected).sum() * 400_000 < 143 + 5 * 17
    assert (world.pairs(1_000, 3) == world.pairs(1_000, 3)).all()
    assert (world.pairs(1_000, 3) != world.pairs(1_000, 4)).any()


def test_wrong_pairs_are_of_different_classes():
    world = make_world(words=9, classes=3, overlap=0.0)
    assert (np.diff(world.pairs(2_000, wrong=1.0) % 3, axis=1) != 0).all()
    assert (np.diff(world.pairs(2_000) % 3, axis=1) == 0).all()
    share = (np.diff(world.pairs(100_000, wrong=0.3) % 3, axis=1) != 0).mean()
    assert share == pytest.approx(0.3, abs=0.01)


def test_observed_pairs_are_counted_in_both_orders():
    found = observed_joint(np.array([[0, 1], [0, 1], [2, 2], [1, 0]]), 3)
    np.testing.assert_allclose(found, np.array([[0, 3, 0], [3, 0, 0], [0, 0, 2]]) / 8)


def test_the_engine_is_trained_on_the_pairs_and_negatives_of_the_world():
    """Scores in 32 dimensions reach the closed form that only these pairs and this noise have."""
    config = LabConfig(words=20, classes=4, overlap=0.5, vector_size=32, epochs=40, alpha=0.01)
    world = config.world()
    pairs = world.pairs(config.pairs, 1)
    scores = train_on(world, pairs, config.training()).scores
    joint = observed_joint(pairs, 20)
    p = joint.sum(axis=0)
    # The noise word that equals the centre is left out: hence p_x - joint instead of p_x.
    expected = np.log(joint / (config.negative * p * (p[:, np.newaxis] - joint)))
    error = scores - expected
    assert np.sqrt((error**2).mean()) < 0.03
    assert abs(error.mean()) < 0.01
    assert np.abs(error).max() < 0.15
    population = optimum(world, config.negative)
    assert np.sqrt((scores - population) ** 2).mean() < 0.06  # the pairs are a sample: 300 per cell
    textbook = np.log(joint / (config.negative * np.outer(p, p)))
    assert np.sqrt(((scores - textbook) ** 2).mean()) > 0.045


def test_noise_has_the_margin_of_the_pairs():
    world = make_world(words=50, classes=5, rho_exponent=1.0)
    pairs = world.pairs(20_000, 1)
    encoded = corpus(pairs)
    counts = encoded.vocabulary.counts
    assert (np.diff(encoded.offsets) == 2).all()
    drawn = observed_joint(pairs, 50).sum(axis=0)[[int(word) for word in encoded.vocabulary.words]]
    np.testing.assert_allclose(counts / counts.sum(), drawn)
    pool = noise_pool(counts, 1.0, seed=1)
    assert np.abs(np.bincount(pool, minlength=50) / len(pool) - drawn).max() <= 1 / len(pool)


def test_what_a_world_cannot_be():
    with pytest.raises(ConfigError, match=r"overlap must be a number from 0 to 1: got 2"):
        make_world(overlap=2.0)
    with pytest.raises(ConfigError, match=r"classes must be an integer from 2 to 10: got 11"):
        make_world(words=10, classes=11)
    with pytest.raises(ConfigError, match="each row of words must be a distribution"):
        World(np.ones((2, 3)), np.array([0.5, 0.5]))
    with pytest.raises(ConfigError, match=r"words must have shape \(C, V\) for at least 2 classes"):
        World(np.ones((1, 1)), np.ones(1))
    with pytest.raises(ConfigError, match="rho must be positive for at least two classes"):
        World(np.ones((2, 1)), np.array([1.0, 0.0]))
    with pytest.raises(ConfigError, match="classes must be at most words=5"):
        LabConfig(words=5, classes=6)
    for wrong, n in itertools.product((-0.1, 1.1), (10,)):
        with pytest.raises(ConfigError, match="wrong must be a number from 0 to 1"):
            make_world().pairs(n, wrong=wrong)
