"""A text whose words and ids are with the workers: read in ranges, and divided into the portions of shards.

The process that drives them holds the vocabulary and the edges of chunks, and nothing that grows with the text but these.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from w2v.config import TextOptions, TrainConfig, VocabularyConfig
from w2v.corpus.encoded_corpus import ScatteredCorpus
from w2v.corpus.file_parts import FilePart, divide_files
from w2v.corpus.select_words import Choice
from w2v.corpus.vocabulary import Vocabulary
from w2v.distributed.checks import ID_BYTES, expected_disk, require_disk, require_memory
from w2v.distributed.communicator import Call, Communicator, everywhere
from w2v.distributed.costs import Costs
from w2v.distributed.encoded_range import Layout, chunk_edges
from w2v.distributed.exchanges import parts_of
from w2v.distributed.recovery import persist
from w2v.distributed.remote_shards import RemoteShards
from w2v.distributed.sampling import Sampling
from w2v.distributed.word_counts import MergedCounts, WordCounts
from w2v.distributed.worker import Facts, Holdings
from w2v.errors import CorpusChangedError, CorpusWarning, warn
from w2v.training.checkpoint import fingerprint_of_portions
from w2v.training.chunked_text import plan_of, portions_of
from w2v.training.matrices import Matrices, padded
from w2v.training.memory import estimate_memory, require

PIECE_TOKENS = 1 << 24
"""Tokens of a range that are sent to another worker at a time."""

CHANGED = "cannot use the corpus: it changed since it was read first; start a new run"


class ScatteredText:
    """A text that workers read; a `ChunkedText`.

    Parameters
    ----------
    workers : Communicator
    sources : sequence of str
        The files, which are divided into ranges here.
    text : TextOptions
    config : TrainConfig

    Attributes
    ----------
    size : int or None
        Bytes of the files on disk; None if that is not known.
    corpus : ScatteredCorpus
        After `read`.
    edges : ndarray of int64
        See `ChunkedText`; after `read`.
    """

    corpus: ScatteredCorpus
    edges: NDArray[np.int64]

    def __init__(self, workers: Communicator, sources: Sequence[str], text: TextOptions, config: TrainConfig) -> None:
        self.workers = workers
        self._sources, self._text, self._config = list(sources), text, config
        self._ranges: list[list[FilePart]] = divide_files(self._sources, max(config.shards, workers.size), text)
        self.size = sum(map(_bytes, self._ranges)) or None
        self._shares: list[list[int]] = []
        self._layout: Layout | None = None
        self._digests: dict[int, tuple[int, str]] = {}
        self._portion_digests: dict[int, str] = {}

    def read(self, wanted: VocabularyConfig | Choice | Vocabulary, told: Callable[[int], object]) -> None:
        """Count the words, choose the vocabulary, encode the text and give each worker the portions of its shards.

        ``told`` is called with the bytes of each range that was counted.
        """
        persist(self.workers, self._require_disk_to_read)
        chosen, ledger = self._count(told).select(wanted)
        selection = (
            wanted.config if isinstance(wanted, Choice) else wanted if isinstance(wanted, VocabularyConfig) else None
        )
        self.corpus = ScatteredCorpus(chosen.vocabulary, ledger, tuple(self._sources), selection, self._text)
        self._vocabulary = self.workers.share(chosen.vocabulary)
        if selection is not None:
            for message in persist(self.workers, self._notices):
                warn(message, CorpusWarning)
        self._tokens = ledger.tokens - ledger.out_of_vocabulary
        persist(self.workers, partial(self._require_disk_for_portions, self._tokens))
        persist(self.workers, self.place)

    def _require_disk_to_read(self) -> None:
        needs = [0.0] * self.workers.size
        for number, parts in enumerate(self._ranges):
            needs[self._reader(number)] += expected_disk(parts)
        require_disk(everywhere(self.workers, "facts"), needs)

    def _require_disk_for_portions(self, tokens: int) -> None:
        shards = self._config.shards
        most = ID_BYTES * tokens * -(-shards // self.workers.size) / shards
        require_disk(everywhere(self.workers, "facts"), [most] * self.workers.size)

    def _count(self, told: Callable[[int], object]) -> MergedCounts:
        merged, waiting = MergedCounts(self._sources, self._text), dict[int, WordCounts]()
        for numbers in _batches(len(self._ranges), self.workers.size):
            waiting |= persist(self.workers, partial(self._counts, numbers))
            while (number := merged.ranges) in waiting:
                merged.add(waiting.pop(number))
            told(sum(_bytes(self._ranges[number]) for number in numbers))
        return merged

    def _notices(self) -> list[str]:
        """Return what is to be said of the beginning of the text."""
        reader = self._reader(0)
        _, said = self.workers.run([Call(reader, "learn", (self._vocabulary,)), Call(reader, "notices", (0,))])
        return said  # type: ignore[no-any-return]

    def _counts(self, numbers: list[int]) -> dict[int, WordCounts]:
        calls = [Call(self._reader(number), "count", (number, self._ranges[number], self._text)) for number in numbers]
        return dict(zip(numbers, self.workers.run(calls), strict=True))

    @property
    def fingerprint(self) -> str:
        """See `ChunkedText`."""
        digests = [self._portion_digests[shard] for shard in range(len(self.portions))]
        return fingerprint_of_portions(self.corpus.vocabulary, digests)

    @property
    def portions(self) -> list[tuple[int, int]]:
        """The chunks of each shard."""
        return portions_of(self.edges, self._config)

    def shares(self) -> list[list[int]]:
        """Return the shards of each worker: equal parts, unless some were given away."""
        if len(self._shares) != self.workers.size:
            self._shares = [list(range(*part)) for part in parts_of(0, len(self.portions), self.workers.size)]
        return self._shares

    def give(self, giver: int, taker: int) -> bool:
        """Give a shard of one worker to another, if that has room for it; return whether it has."""
        facts: list[Facts] = everywhere(self.workers, "facts")
        first, end = self.portions[self.shares()[giver][-1]]
        disk = ID_BYTES * int(self.edges[end] - self.edges[first])
        memory = 2 * 4 * len(self.corpus.vocabulary) * padded(self._config.vector_size)
        if facts[taker].memory < memory or facts[taker].disk < disk:
            return False
        self._shares[taker].append(self._shares[giver].pop())
        persist(self.workers, self.place)
        return True

    def engine(self, matrices: Matrices, noise: NDArray[np.uint32], steps: NDArray[np.float32] | None) -> RemoteShards:
        """See `ChunkedText`."""
        config = replace(self._config, shards=len(self.portions))
        plan = plan_of(self.edges, self.corpus.vocabulary, config)
        sampling = self.workers.share(Sampling.of(self.corpus.vocabulary.counts, config, noise))
        self._shards = RemoteShards(self, matrices, self.portions, plan, config, sampling, steps)
        return self._shards

    @property
    def costs(self) -> Costs:
        """What the training has cost so far."""
        return self._shards.costs

    def forget(self, trained: Iterable[tuple[int, int]]) -> None:
        """See `ChunkedText`; workers do so themselves."""

    def require_memory(self) -> None:
        """See `ChunkedText`: this process holds the model twice, when a span ends."""
        estimate = estimate_memory(len(self.corpus.vocabulary), replace(self._config, shards=0))
        require(replace(estimate, matrices=2 * estimate.matrices))

    def require_room(self, config: TrainConfig, *, pool: bool) -> list[Facts]:
        """Raise MemoryLimitError if a worker has no room for the copies of its shards; return what workers say.

        ``pool``: whether the noise pool needs room too, as it is not there yet.
        """
        facts: list[Facts] = everywhere(self.workers, "facts")
        require_memory(facts, [len(those) for those in self.shares()], len(self.corpus.vocabulary), config, pool=pool)
        return facts

    # --------------------------------------------------------------------------------------------- what workers must have

    def place(self) -> None:
        """Let every worker have the vocabulary and the portions of its shards; ranges that nobody has are read (again).

        Raises
        ------
        CorpusChangedError
            If a range that is read again is not what it was.
        """
        held: list[Holdings] = everywhere(self.workers, "held")
        everywhere(self.workers, "restart_portions")
        self.workers.run([Call(i, "learn", (self._vocabulary,)) for i, one in enumerate(held) if not one.vocabulary])
        owners = {number: worker for worker, one in enumerate(held) for number in one.ranges}
        if self._layout is None:
            self._encode({number: self._reader(number) for number in range(len(self._ranges))}, owners)
            self._lay_out(owners)
        missing = {
            shard: worker
            for worker, shards in enumerate(self.shares())
            for shard in shards
            if shard not in held[worker].portions or shard not in self._portion_digests
        }
        pieces = [(worker, shard, *piece) for shard, worker in missing.items() for piece in self._pieces(shard)]
        self._encode({number: worker for worker, _, number, *_ in pieces}, owners)
        self.workers.move(
            [
                (Call(owners[number], "piece", (number, first, end, self._layout)), Call(worker, "add", (shard,)))
                for worker, shard, number, first, end in pieces
            ]
        )
        self._settle(missing)

    def _encode(self, readers: dict[int, int], owners: dict[int, int]) -> None:
        """Let workers encode the ranges that none of them holds, and add them to the owners."""
        readers = {
            number: owners.get(number, worker)
            for number, worker in readers.items()
            if number not in owners or number not in self._digests
        }
        calls = [
            Call(worker, "encode", (number, self._ranges[number], self._text)) for number, worker in readers.items()
        ]
        owners |= readers
        for number, found in zip(readers, self.workers.run(calls), strict=True):
            if self._digests.setdefault(number, found) != found:
                names = ", ".join(repr(part.source) for part in self._ranges[number])
                raise CorpusChangedError(
                    f"cannot use corpus {names}: it changed since it was read first; start a new run"
                )

    def _lay_out(self, owners: dict[int, int]) -> None:
        """Find the chunks of the whole text."""
        lengths = [self._digests[number][0] for number in range(len(self._ranges))]
        self._bases = np.cumsum([0, *lengths]).tolist()
        if self._bases[-1] != self._tokens:  # a worker died after it counted, and another one read the text again
            raise CorpusChangedError(CHANGED)
        layout = Layout(self._bases[-1], self._config)
        calls = [Call(owners[number], "edges", (number, self._bases[number], layout)) for number in range(len(lengths))]
        self.edges = chunk_edges(self.workers.run(calls), layout.tokens)
        self._layout = layout

    def _pieces(self, shard: int) -> Iterable[tuple[int, int, int]]:
        """Yield the pieces of a shard's portion: range, and first and last token in it, between edges of chunks."""
        chunks = self.portions[shard]
        edges = self.edges[chunks[0] : chunks[1] + 1]
        for number, base in enumerate(self._bases[:-1]):
            first, end = max(edges[0], base), min(edges[-1], self._bases[number + 1])
            cuts = edges[(edges > first) & (edges < end)]
            cuts = cuts[np.diff(cuts // PIECE_TOKENS, prepend=first // PIECE_TOKENS) > 0]
            for start, stop in zip([first, *cuts], [*cuts, end], strict=True):
                if start < stop:
                    yield number, int(start - base), int(stop - base)

    def _settle(self, missing: dict[int, int]) -> None:
        calls = []
        for shard, worker in missing.items():
            first, end = self.portions[shard]
            edges = self.edges[first : end + 1] - self.edges[first]
            calls.append(Call(worker, "settle", (shard, edges, first)))
        for shard, digest in zip(missing, self.workers.run(calls), strict=True):
            if self._portion_digests.setdefault(shard, digest) != digest:
                raise CorpusChangedError(CHANGED)

    def _reader(self, number: int) -> int:
        """Return the worker that reads a range: most of it belongs to the worker's shards."""
        return number // -(-len(self._ranges) // self.workers.size)


def _batches(ranges: int, workers: int) -> list[list[int]]:
    """Return the numbers of ranges in batches with at most one for each worker, whose ranges follow one another.

    Examples
    --------
    >>> _batches(ranges=5, workers=2)
    [[0, 3], [1, 4], [2]]
    """
    each = -(-ranges // workers)
    return [list(range(first, ranges, each)) for first in range(each)]


def _bytes(parts: list[FilePart]) -> int:
    return sum(part.size for part in parts)
