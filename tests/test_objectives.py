"""The contrastive objectives: compiled variants against the NumPy definitions, these against derivatives and by hand."""

import numpy as np
import pytest
from tiles import VARIANTS, needs_testing, run

from w2v.config import TrainConfig
from w2v.training import objectives, reference

pytestmark = needs_testing

SETTINGS = [
    TrainConfig(objective="nt_xent", temperature=0.07),
    TrainConfig(objective="nt_xent", temperature=1.0),
    TrainConfig(objective="triplet", margin=0.3),
    TrainConfig(objective="triplet_dot", margin=1.0),
    TrainConfig(objective="decoupled", temperature=0.07),
    TrainConfig(objective="decoupled", temperature=1.0),
    TrainConfig(objective="spectral"),
    TrainConfig(objective="align_uniform"),
    TrainConfig(objective="align_uniform", align_weight=3.0, align_power=1.0, uniform_t=3.0),
]
NAMES = [f"{c.objective}-{i}" for i, c in enumerate(SETTINGS)]


def tile(seed, n, m, dim):
    rng = np.random.default_rng([seed, n, m, dim])
    return (rng.normal(size=(rows, dim)).astype(np.float32).astype(float) for rows in (n, m))


def loss_of(contexts, targets, config, weights=1.0):
    """The loss as a function of the rows, written without the engine's trick of coefficients."""
    scores = contexts @ targets.T
    if objectives.TABLE[config.objective].cosine:
        scores = scores / np.linalg.norm(contexts, axis=1)[:, None] / np.linalg.norm(targets, axis=1)
    return (weights * objectives.TABLE[config.objective].define(scores, config)[0]).sum()


