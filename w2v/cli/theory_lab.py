"""``w2v theory lab``: train on a world with latent classes, beside what the theorems say."""

from collections.abc import Sequence
from typing import Any

import click

from w2v.arguments import amount
from w2v.cli.command import command, field_options, quiet_option, refuse_unused
from w2v.cli.inputs import integers
from w2v.cli.output import emit, json_option, tell
from w2v.cli.plots import check_plot_output, plot_option
from w2v.plotting.plots import save_plot
from w2v.plotting.theory_panels import lab_panels
from w2v.theory.bounds import BLOCKS, KS, MOST, Inequality, Measured
from w2v.theory.lab import Experiment, LabConfig, experiment
from w2v.theory.representation import TEMPERED
from w2v.theory.sweeps import Sweep, sweeps

NAMES = 24


@command()
@field_options(LabConfig)
@click.option(
    "--ks", default=",".join(map(str, KS)), show_default=True, help="numbers of negatives to compute bounds for"
)
@click.option(
    "--blocks", default=",".join(map(str, BLOCKS)), show_default=True, help="sizes of blocks to compute bounds for"
)
@plot_option("also train over numbers of negatives, of classes, and over overlaps, and plot bound and truth to FILE")
@quiet_option
@json_option
def lab(ks: str, blocks: str, plot: str | None, quiet: bool, as_json: bool, **options: Any) -> None:
    """Train on a known world, and check the theorems.

    The words of the world have known classes, and positive pairs are two words of one class, as in Arora et al. (2019).
    Prints each theorem as an inequality between a value and its bound, for the trained vectors, the optimum in as many
    dimensions as words, random vectors, and vectors of zeros. All values are exact sums over the world; logistic losses are
    in bits, informations in nats.
    """
    config = LabConfig(**options)
    refuse_unused(config.objective)
    check_plot_output(plot)
    counts, sizes = integers("--ks", ks, MOST), integers("--blocks", blocks, MOST)
    if not quiet:
        tell(f"training on {config.pairs:,} pairs of {config.words} words in {config.classes} classes")
    found = experiment(config, counts, sizes)
    varied: tuple[Sweep, ...] = ()
    if plot is not None:
        if not quiet:
            tell("training over numbers of negatives, of classes, and over overlaps")
        varied = sweeps(config)
        save_plot(plot, lab_panels(found, varied), describe(config))
    data = found.to_dict() | {"sweeps": [sweep.to_dict() for sweep in varied], "plot": plot}
    emit(data, "\n\n".join([table(found), *map(sweep_table, varied)]), as_json)


def describe(config: LabConfig) -> str:
    """Return the world and the training in one line."""
    rho = "equally frequent" if config.rho_exponent == 0 else f"rho ~ 1/c^{config.rho_exponent:g}"
    temperature = f", temperature {config.temperature:g}" if config.objective in TEMPERED else ""
    return (
        f"{config.words} words in {config.classes} {rho} classes, overlap {config.overlap:g}; "
        f"{config.objective}{temperature}, {amount(config.vector_size, 'dimension')}, "
        f"{amount(config.negative, 'negative')}, {amount(config.epochs, 'epoch')} of {config.pairs:,} pairs, "
        f"seed {config.seed}"
    )


def table(found: Experiment) -> str:
    """Format all inequalities and quantities, the models side by side."""
    models = found.models
    q = found.trained.quantities
    lines = [
        describe(found.config),
        f"tau {q['tau']:.4f}; nats: H(rho) {q['entropy']:.4f}, I(X;C) {q['class_information']:.4f}, "
        f"I(X;Y) {q['information']:.4f}; Bayes: error of two classes {q['error_bayes']:.4f}, "
        f"accuracy among all {q['accuracy_bayes']:.4f}",
        "",
        f"{'':<{NAMES}}{models[0].name:>28}" + "".join(f"{model.name:>19}" for model in models[1:]),
        f"{'':<{NAMES}}{'value':>9}{'bound':>10}{'slack':>9}" + f"{'value':>9}{'bound':>10}" * (len(models) - 1),
    ]
    for one in models[0].inequalities:
        cells = f"{four_places(one.value):>9}{_bound(one)}{four_places(one.slack):>9}"
        rest = "".join(
            f"{four_places(i.value):>9}{_bound(i)}" for i in (model.inequality(one.name) for model in models[1:])
        )
        lines.append(f"{one.name:<{NAMES}}{cells}{rest}")
    lines += ["", "* vacuous: vectors of zeros satisfy it, too. Inequalities:"]
    meanings: dict[str, list[str]] = {}
    for one in models[0].inequalities:
        meanings.setdefault(one.formula, []).append(one.name)
    lines += [f"  {formula:<54} {', '.join(names)}" for formula, names in meanings.items()]
    lines += ["", f"{'':<{NAMES}}{models[0].name:>28}" + "".join(f"{model.name:>19}" for model in models[1:])]
    lines += [_quantity(name, models) for name in q if name in SHOWN or (" " in name and "k=" not in name)]
    if q["information"] > 1e-9:
        lines += ["", f"captured: {-q['limit'] / q['information']:.1%} of I(X;Y)"]
    for g in found.generalisation:
        lines.append(
            f"{g.loss} L_un: {g.drawn:.4f} over the pairs drawn, {g.world:.4f} in the world: gap {g.gap:+.4f} (observed); "
            f"Gen_M {g.gen_m:.2f} (bound, 95 %)"
        )
    return "\n".join(lines)


SHOWN = ("s", "error", "accuracy", "limit", "R_mu")


def _quantity(name: str, models: Sequence[Measured]) -> str:
    values = [model.quantities[name] for model in models]
    return f"{name:<{NAMES}}{four_places(values[0]):>28}" + "".join(f"{four_places(value):>19}" for value in values[1:])


def _bound(one: Inequality) -> str:
    return f"{four_places(one.bound):>9}{'*' if one.vacuous else ' '}"


def four_places(value: float) -> str:
    """Return a number with four decimals, or two digits if it is huge."""
    return f"{round(value, 4) + 0.0:.4f}" if abs(value) < 1e4 else f"{value:.2g}"  # + 0.0: never -0.0000


def sweep_table(sweep: Sweep) -> str:
    """Format the points of a sweep."""
    heads = ("L_sup", "bound", "error", "Bayes", "-limit", "I(X;Y)", "R_mu", "limit + H")
    lines = [f"{sweep.field:<10}" + "".join(f"{head:>11}" for head in heads)]
    for p in sweep.points:
        values = (p.loss, p.bound, p.error, p.error_bayes, p.captured, p.information, p.cross_entropy)
        numbers = "".join(f"{four_places(value):>11}" for value in (*values, p.cross_entropy_bound))
        lines.append(f"{p.at:<10g}{numbers}")
    return "\n".join(lines)
