"""All measurements together: exact or sampled with honest intervals, exclusions counted, the loss arriving at its limit."""

import json
import math
import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.errors import ConfigError, GeometryError
from w2v.evaluation.statistics import interval
from w2v.geometry import Geometry, PositivePairs, Settings, Space, alignment, mean_cosine, measure, uniformity
from w2v.geometry.contrastive import log_partitions
from w2v.geometry.sampling import Population, resampled_means

QUICK = Settings(ms=(1, 8), bootstrap=20)


def cloud(seed=0, n=80, dim=6):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, dim)) + 0.5 * rng.normal(size=dim)


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def near_pairs(x, n=300, seed=0, **options):
    """Return pairs of a row with one of its three nearest."""
    rng = np.random.default_rng(seed)
    cosines = unit(x) @ unit(x).T
    anchors = rng.integers(len(x), size=n)
    positives = np.argsort(-cosines[anchors], axis=1)[np.arange(n), rng.integers(1, 4, size=n)]
    return PositivePairs(anchors, positives, "near rows", **options)


def test_exact_measurements_by_brute_force():
    x, counts = cloud(), np.random.default_rng(1).integers(1, 100, 80)
    pairs = near_pairs(x, sampled=False)
    u, tau = unit(x), 0.2
    for weighting, p in (("type", np.full(80, 1 / 80)), ("token", counts / counts.sum())):
        found = measure(Space(x, counts=counts), pairs, Settings(ms=(1,), temperature=tau, weighting=weighting))
        assert found.alignment.value == pytest.approx(alignment(x[pairs.anchors], x[pairs.positives]), abs=1e-9)
        assert found.uniformity.value == pytest.approx(uniformity(x, weights=p), abs=1e-9)
        first = -(u[pairs.anchors] * u[pairs.positives]).sum(1).mean() / tau
        assert found.limit_alignment.value == pytest.approx(first, abs=1e-9)
        second = scipy.special.logsumexp(u[pairs.anchors] @ u.T / tau, b=p, axis=1).mean()
        assert found.limit_uniformity.value == pytest.approx(second, abs=1e-9)
        assert found.limit == pytest.approx(first + second, abs=1e-9)
        pair_weights = np.outer(p, p)[np.triu_indices(80, 1)]
        cosines = (u @ u.T)[np.triu_indices(80, 1)]
        assert found.mean_cosine.value == pytest.approx(np.average(cosines, weights=pair_weights), abs=1e-9)
        everything_but_the_loss = [m for m in found.measurements if not m.name.startswith("nt_xent")]
        assert all(m.exact for m in everything_but_the_loss)
        assert not any(m.exact for m in found.nt_xent)


def test_two_towers_by_brute_force():
    x, y = cloud(0), cloud(1)
    pairs = PositivePairs(np.arange(40), np.arange(40) + 1, "next rows", sampled=False)
    found = measure(Space(x, y), pairs, Settings(ms=(1,)))
    u, v = unit(x), unit(y)
    other = ~np.eye(80, dtype=bool)
    assert found.towers == "input-output"
    assert found.alignment.value == pytest.approx(alignment(x[:40], y[1:41]), abs=1e-9)
    kernels = np.exp(-2 * ((u[:, None] - v[None]) ** 2).sum(2))
    assert found.uniformity.value == pytest.approx(math.log(kernels[other].mean()), abs=1e-9)
    assert found.mean_cosine.value == pytest.approx((u @ v.T)[other].mean(), abs=1e-9)
    second = (scipy.special.logsumexp(u[:40] @ v.T / 0.1, axis=1) - math.log(80)).mean()
    assert found.limit_uniformity.value == pytest.approx(second, abs=1e-9)


@pytest.mark.parametrize("weighting", ["type", "token"])
def test_the_loss_arrives_at_its_limit(weighting):
    """NT-Xent minus log M comes to the sum of the two terms (Wang & Isola 2020, theorem 1), from afar and then close."""
    x = cloud(n=200)
    counts = np.random.default_rng(1).integers(1, 50, 200)
    ms = (1, 16, 256, 4096, 32768)
    options = Settings(ms=ms, temperature=0.2, weighting=weighting)
    found = measure(Space(x, counts=counts), near_pairs(x, 100), options)
    gaps = [abs(m.value - math.log(count) - found.limit) for m, count in zip(found.nt_xent, ms, strict=True)]
    assert gaps[0] > 0.3
    assert all(later < earlier for earlier, later in pairwise(gaps[:-1]))
    assert gaps[-2] < 0.01
    assert gaps[-1] < 0.005
    assert found.arrived == pytest.approx(found.nt_xent[-1].value - math.log(32768))


# ----------------------------------------------------------------------------------------------------------- intervals


