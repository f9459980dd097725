"""``Phrases`` with gensim's interface: the same phrases, scores and sentences as gensim's, where that is installed."""

import pickle

import pytest

import w2v
from w2v import Phrases, PhraseTable
from w2v.errors import ConfigError, FormatError
from w2v.gensim_compat.phrases import ENGLISH_CONNECTOR_WORDS, FrozenPhrases, Phraser, npmi_scorer, original_scorer

SENTENCES = [["in", "new", "york"], ["new", "york", "is", "big"], ["the", "bank", "of", "america"]] * 9


def counted(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
    return bigram_count * len_vocab - worda_count - wordb_count * min_count + corpus_word_count


@pytest.fixture(scope="module")
def theirs():
    return pytest.importorskip("gensim.models.phrases")


@pytest.fixture(scope="module")
def corpora():
    """gensim's own examples: nine titles, and 300 news stories."""
    utils = pytest.importorskip("gensim.test.utils")
    preprocess = pytest.importorskip("gensim.utils").simple_preprocess
    with open(utils.datapath("lee_background.cor"), encoding="utf-8") as stories:
        return {"titles": utils.common_texts, "stories": [preprocess(story) for story in stories]}


CASES = [("default", 1.0), ("npmi", 0.3), (counted, 30.0)]


@pytest.mark.parametrize("connectors", [frozenset(), ENGLISH_CONNECTOR_WORDS], ids=["plain", "connectors"])
@pytest.mark.parametrize(("scoring", "threshold"), CASES)
@pytest.mark.parametrize("name", ["titles", "stories"])
def test_phrases_are_gensims(theirs, corpora, name, scoring, threshold, connectors):
    sentences = corpora[name]
    options = {"min_count": 2, "threshold": threshold, "scoring": scoring, "connector_words": connectors}
    one, other = Phrases(sentences, **options), theirs.Phrases(sentences, **options)
    assert one.vocab == other.vocab
    assert one.corpus_word_count == other.corpus_word_count
    assert one.export_phrases() == other.export_phrases()  # to the last bit
    assert one.freeze().phrasegrams == other.freeze().phrasegrams
    assert one.find_phrases(sentences) == other.find_phrases(sentences)
    assert list(one[sentences]) == list(other[sentences]) == list(one.freeze()[sentences])
    assert str(one) == str(other)
    if scoring != counted:
        plain = w2v.encode(sentences, w2v.VocabularyConfig(min_count=1), phrases=one)
        again = w2v.encode(list(other[sentences]), w2v.VocabularyConfig(min_count=1))
        assert plain.vocabulary.words == again.vocabulary.words
        assert plain.tokens.tolist() == again.tokens.tolist()


def test_connector_words_are_gensims(theirs):
    assert ENGLISH_CONNECTOR_WORDS == theirs.ENGLISH_CONNECTOR_WORDS


def test_trigrams_and_further_sentences_are_gensims(theirs, corpora):
    sentences = corpora["stories"]
    one, other = Phrases(sentences[:200], threshold=1), theirs.Phrases(sentences[:200], threshold=1)
    one.add_vocab(sentences[200:])
    other.add_vocab(sentences[200:])
    assert one.export_phrases() == other.export_phrases()
    longer, their_longer = Phrases(one[sentences], threshold=1), theirs.Phrases(other[sentences], threshold=1)
    assert list(longer[one[sentences]]) == list(their_longer[other[sentences]])


def test_word2vec_merges_phrases_as_before_training(corpora):
    sentences = corpora["stories"]
    options = {"vector_size": 4, "epochs": 1, "min_count": 2, "workers": 1, "progress": False}
    phrases = Phrases(sentences)
    before = w2v.Word2Vec(phrases[sentences], **options)
    inside = w2v.Word2Vec(sentences, phrases=phrases, **options)
    assert inside.wv.index_to_key == before.wv.index_to_key
    assert (inside.wv.vectors == before.wv.vectors).all()
    assert inside.metadata()["phrases"]["found"] == len(inside.phrases) == len(phrases.table) > 100


def test_word2vec_keeps_its_phrases_for_further_texts():
    model = w2v.Word2Vec(SENTENCES, phrases=w2v.PhraseConfig(min_count=10, threshold=0.1), min_count=1, sample=0)
    assert [phrase.phrase for phrase in model.phrases] == ["new_york"]
    model.build_vocab([["new", "york", "new"]] * 5, update=True)
    assert model.wv.get_vecattr("new_york", "count") == 18 + 5
    model.train([["new", "york", "is", "new"]] * 9, total_examples=9, epochs=1)
    assert model.reports[-1].tokens <= 27
    assert model.scan_vocab(SENTENCES) == (27 + 36 + 36 - 18, 27)
    assert model.raw_vocab["new_york"] == 18
    twin = w2v.Word2Vec(min_count=1)
    twin.reset_from(model)
    assert twin.phrases is model.phrases
    none = w2v.Word2Vec(phrases=w2v.PhraseTable(w2v.PhraseConfig()), min_count=1)
    none.phrases = model.phrases
    none.scan_vocab(SENTENCES)
    assert "new_york" not in none.raw_vocab  # an empty table is one
    plain = w2v.Word2Vec(SENTENCES, min_count=1, vector_size=4)
    assert plain.phrases is None
    plain.phrases = model.phrases
    plain.build_vocab([["new", "york"]] * 5, update=True)
    assert "new_york" in plain.wv


def test_one_sentence_or_many():
    phrases = Phrases(SENTENCES, min_count=10, threshold=0.1)
    assert phrases[["new", "york"]] == phrases[("new", "york")] == phrases[iter(["new", "york"])] == ["new_york"]
    assert phrases[[]] == []
    many = phrases[[["new", "york"], []]]
    assert list(many) == list(many) == [["new_york"], []]
    assert len(many) == 2
    assert list(phrases[iter([["new"], ["york"]])]) == [["new"], ["york"]]
    assert list(phrases.analyze_sentence(["in", "new", "york"])) == [
        ("in", None),
        ("new_york", phrases.table.phrases[0].score),
    ]
    assert phrases.score_candidate("new", "york", []) == ("new_york", phrases.table.phrases[0].score)
    assert phrases.score_candidate("york", "new", []) == (None, None)


def test_files_of_sentences(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(map(" ".join, SENTENCES)))
    listed = Phrases(SENTENCES, threshold=0.1).export_phrases()
    assert Phrases(w2v.LineSentence(path), threshold=0.1).export_phrases() == listed
    (tmp_path / "text8").write_text("new york " * 10_000)
    assert Phrases(w2v.Text8Corpus(tmp_path / "text8")).vocab["york_new"] == 10_000 - 2  # 2 pieces


def test_saving_keeps_the_phrases(tmp_path):
    phrases = Phrases(SENTENCES, threshold=0.1, connector_words=ENGLISH_CONNECTOR_WORDS)
    phrases.save(tmp_path / "phrases.tsv")
    loaded = Phrases.load(tmp_path / "phrases.tsv")
    assert isinstance(loaded, FrozenPhrases)
    assert loaded.phrasegrams == phrases.export_phrases()
    assert "bank_of_america" in loaded.phrasegrams
    assert (loaded.min_count, loaded.threshold, loaded.delimiter, loaded.connector_words) == (
        5,
        0.1,
        "_",
        ENGLISH_CONNECTOR_WORDS,
    )
    assert loaded.scoring is original_scorer
    assert PhraseTable.load(tmp_path / "phrases.tsv") == phrases.table
    copy = pickle.loads(pickle.dumps(loaded))
    assert copy[SENTENCES[0]] == ["in", "new_york"]
    assert str(copy) == f"FrozenPhrases<{len(phrases.table)} phrases, min_count=5, threshold=0.1>"
    with pytest.raises(FormatError):
        Phrases.load(__file__)
    assert Phraser is FrozenPhrases


def test_wrong_parameters():
    for options, message in (
        ({"min_count": 0}, "min_count must be an integer from 1"),
        ({"threshold": -1}, "threshold must be"),
        ({"threshold": 2, "scoring": "npmi"}, "threshold must be a number from -1 to 1"),
        ({"scoring": "pmi"}, "scoring must be default, npmi or a function"),
        ({"scoring": 3}, "scoring must be default, npmi or a function"),
        ({"scoring": lambda worda_count: 1.0}, "none named wordb_count"),
        ({"sentences": [[1, 2]]}, "got integers"),
        ({"sentences": ["new york"]}, "must be a list of words, not a string"),
    ):
        with pytest.raises((ConfigError, w2v.errors.CorpusError), match=message):
            Phrases(**options)
    table = w2v.phrases(SENTENCES, w2v.PhraseConfig(rounds=2))
    with pytest.raises(ConfigError, match="phrases must be of one round"):
        FrozenPhrases(table)


def test_scores_of_words_that_do_not_occur():
    assert original_scorer(0, 3, 0, 9, 1, 30) == npmi_scorer(0, 3, 0, 9, 0, 30) == float("-inf")
    assert npmi_scorer(3, 3, 2, 9, 3, 30) == float("-inf")
    assert Phrases(SENTENCES, scoring=npmi_scorer, threshold=0.3).table.config.scoring == "npmi"
