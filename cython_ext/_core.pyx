"""The only door to the compiled core: validate once, hand out chunks to threads, keep one record per chunk.

Everything below ``Engine`` is ``noexcept nogil`` and sees no Python object; everything above it sees no pointer. The
arrays are owned by the caller and held here as memoryviews for as long as the pointers in ``Plan`` live.
"""

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memset

from cython_ext.replicas cimport MERGE_WINDOWS as _MERGE_WINDOWS, copy_rows, merge_all
from cython_ext.rng cimport Rng, below, next_uint64, stream
from cython_ext.tile cimport (
    OBJECTIVES, ROW_ALIGNMENT, ROW_SLACK, SCORE_SLACK, Objective, ObjectiveSettings, Tile, TileKernels, fetch_add, read_counter, tile_variants, write_counter,
)
from cython_ext.types cimport Apply, Plan, Record, pos_t, word_t
from cython_ext.window cimport Side, Workspace, train_sentence

cdef extern from "<stdlib.h>" nogil:
    void* aligned_alloc(size_t alignment, size_t bytes) noexcept

PIECE = 1 << 20    # tokens that are checked at a time
MERGE_WINDOWS = _MERGE_WINDOWS

cdef const TileKernels* VARIANTS[8]    # at least MAX_TILE_VARIANTS, which Cython cannot know
cdef int N_VARIANTS = tile_variants(VARIANTS)


def variants() -> list[str]:
    """Names of the kernel variants this machine can run, best first."""
    return [VARIANTS[i].name.decode() for i in range(N_VARIANTS)]


cdef const TileKernels* find_kernels(str name) except NULL:
    for i in range(N_VARIANTS):
        if VARIANTS[i].name.decode() == name:
            return VARIANTS[i]
    raise ValueError(f"instruction set {name!r} is not available on this machine")


cdef const Objective* find_objective(const TileKernels* kernels, str name) except NULL:
    for i in range(OBJECTIVES):
        if kernels.objectives[i].name.decode() == name:
            return &kernels.objectives[i]
    raise ValueError(f"there is no objective {name!r}")


cdef Apply find_apply(const TileKernels* kernels, bint scaled, bint stepped) noexcept:
    return kernels.apply_stepped if stepped else kernels.apply_scaled if scaled else kernels.apply


cdef ObjectiveSettings objective_settings(settings) except *:
    cdef ObjectiveSettings found
    found.temperature, found.margin = settings.temperature, settings.margin
    found.align_weight, found.align_power = settings.align_weight, settings.align_power
    found.uniform_t = settings.uniform_t
    return found


def check_trains(str isa):
    """Raise ValueError unless ``isa`` names a variant that this machine can train with."""
    if find_kernels(isa).real_bytes != sizeof(float):
        raise ValueError(f"instruction set {isa!r} is the finite-difference build and cannot train")


# ---------------------------------------------------------------------------------------------------------- workspace

cdef void* aligned(size_t bytes) noexcept nogil:
    # Zeroed, and never NULL for want of a size: aligned_alloc needs a positive multiple of the alignment.
    bytes = (bytes + ROW_ALIGNMENT) // ROW_ALIGNMENT * ROW_ALIGNMENT
    cdef void* memory = aligned_alloc(ROW_ALIGNMENT, bytes)
    if memory != NULL:
        memset(memory, 0, bytes)
    return memory


cdef bint make_side(Side* side, int capacity) noexcept nogil:
    side.words = <word_t*>calloc(capacity, sizeof(word_t))
    side.counts = <int*>calloc(capacity, sizeof(int))
    side.rows = <void**>calloc(capacity, sizeof(void*))
    return side.words != NULL and side.counts != NULL and side.rows != NULL


cdef void free_side(Side* side) noexcept nogil:
    free(side.words)
    free(side.counts)
    free(side.rows)


