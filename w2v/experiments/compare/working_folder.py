"""A folder for the runs of a comparison inside that of its report: large copies of the text, and matrices.

It is removed at the end. A comparison that is killed cannot do that, so the next one in the same folder does. The name
``.w2v-<pid>-<random>.runs`` tells which process it belongs to; a lock tells the same across containers.
"""

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from w2v.errors import ConfigError, OutputError, W2VError
from w2v.experiments.compare.shared_text import is_utf8
from w2v.locks import only_writer
from w2v.machine import is_running

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
            _only_user(Path(working)),
        ):
            yield Path(working)
    except OSError as problem:
        if isinstance(problem, W2VError) or problem.errno not in OF_THE_DISK:
            raise
        raise OutputError(f"cannot write {problem.filename or folder}: {problem.strerror}") from problem


def _sweep(folder: Path) -> None:
    for name in os.listdir(folder):
        match = LEFT_OVER.fullmatch(name)
        if match and not is_running(int(match[1])):
            with suppress(OSError), _only_user(folder / name):
                shutil.rmtree(folder / name)


def _only_user(folder: Path) -> AbstractContextManager[None]:
    """Hold the lock of a working folder; OutputError if another process holds it."""
    return only_writer(folder / "runs", OutputError(f"cannot remove {folder}: another comparison is using it"))
