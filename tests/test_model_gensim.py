"""Word2Vec beside gensim's: the same vocabularies, the same rows for new words, the same answers; its callbacks unchanged.

The second half is what gensim's tests check with hierarchical softmax or CBOW (refused here), with skip-gram instead.
"""

import importlib
import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import w2v
from w2v.corpus.subsampling import keep_thresholds
from w2v.errors import ConfigError, EmptyCorpusError

pytest.importorskip("gensim")
theirs = importlib.import_module("gensim.models.word2vec")
common = importlib.import_module("gensim.test.utils")
SENTENCES = common.common_texts
NEW = [
    ["computer", "artificial", "intelligence"],
    ["artificial", "trees"],
    ["human", "intelligence"],
    ["artificial", "graph"],
    ["intelligence"],
    ["artificial", "intelligence", "system"],
]
FREQUENCIES = {"minors": 2, "graph": 3, "system": 4, "trees": 3, "eps": 2, "computer": 2, "survey": 2, "user": 3}
NEW_FREQUENCIES = {"computer": 1, "artificial": 4, "human": 1, "graph": 1, "intelligence": 4, "system": 1, "trees": 1}

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gensim", "ignore:no word was trained")


def both(**options):
    return theirs.Word2Vec(sg=1, **options), w2v.Word2Vec(**options)


def assert_same_rows(one, other):
    assert one.wv.index_to_key == other.wv.index_to_key
    assert one.wv.key_to_index == other.wv.key_to_index
    words = one.wv.index_to_key
    counts = [[int(m.wv.get_vecattr(word, "count")) for word in words] for m in (one, other)]
    assert counts[0] == counts[1]
    assert (one.wv.vectors == other.wv.vectors).all()
    assert (one.syn1neg == other.syn1neg).all()
    assert np.abs(one.cum_table.astype(np.int64) - other.cum_table).max() <= 1


def ends_in_even_length(word, count, min_count):
    if word.startswith("h"):
        return w2v.RULE_KEEP
    return w2v.RULE_DISCARD if len(word) % 2 else None


@pytest.fixture(scope="module")
def lee():
    return list(common.LeeCorpus())


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"min_count": 1},
        {"min_count": 0, "sorted_vocab": 0},
        {"max_final_vocab": 100},
        {"max_final_vocab": 100, "min_count": 60},
        {"max_final_vocab": 10**6},
        {"trim_rule": ends_in_even_length},
        {"max_vocab_size": 500, "min_count": 2},
        {"max_vocab_size": 300, "trim_rule": ends_in_even_length, "ns_exponent": -0.5},
        {"max_vocab_size": 2000, "max_final_vocab": 50, "seed": 9, "vector_size": 7},
    ],
)
def test_vocabularies(lee, options, tmp_path):
    rule = options.get("trim_rule")
    one, other = both(**{name: value for name, value in options.items() if name != "trim_rule"})
    one.build_vocab(lee, trim_rule=rule)
    other.build_vocab(iter(lee), trim_rule=rule)
    assert_same_rows(one, other)
    assert one.effective_min_count == other.effective_min_count
    assert (one.corpus_count, one.corpus_total_words) == (other.corpus_count, other.corpus_total_words)
    path = tmp_path / "lee.txt"
    path.write_text("\n".join(map(" ".join, lee)), encoding="utf-8")
    in_threads = w2v.Word2Vec(corpus_file=path, **options | {"workers": 3, "epochs": 1})
    assert in_threads.wv.index_to_key == one.wv.index_to_key
    assert in_threads.wv.expandos["count"].tolist() == other.wv.expandos["count"].tolist()


TEXTS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), min_size=1, max_size=12)


@settings(max_examples=100, deadline=None)
@given(TEXTS, TEXTS, st.integers(0, 3), st.none() | st.integers(1, 8), st.none() | st.integers(1, 6), st.booleans())
def test_any_text_and_any_update(first, second, min_count, most, forget, by_count):
    options = {
        "min_count": min_count,
        "max_final_vocab": most,
        "max_vocab_size": forget,
        "sorted_vocab": int(by_count),
        "vector_size": 4,
    }
    # gensim forgets at empty sentences too, which are none here.
    first, second = ([sentence for sentence in text if sentence] for text in (first, second))
    one, other = both(**options)
    one.build_vocab(first)
    try:
        other.build_vocab(first)
    except EmptyCorpusError:
        assert len(one.wv) < 2
        return
    assert_same_rows(one, other)
    one.build_vocab(second, update=True)
    try:
        other.build_vocab(second, update=True)
    except EmptyCorpusError:
        assert not any(word in one.wv for sentence in second for word in sentence)
        return
    assert_same_rows(one, other)
    assert one.effective_min_count == other.effective_min_count