cdef void free_workspace(Workspace* space) noexcept nogil:
    cdef int i
    if space == NULL:
        return
    for i in range(3):
        free_side(&space.windows[i].targets)
    free_side(&space.contexts)
    free(space.replicas.rows)
    free(space.kept)
    free(space.rows)
    free(space.repeated)
    free(space.scores)
    free(space.signs)
    free(space.weights)
    free(space.deltas)
    free(space.steps)
    free(space.scales)
    free(space.inverse_norms)
    free(space.anchors)
    free(space.tile.waiting)
    free(space)


cdef Workspace* make_workspace(const Plan* plan, pos_t longest) noexcept nogil:
    # Returns NULL if there is no memory.
    cdef int contexts = 2 * plan.window, targets = 1 + plan.negative, i
    cdef size_t entries = <size_t>contexts * targets + SCORE_SLACK
    cdef Workspace* space = <Workspace*>calloc(1, sizeof(Workspace))
    cdef bint whole = space != NULL
    if not whole:
        return NULL
    space.max_contexts = contexts
    for i in range(3):
        whole &= make_side(&space.windows[i].targets, targets)
    whole &= make_side(&space.contexts, contexts)
    space.kept = <word_t*>calloc(longest + 1, sizeof(word_t))
    space.rows = <void**>calloc(longest + 1, sizeof(void*))
    space.repeated = <pos_t*>calloc(longest + 1, sizeof(pos_t))
    space.scores = <float*>aligned(entries * sizeof(float))
    space.signs = <float*>aligned(entries * sizeof(float))
    space.weights = <float*>aligned(entries * sizeof(float))
    space.deltas = <float*>aligned(<size_t>contexts * (plan.dim + ROW_ALIGNMENT) * sizeof(float))
    space.replicas.rows = <char*>aligned(4 * plan.replicated * plan.row_bytes)
    whole &= space.replicas.rows != NULL
    space.steps = <float*>aligned((contexts + ROW_SLACK) * sizeof(float))
    space.scales = <float*>aligned((contexts + targets + 2 * ROW_SLACK) * sizeof(float))
    space.inverse_norms = <float*>aligned((contexts + targets + 2 * ROW_SLACK) * sizeof(float))
    space.anchors = <float*>aligned((<size_t>3 * targets + ROW_SLACK) * ROW_ALIGNMENT)
    whole &= space.steps != NULL and space.scales != NULL and space.inverse_norms != NULL and space.anchors != NULL
    if space.steps != NULL:
        for i in range(contexts):
            space.steps[i] = 1
    space.tile.dim = plan.dim
    space.tile.settings = &plan.settings
    space.tile.scores, space.tile.signs, space.tile.deltas = space.scores, space.signs, space.deltas
    space.tile.context_steps, space.tile.context_scales = space.steps, space.scales
    space.tile.target_scales = space.scales + contexts + ROW_SLACK
    space.tile.inverse_norms, space.tile.anchors = space.inverse_norms, space.anchors
    space.tile.waiting = aligned(2 * ROW_ALIGNMENT)
    whole &= space.tile.waiting != NULL
    whole &= space.rows != NULL and space.repeated != NULL
    whole &= space.kept != NULL and space.scores != NULL and space.signs != NULL
    whole &= space.weights != NULL and space.deltas != NULL
    if not whole:
        free_workspace(space)
        return NULL
    return space


# ------------------------------------------------------------------------------------------------------------- engine

cdef void train_chunk(const Plan* plan, Workspace* space, int epoch, int64_t chunk, Record* record) noexcept nogil:
    # The learning rate falls linearly with the place in the whole run, sentence by sentence: it depends on what is
    # trained, never on which thread came first.
    cdef Rng rng = stream(plan.seed, epoch, chunk)
    cdef double progress, length = <double>plan.total_tokens * plan.epochs
    cdef int64_t s
    memset(record, 0, sizeof(Record))
    space.tile.loss = 0
    space.noise_region = next_uint64(&rng)
    plan.kernels.begin(&space.tile)
    for s in range(plan.chunks[chunk], plan.chunks[chunk + 1]):
        progress = (<double>plan.total_tokens * epoch + plan.offsets[s]) / length
        train_sentence(plan, space, &rng, plan.offsets[s], plan.offsets[s + 1],
                       plan.alpha + (plan.min_alpha - plan.alpha) * progress, record)
    plan.kernels.settle(&space.tile)
    record.loss = space.tile.loss


