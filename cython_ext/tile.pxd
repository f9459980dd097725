# tile.pxd -- tile.h and shared.h for Cython.

from libc.stdint cimport int64_t


cdef extern from "cython_ext/tile.h" nogil:
    int ROW_ALIGNMENT
    int SCORE_SLACK

    ctypedef struct Tile:
        int dim
        int n_contexts
        int n_targets
        void** contexts
        void** targets
        void* scores
        const void* signs
        const void* weights
        int max_weight
        void* deltas
        double learning_rate
        void* waiting
        int factors
        double loss

    ctypedef struct TileKernels:
        const char* name
        int lanes
        int real_bytes
        void (*score)(const Tile*) noexcept nogil
        void (*sgns)(Tile*) noexcept nogil
        void (*apply)(const Tile*) noexcept nogil
        void (*begin)(Tile*) noexcept nogil
        void (*settle)(Tile*) noexcept nogil

    int tile_variants(const TileKernels** found) noexcept


cdef extern from "cython_ext/shared.h" nogil:
    int64_t fetch_add(int64_t* counter, int64_t n) noexcept
    int64_t read_counter(const int64_t* counter) noexcept
    void write_counter(int64_t* counter, int64_t n) noexcept
    void prefetch_row(const void* row, int bytes) noexcept
