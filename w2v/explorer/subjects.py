"""A model on the page: its vectors, counts and ranks of the words of the page."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float32, Float64, Rows
from w2v.explorer.choice import shares
from w2v.vectors.cosines import unit
from w2v.vectors.store import VectorStore


@dataclass(frozen=True, eq=False)
class Subject:
    """One model, and where it has the words of the page.

    Attributes
    ----------
    name : str
    store : VectorStore
    present : ndarray of bool, shape (V,)
        Whether the model has each word of the page.
    rows : ndarray of int64, shape (present.sum(),)
        Rows of the words that it has, in the order of the page.
    """

    name: str
    store: VectorStore
    present: np.ndarray
    rows: Rows

    @classmethod
    def of(cls, name: str, store: VectorStore, words: Sequence[str]) -> "Subject":
        """Find the words of the page in a model."""
        places = {word: row for row, word in enumerate(store.words)}
        found = np.array([places.get(word, -1) for word in words], np.int64)
        return cls(name, store, found >= 0, found[found >= 0])

    @property
    def matrix(self) -> np.ndarray:
        """The vectors of the words that it has, as they are stored."""
        return np.asarray(self.store.vectors[self.rows])

    @property
    def units(self) -> Float64:
        """The same at length 1; zero vectors stay zero."""
        return unit(self.matrix)

    @property
    def counted(self) -> bool:
        """Whether it is known how often the words occur."""
        return self.store.true_counts() is not None

    def counts(self) -> Float64:
        """Return the count of each word of the page; 0 if it is unknown."""
        counts = self.store.true_counts()
        return self.spread(np.zeros(len(self.rows)) if counts is None else counts[self.rows])

    def ranks(self) -> np.ndarray:
        """Return the rank of each word among all words of the model, from 1; 0 if it does not have the word: uint32."""
        order = np.argsort(-shares(self.store), kind="stable")
        ranks = np.empty(len(order))
        ranks[order] = np.arange(1, len(order) + 1)
        return self.spread(ranks[self.rows]).astype(np.uint32)

    def norms(self) -> Float32:
        """Return the length of each vector; NaN if it does not have the word."""
        return self.spread(self.store.norms[self.rows], np.nan).astype(np.float32)

    def spread(self, values: np.ndarray, missing: float = 0.0) -> Float64:
        """Return one value for each word of the page from those of the words that it has."""
        made = np.full(len(self.present), missing)
        made[self.present] = values
        return made
