# window.pxd -- from a sentence of kept words to tiles: one window is one tile.
#
# Windows are prepared two ahead, between the objective's long chain of dependent operations and apply, where the memory
# unit is idle. Preparing a window also prefetches the rows that no earlier window used. For up to nine noise words these are
# three: the input row at the far end of the largest reach, the centre's output row, and the noise row that enters the region of
# the pool.
#
#     window      i            i + 1        i + 2
#     done for i  score, objective          prepare: reach, targets, prefetch
#                 apply

from libc.stdint cimport uint64_t

from cython_ext.replicas cimport input_row, merge_in_turn, output_row
from cython_ext.rng cimport Rng, below, next_uint64
from cython_ext.sampling cimport noise_word, subsample
from cython_ext.tile cimport Tile, prefetch_row
from cython_ext.types cimport Plan, Record, pos_t, word_t
from cython_ext.workspace cimport WINDOWS_IN_FLIGHT, Side, Window, Workspace


# Where a thread is in a sentence.
cdef struct Sentence:
    pos_t length              # number of words that subsampling kept
    pos_t prepared            # number of windows prepared so far
    uint64_t noise_random     # the random number that determines the current noise words


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


cdef inline void find_rows(const Plan* plan, Workspace* space, pos_t length) noexcept nogil:
    # The input row of each word of the sentence, and which windows hold a word twice. Done once per sentence, so that most windows
    # need not be searched for duplicates.
    #
    # latest_repeat[i] is the largest j < i whose word occurs again after j and up to i, at a distance of at most two windows;
    # -1 if there is none. So the window first..end holds a word twice if latest_repeat[end - 1] >= first:
    #
    #     word            a   b   c   b   d
    #     latest_repeat  -1  -1  -1   1   1
    cdef pos_t i, j, latest = -1
    for i in range(length):
        space.rows[i] = input_row(plan, &space.replicas, space.kept[i])
        for j in range(max(latest + 1, i - 2 * plan.window), i):
            latest = j if space.kept[j] == space.kept[i] else latest
        space.latest_repeat[i] = latest


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
        side.words[1 + k] = noise_word(plan, space.noise_region_start, random, k)
    side.n = side.total = 1 + plan.negative
    if has_duplicates(side.words, side.n):
        side.n = side.total = 0
        add_word(side, centre)
        for k in range(plan.negative):
            word = noise_word(plan, space.noise_region_start, random, k)
            if word != centre:
                add_word(side, word)
    for k in range(side.n):
        side.rows[k] = output_row(plan, &space.replicas, side.words[k])


cdef inline void prefetch(const Plan* plan, const void* row) noexcept nogil:
    prefetch_row(row, plan.dim * <int>sizeof(float))


cdef inline void move_noise_region(const Plan* plan, Workspace* space) noexcept nogil:
    # Prefetches the rows of the words that enter the region: windows have just used those of all others.
    #
    #     pool   ....[ region ]nn......      n: the noise_region_step places that enter
    #            ......[ region ]......
    cdef uint64_t place, end = space.noise_region_start + plan.noise_region_size
    for place in range(end, end + plan.noise_region_step):
        prefetch(plan, output_row(plan, &space.replicas, plan.noise[place & plan.noise_mask]))
    space.noise_region_start += plan.noise_region_step


cdef inline pos_t window_width(const Plan* plan, uint64_t random) noexcept nogil:
    # Uniform in 1..window, from the upper half of `random`, so that near words count more; the whole window if shrink_windows
    # is off.
    return 1 + below(random, plan.window) if plan.shrink_windows else plan.window


cdef inline void prepare_window(const Plan* plan, Workspace* space, Window* w, Rng* rng, Sentence* sentence) noexcept nogil:
    cdef pos_t centre = sentence.prepared, reach
    cdef uint64_t random = next_uint64(rng)
    reach = window_width(plan, random)
    w.first = max(<pos_t>0, centre - reach)
    w.end = min(sentence.length, centre + reach + 1)
    if centre % plan.noise_windows == 0:
        move_noise_region(plan, space)
        sentence.noise_random = random
    find_targets(plan, space, sentence.noise_random, &w.targets, space.kept[centre])
    prefetch(plan, w.targets.rows[0])
    prefetch(plan, space.rows[min(centre + plan.window, sentence.length - 1)])
    sentence.prepared += 1


