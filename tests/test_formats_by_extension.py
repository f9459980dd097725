import os
from pathlib import Path

import numpy as np
import pytest

import w2v
from w2v import KeyedVectors, formats
from w2v.cli import main
from w2v.errors import FormatError, UnsafeFormatError
from w2v.formats import Contents, is_native, load, save

CONTENTS = Contents(["a", "b"], np.array([[1, 2], [3, 4]], np.float32))


@pytest.mark.parametrize("as_path", [str, Path, os.fsencode])
@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("m.safetensors", b"\x00\x03\x00\x00\x00\x00\x00\x00{"),
        ("m.SafeTensors", None),
        ("m.bin", b"2 2\na \x00\x00\x80?"),
        ("m.bin.gz", b"\x1f\x8b"),
        ("m.txt", b"2 2\na 1 2\n"),
        ("m.vec", b"2 2\na 1 2\n"),
        ("m.w2v", b"2 2\na 1 2\n"),
        ("m.txt.gz", b"\x1f\x8b"),
        ("m.vec.bz2", b"BZh"),
        ("m.w2v.xz", b"\xfd7zXZ"),
        ("M.TXT.GZ", b"\x1f\x8b"),
    ],
)
def test_by_extension(tmp_path, name, start, as_path):
    path = as_path(str(tmp_path / name))
    save(path, CONTENTS)
    data = (tmp_path / name).read_bytes()
    if start is not None and not name.endswith(".safetensors"):
        assert data.startswith(start)
    else:
        assert data[8:9] == b"{"
    loaded = load(path)
    assert loaded.words == CONTENTS.words
    np.testing.assert_array_equal(loaded.vectors, CONTENTS.vectors)


@pytest.mark.parametrize("format", ["native", "binary", "text"])
def test_by_name(tmp_path, format):
    save(tmp_path / "m.model", CONTENTS, format)
    assert load(tmp_path / "m.model", format).words == ["a", "b"]
    for other in {"native", "binary", "text"} - {format}:
        with pytest.raises(FormatError):
            load(tmp_path / "m.model", other)


@pytest.mark.parametrize("extension", ["model", "kv", "npy", "npz", "pkl", "pickle", "joblib", "pt", "pth", "MODEL"])
def test_pickles(tmp_path, extension):
    path = tmp_path / f"m.{extension}"
    path.write_bytes(b"whatever it is")
    with pytest.raises(UnsafeFormatError, match="may be a pickle"):
        load(path)
    with pytest.raises(FormatError, match=rf"must be one of \.safetensors, \.parquet, \.bin, .*: got \.{extension}$"):
        save(path, CONTENTS)
    assert path.read_bytes() == b"whatever it is"
    path.unlink()
    with pytest.raises(FileNotFoundError):
        load(path)


@pytest.mark.parametrize("name", ["m", "m.zip", "m.gz", "m.csv.gz", "m.safetensors.gz", "m.txt.lz4"])
def test_unknown_extensions(tmp_path, name):
    (tmp_path / name).write_bytes(b"whatever it is")
    for attempt in (lambda: load(tmp_path / name), lambda: save(tmp_path / name, CONTENTS)):
        with pytest.raises(FormatError, match=r"must be one of \.safetensors, \.parquet, \.bin, .*\.zst\): got "):
            attempt()
    save(tmp_path / name, CONTENTS, "native")
    assert load(tmp_path / name).words == ["a", "b"]
    with pytest.raises(FormatError, match="format must be one of native, parquet, binary, text: got 'word2vec'"):
        save(tmp_path / "m.txt", CONTENTS, "word2vec")


def test_a_missing_file(tmp_path):
    for extension in (".safetensors", ".bin", ".txt.gz"):
        with pytest.raises(FileNotFoundError):
            load(tmp_path / f"m{extension}")


def test_the_public_names():
    assert all(hasattr(formats, name) for name in formats.__all__)
    sources = Path(formats.__file__).parent.glob("*.py")
    assert not [path for path in sources if "import pickle" in path.read_text() or "eval(" in path.read_text()]


