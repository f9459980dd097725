# window.pxd -- from a sentence of kept words to tiles: one window is one tile, or several where the step of one would be too
# large (step.h).
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
from cython_ext.two_tiles cimport lay_out_inputs, set_single_counts, train_outputs
from cython_ext.types cimport Plan, Record, pos_t, word_t
from cython_ext.workspace cimport WINDOWS_IN_FLIGHT, Side, Window, Workspace

cdef extern from "cython_ext/step.h" nogil:
    ctypedef struct Step:
        double learning_rate
        int contexts
    enum:
        MAX_CONTEXTS
    double ROW_STEP
    double crowding(int targets, int most_alike, double noise_weight) noexcept
    Step bounded_step(double learning_rate) noexcept
    Step dot_step(double learning_rate, double crowded) noexcept
    double bounded_boost(double boost, int multiplicity, double noise_weight) noexcept


# Where a thread is in a sentence.
cdef struct Sentence:
    pos_t length              # number of words that subsampling kept
    pos_t prepared            # number of windows prepared so far
    uint64_t noise_random     # the random number that determines the current noise words
    double learning_rate
    Step step                 # of tiles without crowding


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


cdef inline void find_rows(const Plan* plan, Workspace* space, pos_t length, pos_t span) noexcept nogil:
    # The input row of each word of the sentence, and which tiles hold a word twice. Done once per sentence, so that most tiles
    # need not be searched for duplicates.
    #
    # latest_repeat[i] is the largest j < i whose word occurs again after j and up to i, at a distance of at most `span`, the
    # contexts of a tile; -1 if there is none. So the places first..end hold a word twice if latest_repeat[end - 1] >= first:
    #
    #     word            a   b   c   b   d
    #     latest_repeat  -1  -1  -1   1   1
    cdef pos_t i, j, latest = -1
    for i in range(length):
        space.rows[i] = input_row(plan, &space.replicas, space.kept[i])
        for j in range(max(latest + 1, i - span), i):
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
    prefetch_row(row, plan.dim * <int>sizeof(float), plan.owned)


cdef inline void move_noise_region(const Plan* plan, Workspace* space) noexcept nogil:
    # Prefetches the rows of the words that enter the region: windows have just used those of all others.
    #
    #     pool   ....[ region ]nn......      n: the noise_region_step places that enter
    #            ......[ region ]......
    cdef uint64_t place, end = space.noise_region_start + plan.noise_region_size
    for place in range(end, end + plan.noise_region_step):
        prefetch(plan, output_row(plan, &space.replicas, plan.noise[place & plan.noise_mask]))
        if plan.within:
            prefetch(plan, input_row(plan, &space.replicas, plan.noise[place & plan.noise_mask]))
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


cdef inline void lay_out_signs(const Plan* plan, Workspace* space, int width) noexcept nogil:
    cdef int i
    for i in range(plan.max_contexts * width):
        space.signs[i] = -1 if i % width == 0 else 1
    space.signs_width = width


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


cdef inline void lay_out_steps(const Plan* plan, Workspace* space, const Side* targets, pos_t centre,
                               pos_t first, bint around) noexcept nogil:
    # Of the tile that lay_out has made of the contexts from `first` on: with the same exchange of the centre.
    cdef const Tile* tile = &space.tile
    cdef const word_t* words = space.kept + first + around if tile.weights == NULL else space.contexts.words
    cdef int c, k
    for c in range(tile.n_contexts):
        space.context_steps[c] = plan.input_steps[words[c]]
    if tile.weights == NULL and around and centre > first:
        space.context_steps[centre - first - 1] = plan.input_steps[space.kept[first]]
    if plan.within:
        space.target_steps[0] = 1 if plan.output_steps == NULL else plan.output_steps[targets.words[0]]
        for k in range(1, tile.n_targets):
            space.target_steps[k] = plan.input_steps[space.inputs.words[k]]
    elif plan.output_steps != NULL:
        for k in range(targets.n):
            space.target_steps[k] = plan.output_steps[targets.words[k]]


cdef inline void gather_contexts(const Plan* plan, Workspace* space, pos_t centre, pos_t first, pos_t end) noexcept nogil:
    cdef Side* side = &space.contexts
    cdef pos_t i
    cdef int c
    side.n = side.total = 0
    for i in range(first, end):
        if i != centre:
            add_word(side, space.kept[i])
    for c in range(side.n):
        side.rows[c] = input_row(plan, &space.replicas, side.words[c])


