"""How the vectors of the page lie on the sphere, hubs, and vectors without information to compare with."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from w2v.arrays import Float64, Rows
from w2v.explorer.subjects import Subject
from w2v.geometry.baselines import uniform_alignment, uniform_law
from w2v.geometry.frequency import norm_frequency
from w2v.geometry.hubness import skewness
from w2v.geometry.spectrum import Moments
from w2v.geometry.uniformity import uniformity

NEIGHBOURS = 10
MOST_ROWS = 10_000
"""Rows of which uniformity, which takes all pairs, is computed; of more words, a sample."""


@dataclass(frozen=True)
class Measure:
    """One number, with what it means.

    Attributes
    ----------
    name, meaning : str
    value : float
    low, high : float or None
        Ends of the 95 % interval, if there is one.
    """

    name: str
    value: float
    meaning: str
    low: float | None = None
    high: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)


def hubs(near: Rows) -> Rows:
    """Return of how many other words each word is among the ten nearest: int64, shape (V,).

    Parameters
    ----------
    near : ndarray of int64, shape (V, k)
        The nearest words of each, best first.
    """
    return np.bincount(near[:, :NEIGHBOURS].ravel(), minlength=len(near))


def measures(subject: Subject, units: Float64, counted: Rows, seed: int) -> list[Measure]:
    """Measure the vectors of the page, each word counted once.

    Parameters
    ----------
    subject : Subject
    units : ndarray of float64, shape (n, d)
        Its unit vectors, without zero ones.
    counted : ndarray of int64, shape (n,)
        What `hubs` returns of them.
    """
    if len(units) < 2 or units.shape[1] < 2:
        return []
    everyone = np.arange(len(units))
    p = np.full(len(units), 1 / len(units))
    moments = Moments.of(units, None, everyone, p)
    rows = everyone
    if len(rows) > MOST_ROWS:
        rows = np.sort(np.random.default_rng([seed, 0x756E69]).choice(rows, size=MOST_ROWS, replace=False))
    found = [
        Measure("Uniformity of this page", uniformity(units[rows]), "lower: spread more evenly over the sphere (nats)"),
        Measure("Mean cosine", moments.mean_cosine, "0: no common direction"),
        Measure("Isotropy (IsoScore)", moments.isoscore, "0: a line, 1: all directions alike"),
        Measure(
            "Partition isotropy", moments.partition_isotropy(units, everyone, p), "min Z / max Z: 0.135 to 1, all alike"
        ),
        Measure("Effective rank", moments.effective_rank, f"dimensions in use, of {units.shape[1]}"),
        Measure("Hubness", skewness(counted), "skewness of how often words are neighbours; 0: no hubs"),
    ]
    rank = _norm_frequency(subject)
    return found if rank is None else [*found, Measure("Length and frequency", rank, "rank correlation")]


def _norm_frequency(subject: Subject) -> float | None:
    counts = subject.store.true_counts()
    return None if counts is None else norm_frequency(subject.store.norms[subject.rows], counts[subject.rows])


def references(dims: list[int]) -> list[dict[str, Any]]:
    """Return the places of vectors without information in the plane of alignment and uniformity."""
    found: list[dict[str, Any]] = [{"name": "collapsed", "uniformity": 0.0, "alignment": 0.0}]
    for dim in sorted(set(dims)):
        if dim > 1:
            name = "uniform, random" if len(set(dims)) == 1 else f"uniform, random ({dim} dimensions)"
            place = {"uniformity": uniform_law(2.0, dim), "alignment": uniform_alignment(2.0, dim)}
            found.append({"name": name, **place})
    return found
