"""Sentences of any kind, and strings with a tokenizer: files, lists, columns and generators are read alike."""

from collections import deque

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from w2v import TextOptions, VocabularyConfig, Word2Vec, encode
from w2v.errors import CorpusError, CorpusTypeError, TextEncodingError

ALL = VocabularyConfig(min_count=1)
SMALL = {"vector_size": 4, "min_count": 1, "epochs": 1, "workers": 1, "sample": 0}
TEXTS = ["The cat, and the dog.", "A Cat!\nTwo dogs", "", "naïve\u00a0cats"]
SPLIT = [["the", "cat", "and", "the", "dog"], ["a", "cat"], ["two", "dogs"], ["naïve", "cats"]]


def sentences_of(corpus):
    words = corpus.vocabulary.words
    bounds = zip(corpus.offsets[:-1], corpus.offsets[1:], strict=True)
    return [[words[i] for i in corpus.tokens[a:b]] for a, b in bounds]


class Column:
    """A column of pandas as the product may see it: iterable, with an index that does not begin at 0."""

    def __init__(self, *values, start=3):
        self.values, self.start = list(values), start

    def __iter__(self):
        return iter(self.values)

    def __len__(self):
        return len(self.values)

    def __getitem__(self, index):
        if index - self.start not in range(len(self.values)):
            raise KeyError(index)
        return self.values[index - self.start]

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype=object if isinstance(self.values[0], str) else None)


class Scalar:
    """A value of an Arrow column."""

    def __init__(self, value):
        self.value = value

    def as_py(self):
        return self.value


KINDS = {
    "list": list,
    "tuple": tuple,
    "array of strings": np.array,
    "array of objects": lambda words: np.array(words, dtype=object),
    "set": set,
    "frozenset": frozenset,
    "dict keys": lambda words: dict.fromkeys(words).keys(),
    "deque": deque,
    "generator": lambda words: (word for word in words),
    "column": lambda words: Column(*words),
    "arrow list": Scalar,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_sentence_is_any_collection_of_words(kind):
    sentences = [["a", "b", "c"], ["b", "d"], []]
    assert sentences_of(encode([KINDS[kind](words) for words in sentences[:2]], ALL)) == sentences[:2]
    assert sentences_of(encode(map(KINDS[kind], sentences[:2]), ALL)) == sentences[:2]
    model = Word2Vec((KINDS[kind](words) for _ in range(9) for words in sentences[:2]), **SMALL)
    assert set(model.wv.index_to_key) == set("abcd")
    assert all(type(word) is str for word in model.wv.index_to_key)


@pytest.mark.parametrize("kind", ["list", "tuple", "deque", "generator", "column", "arrow list", "array of objects"])
def test_a_sentence_is_any_collection_of_integers(kind):
    make = np.array if kind == "array of objects" else KINDS[kind]
    corpus = encode([make(ids) for ids in ([7, 3, 7], [3, 11])], ALL)
    assert sentences_of(corpus) == [["7", "3", "7"], ["3", "11"]]
    assert corpus.vocabulary.numbers


def test_a_set_is_read_in_the_same_order_in_every_process():
    words = [f"w{i}" for i in range(50)]
    assert sentences_of(encode([set(words)], ALL)) == [sorted(words)]


class Table:
    columns = ("text",)

    def __getitem__(self, name):
        return self

    def __iter__(self):
        return iter(self.columns)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([["a"], "b"], r"sentences\[1\] must be a list of words, not a string: got 'b'; pass text=TextOptions"),
        ([["a"], 5], r"sentences\[1\] must be a list of words: got int 5"),
        ([["a"], ["b"], None], r"sentences\[2\] must be .*: got None \(a missing value\?\)"),
        ([["a"], float("nan")], r"sentences\[1\] must be .*: got nan \(a missing value\?\)"),
        ([["a"], {"a": 1}], r"sentences\[1\] must be .*: got the dict \{'a': 1\}; pass its keys"),
        ([["a"], np.ones((2, 2))], r"sentences\[1\] must be .*: got float64 of shape \(2, 2\)"),
        ([["a"], ["b", 5]], r"got 5 in sentences\[1\]"),
        ([["a"], ["b", b"c"]], r"got b'c' in sentences\[1\]; decode it"),
        ([["a"], ["b", ["c"]]], r"sentences\[1\] must be a list of words \(str\): got \['b', \['c'\]\]"),
        ([[1, 2], [3, "a"]], r"sentences\[1\] must be a one-dimensional array of integers"),
        ([[1.0, 2.0]], r"got 1.0 in sentences\[0\]"),
        ({"a": ["b"]}, r"got a dict of 'a'; pass its values\(\), or one of them"),
        (Table(), r"got a table \(Table\) with the columns 'text'; name it, as in text=TextOptions"),
    ],
)
def test_what_cannot_be_a_sentence_is_named_with_its_place(wrong, message):
    for read in (lambda: encode(wrong, ALL), lambda: Word2Vec(wrong, **SMALL)):
        with pytest.raises(CorpusTypeError, match=message):
            read()


