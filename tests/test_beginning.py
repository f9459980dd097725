"""A run that has learned hardly anything says so (`training/beginning.py`); one that has, or that continues, does not."""

import logging
import lzma
import re
from pathlib import Path

import numpy as np
import pytest

import w2v
from w2v.training.matrices import Matrices

TOPICS, ITEMS = 10, 200


def sessions(number, length, seed=0):
    """Sessions of items, each of one of ten topics."""
    rng = np.random.default_rng(seed)
    own = rng.integers(0, ITEMS // TOPICS, (number, length)) * TOPICS + rng.integers(0, TOPICS, (number, 1))
    return own.astype(str).tolist()


@pytest.fixture
def said(caplog):
    caplog.set_level(logging.WARNING, logger="w2v")
    return lambda: [record.getMessage() for record in caplog.records]


def train(sentences, start=None, min_count=1, **parameters):
    words = start.vocabulary if start else w2v.VocabularyConfig(min_count=min_count)
    config = w2v.TrainConfig(**{"vector_size": 50, "workers": 1, "sample": 0, **parameters})
    return w2v.train(w2v.encode(sentences, words), config, start=start)


@pytest.mark.parametrize(
    ("sentences", "parameters"),
    [
        (sessions(100, 5), {}),
        (sessions(120, 5), {"negative": 20}),
        (sessions(600, 2), {}),  # edges
        (sessions(60, 5), {"objective": "triplet_dot", "epochs": 1}),
        (sessions(200, 5), {"objective": "spectral", "epochs": 1}),
        (sessions(100, 5), {"alpha": 0.001, "objective": "nt_xent", "epochs": 1}),
        (sessions(3000, 5), {"alpha": 1e-4}),
    ],
)
def test_a_run_that_learned_hardly_anything_says_so_once(sentences, parameters, said):
    train(sentences, **parameters)
    (message,) = said()
    assert message.startswith("hardly anything was learned from the ")
    assert "at random, so that neighbours are chance; use more text" in message
    assert message.endswith(f"more epochs, such as {10 * parameters.get('epochs', 5)}")


@pytest.mark.parametrize(
    ("sentences", "parameters"),
    [
        (sessions(3000, 5), {}),
        (sessions(100, 5), {"epochs": 100}),
        (sessions(1000, 20), {"negative": 1, "epochs": 1}),  # the loss is still 0.693, but neighbours are right
        *((sessions(300, 5), {"objective": name}) for name in ("nt_xent", "decoupled", "triplet", "align_uniform")),
        ([["a", "b", "c"]] * 20, {}),  # too few words to tell
    ],
)
def test_a_run_that_learned_something_says_nothing(sentences, parameters, said):
    train(sentences, **parameters)
    assert said() == []


@pytest.mark.parametrize(("lines", "epochs", "expected"), [(100, 1, 1), (None, 1, 0), (1000, 5, 0)])
def test_a_novel(lines, epochs, expected, said):
    novel = lzma.decompress((Path(__file__).parent / "data" / "emma.txt.xz").read_bytes()).decode().split("\n")
    sentences = [words for line in novel[:lines] if (words := re.findall(r"\w+", line.lower()))]
    train(sentences, epochs=epochs, sample=1e-3, min_count=3)
    assert len(said()) == expected


def test_a_run_that_continues_is_not_judged_by_the_little_that_it_adds(said, tmp_path):
    first = train(sessions(3000, 5))
    train(sessions(20, 5), start=first, alpha=1e-4, epochs=1)
    model = w2v.Word2Vec(sessions(1000, 20), vector_size=50, min_count=1, workers=1)
    model.train(sessions(20, 5), total_examples=20, epochs=1, start_alpha=1e-4, end_alpha=1e-5)
    assert said() == []


def test_word2vec_says_it_for_the_first_of_many_trainings_only(said):
    model = w2v.Word2Vec(vector_size=50, min_count=1, workers=1)
    model.build_vocab(sessions(100, 5))
    for _ in range(3):
        model.train(sessions(100, 5), total_examples=100, epochs=1)
    assert sum("hardly anything" in message for message in said()) == 1


def test_vectors_that_were_loaded_or_frozen_are_not_expected_to_move(said):
    model = w2v.Word2Vec(vector_size=50, min_count=1, workers=1, epochs=1)
    model.build_vocab(sessions(100, 5))
    model.wv.vectors[:] = np.random.default_rng(0).normal(size=model.wv.vectors.shape)
    model.train(sessions(100, 5), total_examples=100, epochs=1)
    frozen = w2v.Word2Vec(vector_size=50, min_count=1, workers=1, epochs=1)
    frozen.build_vocab(sessions(100, 5))
    frozen.wv.vectors_lockf = np.zeros(len(frozen.wv), np.float32)
    frozen.train(sessions(100, 5), total_examples=100, epochs=1)
    assert said() == []


def test_vectors_of_zeros_have_no_length_to_compare_with(said, recwarn):
    corpus = w2v.encode(sessions(100, 5), w2v.VocabularyConfig(min_count=1))
    config = w2v.TrainConfig(vector_size=4, workers=1, epochs=1)
    w2v.Trainer(corpus, config, Matrices.zeros(len(corpus.vocabulary), 4)).run()
    assert said() == []
    assert not list(recwarn)
