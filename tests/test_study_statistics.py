"""The statistics of a study against brute force, textbook formulas and values computed by hand."""

from itertools import permutations

import numpy as np
import pytest

from w2v.evaluation.statistics import ranks
from w2v.experiments.study import correlation, location
from w2v.experiments.study.correlation import (
    ENOUGH,
    holm,
    indicators,
    partial_spearman,
    permutation_p,
    spearman_interval,
)
from w2v.experiments.study.location import NEAR, matched
from w2v.experiments.study.prediction import BOTH, CURVED, OBJECTIVE, PLANE, left_out_r2, predictions, transferred

stats = pytest.importorskip("scipy.stats")


def nothing(n):
    return np.empty((n, 0))


# ---------------------------------------------------------------------------------------------------- rank correlations


def test_equal_values_share_their_rank():
    assert ranks(np.array([[-np.inf], [3.0], [-np.inf]])).ravel().tolist() == [1.5, 3, 1.5]
    values = np.random.default_rng(3).integers(0, 6, (7, 30)).astype(float)
    for axis in (0, 1):
        np.testing.assert_array_equal(ranks(values, axis), stats.rankdata(values, axis=axis))
    assert ranks([]).tolist() == []


def test_without_controls_it_is_spearmans():
    rng = np.random.default_rng(4)
    for _ in range(5):
        x, y = rng.integers(0, 9, 40).astype(float), rng.standard_normal(40)
        assert partial_spearman(x, y, nothing(40)) == pytest.approx(stats.spearmanr(x, y)[0], abs=1e-12)


def test_one_control_gives_the_textbook_formula():
    rng = np.random.default_rng(5)
    z = rng.standard_normal(40)
    x, y = z + rng.standard_normal(40), z + rng.standard_normal(40)
    xy, xz, yz = (stats.spearmanr(*pair)[0] for pair in ((x, y), (x, z), (y, z)))
    expected = (xy - xz * yz) / np.sqrt((1 - xz**2) * (1 - yz**2))
    assert partial_spearman(x, y, z[:, None]) == pytest.approx(expected, abs=1e-12)


def test_what_a_control_explains_goes_away():
    z = np.arange(40.0)
    rng = np.random.default_rng(6)
    x, y = np.exp(z / 10) + 0.01 * rng.standard_normal(40), z + rng.standard_normal(40)
    assert partial_spearman(x, y, nothing(40)) > 0.95
    assert partial_spearman(z**3, y, z[:, None]) is None
    assert partial_spearman(np.ones(40), y, nothing(40)) is None
    assert partial_spearman(x[:3], y[:3], nothing(3)) is None


def test_groups_as_controls_leave_what_differs_within_them():
    """Two groups whose levels agree and whose members do not: +0.7 over all, -1 within."""
    x = np.array([1.0, 2, 3, 4, 101, 102, 103, 104])
    y = np.array([4.0, 3, 2, 1, 104, 103, 102, 101])
    groups = np.repeat([0, 1], 4)
    assert partial_spearman(x, y, nothing(8)) > 0.5
    assert partial_spearman(x, y, indicators(groups)) == pytest.approx(-1)
    assert indicators(np.array([0, 2, 2, 5])).tolist() == [[0, 0], [1, 0], [1, 0], [0, 1]]


def test_no_interval_of_few_settings(monkeypatch):
    monkeypatch.setattr(correlation, "RESAMPLES", 200)
    x = np.arange(float(ENOUGH))
    assert spearman_interval(x[1:], x[1:] ** 2) is None
    assert spearman_interval(x, x**2) == pytest.approx((1, 1))


def test_intervals_cover_at_their_level(monkeypatch):
    """Of 100 samples of independent variables, 95 % of the intervals contain 0: at least 87 (p < 0.001 if it is 95 %)."""
    monkeypatch.setattr(correlation, "RESAMPLES", 100)
    rng = np.random.default_rng(7)
    found = [spearman_interval(*rng.standard_normal((2, 40)), seed) for seed in range(100)]
    assert sum(low <= 0 <= high for low, high in found) >= 87


def test_as_many_resamples_as_are_reported():
    """Of 200 settings the interval is Fisher's (Fieller et al. 1957)."""
    assert correlation.RESAMPLES == 1000
    rng = np.random.default_rng(9)
    x = rng.standard_normal(200)
    y = x + rng.standard_normal(200)
    rho = partial_spearman(x, y, nothing(200))
    half = 1.96 * np.sqrt(1.06 / 197)
    assert spearman_interval(x, y) == pytest.approx(np.tanh(np.arctanh(rho) + half * np.array([-1, 1])), abs=0.03)


