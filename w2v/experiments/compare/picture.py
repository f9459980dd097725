"""The picture of a report: quality against speed, one point per run."""

import math
import statistics
from typing import Any

from w2v.atomic_files import PathLike, atomic_write
from w2v.experiments.compare.engines import ENGINES
from w2v.experiments.compare.result import Comparison
from w2v.experiments.compare.statistics import Contrast
from w2v.plotting.style import COLOURS, MARKERS, grid, image, plain_log_scale

STYLES = dict(zip(ENGINES, zip(COLOURS, MARKERS, strict=True), strict=False))
COLUMNS = 3
LEAST_SPAN = 4.0
"""Least range of scores that a panel shows."""


def panels(comparison: Comparison) -> list[Contrast]:
    """Return the scores to draw: those with enough answered questions."""
    return [contrast for contrast in comparison.figures.scores if contrast.says_something]


def draw(comparison: Comparison, path: PathLike) -> None:
    """Write a PNG with one panel per score, of the score over the training speed, and one point per seed.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OutputError
        If the file cannot be written.
    """
    size = (3.6 * COLUMNS, 2.8 * _rows(comparison) + 1.1)
    data = image(lambda figure: _fill(figure, comparison), size)
    with atomic_write(path) as file:
        file.write(data)


def _rows(comparison: Comparison) -> int:
    return math.ceil(len(panels(comparison)) / COLUMNS)


def _fill(figure: Any, comparison: Comparison) -> None:
    scores = panels(comparison)
    axes = figure.subplots(_rows(comparison), COLUMNS, squeeze=False).ravel()
    speeds = {
        engine: [record[engine]["words_per_second"] for record in comparison.figures.quality] for engine in ENGINES
    }
    for axis, contrast in zip(axes, scores, strict=False):
        _panel(axis, contrast, speeds)
    for axis in axes[len(scores) :]:
        axis.set_axis_off()
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=2, frameon=False)
    figure.suptitle(_title(comparison), fontsize=10, x=0.01, ha="left")
    figure.supxlabel("training speed, thousand words per second", fontsize=10)


def _panel(axis: Any, contrast: Contrast, speeds: dict[str, list[float]]) -> None:
    for engine, (colour, marker) in STYLES.items():
        values, interval = getattr(contrast, engine), contrast.intervals
        thousands = [speed / 1000 for speed in speeds[engine]]
        axis.scatter(thousands, values, color=colour, marker=marker, s=28, alpha=0.8, label=engine, zorder=3)
        if interval is not None:
            low, high = getattr(interval, engine)
            axis.vlines(statistics.mean(thousands), low, high, color=colour, linewidth=1, alpha=0.5)
    axis.set_xscale("log")
    plain_log_scale(axis.xaxis)
    axis.set_title(f"{contrast.name}, {contrast.unit}", fontsize=9)
    axis.margins(x=0.25, y=0.15)
    low, high = axis.get_ylim()
    if high - low < LEAST_SPAN:  # otherwise a negligible difference would fill the panel
        axis.set_ylim((low + high - LEAST_SPAN) / 2, (low + high + LEAST_SPAN) / 2)
    grid(axis)
    axis.tick_params(labelsize=8)


def _title(comparison: Comparison) -> str:
    about, figures = comparison.about, comparison.figures
    return (
        f"{about['text']['words']:,} words, {about['parameters']['epochs']} epochs, {figures.threads} threads; "
        "one point per seed; lines: 95 % intervals over word pairs"
    )
