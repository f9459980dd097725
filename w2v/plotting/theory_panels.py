"""Panels of the theory lab: bound and truth per epoch, in sweeps, and with the assumptions broken."""

from collections.abc import Sequence

from w2v.plotting.geometry_panels import REFERENCE, Panel, Series, Style
from w2v.theory.curves import Point
from w2v.theory.lab import Experiment
from w2v.theory.sweeps import Sweep
from w2v.theory.violations import Violation

TALLEST = 1.6
"""Upper end of the axis of losses: a bound above 1, the loss of vectors of zeros, is vacuous."""

LABELS = {"negative": "negatives k", "classes": "classes", "overlap": "overlap"}


def lab_panels(found: Experiment, sweeps: Sequence[Sweep]) -> tuple[Panel, ...]:
    """Return bound and truth per epoch and over each sweep, and the informations per epoch and over the overlap."""
    by_field = {sweep.field: sweep.points for sweep in sweeps}
    panels = [
        losses("Hinge loss while training", "epochs", found.epochs, "solid"),
        informations("Information while training", "epochs", found.epochs, "solid"),
    ]
    for field, points in by_field.items():
        panels.append(losses(f"Hinge loss over {LABELS[field]}", LABELS[field], points, "path", field == "negative"))
    if "overlap" in by_field:
        panels.append(informations("Information over the overlap", "overlap", by_field["overlap"], "path"))
    return tuple(panels)


def losses(title: str, x_label: str, points: Sequence[Point], style: Style, log_x: bool = False) -> Panel:
    """Return a panel of theorem 4.1: bound, L_sup, and the error of two classes beside the least possible one."""
    x = [p.at for p in points]
    series = (
        Series(x, [p.bound for p in points], "bound (theorem 4.1)", 0, style),
        Series(x, [p.loss for p in points], "L_sup of the mean classifier", 1, style),
        Series(x, [p.error for p in points], "its error", 2, style),
        Series(x, [p.error_bayes for p in points], "Bayes error", REFERENCE, "dashed"),
        Series(x, [1.0] * len(x), "vectors of zeros", REFERENCE, "dotted"),
    )
    return Panel(title, x_label, "hinge loss; error of two classes", series, y_range=(0, TALLEST), log_x=log_x)


def informations(title: str, x_label: str, points: Sequence[Point], style: Style) -> Panel:
    """Return a panel of the chain -limit <= H(rho) - R_mu <= I(X; C), and -limit <= I(X; Y)."""
    x = [p.at for p in points]
    entropies = [p.captured + p.cross_entropy_bound for p in points]
    series = (
        Series(x, [p.captured for p in points], "−limit", 0, style),
        Series(
            x, [h - p.cross_entropy for h, p in zip(entropies, points, strict=True)], "H(ρ) − R of the mean", 1, style
        ),
        Series(x, [p.information for p in points], "I(X;Y)", REFERENCE, "dashed"),
        Series(
            x,
            [h - p.cross_entropy_bayes for h, p in zip(entropies, points, strict=True)],
            "I(X;C)",
            REFERENCE,
            "dotted",
        ),
    )
    return Panel(title, x_label, "nats", series)


def violation_panels(found: Sequence[Violation]) -> tuple[Panel, ...]:
    """Return one panel per violation, and the information that training on wrong pairs captures."""
    panels = []
    for violation in found:
        x = [case.at for case in violation.cases]
        series = [
            Series(x, [c.guarantee for c in violation.cases], "guarantee", 0, "path"),
            Series(x, [c.loss for c in violation.cases], "L_sup of the mean classifier", 1, "path"),
            Series(x, [c.error for c in violation.cases], "its error", 2, "path"),
            Series(x, [c.error_bayes for c in violation.cases], "Bayes error", REFERENCE, "dashed"),
            Series(x, [1.0] * len(x), "vectors of zeros", REFERENCE, "dotted"),
        ]
        title, label = violation.name.capitalize(), violation.what
        panels.append(Panel(title, label, "hinge loss; error of two classes", tuple(series), y_range=(0, TALLEST)))
    cases = found[0].cases
    x = [case.at for case in cases]
    series = [
        Series(x, [c.captured for c in cases], "−limit of right pairs", 0, "path"),
        Series(x, [c.information for c in cases], "I(X;Y) of right pairs", REFERENCE, "dashed"),
    ]
    panels.append(Panel(f"{found[0].name.capitalize()}: information", found[0].what, "nats", tuple(series)))
    return tuple(panels)
