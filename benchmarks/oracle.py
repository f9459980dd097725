"""Train with the oracle, the engine and, if it is installed, gensim on one text under several seeds; compare the scores.

    python benchmarks/oracle.py TEXT [--epochs 5] [--seeds 3] [--pairs FILE ...]

The oracle is `w2v.gensim_compat.replay`: gensim's own updates, pair by pair. All three get the same parameters and one
worker; each line of the text is a sentence, split at whitespace. Scores are analogies among the 30,000 most frequent
words (percent of those answered) and Spearman's rho x 100 on word pairs; a cell is the mean, with the range in brackets.
Below the table: how close the oracle's vectors are to gensim's from the same seed (smallest and mean cosine over the
vocabulary, and the largest difference as a share of the largest value). Nothing is timed: the oracle is not meant to be
fast.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from machine import show
from numpy.typing import NDArray
from quality import summary

from w2v import TrainConfig, encode, train
from w2v.evaluation import dataset, evaluate_analogies, evaluate_pairs
from w2v.gensim_compat.replay import replay

Sentences = list[list[str]]
Vectors = tuple[list[str], NDArray[np.float32]]


def by_oracle(sentences: Sentences, config: TrainConfig) -> Vectors:
    """Train pair by pair, as gensim does."""
    done = replay(sentences, config)
    return done.vocabulary.words, done.matrices.vectors


def by_engine(sentences: Sentences, config: TrainConfig) -> Vectors:
    """Train window by window."""
    model = train(encode(sentences), config, progress=False)
    return model.vocabulary.words, model.matrices.vectors


def by_gensim(sentences: Sentences, config: TrainConfig) -> Vectors:
    """Train with gensim."""
    from gensim.models import Word2Vec

    model = Word2Vec(sentences, sg=1, seed=config.seed, epochs=config.epochs, workers=config.workers)
    return model.wv.index_to_key, model.wv.vectors


def scores(vectors: Vectors, pairs: list[str]) -> dict[str, float]:
    """Score one run."""
    results = {Path(path).stem: evaluate_pairs(*vectors, path).spearman for path in pairs}
    results["analogies"] = evaluate_analogies(*vectors, dataset("questions-words")).total.accuracy
    for name, score in results.items():
        if score is None:
            raise SystemExit(f"too few words of {name} occur in the text to score it: use a larger text")
    return {name: 100 * score for name, score in results.items() if score is not None}


def agreement(ours: Vectors, theirs: Vectors) -> dict[str, Any]:
    """Compare two runs row by row."""
    a, b = (rows.astype(float) for _, rows in (ours, theirs))
    cosines = (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    return {
        "words_that_differ": sum(one != other for one, other in zip(ours[0], theirs[0], strict=True)),
        "least_cosine": float(cosines.min()),
        "mean_cosine": float(cosines.mean()),
        "largest_difference": float(np.abs(a - b).max() / np.abs(b).max()),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", help="a text file, one sentence per line")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--pairs", nargs="*", default=[], metavar="FILE", help="word pairs with human scores")
    options = parser.parse_args()
    with open(options.text, encoding="utf-8") as lines:
        sentences = [line.split() for line in lines]
    ways = {"oracle": by_oracle, "engine": by_engine}
    try:
        import gensim  # noqa: F401
    except ImportError:
        pass
    else:
        ways["gensim"] = by_gensim
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
    agreements = []
    for seed in range(1, options.seeds + 1):
        config = TrainConfig(epochs=options.epochs, seed=seed, workers=1)
        trained = {name: way(sentences, config) for name, way in ways.items()}
        for name, vectors in trained.items():
            runs[name].append(scores(vectors, options.pairs))
        if "gensim" in ways:
            agreements.append({"seed": seed, **agreement(trained["oracle"], trained["gensim"])})
    rows = [
        {"set": name} | {way: summary([run[name] for run in of]) for way, of in runs.items()}
        for name in next(iter(runs.values()))[0]
    ]
    show("oracle", rows, ["set", *runs], runs=runs, agreements=agreements)
    for found in agreements:
        print(f"\noracle and gensim: {', '.join(f'{name} {value:.8g}' for name, value in found.items())}")


if __name__ == "__main__":
    main()
