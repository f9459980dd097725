"""Time w2v and gensim in alternation from a text file to saved vectors: wall time and peak memory of the whole process.

    python benchmarks/end_to_end.py TEXT [--epochs 1 5] [--rounds 3] [--workers 2]

One script (`w2v/gensim_compat/bridge.py`) makes the runs of both engines: Python starts, imports the engine, reads,
trains, and saves words, counts and both matrices. The JSON object also has w2v's own estimate of the memory that training
takes.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from machine import show

from w2v import VocabularyConfig, encode
from w2v.config import TrainConfig
from w2v.experiments.compare.engines import ENGINES, run
from w2v.training.memory import estimate_memory


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", help="a text file, one sentence per line")
    parser.add_argument("--epochs", type=int, nargs="+", default=[1, 5])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    rows, runs = [], []
    for epochs in options.epochs:
        found = [
            timed_pair(options.text, {"epochs": epochs, "workers": options.workers}, n) for n in range(options.rounds)
        ]
        runs += found
        seconds = {engine: statistics.median(pair[engine]["wall"] for pair in found) for engine in ENGINES}
        ratio = statistics.median(pair["gensim"]["wall"] / pair["w2v"]["wall"] for pair in found)
        megabytes = {f"{engine}, MB": max(p[engine]["peak_memory_bytes"] for p in found) / 1e6 for engine in ENGINES}
        rows.append({"epochs": epochs, **seconds, "ratio": ratio, **megabytes})
    columns = ["epochs", *ENGINES, "ratio", *(f"{engine}, MB" for engine in ENGINES)]
    show("end to end", rows, columns, runs=runs, estimated_training_bytes=estimated(options.text, options.workers))


def timed_pair(text: str, parameters: dict[str, Any], number: int) -> dict[str, Any]:
    """Run each engine in its own process, w2v first in even rounds; ``wall`` is the duration of the process in seconds."""
    found = {}
    for engine in ENGINES if number % 2 == 0 else ENGINES[::-1]:
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            made = run(engine, text, parameters | {"seed": 1}, Path(folder), keep=True)
            found[engine] = made | {"wall": time.perf_counter() - began}
    return found


def estimated(text: str, workers: int) -> int:
    """Return w2v's estimate of the bytes that training takes, without interpreter, modules and words."""
    words = len(encode(text, VocabularyConfig()).vocabulary)
    return estimate_memory(words, TrainConfig(workers=workers)).training


if __name__ == "__main__":
    main()