# ---------------------------------------------------------------------------------------------------------- permutation


def test_permutation_is_that_of_all_orders_within_groups():
    """4! x 3! = 144 orders: the share of those at least as extreme, each computed by itself."""
    x = np.array([1.0, 2, 3, 4, 11, 12, 13])
    y = np.array([2.0, 1, 4, 6, 12, 13, 17])
    groups = np.repeat([0, 1], [4, 3])
    given = indicators(groups)
    observed = abs(partial_spearman(x, y, given))
    extreme = total = 0
    for first in permutations(y[:4]):
        for second in permutations(y[4:]):
            extreme += abs(partial_spearman(x, np.array(first + second), given)) >= observed - 1e-12
            total += 1
    assert total == 144
    assert permutation_p(x, y, nothing(7), groups) == pytest.approx(extreme / total, abs=0.015)


def test_differences_between_groups_are_evidence_of_nothing():
    rng = np.random.default_rng(1)
    groups = np.repeat(np.arange(6), 5)
    level = 10.0 * groups
    x, y = level + rng.standard_normal(30), level + rng.standard_normal(30)
    assert partial_spearman(x, y, nothing(30)) > 0.9
    assert permutation_p(x, y, nothing(30), groups) > 0.05
    assert permutation_p(x, x + 0.1 * y, nothing(30), groups) == 1e-4
    assert permutation_p(level, y, nothing(30), groups) is None


def test_p_values_are_uniform_under_the_null_with_a_control(monkeypatch):
    """Of 300, about 5 % are below 0.05, whatever the control does to both: between 1 % and 10 %."""
    monkeypatch.setattr(correlation, "PERMUTATIONS", 199)
    rng = np.random.default_rng(2)
    groups = np.repeat(np.arange(5), 6)
    below = 0
    for seed in range(300):
        z = rng.standard_normal(30)
        x, y = 3 * z + rng.standard_normal(30), 3 * z + groups + rng.standard_normal(30)
        below += permutation_p(x, y, z[:, None], groups, seed) < 0.05
    assert 3 <= below <= 30


# ----------------------------------------------------------------------------------------------------------------- Holm


def test_holm_by_hand():
    """0.01 x 4, 0.02 x 3, 0.03 x 2 and 0.2 x 1; none is below the one before it."""
    assert holm([0.03, 0.01, 0.2, 0.02]) == pytest.approx([0.06, 0.04, 0.2, 0.06])
    assert holm([0.01, 0.011, 0.9]) == pytest.approx([0.03, 0.03, 0.9])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([None, 0.02, None]) == [None, 0.02, None]
    assert holm([]) == []


def test_holm_rejects_what_its_steps_reject():
    """Holm 1979: reject the smallest while p_(k) <= level / (m - k + 1), and stop at the first that is not."""
    rng = np.random.default_rng(3)
    for _ in range(50):
        p = rng.random(12) ** 4
        rejected = set()
        for k, place in enumerate(np.argsort(p)):
            if p[place] > 0.05 / (len(p) - k):
                break
            rejected.add(int(place))
        assert {i for i, value in enumerate(holm(list(p))) if value <= 0.05} == rejected


# ---------------------------------------------------------------------------------------------------------- same place


def test_same_place_by_hand():
    """Two settings at one place, 3 apart; a third one elsewhere; seeds differ by 0.2 each."""
    places = np.array([[1.0, -3], [1.0, -3], [1.01, -3.04], [1.01, -3.04], [1.5, -2], [1.5, -2]])
    quality = np.array([10.0, 10.2, 13.0, 13.2, 99.0, 99.2])
    found = matched(places, quality, np.array([0, 0, 1, 1, 2, 2]))
    assert found.pairs == 4
    halves = [(13.0 - 10) ** 2 / 2, (13.2 - 10) ** 2 / 2, (13.0 - 10.2) ** 2 / 2, (13.2 - 10.2) ** 2 / 2]
    assert found.sd == pytest.approx(np.sqrt(np.mean(halves)))
    assert found.seed_sd == pytest.approx(np.sqrt(0.02))
    assert found.tested == 1
    # Of the 6 ways to share four models, 2 have differences as large as these.
    assert found.p == pytest.approx(2 / 6, abs=0.02)


