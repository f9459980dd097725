"""The arithmetic of w2v.vectors.search and cosines against a plain float64 sort, for any block shape."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from w2v.errors import ConfigError
from w2v.evaluation.solver import answer
from w2v.vectors import cosines as cosines_module
from w2v.vectors import search as search_module
from w2v.vectors.cosines import SearchSpace, cosine, cosmul, fast_cosines, tolerance, unit
from w2v.vectors.search import Search, closer_rows, cosmul_nearest, nearest

# Few different values, so that equal rows, opposite rows and zero rows are common.
COARSE = st.integers(-2, 2).map(float)
FINE = st.floats(-100, 100, width=16).map(lambda x: 0.0 if abs(x) < 0.01 else x)


SHAPES = st.tuples(st.integers(1, 40), st.integers(1, 9))
MATRICES = SHAPES.flatmap(lambda shape: hnp.arrays(np.float32, shape, elements=COARSE | FINE, fill=st.nothing()))


def exact_cosines(matrix, query):
    """The definition: float64 cosines, 0 with a zero vector, rounded to float32."""
    with np.errstate(invalid="ignore", divide="ignore"):
        wide = matrix.astype(np.float64)
        cosines = (wide / np.linalg.norm(wide, axis=1)[:, None]) @ (query / np.linalg.norm(query))
    return np.nan_to_num(cosines).astype(np.float32)


def no_exclusion(k, matrix):
    return Search(k, 0, len(matrix), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def test_nearest_of_known_directions():
    matrix = np.array([[1, 0], [0, 3], [2, 2], [-1, 0], [0, 0]], dtype=np.float32)
    ((rows, scores),) = nearest(SearchSpace.of(matrix), np.array([[1.0, 0.0]]), no_exclusion(5, matrix))
    # The zero row has cosine 0, as has the perpendicular one: row order decides between rows 1 and 4.
    assert rows.tolist() == [0, 2, 1, 4, 3]
    assert scores == pytest.approx([1, 2**-0.5, 0, 0, -1], abs=1e-7)
    assert scores.dtype == np.float32


@settings(max_examples=80, deadline=None)
@given(data=st.data(), matrix=MATRICES)
def test_nearest_is_a_stable_sort_whatever_the_blocks(data, matrix):
    count, dim = matrix.shape
    asked = data.draw(hnp.arrays(np.float32, (data.draw(st.integers(1, 12)), dim), elements=COARSE | FINE))
    start = data.draw(st.integers(0, count - 1))
    stop = data.draw(st.integers(start + 1, count))
    k = data.draw(st.integers(1, count + 3))
    pairs = data.draw(st.lists(st.tuples(st.integers(0, len(asked) - 1), st.integers(0, count - 1)), max_size=8))
    excluded = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    search = Search(k, start, stop, excluded[:, 0], excluded[:, 1])
    space = SearchSpace.of(matrix)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_module, "SCORES_AT_ONCE", data.draw(st.sampled_from([1, 7, 50, 1 << 21])))
        patch.setattr(search_module, "GROUPS_PER_NEIGHBOUR", data.draw(st.sampled_from([1, 2, 16])))
        patch.setattr(cosines_module, "NUMBERS_AT_ONCE", data.draw(st.sampled_from([1, 30, 1 << 19])))
        found = nearest(space, unit(asked), search)
    for i, (rows, scores) in enumerate(found):
        allowed = [row for row in range(start, stop) if (i, row) not in pairs]
        # The one definition of a score: the same pair alone, in no block at all.
        each = {row: float(cosine(matrix[row], asked[i])) for row in allowed}
        expected = sorted(allowed, key=lambda row: (-each[row], row))[:k]
        assert rows.tolist() == expected
        assert scores.tolist() == [each[row] for row in expected]


@settings(max_examples=60, deadline=None)
@given(matrix=MATRICES, data=st.data())
def test_fast_cosines_stay_within_the_tolerance(matrix, data):
    query = data.draw(hnp.arrays(np.float64, matrix.shape[1], elements=FINE).filter(np.any))
    many = np.tile(unit(query), (matrix.shape[1] + 1, 1)).astype(np.float32)  # enough to divide rows, not scores
    for asked in (many[:1], many[:2], many):
        fast = fast_cosines(SearchSpace.of(matrix), asked, 0, len(matrix))
        assert np.abs(fast - exact_cosines(matrix, query)).max() <= tolerance(matrix.shape[1])


@settings(max_examples=60, deadline=None)
@given(matrix=MATRICES, data=st.data())
def test_closer_rows_are_those_above(matrix, data):
    row = data.draw(st.integers(0, len(matrix) - 1))
    query = data.draw(hnp.arrays(np.float64, matrix.shape[1], elements=COARSE | FINE))
    each = [float(cosine(vector, query)) for vector in matrix]
    expected = [i for i, score in enumerate(each) if score > each[row]]
    assert closer_rows(SearchSpace.of(matrix), unit(query), row).tolist() == expected


def test_equal_rows_keep_their_order_in_a_large_matrix():
    # 5,000 copies of 7 directions: BLAS kernels treat the edges of a block differently, which must not show.
    rng = np.random.default_rng(3)
    directions = rng.standard_normal((7, 33)).astype(np.float32)
    matrix = directions[rng.integers(0, 7, size=5000)] * (2.0 ** rng.integers(-3, 4, size=(5000, 1))).astype(np.float32)
    space = SearchSpace.of(matrix)
    for found in nearest(space, unit(directions), no_exclusion(40, matrix)):
        rows, scores = found
        assert (scores == scores[0]).all()
        assert (np.diff(rows) > 0).all()
        same = np.flatnonzero((matrix / np.linalg.norm(matrix, axis=1)[:, None]) @ unit(matrix[rows[0]]) > 0.999)
        assert rows.tolist() == same[:40].tolist()


@pytest.mark.parametrize("block", [1, 600, 1 << 21])
def test_rows_that_differ_by_a_rounding_error(monkeypatch, block):
    # Closer together than a fast score can tell: only exact scores order them, within a block and across blocks.
    rng = np.random.default_rng(7)
    matrix = (rng.standard_normal(300) + 1e-6 * rng.standard_normal((400, 300))).astype(np.float32)
    asked = rng.standard_normal((30, 300))
    each = np.array([[cosine(row, query) for row in matrix] for query in asked])
    order = np.argsort(-each, axis=1, kind="stable")
    monkeypatch.setattr(search_module, "SCORES_AT_ONCE", block)
    space = SearchSpace.of(matrix)
    for i, (rows, _) in enumerate(nearest(space, unit(asked), no_exclusion(15, matrix))):
        assert rows.tolist() == order[i, :15].tolist()
        last = order[i, 200]
        assert closer_rows(space, unit(asked[i]), last).tolist() == np.flatnonzero(each[i] > each[i, last]).tolist()


def test_half_precision_is_computed_in_float32():
    rng = np.random.default_rng(4)
    half = rng.standard_normal((500, 20)).astype(np.float16)
    asked = unit(rng.standard_normal((30, 20)))
    search = no_exclusion(9, half)
    of_half = nearest(SearchSpace.of(half), asked, search)
    of_single = nearest(SearchSpace.of(half.astype(np.float32)), asked, search)
    for (rows, scores), (expected_rows, expected_scores) in zip(of_half, of_single, strict=True):
        np.testing.assert_array_equal(rows, expected_rows)
        np.testing.assert_array_equal(scores, expected_scores)


def test_rows_strided_in_a_wider_matrix():
    wide = np.random.default_rng(5).standard_normal((300, 24)).astype(np.float32)
    view = wide[:, :17]
    asked = unit(view[:40])
    one, other = (nearest(SearchSpace.of(m), asked, no_exclusion(5, m)) for m in (view, view.copy()))
    for (rows, scores), (expected_rows, expected_scores) in zip(one, other, strict=True):
        np.testing.assert_array_equal(rows, expected_rows)
        np.testing.assert_array_equal(scores, expected_scores)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_rows_that_are_not_finite_are_refused(bad):
    matrix = np.ones((4, 3), dtype=np.float32)
    matrix[2, 1] = bad
    with pytest.raises(ConfigError, match="row 2"):
        SearchSpace.of(matrix)


def test_norms_neither_overflow_nor_underflow():
    matrix = np.array([[3e30, 4e30], [3e-30, 4e-30]], dtype=np.float32)
    np.testing.assert_allclose(SearchSpace.of(matrix).norms, [5e30, 5e-30], rtol=1e-6)


def test_cosmul_is_levy_and_goldbergs_formula():
    positive, negative = np.array([[0.5, -1.0], [0.0, 1.0]]), np.array([[-0.6, -1.0]])
    expected = [0.75 * 0.5 / (0.2 + 1e-6), 0.0]
    np.testing.assert_allclose(cosmul(positive, negative), expected, rtol=1e-12)
    assert (cosmul(positive, negative, 0.01) > expected).all()
    assert (cosmul(positive, negative, -0.01) <= expected).all()


def defined_cosmul(matrix, positive, negative):
    """The formula, row by row in float64."""
    scores = []
    for row in unit(matrix):
        above, below = (np.prod([(1 + row @ vector) / 2 for vector in side]) for side in (positive, negative))
        scores.append(above / (below + 1e-6))
    return np.array(scores)


@settings(max_examples=80, deadline=None)
@given(matrix=MATRICES, data=st.data())
def test_cosmul_nearest_are_the_best_in_stable_order(matrix, data):
    count, dim = matrix.shape
    sizes = data.draw(st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(any))
    positive, negative = (unit(data.draw(hnp.arrays(np.float32, (n, dim), elements=COARSE | FINE))) for n in sizes)
    stop = data.draw(st.integers(1, count))
    k = data.draw(st.integers(1, count + 3))
    excluded = np.array(data.draw(st.lists(st.integers(0, count - 1), max_size=5)), dtype=np.int64)
    search = Search(k, 0, stop, np.zeros_like(excluded), excluded)
    found, scores = cosmul_nearest(SearchSpace.of(matrix), positive, negative, search)
    allowed = [row for row in range(stop) if row not in excluded]
    each = defined_cosmul(matrix, positive, negative)
    assert len(found) == min(k, len(allowed))
    assert set(found.tolist()) <= set(allowed)
    np.testing.assert_allclose(scores, each[found], rtol=1e-6, atol=1e-9)
    ranks = list(zip(-scores, found, strict=True))
    assert ranks == sorted(ranks)
    best_left = max((each[row] for row in allowed if row not in found), default=0)
    assert best_left <= min(each[found], default=np.inf) * (1 + 1e-6) + 1e-9


def test_cosmul_orders_equal_rows_by_number():
    rng = np.random.default_rng(8)
    directions = rng.standard_normal((5, 33)).astype(np.float32)
    matrix = np.ascontiguousarray(directions[rng.integers(0, 5, size=3000)])
    positive, negative = unit(directions[:2]), unit(directions[2:3])
    search = no_exclusion(30, matrix)
    rows, scores = cosmul_nearest(SearchSpace.of(matrix), positive, negative, search)
    same = np.flatnonzero((matrix == matrix[rows[0]]).all(axis=1))
    assert rows.tolist() == same[:30].tolist()
    assert (scores == scores[0]).all()


@pytest.mark.parametrize("at_once", [1, 40, 1 << 17])
@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
def test_the_best_answer_is_the_first_of_several(monkeypatch, method, at_once):
    """One answer is searched for in another way than several; rows that differ by rounding errors must not matter."""
    monkeypatch.setattr("w2v.vectors.scores.SCORES_IN_CACHE", at_once)
    rng = np.random.default_rng(7)
    rows = rng.normal(size=(60, 12))
    near = rows[rng.integers(60, size=140)] * (1 + rng.choice([0, 2e-7, -1e-7], size=(140, 12)))
    space = SearchSpace.of(np.concatenate([rows, near, rows[:20]]).astype(np.float32))
    questions = rng.integers(len(space.matrix), size=(300, 3))
    several = answer(space, questions, method, top=4)
    assert (answer(space, questions, method) == several[:, :1]).all()
    for question, found in zip(questions[:30], several[:30], strict=True):
        one = answer(space, question[np.newaxis], method, top=4)[0]
        assert (one == found).all()
