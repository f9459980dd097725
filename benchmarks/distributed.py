"""What a training by 1 to 32 machines takes, and how good it is: workers in one process, in turn; the network as given.

    python benchmarks/distributed.py TEXT [--workers 4 8 16 32] [--gbits 10] [--call-ms 3] [--pairs FILE ...]

Each worker has one thread and one shard. What a machine computes is measured in processor seconds, so other programs count
little; what it sends is counted, and divided by the bandwidth:

    seconds = training and merging of the worker that takes longest for each in all (how long a single call takes, says
              more of other programs than of the worker)
              + bytes of the worker to which most is sent / bandwidth + exchanges * calls
              + how often the driver takes the model * (bytes of the model / bandwidth + copying)

The driver takes it after each epoch and when it is due (`w2v.distributed.kept_model`); nobody trains meanwhile.
*speed-up* is the processor time of one thread without shards divided by that. The models are those that machines would
train, bit for bit, so their scores are too. The second table is a projection for ``--words`` words with a vocabulary of
``--vocabulary``, and 1 to 64 machines, from the measured seconds per word, seconds of merging per exchange and per merged
row, by least squares over all exchanges, and bytes per row. A round is an exchange, or several if it merges more rows than
a machine has room for at a time (`w2v.distributed.exchanges`). (64 shards diverge on the text of the measurements, so 64
machines have 32 shards of two threads each: see README.md.)

``--save FILE`` writes the results, from which ``docs/pictures.py`` draws a picture.
"""

import argparse
import gzip
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from machine import machine, show
from numpy.typing import NDArray
from scaling import scores

from w2v import TextOptions, TrainConfig, VocabularyConfig, encode, train
from w2v.corpus.paths import Files
from w2v.distributed.communicator import Call
from w2v.distributed.exchanges import exchanges, parts_of
from w2v.distributed.job import Job, train_with
from w2v.distributed.kept_model import interval
from w2v.distributed.plan import Plan
from w2v.distributed.worker import Worker
from w2v.evaluation.exam import Exam
from w2v.experiments.compare.scores import comparison_exam
from w2v.training.train import Run

MERGING = ("parts", "merge", "apply")
MACHINES = (1, 2, 4, 8, 16, 32, 64)
CHUNK = 4096

COPIED = 6e9
"""Bytes of a model that the driver copies in a second, twice: measured with a million words of 100 dimensions (0.13 s)."""


class Timed:
    """A `Communicator` whose workers live here, and work one after another, as if each had a machine of its own.

    Attributes
    ----------
    seconds : dict
        Processor seconds of each worker in all calls of each method, shape (number,).
    sent : float
        Bytes of the worker to which most was sent, summed over exchanges.
    exchanges : list of (int, float)
        Of each: rows and processor seconds, the mean of the workers.
    """

    def __init__(self, number: int) -> None:
        self.workers = [Worker(1, machine=str(i)) for i in range(number)]
        self.size = self.threads = number
        self.seconds: defaultdict[str, NDArray[np.float64]] = defaultdict(lambda: np.zeros(number))
        self.sent, self.exchanges = 0.0, list[tuple[int, float]]()

    def run(self, calls: Sequence[Call]) -> list[Any]:
        """See `Communicator`."""
        return self._at_once([(call.worker, call.method, call.arguments) for call in calls])

    def move(self, moves: Sequence[tuple[Call, Call]]) -> None:
        """See `Communicator`."""
        for source, target in moves:
            (piece,) = self.run([source])
            self._at_once([(target.worker, target.method, (piece, *target.arguments))])

    def merge(self, first: int, end: int) -> int:
        """See `Communicator`."""
        everyone, before = range(self.size), self.merging.mean()
        parts = self._at_once([(i, "parts", (first, end, self.size)) for i in everyone])
        rows = parts_of(first, end, self.size)
        merged = self._at_once([(i, "merge", (*rows[i], *(part[i] for part in parts))) for i in everyone])
        sent = self._at_once([(i, "apply", (first, end, i, *merged)) for i in everyone])
        self.sent += max(sent)
        self.exchanges.append((end - first, self.merging.mean() - before))
        return sum(sent)

    @property
    def merging(self) -> NDArray[np.float64]:
        """Processor seconds of each worker's merging so far."""
        return np.sum([self.seconds[name] for name in MERGING], axis=0)

    def share(self, value: Any) -> Any:
        """See `Communicator`."""
        return value

    def revive(self) -> None:
        """See `Communicator`; nothing dies here."""

    def close(self) -> None:
        """See `Communicator`."""

    def _at_once(self, calls: Sequence[tuple[int, str, tuple[Any, ...]]]) -> list[Any]:
        answers = []
        for worker, method, arguments in calls:
            began = time.process_time()
            answers.append(getattr(self.workers[worker], method)(*arguments))
            self.seconds[method][worker] += time.process_time() - began
        return answers


