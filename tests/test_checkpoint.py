"""Stop, save, resume: nothing is lost, and with one thread nothing changes."""

import os
import signal
import threading
from dataclasses import replace

import numpy as np
import pytest
from texts import zipf_sentences

from w2v.config import TrainConfig, VocabularyConfig
from w2v.corpus.encode import encode
from w2v.errors import CheckpointError, ConfigError, OutputError
from w2v.formats import native
from w2v.training.checkpoint import Checkpoints
from w2v.training.hooks import Hooks
from w2v.training.threads import deferred_signals
from w2v.training.train import train
from w2v.training.trainer import Trainer

CONFIG = TrainConfig(vector_size=8, epochs=4, workers=1)


@pytest.fixture(scope="module")
def corpus():
    return encode(zipf_sentences(500, words=90, exponent=1.4, seed=1), VocabularyConfig(min_count=1))


@pytest.fixture(scope="module")
def uninterrupted(corpus):
    return train(corpus, CONFIG)


def same(one, other):
    """Bitwise equal matrices, equal ledgers; a loss is a sum of doubles whose order may differ."""
    counted = [[replace(r, seconds=0, loss=0) for r in trainer.reports] for trainer in (one, other)]
    losses = [[r.loss for r in trainer.reports] for trainer in (one, other)]
    return (
        (one.matrices.input == other.matrices.input).all()
        and (one.matrices.output == other.matrices.output).all()
        and counted[0] == counted[1]
        and losses[0] == pytest.approx(losses[1], rel=1e-12)
    )


@pytest.mark.parametrize("chunks", [1, 7, 13, 25])
def test_resume_is_bitwise_equal(corpus, uninterrupted, tmp_path, chunks):
    path = str(tmp_path / "c.safetensors")
    trainer = Trainer(corpus, CONFIG)
    for _ in range(chunks):
        trainer.advance(1)
    trainer.save(path)
    resumed = Trainer.resume(path, corpus, CONFIG)
    resumed.run(checkpoints=Checkpoints(path))
    assert same(resumed, uninterrupted)


def test_every_epoch(corpus, tmp_path):
    path = str(tmp_path / "c.safetensors")
    seen = []

    class Look:
        def on_epoch_end(self, subject):
            seen.append(Trainer.resume(path, corpus, CONFIG).epoch if os.path.exists(path) else 0)

    Trainer(corpus, CONFIG).run(Hooks([Look()]), Checkpoints(path, every_epochs=2))
    assert seen == [0, 2, 2, 4]


def test_often_in_the_middle_of_epochs(corpus, uninterrupted, tmp_path):
    checkpoints = Checkpoints(str(tmp_path / "c.safetensors"), every_minutes=1e-9)
    trainer = Trainer(corpus, CONFIG)
    trainer.run(checkpoints=checkpoints)
    assert checkpoints.exists
    assert same(trainer, uninterrupted)


def test_ctrl_c_stops_saves_and_resumes(corpus, tmp_path):
    config = TrainConfig(vector_size=8, epochs=5_000, workers=2)
    path = str(tmp_path / "c.safetensors")
    threads = threading.active_count()
    trainer, begun = Trainer(corpus, config), threading.Event()

    class Begun:
        def on_epoch_end(self, subject):
            begun.set()

    def interrupt():
        if begun.wait(60):
            os.kill(os.getpid(), signal.SIGINT)

    interrupter = threading.Thread(target=interrupt)
    interrupter.start()
    with pytest.raises(KeyboardInterrupt):
        trainer.run(Hooks([Begun()]), Checkpoints(path))
    interrupter.join()
    assert threading.active_count() == threads
    resumed = Trainer.resume(path, corpus, config)
    assert 0 < resumed.epoch < 5_000
    assert resumed.reports[-1].tokens == len(corpus.tokens)


