"""Each metric of geometry against closed forms and against brute force over all pairs in float64."""

import math

import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.errors import ConfigError, GeometryError, W2VError
from w2v.geometry import (
    alignment,
    effective_rank,
    hubness,
    isoscore,
    log_partition,
    mean_cosine,
    norm_frequency,
    nt_xent,
    uniform_law,
    uniformity,
)
from w2v.geometry import directions as directions_module
from w2v.geometry.contrastive import log_partitions, losses
from w2v.geometry.uniformity import log_mean_kernel

EYE = np.eye(6)


@pytest.fixture(params=["float64", "float32"])
def many_blocks(request, monkeypatch):
    """Few rows in many blocks, the last ones not full; in both precisions."""
    monkeypatch.setattr(directions_module, "PRODUCT_ROWS", 14)
    monkeypatch.setattr(directions_module, "ROWS_AT_ONCE", 5)
    monkeypatch.setattr(directions_module, "COLUMNS_AT_ONCE", 16)
    monkeypatch.setattr(directions_module, "PAIRS_IN_DOUBLE", 1 << 24 if request.param == "float64" else 0)


def points(seed=0, n=60, dim=5, offset=0.4):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, dim)) + offset) * rng.uniform(0.1, 9, size=(n, 1))


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


# ------------------------------------------------------------------------------------------------------- closed forms


def test_alignment_of_known_pairs():
    assert alignment(EYE, 3 * EYE) == 0
    assert alignment(EYE[:3], EYE[3:]) == pytest.approx(2, abs=1e-12)
    assert alignment(EYE, -EYE) == pytest.approx(4, abs=1e-12)
    assert alignment(EYE, -EYE, alpha=3) == pytest.approx(8, abs=1e-12)
    assert alignment(EYE[:3], EYE[3:], alpha=1) == pytest.approx(math.sqrt(2), abs=1e-12)


def test_uniformity_of_known_points():
    assert uniformity(np.ones((5, 3))) == 0
    assert uniformity(np.array([[1.0, 0], [-1, 0]])) == -8
    assert uniformity(EYE, t=3) == pytest.approx(-6, abs=1e-12)
    simplex = np.eye(4) - 1 / 4  # four points whose cosines are all -1/3
    assert uniformity(simplex, t=1) == pytest.approx(-8 / 3, abs=1e-12)


@pytest.mark.parametrize(("t", "dim"), [(2.0, 2), (2.0, 100), (3.0, 300), (50.0, 3), (0.01, 7)])
def test_the_uniform_law_has_its_closed_form(t, dim):
    expected = math.log(scipy.special.hyp0f1(dim / 2, t * t)) - 2 * t
    assert uniform_law(t, dim) == pytest.approx(expected, abs=1e-10)
    if dim >= 100:
        assert uniform_law(t, dim) == pytest.approx(-2 * t + 2 * t * t / dim, abs=1e-2)


def test_uniform_points_have_the_uniformity_of_the_uniform_law():
    """On a regular polygon the mean over all ordered pairs is the integral over the circle, to rounding."""
    n, t = 200, 2.0
    angle = 2 * np.pi * np.arange(n) / n
    different = uniformity(np.column_stack([np.cos(angle), np.sin(angle)]), t)
    of_all = math.log(((n - 1) * math.exp(different) + 1) / n)
    assert of_all == pytest.approx(uniform_law(t, 2), abs=1e-12)
    # Random points on the sphere of R^20: the standard error of the mean over 2,000 rows is below 0.002.
    sample = np.random.default_rng(3).normal(size=(2000, 20))
    assert uniformity(sample) == pytest.approx(uniform_law(2, 20), abs=0.01)


def test_nt_xent_of_orthogonal_vectors():
    m, tau = 4, 0.5
    expected = -math.log(math.exp(1 / tau) / (math.exp(1 / tau) + m))
    assert nt_xent(EYE[:1], 2 * EYE[:1], EYE[1 : m + 1], tau) == pytest.approx(expected, abs=1e-12)
    own = np.repeat(EYE[np.newaxis, 1 : m + 1], 3, axis=0)
    assert nt_xent(EYE[[0] * 3], EYE[[0] * 3], own, tau) == pytest.approx(expected, abs=1e-12)
    assert log_partition(EYE, EYE, tau) == pytest.approx(math.log((math.exp(1 / tau) + 5) / 6), abs=1e-12)


