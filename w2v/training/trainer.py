"""The training loop: epochs, progress, callbacks, checkpoints. What it drives is the compiled engine, or several of them.

    EncodedCorpus + TrainConfig -> Trainer.run() -> TrainedModel: matrices, one EpochReport per epoch

The engine trains a range of chunks with several threads, which all write the same matrices without locks (except for their
copies of frequent words' rows, which are all merged before it returns). Between two such calls no thread runs, so
checkpoints, callbacks and Ctrl-C see a model in a defined state: all chunks before ``Trainer.chunk`` of ``Trainer.epoch``
are trained, none after it.
"""

import os
import time
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.annotations import checked
from w2v.arguments import shown
from w2v.atomic_files import PathLike
from w2v.config import TrainConfig
from w2v.corpus.encoded_corpus import EncodedCorpus, ScatteredCorpus
from w2v.errors import ArgumentError, CheckpointError, ConfigError, NothingTrainedError, OutputError
from w2v.overwriting import Named, paths_in, refuse_overwriting
from w2v.progress import make_bar
from w2v.training.checkpoint import Checkpoints, Saved, read_checkpoint, write_checkpoint
from w2v.training.chunked_text import ChunkedText, LocalText
from w2v.training.course import Course
from w2v.training.epoch_report import COUNTS, EpochReport, Records
from w2v.training.hooks import EPOCHS_SHOWN, Display, Hooks
from w2v.training.matrices import Matrices
from w2v.training.objectives import TABLE
from w2v.training.provenance import Provenance
from w2v.training.replicas import Replicas, replicas_for
from w2v.training.rounds import number_of_shards
from w2v.training.schedule import learning_rate
from w2v.training.stability import diverged, log_fewer_shards, log_held_rate
from w2v.training.start import checked_steps, start
from w2v.training.threads import run_threads
from w2v.training.trained_model import TrainedModel

WATCHED_ROWS = 64
"""Number of rows checked during training: those of the most frequent words become NaN or infinite first."""


