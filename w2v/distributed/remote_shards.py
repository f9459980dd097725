"""Shards that workers train in rounds, and their recovery: the process that drives them holds the model of a past span.

    span        |-- 16 rounds --|-- 16 rounds --|----- X           a worker dies
    model here  0               1                                  the last one that was taken from the workers
                                |-- 16 rounds --|-- 16 rounds --|  all workers go back to it: the same bits

The result depends on the shards alone, so any number of workers may take over those of one that died.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from w2v.config import TrainConfig
from w2v.distributed.checks import by_machine
from w2v.distributed.communicator import Call, WorkerLost, everywhere
from w2v.distributed.costs import Costs, RoundCosts
from w2v.distributed.exchanges import exchanges, held_of_row, parts_of
from w2v.distributed.kept_model import KeptModel
from w2v.distributed.recovery import persist, refuse_more
from w2v.distributed.stragglers import Stragglers
from w2v.distributed.worker import Trained
from w2v.training.course import Course
from w2v.training.matrices import Matrices
from w2v.training.merging import Rows
from w2v.training.rounds import Round

if TYPE_CHECKING:
    from w2v.distributed.scattered_text import ScatteredText

log = logging.getLogger(__name__)

TURN_SECONDS = 0.2
"""How long a worker that is alone may go on without being told to; Ctrl-C waits as long."""


class RemoteShards(Course):
    """The rounds of a training by workers, driven by one thread.

    Parameters
    ----------
    text : ScatteredText
    matrices : Matrices
        The model to begin with; they hold the one that was taken last, which is that of now when `work` has ended a span.
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
        self._text, self._workers, self._kept = text, text.workers, KeptModel(matrices)
        self._settings = config, sampling, steps
        self._rates = {0: (config.alpha, config.min_alpha)}  # by the place of the round from which on they hold
        self._held_of_row = 0.0  # bytes, by the machine that holds most in an exchange
        self._ready = False  # whether the workers have what the shards had learned before the next round
        self._began = False  # whether workers were given the noise pool
        self._losses_since_kept = self.losses = 0
        self.position = 0
        self.rounds: list[RoundCosts] = []

    @property
    def costs(self) -> Costs:
        """What the training has cost so far."""
        return Costs(self.rounds, self.losses, self._workers.size)

    def begin(self, epoch: int, first: int, end: int, counts: Any, losses: Any, threads: int) -> None:
        """See `Course`."""
        place = self._places[epoch, first]
        if place != self._place:  # a run that is resumed
            self._ready, self._kept.place = False, place
        self._place, self.position, self._end = place, first, end
        self._records, self._stopping = (counts, losses), False
        self._before = int(counts[:, 0].sum())

    def work(self) -> None:
        """Train until the end or, after `stop`, until the round is merged."""
        finished = self._stopping
        while not finished:
            try:
                if not self._ready:
                    self._load()
                self._place += self._train()
                one = self.plan[self._place - 1]
                self.position = self._position(one.end)
                finished = self._stopping or (one.whole and self.position >= self._end)
                if one.whole:
                    self._end_span(finished)
            except WorkerLost as problem:
                self._recover(problem)
                finished = False

    def stop(self) -> None:
        """Ask to finish the round and return. Takes no lock, as signal handlers call it."""
        self._stopping = True

    def set_rates(self, alpha: float, min_alpha: float) -> None:
        """Make the learning rate fall from ``alpha`` to ``min_alpha`` over the whole run; not while `work` runs.

        Rounds that were trained before have the rates of before, even if a worker is lost and they are trained again.
        """
        self._rates[self._place] = alpha, min_alpha

    @property
    def is_whole(self) -> bool:
        """Whether the matrices are the model: all rows were merged after the last round, and are here."""
        return self._place == self._kept.place

    @property
    def progress(self) -> int:
        """Tokens finished since `begin`."""
        return int(self._records[0][:, 0].sum()) - self._before

    # -------------------------------------------------------------------------------------------------------- recovery

    def _recover(self, problem: WorkerLost) -> None:
        self.losses += 1
        self._losses_since_kept += 1
        self._go_back()
        refuse_more(self._losses_since_kept, problem)
        log.warning("a worker was lost (%s); going back to the last model", problem)
        persist(self._workers, self._revive)

    def _revive(self) -> None:
        self._workers.revive()
        self._text.place()

    def _go_back(self) -> None:
        """Let the next round be the one before which the model is here."""
        self._ready = False
        if self._place != self._kept.place:
            self._place = self._kept.place
            self.position = self._position(self.plan[self._place].first)

    def _load(self) -> None:
        """Let workers begin with the model that is here."""
        shares = self._text.shares()
        tokens = int(self._text.edges[-1])
        everywhere(self._workers, "release")
        facts = self._text.require_room(self._settings[0], pool=not self._began)
        self._stragglers = Stragglers([one.threads for one in facts])
        machines = [[len(shares[i]) for i in those] for _, those in by_machine(facts)]
        self._held_of_row = max(held_of_row(self._settings[0], here, self._workers.size) for here in machines)
        self._began = True
        self._workers.run(
            [Call(i, "take", (list(shards), self.plan, tokens, *self._settings)) for i, shards in enumerate(shares)]
        )
        everywhere(
            self._workers, "set_rates", *self._rates[max(place for place in self._rates if place <= self._place)]
        )
        model = self._kept.matrices
        for first, end in exchanges(len(model.input), self._bytes_of_row):
            rows = self._workers.share((model.vectors[first:end].copy(), model.output_vectors[first:end].copy()))
            everywhere(self._workers, "load", rows, first)
        self._ready = True

    # ---------------------------------------------------------------------------------------------------------- rounds

    def _train(self) -> int:
        """Let workers train a round, or some, and merge; return the number of rounds."""
        if self._workers.size == 1:
            return self._train_alone()
        self._train_together()
        return 1

    def _train_together(self) -> None:
        place, one = self._place, self.plan[self._place]
        if place in self._rates:
            everywhere(self._workers, "set_rates", *self._rates[place])
        began = time.perf_counter()
        chunks = [self._chunks(shards, one) for shards in self._text.shares()]
        answers = self._workers.run([Call(i, "train", (place, part)) for i, part in enumerate(chunks)])
        trained = time.perf_counter()
        tokens = sum(self._record(done) for done, _ in answers)
        sent = sum(self._workers.merge(*rows) for rows in exchanges(one.rows, self._held_of_row))
        seconds = [seconds for _, seconds in answers]
        self._stragglers.saw(seconds, [len(part) for part in chunks])
        busy, merging = float(np.mean(seconds)), time.perf_counter() - trained
        self.rounds.append(RoundCosts(one.epoch, tokens, one.rows, sent, busy, trained - began - busy, merging))

    def _train_alone(self) -> int:
        """Let the only worker train and merge some rounds, or one if they are long; return their number.

        It has nobody to wait for, so it is told of all of them at once, and does not wait for this process either.
        """
        began, places = time.perf_counter(), self._next_places()
        calls = []
        for place, one in zip(places, self.plan[places.start : places.stop], strict=True):
            if place in self._rates:
                calls.append(Call(0, "set_rates", self._rates[place]))
            calls.append(Call(0, "train", (place, self._chunks(range(self.number), one))))
            calls.append(Call(0, "merge_alone", (one.rows,)))
        answers = [answer for answer in self._workers.run(calls) if answer is not None]
        merging = (time.perf_counter() - began - sum(seconds for _, seconds in answers)) / len(answers)
        for place, (done, seconds) in zip(places, answers, strict=True):
            one = self.plan[place]
            self.rounds.append(RoundCosts(one.epoch, self._record(done), one.rows, 0, seconds, 0.0, merging))
        return len(places)

    def _next_places(self) -> range:
        """Return the places of rounds that take about `TURN_SECONDS`, as the last one did, and end no later than a span."""
        last = self.rounds[-1] if self.rounds else None
        most = int(TURN_SECONDS / (last.train + last.merge)) if last else 1
        end = self._place + 1
        while end - self._place < most and not self.plan[end - 1].whole:
            end += 1
        return range(self._place, end)

    def _chunks(self, shards: Iterable[int], one: Round) -> dict[int, tuple[int, int]]:
        return {shard: self.chunks_of(shard, one) for shard in shards}

    def _end_span(self, finished: bool) -> None:
        """Take the model, if it is wanted; and let another worker have a shard of one that is slow."""
        shards = [len(those) for those in self._text.shares()]
        slow = self._stragglers.move(shards) if len(shards) > 1 and self._place < len(self.plan) else None
        if finished or slow is not None or self._losses_since_kept or self._kept.is_due:
            self._keep()
        try:
            if slow is not None and self._text.give(*slow):
                log.warning("worker %d is slow: worker %d takes one of its shards", *slow)
                self._ready = False
        except WorkerLost as problem:
            self._recover(problem)

    def _keep(self) -> None:
        began, last = time.perf_counter(), self.rounds[-1]
        self._kept.take(self._place, self._rows())
        self._losses_since_kept = 0
        sent, merging = last.rows * self._bytes_of_row, time.perf_counter() - began
        self.rounds[-1] = replace(last, sent=last.sent + sent, merge=last.merge + merging)

    def _rows(self) -> Iterator[tuple[int, int, Rows]]:
        """Yield all rows, which have just been merged, in parts: first, end, and what a worker has there."""
        for those in exchanges(len(self._kept.matrices.input), self._bytes_of_row):
            parts = parts_of(*those, self._workers.size)
            found = self._workers.run([Call(i, "rows", part) for i, part in enumerate(parts)])
            for part, rows in zip(parts, found, strict=True):
                yield *part, rows

    def _record(self, done: dict[int, Trained]) -> int:
        """Take note of what shards did in a round; return their tokens."""
        counts, losses = self._records
        for shard, one in done.items():
            first = self.portions[shard][0] + one.first
            counts[first : first + len(one.counts)], losses[first : first + len(one.losses)] = one.counts, one.losses
        return int(sum(one.counts[:, 0].sum() for one in done.values()))

    @property
    def _bytes_of_row(self) -> int:
        """Of the model."""
        return 2 * 4 * self._kept.matrices.dim
