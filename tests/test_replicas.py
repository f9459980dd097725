"""Each thread's copies of the rows of frequent words: what is merged, how much of it, and when there are none."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from texts import zipf_sentences
from tiles import TRAINING_VARIANTS as VARIANTS
from tiles import aligned_rows

from w2v import _core
from w2v.config import TrainConfig, VocabularyConfig
from w2v.corpus.encode import encode
from w2v.corpus.vocabulary import Vocabulary
from w2v.training.hooks import Hooks
from w2v.training.memory import estimate_memory
from w2v.training.replicas import Replicas, replicas_for
from w2v.training.trainer import Trainer

WORDS, REPLICATED = 40, 12
EXACT = TrainConfig(vector_size=20, window=3, negative=4, epochs=1, alpha=0.1)
LINEAR = TrainConfig(vector_size=20, window=3, negative=4, epochs=1, alpha=1e-9, min_alpha=1e-9)


def engine_for(config, start, words, isa=VARIANTS[0], chunk=100):
    """Return an engine over a text of random words in sentences of ten, its two matrices and its number of chunks."""
    rng = np.random.default_rng(8)
    tokens = rng.integers(0, WORDS, words).astype(np.uint32)
    keep, noise = np.full(WORDS, 2**32 - 1, np.uint32), rng.integers(0, WORDS, 1 << 12).astype(np.uint32)
    input, output = (aligned_rows(matrix, np.float32) for matrix in start)
    offsets = np.append(np.arange(0, words, 10), words)
    chunks = np.append(np.arange(0, len(offsets) - 1, chunk), len(offsets) - 1)
    text, noise = _core.Text(tokens, offsets, chunks, keep), _core.Noise(noise, len(noise), config.noise_step)
    engine = _core.Engine(input, output, text, noise, config, isa)
    return engine, (input[:, : config.vector_size], output[:, : config.vector_size]), len(chunks) - 1


def begin(engine, chunks, copies, share=1.0):
    engine.begin(0, 0, chunks, np.zeros((chunks, 6), np.int64), np.zeros(chunks), copies, share)


def trained(config, start, words, copies, threads=1, isa=VARIANTS[0], share=1.0):
    """Return both matrices after training."""
    engine, matrices, chunks = engine_for(config, start, words, isa)
    begin(engine, chunks, copies, share)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: engine.work(), range(threads)))
    return matrices


def test_prefetching_rows_for_writing_changes_no_bit():
    start = np.random.default_rng(1).normal(size=(2, WORDS, 20)).astype(np.float32)
    alone, owned = (engine_for(EXACT, start, 300) for _ in range(2))
    for (engine, _, chunks), is_alone in ((alone, True), (owned, False)):
        counts, losses = np.zeros((chunks, 6), np.int64), np.zeros(chunks)
        engine.begin(0, 0, chunks, counts, losses, REPLICATED, 1.0, is_alone)
        engine.work()
    for one, other in zip(alone[1], owned[1], strict=True):
        assert not np.array_equal(one, start[0]) and np.array_equal(one, other)


@pytest.mark.parametrize("isa", VARIANTS)
def test_copies_of_one_thread_change_nothing(isa):
    """What is merged is all that was learned, so up to rounding the run is one without copies."""
    start = np.random.default_rng(1).normal(size=(2, WORDS, 20)).astype(np.float32)
    plain, copied = (trained(EXACT, start, 300, copies, isa=isa) for copies in (0, REPLICATED))
    for before, alone, merged in zip(start, plain, copied, strict=True):
        assert np.abs(alone[:REPLICATED] - before[:REPLICATED]).max() > 0.01
        np.testing.assert_allclose(merged, alone, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("isa", VARIANTS)
@pytest.mark.parametrize("side", [0, 1])
def test_every_update_is_merged_once(isa, side):
    """Against ones, at a tiny rate, rows of zeros add up one number for each pair, however often they are merged."""
    start = np.ones((2, WORDS, 20), np.float32)
    start[side] = 0
    plain, copied = (trained(LINEAR, start, 20_000, copies, isa=isa)[side] for copies in (0, REPLICATED))
    np.testing.assert_allclose(copied, plain, rtol=1e-3)


@pytest.mark.parametrize("isa", VARIANTS)
@pytest.mark.parametrize("share", [0.875, 0.25])
def test_a_merge_moves_the_common_row_by_the_share(isa, share):
    """Of what adds up, the share; rows without copies get all of it."""
    start = np.ones((2, WORDS, 20), np.float32)
    start[1] = 0
    plain, copied = (trained(LINEAR, start, 20_000, n, isa=isa, share=share)[1] for n in (0, REPLICATED))
    np.testing.assert_allclose(copied[:REPLICATED], share * plain[:REPLICATED], rtol=2e-3)
    np.testing.assert_allclose(copied[REPLICATED:], plain[REPLICATED:], rtol=1e-3)


@pytest.mark.parametrize("threads", [2, 4])
def test_all_threads_merge_what_they_learned(threads):
    """With a share of one all threads' updates of one rate add up, but for the few that meet in one row."""
    start = np.ones((2, WORDS, 20), np.float32)
    start[1] = 0
    plain, copied = trained(LINEAR, start, 2_000_000, 0)[1], trained(LINEAR, start, 2_000_000, WORDS, threads)[1]
    share = copied[:, 0] / plain[:, 0]
    assert 0.95 < share.mean() < 1.001


