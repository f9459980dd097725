"""Arrays on disk: written, read in parts, mapped, and given back without losing a number."""

import errno
import hashlib
import mmap
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from w2v import PhraseConfig, TrainConfig, VocabularyConfig, encode
from w2v.corpora import write
from w2v.corpus.disk_array import Spool, forget, sha256_of
from w2v.errors import OutputError
from w2v.training.trainer import Trainer

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


def resident(array):
    """Bytes in memory of the mapping in which an array lies."""
    lines, place = Path("/proc/self/smaps").read_text().splitlines(), array.ctypes.data
    for number, line in enumerate(lines):
        first, dash, rest = line.partition("-")
        if dash and set(first) <= set("0123456789abcdef") and int(first, 16) <= place < int(rest.split()[0], 16):
            rss = next(one for one in lines[number:] if one.startswith("Rss:"))
            return 1024 * int(rss.split()[1])
    raise AssertionError("it is not mapped")


@pytest.mark.skipif(not os.path.exists("/proc/self/smaps"), reason="Linux tells what is in memory")
def test_what_is_digested_or_trained_by_shards_does_not_stay_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("w2v.training.rounds.TOKENS_OF_A_SHARD", 1)
    spool, numbers = Spool(), np.arange(4_000_000, dtype=np.uint32)
    spool.append(numbers)
    array, few = spool.array(), 4_000_000  # bytes: the system maps more than was asked for, up to a megabyte at a time
    for first, end in ((0, 4_000_000), (0, 2_000_000), (300_000, 3_000_000)):
        expected = hashlib.sha256(numbers[first:end].tobytes()).hexdigest()
        assert sha256_of(array[first:][: end - first], None, array[:0]) == expected
        assert resident(array) < few < array.nbytes
    write(tmp_path / "text.txt", words=100_000, seed=1)
    corpus, spool = encode(tmp_path / "text.txt"), Spool()
    for _ in range(40):
        spool.append(corpus.tokens)
    tokens = spool.array()
    offsets = [corpus.offsets[1:] + start * len(corpus.tokens) for start in range(40)]
    corpus = replace(corpus, tokens=tokens, offsets=np.concatenate([corpus.offsets[:1], *offsets]))
    assert tokens.sum() > 0
    assert resident(tokens) > 2 * few  # or the rest would say nothing; the system may have taken some back already
    for shards in (0, 1, 4):
        trainer = Trainer(corpus, TrainConfig(vector_size=4, epochs=1, workers=1, shards=shards))
        assert resident(tokens) < few
        trainer.save(tmp_path / "run.safetensors")  # with the digest of the text
        assert resident(tokens) < few


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
