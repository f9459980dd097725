"""Training a model, and what is known of it afterwards."""

import os
import warnings
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields, replace
from typing import Any

import numpy as np

from w2v.atomic_files import PathLike
from w2v.config import TrainConfig
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.errors import ConfigError, ModelBusyError, NothingTrainedError
from w2v.gensim_compat.callbacks import as_callbacks
from w2v.gensim_compat.gensim3 import accepts_old_names
from w2v.gensim_compat.vocabulary_methods import Building
from w2v.geometry import Every, Trace, Trajectory
from w2v.logs import logger
from w2v.machine import isa
from w2v.training.checkpoint import Checkpoints
from w2v.training.epoch_report import EpochReport, ledger
from w2v.training.objectives import TABLE
from w2v.training.trainer import Hooks, Trainer
from w2v.vectors.keys import Key
from w2v.version import __version__

_LOG = logger(__name__)

MAX_SOURCES = 20
"""Files named in a model's provenance; the rest is counted."""

STATE = {
    "cbow_mean",
    "compute_loss",
    "corpus_count",
    "corpus_total_words",
    "effective_min_count",
    "max_vocab_size",
    "min_alpha_yet_reached",
    "sorted_vocab",
    "total_train_time",
    "train_count",
}
"""Attributes that a file keeps besides the parameters of training and of the vocabulary."""


