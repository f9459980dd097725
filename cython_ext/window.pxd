# window.pxd -- from a sentence of kept words to tiles: one window is one tile.
#
# Windows are prepared two ahead, between the objective's long chain of dependent operations and apply. Rows are asked
# for then that no window before it needed, three with up to nine noise words: the input row that its largest reach takes in,
# the centre's output row, and the noise row that enters the region of the pool that noise words are drawn from.

from libc.stdint cimport uint64_t

from cython_ext.replicas cimport Replicas, input_row, merge_in_turn, output_row
from cython_ext.rng cimport Rng, next_uint64
from cython_ext.sampling cimport noise_word, reduced_window, subsample
from cython_ext.tile cimport Tile, prefetch_row
from cython_ext.types cimport Plan, Record, pos_t, word_t

# The distinct words on one side of a tile, and how often each stands there.
cdef struct Side:
    int n
    int total                 # with multiplicity
    word_t* words
    int* counts
    void** rows


# What is known of a window before its turn: its place in the sentence, and its targets.
cdef struct Window:
    pos_t first
    pos_t end
    Side targets


# What one thread owns.
cdef struct Workspace:
    word_t* kept              # the words of the current sentence that subsampling left
    void** rows               # their rows in the input matrix
    pos_t* repeated           # up to each: the last place where a word stands that stands again, within two windows, later
    Window windows[3]         # the current one and the next two
    Side contexts             # of a window in which a word stands twice
    float* scores
    float* signs
    float* weights
    float* deltas
    float* steps              # of the contexts; ones unless the plan has steps
    float* scales             # of contexts, then of targets; zeros unless the objective sets them
    float* inverse_norms
    float* anchors
    Tile tile
    int signs_width           # the number of targets that `signs` is laid out for
    int max_contexts
    uint64_t noise_region     # where in the pool it begins
    Replicas replicas


# Where a thread is in a sentence: the next window to prepare, and what that needs.
cdef struct Sentence:
    pos_t length              # words that subsampling left
    pos_t prepared            # windows
    uint64_t noise            # the random number of the latest noise words


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


cdef inline void look_around(const Plan* plan, Workspace* space, pos_t length) noexcept nogil:
    # Once a sentence, so that most windows need not be searched for words that stand there twice.
    cdef pos_t i, j, latest = -1
    for i in range(length):
        space.rows[i] = input_row(plan, &space.replicas, space.kept[i])
        for j in range(max(latest + 1, i - 2 * plan.window), i):
            latest = j if space.kept[j] == space.kept[i] else latest
        space.repeated[i] = latest


cdef inline bint has_duplicates(const word_t* words, int n) noexcept nogil:
    cdef bint found = False
    cdef int i, j
    for i in range(1, n):
        for j in range(i):
            found |= words[i] == words[j]
    return found


cdef inline void find_targets(const Plan* plan, Workspace* space, uint64_t random, Side* side, word_t centre) noexcept nogil:
    # A noise word equal to the centre is left out, as in word2vec.c and gensim.
    cdef word_t word
    cdef int k
    side.words[0] = centre
    for k in range(plan.negative):
        side.words[1 + k] = noise_word(plan, space.noise_region, random, k)
    side.n = side.total = 1 + plan.negative
    if has_duplicates(side.words, side.n):
        side.n = side.total = 0
        add_word(side, centre)
        for k in range(plan.negative):
            word = noise_word(plan, space.noise_region, random, k)
            if word != centre:
                add_word(side, word)
    for k in range(side.n):
        side.rows[k] = output_row(plan, &space.replicas, side.words[k])


cdef inline void prefetch(const Plan* plan, const void* row) noexcept nogil:
    prefetch_row(row, plan.dim * <int>sizeof(float))


cdef inline void draw_noise(const Plan* plan, Workspace* space, Sentence* sentence, uint64_t random) noexcept nogil:
    # The region moves on, and the rows that enter it are asked for: all others have been in use lately.
    cdef uint64_t place, end = space.noise_region + plan.noise_region
    for place in range(end, end + plan.noise_step):
        prefetch(plan, output_row(plan, &space.replicas, plan.noise[place & plan.noise_mask]))
    space.noise_region += plan.noise_step
    sentence.noise = random


cdef inline void prepare(const Plan* plan, Workspace* space, Window* w, Rng* rng, Sentence* sentence) noexcept nogil:
    cdef pos_t centre = sentence.prepared, reach
    cdef uint64_t random = next_uint64(rng)
    reach = reduced_window(plan, random)
    w.first = max(<pos_t>0, centre - reach)
    w.end = min(sentence.length, centre + reach + 1)
    if centre % plan.noise_windows == 0:
        draw_noise(plan, space, sentence, random)
    find_targets(plan, space, sentence.noise, &w.targets, space.kept[centre])
    prefetch(plan, w.targets.rows[0])
    prefetch(plan, space.rows[min(centre + plan.window, sentence.length - 1)])
    sentence.prepared += 1


