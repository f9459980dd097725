"""``train``: an encoded corpus in, a trained model out."""

import os
from collections.abc import Iterable
from typing import Any

from w2v.atomic_files import PathLike
from w2v.config import TrainConfig
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.errors import ConfigError
from w2v.training.checkpoint import Checkpoints
from w2v.training.hooks import Hooks
from w2v.training.matrices import Matrices
from w2v.training.trained_model import TrainedModel
from w2v.training.trainer import Trainer


def train(
    corpus: EncodedCorpus,
    config: TrainConfig | None = None,
    *,
    start: TrainedModel | None = None,
    callbacks: Iterable[Any] = (),
    checkpoints: Checkpoints | PathLike | None = None,
    resume: bool = False,
    comment: str | None = None,
    progress: bool | None = None,
) -> TrainedModel:
    """Train word vectors.

    Parameters
    ----------
    corpus : EncodedCorpus
        From :func:`w2v.encode`.
    config : TrainConfig, optional
    start : TrainedModel, optional
        Train a copy of this model further; the corpus is encoded in its words, by ``encode(text, model.vocabulary)``.
    callbacks : iterable of objects, optional
        Called with the `Trainer` at the beginning and end of the run and of every epoch; see `Hooks`. What a callback's
        method ``metadata()`` returns, if it has one, is kept with the model.
    checkpoints : Checkpoints or path, optional
        Where and how often to save the state of the run; it is saved on Ctrl-C too.
    resume : bool
        Continue from the checkpoint if there is one.
    comment : str, optional
        Kept with the model.
    progress : bool, optional
        Show a progress bar; by default only in a terminal.

    Returns
    -------
    TrainedModel

    Raises
    ------
    ConfigError
        If a parameter is wrong, or ``start`` has other words or another ``vector_size``.
    CheckpointError
        If the checkpoint is damaged, or belongs to another run.
    MemoryLimitError
        If the matrices do not fit.
    DivergedError
        If a weight or the loss becomes NaN, infinite or absurd.
    NothingTrainedError
        If every word was subsampled away, or stood alone in its sentence.
    """
    config, told = config or TrainConfig(), list(callbacks)
    if checkpoints is not None and not isinstance(checkpoints, Checkpoints):
        checkpoints = Checkpoints(os.fspath(checkpoints))
    if resume and checkpoints is None:
        raise ConfigError("resume=True needs checkpoints=PATH, the file to continue from")
    if resume and checkpoints is not None and checkpoints.exists:
        trainer = Trainer.resume(checkpoints.path, corpus, config)
    else:
        trainer = Trainer(corpus, config, None if start is None else _copy(start, corpus, config))
    trainer.run(Hooks(told, trainer), checkpoints, progress)
    more = {
        key: value for callback in told if hasattr(callback, "metadata") for key, value in callback.metadata().items()
    }
    return trainer.model(comment, **more)


def _copy(model: TrainedModel, corpus: EncodedCorpus, config: TrainConfig) -> Matrices:
    if model.vocabulary.words != corpus.vocabulary.words:
        raise ConfigError("start has other words than the corpus: encode the text with vocabulary=model.vocabulary")
    if model.matrices.dim != config.vector_size:
        raise ConfigError(f"vector_size must be that of start, {model.matrices.dim}: got {config.vector_size}")
    return Matrices.copy_of(model.matrices.vectors, model.matrices.output_vectors)
