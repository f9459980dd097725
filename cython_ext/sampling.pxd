# sampling.pxd -- which words of a sentence are kept, and which words are noise; window.pxd draws how wide a window is.

from libc.stdint cimport uint32_t, uint64_t

from cython_ext.rng cimport Rng, next_uint64
from cython_ext.types cimport Plan, pos_t, word_t


cdef inline pos_t subsample(const Plan* plan, Rng* rng, pos_t start, pos_t end, word_t* kept) noexcept nogil:
    # Mikolov et al. 2013, section 2.3: drop frequent words at random, before windows are formed. Returns how many are kept.
    cdef pos_t i, n = 0
    cdef word_t word
    for i in range(start, end):
        word = plan.tokens[i]
        kept[n] = word                                # branch-free: the next word overwrites a dropped one
        n += <uint32_t>(next_uint64(rng) >> 32) <= plan.keep[word]
    return n


cdef inline word_t noise_word(const Plan* plan, uint64_t region_start, uint64_t random, int k) noexcept nogil:
    # The k-th noise word of a window: a random walk of k equal strides within the region of the pool.
    #
    #     pool   ....[  r   r+s  r+2s ..  mod size  ]........      region_start, noise_region_size places
    #
    # An odd stride s and a size that is a power of two have no common factor, so up to `size` places are all different.
    # Why a region: see noise_region in ../w2v/config.py.
    cdef uint64_t stride = random >> 16 | 1
    cdef uint64_t place = (random + k * stride) & (plan.noise_region_size - 1)
    return plan.noise[(region_start + place) & plan.noise_mask]
