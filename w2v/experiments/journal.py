"""Journals: files of JSON lines, one result per line, appended by one process at a time as results are obtained.

Every line is flushed to disk when it is written. An incomplete last line, for example after a power failure, is ignored
when the file is read, and removed when it is next written to.

The last member of every line, ``"sha256"``, is the digest of the line without it, so a changed digit is noticed. A line
without one, as versions before 0.1.0 wrote them, is refused: nobody could tell whether it is as it was written.
"""

import hashlib
import io
import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from w2v.atomic_files import PathLike
from w2v.errors import ConfigError, FormatError, OutputError
from w2v.locks import only_writer
from w2v.overwriting import Named, refuse_overwriting

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
        data = _sealed(json.dumps(record).encode()) + b"\n"  # ASCII, because file names need not be UTF-8
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
        Function of the decoded line; raises ValueError, LookupError or TypeError if it is not a record.

    Raises
    ------
    FormatError
        If a line is not as it was written, or not a record; the message gives the line number.
    """
    whole, _, _ = _bytes_of(path).rpartition(b"\n")
    records = []
    for number, line in enumerate(whole.split(b"\n"), start=1):
        try:
            if line.strip():
                records.append(parse(json.loads(_opened(line), parse_constant=_refuse_constant)))
        except (ValueError, LookupError, TypeError, RecursionError) as problem:
            raise FormatError(
                f"cannot read {path}, line {number}: it is not a record of a {writer} ({problem}); "
                "remove that line, or choose another folder"
            ) from None
    return records


def _bytes_of(path: Path) -> bytes:
    """Return the contents of a journal; nothing if there is none."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # a device or a pipe might never end
            raise FormatError(f"cannot read {path}: a journal must be a regular file; choose another folder")
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as problem:
        raise FormatError(f"cannot read {path}: {problem.strerror or problem}") from problem


_SEAL = re.compile(rb'(\{.*), "sha256": "([0-9a-f]{64})"\}', re.DOTALL)


def _sealed(line: bytes) -> bytes:
    """Return a line, one JSON object with members, with its digest as the last member."""
    return line[:-1] + b', "sha256": "%b"}' % hashlib.sha256(line).hexdigest().encode()


def _opened(line: bytes) -> bytes:
    """Return a line without its digest; raise ValueError if it is not the line that was sealed."""
    seal = _SEAL.fullmatch(line)
    if seal is None:
        raise ValueError("it has no checksum, so an earlier version wrote it, or it is damaged")
    if hashlib.sha256(seal[1] + b"}").hexdigest().encode() != seal[2]:
        raise ValueError("its checksum does not match, so it was changed")
    return seal[1] + b"}"


def _refuse_constant(name: str) -> None:
    raise ValueError(f"numbers must be finite: got {name}")


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
    busy = OutputError(
        f"cannot write {path}: another {writer} is writing it; wait for it to finish, or choose another folder"
    )
    with ExitStack() as stack:
        with _as_output_error(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(only_writer(path, busy))
            file = stack.enter_context(_closing(io.FileIO(path, "a")))
            _, _, torn = _bytes_of(path).rpartition(b"\n")
            file.truncate(os.stat(path).st_size - len(torn))
        try:
            yield JsonLines(path, file)
        finally:
            with suppress(OSError):
                if not os.stat(path).st_size:
                    path.unlink()


@contextmanager
def _closing(file: io.FileIO) -> Iterator[io.FileIO]:
    try:
        yield file
    finally:
        with suppress(OSError):  # every line is on the disk already
            file.close()


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


def refuse_reports_over(folder: PathLike, names: Iterable[str], inputs: Iterable[Named]) -> None:
    """Raise ConfigError if a folder, or what is written into it under these names, is an input or part of one."""
    files = [Named("folder", os.path.join(folder, name)) for name in names]
    refuse_overwriting([Named("folder", folder, is_folder=True), *files], inputs)


@contextmanager
def _as_output_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        if isinstance(problem, OutputError):
            raise
        raise OutputError(f"cannot write {path}: {problem.strerror or problem}") from problem
