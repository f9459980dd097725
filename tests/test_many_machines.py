"""`Word2Vec` and `w2v.distributed.train` on several machines: the bits of one, and what is refused."""

from dataclasses import replace

import pytest
from workers import SETTINGS, Connected, InProcess, bits, job

import w2v
from w2v import TrainConfig, VocabularyConfig, Word2Vec
from w2v.distributed import on_mpi, on_ray
from w2v.distributed.job import train_with
from w2v.distributed.stragglers import Stragglers
from w2v.errors import ConfigError, OutputError

pytestmark = pytest.mark.usefixtures("many_shards", "in_process")
TWO = {"backend": "ray", "nodes": 2, "progress": False}


@pytest.fixture
def in_process(monkeypatch):
    monkeypatch.setattr(on_ray, "connected", Connected)
    monkeypatch.setattr(on_mpi, "connected", lambda threads: Connected(None, 2, threads))


@pytest.fixture(scope="module")
def world(make_world):
    return str(make_world(60_000) / "world.txt")


def test_the_constructor_reads_and_trains_where_the_text_is(world, tmp_path):
    alone = Word2Vec(corpus_file=world, **SETTINGS)
    for named in (TWO, {"backend": "mpi"}):
        model = Word2Vec(corpus_file=world, **SETTINGS, **named)
        assert (model.wv.vectors == alone.wv.vectors).all()
        assert (model.syn1neg == alone.syn1neg).all()
        for name in ("corpus_count", "corpus_total_words", "effective_min_count", "ledger"):
            assert getattr(model, name) == getattr(alone, name)
        assert [one.loss for one in model.reports] == [one.loss for one in alone.reports]
    assert model.wv.metadata["distributed"]["workers"] == 2
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    assert loaded.backend is None
    for one in (alone, model):
        one.train(epochs=1, start_alpha=0.01)
    assert (model.wv.vectors == alone.wv.vectors).all()
    loaded.backend, loaded.nodes, loaded.alpha = "ray", 3, 0.01
    loaded.train(corpus_file=world, epochs=1)
    assert (loaded.wv.vectors == alone.wv.vectors).all()


def test_a_vocabulary_of_this_machine_and_another_text(world, tmp_path):
    other = tmp_path / "other.txt"
    w2v.corpora.write(other, words=50_000, seed=2)
    models = [Word2Vec(**SETTINGS, min_count=20, trim_rule=lambda *_: w2v.RULE_DEFAULT, **named) for named in (TWO, {})]
    for model in models:
        model.build_vocab(w2v.LineSentence(world))
        model.wv.vectors_lockf = [0.0] * 10 + [1.0] * (len(model.wv) - 10)
        model.train(corpus_file=str(other))
        model.train(w2v.LineSentence(str(other)))
    assert (models[0].wv.vectors == models[1].wv.vectors).all()


def test_callbacks_and_checkpoints(world, tmp_path):
    path = tmp_path / "run.safetensors"

    class Stops(w2v.CallbackAny2Vec):
        def on_epoch_end(self, model):
            raise KeyboardInterrupt

    expected = Word2Vec(corpus_file=world, **SETTINGS)
    model = Word2Vec(**SETTINGS, checkpoints=path, **TWO)
    with pytest.raises(KeyboardInterrupt):
        model.train(corpus_file=world, callbacks=[Stops()])
    assert len(model.reports) == 1
    again = Word2Vec(**{**SETTINGS, "shards": 0}, checkpoints=path, **TWO)
    again.train(corpus_file=world, resume=True)
    assert again.shards == 4
    assert (again.wv.vectors == expected.wv.vectors).all()


def test_going_on_from_a_model(world, tmp_path):
    first = w2v.train(w2v.encode(world), TrainConfig(**SETTINGS), progress=False)
    expected = w2v.train(w2v.encode(world, first.vocabulary), TrainConfig(**SETTINGS), start=first, progress=False)
    for backend in ("ray", "mpi"):
        nodes = {"nodes": 2} if backend == "ray" else {}
        config = TrainConfig(**SETTINGS)
        model = w2v.distributed.train(world, config, backend=backend, **nodes, start=first, progress=False)
        assert bits(model) == bits(expected)
    with pytest.raises(ConfigError, match="vocabulary must be left out with start"):
        w2v.distributed.train(world, config, VocabularyConfig(), start=first)


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"backend": "spark"}, "backend must be one of ray, mpi: got 'spark'"),
        ({"address": "auto"}, 'address must be used with backend="ray": got no backend'),
        ({"backend": "mpi", "nodes": 2}, 'nodes must be used with backend="ray": got backend="mpi"'),
        ({"backend": "ray", "nodes": -1}, "nodes must be"),
        (
            {"backend": "ray", "phrases": True},
            'phrases must be left out with backend="ray": got both; train on one machine',
        ),
        ({"backend": "ray", "cache": "x"}, 'cache must be left out with backend="ray": got both; each machine keeps'),
        ({"backend": "ray", "max_vocab_size": 9}, 'max_vocab_size must be left out with backend="ray"'),
        ({"backend": "ray", "geometry_every": 1}, 'geometry_every must be left out with backend="ray"'),
    ],
)
def test_what_is_refused(named, message):
    with pytest.raises(ConfigError, match=message):
        Word2Vec(**named)


