"""Each thread's copies of the rows of frequent words: what is merged, how much of it, and when there are none."""

import numpy as np
import pytest
from tiles import aligned_rows

from w2v import _core
from w2v.config import TrainConfig, VocabularyConfig
from w2v.matrices import replicated
from w2v.memory import estimate_memory
from w2v.reading.encoding import encode
from w2v.trainer import Trainer

WORDS, REPLICATED = 40, 12
VARIANTS = [name for name in _core.variants() if name != "float64"]
EXACT = TrainConfig(vector_size=20, window=3, negative=4, epochs=1, alpha=0.1)
LINEAR = TrainConfig(vector_size=20, window=3, negative=4, epochs=1, alpha=1e-9, min_alpha=1e-9)


def one_thread(config, start, words, workers, copies, isa=VARIANTS[0]):
    """Let one of ``workers`` threads train a text of ``words`` words from two matrices; return these."""
    rng = np.random.default_rng(8)
    tokens = rng.integers(0, WORDS, words).astype(np.uint32)
    keep, noise = np.full(WORDS, 2**32 - 1, np.uint32), rng.integers(0, WORDS, 1 << 12).astype(np.uint32)
    input, output = (aligned_rows(matrix, np.float32) for matrix in start)
    offsets, chunks = np.array([0, words]), np.array([0, 1])
    engine = _core.Engine(input, output, tokens, offsets, chunks, keep, noise, config, isa)
    counts, losses = np.zeros((1, 6), np.int64), np.zeros(1)
    engine.begin(0, 0, 1, counts, losses, workers, copies)
    engine.work()
    return input[:, : config.vector_size], output[:, : config.vector_size]


@pytest.mark.parametrize("isa", VARIANTS)
@pytest.mark.parametrize("workers", [1, 2, 5])
def test_common_rows_move_by_a_share_of_what_a_thread_learned(isa, workers):
    """In a text that ends before the first merge, all but the rows of frequent words are those of a run without copies."""
    start = np.random.default_rng(1).normal(size=(2, WORDS, 20)).astype(np.float32)
    plain = one_thread(EXACT, start, 7, 1, 0, isa)
    copied = one_thread(EXACT, start, 7, workers, REPLICATED, isa)
    for before, alone, merged in zip(start, plain, copied, strict=True):
        np.testing.assert_array_equal(merged[REPLICATED:], alone[REPLICATED:])
        assert np.abs(alone[:REPLICATED] - before[:REPLICATED]).max() > 0.01
        expected = before + (alone - before) / workers
        np.testing.assert_allclose(merged[:REPLICATED], expected[:REPLICATED], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("isa", VARIANTS)
@pytest.mark.parametrize("side", [0, 1])
def test_every_update_is_merged_once(isa, side):
    """Against ones, at a tiny rate, rows of zeros add up one number for each pair, however often they are merged."""
    start = np.ones((2, WORDS, 20), np.float32)
    start[side] = 0
    plain = one_thread(LINEAR, start, 20_000, 1, 0, isa)[side]
    copied = one_thread(LINEAR, start, 20_000, 4, REPLICATED, isa)[side]
    np.testing.assert_allclose(copied[:REPLICATED], plain[:REPLICATED] / 4, rtol=1e-3)
    np.testing.assert_allclose(copied[REPLICATED:], plain[REPLICATED:], rtol=1e-3)


def test_who_has_copies():
    assert replicated(85_000, 1) == 0
    assert replicated(85_000, 2) == 32
    assert replicated(10_000_000, 300) == 512
    assert replicated(255, 8) == 0


def test_copies_are_in_the_estimate_of_memory():
    few, many = (estimate_memory(1_000_000, TrainConfig(workers=n)).workspaces for n in (1, 64))
    assert many - 64 * (few - (16 << 20)) - (16 << 20) == 64 * 4 * 512 * 112 * 4


@pytest.mark.parametrize(("workers", "copies"), [(0, 0), (-1, 0), (2, WORDS + 1)])
def test_impossible_copies_are_refused(workers, copies):
    with pytest.raises(ValueError, match="no such threads or replicas"):
        one_thread(EXACT, np.zeros((2, WORDS, 20), np.float32), 7, workers, copies)


@pytest.fixture(scope="module")
def corpus():
    """A text in which a few words are frequent, of a vocabulary large enough for copies."""
    rng = np.random.default_rng(0)
    return encode([[f"w{int(x) % 3000}" for x in rng.zipf(1.3, size=20)] for _ in range(4_000)], VocabularyConfig(1))


@pytest.mark.parametrize("workers", [2, 8])
def test_threads_with_copies_learn_as_one_thread_does(corpus, workers):
    """The loss within 1 % of one thread's, and the frequent words' vectors within 35 degrees."""
    assert replicated(len(corpus.vocabulary), workers) > 4
    parameters = {"vector_size": 16, "negative": 5, "epochs": 6, "sample": 0.01}
    alone, together = (Trainer(corpus, TrainConfig(workers=n, **parameters)) for n in (1, workers))
    losses = [trainer.run(progress=False)[-1].loss for trainer in (alone, together)]
    assert losses[1] == pytest.approx(losses[0], rel=0.01)
    one, other = (trainer.vectors[:4] for trainer in (alone, together))
    cosines = (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
    assert cosines.min() > np.cos(np.radians(35))


def test_rows_with_steps_of_their_own_have_no_copies(corpus):
    steps = np.ones(len(corpus.vocabulary), np.float32)
    steps[:5] = 0
    trainer = Trainer(corpus, TrainConfig(vector_size=16, epochs=1, workers=2), steps=steps)
    before = trainer.vectors.copy()
    trainer.run(progress=False)
    np.testing.assert_array_equal(trainer.vectors[:5], before[:5])
    assert (trainer.vectors[5:50] != before[5:50]).any(axis=1).all()
