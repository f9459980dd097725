"""``w2v theory``: the group of commands about the theory of contrastive losses, each in a module of its own."""

import click

from w2v.cli.commands import LazyGroup

COMMANDS = {
    "optimum": ("theory_optimum:optimum", "Compare a model with the optimum of its objective."),
}
"""Module and name of each command of the group, and the first line of its help."""


@click.group(cls=LazyGroup, table=COMMANDS)
def theory() -> None:
    """Compare training with what theory says of it."""
