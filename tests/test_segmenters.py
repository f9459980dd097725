"""Tokenizers beside "words": of scripts without spaces, any function, and names on the Hugging Face Hub."""

import importlib.util
import json
import os
import subprocess
import sys
from itertools import pairwise

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

import w2v
from w2v.cli import main
from w2v.config import CUSTOM_TOKENIZER, SEGMENTERS, TextOptions, VocabularyConfig
from w2v.corpus.segmenters import find_segmenter
from w2v.corpus.tokenizers import find_tokenizer
from w2v.errors import ArgumentError, ConfigError, CorpusTypeError, MissingExtraError

ALL = VocabularyConfig(min_count=1)
SMALL = {"vector_size": 5, "min_count": 1, "sample": 0, "workers": 1, "epochs": 1}

TEXTS = {  # a text, and words of it on which its libraries agree
    "jieba": (
        "我来到北京清华大学，他也来了。ＡＢＣ 12",
        ["我", "来到", "北京", "清华大学", "他", "也", "来", "了", "abc", "12"],
    ),
    "janome": ("東京都に住んでいる。ＡＢＣ", ["東京", "都", "に", "住ん", "で", "いる", "abc"]),
    "mecab": ("東京都に住んでいる。ＡＢＣ", ["東京", "都", "に", "住ん", "で", "いる", "abc"]),
    "pythainlp": ("ฉันรักภาษาไทย", ["ฉัน", "รัก", "ภาษาไทย"]),
    "icu": ("我来到北京, ภาษาไทย Don't.", ["我", "来到", "北京", "ภาษา", "ไทย", "don", "t"]),
}
MODULES = {"jieba": "jieba", "janome": "janome", "mecab": "fugashi", "pythainlp": "pythainlp", "icu": "icu4py"}


def installed(name):
    return importlib.util.find_spec(MODULES[name]) is not None


def sentences_of(corpus):
    words = corpus.vocabulary.words
    bounds = corpus.offsets.tolist()
    return [[words[i] for i in corpus.tokens[a:b]] for a, b in pairwise(bounds)]


# ---------------------------------------------------------------------------------------------- scripts without spaces


def test_each_has_a_text():
    assert tuple(TEXTS) == tuple(MODULES) == SEGMENTERS


@pytest.mark.filterwarnings("ignore")  # of libraries older than this Python
@pytest.mark.parametrize("name", SEGMENTERS)
def test_words_of_a_script_without_spaces(name, tmp_path, capsys):
    if not installed(name):
        pytest.skip(f"{MODULES[name]} is not installed")
    text, words = TEXTS[name]
    path = tmp_path / "text.txt"
    path.write_text(f"{text}\n\n{text}\n", encoding="utf-8")
    options = TextOptions(name, threads=2)
    corpus = w2v.encode(path, ALL, options, cache=tmp_path / "cache")
    assert sentences_of(corpus) == [words, words]
    assert w2v.encode(path, ALL, options, cache=tmp_path / "cache").from_cache
    assert sentences_of(w2v.encode(iter([text, text]), ALL, options)) == [words, words]
    model = w2v.Word2Vec([text] * 5, tokenizer=name, **SMALL)
    assert set(model.wv.index_to_key) == set(words)
    model.save(tmp_path / "model.safetensors")
    again = w2v.Word2Vec.load(tmp_path / "model.safetensors")  # needs no tokenizer=, as the name says all
    assert again.tokenizer == name
    again.train([text], total_examples=1, epochs=1)
    output = tmp_path / "vectors.txt"
    command = [
        "train",
        str(path),
        "-o",
        str(output),
        "--tokenizer",
        name,
        "--min-count",
        "1",
        "--vector-size",
        "4",
        "--sample",
        "0",
    ]
    assert main([*command, "--quiet"]) == 0, capsys.readouterr().err
    assert set(w2v.KeyedVectors.load(output).index_to_key) == set(words)


@pytest.mark.parametrize("name", SEGMENTERS)
def test_what_is_not_installed_is_named(name, monkeypatch, tmp_path, capsys):
    for module in (MODULES[name], "jieba", "janome.tokenizer", "pythainlp.tokenize", "icu4py.breakers", "unidic_lite"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf'needs .*; pip install "w2v\[{name}\]"'):
        find_segmenter(name)
    path = tmp_path / "text.txt"
    path.write_text("a\n")
    assert main(["train", str(path), "-o", str(tmp_path / "v.txt"), "--tokenizer", name]) != 0
    assert f'pip install "w2v[{name}]"' in capsys.readouterr().err


