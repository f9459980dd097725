"""Save panels to a file, atomically, with matplotlib (.png, .svg, .pdf) or plotly (.html)."""

import os
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

from w2v.atomic_files import PathLike, atomic_write
from w2v.errors import ConfigError
from w2v.plotting.geometry_panels import REFERENCE, Panel, Series
from w2v.plotting.style import COLOURS, GREY, WIDTH, dark_page, drawing, grid, image

IMAGES = (".png", ".svg", ".pdf")
PAGES = (".html",)
COLUMNS = 2
TITLE_WIDTH = 110
"""Characters per line of the title above the panels."""
REPORTS = (".svg", ".png")
"""What a report has of each figure: for its page, and for slides and papers."""
WIDEST_LEGEND = 46
"""Characters of two legend entries that have room beside each other below a panel."""
MOST_NUMBERS = 5
"""Numbers along a logarithmic axis that have room beside each other."""


def save_plot(path: PathLike, panels: Sequence[Panel], title: str) -> None:
    """Draw panels into one file; the extension determines the format.

    Raises
    ------
    ConfigError
        If the extension is not .png, .svg, .pdf or .html.
    MissingExtraError
        If the plotting library is not installed.
    OutputError
        If the file cannot be written.
    """
    extension = check_plot(path)
    data = _page(panels, title) if extension in PAGES else _image(panels, title, extension[1:])
    with atomic_write(path) as file:
        file.write(data)


def save_figures(path: PathLike, fill: Callable[[Any], None], size: tuple[float, float]) -> None:
    """Draw a figure of a report into .svg and .png files; ``path`` is the name of one of them.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OutputError
        If a file cannot be written.
    """
    stem = os.path.splitext(os.fsdecode(path))[0]
    for extension in REPORTS:
        data = image(fill, size, extension[1:])
        with atomic_write(stem + extension) as file:
            file.write(data)


def check_plot(path: PathLike) -> str:
    """Return the extension of a plot; raise the errors of `save_plot` before hours of work, if it cannot be drawn."""
    extension = os.path.splitext(os.fsdecode(path))[1].lower()
    if extension not in IMAGES + PAGES:
        raise ConfigError(
            f"the extension of {os.fsdecode(path)} must be one of {', '.join(IMAGES + PAGES)}: got {extension or 'none'}"
        )
    drawing("plotly.graph_objects" if extension in PAGES else "matplotlib")
    return extension


def _colour(series: Series) -> str:
    return GREY if series.colour == REFERENCE else COLOURS[series.colour % len(COLOURS)]


