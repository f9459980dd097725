"""The style of all plots, and the only import of matplotlib and plotly."""

import io
from collections.abc import Callable
from typing import Any

from w2v.extras import library

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Distinguishable with any type of colour vision (Okabe & Ito 2008)."""
MARKERS = ("o", "s", "^", "v", "D", "P")
GREY, GRID = "#666666", "#e5e5e5"
DPI = 100


def drawing(module: str) -> Any:
    """Return a module of matplotlib or plotly.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    return library(module, "plot", "draw the plot")


def image(fill: Callable[[Any], None], size: tuple[float, float], format: str = "png") -> bytes:
    """Draw with matplotlib without its global state: no window, and no settings of the user.

    Parameters
    ----------
    fill : callable
        Function that draws into an empty ``matplotlib.figure.Figure``.
    size : pair of float
        Width and height in inches.
    format : {"png", "svg", "pdf"}

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    figure_module, style = drawing("matplotlib.figure"), drawing("matplotlib.style")
    with style.context(["default", {"font.size": 11, "axes.spines.top": False, "axes.spines.right": False}]):
        figure = figure_module.Figure(figsize=size, dpi=DPI, layout="constrained")
        fill(figure)
        file = io.BytesIO()
        figure.savefig(file, format=format, bbox_inches="tight", pad_inches=0.1)  # labels are never cut off
    return file.getvalue()


def grid(axes: Any) -> None:
    """Draw a light grid behind the data."""
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)


def plain_log_scale(axis: Any) -> None:
    """Label a logarithmic axis with plain numbers at 1, 2, 5, 10, ..."""
    ticker = drawing("matplotlib.ticker")
    axis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))
    axis.set_minor_formatter(ticker.NullFormatter())
