"""How many rows workers exchange at a time, and that neither the model nor an estimate depends on anything else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workers import SETTINGS, InProcess, bits, job

import w2v
from w2v import TrainConfig
from w2v.distributed import exchanges as module
from w2v.distributed.exchanges import exchanges, held_of_row, memory_of_exchange
from w2v.distributed.job import train_with
from w2v.distributed.plan import Plan
from w2v.training.chunked_text import LocalText
from w2v.training.merging import bytes_of_row


class Counting(InProcess):
    """Workers on machines of their own, or all on one; the rows of each exchange are in ``merged``."""

    def __init__(self, size, apart=True):
        super().__init__(size)
        self.apart, self.merged = apart, []

    def call(self, worker, method, *arguments):
        found = super().call(worker, method, *arguments)
        return replace(found, machine=str(worker)) if method == "facts" and self.apart else found

    def merge(self, first, end):
        self.merged.append(end - first)
        return super().merge(first, end)


@pytest.fixture(scope="module")
def world(make_world):
    return str(make_world(60_000) / "world.txt")


@given(rows=st.integers(1, 10**7), row_bytes=st.floats(0.25, 1e12), bound=st.sampled_from([1 << 20, 1 << 28]))
def test_exchanges_are_all_rows_and_within_the_bound(rows, row_bytes, bound):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EXCHANGED_BYTES", max(bound, int(rows * row_bytes / 1000)))
        found = exchanges(rows, row_bytes)
        assert [first for first, _ in found] == [0, *(end for _, end in found[:-1])]
        assert found[-1][1] == rows
        assert all(end == first + 1 or 0 < (end - first) * row_bytes <= module.EXCHANGED_BYTES for first, end in found)


@pytest.mark.usefixtures("many_shards")
@pytest.mark.parametrize("apart", [True, False])
@pytest.mark.parametrize("config", [{"shards": 4}, {"shards": 2}, {"objective": "triplet_dot"}])
def test_many_small_exchanges_give_the_same_bits_and_are_as_many_as_planned(world, monkeypatch, config, apart):
    corpus, full = w2v.encode(world), TrainConfig(**{**SETTINGS, **config})
    expected = w2v.train(corpus, full, progress=False)
    monkeypatch.setattr(module, "EXCHANGED_BYTES", 50_000)
    workers = Counting(2, apart)
    model, costs = train_with(workers, job(world, config))
    assert bits(model) == bits(expected)
    assert sum(workers.merged) == sum(one.rows for one in costs.rounds)
    plan = Plan.of(full, len(model.vocabulary), len(corpus.tokens), len(LocalText(corpus, full).edges) - 1)
    planned = plan.exchanges(2)
    assert len(planned) > 2 * len(plan.rounds)
    if apart:
        assert workers.merged == planned
    else:  # one machine holds what two would
        assert len(workers.merged) > 1.8 * len(planned)
    here = [full.shards // 2] * (1 if apart else 2)
    assert max(workers.merged) * held_of_row(full, here, 2) <= 50_000


def test_what_a_machine_holds_of_a_row():
    # What a shard learned of a row is 100 bytes, a scale and a bit for each matrix; the mean has 32-bit floats.
    changes, floats = 2 * (100 + 4 + 1 / 8), 2 * 4 * 100
    assert bytes_of_row(TrainConfig(shards=32)) == changes
    assert bytes_of_row(TrainConfig(shards=4, objective="nt_xent")) == bytes_of_row(TrainConfig(shards=2)) == floats
    assert held_of_row(TrainConfig(shards=32), [1], 32) == 3 * changes  # learned, to merge, and merged
    assert held_of_row(TrainConfig(shards=32), [8], 4) == (8 + 8 + 1) * changes
    assert held_of_row(TrainConfig(shards=32), [8, 8], 4) == 2 * (8 + 8 + 1) * changes
    assert held_of_row(TrainConfig(shards=4), [2, 1], 3) == ((2 + 2 + 1) + (1 + 2 + 1)) * changes
    assert held_of_row(TrainConfig(shards=2), [1], 2) == 3 * floats


def test_the_memory_of_exchanges_is_bounded():
    config = TrainConfig(shards=32)
    assert memory_of_exchange(config, 1000, [32], 1) == 0
    assert memory_of_exchange(config, 1000, [1], 32) == 1000 * 3 * 208.25
    assert memory_of_exchange(config, 10_000_000, [1], 32) == 1 << 28
    plan = Plan.of(config, 1_000_000, 10**9, 10**9 // 4096)
    assert plan.memory(32) - plan.memory(1) == (2 - 33) * 8 * 1_000_000 * 112 + (1 << 28)


def test_exchanges_of_a_billion_words_are_hardly_more_than_the_rounds():
    for shards, rounds, most in ((8, 424, 486), (32, 191, 223)):
        plan = Plan.of(TrainConfig(shards=shards), 1_000_000, 10**9, 10**9 // 4096)
        found = plan.exchanges(shards)
        assert (len(plan.rounds), len(found)) == (rounds, most)
        assert sum(found) == sum(one.rows for one in plan.rounds)
        assert plan.exchanges(1) == []


def test_the_plan_counts_the_calls_of_exchanges(monkeypatch):
    plan = Plan.of(TrainConfig(shards=8), 1_000_000, 10**8, 10**8 // 4096)

    def seconds():
        return plan.seconds(8, threads=1, words_per_second=1e6, bandwidth=1e30)

    few, before = len(plan.exchanges(8)), seconds()
    monkeypatch.setattr(module, "EXCHANGED_BYTES", 1 << 24)
    many = len(plan.exchanges(8))
    assert many > few
    assert seconds() - before == pytest.approx(0.01 * (many - few))
