"""The files of a corpus: found by path, folder or URL, opened, decompressed, and checked for changes while they are read.

``-`` is standard input. URLs of other machines (``s3://``, ``hf://``, ``https://``, ...) are opened by `remote`.
"""

import contextlib
import glob
import hashlib
import os
import select
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import IO, cast

from w2v.arguments import path as checked_path
from w2v.compression import DAMAGE, OPENERS, reason
from w2v.corpus import remote
from w2v.errors import CorpusChangedError, CorpusError
from w2v.file_kinds import HEAD_BYTES, Kind, not_compressed

STDIN = "-"
MARKERS = ("_SUCCESS", "_metadata", "_common_metadata", "dataset_info.json", "dataset_dict.json", "state.json")
"""Files that Spark, Dask and Hugging Face's datasets write beside those of a table."""

FileState = tuple[int, int, int]
"""Size in bytes, modification time in nanoseconds, inode."""
Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
Advance = Callable[[int], object]
"""What is told how many bytes of a file on disk were consumed."""


def find_sources(paths: Paths) -> list[str]:
    """Return the files given by ``paths``: a file, several, a folder (its files, sorted by name), a pattern, or ``-``.

    Raises
    ------
    CorpusError
        If a path does not exist or cannot be read, or a folder is empty.
    """
    listed = [paths] if isinstance(paths, (str, bytes, os.PathLike)) else list(paths)
    if not listed:
        raise CorpusError("corpus must be a file, several files, a folder, or - for standard input: got an empty list")
    found: list[str] = []
    for item in listed:
        path = os.fspath(checked_path("corpus", item))
        if not path:
            raise CorpusError(f"a corpus path must be a non-empty string: got {item!r}{_hint(listed)}")
        found += [path] if path == STDIN else _files_at(path, listed)
    return found


def _hint(listed: Sequence[object]) -> str:
    """Return what to do if one of several paths, or a single one, is text, or if none looks like a path."""
    texts = [item for item in listed if isinstance(item, str)]
    bare = len(listed) > 1 and len(texts) == len(listed) and not any(set("/\\.*~") & set(text) for text in texts)
    is_text = bare or any(map(_is_prose, texts))
    return "; if this is text itself, pass a list of texts and a tokenizer, or lists of words" if is_text else ""


def _is_prose(text: str) -> bool:
    suffix = PurePosixPath(text).suffix
    return " " in text and not remote.is_url(text) and (len(text) > 40 or suffix in ("", ".") or " " in suffix)


def _files_at(path: str, listed: Sequence[object]) -> list[str]:
    if remote.is_url(path):
        return remote.find(path)
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as problem:
        if glob.has_magic(path):
            return _matching(path)
        home = "; the home folder must be written out, as os.path.expanduser does"
        hint = home if path.startswith("~") else _hint(listed)
        raise CorpusError(f"cannot read corpus {path[:200]!r}: {reason(problem)}{hint}") from None
    if not stat.S_ISDIR(mode):
        return [path]
    try:
        files = sorted(str(p) for p in Path(path).iterdir() if p.is_file() and not _is_hidden(p.name))
    except OSError as problem:
        raise CorpusError(f"cannot read corpus folder {path!r}: {problem.strerror}") from None
    if not files:
        raise CorpusError(f"corpus folder {path!r} must contain files: got none; subfolders are not searched")
    return files


def _matching(pattern: str) -> list[str]:
    """Return the files that a pattern such as ``data/*.txt`` matches, sorted by name, as a shell would pass them."""
    found = sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))
    if not found:
        raise CorpusError(
            f"cannot read corpus {pattern!r}: there is no such file, and no file that this pattern matches"
        )
    return found


def total_bytes(sources: list[str]) -> int | None:
    """Return the total size of the sources on disk in bytes; None if one of them is a stream, or cannot be told."""
    try:
        sizes = [os.stat(s) if _is_local(s) else None for s in sources]
    except OSError:
        return None  # whoever reads it says why
    known = [s.st_size for s in sizes if s is not None and stat.S_ISREG(s.st_mode)]
    return sum(known) if len(known) == len(sources) else None


def extension(source: str) -> str:
    """Return the extension of a path or URL in lower case, without the compression's: ``.jsonl`` of ``a.jsonl.gz``."""
    suffixes = _suffixes(source)
    if suffixes and suffixes[-1] in OPENERS:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def advice_for(source: str, kind: Kind) -> str:
    """Return what to do with a source of another kind; standard input cannot be renamed."""
    is_packed_stream = source == STDIN and kind.family == "packed"
    return "decompress it first, as in zcat FILE | ..." if is_packed_stream else kind.advice


def uncompressed(source: str) -> str:
    """Return a path or URL without the extension of its compression: ``a.txt`` of ``a.txt.gz``."""
    suffix = (_suffixes(source) or [""])[-1]
    return source[: -len(suffix)] if suffix in OPENERS and not remote.is_url(source) else source


def _suffixes(source: str) -> list[str]:
    name = source.partition("?")[0].partition("#")[0] if remote.is_url(source) else source
    return [suffix.lower() for suffix in PurePosixPath(name).suffixes]


