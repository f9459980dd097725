"""Write a whole folder at once: it appears complete, or not at all.

    make NAME.new -> write into it -> fsync -> rename what is there to NAME.old -> rename NAME.new to it -> fsync
    -> remove NAME.old

NAME is ``.w2v-<checksum of the target's name>-<pid>-<random>``. No system renames one folder over another, so between the
two renames there is none of the target's name. Whoever is killed there, or elsewhere, leaves one of these folders; the next
write into the same place tells by the pid, and by a lock, that nobody is at work in it, and puts it back or removes it.
"""

import errno
import os
import shutil
import stat
from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress

from w2v.atomic_files import PathLike, left_overs, sync_folder, temporary_name
from w2v.errors import OutputError, W2VError
from w2v.machine import Folder


@contextmanager
def atomic_folder(path: PathLike, names: Collection[str]) -> Iterator[str]:
    """Make a folder beside ``path`` to write files into; when the block succeeds, it takes the place of ``path``.

    Parameters
    ----------
    path : str or os.PathLike
        A folder that does not exist yet, is empty, or holds only files that would be written anew. Its permissions are kept.
    names : collection of str
        The names of the files that are written. An existing folder with any other file is not replaced.

    Yields
    ------
    str
        The folder to write into.

    Raises
    ------
    OutputError
        If a step fails, or ``path`` is a file or has other files in it. What was there is then unchanged; only if the last
        step fails, to sync the parent folder, the new folder is in place, and the message says so.
    """
    try:
        target = os.path.realpath(os.fsdecode(path))
    except ValueError as error:  # a NUL byte or a lone surrogate
        raise OutputError(f"cannot write the folder {os.fsdecode(path)!a}: it is not a valid path: {error}") from error
    parent, name = os.path.split(target)
    try:
        with closing(Folder(parent)) as beside, ExitStack() as cleanup:
            _tidy(beside, target)
            _require_replaceable(target, names)
            new = os.path.join(parent, temporary_name(name, "new"))
            os.mkdir(new)
            cleanup.callback(_remove, new)  # gone if it was renamed
            _lock(cleanup, new)
            yield new
            _require_replaceable(target, names)
            old = _put(new, target, cleanup)
            try:
                sync_folder(beside, path, "folder")
            finally:
                _remove(old)
    except W2VError:
        raise
    except OSError as error:
        raise OutputError(f"cannot write the folder {os.fsdecode(path)}: {error.strerror or error}") from error


def _put(new: str, target: str, cleanup: ExitStack) -> str:
    """Rename the new folder to the target; return where what was there is now. It comes back if that fails."""
    parent, name = os.path.split(target)
    old = os.path.join(parent, temporary_name(name, "old"))
    if not os.path.isdir(target):
        os.rename(new, target)
        return old
    _lock(cleanup, target)
    os.chmod(new, stat.S_IMODE(os.stat(target).st_mode))
    try:
        os.rename(target, old)
        os.rename(new, target)
    except BaseException:
        _restore(old, target)
        raise
    return old


def _lock(cleanup: ExitStack, path: str) -> None:
    """Lock a folder until the end, so that no process takes it for a left-over one; it may be renamed meanwhile."""
    folder = Folder(path)
    cleanup.callback(folder.close)
    folder.lock()


def _tidy(beside: Folder, target: str) -> None:
    """Put back or remove what processes left that were killed while they wrote this folder."""
    parent, name = os.path.split(target)
    for kind in ("old", "new"):
        for left_over in left_overs(beside, name, kind):
            path = os.path.join(parent, left_over)
            with suppress(OSError), closing(Folder(path)) as folder:  # one that cannot be removed does no harm
                if os.path.islink(path) or not folder.lock():
                    continue
                if kind == "old":
                    _restore(path, target)
                _remove(path)


def _restore(old: str, target: str) -> None:
    """Put back what was there, unless another process has put its folder there meanwhile: then it goes away."""
    if os.path.lexists(target):
        _remove(old)
    else:
        os.rename(old, target)


def _remove(path: str) -> None:
    for _ in range(2):  # a disk may fail once; if it fails again, the next write into the same place removes the folder
        with suppress(OSError):  # not all errors are ignored by it
            shutil.rmtree(path, ignore_errors=True)


def _require_replaceable(target: str, names: Collection[str]) -> None:
    if not os.path.lexists(target):
        return
    if not os.path.isdir(target):
        raise OutputError(f"cannot write the folder {target}: there is a file of this name; choose another name")
    if not os.access(target, os.W_OK):  # a rename would replace even a write-protected folder
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    others = sorted(name for name in os.listdir(target) if name not in names)
    if others:
        raise OutputError(
            f"cannot write the folder {target}: it has other files, such as {others[0]}, which would be lost; "
            "choose another name"
        )
