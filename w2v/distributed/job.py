"""Train a model with workers, however they are connected."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from w2v.config import LARGEST_RATE_OF_SHARDS, MOST_SHARDS, TextOptions, TrainConfig, VocabularyConfig
from w2v.corpus.disk_array import sha256_of
from w2v.corpus.paths import Files
from w2v.corpus.source_files import total_bytes
from w2v.corpus.vocabulary import Vocabulary
from w2v.distributed.checks import refuse_unlike, refuse_unreadable, require_disk
from w2v.distributed.communicator import Communicator, everywhere
from w2v.distributed.costs import Costs
from w2v.distributed.recovery import persist
from w2v.distributed.scattered_text import ScatteredText
from w2v.progress import make_bar
from w2v.training.checkpoint import Checkpoints, recorded_shards
from w2v.training.hooks import Hooks
from w2v.training.trained_model import TrainedModel
from w2v.training.trainer import Trainer


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
    checkpoints : Checkpoints or None
    resume : bool
    callbacks : list
    comment : str or None
    progress : bool or None
    """

    files: Files
    wanted: VocabularyConfig | Vocabulary
    text: TextOptions
    config: TrainConfig
    checkpoints: Checkpoints | None = None
    resume: bool = False
    callbacks: Iterable[Any] = ()
    comment: str | None = None
    progress: bool | None = None


def train_with(workers: Communicator, job: Job) -> tuple[TrainedModel, Costs]:
    """Train a model with workers; see `w2v.distributed.train` for the errors."""
    config = job.config
    if job.resume and job.checkpoints is not None and not config.shards:
        config = replace(config, shards=recorded_shards(os.fspath(job.checkpoints.path)))
    job = replace(job, config=with_shards(config, workers.threads))
    text, checkpoints = read_with(workers, job), job.checkpoints
    if job.resume and checkpoints is not None and checkpoints.exists:
        trainer = Trainer.resume(checkpoints.path, text.corpus, job.config, origin=sha256_of(), text=text)
    else:
        trainer = Trainer(text.corpus, job.config, origin=sha256_of(), text=text)
    told = list(job.callbacks)
    trainer.run(Hooks(told, trainer), checkpoints, job.progress)
    more = {key: value for one in told if hasattr(one, "metadata") for key, value in one.metadata().items()}
    costs = text.costs
    return trainer.model(job.comment, **more, distributed=costs.summary()), costs


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


def read_with(workers: Communicator, job: Job) -> ScatteredText:
    """Check that workers can do a job, and let them read its text."""
    size = total_bytes(list(job.files.sources))
    persist(workers, partial(_check, workers, job, size or 0))
    text = ScatteredText(workers, job.files.sources, job.text, job.config)
    disable = None if job.progress is None else not job.progress
    with make_bar(total=size, unit="B", unit_scale=True, desc="read", disable=disable) as bar:
        text.read(job.wanted, bar.update)
    return text


def _check(workers: Communicator, job: Job, size: int) -> None:
    """Raise an error if workers cannot do a job on so many bytes of text."""
    facts = everywhere(workers, "facts")
    refuse_unlike(facts)
    refuse_unreadable(workers, job.files.sources, facts)
    require_disk(facts, size)
