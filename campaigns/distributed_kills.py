"""Kill workers, machines and drivers of a training on several machines: the model has the bits of one machine.

    python campaigns/distributed_kills.py --minutes 10 --seed 1 [--output kills.jsonl]

Each case is one training with Ray on this machine (2 workers of one thread, or 1, newly connected), and one disturbance at a
random moment:

- *worker killed*: SIGKILL of one or several workers, one after the other, while text is read or rounds are trained;
- *idle worker killed*: SIGKILL of one that nobody waits for, before the training or between two spans;
- *checkpoint*: the same as the first, with checkpoints; then the training is interrupted, and resumed by other workers;
- *machine killed*: one of two raylets, with its worker, which cannot come back;
- *driver killed*: SIGKILL of the process that drives the training, whose checkpoint is then resumed with 1 or 2 workers,
  or without any.

For each case of the first kind it also tells the seconds from the first kill until a worker was missed, until there was a
new one (Ray's restart), until its part of the text was read again, and until the next round was trained.

Needs Ray; with mpi4py and mpirun, trainings by 1 and 2 processes of MPI are compared too.
"""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ray
from campaign import Campaign, main
from ray.cluster_utils import Cluster

import w2v
from w2v import TextOptions, TrainConfig, VocabularyConfig
from w2v.corpora import write
from w2v.corpus.paths import Files
from w2v.distributed import on_ray, ray_cluster
from w2v.distributed.communicator import everywhere
from w2v.distributed.job import Job, train_with
from w2v.distributed.remote_shards import RemoteShards
from w2v.training import rounds
from w2v.training.train import Run

rounds.TOKENS_OF_A_SHARD = 1  # short texts have as many shards as they are asked for
CONFIG = TrainConfig(vector_size=40, epochs=6, workers=1, shards=4)
STORE = {"object_store_memory": 200 << 20}
DRIVER = """
import sys, w2v
from w2v.training import rounds
rounds.TOKENS_OF_A_SHARD = 1
path, checkpoint, nodes = sys.argv[1:]
w2v.distributed.train(
    path, w2v.TrainConfig(vector_size=40, epochs=6, workers=1, shards=4), nodes=int(nodes), progress=False,
    checkpoints=w2v.Checkpoints(checkpoint, every_minutes=0.003), resume=True,
)
"""
COMMAND = """
import sys
from w2v.cli.main import main
from w2v.training import rounds
rounds.TOKENS_OF_A_SHARD = 1
sys.exit(main(sys.argv[1:]))
"""
OPTIONS = ["--vector-size", "40", "--epochs", "6", "--workers", "1", "--shards", "4", "--whole-model"]


def bits(model: Any) -> str:
    """Return a digest of both matrices."""
    return hashlib.sha256(model.matrices.input.tobytes() + model.matrices.output.tobytes()).hexdigest()[:16]


def job(path: str, **run: Any) -> Job:
    """Return what is trained on what; ``run`` are fields of `Run`."""
    return Job(Files.at(path), VocabularyConfig(), TextOptions(), CONFIG, Run(progress=False, **run))


