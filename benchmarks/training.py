"""Train w2v and gensim on one text in alternation: words/s, reading time, memory, and the median ratio of each.

    python benchmarks/training.py TEXT [--pairs 3] [--workers 2] [--epochs 1] [--vector-size 100] ...

This is a small part of `w2v compare`, with the same code: any parameters, no scores.
"""

import argparse
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from machine import show

from w2v.experiments.compare.engines import ENGINES, run
from w2v.experiments.compare.statistics import Ratios

PARAMETERS = {"vector_size": 100, "window": 5, "negative": 5, "epochs": 1, "workers": 2}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", help="a text file, one sentence per line")
    parser.add_argument("--pairs", type=int, default=3, help="pairs of runs, one of each engine")
    for name, default in PARAMETERS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=default)
    options = parser.parse_args()
    parameters = {name: getattr(options, name) for name in PARAMETERS} | {"seed": 1}
    with tempfile.TemporaryDirectory() as folder:
        runs = [
            {
                engine: run(engine, options.text, parameters, Path(folder, engine), keep=False)
                for engine in (ENGINES if pair % 2 == 0 else ENGINES[::-1])
            }
            for pair in range(options.pairs)
        ]
    rows = [
        _row("training, words/s", "higher", runs, lambda run: run["words_per_second"]),
        _row("reading and counting, s", "lower", runs, lambda run: run["seconds"]["read"]),
        _row("peak memory, MB", "lower", runs, lambda run: run["peak_memory_bytes"] / 1e6),
    ]
    show("training", rows, ["median of each", *ENGINES, "median ratio"], parameters=parameters, runs=runs)


def _row(name: str, better: str, runs: list[dict[str, Any]], value: Callable[[Any], float]) -> dict[str, object]:
    ratios = Ratios(name, "", better, *(tuple(value(run[engine]) for run in runs) for engine in ENGINES))
    medians = {engine: statistics.median(getattr(ratios, engine)) for engine in ENGINES}
    return {"median of each": name, **medians, "median ratio": ratios.median_ratio}


if __name__ == "__main__":
    main()
