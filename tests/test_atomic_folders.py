"""Folders appear complete or not at all, whatever happens and whenever the writer is killed."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from w2v.atomic_folders import atomic_folder
from w2v.errors import OutputError


@pytest.fixture
def old(tmp_path):
    target = tmp_path / "t"
    target.mkdir()
    (target / "a").write_text("old")
    return target


def write(target, text="new"):
    with atomic_folder(target, ["a"]) as new:
        Path(new, "a").write_text(text)


KILLED = """
import os, signal, sys
from pathlib import Path
from w2v.atomic_folders import atomic_folder
from w2v import atomic_folders

target, moment = sys.argv[1:]
calls = []


def at(name, module, real):
    def call(*arguments, **named):
        calls.append(name)
        if moment == f"{name} {calls.count(name)}":
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)

    setattr(module, name, call)


at("rename", os, os.rename)
at("mkdir", os, os.mkdir)
at("rmtree", atomic_folders.shutil, atomic_folders.shutil.rmtree)
at("sync_folder", atomic_folders, atomic_folders.sync_folder)
with atomic_folder(target, ["a"]) as new:
    Path(new, "a").write_text("killed's")
print(*calls)
"""


def killed(target, moment):
    """Write a folder in a process that is killed at a call; return the calls if it is not."""
    code = [sys.executable, "-c", KILLED, target, moment]
    done = subprocess.run(code, capture_output=True, text=True, check=False)
    assert done.returncode == (0 if moment == "never" else -9), done.stderr
    return done.stdout.split()


def test_the_calls_at_which_it_is_killed(old):
    assert killed(old, "never") == ["mkdir", "rename", "rename", "sync_folder", *["rmtree"] * 4]


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("mkdir 1", "old"),
        ("rename 1", "old"),
        ("rename 2", None),
        ("sync_folder 1", "killed's"),
        ("rmtree 1", "killed's"),
    ],
)
def test_the_next_write_puts_back_or_removes_what_a_killed_one_left(old, moment, there):
    killed(old, moment)
    assert old.exists() == (there is not None)
    before = there or "old"
    with pytest.raises(RuntimeError), atomic_folder(old, ["a"]):  # a write that fails restores too
        raise RuntimeError
    assert (old / "a").read_text() == before
    assert os.listdir(old.parent) == ["t"]
    killed(old, moment)
    write(old)
    assert (old / "a").read_text() == "new"
    assert os.listdir(old.parent) == ["t"]


def test_only_what_belongs_to_this_folder_is_tidied_up(old):
    killed(old, "rename 2")
    write(old.parent / "other")
    assert not old.exists()
    assert len(os.listdir(old.parent)) == 3  # other, old, new
    write(old)
    assert sorted(os.listdir(old.parent)) == ["other", "t"]


def test_folders_of_living_writers_are_left_alone(old, monkeypatch):
    with atomic_folder(old, ["a"]) as first:
        Path(first, "a").write_text("first")
        write(old, "second")
        assert (old / "a").read_text() == "second"
        monkeypatch.setattr(psutil, "pid_exists", lambda pid: False)  # as seen from another container
        write(old, "third")  # but the folder is locked
        assert (old / "a").read_text() == "third"
    assert (old / "a").read_text() == "first"
    assert os.listdir(old.parent) == ["t"]


def test_two_writers_at_once_leave_one_whole_folder(old, monkeypatch):
    rename = os.rename
    steps = []

    def interrupted(source, destination):
        rename(source, destination)
        steps.append(source)
        if len(steps) == 1:  # between the two renames
            write(old, "the other's")

    monkeypatch.setattr("os.rename", interrupted)
    with pytest.raises(OutputError, match="Directory not empty"):
        write(old)
    assert (old / "a").read_text() == "the other's"
    assert os.listdir(old.parent) == ["t"]


def test_permissions_are_kept(old):
    old.chmod(0o750)
    write(old)
    assert stat.S_IMODE(old.stat().st_mode) == 0o750


def test_a_write_protected_folder_is_not_replaced(old, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # the superuser, as whom tests may run, passes always
    with pytest.raises(OutputError, match="Permission denied"):
        write(old)


def test_the_names_are_synced_before_what_was_there_is_removed(old, monkeypatch):
    steps = []
    fsync, rename, rmtree = os.fsync, os.rename, shutil.rmtree

    def noting(name, real):
        def call(*arguments, **named):
            steps.append(name)
            return real(*arguments, **named)

        return call

    monkeypatch.setattr("os.fsync", noting("fsync", fsync))
    monkeypatch.setattr("os.rename", noting("rename", rename))
    monkeypatch.setattr("shutil.rmtree", noting("rmtree", rmtree))
    write(old)
    assert steps[:4] == ["rename", "rename", "fsync", "rmtree"]


def test_a_parent_that_cannot_be_synced(old, monkeypatch):
    def fails(descriptor):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("os.fsync", fails)
    with pytest.raises(OutputError, match=r"the new folder is in place, .* Input/output error; check the disk"):
        write(old)
    assert (old / "a").read_text() == "new"
    assert os.listdir(old.parent) == ["t"]


def test_a_folder_comes_back_if_it_cannot_be_replaced(tmp_path, old, monkeypatch):
    target = old
    rename = os.rename

    def fail_on_new(source, destination):
        if str(source).endswith(".new"):
            raise OSError(28, "No space left on device")
        rename(source, destination)

    monkeypatch.setattr("os.rename", fail_on_new)
    with pytest.raises(OutputError, match="No space left"), atomic_folder(target, ["a"]) as new:
        Path(new, "a").write_text("new")
    assert (target / "a").read_text() == "old"
    assert os.listdir(tmp_path) == ["t"]
    with pytest.raises(KeyboardInterrupt), atomic_folder(target, ["a"]) as new:
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == ["t"]
