"""One training of an encoder: which pairs, what augmentation, measured where."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v.annotations import checked
from w2v.arguments import number, shown
from w2v.arrays import Float32, Rows
from w2v.atomic_files import PathLike
from w2v.corpus.paths import is_paths
from w2v.errors import ArgumentError, ConfigError, CorpusError
from w2v.evaluation.columns import Columns
from w2v.sentences.augmentations import AUGMENTATIONS, SYNONYMS, WITH_SYNONYMS, WORDS_WITH_SYNONYMS, Augmentation
from w2v.sentences.bags import Bags
from w2v.sentences.evaluation import POSITIVE, JudgedBags
from w2v.sentences.judging import read_judged
from w2v.sentences.positive_pairs import Positives
from w2v.sentences.reader import Reader, one_sentence_per_line
from w2v.sentences.scored_pairs import ScoredPair, read_sentence_pairs
from w2v.sentences.training import SentencePoint, SentenceTraining, descend
from w2v.vectors.keyed_vectors import KeyedVectors

if TYPE_CHECKING:
    from w2v.sentences.encoder import Sentences

NEIGHBOURS = "neighbours"
FROM_TEXT = (NEIGHBOURS, *AUGMENTATIONS)
PROBED = 750
"""Pairs of the training on which alignment and uniformity are measured if there is no other probe."""
REPEATED, REPEATED_WORDS, MOSTLY_WORDS = 20, 2, 0.9
"""A column of labels: its values occur this often on average; or this often, and this share of them are single words."""


@dataclass(frozen=True)
class PairSource:
    """Where positive pairs come from: see `Sentences.train`."""

    text: Any
    pairs: Any
    min_score: float | None = None
    columns: Columns | None = None

    def __post_init__(self) -> None:
        if self.from_text and self.text is None:
            raise ArgumentError(f"text must be given for pairs={self.pairs!r}: got none")
        if not self.from_text and self.text is not None:
            raise ArgumentError("text must be left out if pairs are given: got both")
        if self.min_score is not None:
            number("min_score", self.min_score, -1e300, 1e300)
            if self.from_text:
                self._refuse_min_score(f"pairs={self.pairs!r}, which have no scores")

    @property
    def from_text(self) -> bool:
        """Whether the pairs are sentences of running text."""
        return isinstance(self.pairs, str) and self.pairs in FROM_TEXT

    @property
    def is_file(self) -> bool:
        """Whether the pairs are the lines of one file."""
        return isinstance(self.pairs, (str, os.PathLike)) and not self.from_text

    @property
    def kind(self) -> str:
        """One of `FROM_TEXT`, or "labelled"."""
        return str(self.pairs) if self.from_text else "labelled"

    def read(self, reader: Reader, weights: Float32) -> Positives:
        """Read the pairs."""
        if self.from_text:
            parts = reader.parts(self.text, prepare=one_sentence_per_line)
            return Positives.of_text(Bags.joined(parts), weights, neighbours=self.pairs == NEIGHBOURS)
        if isinstance(self.pairs, (tuple, list)) and len(self.pairs) == 2 and is_paths(self.pairs, reader.options):
            self._refuse_min_score("two files of sentences")
            first, second = (Bags.joined(reader.read_files(path)) for path in self.pairs)
            if len(first) != len(second):
                raise CorpusError(f"two files of pairs must have as many lines: got {len(first)} and {len(second)}")
            return Positives.of_pairs(first, second, weights)
        pairs = self._positive(self._listed())
        first, second = (reader.read([getattr(pair, side) for pair in pairs]) for side in ("first", "second"))
        return Positives.of_pairs(first, second, weights)

    def _refuse_min_score(self, pairs: str) -> None:
        if self.min_score is not None:
            raise ArgumentError(f"min_score must be left out for {pairs}: got {self.min_score}")

    def _listed(self) -> list[ScoredPair]:
        if self.is_file:
            listed = read_sentence_pairs(self.pairs, self.columns)
            _refuse_labels(listed, os.fspath(self.pairs))
            return listed
        if isinstance(self.pairs, Iterable):
            listed = list(self.pairs)
            if all(isinstance(pair, ScoredPair) for pair in listed):
                return listed
        raise ArgumentError(
            f"pairs must be one of {', '.join(FROM_TEXT)}, a file, two files, or a list of ScoredPair: got "
            f"{shown(self.pairs)}"
        )

    def _positive(self, pairs: list[ScoredPair]) -> list[ScoredPair]:
        """Return the pairs that are alike: without scores, all of them."""
        scores = [pair.score for pair in pairs if pair.score is not None]
        if not scores:
            self._refuse_min_score("pairs without scores")
            return pairs
        least = POSITIVE * max(scores) if self.min_score is None else self.min_score
        return [pair for pair in pairs if pair.score is not None and pair.score >= least]


def _refuse_labels(pairs: list[ScoredPair], name: str) -> None:
    """Raise CorpusError for texts with labels: pairs without scores, of which one side repeats a few values."""
    if any(pair.score is not None for pair in pairs):
        return
    for side in ("first", "second"):
        values = [str(getattr(pair, side)) for pair in pairs]
        different = dict.fromkeys(values)
        single = sum(len(value.split()) < 2 for value in different)
        often = len(values) / len(different)
        if often >= REPEATED or (often >= REPEATED_WORDS and single >= MOSTLY_WORDS * len(different)):
            labels = ", ".join(map(shown, list(different)[-3:]))
            raise CorpusError(
                f"{name} must be pairs of sentences that are alike, with or without a score: got {len(values):,} lines of "
                f"which one column has only {len(different):,} different values, such as {labels}; for texts and their "
                "labels, use w2v supervise"
            )


@dataclass(frozen=True)
class Lesson:
    """The result of a training: vectors of words, and how they were made."""

    vectors: Float32
    kind: str
    pairs: int
    config: SentenceTraining
    points: list[SentencePoint]

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the vectors as JSON values."""
        trajectory = [point.to_dict() for point in self.points]
        return {"kind": self.kind, "pairs": self.pairs, **asdict(self.config), "trajectory": trajectory}


