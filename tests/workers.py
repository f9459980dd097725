"""Workers within this process, which die when they are told to: what Ray and MPI do, without either; and jobs for them."""

from w2v import TextOptions, TrainConfig, VocabularyConfig
from w2v.corpus.paths import Files
from w2v.distributed.communicator import WorkerLost
from w2v.distributed.exchanges import parts_of
from w2v.distributed.job import Job
from w2v.distributed.worker import StateLost, Worker
from w2v.errors import TrainingError
from w2v.training.train import Run

SETTINGS = {"vector_size": 20, "epochs": 2, "workers": 1, "shards": 4}


def job(path, config=None, **run):
    """Return a job with these settings and others; ``run`` are fields of `Run`."""
    settings = TrainConfig(**{**SETTINGS, **(config or {})})
    return Job(Files.at(path), VocabularyConfig(), TextOptions(), settings, Run(progress=False, **run))


def bits(model):
    return model.matrices.input.tobytes(), model.matrices.output.tobytes()


class Connected:
    """Workers in this process instead of those of Ray: what `on_ray.connected` is replaced by."""

    def __init__(self, address, nodes, threads):
        self.workers = InProcess(nodes, threads)

    def __enter__(self):
        return self.workers

    def __exit__(self, *problem):
        self.workers.close()


class InProcess:
    """A `Communicator`.

    ``dies`` maps the number of a call, counted over all workers, to what happens then: "killed", the worker starts anew;
    "gone", it cannot be replaced; or "unnoticed", it has been killed and started anew when the call comes.
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
        if self.dies.get(self.calls) == "unnoticed":
            self.workers[worker] = Worker(self.threads_each)
        elif self.calls in self.dies:
            self.dead[worker] = self.dies[self.calls]
        if worker in self.dead:
            raise WorkerLost(f"worker {worker} is dead")
        try:
            return getattr(self.workers[worker], method)(*arguments)
        except StateLost as problem:
            raise WorkerLost(str(problem)) from None

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
        parts = [self.call(worker, "parts", first, end, self.size) for worker in range(self.size)]
        rows = parts_of(first, end, self.size)
        merged = [self.call(i, "merge", *rows[i], *(part[i] for part in parts)) for i in range(self.size)]
        return sum(self.call(worker, "apply", first, end, worker, *merged) for worker in range(self.size))

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
