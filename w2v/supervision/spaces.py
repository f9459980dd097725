"""Unit, centred rows of words or texts, and a head folded into the vectors that they are made of.

words     x = unit(v) - m          m: the mean of all unit rows       a word becomes unit(W x)
texts     x = sum_j a_j e_j        e: centred vectors of words        a text becomes unit(sum_j a_j W e_j)

A linear head commutes with a weighted mean, so it is applied to the vectors of the words once, and texts are encoded as
before. It does not commute with what is not linear: lengths and centres. Therefore texts are centred before they get length
1 (`Sentences` centres the vectors of its words), a text gets length 1 after the head only, and the rows of the words of an
encoder keep their lengths: scaled to length 1 one by one, their mean would be another.
"""

import copy
from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float64, Rows
from w2v.sentences.encoder import Sentences
from w2v.vectors.cosines import blocks_as, unit
from w2v.vectors.keyed_vectors import KeyedVectors


@dataclass(frozen=True, eq=False)
class CentredWords:
    """Rows of words with length 1, centred and with length 1 again; computed when asked for, as there may be millions.

    Zero and non-finite rows, which have no direction, are zeros.

    Attributes
    ----------
    vectors : KeyedVectors
    mean : ndarray of float64, shape (d,)
        Of all unit rows.
    """

    vectors: KeyedVectors
    mean: Float64

    @classmethod
    def of(cls, vectors: KeyedVectors) -> "CentredWords":
        """Find the mean."""
        total, n = np.zeros(vectors.vector_size), 0
        for _, block in blocks_as(np.float64, vectors.vectors, 0, len(vectors)):
            x = _unit(block)
            total += x.sum(axis=0)
            n += len(directed(x))
        return cls(vectors, total / max(n, 1))

    def rows(self, chosen: Rows | slice) -> Float64:
        """Return some rows, shape (n, d)."""
        x = _unit(np.asarray(self.vectors.vectors[chosen], np.float64))
        has = directed(x)
        x[has] = unit(x[has] - self.mean)
        return x

    def with_head(self, head: Float64) -> KeyedVectors:
        """Return all words passed through a head: float32, of length 1."""
        made = np.empty((len(self.vectors), len(head)), np.float32)
        for rows, _ in blocks_as(np.float64, self.vectors.vectors, 0, len(made)):
            made[rows] = unit(self.rows(rows) @ head.T)
        counts, metadata = self.vectors.expandos.get("count"), self.vectors.metadata
        return KeyedVectors.from_arrays(self.vectors.index_to_key, made, counts, metadata)


def separate(encoder: Sentences) -> Sentences:
    """Return an encoder that can be changed without changing this one."""
    made = copy.copy(encoder)
    made.metadata = copy.deepcopy(encoder.metadata)
    return made


def fold(encoder: Sentences, head: Float64) -> None:
    """Apply a head to the vectors of an encoder's words."""
    folded = np.empty_like(encoder.vectors)
    for rows, block in blocks_as(np.float64, encoder.vectors, 0, len(folded)):
        folded[rows] = block @ head.T
    encoder.take_vectors(folded)


def directed(x: Float64) -> Rows:
    """Return the rows that are not zero."""
    return np.flatnonzero(np.einsum("nd,nd->n", x, x) > 0)


def _unit(rows: Float64) -> Float64:
    return unit(np.where(np.isfinite(rows).all(axis=1, keepdims=True), rows, 0.0))
