"""Vectors without information, which a model is compared with: random, collapsed and uniform ones."""

import numpy as np
import pytest

from w2v.geometry import PositivePairs, Settings, Space, collapsed, measure, random_space, uniform, uniform_alignment


@pytest.mark.parametrize("dim", [2, 3, 50])
@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0, 5.0])
def test_alignment_of_independent_uniform_vectors(dim, alpha):
    weight = np.exp((dim - 2) * np.log(np.sin(np.linspace(1e-6, np.pi - 1e-6, 200_001))))
    distance = 2 * np.sin(np.linspace(1e-6, np.pi - 1e-6, 200_001) / 2)
    assert uniform_alignment(alpha, dim) == pytest.approx(np.average(distance**alpha, weights=weight), rel=1e-4)


def test_collapsed_vectors_have_their_closed_form():
    settings = Settings(ms=(1, 7), temperature=0.2, bootstrap=20)
    x, pairs = np.ones((30, 6)), PositivePairs(np.arange(29), np.arange(29) + 1, "next rows")
    found = {m.name: m.value for m in measure(Space(x), pairs, settings).measurements}
    for name, value in collapsed(settings).items():
        assert name == "tolerance" or found[name] == pytest.approx(value, abs=1e-6), name


def test_random_vectors_are_nearly_uniform():
    settings = Settings(ms=(1,), temperature=0.3, bootstrap=20)
    space = random_space(Space(np.ones((3000, 20))), seed=2)
    other = PositivePairs(np.arange(2999), np.arange(2999) + 1, "next rows")
    found = {m.name: m.value for m in measure(space, other, settings).measurements}
    expected = uniform(settings, 20)
    for name, tolerance in (
        ("alignment", 0.03),
        ("uniformity", 0.01),
        ("limit_alignment", 0.05),
        ("limit_uniformity_others", 0.03),
        ("information", 0.002),
        ("mean_cosine", 0.001),
        ("effective_rank", 0.1),
        ("isotropy", 0.03),
        ("partition_isotropy", 0.07),
        ("wasserstein", 0.06),
    ):
        assert found[name] == pytest.approx(expected[name], abs=tolerance), name


def test_random_vectors_have_the_rows_of_the_model():
    x = np.vstack([np.eye(4), np.zeros((1, 4)), np.full((1, 4), np.nan)])
    space = Space(x, x, np.arange(6), words=list("abcdef"))
    one, two = random_space(space), random_space(space)
    np.testing.assert_array_equal(one.vectors, two.vectors)
    assert not np.array_equal(one.vectors, one.partners)
    assert np.flatnonzero((one.vectors != 0).any(axis=1)).tolist() == [0, 1, 2, 3]
    assert not np.array_equal(one.vectors, random_space(space, seed=2).vectors)
