"""Write a whole folder at once: it appears complete, or not at all."""

import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

from w2v.atomic_files import PathLike
from w2v.errors import OutputError, W2VError


@contextmanager
def atomic_folder(path: PathLike, names: Collection[str]) -> Iterator[str]:
    """Make a folder beside ``path`` to write files into; when the block succeeds, it takes the place of ``path``.

    Parameters
    ----------
    path : str or os.PathLike
        A folder that does not exist yet, is empty, or holds only files that would be written anew.
    names : collection of str
        The names of the files that are written. An existing folder with any other file is not replaced.

    Yields
    ------
    str
        The folder to write into.

    Raises
    ------
    OutputError
        If a step fails, or ``path`` is a file or has other files in it. What was there is then unchanged.
    """
    target = os.path.realpath(os.fsdecode(path))
    parent = os.path.dirname(target)
    mark = f".w2v-{os.getpid()}-{secrets.token_hex(4)}"
    new, old = os.path.join(parent, f"{mark}.new"), os.path.join(parent, f"{mark}.old")
    try:
        _require_replaceable(target, names)
        os.mkdir(new)
        try:
            yield new
            _require_replaceable(target, names)
            _put(new, target, old)
        finally:
            shutil.rmtree(new, ignore_errors=True)  # gone if it was renamed
    except W2VError:
        raise
    except OSError as error:
        raise OutputError(f"cannot write the folder {os.fsdecode(path)}: {error.strerror or error}") from error


def _put(new: str, target: str, old: str) -> None:
    """Rename the new folder to the target; what was there is removed last, and comes back if that fails."""
    if not os.path.isdir(target):
        os.rename(new, target)
        return
    os.rename(target, old)
    try:
        os.rename(new, target)
    except BaseException:
        os.rename(old, target)
        raise
    with suppress(OSError):
        shutil.rmtree(old)


def _require_replaceable(target: str, names: Collection[str]) -> None:
    if not os.path.lexists(target):
        return
    if not os.path.isdir(target):
        raise OutputError(f"cannot write the folder {target}: there is a file of this name; choose another name")
    others = sorted(name for name in os.listdir(target) if name not in names)
    if others:
        raise OutputError(
            f"cannot write the folder {target}: it has other files, such as {others[0]}, which would be lost; "
            "choose another name"
        )
