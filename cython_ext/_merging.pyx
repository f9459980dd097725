"""Merging the copies of shards: their mean, or a multiple of what they have learned for each row and direction."""

from cpython.pycapsule cimport PyCapsule_GetPointer
from libc.stdint cimport int8_t, int64_t
from libc.stdlib cimport free
from libc.string cimport memset

import numpy as np

from cython_ext.checks cimport check
from cython_ext.dispatch cimport capsule_name
from cython_ext.merge cimport MAX_COPIES, mean_of_lines
from cython_ext.tile cimport ROW_ALIGNMENT, Changes, DirectionalMerge, Rows, TileKernels

cdef extern from "<stdlib.h>" nogil:
    void* aligned_alloc(size_t alignment, size_t bytes) noexcept

cdef extern from "cython_ext/directions.h" nogil:
    void _second_moments "second_moments"(const float* rows, const float* weights, int64_t n, int dim, int64_t stride,
                                          double* moments) noexcept
    void _eigenvectors "eigenvectors"(double* a, int n, int64_t stride, double* values, double* scratch) noexcept

MOST_COPIES = MAX_COPIES


# float32 matrices of one shape, with rows padded and aligned to 64 bytes; valid as long as it lives.
cdef class Copies:
    cdef float* pointers[MAX_COPIES]
    cdef list held
    cdef int n
    cdef int64_t rows
    cdef int64_t stride

    def __init__(self, list copies):
        cdef float[:, ::1] copy
        self.held, self.n = copies, len(copies)
        check(0 < self.n <= MAX_COPIES, "too many copies, or none")
        self.rows, self.stride = copies[0].shape
        check(self.rows > 0 and self.stride > 0, "copies are empty")
        check(self.stride * sizeof(float) % ROW_ALIGNMENT == 0, "rows are not padded to 64 bytes")
        for i in range(self.n):
            copy = copies[i]
            check(copy.shape[0] == self.rows and copy.shape[1] == self.stride, "matrix shapes differ")
            self.pointers[i] = &copy[0, 0]
            check(<size_t>self.pointers[i] % ROW_ALIGNMENT == 0, "rows are not aligned")


def mean_rows(list copies, int64_t first, int64_t end):
    """Replace rows ``first`` to ``end`` of each of several matrices by their mean; releases the GIL.

    The matrices are float32, of one shape, with rows padded and aligned to 64 bytes; the result does not depend on how the
    rows are divided among calls.
    """
    cdef Copies all = Copies(copies)
    cdef int64_t lines = all.stride * <int64_t>sizeof(float) // ROW_ALIGNMENT
    check(0 <= first <= end <= all.rows, "no such rows")
    with nogil:
        mean_of_lines(all.pointers, all.n, first * lines, end * lines)


# What several shards have learned of the same rows: of each, bytes (int8, shape (rows, stride)) and scales (float32, shape
# (rows,)); valid as long as it lives.
cdef class Learned:
    cdef Changes each[MAX_COPIES]
    cdef list held
    cdef int n
    cdef int64_t rows
    cdef int64_t stride

    def __init__(self, list changes):
        cdef int8_t[:, ::1] bytes
        cdef float[::1] scales
        self.held, self.n = changes, len(changes)
        check(0 < self.n <= MAX_COPIES, "too many changes, or none")
        self.rows, self.stride = changes[0][0].shape
        check(self.rows > 0 and self.stride * sizeof(float) % ROW_ALIGNMENT == 0, "changes are empty, or not padded")
        for i in range(self.n):
            bytes, scales = changes[i]
            check(bytes.shape[0] == scales.shape[0] == self.rows and bytes.shape[1] == self.stride, "shapes differ")
            self.each[i].bytes, self.each[i].scales = &bytes[0, 0], &scales[0]


# Memory for kernels, of zeros.
cdef class Scratch:
    cdef char* pointer

    def __cinit__(self, size_t size):
        size = (size + ROW_ALIGNMENT - 1) // ROW_ALIGNMENT * ROW_ALIGNMENT
        self.pointer = <char*>aligned_alloc(ROW_ALIGNMENT, size)
        if self.pointer == NULL:
            raise MemoryError("no memory to merge rows")
        memset(self.pointer, 0, size)

    def __dealloc__(self):
        free(self.pointer)


