"""``w2v.train`` and `Trainer` beyond the plain case: starting from a model, checkpoints, callbacks, what files keep."""

from dataclasses import replace

import numpy as np
import pytest
from texts import SENTENCES

import w2v
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import CheckpointError, EmptyCorpusError, MemoryLimitError
from w2v.formats import native
from w2v.training.trainer import Trainer

CONFIG = w2v.TrainConfig(vector_size=6, epochs=2, workers=1)
CORPUS = w2v.encode(SENTENCES, w2v.VocabularyConfig(min_count=1))


class Stop:
    """Interrupts a run after the first epoch."""

    def on_epoch_end(self, trainer):
        raise KeyboardInterrupt


@pytest.fixture(scope="module")
def model():
    return w2v.train(CORPUS, CONFIG)


@pytest.fixture
def frozen(tmp_path):
    """Return the path of a model whose word 0 is frozen, and whose words have an attribute."""
    model = w2v.Word2Vec(SENTENCES, vector_size=6, min_count=1, workers=1)
    model.wv.vectors_lockf = np.append(np.float32(0), np.ones(len(model.wv) - 1, np.float32))
    model.wv.set_vecattr("cat", "kind", 7)
    model.save(tmp_path / "frozen.safetensors")
    return tmp_path / "frozen.safetensors"


def test_frozen_rows_and_attributes_survive(frozen, tmp_path):
    model = w2v.load(frozen)
    assert model.vectors.vectors_lockf.tolist() == [0] + [1] * (len(model) - 1)
    model.save(tmp_path / "again.safetensors")
    for loaded in (
        w2v.load(tmp_path / "again.safetensors").vectors,
        w2v.Word2Vec.load(tmp_path / "again.safetensors").wv,
    ):
        assert loaded.vectors_lockf[0] == 0
        assert loaded.get_vecattr("cat", "kind") == 7
    further = w2v.train(w2v.encode(SENTENCES, model.vocabulary), CONFIG, start=model)
    assert (further.vectors.vectors[0] == model.vectors.vectors[0]).all()
    assert not (further.vectors.vectors[1] == model.vectors.vectors[1]).all()
    assert further.vectors.vectors_lockf[0] == 0
    assert further.vectors.get_vecattr("cat", "kind") == 7


def test_rows_can_be_frozen_without_a_file(model):
    start = replace(model)
    start.vectors.vectors_lockf = np.zeros(1)
    further = w2v.train(CORPUS, CONFIG, start=start)
    assert (further.vectors.vectors == model.vectors.vectors).all()
    assert not (further.output_vectors == model.output_vectors).all()


def test_a_model_whose_vectors_were_edited_is_saved_as_it_was_trained(frozen, tmp_path):
    model = w2v.load(frozen)
    model.vectors.add_vector("new", np.ones(6))
    model.save(tmp_path / "again.safetensors")
    again = w2v.load(tmp_path / "again.safetensors")
    assert again.vocabulary.words == model.vocabulary.words
    assert again.vectors.vectors_lockf[0] == 0


def test_a_supplied_vocabulary_is_recorded_as_such(model, tmp_path):
    further = w2v.train(w2v.encode(SENTENCES, model.vocabulary), CONFIG)
    assert further.metadata["vocabulary"] is None
    further.save(tmp_path / "m.safetensors")
    assert w2v.load(tmp_path / "m.safetensors").metadata["vocabulary"] is None
    assert w2v.Word2Vec.load(tmp_path / "m.safetensors").min_count == 0
    assert model.metadata["vocabulary"]["min_count"] == 1


def test_an_empty_vocabulary_is_not_replaced_by_a_selection():
    with pytest.raises(EmptyCorpusError, match="none of them in it"):
        w2v.encode(SENTENCES, Vocabulary([], np.zeros(0, np.int64)))