cdef class Engine:
    """One epoch after another over one encoded corpus, by any number of threads that call :meth:`work`.

    Parameters
    ----------
    input, output : float32, shape (V, stride)
        Both matrices, rows aligned to 64 bytes and zero-padded; updated in place.
    tokens : uint32, shape (N,)
        Word ids below V.
    offsets : int64, shape (S + 1,)
        Sentence s is ``tokens[offsets[s]:offsets[s + 1]]``.
    chunks : int64, shape (C + 1,)
        Chunk c is the sentences ``chunks[c]`` to ``chunks[c + 1]``: the unit of work and of the random streams.
    keep : uint32, shape (V,)
        Subsampling thresholds.
    noise : uint32, length a power of two
        Pool of noise words.
    settings : object
        Has vector_size, window, shrink_windows, negative, noise_windows, noise_region (a function of the pool's length),
        noise_step, alpha, min_alpha, epochs, seed, objective, temperature, margin, align_weight, align_power, uniform_t.
    isa : str
        One of :func:`variants`.
    steps : float32, shape (V,), optional
        What each input row's increments are multiplied by: 1 trains it, 0 freezes it.
    seen : callable, optional
        Is told how many tokens have been checked, so that the memory of a mapped file can be given back meanwhile.

    Raises
    ------
    ValueError
        If the arrays contradict each other. What the user typed has been checked before (``config.py``).
    """

    cdef Plan plan
    cdef object arrays
    cdef int64_t longest
    cdef int64_t n_chunks
    cdef int64_t next_chunk
    cdef int64_t end_chunk
    cdef int64_t words
    cdef int64_t tokens_done
    cdef int64_t stopping
    cdef int epoch
    cdef int64_t[:, ::1] counts
    cdef double[::1] losses

    def __init__(self, float[:, ::1] input, float[:, ::1] output, const uint32_t[::1] tokens, const int64_t[::1] offsets,
                 const int64_t[::1] chunks, const uint32_t[::1] keep, const uint32_t[::1] noise, settings,
                 str isa, const float[::1] steps=None, seen=None):
        self.arrays = (input, output, tokens, offsets, chunks, keep, noise, steps)
        cdef size_t row_bytes = input.shape[1] * sizeof(float)
        check_trains(isa)
        _check(input.shape[0] == output.shape[0] == keep.shape[0] and input.shape[1] == output.shape[1], "matrix shapes differ")
        _check(input.shape[0] > 0 and 0 < settings.vector_size <= input.shape[1], "dim exceeds the rows")
        _check(row_bytes % ROW_ALIGNMENT == 0, "rows are not padded to 64 bytes")
        _check(<size_t>&input[0, 0] % ROW_ALIGNMENT == 0 and <size_t>&output[0, 0] % ROW_ALIGNMENT == 0, "rows are not aligned")
        _check(_is_power_of_two(noise.shape[0]), "noise pool is not a power of two long")
        cdef uint64_t region = settings.noise_region(noise.shape[0])
        _check(_is_power_of_two(region) and region <= <uint64_t>noise.shape[0], "the noise region is not a power of two long")
        _check(tokens.shape[0] > 0 and offsets.shape[0] > 1 and chunks.shape[0] > 1, "nothing to train on")
        self.longest = _longest_sentence(offsets, tokens.shape[0])
        _check(self.longest >= 0, "offsets do not partition the tokens")
        _check(_increasing(chunks, offsets.shape[0] - 1), "chunks do not partition the sentences")
        _check(_below(noise, input.shape[0]), "a noise word exceeds the vocabulary")
        _check(steps is None or steps.shape[0] == input.shape[0], "there is not one step for each row")
        for start in range(0, tokens.shape[0], PIECE):
            _check(_below(tokens[start:start + PIECE], input.shape[0]), "a word id exceeds the vocabulary")
            if seen is not None:
                seen(min(start + PIECE, tokens.shape[0]))

        self.n_chunks = chunks.shape[0] - 1
        cdef Plan* plan = &self.plan
        plan.tokens, plan.offsets, plan.chunks = &tokens[0], &offsets[0], &chunks[0]
        plan.keep, plan.noise, plan.noise_mask = &keep[0], &noise[0], noise.shape[0] - 1
        plan.input, plan.output, plan.row_bytes = <char*>&input[0, 0], <char*>&output[0, 0], row_bytes
        self.words = input.shape[0]
        plan.total_tokens, plan.dim = tokens.shape[0], settings.vector_size
        plan.window, plan.shrink_windows, plan.negative = settings.window, settings.shrink_windows, settings.negative
        plan.noise_windows = settings.noise_windows
        plan.noise_region, plan.noise_step = region, settings.noise_step
        plan.alpha, plan.min_alpha = settings.alpha, settings.min_alpha
        plan.epochs, plan.seed, plan.kernels = settings.epochs, settings.seed, find_kernels(isa)
        cdef const Objective* objective = find_objective(plan.kernels, settings.objective)
        plan.coefficients, plan.settings = objective.coefficients, objective_settings(settings)
        plan.apply = find_apply(plan.kernels, objective.scaled, steps is not None)
        plan.steps = NULL if steps is None else &steps[0]

    def begin(self, int epoch, int64_t first_chunk, int64_t end_chunk, int64_t[:, ::1] counts, double[::1] losses,
              int64_t replicated=0, double merged_share=1.0):
        """Get ready to train chunks ``first_chunk`` to ``end_chunk`` of ``epoch``; no thread may be working.

        ``counts`` (int64, shape (C, 6): tokens, subsampled, isolated, trained, pairs, positives) and ``losses`` (float64, shape (C,):
        nats) receive one record per finished chunk. Each thread trains copies of the first ``replicated`` words' rows;
        a merge moves the common row by ``merged_share`` of what a copy has learned since its last.
        """
        _check(counts.shape[0] == losses.shape[0] == self.n_chunks and counts.shape[1] == 6, "records do not fit the chunks")
        _check(0 <= first_chunk <= end_chunk <= self.n_chunks, "no such chunks")
        _check(0 <= replicated <= self.words, "there are not so many words to replicate")
        _check(replicated == 0 or self.plan.steps == NULL, "rows with steps of their own are not replicated")
        _check(0 < merged_share <= 1, "the merged share is not in (0, 1]")
        self.plan.replicated, self.plan.merged_share = replicated, merged_share
        self.counts, self.losses = counts, losses
        self.epoch, self.next_chunk, self.end_chunk = epoch, first_chunk, end_chunk
        self.tokens_done = self.stopping = 0

    def set_rates(self, double alpha, double min_alpha):
        """Let the learning rate fall from ``alpha`` to ``min_alpha`` over the whole run; no thread may be working."""
        self.plan.alpha, self.plan.min_alpha = alpha, min_alpha

    def work(self):
        """Train chunks until none is left or :meth:`stop` was called. Run by each thread; releases the GIL."""
        cdef Workspace* space
        cdef bint enough_memory
        with nogil:
            space = make_workspace(&self.plan, self.longest)
            enough_memory = space != NULL
            if enough_memory:
                copy_rows(&self.plan, &space.replicas)
                self._train_chunks(space)
                merge_all(&self.plan, &space.replicas)
                free_workspace(space)
        if not enough_memory:
            raise MemoryError("no memory for a training thread's workspace")

    cdef void _train_chunks(self, Workspace* space) noexcept nogil:
        cdef Record record
        cdef int64_t chunk
        while not read_counter(&self.stopping):
            chunk = fetch_add(&self.next_chunk, 1)
            if chunk >= self.end_chunk:
                break
            train_chunk(&self.plan, space, self.epoch, chunk, &record)
            self.counts[chunk, 0] = record.tokens
            self.counts[chunk, 1] = record.subsampled
            self.counts[chunk, 2] = record.isolated
            self.counts[chunk, 3] = record.trained
            self.counts[chunk, 4] = record.pairs
            self.counts[chunk, 5] = record.positives
            self.losses[chunk] = record.loss
            fetch_add(&self.tokens_done, record.tokens)

    def stop(self):
        """Let every thread finish its chunk and return."""
        write_counter(&self.stopping, 1)

    @property
    def position(self) -> int:
        """The first chunk not trained; exact once every thread has returned."""
        return min(read_counter(&self.next_chunk), self.end_chunk)

    @property
    def progress(self) -> int:
        """Tokens finished since :meth:`begin`."""
        return read_counter(&self.tokens_done)


