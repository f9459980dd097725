"""Locks between writers: one at a time, whenever the others come, and nothing is left behind."""

import errno
import os
import threading
import time

import pytest

from w2v.errors import OutputError
from w2v.locks import lock_path, only_writer, remove_stale_lock

BUSY = OutputError("busy")


def test_a_second_writer_is_refused_and_the_next_one_is_not(tmp_path):
    path = tmp_path / "journal"
    with only_writer(path, BUSY), pytest.raises(OutputError, match="busy"), only_writer(path, BUSY):
        raise AssertionError
    with only_writer(path, BUSY):
        assert [file.name for file in tmp_path.iterdir()] == [".journal.lock"]
    assert not list(tmp_path.iterdir())


def test_never_two_writers_at_a_time(tmp_path):
    """Also if one opens the file of the lock just before another one removes it."""
    inside, most, taken, end = 0, 0, 0, time.monotonic() + 1.5
    count = threading.Lock()

    def write():
        nonlocal inside, most, taken
        while time.monotonic() < end:
            try:
                with only_writer(tmp_path / "journal", BUSY):
                    with count:
                        inside, taken = inside + 1, taken + 1
                        most = max(most, inside)
                    time.sleep(0)
                    with count:
                        inside -= 1
            except OutputError:
                pass

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert taken > 10


def test_a_lock_that_cannot_be_released_is_no_failure_of_what_was_written(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")
    flock, failures = fcntl.flock, []

    def fails_once(file, operation):
        if operation == fcntl.LOCK_UN and not failures:
            failures.append(file)
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return flock(file, operation)

    monkeypatch.setattr(fcntl, "flock", fails_once)
    with only_writer(tmp_path / "journal", BUSY):
        pass
    assert len(failures) == 1
    with only_writer(tmp_path / "journal", BUSY):  # and the next one gets it
        pass
    failures.clear()
    with pytest.raises(ZeroDivisionError), only_writer(tmp_path / "journal", BUSY):
        raise ZeroDivisionError
    assert len(failures) == 1


def test_a_lock_that_was_left_is_removed_unless_it_is_held(tmp_path):
    path = tmp_path / "journal"
    lock_path(path).touch()
    remove_stale_lock(path)
    remove_stale_lock(path)
    assert not list(tmp_path.iterdir())
    with only_writer(path, BUSY):
        remove_stale_lock(path)
        assert lock_path(path).exists()
