# sampling.pxd -- the three random choices of skip-gram: which words stay, how wide a window is, which words are noise.

from libc.stdint cimport uint32_t, uint64_t

from cython_ext.rng cimport Rng, below, next_uint64
from cython_ext.tile cimport prefetch_row
from cython_ext.types cimport Plan, pos_t, word_t


cdef inline pos_t subsample(const Plan* plan, Rng* rng, pos_t start, pos_t end, word_t* kept) noexcept nogil:
    # Mikolov et al. 2013, section 2.3: drop frequent words at random, before windows are formed. Returns how many stay.
    cdef pos_t i, n = 0
    cdef word_t word
    for i in range(start, end):
        word = plan.tokens[i]
        kept[n] = word                                # branch-free: the next word overwrites a dropped one
        n += <uint32_t>(next_uint64(rng) >> 32) <= plan.keep[word]
    return n


cdef inline pos_t reduced_window(const Plan* plan, Rng* rng) noexcept nogil:
    # Uniform in 1..window, so that near words count more; the whole window if shrink_windows is off.
    return 1 + below(next_uint64(rng), plan.window) if plan.shrink_windows else plan.window


cdef inline uint64_t noise_start(const Plan* plan, Rng* rng, pos_t length) noexcept nogil:
    # The pool is read in sequence, from a new random place for each sentence: fixed groups would come back every pass.
    # What a short sentence will need is asked for now; on a long one the processor sees the sequence itself.
    cdef uint64_t place = next_uint64(rng)
    prefetch_row(&plan.noise[place & plan.noise_mask],
                 <int>min(length * plan.negative * <int>sizeof(word_t), 2048))
    return place


cdef inline word_t noise_word(const Plan* plan, uint64_t place, int k) noexcept nogil:
    return plan.noise[(place + k) & plan.noise_mask]
