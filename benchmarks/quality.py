"""Train one text with w2v and gensim under several seeds and score both on the same sets.

    python benchmarks/quality.py TEXT [--epochs 5] [--seeds 3] [--pairs FILE ...] [--noise-windows 2 ...]

Equal parameters; gensim by corpus_file. Scores by ``w2v evaluate`` on word2vec files: analogies of the 30,000 most frequent
words (percent of those answered), Spearman x 100 on the pairs. Each cell is the mean and, in brackets, the range.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from machine import show

from w2v.evaluation import dataset

W2V = [sys.executable, "-P", "-c", "import sys; from w2v.cli import main; sys.exit(main())"]


def train_w2v(options: argparse.Namespace, seed: int, target: str, noise_windows: int) -> float:
    """Train and save; return words/s."""
    flags = ["--epochs", options.epochs, "--seed", seed, "--workers", options.workers, "--noise-windows", noise_windows]
    command = [*W2V, "train", options.text, "-o", target, "--json", "--quiet", *map(str, flags)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)["words_per_second"]


def train_gensim(options: argparse.Namespace, seed: int, target: str) -> float:
    """Train and save; return words/s."""
    from gensim.models import Word2Vec

    model = Word2Vec(sg=1, seed=seed, epochs=options.epochs, workers=options.workers)
    model.build_vocab(corpus_file=options.text)
    began = time.perf_counter()
    model.train(corpus_file=options.text, total_words=model.corpus_total_words, epochs=options.epochs)
    seconds = time.perf_counter() - began
    model.wv.save_word2vec_format(target, binary=True)
    return sum(model.wv.get_vecattr(word, "count") for word in model.wv.index_to_key) * options.epochs / seconds


def scores(options: argparse.Namespace, path: str) -> dict[str, float]:
    """Score one file of vectors."""
    pairs = [argument for file in options.pairs for argument in ("--pairs", file)]
    command = [*W2V, "evaluate", path, "--json", "--analogies", str(dataset("questions-words")), *pairs]
    result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    found = {name: 100 * set_["spearman"] for name, set_ in result["pairs"].items()}
    found["analogies"] = 100 * result["analogies"]["restricted"]["3cosadd"]["total"]["accuracy"]
    return found


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
    runs: dict[str, list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder, "vectors.bin"))
        for seed in range(1, options.seeds + 1):
            for windows in options.noise_windows:
                speed = train_w2v(options, seed, target, windows)
                name = "w2v" if windows == 1 else f"w2v, noise_windows={windows}"
                runs.setdefault(name, []).append({"words_per_second": speed, **scores(options, target)})
            speed = train_gensim(options, seed, target)
            runs.setdefault("gensim", []).append({"words_per_second": speed, **scores(options, target)})
    rows = [
        {"set": name} | {engine: summary([run[name] for run in of]) for engine, of in runs.items()}
        for name in names(runs)
    ]
    show("quality", rows, ["set", *runs], runs=runs)


def names(runs: dict[str, list[dict[str, float]]]) -> list[str]:
    """Return what was measured."""
    return list(next(iter(runs.values()))[0])


def summary(values: list[float]) -> Any:
    """Return mean and range."""
    digits = 0 if min(values) > 1000 else 2
    return f"{statistics.mean(values):,.{digits}f} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


if __name__ == "__main__":
    main()
