"""Counts and losses of training: one record per chunk during an epoch, one report per epoch after it."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.corpus.encoded_corpus import ReadLedger

COUNTS = ("tokens", "subsampled", "isolated", "trained", "pairs", "positives")
"""Columns of a chunk's record of counts."""


@dataclass(frozen=True)
class EpochReport:
    """Counts and loss of one epoch; ``tokens`` = ``subsampled`` + ``isolated`` + ``trained``.

    Attributes
    ----------
    epoch : int
        Number of the epoch, from 0.
    tokens : int
        In-vocabulary tokens of the corpus.
    subsampled : int
        Tokens dropped by subsampling.
    isolated : int
        Tokens that survived subsampling but were alone in their sentence, so that there was no context to train on.
    trained : int
        Tokens trained as centre words.
    pairs : int
        Positive and negative pairs scored.
    loss : float
        Mean loss in nats, over pairs or over positive pairs, depending on the objective (``training/objectives.py``).
    seconds : float
    positives : int
        Number of positive pairs among ``pairs``; 0 in models of versions that did not count them.
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
        """Return the fields as a compact JSON list, because thousands of epochs must fit into a file's header."""
        return list(asdict(self).values())


@dataclass
class Records:
    """One row per chunk of the current epoch, written by the core, regardless of which thread trained it.

    ``counts``, shape (chunks, 6), has the columns of ``COUNTS``; ``losses``, shape (chunks,), are sums in nats.
    """

    counts: NDArray[np.int64]
    losses: NDArray[np.float64]

    @classmethod
    def empty(cls, chunks: int) -> "Records":
        """Return records filled with zeros."""
        return cls(np.zeros((chunks, len(COUNTS)), np.int64), np.zeros(chunks))

    def mean_loss(self, over: str = "pairs") -> float:
        """Return the mean loss so far per pair, or per positive pair (``over="positives"``); 0 before the first pair."""
        terms = int(self.counts[:, COUNTS.index(over)].sum())
        return float(self.losses.sum()) / terms if terms else 0.0


def ledger(read: ReadLedger, reports: list[EpochReport]) -> dict[str, int]:
    """Return counts that account for every token from the text to training.

    ``read`` = ``out_of_vocabulary`` + ``in_vocabulary``; summed over all epochs,
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
