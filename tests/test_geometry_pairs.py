"""Positive pairs come from the law they state: that of the engine's reference, or a file, or a rotation."""

import numpy as np
import pytest
import scipy.stats

from w2v import KeyedVectors, VocabularyConfig, encode
from w2v.config import TrainConfig
from w2v.corpus.subsampling import keep_thresholds
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError, CorpusError, EmptyCorpusError, GeometryError
from w2v.geometry import PositivePairs, Space, common_words, file_pairs, identity_pairs, text_pairs
from w2v.geometry.row_views import View
from w2v.training.reference import NoiseRegion, Stream, windows


def small_corpus():
    """Return 60 sentences of 1 to 12 words that follow one another as numbers do, and a frequent one in between."""
    rng = np.random.default_rng(0)
    sentences = []
    for start in rng.integers(0, 9, size=60):
        words = [f"w{w}" for w in range(start, start + rng.integers(1, 13))]
        sentences.append([w for word in words for w in ([word, "the"] if rng.random() < 0.5 else [word])])
    return encode(sentences, VocabularyConfig(min_count=1))


def pairs_of_training(corpus, window, sample, epochs):
    """Count the pairs that the reference trains on over many epochs: rows are centres, columns contexts."""
    config = TrainConfig(window=window, sample=sample, negative=1)
    keep = keep_thresholds(corpus.vocabulary.counts, sample)
    noise = NoiseRegion(np.zeros(1, np.uint32), 0)
    counts = np.zeros((len(corpus.vocabulary),) * 2)
    for epoch in range(epochs):
        stream = Stream(1, epoch, 0)
        for start, end in zip(corpus.offsets[:-1], corpus.offsets[1:], strict=True):
            for found in windows(corpus.tokens[start:end], keep, noise, config, stream):
                np.add.at(counts[found.targets[0]], found.contexts, 1)
    return counts


@pytest.mark.parametrize(("window", "sample"), [(1, 0), (4, 0), (3, 0.01)])
def test_pairs_have_the_law_of_training(window, sample):
    """A chi-square test of two samples; a true law fails it once in 10^5 times."""
    corpus = small_corpus()
    trained = pairs_of_training(corpus, window, sample, 60)

    def likelihood(reach):
        pairs = text_pairs(corpus, window=reach, n=20_000, sample=sample)
        drawn = np.zeros_like(trained)
        np.add.at(drawn, (pairs.anchors, pairs.positives), 1)
        assert len(pairs) == drawn.sum() == 20_000
        often = trained + drawn >= 50
        return scipy.stats.chi2_contingency(np.array([trained[often], drawn[often]])).pvalue

    assert likelihood(window) > 1e-5
    assert likelihood(window + 1) < 1e-5  # the test has teeth


