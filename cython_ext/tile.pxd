# tile.pxd -- tile.h and shared.h for Cython.

from libc.stdint cimport int64_t


cdef extern from "cython_ext/tile.h" nogil:
    int ROW_ALIGNMENT
    int SCORE_SLACK
    int ROW_SLACK
    int OBJECTIVES

    ctypedef struct ObjectiveSettings:
        double temperature
        double margin
        double align_weight
        double align_power
        double uniform_t

    ctypedef struct Tile:
        int dim
        int n_contexts
        int n_targets
        void** contexts
        void** targets
        void* scores
        const int* context_counts
        const int* target_counts
        const void* signs
        const void* weights
        int max_weight
        const ObjectiveSettings* settings
        void* context_steps
        void* context_scales
        void* target_scales
        void* inverse_norms
        void* anchors
        void* deltas
        double learning_rate
        void* waiting
        int factors
        double loss

    ctypedef struct Objective:
        const char* name
        bint scaled
        void (*coefficients)(Tile*) noexcept nogil

    ctypedef struct TileKernels:
        const char* name
        int lanes
        int real_bytes
        Objective[5] objectives
        void (*score)(const Tile*) noexcept nogil
        void (*apply)(const Tile*) noexcept nogil
        void (*apply_scaled)(const Tile*) noexcept nogil
        void (*apply_stepped)(const Tile*) noexcept nogil
        void (*merge)(void* common, void* own, void* before, int dim, double share) noexcept nogil
        void (*begin)(Tile*) noexcept nogil
        void (*settle)(Tile*) noexcept nogil

    int tile_variants(const TileKernels** found) noexcept


cdef extern from "cython_ext/shared.h" nogil:
    int64_t fetch_add(int64_t* counter, int64_t n) noexcept
    int64_t read_counter(const int64_t* counter) noexcept
    void write_counter(int64_t* counter, int64_t n) noexcept
    void prefetch_row(const void* row, int bytes) noexcept
