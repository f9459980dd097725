"""Phrases: scores by hand, an oracle in plain Python, and what went wrong in other programs."""

import math
from collections import Counter
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import w2v
import w2v.corpus.count_pairs
import w2v.corpus.text_files
from w2v import PhraseConfig, PhraseTable, TextOptions, VocabularyConfig
from w2v._phrases import Merger, PairCounter
from w2v.corpus.phrase_config import ENGLISH_CONNECTOR_WORDS
from w2v.corpus.phrase_table import Phrase
from w2v.errors import (
    ArgumentError,
    ConfigError,
    CorpusTypeError,
    EmptyCorpusError,
    FormatError,
    OutputError,
    UnsafeFormatError,
)

# Sentences of one or two letters, hardly any of which has a context.
pytestmark = pytest.mark.filterwarnings("ignore::w2v.errors.CorpusWarning")

ALL = VocabularyConfig(min_count=1)
TEXT = [["i", "love", "new", "york"], ["new", "york", "is", "big"], ["big", "new", "love"]] * 4
WORDS = st.sampled_from(["a", "b", "c", "d", "of", "the", "a_b", "é"])
SENTENCES = st.lists(st.lists(WORDS, max_size=9), max_size=25).filter(any)


def found(sentences, **options):
    return {phrase.phrase: phrase for phrase in w2v.phrases(sentences, PhraseConfig(**options))}


def texts(corpus):
    words = corpus.vocabulary.words
    bounds = corpus.offsets.tolist()
    return [[words[i] for i in corpus.tokens[a:b]] for a, b in pairwise(bounds)]


# ---------------------------------------------------------------------------------------------------- scores, by hand


def test_scores_by_hand():
    # i 4, love 8, new 12, york 8, is 4, big 8; pairs: i-love, love-new, york-is, is-big, big-new, new-love 4, new-york 8
    mikolov = found(TEXT, min_count=2, threshold=0.5)
    assert mikolov["new_york"].score == (8 - 2) * (6 + 7) / (12 * 8)
    assert mikolov["i_love"].score == (4 - 2) * 13 / (4 * 8)
    assert mikolov["new_york"].count == 8
    assert "big_new" not in mikolov  # 2 * 13 / 96
    npmi = found(TEXT, min_count=2, threshold=0.6, scoring="npmi")
    p = 8 / 44
    assert npmi["new_york"].score == pytest.approx(math.log(p / (12 / 44 * 8 / 44)) / -math.log(p), rel=1e-15)
    assert npmi["i_love"].score == pytest.approx(math.log(4 / 44 / (4 / 44 * 8 / 44)) / -math.log(4 / 44), rel=1e-15)


def test_connector_words_are_inside_and_are_not_counted():
    sentences = [["the", "bank", "of", "america", "in", "the", "bank"], ["bank", "america"], ["of", "bank"]] * 5
    config = PhraseConfig(min_count=1, threshold=0.09, connector_words=ENGLISH_CONNECTOR_WORDS)
    table = w2v.phrases(sentences, config)
    # bank 20, america 10; three distinct pairs, each of which occurs 5 times
    assert {phrase.words: phrase.score for phrase in table} == {
        ("bank", "of", "america"): (5 - 1) / (20 * 10) * (2 + 3),
        ("america", "in", "the", "bank"): (5 - 1) / (10 * 20) * (2 + 3),
        ("bank", "america"): (5 - 1) / (20 * 10) * (2 + 3),
    }
    assert table[["of", "the", "bank", "of", "america", "of"]] == ["of", "the", "bank_of_america", "of"]
    assert table[["bank", "of", "the", "america"]] == ["bank", "of", "the", "america"]


# ------------------------------------------------------------------------------------------- the oracle, in plain Python


def candidates(sentence, connectors):
    """Yield (start, end) of each candidate."""
    content = [i for i, word in enumerate(sentence) if word not in connectors]
    return pairwise(content)