def test_seeds_alone_are_no_difference_of_settings(monkeypatch):
    """Settings at one place that differ only as seeds do: p is below 0.05 in about 5 % of 200 studies."""
    monkeypatch.setattr(location, "PERMUTATIONS", 199)
    rng = np.random.default_rng(4)
    settings = np.repeat(np.arange(8), 3)
    below = 0
    for seed in range(200):
        found = matched(np.zeros((24, 2)), rng.standard_normal(24), settings, seed)
        assert found.tested == 4
        below += found.p < 0.05
    assert 2 <= below <= 22


def test_settings_at_one_place_that_differ_are_told():
    rng = np.random.default_rng(5)
    settings = np.repeat(np.arange(8), 3)
    found = matched(np.zeros((24, 2)), 10.0 * settings + rng.standard_normal(24), settings)
    assert found.p < 0.001
    assert found.sd > 10 * found.seed_sd


def test_without_a_common_place_there_is_nothing_to_compare():
    places = np.array([[0.0, 0], [0, 2 * NEAR], [2 * NEAR, 0]])
    found = matched(places, np.arange(3.0), np.arange(3))
    assert (found.pairs, found.sd, found.seed_sd, found.tested, found.p) == (0, None, None, 0, None)
    assert matched(np.empty((0, 2)), np.empty(0), np.empty(0, np.int64)).p is None


# ----------------------------------------------------------------------------------------------------------- prediction


def one_by_one(columns, y):
    """R2 of each row predicted by a regression on all others, fitted again and again."""
    known = np.column_stack([np.ones(len(y)), columns])
    errors = baseline = 0.0
    for i in range(len(y)):
        rest = np.arange(len(y)) != i
        solution, *_ = np.linalg.lstsq(known[rest], y[rest], rcond=None)
        errors += (y[i] - known[i] @ solution) ** 2
        baseline += (y[i] - y[rest].mean()) ** 2
    return 1 - errors / baseline


def test_left_out_r2_is_that_of_regressions_without_each_row():
    rng = np.random.default_rng(6)
    groups = np.repeat(np.arange(4), 6)
    places, noise = rng.standard_normal((24, 2)), rng.standard_normal(24)
    y = places @ [1.0, -0.5] + 0.3 * groups + noise
    found = predictions(places, y, groups)
    a, u = places.T
    for name, columns in {
        OBJECTIVE: indicators(groups),
        PLANE: places,
        CURVED: np.column_stack([places, a * a, a * u, u * u]),
        BOTH: np.column_stack([indicators(groups), places]),
    }.items():
        assert found[name] == pytest.approx(one_by_one(columns, y), abs=1e-10)


def test_r2_of_knowing_nothing_is_zero_and_of_noise_negative():
    rng = np.random.default_rng(7)
    y = rng.standard_normal(20)
    assert left_out_r2(np.empty((20, 0)), y) == pytest.approx(0, abs=1e-12)
    assert left_out_r2(rng.standard_normal((20, 8)), y) < 0
    assert left_out_r2(y[:, None], y) == pytest.approx(1)
    assert left_out_r2(np.eye(20)[:, :1], y) is None  # one row alone tells that coefficient
    assert left_out_r2(rng.standard_normal((20, 1)), np.ones(20)) is None
    assert left_out_r2(y[:2, None], y[:2]) is None
    doubled = np.column_stack([y, y]) + 0.5 * rng.standard_normal((20, 1))  # columns that say the same
    assert left_out_r2(doubled, y) == pytest.approx(one_by_one(doubled[:, :1], y), abs=1e-9)


def test_what_holds_within_each_objective_need_not_transfer():
    groups = np.repeat(np.arange(4), 5)
    inner = np.tile(np.arange(5.0), 4)
    places = np.column_stack([inner, np.zeros(20) + inner**2])
    assert transferred(places, inner, groups) == pytest.approx(1)
    assert transferred(places, inner + np.array([0, 30, -20, 10])[groups], groups) < 0.2
    assert transferred(places, inner, np.repeat([0, 1], 10)) is None
    few = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 5.0]])  # two others, through which infinitely many planes pass
    assert transferred(few, np.array([1.0, 2.0, 9.0]), np.arange(3)) is None


def test_numbers_that_cannot_be_measurements_predict_nothing():
    places, quality = np.array([[1e300, 1.0], *np.random.default_rng(0).random((11, 2))]), np.arange(12.0)
    objectives = np.repeat([0, 1, 2], 4)
    assert set(predictions(places, quality, objectives).values()) == {None}
    assert transferred(places, quality, objectives) is None
    assert transferred(np.clip(places, 0, 2), quality, objectives) is not None
