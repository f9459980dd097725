"""Trajectories of training through the alignment-uniformity plane, as in figure 2 of Gao et al. (2021)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from w2v.atomic_files import PathLike
from w2v.experiments.sentence_pairs.kinds import BASELINES, LABELLED, NEIGHBOURS, RANDOM, SWAP
from w2v.geometry.baselines import uniform_alignment, uniform_law
from w2v.plotting.plots import save_figures
from w2v.plotting.style import COLOURS, GREY, INK, PAPER, WIDTH, grid

if TYPE_CHECKING:
    from w2v.experiments.sentence_pairs.report import Row

HEIGHT = 4.9
LOOKS = {
    "none": (COLOURS[5], "o"),
    "fixed": (COLOURS[3], "s"),
    "dropout": (COLOURS[0], "^"),
    "deletion": (COLOURS[4], "v"),
    "insertion": (GREY, "P"),
    "replacement": (INK, "X"),
    NEIGHBOURS: (COLOURS[1], "D"),
    LABELLED: (COLOURS[2], "*"),
}
"""Colour and marker of each kind of pairs; those that teach have the warm colour and the green."""
BEFORE = dict(zip((baseline.label for baseline in BASELINES), "Psv^o", strict=True))
"""Marker of each encoder before training; they may be so near each other that names beside them would be confused."""


def draw(path: PathLike, rows: Sequence["Row"], dim: int, probe: str) -> None:
    """Draw the plane twice, whole and around the trajectories, into an .svg and a .png file.

    Raises
    ------
    MissingExtraError, OutputError
        As `w2v.plotting.plots.save_figures`.
    """

    def fill(figure: Any) -> None:
        whole, near = figure.subplots(1, 2)
        for axes in (whole, near):
            grid(axes)
            axes.set(xlabel="uniformity (nats)", ylabel="alignment")
            _paths(axes, rows)
        near.margins(0.15)
        _before(near, rows)
        _references(whole, rows, dim)
        whole.margins(0.1)
        whole.set_title("The plane, with vectors that know nothing")
        near.set_title("Training: from ● to the coloured marker")
        figure.legend(*_legend(near, whole), loc="outside lower center", ncols=3)
        figure.suptitle(f"Alignment and uniformity of {probe} (lower is better on both axes)")

    save_figures(path, fill, (WIDTH, HEIGHT))


def _paths(axes: Any, rows: Sequence["Row"]) -> None:
    for row in rows:
        known = [p for p in row.points if p.alignment is not None and p.uniformity is not None]
        if row.kind is None or row.kind == SWAP or not known:
            continue
        colour, marker = LOOKS[row.kind]
        x, y = [p.uniformity for p in known], [p.alignment for p in known]
        axes.plot(x[0], y[0], "o", color=INK, markersize=5, zorder=3)
        axes.plot(x, y, "-", color=colour, linewidth=1.4, alpha=0.8, marker=".", markersize=4)
        size = 13 if marker == "*" else 9
        look = {"markersize": size, "markeredgecolor": PAPER, "linestyle": "none"}
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
        _hollow(axes, x, y, BEFORE[row.label], INK, _label(row))


def _hollow(axes: Any, x: float, y: float, marker: str, colour: str, label: str) -> None:
    look = {"markersize": 10, "markerfacecolor": "none", "markeredgewidth": 1.4, "linestyle": "none"}
    axes.plot(x, y, marker, color=colour, label=label, **look)


def _legend(near: Any, whole: Any) -> tuple[list[Any], list[str]]:
    """Return the handles and labels of both planes, of which the whole one repeats the kinds of pairs."""
    named: dict[str, Any] = {}
    for axes in (near, whole):
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            named.setdefault(label, handle)
    return list(named.values()), list(named)


def _references(axes: Any, rows: Sequence["Row"], dim: int) -> None:
    """Draw collapsed, uniform and random vectors, and the best uniformity that there is."""
    points = [
        ("collapsed", "s", 0.0, 0.0),
        ("uniform, pairs independent", "D", uniform_law(2.0, dim), uniform_alignment(2.0, dim)),
    ]
    for name, marker, x, y in points:
        _hollow(axes, x, y, marker, GREY, name)
    random = next((row for row in rows if row.label == RANDOM.label and row.marks), None)
    if random is not None and random.marks is not None:
        uniformity, alignment = random.marks.uniformity, random.marks.alignment
        if uniformity is not None and alignment is not None:
            _hollow(axes, uniformity, alignment, BEFORE[random.label], INK, _label(random))
    axes.axvline(uniform_law(2.0, dim), color=GREY, linestyle=":", linewidth=1)
