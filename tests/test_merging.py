"""Merging the copies of shards by row and direction: the kernel, the linear model, and where the rule is the mean."""

import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

import w2v
from w2v import TrainConfig, _core, _merging, _testing, machine
from w2v.training import reference
from w2v.training.changes import Changes
from w2v.training.directions import SLOPE, Basis
from w2v.training.matrices import Matrices
from w2v.training.merging import Directional, Updates, copies_of
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


# --------------------------------------------------------------------------------------------------------- the kernels


def packed(matrices, dim, first, end, variant):
    """Return what these rows of the second of two matrices have learned."""
    (found,) = _merging.pack_changes(matrices, dim, [(first, end)], _core.kernels(variant))
    return found


def unpacked(found, rows, dim):
    """Return the bytes and scales of all rows, changed or not."""
    changed, values, scales = found
    which = np.unpackbits(changed, bitorder="little").astype(bool)
    assert not which[rows:].any()
    every, all_scales = np.zeros((rows, dim), np.int8), np.zeros(rows, np.float32)
    every[which[:rows]] = values[: len(scales) * dim].reshape(-1, dim)
    all_scales[which[:rows]] = scales
    return every, all_scales


def opened(found, rows, dim):
    values, scales = unpacked(found, rows, dim)
    return values.astype(float) * scales[:, None].astype(float)


@pytest.mark.parametrize("dim", [1, 7, 50, 100, 130])
@pytest.mark.parametrize("variant", VARIANTS)
def test_changes_are_packed_as_specified(variant, dim):
    rng = np.random.default_rng(dim)
    base = rng.standard_normal((21, dim)).astype(np.float32)
    copy = (base + rng.standard_normal((21, dim)) * 10.0 ** rng.uniform(-6, 6, (21, 1))).astype(np.float32)
    copy[3] = base[3]
    both = [padded(base), padded(copy)]
    found = packed(both, dim, 2, 20, variant)
    changes = (copy - base)[2:20]
    largest = np.abs(changes).max(axis=1)
    assert [array.shape for array in found] == [(3,), (17 * dim + _merging.SLACK,), (17,)], "row 3 has not changed"
    values, scales = unpacked(found, 18, dim)
    np.testing.assert_allclose(scales, largest / np.float32(127), rtol=1e-6)
    assert (np.abs(values).max(axis=1) == np.where(largest > 0, 127, 0)).all()
    error = np.abs(opened(found, 18, dim) - changes)
    assert (error <= 0.5001 * scales[:, None]).all()
    same = np.isclose(opened(found, 18, dim), reference.packed(changes.astype(float)), rtol=1e-5)
    assert same.mean() > 0.99, "only halves may be rounded otherwise"


@pytest.mark.parametrize("variant", VARIANTS)
def test_rows_that_are_not_finite_stay_so(variant):
    copy = np.ones((4, 20), np.float32)
    copy[0, 3], copy[1, 17], copy[2, 0] = np.nan, np.inf, -np.inf
    both = [padded(np.zeros((4, 20))), padded(copy)]
    found = packed(both, 20, 0, 4, variant)
    assert np.isnan(found[2]).tolist() == [True, True, True, False]
    _merging.add_changes(both, 20, 0, 4, found, _core.kernels(variant))
    assert np.isfinite(both[0]).all(axis=1).tolist() == [False, False, False, True]


def test_changes_too_small_to_matter_are_none():
    both = [padded(np.zeros((2, 20))), padded(np.full((2, 20), [[1e-38], [1e-29]]))]
    changed, values, scales = packed(both, 20, 0, 2, machine.isa())
    assert changed.tolist() == [0b10]
    assert len(scales) == 1
    assert (values[:20] == 127).all()


@pytest.mark.parametrize("copies", [1, 3, 16])
@pytest.mark.parametrize("dim", [1, 7, 50, 100, 130])
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_kernel_is_the_specification(variant, dim, copies):
    rng = np.random.default_rng(dim)
    rows, basis, multiples = 21, basis_of(1, dim), multiples_of(2, 21)
    matrices = [padded(rng.standard_normal((rows, dim))) for _ in range(copies + 1)]
    kernels = _core.kernels(variant)
    for number, copy in enumerate(matrices[1:]):
        for row in (5, 6, 7 + number % 14):
            copy[row] = matrices[0][row]  # as of rare words: in some shards, or in all, they have not changed
    changes = [packed([matrices[0], copy], dim, 0, rows, variant) for copy in matrices[1:]]
    expected = reference.merge_by_direction(
        np.array([opened(one, rows, dim) for one in changes]),
        (basis.directions[:, :dim].astype(float), basis.values[0, :dim].astype(float)),
        (multiples.pulls.astype(float), multiples.boosts.astype(float), multiples.spreads.astype(float)),
    )
    merged = _merging.merge_changes(changes, basis, multiples, kernels)
    step = np.abs(expected).max(axis=1, keepdims=True) / 127
    assert (np.abs(opened(merged, rows, dim) - expected) <= 0.5001 * step + 2e-5 * copies).all()
    assert not opened(merged, rows, dim)[[5, 6]].any()


