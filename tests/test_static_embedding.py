"""Folders for model2vec and sentence-transformers, and the Hugging Face Hub, without a network."""

import inspect
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hostile import VALUES, changed, leaves
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

import w2v
from w2v import KeyedVectors
from w2v.cli.main import main
from w2v.corpus.portable_tokenizer import portable_tokenizer
from w2v.corpus.tokenizers import split_words
from w2v.errors import ConfigError, FormatError, MissingExtraError, OutputError
from w2v.formats.safetensors import read_tensors
from w2v.sentences import Sentences

WORDS = [
    "the",
    "cat",
    "a",
    "i",
    "don",
    "t",
    "café",
    "日",
    "2",
    "nd",
    "İstanbul",
    "straße",
    "##b",
    "</w>",
    "",
    "new york",
    "b ",
    " c",
]
TEXTS = [
    "The CAT, the axolotl!",
    "A 2nd café — don't",
    "unknown xaz azx aa ii tt",
    "",
    "[UNK] [PAD] </w> ##b a</w> ##a b c",
    "日本 日\u200c 日",
    "straße İstanbul\tcat\x1cthe\x85a",
    " the \n cat ",
]


@pytest.fixture(params=["whitespace", "words"])
def vectors(request):
    matrix = np.random.default_rng(1).normal(size=(len(WORDS), 7))
    metadata = {"text": {"tokenizer": request.param, "errors": "strict", "encoding": "utf-8"}}
    return KeyedVectors.from_arrays(WORDS, matrix, counts=range(20, 20 - len(WORDS), -1), metadata=metadata)


def split(vectors, text):
    recorded = vectors.metadata["text"]["tokenizer"]
    return text.split() if recorded == "whitespace" else split_words(text)


def means(vectors, texts):
    known = [[word for word in split(vectors, text) if word in vectors.key_to_index] for text in texts]
    return np.array([vectors[words].astype(np.float64).mean(axis=0) if words else np.zeros(7) for words in known])


def test_model2vec_gives_the_mean_of_our_rows(tmp_path, vectors):
    model2vec = pytest.importorskip("model2vec")
    vectors.to_static_embedding(tmp_path / "v")
    model = model2vec.StaticModel.from_pretrained(tmp_path / "v")
    assert np.abs(model.encode(TEXTS) - means(vectors, TEXTS)).max() < 1e-6
    long = "the " * 600 + "日 " * 600  # model2vec's default is to cut at 512 tokens; it adds up in float32
    assert np.abs(model.encode([long]) - means(vectors, [long])).max() < 1e-5
    smaller = model2vec.StaticModel.from_pretrained(tmp_path / "v", quantize_to="int8", dimensionality=4)
    assert smaller.encode(TEXTS).shape == (len(TEXTS), 4)


@pytest.mark.parametrize("tokenizer", ["whitespace", "words"])
@given(
    st.lists(
        st.sampled_from([*"abAB12 .\n'-#</w>", "\u200c", "\u0301", "\u00ad", "é", "ﬁ", "日", "\x1c", "\x85", "İ"]),
        max_size=12,
    )
)
@settings(max_examples=200, deadline=None)
def test_texts_are_split_as_in_training(tokenizer, letters):
    text = "".join(letters)
    words = split_words(text) if tokenizer == "words" else text.split()
    vocabulary = sorted({*words[::2], "a", "ab", " a", "b ", " ", "", "a b", "\u200c"})
    made = portable_tokenizer(vocabulary, tokenizer)
    known = [vocabulary.index(word) for word in words if word in vocabulary]
    assert made.encode(text).ids == known
    assert Tokenizer.from_str(made.to_str()).encode(text).ids == known


def test_everything_comes_back(tmp_path, vectors):
    vectors.expandos["cluster"] = np.arange(len(vectors))
    vectors.to_static_embedding(tmp_path / "v")
    read = KeyedVectors.from_hub(tmp_path / "v")
    assert read.index_to_key == WORDS
    assert (read.vectors == vectors.vectors).all()
    assert all((read.expandos[name] == vectors.expandos[name]).all() for name in ("count", "cluster"))
    assert read.metadata == vectors.metadata
    names = ["README.md", "config.json", "model.safetensors", "modules.json", "tokenizer.json"]
    assert sorted(os.listdir(tmp_path / "v")) == names


def test_integers_come_back(tmp_path):
    KeyedVectors.from_arrays([7, 10], np.eye(2)).to_static_embedding(tmp_path / "v")
    assert KeyedVectors.from_hub(tmp_path / "v")[10].tolist() == [0, 1]


