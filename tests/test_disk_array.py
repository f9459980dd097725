"""Arrays on disk: written, read in parts, mapped, and given back without losing a number."""

import errno
import mmap
import os

import numpy as np
import pytest

from w2v.corpus.disk_array import Spool, forget
from w2v.errors import OutputError

NUMBERS = np.arange(100_000, dtype=np.uint32)


def spooled():
    spool = Spool()
    assert spool.append(NUMBERS[:70_000]) == 0
    assert spool.append(NUMBERS[70_000:]) == 70_000
    return spool


def test_parts_and_the_whole():
    spool = spooled()
    assert (spool.read(69_990, 20) == NUMBERS[69_990:70_010]).all()
    assert len(spool.read(5, 0)) == 0
    assert (spool.array() == NUMBERS).all()


def test_forgetting_loses_nothing_and_frees_memory():
    array = spooled().array()
    before = array.sum()
    for start, end in ((0, 0), (0, 1), (0, 5_000), (4_321, 30_000), (9, 3), (0, len(array))):
        forget(array, end, start)
        assert array.sum() == before
    ours = mmap.mmap(-1, NUMBERS.nbytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    private = np.frombuffer(ours, np.uint32)
    private[:] = NUMBERS
    forget(private, len(private))
    assert (private == NUMBERS).all()


def test_no_room_is_said(monkeypatch, tmp_path):
    spool = spooled()
    os.truncate(spool._file.fileno(), 100)
    with pytest.raises(OutputError, match="became shorter"):
        spool.read(50_000, 10)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    with pytest.raises(OutputError, match="set TMPDIR to another"):
        Spool()


def test_a_disk_that_fails_is_reported(monkeypatch):
    def fails(*_, **__):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    spool = spooled()
    with monkeypatch.context() as patched:
        patched.setattr(os, "preadv", fails)
        patched.setattr("w2v.corpus.disk_array.FileMapping", fails)
        for read in (lambda: spool.read(5, 10), spool.array):
            with pytest.raises(
                OutputError, match=r"cannot read the encoded corpus from a temporary file .*Input/output"
            ):
                read()

    class Unclosable:
        close = fails

    file, spool._file = spool._file, Unclosable()
    spool.close()  # of no consequence
    file.close()
