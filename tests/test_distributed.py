"""Training by workers: the bits of one machine, also after workers have died at any moment."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workers import SETTINGS, InProcess, bits, job

import w2v
from w2v import TrainConfig
from w2v.corpora import write
from w2v.corpus.disk_array import sha256_of
from w2v.distributed import kept_model, remote_shards
from w2v.distributed.job import read_with, train_with, with_shards
from w2v.distributed.plan import Plan
from w2v.distributed.worker import Worker
from w2v.errors import (
    CheckpointError,
    ConfigError,
    CorpusChangedError,
    CorpusError,
    CorpusWarning,
    MemoryLimitError,
    OutputError,
    TrainingError,
)
from w2v.training.checkpoint import Checkpoints
from w2v.training.chunked_text import LocalText

pytestmark = pytest.mark.usefixtures("many_shards")


@pytest.fixture(scope="module")
def world(make_world):
    return str(make_world(60_000) / "world.txt")


@pytest.fixture(scope="module")
def alone(world, many_shards):
    """One machine's model."""
    return w2v.train(w2v.encode(world), TrainConfig(**SETTINGS), progress=False)


@pytest.mark.parametrize(("size", "threads"), [(1, 1), (1, 3), (2, 1), (3, 2), (4, 1), (5, 1)])
def test_the_bits_of_one_machine(world, alone, size, threads):
    workers = InProcess(size, threads)
    model, costs = train_with(workers, job(world))
    assert bits(model) == bits(alone)
    assert model.vocabulary.words == alone.vocabulary.words
    assert [(one.tokens, one.loss, one.pairs) for one in model.reports] == [
        (one.tokens, one.loss, one.pairs) for one in alone.reports
    ]
    assert model.ledger == alone.ledger
    assert costs.losses == 0
    assert sum(one.tokens for one in costs.rounds) == 2 * model.reports[0].tokens


def calls_of(world, size=2):
    """Return how many calls a training without deaths takes."""
    workers = InProcess(size)
    train_with(workers, job(world))
    return workers.calls


@pytest.fixture(scope="module")
def number_of_calls(world):
    return calls_of(world)


def trainings(workers):
    """Return which calls asked a worker to train."""
    return [number for number, name in enumerate(workers.methods, start=1) if name == "train"]


def plan_of(world, model):
    """Return the plan of a training of this model."""
    chunks = len(LocalText(w2v.encode(world), TrainConfig(**SETTINGS)).edges) - 1
    return Plan.of(TrainConfig(**SETTINGS), len(model.vocabulary), model.reports[0].tokens, chunks)


@pytest.fixture(params=["late", "each span"])
def taken(request, monkeypatch):
    """When the driver takes the model: when an epoch has ended (or a worker was lost), or at the end of each span."""
    if request.param == "each span":
        monkeypatch.setattr(kept_model, "FIRST_SECONDS", 0.0)
        monkeypatch.setattr(kept_model, "SECONDS_BETWEEN_LOSSES", 0.0)
    return request.param


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_same_bits_after_deaths_at_any_moment(world, alone, number_of_calls, taken, data):
    moments = st.dictionaries(
        st.integers(1, number_of_calls + 50), st.sampled_from(["killed", "unnoticed", "gone"]), min_size=1, max_size=3
    )
    dies = data.draw(moments)
    if list(dies.values()) == ["gone"] * 3:
        dies.popitem()
    workers = InProcess(3, dies=dies)
    model, costs = train_with(workers, job(world))
    assert bits(model) == bits(alone)
    assert costs.losses <= len(dies)


