"""A folder for the runs of a comparison inside that of its report: large copies of the text, and matrices.

It is removed at the end. A comparison that is killed cannot do that, so the next one in the same folder does. The name
``.w2v-<pid>-<random>.runs`` tells which process it belongs to; a lock tells the same across containers.
"""

import errno
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from w2v.atomic_files import is_alive
from w2v.errors import ConfigError, OutputError, W2VError
from w2v.experiments.compare.shared_text import is_utf8

OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO)
LEFT_OVER = re.compile(r"\.w2v-(\d{1,9})-[a-z0-9_]{8}\.runs")


@contextmanager
def working_folder(folder: Path) -> Iterator[Path]:
    """Create the folder of the report, and in it a temporary one; remove those that killed comparisons have left.

    Raises
    ------
    ConfigError
        If the name of the folder is not UTF-8.
    OutputError
        If it cannot be written, also in the block.
    """
    if not is_utf8(folder.absolute()):
        raise ConfigError(f"folder must have a name in UTF-8, which gensim requires: got {os.fspath(folder)!r}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise OutputError(f"cannot create the folder {folder}: {problem.strerror}") from problem
    try:
        _sweep(folder)
        prefix = f".w2v-{os.getpid()}-"
        # What cannot be removed, the next comparison removes: no reason to fail now.
        with (
            tempfile.TemporaryDirectory(".runs", prefix, folder, ignore_cleanup_errors=True) as working,
            _locked(working),
        ):
            yield Path(working)
    except OSError as problem:
        if isinstance(problem, W2VError) or problem.errno not in OF_THE_DISK:
            raise
        raise OutputError(f"cannot write {problem.filename or folder}: {problem.strerror}") from problem


def _sweep(folder: Path) -> None:
    for name in os.listdir(folder):
        match = LEFT_OVER.fullmatch(name)
        if match and not is_alive(int(match[1])):
            with suppress(OSError), _locked(folder / name):
                shutil.rmtree(folder / name)


@contextmanager
def _locked(folder: str | Path) -> Iterator[None]:
    """Hold the lock of a folder, where the file system has locks; raise BlockingIOError if another process holds it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:
            pass  # some network file systems do not support locks
        yield
    finally:
        os.close(descriptor)
