"""Other rules for merging shards, beside that of w2v: the sum and the mean of what they learned, Adasum, the model combiner.

    python benchmarks/merge_rules.py TEXT [--shards 8] [--rules mean adasum ...] [--epochs 5] [--seed 1] [--pairs FILE ...]

All have the same rounds and shards, and all but w2v's own the learning rate of one thread. What becomes of the changes of
shards to a row:

    sum        d_1 + ... + d_N                          Spark's Word2Vec before SPARK-24666
    mean       (d_1 + ... + d_N) / N                    pWord2Vec over MPI (Ji et al. 2016), Spark today
    adasum     in pairs, a tree:                        Maleki et al. 2020, equation 5
               (1 - a.b / 2|a|^2) a + (1 - a.b / 2|b|^2) b
    combiner   one after another: what is orthogonal to the sum so far is added      GraphWord2Vec (Gill et al. 2019)
    w2v        w2v/training/merging.py
"""

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
from machine import show
from numpy.typing import NDArray
from scaling import scores

from w2v import TrainConfig, encode, train
from w2v.errors import DivergedError
from w2v.experiments.compare.scores import comparison_exam
from w2v.training import chunked_text
from w2v.training.matrices import Matrices
from w2v.training.merging import Mean, rule_of

Changes = NDArray[np.float32]
"""Of rows in each shard: shape (N, n, dim)."""
SMALL = 1e-30


def dot(a: Changes, b: Changes) -> Changes:
    """Return the products of rows, shape (n, 1)."""
    return np.asarray(np.einsum("ij,ij->i", a, b)[:, None])


def adasum(changes: Changes) -> Changes:
    """Merge by a tree of pairs."""
    while len(changes) > 1:
        a, b = changes[0::2][: len(changes) // 2], changes[1::2]
        merged = [pair(x, y) for x, y in zip(a, b, strict=True)]
        changes = np.stack(merged if len(changes) % 2 == 0 else [*merged, changes[-1]])
    return changes[0]


def pair(a: Changes, b: Changes) -> Changes:
    """Return the Adasum of two."""
    both = dot(a, b)
    return (1 - both / np.maximum(2 * dot(a, a), SMALL)) * a + (1 - both / np.maximum(2 * dot(b, b), SMALL)) * b


def combiner(changes: Changes) -> Changes:
    """Add of each what is orthogonal to the sum so far."""
    total = changes[0].copy()
    for one in changes[1:]:
        total += one - dot(one, total) / np.maximum(dot(total, total), SMALL) * total
    return total


RULES: dict[str, Callable[[Changes], Changes]] = {
    "sum": lambda changes: np.sum(changes, axis=0),
    "mean": lambda changes: np.mean(changes, axis=0),
    "adasum": adasum,
    "combiner": combiner,
}


class Rule(Mean):
    """One of `RULES`, with the learning rate of the run."""

    def __init__(self, model: Matrices, shards: int, merge: Callable[[Changes], Changes]) -> None:
        super().__init__(model, shards, None)
        self.boost, self.combined = 1.0, merge
        self.base: Matrices | None = None

    def begin_intervals(self, place: int, rows: int) -> None:
        """See `Mean`; the first time, all copies are the model."""
        if self.base is None:
            self.base = Matrices.copy_of(self.copies[0].vectors, self.copies[0].output_vectors)

    def merge(self, first: int, end: int) -> None:
        """See `Mean`."""
        assert self.base is not None
        for side in ("vectors", "output_vectors"):
            base, copies = getattr(self.base, side)[first:end], [getattr(copy, side)[first:end] for copy in self.copies]
            base += self.combined(np.stack([copy - base for copy in copies]))
            for copy in copies:
                copy[:] = base


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", help="a text file, one sentence per line")
    parser.add_argument("--shards", type=int, default=8)
    parser.add_argument("--rules", nargs="+", choices=[*RULES, "w2v"], default=[*RULES, "w2v"])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", nargs="*", default=[], metavar="FILE", help="word pairs with human scores")
    options = parser.parse_args()
    corpus, exam = encode(options.text), comparison_exam(None, options.pairs)
    rows: list[dict[str, Any]] = []
    for name in options.rules:

        def rule(config: TrainConfig, model: Matrices, *others: Any, name: str = name) -> Any:
            return rule_of(config, model, *others) if name == "w2v" else Rule(model, config.shards, RULES[name])

        vars(chunked_text)["rule_of"] = rule
        config = TrainConfig(shards=options.shards, epochs=options.epochs, seed=options.seed, workers=1)
        try:
            model = train(corpus, config, progress=False)
        except DivergedError:
            rows.append({"rule": name, "loss": "diverged"})
            continue
        rows.append({"rule": name, "loss": model.reports[-1].loss} | scores(exam, model))
    show("merge rules", rows, list(max(rows, key=lambda row: len(row))), shards=options.shards)


if __name__ == "__main__":
    main()
