"""What all measurements of a space share: its pairs, the distribution of its words, the settings, and their wording."""

from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float64, Rows
from w2v.geometry.directions import unit_rows
from w2v.geometry.measurement import Measurement, Settings
from w2v.geometry.pairs import PositivePairs
from w2v.geometry.sampling import Population
from w2v.geometry.space import Space

Interval = tuple[float | None, float | None]
EXACT: Interval = (None, None)

_WORDS = {
    "type": "words weighted equally",
    "token": "words weighted by their counts",
    "pairs": "words weighted as in the positive pairs",
}


@dataclass(frozen=True, eq=False)
class Context:
    """The space, the pairs and the sample of words that all measurements use."""

    space: Space
    pairs: PositivePairs
    population: Population
    settings: Settings

    def measured(self, name: str, value: float, ends: Interval, n: int, of: str, definition: str) -> Measurement:
        """Return a measurement with the seed of the settings."""
        return Measurement(name, float(value), *ends, n=n, of=of, seed=self.settings.seed, definition=definition)

    @property
    def words(self) -> str:
        """The distribution of words, as stated in definitions."""
        settings = self.settings
        return _WORDS.get(
            settings.weighting or "type", f"words weighted by count^{settings.ns_exponent:g}, as noise is"
        )

    @property
    def rows(self) -> str:
        """What the rows of the population are, as stated beside their number."""
        return f"rows of {len(self.population.everyone):,}" if self.population.sampled else "rows"

    @property
    def different(self) -> str:
        """The pairs of words, as stated in definitions."""
        return f"pairs of different rows{'' if self.space.partners is None else ', input with output'}"

    @property
    def input_rows(self) -> str:
        """The rows that metrics of one matrix are about."""
        return "rows" if self.space.partners is None else "input rows"


@dataclass(frozen=True, eq=False)
class Anchors:
    """The distinct anchors of some pairs, and each anchor's own word among the negatives.

    Attributes
    ----------
    x : ndarray of float64, shape (U, d)
        Unit rows of the distinct anchors.
    places : ndarray of int64, shape (P,)
        The anchor of each pair, as an index of ``x``.
    own : ndarray of int64, shape (U,)
        The anchor's word in ``population.rows``; -1 if it is not among them.
    cosines, p : ndarray of float64, shape (U,)
        The cosine of the anchor with the target row of its own word, and the probability of that word as a negative.
    """

    x: Float64
    places: Rows
    own: Rows
    cosines: Float64
    p: Float64

    @classmethod
    def of(cls, space: Space, anchors: Rows, population: Population) -> "Anchors":
        """Find the distinct anchors, given the anchor row of each pair."""
        unique, places = np.unique(anchors, return_inverse=True)
        x = unit_rows(space.vectors, unique)
        own = np.searchsorted(population.rows, unique).clip(max=len(population.rows) - 1)
        own[population.rows[own] != unique] = -1
        p = np.zeros(len(space))
        p[population.everyone] = population.probabilities
        cosines = np.ones(len(x))
        if space.partners is not None:
            cosines = np.einsum("ud,ud->u", x, unit_rows(space.partners, unique))
        return cls(x, places, own, cosines, p[unique])
