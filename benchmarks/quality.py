"""Train one text with w2v under several settings of ``noise_windows``, and with gensim, and score all on the same sets.

    python benchmarks/quality.py TEXT [--epochs 5] [--seeds 3] [--pairs FILE ...] [--noise-windows 1 2 ...]

What `w2v compare` does for one setting; runs and scores are made by the same code. Analogies of the 30,000 most frequent
words in percent of those answered, Spearman x 100 on word pairs. Each cell is the mean and, in brackets, the range.
"""

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import Any

from machine import show

from w2v.comparison.runs import load_vectors, run
from w2v.comparison.scores import Questions


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pairs", nargs="*", default=[])
    parser.add_argument("--noise-windows", nargs="*", type=int, default=[1])
    options = parser.parse_args()
    questions = Questions.read(None, options.pairs)
    settings: dict[str, dict[str, Any]] = {
        "w2v" if n == 1 else f"w2v, noise_windows={n}": {"noise_windows": n} for n in options.noise_windows
    }
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in (*settings, "gensim")}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1, options.seeds + 1):
            for name in runs:
                more = settings.get(name, {}) | {"seed": seed, "epochs": options.epochs, "workers": options.workers}
                engine, place = name.split(",")[0], Path(folder)
                made = run(engine, options.text, more, place, keep=True, tick=lambda: None)
                speed = {"words_per_second": made["words_per_second"]}
                runs[name].append(speed | scores(questions, place))
    rows = [
        {"set": name} | {engine: summary([run[name] for run in of]) for engine, of in runs.items()}
        for name in runs["gensim"][0]
    ]
    show("quality", rows, ["set", *runs], runs=runs)


def scores(questions: Questions, folder: Path) -> dict[str, float]:
    """Score the vectors that a run left."""
    found = load_vectors(folder)
    answers = questions.score(found.words, found.vectors)
    spearman = {name: 100 * pairs["spearman"] for name, pairs in answers["pairs"].items()}
    return spearman | {"analogies": 100 * answers["analogies"]["restricted"]["accuracy"]}


def summary(values: list[float]) -> str:
    """Return mean and range."""
    digits = 0 if min(values) > 1000 else 2
    return f"{statistics.mean(values):,.{digits}f} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


if __name__ == "__main__":
    main()
