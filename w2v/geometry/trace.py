"""Record alignment, uniformity and loss during training, on a fixed sample, as SimCSE does (Gao et al. 2021)."""

from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from w2v.annotations import checked
from w2v.arguments import integer, positive, shown
from w2v.config import TrainConfig
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.errors import ArgumentError, ConfigError
from w2v.geometry.alignment import pair_distances
from w2v.geometry.pairs import Sampling, draw
from w2v.geometry.uniformity import uniformity
from w2v.json_values import ANY, check, record
from w2v.vectors.cosines import row_norms

PAIRS, ROWS = 10_000, 2_000
"""Sizes of the sample: measuring a point takes 0.1 s, and its alignment and uniformity are accurate to about 0.01."""

MOST_POINTS = 1_000
"""Largest number of points, because a trajectory is stored in the header of a file."""


@dataclass(frozen=True)
class TracePoint:
    """Measurements at one point of a training run.

    Attributes
    ----------
    epoch : float
        Passes over the corpus so far, possibly fractional.
    words : int
        In-vocabulary words so far.
    alignment, uniformity : float
        Of the input vectors, on the pairs and rows of the trace, with alpha = 2 and t = 2.
    loss : float or None
        Mean loss of the current or just finished epoch so far; None before the first word.
    """

    epoch: float
    words: int
    alignment: float
    uniformity: float
    loss: float | None


@dataclass(frozen=True)
class Every:
    """How often to record: every ``epochs`` epochs (may be fractional) or every ``words`` words; both None: never.

    Raises
    ------
    ConfigError
        If both are given, or one is not above 0.
    """

    epochs: float | None = None
    words: int | None = None

    def __post_init__(self) -> None:
        if self.epochs is not None and self.words is not None:
            raise ArgumentError(
                "geometry_every and geometry_every_words must not be combined: "
                f"got {shown(self.epochs)} and {shown(self.words)}; "
                "leave one out"
            )
        if self.epochs is not None:
            object.__setattr__(self, "epochs", positive("geometry_every", self.epochs))
        if self.words is not None:
            object.__setattr__(self, "words", integer("geometry_every_words", self.words, 1))

    @checked
    def in_words(self, tokens: int, epochs: int) -> int | None:
        """Convert to a number of words, for a run of ``epochs`` epochs over a corpus of ``tokens`` tokens.

        Raises
        ------
        ConfigError
            If there would be more points than a model file can hold.
        """
        integer("tokens", tokens, 1, 2**63)
        integer("epochs", epochs, 1, 2**63)
        # An interval longer than the run is as good as any: only its start and its end are recorded.
        words = self.words if self.epochs is None else max(1, int(tokens * min(self.epochs, epochs + 1)))
        words = words if words is None else min(words, tokens * (epochs + 1))
        points = 0 if words is None else tokens * epochs // words + 2
        if points > MOST_POINTS:
            raise ConfigError(
                f"the trajectory must have at most {MOST_POINTS:,} points: "
                f"got {points:,}, with one every {words:,} words; record fewer"
            )
        return words


@dataclass
class Trajectory:
    """The points of a training run, and a description (``law``) of the sample; saved with the model."""

    law: str
    points: list[TracePoint] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the trajectory as JSON values, for a model's metadata."""
        return {"geometry": [asdict(point) for point in self.points], "geometry_law": self.law}

    @classmethod
    @checked
    def from_dict(cls, known: dict[str, Any]) -> "Trajectory | None":
        """Restore the trajectory from a model's metadata; None if there is none.

        Raises
        ------
        ValueError
            If a point is incomplete, or something is not of its type.
        """
        if "geometry" not in known:
            return None
        check(known, {"geometry_law": str, "geometry": [ANY]}, "metadata")
        return cls(known["geometry_law"], [record(TracePoint, point, "geometry") for point in known["geometry"]])


class Run(Protocol):
    """What a trace needs of a training run, such as a `Trainer`."""

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
    """Training callback that records a point at the start, at regular intervals, and at the end.

    Parameters
    ----------
    every : Every

    Attributes
    ----------
    every_words : int or None
        Number of words between calls of ``on_words``; None before it is started.
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

    @checked
    def __init__(self, every: Every) -> None:
        self.every = every
        self.every_words: int | None = None
        self.trajectory = Trajectory("")
        self._run: Run | None = None

    def start(self, run: Run) -> None:
        """Draw the sample of pairs and rows; `on_train_begin` calls this if it was not called before.

        Raises
        ------
        ConfigError
            If there would be more points than a model file can hold.
        GeometryError
            If no two words of the corpus co-occur.
        """
        corpus, config = run.corpus, run.config
        self.every_words = self.every.in_words(len(corpus.tokens), config.epochs)
        pairs = draw(corpus, Sampling(config.window, PAIRS, config.seed, held_out=False, sample=config.sample))
        rng = np.random.default_rng([config.seed, 0x7472616365])  # "trace": a stream of its own
        words = len(corpus.vocabulary)
        rows = np.sort(rng.choice(words, size=min(ROWS, words), replace=False))
        self._run, self._anchors, self._positives, self._rows = run, pairs.anchors, pairs.positives, rows
        self.trajectory = Trajectory(f"{pairs.law}; uniformity over {len(rows):,} of {words:,} words")

    def metadata(self) -> dict[str, Any]:
        """Return the trajectory as JSON values, to be saved with the model."""
        return self.trajectory.to_dict()

    def on_train_begin(self, subject: Any) -> None:
        """Record the first point."""
        if self._run is None:
            self.start(subject)
        self._record()

    def on_words(self, subject: Any) -> None:
        """Record a point during training."""
        self._record()

    def on_train_end(self, subject: Any) -> None:
        """Record the last point."""
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
            uniformity=uniformity(vectors[self._rows[directed[self._rows]]]),
            loss=run.latest_loss,
        )
        points.append(point)