cdef inline void prepare_next(const Plan* plan, Workspace* space, Rng* rng, Sentence* sentence) noexcept nogil:
    cdef Window* w = &space.windows[sentence.prepared % WINDOWS_IN_FLIGHT]
    if sentence.prepared < sentence.length:
        prepare_window(plan, space, w, rng, sentence)


cdef inline void lay_out_signs(Workspace* space, int width) noexcept nogil:
    cdef int i
    for i in range(space.max_contexts * width):
        space.signs[i] = -1 if i % width == 0 else 1
    space.signs_width = width


cdef inline void set_single_counts(Side* side) noexcept nogil:
    # find_targets does not write the counts of targets without duplicates, which few windows need.
    cdef int i
    if side.n == side.total:
        for i in range(side.n):
            side.counts[i] = 1


cdef inline int lay_out_weights(Workspace* space, Side* targets) noexcept nogil:
    # Returns the largest multiplicity of a pair.
    cdef int c, k, weight, largest = 1
    set_single_counts(targets)
    for c in range(space.contexts.n):
        for k in range(targets.n):
            weight = space.contexts.counts[c] * targets.counts[k]
            space.weights[c * targets.n + k] = weight
            largest = max(largest, weight)
    return largest


cdef inline void lay_out_steps(const Plan* plan, Workspace* space, const Tile* tile) noexcept nogil:
    # Rows are those of the matrix itself: with steps there are no replicas.
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
    # The window as a tile. rows[centre] must be as train_sentence sets it.
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
    if space.latest_repeat[w.end - 1] >= w.first or w.targets.n != w.targets.total:
        gather_contexts(plan, space, w, centre)
        tile.contexts, tile.n_contexts = space.contexts.rows, space.contexts.n
        tile.max_weight = lay_out_weights(space, &w.targets)
        tile.weights = space.weights
        tile.context_counts, tile.target_counts = space.contexts.counts, w.targets.counts
    if plan.steps != NULL:
        lay_out_steps(plan, space, tile)


cdef inline void train_window(const Plan* plan, Workspace* space, Rng* rng, Sentence* sentence, pos_t centre) noexcept nogil:
    # While a window is trained, the row of its first context takes the centre's place, so that the rows of all contexts are
    # contiguous and need not be copied:
    #
    #     rows    .. [ a  b  C  d  e ] ..        first .. end, around the centre C
    #             ..   a [b  a  d  e ] ..        contexts = rows[first + 1 .. end]
    #
    # Where the centre is the first word itself, the contexts simply start after it.
    cdef Window* w = &space.windows[centre % WINDOWS_IN_FLIGHT]
    cdef void* centre_row = space.rows[centre]
    space.rows[centre] = space.rows[w.first]
    lay_out(plan, space, w, centre)
    plan.kernels.score(&space.tile)
    plan.coefficients(&space.tile)
    prepare_next(plan, space, rng, sentence)
    plan.apply(&space.tile)
    space.rows[centre] = centre_row


cdef inline void train_sentence(const Plan* plan, Workspace* space, Rng* rng, pos_t start, pos_t end,
                                double learning_rate, Record* record) noexcept nogil:
    cdef Sentence sentence
    cdef Window* w
    cdef pos_t i, contexts
    sentence.length = subsample(plan, rng, start, end, space.kept)
    sentence.prepared = 0
    record.tokens += end - start
    record.subsampled += end - start - sentence.length
    if sentence.length < 2:
        record.isolated += sentence.length
        return
    record.trained += sentence.length

    space.tile.learning_rate = learning_rate
    find_rows(plan, space, sentence.length)
    for i in range(min(sentence.length, <pos_t>plan.window)):
        prefetch(plan, space.rows[i])
    prepare_next(plan, space, rng, &sentence)
    prepare_next(plan, space, rng, &sentence)
    for i in range(sentence.length):
        train_window(plan, space, rng, &sentence, i)
        merge_in_turn(plan, &space.replicas)
        w = &space.windows[i % WINDOWS_IN_FLIGHT]
        contexts = w.end - w.first - 1
        record.pairs += contexts * w.targets.total
        record.positives += contexts