def test_a_segmenter_says_where_words_end_and_the_rest_is_as_for_prose(tmp_path, monkeypatch):
    class Module:
        class WordBreaker:
            def __new__(cls, text, locale):
                return [text[i : i + 2] for i in range(0, len(text), 2)]

    monkeypatch.setitem(sys.modules, "icu4py.breakers", Module)
    monkeypatch.setattr("w2v.corpus.segmenters.version", lambda package: "1")
    path = tmp_path / "text.txt"
    path.write_bytes("ÀBcd,ef\r\n\nG\xffH".encode("latin-1"))
    corpus = w2v.encode(path, ALL, TextOptions("icu", encoding="latin-1"))
    assert sentences_of(corpus) == [["àb", "cd", "e", "f"], ["gÿ", "h"]]
    path.write_bytes(b"ab\xffcd")
    corpus = w2v.encode(path, ALL, TextOptions("icu", "replace"))
    assert (sentences_of(corpus), corpus.ledger.replaced) == ([["ab", "c", "d"]], 1)
    with pytest.raises(w2v.errors.TextEncodingError, match="at byte 2"):
        w2v.encode(path, ALL, TextOptions("icu"))


# ------------------------------------------------------------------------------------------------------- any function


class Lower:
    def __call__(self, text):
        return (word for word in text.lower().split(" "))


@pytest.mark.parametrize("function", [str.split, Lower(), lambda text: tuple(text.split())])
def test_any_function(function, tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("one two\r\n\n  two three\n", encoding="utf-8")
    words = [["one", "two"], ["two", "three"]]
    options = TextOptions(function)
    assert options.to_dict()["tokenizer"] == CUSTOM_TOKENIZER
    assert sentences_of(w2v.encode(path, ALL, options)) == words
    assert sentences_of(w2v.encode(iter(["one two", "", "two three"]), ALL, options)) == words
    model = w2v.Word2Vec(["one two", "two three"] * 3, tokenizer=function, **SMALL)
    built = w2v.Word2Vec(tokenizer=function, **SMALL)
    built.build_vocab(corpus_file=path)
    assert set(model.wv.index_to_key) == set(built.wv.index_to_key) == {"one", "two", "three"}
    model.save(tmp_path / "model.safetensors")
    with pytest.raises(ConfigError, match=r"pass tokenizer= to load\(\)"):
        w2v.Word2Vec.load(tmp_path / "model.safetensors").train(["one two"], total_examples=1, epochs=1)
    again = w2v.Word2Vec.load(tmp_path / "model.safetensors", tokenizer=function)
    again.train(["one two"], total_examples=1, epochs=1)
    with pytest.raises(
        ConfigError, match="cache must be used with a tokenizer that has a name or a file: got a function"
    ):
        w2v.encode(path, ALL, options, cache=tmp_path / "cache")


def test_words_of_a_function_are_taken_as_they_are():
    assert sentences_of(
        w2v.encode(iter(["x"]), ALL, TextOptions(lambda text: ["New York", " ", "", "\t", ".", "É"]))
    ) == [["New York", ".", "É"]]


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ("a b", "tokenizer must return a list of words: got 'a b' for 'text'"),
        ({"input_ids": [1]}, "tokenizer must return a list of words: got {'input_ids'"),
        (None, "tokenizer must return a list of words: got None"),
        ([1, 2], r"tokenizer must return a list of words \(str\): got 1 in that of 'text'"),
        ([b"a"], r"tokenizer must return a list of words \(str\): got b'a'"),
    ],
)
def test_what_a_function_must_return(result, message):
    with pytest.raises(CorpusTypeError, match=message):
        w2v.encode(iter(["text"]), ALL, TextOptions(lambda text: result))


def test_an_error_of_the_function_is_passed_on():
    with pytest.raises(ZeroDivisionError):
        w2v.encode(iter(["text"]), ALL, TextOptions(lambda text: 1 / 0))


def test_what_is_no_tokenizer():
    with pytest.raises(
        ArgumentError, match=r"tokenizer must be 'whitespace', 'words', 'jieba', .* or a function .*: got 5"
    ):
        TextOptions(5)


