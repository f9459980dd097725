"""Panels of labelled lines, independent of the plotting library, for one or more models on the same pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from w2v.arrays import Float64
from w2v.geometry.alignment import pair_distances
from w2v.geometry.baselines import uniform_alignment, uniform_law
from w2v.geometry.measurement import Geometry, Settings
from w2v.geometry.pairs import PositivePairs
from w2v.geometry.sampling import rows_with_direction, stream
from w2v.geometry.space import Space
from w2v.geometry.weighting import word_weights

Style = Literal["solid", "dashed", "dotted", "points", "path"]
REFERENCE = -1
"""The colour of lines that do not belong to a model."""
BINS = 48
NARROWEST = 0.4
"""Least width of an axis of the alignment-uniformity plane, so that similar models look similar."""
TOGETHER = 0.2
"""Points of the plane that are closer than this have one label."""
ROOM_FOR_A_NUMBER = 0.08
"""Least distance between numbered points, as a fraction of the range of an axis."""


@dataclass(frozen=True, eq=False)
class Series:
    """One line or set of points of a panel.

    Attributes
    ----------
    x, y : sequence of float
    label : str
        Legend entry; empty for none.
    colour : int
        Index of the model, or ``REFERENCE``.
    style : {"solid", "dashed", "dotted", "points", "path"}
    x_ends, y_ends : pair of sequences of float, optional
        Lower and upper ends of intervals.
    notes : sequence of str
        Texts next to the points.
    """

    x: Sequence[float] | Float64
    y: Sequence[float] | Float64
    label: str
    colour: int
    style: Style = "solid"
    x_ends: tuple[Sequence[float], Sequence[float]] | None = None
    y_ends: tuple[Sequence[float], Sequence[float]] | None = None
    notes: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class Panel:
    """One diagram."""

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    x_ticks: tuple[float, ...] | None = None
    log_x: bool = False


@dataclass(frozen=True, eq=False)
class Subject:
    """A model to plot.

    Attributes
    ----------
    geometry : Geometry
    positive, random : ndarray of float64
        Distances of positive pairs, and of random pairs of different words.
    trajectory : sequence of dict
        Records of its training, if any, with ``epoch``, ``alignment``, ``uniformity`` and ``loss`` (or None).
    """

    geometry: Geometry
    positive: Float64
    random: Float64
    trajectory: Sequence[dict[str, Any]] = ()

    @classmethod
    def of(
        cls, space: Space, pairs: PositivePairs, geometry: Geometry, trajectory: Sequence[dict[str, Any]] = ()
    ) -> "Subject":
        """Sample up to ``geometry.settings.sample`` positive pairs, and as many pairs of random words."""
        settings = geometry.settings
        directed, _ = rows_with_direction(space)
        rng = stream(settings, "figures")
        has_direction = np.isin(np.arange(len(space)), directed)
        kept = np.flatnonzero(has_direction[pairs.anchors] & has_direction[pairs.positives])
        kept = rng.permutation(kept)[: settings.sample]
        p = word_weights(space, pairs, settings)[directed]
        p = p / p.sum()
        first, second = (rng.choice(directed, size=2 * settings.sample, p=p) for _ in range(2))
        different = np.flatnonzero(first != second)[: settings.sample]
        return cls(
            geometry,
            pair_distances(space.vectors, space.targets, pairs.anchors[kept], pairs.positives[kept]),
            pair_distances(space.vectors, space.targets, first[different], second[different]),
            trajectory,
        )


def panels(subjects: Sequence[Subject], random: Geometry | None = None) -> tuple[Panel, ...]:
    """Return the panels of a figure: distances, angles, plane, loss with its limit, and trajectories if there are any.

    ``random`` are random vectors, measured on the same pairs, which are shown in the plane.
    """
    found = [distances(subjects), angles(subjects), plane(subjects, random), curve(subjects)]
    if any(subject.trajectory for subject in subjects):
        found += [trajectory(subjects), epochs(subjects)]
    return tuple(found)


def distances(subjects: Sequence[Subject]) -> Panel:
    """Plot the distances of positive pairs and of random pairs."""
    edges = np.linspace(0, 2, BINS + 1)
    series = [line for i, s in enumerate(subjects) for line in _densities(s, s.positive, s.random, edges, i)]
    return Panel(
        "Distances", "distance between unit vectors", "density", tuple(series), (0, 2), x_ticks=(0, 0.5, 1, 1.5, 2)
    )


def angles(subjects: Sequence[Subject]) -> Panel:
    """Plot the angles of both, and the angles under the uniform distribution on the sphere."""
    edges = np.linspace(0, 180, BINS + 1)
    series = []
    for i, subject in enumerate(subjects):
        positive, random = (np.degrees(2 * np.arcsin(values / 2)) for values in (subject.positive, subject.random))
        series += _densities(subject, positive, random, edges, i)
    theta = np.linspace(0.5, 179.5, 360)
    for dim in _dims(subjects):
        density = np.exp((dim - 2) * np.log(np.sin(np.radians(theta))))
        density /= density.sum() * (theta[1] - theta[0])
        series.append(Series(theta, density, f"uniform distribution, {dim} dimensions", REFERENCE, "dotted"))
    return Panel(
        "Angles", "angle (degrees)", "density per degree", tuple(series), (0, 180), x_ticks=tuple(range(0, 181, 30))
    )


def _dims(subjects: Sequence[Subject]) -> list[int]:
    return list(dict.fromkeys(subject.geometry.dim for subject in subjects))


def _densities(subject: Subject, positive: Float64, random: Float64, edges: Float64, colour: int) -> list[Series]:
    middles = (edges[1:] + edges[:-1]) / 2
    styles: tuple[tuple[str, Float64, Style], ...] = (("positive", positive, "solid"), ("random", random, "dashed"))
    return [
        Series(
            middles,
            np.histogram(values, edges, density=True)[0],
            f"{subject.geometry.name}: {kind} pairs",
            colour,
            style,
        )
        for kind, values, style in styles
    ]


def plane(subjects: Sequence[Subject], random: Geometry | None = None) -> Panel:
    """Plot alignment against uniformity, beside random, collapsed and uniform vectors; lower is better on both axes."""
    series = []
    for i, subject in enumerate(subjects):
        both = (subject.geometry.uniformity, subject.geometry.alignment)
        x_ends, y_ends = (
            ([m.value if m.low is None else m.low], [m.value if m.high is None else m.high]) for m in both
        )
        x, y = ([m.value] for m in both)
        series.append(Series(x, y, subject.geometry.name, i, "points", x_ends, y_ends))
    settings = subjects[0].geometry.settings
    floors = {dim: uniform_law(settings.t, dim) for dim in _dims(subjects)}
    series.append(_references(settings, list(floors), random))
    x_range, y_range = (_axis([value for s in series for value in getattr(s, axis)]) for axis in "xy")
    for dim, floor in floors.items():
        series.append(Series([floor] * 2, y_range, f"uniform distribution, {dim} dimensions", REFERENCE, "dotted"))
    return Panel("Alignment and uniformity (lower is better)", *_axes(settings), tuple(series), x_range, y_range)


def _references(settings: Settings, dims: Sequence[int], random: Geometry | None) -> Series:
    """Return the points of vectors without information: all equal, uniformly distributed, and random."""
    points = [("collapsed", 0.0, 0.0)]
    for dim in dims:
        label = "uniform" if len(dims) == 1 else f"uniform, {dim} dimensions"
        points.append((label, uniform_law(settings.t, dim), uniform_alignment(settings.alpha, dim)))
    if random is not None:
        points.append(("random", random.uniformity.value, random.alignment.value))
    labels, x, y = zip(*points, strict=True)
    notes = list(labels)
    if random is not None and max(abs(x[-1] - x[-2]), abs(y[-1] - y[-2])) < TOGETHER:
        notes[-2:] = [f"{notes[-2]}, random", ""]
    return Series(x, y, "vectors without information", REFERENCE, "points", notes=notes)


def _axes(settings: Settings) -> tuple[str, str]:
    return (
        f"uniformity, t = {settings.t:g} (nats)",
        "alignment: " + ("mean squared distance" if settings.alpha == 2 else f"mean of distance^{settings.alpha:g}"),
    )


def _axis(values: Sequence[float]) -> tuple[float, float]:
    """Return the range of an axis around the values, at least a little wider than `NARROWEST`."""
    low, high = min(values), max(values)
    middle, half = (low + high) / 2, 0.65 * max(high - low, NARROWEST)
    return middle - half, middle + half


def curve(subjects: Sequence[Subject]) -> Panel:
    """Plot NT-Xent minus log M over M, and its limit."""
    series = []
    for i, subject in enumerate(subjects):
        geometry = subject.geometry
        ms = geometry.settings.ms
        logs = np.log(ms)
        values, low, high = (
            np.array([getattr(m, end) for m in geometry.nt_xent], float) - logs for end in ("value", "low", "high")
        )
        series.append(
            Series(ms, values, f"{subject.geometry.name}: loss", i, "path", y_ends=(low.tolist(), high.tolist()))
        )
        ends = (ms[0], ms[-1])
        series.append(
            Series(ends, [geometry.limit] * 2, f"{subject.geometry.name}: limit {geometry.limit:.2f}", i, "dashed")
        )
    tau = subjects[0].geometry.settings.temperature
    title = f"NT-Xent converges to its limit (temperature {tau:g})"
    return Panel(title, "negatives, M", "loss minus log M (nats)", tuple(series), log_x=True)


def trajectory(subjects: Sequence[Subject]) -> Panel:
    """Plot the path through the plane during training, with epoch numbers."""
    series = []
    for i, subject in enumerate(subjects):
        records = subject.trajectory
        if not records:
            continue
        x, y = ([float(record[axis]) for record in records] for axis in ("uniformity", "alignment"))
        marked = _apart(np.array(x), np.array(y))
        notes = [f"{round(record['epoch'], 2):g}" if place in marked else "" for place, record in enumerate(records)]
        series.append(Series(x, y, subject.geometry.name, i, "path", notes=notes))
    settings = subjects[0].geometry.settings
    return Panel("During training (numbers are epochs)", *_axes(settings), tuple(series))


def _apart(x: Float64, y: Float64) -> list[int]:
    """Choose the points to label: the last and, from the first on, each that is far enough from those already chosen."""
    points = np.column_stack([x / max(np.ptp(x), 1e-9), y / max(np.ptp(y), 1e-9)])
    taken = [len(points) - 1]
    for place in range(len(points) - 1):
        if np.abs(points[taken] - points[place]).max(axis=1).min() > ROOM_FOR_A_NUMBER:
            taken.append(place)
    return taken


def epochs(subjects: Sequence[Subject]) -> Panel:
    """Plot the training loss over epochs."""
    series = [
        Series([r["epoch"] for r in known], [r["loss"] for r in known], s.geometry.name, i, "path")
        for i, s in enumerate(subjects)
        if (known := [r for r in s.trajectory if r["loss"] is not None])  # None before the first word
    ]
    return Panel("Training loss", "epoch", "mean of the epoch so far (nats)", tuple(series))
