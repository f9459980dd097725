"""Locks between processes: one file is written by one process at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from w2v.errors import W2VError


def lock_path(path: Path) -> Path:
    """Return the path of the lock of a file."""
    return path.with_name(f".{path.name}.lock")


@contextmanager
def only_writer(path: Path, busy: W2VError) -> Iterator[None]:
    """Hold the lock of a file: the hidden file ``.<name>.lock`` beside it, which is there meanwhile.

    Parameters
    ----------
    path : Path
        In a folder that exists.
    busy : W2VError
        Raised if another process, or another thread, holds the lock.
    """
    from filelock import FileLock, Timeout  # takes as long to import as all of w2v

    lock = FileLock(os.fspath(lock_path(path)))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise busy from None
    try:
        yield
    finally:
        # While it is held, so that whoever comes next makes a new one. Who opened this one just before sees, once it has the
        # lock, that the file is gone, and tries again: so does filelock from 3.29.5 on, and it removes nothing itself.
        with suppress(OSError):  # Windows removes no open file; there, releasing does it
            os.unlink(lock.lock_file)
        with suppress(OSError):  # what was written is whole, and nobody can wait for the lock of a file that is gone
            lock.release()


def remove_stale_lock(path: Path) -> None:
    """Remove the lock of a file if it is there and nobody holds it: the disk failed when it was to be removed."""
    if lock_path(path).exists():
        with suppress(W2VError), only_writer(path, W2VError("it is held")):
            pass
