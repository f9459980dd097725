"""``w2v theory``: the group of commands about the theory of contrastive losses, each in a module of its own."""

import click

from w2v.cli.commands import LazyGroup

COMMANDS: dict[str, tuple[str, str]] = {
    "lab": ("theory_lab:lab", "Train on a known world, and check the theorems."),
    "violations": (
        "theory_violations:violations",
        "Break the theory's assumptions one by one.",
    ),
    "words": ("theory_words:words", "Measure the theory's quantities on real words."),
    "optimum": ("theory_optimum:optimum", "Compare a model with the optimum of its objective."),
}
"""Module and name of each command of the group, and the first line of its help."""


@click.group(cls=LazyGroup, table=COMMANDS)
def theory() -> None:
    """Compare training with what theory says of it."""
