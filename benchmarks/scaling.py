"""Words/s, quality and row writes with 1, 2, 4, ... threads.

    python benchmarks/scaling.py TEXT [--threads 1 2 4 8] [--epochs 1] [--rounds 3] [--pairs FILE ...]

Every round trains with each number of threads in turn. What limits many threads is writing to shared rows, so row writes
are counted: a window writes each of its context and target rows once. The loops of gensim and word2vec.c write the
context row once and a target row per pair; that figure is computed from the same counts. Quality is that of the last
round.
"""

import argparse
import os
import statistics
from typing import Any

from machine import show

from w2v import TrainConfig, encode, train
from w2v.evaluation.exam import Exam
from w2v.experiments.compare.scores import comparison_exam, score
from w2v.training.epoch_report import EpochReport
from w2v.training.trained_model import TrainedModel


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", help="a text file, one sentence per line")
    parser.add_argument("--threads", type=int, nargs="+", default=powers_of_two(len(os.sched_getaffinity(0))))
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--negative", type=int, default=5)
    parser.add_argument("--window", type=int, default=5)
    parser.add_argument("--pairs", nargs="*", default=[], metavar="FILE", help="word pairs with human scores")
    options = parser.parse_args()
    corpus, exam = encode(options.text), comparison_exam(None, options.pairs)
    speeds: dict[int, list[float]] = {n: [] for n in options.threads}
    last: dict[int, TrainedModel] = {}
    for _ in range(options.rounds):
        for n in options.threads:
            shape = {"negative": options.negative, "window": options.window, "epochs": options.epochs}
            last[n] = train(corpus, TrainConfig(workers=n, **shape), progress=False)
            speeds[n].append(speed(last[n].reports))
    base = statistics.median(speeds[options.threads[0]])
    rows: list[dict[str, Any]] = []
    for n in options.threads:
        middle = statistics.median(speeds[n])
        row = {
            "threads": n,
            "words/s": middle,
            "times": middle / base,
            "efficiency": middle / base / n * options.threads[0],
        }
        rows.append(row | row_writes(last[n].reports) | scores(exam, last[n]))
    show("scaling", rows, list(rows[0]), runs={str(n): s for n, s in speeds.items()})


def powers_of_two(most: int) -> list[int]:
    """Return 1, 2, 4, ... and ``most``."""
    return sorted({most, *(1 << i for i in range(most.bit_length()) if 1 << i <= most)})


def speed(reports: list[EpochReport]) -> float:
    """Return in-vocabulary words per second."""
    return sum(report.tokens for report in reports) / sum(report.seconds for report in reports)


def row_writes(reports: list[EpochReport]) -> dict[str, float]:
    """Return rows written per trained word, by the engine and by loops over pairs."""
    windows, contexts, pairs = (sum(getattr(r, name) for r in reports) for name in ("trained", "positives", "pairs"))
    return {
        "row writes/word": (contexts + windows * pairs / contexts) / windows,
        "by pairs": (contexts + pairs) / windows,
    }


def scores(exam: Exam, model: TrainedModel) -> dict[str, float]:
    """Return analogies in percent and Spearman's rho x 100."""
    found = score(exam, model.vocabulary.words, model.matrices.vectors)
    restricted = found["analogies"]["restricted"]
    analogies = {"analogies": 100 * restricted["accuracy"]} if restricted["answered"] else {}
    known = {name: pairs["spearman"] for name, pairs in found["pairs"].items()}
    return analogies | {name: 100 * rho for name, rho in known.items() if rho is not None}


if __name__ == "__main__":
    main()
