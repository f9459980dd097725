"""From models and wishes to the page: the steps in their order."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from w2v.arguments import shown
from w2v.arrays import Float64
from w2v.errors import ConfigError
from w2v.explorer import origin
from w2v.explorer.choice import choose
from w2v.explorer.clusters import cluster
from w2v.explorer.codes import coded, packed
from w2v.explorer.columns import Column
from w2v.explorer.layouts import Name, lay_out
from w2v.explorer.measures import hubs, measures, references
from w2v.explorer.page import Page, render
from w2v.explorer.reports import Reports, recorded_scores
from w2v.explorer.subjects import Subject
from w2v.machine import one_thread
from w2v.vectors import KeyedVectors
from w2v.vectors.cosines import unit
from w2v.vectors.procrustes import Alignment, align_to
from w2v.vectors.store import VectorStore
from w2v.version import __version__

POLES = (("he", "she"), ("bad", "good"), ("poor", "rich"), ("old", "new"))
"""Axes that the page offers where it has the words."""


@dataclass(frozen=True, eq=False)
class Wanted:
    """What is asked of a page; see `w2v.explorer.explore`."""

    words: int
    column: Column | None
    reports: Reports
    layout: Name
    seed: int
    progress: Callable[[str], None]


@dataclass
class _Steps:
    """Tells what is being done, and how long it took."""

    progress: Callable[[str], None]
    seconds: dict[str, float] = field(default_factory=dict)

    def run(self, text: str, step: Callable[[], Any]) -> Any:
        self.progress(text)
        began = time.perf_counter()
        found = step()
        self.seconds[text] = time.perf_counter() - began
        return found


def make(stores: Sequence[VectorStore], names: Sequence[str], wanted: Wanted) -> Page:
    """Return the page of one or two models.

    Raises
    ------
    ConfigError
        If there are no words, or two models have no word in common.
    """
    for store, name in zip(stores, names, strict=True):
        if not len(store):
            raise ConfigError(f"{name} must have words: got none")
        store.check_rows()
        _ = store.norms  # raises if a row is not finite
    steps = _Steps(wanted.progress)
    column = wanted.column
    words = choose(stores, wanted.words, () if column is None else column.values)
    if column is not None and column.values.keys().isdisjoint(words):
        raise ConfigError(
            f"column {shown(column.name)} must have words of {' or '.join(names)}: got none of its {len(column.values):,} "
            "words; compare the spelling, and upper and lower case"
        )
    subjects = [Subject.of(name, store, words) for name, store in zip(names, stores, strict=True)]
    units = [subject.units for subject in subjects]
    # One thread, as below: sums of several threads differ in their last digits. (Neighbours do not: their order is exact.)
    with one_thread():
        aligned = _aligned(subjects)
        joint = _joint(subjects, units, aligned)
    layout = steps.run(f"placing {len(words):,} words on the map", lambda: lay_out(joint, wanted.layout, wanted.seed))
    clusters = steps.run("finding clusters", lambda: cluster(joint, words, wanted.seed))
    counted = steps.run("counting neighbours", lambda: [hubs(rows[rows.any(axis=1)]) for rows in units])
    codes = [coded(subject.matrix, rows, wanted.seed) for subject, rows in zip(subjects, units, strict=True)]
    arrays: dict[str, np.ndarray] = {
        "position": np.rint(layout.positions * 32767).astype(np.int16),
        "cluster": clusters.of,
        "hubs": _of_page(subjects[0], units[0], counted[0]),
    }
    about: dict[str, Any] = {
        "title": " and ".join(names),
        "words": words,
        "layout": {"name": layout.name, "note": layout.note},
        "clusters": clusters.names,
        "column": None,
        "precision": vars(codes[0].precision),
        "poles": [pair for pair in POLES if set(pair) <= set(words)],
        "references": references([rows.shape[1] for rows in units]),
        "compared": [place for name, place in wanted.reports.places.items() if name not in names],
        "version": __version__,
    }
    if column is not None:
        arrays["column"], labels = column.encoded(words)
        about["column"] = {"name": column.name, "labels": labels}
    if aligned is not None:
        arrays["drift"] = _drift(aligned, words)
    with one_thread():
        about["models"] = steps.run(
            "measuring", lambda: [_model(*one, wanted) for one in zip(subjects, units, counted, strict=True)]
        )
    for m, (subject, made) in enumerate(zip(subjects, codes, strict=True)):
        spread = np.zeros((len(words), made.values.shape[1]), np.int16)
        spread[subject.present] = made.values
        arrays |= {
            f"rows{m}": packed(spread) if made.precision.bits == 12 else spread,
            f"counts{m}": subject.counts(),
            f"rank{m}": subject.ranks(),
            f"norms{m}": subject.norms(),
        }
    return Page(render(str(about["title"]), about, arrays), about, steps.seconds)


def _aligned(subjects: Sequence[Subject]) -> Alignment | None:
    """Rotate the second model onto the first; of two sizes, the smaller one gets zeros as further values."""
    if len(subjects) < 2:
        return None
    dim = max(subject.store.vector_size for subject in subjects)
    first, second = (_widened(subject.store, dim) for subject in subjects)
    return align_to(second, first)


def _widened(store: VectorStore, dim: int) -> VectorStore:
    missing = dim - store.vector_size
    return (
        KeyedVectors.from_arrays(store.index_to_key, np.pad(store.vectors, ((0, 0), (0, missing))))
        if missing
        else store
    )


def _joint(subjects: Sequence[Subject], units: Sequence[Float64], aligned: Alignment | None) -> Float64:
    """Return a unit vector for each word of the page: the first model's or, where it has none, the second's, rotated."""
    joint = np.zeros((len(subjects[0].present), max(rows.shape[1] for rows in units)))
    if aligned is not None:
        second = subjects[1]
        joint[second.present] = unit(aligned.vectors.vectors[second.rows])
    joint[subjects[0].present] = 0
    joint[subjects[0].present, : units[0].shape[1]] = units[0]
    return joint


def _of_page(subject: Subject, units: Float64, counted: np.ndarray) -> np.ndarray:
    """Return the counts of neighbours of each word of the page; zero vectors have none."""
    values = np.zeros(len(units))
    values[units.any(axis=1)] = counted
    return np.minimum(subject.spread(values), 65535).astype(np.uint16)


def _drift(aligned: Alignment, words: Sequence[str]) -> np.ndarray:
    """Return how far each word moved: 1 minus the cosine after rotation; NaN where a model does not have it."""
    known = dict(zip(map(str, aligned.words), aligned.drift.tolist(), strict=True))
    return np.array([known.get(word, np.nan) for word in words], np.float32)


def _model(subject: Subject, units: Float64, counted: np.ndarray, wanted: Wanted) -> dict[str, Any]:
    metadata, name, reports = dict(subject.store.metadata), subject.name, wanted.reports
    path = origin.trajectory(metadata, name)
    found = measures(subject, units[units.any(axis=1)], counted, wanted.seed)
    return {
        "name": name,
        "words": len(subject.store),
        "dim": int(subject.store.vector_size),
        "counted": subject.counted,
        "facts": origin.sections(metadata),
        "command": origin.command(metadata, f"{name}.safetensors"),
        "losses": origin.losses(metadata, name),
        "trajectory": [] if path is None else [vars(point) for point in path.points],
        "trajectoryOf": "" if path is None else path.law,
        "measures": [one.to_dict() for one in [*found, *reports.measures.get(name, [])]],
        "scores": [one.to_dict() for one in [*recorded_scores(metadata), *reports.scores.get(name, [])]],
    }