@pytest.mark.parametrize("weighting", ["type", "token"])
def test_intervals_of_sampled_rows_cover_the_exact_value(weighting):
    """Nominally 95 percent; 51 of 60 are asked for, which 95 percent miss three times in 10,000."""
    x, tau, trials = cloud(n=600), 0.3, 60
    counts = (1000 / np.arange(1, 601)).astype(np.int64) + 1
    space, pairs = Space(x, counts=counts), near_pairs(x, 2000)
    p = np.full(600, 1 / 600) if weighting == "type" else counts / counts.sum()
    exact = uniformity(x, weights=p)
    limit = scipy.special.logsumexp(unit(x)[pairs.anchors] @ unit(x).T / tau, b=p, axis=1).mean()
    covered = np.zeros(2)
    for seed in range(trials):
        options = {"exact_rows": 2, "sample": 100, "bootstrap": 100, "seed": seed}
        found = measure(space, pairs, Settings(ms=(1,), weighting=weighting, temperature=tau, **options))
        for i, (m, truth) in enumerate(((found.uniformity, exact), (found.limit_uniformity, limit))):
            covered[i] += m.low <= truth <= m.high
    assert (covered >= 51).all(), covered


def test_intervals_of_means_cover_the_mean():
    """As above, on skewed values: at least 270 of 300, which 95 percent miss three times in 10,000."""
    rng = np.random.default_rng(0)
    covered = 0
    for seed in range(300):
        low, high = interval(resampled_means(rng.gamma(2.0, size=200), Settings(bootstrap=100, seed=seed)))
        covered += low <= 2 <= high
    assert covered >= 270


def test_a_sample_says_so_and_depends_on_its_seed():
    x = cloud(n=500)
    found = measure(Space(x, name="mine"), near_pairs(x), Settings(ms=(1,), exact_rows=499, sample=100, seed=5))
    assert (found.uniformity.n, found.uniformity.of) == (100, "rows of 500")
    assert found.uniformity.low < found.uniformity.value < found.uniformity.high
    assert (found.hubness.n, found.hubness.exact) == (100, False)
    assert (found.mean_cosine.n, found.mean_cosine.exact) == (500, True)
    assert (found.nt_xent[0].n, found.alignment.n) == (100, 300)
    again = [measure(Space(x, name="mine"), near_pairs(x), found.settings) for _ in range(2)]
    assert again[0] == again[1] == found
    other = measure(Space(x, name="mine"), near_pairs(x), Settings(ms=(1,), exact_rows=499, sample=100, seed=6))
    assert other.uniformity.value != found.uniformity.value


def test_pairs_that_are_all_there_are_have_no_interval_unless_some_stand_for_them():
    x = cloud()
    few, many = (measure(Space(x), near_pairs(x, n, sampled=False), Settings(ms=(1,), sample=100)) for n in (100, 101))
    assert few.alignment.exact
    assert few.limit_alignment.exact
    assert few.limit_uniformity.exact
    assert many.alignment.exact
    assert not many.limit_alignment.exact
    assert not many.limit_uniformity.exact


def test_a_population_by_token_draws_words_as_often_as_they_occur():
    """The mean of the rows drawn lies within 5 standard errors of that of the law, for the sample and its resamples."""
    space = Space(cloud(n=2000), counts=np.arange(2000))
    chosen = Settings(weighting="token", exact_rows=2, sample=1000, bootstrap=50)
    population = Population.of(space, np.arange(2000), chosen)
    assert population.sampled
    assert population.weights.shape == (len(population.rows), 51)
    assert 0 not in population.everyone  # a word that does not occur
    np.testing.assert_allclose(population.weights.sum(axis=0), 1)
    p, rows = np.arange(2000) / np.arange(2000).sum(), np.arange(2000)
    error = math.sqrt((p @ rows**2 - (p @ rows) ** 2) / 1000)
    means = population.rows @ population.weights
    assert means[0] == pytest.approx(p @ rows, abs=5 * error)
    np.testing.assert_allclose(means[1:], means[0], atol=5 * error)
    assert means[1:].std() == pytest.approx(error, rel=0.5)


# ----------------------------------------------------------------------------------------------------------- exclusions


