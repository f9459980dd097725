"""The trained model: both matrices, the vocabulary, and the record of how they were made."""

import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v import html
from w2v.annotations import checked
from w2v.arguments import amount
from w2v.atomic_files import PathLike
from w2v.config import TrainConfig
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import NotAModelError
from w2v.formats import Contents, check_native_name, has_format, native
from w2v.training.epoch_report import EpochReport
from w2v.training.matrices import Matrices
from w2v.training.memory import estimate_memory, require
from w2v.training.provenance import Provenance
from w2v.vectors.keyed_vectors import KeyedVectors


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """A trained model; `w2v.train` makes one.

    Attributes
    ----------
    vocabulary : Vocabulary
        Words in row order, with their counts.
    matrices : Matrices
        Input and output vectors.
    provenance : Provenance
        The record of how they were made.
    attributes : dict of str to ndarray, shape (V,)
        Further numbers per word that `vectors` starts with, such as ``vectors_lockf``.

    Examples
    --------
    >>> import w2v
    >>> corpus = w2v.encode([["a", "b", "c"]] * 99, w2v.VocabularyConfig(min_count=1))
    >>> model = w2v.train(corpus, w2v.TrainConfig(vector_size=4, workers=1))
    >>> model.vectors["a"].shape, len(model.reports)
    ((4,), 5)
    """

    vocabulary: Vocabulary
    matrices: Matrices
    provenance: Provenance
    attributes: dict[str, NDArray[Any]] = field(default_factory=dict)

    @cached_property
    def vectors(self) -> KeyedVectors:
        """The words and their input vectors, to look up, compare, search and save; a view of ``matrices.input``.

        `save` and further training use its attributes and ``vectors_lockf``, as long as its words are those of the model.
        """
        words, counts = self.vocabulary.words, self.vocabulary.counts
        contents = Contents(words, self.matrices.vectors, counts, None, self.metadata, self.attributes)
        vectors = KeyedVectors.from_contents(contents)
        vectors.numbers = self.vocabulary.numbers
        return vectors

    def word_attributes(self) -> dict[str, NDArray[Any]]:
        """Return the attributes of the words as they are now: those of `vectors`, unless its words were changed."""
        held = self.vectors.index_to_key == self.vocabulary.words
        return self.vectors.contents().attributes if held else self.attributes

    @property
    def output_vectors(self) -> NDArray[np.float32]:
        """The output vectors, float32, shape (V, vector_size): a view."""
        return self.matrices.output_vectors

    @property
    def config(self) -> TrainConfig:
        """The parameters of training."""
        return self.provenance.config

    @property
    def reports(self) -> list[EpochReport]:
        """One report per epoch."""
        return self.provenance.reports

    @property
    def ledger(self) -> dict[str, int]:
        """Counts that account for every token from the text to training."""
        return self.provenance.ledger

    @property
    def metadata(self) -> dict[str, Any]:
        """The record of how the vectors were made, as JSON values: parameters, token counts, losses, engine."""
        return self.provenance.to_metadata()

    @checked
    def save(self, path: PathLike) -> None:
        """Write the whole model, including both matrices, to a safetensors file, atomically; `w2v.load` reads it.

        The attributes of the words in ``model.vectors`` and its frozen rows are written too.

        ``model.vectors.save(path)`` saves only the input vectors, in the format given by the extension.

        Raises
        ------
        FormatError
            If the extension belongs to another format.
        OutputError
            If it cannot be written; an existing file is then unchanged.
        """
        check_native_name(path)
        words, counts = self.vocabulary.words, self.vocabulary.counts
        about = self.word_attributes()
        native.save(path, Contents(words, self.matrices.vectors, counts, self.output_vectors, self.metadata, about))

    def __len__(self) -> int:
        return len(self.vocabulary)

    def _repr_html_(self) -> str:
        """Return the curve of the loss, some words with neighbours, and how they were made, for notebooks."""
        losses = [report.loss for report in self.reports]
        return html.curve(f"{self!r}, loss", losses) + self.vectors._repr_html_()

    def __repr__(self) -> str:
        return f"TrainedModel({amount(len(self), 'word')} x {self.matrices.dim}, {amount(len(self.reports), 'epoch')})"


ONLY_VECTORS = "use KeyedVectors.load, or save a whole model with its method save (w2v train --whole-model)"


@checked
def load(path: PathLike, *, tokenizer: Any = None) -> TrainedModel:
    """Read a model written by `TrainedModel.save`, ``Word2Vec.save`` or ``w2v train --whole-model``.

    To read a file that holds only vectors, in any format, use ``KeyedVectors.load``.

    Parameters
    ----------
    path : str or os.PathLike
    tokenizer : optional
        Replaces the tokenizer of the model; required to split text if that was a Python object or a file: a file that
        a model names is not opened by itself.

    Returns
    -------
    TrainedModel

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    UnsafeFormatError
        If it is a pickle, such as gensim's ``save`` writes.
    NotAModelError
        If it holds vectors without the output matrix, or is not a model file at all.
    FormatError
        If the file is damaged.
    MemoryLimitError
        If the model does not fit into memory.

    Examples
    --------
    >>> import tempfile, w2v
    >>> corpus = w2v.encode([["a", "b", "c"]] * 99, w2v.VocabularyConfig(min_count=1))
    >>> model = w2v.train(corpus, w2v.TrainConfig(vector_size=4, workers=1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     model.save(f"{folder}/model.safetensors")
    ...     w2v.load(f"{folder}/model.safetensors")
    TrainedModel(3 words x 4, 5 epochs)
    """
    file = read_model(path, tokenizer)
    vocabulary = Vocabulary(file.contents.words, file.counts, file.provenance.numbers)
    attributes = {name: np.array(values) for name, values in file.contents.attributes.items()}
    return TrainedModel(vocabulary, Matrices.copy_of(file.contents.vectors, file.output), file.provenance, attributes)


@dataclass(frozen=True, eq=False)
class ModelFile:
    """The contents of a model file; ``counts`` and ``output`` are those of ``contents``, known not to be None."""

    contents: Contents
    counts: NDArray[np.int64]
    output: NDArray[np.float32]
    provenance: Provenance


def read_model(path: PathLike, tokenizer: Any = None) -> ModelFile:
    """Read a model file with its matrices memory-mapped; see `load` for the errors."""
    name = os.fspath(path)
    if not native.is_native(path):
        if has_format(path) and not name.lower().endswith(".safetensors"):
            raise NotAModelError(
                f"cannot load {name!r} as a model: files of its format hold only vectors; {ONLY_VECTORS}"
            )
        raise NotAModelError(
            f"cannot load {name!r}: it is not a model file, or its beginning is damaged; to load only vectors, use "
            "KeyedVectors.load or KeyedVectors.load_word2vec_format"
        )
    contents = native.load(path, mmap=True)
    if contents.output is None or contents.counts is None or "config" not in contents.metadata:
        raise NotAModelError(
            f"cannot load {name!r} as a model: it holds only vectors, without the data to train further; {ONLY_VECTORS}"
        )
    provenance = Provenance.from_metadata(contents.metadata, repr(name), tokenizer)
    # One copy of the matrices, however many shards they were trained with.
    require(estimate_memory(len(contents.words), replace(provenance.config, shards=0)))
    return ModelFile(contents, contents.counts, contents.output, provenance)
