"""Programs with many threads, on Pythons with and without a GIL: what they share, and what each has for itself."""

import sys
import sysconfig
import threading

import numpy as np
import pytest

import w2v

THREADS = 8
draw = np.random.default_rng(17)
SENTENCES = [[f"w{i}" for i in draw.zipf(1.3, 20) % 200] for _ in range(200)]
EVERY_WORD = w2v.VocabularyConfig(min_count=1)


def together(function):
    """Call a function of its number in many threads at once; return the results, or raise the first error."""
    results, start = [None] * THREADS, threading.Barrier(THREADS)

    def call(number):
        start.wait()
        try:
            results[number] = function(number)
        except BaseException as problem:
            results[number] = problem

    threads = [threading.Thread(target=call, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


def trained(corpus, seed, workers=1):
    return w2v.train(corpus, w2v.TrainConfig(vector_size=24, epochs=2, seed=seed, workers=workers))


@pytest.fixture(scope="module")
def corpus():
    return w2v.encode(SENTENCES, EVERY_WORD)


@pytest.fixture(autouse=True)
def switch_often():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def test_models_of_one_corpus(corpus):
    expected = [trained(corpus, seed).vectors.vectors for seed in range(THREADS)]
    for found, wanted in zip(together(lambda seed: trained(corpus, seed).vectors.vectors), expected, strict=True):
        assert np.array_equal(found, wanted)


def test_models_with_several_workers_each(corpus):
    for model in together(lambda seed: trained(corpus, seed, workers=3)):
        assert np.isfinite(model.vectors.vectors).all()


def test_reading(tmp_path, corpus):
    text = tmp_path / "text.txt"
    text.write_text("".join(f"{' '.join(sentence)}\n" for sentence in SENTENCES))
    for found in together(lambda number: w2v.encode(str(text), EVERY_WORD, cache=tmp_path / "cache")):
        assert np.array_equal(found.tokens, corpus.tokens)


def test_queries_of_new_vectors(corpus):
    vectors = trained(corpus, 1).vectors
    words = vectors.index_to_key[:40]
    expected = [vectors.most_similar(word) for word in words]
    for _ in range(5):
        fresh = w2v.KeyedVectors.from_arrays(
            vectors.index_to_key, vectors.vectors
        )  # norms are computed by the first query
        for found in together(lambda number, fresh=fresh: [fresh.most_similar(word) for word in words]):
            assert found == expected


def test_queries_during_training(corpus):
    vectors = trained(corpus, 1).vectors
    expected = vectors.most_similar("w1")

    def either(number):
        if number % 2:
            return trained(corpus, number, workers=2).vectors.vectors.shape == vectors.vectors.shape
        return all(vectors.most_similar("w1") == expected for _ in range(50))

    assert together(either) == [True] * THREADS


def test_saving_to_one_file(tmp_path, corpus):
    models = [trained(corpus, seed) for seed in range(THREADS)]
    together(lambda number: models[number].save(tmp_path / "m.safetensors"))
    loaded = together(lambda number: w2v.load(tmp_path / "m.safetensors").vectors.vectors)
    assert any(np.array_equal(loaded[0], model.vectors.vectors) for model in models)
    assert all(np.array_equal(loaded[0], other) for other in loaded)
    assert [path.name for path in tmp_path.iterdir()] == ["m.safetensors"]


def test_gensims_algorithm():
    def replayed(seed):
        return w2v.Word2Vec(SENTENCES[:40], vector_size=8, min_count=1, workers=1, seed=seed, sg=1).wv.vectors

    expected = [replayed(seed) for seed in range(THREADS)]
    assert all(np.array_equal(found, wanted) for found, wanted in zip(together(replayed), expected, strict=True))


@pytest.mark.skipif(not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="this Python has a GIL")
def test_the_core_does_not_bring_the_gil_back():
    from w2v import _core, _replay, _text  # noqa: F401

    assert not sys._is_gil_enabled()