# --------------------------------------------------------------------------------------------------------- noise pool

def shuffled_pool(const int64_t[::1] shares, uint64_t seed):
    """Return each word as often as its share says, in random order (Fisher and Yates 1938, inside out: Knuth 1998, 3.4.2).

    Parameters
    ----------
    shares : int64, shape (V,)
        Not negative; their sum is positive and below 2**32.
    seed : int

    Returns
    -------
    ndarray of uint32, shape (sum of shares,)

    Raises
    ------
    ValueError
    """
    import numpy as np

    cdef int64_t size = np.sum(shares)
    _check(np.min(shares) >= 0 and 0 < size < 1 << 32, "shares are negative, or too many, or all zero")
    pool = np.empty(size, np.uint32)
    cdef word_t[::1] places = pool
    with nogil:
        _fill_shuffled(&places[0], shares, stream(seed, 0, 0))
    return pool


cdef void _fill_shuffled(word_t* pool, const int64_t[::1] shares, Rng rng) noexcept nogil:
    # Each newcomer takes a random place among those filled and its own, and who was there moves to the end.
    cdef int64_t word, i, place, n = 0
    for word in range(shares.shape[0]):
        for i in range(shares[word]):
            place = below(next_uint64(&rng), n + 1)
            pool[n] = pool[place]
            pool[place] = word
            n += 1


