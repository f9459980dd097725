"""The tables of a report."""

from collections.abc import Iterable, Sequence

import numpy as np

from w2v.experiments.study.analysis import Association, View, other_metrics
from w2v.experiments.study.changes import COLUMNS, Changed
from w2v.experiments.study.findings import LEVEL
from w2v.experiments.study.interventions import CHANGES, RANDOM, TRAINED
from w2v.experiments.study.metrics import ALIGNMENT, BOTH, INFORMATION, INPUT, METRICS, SUM, UNIFORMITY, key
from w2v.experiments.study.numbers import number, number_of, p_value, percent, points, r2, signed
from w2v.experiments.study.prediction import MODELS
from w2v.experiments.study.quality import QUALITIES
from w2v.experiments.study.settings import Setting, mean_sd
from w2v.experiments.tables import markdown_table

Baselines = dict[str, dict[str, float]]
"""Metrics of vectors without information, by label and key."""
_DIGITS = {INFORMATION: 3, "hubness": 2}


def scores_of(settings: Sequence[Setting]) -> list[str]:
    """Return the scores that a setting has."""
    return [score for score in QUALITIES if any(setting.score(score) for setting in settings)]


def changes_table(one: Changed, scores: Sequence[str], baselines: Baselines) -> str:
    """Return the changes of one model, and vectors without information below."""
    rows = []
    for name in (TRAINED, *CHANGES):
        if name in one.values:
            values = one.values[name]
            rows.append(
                [
                    name,
                    *(number(mean_sd(values.get(c, ())), _DIGITS.get(c, 2)) for c in COLUMNS),
                    *(percent(mean_sd(values.get(score, ()))) for score in scores),
                ]
            )
    for label, metrics in baselines.items():
        cells = [number_of(metrics.get(key(INPUT, c)), _DIGITS.get(c, 2)) for c in COLUMNS]
        rows.append([label, *cells, *("–" for _ in scores)])
    return markdown_table([one.model.label, *COLUMNS, *scores], rows)


def associations_table(view: View) -> str:
    """Return the associations of alignment, uniformity and their sum with scores."""
    rows = [
        [
            one.metric,
            one.score,
            str(one.n),
            _plain(one),
            signed(one.partial),
            signed(one.within),
            p_value(one.p),
            f"**{p_value(one.holm)}**" if one.holm is not None and one.holm < LEVEL else p_value(one.holm),
        ]
        for one in view.associations
    ]
    heads = ["metric", "score", "settings", "ρ", "the other fixed", "objective fixed too", "p", "p (Holm)"]
    return markdown_table(heads, rows)


def places_table(view: View) -> str:
    """Return how much quality differs at one place of the plane."""
    rows = [
        [
            one.towers,
            one.score,
            str(one.matched.pairs),
            points(one.matched.sd),
            points(one.matched.seed_sd),
            str(one.matched.tested),
            p_value(one.matched.p),
            p_value(one.holm),
        ]
        for one in view.places
    ]
    heads = [
        "vectors",
        "score",
        "pairs of models",
        "sd at one place",
        "sd between seeds",
        "settings tested",
        "p",
        "p (Holm)",
    ]
    return markdown_table(heads, rows)


def predictions_table(view: View) -> str:
    """Return R2 of settings, and of objectives, that were left out."""
    rows = [[one.towers, one.score, *(r2(one.r2[name]) for name in MODELS), r2(one.transferred)] for one in view.places]
    return markdown_table(["vectors", "score", *MODELS, "objective left out: alignment and uniformity"], rows)


def others_table(settings: Sequence[Setting], scores: Sequence[str]) -> str:
    """Return rank correlations of the other metrics with scores."""
    found = other_metrics(settings)
    rows = [
        [
            metric.towers,
            metric.name,
            *(_with_interval(*found.get((metric.key, score), (None, None))) for score in scores),
        ]
        for metric in METRICS
        if any((metric.key, score) in found for score in scores)
    ]
    return markdown_table(["vectors", "metric", *scores], rows)


def settings_table(
    settings: Sequence[Setting], scores: Sequence[str], baselines: Baselines, random: Sequence[str]
) -> str:
    """Return all settings, best first by the mean rank of their scores, and vectors without information below."""
    columns = [
        *(key(INPUT, name) for name in (ALIGNMENT, UNIFORMITY, SUM, INFORMATION, "mean_cosine", "effective_rank")),
        *(key(BOTH, name) for name in (ALIGNMENT, UNIFORMITY)),
    ]
    digits = [3 if INFORMATION in name else 1 if "rank" in name else 2 for name in columns]
    first = scores[0] if scores else ""
    rows = [
        [
            setting.model.label + (" †" if setting.collapsed else ""),
            str(len(setting.records)),
            *(number(mean_sd(setting.metric(name)), places) for name, places in zip(columns, digits, strict=True)),
            *(percent(mean_sd(setting.score(score))) for score in scores),
        ]
        for setting in sorted(settings, key=lambda s: -np.mean(s.score(first) or (-1,)))
    ]
    for label, metrics in baselines.items():
        cells = [number_of(metrics.get(name), places) for name, places in zip(columns, digits, strict=True)]
        shown = random if label == RANDOM else ["–" for _ in scores]
        rows.append([label, "", *cells, *shown])
    heads = ["setting", "seeds", *(name.removeprefix(f"{INPUT}: ") for name in columns), *scores]
    return markdown_table(heads, rows)


def failures(lines: Iterable[str]) -> list[str]:
    """Return the paragraph on models that failed; nothing if none did."""
    listed = [f"- {line}" for line in lines]
    return ["These models failed and are in no table or figure:", "\n".join(listed)] if listed else []


def _plain(one: Association) -> str:
    return _with_interval(one.rho, None if one.low is None or one.high is None else (one.low, one.high))


def _with_interval(rho: float | None, ends: tuple[float, float] | None) -> str:
    return signed(rho) + ("" if ends is None or rho is None else f" [{signed(ends[0])}, {signed(ends[1])}]")