def test_other_tokenizers_must_be_named(tmp_path):
    vectors = KeyedVectors.from_arrays(["a"], [[1.0]], metadata={"text": {"tokenizer": "/home/me/tokenizer.json"}})
    with pytest.raises(ConfigError, match=r"must be 'whitespace' or 'words' .*: got 'tokenizer.json'; pass"):
        vectors.to_static_embedding(tmp_path / "v")
    assert not list(tmp_path.iterdir())
    vectors.to_static_embedding(tmp_path / "v", tokenizer="words")


@pytest.fixture
def tokenizer_file(tmp_path):
    """Return the path of a tokenizer of this machine."""
    portable_tokenizer(["a", "b", "c"], "whitespace").save(str(tmp_path / "own-tokenizer.json"))
    return str(tmp_path / "own-tokenizer.json")


def named(tmp_path, name):
    text = tmp_path / name
    text.write_text("a b c\n" * 50)
    return w2v.train(w2v.encode(str(text)), w2v.TrainConfig(vector_size=3, workers=1)).vectors


def of_a_tokenizer(tmp_path, tokenizer_file):
    (tmp_path / "news.txt").write_text("a b c\n" * 50)
    options = w2v.TextOptions(tokenizer_file)
    return w2v.train(w2v.encode(str(tmp_path / "news.txt"), text=options), w2v.TrainConfig(vector_size=3)).vectors


def of_sentences(tmp_path, tokenizer_file):
    return Sentences(named(tmp_path, "news.txt"), text=w2v.TextOptions(tokenizer_file))


def with_own_metadata(tmp_path, _):
    vectors = named(tmp_path, "news.txt")
    vectors.metadata |= {
        "scores": {f"{tmp_path}/pairs.tsv": 0.5},
        "notes": [{"from": [[f"{tmp_path}/x"], "C:\\Users\\me\\y"]}],
        "runs": [{"sources": f"{tmp_path}/one"}, {"sources": [f"{tmp_path}/two", {"tokenizer": f"{tmp_path}/three"}]}],
    }
    return vectors


SHARED = {
    "trained": lambda tmp_path, _: named(tmp_path, "news.txt"),
    "merged": lambda tmp_path, _: named(tmp_path, "news.txt").merge(named(tmp_path, "more.txt")),
    "merged twice": lambda tmp_path, tokenizer: named(tmp_path, "news.txt").merge(
        named(tmp_path, "more.txt").merge(of_a_tokenizer(tmp_path, tokenizer))
    ),
    "a tokenizer": of_a_tokenizer,
    "sentences": of_sentences,
    "metadata of the user": with_own_metadata,
}


@pytest.mark.parametrize("kind", SHARED)
def test_no_paths_of_this_machine(tmp_path, tokenizer_file, kind):
    SHARED[kind](tmp_path, tokenizer_file).to_static_embedding(tmp_path / "v", tokenizer="whitespace")
    for file in (tmp_path / "v").iterdir():
        assert tmp_path.name.encode() not in file.read_bytes()
        assert b"Users" not in file.read_bytes()
    said = (tmp_path / "v" / "config.json").read_text()
    assert "own-tokenizer.json" in said if kind in ("a tokenizer", "sentences") else "news.txt" in said


def test_the_card(tmp_path):
    vectors = KeyedVectors.from_arrays(["a|b", "<script>", "c"], np.eye(3))
    vectors.metadata = {
        "scores": {"simlex|999": 0.41234},
        "geometry": [{"epoch": 5.0, "alignment": 0.5, "uniformity": -2.0}],
        "geometry_law": "neighbours in the text",
        "config": {"window": 5},
    }
    vectors.to_static_embedding(tmp_path / "v")
    card = (tmp_path / "v" / "README.md").read_text()
    for said in (
        r"| simlex\|999 | 0.4123 |",
        "| alignment | 0.5 |",
        "| window | 5 |",
        r"a\|b",
        "&lt;script&gt;",
        "# v\n",
    ):
        assert said in card
    assert "<script>" not in card
    hub = pytest.importorskip("huggingface_hub")
    data = hub.ModelCard.load(tmp_path / "v" / "README.md").data
    assert data.library_name == "model2vec"
    assert "word2vec" in data.tags


def test_what_cannot_be_written_leaves_what_is_there(tmp_path, vectors):
    folder = tmp_path / "v"
    vectors.to_static_embedding(folder)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    vectors.vectors[3, 2] = np.nan
    with pytest.raises(FormatError, match="row 3 must be finite"):
        vectors.to_static_embedding(folder)
    with pytest.raises(FormatError, match="lone surrogate"):
        KeyedVectors.from_arrays(["\ud800"], [[1.0]]).to_static_embedding(folder)
    with pytest.raises(FormatError):
        KeyedVectors(3).to_static_embedding(folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    vectors.vectors[3, 2] = 5
    vectors.to_static_embedding(folder)  # an earlier one is replaced
    assert KeyedVectors.from_hub(folder).vectors[3, 2] == 5
    (folder / "thesis.tex").write_text("")
    with pytest.raises(OutputError, match=r"it has other files, such as thesis\.tex"):
        vectors.to_static_embedding(folder)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="there is a file of this name"):
        vectors.to_static_embedding(tmp_path / "file")
    for name in ("\0", "\ud800"):
        with pytest.raises(OutputError, match="it is not a valid path"):
            vectors.to_static_embedding(name)
    with pytest.raises(OutputError, match="No such file"):
        vectors.to_static_embedding(tmp_path / "none" / "v")
    assert sorted(os.listdir(tmp_path)) == ["file", "v"]


