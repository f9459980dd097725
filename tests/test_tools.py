"""Search with usearch, files for TensorBoard, and tables in notebooks."""

import os
import sys

import numpy as np
import pytest

import w2v
from w2v import KeyedVectors, geometry
from w2v.errors import ConfigError, FormatError, MissingExtraError, UnknownWordError
from w2v.evaluation import AnalogySection, evaluate_analogies
from w2v.evaluation.exam import Exam

RNG = np.random.default_rng(5)


@pytest.fixture(scope="module")
def many():
    centres = RNG.normal(size=(30, 24))
    matrix = centres[RNG.integers(0, 30, 1500)] + RNG.normal(size=(1500, 24))
    return KeyedVectors.from_arrays([f"w{i}" for i in range(1500)], matrix, counts=range(1500, 0, -1))


def test_usearch_is_exact_for_few_words(many):
    pytest.importorskip("usearch")
    index = many.to_usearch()
    assert index.exact
    assert index.search(["w3", "w4"], 5) == many.most_similar_batch(["w3", "w4"], 5)
    assert index.search("w3", 5) == [many.most_similar("w3", topn=5)]
    assert "exact" in repr(index)


def test_usearch_builds_a_graph_whose_recall_is_known(many, caplog, monkeypatch):
    pytest.importorskip("usearch")
    monkeypatch.setattr("w2v.integrations.usearch.EXACT_ROWS", 1000)
    with caplog.at_level("INFO", "w2v"):
        index = many.to_usearch()
    assert not index.exact
    assert index.recall > 0.9
    assert f"recall@10 {index.recall:.3f}" in caplog.text
    words = many.index_to_key[:200]
    truth, found = many.most_similar_batch(words, 10), index.search(words, 10)
    shared = [len({w for w, _ in a} & {w for w, _ in b}) for a, b in zip(truth, found, strict=True)]
    assert np.mean(shared) > 9
    assert all(len(near) == 10 and word not in dict(near) for word, near in zip(words, found, strict=True))
    assert found[0][0][1] == pytest.approx(truth[0][0][1], abs=1e-5)
    assert index.search(many["w7"] * 3, 1)[0][0] == ("w7", pytest.approx(1, abs=1e-5))
    assert index.search(many.vectors[:3], 2)[2][0][0] == "w2"
    assert index.search([], 5) == []
    assert len(index.search("w1", 5000)[0]) <= 1500
    with pytest.raises(UnknownWordError):
        index.search("none")
    with pytest.raises(ConfigError, match="topn must be"):
        index.search("w1", 0)
    with pytest.raises(ConfigError):
        index.search(np.full(24, np.nan), 1)


def test_usearch_odd_vectors():
    pytest.importorskip("usearch")
    with pytest.raises(ConfigError, match="got none"):
        KeyedVectors(3).to_usearch()
    one = KeyedVectors.from_arrays(["a"], [[1, 2]]).to_usearch(exact=False)
    assert one.search("a") == [[]]
    zero = KeyedVectors.from_arrays(["a", "z"], [[1, 2], [0, 0]]).to_usearch(exact=False)
    assert all(np.isfinite(score) for near in zero.search(["a", "z"]) for _, score in near)
    numbers = KeyedVectors.from_arrays([5, 6], np.eye(2)).to_usearch(exact=False)
    assert numbers.search([5])[0][0][0] == 6


def test_usearch_missing(many, monkeypatch):
    monkeypatch.setitem(sys.modules, "usearch", None)
    monkeypatch.setitem(sys.modules, "usearch.index", None)
    with pytest.raises(MissingExtraError, match=r'usearch is not installed; pip install "w2v\[usearch\]"'):
        many.to_usearch()


# -------------------------------------------------------------------------------------------------------------- TensorBoard


def test_projector(tmp_path, many):
    many.to_projector(tmp_path / "p", words=100)
    rows = np.loadtxt(tmp_path / "p" / "vectors.tsv", delimiter="\t", dtype=np.float32)
    assert (rows == many.vectors[:100]).all()
    labels = (tmp_path / "p" / "metadata.tsv").read_text().splitlines()
    assert labels[:2] == ["word\tcount", "w0\t1500"]
    assert len(labels) == 101
    assert 'tensor_path: "vectors.tsv"' in (tmp_path / "p" / "projector_config.pbtxt").read_text()
    many.to_projector(tmp_path / "p", words=10**9)
    assert (tmp_path / "p" / "vectors.tsv").read_text().count("\n") == 1500
    assert os.listdir(tmp_path) == ["p"]


@pytest.mark.parametrize("word", ["a\tb", "a\nb", "a\r", "\x85", "\u2028", "", " "])
def test_words_that_tsv_cannot_hold(tmp_path, word):
    vectors = KeyedVectors.from_arrays(["new york", word], np.eye(2))
    with pytest.raises(FormatError, match=r"word 1 must not .*; drop or rename it"):
        vectors.to_projector(tmp_path / "p")
    assert not os.listdir(tmp_path)
    vectors.drop(word).to_projector(tmp_path / "p")
    assert (tmp_path / "p" / "metadata.tsv").read_text() == "new york\n"  # one column has no heading
    with pytest.raises(ConfigError, match="words must be"):
        vectors.drop(word).to_projector(tmp_path / "p", words=0)


def test_command_line(tmp_path, many, capsys):
    from w2v.cli.main import main

    many.save(tmp_path / "v.safetensors")
    assert main(["convert", str(tmp_path / "v.safetensors"), str(tmp_path / "p"), "--to", "projector"]) == 0
    assert (tmp_path / "p" / "metadata.tsv").exists()
    assert "1,500 words x 24" in capsys.readouterr().out


# ---------------------------------------------------------------------------------------------------------------- notebooks


def test_tables_for_notebooks(tmp_path, many):
    shown = many._repr_html_()
    assert "1,500 words x 24" in shown
    assert "<td>1,500</td>" in shown  # the rank of the last word
    odd = KeyedVectors.from_arrays(["<b>&"], [[3, 4]], metadata={"comment": "<script>"})._repr_html_()
    assert "&lt;b&gt;&amp;" in odd
    assert "<script>" not in odd
    assert KeyedVectors(3)._repr_html_().startswith("<p><b>KeyedVectors: 0 words")
    sentences = [["a", "b", "c"]] * 50
    model = w2v.train(w2v.encode(sentences), w2v.TrainConfig(vector_size=4, workers=1))
    assert model._repr_html_().count("<td") > 10
    assert "how they were made" in w2v.Word2Vec(sentences, vector_size=4, workers=1)._repr_html_()


def test_results_as_tables(tmp_path, many):
    pytest.importorskip("scipy")
    space = geometry.Space(many.vectors, words=many.index_to_key)
    pairs = geometry.identity_pairs(space, space)[1]
    assert "uniformity" in geometry.measure(space, pairs)._repr_html_()
    questions = [AnalogySection("s", (("w0", "w1", "w2", "w3"),))]
    assert ">accuracy</th>" in evaluate_analogies(many.index_to_key, many.vectors, questions)._repr_html_()
    (tmp_path / "pairs.tsv").write_text("w0\tw1\t1\nw2\tw3\t2\nw4\tw5\t3\n")
    scores = Exam.read(pairs=[tmp_path / "pairs.tsv"]).score(many.index_to_key, many.vectors)
    assert "3 pairs" in scores._repr_html_()
    assert "Spearman" in scores.pairs["pairs"]._repr_html_()
