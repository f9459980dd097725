"""Vectors of sentences: weights, text as people have it, whole files, saved encoders, and texts that others stumble over."""

import threading
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v import Classifier, KeyedVectors, Sentences, TextOptions
from w2v.errors import (
    ArgumentError,
    ConfigError,
    CorpusError,
    CorpusTypeError,
    FormatError,
    OutputError,
    TextEncodingError,
)
from w2v.sentences import ScoredPair
from w2v.sentences.bags import Bags, sums
from w2v.sentences.common import Common
from w2v.sentences.reader import LINE_END, Reader, one_sentence_per_line
from w2v.sentences.weights import usif

WORDS = ["the", "cat", "dog", "sleeps", "runs", "fast", "null"]
COUNTS = [60, 10, 9, 8, 7, 5, 1]


@pytest.fixture
def words():
    rows = np.random.default_rng(0).normal(size=(7, 5)).astype(np.float32)
    rows[6] = 0
    return KeyedVectors.from_arrays(WORDS, rows, COUNTS)


def by_hand(words, sentence, a=1e-3):
    """The weighted mean of unit vectors, as SIF's paper defines it, without the words that have no direction."""
    total = np.zeros(words.vector_size)
    for word in sentence:
        v = words.vectors[WORDS.index(word)].astype(np.float64)
        if v.any():
            p = COUNTS[WORDS.index(word)] / sum(COUNTS)
            total += a / (a + p) * v / np.linalg.norm(v)
    return total / np.linalg.norm(total)


def test_sif_is_the_weighted_mean(words):
    encoder = Sentences(words, centre=False, a=0.05)
    found = encoder.encode(["The cat sleeps!", "dog; dog runs"])
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[0], by_hand(words, ["the", "cat", "sleeps"], 0.05), atol=1e-6)
    np.testing.assert_allclose(found[1], by_hand(words, ["dog", "dog", "runs"], 0.05), atol=1e-6)


def test_centring_takes_away_the_expected_sentence(words):
    encoder = Sentences(words, a=0.05)
    p = np.array(COUNTS) / sum(COUNTS)
    assert np.abs((p * encoder.weights) @ encoder.vectors).max() < 1e-7


def test_usif_weights_by_hand():
    # V = 4, n = 2: the threshold is 1 - (3/4)^2 = .4375, so one word of four is above it: s = 1/4, a = .75 / .5 = 1.5.
    np.testing.assert_allclose(usif(np.array([0.5, 0.3, 0.1, 0.1]), 2), 1.5 / (0.75 + np.array([0.5, 0.3, 0.1, 0.1])))


def test_fit_takes_away_the_mean_of_a_text(words):
    texts = ["the cat sleeps", "a dog runs fast", "", "unknown"]
    encoder = Sentences(words).fit(iter(texts))
    bags = encoder._reader.read(texts[:2])
    means = (
        sums(encoder._table, bags)
        / np.array([encoder.weights[bags.rows[a:b]].sum() for a, b in ((0, 3), (3, 6))])[:, None]
    )
    assert encoder.metadata["fitted"] == {"sentences": 2, "words": 7}
    np.testing.assert_allclose(means.mean(axis=0), 0, atol=1e-6)
    with pytest.raises(CorpusError, match="a sentence with a known word"):
        encoder.fit(iter(["unknown"]))


def test_usif_gives_all_words_one_weight_where_no_word_is_above_its_threshold():
    p = np.array(
        [0.5, 0.3, 0.1, 0.1]
    )  # 1 - (3/4)^3 = .578; with one word of four above, the weights are nearly equal too
    np.testing.assert_allclose(usif(p, 3), np.full(4, 2.0))
    assert np.isfinite(usif(np.full(4, 0.25), 1)).all()


