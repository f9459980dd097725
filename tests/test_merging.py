"""Merging the copies of shards by row and direction: the kernel, the linear model, and where the rule is the mean."""

import os
import subprocess
import sys
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

import w2v
from w2v import TrainConfig, _core, _merging, _testing, machine
from w2v.training import reference
from w2v.training.matrices import Matrices
from w2v.training.merging import SLOPE, Basis, Directional, Updates, copies_of
from w2v.training.rounds import has_mean, rounds
from w2v.training.schedule import learning_rate

VARIANTS = [name for name in _testing.variants() if name != "float64"]


def padded(rows):
    matrices = Matrices.copy_of(rows, rows)
    return matrices.input


def basis_of(seed, dim):
    rng = np.random.default_rng(seed)
    directions = np.linalg.qr(rng.standard_normal((dim, dim)))[0].astype(np.float32)
    values = (rng.random(dim) ** 4 * 30).astype(np.float32)
    return SimpleNamespace(directions=padded(directions), components=padded(directions.T), values=padded(values[None]))


def multiples_of(seed, rows):
    rng = np.random.default_rng(seed)
    pulls = 10 ** rng.uniform(-6, 2, rows)
    boosts, spreads = rng.uniform(1, 8, rows), rng.uniform(1, 16, rows)
    return SimpleNamespace(
        **{
            k: v.astype(np.float32)
            for k, v in zip(("pulls", "boosts", "spreads"), (pulls, boosts, spreads), strict=True)
        }
    )


@pytest.mark.parametrize("copies", [1, 3, 16])
@pytest.mark.parametrize("dim", [1, 7, 50, 100, 130])
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_kernel_is_the_specification(variant, dim, copies):
    rng = np.random.default_rng(dim)
    rows, basis, multiples = 21, basis_of(1, dim), multiples_of(2, 21)
    matrices = [padded(rng.standard_normal((rows, dim))) for _ in range(copies + 1)]
    before = [matrix[:, :dim].astype(float) for matrix in matrices]
    for part in ((2, 5), (5, 6), (6, 20)):
        _merging.merge_by_direction(matrices, basis, multiples, *part, _core.kernels(variant))
    expected = reference.merge_by_direction(
        before[0],
        np.array(before[1:]),
        (basis.directions[:, :dim].astype(float), basis.values[0, :dim].astype(float)),
        (multiples.pulls.astype(float), multiples.boosts.astype(float), multiples.spreads.astype(float)),
    )
    for matrix, old in zip(matrices, before, strict=True):
        np.testing.assert_allclose(matrix[2:20, :dim], expected[2:20], rtol=2e-5, atol=2e-5 * copies)
        np.testing.assert_array_equal(matrix[[0, 1, 20], :dim], old[[0, 1, 20]])
        assert not matrix[:, dim:].any(), "padding must stay zero"


@pytest.mark.parametrize("variant", VARIANTS)
def test_rows_may_be_divided_among_calls_in_any_way(variant):
    rng = np.random.default_rng(0)
    rows, dim, basis, multiples = 64, 37, basis_of(1, 37), multiples_of(2, 64)
    start = [padded(rng.standard_normal((rows, dim))) for _ in range(4)]
    results = []
    for edges in ((0, 64), (0, 1, 2, 33, 64), tuple(range(65))):
        matrices = [padded(matrix[:, :dim]) for matrix in start]
        for first, end in pairwise(edges):
            _merging.merge_by_direction(matrices, basis, multiples, first, end, _core.kernels(variant))
        results.append(matrices[0].tobytes())
        assert all(matrix.tobytes() == results[0] for matrix in matrices)
    assert len(set(results)) == 1


# ------------------------------------------------------------------------------------------------------------ the rule


def one_row(way, values, shards, boost, spread=None):
    """Return what becomes of a row of ones, at rest at 0, if each shard has gone its part of the ``way``."""
    dim = len(values)
    turn = basis_of(3, dim).directions[:, :dim].astype(float)
    start = np.ones(dim) @ turn.T
    alone = (np.exp(-way * values * boost / shards)) @ turn.T
    matrices = [padded(row[None]) for row in (start, *[alone] * shards)]
    basis = SimpleNamespace(directions=padded(turn), components=padded(turn.T), values=padded(np.array([values])))
    multiples = [np.full(1, x, np.float32) for x in (way, boost, spread or shards)]
    names = SimpleNamespace(**dict(zip(("pulls", "boosts", "spreads"), multiples, strict=True)))
    _merging.merge_by_direction(matrices, basis, names, 0, 1, _core.kernels(machine.isa()))
    return matrices[0][0, :dim] @ turn