def test_frequencies():
    one, other = both(vector_size=10, min_count=0, seed=42, sample=0)
    for model in (one, other):
        model.build_vocab_from_freq(dict(FREQUENCIES))
        assert len(model.wv) == 8
    assert_same_rows(one, other)
    for model in (one, other):
        model.build_vocab_from_freq(NEW_FREQUENCIES, update=True, corpus_count=7)
        assert model.wv.get_vecattr("graph", "count") == model.wv.get_vecattr("artificial", "count") == 4
        assert model.corpus_count == 7
    assert_same_rows(one, other)
    other.train(NEW, total_examples=other.corpus_count, epochs=3)
    assert not (one.wv.vectors == other.wv.vectors).all()
    for wrong in ({"a": -1}, {"a": 1.5}, {"a": 1, 2: 3}, {None: 1}):
        with pytest.raises(ConfigError, match="must be"):
            other.build_vocab_from_freq(wrong)


@pytest.mark.parametrize("options", [{}, {"sample": 0}, {"sample": 0.01}, {"sample": 3}, {"max_final_vocab": 30}])
def test_preparing_a_vocabulary_reports_the_same(lee, options):
    one, other = both(min_count=2, **options)
    for model in (one, other):
        assert model.scan_vocab(lee) == (sum(map(len, lee)), len(lee))
    assert {word: int(count) for word, count in one.raw_vocab.items()} == other.raw_vocab
    for changes in ({"dry_run": True, "min_count": 7}, {"dry_run": True}, {"keep_raw_vocab": True}, {}):
        reports = [model.prepare_vocab(**changes) for model in (one, other)]
        assert reports[0] == reports[1]
        assert (one.min_count, one.effective_min_count) == (other.min_count, other.effective_min_count)
    one.prepare_weights()
    other.prepare_weights()
    assert_same_rows(one, other)
    assert other.raw_vocab == {}


def test_thresholds_of_subsampling(lee):
    for sample in (1e-3, 1e-5, 1, 50):
        one, other = both(sample=sample)
        for model in (one, other):
            model.build_vocab(lee)
        ours = keep_thresholds(other.rows.vocabulary().counts, sample).astype(np.int64)
        assert np.abs(ours - one.wv.expandos["sample_int"].astype(np.int64)).max() <= 1


def test_predictions():
    one, other = both(vector_size=20, min_count=1, workers=1)
    for model in (one, other):
        model.build_vocab(SENTENCES)
    rng = np.random.default_rng(0)
    one.wv.vectors[:] = rng.normal(size=one.wv.vectors.shape)
    one.syn1neg[:] = rng.normal(size=one.wv.vectors.shape)
    other.wv.vectors, other.syn1neg = one.wv.vectors.copy(), one.syn1neg
    for context in (["system", "human"], ["human", "unknown"], [0, "trees"], [3, 3]):
        for mean in (1, 0):
            one.cbow_mean = other.cbow_mean = mean
            expected, found = (model.predict_output_word(context, topn=5) for model in (one, other))
            assert [word for word, _ in found] == [word for word, _ in expected]
            assert [p for _, p in found] == pytest.approx([p for _, p in expected], rel=1e-4)
            assert {type(p) for _, p in found} == {type(p) for _, p in expected}
    assert one.predict_output_word(["un", "known"]) is other.predict_output_word(["un", "known"]) is None
    assert len(other.predict_output_word(["system"], topn=1000)) == len(other.wv)
    with pytest.raises(RuntimeError, match="no vocabulary yet"):
        w2v.Word2Vec().predict_output_word(["system"])


def test_estimates_have_gensims_names():
    one, other = both()
    for model in (one, other):
        model.build_vocab(SENTENCES, min_count=1)
    assert one.estimate_memory().keys() <= other.estimate_memory().keys()
    assert other.estimate_memory(10**6, {"mine": 1})["vectors"] >= 4 * 100 * 10**6


