"""Read text files, folders and standard input, plain or compressed, as blocks that end between words.

Rules
-----
Text is UTF-8, or converted to it from the encoding that `TextOptions` names. Words are separated by the characters that
Python's ``str.split()`` splits on (including NBSP and the ideographic space), and a line feed ends a sentence; a carriage
return is whitespace, so CRLF works. A byte-order mark at the start of a file is skipped. A NUL byte is not text. Bytes that
are not text raise an error with their offset; with ``errors="replace"`` they become U+FFFD and are counted. Only the length
of a word is limited (65,536 bytes). A file that is something else, such as a table or an archive, is refused (`file_kinds`).
"""

import contextlib
import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from w2v._text import MAX_WORD_BYTES
from w2v.arguments import path as checked_path
from w2v.compression import DAMAGE, OPENERS
from w2v.config import TextOptions
from w2v.corpus.conversion import Converter
from w2v.errors import CorpusChangedError, CorpusError
from w2v.file_kinds import HEAD_BYTES, Kind, kind_of, name_kind, not_compressed

BLOCK_BYTES = 4 << 20
"""Small enough to keep all threads busy on a few dozen megabytes, large enough to make the overhead per block negligible."""

STDIN = "-"
BOM = b"\xef\xbb\xbf"
ASCII_SPACES = (b" ", b"\t", b"\r")
# The other characters that str.split() splits on: needed only if a block of several megabytes has no ASCII space at all.
OTHER_SPACES = tuple(
    c.encode() for c in "\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
) + tuple(chr(c).encode() for c in range(0x2000, 0x200B))

FileState = tuple[int, int, int]
"""Size in bytes, modification time in nanoseconds, inode."""
Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


@dataclass(frozen=True)
class Block:
    """A part of one source: ``data`` begins and ends between words; ``offset`` is its place in the decompressed text.

    ``replaced`` counts characters that became U+FFFD when it was converted to UTF-8.
    """

    source: str
    data: bytes
    offset: int
    first: bool
    replaced: int = 0


