"""Whatever is done to a model, and in whatever order: its words, vectors, output vectors and frozen rows stay in step.

A shadow of plain dictionaries says which vectors each word must have.
"""

import copy
import pickle
import tempfile

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import w2v
from w2v.errors import ConfigError, ModelBusyError, NotOfferedError, NoVocabularyError

DIM = 3
WORDS = st.sampled_from([f"w{i}" for i in range(12)])
SENTENCES = st.lists(st.lists(WORDS, min_size=2, max_size=6), min_size=1, max_size=6)
START = [["w0", "w1", "w2"], ["w1", "w3"], ["w0", "w3", "w2"]]
SMALL = {"vector_size": DIM, "min_count": 1, "workers": 1, "sample": 0, "epochs": 1}


class Editing(RuleBasedStateMachine):
    """Edits in any order."""

    @initialize()
    def start(self):
        self.model = w2v.Word2Vec(START, **SMALL)
        self.remember()

    def remember(self):
        wv = self.model.wv
        self.inputs = {word: wv[word].copy() for word in wv.index_to_key}
        self.outputs = dict(zip(wv.index_to_key, self.model.syn1neg.copy(), strict=True))
        self.counts = {word: int(wv.get_vecattr(word, "count")) for word in wv.index_to_key}
        self.factors = dict.fromkeys(wv.index_to_key, 1.0)
        held = wv.row_factors()
        if held is not None:
            self.factors = dict(zip(wv.index_to_key, held.tolist(), strict=True))

    @rule(sentences=SENTENCES)
    def update(self, sentences):
        before = list(self.model.wv.index_to_key)
        self.model.build_vocab(sentences, update=True)
        assert self.model.wv.index_to_key[: len(before)] == before
        for word in (word for sentence in sentences for word in sentence):
            self.counts[word] = self.counts.get(word, 0) + 1
        self.learn_new_words()

    def learn_new_words(self):
        for row, word in enumerate(self.model.wv.index_to_key):
            if word not in self.outputs:
                self.inputs.setdefault(word, self.model.wv.vectors[row].copy())
                self.outputs[word] = np.zeros(DIM, np.float32)
                self.counts.setdefault(word, 0)
                self.factors.setdefault(word, 1.0)

    @rule(word=WORDS, value=st.floats(-2, 2, width=32))
    def add_or_replace(self, word, value):
        self.model.wv[word] = self.inputs[word] = np.full(DIM, value, np.float32)
        self.learn_new_words()

    @rule(words=st.lists(WORDS, min_size=1, unique=True))
    def resize(self, words):
        wv = self.model.wv
        wv.index_to_key = [*wv.index_to_key, *(word for word in words if word not in wv)]
        if len(wv) > len(self.inputs):
            with pytest.raises(ConfigError, match="vectors must be one per word"):
                self.model.train(START)
        self.model.update_weights()
        wv.allocate_vecattrs()
        self.learn_new_words()

    @rule()
    def sort(self):
        self.model.wv.sort_by_descending_frequency()

    @rule()
    def replace_the_matrix(self):
        self.model.wv.vectors = self.model.wv.vectors * np.float32(0.5)
        self.inputs = {word: vector * np.float32(0.5) for word, vector in self.inputs.items()}

    @precondition(lambda self: len(self.inputs) > 3)
    @rule(data=st.data())
    def replace_the_vectors_by_some_of_them(self, data):
        kept = data.draw(st.lists(st.sampled_from(sorted(self.inputs)), min_size=2, unique=True))
        self.model.wv = self.model.wv.vectors_for_all(kept, copy_vecattrs=True)
        for shadow in (self.inputs, self.outputs, self.counts, self.factors):
            for word in set(shadow) - set(kept):
                del shadow[word]
        self.factors = dict.fromkeys(kept, 1.0)

    @rule(value=st.floats(-1, 1, width=32))
    def replace_the_output(self, value):
        shape = self.model.wv.vectors.shape
        self.model.syn1neg = np.full(shape, value)
        self.outputs = {word: np.full(DIM, value, np.float32) for word in self.inputs}
        with pytest.raises(ConfigError, match="syn1neg must hold numbers of shape"):
            self.model.syn1neg = np.zeros((shape[0] + 1, DIM))

    @rule(data=st.data())
    def freeze(self, data):
        wv = self.model.wv
        wv.vectors_lockf = np.ones(len(wv), np.float32)
        word = data.draw(st.sampled_from(sorted(self.inputs)))
        wv.vectors_lockf[wv.get_index(word)] = 0
        self.factors = {other: float(other != word) for other in self.inputs}

    @rule(kind=st.sampled_from(["file", "deepcopy", "pickle"]))
    def go_on_with_a_copy(self, kind):
        if kind == "file":
            with tempfile.TemporaryDirectory() as folder:
                self.model.save(f"{folder}/model")
                self.model = w2v.Word2Vec.load(f"{folder}/model")
        elif kind == "deepcopy":
            self.model = copy.deepcopy(self.model)
        else:
            self.model = pickle.loads(pickle.dumps(self.model))

    @precondition(lambda self: sum(word in self.inputs for word in ("w0", "w1", "w2")) == 3)
    @rule(sentences=SENTENCES)
    def train(self, sentences):
        frozen = {word: vector for word, vector in self.inputs.items() if self.factors[word] == 0}
        self.model.train([*sentences, *START], epochs=1, start_alpha=0.025)
        for word, vector in frozen.items():
            assert (self.model.wv[word] == vector).all()
        self.remember()

    @invariant()
    def all_is_in_step(self):
        if not hasattr(self, "model"):
            return
        wv, output = self.model.wv, self.model.syn1neg
        assert set(wv.index_to_key) == set(self.inputs)
        assert wv.vectors.shape == output.shape == (len(self.inputs), DIM)
        assert [wv.key_to_index[word] for word in wv.index_to_key] == list(range(len(wv)))
        for row, word in enumerate(wv.index_to_key):
            assert (wv.vectors[row] == self.inputs[word]).all()
            assert (output[row] == self.outputs[word]).all()
            assert wv.get_vecattr(word, "count") == self.counts[word]
        factors = wv.row_factors()
        factors = np.ones(len(wv)) if factors is None else factors
        assert factors.tolist() == [self.factors[word] for word in wv.index_to_key]
        assert wv.norms == pytest.approx(np.linalg.norm(wv.vectors, axis=1), abs=1e-5)