@dataclass(frozen=True)
class Network:
    """Bytes per second that a machine can send, and the seconds that the calls of an exchange take."""

    bandwidth: float
    calls: float

    def taking(self, model: int, epochs: int, seconds: float) -> float:
        """Return what taking the model adds, at most, to a training of so many seconds; ``model`` is its bytes."""
        each = model / self.bandwidth + model / COPIED + len(exchanges(model, row_bytes=1)) * self.calls
        return each * (epochs + 1 + seconds // interval(each)) if model else 0.0


@dataclass(frozen=True)
class Measured:
    """One training: processor seconds of training and of merging, bytes sent to a machine, rows, rounds and exchanges.

    ``model`` is the bytes of the model, which a driver takes.

    ``ms_per_exchange`` and ``us_per_row`` say how merging depends on the rows, by least squares.
    """

    machines: int
    train: float
    merge: float = 0.0
    sent: float = 0.0
    rows: int = 0
    rounds: int = 0
    exchanges: int = 0
    ms_per_exchange: float = 0.0
    us_per_row: float = 0.0
    bytes_per_token: float = 0.0
    model: int = 0
    scores: dict[str, float] = field(default_factory=dict)

    def seconds(self, network: Network, epochs: int) -> float:
        """Return what machines would take."""
        rounds = self.train + self.merge + self.sent / network.bandwidth + self.exchanges * network.calls
        return rounds + network.taking(self.model, epochs, rounds)


def alone(text: str, config: TrainConfig, exam: Exam) -> tuple[Measured, int]:
    """Train with one thread, without shards; return the words of the text too."""
    corpus = encode(text)
    began = time.process_time()
    model = train(corpus, config, progress=False)
    return Measured(1, time.process_time() - began, scores=scores(exam, model)), len(corpus.tokens)


def together(text: str, number: int, config: TrainConfig, exam: Exam) -> Measured:
    """Train with workers, each with one shard."""
    workers = Timed(number)
    model, costs = train_with(
        workers, Job(Files.at(text), VocabularyConfig(), TextOptions(), config, Run(progress=False))
    )
    rows, seconds = np.array(workers.exchanges).T
    of_row, of_exchange = np.polyfit(rows, seconds, 1)
    return Measured(
        number,
        workers.seconds["train"].max(),
        workers.merging.max(),
        workers.sent,
        int(rows.sum()),
        len(costs.rounds),
        len(workers.exchanges),
        of_exchange * 1e3,
        of_row * 1e6,
        costs.summary()["bytes_per_token"],
        2 * model.vectors.vectors.nbytes,
        scores(exam, model),
    )


def projected(found: Sequence[Measured], seconds_per_word: float, plan: Plan, machines: int, network: Network) -> float:
    """Return the seconds of a larger text, whose plan is given, from what is measured with about as many machines."""
    near = min(found, key=lambda one: abs(one.machines - machines))
    alone = plan.all_tokens * seconds_per_word / machines
    if machines == 1:
        return alone
    row = near.us_per_row / 1e6 + near.sent / near.rows / network.bandwidth
    each, merged = near.ms_per_exchange / 1e3 + network.calls, plan.exchanges(machines)
    seconds = alone + sum(merged) * row + len(merged) * each
    return seconds + network.taking(2 * 4 * plan.words * plan.config.vector_size, plan.config.epochs, seconds)


def projection(found: Sequence[Measured], seconds_per_word: float, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Return hours, efficiency and exchanges for each number of machines."""
    network, rows = Network(options.gbits * 1e9 / 8, options.call_ms / 1e3), []
    for machines in MACHINES:
        config = TrainConfig(shards=min(machines, found[-1].machines), epochs=options.epochs)
        plan = Plan.of(config, options.vocabulary, options.words, options.words // CHUNK)
        seconds = projected(found, seconds_per_word, plan, machines, network)
        whole = plan.all_tokens * seconds_per_word
        efficiency, number = whole / seconds / machines, len(plan.exchanges(machines))
        rows.append({"machines": machines, "hours": seconds / 3600, "efficiency": efficiency, "exchanges": number})
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", help="a text file, one sentence per line")
    parser.add_argument("--workers", type=int, nargs="+", default=[4, 8, 16, 32])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gbits", type=float, default=10, help="Gbit/s that a machine can send (default: 10)")
    parser.add_argument("--call-ms", type=float, default=3, help="milliseconds of calls in an exchange (default: 3)")
    parser.add_argument("--words", type=int, default=1_000_000_000, help="of the projected text (default: 1e9)")
    parser.add_argument("--vocabulary", type=int, default=1_000_000, help="of the projected text (default: 1e6)")
    parser.add_argument("--pairs", nargs="*", default=[], metavar="FILE", help="word pairs with human scores")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the results, as .json.gz")
    options = parser.parse_args()
    network = Network(options.gbits * 1e9 / 8, options.call_ms / 1e3)
    exam, settings = (
        comparison_exam(None, options.pairs),
        {"epochs": options.epochs, "seed": options.seed, "workers": 1},
    )
    first, words = alone(options.text, TrainConfig(**settings), exam)
    found = [together(options.text, n, TrainConfig(shards=n, **settings), exam) for n in options.workers]
    speed_ups = [first.train / one.seconds(network, options.epochs) for one in (first, *found)]
    rows = [
        {**asdict(one), "speed-up": gain} | one.scores for one, gain in zip((first, *found), speed_ups, strict=True)
    ]
    later = projection(found, first.train / words / options.epochs, options)
    show("distributed", rows, [name for name in rows[-1] if name not in ("scores", "model")], projection=later)
    show("projection", later, list(later[0]))
    if options.save:
        with gzip.open(options.save, "wt") as file:
            json.dump({"machine": machine(), "gbits": options.gbits, "rows": rows, "projection": later}, file)


if __name__ == "__main__":
    main()
