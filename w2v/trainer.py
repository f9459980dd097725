"""The training loop: epochs, threads, progress, callbacks, checkpoints. The only caller of the compiled core.

    EncodedCorpus + TrainConfig -> Trainer.run() -> Matrices, one EpochReport an epoch

The core is given a range of chunks and trains it by as many threads as there are, all writing the same matrices without
locks (but for copies of frequent words' rows, which are all merged before it returns). Between two calls nothing runs, so
checkpoints, callbacks and interrupts see a model in a defined state: all chunks before ``Trainer.chunk`` of
``Trainer.epoch`` are trained, none after it.
"""

import threading
import time
import warnings
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

from w2v import _core, compiled
from w2v.checkpoint import Checkpoints, Saved, fingerprint, read_checkpoint, write_checkpoint
from w2v.config import TrainConfig
from w2v.corpus import EncodedCorpus
from w2v.errors import DivergedError, NothingTrainedError, OutputError, TrainingError
from w2v.interrupts import deferred
from w2v.matrices import Matrices
from w2v.memory import estimate_memory, require
from w2v.objectives import TABLE
from w2v.reading import forget
from w2v.records import COUNTS, EpochReport, Records
from w2v.replicas import Replicas, replicas_for

TICK = 0.05
"""Seconds between two looks at the clock, at signals and at the progress bar."""

CHUNK_OPERATIONS = 1 << 30
"""Floating-point operations in a chunk: about a tenth of a second, so that threads stop soon when told to."""
MOST_CHUNK = 1 << 15
WINDOWS_IN_A_PIECE = 64
"""Shortest piece of a long sentence: where it is cut, one pair in about a hundred is lost, and no more."""
LEAST_CHUNK = 256

LARGE_VOCABULARY = 1 << 14
"""From here on the matrices and the noise pool are made at the same time: 3 % of an epoch of 17 M words by two threads."""

WATCHED_ROWS = 64
"""Rows of the most frequent words: the first to become NaN or infinite, and cheap to watch."""


@dataclass
class Hooks:
    """Whom the loop tells about epochs.

    ``callbacks`` have any of on_train_begin, on_epoch_begin, on_words, on_epoch_end, on_train_end, called with ``subject``;
    one that returns True stops the training at that point. ``on_words`` comes about every ``every_words`` words, between
    two chunks.
    """

    callbacks: Iterable[Any] = ()
    subject: Any = None
    every_words: int | None = None

    def call(self, event: str) -> bool:
        """Tell every callback; return whether one wants to stop."""
        wanted = [getattr(callback, event)(self.subject) for callback in self.callbacks if hasattr(callback, event)]
        return any(answer is True for answer in wanted)