class Training(Building):
    """Methods that train a model.

    Attributes
    ----------
    reports : list of EpochReport
        One for each epoch of the last training; its ``loss`` is a mean that can be compared.
    total_train_time : float
        Seconds in all calls of `train`.
    train_count : int
        How many there were.
    min_alpha_yet_reached : float
        The last learning rate.
    compute_loss : bool
        gensim's; the loss is always computed.
    comment : str or None
        Kept with the model.
    trajectory : w2v.geometry.Trajectory or None
        Alignment, uniformity and loss on the way, if ``geometry_every`` asked for it; after a resume, from there on.
    """

    comment: str | None
    trajectory: Trajectory | None

    def _start_untrained(
        self, checkpoints: Checkpoints | PathLike | None, callbacks: Iterable[Any], compute_loss: bool, every: Every
    ) -> None:
        self._every, self.trajectory = every, None
        if checkpoints is not None and not isinstance(checkpoints, Checkpoints):
            checkpoints = Checkpoints(os.fspath(checkpoints))
        self._checkpoints, self._callbacks = checkpoints, as_callbacks(callbacks)
        self.reports: list[EpochReport] = []
        self.total_train_time, self.train_count = 0.0, 0
        self.min_alpha_yet_reached = self.alpha
        self.compute_loss = bool(compute_loss)

    @accepts_old_names(sentences="corpus_iterable")
    def train(
        self,
        corpus_iterable: Any = None,
        corpus_file: Any = None,
        total_examples: int | None = None,
        total_words: int | None = None,
        epochs: int | None = None,
        start_alpha: float | None = None,
        end_alpha: float | None = None,
        word_count: int = 0,
        queue_factor: int = 2,
        report_delay: float = 1.0,
        compute_loss: bool = False,
        callbacks: Iterable[Any] = (),
        *,
        resume: bool = False,
    ) -> tuple[int, int]:
        """Train on the corpus of `build_vocab`, or on another one with the same vocabulary.

        Parameters
        ----------
        corpus_iterable, corpus_file : optional
            As in the constructor; by default, or if it is the same object or file, the corpus of `build_vocab`, which is
            not read again.
        epochs, start_alpha, end_alpha : optional
            Replace ``epochs``, ``alpha`` and ``min_alpha`` of the model.
        callbacks : iterable
            See `CallbackAny2Vec`; by default those of the constructor, the first time.
        resume : bool
            Go on from the checkpoint, if there is one.
        total_examples, total_words, word_count, queue_factor, report_delay, compute_loss
            gensim's, without effect: the encoded corpus knows its size, and the loss is always computed.

        Returns
        -------
        trained, total : int
            Centre words trained, and words read in all epochs.

        Raises
        ------
        NoVocabularyError
            Before `build_vocab`.
        ModelBusyError
            If another thread is training this model.
        DivergedError
            If a weight or the loss becomes NaN, infinite or absurd.

        Warns
        -----
        NothingTrainedError
            A `RuntimeWarning`, if every word was subsampled away or stood alone.
        """
        with self._alone():
            corpus = self._corpus_to_train(corpus_iterable, corpus_file)
            config = replace(
                self.config,
                epochs=self.epochs if epochs is None else epochs,
                alpha=self.alpha if start_alpha is None else start_alpha,
                min_alpha=self.min_alpha if end_alpha is None else end_alpha,
            )
            told = as_callbacks(callbacks)
            every_words = self._every.in_words(len(corpus.tokens), config.epochs)  # before anything is changed
            trainer = self._trainer(corpus, config, resume)
            if config.alpha > self.min_alpha_yet_reached:
                _LOG.warning("Effective 'alpha' higher than previous training cycles")
            trace = None if every_words is None else Trace(trainer, every_words)
            self.epochs, self.alpha, self.min_alpha = config.epochs, config.alpha, config.min_alpha
            self.compute_loss = bool(compute_loss)
            told, self._callbacks = told or self._callbacks, []
            self._run(trainer, told, trace)
            return sum(report.trained for report in self.reports), corpus.ledger.tokens * len(self.reports)

    def _trainer(self, corpus: EncodedCorpus, config: TrainConfig, resume: bool) -> Trainer:
        saved, factors = self._checkpoints, self.wv.row_factors()
        if resume and saved is None:
            raise ConfigError("resume=True needs checkpoints=Checkpoints(path)")
        if resume and saved is not None and saved.exists:
            return Trainer.resume(saved.path, corpus, config, factors)
        return Trainer(corpus, config, self._rows(), steps=factors)

    def _run(self, trainer: Trainer, callbacks: list[Any], trace: Trace | None) -> None:
        if trainer.matrices is not None:
            self._point_to(trainer.matrices)
        self.read_ledger, self._sources = trainer.corpus.ledger, trainer.corpus.sources
        self.reports = trainer.reports  # which grow, and which callbacks look at
        self.trajectory = trace.trajectory if trace else None
        traces, every_words = ([trace], trace.every_words) if trace else ([], None)
        hooks = Hooks([_Refresh(trainer), *traces, *callbacks, _Follow(trainer)], self, every_words)
        try:
            trainer.run(hooks, self._checkpoints, self._progress)
        except NothingTrainedError as problem:
            warnings.warn(problem, stacklevel=4)
        finally:  # after Ctrl-C too the model is whole: it holds what was trained so far
            self.total_train_time += sum(report.seconds for report in trainer.reports)
            self.train_count += 1
            with suppress(ConfigError):  # after divergence there are no norms, and its own error is on the way
                self.wv.metadata = self.metadata()
                self.wv.fill_norms(force=True)

    # -------------------------------------------------------------------------------------------------------- looking

    def metadata(self) -> dict[str, Any]:
        """Return how the vectors were made, as JSON values: parameters, ledgers, losses, engine."""
        sources = list(self._sources)
        return {
            "w2v": __version__,
            "isa": isa(),
            "config": self.config.to_dict(),
            "vocabulary": self.vocabulary_config.to_dict(),
            "text": self.text.to_dict(),
            "state": {name: getattr(self, name) for name in sorted(STATE)},
            "sources": sources[:MAX_SOURCES],
            "source_files": len(sources),
            "numbers": self.wv.numbers,
            "read": self.read_ledger.to_dict() if self.read_ledger else None,
            "tokens": self.ledger,
            "epoch_columns": [f.name for f in fields(EpochReport)],
            "epochs": [report.to_row() for report in self.reports],
            "comment": self.comment,
            **({} if self.trajectory is None else self.trajectory.to_dict()),
        }

    @property
    def ledger(self) -> dict[str, int]:
        """Where every token went; see ``records.ledger``. Empty before a corpus is read."""
        return ledger(self.read_ledger, self.reports) if self.read_ledger else {}

    @property
    def running_training_loss(self) -> float:
        """The loss of the last training, summed over all pairs of all its epochs; see `get_latest_training_loss`."""
        over = TABLE[self.objective].mean_over
        return float(sum(report.loss * getattr(report, over) for report in self.reports))

    def get_latest_training_loss(self) -> float:
        """Return the loss in nats of the last training, summed over all its finished epochs, as gensim defines it.

        The difference between two epochs is the loss of one. ``reports[-1].loss`` is the mean of the last epoch, which does
        not depend on the size of the corpus. (gensim's sum is a float32 that stops growing at 2**27, and that threads
        overwrite.)
        """
        return self.running_training_loss

    def predict_output_word(
        self, context_words_list: Iterable[Key], topn: int = 10
    ) -> list[tuple[str, np.float32]] | None:
        """Return the words that are most probable between given words.

        A softmax over the products of all output vectors with the mean of the context's input vectors (with their sum
        if ``cbow_mean=0``): CBOW's way, though training was not.

        Parameters
        ----------
        context_words_list : iterable of str or int
            Words or rows; unknown ones are left out.
        topn : int
            How many to return.

        Returns
        -------
        list of (word, probability), best first; None if no word is known
        """
        output, known = self.syn1neg, [self.wv.get_index(key) for key in context_words_list if key in self.wv]
        if not known:
            _LOG.warning("no word of the context is in the vocabulary")
            return None
        hidden = self.wv.vectors[known].sum(axis=0) / np.float32(len(known) if self.cbow_mean else 1)
        scores = (output @ hidden).astype(np.float64)
        probabilities = np.exp(scores - scores.max())
        probabilities = (probabilities / probabilities.sum()).astype(np.float32)
        best = np.argsort(-scores, kind="stable")[:topn]
        return [(self.wv.index_to_key[row], probabilities[row]) for row in best]


class _Refresh:
    """Comes before the user's callbacks: training writes the vectors in place, so what follows from them is out of date."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer

    def on_epoch_end(self, model: Training) -> None:
        """Compute the norms anew."""
        model.wv.fill_norms(force=True)
        model.min_alpha_yet_reached = self._trainer.learning_rate


class _Follow:
    """Comes after the user's callbacks: what they changed in the model takes effect, or is refused."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer

    def on_train_begin(self, model: Training) -> None:
        """Look at what changed before training."""
        self.on_epoch_begin(model)

    def on_epoch_end(self, model: Training) -> None:
        """Look at what changed after an epoch."""
        self.on_epoch_begin(model)

    def on_epoch_begin(self, model: Training) -> None:
        """Look at what changed before an epoch."""
        if not model._are_in_step():
            raise ModelBusyError(
                "a callback changed the words or replaced the vectors of the model that is being trained"
            )
        asked, config = model.config, self._trainer.config
        if replace(asked, alpha=config.alpha, min_alpha=config.min_alpha) != config:
            raise ConfigError("a callback changed a parameter of the training: only alpha and min_alpha may be")
        if asked != config:
            self._trainer.set_rates(asked.alpha, asked.min_alpha)
