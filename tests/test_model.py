"""Word2Vec as a user meets it: gensim's calls, what is refused, files, and a model trained further."""

import copy
import pickle
import threading
import warnings
from dataclasses import replace

import numpy as np
import pytest
from texts import SENTENCES
from tokenizers import Tokenizer, models, pre_tokenizers

import w2v
from w2v.errors import (
    ConfigError,
    CorpusChangedError,
    CorpusError,
    DivergedError,
    EmptyCorpusError,
    FormatError,
    ModelBusyError,
    NothingTrainedError,
    TrainingError,
)
from w2v.formats import native
from w2v.training.epoch_report import EpochReport

SMALL = {"vector_size": 12, "min_count": 1, "workers": 1}


@pytest.fixture(scope="module")
def model():
    return w2v.Word2Vec(SENTENCES, **SMALL)


def test_attributes_are_gensims(model):
    assert (model.vector_size, model.layer1_size, model.window, model.negative, model.epochs) == (12, 12, 5, 5, 5)
    assert model.corpus_count == len(SENTENCES)
    assert model.corpus_total_words == sum(map(len, SENTENCES))
    assert model.wv.vectors.shape == model.syn1neg.shape == (len(model.wv), 12)
    assert model.wv.get_vecattr("the", "count") == 120
    assert model.wv.index_to_key[0] == "the"
    assert model.running_training_loss == model.get_latest_training_loss() > 0
    assert (model.sg, model.hs, model.cbow_mean, model.sorted_vocab, model.batch_words) == (1, 0, 1, 1, 10_000)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = model.nonsense


def test_ledger_adds_up(model):
    ledger = model.ledger
    assert ledger["read"] == ledger["in_vocabulary"] + ledger["out_of_vocabulary"]
    assert ledger["in_vocabulary"] * ledger["epochs"] == ledger["subsampled"] + ledger["isolated"] + ledger["trained"]


def test_generators_lists_and_files_give_the_same_vectors(model, tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("\n".join(" ".join(s) for s in SENTENCES), encoding="utf-8")
    others = [
        w2v.Word2Vec((s for s in SENTENCES), **SMALL),
        w2v.Word2Vec(corpus_file=str(path), **SMALL),
        w2v.Word2Vec(corpus_file=[path], **SMALL),
    ]
    two_steps = w2v.Word2Vec(**SMALL)
    two_steps.build_vocab(SENTENCES)
    trained, total = two_steps.train(SENTENCES, total_examples=two_steps.corpus_count, epochs=two_steps.epochs)
    assert total == 5 * two_steps.corpus_total_words >= trained > 0
    for other in [*others, two_steps]:
        assert (other.wv.vectors == model.wv.vectors).all()


def test_initial_vectors_are_gensims():
    models = pytest.importorskip("gensim.models")
    theirs = models.Word2Vec(vector_size=12, min_count=1, seed=7)
    theirs.build_vocab(SENTENCES)
    ours = w2v.Word2Vec(**SMALL | {"seed": 7})
    ours.build_vocab(SENTENCES)
    assert ours.wv.index_to_key == theirs.wv.index_to_key
    assert (ours.wv.vectors == theirs.wv.vectors).all()


def test_save_load_and_train_further(model, tmp_path):
    path = tmp_path / "model.safetensors"
    model.save(path)
    again = w2v.Word2Vec.load(path)
    assert (again.wv.vectors == model.wv.vectors).all()
    assert (again.syn1neg == model.syn1neg).all()
    assert again.ledger == model.ledger
    assert again.config == model.config
    before = again.wv.vectors.copy()
    again.train([["cat", "dog", "unknown"]] * 50, epochs=2)
    assert not (again.wv.vectors == before).all()
    assert len(w2v.KeyedVectors.load(path)) == len(model.wv)
    model.wv.save(tmp_path / "vectors.safetensors")
    with pytest.raises(FormatError, match=r"use KeyedVectors\.load"):
        w2v.Word2Vec.load(tmp_path / "vectors.safetensors")
    model.wv.save(tmp_path / "vectors.bin")
    with pytest.raises(
        AttributeError, match=r"cannot load .* as a model: files of its format hold only vectors; use Keyed"
    ):
        w2v.Word2Vec.load(tmp_path / "vectors.bin")


def test_queries_in_callbacks_see_fresh_norms():
    seen = []

    class Look:
        def on_epoch_end(self, model):
            seen.append(np.allclose(model.wv.norms, np.linalg.norm(model.wv.vectors, axis=1), rtol=1e-5))

    w2v.Word2Vec(SENTENCES, callbacks=[Look()], **SMALL)
    assert seen == [True] * 5


def test_a_callback_may_stop():
    class Stop:
        def on_epoch_end(self, model):
            return True

    assert len(w2v.Word2Vec(SENTENCES, callbacks=[Stop()], **SMALL).reports) == 1


def test_one_training_at_a_time(model):
    entered, leave, problems = threading.Event(), threading.Event(), []

    class Wait:
        def on_epoch_begin(self, model):
            entered.set()
            leave.wait(10)

    busy = w2v.Word2Vec(**SMALL)
    busy.build_vocab(SENTENCES)
    thread = threading.Thread(target=lambda: busy.train(callbacks=[Wait()]))
    thread.start()
    entered.wait(10)
    try:
        busy.train()
    except ModelBusyError as problem:
        problems.append(problem)
    leave.set()
    thread.join()
    assert problems


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"sentences": "a string"}, CorpusError, "pass a path as corpus_file="),
        ({"sentences": ["a b c", "d e f"]}, CorpusError, "a list of words, not a string: got 'a b c'"),
        ({"sentences": SENTENCES, "corpus_file": "x"}, ConfigError, "either sentences or corpus_file: got both"),
        ({"corpus_file": 7}, ConfigError, "corpus_file must be a path"),
        ({"corpus_file": "/nonexistent/file"}, CorpusError, "No such file"),
        ({"corpus_file": "nonsense://text8.zip"}, CorpusError, "Protocol not known: nonsense"),
    ],
)
def test_wrong_corpora(arguments, error, message):
    with pytest.raises(error, match=message):
        w2v.Word2Vec(**arguments)


