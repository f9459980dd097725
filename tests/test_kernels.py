"""Every compiled kernel variant against the NumPy specification, shape by shape."""

import numpy as np
import pytest
from tiles import VARIANTS, needs_testing, run

from w2v import machine
from w2v.config import TrainConfig
from w2v.errors import ConfigError
from w2v.training import objectives, reference

pytestmark = needs_testing

DIMS = [1, 3, 16, 100, 102, 300]
WINDOWS = [1, 5, 10]
NEGATIVES = [1, 5, 15]


def loss_tolerance(variant, pairs):
    # A pair's loss comes from log(r) with r near 1: the rounding of 1 + e and of 1 / (1 + e) is absolute in the loss.
    return {"rel": 1e-9} if variant == "float64" else {"rel": 2e-6, "abs": 1.2e-7 * pairs}


def random_tile(rng, n, m, dim):
    return rng.normal(size=(n, dim)) / np.sqrt(dim) * 2, rng.normal(size=(m, dim)) / np.sqrt(dim) * 2


@pytest.mark.parametrize("negative", NEGATIVES)
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_agrees_with_the_reference(variant, dim, window, negative):
    rng = np.random.default_rng([dim, window, negative])
    tolerance = 1e-12 if variant == "float64" else 2e-6
    for n in sorted({1, window, 2 * window - 1, 2 * window}):
        contexts, targets = random_tile(rng, n, 1 + negative, dim)
        if variant != "float64":
            contexts, targets = contexts.astype(np.float32), targets.astype(np.float32)
        input, output = contexts.astype(float), targets.astype(float)
        expected = reference.update(input, output, np.arange(n), np.arange(1 + negative), 0.05)
        x, y, result = run(variant, contexts, targets, 0.05)
        np.testing.assert_allclose(result.scores, expected.scores, rtol=0, atol=tolerance * 4)
        np.testing.assert_allclose(result.coefficients, expected.coefficients, rtol=0, atol=tolerance)
        np.testing.assert_allclose(x, input, rtol=0, atol=tolerance * 4)
        np.testing.assert_allclose(y, output, rtol=0, atol=tolerance * 4)
        assert result.loss == pytest.approx(expected.loss, **loss_tolerance(variant, result.scores.size))


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("n", "m"), [(1, 65), (33, 7), (100, 2), (7, 1), (1, 1), (20, 33)])
def test_unusual_shapes(variant, n, m):
    rng = np.random.default_rng(n * 100 + m)
    contexts, targets = (part.astype(np.float32).astype(float) for part in random_tile(rng, n, m, 37))
    input, output = contexts.copy(), targets.copy()
    expected = reference.update(input, output, np.arange(n), np.arange(m), 0.1)
    x, y, result = run(variant, contexts, targets, 0.1)
    np.testing.assert_allclose(x, input, rtol=0, atol=3e-5)
    np.testing.assert_allclose(y, output, rtol=0, atol=3e-5)
    assert result.loss == pytest.approx(expected.loss, rel=2e-6)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("most", [2, 5, 30])
def test_multiplicities_equal_repeated_words(variant, most):
    """A word that stands twice in a window counts twice, with old values on both sides: nothing is lost."""
    rng = np.random.default_rng(most)
    contexts, targets = (part.astype(np.float32).astype(float) for part in random_tile(rng, 5, 6, 20))
    context_counts = np.array([1, most, 1, 1, 2])
    target_counts = np.array([1, 1, 2, 1, 1, most])
    input, output = contexts.copy(), targets.copy()
    repeated = np.repeat(np.arange(5), context_counts), np.repeat(np.arange(6), target_counts)
    expected = reference.update(input, output, *repeated, 0.01)
    x, y, result = run(variant, contexts, targets, 0.01, context_counts, target_counts)
    np.testing.assert_allclose(x, input, rtol=0, atol=1e-5 * most)
    np.testing.assert_allclose(y, output, rtol=0, atol=1e-5 * most)
    assert result.loss == pytest.approx(expected.loss, rel=1e-5)


WEIGHTS = [0.25, 5 / 3, 10.0]


@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize("most", [1, 3, 30])
@pytest.mark.parametrize(("n", "m"), [(1, 1), (1, 2), (5, 6), (7, 4), (33, 18)])
@pytest.mark.parametrize("variant", VARIANTS)
def test_noise_with_a_weight(variant, n, m, most, weight):
    """With words that occur once, a few times and more often than their factors are multiplied."""
    rng = np.random.default_rng([n, m, most])
    config = TrainConfig(negative_weight=weight)
    contexts, targets = (part.astype(np.float32).astype(float) for part in random_tile(rng, n, m, 20))
    counts = rng.integers(1, most + 1, n), np.append(1, rng.integers(1, most + 1, m - 1))
    repeated = [np.repeat(np.arange(len(of)), of) for of in counts]
    input, output = contexts.copy(), targets.copy()
    expected = reference.update(input, output, *repeated, 0.01, config)
    x, y, result = run(variant, contexts, targets, 0.01, *counts, config=config)
    tolerance = 1e-12 if variant == "float64" else 1e-5
    np.testing.assert_allclose(x, input, rtol=0, atol=tolerance * most * max(weight, 1))
    np.testing.assert_allclose(y, output, rtol=0, atol=tolerance * most * max(weight, 1))
    assert result.loss == pytest.approx(expected.loss, rel=1e-10 if variant == "float64" else 1e-5)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("times", [1, 4])
