"""Compressed files: which extensions are decompressed, and what damaged ones raise.

The one place that knows this; whoever reads a compressed file catches `DAMAGE`, and raises its own family's error.
"""

import bz2
import gzip
import io
import lzma
import os
import sys
import zlib
from collections.abc import Callable
from typing import IO, Any

from w2v.extras import library

CHUNK_BYTES = 4096
"""Of zstd-compressed data, which may grow 30,000-fold, at a time."""


def open_zst(file: Any, mode: str = "rb") -> IO[bytes]:
    """Open a path or a binary stream of zstd-compressed data for reading or, if ``mode`` is "wb", a stream for writing.

    Raises
    ------
    MissingExtraError
        If neither Python 3.14 nor the package `zstandard` is there.
    """
    if mode == "wb":
        return _zst_writer(file)
    factory = _zstd().ZstdDecompressor
    make = factory if _in_python() else lambda: factory().decompressobj()
    owned = isinstance(file, (str, bytes, os.PathLike))
    return io.BufferedReader(_ZstdReader(open(file, "rb") if owned else file, make, owned))


def _zst_writer(file: Any) -> IO[bytes]:
    module = _zstd()
    if _in_python():
        return module.open(file, "wb", options={module.CompressionParameter.checksum_flag: 1})  # type: ignore[no-any-return]
    return module.ZstdCompressor(write_checksum=True).stream_writer(file, closefd=False)  # type: ignore[no-any-return]


def _in_python() -> bool:
    return sys.version_info >= (3, 14)


def _zstd() -> Any:
    return library("compression.zstd" if _in_python() else "zstandard", "zstd", "read or write .zst files", "zstandard")


class _ZstdReader(io.RawIOBase):
    """Decompressed bytes, of all frames one after another; data that was cut is an EOFError, as for the other formats."""

    def __init__(self, stream: Any, make: Callable[[], Any], owned: bool) -> None:
        self._stream, self._make, self._owned = stream, make, owned
        self._decompressor, self._rest, self._ready, self._within = make(), b"", memoryview(b""), False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            data = self._rest or self._stream.read(CHUNK_BYTES)
            if not data:
                if self._within:
                    raise EOFError("compressed file ended before the end-of-stream marker was reached")
                return 0
            self._rest = b""
            try:
                self._ready, self._within = memoryview(self._decompressor.decompress(data)), True
            except Exception as problem:  # ZstdError of either module, which has no base class but Exception
                raise OSError(f"not valid zstd data: {problem}") from None
            if self._decompressor.eof:
                self._rest = self._decompressor.unused_data
                self._decompressor, self._within = self._make(), False
        taken = min(len(buffer), len(self._ready))
        buffer[:taken], self._ready = self._ready[:taken], self._ready[taken:]
        return taken

    def seekable(self) -> bool:
        return bool(self._stream.seekable())

    def seek(self, offset: int, whence: int = 0) -> int:
        if (offset, whence) != (0, 0):
            raise io.UnsupportedOperation("zstd-compressed data can only be read from its beginning")
        self._stream.seek(0)
        self._decompressor, self._rest, self._ready, self._within = self._make(), b"", memoryview(b""), False
        return 0

    def close(self) -> None:
        if self._owned:
            self._stream.close()
        super().close()


OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open, ".zst": open_zst}
"""Functions that open a path or a binary stream for reading, by extension."""

DAMAGE = (OSError, EOFError, zlib.error, lzma.LZMAError)
"""What reading raises if the disk fails, or a compressed file is cut or damaged."""


def reason(problem: BaseException) -> str:
    """Return what is wrong, in words."""
    return getattr(problem, "strerror", None) or str(problem)
