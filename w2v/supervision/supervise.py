"""``w2v.supervise``: vectors that tell labelled classes apart, and the classifier that follows."""

import warnings
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from w2v.annotations import checked
from w2v.arguments import number, one_of
from w2v.arrays import Float64, Rows
from w2v.config import TextOptions
from w2v.errors import ArgumentError, GeometryError
from w2v.geometry.labels import labels_of
from w2v.machine import one_thread
from w2v.sentences.encoder import Sentences
from w2v.supervision.classifier import Classifier, check_room
from w2v.supervision.heads import Head, SupervisionConfig, train_head
from w2v.supervision.labelled import KINDS, Labelled, LabelSource
from w2v.supervision.linear_classifiers import linear_classifiers, obstacle
from w2v.supervision.members import Members, numbered
from w2v.supervision.report import HeldOut, SupervisionReport
from w2v.supervision.scores import Accuracy, Change, Division, class_directions, spread
from w2v.supervision.spaces import CentredWords, directed, fold, separate
from w2v.supervision.splits import MOST_HELD_OUT, stratified
from w2v.vectors.cosines import unit
from w2v.vectors.keyed_vectors import KeyedVectors

WORDS_LEFT_OUT = {"labels of an unknown word": "unknown words"}


@dataclass(frozen=True, eq=False)
class Supervision:
    """Result of `supervise`.

    Attributes
    ----------
    classifier : Classifier
    report : SupervisionReport
    """

    classifier: Classifier
    report: SupervisionReport

    @property
    def model(self) -> KeyedVectors | Sentences:
        """The vectors of the words, or the encoder of the texts."""
        return self.classifier.model

    def save(self, path: Any) -> None:
        """Write the classifier; see `Classifier.save`."""
        self.classifier.save(path)


@checked
def supervise(
    vectors: KeyedVectors | Sentences,
    labels: Any,
    config: SupervisionConfig | None = None,
    *,
    items: str | None = None,
    column: str | None = None,
    label_column: str | None = None,
    text: TextOptions | None = None,
    held_out: float = 0.3,
    progress: bool | None = None,
) -> Supervision:
    """Train a linear map of the vectors so that items of a class are near each other, and classes apart.

    The loss is supervised contrastive (Khosla et al. 2020; see `w2v.supervision.losses`). A linear map also moves the words
    that have no label. The vectors passed are not changed.

    Parameters
    ----------
    vectors : KeyedVectors or Sentences
        Vectors of words, or an encoder of texts. For texts, ``Sentences(vectors)`` is made of the former.
    labels : path, mapping, (items, labels), or table
        A file of lines with two fields and a tab between them: a word and its label, or a label and its text (or a text and
        its label); the labels are the field with fewer different values. A table or the file of one, with ``column`` and
        ``label_column``. A folder with a subfolder per label, whose files are texts, or a file per label, whose lines are. A
        mapping of words to labels. Two lists.
    config : SupervisionConfig, optional
    items : {"words", "texts"}, optional
        What is labelled; by default texts if most have white space inside, and words if hardly any has.
    column, label_column : str, optional
        Of a table: its columns of words or texts, and of labels.
    text : TextOptions, optional
        The encoding of files, and how texts are split into words.
    held_out : float
        Share of each class that is not trained on but used to measure, up to 0.9; 0: none.
    progress : bool, optional
        Show a progress bar; by default only in a terminal.

    Returns
    -------
    Supervision
        The classifier with its vectors, trained on the items that are not held out, and the report.

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type or is out of range, or there are too many classes.
    CorpusError
        If the labels cannot be read, or items and labels cannot be told apart.
    GeometryError
        If fewer than two classes have two known items.
    DivergedError
        If the loss is not finite.

    Warns
    -----
    UserWarning
        If the vectors have collapsed: their uniformity is above -1. Also if labels are written like missing values (NA, nan,
        ?), or differ in case alone.

    Notes
    -----
    Equal items count once; those with several labels are left out, as are unknown ones and classes with a single member. All
    are counted in the report. The same seed gives the same bits on the same machine.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> words = KeyedVectors.from_arrays([f"w{i}" for i in range(200)], rng.normal(size=(200, 10)))
    >>> labels = {f"w{i}": "left" if words[f"w{i}"][0] < 0 else "right" for i in range(150)}
    >>> trained = supervise(words, labels, progress=False)
    >>> trained.report.held_out.after.mean_classifier.items
    45
    >>> len(trained.classifier.predict(["w190", "w199"]))  # words without a label
    2
    """
    config = config or SupervisionConfig()
    held_out = number("held_out", held_out, 0.0, MOST_HELD_OUT)
    kind: Any = None if items is None else one_of("items", items, KINDS)
    known = set(vectors.words)
    if isinstance(vectors, Sentences):
        if kind == "words":
            raise ArgumentError("vectors must be KeyedVectors for words: got Sentences")
        kind = "texts"
    found = (
        labels if isinstance(labels, Labelled) else LabelSource(labels, kind, column, label_column, text).read(known)
    )
    run = _Run(config, held_out, None if text is None else text.tokenizer, progress)
    with one_thread():
        if isinstance(vectors, Sentences):
            return run.texts(vectors, found.distinct())
        return run.words(vectors, found) if found.kind == "words" else run.texts(Sentences(vectors), found.distinct())