def test_the_law_is_said_and_draws_depend_on_the_seed_alone(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("a b c zebra\nb a\n" * 50, encoding="utf-8")
    vocabulary = Vocabulary(["a", "b", "c"], np.array([100, 100, 50]))
    pairs = text_pairs(str(text), vocabulary, window=2, n=500, seed=7, held_out=True, sample=0)
    assert pairs.law == (
        f"500 co-occurring pairs of {text} (300 words, 16.7 % of them unknown and left out), held out from training; "
        "window 1 to 2 at random, no subsampling, seed 7"
    )
    again = text_pairs(encode(str(text), vocabulary), window=2, n=500, seed=7, sample=0)
    np.testing.assert_array_equal(pairs.anchors, again.anchors)
    assert "unknown whether held out from training" in again.law
    other = text_pairs(str(text), vocabulary, window=2, n=500, seed=8, sample=0.01)
    assert (pairs.anchors != other.anchors).any()
    assert "subsampling 0.01" in other.law


def test_a_text_without_pairs_is_refused(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("a\nb\na\n", encoding="utf-8")
    vocabulary = Vocabulary(["a", "b"], np.array([2, 1]))
    with pytest.raises(GeometryError, match="no two words of the vocabulary co-occur"):
        text_pairs(str(text), vocabulary, sample=0)
    with pytest.raises(EmptyCorpusError, match="must contain words of the vocabulary: got 3 words, none of them in it"):
        text_pairs(str(text), Vocabulary(["x", "y"], np.array([2, 1])))
    with pytest.raises(ConfigError, match="vocabulary must be that of the space"):
        text_pairs(str(text))
    with pytest.raises(ConfigError, match="window must be an integer from 1"):
        text_pairs(str(text), vocabulary, window=0)
    with pytest.raises(CorpusError, match="No such file"):
        text_pairs(str(tmp_path / "none.txt"), vocabulary)


def test_counts_that_nobody_knows_are_those_of_the_text():
    corpus = small_corpus()
    blank = Vocabulary(corpus.vocabulary.words, np.zeros_like(corpus.vocabulary.counts))
    sentences = [[corpus.vocabulary.words[w] for w in corpus.tokens]]
    known, unknown = (text_pairs(sentences, vocabulary, sample=0.01) for vocabulary in (corpus.vocabulary, blank))
    np.testing.assert_array_equal(known.anchors, unknown.anchors)


def test_pairs_from_a_file(tmp_path):
    path = tmp_path / "pairs.txt"
    path.write_text("# synonyms\ncar automobile\nCar auto\ncar zebra\ncar car\n\n", encoding="utf-8")
    pairs = file_pairs(path, ["auto", "car", "automobile"])
    assert (pairs.anchors.tolist(), pairs.positives.tolist()) == ([1, 1], [2, 0])
    assert pairs.excluded == {"pairs with an unknown word": 1, "pairs of a word with itself": 1}
    assert pairs.law == f"2 pairs of {path}"
    path.write_text("word1\tword2\tscore\ncar\tauto\t9.1\ncar,automobile,3\n", encoding="utf-8")
    scored = file_pairs(path, ["auto", "car", "automobile"], min_score=5)
    assert (scored.anchors.tolist(), scored.positives.tolist()) == ([1], [0])
    assert scored.law.endswith("of score 5 or more")


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("car\tauto\r\ntree\tcar\r\n", {}),
        ("car\tauto\rtree\tcar\r", {}),
        ('"car","auto"\n"tree","car"\n', {}),
        ("car;auto\ntree;car\n", {}),
        ("a,b,kind\ncar,auto,x\ntree,car,x\n", {"columns": "a,b"}),
        ("kind a b\nx car auto\nx tree car\n", {"columns": (2, 3)}),
        ("w1\tw2\tPOS\tscore\ncar\tauto\tN\t6,5\ntree\tcar\tN\t5,5\n", {"columns": (1, 2, "score"), "min_score": 5}),
    ],
)
def test_pairs_in_other_layouts(tmp_path, text, options):
    path = tmp_path / "pairs.txt"
    path.write_bytes(text.encode())
    pairs = file_pairs(path, ["auto", "car", "tree"], **options)
    assert (pairs.anchors.tolist(), pairs.positives.tolist()) == ([1, 2], [0, 1])


def test_columns_must_be_as_many_as_are_used(tmp_path):
    path = tmp_path / "pairs.txt"
    path.write_text("car auto 9\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="columns must be two without min_score"):
        file_pairs(path, ["auto", "car"], columns="1,2,3")


@pytest.mark.parametrize(
    ("text", "options", "error", "message"),
    [
        ("x y\ny z\n", {}, GeometryError, "two different known words: got 2 pairs with an unknown word"),
        ("car car\n", {}, GeometryError, "two different known words: got 1 pair of a word with itself"),
        ("# nothing\n", {}, GeometryError, "two different known words: got no pairs"),
        ("", {}, CorpusError, "got an empty file"),
        ("car\n", {}, CorpusError, "line 1: a pair must have two words: got 1"),
        ("car auto 9\n", {}, CorpusError, "two words: got 3; if the third is a score, pass min_score"),
        ("car auto 9\n", {"min_score": 10}, GeometryError, "a score of at least 10: got at most 9; lower min_score"),
        ("car auto\n", {"min_score": 1}, CorpusError, "two words and a finite number"),
    ],
)
def test_files_without_pairs(tmp_path, text, options, error, message):
    path = tmp_path / "pairs.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=message) as caught:
        file_pairs(path, ["auto", "car"], **options)
    assert "\n" not in str(caught.value)


def space(seed, words, **options):
    vectors = np.random.default_rng(seed).normal(size=(len(words), 4)).astype(np.float32)
    return Space(vectors, words=words, **options)


def test_the_rotation_between_two_models_is_found():
    first = space(0, list("abcdef"), name="one")
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(4, 4)))[0]
    order = np.array([3, 1, 0, 5, 4, 2])
    lengths = np.array([1, 2, 3, 4, 5, 6])[:, None]
    second = Space((first.vectors * lengths @ turn)[order], words=[first.words[i] for i in order], name="two")
    both, pairs = identity_pairs(first, second)
    assert pairs.anchors.tolist() == pairs.positives.tolist() == list(range(6))
    assert not pairs.sampled
    assert pairs.law == "each word of one and itself in two, rotated by orthogonal Procrustes"
    np.testing.assert_allclose(np.asarray(both.partners), first.vectors * lengths, atol=1e-5)