def test_a_run_continues_only_from_where_it_began(model, frozen, tmp_path):
    path = str(tmp_path / "run.safetensors")
    whole = w2v.train(CORPUS, CONFIG, start=model)
    with pytest.raises(KeyboardInterrupt):
        w2v.train(CORPUS, CONFIG, start=model, checkpoints=path, callbacks=[Stop()])
    other = w2v.train(CORPUS, CONFIG)
    other.matrices.output[0, 0] += 1
    for start in (None, other):
        with pytest.raises(CheckpointError, match="began with other vectors; pass the same start="):
            w2v.train(CORPUS, CONFIG, start=start, checkpoints=path, resume=True)
    held = replace(model)
    held.vectors.vectors_lockf = np.zeros(1)
    with pytest.raises(CheckpointError, match="froze other rows"):
        w2v.train(CORPUS, CONFIG, start=held, checkpoints=path, resume=True)
    resumed = w2v.train(CORPUS, CONFIG, start=model, checkpoints=path, resume=True)
    assert (resumed.vectors.vectors == whole.vectors.vectors).all()


def test_a_fresh_run_does_not_continue_from_a_model(model, tmp_path):
    path = str(tmp_path / "run.safetensors")
    with pytest.raises(KeyboardInterrupt):
        w2v.train(CORPUS, CONFIG, checkpoints=path, callbacks=[Stop()])
    with pytest.raises(CheckpointError, match="began with other vectors"):
        w2v.train(CORPUS, CONFIG, start=model, checkpoints=path, resume=True)
    assert w2v.train(CORPUS, CONFIG, checkpoints=path, resume=True).vectors.vectors.tobytes() == (
        model.vectors.vectors.tobytes()
    )


def test_checkpoints_of_before_can_be_continued(model, tmp_path):
    path = str(tmp_path / "run.safetensors")
    with pytest.raises(KeyboardInterrupt):
        w2v.train(CORPUS, CONFIG, checkpoints=path, callbacks=[Stop()])
    contents = native.load(path)
    for name in ("origin", "steps"):
        del contents.metadata["checkpoint"][name]
    native.save(path, contents)
    w2v.train(CORPUS, CONFIG, start=model, checkpoints=path, resume=True)


def test_memory_is_checked_before_matrices_are_copied(model, tmp_path, monkeypatch):
    path = str(tmp_path / "run.safetensors")
    Trainer(CORPUS, CONFIG).save(path)
    monkeypatch.setattr("w2v.training.memory.available_memory", lambda: 1000)
    monkeypatch.setattr("w2v.training.matrices.Matrices.copy_of", lambda *_: pytest.fail("copied"))
    with pytest.raises(MemoryLimitError):
        w2v.train(CORPUS, CONFIG, start=model)
    with pytest.raises(MemoryLimitError):
        w2v.train(CORPUS, CONFIG, checkpoints=path, resume=True)


def test_nothing_is_trained_in_no_chunks_and_after_the_end(model):
    trainer = Trainer(CORPUS, CONFIG)
    assert trainer.advance(0) == trainer.advance(-3) == 0
    assert (trainer.epoch, trainer.chunk) == (0, 0)
    trainer.run()
    assert trainer.advance(10**6) == 0
    assert len(trainer.reports) == 2
    assert (trainer.vectors == model.vectors.vectors).all()


def test_an_epoch_without_chunks_left_is_closed(tmp_path):
    trainer = Trainer(CORPUS, CONFIG)
    close, trainer._close_epoch = trainer._close_epoch, lambda: None
    trainer.advance(trainer.chunks)
    trainer._close_epoch = close
    trainer.save(str(tmp_path / "c"))
    resumed = Trainer.resume(str(tmp_path / "c"), CORPUS, CONFIG)
    assert resumed.chunk == resumed.chunks
    assert resumed.advance(5) == 0
    assert (resumed.epoch, resumed.chunk, len(resumed.reports)) == (1, 0, 1)


def test_each_callback_is_called_at_its_own_interval():
    calls = []

    class At:
        def __init__(self, every_words):
            self.every_words = every_words

        def on_words(self, trainer):
            calls.append((self.every_words, trainer.words))

    corpus = w2v.encode([["a", "b", "c", "d"]] * 50_000, w2v.VocabularyConfig(min_count=1))
    w2v.train(corpus, CONFIG, callbacks=[At(40_000), At(150_000), At(None)])
    every = {n: [words for interval, words in calls if interval == n] for n in (40_000, 150_000)}
    assert len(calls) == sum(map(len, every.values()))
    for n, words in every.items():
        assert [count // n for count in words] == list(range(1, 400_000 // n + 1))
        assert all(count % n < 12_000 for count in words)  # a chunk has about 10,000 words