def moments_of(vectors, weights, p, length, sentences=200_000):
    """Mean outer product of sentences of words that are drawn independently."""
    drawn = np.random.default_rng(1).choice(len(p), p=p, size=(sentences, length))
    h = np.einsum("sj,sjd->sd", weights[drawn], vectors[drawn]) / weights[drawn].sum(axis=1)[:, None]
    return h.T @ h / sentences


@pytest.mark.parametrize("length", [4, 11, 30])
def test_the_expected_components_are_those_of_sentences_of_independent_words(length):
    rng = np.random.default_rng(0)
    p = 1 / np.arange(1, 51)
    p /= p.sum()
    vectors, weights = (rng.normal(size=(50, 8)) + 0.6).astype(np.float32), 0.02 / (0.02 + p)
    found = Common.of_words(vectors, weights, 3 * p, length, components=True)
    expected = Common.of(np.zeros(8), moments_of(vectors, weights, p, length), components=True)
    np.testing.assert_allclose(found.shares, expected.shares, atol=0.1 / length)  # of order 1 / length^2
    assert found.shares[0] > 0.5  # the mean sentence, which the words alone have much less of
    assert abs(found.directions[:, 0] @ expected.directions[:, 0]) > 0.999
    vectors[0], weights[0] = 0, 0  # a word without direction is not drawn
    rest = Common.of_words(vectors[1:], weights[1:], p[1:], length, components=True)
    np.testing.assert_allclose(Common.of_words(vectors, weights, p, length, True).shares, rest.shares)


def weighted_means(encoder, texts):
    """The means that `Sentences.fit` estimates from, one sentence at a time."""
    start, rows = encoder._start.astype(np.float64), []
    for text in texts:
        places = [encoder.words.index(word) for word in text.split()]
        a = encoder.weights[places].astype(np.float64)
        rows.append(a @ start[places] / a.sum())
    return np.array(rows)


def test_usif_takes_away_components_by_their_shares(words):
    texts = ["the cat sleeps", "the dog runs fast", "fast the the cat", "dog", "runs sleeps"]
    fitted = Sentences(words, "usif").fit(iter(texts))
    h = weighted_means(fitted, texts)
    _, s, directions = np.linalg.svd(h, full_matrices=False)
    expected = fitted._start - ((fitted._start @ directions.T) * (s**2 / (s**2).sum())) @ directions
    np.testing.assert_allclose(fitted.vectors, expected, atol=1e-5)
    assert np.abs(fitted.vectors - fitted._start).max() > 0.1


def test_usif_learns_the_length_of_sentences(words):
    short, long = ["cat dog"] * 6, ["cat dog the runs sleeps fast " * 3] * 6
    p = np.array(COUNTS) / sum(COUNTS)
    for texts, length in ((short, 2), (long, 18), ([*short, "zebra zebra zebra"], 2)):
        fitted = Sentences(words, "usif").fit(iter(texts))
        np.testing.assert_allclose(fitted.weights, usif(p, length) * (p != p[-1]), rtol=1e-6)
    assert not np.allclose(usif(p, 2), usif(p, 18))
    assert np.array_equal(Sentences(words).fit(iter(short)).weights, Sentences(words).weights)


@pytest.mark.parametrize("weights", ["sif", "usif", "mean"])
@pytest.mark.parametrize("trained", [False, True])
def test_fit_after_load_is_fit_before_save(words, tmp_path, weights, trained):
    texts = ["the cat sleeps", "the dog runs fast", "fast the the cat", "dog", "runs sleeps"]
    encoder = Sentences(words, weights)
    if trained:
        encoder.train(pairs=[ScoredPair("the cat", "a dog"), ScoredPair("dog runs", "fast cat")], progress=False)
    encoder.save(tmp_path / "e.safetensors")
    loaded = Sentences.load(tmp_path / "e.safetensors")
    np.testing.assert_allclose(loaded.fit(iter(texts)).encode(texts), encoder.fit(iter(texts)).encode(texts), atol=1e-5)


