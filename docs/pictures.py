"""Draw the pictures of the documentation anew: ``make pictures``.

Those of long experiments are drawn from their stored results, the theory's from experiments that take two minutes. Which
command made what is on the page developing/pictures.md.
"""

import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

from w2v.cli import main
from w2v.experiments.compare import picture as comparison
from w2v.experiments.sentence_pairs import picture as sentence_pairs
from w2v.experiments.sentence_pairs.report import Row
from w2v.experiments.study.report import read_report, write_report
from w2v.plotting.geometry_panels import REFERENCE, Panel, Series
from w2v.plotting.plots import save_plot

DOCS = Path(__file__).parent
BENCHMARKS = DOCS.parent / "benchmarks" / "README.md"
THEORY = ("lab", "violations")
MANY_CORES = "### 1 to 16 threads"


def stored(path: Path) -> Any:
    """Return the data of a report."""
    with gzip.open(path) as stream:
        return json.load(stream)


def when(report: Any) -> str:
    """Return the date of a report, and the commit that was measured."""
    machine = report["machine"]
    return f"{machine['date']}, {machine['commit']}"


def draw_comparison(data: Path, picture: Path) -> None:
    """Draw the scores and speeds of w2v and gensim."""
    comparison.draw(stored(data), picture)


def draw_sentence_pairs(data: Path, picture: Path) -> None:
    """Draw the trainings of sentences in the plane."""
    report = stored(data)
    rows = [Row.from_dict(row) for row in report["encoders"]]
    sentence_pairs.draw(picture, rows, report["vectors"]["dimensions"], report["probe"])


def draw_study(folder: Path) -> None:
    """Draw the figures of a study, and write its report."""
    write_report(folder, read_report(folder / "study.json.gz"))


def draw_theory(name: str, picture: Path, *options: str) -> None:
    """Train on worlds with latent classes, and draw bounds and truth."""
    code = main(["theory", name, "--plot", str(picture), "--quiet", *options])
    assert code == 0, f"w2v theory {name} failed"


def many_cores(benchmarks: Path) -> dict[str, list[list[float]]]:
    """Return the columns of one epoch of the benchmark of many cores, for w2v and for gensim."""
    section = benchmarks.read_text(encoding="utf-8").split(MANY_CORES)[1]
    table = next(block for block in section.split("\n\n") if block.startswith("| epochs"))
    rows = [line.split("|")[1:-1] for line in table.splitlines() if line.startswith("| 1 |")]
    wanted = {"threads": 1, "words/s": 2, "seconds": 11, "peak MB": 12}
    found = {}
    for name, column in wanted.items():
        cells = [[float(number) for number in re.findall(r"[\d.]+", row[column])] for row in rows]
        found[name] = [list(values) for values in zip(*cells, strict=True)]
    return found


def draw_many_cores(benchmarks: Path, picture: Path) -> None:
    """Draw speed, time and memory over the number of threads, from the table of the benchmark."""
    found = many_cores(benchmarks)
    (threads,) = found["threads"]
    ideal = Series(threads, threads, "ideal", REFERENCE, "dotted")
    speed_up = [[value / values[0] for value in values] for values in found["words/s"]]

    def panel(title: str, label: str, columns: list[list[float]], *more: Series) -> Panel:
        series = [
            Series(threads, ys, name, n, "path")
            for n, (name, ys) in enumerate(zip(("w2v", "gensim"), columns, strict=True))
        ]
        return Panel(title, "threads", label, (*series, *more), y_range=(0, 1.08 * max(map(max, columns))), log_x=True)

    panels = (
        panel("Training speed", "M words/s", found["words/s"]),
        panel("Speed-up over one thread", "times", speed_up, ideal),
        panel("From text file to saved vectors", "seconds", found["seconds"]),
        panel("Peak memory", "MB", found["peak MB"]),
    )
    save_plot(
        picture, panels, "100 MB of English Wikipedia, one epoch, 16 cores of an Intel Xeon (benchmarks/many_cores.sh)"
    )


def draw_many_machines(data: Path, picture: Path) -> None:
    """Draw what machines would gain, and what they send, from the results of benchmarks/distributed.py."""
    report = stored(data)
    rows, later = report["rows"], report["projection"]
    machines, more = [row["machines"] for row in rows], [row["machines"] for row in later]
    names, bars = ("train", "merge"), [[row[name] for row in rows] for name in ("train", "merge")]
    ideal = Series(machines, machines, "ideal", REFERENCE, "dotted")
    panels = (
        Panel(
            "Speed-up over one thread",
            "machines with a thread each",
            "times",
            (Series(machines, [row["speed-up"] for row in rows], "w2v", 0, "path"), ideal),
            y_range=(0, 8),
            log_x=True,
        ),
        Panel(
            "Processor seconds of a machine",
            "machines",
            "seconds",
            tuple(
                Series(machines, bar, name, n, "path") for n, (name, bar) in enumerate(zip(names, bars, strict=True))
            ),
            y_range=(0, 1.08 * max(max(bar) for bar in bars)),
            log_x=True,
        ),
        Panel(
            "What all machines send",
            "machines",
            "bytes per word",
            (Series(machines, [row["bytes_per_token"] for row in rows], "w2v", 0, "path"),),
            log_x=True,
        ),
        Panel(
            "A billion words, a vocabulary of a million",
            "machines (projected)",
            "speed-up / machines",
            (Series(more, [row["efficiency"] for row in later], "w2v", 0, "path"),),
            y_range=(0, 1.05),
            log_x=True,
        ),
    )
    what = f"100 MB of English Wikipedia, five epochs, {report['gbits']:g} Gbit/s"
    title = f"{what} (benchmarks/distributed.py, {when(report)})"
    save_plot(picture, panels, title)


def draw_all(docs: Path) -> None:
    """Draw every picture of a copy of the documentation; its pages use the .svg files."""
    draw_comparison(docs / "comparison" / "report.json.gz", docs / "comparison" / "report.svg")
    draw_sentence_pairs(docs / "images" / "sentence-pairs.json.gz", docs / "images" / "sentence-pairs.svg")
    draw_many_cores(BENCHMARKS, docs / "images" / "many-cores.svg")
    draw_many_machines(docs / "images" / "many-machines.json.gz", docs / "images" / "many-machines.svg")
    for folder in (docs / "study", docs / "study" / "english-100mb", docs / "study" / "korean"):
        draw_study(folder)
    for picture in docs.rglob("*.png"):
        if picture.with_suffix(".svg").exists():
            picture.unlink()


if __name__ == "__main__":
    draw_all(DOCS)
    for theory in sys.argv[1:] or THEORY:
        draw_theory(theory, DOCS / "images" / f"theory-{theory}.svg")
