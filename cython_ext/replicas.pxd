# replicas.pxd -- each thread's own copies of the rows of the most frequent words, in both matrices.
#
# All threads write these rows constantly, and a cache line that two cores write travels between them with each write. So a
# thread trains a copy, and merges it into the common row every thousand windows or, with many threads, every few thousand.
#
# A merge moves the common row by a share of what the copy has learned since its last merge, not by all of it. Between two
# merges the row of a frequent word converges, and every thread contributes the same step. The sum of all steps would count
# it once per thread and overshoot: a little with two threads (as common rows do), and until training diverges with many. For
# two threads the share was chosen so that they learn as on common rows; three and more merge the mean (local SGD: Stich
# 2019, arXiv 1805.09767). ../w2v/training/replicas.py chooses the words and the share, README.md has the measurements.
#
#     rows   [ copies of input | copies of output | input as last merged | output as last merged ]
#              block 0           block 1            block 2                block 3         of plan.replicated rows each

from libc.string cimport memcpy

from cython_ext.tile cimport prefetch_row
from cython_ext.types cimport Plan, word_t

cdef enum:
    MERGE_WINDOWS = 8         # a thread merges one row every MERGE_WINDOWS windows

cdef struct Replicas:
    char* rows
    size_t next_row           # of blocks 0 and 1, the row that is merged next ..
    int windows_left          # .. after that many windows


cdef inline char* row_of_block(const Plan* plan, const Replicas* replicas, size_t block, size_t row) noexcept nogil:
    return replicas.rows + (block * plan.replicated + row) * plan.row_bytes


cdef inline void* input_row(const Plan* plan, const Replicas* replicas, word_t word) noexcept nogil:
    return (replicas.rows if word < plan.replicated else plan.input) + word * plan.row_bytes


cdef inline void* output_row(const Plan* plan, const Replicas* replicas, word_t word) noexcept nogil:
    cdef char* copies = row_of_block(plan, replicas, 1, 0)
    return (copies if word < plan.replicated else plan.output) + word * plan.row_bytes


cdef inline char* common_row(const Plan* plan, size_t row) noexcept nogil:
    # What the given row of blocks 0 and 1 is a copy of.
    if row < plan.replicated:
        return plan.input + row * plan.row_bytes
    return plan.output + (row - plan.replicated) * plan.row_bytes


cdef inline void copy_rows(const Plan* plan, Replicas* replicas) noexcept nogil:
    cdef size_t bytes = plan.replicated * plan.row_bytes
    memcpy(row_of_block(plan, replicas, 0, 0), plan.input, bytes)
    memcpy(row_of_block(plan, replicas, 1, 0), plan.output, bytes)
    memcpy(row_of_block(plan, replicas, 2, 0), replicas.rows, 2 * bytes)
    replicas.next_row, replicas.windows_left = 0, MERGE_WINDOWS


cdef inline void merge_row(const Plan* plan, Replicas* replicas, size_t row) noexcept nogil:
    plan.kernels.merge(common_row(plan, row), row_of_block(plan, replicas, 0, row), row_of_block(plan, replicas, 2, row),
                       plan.dim, plan.merged_share)


cdef inline void merge_in_turn(const Plan* plan, Replicas* replicas) noexcept nogil:
    # Called once per window. The next common row was probably last written by another thread, so it is requested long before
    # it is needed.
    if plan.replicated == 0:
        return
    replicas.windows_left -= 1
    if replicas.windows_left == 0:
        merge_row(plan, replicas, replicas.next_row)
        replicas.next_row = (replicas.next_row + 1) % (2 * plan.replicated)
        replicas.windows_left = MERGE_WINDOWS
        prefetch_row(common_row(plan, replicas.next_row), plan.dim * <int>sizeof(float), plan.owned)


cdef inline void merge_all(const Plan* plan, Replicas* replicas) noexcept nogil:
    cdef size_t row
    for row in range(2 * plan.replicated):
        merge_row(plan, replicas, row)