def test_fit_after_load_is_refused_if_a_direction_is_gone(tmp_path):
    flat = KeyedVectors.from_arrays(WORDS, [[1.0, 0]] * 7, COUNTS)
    Sentences(flat, "usif").save(tmp_path / "e.safetensors")
    loaded = Sentences.load(tmp_path / "e.safetensors")
    with pytest.raises(ConfigError, match="call fit before save"):
        loaded.fit(iter(["cat dog"]))


@pytest.mark.parametrize(
    "damage",
    [
        [],
        "x",
        {},
        {"mean": [0.0] * 4, "directions": [], "shares": []},
        {"mean": [0.0] * 5, "directions": [[0.0] * 5], "shares": []},
        {"mean": [0.0] * 5, "directions": [[0.0] * 5], "shares": [1.5]},
        {"mean": [0.0] * 5, "directions": [[0.0] * 5, [0.0]], "shares": [0.5, 0.5]},
        {"mean": ["x"] * 5, "directions": [], "shares": []},
    ],
)
def test_a_file_of_a_stranger_with_wrong_components(words, tmp_path, damage):
    encoder = Sentences(words, "usif")
    encoder._common = SimpleNamespace(to_dict=lambda: damage)
    encoder.save(tmp_path / "e.safetensors")
    with pytest.raises(FormatError, match="common"):
        Sentences.load(tmp_path / "e.safetensors")


def test_an_encoder_is_independent_of_its_vectors(words, tmp_path):
    for weights in ("sif", "mean"):
        encoder = Sentences(words, weights, centre=False)
        before = encoder.encode(["the cat"])
        words.set_vecattr("cat", "count", 99)
        words.add_vectors(["new"], np.ones((1, 5), np.float32))
        words.vectors[:] = 1
        assert encoder.words == WORDS
        assert encoder.counts.tolist() == COUNTS
        assert np.array_equal(encoder.encode(["the cat"]), before)
        encoder.save(tmp_path / "e.safetensors")
        words = KeyedVectors.from_arrays(WORDS, np.eye(7, 5, dtype=np.float32), COUNTS)


@pytest.mark.parametrize("weights", ["sif", "usif", "mean", {"cat": 1, "dog": 2.5}])
@pytest.mark.parametrize("centre", [True, False])
def test_an_unknown_text_is_zeros_and_is_told(words, weights, centre):
    encoder = Sentences(words, weights, centre=centre)
    texts = ["", "  ", "???", "zebra", "cat", "null", [], ["cat"]][:6]
    found = encoder.encode(texts)
    assert np.isfinite(found).all()
    assert found.any(axis=1).tolist() == encoder.known(texts).tolist() == [False, False, False, False, True, False]
    assert encoder.similarity("cat", "zebra") == 0.0


def test_a_zero_vector_spoils_nothing(words):
    for weights in ("sif", "usif", "mean"):
        encoder = Sentences(words, weights)
        assert np.array_equal(encoder.encode("cat null null"), encoder.encode("cat"))


def test_two_sentences_in_all(words):
    encoder = Sentences(words, "usif").fit(iter(["the cat", "a dog"]))
    assert np.isfinite(encoder.encode(["the cat", "a dog"])).all()


def test_weights_need_counts(words):
    bare = KeyedVectors.from_arrays(WORDS, words.vectors)
    for weights in ("sif", "usif"):
        with pytest.raises(ConfigError, match=r"without counts.*counts"):
            Sentences(bare, weights)
    assert Sentences(bare, "mean").encode("cat").any()
    assert Sentences(bare, {"cat": 1.0}).known(["cat", "dog"]).tolist() == [True, False]


@pytest.mark.parametrize(
    ("weights", "says"),
    [("idf", "one of sif"), ({"cat": -1}, "at least 0"), ({}, "at least one"), ({"cat": "x"}, "number")],
)
def test_wrong_weights(words, weights, says):
    with pytest.raises(ConfigError, match=says):
        Sentences(words, weights)
    with pytest.raises(ConfigError, match="a must be"):
        Sentences(words, a=0)