def test_folders_of_model2vec_are_read(tmp_path):
    model2vec = pytest.importorskip("model2vec")
    vectors = KeyedVectors.from_arrays(["the", "cat", "dog"], [[1, 0], [0, 1], [0, 2]])
    vectors.to_static_embedding(tmp_path / "v")
    for name, options in (("plain", {}), ("shared", {"vocabulary_quantization": 2})):
        model = model2vec.StaticModel.from_pretrained(tmp_path / "v", **options)
        model.save_pretrained(tmp_path / name)
        read = KeyedVectors.from_hub(tmp_path / name)
        assert len(read) == 3
        assert np.allclose(read.vectors, model.encode(["the", "cat", "dog"]), atol=1e-6)


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("config.json", b"["),
        ("config.json", b'{"w2v": {"metadata": 3}}'),
        ("tokenizer.json", b"{}"),
        ("model.safetensors", b""),
        ("model.safetensors", b"\xff" * 100),
        ("model.safetensors", b"\x02\0\0\0\0\0\0\0{}"),
        ("model.safetensors", b"\x02\0\0\0\0\0\0\0[]"),
    ],
)
def test_damaged_folders(tmp_path, vectors, file, data):
    vectors.to_static_embedding(tmp_path / "v")
    (tmp_path / "v" / file).write_bytes(data)
    with pytest.raises(FormatError):
        KeyedVectors.from_hub(tmp_path / "v")


def tensors(**entries):
    text = json.dumps(entries).encode()
    return len(text).to_bytes(8, "little") + text + b"\0" * 128


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F32", "shape": [18, 7], "data_offsets": [0, 448]},
        {"dtype": "F32", "shape": [18, 1], "data_offsets": [-8, 64]},
        {"dtype": "F32", "shape": [18], "data_offsets": [0, 72]},
        {"dtype": "F32", "shape": [2**40, 2**40], "data_offsets": [0, 64]},
        {"dtype": "F32", "shape": [15, 1], "data_offsets": [0, 60]},
        {"dtype": "BF16", "shape": [18, 2], "data_offsets": [0, 64]},
        {"dtype": "F32", "shape": [18, 1], "data_offsets": [0]},
        {"dtype": "F32", "shape": "x", "data_offsets": [0, 64]},
        7,
    ],
    ids=range(9),
)
def test_hostile_tensors(tmp_path, vectors, entry):
    vectors.to_static_embedding(tmp_path / "v")
    (tmp_path / "v" / "model.safetensors").write_bytes(tensors(embeddings=entry))
    with pytest.raises(FormatError):
        KeyedVectors.from_hub(tmp_path / "v")


@pytest.mark.parametrize("shape", [[0] * 70, [0, 2**62], [0, 2**63 - 1, 2**63 - 1]], ids=len)
def test_empty_tensors_of_impossible_shapes(tmp_path, shape):
    (tmp_path / "v").write_bytes(tensors(a={"dtype": "F32", "shape": shape, "data_offsets": [0, 0]}))
    with pytest.raises(FormatError, match="the tensor 'a'"):
        read_tensors(tmp_path / "v")


def test_any_value_anywhere_in_the_header(tmp_path):
    header = {"a": {"dtype": "F32", "shape": [18, 1], "data_offsets": [0, 72]}, "__metadata__": {"b": "c"}}
    for place in leaves(header):
        for value in (*VALUES, ...):
            text = json.dumps(changed(header, place, value)).encode()
            (tmp_path / "v").write_bytes(len(text).to_bytes(8, "little") + text + b"\0" * 128)
            with suppress(FormatError):
                read_tensors(tmp_path / "v")


# ------------------------------------------------------------------------------------------------------------------ the hub


class Api:
    """What `push_to_hub` calls of huggingface_hub.HfApi, into a local folder."""

    calls: ClassVar[list] = []
    target: Path

    def __init__(self, token=None):
        self.calls.append(("token", token))

    def create_repo(self, repo_id, *, private=None, exist_ok=False):
        self.calls.append((repo_id, private, exist_ok))

    def upload_folder(self, *, repo_id, folder_path, commit_message):
        for file in Path(folder_path).iterdir():
            (self.target / file.name).write_bytes(file.read_bytes())
        return type("Commit", (), {"commit_url": f"https://example.org/{repo_id}/commit/1"})


