"""The laws of words, information, W2 and partition isotropy: by brute force on real vectors, and in closed form."""

import lzma
import math
import re
from pathlib import Path

import numpy as np
import pytest
import scipy.optimize
import scipy.special

import w2v
from w2v.errors import ConfigError, GeometryError
from w2v.geometry import (
    PositivePairs,
    Settings,
    Space,
    directions,
    information,
    measure,
    partition_isotropy,
    random_space,
    text_pairs,
    uniform_alignment,
    uniform_law,
    uniformity,
    wasserstein,
)
from w2v.geometry.information import moments

EMMA = Path(__file__).parent / "data" / "emma.txt.xz"
QUICK = {"ms": (1,), "bootstrap": 20}


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def corpus():
    """Return the first half of a novel, encoded, with the words that occur ten times."""
    with lzma.open(EMMA, "rt", encoding="utf-8") as file:
        lines = file.read().lower().splitlines()[:1100]
    return w2v.encode([re.findall(r"[a-z]+", line) for line in lines], w2v.VocabularyConfig(min_count=10))


@pytest.fixture(scope="module")
def space(corpus):
    """Return real vectors, input and output."""
    model = w2v.train(corpus, w2v.TrainConfig(vector_size=20, epochs=3, alpha=0.05, workers=1))
    matrices = model.matrices
    counts = corpus.vocabulary.counts
    return Space(matrices.vectors, matrices.output_vectors, counts, "emma", corpus.vocabulary.words)


@pytest.fixture(scope="module")
def pairs(corpus):
    return text_pairs(corpus, n=900, held_out=False)


# ------------------------------------------------------------------------------------------------------ laws of words


def test_the_margin_of_a_text_by_enumeration():
    """All windows of all widths, both sides, in sentences of several lengths."""
    sentences = ["a b c d e", "b a", "c", "a c b e d b a", "e e"]
    corpus = w2v.encode([s.split() for s in sentences], w2v.VocabularyConfig(min_count=1))
    words, expected = corpus.vocabulary.words, np.zeros(5)
    for sentence in (s.split() for s in sentences):
        for width in (1, 2, 3):
            for place in range(len(sentence)):
                contexts = len(sentence[max(0, place - width) : place]) + len(sentence[place + 1 : place + width + 1])
                expected[words.index(sentence[place])] += contexts
    found = text_pairs(corpus, window=3, n=100_000, sample=0)
    np.testing.assert_allclose(found.margin, expected / expected.sum(), atol=1e-12)
    drawn = np.bincount(found.anchors, minlength=5) / 100_000  # standard error below 0.0016
    np.testing.assert_allclose(drawn, found.margin, atol=0.008)


def test_the_margin_with_subsampling_is_that_of_the_pairs(corpus, monkeypatch):
    found = text_pairs(corpus, n=200_000, sample=1e-3)
    for side in (found.anchors, found.positives):
        drawn = np.bincount(side, minlength=len(found.margin)) / len(found)
        assert 0.5 * np.abs(drawn - found.margin).sum() < 0.03  # of which 0.02 is the noise of the draw
    assert (found.margin[np.unique(found.anchors)] > 0).all()
    monkeypatch.setattr("w2v.geometry.margin.TOKENS_AT_ONCE", 1000)
    blocks = text_pairs(corpus, n=10, sample=1e-3).margin  # the same stream of random numbers, in smaller blocks
    np.testing.assert_allclose(blocks, found.margin, atol=1e-12)


