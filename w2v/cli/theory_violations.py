"""``w2v theory violations``: the assumptions of the theorems broken one at a time."""

from collections.abc import Sequence
from typing import Any

from w2v.cli.command import command, field_options, quiet_option, refuse_unused
from w2v.cli.output import emit, json_option, tell
from w2v.cli.plots import check_plot_output, plot_option
from w2v.cli.theory_lab import describe, four_places
from w2v.plotting.plots import save_plot
from w2v.plotting.theory_panels import violation_panels
from w2v.theory.indifference import Outcome, indifference
from w2v.theory.lab import LabConfig
from w2v.theory.violations import Violation
from w2v.theory.violations import violations as measure_violations


@command()
@field_options(LabConfig)
@plot_option("also plot guarantee, loss and error to FILE")
@quiet_option
@json_option
def violations(plot: str | None, quiet: bool, as_json: bool, **options: Any) -> None:
    """Break the theory's assumptions one by one.

    Trains on pairs of which a growing share is of two different classes, and tests vectors of right pairs on classes with
    other frequencies, another overlap, other frequencies of their words, and other words. Prints what is left of the
    guarantee of theorem 4.1 beside the loss and the error of the mean classifier, all with the hinge loss. Then labels
    that are coarser than the classes of the pairs: vectors that L_un cannot tell apart, some always right, some never.
    """
    config = LabConfig(**options)
    refuse_unused(config.objective)
    check_plot_output(plot)
    if not quiet:
        tell(f"training on {config.pairs:,} pairs of {config.words} words, of which more and more are wrong")
    outcomes, found = indifference(config), measure_violations(config)  # the first raises if there are too few classes
    if plot is not None:
        save_plot(plot, violation_panels(found), describe(config))
    data = {
        "violations": [violation.to_dict() for violation in found],
        "coarser_labels": [outcome.to_dict() for outcome in outcomes],
        "plot": plot,
    }
    emit(data, "\n\n".join([describe(config), *map(table, found), outcome_table(outcomes)]), as_json)


HEADS = ("guarantee", "unaware", "L_sup", "error", "refitted", "Bayes", "-limit", "I(X;Y)")


def table(violation: Violation) -> str:
    """Format one violation: a line per degree, and when the guarantee and the classifier fail."""
    lines = [f"{violation.name}: {violation.what}", f"{'':<8}" + "".join(f"{head:>11}" for head in HEADS)]
    for c in violation.cases:
        values = (c.unaware, c.loss, c.error, c.error_refitted, c.error_bayes, c.captured, c.information)
        guarantee = f"{four_places(c.guarantee):>10}{'*' if c.vacuous else ' '}"
        lines.append(f"{c.at:<8g}{guarantee}" + "".join(f"{four_places(value):>11}" for value in values))
    vacuous, failed = violation.vacuous_from, violation.failed_from()
    lines.append(
        f"the guarantee is vacuous (*) {_from(vacuous)}; the error exceeds that of Bayes by 0.05 {_from(failed)}"
    )
    return "\n".join(lines)


def outcome_table(outcomes: Sequence[Outcome]) -> str:
    """Format the vectors that L_un cannot tell apart."""
    heads = ("L_un", "tau", "L_sup", "error", "L_sup", "error")
    lines = [
        "coarser labels: pairs of one class, tested on labels of two classes each (overlap 0)",
        f"{'':<32}{'':>22}{'classes':>22}{'labels':>22}",
        f"{'':<32}" + "".join(f"{head:>11}" for head in heads),
    ]
    for o in outcomes:
        values = (o.unsupervised, o.least, o.loss, o.error, o.label_loss, o.label_error)
        lines.append(f"{o.name:<32}" + "".join(f"{four_places(value):>11}" for value in values))
    return "\n".join(lines)


def _from(degree: float | None) -> str:
    return "never" if degree is None else f"from {degree:g}"