def test_push_and_load_in_the_layout_of_the_hub(tmp_path, monkeypatch, vectors):
    hub = pytest.importorskip("huggingface_hub")
    for name in ("create_repo", "upload_folder"):  # the real ones take what is passed
        assert {"repo_id"} < set(inspect.signature(getattr(hub.HfApi, name)).parameters)
    snapshot = tmp_path / "hub" / "models--me--cats" / "snapshots" / "0123456789abcdef0123456789abcdef01234567"
    snapshot.mkdir(parents=True)
    (tmp_path / "hub" / "models--me--cats" / "refs").mkdir()
    (tmp_path / "hub" / "models--me--cats" / "refs" / "main").write_text(snapshot.name)
    monkeypatch.setattr(Api, "target", snapshot, raising=False)
    monkeypatch.setattr(hub, "HfApi", Api)
    address = vectors.push_to_hub("me/cats", private=True, token="secret", license="mit", language=["en", "no"])
    assert address == "https://example.org/me/cats/commit/1"
    assert Api.calls[-2:] == [("token", "secret"), ("me/cats", True, True)]
    data = hub.ModelCard.load(snapshot / "README.md").data
    assert (data.license, data.language) == ("mit", ["en", "no"])
    for name, value in (("HF_HUB_CACHE", str(tmp_path / "hub")), ("HF_HUB_OFFLINE", True)):
        monkeypatch.setattr(hub.constants, name, value)
    download = hub.snapshot_download
    monkeypatch.setattr(hub, "snapshot_download", lambda *a, **k: download(*a, cache_dir=tmp_path / "hub", **k))
    assert KeyedVectors.from_hub("me/cats").index_to_key == WORDS
    with pytest.raises(FormatError, match=r"cannot load me/nobody from the Hugging Face Hub: .*; nor is it a folder"):
        KeyedVectors.from_hub("me/nobody")


def test_a_failed_upload_is_one_line(monkeypatch, vectors):
    hub = pytest.importorskip("huggingface_hub")

    class Broken(Api):
        def create_repo(self, *_, **__):
            raise RuntimeError("401 Client Error.\n\nInvalid token")

    monkeypatch.setattr(hub, "HfApi", Broken)
    with pytest.raises(OutputError, match=r"^cannot push the vectors to me/cats: 401 Client Error\. Invalid token$"):
        vectors.push_to_hub("me/cats")
    with pytest.raises(
        OutputError, match="repository of the Hub; to write a folder on this machine, use to_static_embedd"
    ):
        vectors.push_to_hub("folder")


def test_a_folder_with_other_files(tmp_path):
    vectors = KeyedVectors.from_arrays(["a", "b"], np.eye(2))
    vectors.save(tmp_path / "v.txt")
    assert KeyedVectors.from_hub(tmp_path).index_to_key == ["a", "b"]
    vectors.save(tmp_path / "w.bin")
    with pytest.raises(FormatError, match=r"filename must name one of the files of vectors: got v\.txt, w\.bin"):
        KeyedVectors.from_hub(tmp_path)
    assert KeyedVectors.from_hub(tmp_path, "w.bin").index_to_key == ["a", "b"]
    (tmp_path / "none").mkdir()
    with pytest.raises(FormatError, match="must hold a file of vectors: got nothing"):
        KeyedVectors.from_hub(tmp_path / "none")


def test_without_the_extra(monkeypatch, vectors):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    for call in (lambda: vectors.push_to_hub("me/cats"), lambda: KeyedVectors.from_hub("me/cats")):
        with pytest.raises(MissingExtraError, match=r'huggingface_hub is not installed; pip install "w2v\[hub\]"'):
            call()


def test_command_line(tmp_path, vectors, capsys):
    vectors.save(tmp_path / "v.safetensors")
    folder = str(tmp_path / "static")
    assert main(["convert", str(tmp_path / "v.safetensors"), folder, "--to", "static-embedding"]) == 0
    assert KeyedVectors.from_hub(folder).index_to_key == WORDS
    assert main(["info", folder]) == 0
    assert "tokenizer" in capsys.readouterr().out
    assert main(["convert", folder, str(tmp_path / "w.safetensors")]) == 0
    assert KeyedVectors.load(tmp_path / "w.safetensors").index_to_key == WORDS
    assert (
        main(["convert", str(tmp_path / "v.safetensors"), str(tmp_path / "w.safetensors"), "--to", "projector"]) == 74
    )
    assert "there is a file of this name" in capsys.readouterr().err
