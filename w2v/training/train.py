"""``train``: train a model on an encoded corpus."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from w2v.annotations import checked
from w2v.atomic_files import PathLike
from w2v.config import TrainConfig
from w2v.corpus.disk_array import sha256_of
from w2v.corpus.encoded_corpus import EncodedCorpus, ScatteredCorpus
from w2v.errors import ConfigError
from w2v.training.checkpoint import Checkpoints
from w2v.training.chunked_text import ChunkedText
from w2v.training.hooks import Hooks
from w2v.training.matrices import Matrices
from w2v.training.memory import estimate_memory, require
from w2v.training.trained_model import TrainedModel
from w2v.training.trainer import Trainer
from w2v.vectors.store import LOCKF

Corpus = EncodedCorpus | ScatteredCorpus


@checked
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
        The result of :func:`w2v.encode`.
    config : TrainConfig, optional
    start : TrainedModel, optional
        Continue training a copy of this model; the corpus must be encoded with its words: ``encode(text,
        model.vocabulary)``. Rows that ``start.vectors.vectors_lockf`` freezes stay as they are.
    callbacks : iterable of objects, optional
        Called with the `Trainer` at the beginning and end of the run and of every epoch; see `Hooks`. If a callback has a
        method ``metadata()``, its result is stored in the model's metadata.
    checkpoints : Checkpoints or path, optional
        Where and how often to save the state of the run; it is also saved on Ctrl-C.
    resume : bool
        Continue from the checkpoint if there is one; all other arguments must be those of the interrupted run.
    comment : str, optional
        Stored in the model's metadata.
    progress : bool, optional
        Show a progress bar; by default only in a terminal.

    Returns
    -------
    TrainedModel

    Raises
    ------
    ArgumentError
        If ``corpus``, ``config`` or ``start`` has the wrong type.
    ConfigError
        If a parameter is wrong, or ``start`` has different words or another ``vector_size``.
    CheckpointError
        If the checkpoint is damaged, or belongs to another run.
    MemoryLimitError
        If the matrices do not fit into memory.
    DivergedError
        If a weight or the loss becomes NaN or infinite, or the loss far too large.
    NothingTrainedError
        If every word was subsampled away or was alone in its sentence.

    Examples
    --------
    >>> import w2v
    >>> corpus = w2v.encode([["a", "b", "c"]] * 99, w2v.VocabularyConfig(min_count=1))
    >>> model = w2v.train(corpus, w2v.TrainConfig(vector_size=4, epochs=2, workers=1))
    >>> further = w2v.train(corpus, w2v.TrainConfig(vector_size=4, workers=1), start=model)
    >>> len(model.reports), len(further.reports), further.vectors["a"].shape
    (2, 5, (4,))
    """
    run = Run.of(start, callbacks, checkpoints, resume, comment, progress)
    trainer = run.trainer(corpus, config or TrainConfig())
    run.train(trainer)
    return run.model(trainer)


@dataclass(frozen=True)
class Run:
    """What a run is asked for besides its text and configuration, wherever the text is; see `train`."""

    start: TrainedModel | None = None
    callbacks: Sequence[Any] = ()
    checkpoints: Checkpoints | None = None
    resume: bool = False
    comment: str | None = None
    progress: bool | None = None

    @classmethod
    def of(
        cls,
        start: TrainedModel | None,
        callbacks: Iterable[Any],
        checkpoints: Checkpoints | PathLike | None,
        resume: bool,
        comment: str | None,
        progress: bool | None,
    ) -> "Run":
        """Check the arguments of `train`."""
        if checkpoints is not None and not isinstance(checkpoints, Checkpoints):
            checkpoints = Checkpoints(os.fspath(checkpoints))
        if resume and checkpoints is None:
            raise ConfigError("checkpoints must be the path of the file to continue from if resume=True: got None")
        return cls(start, list(callbacks), checkpoints, resume, comment, progress)

    @property
    def resumed(self) -> Checkpoints | None:
        """The checkpoint to continue from, if there is one."""
        return self.checkpoints if self.resume and self.checkpoints is not None and self.checkpoints.exists else None

    def trainer(self, corpus: Corpus, config: TrainConfig, text: ChunkedText | None = None) -> Trainer:
        """Return what trains; ``text``: see `Trainer`."""
        start = self.start
        steps = None if start is None else _attributes(start, corpus, config).get(LOCKF)
        origin = sha256_of()
        if start is not None and self.checkpoints is not None:
            origin = sha256_of(start.matrices.vectors, start.matrices.output_vectors)
        if self.resumed is not None:
            return Trainer.resume(self.resumed.path, corpus, config, steps, origin, text)
        matrices = None if start is None else _copy(start, config, text)
        return Trainer(corpus, config, matrices, steps=steps, origin=origin, text=text)

    def train(self, trainer: Trainer) -> None:
        """Train to the end."""
        trainer.run(Hooks(list(self.callbacks), trainer), self.checkpoints, self.progress)

    def model(self, trainer: Trainer, **more: Any) -> TrainedModel:
        """Return the result; ``more`` goes into its metadata, as does what callbacks have to say."""
        for callback in self.callbacks:
            if hasattr(callback, "metadata"):
                more |= callback.metadata()
        attributes = {} if self.start is None else self.start.word_attributes()
        return replace(trainer.model(self.comment, **more), attributes=attributes)


def _attributes(model: TrainedModel, corpus: Corpus, config: TrainConfig) -> dict[str, Any]:
    """Return the attributes of the words of ``start``; raise ConfigError if it does not fit corpus or configuration."""
    if model.vocabulary.words != corpus.vocabulary.words:
        raise ConfigError(
            "corpus must have the words of start, in the same order: got others; "
            "encode the text with vocabulary=model.vocabulary"
        )
    if model.matrices.dim != config.vector_size:
        raise ConfigError(f"vector_size must be that of start, {model.matrices.dim}: got {config.vector_size}")
    return model.word_attributes()


def _copy(model: TrainedModel, config: TrainConfig, text: ChunkedText | None) -> Matrices:
    if text is None:
        require(estimate_memory(len(model), config))
    else:
        text.require_memory()
    return Matrices.copy_of(model.matrices.vectors, model.matrices.output_vectors)
