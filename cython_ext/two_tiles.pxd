# two_tiles.pxd -- a window of an objective that compares noise words with rows of their own matrix (align_uniform.h): its first
# tile has the noise words' input rows as targets, and its second tile is of output rows alone.

from cython_ext.replicas cimport input_row
from cython_ext.tile cimport Tile
from cython_ext.types cimport Plan, pos_t
from cython_ext.workspace cimport Side, Workspace

cdef enum:
    OUTPUT_WINDOWS = 4        # one window in so many has a second tile, which counts for all of them: it takes as long as the first


cdef inline void set_single_counts(Side* side) noexcept nogil:
    # find_targets does not write the counts of targets without duplicates, which few windows need.
    cdef int i
    if side.n == side.total:
        for i in range(side.n):
            side.counts[i] = 1


cdef inline void lay_out_inputs(const Plan* plan, Workspace* space, Side* targets) noexcept nogil:
    # Replaces the noise words' output rows by their input rows, but for words that are contexts of the tile themselves: rows
    # are distinct within a tile, and a word is not a negative of itself.
    cdef Tile* tile = &space.tile
    cdef Side* inputs = &space.inputs
    cdef void* row
    cdef bint found
    cdef int c, k
    if tile.target_counts != NULL:
        set_single_counts(targets)
    inputs.words[0], inputs.counts[0], inputs.rows[0], inputs.n = targets.words[0], 1, targets.rows[0], 1
    for k in range(1, targets.n):
        row, found = input_row(plan, &space.replicas, targets.words[k]), False
        for c in range(tile.n_contexts):
            found |= tile.contexts[c] == row
        inputs.words[inputs.n], inputs.counts[inputs.n], inputs.rows[inputs.n] = targets.words[k], targets.counts[k], row
        inputs.n += not found
    tile.targets, tile.n_targets, tile.within_output = inputs.rows, inputs.n, False
    if tile.target_counts != NULL:
        tile.target_counts = inputs.counts


cdef inline void train_outputs(const Plan* plan, Workspace* space, Side* targets, pos_t centre, int contexts) noexcept nogil:
    # The second tile of a part of a window with so many contexts: the centre's output row, once for each context, and those of
    # the noise words.
    cdef Tile* tile = &space.tile
    cdef int k
    if targets.n == 1 or centre % OUTPUT_WINDOWS:
        return
    set_single_counts(targets)
    space.contexts.counts[0] = OUTPUT_WINDOWS * contexts
    tile.contexts, tile.n_contexts, tile.context_counts = targets.rows, 1, space.contexts.counts
    tile.targets, tile.n_targets, tile.target_counts = targets.rows + 1, targets.n - 1, targets.counts + 1
    tile.within_output = True
    plan.kernels.score(tile)
    plan.coefficients(tile)
    if plan.output_steps == NULL:
        plan.kernels.apply_scaled(tile)
        return
    space.context_steps[0] = plan.output_steps[targets.words[0]]
    for k in range(1, targets.n):
        space.target_steps[k - 1] = plan.output_steps[targets.words[k]]
    plan.apply(tile)