@pytest.mark.parametrize("boost", [1, 2, 8])
@pytest.mark.parametrize("shards", [2, 8, 32])
@pytest.mark.parametrize("way", [1e-4, 0.1, 1, 30])
def test_shards_have_gone_as_far_as_one_copy_in_the_linear_model(way, shards, boost):
    values = np.array([3.3, 1, 0.2, 0.02, 0])
    np.testing.assert_allclose(one_row(way, values, shards, boost), np.exp(-way * values), atol=3e-5)


def test_with_a_boost_for_each_shard_it_is_the_mean():
    rng = np.random.default_rng(0)
    matrices = [padded(rng.standard_normal((5, 20))) for _ in range(5)]
    mean = np.mean(matrices[1:], axis=0)
    multiples = SimpleNamespace(
        pulls=(10 ** rng.uniform(-4, 2, 5)).astype(np.float32),
        boosts=np.full(5, 4, np.float32),
        spreads=np.full(5, 4, np.float32),
    )
    _merging.merge_by_direction(matrices, basis_of(1, 20), multiples, 0, 5, _core.kernels(machine.isa()))
    np.testing.assert_allclose(matrices[0], mean, atol=2e-6)


def test_what_does_not_fit_is_refused():
    rng = np.random.default_rng(0)
    matrices = [padded(rng.standard_normal((5, 20))) for _ in range(3)]
    kernels = _core.kernels(machine.isa())
    good = matrices, basis_of(1, 20), multiples_of(1, 5), 0, 5, kernels
    wrong = {
        0: [matrices[:1], [matrices[0], matrices[1][:4]], [*matrices, padded(np.ones((5, 40)))]],
        1: [basis_of(1, 40), SimpleNamespace(**vars(basis_of(1, 20)) | {"values": padded(np.ones((1, 40)))})],
        2: [multiples_of(1, 4), SimpleNamespace(**vars(multiples_of(1, 5)) | {"boosts": np.ones(6, np.float32)})],
        3: [-1, 6],
        4: [6, -1],
        5: [_core.kernels("float64")],
    }
    for place, values in wrong.items():
        for value in values:
            with pytest.raises(ValueError):  # noqa: PT011
                _merging.merge_by_direction(*good[:place], value, *good[place + 1 :])


# ----------------------------------------------------------------------------------------------------------- intervals


@pytest.fixture(scope="module")
def rule():
    config = TrainConfig(shards=8, epochs=2, vector_size=10)
    counts = np.sort(np.random.default_rng(0).zipf(1.3, 20_000).clip(1, 10**6))[::-1].astype(np.int64)
    plan = rounds(config, chunks=200, tokens=800_000, words=len(counts))
    return (
        Directional(Matrices.initialise(len(counts), 10, 1), config, counts, plan, 800_000, None),
        plan,
        counts,
        config,
    )


def test_all_intervals_of_a_row_are_the_training(rule):
    rule, plan, counts, config = rule
    total = np.zeros((2, len(counts)))
    merged = len(counts)
    for place, one in enumerate(plan):
        rule.begin_intervals(place, merged)
        total[0, :merged] += rule.sides[0].pulls[:merged]
        total[1, :merged] += rule.sides[1].pulls[:merged]
        merged = one.rows
    assert merged == len(counts)
    rates = learning_rate(config, 0.5)  # their mean
    for side, found in zip((rule.sides[0], rule.sides[1]), total, strict=True):
        np.testing.assert_allclose(found, SLOPE * rates * 2 * 800_000 * side.updates, rtol=1e-3)


def test_updates_are_those_of_training(rule):
    # Against a count in the engine's own records: centres that were kept, each with its noise words.
    corpus = w2v.encode([["a"] * 6 + ["b"] * 3 + ["c"]] * 2_000, w2v.VocabularyConfig(min_count=1))
    config = TrainConfig(sample=0.3, negative=3, vector_size=4, epochs=1, workers=1)
    found = Updates.expected(corpus.vocabulary.counts, config)
    trainer = w2v.Trainer(corpus, config)
    trainer.run(progress=False)
    assert found.input.sum() * len(corpus.tokens) == pytest.approx(trainer.reports[0].trained, rel=0.02)
    assert found.output.sum() == pytest.approx((1 + 3) * found.input.sum())


