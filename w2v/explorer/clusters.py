"""Groups of words: k-means of their directions (spherical k-means, Dhillon & Modha 2001), in NumPy."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float64, Rows
from w2v.machine import one_thread

FEWEST, MOST = 4, 40
ROUNDS = 50
NAMED, WORDS = 0.1, 20
"""A cluster is named by words of its most frequent tenth, or of its 20 most frequent ones: rare words say little."""
NAMES = 5
ROWS_AT_ONCE = 8192


@dataclass(frozen=True, eq=False)
class Clusters:
    """The cluster of each word.

    Attributes
    ----------
    of : ndarray of uint8, shape (V,)
    names : list of list of str
        The most central words of each, the most central one first.
    """

    of: np.ndarray
    names: list[list[str]]


def number_of_clusters(words: int) -> int:
    """Return how many clusters a page of so many words gets: 9 of 3,000 words, 24 of 20,000, 37 of 50,000."""
    return max(min(FEWEST, words), min(MOST, round(math.sqrt(words) / 6)))


def cluster(units: Float64, words: Sequence[str], seed: int) -> Clusters:
    """Divide words into clusters of similar direction.

    Parameters
    ----------
    units : ndarray of float64, shape (V, d)
        Unit vectors, those of the most frequent words first.
    """
    with one_thread():
        # What all vectors have in common does not tell them apart.
        points = units - units.mean(axis=0)
        points /= np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
        points = points.astype(np.float32)
        of, centres = _k_means(points, number_of_clusters(len(words)), np.random.default_rng([seed, 0x636C7573]))
        used, of = np.unique(of, return_inverse=True)  # of vectors that are alike, some clusters are empty
        centres = centres[used]
        names = [_names(points, np.flatnonzero(of == k), centre, words) for k, centre in enumerate(centres)]
    return Clusters(of.astype(np.uint8), names)


def _k_means(points: np.ndarray, k: int, rng: np.random.Generator) -> tuple[Rows, np.ndarray]:
    centres = _first_centres(points, k, rng)
    of = np.full(len(points), -1)
    for _ in range(ROUNDS):
        before, of = of, _nearest(points, centres)
        if (of == before).all():
            break
        for j in range(k):
            members = points[of == j]
            if len(members):
                mean = members.mean(axis=0)
                centres[j] = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return of, centres


def _nearest(points: np.ndarray, centres: np.ndarray) -> Rows:
    parts = [points[start : start + ROWS_AT_ONCE] @ centres.T for start in range(0, len(points), ROWS_AT_ONCE)]
    return np.concatenate([part.argmax(axis=1) for part in parts])


def _first_centres(points: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """Choose points that are far from one another (k-means++, Arthur & Vassilvitskii 2007)."""
    chosen = [int(rng.integers(len(points)))]
    away = 1 - points @ points[chosen[0]]
    while len(chosen) < k:
        weights = np.maximum(away.astype(np.float64), 0) ** 2
        total = weights.sum()
        chosen.append(int(rng.choice(len(points), p=weights / total)) if total > 0 else len(chosen))
        away = np.minimum(away, 1 - points @ points[chosen[-1]])
    return points[chosen].copy()


def _names(points: np.ndarray, members: Rows, centre: np.ndarray, words: Sequence[str]) -> list[str]:
    frequent = members[: max(WORDS, int(NAMED * len(members)))]
    order = np.argsort(-(points[frequent] @ centre), kind="stable")[:NAMES]
    return [words[row] for row in frequent[order]]
