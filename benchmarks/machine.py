"""Code shared by all benchmarks: the description of the machine, and printing of results."""

import json
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from w2v.experiments.compare import machine as place
from w2v.experiments.tables import markdown_table


def machine() -> dict[str, Any]:
    """Describe the machine, the build and the date."""
    return {
        **place.machine(),
        **place.versions(),
        "compiler": _first_line([str(sysconfig.get_config_var("CC") or "cc").split()[0], "--version"]),
        "flags": "-O3, no -march; tile_*.c name their own targets",
        "commit": _first_line(["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]),
        "date": place.today(),
    }


def show(name: str, rows: list[dict[str, Any]], columns: list[str], **more: Any) -> None:
    """Print one JSON object, followed by the rows as a Markdown table."""
    print(json.dumps({"benchmark": name, "machine": machine(), **more, "rows": rows}))
    print("\n" + markdown_table(columns, [[_cell(row.get(column)) for column in columns] for row in rows]))


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}" if abs(value) < 1 else f"{value:.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _first_line(command: list[str]) -> str:
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "?"
