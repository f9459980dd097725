"""Whether a run has learned anything: how far the vectors are from where they began, at random.

The loss alone does not tell. Vectors of zeros have ln 2 per pair, as after one epoch of a small text. With few negatives
neighbours may be right all the same, as cosines do not depend on length; with many the loss falls although neighbours are
chance, as all rows first learn one direction: that most pairs are negative. What a word has learned is the rest.

Root of the mean squared way of the first rows in relation to their length, and neighbours that are of the same topic (200
words in 10 or 40 topics, 25 to 300 dimensions, 1 to 20 negatives, 1 to 5 epochs; chance: 0.1 or 0.03):

    way        below 0.03      0.03 to 0.1     0.1 to 0.2      0.2 to 0.5      above 1
    topics     0.03 to 0.12    0.05 to 0.28    0.1 to 0.7      0.2 to 0.8      0.8 to 1

Of novels, 100 lines in one epoch have ways of 0.01 to 0.03, a whole one has 0.6 to 1.2; in five epochs, 17 to 20.
"""

import logging
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v.arguments import amount
from w2v.training.epoch_report import EpochReport
from w2v.training.matrices import Matrices

_LOG = logging.getLogger(__name__)

ROWS, FEWEST_ROWS = 256, 10
"""The most frequent words, which move most. Of fewer, what they share is not told from what they learn."""
SHORTEST_WAY = 0.1


@dataclass(frozen=True)
class Beginning:
    """The first rows that a run may change, shape (rows, dim), as they were at random before it."""

    rows: NDArray[np.intp]
    vectors: NDArray[np.float32]

    @classmethod
    def of(cls, matrices: Matrices, steps: NDArray[np.float32] | None, is_new: bool) -> "Beginning | None":
        """Remember the rows of new matrices; None of those that were trained or loaded before, or are zero."""
        rows = np.arange(min(ROWS, len(matrices.input)))
        if steps is not None:
            rows = rows[steps[: len(rows)] != 0]
        vectors = matrices.vectors[rows].copy()
        # Zero output rows are those of a run of sgns that has not begun; its input rows are then below 1 / dim.
        is_initial = not matrices.output[rows].any() and (np.abs(vectors) <= 1 / matrices.dim).all()
        is_judged = len(rows) >= FEWEST_ROWS and vectors.any() and (is_new or is_initial)
        return cls(rows, vectors) if is_judged else None

    def way(self, matrices: Matrices) -> float:
        """Return how far the rows are from here in relation to their length, apart from the direction that all took."""
        moved = (matrices.vectors[self.rows] - self.vectors).astype(np.float64)
        common = moved.mean(axis=0)
        common /= np.linalg.norm(common) or 1.0
        own = moved - np.outer(moved @ common, common)
        return float(np.sqrt((own**2).sum() / (self.vectors.astype(np.float64) ** 2).sum()))

    def log_standstill(self, matrices: Matrices, reports: list[EpochReport]) -> None:
        """Log a warning if the rows have hardly moved, and say what to do."""
        way = self.way(matrices)
        if way >= SHORTEST_WAY:
            return
        words, epochs = sum(report.trained for report in reports), len(reports)
        _LOG.warning(
            "hardly anything was learned from the %s trained in %s (loss %.3f): apart from what all words share, their "
            "vectors moved by %.1g %% of their length from where they began, at random, so that neighbours are chance; use "
            "more text, longer sentences (walks instead of edges, a larger window for baskets) or more epochs, such as %d",
            *(amount(words, "word"), amount(epochs, "epoch"), reports[-1].loss, 100 * way, 10 * epochs),
        )
