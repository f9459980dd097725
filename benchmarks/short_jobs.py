"""Time many short training runs, as in notebooks or on small graphs: the cost of a run with hardly any words.

    python benchmarks/short_jobs.py [--trainings 10000] [--sentences 100] [--words 20]

Generated sentences, 5 epochs, default parameters except min_count=1, with one and two workers; w2v and gensim alternate
every 100 runs.
"""

import argparse
import logging
import time
from typing import Any

from machine import show

from w2v import Word2Vec
from w2v.corpora import generate


def main() -> None:
    """Measure and print."""
    from gensim.models import Word2Vec as Gensim

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trainings", type=int, default=10_000, help="rounded down to a multiple of 100")
    parser.add_argument("--sentences", type=int, default=100, help="per training")
    parser.add_argument("--words", type=int, default=20, help="per sentence")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    words = [word for line in generate(2 * options.sentences * options.words, seed=1) for word in line.split()]
    edges = range(0, options.sentences * options.words, options.words)
    sentences = [words[i : i + options.words] for i in edges]
    rows, rounds = [], max(1, options.trainings // 100)
    for workers in (1, 2):
        seconds = {"w2v": 0.0, "gensim": 0.0}
        for _ in range(rounds):
            for name, engine in (("w2v", Word2Vec), ("gensim", Gensim)):
                seconds[name] += timed(engine, sentences, workers)
        shown = {f"{name}, ms per training": 1000 * s / (100 * rounds) for name, s in seconds.items()}
        rows.append({"workers": workers, **shown, "ratio": seconds["gensim"] / seconds["w2v"]})
    show("short jobs", rows, list(rows[0]), trainings=100 * rounds)


def timed(engine: Any, sentences: list[list[str]], workers: int) -> float:
    """Return the seconds that a hundred runs take."""
    began = time.perf_counter()
    for seed in range(100):
        engine(sentences, sg=1, min_count=1, workers=workers, seed=seed)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
