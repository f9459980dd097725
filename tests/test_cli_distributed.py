"""``w2v train --backend`` and ``--dry-run``: what contradicts itself is refused, and the plan before training."""

import json

import pytest
from workers import InProcess

from w2v.cli.main import main
from w2v.distributed import on_mpi, on_ray


@pytest.fixture(scope="module", autouse=True)
def many_shards():
    """Let short texts have as many shards as they are asked for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("w2v.training.rounds.TOKENS_OF_A_SHARD", 1)
        yield


@pytest.fixture(scope="module")
def world(make_world):
    return make_world(60_000) / "world.txt"


def run(capsys, *arguments):
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_dry_run_says_what_training_takes(world, tmp_path, capsys):
    output = tmp_path / "v.safetensors"
    options = ("train", world, "-o", output, "--dry-run", "--shards", 4, "--workers", 1, "--quiet")
    code, out, _ = run(capsys, *options)
    assert code == 0
    assert "952 words; " in out
    assert " 4 shards, " in out
    assert [line.split()[0] for line in out.splitlines()[-3:]] == ["1", "2", "4"]
    code, out, _ = run(capsys, *options, "--bandwidth", 0.001, "--json")
    plan = json.loads(out)
    assert code == 0
    assert plan["shards"] == 4
    assert plan["model"][2]["speed_up"] < 1 < plan["model"][2]["bytes_per_token"]
    assert not output.exists()


@pytest.mark.parametrize("backend", ["ray", "mpi"])
def test_standard_input_is_refused_before_anything_starts(tmp_path, capsys, backend):
    code, _, err = run(capsys, "train", "-", "-o", tmp_path / "v.bin", "--backend", backend)
    assert code == 2
    assert "CORPUS must be files with --backend: got - (standard input)" in err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--address", "auto"), "--address must be used with --backend ray: got no --backend"),
        (("--nodes", 2, "--backend", "mpi"), "--nodes must be used with --backend ray: got mpi"),
        (("--bandwidth", 1), "--bandwidth must be used with --dry-run"),
        (
            ("--backend", "ray", "--phrases"),
            "--phrases must be left out with --backend: got both; train on one machine",
        ),
        (("--backend", "ray", "--cache", "x"), "--cache must be left out with --backend"),
    ],
)
def test_options_that_do_not_fit(world, tmp_path, capsys, options, message):
    code, _, err = run(capsys, "train", world, "-o", tmp_path / "v.safetensors", *options)
    assert code == 2
    assert message in err


class Connected:
    """Workers in this process instead of those of Ray."""

    def __init__(self, address, nodes, threads):
        self.workers = InProcess(nodes, threads)

    def __enter__(self):
        return self.workers

    def __exit__(self, *problem):
        self.workers.close()


def test_the_command_tells_what_travelled(world, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(on_ray, "connected", Connected)
    monkeypatch.setattr(on_mpi, "connected", lambda threads: Connected(None, 2, threads))
    for backend, more in (("ray", ("--nodes", 2)), ("mpi", ())):
        path = tmp_path / f"{backend}.safetensors"
        options = ("--workers", 1, "--shards", 4, "--epochs", 1, "--backend", backend, *more, "--json")
        code, out, err = run(capsys, "train", world, "-o", path, *options, "--checkpoint", tmp_path / "c")
        assert code == 0
        assert "workers: 2; threads: 2" in err
        found = json.loads(out)
        assert found["backend"] == backend
        assert found["distributed"]["workers"] == 2
        assert found["distributed"]["rounds"][0]["rows"] == 952
        assert found["words_per_second"] > 0
        assert path.exists()
        assert not (tmp_path / "c").exists()
    options = ("--shards", 4, "--epochs", 1, "--workers", 1, "--backend", "ray", "--nodes", 2)
    code, out, _ = run(capsys, "train", world, "-o", path, *options)
    assert code == 0
    assert "words/s" in out
