# window.pxd -- from a sentence of kept words to tiles: one window is one tile.
#
# Windows are prepared two ahead, while the objective's long chain of dependent operations runs, and a window's rows are
# prefetched in thirds between the kernels of the window before: its arithmetic hides their cache misses.

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
    char** rows               # their rows in the input matrix
    pos_t* before             # the last place before each, within two windows, where the same word stands; -1 if nowhere
    Window windows[3]         # the current one and the next two
    float* scores
    float* signs
    float* weights
    float* deltas
    float* steps              # of the contexts; ones unless the plan has steps
    float* scales             # of contexts, then of targets; zeros unless the objective sets them
    float* inverse_norms
    float* anchors
    Tile tile
    int signs_width          # the number of targets that `signs` is laid out for
    int max_contexts


# Where a thread is in a sentence: the next window to prepare, and what that needs.
cdef struct Sentence:
    pos_t length              # words that subsampling left
    pos_t prepared            # windows
    pos_t seen                # words that have been in a window
    uint64_t noise            # place in the pool


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


cdef inline void look_around(const Plan* plan, Workspace* space, pos_t length) noexcept nogil:
    # Once a sentence, so that most windows need not be searched for words that stand there twice.
    cdef pos_t i, j, found
    for i in range(length):
        space.rows[i] = plan.input + space.kept[i] * plan.row_bytes
        found = -1
        for j in range(max(<pos_t>0, i - 2 * plan.window), i):
            found = j if space.kept[j] == space.kept[i] else found
        space.before[i] = found


cdef inline bint has_duplicates(const word_t* words, int n) noexcept nogil:
    cdef bint found = False
    cdef int i, j
    for i in range(1, n):
        for j in range(i):
            found |= words[i] == words[j]
    return found


cdef inline void find_contexts(const Plan* plan, Workspace* space, Side* side, pos_t first, pos_t centre,
                               pos_t end) noexcept nogil:
    # Words first .. end without the centre.
    cdef pos_t i, latest = -1
    cdef int n = 0
    for i in range(first, end):
        latest = max(latest, space.before[i])
    if latest < first:
        for i in range(first, centre):
            side.rows[n] = space.rows[i]
            n += 1
        for i in range(centre + 1, end):
            side.rows[n] = space.rows[i]
            n += 1
        side.n = side.total = n
        return
    side.n = side.total = 0
    for i in range(first, end):
        if i != centre:
            add_word(side, space.kept[i])
    find_rows(side, plan.input, plan)


cdef inline void find_targets(const Plan* plan, Side* side, uint64_t noise, word_t centre) noexcept nogil:
    # A noise word equal to the centre is left out, as in word2vec.c and gensim.
    cdef word_t word
    cdef int k
    side.words[0] = centre
    for k in range(plan.negative):
        side.words[1 + k] = noise_word(plan, noise, k)
    side.n = side.total = 1 + plan.negative
    if has_duplicates(side.words, side.n):
        side.n = side.total = 0
        add_word(side, centre)
        for k in range(plan.negative):
            word = noise_word(plan, noise, k)
            if word != centre:
                add_word(side, word)
    find_rows(side, plan.output, plan)


cdef inline void prefetch(const Plan* plan, Window* w, int share) noexcept nogil:
    cdef int i
    cdef int end = min(w.fetched + share, w.n_coming)
    for i in range(w.fetched, end):
        prefetch_row(w.coming[i], plan.dim * <int>sizeof(float))
    w.fetched = end


cdef inline void prepare(const Plan* plan, Workspace* space, Window* w, Rng* rng, Sentence* sentence) noexcept nogil:
    cdef pos_t centre = sentence.prepared, reach = reduced_window(plan, rng)
    cdef pos_t first = max(<pos_t>0, centre - reach), end = min(sentence.length, centre + reach + 1)
    cdef bint new_noise = centre % plan.noise_windows == 0
    cdef int k
    if centre and new_noise:
        sentence.noise += plan.negative
    find_contexts(plan, space, &w.contexts, first, centre, end)
    find_targets(plan, &w.targets, sentence.noise, space.kept[centre])
    w.fetched = w.n_coming = 0
    for k in range(w.targets.n if new_noise else 1):
        w.coming[w.n_coming] = w.targets.rows[k]
        w.n_coming += 1
    while sentence.seen < end:
        w.coming[w.n_coming] = space.rows[sentence.seen]
        w.n_coming += 1
        sentence.seen += 1
    sentence.prepared += 1


cdef inline void lay_out_signs(Workspace* space, int width) noexcept nogil:
    cdef int i
    for i in range(space.max_contexts * width):
        space.signs[i] = -1 if i % width == 0 else 1
    space.signs_width = width


cdef inline void count_once(Side* side) noexcept nogil:
    # A side without duplicates comes without counts.
    cdef int i
    if side.n == side.total:
        for i in range(side.n):
            side.counts[i] = 1


cdef inline int lay_out_weights(Workspace* space, Window* w) noexcept nogil:
    # Returns the largest multiplicity of a pair.
    cdef int c, k, weight, largest = 1
    count_once(&w.contexts)
    count_once(&w.targets)
    for c in range(w.contexts.n):
        for k in range(w.targets.n):
            weight = w.contexts.counts[c] * w.targets.counts[k]
            space.weights[c * w.targets.n + k] = weight
            largest = max(largest, weight)
    return largest


cdef inline void lay_out_steps(const Plan* plan, Workspace* space, Window* w) noexcept nogil:
    # Windows without duplicates know their rows alone, not their words.
    cdef int c
    for c in range(w.contexts.n):
        space.steps[c] = plan.steps[(<char*>w.contexts.rows[c] - plan.input) // plan.row_bytes]


cdef inline void lay_out(const Plan* plan, Workspace* space, Window* w) noexcept nogil:
    cdef Tile* tile = &space.tile
    if space.signs_width != w.targets.n:
        lay_out_signs(space, w.targets.n)
    tile.n_contexts = w.contexts.n
    tile.n_targets = w.targets.n
    tile.contexts = w.contexts.rows
    tile.targets = w.targets.rows
    tile.weights = NULL
    tile.context_counts = tile.target_counts = NULL
    tile.max_weight = 1
    if plan.steps != NULL:
        lay_out_steps(plan, space, w)
    if w.contexts.total != w.contexts.n or w.targets.total != w.targets.n:
        tile.max_weight = lay_out_weights(space, w)
        tile.weights = space.weights
        tile.context_counts, tile.target_counts = w.contexts.counts, w.targets.counts


cdef inline void prepare_next(const Plan* plan, Workspace* space, Rng* rng, Sentence* sentence) noexcept nogil:
    cdef Window* w = &space.windows[sentence.prepared % 3]
    if sentence.prepared == sentence.length:
        w.fetched = w.n_coming = 0
        return
    prepare(plan, space, w, rng, sentence)


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
    look_around(plan, space, sentence.length)
    prepare_next(plan, space, rng, &sentence)
    prefetch(plan, &space.windows[0], space.windows[0].n_coming)
    prepare_next(plan, space, rng, &sentence)
    for i in range(sentence.length):
        current = &space.windows[i % 3]
        coming = &space.windows[(i + 1) % 3]
        share = (coming.n_coming + 2) // 3
        lay_out(plan, space, current)
        prefetch(plan, coming, share)
        plan.kernels.score(tile)
        prefetch(plan, coming, share)
        plan.coefficients(tile)
        prepare_next(plan, space, rng, &sentence)
        prefetch(plan, coming, share)
        plan.apply(tile)
        record.pairs += <pos_t>current.contexts.total * current.targets.total
        record.positives += current.contexts.total
