"""Train a model with workers, however they are connected."""

import os
from dataclasses import dataclass, field, replace
from functools import partial

from w2v.config import LARGEST_RATE_OF_SHARDS, MOST_SHARDS, TextOptions, TrainConfig, VocabularyConfig
from w2v.corpus.paths import Files
from w2v.corpus.select_words import Choice
from w2v.corpus.vocabulary import Vocabulary
from w2v.distributed.checks import refuse_unlike, refuse_unreadable
from w2v.distributed.communicator import Communicator, everywhere
from w2v.distributed.costs import Costs
from w2v.distributed.recovery import persist
from w2v.distributed.scattered_text import ScatteredText
from w2v.progress import make_bar
from w2v.training.checkpoint import recorded_shards
from w2v.training.train import Run
from w2v.training.trained_model import TrainedModel


@dataclass(frozen=True)
class Job:
    """What is trained on what.

    Attributes
    ----------
    files : Files
    wanted : VocabularyConfig or Vocabulary
    text : TextOptions
    config : TrainConfig
        With the number of shards, or 0.
    run : Run
    """

    files: Files
    wanted: VocabularyConfig | Choice | Vocabulary
    text: TextOptions
    config: TrainConfig
    run: Run = field(default_factory=Run)


def train_with(workers: Communicator, job: Job) -> tuple[TrainedModel, Costs]:
    """Train a model with workers; see `w2v.distributed.train` for the errors."""
    text, config = read_with(workers, job)
    trainer = job.run.trainer(text.corpus, config, text)
    job.run.train(trainer)
    return job.run.model(trainer, distributed=text.costs.summary()), text.costs


def with_shards(config: TrainConfig, threads: int) -> TrainConfig:
    """Return a configuration with shards: if it has none, as many as threads, rounded up to a power of two.

    Examples
    --------
    >>> with_shards(TrainConfig(), threads=3).shards, with_shards(TrainConfig(shards=2), threads=3).shards
    (4, 2)
    """
    most = (
        MOST_SHARDS if config.objective == "sgns" else min(MOST_SHARDS, int(LARGEST_RATE_OF_SHARDS / config.alpha)) or 1
    )
    wanted = 1 << min((threads - 1).bit_length(), most.bit_length() - 1)
    return replace(config, shards=config.shards or wanted)


def read_with(workers: Communicator, job: Job) -> tuple[ScatteredText, TrainConfig]:
    """Check that workers can do a job, and let them read its text; return it, and the configuration with shards."""
    config, run = job.config, job.run
    if run.resumed is not None and not config.shards:
        config = replace(config, shards=recorded_shards(os.fspath(run.resumed.path)))
    config = with_shards(config, workers.threads)
    persist(workers, partial(_check, workers, job))
    text = ScatteredText(workers, job.files.sources, job.text, config)
    disable = None if run.progress is None else not run.progress
    with make_bar(total=text.size, unit="B", unit_scale=True, desc="read", disable=disable) as bar:
        text.read(job.wanted, bar.update)
    return text, config


def _check(workers: Communicator, job: Job) -> None:
    """Raise an error if workers cannot do a job, whatever the size of its text."""
    facts = everywhere(workers, "facts")
    refuse_unlike(facts)
    refuse_unreadable(workers, job.files.sources, facts)
