"""Methods of `Word2Vec` that train, and that tell what training did."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

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
    with model.alone():
        corpus = corpus_to_train(model, corpus_iterable, corpus_file)
        config = replace(
            model.config,
            epochs=model.epochs if epochs is None else epochs,
            alpha=model.alpha if start_alpha is None else start_alpha,
            min_alpha=model.min_alpha if end_alpha is None else end_alpha,
        )
        told = as_callbacks(callbacks)
        trace = _trace(model, corpus, config)  # refused before anything is changed
        trainer = _trainer(model, corpus, config, resume)
        if config.alpha > model.min_alpha_yet_reached:
            _LOG.warning("Effective 'alpha' higher than previous training cycles")
        if trace is not None:
            trace.start(trainer)
        model.epochs, model.alpha, model.min_alpha = config.epochs, config.alpha, config.min_alpha
        model.compute_loss = bool(compute_loss)
        told, model._callbacks = told or model._callbacks, []
        _run(model, trainer, told, trace)
        return sum(report.trained for report in model.reports), corpus.ledger.tokens * len(model.reports)


def _trainer(model: Word2Vec, corpus: EncodedCorpus, config: TrainConfig, resume: bool) -> Trainer:
    saved, factors = model._checkpoints, model.wv.row_factors()
    if resume and saved is None:
        raise ConfigError("resume=True needs checkpoints=Checkpoints(path)")
    if resume and saved is not None and saved.exists:
        return Trainer.resume(saved.path, corpus, config, factors)
    return Trainer(corpus, config, model.rows.bring(config), steps=factors)


def _trace(model: Word2Vec, corpus: EncodedCorpus, config: TrainConfig) -> Trace | None:
    if model.geometry_every is None and model.geometry_every_words is None:
        return None
    from w2v.geometry import Every, Trace  # most models are trained without it

    every = Every(model.geometry_every, model.geometry_every_words)
    every.in_words(len(corpus.tokens), config.epochs)
    return Trace(every)


def _run(model: Word2Vec, trainer: Trainer, callbacks: list[Any], trace: Trace | None) -> None:
    model.rows.point_to(trainer.matrices)
    model.read_ledger, model._sources = trainer.corpus.ledger, trainer.corpus.sources
    model.reports = trainer.reports  # which grow, and which callbacks look at
    model.trajectory = trace.trajectory if trace else None
    traces = [trace] if trace else []
    hooks = Hooks([_Refresh(trainer), *traces, *callbacks, _Follow(trainer)], model)
    try:
        trainer.run(hooks, model._checkpoints, model._progress)
    except NothingTrainedError as problem:
        warnings.warn(problem, stacklevel=4)
    finally:  # after Ctrl-C too the model is whole: it holds what was trained so far
        model.total_train_time += sum(report.seconds for report in trainer.reports)
        model.train_count += 1
        with suppress(ConfigError):  # after divergence there are no norms, and its own error is on the way
            model.wv.metadata = model.metadata()
            model.wv.fill_norms(force=True)


def token_ledger(model: Word2Vec) -> dict[str, int]:
    """Return where every token went; see `w2v.training.epoch_report.ledger`. Empty before a corpus is read."""
    return ledger(model.read_ledger, model.reports) if model.read_ledger else {}


def running_training_loss(model: Word2Vec) -> float:
    """Return the loss of the last training, summed over all pairs of all its epochs; see `get_latest_training_loss`."""
    over = TABLE[model.objective].mean_over
    return float(sum(report.loss * getattr(report, over) for report in model.reports))


def get_latest_training_loss(model: Word2Vec) -> float:
    """Return the loss in nats of the last training, summed over all its finished epochs, as gensim defines it.

    The difference between two epochs is the loss of one. ``reports[-1].loss`` is the mean of the last epoch, which does
    not depend on the size of the corpus. (gensim's sum is a float32 that stops growing at 2**27, and that threads
    overwrite.)
    """
    return running_training_loss(model)


def predict_output_word(
    model: Word2Vec, context_words_list: Iterable[Key], topn: int = 10
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
    """Comes before the user's callbacks: training writes the vectors in place, so what follows from them is out of date."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer

    def on_epoch_end(self, model: Word2Vec) -> None:
        """Compute the norms anew."""
        model.wv.fill_norms(force=True)
        model.min_alpha_yet_reached = self._trainer.learning_rate


class _Follow:
    """Comes after the user's callbacks: what they changed in the model takes effect, or is refused."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer

    def on_train_begin(self, model: Word2Vec) -> None:
        """Look at what changed before training."""
        self.on_epoch_begin(model)

    def on_epoch_end(self, model: Word2Vec) -> None:
        """Look at what changed after an epoch."""
        self.on_epoch_begin(model)

    def on_epoch_begin(self, model: Word2Vec) -> None:
        """Look at what changed before an epoch."""
        if not model.rows.are_in_step():
            raise ModelBusyError(
                "a callback changed the words or replaced the vectors of the model that is being trained"
            )
        asked, config = model.config, self._trainer.config
        if replace(asked, alpha=config.alpha, min_alpha=config.min_alpha) != config:
            raise ConfigError("a callback changed a parameter of the training: only alpha and min_alpha may be")
        if asked != config:
            self._trainer.set_rates(asked.alpha, asked.min_alpha)