def oracle(sentences, config, longer_than=None):
    """Return {words: (score, count)} of one round."""
    words = Counter(word for sentence in sentences for word in sentence)
    pairs = Counter(tuple(s[i : j + 1]) for s in sentences for i, j in candidates(s, config.connector_words))
    total, size = sum(words.values()), len(words.keys() - config.connector_words) + len(pairs)
    accepted = {}
    for pair, count in pairs.items():
        a, b = words[pair[0]], words[pair[-1]]
        if config.scoring == "default":
            score = (count - config.min_count) / (a * b) * size
        else:
            p = count / total
            score = math.log(p / ((a / total) * (b / total))) / -math.log(p)
        grown = longer_than is None or {pair[0], pair[-1]} & longer_than
        if count >= config.min_count and score > config.thresholds[0] and grown:
            accepted[pair] = (score, count)
    return accepted


def merged(sentence, scores, config):
    """Return a sentence with phrases merged: of all sets without overlap the best one, or from the left."""
    spans = [(i, j) for i, j in candidates(sentence, config.connector_words) if tuple(sentence[i : j + 1]) in scores]
    if config.overlaps == "first":
        chosen, end = [], -1
        for i, j in spans:
            if i > end:
                chosen.append((i, j))
                end = j
    else:
        sets = [
            s
            for n in range(len(spans) + 1)
            for s in combinations(spans, n)
            if all(a[1] < b[0] for a, b in combinations(s, 2))
        ]
        weight = lambda s: math.fsum(scores[tuple(sentence[i : j + 1])][0] - config.thresholds[0] for i, j in s)  # noqa: E731
        top = max(map(weight, sets))
        return [written(sentence, s, config) for s in sets if weight(s) > top - 1e-9]
    return [written(sentence, chosen, config)]


def written(sentence, spans, config):
    starts, out, i = dict(spans), [], 0
    while i < len(sentence):
        end = starts.get(i, i)
        out.append(config.delimiter.join(sentence[i : end + 1]))
        i = end + 1
    return out


@settings(max_examples=150, deadline=None)
@given(
    SENTENCES,
    st.sampled_from(["default", "npmi"]),
    st.sampled_from(["best", "first"]),
    st.sampled_from([frozenset(), frozenset({"of", "the"})]),
    st.integers(1, 3),
    st.integers(1, 4),
)
def test_phrases_are_those_of_the_oracle(sentences, scoring, overlaps, connectors, min_count, threads):
    config = PhraseConfig(
        min_count=min_count, threshold=0.3, scoring=scoring, connector_words=connectors, overlaps=overlaps
    )
    table = w2v.phrases(sentences, config, TextOptions(threads=threads))
    expected = oracle(sentences, config)
    assert {p.words: (p.score, p.count) for p in table} == expected
    assert [p.score for p in table] == sorted((p.score for p in table), reverse=True)
    try:
        corpus = w2v.encode(sentences, ALL, TextOptions(threads=threads), phrases=config)
    except EmptyCorpusError:  # one distinct token
        return
    assert corpus.phrases == table
    full = [sentence for sentence in sentences if sentence]
    results = texts(corpus)
    assert len(results) == len(full)
    for sentence, result in zip(full, results, strict=True):
        assert result in merged(sentence, expected, config)
        assert result == table[sentence]  # the one in Python
    counts = Counter(word for sentence in results for word in sentence)
    assert dict(zip(corpus.vocabulary.words, corpus.vocabulary.counts.tolist(), strict=True)) == counts
    again = w2v.encode(results, ALL)  # as if the text had been written with phrases
    assert again.vocabulary.words == corpus.vocabulary.words
    assert np.array_equal(again.tokens, corpus.tokens)


