"""Vectors whose metadata and words a stranger may have written: every output is made, or refused by the family."""

import numpy as np
import pytest
from hostile import VALUES, many, mutated
from hypothesis import given, seed
from hypothesis import strategies as st

import w2v
from w2v import KeyedVectors
from w2v.cli.main import main
from w2v.errors import ArgumentError, FormatError, W2VError
from w2v.formats import Contents, native
from w2v.geometry import Space
from w2v.integrations.documents import splitter
from w2v.integrations.model_card import model_card
from w2v.json_values import DEEPEST

pytestmark = pytest.mark.usefixtures("no_fsync")

HONEST = w2v.train(
    w2v.encode([["a", "b", "c"]] * 9, w2v.VocabularyConfig(min_count=1)),
    w2v.TrainConfig(vector_size=2, epochs=2, workers=1, sample=0),
    progress=False,
).vectors.metadata | {
    "scores": {"simlex": 0.4},
    "geometry": [{"epoch": 1.0, "alignment": 0.5, "uniformity": -1.0}],
    "geometry_law": "neighbours",
    "repairs": {"renamed": 1},
    "bytes": 7,
    "merged": [{"sources": ["x"]}, {"text": {"tokenizer": "words"}}],
}


def vectors_with(metadata):
    return KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0.5], [2, 1], [0, 1]], [3, 2, 1], metadata)


def saved(folder, vectors, name):
    """Save vectors, read what it says about them, and read them."""
    vectors.save(folder / name)
    assert main(["info", str(folder / name)]) in (0, 65)
    assert main(["info", "--json", str(folder / name)]) in (0, 65)
    KeyedVectors.load(folder / name)


def shared(folder, vectors, name):
    vectors.to_static_embedding(folder / name, "words")
    assert main(["info", str(folder / name)]) == 0
    KeyedVectors.from_hub(folder / name)


OUTPUTS = {
    "native": lambda folder, v: saved(folder, v, "v.safetensors"),
    "text": lambda folder, v: saved(folder, v, "v.txt"),
    "int8": lambda folder, v: v.quantized().save(folder / "q.safetensors"),
    "static embedding": lambda folder, v: shared(folder, v, "s"),
    "its own tokenizer": lambda folder, v: v.to_static_embedding(folder / "s"),
    "card": lambda folder, v: model_card(v, "n", v.metadata, "mit", ["en"]),
    "projector": lambda folder, v: v.to_projector(folder / "p"),
    "notebook": lambda folder, v: v._repr_html_(),
    "subset": lambda folder, v: v.subset(["a"]),
    "merge": lambda folder, v: v.merge(vectors_with({})).merge(v),
    "align_to": lambda folder, v: v.align_to(v),
    "documents": lambda folder, v: splitter(None, v)("a b"),
    "space": lambda folder, v: Space.from_keyed_vectors(v),
}


def every_output(folder, metadata):
    for name, make in OUTPUTS.items():
        vectors = vectors_with(metadata)
        try:
            make(folder, vectors)
        except W2VError:
            pass
        except Exception as problem:
            raise AssertionError(f"{name}: {problem!r} with {metadata!r:.2000}") from problem


@seed(21)
@many(60)
@given(data=st.data())
def test_any_metadata(tmp_path_factory, data):
    every_output(tmp_path_factory.getbasetemp(), mutated(data, HONEST, most=2))


@pytest.mark.parametrize(
    "metadata",
    [
        {"text": None},
        {"text": {"tokenizer": ["words"]}},
        {"text": np.arange(3)},
        {"epoch_columns": ["loss", "seconds"], "epochs": [[10**400, 1]]},
        {"epoch_columns": ["loss", "seconds"], "epochs": [[1, 10**400]]},
        {"epoch_columns": [["loss"], {}], "epochs": [[1, 2]]},
        {"file bytes": 10**400},
        {"numbers": True},
        {"x": 10**4000},
        {"x": float("nan"), 3: {1}, "\ud800": "\ud800", "y": b"x", "z": object()},
    ],
    ids=range(10),
)
def test_odd_metadata(tmp_path, metadata):
    every_output(tmp_path, metadata)


