"""The rows of a model: words, input vectors and output vectors, in step whatever is done to one of them.

What the user holds, `wv`, is the truth about words and input vectors: words may be added to it, it may be sorted, its
matrix replaced, or `wv` itself. An output vector belongs to a word. Before training, saving or predicting, `_rows` brings
the matrices that the engine writes into line with both, so that the engine never meets a row without a word.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError, NoVocabularyError
from w2v.gensim_compat.parameters import Parameters
from w2v.gensim_compat.replay import SHARES, noise_shares
from w2v.training.matrices import Matrices, initial_divisor
from w2v.training.memory import MemoryEstimate, estimate_memory, require
from w2v.training.objectives import TABLE
from w2v.vectors import KeyedVectors


class Weights(Parameters):
    """The vectors of a model."""

    memory: MemoryEstimate | None

    def _start_without_rows(self) -> None:
        self._wv = KeyedVectors(self.vector_size)
        self._matrices: Matrices | None = None
        self._output_words: list[str] = []  # whose the output rows are
        self.memory = None

    @property
    def wv(self) -> KeyedVectors:
        """Words and input vectors. Assigning others keeps the output vectors of the words that both have."""
        return self._wv

    @wv.setter
    def wv(self, vectors: KeyedVectors) -> None:
        if not isinstance(vectors, KeyedVectors):
            raise ConfigError(
                f"wv must be a w2v.KeyedVectors: got {type(vectors).__name__}; "
                "KeyedVectors.from_arrays(words, vectors, counts) makes one"
            )
        self._wv = vectors

    @property
    def syn1neg(self) -> NDArray[np.float32]:
        """The output vectors, float32, shape (V, vector_size): a view. Assigning copies."""
        return self._rows().output_vectors

    @syn1neg.setter
    def syn1neg(self, vectors: ArrayLike) -> None:
        output, shape = np.asarray(vectors), (len(self._wv), self._wv.vector_size)
        if output.shape != shape or output.dtype.kind not in "fiu":
            raise ConfigError(f"syn1neg holds numbers of shape {shape}: got {output.dtype} of shape {output.shape}")
        if not len(output):
            raise NoVocabularyError("the model has no words yet: call build_vocab(), or assign wv, before syn1neg")
        self._wv.check_rows()
        self._point_to(Matrices.copy_of(self._wv.vectors, output))

    @property
    def cum_table(self) -> NDArray[np.uint32] | None:
        """The noise law as gensim keeps it: cumulative shares of 2**31 - 1, shape (V,); None without words.

        Computed from the counts when asked for; the engine draws from the same law (`Vocabulary.noise_pool`).
        """
        return noise_shares(self._vocabulary(), self.config.ns_exponent) if len(self._wv) else None

    def make_cum_table(self, domain: int = SHARES) -> None:
        """Do nothing: `cum_table` is always that of the present counts."""
        if domain != SHARES:
            raise ConfigError(f"domain must be {SHARES}: got {domain!r}; scale cum_table to any other")

    def init_weights(self) -> None:
        """Give all words the vectors of an untrained model."""
        self._vocabulary()
        self._point_to(self._new_matrices(len(self._wv)))

    def update_weights(self) -> None:
        """Give untrained vectors to words that have none, after they were added to ``wv.index_to_key`` by assignment."""
        wv, length = self._wv, TABLE[self.objective].initial_length
        old = len(wv.vectors)
        wv.resize_vectors(seed=self.seed)
        if length is not None:  # of an objective of the cosine, whose steps depend on it
            wv.vectors[old:] *= np.float32(initial_divisor(wv.vector_size) / initial_divisor(wv.vector_size, length))
        self._rows()

    def estimate_memory(self, vocab_size: int | None = None, report: dict[str, int] | None = None) -> dict[str, int]:
        """Return the bytes that training takes by gensim's names, and the ``total`` with what the process holds now."""
        estimate = estimate_memory(vocab_size or len(self._wv), self.config)
        return {
            **(report or {}),
            "vocab": estimate.vocabulary,
            "vectors": estimate.matrices // 2,
            "syn1neg": estimate.matrices // 2,
            "noise_pool": estimate.noise_pool,
            "workspaces": estimate.workspaces,
            "process": estimate.process,
            "total": estimate.total,
        }

    # ---------------------------------------------------------------------------------------------------- for training

    def _vocabulary(self) -> Vocabulary:
        """Return the words of `wv` with their counts.

        Raises
        ------
        NoVocabularyError
            If there are none.
        ConfigError
            If the counts are not known.
        """
        wv = self._wv
        if not len(wv):
            raise NoVocabularyError(
                "the model has no vocabulary yet: call build_vocab() first, or pass a corpus to the constructor"
            )
        wv.check_rows()
        wv.allocate_vecattrs()
        counts = wv.expandos.get("count")
        if counts is None or counts.dtype.kind not in "iu" or (counts < 0).any():
            raise ConfigError(
                "every word needs a count from 0 on, from which noise and subsampling follow: "
                "set them with wv.set_vecattr(word, 'count', n)"
            )
        return Vocabulary(list(wv.index_to_key), counts.astype(np.int64), wv.numbers)

    def _are_in_step(self) -> bool:
        """Whether `wv` and the engine's matrices have the same rows, in the same memory."""
        held, wv = self._matrices, self._wv
        return held is not None and _same_memory(wv.vectors, held.vectors) and wv.index_to_key == self._output_words

    def _rows(self) -> Matrices:
        """Return the matrices to train, whose rows are the words of `wv`.

        Raises
        ------
        NoVocabularyError
            If there are no words, or no output vectors at all.
        ConfigError
            If `wv` has not as many vectors as words, or ``vector_size`` is another one.
        """
        held, wv = self._matrices, self._wv
        wv.check_rows()
        if held is None or not len(wv):
            what = "output vectors (syn1neg)" if len(wv) else "vocabulary"
            raise NoVocabularyError(f"the model has no {what} yet: call build_vocab() first")
        if not wv.vector_size == held.dim == self.vector_size:
            raise ConfigError(
                f"vector_size={self.vector_size}, but wv has vectors of {wv.vector_size} numbers and syn1neg of {held.dim}: "
                "all three must be equal; call build_vocab() again to begin with others"
            )
        if not self._are_in_step():
            matrices = self._new_matrices(len(wv))
            matrices.input[:, : held.dim] = wv.vectors
            place = {word: row for row, word in enumerate(self._output_words)}
            old = np.array([place.get(word, -1) for word in wv.index_to_key], np.int64)
            matrices.output[old >= 0] = held.output[old[old >= 0]]
            self._point_to(matrices)
            return matrices
        return held

    def _adopt(self, vocabulary: Vocabulary) -> None:
        """Begin anew with these words."""
        matrices = self._new_matrices(len(vocabulary))
        wv = self._wv
        wv.index_to_key, wv.vectors = list(vocabulary.words), matrices.vectors
        wv.expandos, wv.metadata, wv.numbers = {"count": vocabulary.counts.copy()}, {}, vocabulary.numbers
        wv.vectors_lockf = np.ones(1, np.float32)
        self._point_to(matrices)

    def _extend(self, vocabulary: Vocabulary) -> None:
        """Go on with more words: the first ones are those of `wv`, and keep their vectors."""
        held, wv = self._rows(), self._wv
        old = len(wv)
        matrices = self._new_matrices(len(vocabulary))
        matrices.input[:old], matrices.output[:old] = held.input, held.output
        wv.index_to_key, wv.vectors = list(vocabulary.words), matrices.vectors
        wv.allocate_vecattrs()
        wv.expandos["count"] = vocabulary.counts.copy()
        if len(wv.vectors_lockf) > 1:
            wv.vectors_lockf = np.append(wv.vectors_lockf[:old], np.ones(len(wv) - old, np.float32))
        self._point_to(matrices)

    def _new_matrices(self, rows: int) -> Matrices:
        config = self.config
        self.memory = estimate_memory(rows, config)
        require(self.memory)
        return Matrices.initialise(rows, config.vector_size, config.seed, TABLE[config.objective].initial_length)

    def _point_to(self, matrices: Matrices) -> None:
        """Let `wv` show these matrices, whose rows are its words."""
        self._matrices, self._output_words = matrices, list(self._wv.index_to_key)
        self._wv.vectors = matrices.vectors


def _same_memory(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether two arrays are views of the same numbers."""
    places = [(a.ctypes.data, a.shape, a.strides, a.dtype) for a in (one, other)]
    return places[0] == places[1]