@pytest.mark.parametrize("config", SETTINGS, ids=NAMES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_agrees_with_the_reference(variant, config):
    tolerance = 1e-11 if variant == "float64" else 2e-4  # coefficients are up to 1 / tau = 14 times a cosine's rounding
    for n, m, dim in [
        (1, 2, 1),
        (1, 6, 100),
        (5, 6, 100),
        (9, 6, 37),
        (10, 16, 102),
        (17, 7, 300),
        (33, 65, 20),
        (4, 1, 8),
    ]:
        contexts, targets = tile(1, n, m, dim)
        input, output = contexts.copy(), targets.copy()
        expected = reference.update(input, output, np.arange(n), np.arange(m), 0.1, config)
        x, y, result = run(variant, contexts, targets, 0.1, config=config)
        np.testing.assert_allclose(result.coefficients, expected.coefficients, rtol=tolerance, atol=tolerance / 10)
        np.testing.assert_allclose(x, input, rtol=0, atol=tolerance)
        np.testing.assert_allclose(y, output, rtol=0, atol=tolerance)
        assert result.loss == pytest.approx(expected.loss, rel=tolerance / 10, abs=tolerance / 10)


@pytest.mark.parametrize("config", SETTINGS, ids=NAMES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_multiplicities_equal_repeated_words(variant, config):
    """A word twice in the window is two anchors; a noise word drawn twice is two negatives. Nothing is lost."""
    contexts, targets = tile(2, 5, 6, 20)
    context_counts, target_counts = [1, 3, 1, 1, 30], [1, 1, 2, 1, 1, 9]
    input, output = contexts.copy(), targets.copy()
    repeated = np.repeat(np.arange(5), context_counts), np.repeat(np.arange(6), target_counts)
    expected = reference.update(input, output, *repeated, 0.01, config)
    x, y, result = run(variant, contexts, targets, 0.01, context_counts, target_counts, config)
    np.testing.assert_allclose(x, input, rtol=0, atol=1e-4)
    np.testing.assert_allclose(y, output, rtol=0, atol=1e-4)
    assert result.loss == pytest.approx(expected.loss, rel=1e-5)


@pytest.mark.parametrize("config", SETTINGS, ids=NAMES)
def test_compiled_update_is_the_gradient_of_the_loss(config):
    """Two-sided finite differences of the loss, as a function of the rows, against the float64 build's update."""
    contexts, targets = tile(3, 4, 6, 9)
    x, y, result = run("float64", contexts, targets, 1.0, config=config)
    assert result.loss == pytest.approx(loss_of(contexts, targets, config), rel=1e-12)
    weights = reference.damping(contexts, targets, 1.0, config) if config.objective == "spectral" else 1.0
    assert_gradient(contexts, x, lambda changed: loss_of(changed, targets, config, weights))
    assert_gradient(targets, y, lambda changed: loss_of(contexts, changed, config, weights))


def assert_gradient(before, after, loss, h=1e-6):
    for index in np.ndindex(before.shape):
        up, down = before.copy(), before.copy()
        up[index] += h
        down[index] -= h
        assert (after - before)[index] == pytest.approx(-(loss(up) - loss(down)) / (2 * h), abs=2e-7)


# Beyond LARGEST_SHARE = 8 times the running mean the loss goes on as 8 log z; the kernel's mean is about 0.01 here.
@pytest.mark.parametrize("mean", [np.exp(-6), 1e-2, 1e-4])
@pytest.mark.parametrize("within_output", [False, True])
def test_uniformity_is_the_gradient_of_its_loss_at_any_running_mean(mean, within_output):
    config = TrainConfig(objective="align_uniform")
    contexts, targets = tile(8, 4, 6, 5)

    def loss(x, y):
        cosines = x @ y.T / np.linalg.norm(x, axis=1)[:, None] / np.linalg.norm(y, axis=1)
        align = 0 if within_output else 3 * (2 - 2 * cosines[:, 0])
        z = np.exp(-6 * (1 - cosines if within_output else 1 - cosines[:, 1:])).mean(axis=1)
        uniform = np.where(z < 8 * mean, np.log(mean) + z / mean - 1, np.log(mean) + 7 + 8 * np.log(z / (8 * mean)))
        return (align + uniform / 2).sum()

    x, y, result = run("float64", contexts, targets, 1.0, config=config, kernel_mean=mean, within_output=within_output)
    assert result.loss == pytest.approx(loss(contexts, targets), rel=1e-12)
    assert_gradient(contexts, x, lambda changed: loss(changed, targets))
    assert_gradient(targets, y, lambda changed: loss(contexts, changed))
    for variant in VARIANTS:
        other = run(variant, contexts, targets, 1.0, config=config, kernel_mean=mean, within_output=within_output)
        np.testing.assert_allclose(other[0], x, atol=2e-3)
        np.testing.assert_allclose(other[1], y, atol=2e-3)
        assert other[2].loss == pytest.approx(result.loss, rel=1e-5)


def old_align_uniform(cosines, weight, t):
    """What w2v 0.1 called align_uniform, with align_power 2: loss and -dL/ds of one anchor."""
    e = np.exp(-2 * t * (1 - cosines[1:]))
    loss = weight * (2 - 2 * cosines[0]) + np.log(e.mean())
    return loss, np.append(2 * weight, -2 * t * e / e.sum())


@pytest.mark.parametrize("t", [0.5, 3.0, 5.0])
def test_decoupled_is_the_old_align_uniform_and_nt_xent_without_the_positive(t):
    cosines = np.random.default_rng(3).uniform(-1, 1, size=(50, 6))
    loss, descent = objectives.decoupled(cosines, TrainConfig(objective="decoupled", temperature=1 / (2 * t)))
    for row, found, slopes in zip(cosines, loss, descent, strict=True):
        old, old_slopes = old_align_uniform(row, t, t)
        assert found == pytest.approx(old + np.log(5), abs=1e-13)
        np.testing.assert_allclose(slopes, old_slopes, atol=1e-13)
    contrast, contrast_descent = objectives.nt_xent(cosines, TrainConfig(objective="nt_xent", temperature=1 / (2 * t)))
    np.testing.assert_allclose(contrast, np.logaddexp(0, loss), atol=1e-13)
    wrong = 1 - np.exp(-contrast)  # 1 - p_0
    np.testing.assert_allclose(contrast_descent, wrong[:, None] * descent, atol=1e-12)


# x = (3, 4), y_0 = (0, 2), y_1 = (1, 0): cosines 0.8 and 0.6, dot products 8 and 3, lengths 5, 2, 1.
HAND = [
    # e^8 / (e^8 + e^6): p_0 = 0.8807970780, loss 0.1269280110; -dL/ds = (1 - p_0) / 0.1 each way
    (TrainConfig(objective="nt_xent", temperature=0.1), 0.1269280110, [1.192029220, -1.192029220]),
    # 0.6 - 0.8 + 0.5
    (TrainConfig(objective="triplet", margin=0.5), 0.3, [1, -1]),
    (TrainConfig(objective="triplet", margin=0.1), 0.0, [0, 0]),
    # 3 - 8 + 6
    (TrainConfig(objective="triplet_dot", margin=6.0), 1.0, [1, -1]),
    # -8 + 6; 1 / 0.1 each way, as one negative has the whole softmax
    (TrainConfig(objective="decoupled", temperature=0.1), -2.0, [10, -10]),
    # The running mean is e^-2t, so z / b = e^2.4 = 11, beyond 8: 0.4 + (-4 + 7 + 8 (2.4 - log 8)) / 2; the slope is 8 t
    (TrainConfig(objective="align_uniform", align_weight=1.0, uniform_t=2.0), 3.1822338333, [2, -16]),
    # 3 sqrt(0.4) + (-1 + e^0.6 - 1) / 2; 3 / sqrt(0.4), and t e^0.6
    (
        TrainConfig(objective="align_uniform", align_weight=3.0, align_power=1.0, uniform_t=0.5),
        3 * 0.4**0.5 + (np.exp(0.6) - 2) / 2,
        [3 * 0.4**-0.5, -0.5 * np.exp(0.6)],
    ),
    # -16 + 9 with one noise word; 2 and -2 (3), divided by 1 + 0.1 (2 (25 + 4 + 1))
    (TrainConfig(objective="spectral", negative=1), -7.0, [2 / 7, -6 / 7]),
]


@pytest.mark.parametrize(("config", "loss", "descent"), HAND)
@pytest.mark.parametrize("variant", VARIANTS)
def test_hand_computed(variant, config, loss, descent):
    contexts, targets = np.array([[3.0, 4.0]]), np.array([[0.0, 2.0], [1.0, 0.0]])
    x, y, result = run(variant, contexts, targets, 0.1, config=config)
    assert result.loss == pytest.approx(loss, rel=2e-6, abs=2e-7)
    g0, g1 = 0.1 * np.array(descent)
    if config.objective in ("triplet_dot", "spectral"):
        np.testing.assert_allclose(x, [[3 + g1, 4 + 2 * g0]], rtol=1e-6)
        np.testing.assert_allclose(y, [[3 * g0, 2 + 4 * g0], [1 + 3 * g1, 4 * g1]], rtol=1e-6, atol=1e-6)
        return
    # Along (y^ - s x^) / |x|: (0 - .8 .6, 1 - .8 .8) / 5 and (1 - .6 .6, 0 - .6 .8) / 5; and so for the y.
    np.testing.assert_allclose(
        x, [[3 + (-0.48 * g0 + 0.64 * g1) / 5, 4 + (0.36 * g0 - 0.48 * g1) / 5]], rtol=1e-6, atol=1e-6
    )
    np.testing.assert_allclose(y, [[0.6 * g0 / 2, 2], [1, 0.8 * g1]], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("config", SETTINGS, ids=NAMES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_rows_of_zeros_do_no_harm(variant, config):
    """A cosine with a row of zeros is 0, and so is that row's update; the other rows train as if it were not there."""
    contexts, targets = tile(4, 3, 4, 10)
    contexts[1], targets[2] = 0, 0
    x, y, result = run(variant, contexts, targets, 0.1, config=config)
    assert np.isfinite(x).all()
    assert np.isfinite(y).all()
    assert np.isfinite(result.loss)
    if objectives.TABLE[config.objective].cosine:
        assert not x[1].any()
        assert not y[2].any()
        input, output = contexts.copy(), targets.copy()
        reference.update(input, output, np.arange(3), np.arange(4), 0.1, config)
        np.testing.assert_allclose(x, input, rtol=0, atol=1e-4)
        np.testing.assert_allclose(y, output, rtol=0, atol=1e-4)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_cosines_do_not_depend_on_length(variant, scale):
    config = TrainConfig(objective="nt_xent", temperature=0.1)
    contexts, targets = tile(5, 4, 6, 16)
    losses = [run(variant, contexts * s, targets, 0.0, config=config)[2].loss for s in (1, scale)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_coldest_temperature_does_not_overflow(variant):
    config = TrainConfig(objective="nt_xent", temperature=1e-3)
    contexts, targets = np.array([[1.0, 0.0]]), np.array([[-1.0, 0.0], [1.0, 0.0], [1.0, 1e-3]])
    x, y, result = run(variant, contexts, targets, 0.01, config=config)
    assert np.isfinite(x).all()
    assert np.isfinite(y).all()
    assert result.loss == pytest.approx(2000 + np.log(2), rel=1e-5)


@pytest.mark.parametrize("variant", VARIANTS)
def test_many_tiles_worth_of_loss_in_one(variant):
    """Logarithms wait in a product: hundreds of anchors with hundreds of negatives must not drive it to zero."""
    config = TrainConfig(objective="nt_xent", temperature=10.0)
    contexts, targets = tile(6, 400, 400, 5)
    expected = loss_of(contexts, targets, config)
    assert run(variant, contexts, targets, 0.0, config=config)[2].loss == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("config", [TrainConfig(), *SETTINGS], ids=["sgns", *NAMES])
@pytest.mark.parametrize("variant", VARIANTS)
def test_steps_freeze_rows_and_weigh_their_updates(variant, config):
    for m in (6, 16):  # one group of targets in `apply`, and several
        contexts, targets = tile(7, 5, m, 24)
        x, y, _ = run(variant, contexts, targets, 0.1, config=config)
        steps = [1, 0, 1, 0.5, 0]
        slowed, same, _ = run(variant, contexts, targets, 0.1, config=config, steps=steps)
        np.testing.assert_array_equal(slowed[[1, 4]], contexts[[1, 4]].astype(x.dtype))
        np.testing.assert_allclose(slowed, contexts + np.array(steps)[:, None] * (x - contexts), atol=3e-6)
        np.testing.assert_allclose(same, y, atol=3e-6)
        of_targets = np.linspace(0, 1, m)
        again, slow, _ = run(variant, contexts, targets, 0.1, config=config, steps=steps, target_steps=of_targets)
        np.testing.assert_array_equal(again, slowed)
        np.testing.assert_array_equal(slow[0], targets[0].astype(y.dtype))
        np.testing.assert_allclose(slow, targets + of_targets[:, None] * (y - targets), atol=3e-6)