def test_training_without_a_vocabulary():
    with pytest.raises(ConfigError, match=r"call build_vocab\(\) first"):
        w2v.Word2Vec().train(SENTENCES)
    with pytest.raises(RuntimeError, match=r"cannot add words \(update=True\): the model has no vocabulary"):
        w2v.Word2Vec().build_vocab(SENTENCES, update=True)


def test_words_can_be_kept_and_dropped():
    model = w2v.Word2Vec([*SENTENCES, ["rare", "cat"]], min_count=50, keep=["rare"], drop=["the"], vector_size=4)
    assert "rare" in model.wv
    assert "the" not in model.wv
    small = w2v.Word2Vec(SENTENCES, min_count=1, max_final_vocab=3, vector_size=4)
    assert small.wv.index_to_key[0] == "the"
    assert len(small.wv) == 3


def test_the_longest_run_and_the_longest_lists_still_fit_into_a_file(tmp_path):
    """The header of a file is bounded: what is written there must be, too, or a long run could not be saved."""
    words = [f"word{i}" for i in range(50_000)]
    model = w2v.Word2Vec([["a", "b"]] * 2, epochs=5_000, drop=words, vector_size=1, min_count=1, workers=1)
    assert len(model.reports) == 5_000
    row = [4_999, *[10**11] * 5, 0.12345678901234567, 1234.123456789012]
    model.reports = [EpochReport(*row) for _ in model.reports]
    model.save(tmp_path / "m.safetensors")
    assert len(w2v.Word2Vec.load(tmp_path / "m.safetensors").reports) == 5_000


def test_callbacks_see_the_epoch_that_ended():
    seen = []

    class Watch:
        def on_epoch_end(self, model):
            seen.append((model.get_latest_training_loss(), model.ledger["epochs"], model.ledger["trained"] > 0))

    model = w2v.Word2Vec(SENTENCES, **SMALL, callbacks=[Watch()], epochs=3)
    sums = np.cumsum([report.loss * report.pairs for report in model.reports])
    assert [loss for loss, _, _ in seen] == pytest.approx(sums)
    assert [epochs for _, epochs, _ in seen] == [1, 2, 3]
    assert all(trained for _, _, trained in seen)
    with pytest.raises(ConfigError, match="a callback must have one of the methods on_train_begin"):
        w2v.Word2Vec(SENTENCES, **SMALL, callbacks=[5])


