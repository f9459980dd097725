"""The picture of a report: one row per test set, with both engines' scores, and one bar per ratio of their speeds."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from w2v.atomic_files import PathLike
from w2v.experiments.compare.engines import ENGINES, OURS, THEIRS
from w2v.experiments.compare.statistics import Contrast, Ratios
from w2v.plotting.plots import save_figures
from w2v.plotting.style import COLOURS, GREY, INK, MARKERS, WIDTH, grid

STYLES = dict(zip(ENGINES, zip(COLOURS, MARKERS, strict=True), strict=False))
OFFSETS = {OURS: -0.17, THEIRS: 0.17}
"""Where in its row an engine is drawn; rows are counted from the top."""
ROW = 0.36
"""Height of a row in inches."""
AROUND = 1.5
"""Height of what is not rows in inches: title, legend, axes."""
LEAST_SPAN = 10.0
"""Least range of scores that is shown: otherwise a negligible difference would fill the picture."""


def scores(contrasts: Sequence[Contrast]) -> list[Contrast]:
    """Return the scores to draw: those with enough answered questions; a set given twice, under two names, once."""
    first = {(contrast.w2v, contrast.gensim): contrast for contrast in reversed(contrasts)}
    return [c for c in contrasts if c.says_something and c is first[c.w2v, c.gensim]]


def draw(report: Mapping[str, Any], path: PathLike) -> None:
    """Draw a report, `Comparison.to_dict` or a ``report.json``, into an .svg and a .png file.

    Dots are means over seeds; their lines are 95 % intervals over word pairs or, for analogies, ranges over seeds. Bars are
    medians over pairs of runs; their lines are ranges.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OutputError
        If a file cannot be written.
    """
    contrasts = scores([Contrast.from_dict(one) for one in report["quality"]])
    ratios = [Ratios.from_dict(one) for one in (*report["training"], *report["resources"])]
    heights = [ROW * (len(rows) + 1) for rows in (contrasts, ratios) if rows]

    def fill(figure: Any) -> None:
        axes = iter(figure.subplots(len(heights), 1, height_ratios=heights, squeeze=False).ravel())
        if contrasts:
            _forest(figure, next(axes), contrasts)
        if ratios:
            _bars(next(axes), ratios)
        figure.suptitle(_title(report, contrasts), fontsize=9, x=0.01, ha="left")

    save_figures(path, fill, (WIDTH, sum(heights) + AROUND))


def _title(report: Mapping[str, Any], contrasts: Sequence[Contrast]) -> str:
    seeds = f", seeds: {len(contrasts[0].w2v)}" if contrasts else ""
    return f"{report['text']['words']:,} words, {report['parameters']['epochs']} epochs{seeds}"


def _forest(figure: Any, axes: Any, contrasts: Sequence[Contrast]) -> None:
    for row, contrast in enumerate(contrasts):
        for engine, (colour, marker) in STYLES.items():
            values, y = getattr(contrast, engine), row + OFFSETS[engine]
            ends = (min(values), max(values)) if contrast.intervals is None else getattr(contrast.intervals, engine)
            axes.hlines(y, *ends, color=colour, linewidth=1.4)
            axes.plot(statistics.mean(values), y, marker, color=colour, markersize=6, label="" if row else engine)
        text = {"xycoords": ("axes fraction", "data"), "va": "center", "fontsize": 8.5}
        axes.annotate(_difference(contrast), (1.01, row), color=INK if _significant(contrast) else GREY, **text)
    _rows(axes, [f"{contrast.name}, {contrast.unit}" for contrast in contrasts])
    low, high = axes.get_xlim()
    if high - low < LEAST_SPAN:
        axes.set_xlim((low + high - LEAST_SPAN) / 2, (low + high + LEAST_SPAN) / 2)
    axes.set_title("Scores, with 95 % intervals over word pairs")
    axes.annotate(f"{OURS} − {THEIRS}", (1.01, 1), (0, 6), xycoords="axes fraction", textcoords="offset points")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper right", ncols=2)


def _difference(contrast: Contrast) -> str:
    """Return the difference and its interval, if there is one."""
    text = f"{contrast.difference:+.1f}"
    if contrast.intervals is not None:
        text += " ({:+.1f} to {:+.1f})".format(*contrast.intervals.difference)
    return text.replace("-", "−")


def _significant(contrast: Contrast) -> bool:
    return contrast.intervals is not None and not (
        contrast.intervals.difference[0] <= 0 <= contrast.intervals.difference[1]
    )


def _bars(axes: Any, ratios: Sequence[Ratios]) -> None:
    for row, one in enumerate(ratios):
        axes.barh(row, one.median_ratio, height=0.55, color=COLOURS[0 if one.median_ratio >= 1 else 1])
        axes.hlines(row, min(one.ratios), max(one.ratios), color=INK, linewidth=1.2)
        ours, theirs = (_number(statistics.median(values)) for values in (one.w2v, one.gensim))
        axes.annotate(
            f"{one.median_ratio:.3g} times: {ours} against {theirs} {one.unit}",
            (max(one.ratios), row),
            (6, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
        )
    axes.axvline(1, color=GREY, linewidth=1, linestyle=":")
    axes.margins(x=0.45)
    axes.set_xlim(left=0)
    _rows(axes, [one.name for one in ratios])
    axes.set_title(f"Speed and memory: how many times better {OURS} is")


def _number(value: float) -> str:
    """Return a number with three digits."""
    if value >= 1e6:
        return f"{value / 1e6:.3g} M"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _rows(axes: Any, names: Sequence[str]) -> None:
    grid(axes)
    axes.yaxis.grid(visible=False)
    axes.tick_params(axis="y", length=0)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
