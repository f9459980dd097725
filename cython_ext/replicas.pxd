# replicas.pxd -- each thread's own copy of the rows of the most frequent words, in both matrices.
#
# All threads want these rows all the time, and a cache line that two cores write travels between them with each write. So
# a thread trains a copy, and merges what it has learned into the common row every few hundred windows, weighted so that the
# common row moves by the mean over the threads (local SGD: Stich 2019, arXiv 1805.09767). The sum would be unstable: the
# row of a frequent word comes to rest between two merges, so every thread brings the same step.

from libc.string cimport memcpy

from cython_ext.tile cimport prefetch_row
from cython_ext.types cimport Plan, word_t

cdef enum:
    MERGE_WINDOWS = 8         # a thread merges one row every so many windows

cdef struct Replicas:
    char* rows                # of the first plan.replicated words: input rows, output rows; then both as last merged
    int turn                  # the row that is merged next ..
    int wait                  # .. in so many windows


cdef inline void* input_row(const Plan* plan, const Replicas* replicas, word_t word) noexcept nogil:
    return (replicas.rows if word < plan.replicated else plan.input) + word * plan.row_bytes


cdef inline void* output_row(const Plan* plan, const Replicas* replicas, word_t word) noexcept nogil:
    cdef char* own = replicas.rows + plan.replicated * plan.row_bytes
    return (own if word < plan.replicated else plan.output) + word * plan.row_bytes


cdef inline char* common_row(const Plan* plan, word_t turn) noexcept nogil:
    return plan.input + turn * plan.row_bytes if turn < plan.replicated else plan.output + (turn - plan.replicated) * plan.row_bytes


cdef inline void copy_rows(const Plan* plan, Replicas* replicas) noexcept nogil:
    cdef size_t bytes = plan.replicated * plan.row_bytes
    memcpy(replicas.rows, plan.input, bytes)
    memcpy(replicas.rows + bytes, plan.output, bytes)
    memcpy(replicas.rows + 2 * bytes, replicas.rows, 2 * bytes)
    replicas.turn, replicas.wait = 0, MERGE_WINDOWS


cdef inline void merge_row(const Plan* plan, Replicas* replicas, word_t turn) noexcept nogil:
    cdef char* own = replicas.rows + turn * plan.row_bytes
    plan.kernels.merge(common_row(plan, turn), own, own + 2 * plan.replicated * plan.row_bytes, plan.dim, plan.merge_share)


cdef inline void merge_in_turn(const Plan* plan, Replicas* replicas) noexcept nogil:
    # Once a window. The next common row, which another thread was the last to write, is asked for long before it is needed.
    if plan.replicated == 0:
        return
    replicas.wait -= 1
    if replicas.wait == 0:
        merge_row(plan, replicas, replicas.turn)
        replicas.turn = (replicas.turn + 1) % (2 * <int>plan.replicated)
        replicas.wait = MERGE_WINDOWS
        prefetch_row(common_row(plan, replicas.turn), plan.dim * <int>sizeof(float))


cdef inline void merge_all(const Plan* plan, Replicas* replicas) noexcept nogil:
    cdef word_t turn
    for turn in range(2 * plan.replicated):
        merge_row(plan, replicas, turn)
