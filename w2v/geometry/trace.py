"""Alignment, uniformity and loss as training goes on, on one fixed sample: SimCSE's trajectory (Gao et al. 2021)."""

from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Rows
from w2v.config import TrainConfig
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.errors import ConfigError
from w2v.geometry.alignment import pair_distances
from w2v.geometry.directions import unit_rows
from w2v.geometry.pairs import text_pairs
from w2v.geometry.uniformity import log_mean_kernel
from w2v.vectors.cosines import row_norms

PAIRS, ROWS = 10_000, 2_000
"""The sample: a point takes a tenth of a second, and its alignment and uniformity are certain to about 0.01."""

MOST_POINTS = 1_000
"""A trajectory has to fit into a file's header."""


@dataclass(frozen=True)
class TracePoint:
    """A place in the run and what was measured there.

    Attributes
    ----------
    epoch : float
        Passes over the corpus so far.
    words : int
        In-vocabulary words so far.
    alignment, uniformity : float
        At alpha = 2 and t = 2, of the input vectors, on the trace's pairs and rows.
    loss : float or None
        Mean of the current or just finished epoch so far; None before the first word.
    """

    epoch: float
    words: int
    alignment: float
    uniformity: float
    loss: float | None


@dataclass(frozen=True)
class Every:
    """How often to record: every so many epochs, of which a part will do, or words; None twice is never.

    Raises
    ------
    ConfigError
        If both are given, or one is not above 0.
    """

    epochs: float | None = None
    words: int | None = None

    def __post_init__(self) -> None:
        if self.epochs is not None and self.words is not None:
            raise ConfigError("geometry_every counts epochs and geometry_every_words words: give one of them")
        number = isinstance(self.epochs, (int, float)) and not isinstance(self.epochs, bool)
        if self.epochs is not None and not (number and 0 < self.epochs < float("inf")):
            raise ConfigError(f"geometry_every must be a number of epochs above 0: got {self.epochs!r}")
        if self.words is not None and not (type(self.words) is int and self.words > 0):
            raise ConfigError(f"geometry_every_words must be a whole number above 0: got {self.words!r}")

    def in_words(self, tokens: int, epochs: int) -> int | None:
        """Return how many words that is in a run of so many epochs over a corpus of so many tokens.

        Raises
        ------
        ConfigError
            If that makes more points than a model file holds.
        """
        words = self.words if self.epochs is None else max(1, int(tokens * self.epochs))
        points = 0 if words is None else tokens * epochs // words + 2
        if points > MOST_POINTS:
            raise ConfigError(f"geometry every {words:,} words would make {points:,} points: at most {MOST_POINTS:,}")
        return words


@dataclass
class Trajectory:
    """The points of a run, and what they were measured on, in a sentence; kept with the model."""

    law: str
    points: list[TracePoint] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the trajectory as JSON values, for a model's metadata."""
        return {"geometry": [asdict(point) for point in self.points], "geometry_law": self.law}

    @classmethod
    def from_dict(cls, known: dict[str, Any]) -> "Trajectory | None":
        """Return what `to_dict` put into a model's metadata; None if that has none."""
        if "geometry" not in known:
            return None
        return cls(known["geometry_law"], [TracePoint(**point) for point in known["geometry"]])


class Run(Protocol):
    """What a trace looks at: a training run, such as a `Trainer`."""

    corpus: EncodedCorpus
    config: TrainConfig

    @property
    def words(self) -> int:
        """In-vocabulary words trained so far."""

    @property
    def vectors(self) -> NDArray[np.float32]:
        """The input vectors, shape (V, dim)."""

    @property
    def latest_loss(self) -> float | None:
        """Mean loss of the current or just finished epoch."""


class Trace:
    """A callback of training that records a point at the start, every so many words, and at the end.

    Parameters
    ----------
    every : Every

    Attributes
    ----------
    every_words : int or None
        How often it wants to be called; None before it is started.
    trajectory : Trajectory

    Examples
    --------
    >>> import w2v
    >>> corpus = w2v.encode([["a", "b", "c"]] * 999, w2v.VocabularyConfig(min_count=1))
    >>> trace = Trace(Every(epochs=0.5))
    >>> model = w2v.train(corpus, w2v.TrainConfig(epochs=2, workers=1), callbacks=[trace])
    >>> [point.epoch for point in trace.trajectory.points][-1]
    2.0
    """

    def __init__(self, every: Every) -> None:
        self.every = every
        self.every_words: int | None = None
        self.trajectory = Trajectory("")
        self._run: Run | None = None

    def start(self, run: Run) -> None:
        """Draw the sample of pairs and rows; done by `on_train_begin` unless it was done before.

        Raises
        ------
        ConfigError
            If there would be more points than a model file holds.
        GeometryError
            If no two words of the corpus co-occur.
        """
        corpus, config = run.corpus, run.config
        self.every_words = self.every.in_words(len(corpus.tokens), config.epochs)
        pairs = text_pairs(
            corpus, window=config.window, n=PAIRS, seed=config.seed, held_out=False, sample=config.sample
        )
        rng = np.random.default_rng([config.seed, 0x7472616365])  # "trace": a stream of its own
        words = len(corpus.vocabulary)
        rows = np.sort(rng.choice(words, size=min(ROWS, words), replace=False))
        self._run, self._anchors, self._positives, self._rows = run, pairs.anchors, pairs.positives, rows
        self.trajectory = Trajectory(f"{pairs.law}; uniformity over {len(rows):,} of {words:,} words")

    def metadata(self) -> dict[str, Any]:
        """Return the trajectory as JSON values, to be kept with the model."""
        return self.trajectory.to_dict()

    def on_train_begin(self, subject: Any) -> None:
        """Record where the run starts."""
        if self._run is None:
            self.start(subject)
        self._record()

    def on_words(self, subject: Any) -> None:
        """Record a point on the way."""
        self._record()

    def on_train_end(self, subject: Any) -> None:
        """Record where the run ended."""
        self._record()

    def _record(self) -> None:
        run = self._run
        if run is None:
            return
        words, points, vectors = run.words, self.trajectory.points, run.vectors
        norms = row_norms(vectors)
        directed = np.isfinite(norms) & (norms > 0)
        kept = directed[self._anchors] & directed[self._positives]
        if (points and points[-1].words == words) or not kept.any() or directed[self._rows].sum() < 2:
            return
        distances = pair_distances(vectors, vectors, self._anchors[kept], self._positives[kept])
        point = TracePoint(
            epoch=words / len(run.corpus.tokens),
            words=words,
            alignment=float((distances**2).mean()),
            uniformity=_uniformity(vectors, self._rows[directed[self._rows]]),
            loss=run.latest_loss,
        )
        points.append(point)


def _uniformity(vectors: Any, rows: Rows) -> float:
    return float(log_mean_kernel(unit_rows(vectors, rows), None, 2.0, np.ones((len(rows), 1)))[0])
