"""Workers as MPI processes: the bits of one machine, and errors that end all processes."""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from queue import Queue

import pytest

import w2v
from w2v import TrainConfig
from w2v.distributed import on_mpi
from w2v.distributed.communicator import Call
from w2v.errors import MissingExtraError, OutputError

COMMAND = """
import sys
from w2v.cli.main import main
from w2v.training import rounds
rounds.TOKENS_OF_A_SHARD = 1  # short texts have as many shards as they are asked for
sys.exit(main(sys.argv[1:]))
"""
LAUNCHER = shutil.which("mpirun") or shutil.which("mpirun", path=os.path.dirname(sys.executable))


@pytest.fixture(scope="module")
def world(make_world):
    return make_world(60_000) / "world.txt"


def run(number, *arguments):
    pytest.importorskip("mpi4py", reason="mpi4py is not installed")
    if LAUNCHER is None:
        pytest.skip("there is no mpirun")
    command = [LAUNCHER, "--oversubscribe", "-n", str(number), sys.executable, "-c", COMMAND, *map(str, arguments)]
    root = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    return subprocess.run(command, env={**os.environ, **root}, capture_output=True, text=True, check=False, timeout=200)


@pytest.mark.parametrize("number", [1, 2])
def test_the_bits_of_one_machine(world, tmp_path, number, many_shards):
    path = tmp_path / "model.safetensors"
    options = ("--vector-size", 20, "--epochs", 1, "--shards", 4, "--workers", 1, "--whole-model", "--backend", "mpi")
    found = run(number, "train", world, "-o", path, *options)
    assert found.returncode == 0, found.stderr
    assert f"workers: {number}" in found.stderr
    alone = w2v.train(w2v.encode(world), TrainConfig(vector_size=20, epochs=1, shards=4), progress=False)
    digests = [
        hashlib.sha256(model.matrices.input.tobytes() + model.matrices.output.tobytes()).hexdigest()
        for model in (w2v.load(path), alone)
    ]
    assert digests[0] == digests[1]


def test_an_error_ends_all_processes(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(b"some words\n" * 100 + b"\xff\n")
    found = run(2, "train", path, "-o", tmp_path / "model.safetensors", "--backend", "mpi", "--shards", 2)
    assert found.returncode != 0
    assert "must be UTF-8 text: got invalid UTF-8 (0xff) at byte 1100" in found.stderr


def test_files_are_checked_by_one_process(world, tmp_path):
    found = run(2, "train", world, "-o", tmp_path / "none" / "model.safetensors", "--backend", "mpi", "--shards", 2)
    assert found.returncode != 0
    assert found.stderr.count("cannot write") == 1


def test_mpi_that_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "mpi4py.MPI", None)
    with (
        pytest.raises(
            MissingExtraError, match=r'cannot train with MPI: mpi4py is not installed; pip install "w2v\[mpi\]"'
        ),
        on_mpi.connected(1),
    ):
        pass


class TwoRanks:
    """What `_move` uses of a communicator of MPI, for two processes that are threads here."""

    def __init__(self, rank, boxes):
        self.rank, self._boxes = rank, boxes

    def send(self, thing, target):
        self._boxes[self.rank, target].put(thing)

    def recv(self, source):
        return self._boxes[source, self.rank].get(timeout=20)


class Fails:
    def give(self):
        raise OutputError("no room")

    def take(self, piece):
        raise AssertionError("nothing arrives")


def test_an_error_in_one_process_reaches_those_that_wait_for_its_pieces():
    boxes = {(source, target): Queue() for source in (0, 1) for target in (0, 1)}
    moves = [(Call(0, "give"), Call(1, "take")), (Call(1, "give"), Call(0, "take")), (Call(0, "give"), Call(0, "take"))]
    found = []

    def move(rank):
        worker = object.__new__(on_mpi.OnMPI)
        worker._world, worker._worker = TwoRanks(rank, boxes), Fails()
        with pytest.raises(OutputError, match="no room"):
            worker._move(moves)
        found.append(rank)

    threads = [threading.Thread(target=move, args=(rank,)) for rank in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found) == [0, 1]