TestEditing = Editing.TestCase
TestEditing.settings = settings(max_examples=40, stateful_step_count=12, deadline=None)


@pytest.fixture
def model():
    return w2v.Word2Vec(START, **SMALL)


def test_the_vectors_the_user_holds_are_those_that_are_trained(model):
    wv = model.wv
    for _ in range(2):
        before = wv.vectors.copy()
        model.train(START * 20, epochs=3)
        assert model.wv is wv
        assert not (wv.vectors == before).all()
        wv.add_vectors(["new"], np.ones((1, DIM)))
        model.build_vocab([["newer", "w0"]], update=True)
    assert model.wv is wv


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_frozen_rows_are_not_trained(model, share):
    untouched = copy.deepcopy(model)
    for each in (model, untouched):
        each.wv.vectors[:] = 0.5
        each.syn1neg = np.full(each.syn1neg.shape, 0.3)
    model.wv.vectors_lockf = np.ones(len(model.wv))
    model.wv.vectors_lockf[model.wv.get_index("w1")] = share
    for each in (model, untouched):
        each.train(START, epochs=1)
    moved, freely = (np.abs(each.wv["w1"] - 0.5).max() for each in (model, untouched))
    assert freely > 1e-3
    assert moved == 0 if share == 0 else 0.3 * freely < moved < 0.7 * freely
    assert not (model.wv["w0"] == 0.5).all()


def test_all_rows_frozen_by_one_factor(model):
    before = model.wv.vectors.copy()
    model.wv.vectors_lockf = [0.0]
    model.train(START * 9)
    assert (model.wv.vectors == before).all()
    assert model.syn1neg.any()


@pytest.mark.parametrize("bad", [[1, 1], [-1.0], [np.nan], [[1.0]], 0.0])
def test_factors_that_fit_nothing(model, bad):
    with pytest.raises(ConfigError, match="vectors_lockf"):
        model.wv.vectors_lockf = bad
    model.wv.vectors_lockf = np.ones(len(model.wv))
    model.wv.add_vectors(["x", "y"], np.ones((2, DIM)))
    model.wv.vectors_lockf[0] = np.nan
    with pytest.raises(ConfigError, match="vectors_lockf"):
        model.train(START)


