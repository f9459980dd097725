"""Arrays larger than memory: an unnamed temporary file, written sequentially, then mapped into memory.

The file has no directory entry, so nothing is left behind even if the process is killed. It is created in Python's
temporary folder (``TMPDIR``).
"""

import hashlib
import mmap
import tempfile
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.errors import OutputError
from w2v.machine import forget_pages, read_at, reads_anywhere

DIGESTED_BYTES = 1 << 22
"""Bytes of an array that are digested at a time."""


class FileMapping(mmap.mmap):
    """A memory-mapped file of ours, whose pages :func:`forget` may release."""


class Spool:
    """A growing array on disk, of one element type."""

    def __init__(self, dtype: type[np.generic] = np.uint32, file: Any = None) -> None:
        self.dtype = np.dtype(dtype)
        self.length, self._is_owner = 0, True
        if file is not None:
            self._file = file
            return
        try:
            self._file = tempfile.TemporaryFile(prefix="w2v-")  # noqa: SIM115  (lives as long as the array)
        except OSError as problem:
            raise OutputError(_no_room(problem)) from None

    def append(self, array: NDArray[Any]) -> int:
        """Append an array and return the index of its first element.

        Raises
        ------
        OutputError
            If the temporary folder is full.
        """
        start = self.length
        try:
            self._file.write(np.ascontiguousarray(array, self.dtype).data)
        except OSError as problem:
            raise OutputError(_no_room(problem)) from None
        self.length += len(array)
        return start

    def rewritten(self) -> "Spool":
        """Return a spool for what replaces the contents of this one, in order and no longer than these, in the same file.

        This one may be read meanwhile from where the other has not been written. So the disk never holds both.
        """
        if not reads_anywhere():  # reading moves the position at which the other writes
            return Spool(self.dtype.type)
        self._flush()
        self._file.seek(0)
        self._is_owner = False
        return Spool(self.dtype.type, self._file)

    def array(self) -> NDArray[Any]:
        """Return everything as a read-only array, mapped into memory, and close the spool."""
        if not self.length:
            return np.empty(0, self.dtype)
        self._flush()
        try:
            self._file.truncate(self.length * self.dtype.itemsize)  # it may have been longer, before it was rewritten
            mapped = FileMapping(self._file.fileno(), self.length * self.dtype.itemsize, access=mmap.ACCESS_READ)
        except OSError as problem:
            raise OutputError(_cannot_read(problem)) from None
        self.close()  # the mapping keeps the file alive
        return np.frombuffer(mapped, self.dtype)

    def _flush(self) -> None:
        try:
            self._file.flush()
        except OSError as problem:
            raise OutputError(_no_room(problem)) from None

    def read(self, start: int, length: int) -> NDArray[Any]:
        """Return a copy of a part without mapping it, for data that is read only once; thread-safe."""
        part: NDArray[Any] = np.empty(length, self.dtype)
        self._flush()
        at, view = start * self.dtype.itemsize, part.view(np.uint8).data
        while len(view):
            try:
                got = read_at(self._file, view, at)
            except OSError as problem:
                raise OutputError(_cannot_read(problem)) from None
            if not got:
                raise OutputError(
                    f"cannot read a temporary file of {self.length} elements: it became shorter while it was read"
                )
            at, view = at + got, view[got:]
        return part

    def close(self) -> None:
        """Release the disk space, unless it belongs to `rewritten` by now; arrays returned earlier stay valid."""
        if not self._is_owner:
            return
        with suppress(OSError):  # nobody needs the file any more
            self._file.close()

    def __del__(self) -> None:
        """Close the file of a spool that is no longer used, for example after an error."""
        if hasattr(self, "_file"):
            self.close()


def forget(array: NDArray[Any], end: int, start: int = 0) -> None:
    """Release the memory of a mapped array's elements ``start`` to ``end``; they are read from the file again if needed.

    Does nothing unless the array lies in a :class:`FileMapping`, because in any other memory the data would be lost.
    """
    owner = array
    while isinstance(owner.base, np.ndarray):  # a part of an array has that as its base
        owner = owner.base
    mapped = getattr(owner.base, "obj", None)  # NumPy holds a mapping through a memoryview
    if isinstance(mapped, FileMapping):
        before = array.ctypes.data - np.frombuffer(mapped, np.uint8).ctypes.data
        first = (before + start * array.itemsize) // mmap.PAGESIZE * mmap.PAGESIZE
        length = (before + end * array.itemsize) // mmap.PAGESIZE * mmap.PAGESIZE - first
        if length > 0:
            forget_pages(mapped, first, length)


def sha256_of(*arrays: NDArray[Any] | None) -> str:
    """Return the SHA-256 of the bytes of arrays, one after another; None is left out."""
    found = hashlib.sha256()
    for array in arrays:
        if array is not None:
            add_to_digest(found, array)
    return found.hexdigest()


def add_to_digest(digest: Any, array: NDArray[Any]) -> None:
    """Add the bytes of an array, without a copy of all of it, and without leaving what is mapped in memory."""
    rows = max(1, DIGESTED_BYTES * len(array) // max(1, array.nbytes))
    for start in range(0, len(array), rows):
        end = min(start + rows, len(array))
        digest.update(np.ascontiguousarray(array[start:end]).view(np.uint8).data)
        forget(array, end, start)


def _cannot_read(problem: OSError) -> str:
    return (
        f"cannot read the encoded corpus from a temporary file in {tempfile.tempdir!r}: {problem.strerror}; "
        "set TMPDIR to another folder"
    )


def _no_room(problem: OSError) -> str:
    folder = tempfile.tempdir  # not gettempdir(), which fails if there is no usable folder
    return (
        f"cannot write the encoded corpus to a temporary file in {folder!r}: {problem.strerror}; "
        "set TMPDIR to another folder"
    )
