"""Journals: files of JSON lines, one result per line, appended by one process at a time as results are obtained.

Every line is flushed to disk when it is written. An incomplete last line, for example after a power failure, is ignored
when the file is read, and removed when it is next written to.
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
    """An open, locked journal."""

    path: Path
    file: io.FileIO

    def append(self, record: dict[str, Any]) -> None:
        """Append one line: on disk when this returns, and not written at all if it raises.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        data = (json.dumps(record) + "\n").encode()  # ASCII, because file names need not be UTF-8
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
    """Parse each line of a journal; return an empty list if there is no such file.

    Parameters
    ----------
    path : Path
    writer : str
        Kind of experiment, for the error message.
    parse : callable
        Function of the decoded line; raises ValueError, LookupError, TypeError or ConfigError if it is not a record.

    Raises
    ------
    FormatError
        If a line is not JSON or not a record; the message gives the line number.
    """
    whole, _, _ = path.read_bytes().rpartition(b"\n") if path.exists() else (b"", b"", b"")
    records = []
    for number, line in enumerate(whole.split(b"\n"), start=1):
        try:
            if line.strip():
                records.append(parse(json.loads(line)))
        except (ValueError, LookupError, TypeError, ConfigError) as problem:
            raise FormatError(
                f"cannot read {path}, line {number}: it is not a record of a {writer} ({problem!r}); "
                "remove that line, or choose another folder"
            ) from None
    return records


@contextmanager
def open_json_lines(path: Path, writer: str) -> Iterator[JsonLines]:
    """Open a journal for appending, and create its folder if necessary. A file that stays empty is removed.

    Parameters
    ----------
    path : Path
    writer : str
        Kind of experiment, for the error message.

    Raises
    ------
    OutputError
        If the file cannot be opened, or another process has it open.
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
    """Raise ConfigError if a report would replace a file in the folder that does not belong to this journal."""
    if journal.exists():
        return
    for name in reports:
        if (journal.parent / name).exists():
            raise ConfigError(
                f"cannot replace {journal.parent / name}: there is no {journal.name} that it was made from; "
                "choose another folder"
            )


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
        raise OutputError(
            f"cannot write {path}: another {writer} is writing it; wait for it to finish, or choose another folder"
        ) from None
    except OSError:
        pass  # some network file systems do not support locks
