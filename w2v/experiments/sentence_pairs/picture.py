"""Trajectories of training through the alignment-uniformity plane, as in figure 2 of Gao et al. (2021)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from w2v.atomic_files import PathLike, atomic_write
from w2v.experiments.sentence_pairs.kinds import LABELLED, NEIGHBOURS, RANDOM, STARTS, SWAP
from w2v.geometry.baselines import uniform_alignment, uniform_law
from w2v.plotting.plots import check_plot
from w2v.plotting.style import COLOURS, GREY, grid, image

if TYPE_CHECKING:
    from w2v.experiments.sentence_pairs.report import Row

STARTED = [start.label for start in STARTS.values()]
WIDTH, HEIGHT = 12, 5.6
LOOKS = {
    "none": (COLOURS[5], "o"),
    "fixed": (COLOURS[3], "s"),
    "dropout": (COLOURS[0], "^"),
    "deletion": (COLOURS[4], "v"),
    "insertion": (GREY, "P"),
    "replacement": ("black", "X"),
    NEIGHBOURS: (COLOURS[1], "D"),
    LABELLED: (COLOURS[2], "*"),
}
"""Colour and marker of each kind of pairs; those that teach have the warm colour and the green."""


def draw(path: PathLike, rows: Sequence["Row"], dim: int, probe: str) -> None:
    """Draw the plane twice, whole and around the trajectories; the extension determines the format.

    Raises
    ------
    ConfigError, MissingExtraError, OutputError
        As `w2v.plotting.plots.save_plot`.
    """
    format = check_plot(path)[1:]

    def fill(figure: Any) -> None:
        whole, near = figure.subplots(1, 2)
        for axes in (whole, near):
            grid(axes)
            axes.set(xlabel="uniformity (nats)", ylabel="alignment: mean squared distance")
            _paths(axes, rows)
        near.margins(0.15)
        _before(near, rows)
        _references(whole, rows, dim)
        whole.margins(0.1)
        whole.set_title("The plane, with vectors that know nothing")
        near.set_title("Training, from ● to the marker; points 40 steps apart")
        handles, labels = near.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
        figure.suptitle(f"Alignment and uniformity of {probe} (lower is better on both axes)")

    data = image(fill, (WIDTH, HEIGHT), format)
    with atomic_write(path) as file:
        file.write(data)


def _paths(axes: Any, rows: Sequence["Row"]) -> None:
    for row in rows:
        known = [p for p in row.points if p.alignment is not None and p.uniformity is not None]
        if row.kind is None or row.kind == SWAP or not known:
            continue
        colour, marker = LOOKS[row.kind]
        x, y = [p.uniformity for p in known], [p.alignment for p in known]
        axes.plot(x, y, "-", color=colour, linewidth=1.4, alpha=0.8, marker=".", markersize=4)
        size = 13 if marker == "*" else 9
        look = {"markersize": size, "markeredgecolor": "white", "linestyle": "none"}
        axes.plot(x[-1], y[-1], marker, color=colour, label=_label(row), **look)


def _label(row: "Row") -> str:
    """Return the name of an encoder with its average."""
    average = None if row.marks is None else row.marks.average.value
    return row.label + ("" if average is None else f", {100 * average:.1f}")


def _before(axes: Any, rows: Sequence["Row"]) -> None:
    """Draw the encoders before training that lie near the trajectories, with their averages."""
    left, right = axes.get_xlim()
    low, high = axes.get_ylim()
    width, height = right - left, high - low
    for row in rows:
        if row.kind is not None or row.marks is None:
            continue
        x, y = row.marks.uniformity, row.marks.alignment
        if x is None or y is None or not (abs(x - (left + right) / 2) < width and abs(y - (low + high) / 2) < height):
            continue
        axes.plot(x, y, "o", color="black", markersize=8 if row.label in STARTED else 5)
        left_of_it = row.label in STARTED
        place = {"xytext": (-6, -14), "ha": "right"} if left_of_it else {"xytext": (6, 6)}
        axes.annotate(_label(row), (x, y), textcoords="offset points", fontsize=9, **place)


def _references(axes: Any, rows: Sequence["Row"], dim: int) -> None:
    """Draw collapsed, uniform and random vectors, and the best uniformity that there is."""
    points = [
        ("collapsed", 0.0, 0.0),
        ("uniform, pairs independent", uniform_law(2.0, dim), uniform_alignment(2.0, dim)),
    ]
    random = next((row.marks for row in rows if row.label == RANDOM.label and row.marks), None)
    if random is not None and random.uniformity is not None and random.alignment is not None:
        points.append(("random, SIF", random.uniformity, random.alignment))
    for name, x, y in points:
        axes.plot(x, y, "o", color=GREY, markersize=6)
        right = name == "collapsed"
        axes.annotate(
            name,
            (x, y),
            (-7 if right else 7, 6),
            textcoords="offset points",
            fontsize=9,
            color=GREY,
            ha="right" if right else "left",
        )
    axes.axvline(uniform_law(2.0, dim), color=GREY, linestyle=":", linewidth=1)
