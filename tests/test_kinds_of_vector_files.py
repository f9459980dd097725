"""Content of another kind is named as what it is, and no word that a row of vectors may begin with is taken for it."""

import bz2
import gzip
import io
import lzma
import pickle
import struct
import tarfile
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.errors import CorpusError, FormatError, UnsafeFormatError
from w2v.evaluation import read_analogies, read_pairs
from w2v.file_kinds import HEAD_BYTES, kind_of
from w2v.formats import Contents, is_native, load, load_word2vec, save

VECTORS = b"2 3\na 1 2 3\nb 4 5 6\n"


def zipped(*names):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, VECTORS)
    return target.getvalue()


def tarred():
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("vectors.txt"))
    return target.getvalue()


def array_file(**arrays):
    target = io.BytesIO()
    np.savez(target, **arrays) if arrays else np.save(target, np.ones(3))
    return target.getvalue()


OTHERS = {
    "gzip-compressed": gzip.compress(VECTORS),
    "bzip2-compressed": bz2.compress(VECTORS),
    "xz-compressed": lzma.compress(VECTORS),
    "zstd-compressed": b"\x28\xb5\x2f\xfd\x04\x00",
    "7z archive": b"7z\xbc\xaf\x27\x1c\x00\x04",
    "a zip archive": zipped("glove.txt"),
    "Word document": zipped("[Content_Types].xml", "word/document.xml"),
    "Excel workbook": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "PyTorch file": zipped("model/data.pkl"),
    "NumPy archive": array_file(a=np.ones(2)),
    r"NumPy array \(.npy\)": array_file(),
    "tar archive": tarred(),
    "HTML page": b"<!DOCTYPE html>\n<html><head><title>404</title>",
    "HTML page, not": b"\xef\xbb\xbf\n<HTML lang='en'>\n",
    "XML": b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code>',
    "JSON": b'{"the": [0.1, 0.2]}',
    "Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
    "PDF": b"%PDF-1.7\n%\xe2\xe3",
    "Parquet": b"PAR1\x15\x04\x15",
    "HDF5": b"\x89HDF\r\n\x1a\n\x00",
    "SQLite": b"SQLite format 3\x00\x10\x00",
    "old Office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00",
    "RTF": b"{\\rtf1\\ansi ",
    "picture": b"\x89PNG\r\n\x1a\n\x00",
    "UTF-16": "2 3\na 1 2 3\n".encode("utf-16"),
    "UTF-16 text": "2 3\na 1 2 3\n".encode("utf-16-be"),
    "UTF-32": "2 3\na 1 2 3\n".encode("utf-32"),
    "fastText model": struct.pack("<ii", 793712314, 12) + bytes(40),
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("extension", [".bin", ".txt", ".safetensors", ".zip"])
def test_other_content_is_named_and_advice_is_given(tmp_path, name, extension):
    path = tmp_path / f"vectors{extension}"
    path.write_bytes(OTHERS[name])
    readers = [load, is_native, lambda p: load_word2vec(p, binary=False, strict=False)]
    for read in [*readers, lambda p: load_word2vec(p, binary=True)]:
        with pytest.raises(FormatError, match=rf"vectors\{extension}: it is .*{name}.*; ") as caught:
            read(path)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", OTHERS)
def test_test_sets_of_another_kind_are_named_too(tmp_path, name):
    path = tmp_path / "pairs.tsv"
    path.write_bytes(OTHERS[name])
    for read in (read_pairs, read_analogies):
        with pytest.raises(CorpusError, match=rf"pairs.tsv: it is .*{name}.*; "):
            read(path)


@pytest.mark.parametrize("encoding", ["utf-16", "UTF16", "utf-16-le"])
def test_pairs_in_utf_16_are_read_if_told(tmp_path, encoding):
    path = tmp_path / "pairs.tsv"
    path.write_bytes("a\tb\t6,77\n".encode(encoding))
    assert [pair.score for pair in read_pairs(path, encoding=encoding)] == [6.77]


@pytest.mark.parametrize("protocol", [0, 2, 3, 4, 5])  # 1 was never a default, and begins like a word
@pytest.mark.parametrize("extension", [".bin", ".txt", ".model"])
def test_pickles_of_all_protocols(tmp_path, protocol, extension):
    path = tmp_path / f"vectors{extension}"
    path.write_bytes(pickle.dumps({"a": [1.0]}, protocol=protocol))
    with pytest.raises(UnsafeFormatError, match=r"(is|may be) a pickle"):
        load(path)


@pytest.mark.parametrize(
    ("suffix", "compress"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
def test_names_and_contents_of_compressed_files_agree(tmp_path, suffix, compress):
    save(tmp_path / "a.txt", Contents(["a", "b"], np.eye(2, dtype=np.float32)))
    data = (tmp_path / "a.txt").read_bytes()
    right = tmp_path / f"right.txt{suffix}"
    right.write_bytes(compress(data))
    assert load(right).words == ["a", "b"]
    bare = tmp_path / "bare.txt"
    bare.write_bytes(compress(data))
    with pytest.raises(FormatError, match=rf"compressed data; rename it to end in \{suffix}, or decompress it"):
        load(bare)
    plain = tmp_path / f"plain.txt{suffix}"
    plain.write_bytes(data)
    with pytest.raises(
        FormatError, match="must be compressed, as its name says: got data without compression; rename it"
    ):
        load(plain)
    page = tmp_path / f"page.txt{suffix}"
    page.write_bytes(OTHERS["HTML page"])
    with pytest.raises(FormatError, match="as its name says: got an HTML page"):
        load(page)


def test_safetensors_under_another_name(tmp_path):
    save(tmp_path / "a.bin", Contents(["a"], np.ones((1, 2), np.float32)), "native")
    assert load(tmp_path / "a.bin").words == ["a"]
    for binary in (False, True):
        with pytest.raises(FormatError, match=r"it is a safetensors file; use KeyedVectors\.load"):
            load_word2vec(tmp_path / "a.bin", binary=binary)


@pytest.mark.parametrize(
    "word",
    ["<html>", "<!DOCTYPE", "<?xml", "{", '{"', "[", "PAR1", "BZh9", "</s>", "7z", "Rar!", "c"],
)
def test_words_that_look_like_another_kind(tmp_path, word):
    path = tmp_path / "a.txt"
    path.write_text(f"{word} 1 2\nb 3 4\n", encoding="utf-8")
    assert load(path).words == [word, "b"]


@given(st.text(min_size=1).filter(lambda word: word.split() == [word]), st.integers(1, 10**6), st.integers(1, 300))
def test_vectors_are_nothing_else(word, rows, dim):
    values = " 0.1" * dim
    assert kind_of(f"{rows} {dim}\n{word}{values}\n".encode(errors="replace")[:HEAD_BYTES]) is None
    assert kind_of(f"{rows} {dim}\n".encode() + np.linspace(-1, 1, dim).astype("f4").tobytes()[:HEAD_BYTES]) is None


@given(st.binary(max_size=HEAD_BYTES))
def test_any_bytes_get_an_answer(head):
    kind = kind_of(head)
    assert kind is None or (kind.name and kind.advice)
