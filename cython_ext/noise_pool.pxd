# noise_pool.pxd -- filling the pool that noise words are drawn from.

from libc.stdint cimport int64_t

from cython_ext.rng cimport Rng, below, next_uint64
from cython_ext.types cimport word_t


cdef inline void fill_shuffled(word_t* pool, const int64_t* shares, int64_t words, Rng rng) noexcept nogil:
    # Each word in proportion to its share, in random order (Fisher and Yates 1938, inside out: Knuth 1998, 3.4.2): each new
    # entry takes a random place among those filled and its own, and the entry that was there moves to the end.
    cdef int64_t word, i, place, n = 0
    for word in range(words):
        for i in range(shares[word]):
            place = below(next_uint64(&rng), n + 1)
            pool[n] = pool[place]
            pool[place] = word
            n += 1
