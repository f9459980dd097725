"""Read word vectors from text, with 1 and 2 threads, and with gensim: MB per second of processor time and of the clock.

    python benchmarks/vector_files.py [--rounds 3] [--without-gensim]

Files of 200,000 rows of 100 values and 50,000 rows of 300, with 5 decimals or 17 digits, are generated in a temporary
folder (1 GB). Every reading runs in all rounds, alternating; the best one counts.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from machine import show

from w2v import KeyedVectors
from w2v.formats import text_blocks


def write(path: Path, rows: int, dim: int, kind: str) -> None:
    """Write vectors of normally distributed values."""
    rng, template = np.random.default_rng(1), " ".join([kind] * dim)
    with open(path, "w", encoding="ascii") as file:
        file.write(f"{rows} {dim}\n")
        for row in range(rows):
            file.write(f"word{row} {template % tuple((rng.normal(size=dim) * 0.4).tolist())}\n")


def read(path: Path, reader: str) -> None:
    """Read a file with w2v, by a number of threads, or with gensim."""
    if reader == "gensim":
        from gensim.models import KeyedVectors as Theirs

        Theirs.load_word2vec_format(str(path))
    else:
        text_blocks.processors = lambda: int(reader[-1])
        KeyedVectors.load(path)


def timed(path: Path, reader: str) -> tuple[float, float]:
    """Return seconds of processor time and of the clock."""
    clock, processor = time.perf_counter(), time.process_time()
    read(path, reader)
    return time.process_time() - processor, time.perf_counter() - clock


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-gensim", action="store_true")
    options = parser.parse_args()
    readers = ["w2v, threads: 1", "w2v, threads: 2", *([] if options.without_gensim else ["gensim"])]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for shape in ((200_000, 100), (50_000, 300)):
            for kind in ("%.5f", "%.17g"):
                path = Path(folder, "vectors.vec")
                write(path, *shape, kind)
                times = [[timed(path, reader) for reader in readers] for _ in range(options.rounds)]
                megabytes = path.stat().st_size / 1e6
                for reader, runs in zip(readers, zip(*times, strict=True), strict=True):
                    processor, clock = map(min, zip(*runs, strict=True))
                    about = {
                        "rows": shape[0],
                        "dim": shape[1],
                        "format": kind,
                        "reader": reader,
                        "megabytes": megabytes,
                    }
                    rates = {"per_processor_second": megabytes / processor, "per_second": megabytes / clock}
                    rows.append(about | rates)
    show("vector_files", rows, [*about, *rates])


if __name__ == "__main__":
    main()
