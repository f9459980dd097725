# window.pxd -- from a sentence of kept words to tiles: one window is one tile.
#
# The next window is prepared while the current one waits, and its rows are prefetched: a window's arithmetic hides the
# next one's cache misses.

from libc.stdint cimport uint64_t

from cython_ext.rng cimport Rng
from cython_ext.sampling cimport noise_start, noise_word, reduced_window, subsample
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
    int fetched               # of the rows in `coming` have been prefetched
    int n_coming
    void** coming             # rows that no window before this one has touched lately


# What one thread owns.
cdef struct Workspace:
    word_t* kept              # the words of the current sentence that subsampling left
    Window windows[3]         # the current one and the next two
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


cdef inline void prefetch(const Plan* plan, Window* w, int share) noexcept nogil:
    cdef int i
    cdef int end = min(w.fetched + share, w.n_coming)
    for i in range(w.fetched, end):
        prefetch_row(w.coming[i], plan.dim * <int>sizeof(float))
    w.fetched = end


cdef inline void prepare(const Plan* plan, Window* w, Rng* rng, uint64_t noise, const word_t* kept, pos_t length,
                         pos_t centre, pos_t* seen) noexcept nogil:
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
        word = noise_word(plan, noise, k)
        if word != kept[centre]:
            add_word(&w.targets, word)
    find_rows(&w.contexts, plan.input, plan)
    find_rows(&w.targets, plan.output, plan)
    w.fetched = w.n_coming = 0
    for k in range(w.targets.n if centre % plan.noise_windows == 0 else 1):
        w.coming[w.n_coming] = w.targets.rows[k]
        w.n_coming += 1
    while seen[0] < min(length, centre + reach + 1):
        w.coming[w.n_coming] = plan.input + kept[seen[0]] * plan.row_bytes
        w.n_coming += 1
        seen[0] += 1


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


cdef inline void lay_out(Workspace* space, Window* w) noexcept nogil:
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


# Where a thread is in a sentence: the next window to prepare, and what that needs.
cdef struct Sentence:
    pos_t length              # words that subsampling left
    pos_t prepared            # windows
    pos_t seen                # words that have been in a window
    uint64_t noise            # place in the pool


cdef inline void prepare_next(const Plan* plan, Workspace* space, Rng* rng, Sentence* sentence) noexcept nogil:
    cdef Window* w = &space.windows[sentence.prepared % 3]
    if sentence.prepared == sentence.length:
        w.fetched = w.n_coming = 0
        return
    if sentence.prepared and sentence.prepared % plan.noise_windows == 0:
        sentence.noise += plan.negative
    prepare(plan, w, rng, sentence.noise, space.kept, sentence.length, sentence.prepared, &sentence.seen)
    sentence.prepared += 1


cdef inline void train_sentence(const Plan* plan, Workspace* space, Rng* rng, pos_t start, pos_t end,
                                double learning_rate, Record* record) noexcept nogil:
    cdef Sentence sentence
    cdef Window* current
    cdef Window* coming
    cdef Tile* tile = &space.tile
    cdef pos_t i
    cdef int share
    sentence.noise = noise_start(plan, rng, end - start)
    sentence.length = subsample(plan, rng, start, end, space.kept)
    sentence.prepared = sentence.seen = 0
    record.tokens += end - start
    record.subsampled += end - start - sentence.length
    if sentence.length < 2:
        record.isolated += sentence.length
        return
    record.trained += sentence.length

    tile.learning_rate = learning_rate
    prepare_next(plan, space, rng, &sentence)
    prefetch(plan, &space.windows[0], space.windows[0].n_coming)
    prepare_next(plan, space, rng, &sentence)
    for i in range(sentence.length):
        current = &space.windows[i % 3]
        coming = &space.windows[(i + 1) % 3]
        share = (coming.n_coming + 2) // 3
        lay_out(space, current)
        prefetch(plan, coming, share)
        plan.kernels.score(tile)
        prefetch(plan, coming, share)
        plan.kernels.sgns(tile)
        prepare_next(plan, space, rng, &sentence)
        prefetch(plan, coming, share)
        plan.kernels.apply(tile)
        record.pairs += <pos_t>current.contexts.total * current.targets.total