# --------------------------------------------------------------------------------------------------------- validation

cdef bint _is_power_of_two(int64_t n) noexcept:
    return n > 0 and n & (n - 1) == 0


def _check(bint holds, str complaint):
    if not holds:
        raise ValueError(complaint)


cdef int64_t _longest_sentence(const int64_t[::1] offsets, int64_t n) noexcept nogil:
    # -1 if the offsets do not run from 0 to n without going back.
    cdef int64_t i, longest = 0
    if offsets[0] != 0 or offsets[offsets.shape[0] - 1] != n:
        return -1
    for i in range(offsets.shape[0] - 1):
        if offsets[i + 1] < offsets[i]:
            return -1
        longest = max(longest, offsets[i + 1] - offsets[i])
    return longest


cdef bint _increasing(const int64_t[::1] bounds, int64_t end) noexcept nogil:
    cdef int64_t i
    if bounds[0] != 0 or bounds[bounds.shape[0] - 1] != end:
        return False
    for i in range(bounds.shape[0] - 1):
        if bounds[i + 1] < bounds[i]:
            return False
    return True


cdef bint _below(const uint32_t[::1] words, uint32_t bound) noexcept nogil:
    cdef bint beyond = False
    cdef int64_t i
    for i in range(words.shape[0]):
        beyond |= words[i] >= bound
    return not beyond


# ------------------------------------------------------------------------------------------------ one tile, for tests

ctypedef fused real:
    float
    double