def test_vectors_of_another_model_can_be_trained_with_their_output_vectors(model):
    other = w2v.Word2Vec(**SMALL)
    other.wv = w2v.KeyedVectors.from_arrays(model.wv.index_to_key, model.wv.vectors.copy(), model.wv.expandos["count"])
    with pytest.raises(NoVocabularyError, match=r"no output vectors \(syn1neg\) yet"):
        other.train(START)
    other.syn1neg = model.syn1neg
    for each in (model, other):
        each.train(START, epochs=2)
    assert (other.wv.vectors == model.wv.vectors).all()


def test_two_models_may_hold_the_same_vectors(model):
    other = w2v.Word2Vec(START, **SMALL)
    other.wv = model.wv
    for _ in range(2):
        for each in (model, other):
            each.train(START, epochs=1)
            assert each.syn1neg.shape == each.wv.vectors.shape


def test_what_does_not_fit_is_refused_before_anything_is_trained(model):
    with pytest.raises(ConfigError, match=r"wv must be a w2v\.KeyedVectors: got dict"):
        model.wv = {}
    model.vector_size = 5
    with pytest.raises(
        ConfigError, match="vector_size must be that of wv and of syn1neg: got 5, 3 in wv and 3 in syn1neg"
    ):
        model.train(START)
    model.vector_size = DIM
    model.wv.vectors = np.ones((len(model.wv), 2), np.float32)
    with pytest.raises(ConfigError, match="2 in wv"):
        model.train(START)
    model.wv = w2v.KeyedVectors.from_arrays(["a", "b"], np.ones((2, DIM), np.float32))
    with pytest.raises(ConfigError, match=r"every word must have a non-negative integer count.*set_vecattr"):
        model.train([["a", "b"]])
    model.wv = w2v.KeyedVectors(DIM)
    with pytest.raises(NoVocabularyError, match="no vocabulary yet"):
        model.train(START)


def test_a_corpus_that_was_read_before_the_words_changed(model):
    model.wv.sort_by_descending_frequency()
    model.wv["new"] = np.ones(DIM)
    with pytest.raises(
        ConfigError, match=r"cannot train without a corpus: the words changed since the last one was read"
    ):
        model.train()
    model.wv.set_vecattr("new", "count", 3)
    model.train([["new", "w0"]] * 30)
    assert model.ledger["out_of_vocabulary"] == 0
    assert not (model.wv["new"] == 1).all()


def test_callbacks_may_look_and_set_rates_but_not_change_the_rows(model):
    class Meddle:
        def __init__(self, deed):
            self.deed = deed

        def on_epoch_end(self, model):
            self.deed(model)

    deeds = {
        "a callback changed the words or replaced the vectors": lambda m: m.wv.add_vector("new", np.ones(DIM)),
        "or replaced the vectors": lambda m: setattr(m.wv, "vectors", m.wv.vectors.copy()),
        "it is being trained": lambda m: m.build_vocab([["x", "y"]], update=True),
        "a parameter of the training other than alpha and min_alpha": lambda m: setattr(m, "window", 7),
    }
    for message, deed in deeds.items():
        with pytest.raises((ModelBusyError, ConfigError), match=message):
            copy.deepcopy(model).train(START, epochs=2, callbacks=[Meddle(deed)])
    model.train(START, epochs=2, callbacks=[Meddle(lambda m: m.wv.most_similar("w0"))])


def test_what_is_not_offered_says_why(model):
    for name in ("score", "syn1", "create_binary_tree", "add_null_word", "random", "seeded_vector", "lifecycle_events"):
        assert not hasattr(model, name)
        with pytest.raises(NotOfferedError, match=f"Word2Vec.{name} of gensim is not offered: "):
            getattr(model, name)
    with pytest.raises(NotOfferedError, match=r"KeyedVectors\.similarity_unseen_docs of gensim .*: it .* Doc2Vec"):
        model.wv.similarity_unseen_docs(1, 2)
    with pytest.raises(AttributeError, match="'Word2Vec' object has no attribute 'nonsense'"):
        _ = model.nonsense
    with pytest.raises(AttributeError, match=r"Word2Vec\.load\(path\)"):
        model.load("x")
