# workspace.pxd -- what one thread owns while it trains: made once, freed when its work is done.

from libc.stdint cimport uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memset

from cython_ext.replicas cimport Replicas
from cython_ext.tile cimport PENDING_VECTORS, ROW_ALIGNMENT, ROW_SLACK, SCORE_SLACK, Tile, TileScratch
from cython_ext.types cimport Plan, pos_t, word_t

cdef extern from "<stdlib.h>" nogil:
    void* aligned_alloc(size_t alignment, size_t bytes) noexcept

cdef enum:
    WINDOWS_IN_FLIGHT = 3     # the current one, and the next two, which are being prepared
    MAX_BLOCKS = 32


# The distinct words of one side of a tile, and the multiplicity of each.
cdef struct Side:
    int n
    int total                 # with multiplicity
    word_t* words
    int* counts               # of targets: valid only after set_single_counts where n == total
    void** rows


# What is prepared of a window in advance: its bounds in the sentence, and its targets.
cdef struct Window:
    pos_t first
    pos_t end
    Side targets


cdef struct Workspace:
    word_t* kept              # words of the current sentence that subsampling kept
    void** rows               # their rows in the input matrix
    pos_t* latest_repeat      # see window.pxd: find_rows
    Window windows[WINDOWS_IN_FLIGHT]
    Side contexts             # of a window in which a word occurs twice
    Side inputs               # plan.within: the centre's output row, and the noise words' input rows
    float* signs
    float* weights
    float* context_steps      # of a tile, if the plan has steps
    float* target_steps       # likewise
    Tile tile
    int signs_width           # number of targets that `signs` is laid out for
    uint64_t noise_region_start   # a place of the pool, modulo its length
    Replicas replicas
    void* blocks[MAX_BLOCKS]  # all memory of this workspace
    int n_blocks
    bint out_of_memory


cdef inline void* allocate(Workspace* space, size_t n, size_t size) noexcept nogil:
    # n zeroed elements, aligned to a cache line; NULL if out of memory. aligned_alloc needs a positive multiple of the alignment.
    cdef size_t bytes = (max(n * size, <size_t>1) + ROW_ALIGNMENT - 1) // ROW_ALIGNMENT * ROW_ALIGNMENT
    cdef void* memory = aligned_alloc(ROW_ALIGNMENT, bytes)
    if memory == NULL or space.n_blocks == MAX_BLOCKS:
        free(memory)
        space.out_of_memory = True
        return NULL
    memset(memory, 0, bytes)
    space.blocks[space.n_blocks] = memory
    space.n_blocks += 1
    return memory


cdef inline float* floats(Workspace* space, size_t n) noexcept nogil:
    return <float*>allocate(space, n, sizeof(float))


cdef inline void make_side(Workspace* space, Side* side, int capacity) noexcept nogil:
    # One block, as all of it is used together: fewer cache lines.
    side.rows = <void**>allocate(space, capacity, sizeof(void*) + sizeof(word_t) + sizeof(int))
    side.words = <word_t*>(side.rows + capacity)
    side.counts = <int*>(side.words + capacity)


cdef inline void make_scratch(Workspace* space, int contexts, int targets, int dim) noexcept nogil:
    cdef TileScratch* scratch = &space.tile.scratch
    scratch.scores = floats(space, <size_t>contexts * targets + SCORE_SLACK)
    scratch.context_scales = floats(space, contexts + ROW_SLACK)
    scratch.target_scales = floats(space, targets + ROW_SLACK)
    scratch.inverse_norms = floats(space, contexts + targets + ROW_SLACK)
    scratch.anchors = allocate(space, <size_t>3 * targets + ROW_SLACK, ROW_ALIGNMENT)
    scratch.deltas = floats(space, <size_t>contexts * (dim + ROW_ALIGNMENT))
    scratch.kernel_sums = allocate(space, 2, ROW_ALIGNMENT)
    scratch.pending = allocate(space, PENDING_VECTORS, ROW_ALIGNMENT)


cdef inline void free_workspace(Workspace* space) noexcept nogil:
    cdef int i
    for i in range(space.n_blocks):
        free(space.blocks[i])
    free(space)


cdef inline Workspace* make_workspace(const Plan* plan, pos_t longest) noexcept nogil:
    # For sentences of up to `longest` words; NULL if out of memory.
    cdef int contexts = plan.max_contexts, targets = 1 + plan.negative
    cdef Workspace* space = <Workspace*>calloc(1, sizeof(Workspace))
    cdef int w
    if space == NULL:
        return NULL
    space.kept = <word_t*>allocate(space, longest + 1, sizeof(word_t))
    space.rows = <void**>allocate(space, longest + 1, sizeof(void*))
    space.latest_repeat = <pos_t*>allocate(space, longest + 1, sizeof(pos_t))
    for w in range(WINDOWS_IN_FLIGHT):
        make_side(space, &space.windows[w].targets, targets)
    make_side(space, &space.contexts, contexts)
    make_side(space, &space.inputs, targets)
    space.signs = floats(space, <size_t>contexts * targets + SCORE_SLACK)
    space.weights = floats(space, <size_t>contexts * targets + SCORE_SLACK)
    space.context_steps = floats(space, contexts + ROW_SLACK)
    space.target_steps = floats(space, targets + ROW_SLACK)
    make_scratch(space, contexts, targets, plan.dim)
    space.replicas.rows = <char*>allocate(space, 4 * plan.replicated, plan.row_bytes)
    if space.out_of_memory:
        free_workspace(space)
        return NULL
    space.tile.dim, space.tile.settings = plan.dim, &plan.settings
    space.tile.signs, space.tile.context_steps = space.signs, space.context_steps
    if plan.within or plan.output_steps != NULL:
        space.tile.target_steps = space.target_steps
    return space
