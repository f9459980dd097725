"""Locks between writers: one at a time, whenever the others come, and nothing is left behind."""

import threading
import time

import pytest

from w2v.errors import OutputError
from w2v.locks import only_writer

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
