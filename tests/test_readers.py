"""gensim's readers of files: what they yield, what is refused, and that training takes their files."""

import bz2
import gzip
import importlib
import lzma
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import w2v
from w2v.errors import ConfigError, CorpusError, CorpusWarning, TextEncodingError
from w2v.gensim_compat import readers
from w2v.gensim_compat.readers import as_files

TEXT = "the cat  sat\n\n\ton a\u00a0mat \r\nand\u3000the dog lay\nthe end"
LINES = [["the", "cat", "sat"], ["on", "a", "mat"], ["and", "the", "dog", "lay"], ["the", "end"]]
OPENERS = {"": open, ".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}


def write(path, text=TEXT):
    with OPENERS[path.suffix if path.suffix in OPENERS else ""](path, "wb") as file:
        file.write(text.encode())
    return path


@pytest.mark.parametrize("suffix", OPENERS)
def test_lines_of_a_file_as_often_as_asked(tmp_path, suffix):
    path = write(tmp_path / f"t{suffix}")
    for source in (path, str(path)):
        reader = w2v.LineSentence(source)
        assert list(reader) == list(reader) == LINES
    assert list(w2v.LineSentence(path, limit=3)) == LINES[:2]  # empty lines count
    assert list(w2v.LineSentence(path, max_sentence_length=3)) == [*LINES[:2], LINES[2][:3], LINES[2][3:], LINES[3]]
    with OPENERS[suffix](path, "rb") as file:
        reader = w2v.LineSentence(file)
        assert list(reader) == list(reader) == LINES
    with OPENERS[suffix](path, "rt", encoding="utf-8", newline="") as file:
        assert list(w2v.LineSentence(file)) == LINES


def test_files_of_a_folder(tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ("b.txt", "a.bz2", ".hidden"):
        write(tmp_path / name)
    reader = w2v.PathLineSentences(tmp_path)
    assert reader.input_files == [str(tmp_path / "a.bz2"), str(tmp_path / "b.txt")]
    assert list(reader) == list(reader) == LINES * 2
    assert list(w2v.PathLineSentences(tmp_path, limit=1)) == LINES[:1] * 2
    assert list(w2v.PathLineSentences(tmp_path / "b.txt")) == LINES
    with pytest.raises(ValueError, match="No such file"):
        w2v.PathLineSentences(tmp_path / "none")


@settings(max_examples=60, deadline=None)
@given(st.text("ab \n\u00e9\u3000", max_size=60), st.integers(1, 9), st.integers(1, 12))
def test_text8_is_cut_into_equal_runs(tmp_path_factory, text, most, block):
    path = write(tmp_path_factory.getbasetemp() / "text8", text)
    readers.READ_BYTES, before = block, readers.READ_BYTES
    try:
        runs = list(w2v.Text8Corpus(path, max_sentence_length=most))
        assert (as_files(w2v.Text8Corpus(path)) is None) == ("\n" in text[:-1])
    finally:
        readers.READ_BYTES = before
    words = text.split()
    assert runs == [words[start : start + most] for start in range(0, len(words), most)]


def test_short_runs_of_text8_take_linear_time(tmp_path):
    """A second for a million words; it was a minute when every run copied the words after it."""
    path = write(tmp_path / "text8", "word " * 1_000_000)
    began = time.process_time()
    assert sum(map(len, w2v.Text8Corpus(path, max_sentence_length=5))) == 1_000_000
    assert time.process_time() - began < 8


def test_gensims_yield_the_same(tmp_path):
    theirs = importlib.import_module("gensim.models.word2vec") if pytest.importorskip("gensim") else None
    path = write(tmp_path / "t.txt", TEXT.replace("\r", " ") * 50)
    for options in ({}, {"max_sentence_length": 2}, {"limit": 7}):
        assert list(w2v.LineSentence(path, **options)) == list(theirs.LineSentence(str(path), **options))
        assert list(w2v.PathLineSentences(path, **options)) == list(theirs.PathLineSentences(str(path), **options))
    words = write(tmp_path / "text8", "one two three " * 3000)
    assert list(w2v.Text8Corpus(words, 1000)) == list(theirs.Text8Corpus(str(words), 1000))


@pytest.mark.parametrize("kind", [w2v.LineSentence, w2v.Text8Corpus])
def test_what_cannot_be_read(tmp_path, kind):
    with pytest.raises(CorpusError, match=r"cannot read corpus .*No such file"):
        list(kind(tmp_path / "none"))
    (tmp_path / "t").write_bytes(b"a b \xff c")
    with pytest.raises(TextEncodingError, match=r"must be UTF-8 text: got b'a b .+xff"):
        list(kind(tmp_path / "t"))
    (tmp_path / "t.gz").write_bytes(gzip.compress(b"a b c\n" * 99)[:-20])
    with pytest.raises(CorpusError, match="cannot read corpus"):
        list(kind(tmp_path / "t.gz"))
    with pytest.raises(ConfigError, match="max_sentence_length must be an integer of at least 1: got 0"):
        kind(tmp_path / "t", max_sentence_length=0)


def test_training_takes_the_files(tmp_path):
    path = write(tmp_path / "t.txt", TEXT * 20)
    options = {"vector_size": 5, "min_count": 1, "workers": 1, "tokenizer": "words"}
    with pytest.warns(CorpusWarning, match="tokenizer= was not used"):
        by_words = w2v.Word2Vec(list(w2v.LineSentence(path)), **options)
    reader = w2v.LineSentence(path)
    model = w2v.Word2Vec(**options)
    model.build_vocab(reader)
    assert model.from_cache is False
    model.train(w2v.LineSentence(str(path)))
    assert model.wv.metadata["sources"] == [str(path)]
    assert (model.wv.vectors == by_words.wv.vectors).all()
    assert model.corpus_count == by_words.corpus_count


def test_training_reads_what_is_only_a_part_of_a_file_itself(tmp_path):
    path = write(tmp_path / "t.txt")
    for reader in (w2v.LineSentence(path, limit=3), w2v.LineSentence(path, max_sentence_length=2)):
        assert as_files(reader) is None
        model = w2v.Word2Vec(reader, vector_size=5, min_count=1, sample=0)
        assert model.corpus_total_words == sum(map(len, reader))
        assert model.wv.metadata["sources"] == []

    class Mine(w2v.LineSentence):
        def __iter__(self):
            return (sentence[:2] for sentence in super().__iter__())

    assert as_files(Mine(path)) is None
    assert as_files([["a"]]) is None
    assert as_files(w2v.PathLineSentences(path)) == [str(path)]
    with path.open("rb") as file:
        assert as_files(w2v.LineSentence(file)) is None


def test_a_list_that_grew_is_read_again():
    sentences = [["a", "b"], ["b", "c"]] * 9
    model = w2v.Word2Vec(vector_size=3, min_count=1, sample=0)
    model.build_vocab(sentences)
    model.train(sentences)
    assert model.ledger["read"] == 36
    sentences.append(["a", "b", "c"])
    model.train(sentences)
    assert model.ledger["read"] == 39
    assert np.isfinite(model.wv.vectors).all()


@pytest.mark.parametrize("reader", [w2v.LineSentence, w2v.Text8Corpus, w2v.PathLineSentences])
def test_a_word_without_an_end_is_refused_early(tmp_path, reader):
    path = tmp_path / "t.txt"
    path.write_bytes(b"the cat " + b"x" * (3 * readers.READ_BYTES))
    for source in (path, "/dev/full"):
        with pytest.raises(
            CorpusError, match="a word must be at most 65536 bytes: got a longer one; check that this is"
        ):
            list(reader(source))
    with pytest.raises(CorpusError, match="a word must be at most 65536 bytes"):
        w2v.Word2Vec(reader("/dev/full"), min_count=1)


def test_a_line_that_is_read_in_parts_is_one_line(tmp_path, monkeypatch):
    path = write(tmp_path / "t.txt")
    for block in (1, 2, 7):
        monkeypatch.setattr(readers, "READ_BYTES", block)
        assert list(w2v.LineSentence(path)) == LINES