@pytest.mark.parametrize("variant", VARIANTS)
def test_merging_is_packing_merging_and_adding_with_the_same_bits(variant):
    rng = np.random.default_rng(0)
    rows, dim, kernels = 75, 37, _core.kernels(variant)
    basis, multiples = basis_of(1, dim), multiples_of(2, rows)
    matrices = [padded(rng.standard_normal((rows, dim))) for _ in range(4)]
    for copy in matrices[1:]:
        copy[::7] = matrices[0][::7]
    matrices[2][::5] = matrices[0][::5]
    apart = [padded(matrix[:, :dim]) for matrix in matrices]
    _merging.merge_by_direction(matrices, basis, multiples, 3, 70, kernels)
    changes = [packed([apart[0], copy], dim, 3, 70, variant) for copy in apart[1:]]
    of_rows = SimpleNamespace(**{name: values[3:70] for name, values in vars(multiples).items()})
    merged = _merging.merge_changes(changes, basis, of_rows, kernels)
    before = [matrix.copy() for matrix in apart]
    _merging.add_changes(apart, dim, 3, 70, merged, kernels)
    for matrix, other, old in zip(matrices, apart, before, strict=True):
        np.testing.assert_array_equal(matrix, other)
        np.testing.assert_array_equal(other[3:70], apart[0][3:70])
        np.testing.assert_array_equal(other[[0, 1, 2, 70, 74]], old[[0, 1, 2, 70, 74]])
    np.testing.assert_allclose(apart[0][3:70, :dim], before[0][3:70, :dim] + opened(merged, 67, dim), atol=1e-6)
    for matrix in apart:
        assert not matrix[:, dim:].any()


