"""Speed against quality, every run a point: the one place where matplotlib is imported."""

import importlib.util
import math
import statistics
from typing import Any

from w2v.atomic_files import PathLike, atomic_write
from w2v.comparison.figures import Contrast
from w2v.comparison.result import Comparison
from w2v.comparison.runs import ENGINES
from w2v.errors import MissingExtraError

# Two colours and two shapes that stay apart in print and for colour-blind eyes (Okabe & Ito 2008).
STYLES = {"w2v": ("#0072B2", "o"), "gensim": ("#D55E00", "s")}
COLUMNS = 3
LEAST_SPAN = 4.0
"""Points of a score that a panel shows at least."""


def require_matplotlib() -> None:
    """Raise MissingExtraError if matplotlib is not installed."""
    if importlib.util.find_spec("matplotlib") is None:
        raise MissingExtraError('a picture needs matplotlib: pip install "w2v[plot]"')


def panels(comparison: Comparison) -> list[Contrast]:
    """Return the scores that are worth a panel: those of which enough questions could be answered."""
    return [contrast for contrast in comparison.figures.scores if contrast.says_something]


def draw(comparison: Comparison, path: PathLike) -> None:
    """Write a PNG: for each score a panel, training words/s across, the score upwards, every seed a point.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OutputError
        If the file cannot be written.
    """
    require_matplotlib()
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # no display is needed, nor any state of pyplot's
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    scores = panels(comparison)
    rows = math.ceil(len(scores) / COLUMNS)
    figure = Figure(figsize=(3.6 * COLUMNS, 2.8 * rows + 1.1), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    speeds = {
        engine: [record[engine]["words_per_second"] for record in comparison.figures.quality] for engine in ENGINES
    }
    for axis, contrast in zip(axes, scores, strict=False):
        _panel(axis, contrast, speeds)
        axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axis.xaxis.set_minor_formatter(NullFormatter())
    for axis in axes[len(scores) :]:
        axis.set_axis_off()
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=2, frameon=False)
    figure.suptitle(_title(comparison), fontsize=10, x=0.01, ha="left")
    figure.supxlabel("training speed, thousand words a second", fontsize=10)
    with atomic_write(path) as file:
        figure.savefig(file, format="png", dpi=120)


def _panel(axis: Any, contrast: Contrast, speeds: dict[str, list[float]]) -> None:
    for engine, (colour, marker) in STYLES.items():
        values, interval = getattr(contrast, engine), contrast.intervals
        thousands = [speed / 1000 for speed in speeds[engine]]
        axis.scatter(thousands, values, color=colour, marker=marker, s=28, alpha=0.8, label=engine, zorder=3)
        if interval is not None:
            low, high = getattr(interval, engine)
            axis.vlines(statistics.mean(thousands), low, high, color=colour, linewidth=1, alpha=0.5)
    axis.set_xscale("log")
    axis.set_title(f"{contrast.name}, {contrast.unit}", fontsize=9)
    axis.margins(x=0.25, y=0.15)
    low, high = axis.get_ylim()
    if high - low < LEAST_SPAN:  # or a difference of nothing would fill the panel
        axis.set_ylim((low + high - LEAST_SPAN) / 2, (low + high + LEAST_SPAN) / 2)
    axis.grid(alpha=0.25)
    axis.tick_params(labelsize=8)


def _title(comparison: Comparison) -> str:
    about, figures = comparison.about, comparison.figures
    return (
        f"{about['text']['words']:,} words, {about['parameters']['epochs']} epochs, {figures.threads} threads; "
        "a point a seed, at the speed of the run that was scored; lines: 95 % over word pairs"
    )
