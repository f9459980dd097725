"""A worker: the process that reads some ranges of a text and trains some shards. It knows nothing of who calls it, or how.

    read     count -> (vocabulary) -> encode -> piece ==> add -> settle     ranges become the portions of shards
    train    take -> load -> train -> parts ==> merge ==> apply             ==> goes to other workers

Calls that were answered are not repeated: a new process, with nothing, takes the place of one that died. If that happened
between two calls, the second one raises `StateLost`.
"""

import os
import shutil
import socket
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from w2v import _core
from w2v.config import TextOptions, TrainConfig
from w2v.corpus import remote
from w2v.corpus.counts import Provisional
from w2v.corpus.disk_array import Spool, forget
from w2v.corpus.file_parts import FilePart
from w2v.corpus.notices import notice_text
from w2v.corpus.sentence_layout import Sentences
from w2v.corpus.vocabulary import Vocabulary
from w2v.distributed.encoded_range import EncodedRange, Layout, Piece, read_range
from w2v.distributed.exchanges import Merged, Part, parts_of, size_of_slices, slices_of
from w2v.distributed.sampling import Sampling
from w2v.distributed.word_counts import WordCounts
from w2v.machine import available_memory, isa
from w2v.training.chunked_text import portion_digest
from w2v.training.engines import make_engine
from w2v.training.matrices import Matrices
from w2v.training.merging import Rows, Rule, rule_of
from w2v.training.rounds import Round
from w2v.version import __version__

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Facts:
    """What a worker says of itself: its machine and process, its software, and what it has room for, in bytes.

    Two machines may have one ``host`` name; ``machine`` is different on each.
    """

    machine: str
    host: str
    process: int
    version: str
    isa: str
    threads: int
    memory: int
    disk: int


@dataclass(frozen=True)
class Holdings:
    """What a worker has already: whether it knows the vocabulary, the numbers of its ranges, and those of its portions."""

    vocabulary: bool
    ranges: frozenset[int]
    portions: frozenset[int]


@dataclass(frozen=True)
class Trained:
    """What a shard did in a round: ``first`` is its first chunk in the portion; see `Records` for the others."""

    first: int
    counts: NDArray[np.int64]
    losses: NDArray[np.float64]


class StateLost(Exception):
    """A process lacks what it was given: it took the place of one that died while nobody waited for its answer."""


