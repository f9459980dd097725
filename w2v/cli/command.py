"""Shared by all commands: options from configurations, old option names, errors that name options, checks of outputs."""

import os
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, fields
from typing import Any

import click
from click.core import ParameterSource

from w2v.cli import usage
from w2v.cli.option_names import OptionNames
from w2v.cli.output import tell
from w2v.cli.paths import FileOr, refuse_overwriting
from w2v.config import NAMED_TOKENIZERS, TrainConfig
from w2v.errors import ConfigError, FormatError
from w2v.formats import check_format

NATIVE = ("", ".model", ".kv")
"""Names that gensim's users give, which are written in the native format, as in Python; another one may be misspelt."""


class Command(click.Command):
    """A command that accepts old names of its options, with a notice, and whose error messages name options.

    Parameters
    ----------
    old_flags : mapping of str to str
        New name of each old option.
    phrases : mapping of str to str
        Phrases in errors of the Python API, and what to say instead; for those that naming the options does not cover.
    advice : str
        What to do instead of passing too many arguments.
    """

    def __init__(
        self,
        *arguments: Any,
        old_flags: Mapping[str, str] | None = None,
        phrases: Mapping[str, str] | None = None,
        advice: str = "",
        **named: Any,
    ) -> None:
        super().__init__(*arguments, **named)
        self.advice = advice
        self.old_flags = old_flags or {}
        self.phrases = phrases or {}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Replace old option names, then parse; of too many arguments say how the command is called."""
        end = args.index("--") if "--" in args else len(args)
        args = [*map(self._of_today, args[:end]), *args[end:]]
        try:
            return super().parse_args(ctx, list(args))
        except click.UsageError as problem:
            if type(problem) is click.BadParameter and isinstance(problem.param, click.Option):
                given = self.make_parser(ctx).parse_args(list(args))[0].get(str(problem.param.name))
                if said := usage.of_value(problem.param, given):
                    raise click.UsageError(said, ctx) from None
            if type(problem) is click.UsageError:  # the one that is of no other kind
                called = f"{ctx.command_path} {' '.join(self.collect_usage_pieces(ctx))}"
                advice = "; " + self.advice if self.advice else ""
                raise click.UsageError(f"{problem.message}: the command is called as {called}{advice}", ctx) from None
            raise

    def _of_today(self, argument: str) -> str:
        flag, equals, value = argument.partition("=")
        if flag not in self.old_flags:
            return argument
        tell(f"w2v: {flag} is now called {self.old_flags[flag]}")
        return self.old_flags[flag] + equals + value

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command unless it would overwrite an input; in errors and warnings, name options instead of parameters."""
        options = [option for option in self.params if isinstance(option, click.Option) and option.name]
        given = [item for value in ctx.params.values() for item in (value if isinstance(value, tuple) else (value,))]
        flags = {str(option.name): max(option.opts, key=len) for option in options}
        lenient = {"strict=False": flags["lenient"]} if "lenient" in flags else {}
        names = OptionNames(flags, tuple(item for item in given if isinstance(item, str)), {**self.phrases, **lenient})

        def show(message: Warning | str, *_place: Any, **_more: Any) -> None:  # without the place in our code
            tell(f"w2v: {names.mention(' '.join(str(message).split()))}")

        with warnings.catch_warnings(), names.in_errors():
            warnings.showwarning = show
            refuse_overwriting(self.params, ctx.params)
            return super().invoke(ctx)


def command(
    name: str | None = None, phrases: Mapping[str, str] | None = None, advice: str = "", **old_flags: str
) -> Callable[[Callable[..., Any]], click.Command]:
    """Return a decorator like `click.command`; old option names are given as ``old_flag="--new-flag"``."""
    spelled = {"--" + old.replace("_", "-"): new for old, new in old_flags.items()}
    return click.command(name, cls=Command, old_flags=spelled, phrases=phrases, advice=advice)


def field_option(f: Field[Any]) -> Callable[[Any], Any]:
    """Return the option for a field of a configuration."""
    flag = f.metadata.get("flag") or "--" + f.name.replace("_", "-")
    text, default = f.metadata["help"], f.default
    if f.type is bool:
        flags = f"{flag}/--no-{flag[2:]}"
        return click.option(flags, f.name, default=default, show_default=True, help=text)
    kind: Any = click.Choice(f.metadata["allowed"]) if f.type is str else float if f.type is float else int
    return click.option(flag, f.name, type=kind, default=default, show_default=default is not None, help=text)