def test_gensims_callbacks_run_unchanged(tmp_path):
    base = importlib.import_module("gensim.models.callbacks").CallbackAny2Vec

    class Usual(base):
        """What tutorials do."""

        def __init__(self):
            self.epoch, self.before, self.losses, self.lines = 0, 0.0, [], []

        def on_train_begin(self, model):
            self.lines.append("begin")

        def on_epoch_begin(self, model):
            self.lines.append(f"epoch {self.epoch}")

        def on_epoch_end(self, model):
            loss = model.get_latest_training_loss()
            self.losses.append(loss - self.before)
            self.before = loss
            model.save(str(tmp_path / f"epoch{self.epoch}.model"))
            self.lines.append(model.wv.most_similar("human", topn=1)[0][0])
            self.epoch += 1

        def on_train_end(self, model):
            self.lines.append(f"{model.alpha} {model.epochs} {model.window} {len(model.wv)}")

    usual = Usual()
    model = w2v.Word2Vec(SENTENCES, min_count=1, sample=0, compute_loss=True, callbacks=[usual], epochs=4, workers=1)
    assert usual.losses == pytest.approx([report.loss * report.pairs for report in model.reports])
    assert all(loss > 0 for loss in usual.losses)
    assert (usual.lines[0], usual.lines[-1]) == ("begin", "0.025 4 5 12")
    loaded = w2v.Word2Vec.load(tmp_path / "epoch3.model")
    assert (loaded.wv.vectors == model.wv.vectors).all()
    assert not (w2v.Word2Vec.load(tmp_path / "epoch1.model").wv.vectors == model.wv.vectors).all()
    model.train(SENTENCES, total_examples=9, epochs=1)
    assert usual.epoch == 4  # told about that one training


def test_callbacks_may_set_the_learning_rate():
    class Halve:
        def on_epoch_begin(self, model):
            model.alpha = model.min_alpha = rates[len(model.reports)]

        def on_epoch_end(self, model):
            assert model.min_alpha_yet_reached == pytest.approx(rates[len(model.reports) - 1])

    rates = [0.05, 0.025, 0.0125]
    options = {"min_count": 1, "sample": 0, "workers": 1, "vector_size": 8}
    told = w2v.Word2Vec(SENTENCES * 9, callbacks=[Halve()], epochs=3, **options)
    plain = w2v.Word2Vec(SENTENCES * 9, epochs=3, **options)
    assert not np.allclose(told.wv.vectors, plain.wv.vectors)
    constant = w2v.Word2Vec(SENTENCES * 9, epochs=3, alpha=0.05, min_alpha=0.05, **options)
    assert told.reports[0].loss == constant.reports[0].loss
    assert told.reports[1].loss != constant.reports[1].loss


# ----------------------------------------------------------------------------- what gensim tests with hs=1, or with sg=0


def small(**options):
    return w2v.Word2Vec(**{"vector_size": 2, "min_count": 1, "negative": 2, "sample": 0, "workers": 1} | options)


