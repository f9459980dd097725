"""How texts are split to look words up: the same for sentences, scikit-learn's steps and static embeddings."""

import numpy as np
import pytest
from tokenizers import Tokenizer

import w2v
from w2v.corpus.tokenizers import tokenizer_of
from w2v.integrations.documents import splitter

CASED = ["The", "cat", ",", "New_York"]
PLAIN = ["the", "cat", "고양이", "2"]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        (None, PLAIN, "words"),
        (None, CASED, "whitespace"),
        ("whitespace", PLAIN, "words"),
        ("whitespace", CASED, "whitespace"),
        ("words", CASED, "words"),
        ("jieba", PLAIN, "jieba"),
        ("/home/me/tokenizer.json", PLAIN, "/home/me/tokenizer.json"),
        (None, [], "words"),
        (None, ["a\0", "\ud800", "x" * 100_000, ""], "whitespace"),
    ],
)
def test_how_texts_are_split_for_vectors(text, words, expected):
    assert tokenizer_of({} if text is None else {"text": {"tokenizer": text}}, words) == expected


@pytest.mark.parametrize("metadata", [{"text": None}, {"text": "x"}, {"text": {}}, {"text": {"tokenizer": None}}])
def test_metadata_that_do_not_tell_how_texts_are_split(metadata):
    assert tokenizer_of(metadata, PLAIN) == "words"


@pytest.mark.parametrize("words", [PLAIN, CASED])
@pytest.mark.parametrize("recorded", [None, "whitespace", "words"])
def test_all_uses_of_vectors_split_texts_alike(words, recorded, tmp_path):
    metadata = {} if recorded is None else {"text": {"tokenizer": recorded, "errors": "strict", "encoding": "utf-8"}}
    vectors = w2v.KeyedVectors.from_arrays(words, np.eye(4, dtype=np.float32), [4, 3, 2, 1], metadata=metadata)
    texts = ["The cat, in New_York", "the cat,", "고양이 2!", "cat"]
    split = splitter(None, vectors)
    vectors.to_static_embedding(tmp_path / "folder")
    portable = Tokenizer.from_file(str(tmp_path / "folder" / "tokenizer.json"))
    encoder = w2v.Sentences(vectors, "mean", centre=False)
    for text in texts:
        known = [words.index(word) for word in split(text) if word in words]
        assert portable.encode(text).ids == known
        assert encoder.encode(text).astype(bool).tolist() == [row in known for row in range(4)]