# ----------------------------------------------------------------------------------------------- strings with a tokenizer


def from_file(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("\n".join(TEXTS), encoding="utf-8")
    return str(path)


STRINGS = {
    "list": list,
    "tuple": tuple,
    "generator": iter,
    "array": np.array,
    "column": lambda texts: Column(*texts),
    "arrow": lambda texts: map(Scalar, texts),
}


@pytest.mark.parametrize("kind", STRINGS)
def test_a_tokenizer_splits_strings_wherever_they_come_from(tmp_path, kind):
    options = TextOptions("words")
    expected = encode(from_file(tmp_path), ALL, options)
    assert sentences_of(expected) == SPLIT
    corpus = encode(iter(STRINGS[kind](TEXTS)), ALL, options)
    assert sentences_of(corpus) == SPLIT
    assert corpus.vocabulary.words == expected.vocabulary.words
    assert corpus.text == options
    by_file = Word2Vec(corpus_file=from_file(tmp_path), tokenizer="words", **SMALL)
    model = Word2Vec(STRINGS[kind](TEXTS), tokenizer="words", **SMALL)
    assert model.wv.index_to_key == by_file.wv.index_to_key
    assert (model.wv.vectors == by_file.wv.vectors).all()
    assert model.corpus_count == by_file.corpus_count == 4
    assert model.metadata()["text"]["tokenizer"] == "words"


def test_every_tokenizer_splits_strings(monkeypatch):
    assert sentences_of(encode(iter(["a b", "c a"]), ALL, TextOptions("whitespace"))) == [["a", "b"], ["c", "a"]]
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "low": 1, "er": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    assert sentences_of(encode(iter(["low er", "new low"]), ALL, TextOptions(tokenizer))) == [
        ["low", "er"],
        ["[UNK]", "low"],
    ]
    monkeypatch.setattr("w2v.corpus.count_text.BLOCK_BYTES", 20)
    texts = [f"a{i} b c" for i in range(100)]
    assert sentences_of(encode(iter(texts), ALL, TextOptions("whitespace", threads=3))) == [t.split() for t in texts]


def test_strings_are_counted_and_trained_on_again():
    model = Word2Vec(tokenizer="words", **SMALL)
    model.build_vocab(TEXTS, keep_raw_vocab=True)
    assert model.raw_vocab["cat"] == 2
    assert model.scan_vocab(TEXTS) == (11, 4)
    model.train(TEXTS)
    model.train(["Another cat and a dog"])
    assert model.reports[-1].tokens == 4


@pytest.mark.parametrize("texts", [TEXTS, tuple(TEXTS), np.array(TEXTS), Column(*TEXTS)])
def test_strings_without_a_tokenizer_are_refused(texts):
    for read in (lambda: Word2Vec(texts, **SMALL), lambda: encode(iter(texts), ALL)):
        with pytest.raises(
            CorpusTypeError, match=r"sentences\[0\] must be a list of words, not a string: got "
        ) as caught:
            read()
        assert 'pass text=TextOptions("words"), in Word2Vec tokenizer="words"' in str(caught.value)


@pytest.mark.parametrize(
    ("texts", "error", "message"),
    [
        (["a b", None], CorpusTypeError, r"got None as sentences\[1\] after a string; drop missing values"),
        (["a b", float("nan")], CorpusTypeError, r"got nan as sentences\[1\]"),
        ([None, "a b"], CorpusTypeError, r"sentences\[0\] must be .*got None \(a missing value\?\); drop it first"),
        ([None, ["a"]], CorpusTypeError, r"sentences\[0\] must be .*got None \(a missing value\?\); drop it first"),
        (["a b", ["c"]], CorpusTypeError, r"all strings or all lists of words: got \['c'\] as sentences\[1\]"),
        (["a b", b"c"], CorpusTypeError, r"got b'c' as sentences\[1\]"),
        (["a b", "c\0"], TextEncodingError, r"sentences\[1\] must be text: got a NUL"),
        (["a b", "\ud800"], TextEncodingError, r"sentences\[1\] must be valid Unicode"),
        (["a b", "x" * 70_000], CorpusError, "at most 65536 bytes"),
    ],
)
def test_strings_that_are_no_text(texts, error, message):
    with pytest.raises(error, match=message):
        Word2Vec(texts, tokenizer="whitespace", **SMALL)


class Unprintable:
    def __repr__(self):
        raise ZeroDivisionError


@pytest.mark.parametrize("corpus", [[Unprintable()], [[Unprintable()]], [["a", Unprintable()]], ["a", Unprintable()]])
def test_what_cannot_be_printed_is_named_by_its_type(corpus):
    with pytest.raises(CorpusTypeError, match="a Unprintable"):
        encode(iter(corpus), text=TextOptions("words") if corpus[0] == "a" else None)
