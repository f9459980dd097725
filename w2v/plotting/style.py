"""The style of all figures, for light and dark pages, and the only import of matplotlib and plotly."""

import io
import re
from collections.abc import Callable
from typing import Any

from w2v.extras import library

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Distinguishable with any type of colour vision (Okabe & Ito 2008), and visible on white and on black."""
MARKERS = ("o", "s", "^", "v", "D", "P")
INK, GREY, GRID, PAPER = "#1a1a1a", "#666666", "#e5e5e5", "#ffffff"
DARK = {INK: "#ececec", GREY: "#a6a6a6", GRID: "#3d3f47", PAPER: "#1e2129"}
"""What becomes of these in an .svg file on a dark page."""
WIDTH = 8.3
"""Width of a figure in inches: that of the text on GitHub and on the site, 830 pixels."""
DPI = 200
"""Of .png files: two pixels for each of the page's."""
STYLE = {
    "figure.dpi": DPI,
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
    "svg.hashsalt": "w2v",  # the same figure is the same file
}


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

    An .svg file has no background, and its letters and lines are light where the page is dark.

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
    with style.context(["default", STYLE]):
        figure = figure_module.Figure(figsize=size, layout="constrained")
        fill(figure)
        file = io.BytesIO()
        # Labels are never cut off; no date, so that a figure that is drawn again is the same file.
        undated = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[format]
        options = {"format": format, "metadata": undated, "transparent": format == "svg"}
        figure.savefig(file, bbox_inches="tight", pad_inches=0.1, **options)
    return _for_dark_pages(file.getvalue()) if format == "svg" else file.getvalue()


def _for_dark_pages(svg: bytes) -> bytes:
    """Let the greys follow the page's colour scheme: browsers apply this also to an .svg file that is an image."""
    rules = "".join(
        f'[style*="{key}: {light}"]{{{key}:{dark}!important}}'
        for light, dark in DARK.items()
        for key in ("fill", "stroke")
    )
    style = f"<style>@media (prefers-color-scheme:dark){{{rules}}}</style>".encode()
    return re.sub(rb"(<svg [^>]*>)", lambda found: found[1] + style, svg, count=1)


def dark_page() -> str:
    """Return what lets a page of plotly follow the colour scheme: it has no background of its own."""
    rules = {
        "body": f"background:{DARK[PAPER]}",
        ".main-svg": "background:none!important",
        ".main-svg text": f"fill:{DARK[INK]}!important",
        ".main-svg path:is(.crisp,.xtick,.ytick)": f"stroke:{DARK[GREY]}!important",
        '.main-svg [style*="stroke: rgb(102, 102, 102)"]': f"stroke:{DARK[GREY]}!important",  # GREY, as plotly writes it
    }
    dark = "".join(f"{selector}{{{rule}}}" for selector, rule in rules.items())
    light = '<meta name="color-scheme" content="light dark">'
    return f"{light}<style>body{{background:{PAPER}}}@media (prefers-color-scheme:dark){{{dark}}}</style>"


def grid(axes: Any) -> None:
    """Draw a light grid behind the data."""
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