def test_each_weighting_by_brute_force(space, pairs):
    tau, u = 0.3, unit(np.asarray(space.vectors, np.float64))
    noise = space.counts**0.6 / (space.counts**0.6).sum()
    v = len(space)
    for weighting, p in (
        (None, pairs.margin),  # the default, for pairs from a text
        ("pairs", pairs.margin),
        ("noise", noise),
        ("token", space.counts / space.counts.sum()),
        ("type", np.full(v, 1 / v)),
    ):
        settings = Settings(temperature=tau, weighting=weighting, ns_exponent=0.6, **QUICK)
        found = measure(Space(space.vectors, counts=space.counts), pairs, settings)
        assert found.settings.weighting == (weighting or "pairs")
        assert found.uniformity.value == pytest.approx(uniformity(space.vectors, weights=p), abs=1e-7)
        cosines = u[pairs.anchors] @ u.T / tau
        full = scipy.special.logsumexp(cosines, b=p, axis=1).mean()
        assert found.limit_uniformity.value == pytest.approx(full, abs=1e-7)
        rows = np.arange(len(pairs))
        cosines[rows, pairs.anchors] = -np.inf
        others = (scipy.special.logsumexp(cosines, b=p, axis=1) - np.log1p(-p[pairs.anchors])).mean()
        assert found.limit_uniformity_others.value == pytest.approx(others, abs=1e-7)
        assert found.limit_others == pytest.approx(found.limit_alignment.value + others, abs=1e-7)
        mean = p @ u
        expected = (mean @ mean - (p**2).sum()) / (1 - (p**2).sum())
        assert found.mean_cosine.value == pytest.approx(expected, abs=1e-9)


def test_the_own_word_may_be_left_out_of_two_towers(space, pairs):
    found = measure(space, pairs, Settings(temperature=0.3, **QUICK))
    u, v = (unit(np.asarray(m, np.float64)) for m in (space.vectors, space.partners))
    cosines = u[pairs.anchors] @ v.T / 0.3
    full = scipy.special.logsumexp(cosines, b=pairs.margin, axis=1).mean()
    assert found.limit_uniformity.value == pytest.approx(full, abs=1e-7)
    cosines[np.arange(len(pairs)), pairs.anchors] = -np.inf
    others = scipy.special.logsumexp(cosines, b=pairs.margin, axis=1) - np.log1p(-pairs.margin[pairs.anchors])
    assert found.limit_uniformity_others.value == pytest.approx(others.mean(), abs=1e-7)


def test_pairs_of_a_file_weight_words_as_positives_and_only_if_asked():
    x = np.random.default_rng(0).normal(size=(30, 5))
    pairs = PositivePairs(np.arange(9), np.array([10, 11, 12, 10, 11, 12, 10, 11, 10]), "listed", sampled=False)
    assert measure(Space(x), pairs, Settings(**QUICK)).settings.weighting == "type"
    found = measure(Space(x), pairs, Settings(weighting="pairs", **QUICK))
    weights = np.bincount(pairs.positives, minlength=30)
    assert found.uniformity.value == pytest.approx(uniformity(x, weights=weights), abs=1e-9)
    assert (found.uniformity.n, found.mean_cosine.n, found.hubness.n) == (3, 3, 30)  # hubs are among all words
    with pytest.raises(ConfigError, match="margin must be one probability per row, 30 in all"):
        measure(Space(x), PositivePairs(pairs.anchors, pairs.positives, "", margin=np.ones(3) / 3))


# -------------------------------------------------------------------------------------------------------- information


def minus_limit(u, v, pairs, p, beta):
    positive = np.einsum("pd,pd->p", u[pairs.anchors], v[pairs.positives])
    return beta * positive.mean() - scipy.special.logsumexp(beta * u[pairs.anchors] @ v.T, b=p, axis=1).mean()


