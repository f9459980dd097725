"""L_in and L_out: by a loop of my own from the paper, by finite differences, against NT-Xent, and against each other."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.errors import ConfigError, DivergedError
from w2v.supervision import SupervisionConfig
from w2v.supervision.heads import train_head
from w2v.supervision.losses import KINDS, contrast

CLASSES = np.array([0, 1, 0, 2, 1, 0, 3, 1, 4, 4])  # 2 and 3 have no other member


def rows(seed=0, n=10, d=6):
    return np.random.default_rng(seed).normal(size=(n, d))


def by_loop(z, classes, tau, kind):
    """Equations 2 and 3 of Khosla et al. (2020), term by term; the mean over the anchors with a positive."""
    u = [row / math.sqrt(sum(x * x for x in row)) for row in z]
    losses = []
    for i in range(len(u)):
        others = [a for a in range(len(u)) if a != i]
        positives = [a for a in others if classes[a] == classes[i]]
        if not positives:
            continue
        partition = sum(math.exp(float(u[i] @ u[a]) / tau) for a in others)
        shares = [math.exp(float(u[i] @ u[p]) / tau) / partition for p in positives]
        if kind == "out":
            losses.append(-sum(math.log(share) for share in shares) / len(positives))
        else:
            losses.append(-math.log(sum(shares) / len(positives)))
    return sum(losses) / len(losses), len(losses)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tau", [0.05, 0.1, 1.0])
def test_the_loss_is_that_of_the_paper(kind, tau):
    loss = contrast(rows(), CLASSES, tau, kind)
    value, anchors = by_loop(rows(), CLASSES, tau, kind)
    assert loss.value == pytest.approx(value, abs=1e-12)
    assert loss.anchors == anchors == 8


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_of_the_rows_are_finite_differences(kind):
    z, step = rows(), 1e-6
    gradient = contrast(z, CLASSES, 0.2, kind).gradient
    for place in np.ndindex(z.shape):
        ends = []
        for sign in (1, -1):
            moved = z.copy()
            moved[place] += sign * step
            ends.append(by_loop(moved, CLASSES, 0.2, kind)[0])
        assert gradient[place] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_of_the_head_is_finite_differences(kind):
    x, head, step = rows(), rows(1, 6, 6), 1e-6
    gradient = contrast(x @ head.T, CLASSES, 0.2, kind).gradient.T @ x
    for place in np.ndindex(head.shape):
        ends = []
        for sign in (1, -1):
            moved = head.copy()
            moved[place] += sign * step
            ends.append(by_loop(x @ moved.T, CLASSES, 0.2, kind)[0])
        assert gradient[place] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-6)


@given(st.integers(2, 12), st.integers(1, 5), st.sampled_from([0.05, 0.1, 0.5, 2.0]), st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_one_positive_per_anchor_is_nt_xent(pairs, d, tau, seed):
    z = rows(seed, 2 * pairs, d)
    classes = np.repeat(np.arange(pairs), 2)
    u = z / np.linalg.norm(z, axis=1, keepdims=True)
    s = u @ u.T / tau
    n = np.arange(2 * pairs)
    others = np.where(n[:, np.newaxis] == n, -np.inf, s)
    top = others.max(axis=1)
    log_partition = top + np.log(np.exp(others - top[:, np.newaxis]).sum(axis=1))
    nt_xent = float((log_partition - s[n, n ^ 1]).mean())  # Chen et al. (2020), equation 1
    inside, outside = (contrast(z, classes, tau, kind) for kind in KINDS)
    assert inside.value == pytest.approx(nt_xent, abs=1e-12 * max(1.0, 1 / tau))
    assert outside.value == pytest.approx(nt_xent, abs=1e-12 * max(1.0, 1 / tau))
    assert inside.gradient == pytest.approx(outside.gradient, abs=1e-12 / tau)


@given(
    st.lists(st.integers(0, 3), min_size=2, max_size=30),
    st.integers(1, 6),
    st.sampled_from([0.001, 0.05, 0.1, 1.0, 100.0]),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=300, deadline=None)
def test_the_sum_inside_the_logarithm_is_never_larger(classes, d, tau, seed):
    z = rows(seed, len(classes), d)
    inside, outside = (contrast(z, np.array(classes), tau, kind) for kind in KINDS)
    assert inside.value <= outside.value + 1e-9 * max(1.0, abs(outside.value))
    assert inside.anchors == outside.anchors
    assert np.isfinite(inside.gradient).all()
    assert np.isfinite(outside.gradient).all()


def test_lengths_do_not_matter():
    z = rows()
    for kind in KINDS:
        scaled = contrast(z * np.arange(1, 11)[:, np.newaxis], CLASSES, 0.1, kind)
        assert scaled.value == pytest.approx(contrast(z, CLASSES, 0.1, kind).value, abs=1e-12)


def test_anchors_without_a_positive_are_left_out_but_are_negatives():
    z, alone = rows(), np.arange(10)
    assert contrast(z, alone, 0.1).anchors == 0
    assert contrast(z, alone, 0.1).value == 0.0
    assert not contrast(z, alone, 0.1).gradient.any()
    with_two, without = contrast(z, CLASSES, 0.1), contrast(z[CLASSES != 2], CLASSES[CLASSES != 2], 0.1)
    assert with_two.anchors == without.anchors
    assert with_two.value > without.value  # one more term in each denominator
    assert with_two.gradient[3].any()  # it is pushed away


@pytest.mark.parametrize("kind", KINDS)
def test_one_class_for_all(kind):
    loss = contrast(rows(), np.zeros(10, np.int64), 0.1, kind)
    assert loss.anchors == 10
    assert loss.value == pytest.approx(by_loop(rows(), np.zeros(10, int), 0.1, kind)[0], abs=1e-12)
    if kind == "in":  # all are positives, so that -log (1/9) is all there is
        assert loss.value == pytest.approx(math.log(9), abs=1e-12)
        assert abs(loss.gradient).max() < 1e-12


def test_training_is_reproducible_to_the_bit_and_starts_at_the_identity():
    x, classes = rows(2, 300, 8), np.random.default_rng(3).integers(0, 4, 300)
    config = SupervisionConfig(steps=20, batch_size=64)
    one, two = (train_head(x, classes, config, progress=False) for _ in range(2))
    assert (one.matrix == two.matrix).all()
    assert one.losses == two.losses
    other = train_head(x, classes, SupervisionConfig(steps=20, batch_size=64, seed=2), progress=False)
    assert (other.matrix != one.matrix).any()
    first = np.random.default_rng(1).choice(300, 64, replace=False)
    assert one.losses[0] == contrast(x[first], classes[first], 0.1).value
    untrained = train_head(x, np.arange(300), config, progress=False)  # no anchor has a positive
    assert (untrained.matrix == np.eye(8)).all()
    assert untrained.losses == []


@pytest.mark.parametrize("loss", KINDS)
def test_a_head_finds_the_directions_of_the_classes(loss):
    draws = np.random.default_rng(0)
    classes = draws.integers(0, 3, 600)
    signal = 0.5 * np.eye(3)[classes] + 0.1 * draws.normal(size=(600, 3))
    x = np.concatenate([signal, draws.normal(size=(600, 12))], axis=1)  # most of the variance is noise
    head = train_head(x[:400], classes[:400], SupervisionConfig(loss=loss, alpha=0.02), progress=False)
    spectrum = np.linalg.norm(head.matrix, axis=0)
    assert spectrum[:3].min() > spectrum[3:].max()
    assert np.mean(head.losses[-20:]) < np.mean(head.losses[:20])


def test_a_loss_that_is_not_finite_is_an_error():
    with pytest.raises(DivergedError, match="the loss must be finite: got nan at step 1; lower alpha"):
        train_head(np.zeros((10, 3)), np.zeros(10, np.int64), SupervisionConfig(), progress=False)


@pytest.mark.parametrize(
    "wrong",
    [{"loss": "both"}, {"temperature": 0}, {"batch_size": 1}, {"steps": 0}, {"alpha": 0}, {"seed": -1}],
)
def test_parameters_have_ranges(wrong):
    with pytest.raises(ConfigError, match=f"{next(iter(wrong))} must be"):
        SupervisionConfig(**wrong)