@dataclass(frozen=True)
class _Run:
    """One training."""

    config: SupervisionConfig
    held_out: float
    tokenizer: Any
    progress: bool | None

    def words(self, vectors: KeyedVectors, found: Labelled) -> Supervision:
        """Train on words."""
        try:
            labels = labels_of(zip(found.items, found.labels, strict=True), vectors.words, found.source)
        except GeometryError as problem:
            raise GeometryError(f'{problem}; if they are texts, say so with items="texts"') from None
        excluded = {WORDS_LEFT_OUT.get(reason, reason): n for reason, n in labels.excluded.items()}
        words = CentredWords.of(vectors)
        x = words.rows(labels.rows)
        kept = directed(x)
        excluded["words without a direction"] = len(x) - len(kept)
        members = Members.among(kept, labels.classes[kept], list(labels.names), found)
        check_room(len(members.names), vectors.vector_size)
        before = x[members.places]
        train, test = stratified(members.classes, self.held_out, self.config.seed)
        head = train_head(before[train], members.classes[train], self.config, self.progress)
        made = words.with_head(head.matrix)
        after = np.asarray(made.vectors, np.float64)[labels.rows[members.places]]
        outcome = _Outcome(members, replace(found, excluded=found.excluded | excluded), train, test, head)
        return self._finished(made, outcome, before, after)

    def texts(self, encoder: Sentences, found: Labelled) -> Supervision:
        """Train on texts."""
        encoder = separate(encoder)
        chosen = encoder.text.tokenizer if self.tokenizer is None else self.tokenizer
        encoder.read_with(replace(encoder.text, tokenizer=chosen, column=None, as_lines=False))
        known = encoder.known(found.items)
        classes, names = numbered(found.labels)
        members = Members.among(np.flatnonzero(known), classes[known], names, found)
        check_room(len(members.names), encoder.vector_size)
        train, test = stratified(members.classes, self.held_out, self.config.seed)
        texts = [found.items[place] for place in members.places.tolist()]
        before = encoder.encode(texts).astype(np.float64)
        head = train_head(before[train], members.classes[train], self.config, self.progress)
        fold(encoder, head.matrix)
        after = encoder.encode(texts).astype(np.float64)
        excluded = {"without a known word": int((~known).sum())}
        outcome = _Outcome(members, replace(found, excluded=found.excluded | excluded), train, test, head)
        return self._finished(encoder, outcome, before, after)

    def _finished(
        self, model: KeyedVectors | Sentences, outcome: "_Outcome", before: Float64, after: Float64
    ) -> Supervision:
        """Measure, and put the classifier together."""
        train, classes = outcome.train, outcome.members.classes
        report = outcome.report(before, after, self.config.seed)
        if report.collapsed:
            warnings.warn(
                f"uniformity must be below -1, or the vectors have collapsed: got {report.uniformity:.2f}; they tell "
                "these classes apart, but little else; lower alpha or steps",
                stacklevel=5,
            )
        made = {
            "items": outcome.found.kind,
            "held_out": self.held_out,
            "integer_labels": outcome.found.integers,
            **asdict(self.config),
            "report": report.to_dict(),
        }
        directions = class_directions(unit(after[train]), classes[train])
        return Supervision(Classifier(model, outcome.members.names, directions, made), report)


@dataclass(frozen=True, eq=False)
class _Outcome:
    """What a training has used, and its head."""

    members: Members
    found: Labelled
    train: Rows
    test: Rows
    head: Head

    def report(self, before: Float64, after: Float64, seed: int) -> SupervisionReport:
        """Compare the vectors before and after."""
        names, classes = self.members.names, self.members.classes
        sizes = [np.bincount(classes[side], minlength=len(names)).tolist() for side in (self.train, self.test)]
        excluded = {reason: n for reason, n in self.found.excluded.items() if n}
        tenth = max(1, len(self.head.losses) // 10)
        losses = self.head.losses or [0.0]
        return SupervisionReport(
            self.found.source,
            self.found.layout,
            self.found.kind,
            dict(zip(names, zip(*sizes, strict=True), strict=True)),
            excluded,
            self.members.single,
            (float(np.mean(losses[:tenth])), float(np.mean(losses[-tenth:]))),
            spread(unit(after[self.train])),
            self._held_out(before, after, seed) if len(self.test) else None,
        )

    def _held_out(self, before: Float64, after: Float64, seed: int) -> HeldOut:
        train, test, names = self.train, self.test, self.members.names
        division = Division(self.members.classes[train], self.members.classes[test])
        one, two = division.judge(before[train], before[test]), division.judge(after[train], after[test])
        largest = np.full(len(test), np.bincount(division.train).argmax())
        linear = linear_classifiers(before[train], division.train, before[test])
        return HeldOut(
            one.separation,
            two.separation,
            Change.of(one.by_means, two.by_means, division.test, seed),
            Change.of(one.by_neighbours, two.by_neighbours, division.test, seed),
            Accuracy.of(largest, division.test),
            Accuracy.of(linear.lda, division.test) if linear else None,
            Accuracy.of(linear.regression, division.test) if linear else None,
            division.judge(linear.lda_train, linear.lda_test).separation if linear and len(names) > 2 else None,
            obstacle(before[train], division.train),
        )