def test_vectors_that_are_not_finite():
    with pytest.raises(ConfigError, match=r"NaN.* in row 1, of the word 'b'"):
        Sentences(KeyedVectors.from_arrays(["a", "b"], [[1.0], [np.nan]], [1, 1]))


texts = st.lists(st.lists(st.sampled_from([*WORDS, "zebra", "?"]), max_size=9).map(" ".join), max_size=12)


@settings(deadline=None, max_examples=60)
@given(texts, st.randoms(use_true_random=False))
def test_a_vector_depends_on_its_own_text_alone(some, random):
    rows = np.random.default_rng(0).normal(size=(7, 5)).astype(np.float32)
    encoder = Sentences(KeyedVectors.from_arrays(WORDS, rows, COUNTS))
    found = encoder.encode(some)
    assert found.shape == (len(some), 5)
    order = random.sample(range(len(some)), len(some))
    assert np.array_equal(encoder.encode([some[i] for i in order]), found[order].reshape(len(some), 5))
    for text, row in zip(some, found, strict=True):
        assert np.array_equal(encoder.encode(text), row)
        assert abs(row @ row - (row.any())) < 1e-6


def test_words_may_be_split_already(words):
    encoder = Sentences(words)
    assert np.array_equal(encoder.encode([["the", "cat"], ["dog"], []]), encoder.encode(["the cat", "dog", ""]))
    with pytest.raises(CorpusTypeError, match=r"texts\[1\]"):
        encoder.encode(["cat", None])
    with pytest.raises(CorpusTypeError):
        encoder.encode(3)


def test_any_language():
    vectors = KeyedVectors.from_arrays(["고양이", "кот", "café", "x"], np.eye(4, dtype=np.float32), [1, 1, 1, 1])
    encoder = Sentences(vectors, "mean", centre=False)
    assert encoder.encode(["고양이!", "Кот.", "CAFÉ", "x"]).tolist() == np.eye(4).tolist()
    assert LINE_END.split() == [b"x"]  # a word of the vocabulary, and yet no word of an empty line
    assert not encoder.encode(["", " "]).any()
    with pytest.raises(TextEncodingError):
        encoder.encode(["\ud800"])
    with pytest.raises(TextEncodingError):
        encoder.encode(["a\0b"])


def test_a_text_of_several_lines_is_one(words):
    encoder = Sentences(words)
    assert np.array_equal(encoder.encode(["the\ncat\r\nsleeps"]), encoder.encode(["the cat sleeps"]))


def test_tokenizers(words):
    split = Sentences(words, text=TextOptions(tokenizer=lambda text: text.split("_")))
    assert np.array_equal(split.encode(["the_cat", ""]), Sentences(words).encode(["the cat", ""]))
    kept = Sentences(words, text=TextOptions(tokenizer="whitespace"))
    assert kept.known(["Cat", "cat", "cat."]).tolist() == [False, True, False]
    words.metadata["text"] = {"tokenizer": "whitespace", "errors": "strict", "encoding": "utf-8"}
    assert Sentences(words).text.tokenizer == "words"


def test_words_that_no_text_has():
    vectors = KeyedVectors.from_arrays(["new york", "", "a\0", "cat"], np.eye(4, dtype=np.float32))
    assert Sentences(vectors, "mean", centre=False).encode("new york cat").tolist() == [0, 0, 0, 1]