def test_frequent_rows_are_boosted_and_rare_rows_are_not(rule):
    rule, plan, counts, _ = rule
    rule.begin_intervals(len(plan) // 4, len(counts))
    for side in rule.sides:
        assert 1 < side.boosts[0] <= rule.boost == 8
        assert side.boosts[-1] == 1
        assert (side.steps == side.boosts / 8).all()
        assert ((side.spreads >= 1) & (side.spreads <= 8)).all()
    assert rule.sides[1].boosts[0] > rule.sides[0].boosts[0]
    assert rule.sides[0].spreads[0] > 7
    assert rule.sides[0].spreads[-1] < 1.5


def test_a_row_s_steps_are_part_of_its_rule():
    config, counts = TrainConfig(shards=8, vector_size=10), np.full(50, 1_000)
    plan = rounds(config, chunks=20, tokens=50_000, words=50)
    steps = np.linspace(0, 1, 50, dtype=np.float32)
    rule = Directional(Matrices.initialise(50, 10, 1), config, counts, plan, 50_000, steps)
    rule.begin_intervals(0, 50)
    whole = Directional(Matrices.initialise(50, 10, 1), config, counts, plan, 50_000, None)
    whole.begin_intervals(0, 50)
    np.testing.assert_allclose(rule.sides[0].pulls, steps * whole.sides[0].pulls, rtol=1e-6)
    assert rule.sides[0].steps[0] == 0
    np.testing.assert_array_equal(rule.sides[1].steps, whole.sides[1].steps)


def test_the_basis_is_that_of_the_second_moments():
    rng = np.random.default_rng(1)
    weights, made = rng.random(500), Matrices.zeros(500, 20)
    rows = made.vectors
    rows[:] = rng.standard_normal((500, 20))
    basis = Basis.of(made.input, weights, 20)
    directions, values = basis.directions[:, :20].astype(float), basis.values[0, :20]
    moments = (rows * weights[:, None]).T @ rows
    np.testing.assert_allclose(directions @ np.diag(values) @ directions.T, moments, rtol=1e-3, atol=1e-3)
    np.testing.assert_array_equal(basis.components[:, :20], basis.directions[:, :20].T)


def test_which_rule():
    assert has_mean(TrainConfig(shards=2))
    assert not has_mean(TrainConfig(shards=3))
    assert has_mean(TrainConfig(shards=4, objective="triplet_dot"))
    assert [copies_of(TrainConfig(shards=n)) for n in (0, 1, 2, 3, 32)] == [1, 1, 2, 4, 33]


@pytest.mark.parametrize("size", [1, 2, 3, 17, 100])
@pytest.mark.parametrize("kind", ["full", "diagonal", "of low rank", "equal"])
def test_eigenvectors(size, kind):
    rng = np.random.default_rng(size)
    rows = rng.standard_normal((size, size if kind == "full" else max(1, size // 3)))
    symmetric = {"diagonal": np.diag(rng.random(size)), "equal": np.eye(size)}.get(kind, rows @ rows.T)
    values, vectors = _merging.eigenvectors(symmetric)
    np.testing.assert_allclose(vectors.T @ np.diag(values) @ vectors, symmetric, atol=1e-12 * size)
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(size), atol=1e-13 * size)
    np.testing.assert_allclose(np.sort(values), np.linalg.eigvalsh(symmetric), atol=1e-12 * size)


def test_second_moments():
    rng = np.random.default_rng(1)
    made, weights = Matrices.zeros(333, 21), rng.random(333).astype(np.float32)
    made.vectors[:] = rng.standard_normal((333, 21))
    exact = (made.vectors.astype(float) * weights[:, None]).T @ made.vectors.astype(float)
    np.testing.assert_allclose(_merging.second_moments(made.input, weights, 21), exact, rtol=1e-5, atol=1e-4)


def test_what_has_no_directions_is_refused():
    for matrix in (np.zeros((2, 3)), np.zeros((0, 0)), np.full((2, 2), np.nan)):
        with pytest.raises(ValueError):  # noqa: PT011
            _merging.eigenvectors(matrix)
    made = Matrices.zeros(3, 20)
    with pytest.raises(ValueError, match="do not fit together"):
        _merging.second_moments(made.input, np.ones(2, np.float32), 20)
    made.input[0, 0] = np.nan  # training says that it diverged
    assert np.isfinite(Basis.of(made.input, np.ones(3), 20).values).all()


def test_directions_do_not_depend_on_the_threads_of_libraries():
    code = """
import hashlib
import numpy as np
from w2v.training.matrices import Matrices
from w2v.training.merging import Basis
made = Matrices.initialise(2000, 200, 1)
basis = Basis.of(made.input, np.arange(2000) / 2000, 200)
print(hashlib.sha256(basis.directions.tobytes() + basis.values.tobytes()).hexdigest())
"""
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), number)},
            capture_output=True,
            check=True,
        ).stdout
        for number in ("1", "2")
    }
    assert len(found) == 1