def update_tile(str variant, real[:, ::1] contexts, real[:, ::1] targets, context_counts, target_counts, int dim,
                double learning_rate, settings, steps=None):
    """Run score, an objective and apply of one kernel variant on one tile, in place; the door of the parity and gradient tests.

    Parameters
    ----------
    contexts, targets : shape (n, stride) and (m, stride)
        Distinct rows aligned to 64 bytes, zero-padded; float64 for the variant "float64", else float32.
    context_counts, target_counts : sequences of int, length n and m
        Multiplicity of each row.
    settings : object
        Has objective, temperature, margin, align_weight, align_power, uniform_t.
    steps : sequence of float, length n, optional
        As for :class:`Engine`, one for each context.

    Returns
    -------
    scores : ndarray, shape (n, m)
        S before the update.
    coefficients : ndarray, shape (n, m)
        G.
    loss : float
        The tile's loss in nats.
    """
    import numpy as np

    cdef const TileKernels* kernels = find_kernels(variant)
    cdef const Objective* objective = find_objective(kernels, settings.objective)
    cdef ObjectiveSettings told = objective_settings(settings)
    cdef int n = contexts.shape[0], m = targets.shape[0], i
    _check(kernels.real_bytes == sizeof(real), "precision of the arrays and of the variant differ")
    _check(n > 0 and m > 0 and 0 < dim <= min(contexts.shape[1], targets.shape[1]), "a tile has rows, and dim does not exceed them")
    _check(contexts.shape[1] * sizeof(real) % ROW_ALIGNMENT == 0 and targets.shape[1] * sizeof(real) % ROW_ALIGNMENT == 0, "rows are not padded to 64 bytes")
    _check(len(context_counts) == n and len(target_counts) == m, "every row has a multiplicity")
    cdef object dtype = np.float32 if real is float else np.float64

    cdef Tile tile
    memset(&tile, 0, sizeof(Tile))
    tile.dim, tile.n_contexts, tile.n_targets = dim, n, m
    tile.learning_rate, tile.settings = learning_rate, &told
    rows_array = np.array([<uint64_t>&contexts[i, 0] for i in range(n)] + [<uint64_t>&targets[i, 0] for i in range(m)], np.uint64)
    cdef uint64_t[::1] rows = rows_array
    tile.contexts, tile.targets = <void**>&rows[0], <void**>&rows[n]

    pair_weights = np.outer(context_counts, target_counts)
    context_multiplicities, target_multiplicities = np.asarray(context_counts, np.intc), np.asarray(target_counts, np.intc)
    cdef const int[::1] context_view = context_multiplicities, target_view = target_multiplicities
    scores, signs, weights = _lines(n * m + SCORE_SLACK, dtype), _lines(n * m + SCORE_SLACK, dtype), _lines(n * m + SCORE_SLACK, dtype)
    signs[:] = 1
    signs[:n * m:m] = -1
    weights[:n * m] = pair_weights.ravel()
    tile.scores, tile.signs = _address(scores), _address(signs)
    tile.max_weight = pair_weights.max()
    if tile.max_weight > 1:
        tile.weights, tile.context_counts, tile.target_counts = _address(weights), &context_view[0], &target_view[0]

    scratch = [_lines(size, dtype) for size in (n * (dim + ROW_ALIGNMENT), ROW_ALIGNMENT, n + m + 2 * ROW_SLACK, (3 * m + ROW_SLACK) * ROW_ALIGNMENT)]
    tile.deltas, tile.waiting, tile.inverse_norms, tile.anchors = (
        _address(scratch[0]), _address(scratch[1]), _address(scratch[2]), _address(scratch[3]))
    factors, context_scales, target_scales = _lines(n + ROW_SLACK, dtype), _lines(n + ROW_SLACK, dtype), _lines(m + ROW_SLACK, dtype)
    factors[:n] = 1 if steps is None else steps
    tile.context_steps, tile.context_scales, tile.target_scales = (
        _address(factors), _address(context_scales), _address(target_scales))

    kernels.begin(&tile)
    kernels.score(&tile)
    before = scores[:n * m].reshape(n, m).copy()
    objective.coefficients(&tile)
    coefficients = scores[:n * m].reshape(n, m).copy()
    find_apply(kernels, objective.scaled, steps is not None)(&tile)
    kernels.settle(&tile)
    return before, coefficients, tile.loss


def _lines(size_t size, dtype):
    # Zeros from the start of a cache line on.
    import numpy as np

    memory = np.zeros(size * np.dtype(dtype).itemsize + ROW_ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ROW_ALIGNMENT
    return memory[start:start + size * np.dtype(dtype).itemsize].view(dtype)


cdef void* _address(array):
    return <void*><uint64_t>array.ctypes.data