def test_rows_are_merged_while_threads_train(wait_until):
    """The common rows of replicated words move long before a thread returns."""
    start = np.ones((2, WORDS, 20), np.float32)
    start[1] = 0
    engine, (_, output), chunks = engine_for(LINEAR, start, 4_000_000)
    begin(engine, chunks, WORDS)
    thread = threading.Thread(target=engine.work)
    thread.start()
    try:
        wait_until(lambda: (output != 0).any(axis=1).all())
        assert engine.progress < 4_000_000
    finally:
        engine.stop()
        thread.join()


def zipf_vocabulary(words, exponent=1.0):
    counts = (1e7 / np.arange(1, words + 1) ** exponent).astype(np.int64) + 5
    return Vocabulary([f"w{i}" for i in range(words)], counts)


def replicas(vocabulary, threads, tokens=None, **parameters):
    tokens = int(vocabulary.counts.sum()) if tokens is None else tokens
    return replicas_for(vocabulary, TrainConfig(**parameters), threads, tokens)


def test_who_has_copies():
    large = zipf_vocabulary(200_000)
    assert replicas(large, 1).words == 0
    assert replicas(large, 2) == Replicas(64, 0.875)
    assert replicas(large, 3) == Replicas(48, 1 / 3)
    assert replicas(large, 100, epochs=100) == Replicas(512, 0.01)
    assert replicas(zipf_vocabulary(255), 8).words == 0
    assert replicas(zipf_vocabulary(50), 2).words == 50


def test_short_trainings_by_many_threads_have_no_copies():
    """Short is the text that is trained, however long the one whose words were counted; two threads have copies always."""
    vocabulary = zipf_vocabulary(85_000)
    long = int(vocabulary.counts.sum()) * 5 // 10_000_000
    assert replicas(vocabulary, long, sample=0.0).words > 0
    assert replicas(vocabulary, long + 1, sample=0.0).words == 0
    assert replicas(vocabulary, long, sample=0.0, tokens=1_000_000).words == 0
    assert replicas(vocabulary, 2, sample=0.0, tokens=1_000_000).words == 64


@pytest.mark.parametrize("threads", [2, 4])
def test_rare_words_have_no_copies(threads):
    """Neither where all words are equally rare, nor where the first words are not the frequent ones."""
    assert replicas(zipf_vocabulary(131_072, exponent=0.0), threads, sample=0.0, tokens=10**9).words == 0
    ascending = zipf_vocabulary(85_000)
    turned = Vocabulary(ascending.words, ascending.counts[::-1].copy())
    assert replicas(turned, threads, sample=0.0, tokens=10**9).words == 0
    assert 0 < replicas(zipf_vocabulary(85_000), 4, sample=1e-5, tokens=10**9).words < 64


def test_words_without_counts_may_have_copies():
    assert replicas(Vocabulary(["a", "b"], np.zeros(2, np.int64)), 2, tokens=10**7).words == 2


