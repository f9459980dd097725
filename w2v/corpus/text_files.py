"""Where text comes from: files, folders and standard input, plain or compressed, as blocks that end between words.

Rules
-----
Text is UTF-8. Words are separated by what Python's ``str.split()`` splits on (NBSP and the ideographic space among them),
and a line feed ends a sentence; a carriage return is whitespace, so CRLF works. A byte-order mark at the start of a file
is skipped. A NUL byte is not text. Bytes that are not text raise an error with their offset, or with ``errors="replace"``
become U+FFFD and are counted. No length is limited but a word's (65,536 bytes).
"""

import bz2
import contextlib
import gzip
import lzma
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from w2v._text import MAX_WORD_BYTES
from w2v.errors import CorpusChangedError, CorpusError

BLOCK_BYTES = 4 << 20
"""Small enough to keep all threads busy on a few dozen megabytes, large enough to make a block's overhead vanish."""

STDIN = "-"
OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
MAGIC = {b"\x1f\x8b": ".gz", b"BZh": ".bz2", b"\xfd7zXZ\x00": ".xz"}
BOM = b"\xef\xbb\xbf"
ASCII_SPACES = (b" ", b"\t", b"\r")
# What str.split() splits on besides: needed only where a block of several megabytes holds no ASCII space at all.
OTHER_SPACES = tuple(
    c.encode() for c in "\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
) + tuple(chr(c).encode() for c in range(0x2000, 0x200B))

FileState = tuple[int, int, int]
"""Size in bytes, time of the last change in nanoseconds, inode."""
Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


@dataclass(frozen=True)
class Block:
    """A piece of one source: ``data`` begins and ends between words, at byte ``offset`` of the (decompressed) text."""

    source: str
    data: bytes
    offset: int
    first: bool


def find_sources(paths: Paths) -> list[str]:
    """Return the files that ``paths`` stands for: a file, several, a folder (its files, in order of name), or ``-``.

    Raises
    ------
    CorpusError
        If nothing is there, or it cannot be read.
    """
    listed = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    if not listed:
        raise CorpusError("no corpus was given: pass a file, several, a folder, or - for standard input")
    found: list[str] = []
    for item in listed:
        path = os.fspath(item)
        if isinstance(path, bytes) or not path:
            raise CorpusError(f"a corpus path must be a non-empty string: got {item!r}")
        found += [path] if path == STDIN else _files_at(path)
    return found


def _files_at(path: str) -> list[str]:
    if "://" in path:
        raise CorpusError(f"corpus {path[:200]!r} is a URL, and only local files are read: download it first")
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        hint = "; text itself is passed as lists of words" if " " in path and len(path) > 40 else ""
        raise CorpusError(f"cannot read corpus {path[:200]!r}: {reason}{hint}") from None
    if not stat.S_ISDIR(mode):
        return [path]
    try:
        files = sorted(str(p) for p in Path(path).iterdir() if p.is_file() and not p.name.startswith("."))
    except OSError as problem:
        raise CorpusError(f"cannot read corpus folder {path!r}: {problem.strerror}") from None
    if not files:
        raise CorpusError(f"corpus folder {path!r} has no files in it (subfolders are not searched)")
    return files


def total_bytes(sources: list[str]) -> int | None:
    """Return the size of all sources on disk in bytes, None if one of them is a stream."""
    sizes = [os.stat(s) if s != STDIN else None for s in sources]
    known = [s.st_size for s in sizes if s is not None and stat.S_ISREG(s.st_mode)]
    return sum(known) if len(known) == len(sources) else None


def read_blocks(source: str, advance: Callable[[int], object]) -> Iterator[Block]:
    """Read one source in blocks; ``advance`` is told the bytes consumed on disk.

    Raises
    ------
    CorpusError
        If the file cannot be read or decompressed.
    CorpusChangedError
        If it changed meanwhile.
    """
    if source == STDIN:
        yield from _cut(source, sys.stdin.buffer, sys.stdin.buffer, advance)
        return
    try:
        raw = open(source, "rb")  # noqa: SIM115  (closed below)
    except OSError as problem:
        raise CorpusError(f"cannot read corpus {source!r}: {problem.strerror}") from None
    with raw:
        opened = os.fstat(raw.fileno())
        opener = OPENERS.get(Path(source).suffix.lower())
        if not opener:
            _refuse_compressed(source, raw)
        with opener(raw) if opener else contextlib.nullcontext(raw) as stream:
            yield from _cut(source, stream, raw, advance)
        if stat.S_ISREG(opened.st_mode):
            refuse_changed({source: _state(opened)})


def _refuse_compressed(source: str, raw: IO[bytes]) -> None:
    if not raw.seekable():
        return
    start = raw.read(8)
    raw.seek(0)
    for magic, suffix in MAGIC.items():
        if start.startswith(magic):
            raise CorpusError(f"corpus {source!r} is compressed: give it the name that says so ({suffix})")


def file_states(sources: list[str]) -> dict[str, FileState]:
    """Return what changes when a file does, for all sources that are regular files.

    Raises
    ------
    CorpusError
        If one is not there.
    """
    found = {}
    for source in sources:
        try:
            now = os.stat(source) if source != STDIN else None
        except OSError as problem:
            raise CorpusError(f"cannot read corpus {source!r}: {problem.strerror}") from None
        if now is not None and stat.S_ISREG(now.st_mode):
            found[source] = _state(now)
    return found


def refuse_changed(before: dict[str, FileState]) -> None:
    """Raise CorpusChangedError if a file is not what it was."""
    for source, state in before.items():
        try:
            now = _state(os.stat(source))
        except OSError as problem:
            raise CorpusChangedError(
                f"corpus {source!r} changed while it was being read or after: {problem.strerror}"
            ) from None
        if now != state:
            raise CorpusChangedError(
                f"corpus {source!r} changed while it was being read or after: {state[0]} bytes before, {now[0]} now"
            )


def _state(status: os.stat_result) -> FileState:
    return status.st_size, status.st_mtime_ns, status.st_ino


def _cut(source: str, stream: IO[bytes], raw: IO[bytes], advance: Callable[[int], object]) -> Iterator[Block]:
    """Cut a stream after its last line feed in each block, or after its last space where a line is longer than that."""
    rest, offset, first, consumed = b"", 0, True, 0
    while True:
        try:
            data = stream.read(BLOCK_BYTES)
        except (EOFError, OSError, zlib.error, lzma.LZMAError) as problem:
            raise CorpusError(
                f"cannot read corpus {source!r}: damaged or unreadable after byte {offset}: {problem}"
            ) from None
        if raw.seekable():
            advance(raw.tell() - consumed)
            consumed = raw.tell()
        if first and data.startswith(BOM):
            data, offset = data[len(BOM) :], len(BOM)
        block = rest + data
        if not data:
            if block:
                yield Block(source, block, offset, first)
            return
        end = _last_break(block)
        if end == 0 and len(block) > BLOCK_BYTES + MAX_WORD_BYTES:
            raise CorpusError(
                f"corpus {source!r}: a word of more than {MAX_WORD_BYTES} bytes at byte {offset}: is this text?"
            )
        if end:
            yield Block(source, block[:end], offset, first)
            first = False
        rest, offset = block[end:], offset + end


def _last_break(block: bytes) -> int:
    """Return the place after the last line feed, or else after the last space; 0 if there is none."""
    end = block.rfind(b"\n") + 1
    if not end:
        end = max(block.rfind(space) + 1 for space in ASCII_SPACES)
    if not end:
        end = max(block.rfind(space) + len(space) if space in block else 0 for space in OTHER_SPACES)
    return end
