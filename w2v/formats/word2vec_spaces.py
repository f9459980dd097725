"""Words with spaces in word2vec's binary format, which has no place for them: they shift the vector that follows.

    word  space  values                      the row as the format defines it
    new   space  y o r k space 3e d2 ...     "new york": its second part is taken for the first values

Shifted by a number of bytes that is not a multiple of four, values have exponents at random, so some are huge. Shifted by
whole values, the one that ends with the space (byte 0x20) is about 1e-19. Neither occurs in vectors that were trained.
"""

import re

import numpy as np
from numpy.typing import NDArray

# Bytes of a row that are searched for the second part of its word.
_SEARCHED = 24
_HUGE = 1e9
_USUAL = (1e-9, 1e6)  # the largest value of a row; vectors of another size are not judged
_SPACE = (1.08e-19, 6.0e-19)  # the magnitudes of floats whose last byte is a space, rounded outwards


def row_that_begins_with_a_word(block: NDArray[np.float32]) -> int | None:
    """Return the first row whose values begin with text and a space, and are implausible as they stand; None without one.

    Parameters
    ----------
    block : ndarray of float32, shape (rows, dim)

    Examples
    --------
    >>> block = np.linspace(-1, 1, 60, dtype=np.float32).reshape(3, 20)
    >>> row_that_begins_with_a_word(block) is None
    True
    >>> block[1] = np.frombuffer(b"york " + block[1].tobytes()[:-5], np.float32)
    >>> row_that_begins_with_a_word(block)
    1
    """
    start = block[:, : _SEARCHED // 4]
    rows = np.flatnonzero(_have_a_space(start))  # one in ten
    small = np.abs(start[rows])
    with np.errstate(invalid="ignore"):
        tiny = ((small >= _SPACE[0]) & (small <= _SPACE[1])).any(axis=1)
        rows = rows[tiny | ~(np.abs(block[rows]).max(axis=1) < _HUGE)]
    if not len(rows) or not _USUAL[0] < _typical_size(block) < _USUAL[1]:
        return None
    return next((int(row) for row in rows if _is_sound_when_shifted(block[row].tobytes())), None)


def _typical_size(block: NDArray[np.float32]) -> float:
    """Return the median over some rows of their largest value."""
    sizes = np.abs(block[:: 1 + len(block) // 1000]).max(axis=1)
    return float(np.sort(sizes)[(len(sizes) - 1) // 2])  # NaN is sorted to the end


def _have_a_space(start: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return for each row whether one of its bytes is a space, four bytes at a time."""
    words = np.ascontiguousarray(start.T).view(np.uint32) ^ np.uint32(0x20202020)  # a space becomes a zero
    zeros = (words - np.uint32(0x01010101)) & ~words & np.uint32(0x80808080)
    found: NDArray[np.bool_] = np.bitwise_or.reduce(zeros, axis=0) != 0
    return found


def _is_sound_when_shifted(row: bytes) -> bool:
    """Whether the values of a row are plausible after some text that ends with a space."""
    text = re.split(rb"[\x00-\x1f\x7f]", row[:_SEARCHED], maxsplit=1)[0]
    for end in (i + 1 for i, byte in enumerate(text) if byte == 0x20):
        values = np.frombuffer(row[end : end + (len(row) - end) // 4 * 4], "<f4")
        if len(values) and (np.abs(values) < _HUGE).all() and np.abs(values).max() > _USUAL[0]:
            return True
    return False