def test_short_trainings_have_no_copies():
    few = zipf_vocabulary(85_000)
    assert replicas(few, 2, sample=0.0, tokens=190_000).words == 0 < replicas(few, 2, sample=0.0, tokens=210_000).words


def test_copies_are_in_the_estimate_of_memory():
    few, many = (estimate_memory(1_000_000, TrainConfig(workers=n)).workspaces for n in (1, 64))
    assert many - 64 * (few - (16 << 20)) - (16 << 20) == 64 * 4 * 512 * 112 * 4


def test_two_threads_and_small_vocabularies_are_in_it_too():
    for words, copied in ((1_000, 64), (40, 40)):
        one, two = (estimate_memory(words, TrainConfig(workers=n)).workspaces - (16 << 20) for n in (1, 2))
        assert two - 2 * one == 2 * 4 * copied * 112 * 4


@pytest.mark.parametrize("share", [0.0, 1.1, float("nan")])
def test_impossible_shares_are_refused(share):
    with pytest.raises(ValueError, match="the merged share"):
        trained(EXACT, np.zeros((2, WORDS, 20), np.float32), 7, 3, share=share)


@pytest.mark.parametrize("copies", [-1, WORDS + 1])
def test_impossible_copies_are_refused(copies):
    with pytest.raises(ValueError, match="number of replicated words"):
        trained(EXACT, np.zeros((2, WORDS, 20), np.float32), 7, copies)


@pytest.fixture
def always(monkeypatch):
    """Copies in short trainings too."""
    monkeypatch.setattr("w2v.training.replicas.LONG_TRAINING", 0)
    monkeypatch.setattr("w2v.training.replicas.SHORT_TRAINING", 0)


@pytest.fixture(scope="module")
def corpus():
    """A text in which a few words are frequent, of a vocabulary large enough for copies."""
    return encode(zipf_sentences(4_000, words=3000, exponent=1.3, seed=0), VocabularyConfig(1))


@pytest.mark.parametrize("workers", [2, 8])
def test_threads_with_copies_learn_as_one_thread_does(corpus, workers, always):
    """The loss within 1 % of one thread's, and the frequent words' vectors within 45 degrees."""
    assert replicas(corpus.vocabulary, workers, sample=0.01).words > 4
    parameters = {"vector_size": 16, "negative": 5, "epochs": 6, "sample": 0.01}
    alone, together = (Trainer(corpus, TrainConfig(workers=n, **parameters)) for n in (1, workers))
    losses = [trainer.run(progress=False)[-1].loss for trainer in (alone, together)]
    assert losses[1] == pytest.approx(losses[0], rel=0.01)
    one, other = (trainer.vectors[:4] for trainer in (alone, together))
    cosines = (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
    assert cosines.min() > np.cos(np.radians(45))


def test_rows_with_steps_of_their_own_have_no_copies(corpus, always):
    steps = np.ones(len(corpus.vocabulary), np.float32)
    steps[:5] = 0
    trainer = Trainer(corpus, TrainConfig(vector_size=16, epochs=1, workers=4), steps=steps)
    before = trainer.vectors.copy()
    trainer.run(progress=False)
    np.testing.assert_array_equal(trainer.vectors[:5], before[:5])
    assert (trainer.vectors[5:50] != before[5:50]).any(axis=1).all()


@pytest.mark.parametrize("workers", [2, 4])
def test_pauses_lose_nothing(corpus, workers, always):
    """Each pause merges all copies and makes new ones: the ledger is whole, and the loss that of an unbroken run."""
    parameters = {"vector_size": 16, "epochs": 3, "sample": 0.01, "workers": workers}
    unbroken, paused = (Trainer(corpus, TrainConfig(**parameters)) for _ in range(2))
    seen = []

    class Pause:
        every_words = 20_000

        def on_words(self, trainer):
            seen.append(trainer.words)

    reports = [unbroken.run(progress=False), paused.run(Hooks([Pause()], paused), progress=False)]
    assert len(seen) >= 6
    assert [r.tokens for r in reports[0]] == [r.tokens for r in reports[1]]
    assert [r.trained for r in reports[0]] == [r.trained for r in reports[1]]
    assert reports[1][-1].loss == pytest.approx(reports[0][-1].loss, rel=0.01)
