"""The trajectory: points where they were asked for, the same sample at each, nothing of training disturbed."""

import numpy as np
import pytest

from w2v.config import TrainConfig, VocabularyConfig
from w2v.corpora import generate
from w2v.corpus.encode import encode
from w2v.errors import ConfigError
from w2v.geometry import Every, Trace, alignment, uniformity
from w2v.geometry.pairs import text_pairs
from w2v.training.hooks import Hooks
from w2v.training.schedule import divide_into
from w2v.training.trainer import Trainer

CONFIG = TrainConfig(vector_size=20, epochs=3, workers=1, alpha=0.05)


@pytest.fixture(scope="module")
def corpus():
    return encode([line.split() for line in generate(100_000, seed=1)], VocabularyConfig(1))


def traced(corpus, every_words=None, config=CONFIG):
    trainer = Trainer(corpus, config)
    trace = Trace(Every(words=every_words) if every_words else Every(epochs=0.5))
    trainer.run(Hooks([trace], trainer))
    return trainer, trace


def test_points_are_where_they_were_asked_for(corpus):
    _, trace = traced(corpus)
    chunk = max(np.diff(corpus.offsets[divide_into(corpus, 1 << 15)[1]]))
    places = [point.words for point in trace.trajectory.points]
    wanted = np.arange(7) * (len(corpus.tokens) / 2)
    assert len(places) == 7
    np.testing.assert_allclose(places, wanted, atol=chunk)
    assert [point.epoch for point in trace.trajectory.points] == [words / len(corpus.tokens) for words in places]
    assert places[-1] == 3 * len(corpus.tokens)


def test_values_are_those_of_the_definitions_on_the_sample(corpus):
    trainer, trace = traced(corpus)
    vectors, last = trainer.vectors, trace.trajectory.points[-1]
    pairs = text_pairs(corpus, window=5, n=10_000, seed=1, held_out=False)
    assert last.alignment == pytest.approx(alignment(vectors[pairs.anchors], vectors[pairs.positives]), abs=1e-12)
    assert last.uniformity == pytest.approx(uniformity(vectors), abs=1e-6)  # fewer words than the sample's rows
    assert last.loss == trainer.reports[-1].loss
    assert trace.trajectory.points[0].loss is None
    assert trace.trajectory.law.startswith("10,000 co-occurring pairs")


def test_training_is_what_it_is_without_a_trace(corpus):
    trainer, _ = traced(corpus, every_words=7_001)
    plain = Trainer(corpus, CONFIG)
    plain.run()
    np.testing.assert_array_equal(trainer.vectors, plain.vectors)
    same = [(report.tokens, report.pairs, report.loss) for report in plain.reports]
    assert [(report.tokens, report.pairs, report.loss) for report in trainer.reports] == same


def test_the_world_is_learned_in_the_plane(corpus):
    """Vectors start uniform with pairs as far apart as any, and end with pairs closer than that."""
    _, trace = traced(corpus, config=TrainConfig(vector_size=20, epochs=3, alpha=0.1))
    first, last = trace.trajectory.points[0], trace.trajectory.points[-1]
    assert first.alignment == pytest.approx(2, abs=0.2)
    assert last.alignment < first.alignment - 0.5
    assert last.uniformity > first.uniformity


def test_too_many_points_are_refused(corpus):
    with pytest.raises(ConfigError, match="must have at most 1,000 points: got"):
        Every(words=10).in_words(len(corpus.tokens), 1)


def test_a_callback_may_stop_the_run_on_the_way(corpus):
    class Enough:
        every_words = 10_000

        def on_words(self, trainer):
            return trainer.words > 50_000

    trainer = Trainer(corpus, CONFIG)
    trainer.run(Hooks([Enough()], trainer))
    assert 50_000 < trainer.words < 70_000
