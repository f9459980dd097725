"""Standard input, output and error as commands find them: closed, on a full device, or in an encoding without our words."""

import os
import sys
from contextlib import suppress
from typing import Any

import click


def prepare() -> None:
    """Open what is closed, so that no file of ours gets its number, and let every word be printed.

    Using a stream that was closed fails with "Bad file descriptor", an OSError, as in other programs.
    """
    for number, name, used in ((0, "stdin", os.O_WRONLY), (1, "stdout", os.O_RDONLY), (2, "stderr", os.O_WRONLY)):
        if getattr(sys, name) is None:
            with suppress(OSError):
                _open_at(number, used)
                mode = "w" if number else "r"
                setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  (until the end)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            ascii_only = stream.encoding.lower() in ("ascii", "us-ascii", "ansi_x3.4-1968", "646")
            stream.reconfigure(encoding="utf-8" if ascii_only else None, errors="backslashreplace")


def tell(message: str) -> None:
    """Print a message on stderr; if that fails, go on without messages, as the exit code still says how it went."""
    try:
        click.echo(message, err=True)
    except OSError:
        with suppress(OSError):
            _open_at(2, os.O_WRONLY)


def give_up_stdout() -> None:
    """Discard what could not be written, which Python would otherwise try again at exit."""
    with suppress(OSError, ValueError):
        _open_at(sys.stdout.fileno(), os.O_WRONLY)


class Word(click.types.StringParamType):
    """A word on the command line, decoded as UTF-8 in every locale."""

    name = "word"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the word that the bytes of the argument are in UTF-8, if they are any."""
        try:
            return os.fsencode(value).decode("utf-8")
        except UnicodeError:
            return value


def _open_at(number: int, flags: int) -> None:
    """Open /dev/null under the number of a standard stream."""
    descriptor = os.open(os.devnull, flags)
    if descriptor != number:
        os.dup2(descriptor, number)
        os.close(descriptor)