@dataclass(frozen=True)
class Source:
    """An open source.

    Attributes
    ----------
    name : str
        Its path or URL, for messages.
    """

    name: str
    _stream: IO[bytes]
    _raw: IO[bytes]

    def blocks(self, size: int, advance: Advance) -> Iterator[bytes]:
        """Yield its decompressed bytes, ``size`` at a time; call ``advance`` with the number of bytes consumed on disk.

        Raises
        ------
        CorpusError
            If it is damaged or cannot be read.
        """
        read, consumed = 0, self._raw.tell() if self._raw.seekable() else 0
        while True:
            try:
                data = self._stream.read(size)
            except DAMAGE as problem:
                raise CorpusError(
                    f"cannot read corpus {self.name!r}: it is damaged or unreadable after byte {read}: {problem}"
                ) from None
            if data is None:  # from a pipe that was set not to block: wait for more
                select.select([self._raw], [], [])
                continue
            if self._raw.seekable():
                advance(self._raw.tell() - consumed)
                consumed = self._raw.tell()
            if not data:
                return
            yield data
            read += len(data)


@contextmanager
def opened(source: str) -> Iterator[Source]:
    """Open one source, decompressed if its extension says so.

    Raises
    ------
    CorpusError
        If it cannot be opened, or is not compressed as its name says.
    CorpusChangedError
        At the end of the block, if the file changed in the meantime.
    """
    if source == STDIN:
        if getattr(sys.stdin, "buffer", None) is None:
            raise CorpusError("cannot read standard input: it is closed, or was replaced by something without bytes")
        yield Source(source, sys.stdin.buffer, sys.stdin.buffer)
        return
    with opened_raw(source) as raw:
        suffix = (_suffixes(source) or [""])[-1]
        opener = OPENERS.get(suffix)
        try:
            head = raw.peek(HEAD_BYTES)[:HEAD_BYTES]  # a pipe cannot be rewound
        except OSError as problem:
            raise CorpusError(f"cannot read corpus {source!r}: {reason(problem)}") from None
        got = not_compressed(head, suffix, "corpus")
        if got is not None:
            raise CorpusError(f"corpus {source!r} must be compressed, as its name says: got {got}")
        with opener(raw) if opener else contextlib.nullcontext(raw) as stream:
            yield Source(source, stream, raw)


@contextmanager
def opened_part(source: str, start: int, end: int) -> Iterator[Source]:
    """Open the bytes from ``start`` to ``end`` of a source that is not compressed; see `opened` for the errors.

    Raises
    ------
    CorpusChangedError
        While it is read, if it has become shorter.
    """
    with opened_raw(source) as raw:
        raw.seek(start)
        yield Source(source, cast(IO[bytes], _Part(source, raw, end - start)), raw)


class _Part:
    """The next bytes of a stream."""

    def __init__(self, source: str, stream: BufferedReader, size: int) -> None:
        self._source, self._stream, self._left = source, stream, size

    def read(self, size: int) -> bytes:
        """Return the next bytes, none at the end."""
        data = self._stream.read(min(size, self._left))
        if not data and self._left:
            raise CorpusChangedError(
                f"cannot use corpus {self._source!r}: it has become {self._left} bytes shorter while it was being read or "
                "before; read it again"
            )
        self._left -= len(data)
        return data


def size_of(source: str) -> int | None:
    """Return the size of a source in bytes; None for a stream, and if another machine does not tell.

    Raises
    ------
    CorpusError
        If it cannot be read.
    """
    if remote.is_url(source):
        return remote.size(source)
    state = file_states([source]).get(source)
    return None if state is None else state[0]


def is_compressed(source: str) -> bool:
    """Whether a path or URL ends in the extension of a compression."""
    return (_suffixes(source) or [""])[-1] in OPENERS


@contextmanager
def opened_raw(source: str) -> Iterator[BufferedReader]:
    """Open a file as it is on disk or on another machine; see `opened` for the errors."""
    if remote.is_url(source):
        with remote.opened(source) as raw:
            yield raw
        return
    with contextlib.ExitStack() as opened_files:
        try:
            raw = opened_files.enter_context(open(source, "rb"))
            opened_as = os.fstat(raw.fileno())
        except OSError as problem:
            raise CorpusError(f"cannot read corpus {source!r}: {problem.strerror}") from None
        yield raw
        if stat.S_ISREG(opened_as.st_mode):
            refuse_changed({source: _state(opened_as)})


def file_digest(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a file in hexadecimal.

    Raises
    ------
    CorpusError
        If it cannot be read.
    """
    try:
        with open(path, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as problem:
        raise CorpusError(f"cannot read {os.fspath(path)!r}: {problem.strerror}") from None


def file_states(sources: list[str]) -> dict[str, FileState]:
    """Return size, modification time and inode of every source that is a regular file.

    Raises
    ------
    CorpusError
        If one does not exist.
    """
    found = {}
    for source in sources:
        try:
            now = os.stat(source) if _is_local(source) else None
        except OSError as problem:
            raise CorpusError(f"cannot read corpus {source!r}: {problem.strerror}") from None
        if now is not None and stat.S_ISREG(now.st_mode):
            found[source] = _state(now)
    return found


def refuse_changed(before: dict[str, FileState]) -> None:
    """Raise CorpusChangedError if a file changed since `file_states` returned ``before``."""
    for source, state in before.items():
        try:
            now = _state(os.stat(source))
        except OSError as problem:
            raise CorpusChangedError(
                f"cannot use corpus {source!r}: it changed while it was being read or after: {problem.strerror}; "
                "read it again"
            ) from None
        if now != state:
            raise CorpusChangedError(
                f"cannot use corpus {source!r}: it changed while it was being read or after: {state[0]} bytes before, "
                f"{now[0]} now; read it again"
            )


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name in MARKERS


def _is_local(source: str) -> bool:
    return source != STDIN and not remote.is_url(source)


def _state(status: os.stat_result) -> FileState:
    return status.st_size, status.st_mtime_ns, status.st_ino
