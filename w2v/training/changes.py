"""What a shard has learned of some rows since their last merge: what shards on other machines send one another.

An element takes a byte, and a row a scale besides (``cython_ext/changes.h``): a quarter of what its numbers would take. Rows
that have not changed take a bit. Shards in one process merge the same bytes, so the result is the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v.training.matrices import padded

Packed = tuple[NDArray[np.int8], NDArray[np.float32]]
"""Bytes, shape (n, stride), and scales, shape (n,), as `w2v._merging` has them."""


@dataclass(frozen=True)
class Changes:
    """Changes of some rows of one matrix.

    Attributes
    ----------
    changed : ndarray of uint8
        A bit for each row: whether it has changed. The last byte is filled up with zeros.
    bytes : ndarray of int8, shape (k, dim)
        Of the rows that have changed.
    scales : ndarray of float32, shape (k,)
    number : int
        Of all rows.

    Examples
    --------
    >>> packed = np.array([[127] * 16, [0] * 16], np.int8), np.array([0.5, 0], np.float32)
    >>> changes = Changes.of(packed, dim=3)
    >>> changes.size, [array[:, 0].tolist() if array.ndim > 1 else array.tolist() for array in changes.packed()]
    (8, [[127, 0], [0.5, 0.0]])
    """

    changed: NDArray[np.uint8]
    bytes: NDArray[np.int8]
    scales: NDArray[np.float32]
    number: int

    @classmethod
    def of(cls, packed: Packed, dim: int) -> "Changes":
        """Return them without padding and without rows that have not changed."""
        values, scales = packed
        changed = scales != 0
        return cls(np.packbits(changed), values[changed, :dim], scales[changed], len(scales))

    @classmethod
    def none(cls, dim: int) -> "Changes":
        """Return the changes of no rows."""
        return cls.of((np.zeros((0, padded(dim)), np.int8), np.zeros(0, np.float32)), dim)

    def packed(self) -> Packed:
        """Return the bytes of all rows, padded, and their scales."""
        changed = np.unpackbits(self.changed, count=self.number).astype(bool)
        dim = self.bytes.shape[1]
        values, scales = np.zeros((self.number, padded(dim)), np.int8), np.zeros(self.number, np.float32)
        values[changed, :dim], scales[changed] = self.bytes, self.scales
        return values, scales

    @property
    def size(self) -> int:
        """Bytes that it takes to send them."""
        return self.changed.nbytes + self.bytes.nbytes + self.scales.nbytes