cdef inline void lay_out_signs(Workspace* space, int width) noexcept nogil:
    cdef int i
    for i in range(space.max_contexts * width):
        space.signs[i] = -1 if i % width == 0 else 1
    space.signs_width = width


cdef inline void count_once(Side* side) noexcept nogil:
    # Targets without duplicates come without counts.
    cdef int i
    if side.n == side.total:
        for i in range(side.n):
            side.counts[i] = 1


cdef inline int lay_out_weights(Workspace* space, Side* targets) noexcept nogil:
    # Returns the largest multiplicity of a pair.
    cdef int c, k, weight, largest = 1
    count_once(targets)
    for c in range(space.contexts.n):
        for k in range(targets.n):
            weight = space.contexts.counts[c] * targets.counts[k]
            space.weights[c * targets.n + k] = weight
            largest = max(largest, weight)
    return largest


cdef inline void lay_out_steps(const Plan* plan, Workspace* space, const Tile* tile) noexcept nogil:
    cdef int c
    for c in range(tile.n_contexts):
        space.steps[c] = plan.steps[(<char*>tile.contexts[c] - plan.input) // plan.row_bytes]


cdef inline void gather_contexts(const Plan* plan, Workspace* space, const Window* w, pos_t centre) noexcept nogil:
    cdef Side* side = &space.contexts
    cdef pos_t i
    cdef int c
    side.n = side.total = 0
    for i in range(w.first, w.end):
        if i != centre:
            add_word(side, space.kept[i])
    for c in range(side.n):
        side.rows[c] = input_row(plan, &space.replicas, side.words[c])


cdef inline void lay_out(const Plan* plan, Workspace* space, Window* w, pos_t centre) noexcept nogil:
    # The contexts' rows are those of the sentence from `first` on, when the first has taken the centre's place.
    cdef Tile* tile = &space.tile
    if space.signs_width != w.targets.n:
        lay_out_signs(space, w.targets.n)
    tile.n_contexts = w.end - w.first - 1
    tile.n_targets = w.targets.n
    tile.contexts = space.rows + w.first + 1
    tile.targets = w.targets.rows
    tile.weights = NULL
    tile.context_counts = tile.target_counts = NULL
    tile.max_weight = 1
    if space.repeated[w.end - 1] >= w.first or w.targets.n != w.targets.total:
        gather_contexts(plan, space, w, centre)
        tile.contexts, tile.n_contexts = space.contexts.rows, space.contexts.n
        tile.max_weight = lay_out_weights(space, &w.targets)
        tile.weights = space.weights
        tile.context_counts, tile.target_counts = space.contexts.counts, w.targets.counts
    space.rows[centre] = space.rows[w.first]
    if plan.steps != NULL:
        lay_out_steps(plan, space, tile)


cdef inline void prepare_next(const Plan* plan, Workspace* space, Rng* rng, Sentence* sentence) noexcept nogil:
    cdef Window* w = &space.windows[sentence.prepared % 3]
    if sentence.prepared < sentence.length:
        prepare(plan, space, w, rng, sentence)


cdef inline void train_sentence(const Plan* plan, Workspace* space, Rng* rng, pos_t start, pos_t end,
                                double learning_rate, Record* record) noexcept nogil:
    cdef Sentence sentence
    cdef Window* current
    cdef Tile* tile = &space.tile
    cdef pos_t i, contexts
    cdef void* row
    sentence.length = subsample(plan, rng, start, end, space.kept)
    sentence.prepared = 0
    record.tokens += end - start
    record.subsampled += end - start - sentence.length
    if sentence.length < 2:
        record.isolated += sentence.length
        return
    record.trained += sentence.length

    tile.learning_rate = learning_rate
    look_around(plan, space, sentence.length)
    for i in range(min(sentence.length, <pos_t>plan.window)):
        prefetch(plan, space.rows[i])
    prepare_next(plan, space, rng, &sentence)
    prepare_next(plan, space, rng, &sentence)
    for i in range(sentence.length):
        current = &space.windows[i % 3]
        row = space.rows[i]
        contexts = current.end - current.first - 1
        lay_out(plan, space, current, i)
        plan.kernels.score(tile)
        plan.coefficients(tile)
        prepare_next(plan, space, rng, &sentence)
        plan.apply(tile)
        space.rows[i] = row
        merge_in_turn(plan, &space.replicas)
        record.pairs += contexts * current.targets.total
        record.positives += contexts
