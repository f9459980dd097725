"""The compiled trainer: validates once, hands out chunks to threads, keeps one record per chunk.

Everything below ``Engine`` is ``noexcept nogil`` and sees no Python object; everything above it sees no pointer. The
arrays are owned by the caller and held here as memoryviews for as long as the pointers in ``Plan`` live.
"""

from collections import namedtuple

from cpython.pycapsule cimport PyCapsule_GetPointer, PyCapsule_New
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memset

from cython_ext.checks cimport all_below, check, is_power_of_two, longest_part
from cython_ext.counters cimport fetch_add, read_counter, write_counter
from cython_ext.dispatch cimport capsule_name, find_apply, find_objective, objective_settings
from cython_ext.noise_pool cimport fill_shuffled
from cython_ext.replicas cimport MERGE_WINDOWS as _MERGE_WINDOWS, copy_rows, merge_all
from cython_ext.rng cimport Rng, next_uint64, stream
from cython_ext.tile cimport (
    MAX_TILE_VARIANTS, OBJECTIVES, ROW_ALIGNMENT, Objective, TileKernels, owning_pays, tile_variants,
)
from cython_ext.types cimport Plan, Record, word_t
from cython_ext.window cimport MAX_CONTEXTS as _MAX_CONTEXTS, crowding, dot_step, train_sentence
from cython_ext.workspace cimport Workspace, free_workspace, make_workspace

PIECE = 1 << 20    # tokens that are checked at a time
MERGE_WINDOWS, MAX_CONTEXTS = _MERGE_WINDOWS, _MAX_CONTEXTS

Text = namedtuple("Text", "tokens offsets chunks keep first_chunk", defaults=[0], module=__name__)
Noise = namedtuple("Noise", "pool region_size region_step", module=__name__)


# ------------------------------------------------------------------------------------------------------------ kernels

cdef const TileKernels* VARIANTS[MAX_TILE_VARIANTS]
cdef int N_VARIANTS = tile_variants(VARIANTS)
cdef dict ADDED = {}    # name -> capsule: the kernels of w2v._testing, once that is imported


def variants() -> list[str]:
    """Names of the instruction sets that this machine can train with, best first."""
    return [VARIANTS[i].name.decode() for i in range(N_VARIANTS)]


def objectives() -> list[str]:
    """Names of the objectives."""
    return [VARIANTS[0].objectives[i].name.decode() for i in range(OBJECTIVES)]


def tile_rate(double learning_rate, int negative) -> float:
    """Return the learning rate of tiles without repeated noise words, which is bounded (``step.h``), for dot products."""
    return dot_step(learning_rate, crowding(1 + negative, 1)).learning_rate


cdef const TileKernels* find_kernels(str name) except NULL:
    for i in range(N_VARIANTS):
        if VARIANTS[i].name.decode() == name:
            return VARIANTS[i]
    if name in ADDED:
        return <const TileKernels*>PyCapsule_GetPointer(ADDED[name], capsule_name())
    raise ValueError(f"instruction set {name!r} is not available on this machine")


def kernels(str name):
    """Return a capsule with the kernels of an instruction set."""
    return PyCapsule_New(<void*>find_kernels(name), capsule_name(), NULL)


def add_kernels(capsule):
    """Make the kernels in a capsule available to :class:`Engine` by their name, without listing them in :func:`variants`.

    Kernels that only tests need are in an extension of their own, ``w2v._testing``, which installations do not have. The
    two shared objects cannot be linked to each other, so pointers are exchanged as capsules.
    """
    ADDED[(<const TileKernels*>PyCapsule_GetPointer(capsule, capsule_name())).name.decode()] = capsule


def check_trains(str isa):
    """Raise ValueError unless ``isa`` names kernels that this machine can train with."""
    if find_kernels(isa).real_bytes != sizeof(float):
        raise ValueError(f"instruction set {isa!r} is the finite-difference build and cannot train")


# ------------------------------------------------------------------------------------------------------------- engine

