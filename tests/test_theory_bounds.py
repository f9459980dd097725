"""Losses, informations and bounds: against sums over every draw, and as properties of any vectors."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.theory import Representation, World, make_world, measure, negatives, one_hot, random, zero
from w2v.theory.blocks import unsupervised_blocks
from w2v.theory.generalisation import complexity, gen_m
from w2v.theory.information import classifier, limit, optimum
from w2v.theory.losses import LOSSES, accuracy, class_scores, contrastive, deviation, supervised, unsupervised, wrong

WORLD = make_world(words=5, classes=3, overlap=0.3, rho_exponent=1.0)
VECTORS = random(5, 2, seed=3, scale=1.0)


def loss_of(name, values):
    """The loss of one anchor against several negatives, by its definition."""
    if name == "hinge":
        return max(0.0, 1 + max(-v for v in values))
    return math.log2(1 + sum(math.exp(-v) for v in values))


def draws(k):
    """Every class and word of a pair and k negatives, with its probability."""
    words, classes = range(5), range(3)
    for c, x, y in itertools.product(classes, words, words):
        p = WORLD.rho[c] * WORLD.words[c, x] * WORLD.words[c, y]
        for others in itertools.product(itertools.product(classes, words), repeat=k):
            yield c, x, y, others, p * math.prod(WORLD.rho[b] * WORLD.words[b, n] for b, n in others)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("k", [1, 2])
def test_unsupervised_losses_are_sums_over_every_draw(name, k):
    s, total, same, collisions = VECTORS.scores, 0.0, 0.0, 0.0
    for c, x, y, others, p in draws(k):
        value = p * loss_of(name, [s[x, y] - s[x, n] for _, n in others])
        total += value
        if any(b == c for b, _ in others):
            same, collisions = same + value, collisions + p
    assert negatives.unsupervised(WORLD, VECTORS, LOSSES[name], [k]) == [pytest.approx(total, abs=1e-12)]
    assert negatives.no_collision(WORLD, k) == pytest.approx(1 - collisions, abs=1e-12)
    if k == 1:
        found = unsupervised(WORLD, VECTORS, LOSSES[name])
        assert (found.total, found.same) == pytest.approx((total, same / collisions), abs=1e-12)
        assert found.different == pytest.approx((total - same) / (1 - collisions), abs=1e-12)
        whole = contrastive(WORLD.joint(), WORLD.margin, VECTORS, LOSSES[name])
        assert whole == pytest.approx(total, abs=1e-12)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("k", [1, 2, 3])
def test_supervised_losses_are_sums_over_every_task(name, k):
    mu = WORLD.words @ VECTORS.g
    total = free = collided = 0.0
    for c in range(3):
        for others in itertools.product(range(3), repeat=k):
            p = WORLD.rho[c] * math.prod(WORLD.rho[b] for b in others)
            n = others.count(c)
            if n:
                collided += p * (1.0 if name == "hinge" else math.log2(1 + n))
                continue
            free += p
            for x in range(5):
                values = [VECTORS.f[x] @ (mu[c] - mu[b]) for b in others]
                total += p * WORLD.words[c, x] * loss_of(name, values)
    assert negatives.supervised(WORLD, VECTORS, LOSSES[name], [k]) == [pytest.approx(total / free, abs=1e-12)]
    assert negatives.collided_loss(WORLD, LOSSES[name], k) == pytest.approx(collided / (1 - free), abs=1e-12)
    if k == 1:
        by_class = class_scores(WORLD, VECTORS)
        assert supervised(WORLD, by_class, LOSSES[name].of) == pytest.approx(total / free, abs=1e-12)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_blocks_are_sums_over_every_block(size):
    s, total = VECTORS.scores, 0.0
    words = range(5)
    for c, b, x in itertools.product(range(3), range(3), words):
        for positives in itertools.combinations_with_replacement(words, size):
            p = math.prod(WORLD.words[c, y] for y in positives) * len(set(itertools.permutations(positives)))
            for others in itertools.combinations_with_replacement(words, size):
                q = math.prod(WORLD.words[b, n] for n in others) * len(set(itertools.permutations(others)))
                v = (sum(s[x, y] for y in positives) - sum(s[x, n] for n in others)) / size
                total += WORLD.rho[c] * WORLD.rho[b] * WORLD.words[c, x] * p * q * math.log2(1 + math.exp(-v))
    assert unsupervised_blocks(WORLD, VECTORS, size) == pytest.approx(total, abs=1e-12)


def test_informations_errors_and_spread_by_their_definitions():
    s, p, joint = VECTORS.scores, WORLD.margin, WORLD.joint()
    terms = [
        joint[x, y] * (math.log(sum(p[n] * math.exp(s[x, n]) for n in range(5))) - s[x, y])
        for x, y in itertools.product(range(5), repeat=2)
    ]
    assert limit(joint, p, VECTORS) == pytest.approx(sum(terms), abs=1e-12)
    mu = WORLD.words @ VECTORS.g
    cross = right = 0.0
    for x in range(5):
        weights = [WORLD.rho[c] * math.exp(VECTORS.f[x] @ mu[c]) for c in range(3)]
        for c in range(3):
            cross -= WORLD.rho[c] * WORLD.words[c, x] * math.log(weights[c] / sum(weights))
        best = int(np.argmax(weights))
        right += WORLD.rho[best] * WORLD.words[best, x]
    found = classifier(WORLD, VECTORS)
    assert found.cross_entropy == pytest.approx(cross, abs=1e-12)
    assert accuracy(WORLD, class_scores(WORLD, VECTORS)) == pytest.approx(right, abs=1e-12)
    both = WORLD.rho[:, np.newaxis] * WORLD.words / p
    assert found.best == pytest.approx(-(p * (both * np.log(both)).sum(axis=0)).sum(), abs=1e-12)
    spread = 0.0
    for rho, d, mean in zip(WORLD.rho, WORLD.words, mu, strict=True):
        covariance = sum(d[y] * np.outer(VECTORS.g[y] - mean, VECTORS.g[y] - mean) for y in range(5))
        norm = sum(d[x] * math.sqrt(VECTORS.f[x] @ VECTORS.f[x]) for x in range(5))
        spread += rho**2 / WORLD.collision * math.sqrt(np.linalg.eigvalsh(covariance)[-1]) * norm
    assert deviation(WORLD, VECTORS) == pytest.approx(spread, abs=1e-12)
    assert wrong(np.array([-1.0, 0.0, 1.0])).tolist() == [1.0, 0.5, 0.0]


def test_the_optimum_captures_all_information():
    world = make_world(words=30, classes=5, overlap=0.3)
    best = one_hot(optimum(world))
    assert -limit(world.joint(), world.margin, best) == pytest.approx(world.information, abs=1e-12)
    of_sgns = -limit(world.joint(), world.margin, one_hot(optimum(world, 5)))
    assert 0.98 * world.information < of_sgns < world.information
    assert optimum(make_world(words=30, classes=5, overlap=0.0)) is None


def test_vectors_of_zeros_give_equality():
    for world in (WORLD, make_world(60), make_world(60, classes=4, rho_exponent=1.0)):
        found = measure(world, zero(world.words.shape[1]))
        for name in LOSSES:
            assert found.quantities[f"L_un {name}"] == pytest.approx(1, abs=1e-12)
            one = found.inequality(f"4.1 {name}")
            assert (one.value, one.bound) == pytest.approx((1, 1), abs=1e-12)
            assert one.vacuous
        assert found.quantities["error"] == pytest.approx(0.5, abs=1e-12)
        one = found.inequality("classifier")
        assert (one.value, one.bound) == pytest.approx((world.entropy, world.entropy), abs=1e-12)


numbers = st.floats(0.01, 1)
scales = st.sampled_from([0.0, 0.01, 0.3, 1.0, 3.0, 10.0])


@st.composite
def worlds(draw):
    words, classes = draw(st.integers(2, 12)), draw(st.integers(2, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sparse = draw(st.booleans())
    d = rng.dirichlet(np.full(words, draw(numbers)), size=classes)
    if sparse:
        d = np.where(d < 0.1, 0, d)
        d[np.arange(classes), rng.integers(words, size=classes)] += 0.1
    rho = rng.dirichlet(np.full(classes, draw(numbers))) + 1e-4
    return World(d / d.sum(axis=1, keepdims=True), rho / rho.sum())


@settings(max_examples=150, deadline=None)
@given(worlds(), st.integers(1, 6), scales, scales, st.integers(0, 2**32 - 1), st.booleans())
def test_every_inequality_holds_for_any_vectors_of_any_world(world, dim, of_f, of_g, seed, one_tower):
    rng = np.random.default_rng(seed)
    words = world.words.shape[1]
    f, g = of_f * rng.normal(size=(words, dim)), of_g * rng.normal(size=(words, dim))
    found = measure(world, Representation(f, f if one_tower else g), (1, 3, 12), (1, 2, 7))
    for inequality in found.inequalities:
        assert inequality.holds(1e-9), inequality
    for name in LOSSES:  # one negative and blocks of one are the same, however they are computed
        assert found.quantities[f"L_un k=1 {name}"] == pytest.approx(found.quantities[f"L_un {name}"], abs=1e-9)
    whole = found.quantities["L_un logistic"]
    assert found.quantities["L_un logistic b=1"] == pytest.approx(whole, rel=1e-9, abs=1e-9)


def test_the_bound_of_many_negatives_is_vacuous():
    world = make_world(words=60, classes=5)
    found = measure(world, one_hot(optimum(world)), (1, 16, 64, 1_000), ())
    for name in LOSSES:
        for k in (16, 64, 1_000):
            assert found.inequality(f"4.1 {name} k={k}").vacuous
        assert not found.inequality(f"4.1 {name} k=1").vacuous
        certain = found.inequality(f"4.1 {name} k=1000")  # no collision has a probability of 1e-97
        assert certain.bound == math.inf
        assert certain.to_dict()["bound"] is None


def test_gen_m_bounds_what_samples_can_deviate():
    world, m = make_world(words=12, classes=3, overlap=0.3), 300
    rng = np.random.default_rng(0)
    p, scale, norms = world.margin, np.sqrt(np.outer(world.margin, world.margin)), []
    for seed in range(30):
        pairs, noise = world.pairs(m, seed), rng.choice(12, size=m, p=p)
        signs, a = rng.choice((-1, 1), size=m), np.zeros((12, 12))
        np.add.at(a, (pairs[:, 0], pairs[:, 1]), signs)
        np.add.at(a, (pairs[:, 0], noise), -signs)
        norms.append(np.linalg.norm(a / scale, 2) / m)
    assert np.mean(norms) < complexity(world, m) < 5 * np.mean(norms)
    vectors, hinge = random(12, 3, scale=1.0), LOSSES["hinge"]
    whole = unsupervised(world, vectors, hinge).total
    for seed in range(20):
        pairs, noise = world.pairs(m, seed), rng.choice(12, size=m, p=p)
        scores = vectors.scores
        sample = hinge.of(scores[pairs[:, 0], pairs[:, 1]] - scores[pairs[:, 0], noise]).mean()
        assert whole - sample <= gen_m(world, vectors, hinge, m)
    assert gen_m(world, vectors, hinge, 100 * m) < gen_m(world, vectors, hinge, m) / 8