cdef inline void lay_out(const Plan* plan, Workspace* space, Side* targets, pos_t centre,
                         pos_t first, pos_t end) noexcept nogil:
    # The contexts first..end as a tile. If the centre is among these places, the row of the first context takes its place, so
    # that the rows of all contexts are contiguous and need not be copied; train_window restores it.
    #
    #     rows    .. [ a  b  C  d  e ] ..        first .. end, around the centre C
    #             ..   a [b  a  d  e ] ..        contexts = rows[first + 1 .. end]
    #
    # Where the centre is the first word itself, its place is left out as it is.
    cdef Tile* tile = &space.tile
    cdef bint around = first <= centre < end
    if space.signs_width != targets.n:
        lay_out_signs(plan, space, targets.n)
    if around:
        space.rows[centre] = space.rows[first]
    tile.n_contexts = end - first - around
    tile.n_targets = targets.n
    tile.contexts = space.rows + first + around
    tile.targets = targets.rows
    tile.weights = NULL
    tile.context_counts = tile.target_counts = NULL
    tile.max_weight = 1
    if space.latest_repeat[end - 1] >= first or targets.n != targets.total:
        gather_contexts(plan, space, centre, first, end)
        tile.contexts, tile.n_contexts = space.contexts.rows, space.contexts.n
        tile.max_weight = lay_out_weights(space, targets)
        tile.weights = space.weights
        tile.context_counts, tile.target_counts = space.contexts.counts, targets.counts
    if plan.within:
        lay_out_inputs(plan, space, targets)
    if plan.input_steps != NULL:
        lay_out_steps(plan, space, targets, centre, first, around)


cdef inline int most_alike(const Side* side) noexcept nogil:
    # The largest multiplicity.
    cdef int i, most = 1
    if side.n != side.total:
        for i in range(side.n):
            most = max(most, side.counts[i])
    return most


cdef inline double boost_of(const Plan* plan, int max_weight) noexcept nogil:
    # Of a tile whose pairs have at most this multiplicity.
    return bounded_boost(plan.boost, max_weight, plan.settings.negative_weight)


cdef inline pos_t end_of_part(pos_t first, pos_t centre, pos_t end, pos_t contexts) noexcept nogil:
    # The end of the part of a window that begins at `first`: of so many contexts, or fewer at the window's end.
    return min(end, first + contexts + (first <= centre <= first + contexts))


cdef inline void train_further_parts(const Plan* plan, Workspace* space, Window* w, pos_t centre,
                                     pos_t first, const Step* step) noexcept nogil:
    cdef pos_t end
    while first < w.end:
        end = end_of_part(first, centre, w.end, step.contexts)
        lay_out(plan, space, &w.targets, centre, first, end)
        if plan.boost != 1:
            space.tile.learning_rate = step.learning_rate * boost_of(plan, space.tile.max_weight)
        plan.kernels.score(&space.tile)
        plan.coefficients(&space.tile)
        plan.apply(&space.tile)
        if plan.within:
            train_outputs(plan, space, &w.targets, centre, end - first - (first <= centre < end))
        first = end


cdef inline void train_window(const Plan* plan, Workspace* space, Rng* rng, Sentence* sentence, pos_t centre) noexcept nogil:
    # The first part is written out, and the others are in a function of their own, because nearly all windows have one part: a
    # loop over all was 1 to 3 % slower.
    cdef Window* w = &space.windows[centre % WINDOWS_IN_FLIGHT]
    cdef void* centre_row = space.rows[centre]
    cdef Step step = sentence.step
    cdef pos_t end
    if not plan.bounded and (plan.crowded or w.targets.n != w.targets.total):
        step = dot_step(
            sentence.learning_rate, crowding(w.targets.total, most_alike(&w.targets), plan.settings.negative_weight)
        )
    end = end_of_part(w.first, centre, w.end, step.contexts)
    lay_out(plan, space, &w.targets, centre, w.first, end)
    space.tile.learning_rate = step.learning_rate
    if plan.boost != 1:
        space.tile.learning_rate *= boost_of(plan, space.tile.max_weight)
    plan.kernels.score(&space.tile)
    plan.coefficients(&space.tile)
    prepare_next(plan, space, rng, sentence)
    plan.apply(&space.tile)
    if plan.within:
        train_outputs(plan, space, &w.targets, centre, end - w.first - (w.first <= centre < end))
    if end < w.end:
        train_further_parts(plan, space, w, centre, end, &step)
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

    sentence.learning_rate = learning_rate
    sentence.step = bounded_step(learning_rate) if plan.bounded else dot_step(learning_rate, 1)
    find_rows(plan, space, sentence.length, min(2 * <pos_t>plan.window, sentence.step.contexts))
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