# ------------------------------------------------------------------------------------------------------- Hugging Face


@pytest.fixture
def tokenizer():
    made = Tokenizer(models.WordLevel({"[UNK]": 0, "low": 1, "er": 2}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return made


def test_a_tokenizer_of_transformers_is_the_one_inside(tokenizer):
    class Fast:
        backend_tokenizer = tokenizer

        def __call__(self, text):
            raise AssertionError("its tokens are not words")

    assert sentences_of(w2v.encode(iter(["low er", "low"]), ALL, TextOptions(Fast()))) == [["low", "er"], ["low"]]


def test_batches_do_not_change_the_sentences(tokenizer, monkeypatch):
    texts = [" ".join(["low", "er"][: i % 3]) for i in range(100)]
    whole = w2v.encode(iter(texts), ALL, TextOptions(tokenizer))
    monkeypatch.setattr("w2v.corpus.count_tokens.BATCH_CHARACTERS", 10)
    assert sentences_of(w2v.encode(iter(texts), ALL, TextOptions(tokenizer))) == sentences_of(whole)
    assert len(sentences_of(whole)) == sum(1 for text in texts if text)


def test_a_name_on_the_hub(tokenizer, tmp_path):
    """From the cache of huggingface_hub, as it looks after a download; it reads its settings when it is imported."""
    home = tmp_path / "hub" / "models--org--words-base"
    (home / "refs").mkdir(parents=True)
    (home / "refs" / "main").write_text("0" * 40)
    (home / "snapshots" / ("0" * 40)).mkdir(parents=True)
    tokenizer.enable_truncation(1)  # as published ones do
    tokenizer.enable_padding()
    tokenizer.save(str(home / "snapshots" / ("0" * 40) / "tokenizer.json"))
    code = """
import sys, json, w2v
corpus = w2v.encode(iter(["low er low"]), w2v.VocabularyConfig(min_count=1), w2v.TextOptions("org/words-base"))
print(json.dumps([corpus.vocabulary.words, corpus.tokens.tolist()]))
try:
    w2v.encode(iter(["low"]), text=w2v.TextOptions("bert-base-uncased"))
except w2v.errors.ConfigError as problem:
    print(problem)
"""
    env = {**os.environ, "HF_HUB_CACHE": str(tmp_path / "hub"), "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1"}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=env)
    found, missing = result.stdout.splitlines()
    assert json.loads(found) == [["low", "er"], [0, 1, 0]]
    assert missing.startswith(
        "cannot load the tokenizer 'bert-base-uncased', which is not a file, from the Hugging Face Hub: "
    )
    assert missing.endswith("check the name, or, without a network, pass the path of its tokenizer.json")


@pytest.mark.parametrize(
    "name", ["wrods", "tokenizer.json", "my-tokenizer.json", "a/b/c", "/a-b", "./a-b", "../a", "a b-c", "a-b\n"]
)
def test_what_is_no_name_on_the_hub_is_not_looked_up(name, monkeypatch):
    monkeypatch.setattr("w2v.corpus.hugging_face.from_hub", lambda name: pytest.fail("looked up"))
    with pytest.raises(ConfigError, match=r"tokenizer must be .*, which is not a file"):
        find_tokenizer(name)


def test_a_file_comes_before_a_name_on_the_hub(tokenizer, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("w2v.corpus.hugging_face.from_hub", lambda name: pytest.fail("looked up"))
    tokenizer.save("bert-base-uncased")
    assert find_tokenizer("bert-base-uncased").get_vocab_size() == 3


def test_a_model_that_names_a_tokenizer_of_the_hub_does_not_load_it(tokenizer, tmp_path, monkeypatch):
    monkeypatch.setattr("w2v.corpus.hugging_face.from_hub", lambda name: tokenizer)
    model = w2v.Word2Vec(["low er", "er low"], tokenizer="org/words-base", **SMALL)
    model.save(tmp_path / "model.safetensors")
    again = w2v.Word2Vec.load(tmp_path / "model.safetensors")
    assert again.tokenizer == "org/words-base"
    with pytest.raises(ConfigError, match="is not opened merely because"):
        again.train(["low er"], total_examples=1, epochs=1)


def test_the_library_is_imported_only_when_it_is_asked_for():
    code = """
import sys, w2v
w2v.encode(iter(['a b'] * 9), text=w2v.TextOptions('words'))
print('tokenizers' in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
