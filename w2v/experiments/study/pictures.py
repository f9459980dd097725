"""The figures of a report: the plane coloured by score, correlations with intervals, and scores by objective."""

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from w2v.atomic_files import atomic_write
from w2v.experiments.study.analysis import EVERYTHING, FIXED, collapsed
from w2v.experiments.study.correlation import Correlation
from w2v.experiments.study.grid import OWN
from w2v.experiments.study.journal import Record
from w2v.experiments.study.metrics import ALIGNMENT, BOTH, INPUT, METRICS, UNIFORMITY
from w2v.experiments.study.quality import MAIN
from w2v.plotting.style import COLOURS, GREY, MARKERS, grid, image

FIGURES = {
    "plane-input-input.png": "Alignment and uniformity of the input vectors of the models, coloured by their scores. "
    "According to theory, the best models are in the lower left corner. Collapsed models are left out.",
    "plane-input-output.png": "The same between input and output vectors, which the training losses compare.",
    "correlations.png": "Rank correlation of each metric with each score, with 95 % intervals. Theory predicts that "
    "metrics marked ↓ are to the left of 0.",
    "objectives.png": "Scores of all models of the grid by objective; the ring is the mean score of the best setting "
    "with held-out seeds.",
}
OBJECTIVE_MARKERS = dict(zip(OWN, MARKERS, strict=False))
COLOUR_MAP = "cividis"
"""Sequential, and perceived alike with any type of colour vision (Nuñez et al. 2018)."""

Fill = Callable[[Any], None]


def draw(
    folder: str, records: Sequence[Record], repeated: Sequence[Record], views: dict[str, list[Correlation]]
) -> None:
    """Write all figures into a folder.

    Raises
    ------
    OutputError, MissingExtraError
    """
    height = 1.6 + 0.24 * len({c.metric for c in views[EVERYTHING]})
    figures: dict[str, tuple[Fill, tuple[float, float]]] = {
        "plane-input-input.png": (lambda figure: _planes(figure, records, INPUT), (12, 4.8)),
        "plane-input-output.png": (lambda figure: _planes(figure, records, BOTH), (12, 4.8)),
        "correlations.png": (lambda figure: _forest(figure, views), (12, height)),
        "objectives.png": (lambda figure: _objectives(figure, records, repeated), (12, 4.2)),
    }
    for name, (fill, size) in figures.items():
        with atomic_write(os.path.join(folder, name)) as file:
            file.write(image(fill, size))


def _scored(records: Sequence[Record], score: str) -> list[tuple[Record, float]]:
    return [(r, 100 * value) for r in records if (value := r.scores.get(score)) is not None]


def _planes(figure: Any, records: Sequence[Record], towers: str) -> None:
    """Draw the models that did not collapse; the others would take up most of the axes and of the colour scale."""
    records = [record for record in records if not collapsed(record)]
    panels = figure.subplots(1, len(MAIN), sharex=True, sharey=True)
    for axes, score in zip(panels, MAIN, strict=True):
        found = _scored(records, score)
        axes.set(title=score, xlabel="uniformity (nats)")
        grid(axes)
        values = [value for _, value in found] or [0.0, 1.0]
        for objective, marker in OBJECTIVE_MARKERS.items():
            own = [(r, value) for r, value in found if r.model.objective == objective]
            points = axes.scatter(
                [r.metrics[f"{towers}: {UNIFORMITY}"] for r, _ in own],
                [r.metrics[f"{towers}: {ALIGNMENT}"] for r, _ in own],
                c=[value for _, value in own],
                marker=marker,
                cmap=COLOUR_MAP,
                vmin=min(values),
                vmax=max(values),
                s=52,
                edgecolors="black",
                linewidths=0.5,
            )
        figure.colorbar(points, ax=axes, label="score × 100", orientation="horizontal", shrink=0.9)
    panels[0].set_ylabel("alignment: mean squared distance")
    figure.suptitle(f"Alignment and uniformity, {towers} (lower is better on both axes)")
    _legend(figure, records)


def _legend(figure: Any, records: Sequence[Record]) -> None:
    axes = figure.axes[0]
    present = [name for name in OBJECTIVE_MARKERS if any(r.model.objective == name for r in records)]
    handles = [
        axes.plot([], [], OBJECTIVE_MARKERS[name], markerfacecolor="none", markeredgecolor="black", label=name)[0]
        for name in present
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(present), frameon=False)


def _forest(figure: Any, views: dict[str, list[Correlation]]) -> None:
    metrics = [m for m in METRICS if any(c.metric == m.key for c in views[EVERYTHING])]
    panels = figure.subplots(1, len(MAIN), sharex=True, sharey=True)
    for axes, score in zip(panels, MAIN, strict=True):
        grid(axes)
        axes.axvline(0, color=GREY, linewidth=1)
        axes.set(title=score, xlabel="rank correlation ρ", xlim=(-1.05, 1.05))
        for offset, view, colour, marker in ((-0.17, EVERYTHING, COLOURS[0], "o"), (0.17, FIXED, COLOURS[1], "s")):
            found = {c.metric: c for c in views[view] if c.score == score}
            places = [(i + offset, found[m.key]) for i, m in enumerate(metrics) if m.key in found]
            shown = [(y, c.rho, c.low, c.high) for y, c in places if None not in (c.rho, c.low, c.high)]
            for y, _, low, high in shown:
                axes.plot([low, high], [y, y], color=colour, linewidth=1.4)
            axes.plot([s[1] for s in shown], [s[0] for s in shown], marker, color=colour, markersize=4.5, label=view)
    names = [f"{m.name}{' ↓' if m.lower_is_better else ''}, {m.towers}" for m in metrics]
    panels[0].set_yticks(range(len(metrics)), names, fontsize=9)
    panels[0].set_ylim(len(metrics) - 0.4, -0.6)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)


def _objectives(figure: Any, records: Sequence[Record], repeated: Sequence[Record]) -> None:
    present = [name for name in OBJECTIVE_MARKERS if any(r.model.objective == name for r in records)]
    panels = figure.subplots(1, len(MAIN), sharey=True)
    for axes, score in zip(panels, MAIN, strict=True):
        grid(axes)
        axes.set(title=score, xlabel="score × 100")
        for place, name in enumerate(present):
            values = [value for r, value in _scored(records, score) if r.model.objective == name]
            again = [value for r, value in _scored(repeated, score) if r.model.objective == name]
            colour = COLOURS[list(OBJECTIVE_MARKERS).index(name)]
            axes.plot(values, [place] * len(values), OBJECTIVE_MARKERS[name], color=colour, alpha=0.55)
            if again:
                axes.plot(
                    np.mean(again), place, "o", markersize=14, markerfacecolor="none", markeredgecolor="black", zorder=3
                )
    panels[0].set_yticks(range(len(present)), present)
    panels[0].set_ylim(len(present) - 0.5, -0.5)
