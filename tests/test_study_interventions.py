"""Vectors moved without training: closed forms of where they go, and what cannot change. And the end of a text held out."""

import numpy as np
import pytest

import w2v
from w2v.config import TextOptions, VocabularyConfig
from w2v.errors import CorpusError
from w2v.evaluation import AnalogySection, evaluate_analogies
from w2v.experiments.study.held_out import split
from w2v.experiments.study.interventions import (
    CHANGES,
    COMMON,
    LENGTHS,
    NOISE,
    NOISY,
    RANDOM,
    changed,
    whitened,
    without,
)
from w2v.experiments.study.metrics import ALIGNMENT, INPUT, UNIFORMITY, key, metrics, without_information
from w2v.geometry import PositivePairs, Settings, Space
from w2v.geometry import alignment as mean_distance

V, DIM = 400, 60


@pytest.fixture(scope="module")
def moved():
    """Anisotropic vectors with a common vector, words of unequal probability, and pairs that are alike."""
    rng = np.random.default_rng(1)
    topics = rng.standard_normal((20, DIM))
    of = rng.integers(20, size=V)
    vectors = topics[of] + 0.7 * rng.standard_normal((V, DIM)) + 1.5 * rng.standard_normal(DIM)
    vectors *= rng.uniform(0.2, 5, (V, 1))
    p = rng.zipf(1.5, V).clip(max=1000).astype(float)
    p /= p.sum()
    anchors = rng.choice(V, 3000)
    positives = np.array([rng.choice(np.flatnonzero(of == of[a])) for a in anchors])
    space = Space(vectors.astype(np.float32), None, np.arange(V, 0, -1))
    return dict(changed(space, p, seed=1)), p, anchors, positives, space


def units(space):
    rows = np.asarray(space.vectors, np.float64)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def mean_cosine(u, p):
    """The mean cosine of two different words."""
    return ((p @ u) @ (p @ u) - (p**2).sum()) / (1 - (p**2).sum())


def test_every_change_is_made_in_order(moved):
    assert tuple(moved[0]) == CHANGES
    assert all(space.vectors.shape == (V, DIM) for space in moved[0].values())


def test_the_common_vector_moves_alignment_and_mean_cosine_as_in_closed_form(moved):
    spaces, p, anchors, positives, _ = moved
    base = units(spaces[COMMON[0]])
    a0, m0 = mean_distance(base[anchors], base[positives]), mean_cosine(base, p)
    for name, b in zip(COMMON, LENGTHS, strict=True):
        u = units(spaces[name])
        assert mean_distance(u[anchors], u[positives]) == pytest.approx(a0 / (1 + b * b), rel=1e-5)
        assert mean_cosine(u, p) == pytest.approx((m0 + b * b) / (1 + b * b), abs=1e-5)


def test_the_common_vector_changes_no_order_of_cosines_and_no_answer(moved):
    spaces = moved[0]
    cosines = {name: units(spaces[name]) @ units(spaces[name]).T for name in COMMON}
    base = cosines[COMMON[0]]
    for name, b in zip(COMMON, LENGTHS, strict=True):
        np.testing.assert_allclose(cosines[name], (base + b * b) / (1 + b * b), atol=1e-6)
    words = [f"w{i}" for i in range(V)]
    questions = np.random.default_rng(2).integers(V, size=(300, 4))
    section = [AnalogySection("any", tuple(tuple(words[i] for i in row) for row in questions))]
    told = {name: evaluate_analogies(words, spaces[name].vectors, section).total.correct for name in COMMON}
    assert len(set(told.values())) == 1


def test_a_constant_coordinate_does_the_same_to_the_vectors_as_trained(moved):
    u = units(moved[4])
    for b in LENGTHS:
        longer = np.column_stack([u, np.full(V, b)])
        longer /= np.linalg.norm(longer, axis=1, keepdims=True)
        np.testing.assert_allclose(longer @ longer.T, (u @ u.T + b * b) / (1 + b * b), atol=1e-12)


def test_the_mean_that_goes_is_that_of_the_words_in_the_pairs(moved):
    spaces, p, _, _, space = moved
    common = p @ units(space)
    common /= np.linalg.norm(common)
    assert np.abs(units(spaces[COMMON[0]]) @ common).max() < 1e-6
    with_it = units(spaces[COMMON[-1]])
    np.testing.assert_allclose(with_it @ common, 2 / np.sqrt(5), atol=1e-6)