def test_what_is_saved_is_what_was_trained(tmp_path):
    """Another corpus and other parameters than the constructor's: ledger, sources and configuration follow."""
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_text("cat dog bird\n" * 100, encoding="utf-8")
    second.write_text("Cat dog fish\n" * 70, encoding="utf-8")
    model = w2v.Word2Vec(**SMALL, sample=0, tokenizer="words")
    model.build_vocab(corpus_file=str(first))
    model.train(corpus_file=str(second), epochs=2, start_alpha=0.02)
    path = str(tmp_path / "m.safetensors")
    model.save(path)
    loaded = w2v.Word2Vec.load(path)
    for each in (model, loaded):
        ledger = each.ledger
        assert (ledger["read"], ledger["out_of_vocabulary"], ledger["in_vocabulary"]) == (210, 70, 140)
        assert ledger["subsampled"] + ledger["isolated"] + ledger["trained"] == 140 * 2
        assert each.wv.metadata["sources"] == [str(second)]
        assert (each.wv.metadata["config"]["epochs"], each.wv.metadata["config"]["alpha"]) == (2, 0.02)
    loaded.train(corpus_file=str(second), epochs=1)  # still splits words as the model did
    assert loaded.ledger["in_vocabulary"] == 140


def test_a_model_with_a_tokenizer_of_its_own_asks_for_it(tmp_path):
    tokenizer = Tokenizer(models.WordLevel({"a": 0, "b": 1, "[UNK]": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    text, path = tmp_path / "t.txt", str(tmp_path / "m.safetensors")
    text.write_text("a b a b\n" * 50, encoding="utf-8")
    w2v.Word2Vec(corpus_file=text, tokenizer=tokenizer, sample=0, **SMALL).save(path)
    with pytest.raises(ConfigError, match=r"pass tokenizer= to load\(\)"):
        w2v.Word2Vec.load(path).train(corpus_file=text)
    again = w2v.Word2Vec.load(path, tokenizer=tokenizer)
    again.train(corpus_file=text)
    assert again.ledger["out_of_vocabulary"] == 0
    assert np.array_equal(again.wv[0], again.wv[again.wv.index_to_key[0]])  # its keys are words and rows, not numbers


def test_a_corpus_that_changes_before_training_is_refused(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("a b c\n" * 50, encoding="utf-8")
    model = w2v.Word2Vec(**SMALL)
    model.build_vocab(corpus_file=str(path))
    path.write_text("c b a d\n" * 50, encoding="utf-8")
    with pytest.raises(CorpusChangedError, match="changed while it was being read or after"):
        model.train(corpus_file=str(path))


def test_training_nothing_is_a_warning_that_can_be_made_an_error():
    """Toy texts do that by chance, and gensim says nothing."""
    with pytest.warns(RuntimeWarning, match=r"no word was trained: .*sample=1e-12.* keep frequent words with sample=0"):
        model = w2v.Word2Vec(SENTENCES, **SMALL, sample=1e-12)
    assert model.ledger["trained"] == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error", NothingTrainedError)
        with pytest.raises(TrainingError, match="no word was trained"):
            model.train()


def test_divergence_comes_through_as_such():
    with pytest.raises(DivergedError, match=r"diverged in epoch . of 5: .* lower alpha=10, negative=200 or window=5"):
        w2v.Word2Vec(SENTENCES, **SMALL, objective="triplet_dot", alpha=10.0, negative=200)


@pytest.mark.parametrize("name", ["m", "m.model", "m.kv", "m.bin", "m.txt", "m.VEC", "m.txt.gz"])
def test_a_whole_model_has_one_format_whatever_its_name(model, tmp_path, name):
    path = tmp_path / name
    model.save(path, sep_limit=0)
    assert (w2v.Word2Vec.load(path, mmap="r").wv.vectors == model.wv.vectors).all()
    assert (w2v.KeyedVectors.load(path).vectors == model.wv.vectors).all()
    assert (w2v.KeyedVectors.load(path, mmap="r").vectors == model.wv.vectors).all()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"shrink_windows": "no"}, "shrink_windows must be True or False"),
        ({"keep": "king"}, "keep must be a collection of words"),
        ({"drop": 5}, "drop must be"),
    ],
)
def test_wrong_types(wrong, message):
    with pytest.raises(ConfigError, match=message):
        w2v.Word2Vec(SENTENCES, **SMALL | wrong)


