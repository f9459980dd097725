"""Commands whose standard streams are closed, full, or in an encoding without our words."""

import os
import subprocess
import sys

import pytest

from w2v import KeyedVectors, Word2Vec, encode
from w2v.cli import main
from w2v.corpora import world
from w2v.errors import ConfigError, CorpusError, OutputError
from w2v.evaluation import test_sets as sets

PLAIN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a text and vectors of two words, one of them not ASCII."""
    path = tmp_path_factory.mktemp("streams")
    (path / "t.txt").write_text("a b c d e f\n" * 500)
    KeyedVectors.from_arrays(["käse", "brot"], [[1, 0.5], [0, 1]]).save(path / "v.safetensors")
    return path


def w2v(folder, arguments, redirected="", **environment):
    command = f'"{sys.executable}" -m w2v {arguments} {redirected}'
    more = os.environ | environment
    return subprocess.run(
        ["/bin/sh", "-c", command], cwd=folder, env=more, capture_output=True, timeout=60, check=False
    )


TRAIN = "train t.txt -o out.safetensors --epochs 1 --vector-size 4 --sample 0"


@pytest.mark.parametrize(
    ("arguments", "redirected", "code", "said"),
    [
        ("info", ">&-", 74, b"w2v: standard output: Bad file descriptor\n"),
        ("--help", ">&-", 74, b"w2v: standard output: Bad file descriptor\n"),
        ("info", ">/dev/full", 74, b"w2v: standard output: No space left on device\n"),
        (f"{TRAIN} --quiet", ">&-", 74, b"w2v: standard output: Bad file descriptor\n"),
        ("train - -o out.safetensors", "<&-", 65, b"cannot read corpus '-'"),
        ("train - -o out.safetensors", "<&- >&- 2>&-", 65, b""),
        ("info none", "2>&-", 65, b""),
        ("info none", "2>/dev/full", 65, b""),
        (TRAIN, "2>/dev/full", 0, b""),
        (TRAIN, "2>&-", 0, b""),
    ],
)
def test_closed_and_full_streams(folder, arguments, redirected, code, said):
    (folder / "out.safetensors").unlink(missing_ok=True)
    done = w2v(folder, arguments, redirected)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert b"Traceback" not in done.stderr + done.stdout
    assert b"Exception ignored" not in done.stderr
    if arguments.startswith(TRAIN):
        assert len(KeyedVectors.load(folder / "out.safetensors")) == 6  # nothing else was written into it


@pytest.mark.parametrize("environment", [PLAIN, PLAIN | {"LC_ALL": "POSIX"}, {"LC_ALL": "C"}, {"PYTHONUTF8": "1"}])
def test_words_are_utf8_in_every_locale(folder, environment):
    done = w2v(folder, "similarity v.safetensors käse brot", **environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"0.4472\n", b"")
    assert w2v(folder, "neighbors v.safetensors brot", **environment).stdout == "brot\tkäse\t0.4472\n".encode()
    unknown = w2v(folder, "analogy v.safetensors käse brot kälte", **environment)
    assert (unknown.returncode, unknown.stderr.decode()) == (65, "w2v: 'kälte' is not among the 2 words\n")


def test_words_that_the_output_cannot_encode_are_escaped(folder):
    done = w2v(folder, "neighbors v.safetensors brot", PYTHONIOENCODING="cp1251")
    assert (done.returncode, done.stdout) == (0, b"brot\tk\\xe4se\t0.4472\n")


def test_a_word_that_is_not_utf8_is_unknown(folder, capsys):
    assert main(["similarity", str(folder / "v.safetensors"), "k\udce4se", "brot"]) == 65
    assert "is not among the 2 words" in capsys.readouterr().err


@pytest.mark.parametrize("stdin", [None, object()])
def test_standard_input_that_is_none(monkeypatch, stdin):
    monkeypatch.setattr("sys.stdin", stdin)
    with pytest.raises(CorpusError, match="cannot read standard input: it is closed, or"):
        encode("-")


def test_memory_that_is_used_up_is_one_line(folder, capsys, monkeypatch):
    def fail(*_, **__):
        raise MemoryError

    monkeypatch.setattr("w2v.cli.queries.read_vectors", fail)
    assert main(["similarity", str(folder / "v.safetensors"), "käse", "brot"]) == 1
    assert capsys.readouterr().err.startswith("w2v: not enough memory; use a smaller")


@pytest.mark.parametrize("option", ["--keep", "--drop"])
def test_lists_of_words_are_regular_files_of_bounded_size(folder, capsys, monkeypatch, option):
    train = ["train", str(folder / "t.txt"), "-o", str(folder / "out.safetensors"), "--quiet", option]
    assert main([*train, "/dev/zero"]) == 65
    assert f"{option}: cannot read /dev/zero: it is not a regular file" in capsys.readouterr().err
    monkeypatch.setattr(sets, "MOST_BYTES", 5)
    (folder / "long.txt").write_text("a b c d")
    assert main([*train, str(folder / "long.txt")]) == 65
    assert "long.txt must have at most 5 bytes: got more" in capsys.readouterr().err
    (folder / "empty.txt").write_text("")
    assert main([*train, str(folder / "empty.txt")]) == 0


@pytest.mark.parametrize(
    "every", [{"geometry_every": 1e308}, {"geometry_every": 10**400}, {"geometry_every_words": 10**40}]
)
def test_an_interval_longer_than_the_run(every):
    model = Word2Vec([["a", "b", "c"]] * 50, min_count=1, vector_size=4, workers=1, sample=0, **every)
    assert [point.epoch for point in model.trajectory.points] == [0, 5]


def test_a_long_text_is_announced_and_has_to_fit(tmp_path, capsys, monkeypatch):
    out = str(tmp_path / "t.txt")
    assert main(["corpus", "generate", out, "--words", str(2**39)]) == 74
    assert "549,755,813,888 words take about 2,858.7 GB" in capsys.readouterr().err
    assert main(["corpus", "generate", out, "--words", str(2**62)]) == 2
    assert "--words must be from 1 to 1099511627776" in capsys.readouterr().err
    monkeypatch.setattr("w2v.cli.corpus.LONG", 1000)
    assert main(["corpus", "generate", out, "--words", "2000"]) == 0
    assert "t.txt: about 0.0 GB, 0 minutes" in capsys.readouterr().err
    with pytest.raises(OutputError):
        world.write(tmp_path / "none" / "t.txt", 10)
    world.write("/dev/null", 1000)
    with pytest.raises(ConfigError):
        world.write(out, 0)
    world.write(out, 500, progress=True)
    assert "generate: 504 words" in capsys.readouterr().err
