"""An estimate of the memory that a run will take, and a check that it is available."""

from dataclasses import dataclass

from w2v import _core
from w2v.config import TrainConfig
from w2v.corpus.noise import pool_length
from w2v.errors import MemoryLimitError
from w2v.machine import available_memory, peak_memory, resident_memory
from w2v.training.matrices import padded
from w2v.training.merging import copies_of
from w2v.training.replicas import most_replicated_words

WORD_BYTES = 130
"""Bytes per word: dictionary entry, integer, count, norm and threshold (the string exists already)."""

TEMPORARY = 16 << 20
"""Measured at several sizes: temporary blocks for norms and writing, the mapped part of the corpus, code."""


@dataclass(frozen=True)
class MemoryEstimate:
    """Estimated memory of a process while it trains, in bytes.

    Attributes
    ----------
    process : int
        Resident memory at the time of the estimate: interpreter, modules, words.
    reading : int
        Peak resident memory so far.
    vocabulary, matrices, noise_pool, workspaces : int
        Additional memory for training. The encoded corpus is a mapped file, of which little is in memory at a time.
    """

    process: int
    reading: int
    vocabulary: int
    matrices: int
    noise_pool: int
    workspaces: int

    @property
    def training(self) -> int:
        """Additional memory for training."""
        return self.vocabulary + self.matrices + self.noise_pool + self.workspaces

    @property
    def total(self) -> int:
        """The estimated peak."""
        return max(self.reading, self.process + self.training)

    def __str__(self) -> str:
        parts = {"process": self.process, "vocabulary": self.vocabulary, "matrices": self.matrices}
        parts |= {"noise pool": self.noise_pool, "workspaces": self.workspaces}
        return f"{_mb(self.total)} ({', '.join(f'{name} {_mb(size)}' for name, size in parts.items())})"


def estimate_memory(words: int, config: TrainConfig, longest_piece: int = 1 << 15) -> MemoryEstimate:
    """Estimate the memory for training ``words`` words; call it after counting, as it measures the current process."""
    contexts = min(2 * config.window, _core.MAX_CONTEXTS)
    pairs = contexts * (1 + config.negative)
    anchors = 64 * (3 * (1 + config.negative) + 16)
    deltas = 4 * contexts * (config.vector_size + 64)
    # An upper bound, as short runs have no copies.
    copies = 4 * 4 * most_replicated_words(words, config.threads) * padded(config.vector_size)
    workspace = anchors + 3 * 4 * pairs + deltas + copies + 20 * longest_piece
    return MemoryEstimate(
        process=resident_memory(),
        reading=peak_memory(),
        vocabulary=WORD_BYTES * words,
        matrices=copies_of(config) * 2 * 4 * words * padded(config.vector_size),
        noise_pool=4 * pool_length(words),
        workspaces=config.threads * workspace + TEMPORARY,
    )


def require(estimate: MemoryEstimate, available: int | None = None) -> None:
    """Raise an error if a run will not fit into memory.

    Raises
    ------
    MemoryLimitError
        If more memory is needed than available; the message gives both, and what would reduce the need.
    """
    there = available_memory() if available is None else available
    if estimate.training > there:
        raise MemoryLimitError(
            f"cannot train: it needs about {_mb(estimate.training)} more memory ({_mb(estimate.matrices)} for the "
            f"matrices), but only {_mb(there)} is available; raise min_count, set max_final_vocab, or lower vector_size"
        )


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size < 1e10 else f"{size / 1e9:,.1f} GB"