def test_a_file_is_encoded_line_by_line(words, tmp_path, monkeypatch):
    monkeypatch.setattr("w2v.corpus.text_files.BLOCK_BYTES", 64)
    lines = ["the cat sleeps", "", "zebra", "dog runs fast " * 30, "cat"] * 7
    (tmp_path / "text.txt").write_text("\n".join(lines), encoding="utf-8")
    encoder = Sentences(words)
    done = encoder.encode_file(tmp_path / "text.txt", tmp_path / "out.npy", progress=False)
    found = np.load(tmp_path / "out.npy", mmap_mode="r")
    assert np.array_equal(found, encoder.encode(lines))
    assert (done.sentences, done.dim, done.unknown) == (35, 5, 14)
    assert "14 without a known word" in str(done)
    encoder.encode_file(iter(lines), tmp_path / "other.npy")
    assert (tmp_path / "other.npy").read_bytes() == (tmp_path / "out.npy").read_bytes()


def test_a_failed_encoding_leaves_the_file_as_it_was(words, tmp_path):
    (tmp_path / "out.npy").write_bytes(b"before")
    (tmp_path / "text.txt").write_bytes(b"cat\n" * 100 + b"\xff\n")
    with pytest.raises(TextEncodingError, match="byte 400"):
        Sentences(words).encode_file(tmp_path / "text.txt", tmp_path / "out.npy")
    assert (tmp_path / "out.npy").read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.npy", "text.txt"]
    with pytest.raises(OutputError):
        Sentences(words).encode_file(iter(["cat"]), tmp_path / "none" / "out.npy")


def test_an_empty_file(words, tmp_path):
    (tmp_path / "text.txt").write_bytes(b"")
    (tmp_path / "out.npy").write_bytes(b"earlier")
    with pytest.raises(CorpusError, match=r"text.txt must contain text: got none"):
        Sentences(words).encode_file(tmp_path / "text.txt", tmp_path / "out.npy")
    assert (tmp_path / "out.npy").read_bytes() == b"earlier"
    Sentences(words).encode_file(iter([]), tmp_path / "out.npy")  # a list may be empty, as that of `encode`
    assert np.load(tmp_path / "out.npy").shape == (0, 5)