def test_spectra_of_known_points():
    assert effective_rank(EYE) == pytest.approx(6, abs=1e-9)
    assert effective_rank(np.outer([1, -2, 3], [1.0, 2])) == pytest.approx(1, abs=1e-6)
    assert effective_rank(np.repeat(EYE[:3], 5, axis=0)) == pytest.approx(3, abs=1e-6)
    assert isoscore(np.vstack([EYE, -EYE])) == pytest.approx(1, abs=1e-12)
    assert isoscore(np.outer([1, -1, 1, -1], EYE[0])) == pytest.approx(0, abs=1e-12)
    assert isoscore(np.ones((4, 3))) == 0
    assert mean_cosine(EYE) == pytest.approx(0, abs=1e-12)
    assert mean_cosine(np.outer([1, 2, 3], [1.0, 2])) == pytest.approx(1, abs=1e-12)


def test_a_hub_makes_counts_skew():
    """Five rows around one: it is the nearest of all, and one of them is its own nearest."""
    around = np.vstack([np.array([[0, 0, 0, 0, 0, 9.0]]), EYE[:5] + 2 * EYE[5]])
    counts = np.array([5, 1, 0, 0, 0, 0])  # of equal cosines the first row counts
    assert hubness(around, 1) == pytest.approx(scipy.stats.skew(counts), abs=1e-12)
    assert hubness(EYE, 5) == 0  # every row is near to every other


def test_norms_that_follow_counts():
    assert norm_frequency([1, 2, 3], [10, 20, 30]) == pytest.approx(1)
    assert norm_frequency([3, 2, 1], [10, 20, 30]) == pytest.approx(-1)
    assert norm_frequency([1, 1, 1], [10, 20, 30]) is None
    assert norm_frequency([], []) is None
    rng = np.random.default_rng(0)
    norms, counts = rng.integers(0, 9, 200), rng.integers(0, 5, 200)
    assert norm_frequency(norms, counts) == pytest.approx(scipy.stats.spearmanr(norms, counts)[0], abs=1e-12)


# -------------------------------------------------------------------------------------------------------- brute force


def test_uniformity_is_the_mean_over_pairs_of_different_rows(many_blocks):
    x, y, t = points(0), points(1), 2.0
    w = np.random.default_rng(2).uniform(size=60)
    kernels = np.exp(-t * ((unit(x)[:, None] - unit(x)[None]) ** 2).sum(2))
    upper = np.triu_indices(60, 1)
    assert uniformity(x, t) == pytest.approx(math.log(kernels[upper].mean()), abs=1e-6)
    both = np.outer(w, w)[upper]
    assert uniformity(x, t, weights=w) == pytest.approx(math.log((kernels[upper] * both).sum() / both.sum()), abs=1e-6)
    across = np.exp(-t * ((unit(x)[:, None] - unit(y)[None]) ** 2).sum(2))
    other = ~np.eye(60, dtype=bool)
    assert uniformity(x, t, y=y) == pytest.approx(math.log(across[other].mean()), abs=1e-6)


@pytest.mark.parametrize(("t", "tau"), [(2.0, 0.1), (60.0, 0.005)])
def test_steep_kernels_neither_overflow_nor_vanish(many_blocks, t, tau):
    x = unit(points(4, offset=0))
    squares = ((x[:, None] - x[None]) ** 2).sum(2)[np.triu_indices(60, 1)]
    assert uniformity(x, t) == pytest.approx(scipy.special.logsumexp(-t * squares) - math.log(len(squares)), abs=1e-6)
    exact = scipy.special.logsumexp(x @ x.T / tau, axis=1) - math.log(60)
    assert log_partition(x, x, tau) == pytest.approx(exact.mean(), abs=1e-5)
    far = -x[:1], x[:1], x[1:2]  # the positive is opposite: the loss is large, not infinite
    expected = np.logaddexp(-1 / tau, (far[0] @ far[2].T).item() / tau) + 1 / tau
    assert nt_xent(*far, tau) == pytest.approx(expected, abs=1e-9)
    sampled = losses(far[0], far[1], lambda n: np.repeat(far[2], n, axis=0), tau, (1,))
    assert sampled == pytest.approx(expected, abs=1e-4)


