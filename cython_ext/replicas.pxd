# replicas.pxd -- each thread's own copy of the rows of the most frequent words, in both matrices.
#
# All threads want these rows all the time, and a cache line that two cores write travels between them with each write. So
# a thread trains a copy, and merges a share of what it has learned into the common row every thousand windows or, with many
# threads, every few thousand. Not all of it: the row of a frequent word comes to rest between two merges, so that every
# thread brings the same step, and their sum would overshoot, as common rows do a little, and with many threads diverge. With
# two threads the share was chosen so that they learn as on common rows; three and more merge the mean (local SGD: Stich
# 2019, arXiv 1805.09767). ../w2v/training/replicas.py says which words and what share, README.md what was measured.

from libc.string cimport memcpy

from cython_ext.tile cimport prefetch_row
from cython_ext.types cimport Plan, word_t

cdef enum:
    MERGE_WINDOWS = 8         # a thread merges one row every so many windows

cdef struct Replicas:
    char* rows                # of the first plan.replicated words: input rows, output rows; then both as last merged
    size_t next_row           # the one that is merged next ..
    int windows_left          # .. in so many windows


cdef inline void* input_row(const Plan* plan, const Replicas* replicas, word_t word) noexcept nogil:
    return (replicas.rows if word < plan.replicated else plan.input) + word * plan.row_bytes


cdef inline void* output_row(const Plan* plan, const Replicas* replicas, word_t word) noexcept nogil:
    cdef char* own = replicas.rows + plan.replicated * plan.row_bytes
    return (own if word < plan.replicated else plan.output) + word * plan.row_bytes


cdef inline char* common_row(const Plan* plan, size_t i) noexcept nogil:
    return plan.input + i * plan.row_bytes if i < plan.replicated else plan.output + (i - plan.replicated) * plan.row_bytes


cdef inline void copy_rows(const Plan* plan, Replicas* replicas) noexcept nogil:
    cdef size_t bytes = plan.replicated * plan.row_bytes
    memcpy(replicas.rows, plan.input, bytes)
    memcpy(replicas.rows + bytes, plan.output, bytes)
    memcpy(replicas.rows + 2 * bytes, replicas.rows, 2 * bytes)
    replicas.next_row, replicas.windows_left = 0, MERGE_WINDOWS


cdef inline void merge_row(const Plan* plan, Replicas* replicas, size_t i) noexcept nogil:
    cdef char* own = replicas.rows + i * plan.row_bytes
    cdef char* before = own + 2 * plan.replicated * plan.row_bytes
    plan.kernels.merge(common_row(plan, i), own, before, plan.dim, plan.merged_share)


cdef inline void merge_in_turn(const Plan* plan, Replicas* replicas) noexcept nogil:
    # Once a window. The next common row, which another thread was the last to write, is asked for long before it is needed.
    if plan.replicated == 0:
        return
    replicas.windows_left -= 1
    if replicas.windows_left == 0:
        merge_row(plan, replicas, replicas.next_row)
        replicas.next_row = (replicas.next_row + 1) % (2 * plan.replicated)
        replicas.windows_left = MERGE_WINDOWS
        prefetch_row(common_row(plan, replicas.next_row), plan.dim * <int>sizeof(float))


cdef inline void merge_all(const Plan* plan, Replicas* replicas) noexcept nogil:
    cdef size_t i
    for i in range(2 * plan.replicated):
        merge_row(plan, replicas, i)