def test_a_callback_that_reads_the_ids(world):
    trace = w2v.geometry.Trace(w2v.geometry.Every(epochs=1))
    with pytest.raises(ConfigError, match="callbacks must do without the ids of the text, which are on other machines"):
        w2v.distributed.train(world, TrainConfig(**SETTINGS), nodes=2, callbacks=[trace], progress=False)


def test_a_corpus_must_be_files():
    for sentences in ([["a", "b"]] * 99, (word for word in ())):
        with pytest.raises(ConfigError, match=r"files if there is a backend: got \w+, which only this process"):
            Word2Vec(sentences, **TWO)
    with pytest.raises(ConfigError, match="which works on one machine only"):
        Word2Vec(corpus_file="-", **TWO)


# ---------------------------------------------------------------------------------------------------------- stragglers


class Sleepy(InProcess):
    """Workers of which the last takes longer, for each of its shards."""

    def __init__(self, size, slower, threads=1):
        super().__init__(size, threads)
        self.slower = slower

    def call(self, worker, method, *arguments):
        found = super().call(worker, method, *arguments)
        if method != "train":
            return found
        shards = len(arguments[1])
        return found[0], shards * (self.slower if worker == self.size - 1 else 1.0)


def test_shards_move_away_from_a_slow_worker_and_the_bits_are_the_same(world, caplog):
    expected = w2v.train(w2v.encode(world), TrainConfig(**SETTINGS), progress=False)
    for workers, moved in ((Sleepy(2, 4.0), 1), (Sleepy(3, 20.0), 1), (Sleepy(2, 1.3), 0)):
        caplog.clear()
        model, costs = train_with(workers, job(world))
        assert bits(model) == bits(expected)
        assert costs.losses == 0
        held = [shard for worker in workers.workers for shard in worker.held().portions]
        assert sorted(held) == [0, 1, 2, 3], "who gives a shard away drops its text"
        assert sum("is slow: worker" in record.message for record in caplog.records) == moved


def test_a_worker_that_dies_while_shards_move(world):
    expected = w2v.train(w2v.encode(world), TrainConfig(**SETTINGS), progress=False)
    before = Sleepy(2, 4.0)
    train_with(before, job(world))
    last = len(before.methods) - before.methods[::-1].index("settle")
    for moment, what in ((last, "killed"), (last - 2, "gone"), (last + 3, "killed")):
        workers = Sleepy(2, 4.0)
        workers.dies = {moment: what}
        assert bits(train_with(workers, job(world))[0]) == bits(expected)


def test_a_taker_needs_room(world, monkeypatch, caplog):
    workers = Sleepy(2, 4.0)
    facts = iter([10**12] * 8 + [0] * 999)  # before a shard is given away, each worker is asked four times
    monkeypatch.setattr("w2v.distributed.worker.available_memory", lambda: next(facts))
    train_with(workers, job(world))
    assert "is slow" not in caplog.text


@pytest.mark.parametrize(
    ("seconds", "shards", "threads", "expected"),
    [
        ([1, 1, 1.4], [1, 1, 1], [1, 1, 1], None),
        ([1, 2], [1, 2], [1, 1], None),  # slow, as it has more to do: the other would be no earlier
        ([1, 4], [1, 1], [1, 1], (1, 0)),
        ([0, 4, 4], [0, 1, 1], [1, 1, 1], None),
        ([0.01, 0.1], [1, 1], [1, 1], None),  # too short to say
        ([1, 3], [4, 4], [4, 1], (1, 0)),
        ([1, 1.9], [4, 4], [4, 4], None),
        ([0, 1, 0, 1.1], [0, 1, 0, 1], [1, 1, 1, 1], None),  # more workers than shards
        ([0.1, 0.1, 0.4], [1, 1, 0], [1, 1, 1], None),  # slow, but without a shard
    ],
)
def test_who_is_slow(seconds, shards, threads, expected):
    seen = Stragglers(threads)
    for _ in range(2):
        seen.saw(seconds, shards)
        assert seen.move(shards) is None
    seen.saw(seconds, shards)
    assert seen.move(shards) == expected
    seen.saw([1.0] * len(seconds), shards)
    assert seen.move(shards) is None


# ---------------------------------------------------------------------------------------------------------- room


def test_machines_of_one_name_and_room_for_portions(world, monkeypatch):
    class Far(InProcess):
        def call(self, worker, method, *arguments):
            found = super().call(worker, method, *arguments)
            return replace(found, machine=str(worker)) if method == "facts" else found

    # Each of two machines of one name has room for its own two shards and the model, and not for those of both.
    copy = 2 * 4 * 952 * 32
    monkeypatch.setattr("w2v.distributed.worker.available_memory", lambda: 3 * copy + 4 * (1 << 20) * 2)
    train_with(Far(2), job(world))
    monkeypatch.setattr("w2v.distributed.checks.IDS_PER_BYTE", 0.0)
    monkeypatch.setattr("w2v.distributed.checks.ID_BYTES", 4)

    class Full(Far):
        def call(self, worker, method, *arguments):
            found = super().call(worker, method, *arguments)
            return replace(found, disk=100_000) if method == "facts" else found

    with pytest.raises(
        OutputError, match=r"cannot encode the text on .*: it needs about 0.0 GB in the folder for temporary"
    ):
        train_with(Full(2), job(world))