cdef void train_chunk(const Plan* plan, Workspace* space, int epoch, int64_t chunk, Record* record) noexcept nogil:
    # The learning rate falls linearly with the position in the whole run, sentence by sentence: it depends on what is
    # trained, never on which thread came first.
    cdef Rng rng = stream(plan.seed, epoch, plan.first_chunk + chunk)
    cdef double progress, length = <double>plan.total_tokens * plan.epochs
    cdef int64_t s
    memset(record, 0, sizeof(Record))
    space.tile.scratch.loss = 0
    memset(space.tile.scratch.kernel_means, 0, sizeof(space.tile.scratch.kernel_means))
    space.noise_region_start = next_uint64(&rng)
    plan.kernels.begin_loss(&space.tile.scratch)
    for s in range(plan.chunks[chunk], plan.chunks[chunk + 1]):
        progress = (<double>plan.total_tokens * epoch + plan.offsets[s]) / length
        train_sentence(plan, space, &rng, plan.offsets[s], plan.offsets[s + 1],
                       plan.alpha + (plan.min_alpha - plan.alpha) * progress, record)
    plan.kernels.flush_loss(&space.tile.scratch)
    record.loss = space.tile.scratch.loss


cdef class Engine:
    """One epoch after another over one encoded corpus, by any number of threads that call :meth:`work`.

    Parameters
    ----------
    input, output : float32, shape (V, stride)
        Both matrices, rows aligned to 64 bytes and zero-padded; updated in place.
    text : Text
        ``tokens`` (uint32, shape (N,)): word ids below V. ``offsets`` (int64, shape (S + 1,)): sentence s is
        ``tokens[offsets[s]:offsets[s + 1]]``. ``chunks`` (int64, shape (C + 1,)): chunk c is the sentences ``chunks[c]`` to
        ``chunks[c + 1]``, the unit of work and of the random streams. ``keep`` (uint32, shape (V,)): subsampling thresholds.
        ``first_chunk``: how many chunks come before, if this is a part of a corpus, for the random streams.
    noise : Noise
        ``pool`` (uint32): noise words, their number a power of two. ``region_size``: how many neighbouring places of it a
        window draws from, also a power of two. ``region_step``: by how many places the region moves with each draw.
    settings : object
        Has the numbers vector_size, window, shrink_windows, negative, noise_windows, alpha, min_alpha, epochs, seed,
        temperature, margin, align_weight, align_power, uniform_t, and the name objective.
    isa : str
        One of :func:`variants`.
    input_steps, output_steps : float32, shape (V,), optional
        What each row's increments are multiplied by: 1 trains it, 0 freezes it. Output steps need input steps.
    boost : float
        What learning rates are multiplied by after they have been bounded; see ``w2v/training/merging.py``.
    seen : callable, optional
        Is told how many tokens have been checked, so that the memory of a mapped file can be released meanwhile.

    Raises
    ------
    ValueError
        If the arrays contradict each other. What the user typed has been checked before (``config.py``).
    """

    cdef Plan plan
    cdef object arrays
    cdef float[:, ::1] input
    cdef float[:, ::1] output
    cdef const float[::1] input_steps
    cdef const float[::1] output_steps
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

    def __init__(self, float[:, ::1] input, float[:, ::1] output, text, noise, settings, str isa,
                 const float[::1] input_steps=None, const float[::1] output_steps=None, double boost=1, seen=None):
        self.arrays = (text, noise)
        cdef Plan* plan = &self.plan
        plan.window, plan.shrink_windows = settings.window, settings.shrink_windows
        plan.negative, plan.noise_windows = settings.negative, settings.noise_windows
        plan.alpha, plan.min_alpha = settings.alpha, settings.min_alpha
        plan.epochs, plan.seed, plan.boost = settings.epochs, settings.seed, boost
        self._set_matrices(input, output, settings.vector_size)
        self._set_steps(input_steps, output_steps)
        self._set_text(text, seen)
        self._set_noise(noise.pool, noise.region_size, noise.region_step)
        self._set_kernels(isa, settings)

    cdef int _set_matrices(self, float[:, ::1] input, float[:, ::1] output, int dim) except -1:
        cdef size_t row_bytes = input.shape[1] * sizeof(float)
        check(input.shape[0] == output.shape[0] and input.shape[1] == output.shape[1], "matrix shapes differ")
        check(input.shape[0] > 0 and 0 < dim <= input.shape[1], "dim exceeds the rows")
        check(row_bytes % ROW_ALIGNMENT == 0, "rows are not padded to 64 bytes")
        check((<size_t>&input[0, 0] | <size_t>&output[0, 0]) % ROW_ALIGNMENT == 0, "rows are not aligned")
        self.words = input.shape[0]
        self.plan.input, self.plan.output = <char*>&input[0, 0], <char*>&output[0, 0]
        self.plan.row_bytes, self.plan.dim = row_bytes, dim
        self.input, self.output = input, output
        return 0

    cdef int _set_steps(self, const float[::1] input_steps, const float[::1] output_steps) except -1:
        check(input_steps is None or input_steps.shape[0] == self.words, "there is not one step per row")
        check(output_steps is None or (input_steps is not None and output_steps.shape[0] == self.words),
              "there is not one step per row of both matrices")
        self.input_steps, self.output_steps = input_steps, output_steps
        self.plan.input_steps = NULL if input_steps is None else &input_steps[0]
        self.plan.output_steps = NULL if output_steps is None else &output_steps[0]
        return 0

    def on_copies(self, float[:, ::1] input, float[:, ::1] output, text, seen=None) -> Engine:
        """Return an engine that trains other matrices of the same shape on another text, and is otherwise equal."""
        check(input.shape[0] == self.words, "matrix shapes differ")
        cdef Engine other = Engine.__new__(Engine)
        other.plan, other.arrays = self.plan, (self.arrays, text)
        other._set_matrices(input, output, self.plan.dim)
        other.input_steps, other.output_steps = self.input_steps, self.output_steps
        other._set_text(text, seen)
        return other

    cdef int _set_text(self, text, seen) except -1:
        cdef const uint32_t[::1] tokens = text.tokens
        cdef const int64_t[::1] offsets = text.offsets
        cdef const int64_t[::1] chunks = text.chunks
        cdef const uint32_t[::1] keep = text.keep
        check(tokens.shape[0] > 0 and offsets.shape[0] > 1 and chunks.shape[0] > 1, "nothing to train on")
        check(keep.shape[0] == self.words, "matrix shapes differ from that of the thresholds")
        self.longest = longest_part(offsets, tokens.shape[0])
        check(self.longest >= 0, "offsets do not partition the tokens")
        self.plan.max_contexts = min(2 * <int64_t>self.plan.window, self.longest, <int64_t>_MAX_CONTEXTS)
        check(longest_part(chunks, offsets.shape[0] - 1) >= 0, "chunks do not partition the sentences")
        for start in range(0, tokens.shape[0], PIECE):
            check(all_below(tokens[start:start + PIECE], self.words), "a word id exceeds the vocabulary")
            if seen is not None:
                seen(min(start + PIECE, tokens.shape[0]))
        self.n_chunks = chunks.shape[0] - 1
        self.plan.tokens, self.plan.offsets, self.plan.chunks = &tokens[0], &offsets[0], &chunks[0]
        self.plan.keep, self.plan.total_tokens, self.plan.first_chunk = &keep[0], tokens.shape[0], text.first_chunk
        return 0

    cdef int _set_noise(self, const uint32_t[::1] pool, uint64_t region_size, uint64_t region_step) except -1:
        check(is_power_of_two(pool.shape[0]), "the length of the noise pool is not a power of two")
        check(is_power_of_two(region_size) and region_size <= <uint64_t>pool.shape[0],
              "the size of the noise region is not a power of two within the pool")
        check(all_below(pool, self.words), "a noise word exceeds the vocabulary")
        self.plan.noise, self.plan.noise_mask = &pool[0], pool.shape[0] - 1
        self.plan.noise_region_size, self.plan.noise_region_step = region_size, region_step
        return 0

    cdef int _set_kernels(self, str isa, settings) except -1:
        check_trains(isa)
        cdef const TileKernels* kernels = find_kernels(isa)
        cdef const Objective* objective = find_objective(kernels, settings.objective)
        self.plan.kernels, self.plan.coefficients = kernels, objective.coefficients
        self.plan.within, self.plan.bounded = objective.within, objective.bounded
        self.plan.apply = find_apply(kernels, objective, self.plan.input_steps != NULL)
        self.plan.settings = objective_settings(settings)
        return 0

    def begin(self, int epoch, int64_t first_chunk, int64_t end_chunk, int64_t[:, ::1] counts, double[::1] losses,
              int64_t replicated=0, double merged_share=1.0, bint alone=True):
        """Prepare to train chunks ``first_chunk`` to ``end_chunk`` of ``epoch``; no thread may be working.

        ``counts`` (int64, shape (C, 6): tokens, subsampled, isolated, trained, pairs, positives) and ``losses`` (float64,
        shape (C,): nats) receive one record per finished chunk. Each thread trains copies of the first ``replicated`` words'
        rows; a merge moves the common row by ``merged_share`` of what a copy has learned since its last merge. ``alone``:
        whether one thread trains these rows.
        """
        check(counts.shape[0] == losses.shape[0] == self.n_chunks and counts.shape[1] == 6, "records do not fit the chunks")
        check(0 <= first_chunk <= end_chunk <= self.n_chunks, "no such chunks")
        check(0 <= replicated <= self.words, "the number of replicated words is not between 0 and all words")
        check(replicated == 0 or self.plan.input_steps == NULL, "rows with steps of their own are not replicated")
        check(0 < merged_share <= 1, "the merged share is not in (0, 1]")
        self.plan.replicated, self.plan.merged_share = replicated, merged_share
        self.plan.owned = not alone and owning_pays()
        self.counts, self.losses = counts, losses
        self.epoch, self.next_chunk, self.end_chunk = epoch, first_chunk, end_chunk
        self.tokens_done = self.stopping = 0

    def set_rates(self, double alpha, double min_alpha):
        """Make the learning rate fall from ``alpha`` to ``min_alpha`` over the whole run; no thread may be working."""
        self.plan.alpha, self.plan.min_alpha = alpha, min_alpha

    def work(self):
        """Train chunks until none is left or :meth:`stop` was called. Run by each thread; releases the GIL."""
        cdef Workspace* space
        with nogil:
            space = make_workspace(&self.plan, self.longest)
            if space != NULL:
                copy_rows(&self.plan, &space.replicas)
                self._train_chunks(space)
                merge_all(&self.plan, &space.replicas)
                free_workspace(space)
        if space == NULL:
            raise MemoryError("no memory for a training thread's workspace")

    cdef void _train_chunks(self, Workspace* space) noexcept nogil:
        cdef Record record
        cdef int64_t chunk
        while not read_counter(&self.stopping):
            chunk = fetch_add(&self.next_chunk, 1)
            if chunk >= self.end_chunk:
                break
            train_chunk(&self.plan, space, self.epoch, chunk, &record)
            self.counts[chunk, 0], self.counts[chunk, 1] = record.tokens, record.subsampled
            self.counts[chunk, 2], self.counts[chunk, 3] = record.isolated, record.trained
            self.counts[chunk, 4], self.counts[chunk, 5] = record.pairs, record.positives
            self.losses[chunk] = record.loss
            fetch_add(&self.tokens_done, record.tokens)

    def stop(self):
        """Make every thread finish its chunk and return."""
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
    """Return words in proportion to their shares, in random order.

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
    check(np.min(shares) >= 0 and 0 < size < 1 << 32, "shares are negative, or too many, or all zero")
    pool = np.empty(size, np.uint32)
    cdef word_t[::1] places = pool
    with nogil:
        fill_shuffled(&places[0], &shares[0], shares.shape[0], stream(seed, 0, 0))
    return pool
