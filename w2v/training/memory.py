"""How much memory a run will take, and whether that much is available."""

from dataclasses import dataclass

from w2v.config import TrainConfig
from w2v.corpus.vocabulary import pool_length
from w2v.errors import MemoryLimitError
from w2v.machine import available_memory, peak_memory, resident_memory
from w2v.training.matrices import padded
from w2v.training.replicas import most_replicated_words

WORD_BYTES = 130
"""A word in a dictionary, the integer it leads to, its count, norm and threshold; the string is there before."""

TEMPORARY = 16 << 20
"""Measured at several sizes: blocks that are measured and written, the stretch of the corpus that is mapped, code."""


@dataclass(frozen=True)
class MemoryEstimate:
    """Bytes that a process will hold while it trains.

    Attributes
    ----------
    process : int
        What it held when this was estimated: interpreter, modules, words.
    reading : int
        The most it has held so far.
    vocabulary, matrices, noise_pool, workspaces : int
        What training will take. The encoded corpus is a mapped file, of which little is in memory at a time.
    """

    process: int
    reading: int
    vocabulary: int
    matrices: int
    noise_pool: int
    workspaces: int

    @property
    def training(self) -> int:
        """What training takes beside what is there."""
        return self.vocabulary + self.matrices + self.noise_pool + self.workspaces

    @property
    def total(self) -> int:
        """The peak, in bytes."""
        return max(self.reading, self.process + self.training)

    def __str__(self) -> str:
        parts = {"process": self.process, "vocabulary": self.vocabulary, "matrices": self.matrices}
        parts |= {"noise pool": self.noise_pool, "workspaces": self.workspaces}
        return f"{_mb(self.total)} ({', '.join(f'{name} {_mb(size)}' for name, size in parts.items())})"


def estimate_memory(words: int, config: TrainConfig, longest_piece: int = 1 << 15) -> MemoryEstimate:
    """Return what training ``words`` words under ``config`` will take; to be asked when they are counted, not before."""
    pairs = 2 * config.window * (1 + config.negative)
    anchors = 64 * (3 * (1 + config.negative) + 16)
    deltas = 4 * 2 * config.window * (config.vector_size + 64)
    # At most: short trainings have none.
    copies = 4 * 4 * most_replicated_words(words, config.threads) * padded(config.vector_size)
    workspace = anchors + 3 * 4 * pairs + deltas + copies + 20 * longest_piece
    return MemoryEstimate(
        process=resident_memory(),
        reading=peak_memory(),
        vocabulary=WORD_BYTES * words,
        matrices=2 * 4 * words * padded(config.vector_size),
        noise_pool=4 * pool_length(words),
        workspaces=config.threads * workspace + TEMPORARY,
    )


def require(estimate: MemoryEstimate, available: int | None = None) -> None:
    """Refuse a run that cannot fit.

    Raises
    ------
    MemoryLimitError
        With the estimate, what there is, and what would help.
    """
    there = available_memory() if available is None else available
    if estimate.training > there:
        raise MemoryLimitError(
            f"training needs about {_mb(estimate.training)} more memory, of which {_mb(estimate.matrices)} for the "
            f"matrices, but only {_mb(there)} is available: "
            "raise min_count, set max_final_vocab, or lower vector_size"
        )


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size < 1e10 else f"{size / 1e9:,.1f} GB"