@pytest.mark.parametrize("name", ["v.csv", "v.JSON", "v.tsv.gz", "v.npy", "v.h5", "v.xlsx", "v.gz"])
def test_a_native_file_does_not_take_the_name_of_another_format(tmp_path, name):
    vectors = KeyedVectors.from_arrays(["a"], np.ones((1, 2), np.float32))
    corpus = w2v.encode([["a", "b"] * 9] * 9, w2v.VocabularyConfig(min_count=1))
    with pytest.raises(
        FormatError, match=r"must be one of \.safetensors, \.parquet, .*: got .*; a name without an extension"
    ):
        vectors.save(tmp_path / name)
    for thing in (
        w2v.train(corpus, w2v.TrainConfig(vector_size=2, sample=0)),
        w2v.Word2Vec([["a", "b"]] * 9, min_count=1, sample=0),
        w2v.Sentences(KeyedVectors.from_arrays(["a"], [[1, 0]], [1]), "mean", centre=False),
        KeyedVectors.from_arrays(["a", "b"], np.eye(2, dtype=np.float32)).quantized(),
    ):
        others = () if isinstance(thing, w2v.Word2Vec) else ("v.txt", "v.vec.gz", "v.parquet")  # gensim's users may
        for path in (name, *others):
            with pytest.raises(FormatError, match=r"must be \.safetensors: got .*; a name without an extension"):
                thing.save(tmp_path / path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["t.xlsx", "t.csv", "t.npy", "t.safetensors", "t.tsv.gz"])
def test_neither_do_arrays_and_tables_of_phrases(tmp_path, name):
    table = w2v.phrases([["new", "york"]] * 30)
    with pytest.raises(FormatError, match=r"must be one of \.tsv, \.txt: got .*; a name without an extension"):
        table.save(tmp_path / name)
    encoder = w2v.Sentences(KeyedVectors.from_arrays(["a"], [[1, 0]], [1]), "mean", centre=False)
    if not name.endswith(".npy"):
        with pytest.raises(FormatError, match=r"must be \.npy: got .*; a name without an extension"):
            encoder.encode_file(iter(["a"]), tmp_path / name)
    assert not list(tmp_path.iterdir())
    for possible in ("t.tsv", "t.txt", "T.TSV", "t", "t.pkl"):
        table.save(tmp_path / possible)
    for possible in ("t.npy", "t", "T.NPY"):
        encoder.encode_file(iter(["a"]), tmp_path / possible)


@pytest.mark.parametrize(
    ("command", "names", "possible"),
    [
        (["sentences", "encode", "v.safetensors", "t.txt"], ["z.csv", "z.txt", "z.npz"], ".npy"),
        (["sentences", "train", "v.safetensors", "t.txt"], ["z.txt", "z.bin", "z.csv"], ".safetensors"),
        (["phrases", "t.txt"], ["z.xlsx", "z.csv", "z.safetensors"], "one of .tsv, .txt"),
    ],
)
def test_nor_do_outputs_of_commands(tmp_path, monkeypatch, capsys, command, names, possible):
    monkeypatch.chdir(tmp_path)
    KeyedVectors.from_arrays(["a", "b"], np.eye(2, dtype=np.float32), [2, 1]).save("v.safetensors")
    (tmp_path / "t.txt").write_text("a b\nb a\n", encoding="utf-8")
    for name in names:
        assert main([*command, "-o", name]) == 2
        assert f"--output: the extension of {name} must be {possible}: got {name[1:]}" in capsys.readouterr().err
        assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["v", "v.kv", "v.model", "v.2026-11", "v.pkl", "v.csv.kv"])
def test_other_names_are_native_files(tmp_path, name):
    KeyedVectors.from_arrays(["a"], np.ones((1, 2), np.float32)).save(tmp_path / name)
    assert is_native(tmp_path / name)