def test_rows_without_a_direction_are_left_out_and_counted():
    x = cloud()
    pairs = near_pairs(x)
    dirty = np.vstack([x, np.zeros((2, 6)), np.full((1, 6), np.nan), np.full((3, 6), np.inf), np.full((1, 6), 1e200)])
    rows = np.array([80, 82, 3])
    more = PositivePairs(np.append(pairs.anchors, rows), np.append(pairs.positives, [1, 1, 83]), "near rows")
    found, clean = measure(Space(dirty), more, QUICK), measure(Space(x), pairs, QUICK)
    assert found.excluded == {"rows not finite": 5, "zero rows": 2, "pairs with a row that has no direction": 3}
    assert found.rows == 80
    assert [m.value for m in found.measurements] == [m.value for m in clean.measurements]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.sampled_from([1, 2, 3, 12, 150]),
    dim=st.integers(1, 5),
    bad=st.lists(st.sampled_from([0.0, np.nan, np.inf, -np.inf, 1e300, 1e-300, 1.0]), max_size=12),
    towers=st.booleans(),
    weighting=st.sampled_from(["type", "token"]),
    exact_rows=st.sampled_from([2, 100]),
)
def test_any_vectors_are_measured_or_refused_but_never_nan(seed, n, dim, bad, towers, weighting, exact_rows):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, n, dim))
    for row, value in enumerate(bad[:n]):
        (x, y)[rng.integers(2)][row] = value
    space = Space(x, y if towers else None, counts=rng.integers(0, 5, n))
    pairs = PositivePairs(*rng.integers(n, size=(2, rng.integers(0, 9))), "random")
    options = Settings(ms=(1, 3), bootstrap=20, weighting=weighting, exact_rows=exact_rows, sample=100)
    try:
        found = measure(space, pairs, options)
    except GeometryError:
        return
    values = [v for m in found.measurements for v in (m.value, m.low, m.high) if v is not None]
    assert np.isfinite(values).all()
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("space", "pairs", "message"),
    [
        (np.ones((3, 1)), [0], "vectors of at least 2 dimensions: got 1"),
        (np.eye(3)[:1], [0], "at least 2 rows .*: got 1 of 1"),
        (np.zeros((3, 2)), [0], "at least 2 rows .*: got 0 of 3"),
        (np.eye(3), [], "at least one positive pair to measure vectors: got none"),
        (np.eye(3), [3], "rows 0 to 2 of vectors: got rows 1 to 3"),
        (np.diag([1.0, 1, 0]), [2], "all 1 positive pairs have a row that is zero"),
    ],
)
def test_what_cannot_be_measured(space, pairs, message):
    anchors = np.array(pairs, np.int64)
    with pytest.raises(GeometryError, match=message):
        measure(Space(space), PositivePairs(anchors, np.ones_like(anchors), "none"))


def test_weighting_by_token_needs_counts():
    with pytest.raises(ConfigError, match="weighting must be 'type' for vectors, which has no counts"):
        measure(Space(cloud()), near_pairs(cloud()), Settings(weighting="token"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": 0}, "alpha must be a number from 0.001 to 100: got 0"),
        ({"t": -1.0}, "t must be a number"),
        ({"temperature": 0}, "temperature must be a number from 0.005 to 1000: got 0"),
        ({"temperature": math.nan}, "temperature"),
        ({"weighting": "word"}, "weighting must be one of type, token, pairs, noise: got 'word'"),
        ({"ms": ()}, "ms must be one or more integers from 1"),
        ({"ms": (0,)}, "ms must be"),
        ({"ms": (1.5,)}, "ms must be"),
        ({"bootstrap": 1}, "bootstrap must be"),
        ({"exact_rows": 1}, "exact_rows must be"),
    ],
)
def test_wrong_settings(options, message):
    with pytest.raises(ConfigError, match=message):
        Settings(**options)


# ----------------------------------------------------------------------------------------------------------------- rest


def test_memory_does_not_grow_with_the_square_of_the_rows():
    """100,000 rows: all their cosines would be 80 GB; what is taken beside the vectors is below 64 MB."""
    x = np.random.default_rng(0).normal(size=(100_000, 16)).astype(np.float32)
    pairs = PositivePairs(np.arange(1000), np.arange(1000) + 1, "next rows")
    tracemalloc.start()
    try:
        found = measure(Space(x).variant("all-but-the-top-1"), pairs, Settings(ms=(64,), sample=500, bootstrap=20))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.rows == 100_000
    assert peak < 64e6


def test_variants_spread_vectors_out():
    x = cloud(n=200) + 3
    pairs = near_pairs(x)
    raw, centred = (measure(Space(x).variant(name), pairs, QUICK) for name in ("raw", "centred"))
    assert raw.mean_cosine.value > 0.8 > 0.1 > abs(centred.mean_cosine.value)
    assert centred.uniformity.value < raw.uniformity.value - 1
    assert centred.name == "vectors, centred"
    assert mean_cosine(x - x.mean(0)) == pytest.approx(centred.mean_cosine.value)


def test_printed_and_json_forms_carry_the_definitions():
    x = cloud()
    found = measure(Space(x, name="mine"), near_pairs(x), QUICK)
    text, values = str(found), json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert isinstance(found, Geometry)
    assert text.startswith("mine: 80 rows x 6, input-input\npositive pairs: near rows\n  alignment ")
    assert "exact, 80 rows: log of the mean of exp(-2 |x - y|^2) over pairs of different rows" in text
    assert found.norm_frequency is None
    assert values["norm_frequency"] is None
    assert values["alignment"] == found.alignment.to_dict()
    assert [entry["m"] for entry in values["nt_xent"]] == [1, 8]
    assert values["settings"]["ms"] == [1, 8]
    assert values["limit"] == found.limit
    assert {"value", "low", "high", "n", "of", "seed", "definition"} < set(values["uniformity"])
    assert str(found.alignment) in text


def test_inputs_are_left_alone():
    x = cloud().astype(np.float32)
    before = x.copy()
    x.flags.writeable = False
    measure(Space(x, x), near_pairs(x), QUICK)
    np.testing.assert_array_equal(x, before)
    y = unit(cloud())
    kept = y.copy()
    log_partitions(y, y, 0.1, np.full((80, 1), 1 / 80), np.arange(80))
    np.testing.assert_array_equal(y, kept)
