"""Names of gensim 3 work and say what they are called now; the ones of vectors are in test_vectors.py."""

import numpy as np
import pytest
from texts import SENTENCES

import w2v
from w2v.errors import ArgumentError


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
