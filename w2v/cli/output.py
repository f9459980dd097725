"""Output of all commands: results on stdout (text or one JSON object), messages on stderr, and exit codes."""

import glob
import json
import logging
import os
import sys
from collections.abc import Callable
from typing import Any

import click

from w2v.cli.standard_streams import tell as tell
from w2v.errors import (
    CheckpointError,
    ConfigError,
    CorpusError,
    FormatError,
    GeometryError,
    OutputError,
    UnknownWordError,
    W2VError,
)

EXIT_CODES = """\b
Exit codes:
  0    success
  1    training failed, memory is insufficient, or an optional dependency is missing
  2    an option or argument is invalid
  65   an input is invalid: corpus, model, checkpoint, test set, or an unknown word
  74   the output cannot be written
  130  interrupted (Ctrl-C, SIGTERM)"""

FAILED, USAGE, BAD_INPUT, BAD_OUTPUT, INTERRUPTED = 1, 2, 65, 74, 130


def exit_code(problem: BaseException) -> int:
    """Return the exit code of an error."""
    if isinstance(problem, (CheckpointError, CorpusError, FormatError, GeometryError, UnknownWordError)):
        return BAD_INPUT
    if isinstance(problem, OSError):  # writing fails with OutputError, or on stdout, which has no file name
        return BAD_OUTPUT if isinstance(problem, OutputError) or problem.filename is None else BAD_INPUT
    if isinstance(problem, ConfigError):
        return USAGE
    return FAILED


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json`` to a command."""
    return click.option("--json", "as_json", is_flag=True, help="print the result as one JSON object")(command)


def emit(data: dict[str, Any], text: str, as_json: bool) -> None:
    """Print a result, as one JSON object or as text."""
    click.echo(json.dumps(data, ensure_ascii=False) if as_json else text)
    sys.stdout.flush()


class LoggedWarnings(logging.Handler):
    """Prints the warnings that the library logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        """Print one warning on stderr."""
        tell(f"w2v: {record.getMessage()}")


def one_line(problem: BaseException) -> str:
    """Return an error as one line."""
    if isinstance(problem, OSError) and not isinstance(problem, W2VError):
        name = os.fsdecode(problem.filename or "standard output")
        hint = "; patterns are matched only for a corpus, so pass one file" if glob.has_magic(name) else ""
        return " ".join(f"{name}: {problem.strerror}{hint}".split())
    return " ".join(str(problem).split())