@pytest.mark.parametrize("binary", [False, True])
def test_vectors_from_a_file_are_taken_over_and_trained_on(tmp_path, binary):
    path = str(tmp_path / "pretrained")
    pretrained = w2v.KeyedVectors.from_arrays(["dog", "wolf", "cat"], np.arange(36, dtype=np.float32).reshape(3, 12))
    pretrained.save_word2vec_format(path, binary=binary)
    model = w2v.Word2Vec(**SMALL, sample=0)
    model.build_vocab(SENTENCES)
    others = model.wv["the"].copy()
    model.wv.intersect_word2vec_format(path, lockf=1.0, binary=binary)
    assert (model.wv["dog"] == pretrained["dog"]).all()
    assert (model.wv["cat"] == pretrained["cat"]).all()
    assert (model.wv["the"] == others).all()
    assert "wolf" not in model.wv
    assert (model.syn1neg == 0).all()
    model.train(SENTENCES, epochs=1, start_alpha=1e-6, end_alpha=0)
    assert np.allclose(model.wv["dog"], pretrained["dog"], atol=1e-3)  # the model's own matrix, not a copy
    with pytest.raises(ConfigError, match="vectors must have 5 values, as here: got 12"):
        w2v.KeyedVectors(5).intersect_word2vec_format(path, lockf=1.0, binary=binary)


class Graph:
    """Walks as node2vec, nodevectors and PecanPy make them: nodes are strings, or numbers."""

    @staticmethod
    def walks(kind):
        rng = np.random.default_rng(0)
        return [[kind(side * 10 + node) for node in rng.integers(0, 10, 8)] for side in (0, 1) for _ in range(150)]


