"""A model file that is opened can do nothing: whatever its metadata says, the worst outcome is an error of the family."""

import copy
import inspect
import os
from dataclasses import replace

import pytest
from hostile import many, mutated
from hypothesis import given, seed
from hypothesis import strategies as st

import w2v
from w2v import TextOptions, TrainConfig, Word2Vec, encode
from w2v.cli import main
from w2v.errors import ConfigError, FormatError, W2VError
from w2v.formats import native

pytestmark = pytest.mark.usefixtures("no_fsync")

SMALL = {"vector_size": 4, "min_count": 1, "workers": 1, "epochs": 1}
PARAMETERS = [name for name in inspect.signature(Word2Vec.__init__).parameters if name != "self"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the contents of an honest model file."""
    path = tmp_path_factory.mktemp("honest") / "m.safetensors"
    model = Word2Vec([["a", "b", "c"]] * 50, **SMALL, geometry_every=1)
    model.save(path)
    return native.load(path)


@pytest.fixture
def write(tmp_path, whole):
    """Return a function that writes a model file with the given metadata, with the right digests."""

    def write(metadata):
        native.save(tmp_path / "m.safetensors", replace(whole, metadata=metadata))
        return tmp_path / "m.safetensors"

    return write


def use(path):
    """Load a file in every way, and do with it what people do; only the family's errors may come out."""
    for load in (w2v.load, Word2Vec.load, w2v.KeyedVectors.load):
        try:
            model = load(path)
            repr(model)
            if isinstance(model, Word2Vec):
                assert vars(model.config).keys() == TrainConfig.__dataclass_fields__.keys()
                repr((model.ledger, model.text, model.vocabulary_config, model.metadata()))
                model.train([["a", "b"]] * 3, total_examples=3, epochs=1)
            elif isinstance(model, w2v.TrainedModel):
                repr((model.ledger, model.metadata))
        except W2VError:
            pass


@pytest.mark.parametrize("name", PARAMETERS)
def test_no_parameter_of_the_constructor_comes_from_a_file_unchecked(whole, write, tmp_path, monkeypatch, name):
    """For each parameter, wherever a file may put it, values that a stranger would try."""
    monkeypatch.chdir(tmp_path)
    before = sorted(os.listdir(tmp_path))
    for value in (None, True, -1, 2**64, 0.5, "made", str(tmp_path / "made"), [], {"a": 1}):
        for place in (None, "config", "state") if value != "made" else (None, "config", "state", "text", "vocabulary"):
            metadata = copy.deepcopy(whole.metadata)
            (metadata if place is None else metadata[place])[name] = value
            path = write(metadata)
            use(path)
            if place == "config" and name not in TrainConfig.__dataclass_fields__:
                with pytest.raises(FormatError, match=f"config must not have '{name}'"):
                    Word2Vec.load(path)
    assert sorted(os.listdir(tmp_path)) == sorted([*before, "m.safetensors"])


def test_what_a_model_takes_from_its_file_is_listed(whole, write):
    """Everything else is as the constructor makes it: no callback, cache, checkpoint, rule or trace comes from a file."""
    fresh = Word2Vec(**SMALL)
    loaded = Word2Vec.load(write(dict.fromkeys(PARAMETERS, "made") | whole.metadata))
    for name in (
        "_checkpoints",
        "_callbacks",
        "_rule",
        "_cache",
        "_progress",
        "hashfxn",
        "batch_words",
        "_corpus",
        "_source",
    ):
        assert getattr(loaded, name) == getattr(fresh, name)
    assert (loaded.geometry_every, loaded.geometry_every_words, loaded.sg, loaded.hs) == (None, None, 1, 0)


@pytest.mark.parametrize("change", [{"threads": 9}, {"errors": "ignore"}, {"tokenizer": 5}, {"tokenizer": ["words"]}])
def test_options_for_text(whole, write, change):
    path = write(whole.metadata | {"text": {"tokenizer": "words", "errors": "strict"} | change})
    if "threads" in change:
        assert Word2Vec.load(path).text == TextOptions("words")  # not one of the things that a file may say
    else:
        with pytest.raises(FormatError, match=r"errors must be|text\.tokenizer must be a string"):
            Word2Vec.load(path)


def test_a_tokenizer_that_a_file_names_is_not_opened(whole, write, tmp_path, monkeypatch, capsys):
    text = tmp_path / "t.txt"
    text.write_text("a b c\n" * 50)
    words = tmp_path / "words.json"
    words.write_text('{"version":"1.0","model":{"type":"WordLevel","vocab":{"a":0,"b":1,"c":2},"unk_token":"a"}}')
    path = write(whole.metadata | {"text": {"tokenizer": str(words), "errors": "strict"}})
    opened = []
    monkeypatch.setattr("w2v.corpus.hugging_face.read_file", opened.append)
    model = Word2Vec.load(path)
    assert model.tokenizer == str(words)  # known, so that it can be told
    assert model.metadata()["text"]["tokenizer"] == str(words)
    with pytest.raises(ConfigError, match=r"is not opened merely because .* pass tokenizer='.*words.json'"):
        model.train(corpus_file=text, total_examples=50, epochs=1)
    with pytest.raises(ConfigError, match="not opened"):
        encode(text, text=w2v.load(path).provenance.text)
    assert main(["geometry", str(path), "--corpus", str(text)]) == 2
    assert "pass --tokenizer" in capsys.readouterr().err
    assert opened == []
    monkeypatch.undo()
    again = Word2Vec.load(path, tokenizer=str(words))  # the user gives it
    assert type(again.tokenizer) is str


def test_sources_that_a_file_names_are_not_looked_up(whole, write, tmp_path, monkeypatch):
    text = tmp_path / "t.txt"
    text.write_text("a b c\n" * 50)
    path = write(whole.metadata | {"sources": ["/net/far/away.txt", "x\0y"]})
    touched, lstat = [], os.lstat
    monkeypatch.setattr(os, "lstat", lambda name, **more: touched.append(os.fspath(name)) or lstat(name, **more))
    assert main(["geometry", str(path), "--corpus", str(text), "--quiet", "--draws", "50"]) == 0
    assert not any("/net" in name for name in touched)


@seed(16)
@many(200)
@given(data=st.data())
def test_models_with_any_metadata(tmp_path_factory, whole, data):
    """Well-sealed models whose metadata differ in one to three places; the right ones work, the others say what is wrong."""
    metadata = mutated(data, whole.metadata, most=3)
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    try:
        native.save(path, replace(whole, metadata=metadata))
    except FormatError:
        return  # a lone surrogate, for example
    use(path)
    assert main(["info", str(path)]) == 0
    assert main(["geometry", str(path), "--corpus", __file__, "--quiet", "--draws", "20"]) in (0, 2, 65)
