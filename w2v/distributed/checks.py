"""What workers must have before they are given work: the same software, the files, and room on disk and in memory."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from w2v.config import TrainConfig
from w2v.corpus.file_parts import FilePart
from w2v.corpus.noise import pool_length
from w2v.corpus.source_files import is_compressed
from w2v.distributed.communicator import Communicator, everywhere
from w2v.distributed.exchanges import memory_of_exchange
from w2v.distributed.worker import Facts
from w2v.errors import ConfigError, CorpusError, MemoryLimitError, OutputError
from w2v.training.matrices import padded
from w2v.version import __version__

ID_BYTES = 4
"""Bytes on disk of a word that was read."""

IDS_PER_BYTE = 0.8
"""The same per byte of text, about, for words of four letters and a space; at most 2. How many words there are is known when
they are counted, and the room for a second copy, that of the portions, is then looked for again."""

PACKED = 3
"""How many times as large a compressed text is, about."""


def refuse_unlike(facts: Sequence[Facts]) -> None:
    """Raise ConfigError unless all workers run this version of w2v, with one instruction set: others give other bits."""
    for one in facts:
        if one.version != __version__:
            raise ConfigError(
                f"all machines must have w2v {__version__}: got {one.version} on {one.host}; install the same version there"
            )
    names = {one.isa: one.host for one in facts}
    if len(names) > 1:
        told = " and ".join(f"{isa} on {host}" for isa, host in names.items())
        raise ConfigError(
            f"all machines must train with one instruction set, as each gives other bits: got {told}; set W2V_ISA to "
            "one that all have before workers are started"
        )


def refuse_unreadable(workers: Communicator, sources: Sequence[str], facts: Sequence[Facts]) -> None:
    """Raise CorpusError if a worker cannot read a file."""
    for one, problem in zip(facts, everywhere(workers, "unreadable", list(sources)), strict=True):
        if problem is not None:
            raise CorpusError(
                f"cannot read corpus on {one.host}: {problem}; put the text where all machines see it under one name: a "
                "shared folder, or an address such as s3://"
            )


def require_disk(facts: Sequence[Facts], needs: Sequence[float]) -> None:
    """Raise OutputError if a machine has no room for what its workers need in the folder for temporary files, in bytes."""
    for host, those in by_machine(facts):
        need, free = sum(needs[i] for i in those), min(facts[i].disk for i in those)
        if need > free:
            raise OutputError(
                f"cannot encode the text on {host}: it needs about {_gb(need)} in the folder for temporary "
                f"files, which has {_gb(free)}; set TMPDIR to another folder before "
                "workers are started, or use more machines"
            )


def expected_disk(parts: Iterable[FilePart]) -> float:
    """Return about how many bytes parts of files take as ids, before they are read; see `IDS_PER_BYTE`."""
    factors = ((PACKED if is_compressed(part.source) else 1, part.size) for part in parts)
    return sum(factor * size for factor, size in factors) * IDS_PER_BYTE


def require_memory(
    facts: Sequence[Facts], shards: Sequence[int], words: int, config: TrainConfig, *, pool: bool
) -> None:
    """Raise MemoryLimitError if a machine has no room for the copies of its workers' shards, and for what they exchange.

    ``shards`` is the number of those of each worker; ``pool``: whether the noise pool needs room too.
    """
    matrices = 2 * 4 * words * padded(config.vector_size)
    for host, those in by_machine(facts):
        copies, here = sum(shards[i] + 1 for i in those), [shards[i] for i in those]
        need = copies * matrices + memory_of_exchange(config, words, here, len(facts)) + pool * 4 * pool_length(words)
        free = min(facts[i].memory for i in those)
        if need > free:
            what = f"{copies} copies of the matrices" + " with their exchanges" * (len(facts) > 1)
            what += " and the noise pool" * pool
            raise MemoryLimitError(
                f"cannot train on {host}: {what} need about {_gb(need)} of "
                f"memory, but only {_gb(free)} is available; use more machines or fewer shards, raise min_count, set "
                "max_final_vocab, or lower vector_size"
            )


def by_machine(facts: Sequence[Facts]) -> list[tuple[str, list[int]]]:
    """Return the host name of each machine with the numbers of its workers."""
    found = defaultdict(list)
    for number, one in enumerate(facts):
        found[one.machine, one.host].append(number)
    return [(host, those) for (_, host), those in found.items()]


def _gb(size: float) -> str:
    return f"{size / 1e9:,.1f} GB"
