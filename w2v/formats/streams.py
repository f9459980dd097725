"""Open untrusted files safely, and compress by extension."""

import bz2
import gzip
import io
import lzma
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from w2v.atomic_files import PathLike, atomic_write
from w2v.compression import DAMAGE, OPENERS, open_zst, reason
from w2v.errors import FormatError, MemoryLimitError, UnsafeFormatError
from w2v.file_kinds import HEAD_BYTES, kind_of, not_compressed

CONVERT = "if you trust its origin, `w2v convert {} out.safetensors --trust-pickle` reads it through gensim"
"""Advice to the owner of a pickled model."""

PARQUET = "a Parquet table"
"""The kind of file that is vectors in another format, by its name in `w2v.file_kinds`."""


@dataclass(frozen=True)
class Input:
    """An open local file.

    Attributes
    ----------
    name : str
        Its path, for messages.
    stream : io.BufferedIOBase
        Its (decompressed) bytes from the beginning.
    size : int or None
        Number of bytes in ``stream``; None if the file is compressed, because the size is not known in advance.
    """

    name: str
    stream: io.BufferedIOBase
    size: int | None


@contextmanager
def open_input(path: PathLike, *, decompress: bool = True, accept: str = "") -> Iterator[Input]:
    """Open a regular local file for reading, decompressed if its extension says so and ``decompress`` is set.

    Never waits for a pipe, never opens a device, never loads a pickle, never follows a URL. Content of another kind, which
    the errors below are about, is taken if it is ``accept``, a name of `w2v.file_kinds`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    UnsafeFormatError
        If the file is a pickle.
    FormatError
        If it is a URL, a directory or a device, cannot be read or decompressed, or is content of another kind, such as an
        archive or an HTML page; the message names it.
    MemoryLimitError
        If the block runs out of memory.
    """
    name = os.fsdecode(path)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", name):
        raise FormatError(f"the path must be a local file: got the URL {name}; download it first")
    try:
        with _open_regular(name) as raw, _decompressed(raw, name if decompress else "") as stream:
            if decompress or _extension(name) not in OPENERS:
                _refuse_other_kinds(stream, name, accept)
            yield Input(name, stream, os.fstat(raw.fileno()).st_size if stream is raw else None)
    except (FileNotFoundError, FormatError, MemoryLimitError):
        raise
    except DAMAGE as error:
        raise FormatError(f"cannot read {name}: {reason(error)}") from error
    except MemoryError as error:
        raise MemoryLimitError(f"cannot read {name}: not enough memory") from error


@contextmanager
def open_output(path: PathLike) -> Iterator[BinaryIO]:
    """Like `atomic_write`, but compressed if the extension says so; equal contents give equal bytes.

    Raises
    ------
    OutputError
        If the file cannot be written; an existing file is then unchanged.
    """
    with atomic_write(path) as raw:
        match _extension(os.fsdecode(path)):
            case ".gz":
                # No time and no name, so that bytes are equal. Level 6 takes five times as long and saves only 10 %.
                with gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=raw, mtime=0) as stream:
                    yield cast(BinaryIO, stream)
            case ".bz2":
                with bz2.BZ2File(raw, "wb") as stream:
                    yield cast(BinaryIO, stream)
            case ".xz":
                with lzma.LZMAFile(raw, "wb", preset=1) as stream:
                    yield cast(BinaryIO, stream)
            case ".zst":
                with open_zst(raw, "wb") as stream:
                    yield cast(BinaryIO, stream)
            case _:
                yield raw


def _extension(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def _open_regular(name: str) -> io.BufferedReader:
    # Checked before opening, because opening some devices has side effects, and again after, as it may have been replaced.
    try:
        mode = os.stat(name).st_mode
    except ValueError as error:  # a NUL byte or a lone surrogate
        raise FormatError(f"cannot open {name!r}: it is not a valid path: {error}") from error
    _require_regular(mode, name)
    stream = os.fdopen(os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    try:
        _require_regular(os.fstat(stream.fileno()).st_mode, name)
    except FormatError:
        stream.close()
        raise
    return stream


def _require_regular(mode: int, name: str) -> None:
    if not stat.S_ISREG(mode):
        kind = "a directory" if stat.S_ISDIR(mode) else "a device, a pipe or a socket"
        raise FormatError(f"{name} must be a regular file: got {kind}")


def _decompressed(raw: io.BufferedReader, name: str) -> io.BufferedIOBase:
    extension = _extension(name)
    if extension not in OPENERS:
        return raw
    got = not_compressed(raw.read(HEAD_BYTES), extension, "vectors")
    raw.seek(0)
    if got is not None:
        raise FormatError(f"{name} must be compressed, as its name says: got {got}")
    return cast(io.BufferedIOBase, OPENERS[extension](raw, "rb"))


def _refuse_other_kinds(stream: io.BufferedIOBase, name: str, accept: str) -> None:
    """Raise UnsafeFormatError for a pickle, and FormatError for any other content that is not word vectors."""
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    kind = kind_of(head, "vectors")
    if kind is None or kind.name == accept:
        return
    if kind.family == "pickle":
        raise UnsafeFormatError(
            f"cannot read {name}: it is a pickle (such as a gensim .model or .kv), which can run code when it is loaded; "
            f"in gensim, export it with save_word2vec_format; {CONVERT.format(name)}"
        )
    raise FormatError(f"cannot read {name}: it is {kind.name}; {kind.advice}")
