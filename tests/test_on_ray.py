"""Workers as Ray actors: the bits of one machine, dead workers, dead drivers, and what is refused."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import psutil
import pytest

import w2v
from w2v import TextOptions, TrainConfig, VocabularyConfig
from w2v.corpora import write
from w2v.corpus.paths import Files
from w2v.distributed import on_ray
from w2v.distributed.communicator import WorkerLost, everywhere
from w2v.distributed.job import Job, train_with
from w2v.errors import ConfigError, CorpusError, MissingExtraError, TextEncodingError, TrainingError

ray = pytest.importorskip("ray", reason="Ray is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's own

SETTINGS = {"vector_size": 20, "epochs": 2, "workers": 1, "shards": 4}


@pytest.fixture(scope="module", autouse=True)
def many_shards(tmp_path_factory):
    """Let short texts have as many shards as they are asked for, and Ray's processes not import the source folder's w2v."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("elsewhere"))
        patch.setattr("w2v.training.rounds.TOKENS_OF_A_SHARD", 1)
        yield


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    path = tmp_path_factory.mktemp("ray") / "world.txt"
    write(path, words=120_000, seed=1)
    return str(path)


@pytest.fixture(scope="module")
def alone(world):
    return w2v.train(w2v.encode(world), TrainConfig(**SETTINGS), progress=False)


@pytest.fixture(scope="module")
def running():
    """One Ray for all tests: it takes seconds to start."""
    before = on_ray.STORE_BYTES
    on_ray.STORE_BYTES = 200 << 20
    on_ray._initialise(ray, None, 2, 1)
    on_ray.STORE_BYTES = before
    yield
    ray.shutdown()


@pytest.fixture
def two(running):
    with on_ray.connected(None, 2, 1) as workers:
        yield workers


def job(path, **named):
    config = TrainConfig(**SETTINGS)
    return Job(Files.at(path), VocabularyConfig(), TextOptions(), config, **{"progress": False, **named})


def bits(model):
    return model.matrices.input.tobytes(), model.matrices.output.tobytes()


class Killing:
    """A callback that kills a worker's process after so many words."""

    def __init__(self, workers, words):
        self.every_words, self.workers, self.killed = words, workers, []

    def on_words(self, trainer):
        if not self.killed:
            self.killed.append(everywhere(self.workers, "facts")[-1].process)
            os.kill(self.killed[0], signal.SIGKILL)


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
    # First in the middle of training; then for good.
    processes = [one.process for one in everywhere(two, "facts")]
    killer = threading.Timer(0.3, os.kill, (processes[1], signal.SIGKILL))
    killer.start()
    model, _ = train_with(two, job(world))
    killer.join()
    assert bits(model) == bits(alone)
    assert two.size == 2
    monkeypatch.setattr(on_ray, "REVIVAL_SECONDS", 3.0)
    ray.kill(two._actors[0])  # Ray does not start it again
    with pytest.raises(WorkerLost):
        everywhere(two, "held")
    model, _ = train_with(two, job(world))
    assert bits(model) == bits(alone)
    assert two.size == 1
    monkeypatch.setattr(on_ray, "LAST_SECONDS", 4.0)
    ray.kill(two._actors[0])
    with pytest.raises(TrainingError, match="no worker is left, and none came back within 4 s"):
        train_with(two, job(world))


def test_errors_of_workers_are_those_of_one_machine(two, tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(b"some words\n" * 100 + b"\xff\n")
    with pytest.raises(TextEncodingError, match=r"must be UTF-8 text: got invalid UTF-8 \(0xff\) at byte 1100"):
        train_with(two, job(str(path)))
    with pytest.raises(CorpusError, match=r"cannot read corpus on .*none.txt': no such file; put the text where all"):
        train_with(
            two, Job(Files(("none.txt",), ("none.txt",)), VocabularyConfig(), TextOptions(), TrainConfig(shards=2))
        )


# ------------------------------------------------------------------------------------------------- what is refused


def test_a_ray_that_is_missing_or_too_old(monkeypatch):
    monkeypatch.setattr(ray, "__version__", "2.9.1")
    with pytest.raises(MissingExtraError, match=r'ray must be at least 2.50: got 2.9.1; pip install -U "w2v\[ray\]"'):
        on_ray.ray()
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"cannot train on several machines: ray is not installed; pip install"):
        on_ray.ray()


@contextmanager
def listening():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_an_address_that_is_none(monkeypatch):
    monkeypatch.setattr(on_ray, "ANSWER_SECONDS", 0.5)
    for address in ("here", "ray://here:1", "host:port"):
        with pytest.raises(ConfigError, match='address must be HOST:PORT or "auto": got'):
            on_ray._refuse_silent(address)
    with listening() as port:
        on_ray._refuse_silent(f"127.0.0.1:{port}")
    with pytest.raises(ConfigError, match=r"got '127.0.0.1:\d+', which does not answer within 0.5 s"):
        on_ray._refuse_silent(f"127.0.0.1:{port}")


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
import hashlib, sys, w2v
from w2v.training import rounds
rounds.TOKENS_OF_A_SHARD = 1  # short texts have as many shards as they are asked for
address, path, checkpoint, resume, nodes = sys.argv[1:]
config = w2v.TrainConfig(vector_size=20, epochs=30, workers=1, shards=4)
print("start", flush=True)
model = w2v.distributed.train(
    path, config, address=address, nodes=int(nodes), progress=False,
    checkpoints=w2v.Checkpoints(checkpoint, every_minutes=0.002), resume=resume == "resume",
)
print(model.metadata["distributed"]["workers"], hashlib.sha256(model.matrices.input.tobytes()).hexdigest())
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


def test_a_driver_on_two_machines_that_is_killed_and_resumed_on_one(world, tmp_path, wait_until, cluster):
    path = tmp_path / "run.safetensors"
    start = [sys.executable, "-c", DRIVER, cluster, world, str(path)]
    with subprocess.Popen([*start, "new", "2"], stdout=subprocess.PIPE) as driver:
        driver.stdout.readline()
        wait_until(path.exists)
        driver.kill()
    config = TrainConfig(**{**SETTINGS, "epochs": 30})
    corpus = w2v.encode(world)
    expected = w2v.train(corpus, config, progress=False)
    kept = path.read_bytes()
    assert bits(w2v.train(corpus, config, checkpoints=str(path), resume=True, progress=False)) == bits(expected)
    path.write_bytes(kept)
    digest = hashlib.sha256(expected.matrices.input.tobytes()).hexdigest()
    for nodes in ("1", "2"):
        path.write_bytes(kept)
        found = subprocess.run([*start, "resume", nodes], capture_output=True, text=True, check=False, timeout=100)
        assert found.stdout.split() == ["start", nodes, digest], found.stderr[-2000:]
