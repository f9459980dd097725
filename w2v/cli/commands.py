"""The commands of ``w2v`` and where they are, so that one is imported without the others, and help without any."""

import importlib
from collections import UserDict
from typing import Any

import click

COMMANDS = {
    "train": ("train:train", "Train word vectors on text."),
    "neighbors": ("queries:neighbors", "Find the words most similar to each WORD."),
    "similarity": ("queries:similarity", "Compute the cosine similarity of two words."),
    "analogy": ("queries:analogy", 'Answer the analogy "A is to B as C is to ...?".'),
    "evaluate": ("evaluate:evaluate", "Score vectors on analogies and word similarity."),
    "geometry": ("geometry:geometry", "Measure how vectors are distributed on the sphere."),
    "study": ("study:study", "Study whether alignment and uniformity are related to quality."),
    "compare": ("compare:compare_command", "Compare w2v with gensim on the same text."),
    "convert": ("files:convert", "Convert vectors to another file or folder format."),
    "info": ("files:info", "Describe a model file or folder, or this installation."),
    "corpus": ("corpus:corpus", "List, fetch or generate texts to train on."),
    "phrases": ("phrases:phrases", "Find the phrases of a text, such as new_york."),
    "sentences": ("sentences:sentences", "Encode sentences, train on pairs of them, and evaluate."),
    "supervise": ("supervise:supervise", "Train vectors so that labelled classes are told apart."),
    "classify": ("supervise:classify", "Name the class of words or texts, or score named ones."),
    "theory": ("theory:theory", "Compare training with what theory says of it."),
    "explore": ("explore:explore", "Make a page to look at vectors: neighbours, axes, a map."),
    "serve": ("serve:serve", "Answer queries of MODEL over HTTP, as JSON, until interrupted."),
    "demo": ("demo:demo", "Train on a small example and show what was learned."),
}
"""Module and name of each command, and the first line of its help."""


class _Commands(UserDict[str, Any]):
    """The commands by name, each imported when it is asked for."""

    def __getitem__(self, name: str) -> click.Command:
        module, _, attribute = self.data[name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(f"w2v.cli.{module}"), attribute)
        return command


class LazyGroup(click.Group):
    """A group of commands, by default all of them, which lists them without importing them."""

    def __init__(self, *arguments: Any, table: dict[str, tuple[str, str]] = COMMANDS, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.table = table
        self.commands = _Commands(table)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        room = formatter.width - 6 - max(map(len, self.table))  # as click leaves it
        rows = [
            (name, click.Command(name, help=text).get_short_help_str(room)) for name, (_, text) in self.table.items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(sorted(rows))
