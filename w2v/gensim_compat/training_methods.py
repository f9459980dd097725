"""Methods of `Word2Vec` that train, and that report on training."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v.annotations import checked
from w2v.config import TrainConfig
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.errors import ConfigError, ModelBusyError, NothingTrainedError
from w2v.gensim_compat.callbacks import as_callbacks
from w2v.gensim_compat.vocabulary_methods import corpus_to_train
from w2v.gensim_names import accepts_old_names
from w2v.training.epoch_report import ledger
from w2v.training.hooks import Hooks
from w2v.training.objectives import TABLE
from w2v.training.trainer import Trainer
from w2v.vectors.keys import Key

if TYPE_CHECKING:
    from w2v.gensim_compat.word2vec import Word2Vec
    from w2v.geometry import Trace

_LOG = logging.getLogger(__name__)


@accepts_old_names(sentences="corpus_iterable")
@checked
def train(
    model: Word2Vec,
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
    """Train on the corpus of `build_vocab`, or on another corpus with the same vocabulary.

    Parameters
    ----------
    corpus_iterable, corpus_file : optional
        As in the constructor. By default, or if it is the same object or file, the corpus of `build_vocab` is used and not
        read again.
    epochs, start_alpha, end_alpha : optional
        Replace ``epochs``, ``alpha`` and ``min_alpha`` of the model.
    callbacks : iterable
        See `CallbackAny2Vec`; the first call uses those of the constructor by default.
    resume : bool
        Continue from the checkpoint, if there is one.
    total_examples, total_words, word_count, queue_factor, report_delay, compute_loss
        Accepted for compatibility with gensim, and ignored: the size of the encoded corpus is known, and the loss is always
        computed.

    Returns
    -------
    trained, total : int
        Number of centre words trained, and of words read, in all epochs.

    Raises
    ------
    NoVocabularyError
        If `build_vocab` was not called.
    ModelBusyError
        If another thread is training this model.
    DivergedError
        If a weight or the loss becomes NaN or infinite, or the loss far too large.

    Warns
    -----
    NothingTrainedError
        A `RuntimeWarning`, if every word was subsampled away or was alone in its sentence.
    """
    with model.alone():
        config = replace(
            model.config,
            epochs=model.epochs if epochs is None else epochs,
            alpha=model.alpha if start_alpha is None else start_alpha,
            min_alpha=model.min_alpha if end_alpha is None else end_alpha,
        )
        told = as_callbacks(callbacks)
        if resume and model._checkpoints is None:
            raise ConfigError("checkpoints must be given to the constructor if resume=True: got None")
        started = _started_here if model.backend is None else _started_on_many
        with started(model, corpus_iterable, corpus_file, config, resume) as (trainer, trace):
            config = trainer.config
            if config.alpha > model.min_alpha_yet_reached:
                _LOG.warning("Effective 'alpha' higher than previous training cycles")
            if trace is not None:
                trace.start(trainer)
            model.epochs, model.alpha, model.min_alpha = config.epochs, config.alpha, config.min_alpha
            model.compute_loss = bool(compute_loss)
            told, model._callbacks = told or model._callbacks, []
            _run(model, trainer, told, trace)
        return sum(report.trained for report in model.reports), trainer.corpus.ledger.tokens * len(model.reports)


@contextmanager
def _started_here(
    model: Word2Vec, corpus_iterable: Any, corpus_file: Any, config: TrainConfig, resume: bool
) -> Iterator[tuple[Trainer, Trace | None]]:
    corpus = corpus_to_train(model, corpus_iterable, corpus_file)
    trace = _trace(model, corpus, config)  # raises before anything is changed
    yield _trainer(model, corpus, config, resume), trace


@contextmanager
def _started_on_many(
    model: Word2Vec, corpus_iterable: Any, corpus_file: Any, config: TrainConfig, resume: bool
) -> Iterator[tuple[Trainer, Trace | None]]:
    from w2v.gensim_compat import many_machines  # not at the top: most models are trained without it

    with many_machines.trainer_of(model, corpus_iterable, corpus_file, config, resume) as trainer:
        yield trainer, None


def _trainer(model: Word2Vec, corpus: EncodedCorpus, config: TrainConfig, resume: bool) -> Trainer:
    saved, factors = model._checkpoints, model.wv.row_factors()
    if resume and saved is not None and saved.exists:
        return Trainer.resume(saved.path, corpus, config, factors)
    return Trainer(corpus, config, model.rows.bring(config), steps=factors)


def _trace(model: Word2Vec, corpus: EncodedCorpus, config: TrainConfig) -> Trace | None:
    if model.geometry_every is None and model.geometry_every_words is None:
        return None
    from w2v.geometry import Every, Trace  # not at the top: most models are trained without it

    every = Every(model.geometry_every, model.geometry_every_words)
    every.in_words(len(corpus.tokens), config.epochs)
    return Trace(every)


def _run(model: Word2Vec, trainer: Trainer, callbacks: list[Any], trace: Trace | None) -> None:
    model.rows.point_to(trainer.matrices)
    model.read_ledger, model._sources = trainer.corpus.ledger, trainer.corpus.sources
    model.reports = trainer.reports  # the same list, which grows, so that callbacks see new reports
    model.trajectory = trace.trajectory if trace else None
    traces = [trace] if trace else []
    hooks = Hooks([_Refresh(trainer), *traces, *callbacks, _Follow(trainer)], model)
    try:
        trainer.run(hooks, model._checkpoints, model._progress)
    except NothingTrainedError as problem:
        warnings.warn(problem, stacklevel=5)
    finally:  # also after Ctrl-C, so that the model is consistent and has everything trained so far
        model.total_train_time += sum(report.seconds for report in trainer.reports)
        model.train_count += 1
        with suppress(ConfigError):  # after divergence norms cannot be computed; the original error must propagate
            model.wv.metadata = model.metadata()
            model.wv.fill_norms(force=True)


def token_ledger(model: Word2Vec) -> dict[str, int]:
    """Return counts that account for every token; see `w2v.training.epoch_report.ledger`. Empty before a corpus is read."""
    return ledger(model.read_ledger, model.reports) if model.read_ledger else {}


def running_training_loss(model: Word2Vec) -> float:
    """Return the loss of the last training, summed over all pairs of all its epochs; see `get_latest_training_loss`."""
    over = TABLE[model.objective].mean_over
    return float(sum(report.loss * getattr(report, over) for report in model.reports))


def get_latest_training_loss(model: Word2Vec) -> float:
    """Return the loss of the last training in nats, summed over all its finished epochs, as in gensim.

    The difference between the values after two epochs is the loss of the second. ``reports[-1].loss`` is the mean loss of
    the last epoch, which does not depend on the size of the corpus. (gensim's sum is a float32 that stops growing at 2**27
    and is subject to races between threads.)
    """
    return running_training_loss(model)


@checked
def predict_output_word(
    model: Word2Vec, context_words_list: Iterable[Key], topn: int = 10
) -> list[tuple[str, np.float32]] | None:
    """Return the most probable centre words for a given context.

    The probabilities are a softmax over the dot products of all output vectors with the mean of the context's input vectors
    (with their sum if ``cbow_mean=0``). This is how CBOW predicts, although the model was trained as skip-gram.

    Parameters
    ----------
    context_words_list : iterable of str or int
        Words or rows; unknown words are ignored.
    topn : int
        Number of words to return.

    Returns
    -------
    list of (word, probability), best first; None if no word is known
    """
    output, known = model.syn1neg, [model.wv.get_index(key) for key in context_words_list if key in model.wv]
    if not known:
        _LOG.warning("no word of the context is in the vocabulary")
        return None
    hidden = model.wv.vectors[known].sum(axis=0) / np.float32(len(known) if model.cbow_mean else 1)
    scores = (output @ hidden).astype(np.float64)
    probabilities = np.exp(scores - scores.max())
    probabilities = (probabilities / probabilities.sum()).astype(np.float32)
    best = np.argsort(-scores, kind="stable")[:topn]
    return [(model.wv.index_to_key[row], probabilities[row]) for row in best]


class _Refresh:
    """Runs before the user's callbacks, because training writes the vectors in place, and their norms become outdated."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer

    def on_epoch_end(self, model: Word2Vec) -> None:
        """Recompute the norms."""
        model.wv.fill_norms(force=True)
        model.min_alpha_yet_reached = self._trainer.learning_rate


class _Follow:
    """Runs after the user's callbacks: applies their changes of the model, or raises an error."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer

    def on_train_begin(self, model: Word2Vec) -> None:
        """Check for changes before training."""
        self.on_epoch_begin(model)

    def on_epoch_end(self, model: Word2Vec) -> None:
        """Check for changes after an epoch."""
        self.on_epoch_begin(model)

    def on_epoch_begin(self, model: Word2Vec) -> None:
        """Check for changes before an epoch."""
        if not model.rows.are_in_step():
            raise ModelBusyError(
                "cannot continue training: a callback changed the words or replaced the vectors of the model"
            )
        asked, config = model.config, self._trainer.config
        if replace(asked, alpha=config.alpha, min_alpha=config.min_alpha) != config:
            raise ConfigError(
                "cannot continue training: a callback changed a parameter of the training other than alpha and min_alpha"
            )
        if asked != config:
            self._trainer.set_rates(asked.alpha, asked.min_alpha)
