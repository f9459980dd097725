"""Workers as Ray actors: the bits of one machine, dead workers, dead drivers, and what is refused."""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace

import psutil
import pytest
from workers import SETTINGS, bits, job

import w2v
from w2v import TrainConfig
from w2v.corpus.paths import Files
from w2v.distributed import on_ray, ray_cluster
from w2v.distributed.communicator import WorkerLost, everywhere
from w2v.distributed.job import train_with
from w2v.errors import ConfigError, CorpusError, MissingExtraError, TextEncodingError, TrainingError

ray = pytest.importorskip("ray", reason="Ray is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's own


@pytest.fixture(scope="module", autouse=True)
def elsewhere(tmp_path_factory, many_shards):
    """Let Ray's processes not import the source folder's w2v."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("elsewhere"))
        yield


@pytest.fixture(scope="module")
def world(make_world):
    return str(make_world(120_000) / "world.txt")


@pytest.fixture(scope="module")
def alone(world):
    return w2v.train(w2v.encode(world), TrainConfig(**SETTINGS), progress=False)


@pytest.fixture(scope="module")
def running():
    """One Ray for all tests: it takes seconds to start."""
    before = ray_cluster.STORE_BYTES
    ray_cluster.STORE_BYTES = 200 << 20
    ray_cluster.join(ray, None, 2, 1)
    ray_cluster.STORE_BYTES = before
    yield
    ray.shutdown()


@pytest.fixture
def two(running):
    with on_ray.connected(None, 2, 1) as workers:
        yield workers


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Wait for workers as long as it takes: what else this machine does must not end a test."""
    monkeypatch.setattr(on_ray, "REVIVAL_SECONDS", 900.0)
    monkeypatch.setattr(on_ray, "LAST_SECONDS", 900.0)
    monkeypatch.setattr(on_ray, "RETRY_SECONDS", 0.02)


def kill_last(workers):
    """Kill the last worker's process, and return its number."""
    process = everywhere(workers, "facts")[-1].process
    os.kill(process, signal.SIGKILL)
    return process


class Killing:
    """A callback that kills a worker's process after so many words, while nobody waits for it."""

    def __init__(self, workers, words):
        self.every_words, self.workers, self.killed = words, workers, []

    def on_words(self, trainer):
        if not self.killed:
            self.killed.append(kill_last(self.workers))


def test_nothing_listens_beyond_this_machine(two):
    addresses = {
        connection.laddr.ip.removeprefix("::ffff:")
        for process in [psutil.Process(), *psutil.Process().children(recursive=True)]
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}


def test_one_worker(running, world, alone):
    assert bits(w2v.distributed.train(world, TrainConfig(**SETTINGS), nodes=1, progress=False)) == bits(alone)


def test_two_workers_of_which_one_is_killed(two, world, alone):
    model, costs = train_with(two, job(world))
    assert bits(model) == bits(alone)
    assert costs.losses == 0
    assert model.metadata["distributed"]["workers"] == 2
    killing = Killing(two, 70_000)
    model, costs = train_with(two, job(world, callbacks=[killing]))
    assert len(killing.killed) == 1
    assert bits(model) == bits(alone)
    assert costs.losses >= 1
    assert two.size == 2
    assert killing.killed[0] not in {one.process for one in everywhere(two, "facts")}


def test_a_worker_killed_in_the_middle_of_a_call_and_one_that_cannot_come_back(two, world, alone, monkeypatch):
    # First as soon as it has been asked to train, while the driver waits for what it answers; then for good.
    rounds, waiting, process = [], two._results, everywhere(two, "facts")[1].process

    def killing(references):
        if asked and asked[-1] == "train" and len(asked) > 20 and not rounds:
            rounds.append(len(asked))
            os.kill(process, signal.SIGKILL)
        return waiting(references)

    asked, calling = [], two._call
    monkeypatch.setattr(two, "_call", lambda call, *before: (asked.append(call.method), calling(call, *before))[1])
    monkeypatch.setattr(two, "_results", killing)
    model, costs = train_with(two, job(world))
    assert rounds
    assert costs.losses >= 1
    assert bits(model) == bits(alone)
    assert two.size == 2
    monkeypatch.setattr(on_ray, "REVIVAL_SECONDS", 0.5)
    ray.kill(two._actors[0])  # Ray does not start it again
    with pytest.raises(WorkerLost):
        everywhere(two, "held")
    two.revive()
    assert two.size == 1
    model, _ = train_with(two, job(world))
    assert bits(model) == bits(alone)
    monkeypatch.setattr(on_ray, "LAST_SECONDS", 0.5)
    ray.kill(two._actors[0])
    with pytest.raises(TrainingError, match=r"no worker is left, and none came back within 0.5 s"):
        train_with(two, job(world))


@contextmanager
def slowed(process):
    """Let a process run a tenth of the time."""
    over = threading.Event()

    def slow():
        while not over.is_set():
            os.kill(process, signal.SIGSTOP)
            over.wait(0.045)
            os.kill(process, signal.SIGCONT)
            over.wait(0.005)

    thread = threading.Thread(target=slow)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_slow_worker_gives_a_shard_away(two, world, caplog):
    config = {"vector_size": 300, "negative": 20}  # so that rounds take a while
    expected = w2v.train(w2v.encode(world), TrainConfig(**{**SETTINGS, **config}), progress=False)
    with slowed(everywhere(two, "facts")[1].process):
        model, costs = train_with(two, job(world, config))
    assert bits(model) == bits(expected)
    assert costs.losses == 0
    assert "worker 1 is slow: worker 0 takes one of its shards" in caplog.messages
    held = [sorted(one.portions) for one in everywhere(two, "held")]
    assert sorted(held[0] + held[1]) == [0, 1, 2, 3]
    assert len(held[0]) == 3


def test_errors_of_workers_are_those_of_one_machine(two, tmp_path, world):
    path = tmp_path / "text.txt"
    path.write_bytes(b"some words\n" * 100 + b"\xff\n")
    with pytest.raises(TextEncodingError, match=r"must be UTF-8 text: got invalid UTF-8 \(0xff\) at byte 1100"):
        train_with(two, job(str(path)))
    with pytest.raises(CorpusError, match=r"cannot read corpus on .*none.txt': no such file; put the text where all"):
        train_with(two, replace(job(world), files=Files(("none.txt",), ("none.txt",))))


# ------------------------------------------------------------------------------------------------- what is refused


def test_a_ray_that_is_missing_or_too_old(monkeypatch):
    monkeypatch.setattr(ray, "__version__", "2.9.1")
    with pytest.raises(MissingExtraError, match=r'ray must be at least 2.50: got 2.9.1; pip install -U "w2v\[ray\]"'):
        ray_cluster.ray()
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"cannot train on several machines: ray is not installed; pip install"):
        ray_cluster.ray()


