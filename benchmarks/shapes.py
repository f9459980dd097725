"""Compare the speed of both engines with many shapes, mostly odd ones, to see whether gensim is faster with any.

    python benchmarks/shapes.py TEXT [--words 300000] [--rounds 2] [--workers 2]

A shape is (dim, window, negative). Each trains one epoch on the beginning of the text; the engines alternate, and the
best of the rounds counts. The table is sorted by ratio, lowest first.
"""

import argparse
import tempfile
from pathlib import Path

from machine import show

from w2v.experiments.compare.engines import ENGINES, run
from w2v.experiments.compare.shared_text import share

SHAPES = [
    *((dim, 5, 5) for dim in (1, 2, 3, 7, 16, 17, 31, 50, 64, 100, 101, 200, 257, 300, 513, 1024)),
    *((100, 5, negative) for negative in (1, 2, 3, 4, 6, 7, 11, 15, 16, 20, 31, 64)),
    *((100, window, 5) for window in (1, 2, 3, 8, 15, 25, 50)),
    *((1, 1, 1), (3, 50, 1), (101, 1, 64), (33, 50, 2), (300, 1, 1), (300, 10, 15), (7, 2, 20)),
]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", help="a text file, one sentence per line")
    parser.add_argument("--words", type=int, default=300_000, help="words of the text to train on")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        text = share(options.text, Path(folder), most_words=options.words).path
        for dim, window, negative in SHAPES:
            parameters = {"vector_size": dim, "window": window, "negative": negative, "epochs": 1}
            best = dict.fromkeys(ENGINES, 0.0)
            for number in range(options.rounds):
                for engine in ENGINES if number % 2 == 0 else ENGINES[::-1]:
                    more = parameters | {"workers": options.workers, "seed": 1}
                    made = run(engine, text, more, Path(folder, engine), keep=False)
                    best[engine] = max(best[engine], made["words_per_second"])
            shape = {"dim": dim, "window": window, "negative": negative}
            rows.append(shape | best | {"ratio": best["w2v"] / best["gensim"]})
    rows.sort(key=lambda row: row["ratio"])
    show("shapes, lowest ratio first", rows, ["dim", "window", "negative", *ENGINES, "ratio"])


if __name__ == "__main__":
    main()