def test_log_partitions_leave_an_anchors_own_row_out(many_blocks):
    x, y = unit(points(0)), unit(points(1, n=40))
    weights = np.random.default_rng(2).uniform(size=(40, 3))
    own = np.arange(60) % 50 - 5
    own[own >= 40] = -1
    own[own < 0] = -1
    terms = np.exp(x @ y.T / 0.2)[:, :, None] * weights[None]
    expected = np.empty((60, 3))
    for i in range(60):
        kept = np.arange(40) != own[i]
        expected[i] = np.log(terms[i, kept].sum(0) / weights[kept].sum(0))
    np.testing.assert_allclose(log_partitions(x, y, 0.2, weights, own), expected, atol=1e-6)


def test_mean_cosine_and_hubness_by_brute_force():
    x = points(5)
    cosines = unit(x) @ unit(x).T
    assert mean_cosine(x) == pytest.approx(cosines[np.triu_indices(60, 1)].mean(), abs=1e-12)
    np.fill_diagonal(cosines, -np.inf)
    counts = np.bincount(np.argsort(-cosines, axis=1)[:, :7].ravel(), minlength=60)
    assert hubness(x, 7) == pytest.approx(scipy.stats.skew(counts), abs=1e-12)


def test_isoscore_by_the_steps_of_the_paper():
    x = unit(points(6, n=200))
    dim = x.shape[1]
    rotated = (x - x.mean(0)) @ np.linalg.eigh(np.cov(x.T))[1]  # 1-2: principal components
    diagonal = rotated.var(axis=0)  # 3: the diagonal of the covariance
    normed = math.sqrt(dim) * diagonal / np.linalg.norm(diagonal)  # 4
    defect = np.linalg.norm(normed - 1) / math.sqrt(2 * (dim - math.sqrt(dim)))  # 5
    used = (dim - defect**2 * (dim - math.sqrt(dim))) ** 2 / dim**2  # 6
    assert isoscore(x) == pytest.approx((dim * used - 1) / (dim - 1), abs=1e-9)


def test_effective_rank_by_singular_values():
    x = points(7)
    singular = np.linalg.svd(unit(x), compute_uv=False)
    shares = singular / singular.sum()
    assert effective_rank(x) == pytest.approx(math.exp(scipy.stats.entropy(shares)), abs=1e-9)


@pytest.mark.parametrize("m", [1, 2])
def test_sampled_losses_have_the_mean_of_all_draws(m):
    """Every M-tuple of negatives enumerated; the sample's mean lies within 5 standard errors (1 failure in 10^6)."""
    x, tau = unit(points(8, n=9)), 0.3
    p = np.random.default_rng(1).dirichlet(np.ones(9))
    scores = np.exp(x[0] @ x.T / tau)
    tuples = np.indices((9,) * m).reshape(m, -1)
    positive = scores[3]
    expected = (-np.log(positive / (positive + scores[tuples].sum(0))) * p[tuples].prod(0)).sum()
    rng = np.random.default_rng(2)
    draws = losses(
        np.repeat(x[:1], 64, 0), np.repeat(x[3:4], 64, 0), lambda n: x[rng.choice(9, size=n, p=p)], tau, (m, 3 * m)
    )
    pools = draws[:, 0].reshape(-1, 2).mean(1)  # 64 anchors in 32 pools, two in each
    assert pools.mean() == pytest.approx(expected, abs=5 * pools.std() / math.sqrt(len(pools)))
    assert (draws[:, 1] > draws[:, 0]).all()


# --------------------------------------------------------------------------------------------------------- properties

SHAPES = {"seed": st.integers(0, 2**32 - 1), "n": st.integers(2, 30), "dim": st.integers(2, 9)}


