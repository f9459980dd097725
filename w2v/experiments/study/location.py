"""Models at the same place of the plane: whether the place determines quality, up to what differs between seeds.

If alignment and uniformity were all that matters, two models at one place would differ in quality by no more than two
models of one setting that differ in the seed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Float64

NEAR = 0.05
"""Largest difference of two models at one place, in each coordinate."""
PERMUTATIONS = 9_999


@dataclass(frozen=True)
class Matched:
    """How much quality differs at one place.

    Attributes
    ----------
    pairs : int
        Pairs of models of different settings within `NEAR` of each other in both coordinates.
    sd : float or None
        Standard deviation of quality at one place: the root of the mean of half the squared differences of these pairs.
    seed_sd : float or None
        Standard deviation between seeds: the same of all pairs of models of one setting.
    tested : int
        Disjoint pairs of settings, nearest first, whose means over seeds are within `NEAR`: what the test is about.
    p : float or None
        Of the hypothesis that the two settings of each tested pair are alike: seeds are exchanged between them at random,
        and the sum of the squared differences of their means is compared. None without such pairs.
    """

    pairs: int
    sd: float | None
    seed_sd: float | None
    tested: int
    p: float | None


def matched(places: Float64, quality: Float64, settings: NDArray[np.int64], seed: int = 1) -> Matched:
    """Compare differences of quality at one place with those between seeds.

    Parameters
    ----------
    places : ndarray of float64, shape (n, 2)
        Alignment and uniformity of each model.
    quality : ndarray of float64, shape (n,)
    settings : ndarray of int, shape (n,)
        Number of the setting of each model.
    """
    first, second = np.triu_indices(len(quality), 1)
    same = settings[first] == settings[second]
    near = (np.abs(places[first] - places[second]) <= NEAR).all(axis=1) & ~same
    halves = (quality[first] - quality[second]) ** 2 / 2
    disjoint = _disjoint(places, settings)
    return Matched(
        pairs=int(near.sum()),
        sd=_root(halves[near]),
        seed_sd=_root(halves[same]),
        tested=len(disjoint),
        p=_exchanged(disjoint, quality, settings, seed),
    )


def _root(halves: Float64) -> float | None:
    return float(np.sqrt(halves.mean())) if len(halves) else None


def _disjoint(places: Float64, settings: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return disjoint pairs of settings at one place, nearest first, of those that have two seeds or more."""
    names, seeds = np.unique(settings, return_counts=True)
    names = names[seeds > 1]
    means = np.array([places[settings == name].mean(axis=0) for name in names]).reshape(-1, 2)
    first, second = np.triu_indices(len(names), 1)
    apart = np.abs(means[first] - means[second]).max(axis=1, initial=0)
    used: set[int] = set()
    found = []
    for pair in np.argsort(apart, kind="stable"):
        one, other = int(names[first[pair]]), int(names[second[pair]])
        if apart[pair] <= NEAR and not {one, other} & used:
            used |= {one, other}
            found.append((one, other))
    return found


def _exchanged(
    disjoint: list[tuple[int, int]], quality: Float64, settings: NDArray[np.int64], seed: int
) -> float | None:
    if not disjoint:
        return None
    rng = np.random.default_rng([seed, 0x706C616365])  # "place"
    observed, drawn = 0.0, np.zeros(PERMUTATIONS)
    for one, other in disjoint:
        a, b = quality[settings == one], quality[settings == other]
        both = np.concatenate([a, b])
        observed += (a.mean() - b.mean()) ** 2
        shuffled = rng.permuted(np.tile(both, (PERMUTATIONS, 1)), axis=1)
        drawn += (shuffled[:, : len(a)].mean(axis=1) - shuffled[:, len(a) :].mean(axis=1)) ** 2
    return float((1 + (drawn >= observed * (1 - 1e-12)).sum()) / (1 + PERMUTATIONS))