@dataclass
class Trainer:
    """A training run that can be stopped after any chunk and taken up again.

    Attributes
    ----------
    corpus : EncodedCorpus
    config : TrainConfig
    matrices : Matrices
        Made new unless given.
    epoch, chunk : int
        The first chunk that is not trained.
    records : Records
        Of the current epoch.
    reports : list of EpochReport
        Of the finished epochs.
    seconds : float
        Time spent in the current epoch.
    steps : ndarray of float32, shape (V,), optional
        What the update of each input row is multiplied by: 1 trains it, 0 freezes it. None: all are trained.

    Raises
    ------
    MemoryLimitError
        If the matrices do not fit.
    """

    corpus: EncodedCorpus
    config: TrainConfig
    matrices: Matrices | None = None
    epoch: int = 0
    chunk: int = 0
    records: Records | None = None
    reports: list[EpochReport] = field(default_factory=list)
    seconds: float = 0.0
    steps: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        vocabulary, config = self.corpus.vocabulary, self.config
        self.objective = TABLE[config.objective]
        if self.matrices is None:
            require(estimate_memory(len(vocabulary), config))
        noise = self._start()
        self._offsets, self._chunks = _chunks(self.corpus, config)
        self.chunks = len(self._chunks) - 1
        self.records = self.records or Records.empty(self.chunks)
        self._engine = _core.Engine(
            self._matrices.input,
            self._matrices.output,
            _core.Text(self.corpus.tokens, self._offsets, self._chunks, vocabulary.keep_thresholds(config.sample)),
            _core.Noise(noise, config.noise_region(len(noise)), config.noise_step),
            config,
            compiled.isa(),
            self.steps,
            lambda seen: forget(self.corpus.tokens, seen),
        )

    def _start(self) -> NDArray[np.uint32]:
        """Make the matrices and the noise pool, and return that."""
        vocabulary, config = self.corpus.vocabulary, self.config
        if config.threads == 1 or len(vocabulary) < LARGE_VOCABULARY:
            self._start_matrices()
            return vocabulary.noise_pool(config.ns_exponent, config.seed)
        with ThreadPoolExecutor(1) as beside:
            noise = beside.submit(vocabulary.noise_pool, config.ns_exponent, config.seed)
            self._start_matrices()
        return noise.result()

    def _start_matrices(self) -> None:
        config, length = self.config, self.objective.initial_length
        if self.matrices is None:
            self.matrices = Matrices.initialise(len(self.corpus.vocabulary), config.vector_size, config.seed, length)
        if length is not None:  # after sgns, say, or loaded: a cosine would never move them
            self.matrices.start_zero_rows(length, config.seed, self.steps)

    # ---------------------------------------------------------------------------------------------------- checkpoints

    def save(self, path: str) -> None:
        """Write the state of the run, atomically; the file is a model file that can also be loaded as vectors."""
        state = Saved(self._matrices, self.epoch, self.chunk, self._records, self.reports, self.seconds)
        write_checkpoint(path, state, self.corpus.vocabulary, self.config, self._fingerprint)

    @cached_property
    def _fingerprint(self) -> str:
        return fingerprint(self.corpus)

    @classmethod
    def resume(
        cls, path: str, corpus: EncodedCorpus, config: TrainConfig, steps: NDArray[np.float32] | None = None
    ) -> "Trainer":
        """Return a trainer that goes on where a checkpoint was written; ``steps`` are not in it.

        Raises
        ------
        CheckpointError
            If it was written for another corpus or configuration (``workers`` may differ).
        """
        chunks = len(_chunks(corpus, config)[1]) - 1
        saved = read_checkpoint(path, config, fingerprint(corpus), chunks)
        return cls(
            corpus,
            config,
            saved.matrices,
            saved.epoch,
            saved.chunk,
            saved.records,
            saved.reports,
            saved.seconds,
            steps,
        )

    # -------------------------------------------------------------------------------------------------------- driving

    def run(
        self, hooks: Hooks | None = None, checkpoints: Checkpoints | None = None, progress: bool | None = None
    ) -> list[EpochReport]:
        """Train what is left and return one report per epoch.

        Parameters
        ----------
        hooks : Hooks, optional
            Callbacks.
        checkpoints : Checkpoints, optional
            Where and how often to save the state of the run; it is saved on Ctrl-C too.
        progress : bool, optional
            Show a progress bar; by default only in a terminal.

        Raises
        ------
        DivergedError
            If a weight becomes NaN or infinite, or the loss absurd; names the epoch.
        NothingTrainedError
            At the end, if no word was trained.
        OutputError
            If a checkpoint could not be written, which is tried before training; later failures are warnings.
        KeyboardInterrupt
            On Ctrl-C, when all threads have finished their chunk; :meth:`run` may be called again to go on.
        """
        hooks = hooks or Hooks()
        if checkpoints is not None:
            checkpoints.start(self.epoch)
        try:
            with self._progress_bar(progress) as bar:
                stopped = hooks.call("on_train_begin")
                while self.epoch < self.config.epochs and not stopped:
                    stopped = (self.chunk == 0 and hooks.call("on_epoch_begin")) or self._run_epoch(
                        hooks, checkpoints, bar
                    )
                hooks.call("on_train_end")
                if self.epoch == self.config.epochs and not any(report.trained for report in self.reports):
                    raise NothingTrainedError(
                        "no word was trained: all were subsampled away or stood alone in their sentence; check that "
                        f"sentences have several words, or keep frequent ones with sample=0: got {self.config.sample:g}"
                    )
        except KeyboardInterrupt:
            if checkpoints is not None:
                self.save(checkpoints.path)
            raise
        return self.reports

    def advance(self, chunks: int) -> int:
        """Train at most ``chunks`` chunks of the current epoch, close the epoch if it is done; return tokens trained on."""
        before = int(self._records.counts[:, 0].sum())
        self._work(self.chunk, min(self.chunk + chunks, self.chunks), None, None)
        done = int(self._records.counts[:, 0].sum()) - before
        if self.chunk == self.chunks:
            self._close_epoch()
        return done

    def set_rates(self, alpha: float, min_alpha: float) -> None:
        """Go on under the learning rates of a run from ``alpha`` to ``min_alpha``; no chunk may be in training."""
        self.config = replace(self.config, alpha=alpha, min_alpha=min_alpha)
        self._engine.set_rates(alpha, min_alpha)

    @property
    def learning_rate(self) -> float:
        """The learning rate at the first chunk that is not trained."""
        done = self.epoch + int(self._records.counts[:, 0].sum()) / len(self.corpus.tokens)
        return self.config.min_alpha + (self.config.alpha - self.config.min_alpha) * max(
            0.0, 1 - done / self.config.epochs
        )

    @property
    def words(self) -> int:
        """In-vocabulary words trained on so far, in all epochs."""
        return self.epoch * len(self.corpus.tokens) + int(self._records.counts[:, 0].sum())

    @property
    def vectors(self) -> NDArray[np.float32]:
        """The input vectors, shape (V, vector_size): a view."""
        return self._matrices.vectors

    @property
    def latest_loss(self) -> float | None:
        """The mean loss of the current epoch so far or, between two, of the last; None before the first word."""
        if self._records.counts[:, 0].any():
            return self.mean_loss
        return self.reports[-1].loss if self.reports else None

    @property
    def mean_loss(self) -> float:
        """The current epoch's mean loss so far."""
        return self._records.mean_loss(self.objective.mean_over)

    @property
    def _records(self) -> Records:
        if self.records is None:
            raise TrainingError("the trainer has no records: it was not made by its constructor")
        return self.records

    @property
    def _matrices(self) -> Matrices:
        if self.matrices is None:
            raise TrainingError("the trainer has no matrices: it was not made by its constructor")
        return self.matrices

    # --------------------------------------------------------------------------------------------------------- epochs

    def _run_epoch(self, hooks: Hooks, checkpoints: Checkpoints | None, bar: Any) -> bool:
        """Train the rest of the epoch; return whether a callback wants to stop."""
        told = self.words
        while self.chunk < self.chunks:
            self._work(self.chunk, self._pause(hooks.every_words), checkpoints, bar)
            if self.chunk < self.chunks:
                self._save_if_due(checkpoints)
                if self._passed(hooks.every_words, told) and hooks.call("on_words"):
                    return True
                told = self.words
        self._close_epoch()
        self._save_if_due(checkpoints)
        stopped = self._passed(hooks.every_words, told) and hooks.call("on_words")
        return hooks.call("on_epoch_end") or stopped

    def _pause(self, every_words: int | None) -> int:
        """Return the first chunk, after this one, at which the next multiple of ``every_words`` has been passed."""
        if every_words is None:
            return self.chunks
        due = (self.words // every_words + 1) * every_words - self.epoch * len(self.corpus.tokens)
        starts = self._offsets[self._chunks]
        return max(self.chunk + 1, min(int(np.searchsorted(starts, due)), self.chunks))

    def _passed(self, every_words: int | None, before: int) -> bool:
        return every_words is not None and self.words // every_words > before // every_words

    def _save_if_due(self, checkpoints: Checkpoints | None) -> None:
        if checkpoints is not None and checkpoints.due(self.epoch, self.chunk):
            try:
                self.save(checkpoints.path)
            except OutputError as problem:  # the run may still end well, and its result lie elsewhere
                warnings.warn(f"no checkpoint this time: {problem}", RuntimeWarning, stacklevel=2)
            checkpoints.saved(self.epoch)

    def _progress_bar(self, progress: bool | None) -> Any:
        tokens = len(self.corpus.tokens)
        return tqdm(
            total=tokens * self.config.epochs,
            initial=tokens * self.epoch + int(self._records.counts[:, 0].sum()),
            unit=" words",
            unit_scale=True,
            desc="train",
            disable=None if progress is None else not progress,
        )

    def _close_epoch(self) -> None:
        loss = self.mean_loss
        if not self._matrices.finite() or not loss <= self.objective.ceiling(self.config):
            raise self._diverged()
        counts = dict(zip(COUNTS, self._records.counts.sum(axis=0).tolist(), strict=True))
        self.reports.append(EpochReport(epoch=self.epoch, loss=loss, seconds=self.seconds, **counts))
        self.epoch, self.chunk, self.seconds = self.epoch + 1, 0, 0.0
        self.records = Records.empty(self.chunks)

    def _diverged(self) -> DivergedError:
        return DivergedError(
            f"training diverged in epoch {self.epoch + 1} of {self.config.epochs}: a weight is NaN or infinite, or the "
            f"loss, {self.mean_loss:.3g}, is far above that of vectors of zeros; "
            f"lower alpha={self.config.alpha:g}"
        )

    # -------------------------------------------------------------------------------------------------------- threads

    def _work(self, first: int, end: int, checkpoints: Checkpoints | None, bar: Any) -> None:
        """Train chunks ``first`` to ``end``, or fewer if a pause is due, an error occurs or the user interrupts."""
        problems: list[BaseException] = []
        workers = min(self.config.threads, end - first)
        finished = [threading.Event() for _ in range(workers)]

        def work(done: threading.Event) -> None:
            try:
                self._engine.work()
            except BaseException as problem:
                problems.append(problem)
                self._engine.stop()
            finally:
                done.set()

        replicas = Replicas()
        if self.steps is None:
            replicas = replicas_for(self.corpus.vocabulary, self.config, workers, len(self.corpus.tokens))
        records = self._records
        self._engine.begin(self.epoch, first, end, records.counts, records.losses, replicas.words, replicas.share)
        began, shown, started = time.perf_counter(), 0, 0
        with deferred(self._engine.stop):
            try:
                for number, done in enumerate(finished):
                    threading.Thread(target=work, args=(done,), name=f"w2v-{number}", daemon=True).start()
                    started += 1
                for done in finished:
                    while not done.wait(TICK):
                        shown = self._tick(checkpoints, bar, shown)
            finally:
                self._engine.stop()
                for done in finished[:started]:
                    done.wait()
                self.chunk = self._engine.position
                self.seconds += time.perf_counter() - began
        if problems:
            raise problems[0]
        self._tick(checkpoints, bar, shown)

    def _tick(self, checkpoints: Checkpoints | None, bar: Any, shown: int) -> int:
        if not (self._matrices.finite(WATCHED_ROWS) and np.isfinite(self._records.losses).all()):
            raise self._diverged()
        if checkpoints is not None and checkpoints.time_is_up():
            self._engine.stop()
        forget(self.corpus.tokens, int(self._offsets[self._chunks[self._engine.position]]))
        done = int(self._engine.progress)
        if bar is not None and not bar.disable:
            bar.set_postfix(
                epoch=f"{self.epoch + 1}/{self.config.epochs}",
                loss=f"{self.mean_loss:.4f}",
                lr=f"{self.learning_rate:.5f}",
                refresh=False,
            )
            bar.update(done - shown)
        return done


def train(corpus: EncodedCorpus, config: TrainConfig | None = None, *, progress: bool | None = None) -> Trainer:
    """Train word vectors; return the trainer, which holds the matrices and a report per epoch.

    Parameters
    ----------
    corpus : EncodedCorpus
        From :func:`w2v.encode`.
    config : TrainConfig, optional
    progress : bool, optional
        Show a progress bar; by default only in a terminal.

    Raises
    ------
    MemoryLimitError, DivergedError
    """
    trainer = Trainer(corpus, config or TrainConfig())
    trainer.run(progress=progress)
    return trainer


def _chunks(corpus: EncodedCorpus, config: TrainConfig) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return corpus.chunks(chunk_tokens(config), WINDOWS_IN_A_PIECE * config.window)


def chunk_tokens(config: TrainConfig) -> int:
    """Return how many tokens make a chunk under this configuration; it does not depend on the machine."""
    # Per word: window + 1 contexts on average, 6 floating-point operations for each context, target and column.
    per_word = 6 * (config.window + 1) * (1 + config.negative) * config.vector_size
    return max(LEAST_CHUNK, min(MOST_CHUNK, CHUNK_OPERATIONS // per_word))
