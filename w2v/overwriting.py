"""No output replaces an input: the rule that commands and functions share, which call them by different names."""

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from w2v.atomic_files import PathLike
from w2v.errors import ConfigError


@dataclass(frozen=True)
class Named:
    """A path, and what the caller calls it in messages: ``--output``, ``output``.

    Attributes
    ----------
    name : str
    path : path
        Of inputs also a pattern.
    is_folder : bool
        Of outputs: whether several files are written into it.
    """

    name: str
    path: PathLike
    is_folder: bool = False


def refuse_overwriting(outputs: Sequence[Named], inputs: Iterable[Named]) -> None:
    """Raise ConfigError if an output would replace an input, join the files of an input, or replace another output.

    Examples
    --------
    >>> refuse_overwriting([Named("output", "v.bin")], [Named("corpus", "text.txt")])
    """
    for one, other in combinations(outputs, 2):
        if os.path.realpath(one.path) == os.path.realpath(other.path):
            raise _same(one, other, one.path)
    read = [Named(given.name, path) for given in inputs for path in _matched(given.path)] if outputs else []
    for output in outputs:
        path = os.fspath(output.path)
        for source in read:
            if _is_same(path, source.path) and (not output.is_folder or os.path.isdir(path)):
                raise _same(output, source, path)
            if not output.is_folder and _is_same(os.path.dirname(path) or os.curdir, source.path):
                raise ConfigError(
                    f"{output.name} must not be in the folder of {source.name}: got {path}; choose another folder"
                )


def paths_in(name: str, paths: Any) -> list[Named]:
    """Return one or several paths under one name; None is none."""
    several = [paths] if isinstance(paths, (str, bytes, os.PathLike)) else paths
    return [Named(name, os.fsdecode(path)) for path in several or ()]


def _same(one: Named, other: Named, path: PathLike) -> ConfigError:
    what = "folders" if os.path.isdir(path) else "files"
    return ConfigError(
        f"{one.name} and {other.name} must be different {what}: got {os.fsdecode(path)} for both; choose another name"
    )


def _matched(path: PathLike) -> Iterator[PathLike]:
    """Yield the paths that match a pattern; a path that exists, or is none, as it is."""
    text = os.fsdecode(path)
    yield from glob.iglob(text, recursive=True) if glob.has_magic(text) and not os.path.exists(text) else (path,)


def _is_same(path: PathLike, source: PathLike) -> bool:
    """Whether two paths lead to one file or folder; a device or a pipe has no contents to lose."""
    try:
        return os.path.samefile(path, source) and (os.path.isfile(path) or os.path.isdir(path))
    except (OSError, ValueError):  # one of them does not exist
        return False
