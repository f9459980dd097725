"""Training on several copies of the matrices: the rounds, the mean, and the same bits for any number of threads."""

import signal
import threading
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import w2v
from w2v import TrainConfig, _core, _merging, machine
from w2v.config import OBJECTIVES
from w2v.corpora import write
from w2v.corpus.noise import noise_pool
from w2v.corpus.subsampling import keep_thresholds
from w2v.errors import CheckpointError, ConfigError
from w2v.training.checkpoint import Checkpoints
from w2v.training.epoch_report import Records
from w2v.training.matrices import Matrices
from w2v.training.rounds import GROWTH, ROWS_EACH_ROUND, SPAN, START, chunks_per_round, portions, rounds
from w2v.training.schedule import divide
from w2v.training.shards import Shards, part_of
from w2v.training.trainer import Trainer


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("shards") / "world.txt"
    write(path, words=200_000, seed=1)
    return w2v.encode(path)


@pytest.fixture(autouse=True)
def shards_of_any_text():
    """Let short texts have shards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("w2v.training.rounds.TOKENS_OF_A_SHARD", 1)
        yield


def config(**named):
    return TrainConfig(**{"vector_size": 20, "epochs": 2, "workers": 1, "shards": 4} | named)


def bits(trainer):
    return trainer.matrices.input.tobytes(), trainer.matrices.output.tobytes()


def trained(corpus, **named):
    trainer = Trainer(corpus, config(**named))
    trainer.run(progress=False)
    return trainer


# ---------------------------------------------------------------------------------------------------------- the rounds


@settings(deadline=None)
@given(
    shards=st.integers(1, 16),
    epochs=st.integers(1, 4),
    chunks=st.integers(1, 400),
    size=st.integers(1, 9_000),
    words=st.integers(1, 10**6),
)
def test_rounds_divide_every_epoch(shards, epochs, chunks, size, words):
    settings_ = TrainConfig(shards=shards, epochs=epochs, alpha=0.005)
    plan = rounds(settings_, chunks, chunks * size, words)
    most = chunks_per_round(settings_, chunks, chunks * size)
    longest = max(end - first for first, end in portions(chunks, shards))
    for epoch in range(epochs):
        own = [one for one in plan if one.epoch == epoch]
        assert own[0].first == 0
        assert own[-1].end == longest
        assert own[-1].whole
        assert all(one.end == after.first for one, after in pairwise(own))
    for number, one in enumerate(plan, start=1):
        before = one.epoch * longest + one.first
        assert 0 < one.end - one.first <= max(1, min(most, START * before))
        assert one.whole == (number % SPAN == 0 or one.end == longest)
        assert one.rows == words if one.whole else min(words, ROWS_EACH_ROUND * GROWTH ** _twos(number))


@given(shards=st.integers(1, 32), chunks=st.integers(1, 1000))
def test_portions_are_equal_parts(shards, chunks):
    parts = portions(chunks, shards)
    lengths = [end - first for first, end in parts]
    assert len(parts) == shards
    assert [first for first, _ in parts] == [0] + [end for _, end in parts[:-1]]
    assert sum(lengths) == chunks
    assert max(lengths) - min(lengths) <= 1


def _twos(number):
    return len(bin(number)) - len(bin(number).rstrip("0"))


@pytest.mark.parametrize(("tokens", "number"), [(4096 * 4096, 160), (4096 * 1500, 59), (4096 * 200, 40)])
def test_the_number_of_rounds(tokens, number):
    plan = rounds(TrainConfig(shards=4, objective="triplet_dot"), chunks=tokens // 4096, tokens=tokens, words=10**5)
    assert number * 0.9 <= len(plan) <= number * 1.1 + 25  # those of the start are more
    plan = rounds(TrainConfig(shards=4), chunks=tokens // 4096, tokens=tokens, words=10**5)  # merged by direction
    assert len(plan) >= min(150, 2 * tokens // 4096 // 4)  # a round has a chunk of each shard at least


def test_a_round_of_slow_settings_is_short():
    slow = TrainConfig(shards=2, vector_size=1000, negative=20, window=20)
    assert (
        chunks_per_round(slow, chunks=10**6, tokens=10**9) * 10**3 * 6 * 21 * 21 * 1000 < 4 * 10**10
    )  # about a second


# ------------------------------------------------------------------------------------------------------------ the mean


@pytest.mark.parametrize("copies", [1, 2, 3, 8, 33])
def test_the_mean_of_rows(copies):
    matrices = [Matrices.initialise(50, 20, seed).input for seed in range(copies)]
    for one in matrices[1:]:
        one[7] = matrices[0][7]  # equal in all: left as it is
    kept = matrices[0].copy()
    total = matrices[0].copy()
    for one in matrices[1:]:
        total += one
    mean = total * np.float32(1 / copies)
    mean[7] = kept[7]
    tail = [one[30:].copy() for one in matrices]
    _merging.mean_rows(matrices, 0, 11)
    _merging.mean_rows(matrices, 11, 30)
    for one, rest in zip(matrices, tail, strict=True):
        np.testing.assert_array_equal(one[:30], mean[:30] if copies > 1 else kept[:30])
        np.testing.assert_array_equal(one[30:], rest)


def test_what_is_no_copy_is_refused():
    matrix = Matrices.initialise(8, 20, 1).input
    other = Matrices.initialise(9, 20, 1).input
    for copies, first, end in (
        ([], 0, 1),
        ([matrix, other], 0, 1),
        ([matrix], 0, 9),
        ([matrix], 3, 2),
        ([matrix], -1, 2),
    ):
        with pytest.raises(ValueError):  # noqa: PT011
            _merging.mean_rows(copies, first, end)
    with pytest.raises(ValueError, match="too many"):
        _merging.mean_rows([matrix] * 34, 0, 1)


# ------------------------------------------------------------------------------------------------------------ the bits


@pytest.mark.parametrize(
    "changes",
    [*({"objective": name} for name in OBJECTIVES), {"shards": 2}, {"shards": 9}, {"negative_weight": 2.5}],
    ids=str,
)
def test_the_bits_do_not_depend_on_threads(corpus, changes):
    expected = bits(trained(corpus, **changes))
    for workers in (2, 3, 4, 7):
        assert bits(trained(corpus, workers=workers, **changes)) == expected


def test_a_part_of_a_text_is_trained_with_its_own_random_streams(corpus):
    # Against training the same chunks of the whole text, at a constant learning rate.
    constant = config(shards=0, alpha=0.02, min_alpha=0.02)
    whole, part = Trainer(corpus, constant), Trainer(corpus, constant)
    offsets, chunks = divide(corpus, constant)
    text = _core.Text(corpus.tokens, offsets, chunks, keep_thresholds(corpus.vocabulary.counts, constant.sample))
    records = [Records.empty(whole.chunks) for _ in range(2)]
    whole._engine.begin(1, 5, 9, records[0].counts, records[0].losses)
    engine = part._engine.on_copies(part.matrices.input, part.matrices.output, part_of(text, 3, 11))
    engine.begin(1, 2, 6, records[1].counts[3:11], records[1].losses[3:11])
    for one in (whole._engine, engine):
        one.work()
    assert bits(whole) == bits(part)
    np.testing.assert_array_equal(records[0].counts, records[1].counts)
    np.testing.assert_array_equal(records[0].losses, records[1].losses)


def test_there_are_no_more_shards_than_chunks():
    few = w2v.encode([["a", "b", "c"]] * 40, w2v.VocabularyConfig(min_count=1))
    assert bits(trained(few, shards=4)) == bits(trained(few, shards=1))


def test_a_short_text_has_fewer_shards(corpus, monkeypatch, caplog):
    monkeypatch.setattr("w2v.training.rounds.TOKENS_OF_A_SHARD", 150_000)
    fewer = trained(corpus, shards=4)
    assert fewer._engine.number == 2
    assert "trained as 2 shards instead of 4" in caplog.text
    assert bits(fewer) == bits(trained(corpus, shards=2))
    monkeypatch.setattr("w2v.training.rounds.TOKENS_OF_A_SHARD", 2_000_000)
    assert bits(trained(corpus, shards=4, workers=4)) == bits(trained(corpus, shards=1))
    assert "trained as 1 shard instead of 4" in caplog.text


def test_one_shard_is_one_thread(corpus):
    assert bits(trained(corpus, shards=1, workers=3)) == bits(trained(corpus, shards=0))


def test_shards_train_side_by_side_and_become_their_mean(corpus):
    # By hand: engines with twice the learning rate, each on a copy of the model; then the mean of the first 100 rows.
    two = config(shards=2)
    offsets, chunks = divide(corpus, two)
    text = _core.Text(corpus.tokens, offsets, chunks, keep_thresholds(corpus.vocabulary.counts, two.sample))
    pool = noise_pool(corpus.vocabulary.counts, two.ns_exponent, two.seed)
    noise = _core.Noise(pool, two.noise_region(len(pool)), two.noise_step)
    shards = [Matrices.initialise(956, two.vector_size, two.seed) for _ in range(2)]
    engines = [
        _core.Engine(shard.input, shard.output, part_of(text, *portion), noise, two, machine.isa(), boost=2)
        for shard, portion in zip(shards, portions(len(chunks) - 1, 2), strict=True)
    ]
    records = Records.empty(len(chunks) - 1)
    plan = [replace(one, rows=100, whole=False) for one in rounds(two, len(chunks) - 1, len(corpus.tokens), 956)]
    trainer = Trainer(corpus, two)
    trainer._engine.plan = plan
    interrupted(trainer, after=3)
    middle = (len(chunks) - 1) // 2
    for one in plan[:3]:
        for engine in engines:
            engine.begin(0, one.first, one.end, records.counts[:middle], records.losses[:middle])
            engine.work()
        for side in ("input", "output"):
            pair = [getattr(shard, side) for shard in shards]
            pair[0][:100] = pair[1][:100] = (pair[0][:100] + pair[1][:100]) / 2
    for copy, shard in zip(trainer._engine.rule.copies, shards, strict=True):
        np.testing.assert_array_equal(copy.input, shard.input)
        np.testing.assert_array_equal(copy.output, shard.output)
    assert (trainer._engine.rule.copies[0].output[100:] != trainer._engine.rule.copies[1].output[100:]).any()


def test_the_model_learns_as_with_one_copy(corpus):
    one, four = trained(corpus, shards=1, epochs=5), trained(corpus, shards=4, epochs=5)
    assert four.reports[-1].loss == pytest.approx(one.reports[-1].loss, rel=0.05)
    assert [r.tokens for r in four.reports] == [r.tokens for r in one.reports]


def test_frozen_rows_stay(corpus):
    steps = np.ones(len(corpus.vocabulary), np.float32)
    steps[:10] = 0
    trainer = Trainer(corpus, config(workers=2), steps=steps)
    before = trainer.matrices.input.copy()
    trainer.run(progress=False)
    np.testing.assert_array_equal(trainer.matrices.input[:10], before[:10])
    assert (trainer.matrices.input[10:20] != before[10:20]).any(axis=1).all()


# ------------------------------------------------------------------------------------------- stopping and continuing


def test_it_advances_by_spans(corpus):
    whole = Trainer(corpus, config())
    while whole.epoch < 2:
        assert whole.advance(1) > 0
        assert whole._engine.is_whole
    assert bits(whole) == bits(trained(corpus))


def test_a_checkpoint_continues_with_the_same_bits(corpus, tmp_path):
    path = tmp_path / "run.safetensors"
    trainer = Trainer(corpus, config(shards=2, workers=2))
    trainer.advance(20)
    assert 0 < trainer.chunk < trainer.chunks
    trainer.save(path)
    again = Trainer.resume(path, corpus, config(shards=2, workers=3))
    again.run(progress=False)
    assert bits(again) == bits(trained(corpus, shards=2))
    with pytest.raises(CheckpointError, match="shards=2"):
        Trainer.resume(path, corpus, config(shards=4))


def interrupted(trainer, after=2):
    """Stop a run in the middle of a span, as Ctrl-C does."""
    engine, calls = trainer._engine, []
    merge = engine._merge

    def merges(thread):
        merge(thread)
        calls.append(thread)
        if len(calls) == after:
            engine.stop()

    engine._merge = merges
    trainer._work(trainer.chunks, _Silent())
    del engine._merge


class _Silent:
    checkpoints = None
    shown = 0

    def advance(self, *_, **__):
        pass


def test_it_stops_after_the_round_and_continues(corpus, tmp_path):
    trainer = Trainer(corpus, config())
    interrupted(trainer)
    assert 0 < trainer.chunk < trainer.chunks
    assert not trainer._engine.is_whole
    trainer.save(tmp_path / "run.safetensors")  # trains to the end of the span first
    assert trainer._engine.is_whole
    again = Trainer.resume(tmp_path / "run.safetensors", corpus, config())
    again.run(progress=False)
    trainer.run(progress=False)
    assert bits(again) == bits(trainer) == bits(trained(corpus))


def test_checkpoints_more_often_than_copies_are_made_do_not_keep_it_from_training(
    corpus, tmp_path, monkeypatch, wait_until
):
    copying, looking, looks = Shards._copy_model, Checkpoints.time_is_up, []
    expected = bits(trained(corpus, epochs=1))

    def slowly(self, shards):
        before = len(looks)
        wait_until(lambda: len(looks) > before)  # the trainer looks meanwhile whether a checkpoint is due
        copying(self, shards)

    monkeypatch.setattr(Shards, "_copy_model", slowly)
    monkeypatch.setattr(Checkpoints, "time_is_up", lambda self: looks.append(1) or looking(self))
    trainer = Trainer(corpus, config(epochs=1))
    trainer.run(checkpoints=Checkpoints(tmp_path / "run.safetensors", every_minutes=1e-6), progress=False)
    assert bits(trainer) == expected


def test_a_run_that_has_not_begun_can_be_saved(corpus, tmp_path):
    Trainer(corpus, config()).save(tmp_path / "run.safetensors")
    again = Trainer.resume(tmp_path / "run.safetensors", corpus, config())
    again.save(tmp_path / "again.safetensors")
    again.run(progress=False)
    assert bits(again) == bits(trained(corpus))


def test_a_checkpoint_inside_a_span_is_refused(corpus, tmp_path):
    # As of other rounds: nothing says what the copies were.
    path = tmp_path / "run.safetensors"
    trainer = Trainer(corpus, config(shards=2))
    trainer.chunk = 2 * trainer._engine.plan[3].first
    trainer.save(path)
    with pytest.raises(CheckpointError, match="rounds"):
        Trainer.resume(path, corpus, config(shards=2))


@pytest.mark.parametrize("workers", [1, 3])
def test_stopped_before_all_threads_have_come_nothing_is_trained(corpus, workers):
    trainer = Trainer(corpus, config(workers=workers))
    before = bits(trainer)
    trainer._begin(trainer.chunks)
    trainer._engine.stop()
    threads = [threading.Thread(target=trainer._engine.work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    assert bits(trainer) == before
    assert trainer._engine.position == 0
    trainer.run(progress=False)
    assert bits(trainer) == bits(trained(corpus))


def test_ctrl_c_saves_a_checkpoint_that_continues(corpus, tmp_path):
    path = tmp_path / "run.safetensors"
    trainer = Trainer(corpus, config(workers=2, epochs=200))
    threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        trainer.run(checkpoints=Checkpoints(path), progress=False)
    assert trainer._engine.is_whole
    epoch, chunk = trainer.epoch, trainer.chunk
    again = Trainer.resume(path, corpus, config(epochs=200))
    assert (again.epoch, again.chunk) == (epoch, chunk)
    trainer.advance(1)
    again.advance(1)
    assert bits(again) == bits(trainer)


def test_a_thread_that_fails_ends_the_others(corpus, monkeypatch):
    trainer = Trainer(corpus, config(workers=4))
    monkeypatch.setattr(trainer._engine, "_merge", lambda thread: 1 / 0 if thread == 2 else None)
    with pytest.raises(ZeroDivisionError):
        trainer.run(progress=False)


def test_a_thread_that_cannot_start_ends_the_others(corpus, monkeypatch):
    trainer = Trainer(corpus, config(workers=4))
    start, began = threading.Thread.start, []

    def fails(thread):
        if thread.name.startswith("w2v-"):
            began.append(thread)
            if len(began) == 3:
                raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", fails)
    with pytest.raises(RuntimeError, match="start new thread"):
        trainer.run(progress=False)
    monkeypatch.undo()
    trainer.run(progress=False)  # nothing was trained
    assert bits(trainer) == bits(trained(corpus))


def test_a_thread_that_fails_when_all_have_come_ends_the_others(corpus, monkeypatch):
    trainer = Trainer(corpus, config(workers=4))
    monkeypatch.setattr(trainer._engine, "_begin_round", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        trainer.run(progress=False)


def test_learning_rates_of_shards_are_not_raised(corpus):
    trainer = Trainer(corpus, config())
    trainer.set_rates(0.02, 0.0001)
    with pytest.raises(ConfigError, match=r"alpha must be at most 0\.025.*got 0\.1"):
        trainer.set_rates(0.1, 0.0001)


def test_a_model_of_many_shards_is_loaded_into_the_memory_of_one(corpus, tmp_path, monkeypatch):
    w2v.train(corpus, config()).save(tmp_path / "model.safetensors")
    asked = []
    monkeypatch.setattr("w2v.training.trained_model.require", asked.append)
    w2v.load(tmp_path / "model.safetensors")
    assert asked[0].matrices == 2 * 4 * len(corpus.vocabulary) * 32


def test_numbers_of_shards():
    for wrong in (-1, 33, 2.5):
        with pytest.raises(ConfigError, match="shards"):
            TrainConfig(shards=wrong)
    assert TrainConfig(shards=4).alpha == 0.025
    with pytest.raises(ConfigError, match=r"alpha must be at most 0\.1.*alpha=0\.11 and shards=2"):
        TrainConfig(shards=2, alpha=0.11)
    with pytest.raises(
        ConfigError, match=r"alpha times shards, with .*, must be at most 0\.1.*alpha=0\.025 and shards=5"
    ):
        TrainConfig(shards=5, objective="nt_xent")
    TrainConfig(shards=1, alpha=0.5, objective="nt_xent")
    TrainConfig(shards=32)
