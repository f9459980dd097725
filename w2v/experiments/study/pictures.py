"""The figures of a report: interventions and settings in the plane, associations, and scores by objective."""

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from w2v.experiments.study.analysis import TOWERS, View
from w2v.experiments.study.changes import Changed
from w2v.experiments.study.findings import LEVEL, uninformative
from w2v.experiments.study.grid import OBJECTIVES
from w2v.experiments.study.interventions import COMMON, RANDOM, TRAINED, WHITENED
from w2v.experiments.study.metrics import ALIGNMENT, BOTH, CLAIMED, INFORMATION, INPUT, UNIFORMITY, key
from w2v.experiments.study.quality import QUALITIES
from w2v.experiments.study.settings import Setting
from w2v.plotting.plots import save_figures
from w2v.plotting.style import COLOURS, GREY, INK, MARKERS, PAPER, WIDTH, grid

FIGURES = {
    "interventions.svg": "Models as trained (square) and after each change of their vectors: the common vector at "
    "several lengths (line), whitening and noise. Colours are scores (information, where random vectors win): along "
    "the line nothing changes but the place.",
    "plane-input-input.svg": "The settings in the plane, of input vectors with each other: all of it, and the part "
    "where they are, coloured by scores (means over seeds). Lower is better on both axes, by the theory.",
    "plane-input-output.svg": "The same of input vectors with output vectors, which most training losses compare.",
    "associations.svg": "Rank correlations of alignment, uniformity and their sum with scores, over settings: "
    "plain, with the other coordinate held fixed, and with the objective held fixed too; filled if significant "
    "after Holm's correction.",
    "objectives.svg": "Scores of all settings by objective: one marker per setting, the mean over its seeds; lines: their "
    "standard deviation.",
}
OBJECTIVE_MARKERS = dict(zip(OBJECTIVES, (*MARKERS, "X"), strict=True))
COLOUR_MAP = "cividis"
"""Sequential, and perceived alike with any type of colour vision (Nuñez et al. 2018)."""
MARGIN = 0.08
_SHORT = {name: name.replace("common vector", "common") for name in COMMON} | {
    RANDOM: "random",
    WHITENED[0]: "whitened",
}

Fill = Callable[[Any], None]
Baselines = dict[str, tuple[float, float]]
"""Uniformity and alignment of vectors without information, by name."""


