"""Atomic file writes: after a crash, a target holds either its old contents or its new ones, never a mixture.

    temporary file in the target's folder -> write -> fsync(file) -> rename over the target -> fsync(folder)

The temporary file is named ``.w2v-<checksum of the target's name>-<pid>-<random>.tmp``. The checksum identifies the
target that a left-over file belongs to; the pid tells whether the process that wrote it is still running.
"""

import errno
import os
import re
import secrets
import stat
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

from w2v.errors import OutputError, W2VError
from w2v.machine import Folder, is_running

PathLike = str | os.PathLike[str]


@dataclass(frozen=True)
class _Target:
    """The file to write, with links resolved; ``mode`` is that of the existing file, None if there is none."""

    path: str
    mode: int | None

    @property
    def is_stream(self) -> bool:
        """Whether this is a device or a pipe, which has no contents to protect and which a rename would remove."""
        return self.mode is not None and (stat.S_ISCHR(self.mode) or stat.S_ISFIFO(self.mode))


@contextmanager
def atomic_write(path: PathLike) -> Iterator[BinaryIO]:
    """Open ``path`` for writing; the file changes only if the block succeeds, and then all at once.

    A new file gets the permissions that ``open(path, "wb")`` would give it; a replaced file keeps its own. A symbolic
    link is kept, and the file it points to is replaced. Character devices and pipes (``/dev/stdout``, ``/dev/null``,
    FIFOs) are written directly; they may not be seekable.

    Parameters
    ----------
    path : str or os.PathLike
        A local path in a folder that exists and can be read and written.

    Yields
    ------
    BinaryIO
        A buffered stream, seekable if the target is a regular file.

    Raises
    ------
    OutputError
        If any step fails (disk full, no permission, a directory, no such folder). A regular file is then unchanged,
        and no temporary file is left. Only if the last step fails, to sync the folder, the new file is in place, and the
        message says so.
    """
    with _reported(path):
        target = _resolve(path)
        if target.is_stream:
            with open(target.path, "wb") as stream:
                yield stream
            return
        with _temporary(target) as (folder, temporary, stream):
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            with suppress(InterruptedError):  # all is on the disk, and it is closed
                stream.close()
            folder.replace(temporary, os.path.basename(target.path))
            sync_folder(folder, path)


def check_writable(path: PathLike) -> None:
    """Check that `atomic_write` could write ``path``, without touching an existing file.

    Creates and removes the temporary file. Call it before hours of work, not after.

    Raises
    ------
    OutputError
        If the file cannot be written; the message gives the reason.
    """
    with _reported(path):
        target = _resolve(path)
        if target.is_stream:
            return  # opening a pipe would wait for its reader
        with _temporary(target):
            pass


@contextmanager
def _reported(path: PathLike) -> Iterator[None]:
    try:
        yield
    except W2VError:
        raise
    except OSError as error:
        raise OutputError(f"cannot write {os.fsdecode(path)}: {error.strerror or error}") from error


def _resolve(path: PathLike) -> _Target:
    name = os.fsdecode(path)
    mode = None
    try:
        with suppress(FileNotFoundError):
            mode = os.stat(name).st_mode
    except ValueError as error:  # a NUL byte or a lone surrogate
        raise OSError(errno.EINVAL, str(error)) from error
    if mode is None and os.path.basename(name) in ("", ".", ".."):
        raise FileNotFoundError(errno.ENOENT, "the path does not name a file")
    target = _Target(name if mode is not None and not stat.S_ISREG(mode) else os.path.realpath(name), mode)
    if mode is not None:
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(mode) and not target.is_stream:
            raise OSError(errno.EINVAL, "it is not a regular file, a character device or a pipe")
        if not os.access(name, os.W_OK):  # a rename would replace even a write-protected file
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return target


@contextmanager
def _temporary(target: _Target) -> Iterator[tuple[Folder, str, BinaryIO]]:
    """Yield (folder, name, stream) of a new locked file; remove the file unless it was renamed."""
    parent, name = os.path.split(target.path)
    with ExitStack() as cleanup:
        try:
            folder = Folder(parent)
            cleanup.callback(folder.close)
            for left_over in left_overs(folder, name, "tmp"):
                with suppress(OSError):  # a left-over file that cannot be removed does no harm
                    folder.remove_left_over(left_over)
        except FileNotFoundError as error:
            raise FileNotFoundError(errno.ENOENT, f"no folder {parent}; create it first") from error
        temporary = temporary_name(name, "tmp")
        stream = folder.create(temporary)
        cleanup.callback(_remove, folder, temporary)
        cleanup.enter_context(stream)
        if target.mode is not None:
            folder.set_mode(temporary, stream, stat.S_IMODE(target.mode))
        yield folder, temporary, stream


def sync_folder(folder: Folder, path: PathLike, what: str = "file") -> None:
    """Write the names in a folder to disk; otherwise raise OutputError, which says that ``path``, in it, is new by now."""
    try:
        folder.sync()
    except OSError as error:
        raise OutputError(
            f"cannot secure {os.fsdecode(path)}: the new {what} is in place, but a power failure may bring back the old "
            f"one: {error.strerror}; check the disk"
        ) from error


def _remove(folder: Folder, temporary: str) -> None:
    with suppress(OSError):  # it was renamed; or it cannot be removed now, and the next write to this file does it
        folder.remove(temporary)


def temporary_name(name: str, kind: str) -> str:
    """Return a new name for what this process writes beside ``name`` for a moment."""
    return f"{_prefix(name)}{os.getpid()}-{secrets.token_hex(4)}.{kind}"


def left_overs(folder: Folder, name: str, kind: str) -> list[str]:
    """Return what processes that were killed left in a folder: names that `temporary_name` gave."""
    pattern = re.compile(re.escape(_prefix(name)) + rf"(\d{{1,9}})-[0-9a-f]{{8}}\.{kind}")
    found = filter(None, map(pattern.fullmatch, folder.names()))
    return [match[0] for match in found if not is_running(int(match[1]))]


def _prefix(name: str) -> str:
    return f".w2v-{zlib.crc32(os.fsencode(name)):08x}-"
