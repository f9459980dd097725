"""What several files of tests need: the generated world on disk, and waiting without a race."""

import time
from pathlib import Path

import pytest

from w2v.corpora import analogies, similarity_pairs, write


@pytest.fixture(scope="session")
def make_world(tmp_path_factory):
    """Return a function that makes a folder of world.txt, analogies.txt and pairs.tsv."""

    def make(words):
        folder = tmp_path_factory.mktemp("world")
        write(folder / "world.txt", words, 1)
        (folder / "analogies.txt").write_text(analogies(), encoding="utf-8")
        (folder / "pairs.tsv").write_text(similarity_pairs(), encoding="utf-8")
        return folder

    return make


@pytest.fixture(scope="session")
def novel(tmp_path_factory):
    """Vectors of a novel, with the trajectory of their training: the path of a file."""
    from w2v.cli import main

    out = tmp_path_factory.mktemp("novel") / "emma.safetensors"
    text = Path(__file__).parent / "data" / "emma.txt.xz"
    options = ["--tokenizer", "words", "--workers", "1", "--vector-size", "50", "--geometry-every", "1", "--quiet"]
    assert main(["train", str(text), "-o", str(out), *options]) == 0
    return out


@pytest.fixture(scope="module")
def many_shards():
    """Let short texts have as many shards as they are asked for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("w2v.training.rounds.TOKENS_OF_A_SHARD", 1)
        yield


@pytest.fixture
def no_fsync(monkeypatch):
    """Do not wait for the disk: for tests that write thousands of small files."""
    monkeypatch.setattr("os.fsync", lambda descriptor: None)


@pytest.fixture(scope="session")
def wait_until():
    """Return a function that polls a condition, and fails if it does not come true within a minute."""

    def wait(condition):
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, "waited for a minute in vain"
            time.sleep(0.001)

    return wait
