"""Names of gensim 3 work and say what they are called now; the ones of vectors are in test_vectors.py."""

import numpy as np
import pytest
from texts import SENTENCES

import w2v
from w2v.errors import ArgumentError, NotOfferedError


@pytest.fixture
def model():
    return w2v.Word2Vec(SENTENCES, vector_size=6, min_count=1, epochs=2)


def test_arguments(model):
    with pytest.warns(DeprecationWarning, match="gensim 3") as caught:
        old = w2v.Word2Vec(size=6, iter=2, min_count=1)
    assert [str(w.message) for w in caught] == [
        "size= is the gensim 3 name; use vector_size=",
        "iter= is the gensim 3 name; use epochs=",
    ]
    assert caught[0].filename == __file__
    assert (old.vector_size, old.epochs) == (6, 2)
    with pytest.warns(DeprecationWarning, match=r"sentences= is the gensim 3 name; use corpus_iterable="):
        old.build_vocab(sentences=SENTENCES)
    with pytest.warns(DeprecationWarning, match=r"sentences= is the gensim 3 name"):
        old.train(sentences=SENTENCES, total_examples=old.corpus_count, epochs=old.epochs)
    assert old.wv.index_to_key == model.wv.index_to_key
    with (
        pytest.warns(DeprecationWarning, match="size="),
        pytest.raises(ArgumentError, match="size= and vector_size= are the same"),
    ):
        w2v.Word2Vec(size=6, vector_size=6)
    with pytest.raises(TypeError, match="unexpected keyword argument 'nonsense'"):
        w2v.Word2Vec(nonsense=1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (lambda m: m.most_similar("cat"), lambda m: m.wv.most_similar("cat")),
        (lambda m: m.most_similar_cosmul("cat"), lambda m: m.wv.most_similar_cosmul("cat")),
        (lambda m: m.similarity("cat", "dog"), lambda m: m.wv.similarity("cat", "dog")),
        (lambda m: m.n_similarity(["cat"], ["dog"]), lambda m: m.wv.n_similarity(["cat"], ["dog"])),
        (lambda m: m.doesnt_match(["cat", "dog", "the"]), lambda m: m.wv.doesnt_match(["cat", "dog", "the"])),
        (lambda m: m.similar_by_word("cat"), lambda m: m.wv.similar_by_word("cat")),
        (lambda m: m["cat"].tolist(), lambda m: m.wv["cat"].tolist()),
        (lambda m: "cat" in m, lambda m: "cat" in m.wv),
        (lambda m: m.syn0.tolist(), lambda m: m.wv.vectors.tolist()),
        (lambda m: m.wv.syn0.tolist(), lambda m: m.wv.vectors.tolist()),
        (lambda m: m.wv.syn0norm.tolist(), lambda m: m.wv.get_normed_vectors().tolist()),
        (lambda m: m.iter, lambda m: m.epochs),
        (lambda m: m.wv.index2word, lambda m: m.wv.index_to_key),
        (lambda m: m.wv.vocab["cat"].count, lambda m: m.wv.get_vecattr("cat", "count")),
        (lambda m: m.vocab["cat"].count, lambda m: m.wv.get_vecattr("cat", "count")),
        (lambda m: m.index2word, lambda m: m.wv.index_to_key),
        (lambda m: m.syn0norm.tolist(), lambda m: m.wv.get_normed_vectors().tolist()),
        (lambda m: m.syn0_lockf.tolist(), lambda m: m.wv.vectors_lockf.tolist()),
        (lambda m: m.trainables.syn1neg.tolist(), lambda m: m.syn1neg.tolist()),
        (lambda m: m.trainables.layer1_size, lambda m: m.layer1_size),
        (lambda m: m.trainables.vectors_lockf.tolist(), lambda m: m.wv.vectors_lockf.tolist()),
        (lambda m: m.vocabulary.cum_table.tolist(), lambda m: m.cum_table.tolist()),
        (lambda m: m.vocabulary.min_count, lambda m: m.min_count),
        (lambda m: m.table.tolist(), lambda m: m.cum_table.tolist()),
        (lambda m: m.word_vec("cat").tolist(), lambda m: m.wv["cat"].tolist()),
        (lambda m: m.wv.wv.index_to_key, lambda m: m.wv.index_to_key),
    ],
)
def test_what_was_asked_of_the_model(model, old, new):
    with pytest.warns(DeprecationWarning, match="is the gensim 3 name; use ") as caught:
        answer = old(model)
    assert answer == new(model)
    assert caught[0].filename == __file__


def test_setting_and_normalising(model):
    with pytest.warns(DeprecationWarning, match="use epochs"):
        model.iter = 7
    assert model.epochs == 7
    with pytest.warns(DeprecationWarning, match="fill_norms"):
        model.init_sims()
    with pytest.warns(DeprecationWarning, match="unit_normalize_all"):
        model.init_sims(replace=True)
    assert np.allclose(np.linalg.norm(model.wv.vectors, axis=1), 1)


def test_adding_and_scoring(model, tmp_path):
    questions = tmp_path / "q.txt"
    questions.write_text(": pairs\ncat purrs dog barks\n", encoding="utf-8")
    for subject in (model, model.wv):
        with pytest.warns(DeprecationWarning, match="evaluate_word_analogies"):
            sections = subject.accuracy(questions)
        assert sections == model.wv.evaluate_word_analogies(questions)[1]
    with pytest.warns(DeprecationWarning, match="use add_vectors"):
        model.wv.add(["new"], np.ones((1, 6)))
    assert model.wv["new"].tolist() == [1] * 6
    with pytest.warns(DeprecationWarning, match="use add_vectors"):
        model.wv.add("new", np.zeros(6), replace=True)
    assert model.wv["new"].tolist() == [0] * 6


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda m: w2v.Word2Vec.load_word2vec_format("v.bin"), "use KeyedVectors.load_word2vec_format"),
        (lambda m: m.load_word2vec_format("v.bin"), "use KeyedVectors.load_word2vec_format"),
        (lambda m: w2v.Word2Vec.most_similar, "is a name of gensim 3: use model.wv.most_similar"),
        (lambda m: m.clear_sims(), "norms are computed when they are needed"),
        (lambda m: m.delete_temporary_training_data(), "keep model.wv"),
        (lambda m: m.trainables.syn1, "hierarchical softmax"),
        (lambda m: m.vocabulary.create_binary_tree(), "hierarchical softmax"),
        (lambda m: m.wv.get_keras_embedding(), "keras.layers.Embedding"),
        (lambda m: setattr(m, "syn0", 1), "must not be assigned: assign wv.vectors"),
        (lambda m: setattr(m.wv, "index2word", []), "must not be assigned: assign index_to_key"),
        (lambda m: setattr(m.trainables, "syn1neg", 1), "must not be assigned: assign model.syn1neg"),
    ],
)
@pytest.mark.filterwarnings("ignore:trainables is:DeprecationWarning", "ignore:vocabulary is:DeprecationWarning")
def test_what_has_no_counterpart_says_why(model, use, message):
    with pytest.raises(NotOfferedError, match=message):
        use(model)
    assert not hasattr(w2v.Word2Vec, "nonsense")
    assert not hasattr(model.wv, "nonsense")
