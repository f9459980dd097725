"""From models and wishes to the page: the steps in their order."""

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from w2v.arguments import amount, shown
from w2v.arrays import Float64
from w2v.errors import ConfigError
from w2v.explorer import origin
from w2v.explorer.choice import choose
from w2v.explorer.clusters import cluster
from w2v.explorer.codes import coded
from w2v.explorer.columns import Column
from w2v.explorer.layouts import Name, lay_out
from w2v.explorer.measures import hubs, measures, references
from w2v.explorer.neighbours import nearest_rows
from w2v.explorer.overlap import overlap
from w2v.explorer.page import Page
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
    near = steps.run("finding neighbours", lambda: [nearest_rows(rows[rows.any(axis=1)]) for rows in units])
    counted = [hubs(rows) for rows in near]
    known = near[0] if len(subjects) == 1 and len(near[0]) == len(words) else None  # of two models, the map is of both
    layout = steps.run(
        f"placing {amount(len(words), 'word')} on the map", lambda: lay_out(joint, wanted.layout, wanted.seed, known)
    )
    clusters = steps.run("finding clusters", lambda: cluster(joint, words, wanted.seed))
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
        "among": len(words),
        "poles": [pair for pair in POLES if set(pair) <= set(words)],
        "references": references([rows.shape[1] for rows in units]),
        "compared": list(wanted.reports.places.values()),
        "version": __version__,
    }
    if column is not None:
        arrays["column"], labels = column.encoded(words)
        about["column"] = {"name": column.name, "labels": labels}
    if aligned is not None:
        arrays["drift"] = _drift(aligned, words)
        about["common"] = {
            "words": len(aligned.words),
            "dimensions": max(rows.shape[1] for rows in units),
            "overlap": overlap(subjects, units, near),
        }
    with one_thread():
        about["models"] = steps.run(
            "measuring", lambda: [_model(*one, wanted) for one in zip(subjects, units, counted, strict=True)]
        )
    for model, made in zip(about["models"], codes, strict=True):
        model["bits"] = made.precision.bits
    for m, (subject, made) in enumerate(zip(subjects, codes, strict=True)):
        spread = np.zeros((len(words), made.values.shape[1]), np.int16)
        spread[subject.present] = made.values
        arrays |= {
            f"rows{m}": spread,
            f"counts{m}": subject.counts(),
            f"rank{m}": subject.ranks(),
            f"norms{m}": subject.norms(),
        }
    return Page(about, arrays, steps.seconds)


def _aligned(subjects: Sequence[Subject]) -> Alignment | None:
    """Rotate the second model onto the first; of two sizes, the smaller one gets zeros as further values."""
    if len(subjects) < 2:
        return None
    dim = max(subject.store.vector_size for subject in subjects)
    first, second = (_widened(subject.store, dim) for subject in subjects)
    known = set(first.index_to_key)
    if known.isdisjoint(second.index_to_key):
        raise ConfigError(
            f"{' and '.join(subject.name for subject in subjects)} must have words in common: got none; compare the "
            "spelling, and upper and lower case"
        )
    aligned = align_to(second, first)
    if len(aligned.words) < dim:
        # So few vectors can be rotated onto any others.
        warnings.warn(
            f"the models have {amount(len(aligned.words), 'word')} in common, fewer than {amount(dim, 'dimension')}: the "
            "rotation can fit them whatever they mean, so that distances moved say little",
            stacklevel=2,
        )
    return aligned


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
