"""A small compressed file that unpacks to a large one: memory is bounded by the declared shape, and said before."""

import bz2
import gzip
import lzma
import tracemalloc

import pytest

from w2v import KeyedVectors
from w2v.cli import main
from w2v.errors import FormatError, MemoryLimitError

PACK = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def available(monkeypatch, size):
    monkeypatch.setattr("w2v.formats.word2vec_rows.available_memory", lambda: size)


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("binary", [False, True])
def test_a_shape_that_does_not_fit_is_said_before(tmp_path, monkeypatch, suffix, binary):
    path = tmp_path / f"v{'.bin' if binary else '.txt'}{suffix}"
    path.write_bytes(PACK[suffix](b"10000000 300\n" + b"a 1"))
    available(monkeypatch, 5 * 10**9)
    with pytest.raises(MemoryLimitError, match=r"10,000,000 rows of 300 values take .* 13\.6 GB .* 5\.0 GB are"):
        KeyedVectors.load(path)
    with pytest.raises(FormatError):  # fits: so it is read, and its first row is wrong
        KeyedVectors.load_word2vec_format(path, binary=binary, limit=3_000_000)


def test_no_memory_is_taken_for_rows_that_are_only_announced(tmp_path):
    path = tmp_path / "v.txt.gz"
    path.write_bytes(gzip.compress(b"1000000 300\na 1\n"))
    tracemalloc.start()
    with pytest.raises(FormatError):
        KeyedVectors.load(path)
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()


def test_rows_beyond_the_declared_shape_are_not_unpacked(tmp_path):
    """A header of two rows before 300 MB of them."""
    path = tmp_path / "v.txt.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"2 300\n")
        for word in range(500):
            file.write(b"%d%s\n" % (word, b" 0" * 300))
        for _ in range(500):
            file.write(b"x" + b" 0" * 300 + b"\n")
    with pytest.raises(FormatError, match="must have 2 rows, as its header says: got more"):
        KeyedVectors.load(path)


def test_rows_without_a_header_are_bounded_too(tmp_path, monkeypatch):
    path = tmp_path / "v.txt.gz"
    path.write_bytes(gzip.compress(b"".join(b"%d 1 2\n" % word for word in range(90_000))))
    assert len(KeyedVectors.load(path)) == 90_000
    available(monkeypatch, 10**6)
    with pytest.raises(MemoryLimitError, match="are available; pass limit="):
        KeyedVectors.load(path)
    assert main(["convert", str(path), str(tmp_path / "v.bin")]) == 1