def test_ctrl_c_thrice_in_the_middle_of_a_chunk(tmp_path, monkeypatch, wait_until):
    """No thread writes any more when the checkpoint is saved, however long a chunk takes and however often one asks."""
    rng = np.random.default_rng(2)
    slow = encode([[f"w{i}" for i in rng.integers(0, 500, 100)] for _ in range(100)], VocabularyConfig(min_count=1))
    config = TrainConfig(vector_size=400, window=60, negative=30, epochs=1, workers=1, sample=0)
    whole = train(slow, config)
    path = str(tmp_path / "c.safetensors")
    trainer = Trainer(slow, config)

    asked = []

    def impatient(stop):
        def stop_and_ask_again():
            stop()
            asked.append(trainer._engine.progress)
            if len(asked) < 3:
                os.kill(os.getpid(), signal.SIGINT)

        return deferred_signals(stop_and_ask_again)

    def interrupt():
        wait_until(lambda: trainer._engine.progress > 0)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("w2v.training.threads.deferred_signals", impatient)
    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        trainer.run(checkpoints=Checkpoints(path))
    thread.join()
    assert len(asked) == 3
    resumed = Trainer.resume(path, slow, config)
    assert 0 < resumed.chunk < resumed.chunks
    assert resumed.records.counts[:, 0].sum() == resumed._text.edges[resumed.chunk]
    resumed.run()
    assert same(resumed, whole)


def test_a_checkpoint_of_another_run_is_refused(corpus, tmp_path):
    path = str(tmp_path / "c.safetensors")
    Trainer(corpus, CONFIG).save(path)
    Trainer.resume(path, corpus, TrainConfig(vector_size=8, epochs=4, workers=2))
    with pytest.raises(CheckpointError, match=r"written with epochs=4, now epochs=9"):
        Trainer.resume(path, corpus, TrainConfig(vector_size=8, epochs=9, workers=1))
    other = encode([["a", "b"]] * 10, VocabularyConfig(min_count=1))
    with pytest.raises(CheckpointError, match="another corpus"):
        Trainer.resume(path, other, CONFIG)
    with open(path, "r+b") as file:
        file.seek(-3, 2)
        file.write(b"\x01")
    with pytest.raises(CheckpointError, match="cannot resume"):
        Trainer.resume(path, corpus, CONFIG)


def test_a_checkpoint_of_before_there_was_a_weight_of_noise_continues(corpus, uninterrupted, tmp_path):
    path = str(tmp_path / "c.safetensors")
    trainer = Trainer(corpus, CONFIG)
    for _ in range(13):
        trainer.advance(1)
    trainer.save(path)
    contents = native.load(path)
    del contents.metadata["checkpoint"]["config"]["negative_weight"]
    native.save(path, contents)
    with pytest.raises(CheckpointError, match=r"written with negative_weight=1\.0, now negative_weight=2\.0"):
        Trainer.resume(path, corpus, replace(CONFIG, negative_weight=2.0))
    resumed = Trainer.resume(path, corpus, CONFIG)
    resumed.run()
    assert same(resumed, uninterrupted)


@pytest.mark.parametrize("change", ["streams", "chunks", "epoch", "counts", "reports", "config"])
def test_a_state_that_is_not_whole_is_refused(corpus, tmp_path, change):
    path = str(tmp_path / "c.safetensors")
    Trainer(corpus, CONFIG).save(path)
    contents = native.load(path)
    for value in (None, "x", 10**15):
        contents.metadata["checkpoint"][change] = value
        native.save(path, contents)
        with pytest.raises(CheckpointError, match="cannot resume"):
            Trainer.resume(path, corpus, CONFIG).run()


def test_an_unwritable_place_is_found_before_training(corpus, tmp_path):
    with pytest.raises(OutputError):
        Trainer(corpus, CONFIG).run(checkpoints=Checkpoints(str(tmp_path / "missing" / "c.safetensors")))


@pytest.mark.parametrize("options", [{"every_minutes": 0}, {"every_minutes": float("nan")}, {"every_epochs": 0}])
def test_bad_intervals(options):
    with pytest.raises(ConfigError, match=r"must be (a positive number|an integer of at least 1)"):
        Checkpoints("x", **options)


def test_checkpoints_are_at_any_kind_of_path(tmp_path):
    corpus = encode([["a", "b", "c"]] * 20, VocabularyConfig(min_count=1))
    config = TrainConfig(vector_size=4, epochs=2, workers=1)
    trainer = Trainer(corpus, config)
    trainer.advance(1)
    for path in (tmp_path / "c", str(tmp_path / "d"), os.fsencode(tmp_path / "e")):
        trainer.save(path)
        assert Trainer.resume(path, corpus, config).epoch == trainer.epoch
        assert Checkpoints(path, every_epochs=1).path == os.fsdecode(path)
