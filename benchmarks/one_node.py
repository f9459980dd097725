"""What Ray costs on one machine: the same training by threads of this process and by one Ray worker, in alternation.

    python benchmarks/one_node.py TEXT [--epochs 3] [--shards 4] [--threads 2] [--pairs 3]

Ray's start and the reading of the text are not counted. Prints for each run the wall seconds and the processor seconds of
all processes (this one, the worker, Ray's own), and a digest of the matrices, which must be one and the same.
"""

import argparse
import hashlib
import time
from collections.abc import Callable
from typing import Any

import psutil

import w2v
from w2v import TextOptions, TrainConfig, VocabularyConfig
from w2v.corpus.paths import Files
from w2v.distributed import on_ray
from w2v.distributed.job import Job, read_with
from w2v.training.train import Run


def processor_seconds() -> dict[str, float]:
    """Return the processor seconds of this process, of workers, and of Ray's other processes."""
    found = {"driver": 0.0, "worker": 0.0, "ray": 0.0}
    here = psutil.Process()
    for process in [here, *here.children(recursive=True)]:
        try:
            name = " ".join(process.cmdline())
            spent = process.cpu_times()
        except psutil.Error:
            continue
        kind = "driver" if process.pid == here.pid else "worker" if "RayWorker" in name else "ray"
        found[kind] += spent.user + spent.system
    return found


def measured(name: str, train: Callable[[], Any]) -> None:
    """Train, and print what it took."""
    before, began = processor_seconds(), time.perf_counter()
    model = train()
    wall, after = time.perf_counter() - began, processor_seconds()
    spent = {kind: after[kind] - before[kind] for kind in after}
    digest = hashlib.sha256(model.matrices.input.tobytes() + model.matrices.output.tobytes()).hexdigest()[:12]
    costs = model.metadata.get("distributed", {}).get("seconds", {})
    told = " ".join(f"{kind} {seconds:.1f}" for kind, seconds in {**spent, **costs}.items() if seconds > 0.05)
    print(f"{name:8} wall {wall:6.1f} s, processors {sum(spent.values()):6.1f} s ({told}) {digest}", flush=True)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("text")
    for option, default in (("--epochs", 3), ("--shards", 4), ("--threads", 2), ("--pairs", 3)):
        parser.add_argument(option, type=int, default=default)
    asked = parser.parse_args()
    config = TrainConfig(epochs=asked.epochs, shards=asked.shards, workers=asked.threads)
    corpus, run = w2v.encode(asked.text), Run(progress=False)
    with on_ray.connected(None, 1, asked.threads) as workers:
        text, _ = read_with(workers, Job(Files.at(asked.text), VocabularyConfig(), TextOptions(), config, run))
        for _ in range(asked.pairs):

            def local() -> Any:
                trainer = run.trainer(corpus, config)
                run.train(trainer)
                return run.model(trainer)

            def remote() -> Any:
                trainer = run.trainer(text.corpus, config, text)
                run.train(trainer)
                return run.model(trainer, distributed=text.costs.summary())

            measured("threads", local)
            measured("Ray", remote)


if __name__ == "__main__":
    main()
