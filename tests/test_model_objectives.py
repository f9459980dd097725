"""Models of every objective under gensim's names: built, grown, changed, saved, copied; and their trajectories."""

import copy

import numpy as np
import pytest

from w2v import TrainConfig, Word2Vec
from w2v.config import OBJECTIVES
from w2v.corpora import generate
from w2v.errors import ConfigError, DivergedError
from w2v.gensim_compat.replay import replay

SENTENCES = [line.split() for line in generate(20_000, seed=4)]
SMALL = {"vector_size": 16, "min_count": 1, "epochs": 1, "workers": 1, "sample": 0}


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_saved_and_loaded(objective, tmp_path):
    model = Word2Vec(SENTENCES, objective=objective, geometry_every=0.5, **SMALL)
    model.save(tmp_path / "m.safetensors")
    loaded = Word2Vec.load(tmp_path / "m.safetensors")
    assert loaded.objective == objective
    assert loaded.trajectory == model.trajectory
    assert [point.epoch for point in loaded.trajectory.points][-1] == 1
    np.testing.assert_array_equal(loaded.syn1neg, model.syn1neg)
    loaded.save(tmp_path / "again.safetensors")
    assert Word2Vec.load(tmp_path / "again.safetensors").trajectory == model.trajectory


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_new_words_are_trained(objective):
    model = Word2Vec(SENTENCES, objective=objective, **SMALL)
    before = len(model.wv)
    model.build_vocab([["zig", "zag", "zog"]] * 5 + SENTENCES[:50], update=True)
    fresh = model.wv.vectors[before:].copy()
    model.train([["zig", "zag", "zog"]] * 50 + SENTENCES[:50], epochs=1)
    assert len(fresh) == 3
    assert (np.abs(model.wv.vectors[before:] - fresh).max(axis=1) > 0).all()


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_assigned_words_start_with_rows_of_the_usual_length(objective):
    model = Word2Vec(objective=objective, **SMALL)
    model.build_vocab(SENTENCES)
    usual, old = model.wv.vectors.std(), len(model.wv)
    model.wv.index_to_key = [*model.wv.index_to_key, *(f"new{i}" for i in range(200))]
    model.update_weights()
    assert model.wv.vectors[old:].std() == pytest.approx(usual, rel=0.05)  # 3,200 numbers: 0.05 is six standard errors


@pytest.mark.parametrize("objective", ["nt_xent", "triplet", "align_uniform"])
def test_a_cosine_may_follow_sgns(objective):
    """Output rows of zeros, which sgns starts with, would never move under a cosine: they get a direction."""
    model = Word2Vec(**SMALL)
    model.build_vocab(SENTENCES)
    before = model.wv.vectors.copy()
    model.objective = objective
    model.train()
    assert (np.abs(model.wv.vectors - before).max(axis=1) > 0).mean() > 0.9
    assert np.linalg.norm(model.syn1neg, axis=1).min() > 0.1


def test_a_frozen_row_of_zeros_stays():
    model = Word2Vec(objective="nt_xent", **SMALL)
    model.build_vocab(SENTENCES)
    model.wv.vectors[:2] = 0
    model.wv.vectors_lockf = np.ones(len(model.wv), np.float32)
    model.wv.vectors_lockf[0] = 0
    model.train()
    assert not model.wv.vectors[0].any()
    assert model.wv.vectors[1].any()


def test_a_model_with_a_trajectory_can_be_copied():
    model = Word2Vec(SENTENCES, geometry_every_words=5_000, **SMALL)
    twin = copy.deepcopy(model)
    assert twin.trajectory == model.trajectory
    assert len(twin.trajectory.points) >= 4


def test_a_diverging_triplet_is_noticed():
    with pytest.raises(DivergedError, match="far above"):
        Word2Vec(SENTENCES, objective="triplet_dot", **SMALL | {"alpha": 2.0, "epochs": 3}, negative=15)


def test_a_triplet_without_a_margin_is_no_divergence():
    model = Word2Vec(SENTENCES, alpha=0.05, **SMALL)
    model.objective, model.margin = "triplet_dot", 0.0
    model.train()
    assert model.reports[-1].loss > 0


def test_a_training_that_is_refused_changes_nothing():
    model = Word2Vec(geometry_every_words=5_000, **SMALL)
    model.build_vocab(SENTENCES)
    model.objective = "nt_xent"
    before = model.epochs, model.trajectory, model.wv.vectors.copy(), model.syn1neg.copy()
    with pytest.raises(ConfigError, match="at most 1,000 points: got 20,004"):
        model.train(epochs=5_000)
    assert (model.epochs, model.trajectory) == before[:2]
    np.testing.assert_array_equal(model.wv.vectors, before[2])
    np.testing.assert_array_equal(model.syn1neg, before[3])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"objective": "ntxent"}, "objective must be one of sgns, nt_xent, .*: got 'ntxent'"),
        ({"temperature": 0}, "temperature must be a number from 0.001 to 1000: got 0"),
        ({"margin": -1}, "margin must be a number"),
        ({"geometry_every": 0}, "geometry_every must be a positive number: got 0"),
        (
            {"geometry_every": 1, "geometry_every_words": 10},
            "geometry_every and geometry_every_words must not be combined: got 1.0 and 10",
        ),
        ({"geometry_every_words": 1.5}, "geometry_every_words must be an integer or None: got 1.5"),
    ],
)
def test_wrong_parameters_say_what_is_right(wrong, message):
    with pytest.raises(ConfigError, match=message):
        Word2Vec(**wrong)


def test_the_oracle_replays_nothing_but_sgns():
    with pytest.raises(ConfigError, match="objective must be 'sgns'"):
        replay(SENTENCES[:5], TrainConfig(objective="nt_xent"))
