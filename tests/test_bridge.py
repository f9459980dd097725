"""gensim's pickled models are loaded through gensim, by those who trust them, and by nobody else."""

import json
import pickle
import sys

import numpy as np
import pytest

from w2v import KeyedVectors, Word2Vec
from w2v.cli import main
from w2v.errors import FormatError, MissingExtraError
from w2v.gensim_compat import bridge

gensim_models = pytest.importorskip("gensim.models")
Dictionary = pytest.importorskip("gensim.corpora").Dictionary
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

SENTENCES = [["the", "cat", "sat", "on", "the", "mat"], ["the", "dog", "sat", "on", "the", "log"]] * 30


@pytest.fixture(scope="module")
def theirs():
    return gensim_models.Word2Vec(SENTENCES, vector_size=12, min_count=1, sg=1, epochs=3, seed=3, workers=1, negative=4)


def convert(capsys, *arguments):
    code = main(["convert", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


class Payload:
    """A pickle that leaves a trace when it is loaded."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


def test_a_model_is_converted_with_everything_and_can_be_trained_further(capsys, tmp_path, theirs):
    theirs.save(str(tmp_path / "m.model"))
    out = tmp_path / "m.safetensors"
    code, said, err = convert(capsys, tmp_path / "m.model", out, "--trust-pickle", "--json")
    assert code == 0
    assert json.loads(said) == {"input": str(tmp_path / "m.model"), "output": str(out), "words": 7, "dim": 12}
    assert "a pickle can run any code" in err
    assert err.count("\n") == 1
    model = Word2Vec.load(out)
    assert model.wv.index_to_key == theirs.wv.index_to_key
    assert model.wv.vectors.tobytes() == theirs.wv.vectors.tobytes()
    assert model.syn1neg.tobytes() == theirs.syn1neg.tobytes()
    assert [model.wv.get_vecattr(w, "count") for w in theirs.wv.index_to_key] == [
        theirs.wv.get_vecattr(w, "count") for w in theirs.wv.index_to_key
    ]
    assert (model.negative, model.epochs, model.seed, model.vector_size) == (4, 3, 3, 12)
    assert model.wv.metadata["converted_from"].startswith("Word2Vec of gensim 4")
    model.train(SENTENCES)
    assert not np.array_equal(model.wv.vectors, theirs.wv.vectors)


@pytest.mark.parametrize("name", ["v.kv", "v.wordvectors", "v"])
def test_vectors_alone_are_converted_under_any_name_and_refused_without_the_flag(capsys, tmp_path, theirs, name):
    path, out = tmp_path / name, tmp_path / "v.bin"
    theirs.wv.save(str(path))
    code, said, err = convert(capsys, path, out)
    assert (code, said, err.count("\n")) == (65, "", 1)
    assert "pickle" in err
    assert "--trust-pickle" in err
    assert not out.exists()
    code, _, err = convert(capsys, path, out, "--trust-pickle")
    assert (code, err.count("\n")) == (0, 1)  # the risk; there is nothing to train further
    assert KeyedVectors.load(out).vectors.tobytes() == theirs.wv.vectors.tobytes()


def test_cbow_keeps_its_matrices_but_cannot_be_trained_further(capsys, tmp_path):
    model = gensim_models.Word2Vec(SENTENCES, vector_size=5, min_count=1, sg=0, epochs=1, workers=1)
    model.save(str(tmp_path / "m"))
    contents = bridge.load_pickled(tmp_path / "m")
    assert np.array_equal(contents.output, model.syn1neg)
    assert "config" not in contents.metadata
    for name in ("m.safetensors", "m.bin"):
        code, _, err = convert(capsys, tmp_path / "m", tmp_path / name, "--trust-pickle")
        assert (code, err.count("\n")) == (0, 2)
        assert "m was a Word2Vec (CBOW) of gensim 4" in err
        assert "cannot train it further" in err


def test_hierarchical_softmax_has_no_output_matrix_of_words(tmp_path):
    model = gensim_models.Word2Vec(SENTENCES, vector_size=5, min_count=1, hs=1, negative=0, epochs=1, workers=1)
    model.save(str(tmp_path / "m"))
    contents = bridge.load_pickled(tmp_path / "m")
    assert contents.output is None
    assert np.array_equal(contents.vectors, model.wv.vectors)


def test_large_arrays_beside_the_pickle_are_read(tmp_path, theirs):
    theirs.save(str(tmp_path / "m"), sep_limit=16)
    assert (tmp_path / "m.wv.vectors.npy").exists()
    assert np.array_equal(bridge.load_pickled(tmp_path / "m").vectors, theirs.wv.vectors)


def test_fasttext_keeps_the_words(tmp_path):
    model = gensim_models.FastText(SENTENCES, vector_size=5, min_count=1, epochs=1, workers=1, bucket=50)
    model.save(str(tmp_path / "m"))
    contents = bridge.load_pickled(tmp_path / "m")
    assert contents.words == model.wv.index_to_key
    assert np.array_equal(contents.vectors, model.wv.vectors)


def test_without_the_flag_nothing_in_the_file_runs(capsys, tmp_path):
    trace = tmp_path / "trace"
    (tmp_path / "m.model").write_bytes(pickle.dumps(Payload(str(trace))))
    assert convert(capsys, tmp_path / "m.model", tmp_path / "m.bin")[0] == 65
    assert not trace.exists()


def test_mistakes_are_one_line(capsys, tmp_path):
    (tmp_path / "list").write_bytes(pickle.dumps([1, 2]))
    Dictionary(SENTENCES).save(str(tmp_path / "dictionary"))
    (tmp_path / "text").write_text("3 2\n", encoding="utf-8")
    for name, message in (
        ("missing", "No such file"),
        ("list", f"cannot load {tmp_path / 'list'} with gensim"),
        ("dictionary", "must contain a Word2Vec, FastText or KeyedVectors: got Dictionary"),
        ("text", f"cannot load {tmp_path / 'text'} with gensim"),
    ):
        code, _, err = convert(capsys, tmp_path / name, tmp_path / "m.bin", "--trust-pickle")
        assert code == 65
        assert message in err
        assert err.count("\n") == 2  # the risk, and what is wrong
        assert not (tmp_path / "m.bin").exists()


def test_urls_are_not_followed(tmp_path):
    with pytest.raises(FileNotFoundError):
        bridge.load_pickled("https://example.org/m.model")


def test_without_gensim_the_extra_is_named(capsys, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim", None)
    with pytest.raises(MissingExtraError, match=r'pip install "w2v\[gensim\]"'):
        bridge.gensim_version()
    code, _, err = convert(capsys, tmp_path / "m", tmp_path / "m.bin", "--trust-pickle")
    assert (code, err.count("\n")) == (1, 1)
    assert "w2v[gensim]" in err


def test_a_pickle_that_raises_is_a_damaged_file(tmp_path):
    (tmp_path / "m").write_bytes(b"\x80\x04K\x01")
    with pytest.raises(FormatError, match=r"cannot load .* with gensim"):
        bridge.load_pickled(tmp_path / "m")
