"""Unit, centred rows of words or texts, and a head folded into the vectors that they are made of.

words     x = unit(v) - m          m: the mean of all unit rows       a word becomes unit(W x)
texts     x = sum_j a_j e_j        e: centred vectors of words        a text becomes unit(sum_j a_j W e_j)

A linear head commutes with a weighted mean, so it is applied to the vectors of the words once, and texts are encoded as
before. It does not commute with what is not linear: lengths and centres. Therefore texts are centred before they get length
1 (`Sentences` centres the vectors of its words), a text gets length 1 after the head only, and the rows of the words of an
encoder keep their lengths: scaled to length 1 one by one, their mean would be another.
"""

import copy

import numpy as np

from w2v.arrays import Float64, Rows
from w2v.sentences.encoder import Sentences
from w2v.vectors.cosines import unit
from w2v.vectors.keyed_vectors import KeyedVectors


def centred_words(vectors: KeyedVectors) -> Float64:
    """Return the rows of all words, centred, with length 1; zero and non-finite rows, which have no direction, are zeros."""
    raw = np.asarray(vectors.vectors, np.float64)
    x = unit(np.where(np.isfinite(raw).all(axis=1, keepdims=True), raw, 0.0))
    rows = directed(x)
    if len(rows):
        x[rows] = unit(x[rows] - x[rows].mean(axis=0))
    return x


def with_head(vectors: KeyedVectors, x: Float64, head: Float64) -> KeyedVectors:
    """Return the words with their centred rows passed through a head: float32, of length 1."""
    made = unit(x @ head.T).astype(np.float32)
    counts = vectors.expandos.get("count")
    return KeyedVectors.from_arrays(vectors.index_to_key, made, counts, vectors.metadata)


def separate(encoder: Sentences) -> Sentences:
    """Return an encoder that can be changed without changing this one."""
    made = copy.copy(encoder)
    made.metadata = copy.deepcopy(encoder.metadata)
    return made


def fold(encoder: Sentences, head: Float64) -> None:
    """Apply a head to the vectors of an encoder's words."""
    folded = (np.asarray(encoder.vectors, np.float64) @ head.T).astype(np.float32)
    encoder._start = folded
    encoder._become(folded)


def directed(x: Float64) -> Rows:
    """Return the rows that are not zero."""
    return np.flatnonzero(np.einsum("nd,nd->n", x, x) > 0)
