"""The rows of a model: words, input vectors and output vectors, kept consistent when any of them is edited.

    wv.index_to_key   wv.vectors   output_words   matrices.output
    cat               [ ... ]      cat            [ ... ]
    dog               [ ... ]      dog            [ ... ]

``wv``, which the user may edit, is authoritative for words and input vectors: words may be added to it, it may be sorted,
its matrix or ``wv`` itself may be replaced. Output vectors belong to words. Before training, saving or predicting,
`RowsInStep.bring` makes the matrices that the engine writes agree with both, so that the engine never sees a row without a
word.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v.config import TrainConfig
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ArgumentError, ConfigError, NoVocabularyError
from w2v.training.matrices import Matrices
from w2v.training.memory import MemoryEstimate, estimate_memory, require
from w2v.training.objectives import TABLE
from w2v.vectors.keyed_vectors import KeyedVectors
from w2v.vectors.keys import as_numbers


class RowsInStep:
    """Words with their input and output vectors.

    Attributes
    ----------
    wv : KeyedVectors
    matrices : Matrices or None
        The matrices that the engine trains.
    output_words : list of str or of int
        The words of the output rows.
    memory : MemoryEstimate or None
        The estimate made when matrices were last allocated.
    """

    def __init__(self, vector_size: int) -> None:
        self.wv = KeyedVectors(vector_size)
        self.matrices: Matrices | None = None
        self.output_words: list[Any] = []
        self.memory: MemoryEstimate | None = None

    def vocabulary(self) -> Vocabulary:
        """Return the words of ``wv`` with their counts.

        Raises
        ------
        NoVocabularyError
            If there are no words.
        ConfigError
            If the counts are unknown.
        """
        wv = self.wv
        if not len(wv):
            raise NoVocabularyError(
                "the model has no vocabulary yet; call build_vocab() first, or pass a corpus to the constructor"
            )
        wv.check_rows()
        wv.allocate_vecattrs()
        counts = wv.true_counts()
        if counts is None or counts.dtype.kind not in "iu" or (counts < 0).any():
            raise ConfigError(
                "every word must have a non-negative integer count, for noise and subsampling: got "
                f"{'no counts' if counts is None else 'other values'}; set them with wv.set_vecattr(word, 'count', n)"
            )
        return Vocabulary(list(wv.words), counts.astype(np.int64), wv.numbers)

    def are_in_step(self) -> bool:
        """Whether ``wv`` and the engine's matrices have the same rows, in the same memory."""
        held, wv = self.matrices, self.wv
        return held is not None and _same_memory(wv.vectors, held.vectors) and wv.index_to_key == self.output_words

    def bring(self, config: TrainConfig) -> Matrices:
        """Return the matrices to train, whose rows are the words of ``wv``.

        Raises
        ------
        NoVocabularyError
            If there are no words, or no output vectors at all.
        ConfigError
            If ``wv`` does not have as many vectors as words, or another ``vector_size``.
        """
        held, wv = self.matrices, self.wv
        wv.check_rows()
        if held is None or not len(wv):
            what = "output vectors (syn1neg)" if len(wv) else "vocabulary"
            raise NoVocabularyError(f"the model has no {what} yet; call build_vocab() first")
        if not wv.vector_size == held.dim == config.vector_size:
            raise ConfigError(
                f"vector_size must be that of wv and of syn1neg: got {config.vector_size}, {wv.vector_size} in wv and "
                f"{held.dim} in syn1neg; call build_vocab() again to start with another"
            )
        if self.are_in_step():
            return held
        # wv was edited: new matrices take its input rows as they are, and each word's output row by name.
        #   output_words   a b c           wv   c d a
        #   old            row of each word of wv among output_words: 2 -1 0   (-1: a new word, its output stays initial)
        matrices = self.new_matrices(len(wv), config)
        matrices.input[:, : held.dim] = wv.vectors
        place = {word: row for row, word in enumerate(self.output_words)}
        old = np.array([place.get(word, -1) for word in wv.index_to_key], np.int64)
        matrices.output[old >= 0] = held.output[old[old >= 0]]
        self.point_to(matrices)
        return matrices

    def adopt(self, vocabulary: Vocabulary, config: TrainConfig) -> None:
        """Start over with these words and untrained vectors."""
        matrices = self.new_matrices(len(vocabulary), config)
        wv = self.wv
        wv.index_to_key, wv.vectors = _keys(vocabulary), matrices.vectors
        wv.expandos, wv.metadata = {"count": vocabulary.counts.copy()}, {}
        wv.vectors_lockf = np.ones(1, np.float32)
        self.point_to(matrices)

    def extend(self, vocabulary: Vocabulary, config: TrainConfig) -> None:
        """Add words: the first words of ``vocabulary`` are those of ``wv`` and keep their vectors."""
        held, wv, keys = self.bring(config), self.wv, _keys(vocabulary)
        old = len(wv)
        matrices = self.new_matrices(len(vocabulary), config)
        matrices.input[:old], matrices.output[:old] = held.input, held.output
        wv.index_to_key, wv.vectors = keys, matrices.vectors
        wv.allocate_vecattrs()
        wv.expandos["count"] = vocabulary.counts.copy()
        if len(wv.vectors_lockf) > 1:
            wv.vectors_lockf = np.append(wv.vectors_lockf[:old], np.ones(len(wv) - old, np.float32))
        self.point_to(matrices)

    def new_matrices(self, rows: int, config: TrainConfig) -> Matrices:
        """Return the matrices of an untrained model."""
        self.memory = estimate_memory(rows, config)
        require(self.memory)
        return Matrices.initialise(rows, config.vector_size, config.seed, TABLE[config.objective].initial_length)

    def point_to(self, matrices: Matrices) -> None:
        """Make ``wv`` a view of these matrices, whose rows are its words."""
        self.matrices, self.output_words = matrices, list(self.wv.index_to_key)
        self.wv.vectors = matrices.vectors

    def take_words(self, vectors: KeyedVectors) -> None:
        """Replace words and input vectors; output vectors stay with their words."""
        if not isinstance(vectors, KeyedVectors):
            raise ArgumentError(
                f"wv must be a w2v.KeyedVectors: got {type(vectors).__name__}; "
                "make one with KeyedVectors.from_arrays(words, vectors, counts)"
            )
        self.wv = vectors

    def take_output(self, vectors: ArrayLike) -> None:
        """Copy output vectors, shape (V, d), for the words of ``wv``."""
        output, shape = np.asarray(vectors), (len(self.wv), self.wv.vector_size)
        if output.shape != shape or output.dtype.kind not in "fiu":
            raise ConfigError(f"syn1neg must hold numbers of shape {shape}: got {output.dtype} of shape {output.shape}")
        if not len(output):
            raise NoVocabularyError(
                "cannot assign syn1neg: the model has no words yet; call build_vocab() or assign wv first"
            )
        self.wv.check_rows()
        self.point_to(Matrices.copy_of(self.wv.vectors, output))


def _keys(vocabulary: Vocabulary) -> list[Any]:
    return as_numbers(vocabulary.words) if vocabulary.numbers else list(vocabulary.words)


def _same_memory(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether two arrays are views of the same memory."""
    places = [(a.ctypes.data, a.shape, a.strides, a.dtype) for a in (one, other)]
    return places[0] == places[1]
