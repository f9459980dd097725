"""Merging the copies of shards: their mean, or a multiple of what they have learned for each row and direction."""

from cpython.pycapsule cimport PyCapsule_GetPointer
from libc.stdint cimport int64_t
from libc.stdlib cimport free
from libc.string cimport memset

import numpy as np

from cython_ext.checks cimport check
from cython_ext.dispatch cimport capsule_name
from cython_ext.merge cimport MAX_COPIES, mean_of_lines
from cython_ext.tile cimport ROW_ALIGNMENT, DirectionalMerge, TileKernels

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

    The result does not depend on how the rows are divided among calls.
    """
    cdef Copies all = Copies(matrices)
    cdef Copies rotations = Copies([basis.directions, basis.components])
    cdef Copies values = Copies([basis.values])
    cdef const float[::1] pulls = multiples.pulls
    cdef const float[::1] boosts = multiples.boosts
    cdef const float[::1] spreads = multiples.spreads
    cdef const TileKernels* table = <const TileKernels*>PyCapsule_GetPointer(kernels, capsule_name())
    cdef DirectionalMerge merge
    check(table.real_bytes == sizeof(float), "kernels are not for float32")
    check(all.n > 1, "there are no copies")
    check(rotations.stride == values.stride == all.stride, "matrix shapes differ")
    check(rotations.rows <= all.stride, "the basis does not fit the rows")
    check(pulls.shape[0] == boosts.shape[0] == spreads.shape[0] == all.rows, "there is not one multiple per row")
    check(0 <= first <= end <= all.rows, "no such rows")
    merge.dim, merge.n, merge.stride = rotations.rows, all.n - 1, all.stride
    merge.base, merge.copies = all.pointers[0], <void**>&all.pointers[1]
    merge.directions, merge.components, merge.values = rotations.pointers[0], rotations.pointers[1], values.pointers[0]
    merge.pulls, merge.boosts, merge.spreads = &pulls[0], &boosts[0], &spreads[0]
    cdef size_t bytes = 4 * all.stride * sizeof(float)
    cdef void* scratch = aligned_alloc(ROW_ALIGNMENT, bytes)
    if scratch == NULL:
        raise MemoryError("no memory to merge rows")
    with nogil:
        memset(scratch, 0, bytes)
        table.merge_by_direction(&merge, first, end, scratch)
        free(scratch)


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
