"""Shared by all commands: options from configurations, old option names, errors that name options, checks of outputs."""

import os
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, fields
from typing import Any

import click

from w2v.cli.output import tell
from w2v.errors import ConfigError, FormatError, W2VError
from w2v.formats import check_format


class Command(click.Command):
    """A command that accepts old names of its options, with a notice, and whose error messages name options.

    Parameters
    ----------
    old_flags : mapping of str to str
        New name of each old option.
    phrases : mapping of str to str
        Phrases in errors of the Python API, and what to say instead; for those that naming the options does not cover.
    """

    def __init__(
        self,
        *arguments: Any,
        old_flags: Mapping[str, str] | None = None,
        phrases: Mapping[str, str] | None = None,
        **named: Any,
    ) -> None:
        super().__init__(*arguments, **named)
        self.old_flags = old_flags or {}
        self.phrases = phrases or {}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Replace old option names, then parse."""
        end = args.index("--") if "--" in args else len(args)
        return super().parse_args(ctx, [*map(self._of_today, args[:end]), *args[end:]])

    def _of_today(self, argument: str) -> str:
        flag, equals, value = argument.partition("=")
        if flag not in self.old_flags:
            return argument
        tell(f"w2v: {flag} is now called {self.old_flags[flag]}")
        return self.old_flags[flag] + equals + value

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; in errors and warnings about a parameter, name the option instead."""
        try:
            with warnings.catch_warnings():
                warnings.showwarning = self._show_warning
                return super().invoke(ctx)
        except W2VError as problem:
            if problem.args and isinstance(problem.args[0], str):
                problem.args = (self._with_flags(problem.args[0]), *problem.args[1:])
            raise

    def _show_warning(self, message: Warning | str, *_place: Any, **_more: Any) -> None:
        """Print a warning as one line, without the place in our code that Python would add."""
        tell(f"w2v: {self._with_flags(' '.join(str(message).split()))}")

    def _with_flags(self, message: str) -> str:
        for phrase, instead in self.phrases.items():
            message = message.replace(phrase, instead)
        for option in self.params:
            if isinstance(option, click.Option) and option.name:
                message = _with_flag(message, option.name, max(option.opts, key=len))
        return message


def _with_flag(message: str, parameter: str, flag: str) -> str:
    """Replace a parameter by its option where the message means the parameter, but not within a path or a quoted value."""
    name = rf"(?<![\w./'-]){re.escape(parameter)}"
    message = re.sub(rf'{name}="([\w-]+)"', rf"{flag} \1", message)
    message = (
        message.replace("strict=False", flag) if parameter == "lenient" else re.sub(rf"{name}=True", flag, message)
    )
    message = re.sub(rf"{name}=(?=\S)", f"{flag} ", message)
    message = re.sub(rf"{name}(?= (?:and [\w-]+ )?must )", flag, message)
    message = re.sub(rf"(?<=leave ){parameter}(?= out)", flag, message)
    if "_" in parameter:  # not a word of English
        message = re.sub(rf"{name}(?![\w./'-])", flag, message)
    return message


def command(
    name: str | None = None, phrases: Mapping[str, str] | None = None, **old_flags: str
) -> Callable[[Callable[..., Any]], click.Command]:
    """Return a decorator like `click.command`; old option names are given as ``old_flag="--new-flag"``."""
    spelled = {"--" + old.replace("_", "-"): new for old, new in old_flags.items()}
    return click.command(name, cls=Command, old_flags=spelled, phrases=phrases)


def field_option(f: Field[Any]) -> Callable[[Any], Any]:
    """Return the option for a field of a configuration."""
    flag = f.metadata.get("flag") or "--" + f.name.replace("_", "-")
    text, default = f.metadata["help"], f.default
    if f.type is bool:
        flags = f"{flag}/--no-{flag[2:]}"
        return click.option(flags, f.name, default=default, show_default=True, help=text)
    kind: Any = click.Choice(f.metadata["allowed"]) if f.type is str else float if f.type is float else int
    return click.option(flag, f.name, type=kind, default=default, show_default=default is not None, help=text)


def field_options(config: type, names: Iterable[str] | None = None) -> Callable[[Any], Any]:
    """Return a decorator that adds options for the fields of a configuration that are simple values, or some of them."""
    wanted = None if names is None else set(names)
    chosen = [f for f in fields(config) if "low" in f.metadata or "allowed" in f.metadata or f.type is bool]

    def add(function: Any) -> Any:
        for f in reversed([f for f in chosen if wanted is None or f.name in wanted]):
            function = field_option(f)(function)
        return function

    return add


def tokenizer_option(default: str | None = "whitespace") -> Callable[[Any], Any]:
    """Return ``--tokenizer``."""
    known = "" if default else "  [default: the model's, or whitespace]"
    text = f"how to split text into words: whitespace, words (for raw prose), or the path of a tokenizer.json{known}"
    return click.option("--tokenizer", default=default, show_default=default is not None, help=text)


def text_file_options(function: Any) -> Any:
    """Add ``--encoding``, ``--errors`` and ``--as-lines``."""
    kinds = click.Choice(["strict", "replace"])
    text = "what to do with bytes that are not valid in this encoding: report an error, or replace them with U+FFFD"
    function = click.option("--errors", type=kinds, default="strict", show_default=True, help=text)(
        as_lines_option(function)
    )
    return click.option("--encoding", default="utf-8", show_default=True, help="encoding of the text")(function)


def as_lines_option(function: Any) -> Any:
    """Add ``--as-lines``."""
    text = "read .csv, .tsv, .json and .jsonl files, HTML, XML and subtitles as lines of text"
    return click.option("--as-lines", is_flag=True, help=text)(function)


def quiet_option(function: Any) -> Any:
    """Add ``--quiet``."""
    return click.option("--quiet", is_flag=True, help="do not show progress")(function)


def check_vectors_output(path: str, option: str = "--output") -> None:
    """Raise ConfigError if vectors cannot be saved under this name, before anything is read."""
    if os.path.isdir(path):
        raise ConfigError(f"{option} must be a file: got the folder {path}")
    try:
        check_format(path)
    except FormatError as problem:
        raise ConfigError(f"{option}: {problem}") from problem


def check_folder_output(path: str, option: str = "--output") -> None:
    """Raise ConfigError if the folder for a report is a file, before anything is read."""
    if os.path.exists(path) and not os.path.isdir(path):
        raise ConfigError(f"{option} must be a folder: got the file {path}")
