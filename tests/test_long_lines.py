"""A line that is longer than a block is one sentence, whatever splits it into words."""

import itertools
import random

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

import w2v
from w2v import TextOptions, VocabularyConfig
from w2v.corpus import text_files
from w2v.corpus.count_lists import count_sentences
from w2v.corpus.count_numbers import BATCH_TOKENS
from w2v.corpus.sentences import SentenceStart
from w2v.corpus.text_files import BLOCK_BYTES

ALL = VocabularyConfig(min_count=1)
WORDS = ["the", "cat", "sat", "on", "a", "mat"]


def hugging_face():
    tokenizer = Tokenizer(models.WordLevel({word: row for row, word in enumerate(WORDS)}))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


def split(line):
    return line.split()


def nothing(line):
    return [] if line.startswith("the") else line.split()


TOKENIZERS = {"function": split, "Hugging Face": hugging_face()}


def sentences(corpus):
    words = corpus.vocabulary.words
    bounds = corpus.offsets.tolist()
    return [[words[t] for t in corpus.tokens[a:b].tolist()] for a, b in itertools.pairwise(bounds)]


@pytest.mark.parametrize("kind", TOKENIZERS)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_long_line_is_one_sentence(tmp_path, monkeypatch, kind, end):
    draws = random.Random(1)
    lines = [" ".join(draws.choices(WORDS, k=draws.choice([0, 1, 2, 5, 30, 200]))) for _ in range(120)]
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path in paths:
        path.write_bytes((end or "\n").join([*lines, ""]).encode().removesuffix(b"" if end else b"\n"))
    listed = [str(path) for path in paths]
    expected = [line.split() for line in lines if line] * 2
    for size in (7, 20, 64, 1000, BLOCK_BYTES):
        monkeypatch.setattr(text_files, "BLOCK_BYTES", size)
        found = w2v.encode(listed, ALL, TextOptions(TOKENIZERS[kind]))
        assert sentences(found) == expected
        assert sentences(w2v.encode(listed, ALL, TextOptions("whitespace"))) == expected


def test_a_line_of_many_megabytes(tmp_path):
    path = tmp_path / "line.txt"
    count = 2 * BLOCK_BYTES // 4
    path.write_text("the cat " * (count // 2) + "\na mat\n", encoding="ascii")
    for tokenizer in ("whitespace", split):
        assert w2v.encode(str(path), ALL, TextOptions(tokenizer)).offsets.tolist() == [0, count, count + 2]


def test_the_rest_of_a_line_may_have_no_words(tmp_path, monkeypatch):
    path = tmp_path / "t.txt"
    path.write_text("cat sat on the mat\nthe cat\na cat\n", encoding="ascii")
    monkeypatch.setattr(text_files, "BLOCK_BYTES", 12)  # cat sat on | the mat ...
    assert sentences(w2v.encode(str(path), ALL, TextOptions(nothing))) == [["cat", "sat", "on"], ["a", "cat"]]


def test_parts_of_sentences_between_batches():
    long = ["b"] * BATCH_TOKENS  # a batch of its own
    read = count_sentences(
        [
            SentenceStart(long),
            [],
            ["a"],
            SentenceStart(["a"]),
            SentenceStart(long),
            ["c"],
            SentenceStart(long),
            SentenceStart([]),
            [],
            ["d"],
        ]
    )
    ends, start = [], 0
    for segment in read.segments:
        ends += [start + int(end) for end in segment.ends]
        start += segment.length
    n = BATCH_TOKENS
    assert ends == [n, n + 1, 2 * n + 3, 3 * n + 3, 3 * n + 4]