def with_options(options: Iterable[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    """Return a decorator that adds options, which the help lists in this order."""
    listed = list(options)

    def add(function: Any) -> Any:
        for option in reversed(listed):
            function = option(function)
        return function

    return add


def field_options(config: type, names: Iterable[str] | None = None) -> Callable[[Any], Any]:
    """Return a decorator that adds options for the fields of a configuration that are simple values, or some of them."""
    wanted = None if names is None else set(names)
    chosen = [f for f in fields(config) if "low" in f.metadata or "allowed" in f.metadata or f.type is bool]
    return with_options(field_option(f) for f in chosen if wanted is None or f.name in wanted)


def given(names: Iterable[str]) -> list[str]:
    """Return those of some options of the current command that were given, even with their default values."""
    context = click.get_current_context()
    flags = {str(option.name): max(option.opts, key=len) for option in context.command.params}
    unset = (None, ParameterSource.DEFAULT)
    return [flags[name] for name in names if context.get_parameter_source(name) not in unset]


def require(needed: str, fulfilled: bool, *names: str) -> None:
    """Raise ConfigError if one of some options was given, although what it belongs to, ``needed``, was not."""
    for flag in [] if fulfilled else given(names):
        raise ConfigError(f"{flag} must be used with {needed}: got it without, where it has no effect; leave it out")


def refuse_unused(objective: str) -> None:
    """Raise ConfigError if an option of the command was given, even with its default value, that the objective ignores."""
    for f in fields(TrainConfig):
        objectives: tuple[str, ...] = f.metadata.get("of", ())
        for flag in given([f.name]) if objectives and objective not in objectives else []:
            raise ConfigError(
                f"{flag} must be used with --objective {' or '.join(objectives)}: "
                f"got {objective}; choose {'one of these' if len(objectives) > 1 else 'it'}, or leave the option out"
            )


def tokenizer_option(default: str | None = "whitespace") -> Callable[[Any], Any]:
    """Return ``--tokenizer``."""
    known = "" if default else "  [default: the model's, or whitespace]"
    text = (
        "how to split text into words: whitespace, words (for raw prose), jieba, janome, mecab, pythainlp or icu (scripts "
        f"without spaces), the path of a Hugging Face tokenizer.json, or the name of a tokenizer on the Hub{known}"
    )
    kind = FileOr(NAMED_TOKENIZERS)
    return click.option("--tokenizer", type=kind, default=default, show_default=default is not None, help=text)


def text_file_options(where: str = "", *, of_model: bool = False) -> Callable[[Any], Any]:
    """Return ``--encoding``, ``--errors``, ``--as-lines`` and ``--column``.

    Parameters
    ----------
    where : str
        What their help begins with.
    of_model : bool
        Whether encoding and errors default to those that a model was trained with.
    """
    kinds = click.Choice(["strict", "replace"])
    known = [f"  [default: the model's, or {usual}]" if of_model else "" for usual in ("utf-8", "strict")]
    bad = "what to do with bytes that are not valid in this encoding: report an error, or replace them with U+FFFD"
    lines = "read .csv, .tsv, .json and .jsonl files, HTML, XML and subtitles as lines of text"
    column = "column that holds the texts, or lists of words, of .parquet, .jsonl, .csv and .tsv files"
    options = (
        click.option(
            "--encoding",
            default=None if of_model else "utf-8",
            help=f"{where}encoding of the text{known[0]}",
            show_default=not of_model,
        ),
        click.option(
            "--errors",
            type=kinds,
            default=None if of_model else "strict",
            help=f"{where}{bad}{known[1]}",
            show_default=not of_model,
        ),
        click.option("--as-lines", is_flag=True, help=where + lines),
        click.option("--column", metavar="NAME", help=where + column),
    )
    return with_options(options)


def quiet_option(function: Any) -> Any:
    """Add ``--quiet``."""
    return click.option("--quiet", is_flag=True, help="do not show progress")(function)


def check_vectors_output(path: str, option: str = "--output") -> None:
    """Raise ConfigError if vectors cannot be saved under this name, before anything is read."""
    check_file_output(path, lambda: None if os.path.splitext(path)[1].lower() in NATIVE else check_format(path), option)


def check_file_output(path: str, check: Callable[[], None], option: str = "--output") -> None:
    """Raise ConfigError if a file cannot have this name, of which ``check`` raises FormatError, before anything is read."""
    if os.path.isdir(path):
        raise ConfigError(f"{option} must be a file: got the folder {path}")
    try:
        check()
    except FormatError as problem:
        raise ConfigError(f"{option}: {problem}") from problem


def check_folder_output(path: str, option: str = "--output") -> None:
    """Raise ConfigError if the folder for a report is a file, before anything is read."""
    if os.path.exists(path) and not os.path.isdir(path):
        raise ConfigError(f"{option} must be a folder: got the file {path}")