@contextmanager
def listening():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_an_address_that_is_none(monkeypatch):
    monkeypatch.setattr(ray_cluster, "ANSWER_SECONDS", 0.5)
    for address in ("here", "ray://here:1", "host:port"):
        with pytest.raises(ConfigError, match='address must be HOST:PORT or "auto": got'):
            ray_cluster._refuse_silent(address)
    with listening() as port:
        ray_cluster._refuse_silent(f"127.0.0.1:{port}")
    with pytest.raises(ConfigError, match=r"got '127.0.0.1:\d+', which does not answer within 0.5 s"):
        ray_cluster._refuse_silent(f"127.0.0.1:{port}")


def test_what_listens_and_is_no_ray(monkeypatch, capfd):
    monkeypatch.setattr(ray_cluster, "PROBE_SECONDS", 1.0)
    with (
        listening() as port,
        pytest.raises(
            ConfigError, match=r"got '127.0.0.1:\d+': Ray does not answer within 1 s; start one with ray start"
        ),
    ):
        ray_cluster.join(ray, f"127.0.0.1:{port}", 1, 1)
    assert capfd.readouterr() == ("", "")
    monkeypatch.setattr(ray_cluster, "PROBE", "print('one reason.'); raise SystemExit(1)")
    with pytest.raises(
        ConfigError, match="address must be that of a running Ray: got 'auto': one reason; start one with"
    ):
        ray_cluster.join(ray, "auto", 1, 1)
    monkeypatch.setattr(ray_cluster, "PROBE", "raise SystemExit(1)")
    with pytest.raises(ConfigError, match="got 'auto': Ray ends the process that connects; start one"):
        ray_cluster.join(ray, "auto", 1, 1)


