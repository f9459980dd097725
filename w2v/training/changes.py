"""What a shard has learned of some rows since their last merge: what shards on other machines send one another.

An element takes a byte, and a row a scale besides (``cython_ext/changes.h``): a quarter of what its numbers would take. Rows
that have not changed take a bit. Shards in one process merge the same bytes, so the result is the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Packed = tuple[NDArray[np.uint8], NDArray[np.int8], NDArray[np.float32]]
"""The arrays of `Changes`, as `w2v._merging` has them."""


@dataclass(frozen=True)
class Changes:
    """Changes of some rows of one matrix.

    Attributes
    ----------
    changed : ndarray of uint8
        A bit for each row, the lowest first: whether it has changed. The last byte is filled up with zeros.
    bytes : ndarray of int8, shape (k * dim + SLACK,)
        Of the rows that have changed. Zeros come after them, as kernels read a whole vector at a time.
    scales : ndarray of float32, shape (k,)
    """

    changed: NDArray[np.uint8]
    bytes: NDArray[np.int8]
    scales: NDArray[np.float32]

    @property
    def packed(self) -> Packed:
        """All of it, for `w2v._merging`."""
        return self.changed, self.bytes, self.scales

    @property
    def size(self) -> int:
        """Bytes that it takes to send them."""
        return self.changed.nbytes + self.bytes.nbytes + self.scales.nbytes
