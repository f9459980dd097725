# window.pxd -- from a sentence of kept words to tiles: one window is one tile.
#
# The next window is prepared while the current one waits, and its rows are prefetched: a window's arithmetic hides the
# next one's cache misses.

from libc.stdint cimport uint64_t

from cython_ext.rng cimport Rng
from cython_ext.sampling cimport draw_noise, noise_start, reduced_window, subsample
from cython_ext.tile cimport Tile, prefetch_row
from cython_ext.types cimport Plan, Record, pos_t, word_t

# The distinct words on one side of a tile, and how often each stands there.
cdef struct Side:
    int n
    int total                 # with multiplicity
    word_t* words
    int* counts
    void** rows


cdef struct Window:
    Side contexts
    Side targets


# What one thread owns.
cdef struct Workspace:
    word_t* kept              # the words of the current sentence that subsampling left
    Window windows[2]         # the current one and the next
    float* scores
    float* signs
    float* weights
    float* deltas
    Tile tile
    int signs_width          # the number of targets that `signs` is laid out for
    int max_contexts


cdef inline void add_word(Side* side, word_t word) noexcept nogil:
    cdef int i
    side.total += 1
    for i in range(side.n):
        if side.words[i] == word:
            side.counts[i] += 1
            return
    side.words[side.n] = word
    side.counts[side.n] = 1
    side.n += 1


cdef inline void find_rows(Side* side, char* matrix, const Plan* plan) noexcept nogil:
    cdef int i
    for i in range(side.n):
        side.rows[i] = matrix + side.words[i] * plan.row_bytes
        prefetch_row(side.rows[i], plan.dim * <int>sizeof(float))


cdef inline void prepare(const Plan* plan, Window* w, Rng* rng, uint64_t* noise, const word_t* kept, pos_t length,
                         pos_t centre) noexcept nogil:
    # A noise word equal to the centre is left out, as in word2vec.c and gensim.
    cdef pos_t reach = reduced_window(plan, rng), i
    cdef word_t word
    cdef int k
    w.contexts.n = w.contexts.total = w.targets.n = w.targets.total = 0
    for i in range(max(<pos_t>0, centre - reach), min(length, centre + reach + 1)):
        if i != centre:
            add_word(&w.contexts, kept[i])
    add_word(&w.targets, kept[centre])
    for k in range(plan.negative):
        word = draw_noise(plan, noise)
        if word != kept[centre]:
            add_word(&w.targets, word)
    find_rows(&w.contexts, plan.input, plan)
    find_rows(&w.targets, plan.output, plan)


cdef inline void lay_out_signs(Workspace* space, int width) noexcept nogil:
    cdef int i
    for i in range(space.max_contexts * width):
        space.signs[i] = -1 if i % width == 0 else 1
    space.signs_width = width


cdef inline int lay_out_weights(Workspace* space, Window* w) noexcept nogil:
    # Returns the largest multiplicity of a pair.
    cdef int c, k, weight, largest = 1
    for c in range(w.contexts.n):
        for k in range(w.targets.n):
            weight = w.contexts.counts[c] * w.targets.counts[k]
            space.weights[c * w.targets.n + k] = weight
            largest = max(largest, weight)
    return largest


cdef inline void train_window(const Plan* plan, Workspace* space, Window* w) noexcept nogil:
    cdef Tile* tile = &space.tile
    if space.signs_width != w.targets.n:
        lay_out_signs(space, w.targets.n)
    tile.n_contexts = w.contexts.n
    tile.n_targets = w.targets.n
    tile.contexts = w.contexts.rows
    tile.targets = w.targets.rows
    tile.weights = NULL
    tile.max_weight = 1
    if w.contexts.total != w.contexts.n or w.targets.total != w.targets.n:
        tile.max_weight = lay_out_weights(space, w)
        tile.weights = space.weights
    plan.kernels.score(tile)
    plan.kernels.sgns(tile)
    plan.kernels.apply(tile)


cdef inline void train_sentence(const Plan* plan, Workspace* space, Rng* rng, pos_t start, pos_t end,
                                double learning_rate, Record* record) noexcept nogil:
    cdef pos_t length = subsample(plan, rng, start, end, space.kept), i
    cdef uint64_t noise
    cdef Window* current
    record.tokens += end - start
    record.subsampled += end - start - length
    if length < 2:
        record.isolated += length
        return
    record.trained += length

    space.tile.learning_rate = learning_rate
    noise = noise_start(rng)
    prepare(plan, &space.windows[0], rng, &noise, space.kept, length, 0)
    for i in range(length):
        current = &space.windows[i & 1]
        if i + 1 < length:
            prepare(plan, &space.windows[(i + 1) & 1], rng, &noise, space.kept, length, i + 1)
        train_window(plan, space, current)
        record.pairs += <pos_t>current.contexts.total * current.targets.total