@pytest.mark.parametrize("from_file", [False, True])
def test_training_in_one_step_or_two(from_file, tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("\n".join(map(" ".join, SENTENCES)), encoding="utf-8")
    corpus = {"corpus_file": str(path)} if from_file else {"corpus_iterable": SENTENCES}
    model = small()
    model.build_vocab(**corpus)
    assert model.wv.vectors.shape == model.syn1neg.shape == (12, 2)
    model.train(**corpus, total_words=model.corpus_total_words, total_examples=9, epochs=model.epochs)
    found = model.wv.most_similar("graph", topn=10)
    vector = model.wv.get_vector("graph", norm=True)
    assert [pair for pair in model.wv.most_similar(positive=[vector], topn=11) if pair[0] != "graph"] == found
    products = model.wv.most_similar_cosmul("graph", topn=10)
    assert [p for p in model.wv.most_similar_cosmul(positive=[vector], topn=11) if p[0] != "graph"] == products
    at_once = small(**{"corpus_file": str(path)} if from_file else {"sentences": SENTENCES})
    assert (at_once.wv.vectors == model.wv.vectors).all()
    assert (at_once.syn1neg == model.syn1neg).all()
    assert model.wv.similar_by_word("graph") == model.wv.most_similar(positive="graph")
    assert model.wv.similar_by_vector(model.wv["graph"]) == model.wv.most_similar([model.wv["graph"]])
    assert model.wv.n_similarity(["graph"], ["trees"]) == model.wv.similarity("graph", "trees")
    with pytest.raises(ConfigError, match="at least one word or vector: got none"):  # gensim: ZeroDivisionError
        model.wv.n_similarity(["graph", "trees"], [])


@pytest.mark.parametrize("from_file", [False, True])
def test_online_learning(from_file, tmp_path):
    for name, sentences in (("old", SENTENCES), ("new", NEW)):
        (tmp_path / name).write_text("\n".join(map(" ".join, sentences)), encoding="utf-8")
    old, new = (
        {"corpus_file": str(tmp_path / n)} if from_file else {"corpus_iterable": s}
        for n, s in (("old", SENTENCES), ("new", NEW))
    )
    model = w2v.Word2Vec(vector_size=10, min_count=0, seed=42, sample=0)
    model.build_vocab(**old)
    model.train(**old)
    before = dict(zip(model.wv.index_to_key, model.wv.vectors.copy(), strict=True))
    model.build_vocab(**new, update=True)
    assert len(model.wv) == 14
    assert model.wv.get_vecattr("graph", "count") == model.wv.get_vecattr("artificial", "count") == 4
    assert all((model.wv[word] == vector).all() for word, vector in before.items())
    model.train(**new, total_words=model.corpus_total_words, epochs=model.epochs)
    assert model.ledger["out_of_vocabulary"] == 0
    assert not any((model.wv[word] == before[word]).all() for word in ("graph", "human"))


def test_forgetting_while_counting():
    sentences = [["graph", "system"], ["graph", "system"], ["system", "eps"], ["graph", "system"]]
    model = w2v.Word2Vec(sentences, vector_size=10, min_count=0, max_vocab_size=2)
    assert {word: model.wv.get_vecattr(word, "count") for word in model.wv} == {"system": 4, "graph": 3}
    sentences.append(["minors", "survey", "minors", "survey", "minors"])
    model = w2v.Word2Vec(sentences, vector_size=10, min_count=0, max_vocab_size=2)
    assert {word: model.wv.get_vecattr(word, "count") for word in model.wv} == {"system": 4, "graph": 3, "minors": 3}
    assert model.ledger["read"] == 13
    for bad in (0, -1, 2.5, "many"):
        with pytest.raises(ConfigError, match="max_vocab_size must be"):
            w2v.Word2Vec(max_vocab_size=bad)


def test_the_whole_vocabulary_and_none(lee):
    total = sum(map(len, lee))
    model = w2v.Word2Vec(min_count=1)
    model.build_vocab(lee)
    assert len(model.wv) == 6981
    assert sum(model.wv.get_vecattr(word, "count") for word in model.wv.key_to_index) == total
    model = w2v.Word2Vec()
    model.build_vocab(lee)
    assert len(model.wv) == 1750
    for nothing in ({"sentences": []}, {"sentences": lee, "min_count": total + 1}):
        with pytest.raises(RuntimeError):
            w2v.Word2Vec(**nothing)


def test_locking(lee):
    model = w2v.Word2Vec(vector_size=4, min_count=1, epochs=1)
    model.build_vocab(lee)
    locked, unlocked = model.wv.vectors[0].copy(), model.wv.vectors[1].copy()
    model.wv.vectors_lockf = np.ones(len(model.wv), dtype=np.float32)
    model.wv.vectors_lockf[0] = 0.0
    model.train(lee, total_examples=model.corpus_count, epochs=model.epochs)
    assert (locked == model.wv.vectors[0]).all()
    assert not (unlocked == model.wv.vectors[1]).all()


def test_windows_of_fixed_size_from_a_file(lee, tmp_path):
    path = tmp_path / "lee.txt"
    path.write_text("\n".join(map(" ".join, common.lee_corpus_list)), encoding="utf-8")
    model = w2v.Word2Vec(corpus_file=path, window=5, shrink_windows=False, negative=15, epochs=10, workers=2)
    near = [word for word, _ in model.wv.most_similar("attacks", topn=len(model.wv))]
    assert near.index("bombings") < 50


def test_a_rising_learning_rate_is_logged(caplog):
    model = small(sentences=SENTENCES)
    with caplog.at_level(logging.WARNING, "w2v"):
        model.train(SENTENCES, start_alpha=0.0001, end_alpha=0.0001)
        assert "Effective 'alpha'" not in caplog.text
        model.train(SENTENCES, start_alpha=0.05)
    assert "Effective 'alpha' higher than previous training cycles" in caplog.text
    assert (model.alpha, model.min_alpha, model.epochs) == (0.05, 0.0001, 5)


def test_reset_from_another_model():
    model, other = w2v.Word2Vec(SENTENCES, min_count=1), w2v.Word2Vec(NEW, min_count=1)
    model.reset_from(other)
    assert model.wv.key_to_index == other.wv.key_to_index
    assert not model.syn1neg.any()
    assert model.corpus_count == len(NEW)
    model.train(epochs=2)
    model.wv["own"] = np.ones(100)
    assert "own" not in other.wv


def test_a_whole_model_of_gensims_is_taken_over_and_trained_further(lee):
    one = theirs.Word2Vec(lee, sg=1, vector_size=20, workers=1, epochs=1)
    counts = [one.wv.get_vecattr(word, "count") for word in one.wv.index_to_key]
    other = w2v.Word2Vec(vector_size=one.vector_size)
    other.wv = w2v.KeyedVectors.from_arrays(one.wv.index_to_key, one.wv.vectors.copy(), counts)
    other.syn1neg = one.syn1neg
    assert_same_rows(one, other)
    other.train(lee, epochs=1)
    assert not (one.wv.vectors == other.wv.vectors).all()
    for word in ("government", "australia"):
        near = [{word for word, _ in model.wv.most_similar(word, topn=50)} for model in (one, other)]
        assert len(near[0] & near[1]) > 5
