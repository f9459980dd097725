"""The paths of commands: which parameters are written, which are read, and that no file that is read is overwritten.

A parameter that is written has the type `WRITTEN_FILE` or `WRITTEN_FOLDER`. Read are the arguments of plain text, and the
options whose placeholder in the help (``metavar``) is that of a path; one that also takes names has the type `FileOr`.
"""

import glob
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

import click
from click.types import StringParamType

from w2v.errors import ConfigError

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
    listed = list(parameters)
    written = [p for p in listed if isinstance(p.type, Written) and given.get(str(p.name)) is not None]
    for one, other in combinations(written, 2):
        if os.path.realpath(given[str(one.name)]) == os.path.realpath(given[str(other.name)]):
            raise _same(one, other, given[str(one.name)])
    for output in written:
        path = given[str(output.name)]
        for read in filter(is_read, listed):
            for source in _sources(read, given.get(str(read.name))):
                if _is_same(path, source) and (output.type is WRITTEN_FILE or os.path.isdir(path)):
                    raise _same(output, read, path)
                if output.type is WRITTEN_FILE and _is_same(os.path.dirname(path) or os.curdir, source):
                    raise ConfigError(
                        f"{_flag(output)} must not be in the folder of {_flag(read)}: got {path}; choose another folder"
                    )


def _same(one: click.Parameter, other: click.Parameter, path: str) -> ConfigError:
    what = "folders" if os.path.isdir(path) else "files"
    return ConfigError(
        f"{_flag(one)} and {_flag(other)} must be different {what}: got {path} for both; choose another name"
    )


def _flag(parameter: click.Parameter) -> str:
    """Return what the help calls a parameter: ``--output``, ``CORPUS``."""
    is_option = isinstance(parameter, click.Option)
    return max(parameter.opts, key=len) if is_option else parameter.human_readable_name.rstrip(".")


def _sources(parameter: click.Parameter, value: Any) -> Iterator[str]:
    """Yield the paths that a parameter names; of a pattern, those that it matches."""
    names = parameter.type.names if isinstance(parameter.type, FileOr) else ()
    for path in value if isinstance(value, tuple) else (value,):
        if path is not None and path not in names:
            yield from (
                glob.iglob(path, recursive=True) if glob.has_magic(path) and not os.path.exists(path) else (path,)
            )


def _is_same(path: str, source: str) -> bool:
    """Whether two paths lead to one file or folder; a device or a pipe has no contents to lose."""
    try:
        return os.path.samefile(path, source) and (os.path.isfile(path) or os.path.isdir(path))
    except (OSError, ValueError):  # one of them does not exist
        return False