@settings(max_examples=60, deadline=None)
@given(SENTENCES, st.sampled_from(["best", "first"]), st.integers(1, 3))
def test_rounds_are_those_of_the_oracle(sentences, overlaps, rounds):
    config = PhraseConfig(min_count=1, threshold=0.2, scoring="npmi", overlaps=overlaps, rounds=rounds)
    table = w2v.phrases(sentences, config)
    merged_once, last = sentences, None
    for number in range(1, rounds + 1):
        expected = oracle(merged_once, config, last)
        assert {p.words: (p.score, p.count) for p in table.of_round(number)} == expected
        if not expected:
            break
        one = PhraseTable(replace(config, rounds=1), tuple(replace(p, round=1) for p in table.of_round(number)))
        merged_once = [one[sentence] for sentence in merged_once]
        last = {config.delimiter.join(words) for words in expected}
    assert [table[sentence] for sentence in sentences] == merged_once


def test_blocks_batches_and_threads_do_not_matter(tmp_path, monkeypatch):
    rng = np.random.default_rng(1)
    words = [f"w{i}" for i in np.minimum(rng.zipf(1.3, 20_000), 300)]
    path = tmp_path / "one_line.txt"
    path.write_text(" ".join(words))  # a sentence that goes on over many blocks
    config = PhraseConfig(threshold=0.02, scoring="npmi", connector_words={"w2", "w3"})
    whole = w2v.encode(path, ALL, TextOptions(threads=1), phrases=config)
    assert whole.phrases == w2v.phrases([words], config)
    assert texts(whole) == [whole.phrases[words]]
    assert len(whole.phrases) > 20
    monkeypatch.setattr(w2v.corpus.text_files, "BLOCK_BYTES", 1000)
    monkeypatch.setattr(w2v.corpus.count_pairs, "BATCH_TOKENS", 500)
    for threads in (1, 2, 5):
        parts = w2v.encode(path, ALL, TextOptions(threads=threads), phrases=config)
        assert parts.phrases == whole.phrases
        assert parts.vocabulary.words == whole.vocabulary.words
        assert np.array_equal(parts.tokens, whole.tokens)


# ---------------------------------------------------------------------------------- what went wrong in other programs


def test_npmi_is_at_most_1_although_pairs_were_forgotten(monkeypatch, caplog):  # gensim#3042
    monkeypatch.setattr(w2v.corpus.count_pairs, "BATCH_TOKENS", 50)
    rng = np.random.default_rng(2)
    sentences = [[f"w{i}" for i in np.minimum(rng.zipf(1.5, 8), 40)] for _ in range(300)] + [["only", "here"]] * 9
    table = w2v.phrases(sentences, PhraseConfig(min_count=1, threshold=-1, scoring="npmi", max_vocab_size=30))
    assert 0 < len(table) <= 30
    assert max(phrase.score for phrase in table) <= 1 + 1e-12
    assert "max_vocab_size=30" in caplog.text
    whole = {p.words: p.count for p in w2v.phrases(sentences, PhraseConfig(min_count=1, threshold=-1, scoring="npmi"))}
    assert len(whole) > 200
    assert all(phrase.count <= whole[phrase.words] for phrase in table)


def test_npmi_respects_min_count():  # gensim#2086, #2072
    sentences = [["rare", "pair"]] + [["new", "york"]] * 5 + [["x"]] * 20
    assert set(found(sentences, min_count=5, scoring="npmi")) == {"new_york"}
    assert set(found(sentences, min_count=1, scoring="npmi")) == {"new_york", "rare_pair"}


TOYS = [["toys", "r", "us"]] * 30 + [["r", "us"]] * 60 + [["toys"]] * 10 + [["the"], ["man"]] * 300


def test_of_overlapping_phrases_the_better_one_is_merged():  # gensim#1719, #2973, #794
    table = w2v.phrases(TOYS, PhraseConfig(threshold=0.01))
    scores = {phrase.phrase: phrase.score for phrase in table}
    assert scores["r_us"] > scores["toys_r"]
    assert table[["toys", "r", "us"]] == ["toys", "r_us"]
    assert w2v.phrases(TOYS, PhraseConfig(threshold=0.01, rounds=2))[["toys", "r", "us"]] == ["toys_r_us"]
    first = replace(table, config=replace(table.config, overlaps="first"))
    assert first[["toys", "r", "us"]] == ["toys_r", "us"]


