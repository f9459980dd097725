"""Score w2v under several settings, and gensim, on the same test sets: quality, and the time to reach it.

    python benchmarks/quality.py TEXT [--seeds 3] [--pairs FILE ...] [--setting '{"preset": "fast"}' ...]
                                 [--gensim-setting '{"epochs": 3, "alpha": 0.06}' ...]

gensim trains 5 epochs with its defaults, and so does w2v unless a setting changes them ('{}' keeps the defaults); gensim
may have further settings, since better parameters are better for it too. For
each seed all of them train in turn, in the same code as the runs of `w2v compare`. Scores are analogies among the 30,000
most frequent words (percent of those answered) and Spearman's rho x 100 on word pairs; a cell is the mean, with the range
in brackets. The last row is gensim's training time divided by the setting's, median over the seeds.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from machine import show

from w2v.evaluation.exam import Exam
from w2v.experiments.compare.engines import load_vectors, run
from w2v.experiments.compare.scores import comparison_exam, score


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", help="a text file, one sentence per line")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pairs", nargs="*", default=[], metavar="FILE", help="word pairs with human scores")
    parser.add_argument(
        "--setting", action="append", type=json.loads, help="parameters of w2v as JSON; may be repeated"
    )
    parser.add_argument(
        "--gensim-setting",
        action="append",
        type=json.loads,
        default=[],
        help="the same of gensim, besides its defaults",
    )
    options = parser.parse_args()
    exam = comparison_exam(None, options.pairs)
    settings = named("w2v", options.setting or [{}]) | named("gensim", [{}, *options.gensim_setting])
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in settings}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1, options.seeds + 1):
            for name in runs:
                parameters = {"epochs": 5, "seed": seed, "workers": options.workers} | settings[name]
                made = run(name.split()[0], options.text, parameters, Path(folder), keep=True)
                timed = {"seconds": made["seconds"]["train"], "words/s": made["words_per_second"]}
                runs[name].append(timed | scores(exam, Path(folder)))
    rows = [
        {"": what} | {name: summary([run[what] for run in of]) for name, of in runs.items()}
        for what in runs["gensim"][0]
    ]
    sooner = {
        name: statistics.median(b["seconds"] / a["seconds"] for a, b in zip(of, runs["gensim"], strict=True))
        for name, of in runs.items()
    }
    show("quality", [*rows, {"": "gensim's seconds / these"} | sooner], ["", *runs], runs=runs)


def named(engine: str, settings: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the settings of an engine under names that say what they are."""
    return {" ".join([engine, ", ".join(f"{k}={v}" for k, v in each.items())]).strip(): each for each in settings}


def scores(exam: Exam, folder: Path) -> dict[str, float]:
    """Score the vectors that a run saved."""
    found, _ = load_vectors(folder)
    answers = score(exam, found.words, found.vectors)
    found_scores = {"analogies": answers["analogies"]["restricted"]["accuracy"]}
    found_scores |= {name: pairs["spearman"] for name, pairs in answers["pairs"].items()}
    return {name: float("nan") if value is None else 100 * value for name, value in found_scores.items()}


def summary(values: list[float]) -> str:
    """Return mean and range."""
    digits = 0 if min(values) > 1000 else 2
    return f"{statistics.mean(values):,.{digits}f} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


if __name__ == "__main__":
    main()
