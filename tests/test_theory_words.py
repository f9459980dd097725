"""Classes of real words: what is measured, and what theorem 4.1 says and does not say about it."""

import json
from pathlib import Path

import numpy as np
import pytest

import w2v
from w2v.cli import main
from w2v.errors import GeometryError
from w2v.geometry import Labels, PositivePairs
from w2v.theory import random
from w2v.theory.information import classifier, limit
from w2v.theory.losses import LOSSES, class_scores, contrastive, supervised, unsupervised, wrong
from w2v.theory.words import LabelledText, measure_words

DATA = Path(__file__).parent / "data"
NOVELS = [DATA / "emma.txt.xz", DATA / "pride-and-prejudice.txt.xz"]


def labelled(words=30, classes=4, pairs=3_000):
    """A text of random pairs, in which only every second row has a label."""
    rng = np.random.default_rng(0)
    rows = np.arange(0, 2 * words, 2)
    known = Labels(rows, np.arange(words) % classes, [f"class {c}" for c in range(classes)])
    p = rng.dirichlet(np.ones(2 * words))
    drawn = PositivePairs(*rng.choice(2 * words, size=(2, pairs), p=p), "pairs")
    return LabelledText.of(known, drawn, 2 * words), drawn


def test_quantities_are_those_of_a_world():
    text, drawn = labelled()
    world, n = text.world, len(text.rows)
    p = np.bincount(drawn.positives, minlength=60)[text.rows].astype(float)
    np.testing.assert_allclose(world.margin, p / p.sum(), atol=1e-15)
    assert ((world.words > 0).sum(axis=0) == 1).all()
    inside = np.isin(drawn.anchors, text.rows) & np.isin(drawn.positives, text.rows)
    assert (len(text.pairs), text.drawn) == (inside.sum(), 3_000)
    vectors, joint = random(n, 5), np.zeros((n, n))
    np.add.at(joint, tuple(text.pairs.T), 1 / len(text.pairs))
    found, hinge, by_class = measure_words(text, vectors), LOSSES["hinge"], class_scores(world, vectors)
    expected = {
        "L_sup": supervised(world, by_class, hinge.of),
        "error": supervised(world, by_class, wrong),
        "R_mu": classifier(world, vectors).cross_entropy,
        "L_un_classes": unsupervised(world, vectors, hinge).total,
        "L_un_text": contrastive(joint, world.margin, vectors, hinge),
        "captured_classes": -limit(world.joint(), world.margin, vectors),
        "captured_text": -limit(joint, world.margin, vectors),
    }
    # captured_text normalises by the anchors of the pairs, which limit does too.
    for name, value in expected.items():
        assert getattr(found, name) == pytest.approx(value, abs=1e-10), name
    assert found.L_sup <= found.bound
    assert found.R_mu <= world.entropy - found.captured_classes


def test_classes_of_pairs():
    text, _ = labelled()
    same = sum(text.classes[a] == text.classes[b] for a, b in text.pairs) / len(text.pairs)
    assert text.same_class == pytest.approx(same)
    assert text.same_class == pytest.approx(text.world.collision, abs=0.05)  # independent words
    assert 0 <= text.class_information < 0.05
    known = Labels(np.arange(4), np.array([0, 0, 1, 1]), ["a", "b"])
    sorted_pairs = PositivePairs(np.tile([0, 1, 2, 3], 25), np.tile([1, 0, 3, 2], 25), "sorted")
    found = LabelledText.of(known, sorted_pairs, 4)
    assert (found.same_class, found.class_information) == (1, pytest.approx(found.world.entropy))


def test_the_most_frequent_words_are_kept():
    text, drawn = labelled()
    known = Labels(np.sort(text.rows), np.arange(len(text.rows)) % 4, list("abcd"))
    few = LabelledText.of(known, drawn, 60, 8)
    counts = np.bincount(drawn.positives, minlength=60)
    assert len(few.rows) <= 8
    assert counts[few.rows].min() >= np.sort(counts[text.rows])[-8]
    apart = PositivePairs(np.arange(4), np.full(4, 4), "to a word without a label", margin=np.ones(5) / 5)
    with pytest.raises(GeometryError, match="at least 100 pairs of labelled words: got 0 of 4 pairs"):
        LabelledText.of(Labels(np.arange(4), np.array([0, 0, 1, 1]), ["a", "b"]), apart, 5)


def test_labelled_words_that_are_left_out_are_counted():
    _, drawn = labelled()
    rows, classes = np.arange(0, 24), np.append(np.arange(23) % 2, 2)
    known = Labels(rows, classes, list("abc"), "labels", {"words with several labels": 7})
    found = LabelledText.of(known, drawn, 60, 20)
    counts = np.bincount(drawn.positives, minlength=60)[rows]
    unseen = (counts == 0).sum()
    assert found.excluded["words with several labels"] == 7
    assert found.excluded["not in the pairs"] == unseen
    assert len(found.rows) + sum(found.excluded.values()) == 24 + 7
    assert "left out: 7 words with several labels" in found.left_out
    few = PositivePairs(drawn.anchors[:90], drawn.positives[:90], "few")
    with pytest.raises(GeometryError, match=r"at least 100 pairs .*left out: 7 words with several labels"):
        LabelledText.of(known, few, 60)


def test_two_novels_and_wordnet(capsys, tmp_path):
    path = tmp_path / "novels.safetensors"
    corpus = w2v.encode(NOVELS, text=w2v.TextOptions("words"))
    w2v.train(corpus, w2v.TrainConfig(vector_size=50, workers=1)).save(path)
    arguments = ["theory", "words", path, DATA / "supersenses.tsv", *NOVELS]
    code = main([*map(str, arguments), "--json", "--quiet"])
    data = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (data["classes"], data["words"]) == (12, 275)
    assert all(number > 0 for number in data["excluded"].values())
    trained, guess = data["models"]
    # Not one text in the theory's sense: hardly more pairs of one class than words at random have.
    assert data["tau"] < data["same_class"] < 0.3
    assert trained["error"] < 0.45 < guess["error"] + 0.05
    assert trained["captured_text"] > 0 > guess["captured_text"]
    for model in data["models"]:
        assert model["L_sup"] <= model["bound"] + 1e-9
        assert model["R_mu"] <= data["entropy"] - model["captured_classes"] + 1e-9
    code = main([*map(str, arguments), "--words", "100"])
    out, err = capsys.readouterr()
    assert code == 0
    assert "measuring 100 words in" in err
    for text in ("left out: ", "theorem 4.1 for them: no bound", "of them contradict the theory", "is no bound, and"):
        assert text in out


def test_vectors_without_output_are_refused(capsys, tmp_path):
    path = tmp_path / "vectors.safetensors"
    corpus = w2v.encode([["a", "b"]] * 99, w2v.VocabularyConfig(min_count=1))
    w2v.train(corpus, w2v.TrainConfig(vector_size=4, workers=1)).vectors.save(path)
    text = tmp_path / "text.txt"
    text.write_text("a b\n", encoding="utf-8")
    code = main(["theory", "words", str(path), str(DATA / "supersenses.tsv"), str(text)])
    assert code in (2, 65)
    assert "output" in capsys.readouterr().err
