"""Training by workers: the bits of one machine, also after workers have died at any moment."""

import pytest
from workers import InProcess

import w2v
from w2v import TextOptions, TrainConfig, VocabularyConfig
from w2v.corpora import write
from w2v.corpus.paths import Files
from w2v.distributed.train import Job, train_with

SETTINGS = {"vector_size": 20, "epochs": 2, "workers": 1, "shards": 4}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    path = tmp_path_factory.mktemp("distributed") / "world.txt"
    write(path, words=120_000, seed=1)
    return str(path)


@pytest.fixture(scope="module")
def alone(world):
    """One machine's model."""
    return w2v.train(w2v.encode(world), TrainConfig(**SETTINGS), progress=False)


def job(path, config=None, **named):
    options = TextOptions()
    return Job(
        Files.at(path),
        VocabularyConfig(),
        options,
        TrainConfig(**{**SETTINGS, **(config or {})}),
        progress=False,
        **named,
    )


def bits(model):
    return model.matrices.input.tobytes(), model.matrices.output.tobytes()


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