def test_a_good_phrase_does_not_hide_a_lesser_one_elsewhere():
    scores = {("a", "b"): 1e12, ("c", "d"): 1e-6, ("d", "e"): 2e-6}
    table = PhraseTable(PhraseConfig(threshold=1e-9), tuple(Phrase("_".join(w), s, 9, w) for w, s in scores.items()))
    sentence = ["a", "b", "x", "c", "d", "e", "x", "c", "d"]
    assert table[sentence] == ["a_b", "x", "c", "d_e", "x", "c_d"]
    assert texts(w2v.encode([sentence], ALL, phrases=table)) == [table[sentence]]


def test_the_table_comes_from_one_pass():  # gensim#1465: find_phrases needs the sentences again
    table = w2v.phrases(iter(TEXT), PhraseConfig(min_count=1, threshold=0.1))
    assert len(table) == len(list(table)) > 0
    assert all(isinstance(phrase, Phrase) and phrase.count >= 1 for phrase in table)


def test_later_rounds_admit_only_longer_phrases():  # gensim#1466
    sentences = [["new", "york", "city"]] * 20 + [["some", "pair"]] * 8 + [["some"]] * 20 + [["pair"]] * 20
    config = PhraseConfig(threshold=(0.2, 0.01), rounds=2)
    table = w2v.phrases(sentences, config)
    assert "some_pair" not in {phrase.phrase for phrase in table}
    assert "some_pair" in found(sentences, threshold=0.01)
    assert {p.words for p in table.of_round(2)} <= {("new_york", "city"), ("new", "york_city")}
    assert table[["new", "york", "city"]] == ["new_york_city"]


# -------------------------------------------------------------------------------------------------------------- encode


def test_words_are_selected_after_merging():
    sentences = [["new", "york"]] * 9 + [["new", "car"], ["old", "car"]] * 3
    corpus = w2v.encode(sentences, VocabularyConfig(min_count=4), phrases=PhraseConfig(threshold=0.2))
    assert dict(zip(corpus.vocabulary.words, corpus.vocabulary.counts.tolist(), strict=True)) == {
        "new_york": 9,
        "car": 6,
    }
    assert corpus.ledger.tokens == 9 + 12
    assert corpus.ledger.out_of_vocabulary == 6


def test_a_phrase_may_be_a_word_already():
    sentences = [["new", "york"]] * 9 + [["new_york", "x"]] * 3
    corpus = w2v.encode(sentences, ALL, phrases=PhraseConfig(threshold=0.2))
    assert dict(zip(corpus.vocabulary.words, corpus.vocabulary.counts.tolist(), strict=True)) == {
        "new_york": 12,
        "x": 3,
    }


def test_two_ways_to_a_phrase_are_one_word():
    table = PhraseTable(
        PhraseConfig(threshold=1, rounds=2),
        (
            Phrase("a_b", 2.0, 1, ("a", "b")),
            Phrase("b_c", 3.0, 1, ("b", "c")),
            Phrase("a_b_c", 2.0, 1, ("a_b", "c"), 2),
            Phrase("a_b_c", 2.0, 1, ("a", "b_c"), 2),
        ),
    )
    corpus = w2v.encode([["a", "b", "c"], ["a", "b", "x"], ["a", "b", "x", "c"]], ALL, phrases=table)
    assert texts(corpus) == [["a_b_c"], ["a_b", "x"], ["a_b", "x", "c"]]
    assert corpus.phrases is table