def find_sources(paths: Paths) -> list[str]:
    """Return the files given by ``paths``: a file, several files, a folder (its files, sorted by name), or ``-``.

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
            raise CorpusError(f"a corpus path must be a non-empty string: got {item!r}")
        found += [path] if path == STDIN else _files_at(path)
    return found


def _files_at(path: str) -> list[str]:
    if "://" in path:
        raise CorpusError(f"corpus must be a local file: got the URL {path[:200]!r}; download it first")
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        is_prose = " " in path and (len(path) > 40 or not Path(path).suffix)
        hint = "; if this is text itself, pass iter(strings) and a tokenizer, or lists of words" if is_prose else ""
        raise CorpusError(f"cannot read corpus {path[:200]!r}: {reason}{hint}") from None
    if not stat.S_ISDIR(mode):
        return [path]
    try:
        files = sorted(str(p) for p in Path(path).iterdir() if p.is_file() and not p.name.startswith("."))
    except OSError as problem:
        raise CorpusError(f"cannot read corpus folder {path!r}: {problem.strerror}") from None
    if not files:
        raise CorpusError(f"corpus folder {path!r} must contain files: got none; subfolders are not searched")
    return files


def total_bytes(sources: list[str]) -> int | None:
    """Return the total size of the sources on disk in bytes; None if one of them is a stream, or cannot be told."""
    try:
        sizes = [os.stat(s) if s != STDIN else None for s in sources]
    except OSError:
        return None  # whoever reads it says why
    known = [s.st_size for s in sizes if s is not None and stat.S_ISREG(s.st_mode)]
    return sum(known) if len(known) == len(sources) else None


def read_blocks(source: str, options: TextOptions, advance: Callable[[int], object]) -> Iterator[Block]:
    """Read one source in blocks; call ``advance`` with the number of bytes consumed on disk.

    Raises
    ------
    CorpusError
        If the file cannot be read or decompressed, or is not text.
    CorpusChangedError
        If it changed while it was read.
    """
    if source == STDIN:
        if getattr(sys.stdin, "buffer", None) is None:
            raise CorpusError("cannot read standard input: it is closed, or was replaced by something without bytes")
        yield from _cut(source, sys.stdin.buffer, sys.stdin.buffer, options, advance)
        return
    refuse_tables([source], options)
    with contextlib.ExitStack() as opened_files:
        try:
            raw = opened_files.enter_context(open(source, "rb"))
            opened, head = os.fstat(raw.fileno()), raw.peek()[:HEAD_BYTES]  # a pipe has no beginning to go back to
        except OSError as problem:
            raise CorpusError(f"cannot read corpus {source!r}: {problem.strerror}") from None
        extension = Path(source).suffix.lower()
        opener = OPENERS.get(extension)
        got = not_compressed(head, extension, "corpus")
        if got is not None:
            raise CorpusError(f"corpus {source!r} must be compressed, as its name says: got {got}")
        with opener(raw) if opener else contextlib.nullcontext(raw) as stream:
            yield from _cut(source, stream, raw, options, advance)
        if stat.S_ISREG(opened.st_mode):
            refuse_changed({source: _state(opened)})


def refuse_tables(sources: Iterable[str], options: TextOptions) -> None:
    """Raise CorpusError for a file that is a table by its name, unless the user wants its lines."""
    for source in sources:
        kind = None if options.as_lines else name_kind(source)
        if kind is not None:
            raise _not_text(source, kind)


def _not_text(source: str, kind: Kind) -> CorpusError:
    return CorpusError(f"corpus {source!r} must be plain text: got {kind.name}; {kind.advice}")


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
            now = os.stat(source) if source != STDIN else None
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


def _state(status: os.stat_result) -> FileState:
    return status.st_size, status.st_mtime_ns, status.st_ino


def _cut(
    source: str, stream: IO[bytes], raw: IO[bytes], options: TextOptions, advance: Callable[[int], object]
) -> Iterator[Block]:
    """Cut a stream into blocks that end after a line feed, or after a space if a line is longer than a block."""
    # read     the cat sat / the d | og ran / and ...       BLOCK_BYTES at a time; "/" is a line feed
    # blocks   the cat sat / | the dog ran / | and ...      the rest after the last line feed begins the next block
    rest, offset, first, consumed = b"", 0, True, 0
    convert = Converter(source, options)
    while True:
        try:
            data = stream.read(BLOCK_BYTES)
        except DAMAGE as problem:
            raise CorpusError(
                f"cannot read corpus {source!r}: it is damaged or unreadable after byte {offset}: {problem}"
            ) from None
        if raw.seekable():
            advance(raw.tell() - consumed)
            consumed = raw.tell()
        if first and not rest and (kind := kind_of(data[:HEAD_BYTES], "corpus", options.encoding, options.as_lines)):
            raise _not_text(source, kind)
        ended, data = not data, convert(data)
        if first and data.startswith(BOM):
            data, offset = data[len(BOM) :], len(BOM)
        block = rest + data
        if ended:
            if block:
                yield Block(source, block, offset, first, convert.take_replaced())
            return
        end = _last_break(block)
        if end == 0 and len(block) > BLOCK_BYTES + MAX_WORD_BYTES:
            raise CorpusError(
                f"corpus {source!r}: a word must be at most {MAX_WORD_BYTES} bytes: got a longer one at byte {offset}; "
                "check that this is text"
            )
        if end:
            yield Block(source, block[:end], offset, first, convert.take_replaced())
            first = False
        rest, offset = block[end:], offset + end


def _last_break(block: bytes) -> int:
    """Return the position after the last line feed, or else after the last space; 0 if there is neither."""
    end = block.rfind(b"\n") + 1
    if not end:
        end = max(block.rfind(space) + 1 for space in ASCII_SPACES)
    if not end:
        end = max(block.rfind(space) + len(space) if space in block else 0 for space in OTHER_SPACES)
    return end
