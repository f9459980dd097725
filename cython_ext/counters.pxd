# counters.pxd -- counters.h for Cython.

from libc.stdint cimport int64_t


cdef extern from "cython_ext/counters.h" nogil:
    int64_t fetch_add(int64_t* counter, int64_t n) noexcept
    int64_t read_counter(const int64_t* counter) noexcept
    void write_counter(int64_t* counter, int64_t n) noexcept