def draw(
    folder: str, settings: Sequence[Setting], changes: Sequence[Changed], views: Sequence[View], baselines: Baselines
) -> list[str]:
    """Write all figures that there are data for into a folder, as .svg and as .png; return the names of the first.

    Raises
    ------
    OutputError, MissingExtraError
    """
    scores = [score for score in QUALITIES if any(setting.score(score) for setting in settings)]
    if not scores:
        return []
    void = uninformative(changes)
    shade = next((score for score in scores if score not in void), INFORMATION)
    plane = (WIDTH, 3.4 * -(-(1 + len(scores)) // 2))
    figures: dict[str, tuple[Fill, tuple[float, float]]] = {
        "interventions.svg": (
            lambda f: _interventions(f, changes, baselines, shade),
            (WIDTH * (0.25 + 0.25 * min(3, len(changes))), 6.4),
        ),
        "plane-input-input.svg": (lambda f: _planes(f, settings, INPUT, scores, baselines), plane),
        "plane-input-output.svg": (lambda f: _planes(f, settings, BOTH, scores, baselines), plane),
        "associations.svg": (lambda f: _associations(f, views[0], scores), (WIDTH, 3.2)),
        "objectives.svg": (lambda f: _objectives(f, settings, scores), (WIDTH, 3.2)),
    }
    if not changes:
        del figures["interventions.svg"]
    for name, (fill, size) in figures.items():
        save_figures(os.path.join(folder, name), fill, size)
    return list(figures)


def _interventions(figure: Any, changes: Sequence[Changed], baselines: Baselines, score: str) -> None:
    """Draw the whole plane and, below, its corner, where vectors without a common vector are."""
    panels = figure.subplots(2, len(changes), sharex="row", sharey="row", squeeze=False)
    unit, label = (1, "information (nats)") if score == INFORMATION else (100, f"{score} × 100")
    values = [unit * v for one in changes for name in one.values if (v := one.mean(name, score)) is not None] or [
        0.0,
        1.0,
    ]
    scale: dict[str, Any] = {"cmap": COLOUR_MAP, "vmin": min(values), "vmax": max(values)}
    corner_of = [one.values[name] for one in changes for name in one.values if name not in (TRAINED, *COMMON[1:])]
    right = max(float(np.mean(columns[UNIFORMITY])) for columns in corner_of) + 0.35
    left, further = -4 - 0.8 * (right + 4), right + 0.5 * (right + 4)  # room for the names of the points
    bottom = min(float(np.mean(columns[ALIGNMENT])) for columns in corner_of) - 0.14
    points = None
    for column, one in enumerate(changes):
        places = {name: (one.mean(name, UNIFORMITY), one.mean(name, ALIGNMENT)) for name in one.values}
        for axes, corner in zip(panels[:, column], (False, True), strict=True):
            grid(axes)
            axes.plot(*zip(*(places[name] for name in COMMON if name in places), strict=True), color=GREY, zorder=1)
            for name, place in places.items():
                if name != TRAINED and not (corner and name in COMMON[1:]):
                    arrow = {"arrowstyle": "->", "color": GREY, "alpha": 0.5}
                    drawn = axes.annotate("", place, places[TRAINED], arrowprops=arrow, zorder=1, annotation_clip=False)
                    drawn.arrow_patch.set_clip_path(axes.patch)
                if corner or name in (*COMMON[1:], TRAINED):
                    _name(axes, _SHORT.get(name, name), place, left=name == TRAINED or name in WHITENED)
                colour, trained = one.mean(name, score), name == TRAINED
                points = axes.scatter(
                    *place,
                    c=[np.nan if colour is None else unit * colour],
                    marker="s" if trained else "o",
                    s=50 if trained else 32,
                    edgecolors=INK,
                    linewidths=0.6,
                    zorder=3,
                    **scale,
                )
            _baselines(axes, {name: place for name, place in baselines.items() if name != RANDOM})
        panels[0, column].set(title=one.model.own, xlim=(-5.6, 0.9), ylim=(-0.1, 2.25))
        panels[1, column].set(xlabel="uniformity (nats)", xlim=(left, further), ylim=(bottom, 2.05))
    for axes in panels[:, 0]:
        axes.set_ylabel("alignment")
    figure.colorbar(points, ax=panels, label=label, location="bottom", shrink=0.5, aspect=40)
    figure.suptitle("The same models, moved through the plane without training (below: its corner, enlarged)")


def _name(axes: Any, text: str, place: Any, left: bool) -> None:
    """Write the name of a point beside it."""
    offset, side = ((-8, -9), "right") if left else ((8, -3), "left")
    written = {"textcoords": "offset points", "fontsize": 7.5, "ha": side, "annotation_clip": True}
    axes.annotate(text, place, offset, **written).set_in_layout(False)  # otherwise long names would shrink the panels


def _planes(figure: Any, settings: Sequence[Setting], towers: str, scores: Sequence[str], baselines: Baselines) -> None:
    panels = figure.subplots(-(-(1 + len(scores)) // 2), 2).flat
    names = key(towers, UNIFORMITY), key(towers, ALIGNMENT)
    placed = [(s, np.mean(s.metric(names[0])), np.mean(s.metric(names[1]))) for s in settings if s.metric(names[0])]
    sound = [place for place in placed if not place[0].collapsed] or placed
    for axes, score in zip(panels, ("", *scores), strict=False):
        shown = [(s, u, a) for s, u, a in (sound if score else placed) if not score or s.score(score)]
        values = [100 * float(np.mean(s.score(score))) for s, _, _ in shown] if score else [0.0] * len(shown)
        points = None
        for objective, marker in OBJECTIVE_MARKERS.items():
            own = [i for i, (s, _, _) in enumerate(shown) if s.model.objective == objective]
            paint: dict[str, Any] = {
                "c": [values[i] for i in own],
                "cmap": COLOUR_MAP,
                "vmin": min(values),
                "vmax": max(values),
            }
            if not score:
                paint = {"color": [COLOURS[list(OBJECTIVE_MARKERS).index(objective) % len(COLOURS)]] * len(own)}
            if own:
                xs, ys = [shown[i][1] for i in own], [shown[i][2] for i in own]
                points = axes.scatter(xs, ys, marker=marker, s=34, edgecolors=INK, linewidths=0.5, zorder=3, **paint)
        grid(axes)
        axes.set(title=score or "all of the plane", xlabel="uniformity (nats)", ylabel="alignment")
        axes.margins(0.1)
        if score and points is not None:
            _zoom(axes, shown)
            figure.colorbar(points, ax=axes, label="score × 100", shrink=0.9)
        _baselines(axes, baselines)
    for axes in list(figure.axes[: len(panels)])[1 + len(scores) :]:
        axes.set_visible(False)
    figure.suptitle(f"Alignment and uniformity, {towers} (by the theory, lower is better on both axes)")
    _legend(figure, settings)


def _zoom(axes: Any, shown: Sequence[tuple[Setting, Any, Any]]) -> None:
    """Show the settings; vectors without information may be outside."""
    for ends, limit in (([u for _, u, _ in shown], axes.set_xlim), ([a for _, _, a in shown], axes.set_ylim)):
        margin = MARGIN * max(np.ptp(ends), 0.1)
        limit(min(ends) - margin, max(ends) + margin)


def _baselines(axes: Any, baselines: Baselines) -> None:
    for name, (u, a) in baselines.items():
        marker = {"c": "v", "r": "*"}.get(name[0], "^")
        axes.plot(u, a, marker, markersize=7, markerfacecolor=PAPER, markeredgecolor=COLOURS[1], zorder=2, clip_on=True)
        offset, side = {"c": ((-12, 9), "right"), "r": ((8, -9), "left")}.get(name[0], ((0, 7), "center"))
        text = {"xytext": offset, "textcoords": "offset points", "ha": side, "fontsize": 8, "color": COLOURS[1]}
        axes.annotate(name.partition(",")[0], (u, a), annotation_clip=True, **text)


def _legend(figure: Any, settings: Sequence[Setting]) -> None:
    axes = figure.axes[0]
    present = [name for name in OBJECTIVE_MARKERS if any(s.model.objective == name for s in settings)]
    handles = [
        axes.plot([], [], OBJECTIVE_MARKERS[name], markerfacecolor="none", markeredgecolor=INK, label=name)[0]
        for name in present
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(present), frameon=False)


def _associations(figure: Any, view: View, scores: Sequence[str]) -> None:
    panels = np.atleast_1d(figure.subplots(1, len(scores), sharex=True, sharey=True))
    metrics = [key(towers, metric) for towers in TOWERS for metric in CLAIMED]
    estimates = (("plain, with interval", "rho", "o", -0.22), ("other coordinate held fixed", "partial", "s", 0.0))
    for axes, score in zip(panels, scores, strict=True):
        grid(axes)
        axes.axvline(0, color=GREY, linewidth=1)
        axes.set(title=score, xlabel="rank correlation", xlim=(-1.05, 1.05))
        found = {one.metric: one for one in view.associations if one.score == score}
        rows = [(place, found[name]) for place, name in enumerate(metrics) if name in found]
        for colour, (label, field, marker, offset) in zip(COLOURS, estimates, strict=False):
            drawn = [(getattr(one, field), y + offset) for y, one in rows if getattr(one, field) is not None]
            axes.plot([x for x, _ in drawn], [y for _, y in drawn], marker, color=colour, markersize=5, label=label)
        for y, one in rows:
            if one.low is not None:
                axes.plot([one.low, one.high], [y - 0.22] * 2, color=COLOURS[0], linewidth=1.4)
            if one.within is not None:
                sure = one.holm is not None and one.holm < LEVEL
                axes.plot(
                    one.within,
                    y + 0.22,
                    "^",
                    markersize=7,
                    color=COLOURS[2],
                    markerfacecolor=COLOURS[2] if sure else "none",
                )
    panels[0].set_yticks(range(len(metrics)), [name.replace(": ", ":\n", 1) for name in metrics])
    panels[0].set_ylim(len(metrics) - 0.4, -0.6)
    for paint, label in (("none", "objective held fixed too"), (COLOURS[2], "the same, significant")):
        panels[0].plot([], [], "^", color=COLOURS[2], markersize=7, markerfacecolor=paint, label=label)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)


def _objectives(figure: Any, settings: Sequence[Setting], scores: Sequence[str]) -> None:
    present = [name for name in OBJECTIVE_MARKERS if any(s.model.objective == name for s in settings)]
    panels = np.atleast_1d(figure.subplots(1, len(scores), sharey=True))
    for axes, score in zip(panels, scores, strict=True):
        grid(axes)
        axes.set(title=score, xlabel="score × 100")
        for place, name in enumerate(present):
            own = [100 * np.array(s.score(score)) for s in settings if s.model.objective == name and s.score(score)]
            colour = COLOURS[list(OBJECTIVE_MARKERS).index(name) % len(COLOURS)]
            for number, values in enumerate(own):
                y = place + 0.5 * (number / max(1, len(own) - 1) - 0.5)
                axes.errorbar(
                    values.mean(),
                    y,
                    xerr=values.std(ddof=1) if len(values) > 1 else 0,
                    fmt=OBJECTIVE_MARKERS[name],
                    color=colour,
                    markersize=5,
                    capsize=2,
                )
    panels[0].set_yticks(range(len(present)), present)
    panels[0].set_ylim(len(present) - 0.5, -0.5)
