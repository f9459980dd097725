"""Every source that w2v reads, and every tool that reads what w2v writes, with the real libraries: what works, and seconds.

    python benchmarks/reach.py TEXT [--megabytes 1] [--rounds 3]

TEXT is raw prose, of which the beginning is used. A source works if it gives the same words with the same counts as the
file of text, and a model can be trained on them; a tool, if it finds in our vectors what is in them. Nothing is asked of
the network: a local server stands for the web, fsspec's memory for other machines, and a folder for the Hugging Face Hub.
Seconds are those of the call alone; libraries are imported before. Rows whose libraries are missing say so.
"""

import argparse
import functools
import http.server
import importlib
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from machine import machine
from reach_sources import sources
from reach_tools import tools

import w2v
from w2v.experiments.tables import markdown_table

TRAINING = w2v.TrainConfig(workers=1)


def beginning(path: str, megabytes: float) -> list[str]:
    """Return the first lines of a text, without tags such as ``<doc>``."""
    with open(path, encoding="utf-8") as file:
        return [line for line in file.read(int(megabytes * 1e6)).splitlines() if line and not line.startswith("<")]


@contextmanager
def web(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine; yield its address."""
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def measured(row: Any, rounds: int) -> list[str]:
    """Return the cells of a row."""
    try:
        for name in row.needs.split():
            importlib.import_module(name)
    except ImportError as problem:
        return [row.name, f"`{row.command}`", f"{problem.name} is not installed", "", ""]
    given = row.given()
    clock, processor = [], []
    for _ in range(rounds):
        began = time.perf_counter(), time.process_time()
        found = row.run(given)
        clock.append(time.perf_counter() - began[0])
        processor.append(time.process_time() - began[1])
    return [
        row.name,
        f"`{row.command}`",
        "works" if row.right(found) else "DOES NOT WORK",
        spread(clock),
        spread(processor),
    ]


def spread(seconds: list[float]) -> str:
    """Return minimum, median and maximum."""
    return " / ".join(f"{value:.3f}" for value in (min(seconds), float(np.median(seconds)), max(seconds)))


def main() -> None:
    """Measure and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text")
    parser.add_argument("--megabytes", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    lines = beginning(options.text, options.megabytes)
    print({**machine(), "lines": len(lines)})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = w2v.encode(iter(lines), text=w2v.TextOptions("words"))
        vectors = w2v.train(corpus, TRAINING).vectors
        print(f"{corpus.ledger.tokens:,} tokens; {len(vectors):,} vectors of {vectors.vector_size} values")
        with web(folder) as address:
            for rows in (sources(folder, lines, address), tools(folder, lines, vectors)):
                cells = [measured(row, options.rounds) for row in rows]
                print("\n" + markdown_table(["", "command", "", "s, min / median / max", "CPU s"], cells), flush=True)


if __name__ == "__main__":
    main()