@pytest.mark.parametrize("towers", ["input-input", "input-output"])
@pytest.mark.parametrize("weighting", ["pairs", "type"])
def test_information_is_the_maximum_over_temperatures(space, pairs, towers, weighting):
    one = Space(space.vectors, space.partners if towers == "input-output" else None, space.counts)
    found = measure(one, pairs, Settings(weighting=weighting, **QUICK))
    u, v = unit(np.asarray(one.vectors, np.float64)), unit(np.asarray(one.targets, np.float64))
    best = scipy.optimize.minimize_scalar(
        lambda beta: -minus_limit(u, v, pairs, pairs.margin, beta), bounds=(0, 200), method="bounded"
    )
    assert found.information.value == pytest.approx(-best.fun, abs=1e-6)
    assert 1 / found.information_temperature == pytest.approx(best.x, rel=1e-3)
    assert found.information.low < found.information.value < found.information.high
    assert found.information.value > (0.05 if towers == "input-output" else 0.005)
    plain = information(u[pairs.anchors], v[pairs.positives], v, weights=pairs.margin)
    assert plain.nats == pytest.approx(-best.fun, abs=1e-6)
    assert plain.temperature == pytest.approx(found.information_temperature, rel=1e-3)


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("beta", [0.0, 7.0, 200.0])
def test_moments_of_many_blocks_by_brute_force(monkeypatch, precision, beta):
    monkeypatch.setattr(directions, "PRODUCT_ROWS", 14)
    monkeypatch.setattr(directions, "ROWS_AT_ONCE", 5)
    monkeypatch.setattr(directions, "COLUMNS_AT_ONCE", 16)
    monkeypatch.setattr(directions, "PAIRS_IN_DOUBLE", 1 << 24 if precision == "float64" else 0)
    rng = np.random.default_rng(0)
    x, y = unit(rng.normal(size=(37, 5))), unit(rng.normal(size=(50, 5)))
    w = rng.dirichlet(np.ones(50))
    own = np.where(np.arange(37) % 3 == 0, -1, np.arange(37))
    found = moments(x, y, beta, w, own)
    cosines, p = x @ y.T, np.tile(w, (37, 1))
    p[own >= 0, own[own >= 0]] = 0
    p /= p.sum(axis=1, keepdims=True)
    logs = scipy.special.logsumexp(beta * cosines, b=p, axis=1)
    after = p * np.exp(beta * cosines - logs[:, None])
    np.testing.assert_allclose(found.log_partition, logs, atol=1e-5)
    np.testing.assert_allclose(found.mean, (after * cosines).sum(axis=1), atol=1e-5)
    np.testing.assert_allclose(found.square, (after * cosines**2).sum(axis=1), atol=1e-5)


def test_information_never_exceeds_mutual_information():
    """Of the joint distribution that the pairs are a list of; and vectors that know it all capture nearly all of it."""
    rng = np.random.default_rng(0)
    joint = rng.dirichlet(np.full(36, 0.2)).reshape(6, 6)
    counts = rng.multinomial(2000, joint.ravel()).reshape(6, 6)
    counts += counts.T
    p = counts / counts.sum()
    mutual = np.nansum(p * np.log(np.where(p > 0, p, np.nan) / np.outer(p.sum(1), p.sum(0))))
    anchors, positives = np.repeat(np.indices((6, 6)).reshape(2, -1), counts.ravel(), axis=1)
    pairs = PositivePairs(anchors, positives, "listed", sampled=False)
    for seed in range(5):
        x, y = np.random.default_rng(seed).normal(size=(2, 6, 4))
        found = measure(Space(x, y), pairs, Settings(**QUICK))
        assert 0 <= found.information.value <= mutual
    # Scores that equal the pointwise mutual information up to a constant: s = log p(x, y) / p(x) p(y), by its factors.
    left, size, right = np.linalg.svd(np.log((p + 1e-4) / np.outer(p.sum(1), p.sum(0))))
    x, y = left * np.sqrt(size), right.T * np.sqrt(size)
    length = max(np.linalg.norm(x, axis=1).max(), np.linalg.norm(y, axis=1).max()) * 1.001
    fill = [np.sqrt(length**2 - (m**2).sum(axis=1, keepdims=True)) for m in (x, y)]  # vectors of equal length
    x, y = np.hstack([x, fill[0], np.zeros((6, 1))]), np.hstack([y, np.zeros((6, 1)), fill[1]])
    found = measure(Space(x, y), pairs, Settings(**QUICK))
    assert 0.97 * mutual < found.information.value <= mutual
    assert found.information_temperature == pytest.approx(1 / length**2, rel=0.1)


def test_information_of_known_vectors():
    eye = np.eye(8)
    assert information(eye, eye).nats == pytest.approx(math.log(8), abs=1e-6)  # each x tells its y
    nothing = information(eye, np.ones((8, 8)))
    assert nothing == (0.0, None)
    assert information(eye, -eye) == (0.0, None)  # no temperature above 0 makes use of it
    n = 50
    pairs = PositivePairs(np.arange(n), np.arange(n), "each with itself", sampled=False)
    x = random_space(Space(np.ones((n, 200))), seed=3)
    assert measure(x, pairs, Settings(**QUICK)).information.value == pytest.approx(math.log(n), abs=1e-6)
    alone = PositivePairs(np.zeros(5, np.int64), np.zeros(5, np.int64), "one word", sampled=False)
    found = measure(x, alone, Settings(**QUICK))
    assert (found.information.value, found.information_temperature) == (0.0, None)


