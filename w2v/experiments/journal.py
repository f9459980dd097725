"""Journals: files of JSON lines, one result per line, written by one process at a time as results come.

What is in a journal is on the disk. A last line that was cut short (the machine went down) does not count: it is left out
when the file is read, and cut off when it is written to again.
"""

import fcntl
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from w2v.errors import ConfigError, FormatError, OutputError

Record = TypeVar("Record")


@dataclass(frozen=True)
class JsonLines:
    """A journal that is open, and locked."""

    path: Path
    file: io.FileIO

    def append(self, record: dict[str, Any]) -> None:
        """Write one line; when this returns it is on the disk, and if it raises nothing of it is.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        data = (json.dumps(record) + "\n").encode()  # ASCII: names of files need not be UTF-8
        with _as_output_error(self.path):
            end = self.file.seek(0, os.SEEK_END)
            try:
                written = 0
                while written < len(data):
                    written += self.file.write(data[written:]) or 0
                os.fsync(self.file.fileno())
            except BaseException:
                with suppress(OSError):
                    self.file.truncate(end)
                raise


def read_json_lines(path: Path, writer: str, parse: Callable[[Any], Record]) -> list[Record]:
    """Return what ``parse`` makes of each line of a journal; nothing if there is no such file.

    Parameters
    ----------
    path : Path
    writer : str
        What writes such files, for the message about a line that is none of its own.
    parse : callable
        Raises ValueError, LookupError, TypeError or ConfigError for such a line.

    Raises
    ------
    FormatError
        If a line is not JSON or not a record; gives the number of the line.
    """
    whole, _, _ = path.read_bytes().rpartition(b"\n") if path.exists() else (b"", b"", b"")
    records = []
    for number, line in enumerate(whole.split(b"\n"), start=1):
        try:
            if line.strip():
                records.append(parse(json.loads(line)))
        except (ValueError, LookupError, TypeError, ConfigError) as problem:
            raise FormatError(
                f"{path}, line {number}: not a record of a {writer} ({problem!r}); "
                "remove that line, or choose another folder"
            ) from None
    return records


@contextmanager
def open_json_lines(path: Path, writer: str) -> Iterator[JsonLines]:
    """Open a journal to append to it; its folder is made if it is not there. A file that stays empty is removed.

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
    with _as_output_error(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = io.FileIO(path, "a")
    with closing(file):
        with _as_output_error(path):
            _lock(file, path, writer)
            _, _, torn = path.read_bytes().rpartition(b"\n")
            file.truncate(os.stat(path).st_size - len(torn))
        try:
            yield JsonLines(path, file)
        finally:
            with suppress(OSError):
                if not os.stat(path).st_size:
                    path.unlink()


def refuse_foreign_reports(journal: Path, reports: Iterable[str]) -> None:
    """Raise ConfigError if a report would replace one that is not of this journal, but of something else in its folder."""
    if journal.exists():
        return
    for name in reports:
        if (journal.parent / name).exists():
            raise ConfigError(f"{journal.parent} holds a {name} of something else: choose another folder")


@contextmanager
def _as_output_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        if isinstance(problem, OutputError):
            raise
        raise OutputError(f"cannot write {path}: {problem.strerror or problem}") from problem


def _lock(file: io.FileIO, path: Path, writer: str) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OutputError(f"{path}: another {writer} is writing there; wait for it, or choose another folder") from None
    except OSError:
        pass  # some network file systems have no locks
