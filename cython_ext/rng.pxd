# rng.pxd -- SplitMix64 (Steele, Lea and Flood 2014): a counter and a mixing function, so a stream has no hidden state.
#
# One stream per (seed, epoch, chunk): what is drawn for a chunk does not depend on which thread trains it, or on what was
# trained before it. That makes one thread reproducible, and a resumed run equal to an uninterrupted one.

from libc.stdint cimport uint32_t, uint64_t

cdef struct Rng:
    uint64_t state


cdef inline uint64_t mix(uint64_t z) noexcept nogil:
    z = (z ^ (z >> 30)) * <uint64_t>0xBF58476D1CE4E5B9
    z = (z ^ (z >> 27)) * <uint64_t>0x94D049BB133111EB
    return z ^ (z >> 31)


cdef inline uint64_t next_uint64(Rng* rng) noexcept nogil:
    rng.state += <uint64_t>0x9E3779B97F4A7C15       # 2^64 / golden ratio, odd: the counter visits every state
    return mix(rng.state)


cdef inline Rng stream(uint64_t seed, uint64_t epoch, uint64_t chunk) noexcept nogil:
    # Each key is mixed before the next is added, so that (1, 2) and (2, 1) start far apart.
    cdef Rng rng
    rng.state = seed
    rng.state = next_uint64(&rng) + epoch
    rng.state = next_uint64(&rng) + chunk
    rng.state = next_uint64(&rng)
    return rng


cdef inline uint32_t below(uint64_t random, uint32_t n) noexcept nogil:
    # Uniform in 0..n-1 from the upper 32 bits; the bias is below n / 2^32.
    return <uint32_t>(((random >> 32) * n) >> 32)
