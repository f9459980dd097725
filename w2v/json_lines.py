"""Journals: files of JSON lines, written as what they tell of happens, by one process at a time.

What is in a journal is on the disk. A last line that was cut short (the machine went down) is no line: it is left out when
the file is read, and cut off when it is written to again.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from w2v.errors import OutputError


@dataclass(frozen=True)
class JsonLines:
    """A journal that is open, and locked."""

    path: Path
    file: BinaryIO

    def append(self, record: dict[str, Any]) -> None:
        """Write one line; when this returns it is on the disk.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        try:
            self.file.write((json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n").encode())
            self.file.flush()
            os.fsync(self.file.fileno())
        except OSError as problem:
            raise OutputError(f"cannot write {self.path}: {problem.strerror or problem}") from problem


def whole_lines(path: Path) -> list[bytes]:
    """Return the lines of a journal; none if there is no such file."""
    whole, _, _ = path.read_bytes().rpartition(b"\n") if path.exists() else (b"", b"", b"")
    return whole.split(b"\n") if whole else []


@contextmanager
def open_json_lines(path: Path, writer: str) -> Iterator[JsonLines]:
    """Open a journal to append to it; its folder is made if it is not there.

    Parameters
    ----------
    path : Path
    writer : str
        What writes such files, for the message to a second one.

    Raises
    ------
    OutputError
        If that is not possible, or another process has it open.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = open(path, "ab")  # noqa: SIM115 (closed below: errors of what happens inside are not this try's)
    except OSError as problem:
        raise OutputError(f"cannot write {path}: {problem.strerror or problem}") from problem
    with file:
        _lock(file, path, writer)
        _drop_torn_line(path)
        yield JsonLines(path, file)


def _lock(file: BinaryIO, path: Path, writer: str) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OutputError(f"{path}: another {writer} is writing there; wait for it, or choose another folder") from None
    except OSError:
        pass  # some network file systems have no locks


def _drop_torn_line(path: Path) -> None:
    whole, newline, torn = path.read_bytes().rpartition(b"\n")
    if torn:
        os.truncate(path, len(whole) + len(newline))