def test_saved_and_loaded(words, tmp_path):
    encoder = Sentences(words, "usif")
    encoder.save(tmp_path / "e.safetensors")
    loaded = Sentences.load(tmp_path / "e.safetensors")
    texts = ["The cat", "dog runs", ""]
    assert np.array_equal(loaded.encode(texts), encoder.encode(texts))
    assert loaded.metadata == encoder.metadata
    loaded.save(tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == (tmp_path / "e.safetensors").read_bytes()
    assert KeyedVectors.load(tmp_path / "e.safetensors").get_vecattr("cat", "weight") == encoder.weights[1]
    words.save(tmp_path / "w.safetensors")
    with pytest.raises(FormatError, match=r"Sentences\.save"):
        Sentences.load(tmp_path / "w.safetensors")


def test_a_saved_encoder_remembers_the_column(words, tmp_path):
    encoder = Sentences(words, text=TextOptions("words", column="text"))
    encoder.save(tmp_path / "e.safetensors")
    loaded = Sentences.load(tmp_path / "e.safetensors")
    assert loaded.text == encoder.text
    (tmp_path / "t.jsonl").write_text('{"text": "the cat"}\n', encoding="utf-8")
    assert loaded.encode_file(tmp_path / "t.jsonl", tmp_path / "out.npy").unknown == 0


def test_a_static_embedding_has_the_directions_of_the_encoder(words, tmp_path):
    encoder = Sentences(words)
    encoder.to_static_embedding(tmp_path / "folder")
    found = KeyedVectors.from_hub(tmp_path / "folder")
    mean = np.mean([found["the"], found["cat"], found["null"]], axis=0)
    np.testing.assert_allclose(mean / np.linalg.norm(mean), encoder.encode("The cat (null)"), atol=1e-6)


class Series:
    """A column of pandas, whose index does not begin at 0."""

    def __init__(self, values):
        self.values = values

    def __iter__(self):
        return iter(self.values)

    def __len__(self):
        return len(self.values)

    def __getitem__(self, index):
        return dict(zip(range(5, 99), self.values, strict=False))[index]


KINDS = {
    "list": list,
    "tuple": tuple,
    "generator": iter,
    "array": np.array,
    "objects": lambda texts: np.array(texts, dtype=object),
    "series": Series,
    "keys": lambda texts: dict.fromkeys(texts).keys(),
}


@pytest.mark.parametrize("kind", KINDS)
def test_texts_are_any_iterable(words, tmp_path, kind):
    texts, make, encoder = ["the cat", "dog runs", "zebra"], KINDS[kind], Sentences(words)
    expected = encoder.encode(texts)
    assert np.array_equal(encoder.encode(make(texts)), expected)
    assert encoder.known(make(texts)).tolist() == [True, True, False]
    found = encoder.most_similar("dog", make(texts), topn=3)
    assert {type(text) for text, _ in found} == {str}
    assert dict(found).keys() == set(texts)
    assert found[0][0] == "dog runs"
    encoder.encode_file(make(texts), tmp_path / "out.npy")
    assert np.array_equal(np.load(tmp_path / "out.npy"), expected)
    assert Sentences(words).fit(make(texts)).metadata["fitted"] == {"sentences": 2, "words": 4}
    pairs = [ScoredPair("the cat", "a dog"), ScoredPair("dog runs", "fast cat")]
    made = pairs if kind == "array" else make(pairs)
    assert len(Sentences(words).train(pairs=made, progress=False)) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_no_texts(words, kind):
    encoder = Sentences(words)
    assert encoder.encode(KINDS[kind]([])).shape == (0, 5)
    assert encoder.known(KINDS[kind]([])).shape == (0,)
    assert encoder.most_similar("cat", KINDS[kind]([])) == []


@pytest.mark.parametrize("wrong", [None, 3, b"cat", {"a": "cat"}, np.array("cat")])
def test_what_is_no_list_of_texts(words, tmp_path, wrong):
    encoder = Sentences(words)
    uses = (encoder.encode, encoder.known, encoder.fit, lambda texts: encoder.most_similar("cat", texts))
    for use in (*uses, lambda texts: encoder.encode_file(texts, tmp_path / "out.npy")):
        with pytest.raises((CorpusTypeError, ArgumentError), match=r"texts must be|sentences must be"):
            use(wrong)
    assert not (tmp_path / "out.npy").exists()


def test_a_table_needs_a_column(words, tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": ["the cat", "dog runs"], "id": [1, 2]}, index=[7, 8])
    encoder = Sentences(words)
    uses = (encoder.encode, encoder.known, encoder.fit, lambda texts: encoder.most_similar("cat", texts))
    for use in (*uses, lambda texts: encoder.encode_file(texts, tmp_path / "out.npy"), encoder.train):
        with pytest.raises(CorpusTypeError, match="one column of a table must be"):
            use(frame)
    for model in (words, encoder):
        with pytest.raises(CorpusTypeError, match="one column of a table must be"):
            Classifier(model, ["x"], np.ones((1, 5))).predict(frame)
    named = Sentences(words, text=TextOptions("words", column="text"))
    assert np.array_equal(named.encode(frame), encoder.encode(frame["text"]))
    assert np.array_equal(named.encode(["the cat"]), encoder.encode(["the cat"]))  # a text alone is no table
    assert encoder.most_similar("cat", frame["text"])[0][0] == "the cat"


@pytest.mark.parametrize("place", [0, 1])
def test_a_missing_text_is_an_error_wherever_it_is(words, place):
    encoder = Sentences(words)
    classifier = Classifier(encoder, ["x", "y"], np.eye(2, 5))
    of_words = Classifier(words, ["x", "y"], np.eye(2, 5))
    for missing in (None, np.nan):
        for texts in (["the cat", "dog runs"], [["the", "cat"], ["dog"]]):
            texts.insert(place, missing)
            column = np.empty(3, object)
            column[:] = texts
            uses = (encoder.encode, encoder.known, encoder.fit, lambda texts: encoder.most_similar("cat", texts))
            for use in (*uses, classifier.encode, classifier.scores, classifier.predict):
                for given_ in (texts, iter(texts), column):
                    message = rf"texts\[{place}\] must be .*: got {missing} \(a missing value\?\); drop it first"
                    with pytest.raises(CorpusTypeError, match=message):
                        use(given_)
            for use in (of_words.encode, of_words.scores, of_words.predict):
                with pytest.raises(CorpusTypeError, match=r"items must be strings"):
                    use(texts)


def test_most_similar(words):
    encoder = Sentences(words)
    texts = ["the dog runs", "zebra", "the cat sleeps", "the cat sleeps"]
    found = encoder.most_similar("Cat sleeps", texts, topn=3)
    assert [text for text, _ in found][:2] == ["the cat sleeps"] * 2
    assert found[0][1] == pytest.approx(encoder.similarity("cat sleeps", "the cat sleeps"), abs=1e-6)
    assert encoder.similarity("The cat", "the cat?") == pytest.approx(1, abs=1e-6)
    assert encoder.most_similar("cat", []) == []
    with pytest.raises(ConfigError, match="topn"):
        encoder.most_similar("cat", texts, topn=0)
    with pytest.raises(CorpusTypeError):
        encoder.most_similar("cat", "dog")


def test_sentences_of_prose():
    text = '<doc id="1">\nHe left. "Why?" she said, i.e. asked. 2 days passed.\nIt\'s 3.5 km.\n它在这里。那里。\n</doc>'
    assert one_sentence_per_line(text).split("\n") == [
        "",
        "He left.",
        '"Why?" she said, i.e. asked.',
        "2 days passed.",
        "It's 3.5 km.",
        "它在这里。",
        "那里。",
        "",
        "",
    ]


def test_unknown_words_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr("w2v.sentences.reader.MOST_UNKNOWN", 10)
    reader = Reader(["cat", "dog"], TextOptions(tokenizer="words"))
    for start in range(0, 200, 20):
        bags = reader.read([f"cat unknown{chr(97 + i % 26) * (i // 26 + 1)} dog" for i in range(start, start + 20)])
        assert bags.rows.tolist() == [0, 1] * 20
        assert len(reader._table) <= 2 + 10 + 20 + 1


@pytest.mark.parametrize("kind", [["the", "cat"], "the cat", ""])
def test_texts_are_read_in_groups(words, monkeypatch, kind):
    monkeypatch.setattr("w2v.sentences.reader.MOST_TEXTS", 10)
    taken = 0

    def texts():
        nonlocal taken
        while taken < 95:
            taken += 1
            yield kind

    parts = Reader(WORDS, TextOptions(tokenizer="words")).stream(texts())
    assert len(next(parts)) == 10
    assert taken <= 11
    assert [len(part) for part in parts] == [10] * 8 + [5]


def test_threads_share_an_encoder(words):
    encoder = Sentences(words)
    some = [f"{a} {b}" for a in WORDS for b in WORDS]
    expected, wrong = encoder.encode(some), []

    def work():
        for _ in range(20):
            if not np.array_equal(encoder.encode(some), expected):
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_bags_by_hand():
    bags = Bags(np.array([0, 1, 1, 2, 0]), np.array([0, 2, 2, 5]), np.array([3, 1, 3]))
    table = np.array([[1.0, 0], [0, 1], [5, 5]], np.float32)
    assert sums(table, bags).tolist() == [[1, 1], [0, 0], [6, 6]]
    taken = bags.take(np.array([2, 0]))
    assert (taken.rows.tolist(), taken.offsets.tolist(), taken.words.tolist()) == ([1, 2, 0, 0, 1], [0, 3, 5], [3, 3])
    joined = Bags.joined([bags, taken])
    assert sums(table, joined).tolist() == [[1, 1], [0, 0], [6, 6], [6, 6], [1, 1]]