class Trainer:
    """A training run that can be stopped after any chunk and continued.

    Parameters
    ----------
    corpus : EncodedCorpus or ScatteredCorpus
    config : TrainConfig
    matrices : Matrices, optional
        Trained in place; by default new ones are made.
    steps : ndarray of float32, shape (V,), optional
        Factor of the updates of each input row: 1 trains a row, 0 freezes it. None: all rows are trained.
    origin : str, optional
        Digest of the matrices before the run, stored in its checkpoints; None: a checkpoint does not say.
    saved : Saved, optional
        The state to continue from, instead of ``matrices``; see :meth:`resume`.
    text : ChunkedText, optional
        The chunks of the corpus, if its ids are on other machines.

    Attributes
    ----------
    epoch, chunk : int
        The first chunk that is not trained yet.
    records : Records
        Records of the current epoch.
    reports : list of EpochReport
        Reports of the finished epochs.
    seconds : float
        Time spent in the current epoch.

    Raises
    ------
    MemoryLimitError
        If the matrices do not fit into memory.

    Examples
    --------
    >>> import w2v
    >>> corpus = w2v.encode([["a", "b", "c"]] * 99, w2v.VocabularyConfig(min_count=1))
    >>> [report.epoch for report in Trainer(corpus, w2v.TrainConfig(epochs=2, workers=1)).run()]
    [0, 1]
    """

    @checked
    def __init__(
        self,
        corpus: EncodedCorpus | ScatteredCorpus,
        config: TrainConfig,
        matrices: Matrices | None = None,
        *,
        steps: NDArray[np.float32] | None = None,
        origin: str | None = None,
        saved: Saved | None = None,
        text: ChunkedText | None = None,
    ) -> None:
        steps = checked_steps(steps, len(corpus.vocabulary))
        self.corpus: Any = corpus  # a callback that looks at its ids needs an EncodedCorpus
        self.config, self.steps, self._first_alpha = config, steps, config.alpha
        self._text = _chunks(text, corpus, config)
        self.origin = saved.origin if saved else origin
        self.objective = TABLE[config.objective]
        if matrices is None and saved is None:
            self._text.require_memory()
        self.matrices, noise = start(corpus.vocabulary, config, saved.matrices if saved else matrices, steps)
        self.chunks = len(self._text.edges) - 1
        self.epoch, self.chunk = (saved.epoch, saved.chunk) if saved else (0, 0)
        self.records = saved.records if saved else Records.empty(self.chunks)
        self.reports: list[EpochReport] = saved.reports if saved else []
        self.seconds = saved.seconds if saved else 0.0
        self._engine = self._text.engine(self.matrices, noise, steps)
        self._bar: Any = None
        if saved and isinstance(self._engine, Course) and self.epoch < config.epochs:
            self._refuse_inside_a_span(self._engine)

    def _refuse_inside_a_span(self, course: Course) -> None:
        if not course.is_model_at(self.epoch, self.chunk):
            raise CheckpointError(
                f"a checkpoint must be from the end of a span of rounds: got one before chunk {self.chunk} of epoch "
                f"{self.epoch}, written with other rounds; start a new run"
            )

    # ---------------------------------------------------------------------------------------------------- checkpoints

    @checked
    def save(self, path: PathLike) -> None:
        """Write a checkpoint atomically; the file can also be loaded as vectors. Shards first train to the end of a span."""
        self._end_span()
        state = Saved(self.matrices, self.epoch, self.chunk, self.records, self.reports, self.seconds, self.origin)
        write_checkpoint(
            os.fsdecode(path), state, self.corpus.vocabulary, self.config, self._text.fingerprint, self.steps
        )

    @classmethod
    @checked
    def resume(
        cls,
        path: PathLike,
        corpus: EncodedCorpus | ScatteredCorpus,
        config: TrainConfig,
        steps: NDArray[np.float32] | None = None,
        origin: str | None = None,
        text: ChunkedText | None = None,
    ) -> "Trainer":
        """Return a trainer that continues from a checkpoint; ``steps`` must be passed again, as they are not stored.

        Raises
        ------
        CheckpointError
            If it was written for another corpus, configuration (``workers`` may differ), ``steps`` or ``origin``.
        MemoryLimitError
            If the matrices do not fit into memory.
        """
        steps = checked_steps(steps, len(corpus.vocabulary))
        text = _chunks(text, corpus, config)
        text.require_memory()
        chunks = len(text.edges) - 1
        saved = read_checkpoint(
            os.fsdecode(path), corpus.vocabulary.words, config, text.fingerprint, chunks, steps, origin
        )
        return cls(corpus, config, steps=steps, saved=saved, text=text)

    # -------------------------------------------------------------------------------------------------------- driving

    @checked
    def run(
        self, hooks: Hooks | None = None, checkpoints: Checkpoints | None = None, progress: bool | None = None
    ) -> list[EpochReport]:
        """Train the remaining chunks and return one report per epoch.

        Parameters
        ----------
        hooks : Hooks, optional
        checkpoints, progress
            As in `w2v.train`.

        Raises
        ------
        DivergedError
            If a weight becomes NaN or infinite, or the loss far too large; the message names the epoch.
        NothingTrainedError
            At the end, if no word was trained.
        OutputError
            Before training, if a checkpoint could not be written; later failures are warnings.
        KeyboardInterrupt
            On Ctrl-C, when all threads have finished their chunk; call :meth:`run` again to continue.
        """
        hooks = hooks or Hooks()
        log_held_rate(self.config)
        log_fewer_shards(self.config, number_of_shards(self.config, self.chunks, self._tokens))
        if checkpoints is not None:
            refuse_overwriting([Named("checkpoints", checkpoints.path)], paths_in("corpus", self.corpus.sources))
            checkpoints.start(self.epoch)
        try:
            with self._progress_bar(progress) as bar:
                self._bar, display = bar, Display(bar, checkpoints)
                stopped = hooks.call("on_train_begin")
                while self.epoch < self.config.epochs and not stopped:
                    stopped = self.chunk == 0 and hooks.call("on_epoch_begin")
                    stopped = stopped or self._run_epoch(hooks, display)
                hooks.call("on_train_end")
                if self.epoch == self.config.epochs and not any(report.trained for report in self.reports):
                    raise NothingTrainedError(
                        f"no word was trained: all were subsampled away (sample={self.config.sample:g}) or were alone in "
                        "their sentence; check that sentences have several words, or keep frequent words with sample=0"
                    )
        except KeyboardInterrupt:
            if checkpoints is not None:
                self.save(checkpoints.path)
            raise
        return self.reports

    @checked
    def advance(self, chunks: int) -> int:
        """Train at most ``chunks`` chunks of the current epoch, finishing it if possible; return the tokens covered.

        Shards train to the end of the span of rounds in which the last of these chunks is.
        With 0 chunks, or after the last epoch, nothing is trained, and 0 is returned.
        """
        if self.epoch == self.config.epochs:
            return 0
        before = int(self.records.counts[:, 0].sum())
        self._work(min(self.chunk + chunks, self.chunks), Display())
        done = int(self.records.counts[:, 0].sum()) - before
        if self.chunk == self.chunks:
            self._close_epoch()
        return done

    @checked
    def set_rates(self, alpha: float, min_alpha: float) -> None:
        """Continue with the learning rates of a run from ``alpha`` to ``min_alpha``; not while chunks are trained."""
        if isinstance(self._engine, Course) and alpha > self._first_alpha:
            raise ConfigError(
                f"alpha must be at most {self._first_alpha:g}, with which the shards began, as their boosts depend on it: "
                f"got {alpha:g}; begin with the larger one"
            )
        self.config = replace(self.config, alpha=alpha, min_alpha=min_alpha)
        self._engine.set_rates(alpha, min_alpha)

    @property
    def learning_rate(self) -> float:
        """The learning rate at the first chunk that is not trained yet."""
        return learning_rate(self.config, self.words / (self._tokens * self.config.epochs))

    @property
    def words(self) -> int:
        """Number of in-vocabulary words covered so far, in all epochs."""
        return self.epoch * self._tokens + int(self.records.counts[:, 0].sum())

    @property
    def _tokens(self) -> int:
        """Number of tokens of the corpus."""
        return int(self._text.edges[-1])

    @property
    def vectors(self) -> NDArray[np.float32]:
        """The input vectors, shape (V, vector_size): a view."""
        return self.matrices.vectors

    @property
    def latest_loss(self) -> float | None:
        """Mean loss of the current epoch so far or, between two epochs, of the last one; None before the first word."""
        if self.records.counts[:, 0].any():
            return self.mean_loss
        return self.reports[-1].loss if self.reports else None

    @property
    def mean_loss(self) -> float:
        """Mean loss of the current epoch so far."""
        return self.records.mean_loss(self.objective.mean_over)

    @checked
    def model(self, comment: str | None = None, **more: Any) -> TrainedModel:
        """Return the model trained so far, with shared matrices; ``comment`` and ``more`` (JSON) go into its metadata."""
        provenance = Provenance.of(self.corpus, self.config, self.reports, comment, more)
        return TrainedModel(self.corpus.vocabulary, self.matrices, provenance)

    # --------------------------------------------------------------------------------------------------------- epochs

    def _run_epoch(self, hooks: Hooks, display: Display) -> bool:
        """Train the rest of the epoch; return whether a callback asked to stop."""
        told = self.words
        while self.chunk < self.chunks:
            self._work(self._pause(hooks), display)
            if self.chunk < self.chunks:
                self._save_if_due(display.checkpoints)
                if hooks.call_at_words(told, self.words):
                    return True
                told = self.words
        self._close_epoch()
        self._save_if_due(display.checkpoints)
        stopped = hooks.call_at_words(told, self.words)
        return hooks.call("on_epoch_end") or stopped

    def _pause(self, hooks: Hooks) -> int:
        """Return the first chunk after this one at which a callback is due."""
        due = hooks.next_words(self.words)
        if due is None:
            return self.chunks
        in_epoch = due - self.epoch * self._tokens
        return max(self.chunk + 1, min(int(np.searchsorted(self._text.edges, in_epoch)), self.chunks))

    def _save_if_due(self, checkpoints: Checkpoints | None) -> None:
        if checkpoints is not None and checkpoints.due(self.epoch, self.chunk):
            try:
                self.save(checkpoints.path)
            except OutputError as problem:  # the run may still succeed, and its result may be written elsewhere
                warnings.warn(f"checkpoint not written: {problem}", RuntimeWarning, stacklevel=2)
            checkpoints.saved(self.epoch)

    def _progress_bar(self, progress: bool | None) -> Any:
        return make_bar(
            total=self._tokens * self.config.epochs,
            initial=self.words,
            unit=" words",
            unit_scale=True,
            desc="train",
            disable=None if progress is None else not progress,
        )

    def _close_epoch(self) -> None:
        loss = self.mean_loss
        if not self.matrices.finite() or not loss <= self.objective.ceiling(self.config):
            raise diverged(self.config, self.epoch, self.mean_loss)
        counts = dict(zip(COUNTS, self.records.counts.sum(axis=0).tolist(), strict=True))
        self.reports.append(EpochReport(epoch=self.epoch, loss=loss, seconds=self.seconds, **counts))
        self.epoch, self.chunk, self.seconds = self.epoch + 1, 0, 0.0
        self.records = Records.empty(self.chunks)

    def _work(self, end: int, display: Display) -> None:
        """Train the chunks up to ``end``, or fewer if a checkpoint is due, an error occurs or the user interrupts."""
        if end <= self.chunk:
            return
        threads = self._begin(end)
        display.shown, began = 0, time.perf_counter()

        def finished() -> None:
            self.chunk = self._engine.position
            self.seconds += time.perf_counter() - began

        run_threads(self._engine, threads, lambda: self._tick(display), finished)
        self._tick(display)

    def _begin(self, end: int) -> int:
        """Prepare the threads to train the chunks up to ``end``; return their number."""
        records = self.records.counts, self.records.losses
        if isinstance(self._engine, Course):
            threads = min(self.config.threads, self._engine.most_threads)
            self._engine.begin(self.epoch, self.chunk, end, *records, threads)
            return threads
        most = 1 if self.config.shards else self.config.threads  # one shard is trained by one thread
        threads, replicas = min(most, self.config.threads, end - self.chunk), Replicas()
        if self.steps is None:
            replicas = replicas_for(self.corpus.vocabulary, self.config, threads, self._tokens)
        self._engine.begin(self.epoch, self.chunk, end, *records, replicas.words, replicas.share, threads == 1)
        return threads

    def _trained_chunks(self) -> list[tuple[int, int]]:
        return self._engine.trained() if isinstance(self._engine, Course) else [(0, self._engine.position)]

    def _end_span(self) -> None:
        """Train until the matrices are the model, which they are only after some of the rounds of shards."""
        if isinstance(self._engine, Course) and not self._engine.is_whole:
            self._work(self.chunk + 1, Display(self._bar))

    def _tick(self, display: Display) -> None:
        if not (self.matrices.finite(WATCHED_ROWS) and np.isfinite(self.records.losses).all()):
            raise diverged(self.config, self.epoch, self.mean_loss)
        # Not before anything is trained: an interval shorter than what comes before it would never let it begin.
        if display.checkpoints is not None and display.checkpoints.time_is_up() and self._engine.progress:
            self._engine.stop()
        self._text.forget(self._trained_chunks())
        display.advance(
            int(self._engine.progress),
            [*(report.loss for report in self.reports[1 - EPOCHS_SHOWN :]), self.mean_loss],
            epoch=f"{self.epoch + 1}/{self.config.epochs}",
            lr=f"{self.learning_rate:.5f}",
        )


def _chunks(text: ChunkedText | None, corpus: EncodedCorpus | ScatteredCorpus, config: TrainConfig) -> ChunkedText:
    if text is not None:
        if not hasattr(text, "require_memory"):
            raise ArgumentError(f"text must be a ChunkedText: got {shown(text)}")
        return text
    if isinstance(corpus, ScatteredCorpus):
        raise ArgumentError("text must be given with a ScatteredCorpus, whose ids are on other machines: got None")
    return LocalText(corpus, config)
