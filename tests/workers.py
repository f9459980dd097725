"""Workers within this process, which die when they are told to: what Ray and MPI do, without either."""

from w2v.distributed.communicator import WorkerLost
from w2v.distributed.worker import Worker, parts_of
from w2v.errors import TrainingError


class InProcess:
    """A `Communicator`.

    ``dies`` maps the number of a call, counted over all workers, to what happens then: "killed", the worker starts anew; or
    "gone", it cannot be replaced.
    """

    def __init__(self, size, threads=1, dies=None):
        self.workers, self.threads = [Worker(threads) for _ in range(size)], size * threads
        self.threads_each = threads
        self.dies, self.calls, self.methods, self.dead = dict(dies or {}), 0, [], {}

    def close(self):
        self.workers = []

    @property
    def size(self):
        return len(self.workers)

    def call(self, worker, method, *arguments):
        self.calls += 1
        self.methods.append(method)
        if self.calls in self.dies:
            self.dead[worker] = self.dies[self.calls]
        if worker in self.dead:
            raise WorkerLost(f"worker {worker} is dead")
        return getattr(self.workers[worker], method)(*arguments)

    def run(self, calls):
        answers, lost = [], None
        for call in calls:
            try:
                answers.append(self.call(call.worker, call.method, *call.arguments))
            except WorkerLost as problem:
                lost = problem  # the others go on
        if lost:
            raise lost
        return answers

    def move(self, moves):
        for source, target in moves:
            result = self.call(source.worker, source.method, *source.arguments)
            self.call(target.worker, target.method, result, *target.arguments)

    def merge(self, first, end):
        parts = [self.call(worker, "parts", first, end, self.size, worker) for worker in range(self.size)]
        starts = [start for start, _ in parts_of(first, end, self.size)]
        merged = [self.call(i, "merge", starts[i], *(part[i] for part in parts)) for i in range(self.size)]
        return sum(self.call(worker, "apply", first, end, *merged) for worker in range(self.size))

    def share(self, value):
        return value

    def revive(self):
        self.workers = [
            Worker(self.threads_each) if i in self.dead else worker
            for i, worker in enumerate(self.workers)
            if self.dead.get(i) != "gone"
        ]
        self.dead.clear()
        if not self.workers:
            raise TrainingError("cannot go on: no worker is left")