@pytest.mark.parametrize("number", [1, 8, 13])
def test_what_is_sent_leaves_out_rows_that_have_not_changed(number):
    rng = np.random.default_rng(number)
    base = rng.standard_normal((number, 20))
    has_changed = rng.random(number) < 0.5
    both = [padded(base), padded(base + has_changed[:, None])]
    changes = Changes(*packed(both, 20, 0, number, machine.isa()))
    assert changes.size == -(-number // 8) + 24 * np.count_nonzero(has_changed) + _merging.SLACK
    slices = [(first, first + 1) for first in range(number)]
    one_by_one = _merging.pack_changes(both, 20, slices, _core.kernels(machine.isa()))
    assert [bool(changed[0]) for changed, _, _ in one_by_one] == has_changed.tolist()
    together = np.concatenate([values[: 20 * len(scales)] for _, values, scales in one_by_one])
    np.testing.assert_array_equal(together, changes.bytes[: 20 * len(changes.scales)])


def test_what_is_sent_besides_changes_is_zeros(monkeypatch):
    dim, kernels = 20, _core.kernels(machine.isa())
    rng = np.random.default_rng(5)
    both = [padded(rng.normal(size=(9, dim))) for _ in range(2)]
    both[1][3] = both[0][3]
    monkeypatch.setattr(np, "empty", lambda shape, dtype=float: np.full(shape, 77, dtype))
    (found,) = _merging.pack_changes(both, dim, [(0, 9)], kernels)
    assert found[1].shape == (8 * dim + _merging.SLACK,)
    assert not found[1][8 * dim :].any()
    monkeypatch.undo()
    (again,) = _merging.pack_changes(both, dim, [(0, 9)], kernels)
    assert [one.tobytes() for one in found] == [one.tobytes() for one in again]


def test_changes_that_contradict_themselves_are_refused():
    rng = np.random.default_rng(0)
    both = [padded(rng.standard_normal((5, 20))) for _ in range(2)]
    changed, values, scales = packed(both, 20, 0, 5, machine.isa())
    for wrong in (
        (changed | 32, values, scales),  # a sixth row
        (changed & 30, values, scales),
        (np.append(changed, np.uint8(0)), values, scales),
        (changed, values[:-1], scales),
        (changed, values, scales[:-1]),
    ):
        with pytest.raises(ValueError, match=r"one bit per row|one scale per row|do not fit"):
            _merging.add_changes(both, 20, 0, 5, wrong, _core.kernels(machine.isa()))


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


def one_element(way, value, shards, boost):
    """Return what becomes of a row of one element, 1, which a byte holds exactly, if each shard goes its part of the way."""
    alone = np.exp(-way * value * boost / shards)
    matrices = [padded(np.array([[element]])) for element in (1, *[alone] * shards)]
    one = padded(np.ones((1, 1)))
    basis = SimpleNamespace(directions=one, components=one, values=padded(np.array([[value]])))
    multiples = [np.full(1, x, np.float32) for x in (way, boost, shards)]
    names = SimpleNamespace(**dict(zip(("pulls", "boosts", "spreads"), multiples, strict=True)))
    _merging.merge_by_direction(matrices, basis, names, 0, 1, _core.kernels(machine.isa()))
    return matrices[0][0, 0]


@pytest.mark.parametrize("boost", [1, 2, 8])
@pytest.mark.parametrize("shards", [2, 8, 32])
@pytest.mark.parametrize("way", [1e-4, 0.1, 1, 30])
def test_shards_have_gone_as_far_as_one_copy_in_the_linear_model(way, shards, boost):
    for value in (3.3, 1, 0.2, 0.02, 0):
        assert one_element(way, value, shards, boost) == pytest.approx(np.exp(-way * value), abs=3e-5)


def test_with_a_boost_for_each_shard_it_is_the_mean():
    rng = np.random.default_rng(0)
    changes = rng.integers(-127, 128, (4, 5, 20))
    changes[:, :, 0] = 127  # each row's largest, so that bytes hold it exactly
    matrices = [padded(rows) for rows in (np.zeros((5, 20)), *changes)]
    mean = np.mean(matrices[1:], axis=0)
    multiples = SimpleNamespace(
        pulls=(10 ** rng.uniform(-4, 2, 5)).astype(np.float32),
        boosts=np.full(5, 4, np.float32),
        spreads=np.full(5, 4, np.float32),
    )
    _merging.merge_by_direction(matrices, basis_of(1, 20), multiples, 0, 5, _core.kernels(machine.isa()))
    np.testing.assert_allclose(matrices[0], mean, atol=0.5001)  # half of a 127th of the largest element, which is 127


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
    changes = packed(matrices[:2], 20, 0, 5, machine.isa())
    for what in (
        lambda: _merging.pack_changes(matrices, 20, [(0, 5)], kernels),
        lambda: _merging.pack_changes(matrices[:2], 0, [(0, 5)], kernels),
        lambda: _merging.pack_changes(matrices[:2], 33, [(0, 5)], kernels),
        lambda: _merging.pack_changes(matrices[:2], 20, [(0, 6)], kernels),
        lambda: _merging.pack_changes(matrices[:2], 20, [(2, 2)], kernels),
        lambda: _merging.pack_changes(matrices[:2], 20, [(0, 5)], _core.kernels("float64")),
        lambda: _merging.merge_changes([], basis_of(1, 20), multiples_of(1, 5), kernels),
        lambda: _merging.merge_changes([changes] * 34, basis_of(1, 20), multiples_of(1, 5), kernels),
        lambda: _merging.merge_changes([changes], basis_of(1, 20), multiples_of(1, 4), kernels),
        lambda: _merging.merge_changes([changes], basis_of(1, 40), multiples_of(1, 5), kernels),
        lambda: _merging.merge_changes([(*changes[:2], changes[2][:4])], basis_of(1, 20), multiples_of(1, 5), kernels),
        lambda: _merging.add_changes(matrices, 20, 1, 6, changes, kernels),
        lambda: _merging.add_changes(matrices, 20, 0, 4, changes, kernels),
        lambda: _merging.add_changes(matrices, 20, -1, 4, changes, kernels),
        lambda: _merging.add_changes([padded(np.ones((5, 40)))], 21, 0, 5, changes, kernels),
    ):
        with pytest.raises(ValueError):  # noqa: PT011
            what()


# ----------------------------------------------------------------------------------------------------------- intervals


@pytest.fixture(scope="module")
def rule():
    config = TrainConfig(shards=8, epochs=2, vector_size=10)
    counts = np.sort(np.random.default_rng(0).zipf(1.3, 20_000).clip(1, 10**6))[::-1].astype(np.int64)
    plan = rounds(config, chunks=200, tokens=800_000, words=len(counts))
    return (
        Directional(
            Matrices.initialise(len(counts), 10, 1), config, Updates.expected(counts, config), plan, 800_000, None
        ),
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


def test_updates_by_noise_count_as_often_as_it_weighs(rule):
    _, plan, counts, config = rule
    configs = [replace(config, negative=negative, negative_weight=weight) for negative, weight in ((6, 1.0), (3, 2.0))]
    plain, weighted = (
        Directional(Matrices.initialise(len(counts), 10, 1), each, Updates.expected(counts, each), plan, 800_000, None)
        for each in configs
    )
    for one in (plain, weighted):
        one.begin_intervals(0, len(counts))
    for ours, theirs in zip(weighted.sides, plain.sides, strict=True):
        np.testing.assert_allclose(ours.pulls, theirs.pulls, rtol=1e-6)
        np.testing.assert_allclose(ours.boosts, theirs.boosts, rtol=1e-6)
    rare = len(counts) // 2
    assert (weighted.sides[1].spreads[rare:] < plain.sides[1].spreads[rare:]).all()  # half as many updates


@pytest.mark.parametrize(("weight", "boost"), [(0.5, 8), (3, 8), (10, 2.4), (100, 1)])
def test_noise_of_much_weight_lowers_the_boost_that_merging_knows(rule, weight, boost):
    _, plan, counts, config = rule
    config = replace(config, negative_weight=weight)
    model = Matrices.initialise(len(counts), 10, 1)
    found = Directional(model, config, Updates.expected(counts, config), plan, 800_000, None)
    found.begin_intervals(len(plan) // 4, len(counts))
    assert found.boost == pytest.approx(boost)
    assert found.sides[0].boosts.max() <= found.boost + 1e-6


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
    config = TrainConfig(shards=8, vector_size=10)
    updates = Updates.expected(np.full(50, 1_000), config)
    plan = rounds(config, chunks=20, tokens=50_000, words=50)
    steps = np.linspace(0, 1, 50, dtype=np.float32)
    rule = Directional(Matrices.initialise(50, 10, 1), config, updates, plan, 50_000, steps)
    rule.begin_intervals(0, 50)
    whole = Directional(Matrices.initialise(50, 10, 1), config, updates, plan, 50_000, None)
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
@pytest.mark.parametrize("variant", VARIANTS)
def test_eigenvectors(variant, size, kind):
    rng = np.random.default_rng(size)
    rows = rng.standard_normal((size, size if kind == "full" else max(1, size // 3)))
    symmetric = {"diagonal": np.diag(rng.random(size)), "equal": np.eye(size)}.get(kind, rows @ rows.T)
    values, vectors = _merging.eigenvectors(symmetric, _core.kernels(variant))
    np.testing.assert_allclose(vectors.T @ np.diag(values) @ vectors, symmetric, atol=1e-12 * size)
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(size), atol=1e-13 * size)
    np.testing.assert_allclose(np.sort(values), np.linalg.eigvalsh(symmetric), atol=1e-12 * size)


@pytest.mark.parametrize("dim", [1, 16, 21, 100, 130])
@pytest.mark.parametrize("variant", VARIANTS)
def test_second_moments(variant, dim):
    rng = np.random.default_rng(1)
    made, weights = Matrices.zeros(333, dim), rng.random(333).astype(np.float32)
    made.vectors[:] = rng.standard_normal((333, dim))
    exact = (made.vectors.astype(float) * weights[:, None]).T @ made.vectors.astype(float)
    found = _merging.second_moments(made.input, weights, dim, _core.kernels(variant))
    np.testing.assert_allclose(found, exact, rtol=1e-5, atol=1e-4)
    np.testing.assert_array_equal(found, found.T)


def test_what_has_no_directions_is_refused():
    kernels = _core.kernels(machine.isa())
    for matrix in (np.zeros((2, 3)), np.zeros((0, 0)), np.full((2, 2), np.nan)):
        with pytest.raises(ValueError):  # noqa: PT011
            _merging.eigenvectors(matrix, kernels)
    made = Matrices.zeros(3, 20)
    with pytest.raises(ValueError, match="do not fit together"):
        _merging.second_moments(made.input, np.ones(2, np.float32), 20, kernels)
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
