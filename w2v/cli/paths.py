"""The paths of commands: which parameters are written, which are read, and that no file that is read is overwritten.

A parameter that is written has the type `WRITTEN_FILE` or `WRITTEN_FOLDER`. Read are the arguments of plain text, and the
options whose placeholder in the help (``metavar``) is that of a path; one that also takes names has the type `FileOr`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import click
from click.types import StringParamType

from w2v import overwriting
from w2v.overwriting import Named

NO_PATHS = (None, "NAME", "URL", "A,B,SCORE")
"""Placeholders of options that are no paths."""


class Written(StringParamType):
    """The path of an output.

    Attributes
    ----------
    is_folder : bool
        Whether several files are written into it.
    """

    def __init__(self, is_folder: bool) -> None:
        self.is_folder = is_folder


WRITTEN_FILE, WRITTEN_FOLDER = Written(is_folder=False), Written(is_folder=True)


class FileOr(StringParamType):
    """The path of an input, or one of some names, which are no paths."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)


def is_read(parameter: click.Parameter) -> bool:
    """Whether a parameter names files or folders to read."""
    if type(parameter.type) is FileOr:
        return True
    return type(parameter.type) is StringParamType and (
        isinstance(parameter, click.Argument) or getattr(parameter, "metavar", None) not in NO_PATHS
    )


def refuse_overwriting(parameters: Iterable[click.Parameter], given: Mapping[str, Any]) -> None:
    """Raise ConfigError if an output of a command would replace one of its inputs, join them, or replace another output.

    Parameters
    ----------
    parameters : iterable of click.Parameter
        Those of the command.
    given : mapping of str to Any
        Their values by name.
    """
    outputs, inputs = [], []
    for parameter in parameters:
        value = given.get(str(parameter.name))
        if isinstance(parameter.type, Written) and value is not None:
            outputs.append(Named(_flag(parameter), value, parameter.type.is_folder))
        elif is_read(parameter):
            names = parameter.type.names if isinstance(parameter.type, FileOr) else ()
            values = value if isinstance(value, tuple) else (value,)
            inputs += [Named(_flag(parameter), path) for path in values if path is not None and path not in names]
    overwriting.refuse_overwriting(outputs, inputs)


def _flag(parameter: click.Parameter) -> str:
    """Return what the help calls a parameter: ``--output``, ``CORPUS``."""
    is_option = isinstance(parameter, click.Option)
    return max(parameter.opts, key=len) if is_option else parameter.human_readable_name.rstrip(".")
