"""How far a model is from its objective's optimum: counts of pairs by hand, and values by dense matrices."""

import json

import numpy as np
import pytest

import w2v
from w2v.cli import main
from w2v.errors import ConfigError
from w2v.theory import measure_optimum, pair_counts

pytest.importorskip("scipy")
RNG = np.random.default_rng(5)
TEXT = [[f"w{i:02}" for i in RNG.integers(0, 15, 10) // RNG.integers(1, 4)] for _ in range(600)]


@pytest.fixture(scope="module")
def corpus():
    return w2v.encode(TEXT, w2v.VocabularyConfig(min_count=1))


def model(corpus, objective, **changes):
    settings = {"vector_size": 4, "epochs": 3, "workers": 1, "sample": 0.0, "window": 2, "alpha": 0.02}
    return w2v.train(corpus, w2v.TrainConfig(objective=objective, **settings | changes), progress=False)


def test_pairs_are_counted_as_training_scores_them():
    corpus = w2v.encode([["a", "b", "a", "c"], ["c"]], w2v.VocabularyConfig(min_count=1))
    rows = [corpus.vocabulary.words.index(word) for word in "abc"]
    found = pair_counts(corpus, w2v.TrainConfig(window=2, sample=0.0)).toarray()[np.ix_(rows, rows)]
    # Distance 1 counts once and 2 a half: ab, ba, ac; a.a, b.c; and each in the other direction.
    np.testing.assert_allclose(found, [[1, 2, 1], [2, 0, 0.5], [1, 0.5, 0]])
    whole = pair_counts(corpus, w2v.TrainConfig(window=2, sample=0.0, shrink_windows=False)).toarray()
    assert whole.sum() == 10


def test_subsampled_words_have_fewer_pairs(corpus):
    config = w2v.TrainConfig(window=2, sample=0.02, seed=3)
    once, often = (pair_counts(corpus, config, passes).sum() for passes in (1, 20))
    assert often < 0.7 * pair_counts(corpus, w2v.TrainConfig(window=2, sample=0.0)).sum()
    assert once == pytest.approx(often, rel=0.1)


def test_the_losses_of_spectral_are_those_of_dense_matrices(corpus):
    trained = model(corpus, "spectral")
    found = measure_optimum(trained, corpus)
    counts = pair_counts(corpus, trained.config).toarray()
    noise = corpus.vocabulary.counts**0.75 / (corpus.vocabulary.counts**0.75).sum()
    together = counts / counts.sum()
    p = together.sum(axis=1, keepdims=True)
    scores = trained.matrices.vectors.astype(float) @ trained.matrices.output_vectors.T.astype(float)
    loss = (p * noise * scores**2).sum() - 2 * (together * scores).sum()
    sigma = np.linalg.svd(together / np.sqrt(p * noise))[1]
    assert found.loss == pytest.approx(loss, rel=1e-9)
    assert found.minimum == pytest.approx(-(sigma[:4] ** 2).sum(), rel=1e-9)
    assert found.minimum_of_any_dimension == pytest.approx(-(sigma**2).sum(), rel=1e-9)
    assert 0.9 < found.share <= 1


@pytest.mark.parametrize("objective", ["sgns", "nt_xent", "decoupled"])
def test_scores_of_a_larger_dimension_are_nearer(corpus, objective):
    small, large = (
        measure_optimum(model(corpus, objective, vector_size=d, epochs=20, negative=8), corpus) for d in (1, 16)
    )
    assert large.rms < 0.7 * small.rms
    assert large.correlation > max(0.9, small.correlation)


def test_the_optimum_depends_on_the_product_of_noise_words_and_weight(corpus):
    plain, weighted, lighter = (
        measure_optimum(
            model(corpus, "sgns", vector_size=16, epochs=40, negative=negative, negative_weight=weight), corpus
        )
        for negative, weight in ((6, 1.0), (2, 3.0), (6, 0.1))
    )
    assert weighted.deviation == pytest.approx(plain.deviation)
    assert abs(weighted.bias - plain.bias) < 0.1 < np.log(6 / 0.6)
    assert abs(lighter.bias) < 0.15


def test_an_optimum_that_is_not_known_is_refused(corpus):
    with pytest.raises(ConfigError, match="known optimum, spectral, sgns, nt_xent, decoupled: got 'triplet'"):
        measure_optimum(model(corpus, "triplet"), corpus)


def test_the_command(corpus, tmp_path, capsys):
    path, text = tmp_path / "m.safetensors", tmp_path / "t.txt"
    text.write_text("\n".join(map(" ".join, TEXT)), encoding="ascii")
    trained = model(corpus, "spectral")
    trained.save(path)
    assert main(["theory", "optimum", str(path), str(text), "--json", "--quiet"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["loss"] == pytest.approx(measure_optimum(trained, corpus).loss)
    assert main(["theory", "optimum", str(path), str(text)]) == 0
    assert "of it reached" in capsys.readouterr().out
