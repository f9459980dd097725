"""Lines of text to rows of word vectors, without a Python object per value; and bytes to words."""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int64_t, uint64_t, uint8_t

from array import array

import numpy as np


cdef extern from "cython_ext/decimals.h" nogil:
    int LEAST_POWER, GREATEST_POWER
    uint64_t FIVES[][2]

    ctypedef struct RowShape:
        int64_t dim, longest_word, longest_line

    int64_t line_end(const uint8_t* text, int64_t length, int64_t place, const RowShape* shape) noexcept
    int64_t read_rows(const uint8_t* text, int64_t length, const RowShape* shape, int64_t most, int64_t* place,
                      float* values, int64_t (*places)[3]) noexcept


cdef _fill_fives():
    """Fill the table of powers of five: Python's integers, so nothing is rounded but the last bit."""
    cdef object q, power, five
    cdef int64_t row
    for row in range(GREATEST_POWER - LEAST_POWER + 1):
        q = row + LEAST_POWER
        power = 5 ** abs(q)
        if q < 0:
            five = (1 << (power.bit_length() + 127)) // power + (q >= -27)
        else:
            five = (power << 128) >> power.bit_length()
        FIVES[row][0], FIVES[row][1] = five >> 64, five & 0xFFFFFFFFFFFFFFFF


_fill_fives()


def parse_rows(bytes text, int64_t dim, int64_t longest_word, int64_t longest_line):
    """Parse lines of a word and its values, separated by spaces and tabs; releases the GIL.

    Parameters
    ----------
    text : bytes
        Lines, newlines included.
    dim : int
        Values per row, at least 1.
    longest_word, longest_line : int
        Bytes; a row with a longer word is left to the caller; a longer line is cut into several, which are too.

    Returns
    -------
    words : list of bytes
        One per row.
    values : ndarray of float32, shape (rows, dim)
        Rounded as `numpy.loadtxt` rounds. Decimals beyond float32 are infinite.
    places : ndarray of int64, shape (rows,)
        Where each row begins in the text.
    others : ndarray of int64, shape (n, 3)
        The lines that are not such rows: how many rows come before, where the line begins and where it ends.

    Raises
    ------
    ValueError
        If a length is below 1.
    """
    if dim < 1 or longest_line < 1:
        raise ValueError("lengths must be at least 1")
    cdef RowShape shape
    shape.dim, shape.longest_word, shape.longest_line = dim, longest_word, longest_line
    cdef int64_t length = len(text), n = 0, here = 0, end, i
    cdef int64_t most = max(1, length // (2 * dim + 2))  # a letter, a space and a digit per value, a newline
    cdef const uint8_t* start = text
    values, places, others = np.empty((most, dim), np.float32), np.empty((most, 3), np.int64), array("q")
    cdef float[:, ::1] to = values
    cdef int64_t[:, ::1] at = places
    while here < length:
        with nogil:
            if n < most:
                n += read_rows(start, length, &shape, most - n, &here, &to[n, 0], <int64_t (*)[3]>&at[n, 0])
            end = line_end(start, length, here, &shape) if here < length else here
        if here < length:
            others.extend((n, here, end))
            here = end
    words = [start[at[i, 1]:at[i, 2]] for i in range(n)]
    return words, values[:n], places[:n, 0], np.array(others, np.int64).reshape(-1, 3)


def decode_words(bytes text, const int64_t[::1] bounds):
    """Cut UTF-8 into words: word i is ``text[bounds[i]:bounds[i + 1]]``.

    Parameters
    ----------
    text : bytes
    bounds : ndarray of int64, shape (n + 1,)

    Returns
    -------
    list of str, n

    Raises
    ------
    ValueError
        If the bounds do not increase from 0 to the length of the text; UnicodeDecodeError, if a word is not UTF-8.
    """
    cdef int64_t n = bounds.shape[0] - 1, i
    cdef bint ordered = n >= 0 and bounds[0] == 0 and bounds[n] == len(text)
    for i in range(n):
        ordered &= bounds[i] <= bounds[i + 1]
    if not ordered:
        raise ValueError(f"the bounds must increase from 0 to {len(text)}")
    cdef const char* start = text
    cdef list words = [None] * n
    for i in range(n):
        words[i] = PyUnicode_DecodeUTF8(start + bounds[i], bounds[i + 1] - bounds[i], NULL)
    return words