def test_a_worker_that_is_alone_is_told_of_several_rounds_at_once(world, alone, monkeypatch):
    class Counting(InProcess):
        turns = 0

        def run(self, calls):
            self.turns += any(call.method == "train" for call in calls)
            return super().run(calls)

    plan = plan_of(world, alone).rounds
    for seconds, turns in ((1e6, sum(one.whole for one in plan) + 1), (0.0, len(plan))):
        monkeypatch.setattr(remote_shards, "TURN_SECONDS", seconds)
        workers = Counting(1)
        model, costs = train_with(workers, job(world))
        assert bits(model) == bits(alone)
        assert len(costs.rounds) == len(plan)
        assert workers.turns == turns
        dies = {trainings(workers)[number]: what for number, what in ((9, "killed"), (25, "unnoticed"))}
        model, costs = train_with(InProcess(1, dies=dies), job(world))
        assert bits(model) == bits(alone)
        assert 1 <= costs.losses <= 2  # both in one turn, or not


METHODS = [
    *("facts", "count", "learn", "encode", "edges", "piece", "add", "settle", "take", "set_rates", "load", "train"),
    *("parts", "merge", "apply", "rows"),
]


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize("which", ["first", "last"])
@pytest.mark.parametrize("method", METHODS)
def test_a_worker_replaced_unnoticed_between_two_calls(world, alone, method, which):
    before = InProcess(2)
    train_with(before, job(world))
    moments = [number for number, name in enumerate(before.methods, start=1) if name == method]
    workers = InProcess(2, dies={moments[0 if which == "first" else -1]: "unnoticed"})
    model, _ = train_with(workers, job(world))
    assert bits(model) == bits(alone)


def test_a_text_that_changes_between_counting_and_encoding_is_refused(tmp_path):
    path = tmp_path / "text.txt"
    write(path, words=60_000, seed=1)

    class Changing(InProcess):
        def call(self, worker, method, *arguments):
            if method == "encode" and "encode" not in self.methods:
                path.write_text(path.read_text().replace("the", "xyz"))
                self.workers[worker] = Worker(1)
            return super().call(worker, method, *arguments)

    with pytest.raises(CorpusChangedError, match="it changed since it was read first; start a new run"):
        train_with(Changing(2), job(str(path)))


def test_what_was_settled_is_known_after_another_worker_died_meanwhile(world):
    before = InProcess(2)
    wanted = read_with(before, job(world))[0].fingerprint
    for moment in [number for number, name in enumerate(before.methods, start=1) if name == "settle"]:
        assert read_with(InProcess(2, dies={moment: "killed"}), job(world))[0].fingerprint == wanted


@pytest.mark.parametrize(
    ("method", "what"),
    [
        *(
            (method, "killed")
            for method in ("facts", "count", "learn", "encode", "edges", "piece", "add", "take", "load")
        ),
        *((method, "gone") for method in ("count", "encode", "settle", "train")),
    ],
)
def test_a_death_in_each_method(world, alone, method, what):
    before = InProcess(2)
    train_with(before, job(world))
    moment = before.methods.index(method) + 1
    workers = InProcess(2, dies={moment: what})
    model, _ = train_with(workers, job(world))
    assert bits(model) == bits(alone)
    assert workers.size == (2 if what == "killed" else 1)


@pytest.fixture
def short_spans(world, monkeypatch):
    """One machine's model, where a span is two rounds."""
    monkeypatch.setattr("w2v.training.rounds.SPAN", 2)
    return w2v.train(w2v.encode(world), TrainConfig(**SETTINGS), progress=False)


def test_the_model_is_taken_when_it_is_due(world, short_spans, taken):
    workers = InProcess(2)
    model, _ = train_with(workers, job(world))
    assert bits(model) == bits(short_spans)
    spans = sum(one.whole for one in plan_of(world, model).rounds)
    assert spans > 10
    assert workers.methods.count("rows") == 2 * (2 if taken == "late" else spans)