def test_a_ray_that_cannot_be_kept_from_the_network(monkeypatch):
    monkeypatch.delattr("ray._private.ray_constants.ENABLE_RAY_CLUSTER")
    with pytest.raises(
        ConfigError, match=r"address must be given for ray \d.*, which w2v cannot keep from the network: got"
    ):
        ray_cluster.join(ray, None, 1, 1)


def test_a_ray_that_does_not_start(monkeypatch):
    def fails(*_, **__):
        raise Exception("The current node timed out during startup.\nSee its log.")

    monkeypatch.setattr(ray, "init", fails)
    with pytest.raises(
        TrainingError, match=r"cannot start Ray on this machine: The current node timed out during startup"
    ):
        ray_cluster.join(ray, None, 1, 1)


def test_another_address_than_that_of_the_program(running):
    with (
        pytest.raises(
            ConfigError, match=r"address must be left out by a program .*: got '10.0.0.1:1', but it is connected"
        ),
        on_ray.connected("10.0.0.1:1", 1, 1),
    ):
        pass


def test_more_workers_than_there_is_room_for(running):
    for nodes, threads in ((3, 0), (2, 2), (1, 3)):
        with (
            pytest.raises(
                ConfigError, match="nodes and workers must fit the cluster, whose machines have 2 processors"
            ),
            on_ray.connected(None, nodes, threads),
        ):
            pass
    with pytest.raises(ConfigError, match="workers must be at most 2"), on_ray.connected(None, 0, 3):
        pass


# ------------------------------------------------------------------------------------------- two machines, two drivers

DRIVER = """
import sys, w2v
from w2v.training import rounds
rounds.TOKENS_OF_A_SHARD = 1  # short texts have as many shards as they are asked for
address, path, checkpoint = sys.argv[1:]
config = w2v.TrainConfig(vector_size=20, epochs=30, workers=1, shards=4)
print("start", flush=True)
w2v.distributed.train(
    path, config, address=address, nodes=2, progress=False,
    checkpoints=w2v.Checkpoints(checkpoint, every_minutes=0.002),
)
"""


@pytest.fixture
def cluster():
    """Two machines of one processor each."""
    if ray.is_initialized():
        ray.shutdown()
    utilities = pytest.importorskip("ray.cluster_utils")
    machines = utilities.Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 0, "object_store_memory": 100 << 20, "include_dashboard": False},
    )
    for _ in range(2):
        machines.add_node(num_cpus=1, object_store_memory=100 << 20)
    yield machines.address
    machines.shutdown()


def test_a_driver_on_two_machines_that_is_killed_and_resumed_on_one(world, tmp_path, wait_until, cluster, monkeypatch):
    path = tmp_path / "run.safetensors"
    start = [sys.executable, "-c", DRIVER, cluster, world, str(path)]
    with subprocess.Popen(start, stdout=subprocess.PIPE) as driver:
        driver.stdout.readline()
        wait_until(path.exists)
        driver.kill()
    config = TrainConfig(**{**SETTINGS, "epochs": 30})
    corpus = w2v.encode(world)
    expected = w2v.train(corpus, config, progress=False)
    kept = path.read_bytes()
    assert bits(w2v.train(corpus, config, checkpoints=str(path), resume=True, progress=False)) == bits(expected)
    path.write_bytes(kept)
    monkeypatch.setattr(
        ray_cluster, "_probe", lambda address: None
    )  # another process, which takes seconds to import Ray
    checkpoints = w2v.Checkpoints(str(path))
    found = w2v.distributed.train(
        world, config, address=cluster, nodes=1, checkpoints=checkpoints, resume=True, progress=False
    )
    assert bits(found) == bits(expected)
    assert found.metadata["distributed"]["workers"] == 1
