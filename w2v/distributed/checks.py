"""What workers must have before they are given work: the same software, the files, and room on disk and in memory."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from w2v.config import TrainConfig
from w2v.corpus.noise import pool_length
from w2v.distributed.communicator import Communicator, everywhere
from w2v.distributed.worker import Facts
from w2v.errors import ConfigError, CorpusError, MemoryLimitError, OutputError
from w2v.training.matrices import padded
from w2v.version import __version__

DISK_PER_BYTE = 1.6
"""Bytes on disk that a worker needs per byte of text, about: an id takes four bytes per word, and there are two copies."""


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


def require_disk(facts: Sequence[Facts], text_bytes: int) -> None:
    """Raise OutputError if a machine has no room for its share of the encoded text."""
    each = text_bytes / len(facts) * DISK_PER_BYTE
    for host, those in _by_host(facts).items():
        free = min(one.disk for one in those)
        if each * len(those) > free:
            raise OutputError(
                f"cannot encode the text on {host}: it needs about {_gb(each * len(those))} in the folder for temporary "
                f"files, which has {_gb(free)}; set TMPDIR to another folder before "
                "workers are started, or use more machines"
            )


def require_memory(facts: Sequence[Facts], shards: Mapping[int, int], words: int, config: TrainConfig) -> None:
    """Raise MemoryLimitError if a machine has no room for the copies of its workers' shards.

    ``shards`` maps the number of each worker to that of its shards.
    """
    matrices = 2 * 4 * words * padded(config.vector_size)
    for host, those in _by_host(facts).items():
        copies = sum(count + 1 for worker, count in shards.items() if facts[worker] in those)
        need, free = copies * matrices + 4 * pool_length(words), min(one.memory for one in those)
        if need > free:
            raise MemoryLimitError(
                f"cannot train on {host}: {copies} copies of the matrices and the noise pool need about {_gb(need)} of "
                f"memory, but only {_gb(free)} is available; use more machines or fewer shards, raise min_count, set "
                "max_final_vocab, or lower vector_size"
            )


def _by_host(facts: Sequence[Facts]) -> dict[str, list[Facts]]:
    found = defaultdict(list)
    for one in facts:
        found[one.host].append(one)
    return found


def _gb(size: float) -> str:
    return f"{size / 1e9:,.1f} GB"