cdef const TileKernels* table_of(kernels) except NULL:
    cdef const TileKernels* table = <const TileKernels*>PyCapsule_GetPointer(kernels, capsule_name())
    check(table.real_bytes == sizeof(float), "kernels are not for float32")
    return table


# How rows are merged; valid as long as it lives.
cdef class Directions:
    cdef DirectionalMerge merge
    cdef Copies rotations
    cdef Copies values
    cdef const float[::1] pulls
    cdef const float[::1] boosts
    cdef const float[::1] spreads

    def __init__(self, basis, multiples, int64_t rows, int64_t stride):
        self.rotations, self.values = Copies([basis.directions, basis.components]), Copies([basis.values])
        self.pulls, self.boosts, self.spreads = multiples.pulls, multiples.boosts, multiples.spreads
        check(self.rotations.stride == self.values.stride == stride, "matrix shapes differ")
        check(self.rotations.rows <= stride, "the basis does not fit the rows")
        check(self.pulls.shape[0] == self.boosts.shape[0] == self.spreads.shape[0] == rows,
              "there is not one multiple per row")
        self.merge.rows.dim, self.merge.rows.stride = self.rotations.rows, stride
        self.merge.directions, self.merge.components = self.rotations.pointers[0], self.rotations.pointers[1]
        self.merge.values = self.values.pointers[0]

    cdef void use(self, int64_t first, int64_t number) noexcept nogil:
        self.merge.rows.number = number
        self.merge.pulls, self.merge.boosts = &self.pulls[first], &self.boosts[first]
        self.merge.spreads = &self.spreads[first]


cdef enum:
    ROWS_AT_ONCE = 32  # whose packed changes stay in the cache


def merge_by_direction(list matrices, basis, multiples, int64_t first, int64_t end, kernels):
    """Merge rows ``first`` to ``end`` of copies into their base, and make them equal to it; releases the GIL.

    Parameters
    ----------
    matrices : list of ndarray of float32, shape (V, stride)
        The base, then the copies, with rows padded and aligned to 64 bytes.
    basis : Basis
        ``directions`` (float32, shape (dim, stride)): row k has component k of each direction; ``components``: the same,
        transposed; ``values`` (float32, shape (1, stride)): eigenvalues. All aligned as the matrices.
    multiples : Multiples
        ``pulls``, ``boosts``, ``spreads``: float32, shape (V,); see ``directional_merge.h``.
    kernels : capsule
        Of :func:`_core.kernels`.

    The result does not depend on how the rows are divided among calls: it is that of `pack_changes` for each copy,
    `merge_changes`, and `add_changes`.
    """
    cdef const TileKernels* table = table_of(kernels)
    cdef Copies all = Copies(matrices)
    cdef Directions directions = Directions(basis, multiples, all.rows, all.stride)
    check(all.n > 1, "there are no copies")
    check(0 <= first <= end <= all.rows, "no such rows")
    cdef int c, n = all.n - 1
    cdef Learned learned = Learned([_some(ROWS_AT_ONCE, all.stride) for c in range(n + 1)])  # of the copies, and merged
    cdef Scratch scratch = Scratch(4 * all.stride * sizeof(float))
    cdef void* rows[MAX_COPIES]
    cdef int64_t row = first
    directions.merge.n, directions.merge.changes = n, learned.each
    with nogil:
        while row < end:
            directions.use(row, min(end - row, <int64_t>ROWS_AT_ONCE))
            for c in range(n + 1):
                rows[c] = all.pointers[c] + row * all.stride
            for c in range(n):
                table.pack_changes(rows[0], rows[1 + c], &directions.merge.rows, &learned.each[c], scratch.pointer)
            table.merge_by_direction(&directions.merge, &learned.each[n], scratch.pointer)
            table.add_changes(rows[0], &rows[1], n, &directions.merge.rows, &learned.each[n])
            row += ROWS_AT_ONCE


def _some(number, stride):
    """Return changes of so many rows that are still to be filled in."""
    return np.zeros((number, stride), np.int8), np.empty(number, np.float32)


