"""Train w2v, gensim and other tools on one text in turn: words/s, time of the whole process, quality, memory.

    python benchmarks/peers.py TEXT [--word2vec PATH] [--pword2vec PATH] [--fasttext PATH] [--rounds 3] [--workers 2]
                               [--epochs 1] [--vector-size 100] [--window 5] [--negative 5] [--alpha .025] [--pairs FILE ...]

The other tools are not part of this repository; a PATH is that of the program, built as its authors say:

    word2vec    github.com/tmikolov/word2vec: `make word2vec` (with -Ofast instead of -O3, if you like)
    pword2vec   github.com/IntelLabs/pWord2Vec: with the Intel compiler and MKL `make`; with GCC
                g++ -include cstdio -include immintrin.h -std=c++11 -fopenmp -O3 -march=native -D USE_MKL pWord2Vec.cpp
                -o pWord2Vec -I MKL/include -L MKL/lib -lmkl_intel_lp64 -lmkl_sequential -lmkl_core -lm
    fasttext    github.com/facebookresearch/fastText: `make`; run without subwords (-maxn 0), as the others have none

All have the same text, parameters and rule for the vocabulary. *Training* is, for w2v and gensim, the training call, and
for the others the time from the first to the last line in which the program reports its progress; words/s are the words in
the vocabulary times epochs divided by it. *Whole process* includes starting, reading and saving. Scores are those of the
last round.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from machine import show

from w2v import KeyedVectors
from w2v.evaluation.exam import Exam
from w2v.experiments.compare.engines import ENGINES, load_vectors, run
from w2v.experiments.compare.scores import comparison_exam, score

PARAMETERS = {"vector_size": 100, "window": 5, "negative": 5, "epochs": 1, "workers": 2, "alpha": 0.025, "sample": 1e-3}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", help="a text file, one sentence per line")
    for name in COMMANDS:
        parser.add_argument(f"--{name}", metavar="PATH", help="its program")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pairs", nargs="*", default=[], metavar="FILE", help="word pairs with human scores")
    for name, default in PARAMETERS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    options = parser.parse_args()
    parameters = {name: getattr(options, name) for name in PARAMETERS}
    programs = {name: getattr(options, name) for name in COMMANDS if getattr(options, name)}
    exam = comparison_exam(None, options.pairs)
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in (*ENGINES, *programs)}
    for number in range(options.rounds):
        for name in list(runs) if number % 2 == 0 else list(runs)[::-1]:
            with tempfile.TemporaryDirectory() as folder:
                runs[name].append(one_run(name, programs.get(name), options.text, parameters, Path(folder)))
                if number == options.rounds - 1:
                    runs[name][-1]["scores"] = scores(exam, name, Path(folder))
    words = runs["w2v"][0]["words"] * options.epochs
    rows = [row(name, of, runs["w2v"], words) for name, of in runs.items()]
    show("peers", rows, list(rows[0]), parameters=parameters, runs=runs)


def row(name: str, of: list[dict[str, Any]], ours: list[dict[str, Any]], words: int) -> dict[str, Any]:
    """Summarise the runs of one tool: medians, and how many times as fast w2v was in the same round."""

    def times(what: str) -> str:
        ratios = sorted(theirs[what] / own[what] for theirs, own in zip(of, ours, strict=True))
        return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"

    return {
        "": name,
        "words/s": words / statistics.median(run["training"] for run in of),
        "w2v is faster by": times("training"),
        "whole process, s": statistics.median(run["whole"] for run in of),
        "w2v's is shorter by": times("whole"),
        "CPU seconds": statistics.median(run["cpu"] for run in of),
        "peak memory, MB": max(run["memory"] for run in of) / 1e6,
        **{name: round(value, 1) for name, value in of[-1]["scores"].items()},
    }


def one_run(name: str, program: str | None, text: str, parameters: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Train once; return seconds of training, of the whole process and of the processors, and bytes of peak memory."""
    before, began = os.times(), time.perf_counter()
    if program is None:
        made = run(name, text, parameters | {"seed": 1}, folder, keep=True)
        found = {"training": made["seconds"]["train"], "words": made["words"], "memory": made["peak_memory_bytes"]}
    else:
        command = COMMANDS[name](text, str(folder / "vectors.txt"), parameters)
        training, memory = follow([program, *command])
        found = {"training": training, "memory": memory}
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return found | {"whole": time.perf_counter() - began, "cpu": cpu}


def follow(command: list[str]) -> tuple[float, int]:
    """Run a program; return the seconds between its first and last report of progress, and its peak memory in bytes."""
    reports = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        while part := os.read(process.stdout.fileno(), 1 << 16):
            if b"Progress" in part:
                reports.append(time.perf_counter())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or len(reports) < 2:
        raise SystemExit(f"{command[0]} ended with {process.returncode}, and reported progress {len(reports)} times")
    return reports[-1] - reports[0], usage.ru_maxrss * 1024


def word2vec(text: str, output: str, parameters: dict[str, Any]) -> list[str]:
    """Return the arguments of word2vec.c."""
    return [*pword2vec(text, output, parameters), "-cbow", "0", "-hs", "0"]


def pword2vec(text: str, output: str, parameters: dict[str, Any]) -> list[str]:
    """Return the arguments of pWord2Vec."""
    names = ("size", "window", "negative", "iter", "threads", "alpha", "sample")
    values = dict(zip(names, parameters.values(), strict=True))
    options = {"train": text, "output": output, **values, "min-count": 5, "binary": 0}
    return [word for name, value in options.items() for word in (f"-{name}", str(value))]


def fasttext(text: str, output: str, parameters: dict[str, Any]) -> list[str]:
    """Return the arguments of fastText."""
    names = ("dim", "ws", "neg", "epoch", "thread", "lr", "t")
    values = dict(zip(names, parameters.values(), strict=True))
    options = {"input": text, "output": output.removesuffix(".txt"), **values, "minCount": 5, "maxn": 0, "loss": "ns"}
    return ["skipgram", *(word for name, value in options.items() for word in (f"-{name}", str(value)))]


COMMANDS: dict[str, Callable[[str, str, dict[str, Any]], list[str]]] = {
    "word2vec": word2vec,
    "pword2vec": pword2vec,
    "fasttext": fasttext,
}


def scores(exam: Exam, name: str, folder: Path) -> dict[str, float]:
    """Score the vectors that a run saved: analogies in percent, Spearman's rho x 100."""
    if name in ENGINES:
        words, vectors = (found := load_vectors(folder)[0]).words, found.vectors
    else:
        loaded = KeyedVectors.load_word2vec_format(str(next(folder.glob("vectors.[tv]*"))))
        words, vectors = loaded.index_to_key, loaded.vectors
    answers = score(exam, words, vectors)
    found_scores = {"analogies": answers["analogies"]["restricted"]["accuracy"]}
    found_scores |= {name: pairs["spearman"] for name, pairs in answers["pairs"].items()}
    return {name: 100 * value for name, value in found_scores.items() if value is not None}


if __name__ == "__main__":
    main()
