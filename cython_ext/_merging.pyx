"""Merging the copies of shards: their mean, or a multiple of what they have learned for each row and direction."""

from cpython.pycapsule cimport PyCapsule_GetPointer
from libc.stdint cimport int8_t, int64_t, uint8_t
from libc.stdlib cimport free
from libc.string cimport memset

import numpy as np

from cython_ext.checks cimport check
from cython_ext.dispatch cimport capsule_name
from cython_ext.merge cimport mean_of_lines
from cython_ext.tile cimport (
    CHANGES_SLACK, MAX_COPIES, MOMENT_ROWS, ROW_ALIGNMENT, Changes, DirectionalMerge, Rows, TileKernels,
)

cdef extern from "<stdlib.h>" nogil:
    void* aligned_alloc(size_t alignment, size_t bytes) noexcept

cdef extern from *:
    int __builtin_popcount(unsigned int bits) noexcept nogil

SLACK = CHANGES_SLACK
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


# What several shards have learned of the same rows: of each, what `pack_changes` returns; valid as long as it lives.
cdef class ChangesOfShards:
    cdef Changes each[MAX_COPIES]
    cdef list held
    cdef int n

    def __init__(self, list changes, int64_t rows, int dim):
        cdef const uint8_t[::1] changed
        cdef const int8_t[::1] bytes
        cdef const float[::1] scales
        self.held, self.n = changes, len(changes)
        check(0 < self.n <= MAX_COPIES, "too many changes, or none")
        for i in range(self.n):
            changed, bytes, scales = changes[i]
            check(rows > 0 and changed.shape[0] == (rows + 7) // 8, "there is not one bit per row")
            check(_ones(changed, rows) == scales.shape[0], "there is not one scale per row that has changed")
            check(bytes.shape[0] == scales.shape[0] * dim + CHANGES_SLACK, "changes do not fit the rows")
            self.each[i].changed, self.each[i].bytes = <uint8_t*>&changed[0], <int8_t*>&bytes[0]
            self.each[i].scales = <void*>&scales[0] if scales.shape[0] else NULL
            self.each[i].row = self.each[i].number = 0


cdef int64_t _ones(const uint8_t[::1] bits, int64_t number) noexcept:
    """Return how many of the first bits are ones; -1 if one of the others is."""
    cdef int64_t found = 0
    for i in range(bits.shape[0]):
        found += __builtin_popcount(bits[i])
    return found if number % 8 == 0 or bits[bits.shape[0] - 1] >> (number % 8) == 0 else -1


# Room for the changes of some rows.
cdef class Room:
    cdef Changes to
    cdef object bits
    cdef object values
    cdef object scales

    def __init__(self, int64_t rows, int dim):
        cdef uint8_t[::1] bits = np.empty((rows + 7) // 8, np.uint8)
        cdef int8_t[::1] values = np.empty(rows * dim + CHANGES_SLACK, np.int8)
        cdef float[::1] scales = np.empty(rows, np.float32)
        self.bits, self.values, self.scales = np.asarray(bits), np.asarray(values), np.asarray(scales)
        self.to.changed, self.to.bytes, self.to.scales = &bits[0], &values[0], <void*>&scales[0]
        self.to.row = self.to.number = 0

    cdef tuple found(self, int dim):
        cdef int64_t end = self.to.number * dim
        self.values[end : end + CHANGES_SLACK] = 0  # it is sent too, and what was there before says nothing of the changes
        return self.bits, self.values[: end + CHANGES_SLACK], self.scales[: self.to.number]


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
    ROWS_AT_ONCE = 16  # whose packed changes stay in the cache


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
    cdef int c, n = all.n - 1, dim = directions.merge.rows.dim
    cdef list rooms = [Room(ROWS_AT_ONCE, dim) for _ in range(n + 1)]  # for the changes of the copies, and merged ones
    cdef Scratch scratch = Scratch(4 * all.stride * sizeof(float))
    cdef Changes learned[MAX_COPIES]
    cdef void* rows[MAX_COPIES]
    cdef int64_t row = first
    for c in range(n + 1):
        learned[c] = (<Room>rooms[c]).to
    directions.merge.n, directions.merge.changes = n, learned
    with nogil:
        while row < end:
            directions.use(row, min(end - row, <int64_t>ROWS_AT_ONCE))
            _rewind(learned, n + 1)
            for c in range(n + 1):
                rows[c] = all.pointers[c] + row * all.stride
            for c in range(n):
                table.pack_changes(rows[0], rows[1 + c], &directions.merge.rows, &learned[c], scratch.pointer)
            _rewind(learned, n)
            table.merge_by_direction(&directions.merge, &learned[n], scratch.pointer)
            _rewind(&learned[n], 1)
            table.add_changes(rows[0], &rows[1], n, &directions.merge.rows, &learned[n])
            row += ROWS_AT_ONCE


cdef void _rewind(Changes* changes, int n) noexcept nogil:
    """Let changes be read or written from the first row on."""
    for c in range(n):
        changes[c].row = changes[c].number = 0


def pack_changes(list matrices, int dim, list slices, kernels):
    """Return what some slices of the rows of a copy have learned, against their base; releases the GIL.

    Parameters
    ----------
    matrices : list of two ndarray of float32, shape (V, stride)
        The base and the copy, with rows padded and aligned to 64 bytes.
    dim : int
        Number of columns in use.
    slices : list of (int, int)
        The first and the end of the rows of each; none is empty.

    Returns
    -------
    list of tuple of ndarray
        For each slice of n rows, of which k have changed: which of them (uint8, shape ((n + 7) // 8,), a bit for each row, the
        lowest first), bytes (int8, shape (k * dim + `SLACK`,)) and scales (float32, shape (k,)), see ``changes.h``.
    """
    cdef const TileKernels* table = table_of(kernels)
    cdef Copies both = Copies(matrices)
    check(both.n == 2 and 0 < dim <= both.stride, "there is not one copy, or dim does not fit")
    cdef Scratch scratch = Scratch(both.stride * sizeof(float))
    cdef Room room
    cdef Rows rows
    cdef int64_t first, end
    rows.dim, rows.stride = dim, both.stride
    found = []
    for first, end in slices:
        check(0 <= first < end <= both.rows, "no such rows")
        room, rows.number = Room(end - first, dim), end - first
        with nogil:
            table.pack_changes(both.pointers[0] + first * both.stride, both.pointers[1] + first * both.stride, &rows,
                               &room.to, scratch.pointer)
        found.append(room.found(dim))
    return found


def merge_changes(list changes, basis, multiples, kernels):
    """Return what becomes of the changes of some rows, those of each shard as from `pack_changes`; releases the GIL.

    ``multiples`` has those of these rows alone; see `merge_by_direction` for the others.
    """
    cdef const TileKernels* table = table_of(kernels)
    cdef int64_t number = len(multiples.pulls)
    cdef Directions directions = Directions(basis, multiples, number, basis.directions.shape[1])
    cdef int dim = directions.merge.rows.dim
    cdef ChangesOfShards each = ChangesOfShards(changes, number, dim)
    cdef Room merged = Room(number, dim)
    cdef Scratch scratch = Scratch(4 * directions.merge.rows.stride * sizeof(float))
    directions.use(0, number)
    directions.merge.n, directions.merge.changes = each.n, each.each
    with nogil:
        table.merge_by_direction(&directions.merge, &merged.to, scratch.pointer)
    return merged.found(dim)


def add_changes(list matrices, int dim, int64_t first, int64_t end, changes, kernels):
    """Add changes, as from `pack_changes`, to rows ``first`` to ``end``, and make copies equal to them; releases the GIL.

    Parameters
    ----------
    matrices : list of ndarray of float32, shape (V, stride)
        The base, then the copies, with rows padded and aligned to 64 bytes.
    dim : int
    """
    cdef const TileKernels* table = table_of(kernels)
    cdef Copies all = Copies(matrices)
    check(0 < dim <= all.stride and 0 <= first < end <= all.rows, "no such rows or columns")
    cdef ChangesOfShards learned = ChangesOfShards([changes], end - first, dim)
    cdef void* starts[MAX_COPIES]
    cdef Rows rows
    cdef int c
    rows.number, rows.dim, rows.stride = end - first, dim, all.stride
    with nogil:
        for c in range(all.n):
            starts[c] = all.pointers[c] + first * all.stride
        table.add_changes(starts[0], &starts[1], all.n - 1, &rows, &learned.each[0])


def second_moments(float[:, ::1] rows, const float[::1] weights, int dim, kernels):
    """Return the sum of ``weight * row^T row`` over rows (float64, shape (dim, dim)); releases the GIL.

    The rows are float32, padded and aligned to 64 bytes; there is one weight per row.
    """
    cdef const TileKernels* table = table_of(kernels)
    cdef Copies all = Copies([rows])
    check(weights.shape[0] == all.rows and 0 < dim <= all.stride, "weights, rows and dim do not fit together")
    cdef Scratch scratch = Scratch(MOMENT_ROWS * all.stride * sizeof(float))
    cdef Rows those
    those.number, those.dim, those.stride = all.rows, dim, all.stride
    moments = np.zeros((dim, all.stride))
    cdef double[:, ::1] to = moments
    with nogil:
        table.second_moments(all.pointers[0], &weights[0], &those, &to[0, 0], scratch.pointer)
    return moments[:, :dim]


def eigenvectors(symmetric, kernels):
    """Return the eigenvalues of a symmetric matrix, in any order, and its eigenvectors in rows; releases the GIL.

    They are float64, and the same whatever libraries there are; with one instruction set, whatever processor, too.
    """
    cdef const TileKernels* table = table_of(kernels)
    rows = np.array(symmetric, np.float64, order="C")
    cdef double[:, ::1] a = rows
    cdef int n = a.shape[0]
    check(n > 0 and a.shape[1] == n, "the matrix is not square, or empty")
    check(bool(np.isfinite(rows).all()), "the matrix is not finite")
    values, scratch = np.empty(n), np.empty(2 * n)
    cdef double[::1] value = values
    cdef double[::1] numbers = scratch
    with nogil:
        table.eigenvectors(&a[0, 0], n, n, &value[0], &numbers[0])
    return values, rows