def test_a_whole_weight_is_that_of_as_many_noise_words(variant, times):
    contexts, targets = random_tile(np.random.default_rng(3), 9, 6, 30)
    counts = np.ones(9), np.append(1, np.full(5, times))
    repeated = run(variant, contexts, targets, 0.05, *counts)
    weighted = run(variant, contexts, targets, 0.05, config=TrainConfig(negative_weight=times))
    tolerance = 1e-12 if variant == "float64" else 1e-6
    for one, other in zip(repeated[:2], weighted[:2], strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=tolerance)
    assert weighted[2].loss == pytest.approx(repeated[2].loss, rel=tolerance)


def tile_loss(contexts, targets, config):
    return objectives.sgns(contexts @ targets.T, config)[0].sum()


@pytest.mark.parametrize("weight", [1.0, *WEIGHTS])
def test_compiled_update_is_the_gradient_of_the_loss(weight):
    """Two-sided finite differences of the loss against the float64 build's update: G is -lr dL/dS, so dX is -lr dL/dX."""
    rng, config = np.random.default_rng(7), TrainConfig(negative_weight=weight)
    contexts, targets = random_tile(rng, 4, 6, 9)
    lr, h = 1.0, 1e-5
    x, y, _ = run("float64", contexts, targets, lr, config=config)
    for before, after, loss in (
        (contexts, x, lambda changed: tile_loss(changed, targets, config)),
        (targets, y, lambda changed: tile_loss(contexts, changed, config)),
    ):
        for index in np.ndindex(before.shape):
            up, down = before.copy(), before.copy()
            up[index] += h
            down[index] -= h
            slope = (loss(up) - loss(down)) / (2 * h)
            assert (after - before)[index] == pytest.approx(-lr * slope, abs=1e-8)


@pytest.mark.parametrize("variant", VARIANTS)
def test_hand_computed_pair(variant):
    """x = (1, 2), y = (3, -1): s = 1, sigma(1) = 0.7310585786; as the observed word and as noise."""
    x, y, result = run(variant, np.array([[1.0, 2.0]]), np.array([[3.0, -1.0]]), 0.1)
    g = 0.1 * (1 - 0.7310585786)
    np.testing.assert_allclose(result.coefficients, [[g]], rtol=1e-5)
    np.testing.assert_allclose(x, [[1 + 3 * g, 2 - g]], rtol=1e-6)
    np.testing.assert_allclose(y, [[3 + g, -1 + 2 * g]], rtol=1e-6)
    assert result.loss == pytest.approx(0.3132616875, rel=1e-6)  # log(1 + e^-1)


@pytest.mark.parametrize("variant", VARIANTS)
def test_hand_computed_noise_with_a_weight(variant):
    """x = 1, y_0 = 1, noise y_1 = 2, W = 3: -dL/ds is 1 - sigma(1) = 0.2689414214 and -3 sigma(2) = -2.6423912340."""
    config = TrainConfig(negative_weight=3.0)
    x, y, result = run(variant, np.array([[1.0]]), np.array([[1.0], [2.0]]), 0.1, config=config)
    np.testing.assert_allclose(result.coefficients, [[0.02689414214, -0.2642391234]], rtol=1e-5)
    np.testing.assert_allclose(x, [[1 + 0.02689414214 - 2 * 0.2642391234]], rtol=1e-5)
    np.testing.assert_allclose(y, [[1.02689414214], [2 - 0.2642391234]], rtol=1e-6)
    assert result.loss == pytest.approx(0.3132616875 + 3 * 2.1269280110, rel=1e-6)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("score", [0.0, 1e-30, 5.9, 6.1, 30.0, 39.0, 1e4, -5.9, -39.0, -1e4])
def test_extreme_scores_saturate(variant, score):
    _, _, result = run(variant, np.array([[1.0]]), np.array([[score]]), 1.0)
    label_minus_sigma = 1 / (1 + np.exp(min(score, 700)))
    np.testing.assert_allclose(result.coefficients, [[label_minus_sigma]], rtol=1e-5, atol=1e-12)
    assert result.loss == pytest.approx(np.logaddexp(0, -score), rel=1e-5, abs=1.2e-7)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("weight", [1.0, 2.0])
def test_nan_gives_finite_coefficients_and_shows_in_the_loss(variant, weight):
    """A NaN score must not index, trap or loop; the trainer finds it in the loss."""
    config = TrainConfig(negative_weight=weight)
    _, _, result = run(variant, np.array([[np.nan]]), np.array([[1.0], [1.0]]), 1.0, config=config)
    assert np.isfinite(result.coefficients).all()
    assert np.isnan(result.loss)


def test_isa_can_be_forced_and_a_wrong_one_is_refused(monkeypatch):
    monkeypatch.delenv("W2V_ISA", raising=False)
    assert machine.isa() == VARIANTS[0]
    for name in ("base", "emulated512"):
        monkeypatch.setenv("W2V_ISA", name)
        assert machine.isa() == name
    for wrong in ("mmx", "float64"):
        monkeypatch.setenv("W2V_ISA", wrong)
        with pytest.raises(ConfigError, match=f"W2V_ISA must be one of .*base: got '{wrong}'"):
            machine.isa()


def test_what_only_tests_need_is_not_offered():
    assert set(VARIANTS) - set(machine.variants()) == {"emulated512", "float64"}