@checked
def train(
    model: "Sentences",
    text: Any = None,
    pairs: Any = "neighbours",
    config: SentenceTraining | None = None,
    *,
    min_score: float | None = None,
    probe: PathLike | Sequence[ScoredPair] | None = None,
    columns: Columns | None = None,
    progress: bool | None = None,
) -> list[SentencePoint]:
    """Train the vectors of the words so that paired sentences are near each other, and all others apart.

    The loss is that of SimCSE (see `w2v.sentences.contrastive`). Neighbouring sentences help most. A sentence with itself
    teaches no more under dropout or another augmentation than without, as a bag of words is recognised through them.

    Parameters
    ----------
    text : path, list of paths, or iterable of str, optional
        Running text: each line is broken into sentences, and a blank line or a line that is a tag ends a document.
        Needed unless ``pairs`` are files.
    pairs : str, path, pair of paths, or list of ScoredPair
        "neighbours": each sentence with the next one. A sentence with itself: "none", "dropout", "fixed", "deletion",
        "insertion", "replacement" (see `w2v.sentences.augmentations`). Or labelled pairs: a file of
        `read_sentence_pairs`, or two files of which line i is a pair.
    config : SentenceTraining, optional
    min_score : float, optional
        Labelled pairs with a lower score are left out; by default those below 80 % of the highest.
    probe : path or list of ScoredPair, optional
        Where alignment and uniformity are measured on the way; by default on pairs of the training.
    columns : str or sequence of str or int, optional
        Those of the sentences and the score in the files ``pairs`` and ``probe``; see `read_sentence_pairs`.
    progress : bool, optional
        Show a progress bar; by default only in a terminal.

    Returns
    -------
    list of SentencePoint
        The trajectory, a point every 40 steps; also in ``metadata["training"]``.

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type or is out of range.
    CorpusError
        If the text cannot be read, or has fewer than two pairs.
    DivergedError
        If the loss is not finite. The encoder is then unchanged.
    """
    source = PairSource(text, pairs, min_score, columns)
    if columns is not None and not (source.is_file or isinstance(probe, (str, os.PathLike))):
        raise ArgumentError(f"columns must be used with a file of pairs, or a probe that is one: got {shown(columns)}")
    judged = None if probe is None else read_judged(probe, model._reader, columns)
    positives = source.read(model._reader, model.weights)
    lesson = learn(model, positives, source.kind, config or SentenceTraining(), judged, progress)
    model.take_vectors(lesson.vectors)
    model.metadata["training"] = [*model.metadata.get("training", []), lesson.to_dict()]
    return lesson.points


def learn(
    model: "Sentences",
    positives: Positives,
    kind: str,
    config: SentenceTraining,
    probe: JudgedBags | None = None,
    progress: bool | None = None,
    synonyms: Rows | None = None,
) -> Lesson:
    """Train the vectors of an encoder, and return them; the encoder is left as it is.

    Parameters
    ----------
    kind : str
        One of `FROM_TEXT`, or "labelled".
    synonyms : ndarray, optional
        Of `find_synonyms`, if they were found before.
    """
    config = config.filled(kind)
    changed = kind if kind in AUGMENTATIONS else "none"
    if synonyms is None and changed in WITH_SYNONYMS:
        synonyms = find_synonyms(model)
    augmentation = Augmentation(changed, config.rate, model.weights, synonyms)
    place = (probe or _probe(positives)).place
    trained, points = descend(model.vectors, positives, augmentation, config, place, progress)
    return Lesson(trained, kind, len(positives), config, points)


def find_synonyms(model: "Sentences") -> Rows:
    """Return the rows of the nearest words of each of the most frequent ones."""
    words = KeyedVectors.from_arrays(model.words, model.vectors)
    n = min(len(words), WORDS_WITH_SYNONYMS)
    if n <= SYNONYMS:
        raise ConfigError(f"the vectors must have more than {SYNONYMS} words to find synonyms: got {n}")
    keys = words.index_to_key[:n]
    found = words.most_similar_batch(keys, topn=SYNONYMS, restrict_vocab=n)
    return np.array([[words.key_to_index[word] for word, _ in each] for each in found], np.int64)


def _probe(positives: Positives) -> JudgedBags:
    """Return some of the pairs, evenly spread, as positive ones."""
    places = np.arange(0, len(positives), -(-len(positives) // PROBED))
    first, second = (positives.bags.take(side[places]) for side in (positives.first, positives.second))
    return JudgedBags(first, second, np.ones(len(places)))
