# merge.pxd -- the mean of copies of rows; see merge.h.

from libc.stdint cimport int64_t


cdef extern from "cython_ext/merge.h" nogil:
    void mean_of_lines(float* const* copies, int n, int64_t first_line, int64_t end_line)