@settings(max_examples=50, deadline=None)
@given(**SHAPES, t=st.floats(0.01, 30), alpha=st.floats(0.1, 6))
def test_bounds_and_invariance(seed, n, dim, t, alpha):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, dim)) + rng.uniform(0, 2)
    y = rng.permutation(x)
    turned = x @ np.linalg.qr(rng.normal(size=(dim, dim)))[0] * rng.uniform(1e-6, 1e6)
    stretched = x * rng.uniform(1e-3, 1e3, size=(n, 1))
    assert 0 <= alignment(x, y, alpha) <= 2**alpha * (1 + 1e-12)
    assert -4 * t <= uniformity(x, t) <= 0
    assert -1 <= mean_cosine(x) <= 1
    assert 1 - 1e-9 <= effective_rank(x) <= min(n, dim) + 1e-6
    assert 0 <= isoscore(x) <= 1
    for metric in (lambda z: uniformity(z, t), mean_cosine, isoscore, lambda z: log_partition(z, z)):
        assert metric(turned) == pytest.approx(metric(x), abs=1e-6)
        assert metric(stretched) == pytest.approx(metric(x), abs=1e-6)
    order = np.argsort(rng.random(n))
    assert uniformity(x[order], t) == pytest.approx(uniformity(x, t), abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(**SHAPES)
def test_whole_weights_are_repeated_draws_of_which_pairs_with_itself_do_not_count(seed, n, dim):
    rng = np.random.default_rng(seed)
    x = unit(rng.normal(size=(n, dim)))
    times = rng.integers(0, 4, size=n)
    times[:2] += 1
    rows = np.repeat(np.arange(n), times)
    different = rows[:, None] != rows[None]
    kernels = np.exp(-2 * ((x[rows][:, None] - x[rows][None]) ** 2).sum(2))
    value = log_mean_kernel(x, None, 2.0, times[:, None].astype(float))[0]
    assert value == pytest.approx(math.log(kernels[different].mean()), abs=1e-9)


# ------------------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: alignment(EYE, EYE, 0), ConfigError, "alpha must be a positive number"),
        (lambda: alignment(EYE, EYE, math.nan), ConfigError, "alpha must be a positive number"),
        (lambda: alignment(EYE, EYE[:2]), ConfigError, "same shape"),
        (lambda: alignment(EYE[:0], EYE[:0]), GeometryError, "at least one positive pair"),
        (lambda: alignment(EYE, 0 * EYE), GeometryError, "row 0: it is zero or not finite"),
        (lambda: uniformity(EYE, -1), ConfigError, "t must be a positive number"),
        (lambda: uniformity(EYE[:1]), GeometryError, "at least 2 rows"),
        (lambda: uniformity(EYE, weights=[1, 0, 0, 0, 0, 0]), GeometryError, "at least 2 rows"),
        (lambda: uniformity(EYE, weights=[1, 1]), ConfigError, "weights must be 6 non-negative numbers"),
        (lambda: uniformity(EYE, y=EYE[:2]), ConfigError, "y must have the shape of x"),
        (lambda: uniformity(np.full((3, 2), np.nan)), GeometryError, "not finite"),
        (lambda: uniformity(np.ones(3)), GeometryError, r"got shape \(3,\)"),
        (lambda: nt_xent(EYE, EYE, EYE, 0), ConfigError, "temperature must be a positive number"),
        (lambda: nt_xent(EYE[:0], EYE[:0], EYE), GeometryError, "at least one anchor"),
        (lambda: nt_xent(EYE, EYE, EYE[:0]), GeometryError, "negatives must contain at least one row"),
        (lambda: nt_xent(EYE, EYE, np.ones((2, 3, 6))), ConfigError, "x and y must have shape"),
        (lambda: log_partition(EYE, EYE[:0]), GeometryError, "at least one negative"),
        (lambda: log_partition(EYE, EYE, -1), ConfigError, "temperature"),
        (lambda: effective_rank(EYE[:1]), GeometryError, "at least 2 rows"),
        (lambda: isoscore(np.ones((3, 1))), GeometryError, "at least 2 numbers"),
        (lambda: hubness(EYE, 0), ConfigError, "k must be at least 1"),
        (lambda: hubness(EYE[:1]), GeometryError, "at least 2 rows"),
        (lambda: norm_frequency([1, 2], [1]), ConfigError, "of the same length"),
    ],
)
def test_what_is_undefined_is_refused(call, error, message):
    with pytest.raises(error, match=message) as caught:
        call()
    assert isinstance(caught.value, W2VError)
