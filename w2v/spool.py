"""Arrays larger than memory: a nameless temporary file, written once from front to back, then mapped into memory.

The file has no name in its folder, so nothing is left behind however the process ends. The folder is Python's
(``TMPDIR``).
"""

import mmap
import tempfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.errors import OutputError


class Spool:
    """A growing array of one type on disk."""

    def __init__(self, dtype: type[np.generic] = np.uint32) -> None:
        self.dtype = np.dtype(dtype)
        self.length = 0
        self._file = tempfile.TemporaryFile(prefix="w2v-")  # noqa: SIM115  (lives as long as the array)

    def append(self, array: NDArray[Any]) -> int:
        """Write an array at the end and return its first index.

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

    def array(self) -> NDArray[Any]:
        """Return everything as a read-only array, mapped into memory; call it when all is written."""
        if not self.length:
            return np.empty(0, self.dtype)
        try:
            self._file.flush()
        except OSError as problem:
            raise OutputError(_no_room(problem)) from None
        mapped = mmap.mmap(self._file.fileno(), self.length * self.dtype.itemsize, access=mmap.ACCESS_READ)
        return np.frombuffer(mapped, self.dtype)

    def close(self) -> None:
        """Give the disk space back; arrays that were handed out stay valid."""
        self._file.close()


def _no_room(problem: OSError) -> str:
    folder = tempfile.gettempdir()
    return (
        f"cannot write the encoded corpus to the temporary folder {folder!r}: {problem.strerror}; set TMPDIR to another"
    )
