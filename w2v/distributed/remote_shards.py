"""Shards that workers train in rounds, and their recovery: the process that drives them holds the model of the last span.

    span        |-- 16 rounds --|-- 16 rounds --|----- X           a worker dies
    model here  0               1               2                  the last one for which all rows were merged
                                                |-- 16 rounds --|  all workers go back to it: the same bits

The result depends on the shards alone, so any number of workers may take over those of one that died.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from w2v.config import TrainConfig
from w2v.distributed.communicator import Call, WorkerLost, everywhere
from w2v.distributed.costs import Costs, RoundCosts
from w2v.distributed.parts import parts_of
from w2v.distributed.recovery import persist, refuse_more
from w2v.distributed.stragglers import Stragglers
from w2v.distributed.worker import Trained
from w2v.training.course import Course
from w2v.training.matrices import Matrices
from w2v.training.rounds import Round

if TYPE_CHECKING:
    from w2v.distributed.scattered_text import ScatteredText

log = logging.getLogger(__name__)

EXCHANGED_BYTES = 1 << 28
"""Of the rows of all shards that are on their way at a time."""


class RemoteShards(Course):
    """The rounds of a training by workers, driven by one thread.

    Parameters
    ----------
    text : ScatteredText
    matrices : Matrices
        The model to begin with; they hold the one of the last span.
    portions, plan
        See `Course`.
    config : TrainConfig
        ``shards`` is the number of portions.
    sampling : object
        What the communicator shared: a `Sampling`.
    steps : ndarray of float32, shape (V,), or None
    """

    def __init__(
        self,
        text: "ScatteredText",
        matrices: Matrices,
        portions: Sequence[tuple[int, int]],
        plan: Sequence[Round],
        config: TrainConfig,
        sampling: Any,
        steps: NDArray[np.float32] | None,
    ) -> None:
        super().__init__(portions, plan)
        self.most_threads = 1
        self._text, self._workers, self._model = text, text.workers, matrices
        self._ended = Matrices.empty_as(matrices)  # the model of a span that is ending, until all of it is here
        for matrix in (self._ended.input, self._ended.output):
            matrix.fill(0)  # takes its memory now, before workers on this machine say how much they have
        self._settings = config, sampling, steps
        self._rates = {0: (config.alpha, config.min_alpha)}  # by the place of the round from which on they hold
        self._ready = False  # whether the workers have what the shards had learned before the next round
        self._began = False  # whether workers were given the noise pool
        self._losses_in_span = self.losses = 0
        self.position = 0
        self.rounds: list[RoundCosts] = []

    @property
    def costs(self) -> Costs:
        """What the training has cost so far."""
        return Costs(self.rounds, self.losses, self._workers.size)

    def begin(self, epoch: int, first: int, end: int, counts: Any, losses: Any, threads: int) -> None:
        """See `Course`."""
        place = self._places[epoch, first]
        self._ready = self._ready and place == self._place
        self._place, self.position, self._end = place, first, end
        self._records, self._stopping = (counts, losses), False
        self._before = int(counts[:, 0].sum())

    def work(self) -> None:
        """Train until the end or, after `stop`, until the round is merged."""
        finished = self._stopping
        while not finished:
            try:
                if not self._ready:
                    self._go_back()
                one = self.plan[self._place]
                self._train(one)
            except WorkerLost as problem:
                self._recover(problem)
                continue
            self._place += 1
            self.position = self._position(one.end)
            if one.whole:
                self._losses_in_span = 0
                self._help_stragglers()
            finished = self._stopping or (one.whole and self.position >= self._end)

    def stop(self) -> None:
        """Ask to finish the round and return. Takes no lock, as signal handlers call it."""
        self._stopping = True

    def set_rates(self, alpha: float, min_alpha: float) -> None:
        """Make the learning rate fall from ``alpha`` to ``min_alpha`` over the whole run; not while `work` runs.

        Rounds that were trained before have the rates of before, even if a worker is lost and they are trained again.
        """
        self._rates[self._place] = alpha, min_alpha

    @property
    def progress(self) -> int:
        """Tokens finished since `begin`."""
        return int(self._records[0][:, 0].sum()) - self._before

    # -------------------------------------------------------------------------------------------------------- recovery

    def _recover(self, problem: WorkerLost) -> None:
        self.losses += 1
        self._losses_in_span += 1
        self._ready = False
        refuse_more(self._losses_in_span, problem)
        log.warning("a worker was lost (%s); going back to the last span", problem)
        persist(self._workers, self._revive)

    def _revive(self) -> None:
        self._workers.revive()
        self._text.place()

    def _help_stragglers(self) -> None:
        """Let another worker have a shard of one that is slow; at the end of a span, where all begin with one model."""
        shards = [len(those) for those in self._text.shares()]
        found = self._stragglers.move(shards) if self._place < len(self.plan) else None
        try:
            if found is not None and self._text.give(*found):
                log.warning("worker %d is slow: worker %d takes one of its shards", *found)
                self._ready = False
        except WorkerLost as problem:
            self._recover(problem)

    def _go_back(self) -> None:
        """Let workers begin where all rows were merged last, with the model that is here."""
        while not self.is_whole:
            self._place -= 1
        self.position = self._position(self.plan[self._place].first)
        shares = self._text.shares()
        tokens = int(self._text.edges[-1])
        everywhere(self._workers, "release")
        facts = self._text.require_room(self._settings[0], pool=not self._began)
        self._stragglers = Stragglers([one.threads for one in facts])
        self._began = True
        self._workers.run(
            [Call(i, "take", (list(shards), self.plan, tokens, *self._settings)) for i, shards in enumerate(shares)]
        )
        everywhere(
            self._workers, "set_rates", *self._rates[max(place for place in self._rates if place <= self._place)]
        )
        for first, end in self._slabs(len(self._model.input)):
            rows = self._workers.share(
                (self._model.vectors[first:end].copy(), self._model.output_vectors[first:end].copy())
            )
            everywhere(self._workers, "load", rows, first)
        self._ready = True

    # ---------------------------------------------------------------------------------------------------------- rounds

    def _train(self, one: Round) -> None:
        if self._place in self._rates:
            everywhere(self._workers, "set_rates", *self._rates[self._place])
        began = time.perf_counter()
        chunks = [{shard: self.chunks_of(shard, one) for shard in shards} for shards in self._text.shares()]
        answers = self._workers.run([Call(i, "train", (self._place, part)) for i, part in enumerate(chunks)])
        trained = time.perf_counter()
        tokens = sum(self._record(shard, done) for answer, _ in answers for shard, done in answer.items())
        sent = sum(self._merge(*slab) for slab in self._slabs(one.rows))
        if one.whole:
            sent += self._keep(one.rows)
        seconds = [seconds for _, seconds in answers]
        self._stragglers.saw(seconds, [len(part) for part in chunks])
        busy, merging = float(np.mean(seconds)), time.perf_counter() - trained
        self.rounds.append(RoundCosts(one.epoch, tokens, one.rows, sent, busy, trained - began - busy, merging))

    def _merge(self, first: int, end: int) -> int:
        if self._workers.size == 1:
            self._workers.run([Call(0, "merge_alone", (first, end))])
            return 0
        return self._workers.merge(first, end)

    def _keep(self, number: int) -> int:
        """Take all rows, which have just been merged, from the workers; return their bytes."""
        for slab in self._slabs(number):
            parts = parts_of(*slab, self._workers.size)
            found = self._workers.run([Call(i, "rows", part) for i, part in enumerate(parts)])
            for (first, end), rows in zip(parts, found, strict=True):
                self._ended.vectors[first:end], self._ended.output_vectors[first:end] = rows
        np.copyto(self._model.input, self._ended.input)
        np.copyto(self._model.output, self._ended.output)
        return number * self._row_bytes

    def _record(self, shard: int, done: Trained) -> int:
        counts, losses = self._records
        first = self.portions[shard][0] + done.first
        counts[first : first + len(done.counts)], losses[first : first + len(done.losses)] = done.counts, done.losses
        return int(done.counts[:, 0].sum())

    def _slabs(self, rows: int) -> Iterator[tuple[int, int]]:
        """Yield the first and the end of rows that are sent at a time."""
        size = max(1, EXCHANGED_BYTES // (self.number * self._row_bytes))
        for first in range(0, rows, size):
            yield first, min(first + size, rows)

    @property
    def _row_bytes(self) -> int:
        return 2 * 4 * self._model.dim
