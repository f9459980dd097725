"""Arrays on disk: written, read in parts, mapped, and given back without losing a number."""

import errno
import mmap
import os

import numpy as np
import pytest

from w2v import PhraseConfig, VocabularyConfig, encode
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


@pytest.mark.parametrize("shared", [True, False])
def test_what_replaces_a_spool_takes_its_place(monkeypatch, shared):
    monkeypatch.setattr("w2v.corpus.disk_array.reads_anywhere", lambda: shared)
    spool = spooled()
    new = spool.rewritten()
    kept = []
    for start in range(0, 100_000, 7_000):
        part = spool.read(start, min(7_000, 100_000 - start))
        kept.append(part[part % 3 > 0] + 1)
        new.append(kept[-1])
        new._flush()
        assert os.fstat(new._file.fileno()).st_size <= NUMBERS.nbytes
    spool.close()
    del spool
    array = new.array()
    assert (array == np.concatenate(kept)).all()
    assert array.base.obj.size() == array.nbytes  # and the file is as long


def test_nothing_may_be_left_of_a_spool():
    assert len(spooled().rewritten().array()) == 0


def test_a_text_takes_one_temporary_file(tmp_path, monkeypatch):
    text = " ".join(f"w{i * 7919 % 1000} u{i}" for i in range(300_000))
    (tmp_path / "t.txt").write_text(text.replace(" w9", "\nw9"), encoding="ascii")
    files, most = [], [0]
    made, append = Spool.__init__, Spool.append

    def noted(self, *arguments):
        made(self, *arguments)
        files.append(self)

    def measured(self, array):
        found = append(self, array)
        self._flush()
        sizes = {s._file.fileno(): os.fstat(s._file.fileno()).st_size for s in files if not s._file.closed}
        most[0] = max(most[0], sum(sizes.values()))
        return found

    monkeypatch.setattr(Spool, "__init__", noted)
    monkeypatch.setattr(Spool, "append", measured)
    config = PhraseConfig(min_count=5, threshold=-1, scoring="npmi", rounds=2)
    for phrases, words in ((False, 600_000), (config, 600_000)):
        files.clear()
        most[0] = 0
        corpus = encode(tmp_path / "t.txt", VocabularyConfig(min_count=2), phrases=phrases)
        assert len(corpus.tokens) == 300_000 or phrases
        assert most[0] <= 4 * words
