"""Shards: copies of the matrices, trained side by side and merged in rounds; the same bits for any number of threads.

    thread 0   trains its shards | . merges a part of the rows . | trains ...
    thread 1   trains its shards | . merges a part of the rows . | trains ...
                                 all wait                        all wait

A shard trains its chunks one after another, and which thread does it makes no difference. `rounds` says who trains what
and when copies are merged, and `merging` says how.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import count
from threading import Barrier, BrokenBarrierError, Event
from typing import Any

import numpy as np

from w2v import _core
from w2v.corpus.disk_array import forget
from w2v.training.course import Course
from w2v.training.matrices import Matrices
from w2v.training.merging import Rule
from w2v.training.rounds import Round


def part_of(text: _core.Text, first: int, end: int) -> _core.Text:
    """Return the chunks ``first`` to ``end`` of a text as a text of its own, with the same random streams."""
    sentences = slice(text.chunks[first], text.chunks[end] + 1)
    offsets = text.offsets[sentences]
    return _core.Text(
        text.tokens[offsets[0] : offsets[-1]],
        offsets - offsets[0],
        text.chunks[first : end + 1] - text.chunks[first],
        text.keep,
        text.first_chunk + first,
    )


class Shards(Course):
    """Work that threads share, as the engine is; see `w2v.training.threads`.

    Parameters
    ----------
    engine : Engine
        Trains ``model`` with the learning rate and the steps of shards; theirs are made from it.
    model : Matrices
        What holds the model whenever a span has ended.
    rule : Mean or Directional
    text : Text
        The whole text.
    portions : sequence of (int, int)
        The chunks of each shard, as from `portions`; none is empty.
    plan : sequence of Round
    """

    def __init__(
        self,
        engine: _core.Engine,
        model: Matrices,
        rule: Rule,
        text: _core.Text,
        portions: Sequence[tuple[int, int]],
        plan: Sequence[Round],
    ) -> None:
        super().__init__(portions, plan)
        self._model, self.rule = model, rule
        parts = [part_of(text, *portion) for portion in portions]
        self._engines = [
            engine.on_copies(copy.input, copy.output, part, partial(forget, part.tokens))
            for copy, part in zip(rule.copies, parts, strict=True)
        ]
        self.position = self._done = 0

    def begin(self, epoch: int, first: int, end: int, counts: Any, losses: Any, threads: int) -> None:
        """See `Course`."""
        self._place = self._places[epoch, first]
        self._end, self._records, self._threads = end, (counts, losses), threads
        self._numbers, self._arrivals, self._begun, self._decision = count(), count(1), Event(), dict[str, bool]()
        self._stopping = self._failed = self._finished = False
        self.position, self._done = first, 0
        self._trained, self._merged = Barrier(threads), Barrier(threads, self._end_round)

    def work(self) -> None:
        """Train until the end or, after `stop`, until the round is merged. Run by each thread."""
        thread = next(self._numbers)
        try:
            if self.is_whole:
                self._copy_model(range(thread, self.number, self._threads))
            if not self._all_have_come():
                return
            while not self._finished:
                for side in range(thread, 2, self._threads):
                    self.rule.measure(self._place, side)
                for shard in range(thread, self.number, self._threads):
                    self._engines[shard].work()
                self._trained.wait()
                self._merge(thread)
                self._merged.wait()
        except BrokenBarrierError:  # another thread has failed
            return
        except BaseException:
            self._stopping = self._failed = True
            self._trained.abort()
            self._merged.abort()
            raise

    def stop(self) -> None:
        """Ask all threads to finish the round and return. Takes no lock, as signal handlers call it."""
        self._stopping = True

    def set_rates(self, alpha: float, min_alpha: float) -> None:
        """Make the learning rate fall from ``alpha`` to ``min_alpha`` over the whole run; no thread may be working."""
        self.rule.set_rates(alpha, min_alpha)
        for engine in self._engines:
            engine.set_rates(alpha, min_alpha)

    @property
    def progress(self) -> int:
        """Tokens finished since `begin`."""
        return self._done + sum(engine.progress for engine in self._engines)

    def _all_have_come(self) -> bool:
        """Wait until every thread has copied its shards; return False, in all threads, if they are stopped before that.

        A thread may not come at all, if it cannot be started. Whether to train is decided once, by the first
        ``setdefault``, which is atomic: by the last thread to come, or by one that waits and is stopped.
        """
        if next(self._arrivals) == self._threads:
            if not self._decision.setdefault("train", not self._stopping):
                return False
            merged = len(self._model.input) if self.is_whole else self.plan[self._place - 1].rows
            self.rule.begin_intervals(self._place, merged)
            self._begin_round()
            self._begun.set()
        while not self._begun.wait(0.05):
            if self._failed or (self._stopping and not self._decision.setdefault("train", False)):
                return False
        return True

    def _copy_model(self, shards: Iterable[int]) -> None:
        """Let shards begin with the model; by the thread that will train them, whose memory is then the nearest (NUMA)."""
        for shard in shards:
            copy = self.rule.copies[shard]
            if copy is not self._model:
                np.copyto(copy.input, self._model.input)
                np.copyto(copy.output, self._model.output)

    def _begin_round(self) -> None:
        one = self.plan[self._place]
        counts, losses = self._records
        for shard, (engine, (first, end)) in enumerate(zip(self._engines, self.portions, strict=True)):
            engine.begin(one.epoch, *self.chunks_of(shard, one), counts[first:end], losses[first:end])

    def _merge(self, thread: int) -> None:
        rows = self.plan[self._place].rows
        self.rule.merge(rows * thread // self._threads, rows * (thread + 1) // self._threads)

    def _end_round(self) -> None:
        one = self.plan[self._place]
        self._place += 1
        self.position = self._position(one.end)
        self._finished = self._stopping or (one.whole and self.position >= self._end)
        if not self._finished:
            self.rule.begin_intervals(self._place, one.rows)
            self._done = self.progress
            self._begin_round()