def pack_changes(list matrices, int dim, int64_t first, int64_t end, kernels):
    """Return what rows ``first`` to ``end`` of a copy have learned, against their base; releases the GIL.

    Parameters
    ----------
    matrices : list of two ndarray of float32, shape (V, stride)
        The base and the copy, with rows padded and aligned to 64 bytes.
    dim : int
        Number of columns in use.

    Returns
    -------
    tuple of ndarray
        Bytes (int8, shape (end - first, stride)) and scales (float32), see ``changes.h``.
    """
    cdef const TileKernels* table = table_of(kernels)
    cdef Copies both = Copies(matrices)
    check(both.n == 2 and 0 < dim <= both.stride, "there is not one copy, or dim does not fit")
    check(0 <= first < end <= both.rows, "no such rows")
    found = _some(end - first, both.stride)
    cdef Learned to = Learned([found])
    cdef Scratch scratch = Scratch(both.stride * sizeof(float))
    cdef Rows rows
    rows.number, rows.dim, rows.stride = end - first, dim, both.stride
    with nogil:
        table.pack_changes(both.pointers[0] + first * both.stride, both.pointers[1] + first * both.stride, &rows,
                           &to.each[0], scratch.pointer)
    return found


def merge_changes(list changes, basis, multiples, kernels):
    """Return what becomes of the changes of some rows, those of each shard as from `pack_changes`; releases the GIL.

    ``multiples`` has those of these rows alone; see `merge_by_direction` for the others.
    """
    cdef const TileKernels* table = table_of(kernels)
    cdef Learned each = Learned(changes)
    cdef Directions directions = Directions(basis, multiples, each.rows, each.stride)
    merged = _some(each.rows, each.stride)
    cdef Learned to = Learned([merged])
    cdef Scratch scratch = Scratch(4 * each.stride * sizeof(float))
    directions.use(0, each.rows)
    directions.merge.n, directions.merge.changes = each.n, each.each
    with nogil:
        table.merge_by_direction(&directions.merge, &to.each[0], scratch.pointer)
    return merged


def add_changes(list matrices, int dim, int64_t first, changes, kernels):
    """Add changes, as from `pack_changes`, to rows from ``first`` on, and make copies equal to them; releases the GIL.

    Parameters
    ----------
    matrices : list of ndarray of float32, shape (V, stride)
        The base, then the copies, with rows padded and aligned to 64 bytes.
    dim : int
    """
    cdef const TileKernels* table = table_of(kernels)
    cdef Copies all = Copies(matrices)
    cdef Learned learned = Learned([changes])
    cdef void* starts[MAX_COPIES]
    cdef Rows rows
    cdef int c
    check(learned.stride == all.stride and 0 < dim <= all.stride, "changes do not fit the rows")
    check(0 <= first <= all.rows - learned.rows, "no such rows")
    rows.number, rows.dim, rows.stride = learned.rows, dim, all.stride
    with nogil:
        for c in range(all.n):
            starts[c] = all.pointers[c] + first * all.stride
        table.add_changes(starts[0], &starts[1], all.n - 1, &rows, &learned.each[0])


def second_moments(float[:, ::1] rows, const float[::1] weights, int dim):
    """Return the sum of ``weight * row^T row`` over rows (float64, shape (dim, dim)); releases the GIL.

    The rows are float32, padded and aligned to 64 bytes; there is one weight per row.
    """
    cdef Copies all = Copies([rows])
    check(weights.shape[0] == all.rows and 0 < dim <= all.stride, "weights, rows and dim do not fit together")
    moments = np.zeros((dim, all.stride))
    cdef double[:, ::1] to = moments
    with nogil:
        _second_moments(all.pointers[0], &weights[0], all.rows, dim, all.stride, &to[0, 0])
    return moments[:, :dim]


def eigenvectors(symmetric):
    """Return the eigenvalues of a symmetric matrix, in any order, and its eigenvectors in rows; releases the GIL.

    They are float64, and the same whatever libraries and processors there are (but for fused multiplications).
    """
    rows = np.array(symmetric, np.float64, order="C")
    cdef double[:, ::1] a = rows
    cdef int n = a.shape[0]
    check(n > 0 and a.shape[1] == n, "the matrix is not square, or empty")
    check(bool(np.isfinite(rows).all()), "the matrix is not finite")
    values, scratch = np.empty(n), np.empty(2 * n)
    cdef double[::1] value = values
    cdef double[::1] numbers = scratch
    with nogil:
        _eigenvectors(&a[0, 0], n, n, &value[0], &numbers[0])
    return values, rows