def test_a_table_serves_other_texts_and_words():
    table = w2v.phrases(TEXT, PhraseConfig(min_count=2, threshold=0.5))
    corpus = w2v.encode([["new", "york", "new"], ["unknown", "words"]], ALL, phrases=table)
    assert texts(corpus) == [["new_york", "new"], ["unknown", "words"]]
    known = w2v.encode([["in", "new", "york"]], w2v.encode(TEXT, ALL, phrases=table).vocabulary, phrases=table)
    assert texts(known) == [["new_york"]]
    assert table.apply("in new york\n\n new  york") == "in new_york\n\nnew_york"


def test_the_cache_knows_phrases(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(map(" ".join, TEXT)))
    config = PhraseConfig(min_count=2, threshold=0.5, connector_words={"of"})
    plain = w2v.encode(path, ALL, cache=tmp_path / "cache")
    with_phrases = w2v.encode(path, ALL, cache=tmp_path / "cache", phrases=config)
    again = w2v.encode(path, ALL, cache=tmp_path / "cache", phrases=config)
    assert (plain.from_cache, with_phrases.from_cache, again.from_cache) == (False, False, True)
    assert again.phrases == with_phrases.phrases
    assert again.vocabulary.words == with_phrases.vocabulary.words != plain.vocabulary.words
    by_table = w2v.encode(path, ALL, cache=tmp_path / "cache", phrases=again.phrases)
    assert not by_table.from_cache
    assert w2v.encode(path, ALL, cache=tmp_path / "cache", phrases=again.phrases).from_cache
    assert w2v.encode(path, ALL, cache=tmp_path / "cache").phrases is None


def test_what_phrases_cannot_be():
    with pytest.raises(ConfigError, match=r"phrases must be used with words: got integers"):
        w2v.encode([[1, 2], [1, 2]], ALL, phrases=True)
    with pytest.raises(ArgumentError, match=r"phrases must be True or False, a PhraseConfig"):
        w2v.encode(TEXT, ALL, phrases="new_york")
    with pytest.raises(ArgumentError, match="phrases must be left out for an EncodedCorpus"):
        w2v.encode(w2v.encode(TEXT, ALL), phrases=True)
    with pytest.raises(ConfigError, match='must be "default" or "npmi": got "custom"'):
        w2v.phrases(TEXT, PhraseConfig(scoring="custom"))
    assert len(w2v.phrases([["alone"]])) == len(w2v.phrases([])) == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_count": 0}, "min_count must be an integer from 1"),
        ({"threshold": 0}, "threshold must be positive"),
        ({"threshold": -1}, "threshold must be a number from 0"),
        ({"threshold": 2, "scoring": "npmi"}, "threshold must be a number from -1 to 1"),
        ({"threshold": (1, 2, 3), "rounds": 2}, "one number, or one per round"),
        ({"threshold": "high"}, "threshold must be a number"),
        ({"scoring": "pmi"}, "scoring must be one of default, npmi"),
        ({"delimiter": ""}, "delimiter must have at least one character"),
        ({"delimiter": b"_"}, "delimiter must be a string"),
        ({"connector_words": "of"}, "connector_words must be a collection of words"),
        ({"rounds": 0}, "rounds must be an integer"),
        ({"overlaps": "last"}, "overlaps must be one of best, first"),
    ],
)
def test_wrong_configurations(options, message):
    with pytest.raises(ConfigError, match=message):
        PhraseConfig(**options)


def test_the_record_of_a_model_says_how_phrases_were_found(tmp_path):
    corpus = w2v.encode(TEXT * 9, ALL, phrases=PhraseConfig(threshold=0.1, connector_words={"of"}))
    model = w2v.train(corpus, w2v.TrainConfig(vector_size=4, workers=1))
    model.save(tmp_path / "model.safetensors")
    recorded = w2v.load(tmp_path / "model.safetensors").metadata["phrases"]
    assert recorded == corpus.phrases.to_dict()
    assert recorded["found"] == len(corpus.phrases) > 0
    assert recorded["connector_words"] == ["of"]
    with pytest.raises(KeyError, match="did you mean 'new_york'"):
        model.vectors["new york"]