def test_the_rotation_is_scipys():
    linalg = pytest.importorskip("scipy.linalg")
    rng = np.random.default_rng(4)
    first, second = (rng.normal(size=(50, 6)) for _ in range(2))
    units = [x / np.linalg.norm(x, axis=1, keepdims=True) for x in (second, first)]
    wanted, _ = linalg.orthogonal_procrustes(*units)
    both, _ = identity_pairs(Space(first), Space(second))
    np.testing.assert_allclose(both.partners[:], second @ wanted, atol=1e-12)


def test_models_that_cannot_be_rotated():
    with pytest.raises(GeometryError, match="number of dimensions: got 4 in vectors and 3 in vectors"):
        identity_pairs(space(0, list("ab")), Space(np.ones((2, 3)), words=list("ab")))
    with pytest.raises(GeometryError, match="no word in common"):
        identity_pairs(space(0, list("ab")), space(1, list("cd")))
    with pytest.raises(GeometryError, match="2 and 3 rows without words"):
        common_words(Space(np.ones((2, 3))), Space(np.ones((3, 3))))


def test_common_words_come_in_the_order_of_the_first():
    first = space(0, list("abc"), counts=np.array([3, 2, 1]))
    second = space(1, list("cxa"))
    left, right = common_words(first, second)
    assert left.words == right.words == ["a", "c"]
    assert left.counts.tolist() == [3, 1]
    np.testing.assert_array_equal(np.asarray(right.vectors), second.vectors[[2, 0]])
    assert common_words(first, space(2, list("abc")))[0] is first


def test_variants_take_the_mean_and_the_top_directions_away():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(50, 5)) * [9, 5, 1, 1, 1] + 3
    vectors[7] = np.nan
    raw = Space(vectors, vectors[::-1].copy())
    assert raw.variant("raw") is raw
    sound = np.delete(vectors, 7, axis=0)
    centred = raw.variant("centred")
    np.testing.assert_allclose(np.delete(np.asarray(centred.vectors), 7, axis=0), sound - sound.mean(0), atol=1e-12)
    np.testing.assert_allclose(np.asarray(centred.partners)[0], vectors[-1] - sound.mean(0), atol=1e-12)
    _, _, directions = np.linalg.svd(sound - sound.mean(0))
    expected = (sound - sound.mean(0)) @ directions[2:].T @ directions[2:]
    top = raw.variant("all-but-the-top-2")
    np.testing.assert_allclose(np.delete(np.asarray(top.vectors), 7, axis=0), expected, atol=1e-9)
    assert isinstance(top.vectors, View)
    again = top.variant("centred").select(np.array([3, 9]))  # what is centred stays so
    np.testing.assert_allclose(np.asarray(again.vectors), expected[[3, 8]], atol=1e-9)
    for name in ("best", "all-but-the-top-", "all-but-the-top-0", "all-but-the-top-5", "centred-2"):
        with pytest.raises(ConfigError, match=name):
            raw.variant(name)


def test_spaces_from_vectors_and_files(tmp_path):
    vectors = KeyedVectors.from_arrays(["a", "b"], np.eye(2, dtype=np.float32), counts=[5, 3])
    of_vectors = Space.from_keyed_vectors(vectors, "mine")
    assert (of_vectors.name, of_vectors.words, of_vectors.counts.tolist()) == ("mine", ["a", "b"], [5, 3])
    for name in ("v.safetensors", "v.bin", "v.txt"):
        vectors.save(tmp_path / name)
        loaded = Space.load(tmp_path / name)
        np.testing.assert_array_equal(loaded.vectors, vectors.vectors)
        with pytest.raises(GeometryError, match="no output matrix"):
            Space.load(tmp_path / name, output=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.ones(3),), r"got shape \(3,\)"),
        ((np.ones((3, 2)), np.ones((2, 2))), "partners must have the shape of the vectors"),
        ((np.ones((3, 2)), None, np.ones(2)), "counts must be one per vector, 3 in all: got 2"),
        ((np.ones((3, 2)), None, -np.ones(3)), "counts must be non-negative integers"),
        ((np.ones((3, 2)), None, None, "x", ["a"]), "words must be one per vector, 3 in all: got 1"),
    ],
)
def test_spaces_that_do_not_fit(arguments, message):
    with pytest.raises(ConfigError, match=message):
        Space(*arguments)
    with pytest.raises(ConfigError, match="must be 1-D and of the same length"):
        PositivePairs(np.arange(3), np.arange(2), "none")