def _image(panels: Sequence[Panel], title: str, format: str) -> bytes:
    rows = -(-len(panels) // COLUMNS)

    def fill(figure: Any) -> None:
        figure.suptitle(textwrap.fill(title, TITLE_WIDTH), fontsize=9)
        for axes, panel in zip(figure.subplots(rows, COLUMNS).flat, panels, strict=True):
            _draw(axes, panel)

    lines = max(-(-len(labels) // _columns(labels)) for labels in map(_labels, panels))
    return image(fill, (WIDTH, (3.1 + 0.19 * lines) * rows), format)


def _labels(panel: Panel) -> list[str]:
    return [series.label for series in panel.series if series.label] or [""]


def _columns(labels: Sequence[str]) -> int:
    """Return the number of columns of a legend: a wider one would make the panel narrower."""
    left, right = (
        max(map(len, half), default=0) for half in (labels[: -(-len(labels) // 2)], labels[-(-len(labels) // 2) :])
    )
    return 2 if left + right <= WIDEST_LEGEND else 1


_LINES = {"solid": "-", "dashed": "--", "dotted": ":", "points": "none", "path": "-"}


def _draw(axes: Any, panel: Panel) -> None:
    axes.set(title=panel.title, xlabel=panel.x_label, ylabel=panel.y_label)
    grid(axes)
    if panel.log_x:
        axes.set_xscale("log")
        axes.minorticks_off()
        axes.set_xticks(numbers := _numbers(panel), [f"{number:,.0f}" for number in numbers])
    elif panel.x_ticks is not None:
        axes.set_xticks(panel.x_ticks)
    else:
        axes.locator_params(axis="x", nbins=6)
    for series in panel.series:
        colour = _colour(series)
        marker = "o" if series.style in ("points", "path") else None
        style = {"linestyle": _LINES[series.style], "marker": marker}
        axes.plot(series.x, series.y, color=colour, label=series.label, **style)
        if series.y_ends is not None and series.style == "path":
            axes.fill_between(series.x, *series.y_ends, color=colour, alpha=0.2, linewidth=0)
        elif series.y_ends is not None and series.x_ends is not None:
            x, y = series.x[0], series.y[0]
            left, right, low, high = (ends[0] for ends in (*series.x_ends, *series.y_ends))
            axes.errorbar(x, y, [[y - low], [high - y]], [[x - left], [right - x]], color=colour, capsize=3)
        for x, y, note in zip(series.x, series.y, series.notes, strict=False):
            axes.annotate(note, (x, y), (6, 6), textcoords="offset points", color=colour)
    axes.set(**{k: v for k, v in (("xlim", panel.x_range), ("ylim", panel.y_range)) if v is not None})
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=_columns(_labels(panel)))


def _numbers(panel: Panel) -> list[float]:
    """Return the numbers to write along a logarithmic axis: of the data, the first and as many after it as have room."""
    found = sorted({float(x) for series in panel.series for x in series.x})
    return found[:: -(-len(found) // MOST_NUMBERS)]


def _page(panels: Sequence[Panel], title: str) -> bytes:
    """Draw with plotly into one page that works offline."""
    graph, subplots = drawing("plotly.graph_objects"), drawing("plotly.subplots")
    rows = -(-len(panels) // COLUMNS)
    figure = subplots.make_subplots(rows, COLUMNS, subplot_titles=[panel.title for panel in panels])
    shown: set[str] = set()
    for place, panel in enumerate(panels):
        where = {"row": place // COLUMNS + 1, "col": place % COLUMNS + 1}
        for series in panel.series:
            figure.add_trace(_trace(graph, series), **where)
            figure.data[-1].update(legendgroup=series.label, showlegend=series.label not in shown)
            shown.add(series.label)
        figure.update_xaxes(title_text=panel.x_label, range=panel.x_range, tickvals=panel.x_ticks, **where)
        figure.update_yaxes(title_text=panel.y_label, range=panel.y_range, **where)
        if panel.log_x:
            numbers = _numbers(panel)
            text = [f"{number:,.0f}" for number in numbers]
            figure.update_xaxes(type="log", tickvals=numbers, ticktext=text, minor_ticks="", **where)
    lines = textwrap.wrap(title, TITLE_WIDTH)
    figure.update_layout(title={"text": "<br>".join(lines), "font_size": 13}, template="simple_white")
    clear = "rgba(0,0,0,0)"
    figure.update_layout(
        height=480 * rows, margin_t=80 + 20 * len(lines), paper_bgcolor=clear, plot_bgcolor=clear, legend_bgcolor=clear
    )
    page: str = figure.to_html(include_plotlyjs=True)
    return page.replace("<head>", f"<head>{dark_page()}", 1).encode()


def _trace(graph: Any, series: Series) -> Any:
    mode = {"points": "markers", "path": "lines+markers"}.get(series.style, "lines")
    dash = {"dashed": "dash", "dotted": "dot"}.get(series.style, "solid")
    bars = {}
    for axis, values, ends in (("error_x", series.x, series.x_ends), ("error_y", series.y, series.y_ends)):
        if ends is not None:
            low, high = ends
            bars[axis] = {
                "array": [h - v for h, v in zip(high, values, strict=True)],
                "arrayminus": [v - b for v, b in zip(values, low, strict=True)],
            }
    return graph.Scatter(
        x=list(series.x),
        y=list(series.y),
        name=series.label,
        mode=mode + ("+text" if series.notes else ""),
        text=list(series.notes),
        textposition="top right",
        line={"color": _colour(series), "dash": dash},
        **bars,
    )
