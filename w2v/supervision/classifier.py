"""``Classifier``: names the class of words or texts, by the directions of the classes' means."""

import base64
import binascii
import warnings
from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from w2v import formats
from w2v.annotations import checked
from w2v.arguments import amount, array, shown, some, wrong_type
from w2v.arrays import Float32, Rows
from w2v.atomic_files import PathLike
from w2v.config import TextOptions
from w2v.corpus.table_objects import items_of
from w2v.errors import ConfigError, CorpusError, CorpusTypeError, FormatError, GeometryError
from w2v.evaluation.space import first_rows
from w2v.json_values import as_format_error, check
from w2v.sentences.encoder import Sentences
from w2v.supervision.evaluation import Evaluation
from w2v.supervision.labelled import Kind, LabelSource
from w2v.vectors.cosines import unit
from w2v.vectors.keyed_vectors import KeyedVectors

KEY = "supervision"
"""The key of the metadata that makes a file that of a classifier."""
MOST_BYTES = 1 << 19
"""Largest size of the means of the classes, which are in the header of the file."""


class Classifier:
    """Names the class of words or texts: the one whose mean has the largest cosine with their vector.

    `w2v.supervise` makes one; `load` reads it from its file, also an ordinary file of vectors of words, or of an
    encoder of sentences.

    Attributes
    ----------
    model : KeyedVectors or Sentences
        The vectors of the words, or the encoder of the texts.
    names : list of str
        The classes.
    directions : ndarray of float32, shape (C, d)
        The direction of the mean of each class.
    labels : list of str or int
        What `predict` returns for each class: its name, or an integer if all labels of the training were integers.
    metadata : dict
        JSON values: how it was made, and the report.

    Examples
    --------
    >>> words = ["cat", "dog", "cow", "oak", "elm", "fir"]
    >>> vectors = KeyedVectors.from_arrays(words, [[2, 1, 0], [2, 2, 0], [3, 1, 1], [0, 1, 2], [0, 2, 3], [1, 1, 3]])
    >>> classifier = Classifier(vectors, ["animal", "tree"], [[1, 0, 0], [0, 0, 1]])
    >>> classifier.predict(["cow", "fir", "xyz"])
    ['animal', 'tree', None]
    """

    @checked
    def __init__(
        self,
        model: KeyedVectors | Sentences,
        names: list[str],
        directions: Any,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        if not all(isinstance(name, str) for name in names):
            raise wrong_type("names", "a list of strings", names)
        with np.errstate(over="ignore"):
            found = array("directions", directions).astype(np.float32)
        if found.shape != (len(names), model.vector_size) or not len(names) or not np.isfinite(found).all():
            raise ConfigError(
                f"directions must be {amount(len(names), 'row')} of {model.vector_size} finite numbers, one per name, and "
                f"there must be a name: got shape {found.shape}"
            )
        found = unit(found).astype(np.float32)
        self.model, self.names, self.directions = model, list(names), found
        self.metadata = dict(metadata or {})
        integers = self.metadata.get("integer_labels") is True
        self.labels: list[str] | list[int] = [_integer(name) for name in names] if integers else list(names)
        self._rows = first_rows(model.words) if isinstance(model, KeyedVectors) else {}

    def __repr__(self) -> str:
        return f"Classifier({len(self.names)} classes of {self.kind}, vector_size={self.model.vector_size})"

    @property
    def kind(self) -> Kind:
        """What is classified: "words" or "texts"."""
        return "words" if isinstance(self.model, KeyedVectors) else "texts"

    @checked
    def encode(self, items: Iterable[str]) -> Float32:
        """Return the vectors of items, of length 1: float32, shape (n, d); zeros for unknown ones.

        A word is looked up as written and then in lower case. A text is unknown if none of its words is known.
        """
        wanted: Any = [items] if isinstance(items, str) else items_of(items, None)
        if isinstance(self.model, Sentences):
            return self.model.encode(wanted)
        listed = list(wanted)
        for place, item in enumerate(listed):
            if not isinstance(item, str):
                raise CorpusTypeError(f"items must be strings: got {shown(item)} as items[{place}]")
        rows = np.array([self._rows.get(item, self._rows.get(item.lower(), -1)) for item in listed], np.int64)
        if len(rows) and (rows < 0).all() and 2 * sum(len(item.split()) > 1 for item in listed) >= len(listed):
            warnings.warn(
                f"items must be words, as this classifies words: got texts, such as {listed[0]!r:.60}, and no known word; "
                "a classifier of texts is trained on texts",
                stacklevel=3,
            )
        found = unit(np.asarray(self.model.vectors)[rows]).astype(np.float32)
        found[rows < 0] = 0
        return found

    @checked
    def scores(self, items: Iterable[str]) -> Float32:
        """Return the cosine of each item with the mean of each class: float32, shape (n, C); zeros for unknown items.

        They are no probabilities: a cosine of 0.9 says nothing without those of the other classes.
        """
        return np.asarray(self.encode(items) @ self.directions.T)

    @checked
    def predict(self, items: Iterable[str]) -> list[Any]:
        """Return the class of each item: a string, or an integer if all labels of the training were; None if unknown.

        Of equal classes it is the first. An integer label of a file without types, such as CSV, is a string.
        """
        scores = self.scores(items)
        known: NDArray[np.bool_] = np.any(scores, axis=1)
        best = scores.argmax(axis=1)
        return [self.labels[row] if is_known else None for row, is_known in zip(best.tolist(), known, strict=True)]

    @checked
    def evaluate(
        self,
        labels: Any,
        column: str | None = None,
        label_column: str | None = None,
        text: TextOptions | None = None,
    ) -> Evaluation:
        """Classify labelled items that were not trained on, and compare.

        Parameters
        ----------
        labels : file, folder, mapping, (items, labels) or table
            As in `w2v.supervise`. Every item counts, also one that is repeated or has two labels.
        column, label_column : str, optional
            Of a table: its columns of items and labels.
        text : TextOptions, optional
            Encoding of files.

        Returns
        -------
        Evaluation

        Raises
        ------
        ArgumentError, CorpusError
            If the labels cannot be read, or none of them is a class of the classifier.
        GeometryError
            If no item is known.
        """
        source = LabelSource(labels, self.kind, column, label_column, text, self.names)
        found = source.read(())
        x = self.encode(found.items)
        known: NDArray[np.bool_] = np.any(x, axis=1)
        if not known.any():
            one = self.kind.removesuffix("s")
            raise GeometryError(
                f"{found.source} must have a known {one} with a label, as this classifies {self.kind}: got "
                f"{amount(len(known), 'unknown ' + one)}, such as {some(found.items, 2)}"
            )
        if not set(found.labels) & set(self.names):
            raise CorpusError(
                f"{found.source} must have labels that are classes of the classifier, such as {some(self.names)}: got "
                f"{some(dict.fromkeys(found.labels))} (read as {found.layout}); are items and labels in the right columns?"
            )
        numbers = {name: number for number, name in enumerate(self.names)}
        new = [label for label in dict.fromkeys(found.labels) if label not in numbers]
        names = [*self.names, *new]
        numbers |= {name: len(self.names) + place for place, name in enumerate(new)}
        classes: Rows = np.array([numbers[label] for label in found.labels], np.int64)[known]
        predicted = (x[known] @ self.directions.T).argmax(axis=1)
        excluded = {**found.excluded, "unknown": int((~known).sum())}
        return Evaluation.of(predicted, classes, names, f"{found.source}: {found.layout}", excluded, tuple(new))

    @checked
    def save(self, path: PathLike) -> None:
        """Write the vectors, with the classes in their metadata; atomically.

        The file is one of vectors of words as any other, and for texts that of an encoder, which `Sentences.load` reads.
        Only the native format (.safetensors) has room for the classes.

        Raises
        ------
        FormatError
            If a vector is not finite.
        OutputError
            If the file cannot be written; an existing file is then unchanged.
        """
        means = base64.b64encode(np.ascontiguousarray(self.directions, "<f4").tobytes()).decode()
        made = {**self.metadata, "classes": self.names, "directions": means}
        if isinstance(self.model, Sentences):
            before = self.model.metadata
            self.model.metadata = {**before, KEY: made}
            try:
                self.model.save(path)
            finally:
                self.model.metadata = before
        else:
            contents = self.model.contents()
            contents.metadata[KEY] = made
            formats.save(path, contents)

    @classmethod
    @checked
    def load(cls, path: PathLike, text: TextOptions | None = None) -> Self:
        """Read a classifier.

        Parameters
        ----------
        path : path
        text : TextOptions, optional
            As in `Sentences.load`.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        FormatError
            If the file is damaged, or not one of a classifier.
        """
        metadata = formats.read_metadata(path)["metadata"] if formats.is_native(path) else {}
        of_texts = isinstance(metadata.get("sentences"), dict)
        made = (metadata["sentences"] if of_texts else metadata).get(KEY)
        if not isinstance(made, dict):
            raise FormatError(f"{path} must be a file of w2v supervise or Classifier.save: got vectors without classes")
        model = Sentences.load(path, text) if of_texts else KeyedVectors.load(path)
        model.metadata.pop(KEY, None)
        with as_format_error(str(path)):
            known = check(made, {"classes": [str], "directions": str}, KEY)
        try:
            numbers = np.frombuffer(base64.b64decode(known["directions"], validate=True), "<f4")
            directions = numbers.reshape(len(known["classes"]), model.vector_size)
            rest = {name: value for name, value in made.items() if name not in ("classes", "directions")}
            if not np.isfinite(directions).all():
                raise ValueError("a direction is not finite")
            return cls(model, known["classes"], directions, rest)
        except (ValueError, binascii.Error) as problem:
            raise FormatError(f"{path} must have a direction for each class: got {problem}") from problem


def _integer(name: str) -> int:
    try:
        return int(name)
    except ValueError:
        raise ConfigError(f"names must be integers, as metadata say: got {shown(name)}") from None


def check_room(classes: int, dim: int) -> None:
    """Raise ConfigError if so many means do not fit into the header of a file."""
    most = MOST_BYTES // (4 * dim)
    if classes > most:
        raise ConfigError(
            f"labels must have at most {most:,} classes for vectors of {dim} numbers: got {classes:,}; are labels and items "
            "in the right fields?"
        )