def test_information_is_sampled_with_an_interval(space, pairs):
    one = Space(space.vectors, space.partners, space.counts)
    exact = measure(one, pairs, Settings(**QUICK)).information
    hits = 0
    for seed in range(20):
        options = Settings(ms=(1,), exact_rows=2, sample=400, bootstrap=50, seed=seed)
        found = measure(one, pairs, options).information
        hits += found.low <= exact.value <= found.high
    assert hits >= 15  # 95 % of intervals contain it; the search for the temperature costs little


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: information(np.eye(2), np.eye(3)), ConfigError, "x and y must have shape"),
        (lambda: information(np.eye(2)[:0], np.eye(2)[:0]), GeometryError, "there must be pairs and negatives"),
        (lambda: information(np.eye(2), np.eye(2), weights=[1]), ConfigError, "weights must be 2 non-negative"),
        (lambda: information(np.eye(2), np.eye(2), weights=[0, 0]), ConfigError, "weights must be 2 non-negative"),
        (lambda: information(np.eye(2), np.zeros((2, 2))), GeometryError, "zero or not finite"),
        (lambda: uniform_law(2.0, 1), ConfigError, "dim must be an integer from 2"),
        (lambda: uniform_alignment(0.0, 3), ConfigError, "alpha must be a positive number"),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


# ------------------------------------------------------------------------------------------------------ W2, partition


def test_w2_by_brute_force_and_in_closed_form(space):
    x = unit(np.asarray(space.vectors, np.float64))
    mean, covariance, d = x.mean(0), np.cov(x.T, bias=True), x.shape[1]
    root = np.real(scipy.linalg.sqrtm(covariance))
    expected = math.sqrt(mean @ mean + 1 + np.trace(covariance) - 2 / math.sqrt(d) * np.trace(root))
    assert wasserstein(space.vectors) == pytest.approx(expected, abs=1e-9)
    eye = np.eye(6)
    assert wasserstein(np.vstack([eye, -eye])) == pytest.approx(0, abs=1e-7)
    assert wasserstein(np.ones((4, 3))) == pytest.approx(math.sqrt(2), abs=1e-7)
    half = np.vstack([eye[:3], -eye[:3]])  # uniform in three of six dimensions: 2 - (2 / sqrt 6) 3 / sqrt 3
    assert wasserstein(half) == pytest.approx(math.sqrt(2 - math.sqrt(2)), abs=1e-7)


def test_partition_isotropy_by_brute_force_and_in_closed_form(space):
    x = unit(np.asarray(space.vectors, np.float64))
    directions = np.linalg.svd(x, full_matrices=False)[2]  # the eigenvectors of the matrix of second moments
    z = np.exp(np.vstack([directions, -directions]) @ x.T).sum(axis=1)
    assert partition_isotropy(space.vectors) == pytest.approx(z.min() / z.max(), abs=1e-9)
    eye = np.eye(6)
    assert partition_isotropy(np.vstack([eye, -eye])) == pytest.approx(1, abs=1e-12)
    assert partition_isotropy(np.ones((4, 3))) == pytest.approx(math.exp(-2), abs=1e-9)


def test_metrics_of_moments_are_weighted(space, pairs):
    """Whole weights are repeated rows."""
    times = np.random.default_rng(0).integers(0, 4, len(space))
    weighted = PositivePairs(pairs.anchors, pairs.positives, "", margin=times / times.sum())
    found = measure(Space(space.vectors), weighted, Settings(**QUICK))
    repeated = np.repeat(np.asarray(space.vectors), times, axis=0)
    assert found.wasserstein.value == pytest.approx(wasserstein(repeated), abs=1e-9)
    assert found.partition_isotropy.value == pytest.approx(partition_isotropy(repeated), abs=1e-9)
