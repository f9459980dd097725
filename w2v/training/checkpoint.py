"""Checkpoints: the state of a run on disk, as a model file with the data needed to continue training.

With one thread, a resumed run is bitwise equal to an uninterrupted one: the matrices are stored exactly, the random streams
are keyed by (seed, epoch, chunk), and the learning rate depends only on the position in the corpus.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.arguments import integer, path, positive
from w2v.atomic_files import PathLike, check_writable
from w2v.config import TrainConfig
from w2v.corpus.disk_array import add_to_digest, sha256_of
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import CheckpointError, FormatError
from w2v.formats import Contents, native
from w2v.json_values import ANY, Real, Whole, check, record
from w2v.training.epoch_report import COUNTS, EpochReport, Records
from w2v.training.matrices import Matrices
from w2v.training.objectives import LOSSES

MINUTES = 10.0
"""Default time between checkpoints: little work is lost, and little time is spent on writing."""

STREAMS = 4
"""Version of the random streams, increased whenever the order of draws changes: a run must not continue with other ones."""

MAY_DIFFER = ("workers",)
"""Parameters that may be changed when a run is resumed."""

ADDED = {"shards": 0, "negative_weight": 1.0}
"""Values that checkpoints had, without saying so, before there was the parameter."""


@dataclass
class Checkpoints:
    """Where and how often to save the state of a run.

    Attributes
    ----------
    path : path-like
        One file, replaced atomically each time.
    every_minutes : float, optional
    every_epochs : int, optional
        Save at either interval; by default every ten minutes.

    Raises
    ------
    ConfigError
        If an interval is not positive.

    Examples
    --------
    >>> Checkpoints("run.safetensors", every_epochs=1)
    Checkpoints(path='run.safetensors', every_minutes=None, every_epochs=1)
    """

    path: PathLike
    every_minutes: float | None = None
    every_epochs: int | None = None
    _last_time: float = field(default_factory=time.monotonic, repr=False)
    _last_epoch: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        if self.every_minutes is None and self.every_epochs is None:
            self.every_minutes = MINUTES
        self.path = os.fspath(path("path", self.path))
        if self.every_minutes is not None:
            self.every_minutes = positive("every_minutes", self.every_minutes, 1e9)
        if self.every_epochs is not None:
            self.every_epochs = integer("every_epochs", self.every_epochs, 1)

    @property
    def exists(self) -> bool:
        """Whether there is a checkpoint to resume from."""
        return os.path.exists(self.path)

    def start(self, epoch: int) -> None:
        """Start counting; raise OutputError now rather than at the first checkpoint if the file cannot be written."""
        check_writable(self.path)
        self.saved(epoch)

    def time_is_up(self) -> bool:
        """Whether the minutes since the last checkpoint have passed."""
        return self.every_minutes is not None and time.monotonic() - self._last_time >= 60 * self.every_minutes

    def due(self, epoch: int, chunk: int) -> bool:
        """Whether a checkpoint is due before this chunk."""
        epochs_up = self.every_epochs is not None and chunk == 0 and epoch - self._last_epoch >= self.every_epochs
        return epochs_up or self.time_is_up()

    def saved(self, epoch: int) -> None:
        """Restart counting after a checkpoint was written."""
        self._last_time, self._last_epoch = time.monotonic(), epoch


@dataclass(frozen=True)
class Saved:
    """The state of a run between two chunks: everything before ``chunk`` of ``epoch`` is trained.

    ``origin`` is the digest of the matrices before the run, if that is known.
    """

    matrices: Matrices
    epoch: int
    chunk: int
    records: Records
    reports: list[EpochReport]
    seconds: float
    origin: str | None = None


def fingerprint(corpus: EncodedCorpus) -> str:
    """Return a digest of the encoded corpus: words, tokens and sentences."""
    digest = hashlib.sha256("\0".join(corpus.vocabulary.words).encode())
    for array in (corpus.vocabulary.counts, corpus.tokens, corpus.offsets):
        add_to_digest(digest, array)
    return digest.hexdigest()


def fingerprint_of_portions(vocabulary: Vocabulary, portions: list[str]) -> str:
    """Return a digest of an encoded corpus from those of the portions that shards train, which may be on other machines."""
    digest = hashlib.sha256("\0".join(vocabulary.words).encode())
    add_to_digest(digest, vocabulary.counts)
    digest.update("".join(portions).encode())
    return digest.hexdigest()


def write_checkpoint(
    path: str,
    saved: Saved,
    vocabulary: Vocabulary,
    config: TrainConfig,
    corpus: str,
    steps: NDArray[np.float32] | None = None,
) -> None:
    """Write a checkpoint atomically.

    Raises
    ------
    OutputError
        If it cannot be written; the previous checkpoint is unchanged.
    """
    state = {
        "streams": STREAMS,
        "losses": LOSSES,
        "config": config.to_dict(),
        "corpus": corpus,
        "origin": saved.origin,
        "steps": sha256_of(steps),
        "epoch": saved.epoch,
        "chunk": saved.chunk,
        "counts": saved.records.counts.sum(axis=0).tolist(),
        "loss": float(saved.records.losses.sum()),
        "chunks": len(saved.records.losses),
        "reports": [report.to_row() for report in saved.reports],
        "seconds": saved.seconds,
    }
    matrices = saved.matrices
    contents = Contents(
        vocabulary.words, matrices.vectors, vocabulary.counts, matrices.output_vectors, {"checkpoint": state}
    )
    native.save(path, contents)


def recorded_shards(path: str) -> int:
    """Return the number of shards that a checkpoint was written with; 0 if there is none, or it cannot be read."""
    try:
        return int(native.read_metadata(path)["metadata"]["checkpoint"]["config"]["shards"])
    except (FormatError, OSError, KeyError, TypeError, ValueError):
        return 0  # whoever continues from it says what is wrong with it


def read_checkpoint(
    path: str,
    words: list[str],
    config: TrainConfig,
    corpus: str,
    chunks: int,
    steps: NDArray[np.float32] | None = None,
    origin: str | None = None,
) -> Saved:
    """Read a checkpoint of these words, this corpus and configuration, with ``chunks`` chunks per epoch.

    Files of earlier versions, which do not record ``steps`` and ``origin``, are accepted.

    Raises
    ------
    CheckpointError
        If it is damaged, or belongs to another corpus or configuration, other ``steps``, or another ``origin``.
    """
    try:
        contents = native.load(path, mmap=True)
    except FormatError as problem:
        raise CheckpointError(f"cannot resume from {path!r}: {problem}") from None
    state = contents.metadata.get("checkpoint")
    if not isinstance(state, dict) or contents.output is None:
        raise CheckpointError(f"cannot resume from {path!r}: it is a model, not a checkpoint")
    if state.get("streams") != STREAMS:
        raise CheckpointError(f"cannot resume from {path!r}: it was written by another version of w2v")
    with _whole(path):
        check(state, SHAPE, "checkpoint")
    _refuse_another_loss(path, state)
    _refuse_other_parameters(path, state["config"], config)
    if state.get("corpus") != corpus or contents.words != words:
        raise CheckpointError(
            f"cannot resume from {path!r}: it was written for another corpus or vocabulary; "
            "pass the text it was written for, or start a new run with another file"
        )
    _refuse_another_start(path, state, steps, origin)
    with _whole(path):
        return _restore(contents, contents.output, state, config, chunks)


def _refuse_another_loss(path: str, state: dict[str, Any]) -> None:
    if state["config"].get("objective") == "align_uniform" and state.get("losses") != LOSSES:
        raise CheckpointError(
            f"cannot resume from {path!r}: it was written with the align_uniform of w2v 0.1, which is another loss now; "
            "finish it with that version, or start a new run (that loss is objective='decoupled', "
            "temperature=1/(2 uniform_t))"
        )


def _refuse_other_parameters(path: str, written: dict[str, Any], config: TrainConfig) -> None:
    for name, wanted in config.to_dict().items():
        was = written.get(name, ADDED.get(name))
        if name not in MAY_DIFFER and was != wanted:
            raise CheckpointError(
                f"cannot resume from {path!r}: it was written with {name}={was!r:.80}, "
                f"now {name}={wanted!r}; use the same parameters, or start a new run"
            )


SHAPE = {
    "config": {str: ANY},
    "epoch": Whole(),
    "chunk": Whole(),
    "chunks": Whole(),
    "counts": [Whole()],
    "loss": Real(),
    "seconds": Real(low=0),
    "reports": [ANY],
}
"""What a checkpoint has to say about the run: intact digests do not guarantee valid data."""


@contextmanager
def _whole(path: str) -> Iterator[None]:
    try:
        yield
    except ValueError as problem:
        raise CheckpointError(
            f"cannot resume from {path!r}: its metadata is incomplete or inconsistent: {problem}"
        ) from None


def _refuse_another_start(
    path: str, state: dict[str, Any], steps: NDArray[np.float32] | None, origin: str | None
) -> None:
    if origin is not None and state.get("origin") not in (None, origin):
        raise CheckpointError(
            f"cannot resume from {path!r}: its run began with other vectors; pass the same start= (none, if there was "
            "none), or start a new run"
        )
    if state.get("steps") not in (None, sha256_of(steps)):
        raise CheckpointError(
            f"cannot resume from {path!r}: its run froze other rows; set the same vectors_lockf, or start a new run"
        )


def _restore(contents: Contents, output: Any, state: dict[str, Any], config: TrainConfig, chunks: int) -> Saved:
    reports = [record(EpochReport, row, "reports") for row in state["reports"]]
    epoch, chunk = state["epoch"], state["chunk"]
    if state["chunks"] != chunks or len(state["counts"]) != len(COUNTS) or not len(reports) == epoch <= config.epochs:
        raise ValueError("it describes another number of chunks, counts or epochs")
    if chunk > chunks or contents.vectors.shape[1] != config.vector_size:
        raise ValueError("it continues after the last chunk, or with vectors of another size")
    # Only the sums are stored, because a file's header has no room for one record per chunk of a large corpus; they are
    # restored as the record of the first chunk.
    records = Records.empty(chunks)
    records.counts[0], records.losses[0] = state["counts"], state["loss"]
    matrices, seconds = Matrices.copy_of(contents.vectors, output), float(state["seconds"])
    return Saved(matrices, epoch, chunk, records, reports, seconds, state.get("origin"))