@pytest.mark.parametrize("key", HONEST)
def test_every_entry_of_every_shape(key):
    for value in VALUES:
        card = model_card(vectors_with({}), "n", HONEST | {key: value})
        assert card.startswith("---")
        vectors_with(HONEST | {key: value})._repr_html_()


def nested(depth):
    inside = []
    for _ in range(depth - 2):
        inside = [inside]
    return {"x": inside}


def test_metadata_is_nested_a_hundred_deep_at_most(tmp_path):
    every_output(tmp_path, nested(DEEPEST))
    vectors_with(nested(DEEPEST)).save(tmp_path / "v.safetensors")
    for depth in (DEEPEST + 1, 300, 5000):
        with pytest.raises(W2VError, match="nested"):
            vectors_with(nested(depth)).save(tmp_path / "v.safetensors")
    forged = native.metadata_text

    def deep(metadata):
        return forged({}).replace("{}", '{"x":' + "[" * 400 + "]" * 400 + "}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "metadata_text", deep)
        vectors_with({}).save(tmp_path / "v.safetensors")
    with pytest.raises(FormatError, match="nested at most 100 deep"):
        KeyedVectors.load(tmp_path / "v.safetensors")
    itself = {}
    itself["x"] = itself
    with pytest.raises(W2VError, match="nested too deep, or in themselves"):
        vectors_with(itself)


@pytest.mark.parametrize("wrong", [None, [], "x", 3])
def test_metadata_is_a_dict(tmp_path, wrong):
    vectors = vectors_with({})
    with pytest.raises(ArgumentError, match="metadata must be a dict of JSON values: got"):
        vectors.metadata = wrong
    with pytest.raises(FormatError, match="metadata must be a dict of JSON values: got"):
        native.save(tmp_path / "v.safetensors", Contents(["a"], np.ones((1, 2), np.float32), metadata=wrong))


def test_words_that_were_integers(tmp_path):
    vectors = KeyedVectors.from_arrays([7, 8], np.eye(2), metadata={"numbers": True})
    vectors.numbers = False
    vectors.rename({"7": "seven"}).save(tmp_path / "v.safetensors")
    assert KeyedVectors.load(tmp_path / "v.safetensors").index_to_key == ["seven", "8"]


# ---------------------------------------------------------------------------------------------------------------- words

WORD_OUTPUTS = {
    **{
        f"save .{kind}": lambda f, v, kind=kind: v.save(f / f"v.{kind}")
        for kind in ("safetensors", "bin", "txt", "vec")
    },
    "save .parquet": lambda f, v: (pytest.importorskip("pyarrow"), v.save(f / "v.parquet")),
    "save_word2vec_format": lambda f, v: v.save_word2vec_format(f / "v.txt", fvocab=f / "vocabulary"),
    "to_static_embedding": lambda f, v: v.to_static_embedding(f / "s"),
    "to_projector": lambda f, v: v.to_projector(f / "p"),
    "to_arrow": lambda f, v: (pytest.importorskip("pyarrow"), v.to_arrow()),
    "to_pandas": lambda f, v: (pytest.importorskip("pandas"), v.to_pandas()),
    "neighbours_frame": lambda f, v: (pytest.importorskip("pandas"), v.neighbours_frame(["a"])),
}


@pytest.mark.parametrize("word", ["\ud800", "a\udc80"])
@pytest.mark.parametrize("name", WORD_OUTPUTS)
def test_lone_surrogates_are_refused(tmp_path, name, word):
    vectors = KeyedVectors.from_arrays(["a", word], np.eye(2), counts=[2, 1])
    with pytest.raises(FormatError, match="must be encodable as UTF-8"):
        WORD_OUTPUTS[name](tmp_path, vectors)
    assert not list(tmp_path.iterdir())
    vectors.expandos["\ud800"] = np.arange(2)
    with pytest.raises(FormatError):
        WORD_OUTPUTS[name](tmp_path, vectors)
    without = vectors.drop(word)
    del without.expandos["\ud800"]
    WORD_OUTPUTS[name](tmp_path, without)
