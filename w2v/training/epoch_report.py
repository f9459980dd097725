"""What training counts: one record per chunk while an epoch runs, one report per epoch after it."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.corpus.encoded_corpus import ReadLedger

COUNTS = ("tokens", "subsampled", "isolated", "trained", "pairs", "positives")
"""What a chunk's record counts, in the order of its columns."""


@dataclass(frozen=True)
class EpochReport:
    """What one epoch did. ``tokens`` = ``subsampled`` + ``isolated`` + ``trained``.

    Attributes
    ----------
    epoch : int
        From 0.
    tokens : int
        In-vocabulary tokens of the corpus.
    subsampled : int
        Dropped by subsampling.
    isolated : int
        Kept, but alone in their sentence: without context there is nothing to train.
    trained : int
        Centre words trained.
    pairs : int
        Positive and negative pairs scored.
    loss : float
        Mean over pairs, or over positive pairs where the objective says so (``training/objectives.py``); in nats.
    seconds : float
    positives : int
        Of the pairs, the positive ones; 0 in models of versions that did not count them.
    """

    epoch: int
    tokens: int
    subsampled: int
    isolated: int
    trained: int
    pairs: int
    loss: float
    seconds: float
    positives: int = 0

    def to_row(self) -> list[Any]:
        """Return the fields as a short JSON list: thousands of epochs have to fit into a file's header."""
        return list(asdict(self).values())


@dataclass
class Records:
    """One row per chunk of the current epoch, written by the core: who trained it does not matter.

    ``counts`` has the columns of ``COUNTS``; ``losses`` is in nats.
    """

    counts: NDArray[np.int64]
    losses: NDArray[np.float64]

    @classmethod
    def empty(cls, chunks: int) -> "Records":
        """Return records of nothing."""
        return cls(np.zeros((chunks, len(COUNTS)), np.int64), np.zeros(chunks))

    def mean_loss(self, over: str = "pairs") -> float:
        """Mean loss so far per pair or, as ``over`` says, per positive pair; 0 before the first."""
        terms = int(self.counts[:, COUNTS.index(over)].sum())
        return float(self.losses.sum()) / terms if terms else 0.0


def ledger(read: ReadLedger, reports: list[EpochReport]) -> dict[str, int]:
    """Return where every token went, from the text to training.

    ``read`` = ``out_of_vocabulary`` + ``in_vocabulary``, and over all ``epochs`` together
    ``in_vocabulary`` x ``epochs`` = ``subsampled`` + ``isolated`` + ``trained``.
    """
    return {
        "read": read.tokens,
        "out_of_vocabulary": read.out_of_vocabulary,
        "in_vocabulary": read.tokens - read.out_of_vocabulary,
        "replaced_characters": read.replaced,
        "epochs": len(reports),
        "subsampled": sum(report.subsampled for report in reports),
        "isolated": sum(report.isolated for report in reports),
        "trained": sum(report.trained for report in reports),
    }
