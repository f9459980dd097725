"""Parts of the core that only tests need: two more sets of kernels, and a function that runs any set on one tile.

``emulated512`` is the AVX-512 source compiled for any CPU; ``float64`` is in double precision, for finite differences. Users
do not build this extension: setup.py does with ``W2V_TESTING=1``. Importing it makes its kernels available to ``_core``.
"""

from cpython.pycapsule cimport PyCapsule_GetPointer, PyCapsule_New
from libc.stdint cimport uint8_t, uint64_t
from libc.string cimport memcpy, memset

import numpy as np

from w2v import _core

from cython_ext.checks cimport check
from cython_ext.dispatch cimport capsule_name, find_apply, find_objective, objective_settings
from cython_ext.tile cimport (
    PENDING_VECTORS, ROW_ALIGNMENT, ROW_SLACK, SCORE_SLACK, Objective, ObjectiveSettings, Tile, TileKernels, TileScratch,
)

cdef extern from *:
    """
    extern const TileKernels tile_emulated512, tile_float64;
    """
    const TileKernels tile_emulated512, tile_float64

_core.add_kernels(PyCapsule_New(<void*>&tile_emulated512, capsule_name(), NULL))
_core.add_kernels(PyCapsule_New(<void*>&tile_float64, capsule_name(), NULL))

ctypedef fused real:
    float
    double


def variants() -> list[str]:
    """Names of all kernels that can be tested on this machine: those that ship, then those of this extension."""
    return [*_core.variants(), tile_emulated512.name.decode(), tile_float64.name.decode()]


def update_tile(str variant, real[:, ::1] contexts, real[:, ::1] targets, counts, int dim, double learning_rate, settings,
                steps=None, target_steps=None, kernel_mean=None, bint within_output=False):
    """Run score, an objective and apply of one kernel variant on one tile, in place.

    Parameters
    ----------
    variant : str
        One of :func:`variants`.
    contexts, targets : shape (n, stride) and (m, stride)
        Distinct rows aligned to 64 bytes, zero-padded; float64 for the variant "float64", else float32.
    counts : pair of sequences of int, length n and m
        Multiplicity of each context and of each target.
    settings : object
        Has objective, negative, negative_weight, temperature, margin, align_weight, align_power, uniform_t.
    steps, target_steps : sequence of float, length n and m, optional
        What the increment of each context and of each target is multiplied by.
    kernel_mean : float, optional
        align_uniform: the running mean of the kernel before the tile; by default that of the first tile.
    within_output : bool
        align_uniform: whether all targets are negatives, as in the second tile of a window.

    Returns
    -------
    scores : ndarray, shape (n, m)
        S before the update.
    coefficients : ndarray, shape (n, m)
        G.
    loss : float
        The tile's loss in nats.
    """
    cdef const TileKernels* kernels = <const TileKernels*>PyCapsule_GetPointer(_core.kernels(variant), capsule_name())
    cdef const Objective* objective = find_objective(kernels, settings.objective)
    cdef ObjectiveSettings numbers = objective_settings(settings)
    cdef int n = contexts.shape[0], m = targets.shape[0], i
    check(kernels.real_bytes == sizeof(real), "precision of the arrays and of the variant differ")
    check(n > 0 and m > 0 and 0 < dim <= min(contexts.shape[1], targets.shape[1]),
          "a tile has rows, and dim does not exceed them")
    check(contexts.shape[1] * sizeof(real) % ROW_ALIGNMENT == 0 and targets.shape[1] * sizeof(real) % ROW_ALIGNMENT == 0,
          "rows are not padded to 64 bytes")
    check(len(counts[0]) == n and len(counts[1]) == m, "every row has a multiplicity")

    cdef Memory memory = Memory(np.float32 if real is float else np.float64)
    cdef Tile tile
    cdef TileScratch* scratch = &tile.scratch
    memset(&tile, 0, sizeof(Tile))
    lay_out_scratch(scratch, memory, n, m, dim)
    tile.dim, tile.n_contexts, tile.n_targets = dim, n, m
    tile.learning_rate, tile.settings = learning_rate, &numbers
    rows = [<uint64_t>&contexts[i, 0] for i in range(n)] + [<uint64_t>&targets[i, 0] for i in range(m)]
    tile.contexts = <void**>memory.put(rows, np.uint64)
    tile.targets = tile.contexts + n
    lay_out_pairs(&tile, memory, counts)
    if steps is not None:
        tile.context_steps = memory.put(steps)
    if target_steps is not None:
        tile.target_steps = memory.put(target_steps)
    tile.within_output = within_output
    if kernel_mean is not None:
        scratch.kernel_means[within_output].mean, scratch.kernel_means[within_output].tiles = kernel_mean, 1
        scratch.kernel_means[within_output].log_mean = np.log(kernel_mean)

    kernels.begin_loss(scratch)
    kernels.score(&tile)
    scores = np.asarray(<real[:n, :m]><real*>scratch.scores).copy()
    objective.coefficients(&tile)
    coefficients = np.asarray(<real[:n, :m]><real*>scratch.scores).copy()
    find_apply(kernels, objective, steps is not None)(&tile)
    kernels.flush_loss(&tile)
    return scores, coefficients, scratch.loss


cdef class Memory:
    # Copies of arrays, and zeros, from a cache line on and followed by zeros; freed together.
    cdef object dtype
    cdef list arrays

    def __init__(self, dtype):
        self.dtype, self.arrays = np.dtype(dtype), []

    cdef void* zeros(self, size_t n, dtype=None) except NULL:
        array = np.zeros(n * (self.dtype if dtype is None else np.dtype(dtype)).itemsize + 2 * ROW_ALIGNMENT, np.uint8)
        self.arrays.append(array)
        cdef uint64_t start = array.ctypes.data
        return <void*>((start + ROW_ALIGNMENT - 1) // ROW_ALIGNMENT * ROW_ALIGNMENT)

    cdef void* put(self, values, dtype=None) except NULL:
        array = np.ascontiguousarray(values, self.dtype if dtype is None else dtype).ravel()
        cdef const uint8_t[::1] raw = array.view(np.uint8)
        cdef void* place = self.zeros(array.size + SCORE_SLACK, array.dtype)
        memcpy(place, &raw[0], raw.shape[0])
        return place


cdef int lay_out_scratch(TileScratch* scratch, Memory memory, int n, int m, int dim) except -1:
    scratch.scores = memory.zeros(n * m + SCORE_SLACK)
    scratch.context_scales, scratch.target_scales = memory.zeros(n + ROW_SLACK), memory.zeros(m + ROW_SLACK)
    scratch.inverse_norms = memory.zeros(n + m + ROW_SLACK)
    scratch.anchors = memory.zeros((3 * m + ROW_SLACK) * ROW_ALIGNMENT)
    scratch.deltas = memory.zeros(n * (dim + ROW_ALIGNMENT))
    scratch.kernel_sums = memory.zeros(2 * ROW_ALIGNMENT)
    scratch.pending = memory.zeros(PENDING_VECTORS * ROW_ALIGNMENT)
    return 0


cdef int lay_out_pairs(Tile* tile, Memory memory, counts) except -1:
    signs = np.ones((tile.n_contexts, tile.n_targets))
    signs[:, 0] = -1
    tile.signs = memory.put(signs)
    weights = np.outer(*counts)
    tile.max_weight = weights.max()
    if tile.max_weight > 1:
        tile.weights = memory.put(weights)
        tile.context_counts = <const int*>memory.put(counts[0], np.intc)
        tile.target_counts = <const int*>memory.put(counts[1], np.intc)
    return 0
