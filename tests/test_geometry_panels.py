"""The panels of the geometry's figure: what they show, independent of the library that draws them."""

import importlib
import math
from dataclasses import replace

import numpy as np
import pytest

from w2v.errors import ConfigError, MissingExtraError
from w2v.geometry import PositivePairs, Settings, Space, measure, random_space, uniform_law
from w2v.plotting.geometry_panels import Subject, panels
from w2v.plotting.plots import save_plot


def subjects(trajectory=()):
    x = np.random.default_rng(0).normal(size=(50, 8)) + 0.3
    pairs = PositivePairs(np.arange(40), np.arange(40) + 1, "next rows")
    found = []
    for name, vectors in (("one", x), ("two", x - 0.3)):
        space = Space(vectors, name=name)
        geometry = measure(space, pairs, Settings(ms=(1, 4, 16), bootstrap=20, sample=2000))
        found.append(Subject.of(space, pairs, geometry, trajectory))
    return found


def test_panels_show_what_was_measured():
    drawn = {panel.title.split(" ")[0]: panel for panel in panels(subjects())}
    assert list(drawn) == ["Distances", "Angles", "Alignment", "NT-Xent"]
    for panel in drawn.values():
        assert panel.x_label
        assert panel.y_label
        assert len({series.label for series in panel.series}) == len(panel.series)
    for title, width in (("Distances", 2 / 48), ("Angles", 180 / 48)):
        for series in drawn[title].series[:4]:  # a density: the area is 1
            assert sum(series.y) * width == pytest.approx(1)
    theta = drawn["Angles"].series[4]
    trapezoids = np.diff(theta.x) * (np.array(theta.y)[1:] + theta.y[:-1]) / 2
    assert trapezoids.sum() == pytest.approx(1, abs=1e-3)
    assert theta.x[np.argmax(theta.y)] == pytest.approx(90, abs=0.5)
    first = subjects()[0]
    middles = (np.arange(48) + 0.5) * 180 / 48
    mean = np.degrees(np.arccos(1 - first.positive**2 / 2)).mean()  # the law of cosines
    assert np.average(middles, weights=drawn["Angles"].series[0].y) == pytest.approx(mean, abs=1)
    one = first.geometry
    assert drawn["Alignment"].series[0].x == [one.uniformity.value]
    assert drawn["Alignment"].series[0].y == [one.alignment.value]
    curve, limit = drawn["NT-Xent"].series[:2]
    np.testing.assert_allclose(curve.y, [m.value - math.log(n) for n, m in zip((1, 4, 16), one.nt_xent, strict=True)])
    assert limit.y == [one.limit] * 2


def test_the_plane_shows_vectors_without_information():
    drawn = subjects()
    x = np.random.default_rng(0).normal(size=(50, 8))
    pairs = PositivePairs(np.arange(40), np.arange(40) + 1, "next rows")
    random = measure(random_space(Space(x)), pairs, Settings(ms=(1,), bootstrap=20))
    plane = panels(drawn, random)[2]
    points = plane.series[2]
    assert points.notes == ["collapsed", "uniform, random", ""]  # so close that their labels would overlap
    assert points.x == pytest.approx((0, uniform_law(2.0, 8), random.uniformity.value))
    assert points.y == pytest.approx((0, 2, random.alignment.value))
    for (low, high), values in ((plane.x_range, points.x), (plane.y_range, points.y)):
        assert low < min(values) <= max(values) < high
    far = replace(random, alignment=replace(random.alignment, value=1.0))
    assert panels(drawn, far)[2].series[2].notes == ["collapsed", "uniform", "random"]
    assert panels(drawn)[2].series[2].notes == ["collapsed", "uniform"]


def test_random_pairs_are_as_far_apart_as_all_pairs():
    subject = subjects()[0]
    assert len(subject.random) == 2000
    # Mean squared distance = 2 - 2 mean cosine; the standard error over 2,000 pairs is about 0.015.
    assert (subject.random**2).mean() == pytest.approx(2 - 2 * subject.geometry.mean_cosine.value, abs=0.08)


def test_a_trajectory_is_drawn_where_there_is_one():
    records = [
        {"epoch": e / 3, "words": e, "alignment": 2 - e / 40, "uniformity": -e / 20, "loss": 1 / e if e else None}
        for e in range(40)
    ]
    found = panels(subjects(records))
    way, loss = found[4:]
    assert way.title.startswith("During training")
    assert way.series[0].y == [record["alignment"] for record in records]
    notes = [note for note in way.series[0].notes if note]
    assert (notes[0], notes[-1]) == ("0", "13")
    assert len(notes) <= 13
    assert loss.series[0].x == [record["epoch"] for record in records[1:]]  # no loss before the first word


def test_plots_without_their_libraries(monkeypatch, tmp_path):
    drawn = panels(subjects())
    real = importlib.import_module

    def without(name):
        if name.startswith(("matplotlib", "plotly")):
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr("importlib.import_module", without)
    with pytest.raises(MissingExtraError, match=r'matplotlib is not installed; pip install "w2v\[plot\]"'):
        save_plot(tmp_path / "x.png", drawn, "title")
    with pytest.raises(MissingExtraError, match="plotly is not installed"):
        save_plot(tmp_path / "x.html", drawn, "title")
    with pytest.raises(ConfigError, match=r"the extension of .*x\.gif must be one of .*: got \.gif"):
        save_plot(tmp_path / "x.gif", drawn, "title")
    assert not list(tmp_path.iterdir())
