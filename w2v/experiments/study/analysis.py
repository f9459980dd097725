"""Correlate metrics with scores over all models, over subsets of them, and with some parameters held fixed."""

from collections.abc import Callable, Sequence

import numpy as np

from w2v.arrays import Float64
from w2v.experiments.study.correlation import Correlation, Sample, correlate
from w2v.experiments.study.grid import OWN
from w2v.experiments.study.journal import Record
from w2v.experiments.study.metrics import INPUT, METRICS, THEORY
from w2v.experiments.study.quality import MAIN, QUALITIES

EVERYTHING = "all models"
FIXED = "dimension and ns_exponent held fixed"
FIXED_OBJECTIVE = "dimension, ns_exponent and objective held fixed"
SOUND = "collapsed models left out"
COLLAPSED = 0.25
"""Effective rank of the input vectors, relative to their dimension, below which a model counts as collapsed."""
WITHIN = 8
"""Least number of models of an objective for a view of its own."""

CLAIMED = tuple(metric.key for metric in METRICS if metric.name in THEORY)
"""The metrics that the study is about."""


def analyse(records: Sequence[Record]) -> dict[str, list[Correlation]]:
    """Compute the correlations of each view, that is a subset of the trained models with some parameters held fixed.

    The first two views, ``EVERYTHING`` and ``FIXED``, correlate every metric with every score. The others correlate
    alignment, uniformity and their sum with the main scores, to check whether what holds for all models also holds for
    subsets. ``SOUND`` is included if a model has collapsed.
    """
    trained = [record for record in records if record.failure is None]
    everything = tuple(metric.key for metric in METRICS)
    scores = (*QUALITIES, *dict.fromkeys(s for r in trained for s in r.scores if s not in QUALITIES))
    objectives = [name for name in OWN if sum(r.model.objective == name for r in trained) >= WITHIN]
    views = {
        EVERYTHING: _correlated(trained, everything, scores, _nothing),
        FIXED: _correlated(trained, everything, scores, _fixed),
        FIXED_OBJECTIVE: _correlated(trained, CLAIMED, MAIN, _fixed_with_objective),
    }
    sound = [record for record in trained if not collapsed(record)]
    if len(sound) < len(trained):
        views[SOUND] = _correlated(sound, CLAIMED, MAIN, _nothing)
    for name in objectives:
        views[f"{name} alone"] = _correlated([r for r in trained if r.model.objective == name], CLAIMED, MAIN, _nothing)
    return views


def collapsed(record: Record) -> bool:
    """Check whether the input vectors of a model use only a few dimensions."""
    return record.metrics[f"{INPUT}: effective_rank"] < COLLAPSED * record.model.vector_size


Controls = Callable[[Sequence[Record]], Float64]


def _nothing(records: Sequence[Record]) -> Float64:
    return np.empty((len(records), 0))


def _fixed(records: Sequence[Record]) -> Float64:
    return np.array([[r.model.vector_size, r.model.ns_exponent] for r in records], np.float64).reshape(-1, 2)


def _fixed_with_objective(records: Sequence[Record]) -> Float64:
    # All objectives but one, whose indicator is determined by the others and the constant.
    names = sorted({r.model.objective for r in records})[1:]
    indicators = [[float(r.model.objective == name) for name in names] for r in records]
    return np.column_stack([_fixed(records), np.array(indicators).reshape(len(records), -1)])


def _correlated(
    records: Sequence[Record], metrics: Sequence[str], scores: Sequence[str], controls: Controls
) -> list[Correlation]:
    """Correlate over the models that have all of the metrics and scores that any model has."""
    metrics = [name for name in metrics if any(name in r.metrics for r in records)]
    scores = [name for name in scores if any(r.scores.get(name) is not None for r in records)]
    whole = [
        r
        for r in records
        if all(name in r.metrics for name in metrics) and all(r.scores.get(name) is not None for name in scores)
    ]
    if not whole:
        return []
    numbers = {setting: number for number, setting in enumerate(dict.fromkeys(r.model.setting for r in whole))}
    sample = Sample(
        np.array([[r.metrics[name] for name in metrics] for r in whole]),
        np.array([[r.scores[name] for name in scores] for r in whole], np.float64),
        controls(whole),
        [numbers[r.model.setting] for r in whole],
    )
    return correlate(sample, metrics, scores)
