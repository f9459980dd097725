"""No function of Python overwrites what it reads."""

import inspect
import os
from pathlib import Path

import numpy as np
import pytest

import w2v
from w2v import KeyedVectors, Sentences, TextOptions, TrainConfig, VocabularyConfig
from w2v.errors import ConfigError
from w2v.experiments.sentence_pairs.runner import compare_pairs
from w2v.experiments.study.runner import run as study
from w2v.overwriting import Named, paths_in, refuse_overwriting

TEXT = "the cat sat\nthe dog ran\n" * 20


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("texts").mkdir()
    for name in ("t", "texts/a"):
        Path(name).write_text(TEXT, encoding="utf-8")
    os.link("t", "hard")
    os.symlink("t", "soft")
    return tmp_path


@pytest.fixture
def encoder():
    return Sentences(KeyedVectors.from_arrays(["the", "cat", "dog"], np.eye(3, dtype=np.float32), [9, 3, 3]), "mean")


@pytest.mark.parametrize(
    ("text", "output", "what"),
    [
        ("t", "t", "different files"),
        ("t", "./t", "different files"),
        ("t", "hard", "different files"),
        ("soft", "t", "different files"),
        (["texts/a", "t"], "t", "different files"),
        (Path("t"), Path("t"), "different files"),
        ("texts", "texts/a", "folder of text"),
        ("texts", "texts/new.npy", "folder of text"),
        ("texts/a*", "texts/a", "different files"),
    ],
)
def test_encode_file_keeps_its_text(place, encoder, text, output, what):
    with pytest.raises(ConfigError, match=what):
        encoder.encode_file(text, output, progress=False)
    assert Path("t").read_text() == Path("texts/a").read_text() == TEXT
    assert sorted(os.listdir("texts")) == ["a"]


def test_encode_file_writes_elsewhere(place, encoder):
    assert encoder.encode_file("texts/a*", "texts/new.npy", progress=False).sentences == 40
    assert encoder.encode_file(["t", "texts/a"], "v.npy", progress=False).sentences == 80
    assert encoder.encode_file(iter(["the cat"]), "t.npy", progress=False).sentences == 1


def test_checkpoints_keep_the_text(place):
    corpus = w2v.encode("soft", VocabularyConfig(min_count=1))
    config = TrainConfig(vector_size=4, epochs=1, workers=1)
    with pytest.raises(ConfigError, match="checkpoints and corpus must be different files: got t for both"):
        w2v.train(corpus, config, checkpoints="t", progress=False)
    with pytest.raises(ConfigError, match="checkpoints and corpus must be different files: got hard for both"):
        w2v.Word2Vec(corpus_file="t", min_count=1, vector_size=4, epochs=1, checkpoints="hard")
    assert Path("t").read_text() == TEXT


def test_a_cache_is_no_folder_of_texts(place):
    with pytest.raises(ConfigError, match="cache and corpus must be different folders"):
        w2v.encode("texts", VocabularyConfig(min_count=1), cache="./texts")
    assert sorted(os.listdir("texts")) == ["a"]


@pytest.mark.parametrize("folder", ["texts", "texts/../texts"])
def test_reports_keep_their_texts(place, folder):
    pytest.importorskip("gensim")
    pytest.importorskip("sklearn")
    for call in (w2v.compare, study):
        with pytest.raises(ConfigError, match="folder and corpus must be different folders"):
            call("texts", folder)
    vectors = KeyedVectors.from_arrays(["the", "cat", "dog"], np.eye(3, dtype=np.float32), [9, 3, 3])
    with pytest.raises(ConfigError, match="folder and text must be different folders"):
        compare_pairs(vectors, "texts", ["t"], folder)
    assert sorted(os.listdir("texts")) == ["a"]


def test_reports_do_not_take_the_place_of_what_they_read(place):
    pytest.importorskip("gensim")
    pytest.importorskip("sklearn")
    Path("out").mkdir()
    for name in ("report.md", "runs.jsonl", "models.jsonl", "trainings.jsonl"):
        Path("out", name).write_text(TEXT, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"folder and corpus must be different files: got out/report\.md"):
        w2v.compare("out/report.md", "out")
    with pytest.raises(ConfigError, match=r"folder and corpus must be different files: got out/report\.md"):
        study(Path("out/report.md"), "out")
    with pytest.raises(ConfigError, match="folder and pairs must be different files"):
        study("t", "out", pairs=["out/report.md"])
    vectors = KeyedVectors.from_arrays(["the", "cat", "dog"], np.eye(3, dtype=np.float32), [9, 3, 3])
    with pytest.raises(ConfigError, match="folder and sts must be different files"):
        compare_pairs(vectors, "t", ["out/trainings.jsonl"], "out", options=TextOptions("words"))
    assert Path("out/report.md").read_text() == TEXT


def test_two_outputs_are_different():
    with pytest.raises(ConfigError, match="one and other must be different files"):
        refuse_overwriting([Named("one", "x"), Named("other", "./x")], [])
    refuse_overwriting([Named("one", "x")], paths_in("text", None))


OUTPUTS = {"output", "folder", "cache", "checkpoints", "target"}
NO_INPUT = {
    # these read no path
    *("KeyedVectors.to_projector", "KeyedVectors.to_static_embedding"),
}


def test_public_functions_with_an_output_are_known():
    found = set()
    for name in w2v.__all__:
        value = getattr(w2v, name)
        if inspect.isfunction(value):
            listed = [(name, value)]
        elif inspect.isclass(value):
            listed = [(f"{name}.{n}", f) for n, f in inspect.getmembers(value, inspect.isroutine) if n[0] != "_"]
            listed.append((name, value.__init__))
        else:
            continue
        for full, function in listed:
            try:
                parameters = inspect.signature(function).parameters
            except (TypeError, ValueError):
                continue
            if OUTPUTS & set(parameters):
                found.add(full)
    assert found - NO_INPUT == {
        "Sentences.encode_file",
        "Sentences.to_static_embedding",
        "Word2Vec",
        "compare",
        "encode",
        "train",
    } | ({"Trainer.run"})
