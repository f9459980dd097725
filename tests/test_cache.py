"""The cache of encoded corpora: found by content, never mistaken, never believed when damaged."""

import gzip
import json
import os
from dataclasses import replace

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

import w2v.corpus.cache
from w2v import TextOptions, VocabularyConfig, Word2Vec, encode
from w2v.cli import main
from w2v.errors import ConfigError, CorpusChangedError, CorpusError, OutputError

TEXT = "a b c a\nb a d\n\na c b é\n" * 30
ALL = VocabularyConfig(min_count=1)


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "text.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


def entries(folder):
    return sorted(file for file in folder.iterdir() if not file.name.startswith("."))


def same(one, other):
    return (
        one.vocabulary.words == other.vocabulary.words
        and one.vocabulary.numbers == other.vocabulary.numbers
        and np.array_equal(one.vocabulary.counts, other.vocabulary.counts)
        and np.array_equal(one.tokens, other.tokens)
        and np.array_equal(one.offsets, other.offsets)
        and one.ledger == other.ledger
    )


def test_the_second_time_the_text_is_not_read(path, tmp_path, monkeypatch):
    folder = tmp_path / "deep" / "cache"
    first = encode(path, ALL, cache=folder)
    monkeypatch.setattr("w2v.corpus.count.count_text", lambda *_: pytest.fail("the text was read"))
    second = encode(path, ALL, cache=folder)
    assert same(first, second)
    assert (first.from_cache, second.from_cache) == (False, True)
    assert second.sources == (str(path),)
    assert not second.tokens.flags.writeable


def test_contents_count_and_names_do_not(path, tmp_path):
    folder = tmp_path / "cache"
    encode(path, ALL, cache=folder)
    moved = tmp_path / "elsewhere.txt"
    path.rename(moved)
    os.utime(moved, (1, 1))
    found = encode(moved, ALL, cache=folder)
    assert found.from_cache
    assert found.sources == (str(moved),)
    moved.write_text(TEXT + "a", encoding="utf-8")
    assert not encode(moved, ALL, cache=folder).from_cache
    assert len(entries(folder)) == 2


@pytest.mark.filterwarnings("ignore:.*is read twice")
def test_all_that_decides_about_ids_counts(path, tmp_path):
    folder = tmp_path / "cache"
    words = Tokenizer(models.WordLevel({"a": 0, "b": 1, "[UNK]": 2}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    zipped = tmp_path / "text.gz"
    zipped.write_bytes(gzip.compress(TEXT.encode(), mtime=0))
    vocabulary = encode(path, ALL).vocabulary
    ways = [
        (path, ALL, TextOptions()),
        (path, VocabularyConfig(min_count=31), TextOptions()),
        (path, VocabularyConfig(min_count=1, max_final_vocab=3), TextOptions()),
        (path, VocabularyConfig(min_count=31, keep={"d"}), TextOptions()),
        (path, VocabularyConfig(min_count=1, drop={"d"}), TextOptions()),
        (path, ALL, TextOptions(errors="replace")),
        (path, ALL, TextOptions("words")),
        (path, ALL, TextOptions(words)),
        ([path, path], ALL, TextOptions()),
        (zipped, ALL, TextOptions()),
        (path, vocabulary, TextOptions()),
        (path, replace(vocabulary, numbers=True), TextOptions()),
    ]
    for number, (corpus, config, text) in enumerate(ways):
        assert not encode(corpus, config, text, cache=folder).from_cache, number
        assert same(encode(corpus, config, text, cache=folder), encode(corpus, config, text)), number
    assert len(entries(folder)) == len(ways)
    assert encode(path, ALL, TextOptions(threads=5), cache=folder).from_cache  # threads decide nothing


def test_every_damage_is_noticed_and_repaired(path, tmp_path):
    folder = tmp_path / "cache"
    whole = encode(path, ALL, cache=folder)
    (entry,) = entries(folder)
    sound = entry.read_bytes()
    damages = [sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :] for at in range(0, len(sound), 7)]
    damages += [sound[:cut] for cut in range(0, len(sound), 61)] + [sound + b"x", b""]
    for damaged in damages:
        entry.write_bytes(damaged)
        again = encode(path, ALL, cache=folder)
        assert not again.from_cache
        assert same(again, whole)
        assert entry.read_bytes() == sound


def test_a_text_that_changes_meanwhile_is_not_kept(path, tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    digest = w2v.corpus.cache.file_digest

    def edited(source):
        found = digest(source)
        path.write_text(TEXT + "z", encoding="utf-8")
        return found

    monkeypatch.setattr(w2v.corpus.cache, "file_digest", edited)
    with pytest.raises(CorpusChangedError, match="changed while it was being read"):
        encode(path, ALL, cache=folder)
    assert entries(folder) == []


def test_what_cannot_be_cached(path, tmp_path):
    with pytest.raises(
        ConfigError, match="cache must be used with regular files: got '-', which can be read only once"
    ):
        encode("-", ALL, cache=tmp_path / "cache")
    with pytest.raises(ConfigError, match="cache must be used with regular files: got list"):
        encode([["a", "b"]], ALL, cache=tmp_path / "cache")
    with pytest.raises(OutputError, match="cannot create the cache folder"):
        encode(path, ALL, cache=path)
    with pytest.raises(CorpusError, match="No such file"):
        encode(tmp_path / "none", ALL, cache=tmp_path / "cache")


def test_models_and_the_command_line(path, tmp_path, capsys):
    folder = str(tmp_path / "cache")
    settings = {"vector_size": 8, "min_count": 1, "workers": 1, "epochs": 1}
    fresh = Word2Vec(corpus_file=path, **settings)
    models = [Word2Vec(corpus_file=path, cache=folder, **settings) for _ in range(2)]
    assert [model.from_cache for model in models] == [False, True]
    for model in models:
        assert np.array_equal(model.wv.vectors, fresh.wv.vectors)
        assert model.ledger == fresh.ledger
    options = ["--min-count", "1", "--vector-size", "8", "--epochs", "1", "--cache", folder, "--json"]
    assert main(["train", str(path), "-o", str(tmp_path / "v.bin"), *options]) == 0
    assert json.loads(capsys.readouterr().out)["from_cache"] is True