def kill_process(process: int) -> None:
    """Kill a process, unless it is dead already."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def interrupt() -> None:
    """Do what Ctrl-C does."""
    raise KeyboardInterrupt


class After:
    """A callback that does something once, after so many words."""

    def __init__(self, words: int, action: Callable[[], object]) -> None:
        self.every_words, self._actions = words, [action]

    def on_words(self, trainer: Any) -> None:
        """Do it."""
        if self._actions:
            self._actions.pop()()


class Moments:
    """When something was done last, by methods that are replaced by ones that take note of it."""

    STEPS = ("missed", "restarted", "read", "trained")

    def __init__(self) -> None:
        self.found: list[tuple[str, float]] = []
        self._watch(RemoteShards, "_recover", "missed", before=True)
        self._watch(on_ray.OnRay, "revive", "restarted")
        self._watch(RemoteShards, "_revive", "read")
        self._watch(RemoteShards, "_train", "trained")

    def _watch(self, owner: type, method: str, name: str, before: bool = False) -> None:
        original = getattr(owner, method)

        def watched(*arguments: Any) -> Any:
            if before:
                self.found.append((name, time.monotonic()))
            result = original(*arguments)
            if not before:
                self.found.append((name, time.monotonic()))
            return result

        setattr(owner, method, watched)

    def since(self, moment: float) -> dict[str, float]:
        """Return the seconds from a moment until each step, one after the other; nothing if a worker was not missed."""
        seconds, last = dict[str, float](), moment
        for step in self.STEPS:
            later = [when for name, when in self.found if name == step and when >= last]
            if not later:
                break
            last = later[0]
            seconds[step] = round(last - moment, 2)
        return seconds


@contextlib.contextmanager
def later(seconds: list[float], action: Callable[[int], object]) -> Any:
    """Do something at some moments of a block."""
    timers = [threading.Timer(moment, action, [number]) for number, moment in enumerate(seconds)]
    for timer in timers:
        timer.start()
    try:
        yield
    finally:
        for timer in timers:
            timer.cancel()
            timer.join()


class Kills:
    """The cases."""

    def __init__(self, campaign: Campaign, folder: Path) -> None:
        self.campaign, self.folder, self.path = campaign, folder, str(folder / "world.txt")
        write(self.path, words=400_000, seed=1)
        self.expected = bits(w2v.train(w2v.encode(self.path), CONFIG, progress=False))
        self.seconds, self.moments = 3.0, Moments()

    def saw(self, case: str, found: str, **repeat: Any) -> None:
        """Record a case."""
        same = found == self.expected
        self.campaign.saw(case, "same bits" if same else "other bits", failed=not same, found=found, **repeat)

    def undisturbed(self) -> None:
        """Train with 1 and 2 workers, and with MPI."""
        for nodes in (1, 2):
            with on_ray.connected(None, nodes, 1) as workers:
                began = time.monotonic()
                self.saw(f"undisturbed, {nodes} workers", bits(train_with(workers, job(self.path))[0]))
                self.seconds = time.monotonic() - began
        launcher = shutil.which("mpirun")
        for number in (1, 2) if launcher else ():
            output = self.folder / f"mpi{number}.safetensors"
            command = [str(launcher), "--oversubscribe", "-n", str(number), sys.executable, "-c", COMMAND, "train"]
            root = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
            subprocess.run(
                [*command, self.path, "-o", str(output), *OPTIONS, "--backend", "mpi", "--quiet"],
                env={**os.environ, **root},
                check=True,
                stdout=subprocess.DEVNULL,
            )
            self.saw(f"undisturbed, MPI, {number} processes", bits(w2v.load(output)))

    @contextlib.contextmanager
    def disturbed(self) -> Any:
        """Connect to two workers, and kill some of them at random moments of a block."""
        random = self.campaign.random
        number = random.choice([1, 1, 1, 2, 3])
        moments = sorted(random.uniform(0, self.seconds * number) for _ in range(number))
        victims = [random.randrange(2) for _ in moments]
        killed: list[float] = []
        with on_ray.connected(None, 2, 1) as workers:
            processes = [one.process for one in everywhere(workers, "facts")]

            def kill(place: int) -> None:
                killed.append(time.monotonic())
                kill_process(processes[victims[place]])

            with later(moments, kill):
                yield workers, killed, {"moments": moments, "victims": victims}

    def workers(self) -> None:
        """Kill workers while they work."""
        began = time.monotonic()
        with self.disturbed() as (workers, killed, told):
            model, costs = train_with(workers, job(self.path))
        told |= {"seconds": time.monotonic() - began, "recovery": self.moments.since(killed[0]) if killed else {}}
        print("  seconds after the first kill:", told["recovery"])
        self.saw(f"{len(killed)} kills of workers", bits(model), losses=costs.losses, **told)

    def idle(self) -> None:
        """Kill a worker while nobody waits for it."""
        words, victim = self.campaign.random.choice([0, 300_000, 1_200_000]), self.campaign.random.randrange(2)
        with on_ray.connected(None, 2, 1) as workers:
            process = everywhere(workers, "facts")[victim].process
            if not words:
                kill_process(process)
            callbacks = [After(words, lambda: kill_process(process))] if words else []
            model, costs = train_with(workers, job(self.path, callbacks=callbacks))
        self.saw("idle worker killed", bits(model), words=words, victim=victim, losses=costs.losses)

    def checkpoint(self) -> None:
        """Kill workers of a training with checkpoints, interrupt it, and resume."""
        path = self.folder / "interrupted.safetensors"
        path.unlink(missing_ok=True)
        words = self.campaign.random.choice([300_000, 700_000, 1_200_000])
        checkpoints = w2v.Checkpoints(str(path), every_minutes=0.003)
        with self.disturbed() as (workers, killed, told), contextlib.suppress(KeyboardInterrupt):
            train_with(workers, job(self.path, checkpoints=checkpoints, callbacks=[After(words, interrupt)]))
        with on_ray.connected(None, 2, 1) as workers:
            model, _ = train_with(workers, job(self.path, checkpoints=checkpoints, resume=True))
        self.saw("checkpoint, killed and interrupted", bits(model), words=words, kills=len(killed), **told)

    def machine(self) -> None:
        """Kill one of two machines."""
        cluster = Cluster(True, head_node_args={"num_cpus": 0, "include_dashboard": False, **STORE})
        nodes = [cluster.add_node(num_cpus=1, **STORE) for _ in range(2)]
        try:
            with on_ray.connected(cluster.address, 2, 1) as workers:
                moment = self.campaign.random.uniform(0, self.seconds)
                victim = self.campaign.random.randrange(2)
                with later([moment], lambda _: cluster.remove_node(nodes[victim], allow_graceful=False)):
                    model, costs = train_with(workers, job(self.path))
                self.saw("machine killed", bits(model), moment=moment, left=workers.size, losses=costs.losses)
        finally:
            ray.shutdown()
            cluster.shutdown()

    def driver(self) -> None:
        """Kill a driver, and resume."""
        checkpoint = self.folder / "run.safetensors"
        checkpoint.unlink(missing_ok=True)
        nodes, others = (self.campaign.random.choice([1, 2]) for _ in range(2))
        begun = self.campaign.random.random() < 0.7  # how long Ray takes to start depends on what else runs
        moment = self.campaign.random.uniform(0, self.seconds)
        command = [sys.executable, "-c", DRIVER, self.path, str(checkpoint)]
        with subprocess.Popen([*command, str(nodes)]) as driver:
            while begun and driver.poll() is None and not checkpoint.exists():
                time.sleep(0.05)
            with contextlib.suppress(subprocess.TimeoutExpired):
                driver.wait(moment)
            driver.kill()
        here = self.campaign.random.random() < 0.5
        was_there = checkpoint.exists()
        if here:
            model = w2v.train(
                w2v.encode(self.path), CONFIG, checkpoints=str(checkpoint), resume=was_there, progress=False
            )
        else:
            model = w2v.distributed.train(
                self.path, CONFIG, nodes=others, checkpoints=str(checkpoint), resume=was_there, progress=False
            )
        case = f"driver killed, {'checkpoint' if was_there else 'no checkpoint yet'}, resumed {'here' if here else 'on Ray'}"
        self.saw(case, bits(model), moment=moment, nodes=nodes, others=others)


def run(campaign: Campaign) -> None:
    """Run the campaign."""
    with tempfile.TemporaryDirectory() as folder:
        kills = Kills(campaign, Path(folder))
        kills.undisturbed()
        ray_cluster.join(ray, None, 2, 1)
        try:
            while campaign.goes_on(0.6):
                campaign.random.choice([kills.workers, kills.workers, kills.idle, kills.checkpoint])()
        finally:
            ray.shutdown()
        kills.machine()
        while campaign.goes_on():
            kills.driver()


if __name__ == "__main__":
    sys.exit(main(__doc__, run))
