"""Positions of words on the map: t-SNE, PCA, UMAP. The only module that imports the last one's library.

t-SNE and UMAP place up to 50,000 words, the most frequent ones; each further word goes among its nearest neighbours that
have a place. Nothing here depends on the number of processors but NumPy's own sums in PCA, unless threadpoolctl is there.
"""

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np

from w2v.arrays import Float64, Rows
from w2v.explorer.neighbours import NEIGHBOURS, nearest_rows
from w2v.explorer.tsne import tsne
from w2v.extras import library
from w2v.machine import one_thread
from w2v.vectors.cosines import SearchSpace
from w2v.vectors.search import Search, nearest, queries_at_once

Name = Literal["auto", "pca", "tsne", "umap"]
LANDMARKS = 50_000
FEWEST = 20
"""Fewer words than this are placed by PCA."""
AMONG = 5
CLIPPED = 99.8
"""Percentile of the distance from the centre beyond which words of PCA are moved to the edge."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Where the words are.

    Attributes
    ----------
    positions : ndarray of float64, shape (V, 2)
        From -1 to 1.
    name, note : str
        What made it, and one sentence on how to read it.
    """

    positions: Float64
    name: str
    note: str


def lay_out(units: Float64, name: Name, seed: int, near: Rows | None = None) -> Layout:
    """Place words on a plane.

    Parameters
    ----------
    units : ndarray of float64, shape (V, d)
        Unit vectors, those of the most frequent words first.
    name : {"auto", "pca", "tsne", "umap"}
        "auto" is t-SNE.
    near : ndarray of int64, shape (V, k), optional
        The nearest neighbours of each word, if they are known.

    Raises
    ------
    MissingExtraError
        If the library is not installed.
    """
    with one_thread():
        if name == "pca" or len(units) < FEWEST:
            note = "Map: PCA, the two directions in which the vectors differ most."
            return Layout(_scaled(_pca(units), CLIPPED), "PCA", note)
        landmarks = units[:LANDMARKS]
        if name == "umap":
            title, placed = f"UMAP, {NEIGHBOURS} neighbours", _umap(landmarks, seed)
        else:
            known = near if near is not None and len(near) == len(landmarks) else nearest_rows(landmarks)
            title, placed = f"t-SNE, {known.shape[1]} neighbours", tsne(known, _pca(landmarks))
        positions = np.concatenate([placed, _among(landmarks, placed, units[LANDMARKS:], seed)])
    rest = len(units) - len(landmarks)
    more = f" of the {len(landmarks):,} most frequent words; {rest:,} more are among their neighbours" if rest else ""
    note = f"Map: {title}{more}. Words that are near are alike; the distance of what is far says little."
    return Layout(_scaled(positions), title, note)


def _pca(units: Float64) -> Float64:
    centred = units - units.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    main = directions[:, ::-1][:, :2]
    # The sign of a direction is arbitrary: its largest component is positive.
    main = main * np.sign(main[np.abs(main).argmax(axis=0), np.arange(main.shape[1])])
    placed = np.zeros((len(units), 2))
    placed[:, : main.shape[1]] = centred @ main
    return placed


def _start(units: Float64) -> np.ndarray:
    placed = _pca(units)
    start: np.ndarray = (placed / max(placed[:, 0].std(), 1e-12)).astype(np.float32)
    return start


def _umap(units: Float64, seed: int) -> Float64:
    umap = library("umap", "umap", "lay out words by UMAP", "umap-learn")
    neighbours = min(NEIGHBOURS, len(units) - 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of what a seed entails: one thread
        model = umap.UMAP(
            n_neighbors=neighbours, metric="cosine", init=10 * _start(units), random_state=seed % 2**32, n_jobs=1
        )
        return np.asarray(model.fit_transform(units.astype(np.float32)), np.float64)


def _among(known: Float64, placed: Float64, units: Float64, seed: int) -> Float64:
    """Place each word at the mean of its nearest neighbours, weighted by cosine, a little beside it."""
    if not len(units):
        return np.empty((0, 2))
    space = SearchSpace.of(known.astype(np.float32))
    none, step, found = np.empty(0, np.int64), queries_at_once(AMONG), []
    for start in range(0, len(units), step):
        found += nearest(space, units[start : start + step], Search(AMONG, 0, len(known), none, none))
    made = np.empty((len(units), 2))
    for i, (rows, cosines) in enumerate(found):
        weights = np.exp(20.0 * (cosines - cosines[0]).astype(np.float64))
        made[i] = weights @ placed[rows] / weights.sum()
    beside = np.random.default_rng([seed, 0x6D6170]).normal(size=made.shape)  # "map": a stream of its own
    found_at: Float64 = made + 0.004 * placed.std() * beside
    return found_at


def _scaled(positions: Float64, percentile: float = 100.0) -> Float64:
    """Move the middle to 0 and shrink to -1 to 1, both axes by the same factor."""
    middle = (positions.min(axis=0) + positions.max(axis=0)) / 2 if percentile == 100 else np.median(positions, axis=0)
    centred = positions - middle
    size = np.percentile(np.abs(centred).max(axis=1), percentile)
    return np.clip(centred / max(float(size), 1e-12), -1, 1)
