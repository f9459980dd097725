"""Measure what surrounds the kernel: imports, native files, temporary files, the start of a training, a whole job.

    python benchmarks/around.py TEXT [--rounds 3]

Seconds of processor time, of all threads and child processes, and of the clock; the best round counts. Prose is split by
``tokenizer="words"``. Needs 4 GB of memory and 0.5 GB of disk.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from machine import show

from w2v import KeyedVectors, TrainConfig, VocabularyConfig, encode
from w2v.corpus.disk_array import Spool
from w2v.corpus.vocabulary import Vocabulary
from w2v.formats import Contents, native
from w2v.training.start import start

WORDS = 1_000_000


def processor() -> float:
    """Return the processor time of this process and its children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def best(rounds: int, work: Callable[[], Any]) -> dict[str, float]:
    """Return the least seconds of processor time, and of the clock."""
    times = []
    for _ in range(rounds):
        before, clock = processor(), time.perf_counter()
        work()
        times.append((processor() - before, time.perf_counter() - clock))
    return dict(zip(("processor_seconds", "seconds"), map(min, zip(*times, strict=True)), strict=True))


def python(*arguments: str) -> Callable[[], Any]:
    """Return the run of a program of Python."""
    return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


@contextmanager
def temporary_bytes(most: list[int]) -> Iterator[None]:
    """Watch how much disk the spools take together."""
    made, spools, done = Spool.__init__, [], threading.Event()

    def noted(self: Spool, *arguments: Any) -> None:
        made(self, *arguments)
        spools.append(self)

    def watch() -> None:
        while not done.wait(0.002):
            sizes = {}
            for spool in spools:
                try:
                    state = os.fstat(spool._file.fileno())
                    sizes[state.st_ino] = state.st_size
                except ValueError:  # closed
                    continue
            most[0] = max(most[0], sum(sizes.values()))

    Spool.__init__ = noted  # type: ignore[method-assign]
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        Spool.__init__ = made  # type: ignore[method-assign]
        done.set()
        watcher.join()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    rows = []

    def measure(what: str, work: Callable[[], Any], **more: Any) -> None:
        rows.append({"what": what, **best(options.rounds, work), "note": "", **more})

    for code in ("import numpy", "import w2v", "import w2v; w2v.KeyedVectors", "import w2v; w2v.Word2Vec"):
        measure(code, python("-c", code))
    measure("w2v --help", python("-m", "w2v", "--help"))
    most = [0]
    with temporary_bytes(most):
        measure("encode", lambda: encode(options.text, VocabularyConfig(), progress=False))
    rows[-1]["note"] = f"temporary files: {most[0] / os.path.getsize(options.text):.2f} of the text"
    counts = np.maximum(5e7 / np.arange(1, WORDS + 1), 1).astype(np.int64)
    words = [f"w{i}" for i in range(WORDS)]
    vocabulary, config = Vocabulary(words, counts), TrainConfig(vector_size=300, workers=2)
    measure("start of a training, 1 M x 300, 2 threads", lambda: start(vocabulary, config, None, None))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "v.safetensors")
        vectors = np.random.default_rng(1).random((WORDS, 100), np.float32)
        native.save(path, Contents(words, vectors, counts))
        size = f"{path.stat().st_size / 1e6:.0f} MB"
        measure("native file, 1 M x 100", lambda: native.load(path), note=size)
        measure("the same as KeyedVectors", lambda: KeyedVectors.load(path), note=size)
        train = ["train", options.text, "-o", str(path), "--tokenizer", "words", "--epochs", "1", "--workers", "2"]
        measure("w2v train, one epoch, 2 threads", python("-m", "w2v", *train, "--quiet"))
    show("around", rows, list(rows[0]))


if __name__ == "__main__":
    main()