def test_noise_has_the_expected_length_and_shrinks_cosines_by_it(moved):
    spaces, _, anchors, positives, _ = moved
    base = units(spaces[COMMON[0]])
    cosine = (base[anchors] * base[positives]).sum(axis=1)[anchors != positives].mean()
    for name, s in zip(NOISY, NOISE, strict=True):
        rows = np.asarray(spaces[name].vectors, np.float64)
        assert np.mean((rows**2).sum(axis=1)) == pytest.approx(1 + s * s, rel=0.05)
        u = units(spaces[name])
        found = (u[anchors] * u[positives]).sum(axis=1)[anchors != positives].mean()
        assert found == pytest.approx(cosine / (1 + s * s), abs=0.03)


def test_whitening_makes_all_directions_alike_and_half_of_it_half(moved):
    _, p, _, _, space = moved
    centred = units(space) - p @ units(space)

    def variances(rows):
        return np.linalg.eigvalsh((rows * p[:, None]).T @ rows)

    np.testing.assert_allclose(variances(whitened(centred, p, 0.5)), 1, atol=1e-8)
    np.testing.assert_allclose(variances(whitened(centred, p, 0.25)), np.sqrt(variances(centred)), rtol=1e-6)
    flat = centred.copy()
    flat[:, 0] = 0  # a direction without variance stays without
    assert np.isfinite(whitened(flat, p, 0.5)).all()


def test_a_row_along_the_common_vector_becomes_zero_and_no_other():
    direction = np.array([1.0, 0, 0])
    found = without(np.array([[1.0, 0, 0], [0.6, 0.8, 0], [0, 0, 1]]), direction)
    np.testing.assert_allclose(found, [[0, 0, 0], [0, 1, 0], [0, 0, 1]], atol=1e-15)


def test_changes_repeat_themselves_and_seeds_differ(moved):
    _, p, _, _, space = moved
    again, other = dict(changed(space, p, seed=1)), dict(changed(space, p, seed=2))
    for name in CHANGES:
        np.testing.assert_array_equal(again[name].vectors, moved[0][name].vectors)
        assert (name in (*NOISY, RANDOM)) != np.array_equal(other[name].vectors, again[name].vectors)


def test_metrics_are_by_the_law_of_the_pairs_and_baselines_in_closed_form(moved):
    spaces, p, anchors, positives, _ = moved
    pairs = PositivePairs(anchors, positives, "made up", margin=p)
    settings = Settings(ms=(4,), weighting="pairs", bootstrap=20)
    u = units(spaces[COMMON[0]])
    kernel = np.exp(-2 * (2 - 2 * u @ u.T))
    np.fill_diagonal(kernel, 0)
    expected = np.log(p @ kernel @ p / (1 - (p**2).sum()))
    found = metrics(spaces[COMMON[0]], pairs, settings)
    assert found[key(INPUT, UNIFORMITY)] == pytest.approx(expected, abs=1e-5)
    random = metrics(spaces[RANDOM], pairs, settings)
    baseline = without_information(settings, DIM)[f"uniform, dim {DIM}"]
    assert random[key(INPUT, UNIFORMITY)] == pytest.approx(baseline[key(INPUT, UNIFORMITY)], abs=0.1)
    assert without_information(settings, DIM)["collapsed"][key(INPUT, ALIGNMENT)] == 0


# ------------------------------------------------------------------------------------------------------------- held out


def sentences(n):
    rng = np.random.default_rng(3)
    return [[f"w{i}" for i in rng.zipf(1.3, rng.integers(1, 12)).clip(max=60)] for _ in range(n)]


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_a_split_is_the_two_parts_read_by_themselves(share):
    listed = sentences(300)
    whole = w2v.encode(listed, VocabularyConfig(min_count=1))
    first, second = split(whole, share, 5)
    n = len(first)
    alone = w2v.encode(listed[:n], VocabularyConfig(min_count=5))
    assert first.vocabulary.words == alone.vocabulary.words == second.vocabulary.words
    np.testing.assert_array_equal(first.vocabulary.counts, alone.vocabulary.counts)
    rest = w2v.encode(listed[n:], first.vocabulary)
    for part, expected in ((first, alone), (second, rest)):
        np.testing.assert_array_equal(part.tokens, expected.tokens)
        np.testing.assert_array_equal(
            np.unique(part.offsets), expected.offsets
        )  # a sentence without known words is empty
        for name in ("tokens", "out_of_vocabulary", "distinct", "sentences"):
            assert getattr(part.ledger, name) == getattr(expected.ledger, name), name
    held = second.ledger.tokens / (first.ledger.tokens + second.ledger.tokens)
    assert share - 0.02 < held <= share


def test_a_text_too_short_to_divide_is_refused():
    whole = w2v.encode([["a", "b"]] * 3, VocabularyConfig(min_count=1), TextOptions())
    with pytest.raises(CorpusError, match="use a longer text"):
        split(whole, 0.1, 5)