def test_after_a_loss_the_model_is_taken_when_a_span_has_ended(world, short_spans):
    before = InProcess(2)
    train_with(before, job(world))
    once = InProcess(2, dies={trainings(before)[2 * 7]: "killed"})  # in the eighth round: seven are trained again
    model, costs = train_with(once, job(world))
    assert bits(model) == bits(short_spans)
    assert (costs.losses, len(costs.rounds)) == (1, len(trainings(before)) // 2 + 7)
    assert once.methods.count("rows") == before.methods.count("rows") + 2
    # Five of them are trained when another worker is killed; but the model was taken after the second.
    later = trainings(once)[2 * 8 + 2 * 5]
    twice = InProcess(2, dies={trainings(before)[2 * 7]: "killed", later: "killed"})
    model, costs = train_with(twice, job(world))
    assert bits(model) == bits(short_spans)
    assert (costs.losses, len(costs.rounds)) == (2, len(trainings(before)) // 2 + 7 + 3)


@pytest.mark.parametrize("method", ["parts", "merge", "apply"])
def test_a_death_while_the_rows_of_a_whole_span_travel(world, alone, method):
    before = InProcess(2)
    train_with(before, job(world))
    last = len(before.methods) - before.methods[::-1].index(method)
    workers = InProcess(2, dies={last: "killed"})
    model, costs = train_with(workers, job(world))
    assert bits(model) == bits(alone)
    assert costs.losses == 1
    assert len(costs.rounds) > 16


def test_workers_that_die_again_and_again_end_it(world):
    with pytest.raises(TrainingError, match=r"cannot go on: workers died 6 times in a row: worker . is dead"):
        train_with(Dying("train", 2), job(world))
    with pytest.raises(TrainingError, match=r"cannot go on: workers died 6 times in a row: worker . is dead"):
        train_with(Dying("encode", 2), job(world))


class Dying(InProcess):
    """Workers of which each dies when it is asked to do something."""

    def __init__(self, method, size):
        super().__init__(size)
        self.deadly = method

    def call(self, worker, method, *arguments):
        if method == self.deadly:
            self.dead[worker] = "killed"
        return super().call(worker, method, *arguments)


def test_a_text_that_changes_meanwhile_is_refused(tmp_path):
    path = tmp_path / "text.txt"
    write(path, words=60_000, seed=1)

    class Changing(InProcess):
        def revive(self):
            super().revive()
            path.write_text(path.read_text().replace("the", "eht"))

    before = InProcess(2)
    train_with(before, job(str(path)))
    workers = Changing(2, dies={before.methods.index("train") + 30: "killed"})
    with pytest.raises(CorpusChangedError, match="it changed since it was read first; start a new run"):
        train_with(workers, job(str(path)))


# --------------------------------------------------------------------------------------------------------- checkpoints


class Interrupting:
    """A callback that interrupts training after so many words."""

    every_words = 40_000

    def on_words(self, trainer):
        raise KeyboardInterrupt


def test_a_checkpoint_of_workers_continues_on_one_machine_and_back(world, alone, tmp_path):
    path = str(tmp_path / "run.safetensors")
    with pytest.raises(KeyboardInterrupt):
        train_with(InProcess(2), job(world, checkpoints=Checkpoints(path), callbacks=[Interrupting()]))
    kept = (tmp_path / "run.safetensors").read_bytes()
    config = TrainConfig(**SETTINGS)
    local = w2v.train(w2v.encode(world), config, checkpoints=path, resume=True, progress=False)
    assert bits(local) == bits(alone)
    (tmp_path / "run.safetensors").write_bytes(kept)
    model, costs = train_with(InProcess(3), job(world, checkpoints=Checkpoints(path), resume=True))
    assert bits(model) == bits(alone)
    assert sum(one.tokens for one in costs.rounds) < 2 * model.reports[0].tokens
    with pytest.raises(KeyboardInterrupt):
        w2v.train(w2v.encode(world), config, checkpoints=path, callbacks=[Interrupting()], progress=False)
    model, _ = train_with(InProcess(2), job(world, checkpoints=Checkpoints(path), resume=True))
    assert bits(model) == bits(alone)
    with pytest.raises(CheckpointError, match="shards"):
        train_with(InProcess(2), job(world, {"shards": 2}, checkpoints=Checkpoints(path), resume=True))


def test_a_checkpoint_of_another_text_is_refused(world, tmp_path):
    path = str(tmp_path / "run.safetensors")
    with pytest.raises(KeyboardInterrupt):
        train_with(InProcess(2), job(world, checkpoints=Checkpoints(path), callbacks=[Interrupting()]))
    other = tmp_path / "other.txt"
    write(other, words=60_000, seed=2)
    with pytest.raises(CheckpointError, match="written for another corpus or vocabulary"):
        train_with(InProcess(2), job(str(other), checkpoints=Checkpoints(path), resume=True))


# ----------------------------------------------------------------------------------------- rules, notices, room, costs


@pytest.mark.parametrize(
    "config", [{"shards": 1}, {"shards": 2}, {"shards": 8}, {"shards": 4, "objective": "triplet_dot"}, {"shards": 32}]
)
def test_all_rules_of_merging(world, config):
    expected = bits(w2v.train(w2v.encode(world), TrainConfig(**{**SETTINGS, **config}), progress=False))
    for size in (1, 3):
        assert bits(train_with(InProcess(size), job(world, config))[0]) == expected


def test_a_text_that_looks_odd_is_told_of(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("Donau\u00addampf \ufeffplace fish to eat\n" * 2000)
    with pytest.warns(CorpusWarning) as alone:
        w2v.encode(str(path))
    with pytest.warns(CorpusWarning) as here:
        train_with(InProcess(2), job(str(path), {"shards": 2}))
    assert [str(one.message) for one in here] == [str(one.message) for one in alone]


class OtherProcessor(InProcess):
    """Workers whose functions of numbers differ in the last bits from those of the process that drives them."""

    def call(self, worker, method, *arguments):
        with pytest.MonkeyPatch.context() as patch:
            for name in ("exp", "log", "power", "sqrt"):
                function = getattr(np, name)
                patch.setattr(np, name, lambda x, *more, function=function: function(x, *more) * (1 + 1e-9))
            return super().call(worker, method, *arguments)


@pytest.mark.parametrize("sample", [1e-3, 0.1])
def test_other_kinds_of_processors_have_the_same_noise(world, sample):
    expected = bits(w2v.train(w2v.encode(world), TrainConfig(**SETTINGS, sample=sample), progress=False))
    assert bits(train_with(OtherProcessor(2), job(world, {"sample": sample}))[0]) == expected


class Reporting(InProcess):
    """Workers that say other things of themselves."""

    def __init__(self, size, **said):
        super().__init__(size)
        self.said = said

    def call(self, worker, method, *arguments):
        found = super().call(worker, method, *arguments)
        if method == "facts" and worker == self.size - 1:
            return replace(found, host="far", machine="far", **self.said)
        return found


@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        (
            {"version": "0.0.1"},
            ConfigError,
            r"all machines must have w2v .*: got 0.0.1 on far; install the same version",
        ),
        ({"isa": "base8"}, ConfigError, r"must train with one instruction set, .* and base8 on far; set W2V_ISA"),
        (
            {"disk": 1000},
            OutputError,
            "cannot encode the text on far: it needs about 0.0 GB in the folder for temporary",
        ),
        (
            {"memory": 1000},
            MemoryLimitError,
            "cannot train on far: 3 copies of the matrices with their exchanges and the noise pool need",
        ),
    ],
)
def test_workers_that_cannot_do_it(world, said, error, message):
    with pytest.raises(error, match=message):
        train_with(Reporting(2, **said), job(world))


def test_a_file_that_a_worker_cannot_see(world):
    class Blind(InProcess):
        def call(self, worker, method, *arguments):
            found = super().call(worker, method, *arguments)
            return "'/x.txt': no such file" if (worker, method) == (1, "unreadable") else found

    with pytest.raises(CorpusError, match=r"cannot read corpus on .*: '/x.txt': no such file; put the text where all"):
        train_with(Blind(2), job(world))


def test_costs_and_plan_agree(world, alone):
    model, costs = train_with(InProcess(2), job(world))
    found = costs.to_dict()
    assert model.metadata["distributed"] == {key: value for key, value in found.items() if key != "rounds"}
    assert found["sent_bytes"] == sum(one["sent"] for one in found["rounds"])
    plan = plan_of(world, model)
    assert len(plan.rounds) == len(found["rounds"])
    own = 2 * plan.words * 2 * 4 * 20  # to the process that drives them, after each epoch
    assert 0.5 < found["sent_bytes"] / (plan.sent(2) + own) <= 1  # rows that have not changed are not sent
    estimates = plan.estimates(threads=1, words_per_second=1e6, bandwidth=1e9)
    assert [one.workers for one in estimates] == [1, 2, 4]
    assert estimates[0].speed_up == 1
    assert estimates[0].bytes_per_token == 0
    assert 1 < estimates[1].speed_up < 2
    assert estimates[2].memory < estimates[0].memory


@pytest.mark.parametrize("size", [1, 2])
def test_rates_that_a_callback_sets(world, size):
    class Slower:
        def on_epoch_end(self, trainer):
            trainer.set_rates(0.01, 0.001)

    expected = w2v.train(w2v.encode(world), TrainConfig(**SETTINGS), callbacks=[Slower()], progress=False)
    before = InProcess(size)
    assert bits(train_with(before, job(world, callbacks=[Slower()]))[0]) == bits(expected)
    for moment in (before.methods.index("set_rates", before.methods.index("train")) + 1, before.calls - 20):
        model, _ = train_with(InProcess(size, dies={moment: "killed"}), job(world, callbacks=[Slower()]))
        assert bits(model) == bits(expected)


def test_rates_that_are_set_within_a_span_hold_from_there_on(world):
    # Interrupted after some rounds of a span, as Ctrl-C does; a worker that dies later lets all go back to its beginning.
    config = TrainConfig(**SETTINGS)

    def trained(course, trainer):
        original, stopped = course._position, []

        def position(chunk):
            if course._place == 5 and not stopped:
                stopped.append(course.stop())
            return original(chunk)

        course._position = position
        trainer.advance(trainer.chunks)
        assert not course.is_whole
        trainer.set_rates(0.01, 0.001)
        trainer.run(progress=False)
        return bits(trainer)

    local = w2v.Trainer(w2v.encode(world), config)
    expected = trained(local._engine, local)
    for dies in ({}, {-60: "killed"}):
        workers = InProcess(2)
        text, full = read_with(workers, job(world))
        remote = w2v.Trainer(text.corpus, full, text=text)
        course, setting = remote._engine, remote._engine.set_rates

        def set_and_die(alpha, min_alpha, dies=dies, workers=workers, setting=setting):
            setting(alpha, min_alpha)
            workers.dies = {workers.calls + 3: "killed"} if dies else {}

        course.set_rates = set_and_die
        assert trained(course, remote) == expected
        assert course.losses == len(dies)


@pytest.mark.parametrize(
    ("threads", "config", "shards"),
    [
        (1, {}, 1),
        (3, {}, 4),
        (64, {}, 32),
        (64, {"alpha": 0.06}, 32),
        (64, {"objective": "nt_xent"}, 4),
        (64, {"shards": 2}, 2),
    ],
)
def test_shards_are_as_many_as_threads_unless_they_are_given(threads, config, shards):
    assert with_shards(TrainConfig(**config), threads).shards == shards


def test_a_run_is_resumed_with_its_own_shards_on_any_number_of_threads(world, alone, tmp_path):
    path = tmp_path / "run.safetensors"
    trainer = w2v.Trainer(w2v.encode(world), TrainConfig(**SETTINGS), origin=sha256_of())
    trainer.advance(10)
    trainer.save(path)
    resumed = job(world, {"shards": 0}, checkpoints=Checkpoints(path), resume=True)
    model, _ = train_with(InProcess(1), resumed)
    assert bits(model) == bits(alone)