@pytest.mark.parametrize("kind", [str, int, np.int64])
def test_walks_on_graphs(kind, tmp_path):
    """A key is a node, also where nodes are numbers: never silently the row of that number."""
    model = w2v.Word2Vec(Graph.walks(kind), vector_size=8, window=10, negative=5, min_count=0, batch_words=4, sample=0)
    for node in range(20):
        found = model.wv.most_similar(kind(node), topn=5)
        assert {int(other) // 10 for other, _ in found} == {node // 10}
        assert (model.wv[kind(node)] == model.wv[str(node)]).all()
        assert (model.wv[[kind(node)]] == model.wv[str(node)]).all()
        key = model.wv.index_to_key[model.wv.get_index(kind(node))]
        assert (key, type(key)) == ((str(node), str) if kind is str else (node, int))
        assert all(type(other) is type(key) for other, _ in found)
    assert kind(20) not in model.wv
    with pytest.raises(KeyError, match=r"20.? is not among the 20"):
        model.wv[kind(20)]
    model.wv.save_word2vec_format(tmp_path / "nodes.emb")
    assert len(w2v.KeyedVectors.load_word2vec_format(tmp_path / "nodes.emb")) == 20
    model.save(tmp_path / "model")
    model.wv.save(tmp_path / "nodes.kv")
    others = [w2v.Word2Vec.load(tmp_path / "model").wv, w2v.KeyedVectors.load(tmp_path / "nodes.kv")]
    for wv in [*others, model.wv.astype(np.float16), model.wv.vectors_for_all([kind(3), kind(12)])]:
        assert np.allclose(wv[kind(12)], model.wv["12"], atol=1e-2)
    model.build_vocab([[kind(20), kind(3)]], update=True)
    assert (model.wv[kind(20)] == model.wv["20"]).all()


def test_a_file_whose_metadata_is_not_whole_is_refused(model, tmp_path):
    model.save(tmp_path / "m")
    contents = native.load(tmp_path / "m")
    known = contents.metadata
    for wrong in (
        known | {"config": {**known["config"], "nonsense": 1}},
        known | {"read": {"tokens": 1}},
        known | {"vocabulary": {}},
        known | {"epochs": [[1]]},
        {name: value for name, value in known.items() if name != "comment"},
    ):
        native.save(tmp_path / "n", replace(contents, metadata=wrong))
        with pytest.raises(FormatError, match="metadata is incomplete or wrong"):
            w2v.Word2Vec.load(tmp_path / "n")
    native.save(tmp_path / "n", replace(contents, metadata=known | {"state": {"train": 1, "__class__": 2}}))
    assert callable(w2v.Word2Vec.load(tmp_path / "n").train)


def test_counts_of_numbers():
    model = w2v.Word2Vec(vector_size=3, min_count=1)
    model.build_vocab_from_freq({7: 3, 0: 9, 5: 1})
    assert model.wv.index_to_key == [0, 7, 5]
    assert model.wv.get_vecattr(7, "count") == 3


def test_what_other_libraries_use(model):
    """BERTopic and KeyBERT embed documents word by word, from the keys and the vectors."""
    wv = model.wv
    size = wv.get_vector(wv.index_to_key[0]).shape[0]
    assert size == wv.vector_size == wv.vectors.shape[1] == 12
    embedded = [wv.get_vector(word) for word in ["the", "cat", "unknown", "dog"] if word in wv.key_to_index]
    assert np.mean(embedded, axis=0).shape == (12,)
    assert {word: wv.vectors[row].tolist() for word, row in wv.key_to_index.items()} == {w: wv[w].tolist() for w in wv}
    assert np.asarray([model.wv[str(word)] for word in wv.index_to_key]).dtype == np.float32


def test_parameters_may_be_assigned_and_are_checked_when_used():
    model = w2v.Word2Vec(SENTENCES, **SMALL)
    assert str(model) == f"Word2Vec<vocab={len(model.wv)}, vector_size=12, alpha=0.025>"
    model.window, model.alpha, model.min_alpha, model.epochs = 2, 0.05, 0.01, 3
    model.train()
    assert (model.wv.metadata["config"]["window"], len(model.reports), model.min_alpha_yet_reached) == (2, 3, 0.01)
    model.negative = 0
    with pytest.raises(ConfigError, match="negative must be an integer from 1 to 1000: got 0"):
        model.train()
    model.negative, model.hs = 5, 1
    with pytest.raises(ConfigError, match="hs must be 0: got 1"):
        model.train()


@pytest.mark.parametrize("wrong", [{"trim_rule": 5}, {"max_vocab_size": 0}, {"null_word": 1}, {"sg": 0}, {"hs": 1}])
def test_what_is_refused_before_anything_is_read(wrong):
    (name,) = wrong
    with pytest.raises(ConfigError, match=f"{name} must be"):
        w2v.Word2Vec((1 / 0 for _ in range(3)), **wrong)


def test_rules_and_caches(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("a b c\n" * 9, encoding="utf-8")
    with pytest.raises(ConfigError, match="cache must not be combined with trim_rule"):
        w2v.Word2Vec(corpus_file=path, cache=tmp_path / "cache", trim_rule=lambda word, count, least: w2v.RULE_KEEP)
    for options in ({"sorted_vocab": 0}, {}, {"max_vocab_size": 2}, {}):
        model = w2v.Word2Vec(corpus_file=path, cache=tmp_path / "cache", **SMALL, sample=0, **options)
        assert model.wv.index_to_key == (["a", "b", "c"] if "sorted_vocab" in options else ["c", "b", "a"])
    assert model.from_cache
    model.build_vocab(corpus_file=path, update=True)
    assert not model.from_cache
    assert model.wv.get_vecattr("a", "count") == 18


def test_raw_counts_are_kept_if_asked_for():
    model = w2v.Word2Vec(**SMALL | {"min_count": 100})
    model.build_vocab(SENTENCES, keep_raw_vocab=True)
    assert model.raw_vocab["purrs"] == 60
    assert "purrs" not in model.wv
    model.prepare_vocab(min_count=1)
    assert model.raw_vocab == {}
    assert model.min_count == 1
    assert "purrs" in model.wv
    with pytest.raises(ConfigError, match="keep_raw_vocab must be False for an iterator"):
        model.build_vocab(iter(SENTENCES), keep_raw_vocab=True)
    with pytest.raises(EmptyCorpusError, match="the vocabulary must have at least one word: got none"):
        model.build_vocab_from_freq({"a": 0})


def test_counts_beyond_64_bits():
    model = w2v.Word2Vec(min_count=1)
    with pytest.raises(ConfigError, match=r"add up to less than 2\*\*63: got 9223372036854775808; divide"):
        model.build_vocab_from_freq({"a": 2**62, "b": 2**62})
    model.build_vocab_from_freq({"a": 2**62, "b": 2**62 - 1})
    with pytest.raises(ConfigError, match="add up to less"):
        model.build_vocab_from_freq({"a": 1}, update=True)
    assert model.wv.expandos["count"].tolist() == [2**62, 2**62 - 1]
    with pytest.raises(ConfigError, match="words must be valid Unicode"):
        model.build_vocab_from_freq({"a": 1, "b\ud800": 2})


def test_a_reading_that_fails_changes_nothing():
    model = w2v.Word2Vec(SENTENCES, **SMALL)
    before = model.wv.index_to_key, model.wv.vectors.copy(), model.ledger
    for wrong in ([["x"], None], [], [["x", "y"], ["x", 5]]):
        for update in (False, True):
            with pytest.raises(CorpusError):
                model.build_vocab(wrong, update=update, min_count=3, sample=0.5)
    assert (model.min_count, model.sample, model.wv.index_to_key) == (1, 1e-3, before[0])
    assert (model.wv.vectors == before[1]).all()
    assert model.ledger == before[2]
    model.train()


def test_a_resumed_run_keeps_rows_frozen(tmp_path):
    class Stop:
        def on_epoch_end(self, model):
            raise KeyboardInterrupt

    path = str(tmp_path / "run")
    model = w2v.Word2Vec(**SMALL, checkpoints=path)
    model.build_vocab(SENTENCES)
    model.wv.vectors_lockf = np.ones(len(model.wv))
    model.wv.vectors_lockf[3] = 0
    before = model.wv.vectors.copy()
    with pytest.raises(KeyboardInterrupt):
        model.train(callbacks=[Stop()])
    model.train(resume=True)
    assert (model.wv.vectors[3] == before[3]).all()
    assert not (model.wv.vectors[2] == before[2]).all()
    model.wv.save(tmp_path / "v.kv")
    assert w2v.KeyedVectors.load(tmp_path / "v.kv").vectors_lockf.tolist() == model.wv.vectors_lockf.tolist()


@pytest.mark.parametrize("options", [{}, {"geometry_every": 1, "trim_rule": lambda word, count, least: w2v.RULE_KEEP}])
def test_models_can_be_copied_and_sent_to_other_processes(options):
    model = w2v.Word2Vec(SENTENCES * 5, **SMALL, **options)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert (other.wv.vectors == model.wv.vectors).all()
        assert (other.syn1neg == model.syn1neg).all()
        assert (other.config, other.ledger) == (model.config, model.ledger)
        other.train(SENTENCES)
        assert not (other.wv.vectors == model.wv.vectors).all()


def test_other_workers_neither_read_the_text_again_nor_escape_the_checks(tmp_path, monkeypatch):
    text = tmp_path / "t.txt"
    text.write_text("a b c\n" * 200, encoding="utf-8")
    model = w2v.Word2Vec(vector_size=4, min_count=1, workers=1, epochs=1)
    model.build_vocab(corpus_file=str(text))
    model.workers = 2
    monkeypatch.setattr("w2v.gensim_compat.source.encode", lambda *given: pytest.fail("read again"))
    model.train(corpus_file=str(text))
    model.workers = -1
    with pytest.raises(ConfigError, match="workers must be an integer from 0 to 1024: got -1"):
        model.build_vocab(corpus_file=str(text))


def test_a_copy_keeps_the_memory_estimate():
    model = w2v.Word2Vec(SENTENCES, **SMALL)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert other.memory == model.memory is not None
