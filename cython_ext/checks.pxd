# checks.pxd -- validation of everything that Python passes to the core, before any pointer is taken.

from libc.stdint cimport int64_t, uint32_t


cdef inline int check(bint holds, str complaint) except -1:
    if not holds:
        raise ValueError(complaint)
    return 0


cdef inline bint is_power_of_two(int64_t n) noexcept:
    return n > 0 and n & (n - 1) == 0


cdef inline int64_t longest_part(const int64_t[::1] bounds, int64_t n) noexcept nogil:
    # The length of the longest part that the bounds cut 0..n into; -1 if they do not increase from 0 to n.
    cdef int64_t i, longest = 0
    if bounds[0] != 0 or bounds[bounds.shape[0] - 1] != n:
        return -1
    for i in range(bounds.shape[0] - 1):
        if bounds[i + 1] < bounds[i]:
            return -1
        longest = max(longest, bounds[i + 1] - bounds[i])
    return longest


cdef inline bint all_below(const uint32_t[::1] words, uint32_t bound) noexcept nogil:
    cdef bint beyond = False
    cdef int64_t i
    for i in range(words.shape[0]):
        beyond |= words[i] >= bound
    return not beyond