def test_a_model_that_is_loaded_and_saved_keeps_its_record(tmp_path):
    path, again = tmp_path / "model.safetensors", tmp_path / "again.safetensors"
    corpus = w2v.encode(TEXT * 9, ALL, phrases=PhraseConfig(threshold=0.1))
    trained = w2v.train(corpus, w2v.TrainConfig(vector_size=4, epochs=1, workers=1), callbacks=[Told()])
    trained.save(path)
    model = w2v.Word2Vec.load(path)
    for _ in range(2):
        model.save(again)
        recorded = w2v.KeyedVectors.load(again).metadata
        assert recorded["phrases"] == corpus.phrases.to_dict()
        assert recorded["told"] == "by a callback"
        assert w2v.load(again).provenance.more["phrases"] == corpus.phrases.to_dict()
        model = w2v.Word2Vec.load(again)
    other = w2v.Word2Vec(min_count=1, vector_size=4)
    other.reset_from(model)
    assert other.metadata()["phrases"] == corpus.phrases.to_dict()
    model.train(TEXT * 90, total_examples=len(TEXT) * 90, epochs=1)
    model.build_vocab([["more", "words"]], update=True)
    assert model.metadata()["phrases"] == corpus.phrases.to_dict()
    model.build_vocab([["other", "words"]] * 9)
    assert not {"phrases", "told"} & set(model.metadata())


class Told:
    def metadata(self):
        return {"told": "by a callback"}


# ---------------------------------------------------------------------------------------------------------------- files


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["a", "b\t", "\\t", "c\nd", "e f", "\r", "ü"]), min_size=2, max_size=5), max_size=9
    )
)
def test_a_saved_table_is_read_back(tmp_path_factory, sentences):
    path = tmp_path_factory.mktemp("table") / "phrases.tsv"
    config = PhraseConfig(min_count=1, threshold=-1, scoring="npmi", rounds=2, connector_words={"e f"}, delimiter="\t")
    table = w2v.phrases(sentences, config)
    table.save(path)
    assert PhraseTable.load(path) == table


