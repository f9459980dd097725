"""Code shared by all benchmarks: the description of the machine, and printing of results."""

import json
import os
import statistics
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from w2v.experiments.compare import machine as place
from w2v.experiments.tables import markdown_table


def machine() -> dict[str, Any]:
    """Describe the machine, the build and the date."""
    return {
        **place.machine(),
        **place.versions(),
        "compiler": _first_line([_compiler(), "--version"]),
        "flags": "-O3, no -march; tile_*.c name their own targets",
        "commit": _first_line(["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]),
        "date": place.today(),
        "nanoseconds between processors": distance(),
    }


def distance() -> float | None:
    """Return how long a cache line takes from the first processor to the second; None if that cannot be measured.

    A median over milliseconds, in nanoseconds, one way. Virtual machines are moved: about 50 for cores that share a cache,
    more than 150 for others. Two training threads share rows, so each speed with threads is to be read beside it.
    """
    processors = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(processors) < 2:
        return None
    with tempfile.TemporaryDirectory() as folder:
        program, source = Path(folder, "distance"), Path(__file__).with_name("distance.c")
        try:
            build = [_compiler(), "-O2", "-pthread", str(source), "-o", str(program)]
            subprocess.run(build, check=True, capture_output=True)
            command = [str(program), *map(str, processors[:2])]
            lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        except (OSError, subprocess.CalledProcessError):
            return None
    return statistics.median(map(float, lines))


def show(name: str, rows: list[dict[str, Any]], columns: list[str], **more: Any) -> None:
    """Print one JSON object, followed by the rows as a Markdown table."""
    print(json.dumps({"benchmark": name, "machine": machine(), **more, "rows": rows}))
    print("\n" + markdown_table(columns, [[_cell(row.get(column)) for column in columns] for row in rows]))


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}" if abs(value) < 1 else f"{value:.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _compiler() -> str:
    return os.environ.get("CC") or str(sysconfig.get_config_var("CC") or "cc").split()[0]


def _first_line(command: list[str]) -> str:
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "?"