class Worker:
    """See the module.

    Parameters
    ----------
    threads : int
        How many shards are trained at a time, and how many threads read text.
    machine : str
        What the communicator calls this machine.
    """

    _plan: Sequence[Round]
    _model: Matrices
    _rule: Rule

    def __init__(self, threads: int, machine: str = "") -> None:
        self._threads, self._machine = threads, machine
        self._pool = ThreadPoolExecutor(threads)
        self._read: dict[int, Provisional] = {}
        self._ranges: dict[int, EncodedRange] = {}
        self._vocabulary: Vocabulary | None = None
        self._unsettled: dict[int, tuple[Spool, list[NDArray[np.int64]]]] = {}
        self._portions: dict[int, _core.Text] = {}
        self._copies: dict[int, Matrices] = {}
        self._engines: dict[int, _core.Engine] = {}

    def _map(self, action: Callable[[T], R], those: Iterable[T]) -> list[R]:
        """Do something with each of those, by all threads."""
        if self._threads == 1:
            return [action(one) for one in those]
        return list(self._pool.map(action, those))

    def facts(self) -> Facts:
        """Return what must be known before it is given work."""
        disk = shutil.disk_usage(tempfile.gettempdir()).free
        here = self._machine, socket.gethostname(), os.getpid()
        return Facts(*here, __version__, isa(), self._threads, available_memory(), disk)

    def unreadable(self, sources: Sequence[str]) -> str | None:
        """Return what is wrong with the first file that cannot be read here; None if all can."""
        for source in sources:
            if not remote.is_url(source) and not os.access(source, os.R_OK):
                return f"{source!r}: {'no permission' if os.path.exists(source) else 'no such file'}"
        return None

    # --------------------------------------------------------------------------------------------------------- reading

    def count(self, number: int, parts: list[FilePart], text: TextOptions) -> WordCounts:
        """Read a range of the text, and return its words."""
        self._read[number] = read_range(parts, replace(text, threads=self._threads))
        return WordCounts.of(self._read[number])

    def learn(self, vocabulary: Vocabulary) -> None:
        """Take the vocabulary of the whole text."""
        self._vocabulary = vocabulary

    def notices(self, number: int) -> list[str]:
        """Return what is to be said of the text of a range that was counted, and not encoded yet; see `notice_text`."""
        read = self._read.get(number)
        if read is None:
            return []
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            notice_text(read, self._known_vocabulary(), Sentences.first(read))
        return [str(one.message) for one in said]

    def encode(self, number: int, parts: list[FilePart], text: TextOptions) -> tuple[int, str]:
        """Replace the words of a range by ids, and read it first if that was done by another; return length and digest."""
        if number not in self._ranges:
            read = self._read.pop(number, None) or read_range(parts, replace(text, threads=self._threads))
            self._ranges[number] = EncodedRange(read, self._known_vocabulary(), self._threads)
        return len(self._ranges[number]), self._ranges[number].digest

    def edges(self, number: int, base: int, layout: Layout) -> NDArray[np.int64]:
        """Return the edges of chunks in a range; see `EncodedRange.edges`."""
        self._require(number in self._ranges)
        return self._ranges[number].edges(base, layout)

    def piece(self, number: int, first: int, end: int, layout: Layout) -> Piece:
        """Return some tokens of a range, for a portion."""
        self._require(number in self._ranges)
        return self._ranges[number].piece(first, end, layout)

    def add(self, piece: Piece, shard: int) -> None:
        """Append a piece to the portion of a shard."""
        spool, ends = self._unsettled.setdefault(shard, (Spool(), []))
        tokens, piece_ends = piece
        ends.append(piece_ends + spool.append(tokens))

    def settle(self, shard: int, edges: NDArray[np.int64], first_chunk: int) -> str:
        """Finish the portion of a shard, whose chunks have these edges, in tokens of the portion; return its digest."""
        spool, ends = self._unsettled.pop(shard, (Spool(), []))
        offsets = np.concatenate([np.zeros(1, np.int64), *ends])
        self._require(bool(offsets[-1] == edges[-1]))  # or pieces went to a process that died
        chunks = np.searchsorted(offsets, edges).astype(np.int64)
        keep = np.zeros(0, np.uint32)  # known when it is trained
        text = _core.Text(spool.array(), offsets, chunks, keep, first_chunk)
        self._portions[shard] = text
        return portion_digest(text)

    def held(self) -> Holdings:
        """Return what need not be sent again."""
        return Holdings(self._vocabulary is not None, frozenset(self._ranges), frozenset(self._portions))

    def restart_portions(self) -> None:
        """Drop portions that are not complete."""
        self._unsettled.clear()

    def _known_vocabulary(self) -> Vocabulary:
        self._require(self._vocabulary is not None)
        return cast(Vocabulary, self._vocabulary)

    @staticmethod
    def _require(there: bool) -> None:
        if not there:
            raise StateLost("its process died and was replaced")

    @property
    def _is_ready(self) -> bool:
        """Whether it has taken shards."""
        return "_rule" in vars(self)

    # -------------------------------------------------------------------------------------------------------- training

    def release(self) -> None:
        """Free the memory of the shards that are here, before it is asked how much there is for others."""
        self._engines.clear()
        self._copies.clear()
        for name in ("_rule", "_model"):
            vars(self).pop(name, None)

    def take(
        self,
        shards: Sequence[int],
        plan: Sequence[Round],
        tokens: int,
        config: TrainConfig,
        sampling: Sampling,
        steps: NDArray[np.float32] | None,
    ) -> None:
        """Make copies of the matrices for shards, whose portions are here.

        Parameters
        ----------
        shards : sequence of int
        plan : sequence of Round
        tokens : int
            Of the whole text.
        config : TrainConfig
            ``shards`` is the number of all shards.
        sampling : Sampling
        steps : ndarray of float32, shape (V,), or None
            See `Trainer`.
        """
        words, self._plan = self._known_vocabulary(), plan
        self._require(self._portions.keys() >= set(shards))
        self._portions = {shard: self._portions[shard] for shard in shards}  # those of others leave the disk
        self.release()
        self._model = Matrices.zeros(len(words), config.vector_size)
        self._rule = rule = rule_of(config, self._model, sampling.updates, plan, tokens, steps)
        self._copies = {shard: rule.copies[shard] for shard in shards}
        for shard, copy in self._copies.items():
            text = self._portions[shard]._replace(keep=sampling.keep)
            self._engines[shard] = make_engine(
                copy, text, sampling.noise, config, rule.steps, rule.boost, partial(forget, text.tokens)
            )

    def load(self, rows: Rows, first: int) -> None:
        """Let the model and all copies begin with these rows."""
        self._require(self._is_ready)
        end = first + len(rows[0])
        for copy in {id(one): one for one in (self._model, *self._copies.values())}.values():
            copy.vectors[first:end], copy.output_vectors[first:end] = rows

    def set_rates(self, alpha: float, min_alpha: float) -> None:
        """See `Shards.set_rates`."""
        self._require(self._is_ready)
        self._rule.set_rates(alpha, min_alpha)
        for engine in self._engines.values():
            engine.set_rates(alpha, min_alpha)

    def train(self, place: int, chunks: Mapping[int, tuple[int, int]]) -> tuple[dict[int, Trained], float]:
        """Train chunks with each shard in the round at this place of the plan; return what each did, and the seconds."""
        self._require(self._is_ready)
        began = time.perf_counter()
        is_whole = place == 0 or self._plan[place - 1].whole
        self._rule.begin_intervals(place, len(self._model.input) if is_whole else self._plan[place - 1].rows)
        self._map(lambda side: self._rule.measure(place, side), (0, 1))
        epoch = self._plan[place].epoch
        each = self._map(lambda shard: self._train(shard, epoch, *chunks[shard]), chunks)
        trained = dict(zip(chunks, each, strict=True))
        return trained, time.perf_counter() - began

    def _train(self, shard: int, epoch: int, first: int, end: int) -> Trained:
        text, number = self._portions[shard], len(self._portions[shard].chunks) - 1
        counts, losses = np.zeros((number, 6), np.int64), np.zeros(number)
        self._engines[shard].begin(epoch, first, end, counts, losses)
        self._engines[shard].work()
        forget(text.tokens, int(text.offsets[text.chunks[end]]), int(text.offsets[text.chunks[first]]))
        return Trained(first, counts[first:end], losses[first:end])

    def parts(self, first: int, end: int, number: int) -> list[Part]:
        """Return what each shard has learned of the rows ``first`` to ``end``, in parts, for whoever merges each."""
        self._require(self._is_ready)
        slices = [slices_of(*part) for part in parts_of(first, end, number)]
        every = [one for those in slices for one in those]
        learned = self._map(lambda shard: iter(self._rule.changes(shard, every)), self._copies)
        return [
            {shard: list(islice(each, len(those))) for shard, each in zip(self._copies, learned, strict=True)}
            for those in slices
        ]

    def merge(self, first: int, end: int, *parts: Part) -> Merged:
        """Merge what all shards, in their order, learned of the rows ``first`` to ``end``, whoever trained them."""
        self._require(self._is_ready)
        learned = {shard: slices for part in parts for shard, slices in part.items()}
        by_slice = zip(*(learned[shard] for shard in sorted(learned)), strict=True)
        merged = self._map(
            lambda one: self._rule.merge_changes(*one[0], one[1]), zip(slices_of(first, end), by_slice, strict=True)
        )
        return Merged(
            merged, sum(size_of_slices(slices) for shard, slices in learned.items() if shard not in self._copies)
        )

    def apply(self, first: int, end: int, own: int, *merged: Merged) -> int:
        """Take over the merged rows ``first`` to ``end``, in parts; return the bytes that came from others for all this.

        ``own`` is the part that was merged here.
        """
        self._require(self._is_ready)
        rows = [one for part in parts_of(first, end, len(merged)) for one in slices_of(*part)]
        shards, slices = list(self._copies), [one for part in merged for one in part.slices]
        self._map(lambda one: self._rule.add(*one[0], one[1], shards), zip(rows, slices, strict=True))
        return merged[own].received + sum(size_of_slices(part.slices) for i, part in enumerate(merged) if i != own)

    def merge_alone(self, rows: int) -> None:
        """Merge the first rows of all shards, which are all here."""
        self._require(self._is_ready)
        self._map(lambda part: self._rule.merge(*part), parts_of(0, rows, self._threads))

    def rows(self, first: int, end: int) -> Rows:
        """Return the rows ``first`` to ``end`` of the model, as they were merged last."""
        self._require(self._is_ready)
        return self._model.vectors[first:end].copy(), self._model.output_vectors[first:end].copy()