def test_damaged_tables(tmp_path):
    path = tmp_path / "phrases.tsv"
    w2v.phrases(TEXT, PhraseConfig(min_count=2, threshold=0.5)).save(path)
    whole = path.read_text()
    assert len(PhraseTable.load(path)) == 4
    for damaged in (
        whole[:-1],
        whole[: len(whole) // 2],
        whole.replace("# w2v", "# w3v"),
        whole.replace("phrase\tscore", "score\tphrase"),
        whole.replace("new_york", "new-york"),
        whole.replace("\t8\t1\t", "\t8\t9\t"),
        whole.replace("\t8\t1\t", "\teight\t1\t"),
        whole.replace('"min_count": 2', '"min_count": 0'),
        whole.replace('"threshold": [0.5]', '"threshold": [NaN]'),
        whole.replace('"threshold": [0.5]', '"threshold": [5.0]'),
        "[" * 100_000,
        "",
    ):
        path.write_text(damaged)
        with pytest.raises(FormatError, match=r"not a table of phrases of w2v, or is damaged"):
            PhraseTable.load(path)
    path.write_bytes(b"\x80\x04pickle")
    with pytest.raises(UnsafeFormatError, match="it is a pickle"):
        PhraseTable.load(path)
    with pytest.raises(FileNotFoundError):
        PhraseTable.load(tmp_path / "none.tsv")
    for other in (tmp_path, "/dev/zero"):
        with pytest.raises(FormatError, match="must be a regular file"):
            PhraseTable.load(other)
    with pytest.raises(OutputError):
        PhraseTable(PhraseConfig()).save(tmp_path / "no" / "folder.tsv")


# ------------------------------------------------------------------------------------------------------------ the core

ids = lambda *values: np.array(values, np.uint32)  # noqa: E731
ends = lambda *values: np.array(values, np.int64)  # noqa: E731


@pytest.mark.parametrize(
    ("words", "bounds"), [(ids(0, 3), ends(2)), (ids(0, 1), ends(3)), (ids(0, 1), ends(2, 1)), (ids(0), ends(-1))]
)
def test_what_does_not_fit_is_refused(words, bounds):
    plain = np.zeros(3, np.uint8)
    with pytest.raises(ValueError, match="do not fit together"):
        PairCounter().collect(words, bounds, plain)
    merger = Merger([], ids(), None, plain, np.zeros(3, np.int64), np.zeros(3, np.int64))
    with pytest.raises(ValueError, match="do not fit together"):
        merger.merge(words, bounds)


@pytest.mark.parametrize("least", [0, 1, 126, 127, 128, 260, 5000])
def test_counts_of_any_size_are_exact_and_can_be_pruned(least):
    """Counts have 7 bits in a slot, and what is beyond in a table; pairs go to it in lines of 8."""
    rng = np.random.default_rng(1)
    words = np.minimum(rng.zipf(1.6, 60_000), 70_000).astype(np.uint32) - 1
    is_connector = np.zeros(70_000, np.uint8)
    is_connector[3] = 1
    expected = Counter()
    previous, between = None, 0
    for word in words.tolist():
        if word == 3:
            between += previous is not None
            continue
        if previous is not None:
            expected[previous, word, between] += 1
        previous, between = word, 0
    counter = PairCounter()
    for half in np.array_split(words, 7):
        counter.collect(half, ends(), is_connector)
        counter.count(0, 256)
    counter.count(0, 256, least)
    kept = {pair: count for pair, count in expected.items() if count > least}
    links = counter.links()
    assert {(a, b, len(links[link])): n for a, b, link, n in counter.pairs(1).tolist()} == kept
    assert len(counter) == len(kept)
    assert len(counter.pairs(200)) == sum(count >= 200 for count in kept.values())
    counter.collect(words, ends(len(words)), is_connector)  # what was forgotten begins again at 0
    counter.count(0, 256)
    again = {(a, b, len(links[link])): n for a, b, link, n in counter.pairs(1).tolist()}
    changed = {pair for pair in expected if again[pair] != kept.get(pair, 0) + expected[pair]}
    assert len(changed) <= 1  # of the first word with the one before


def test_a_merger_is_checked_when_it_is_made():
    plain, three = np.zeros(3, np.uint8), np.zeros(3, np.int64)
    with pytest.raises(ValueError, match="do not fit"):
        Merger([(0, 1)], ids(), None, plain, three, three)
    with pytest.raises(ValueError, match="do not fit"):
        Merger([(0, 1)], ids(2), np.ones(2), plain, three, three)
    with pytest.raises(ValueError, match="no place among the counts"):
        Merger([(0, 1)], ids(3), None, plain, three, three)
    with pytest.raises(ValueError, match="do not fit"):
        Merger([], ids(), None, plain, three[:2], three)
    with pytest.raises(ValueError, match="known words"):
        Merger([(0, 3)], ids(1), None, plain, three, three)
    with pytest.raises(IndexError):
        PairCounter().count(0, 257)


def test_a_long_chain_without_end():
    count = 200_000
    corpus = w2v.encode([["a"] * count + ["b"]], ALL, phrases=PhraseConfig(threshold=-1, scoring="npmi"))
    assert corpus.vocabulary.counts.tolist() == [count // 2, 1]
    assert corpus.vocabulary.words[0] == "a_a"


@pytest.mark.parametrize("sentence", ["new york", b"new", 5, None, [["new"], ["york"]], {"new": 1}, np.array("new")])
def test_what_is_no_sentence(sentence):
    table = w2v.phrases(TEXT, PhraseConfig(min_count=2, threshold=0.5))
    with pytest.raises(CorpusTypeError, match="must be a list of words"):
        table[sentence]
    with pytest.raises(ConfigError, match="path"):
        PhraseTable.load("\ud800")
