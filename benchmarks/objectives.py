"""Speed and quality of the objectives, or with --vary of one objective over its parameters.

    python benchmarks/objectives.py TEXT [--pairs FILE ...] [--epochs 5] [--rounds 3]     all objectives, default parameters
    python benchmarks/objectives.py TEXT [--pairs FILE ...] --vary nt_xent                one objective, over its parameters

The objectives train in alternation. Speed is in-vocabulary words per second of the training loop, the median over the
rounds; "share of sgns" is the median of the ratio to sgns in the same round. Quality is that of the last round:
Spearman's rho x 100 on word pairs, percent of Google's analogies among the 30,000 most frequent words. ``--vary`` repeats
the experiments behind the defaults (docs/objectives.md).
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from machine import show

from w2v.config import OBJECTIVES, TrainConfig, VocabularyConfig
from w2v.corpus.encode import encode
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.evaluation import dataset, evaluate_analogies, evaluate_pairs
from w2v.training.matrices import Matrices
from w2v.training.objectives import TABLE
from w2v.training.trainer import Trainer

Row = dict[str, Any]
VARIED: dict[str, list[Row]] = {
    "sgns": [{"alpha": alpha} for alpha in (0.025, 0.05, 0.1)],
    "nt_xent": [
        *(
            {"temperature": tau, "length": length}
            for tau in (0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
            for length in (0.25, 0.5, 1)
        ),
        {"negative": 15},
        {"alpha": 0.05},
    ],
    "decoupled": [{"temperature": tau} for tau in (0.1, 0.15, 0.2, 0.3)],
    "spectral": [{"alpha": alpha} for alpha in (0.025, 0.05, 0.1, 0.2)],
    "triplet": [{"margin": margin, "length": length} for margin in (0.2, 0.5, 1.0) for length in (0.25, 0.5, 1)],
    "triplet_dot": [{"margin": margin, "alpha": alpha} for margin in (0.5, 1, 2, 4) for alpha in (0.01, 0.025)],
    "align_uniform": [
        *(
            {"align_weight": weight, "uniform_t": t}
            for weight, t in ((1, 2), (2, 2), (3, 2), (2, 3), (3, 3), (4, 4), (3, 4))
        ),
        *({"align_power": 1, "align_weight": weight} for weight in (3, 6)),
        *({"length": length} for length in (0.25, 1)),
        {"negative": 15},
    ],
}


def main() -> None:
    """Train, score, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", help="a text file, one sentence per line")
    parser.add_argument("--pairs", nargs="*", default=[], metavar="FILE", help="word pairs with human scores")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--vary", choices=OBJECTIVES, help="train this objective only, over its parameters")
    options = parser.parse_args()
    corpus = encode(options.text, VocabularyConfig())
    config = TrainConfig(epochs=options.epochs)
    if options.vary:
        config = replace(config, objective=options.vary)
        rows = [changes | train(corpus, config, changes, options.pairs) for changes in VARIED[options.vary]]
        columns = [*dict.fromkeys(name for changes in VARIED[options.vary] for name in changes), *rows[0]]
    else:
        rows = in_turn(corpus, config, options)
        columns = list(rows[0])
    show("objectives", rows, list(dict.fromkeys(columns)))


def in_turn(corpus: EncodedCorpus, config: TrainConfig, options: argparse.Namespace) -> list[Row]:
    """Train the objectives in alternation."""
    rounds = [
        {name: train(corpus, replace(config, objective=name, seed=1 + i), {}, options.pairs) for name in OBJECTIVES}
        for i in range(options.rounds)
    ]
    return [
        {"objective": name}
        | rounds[-1][name]
        | {
            "words_per_second": median(r[name]["words_per_second"] for r in rounds),
            "share of sgns": median(r[name]["words_per_second"] / r["sgns"]["words_per_second"] for r in rounds),
        }
        for name in OBJECTIVES
    ]


def train(corpus: EncodedCorpus, config: TrainConfig, changes: Row, pairs: list[str]) -> Row:
    """Train one model and score it."""
    changes = dict(changes)
    length = changes.pop("length", TABLE[config.objective].initial_length)
    config = replace(config, **changes)
    words = corpus.vocabulary.words
    trainer = Trainer(corpus, config, Matrices.initialise(len(words), config.vector_size, config.seed, length))
    began = time.perf_counter()
    trainer.run()
    speed = len(corpus.tokens) * config.epochs / (time.perf_counter() - began)
    row: Row = {"words_per_second": speed, "loss": trainer.reports[-1].loss}
    row["analogies"] = 100 * (
        evaluate_analogies(words, trainer.vectors, dataset("questions-words")).total.accuracy or 0
    )
    for path in pairs:
        row[Path(path).stem] = 100 * (evaluate_pairs(words, trainer.vectors, path).spearman or 0)
    return row


if __name__ == "__main__":
    main()
