# tile.pxd -- tile.h, variants.h and prefetch.h for Cython.

from libc.stdint cimport int8_t, int64_t, uint8_t


cdef extern from "cython_ext/tile.h" nogil:
    enum:
        ROW_ALIGNMENT
        SCORE_SLACK
        PENDING_VECTORS
        ROW_SLACK
        MAX_COPIES
        CHANGES_SLACK
        MOMENT_ROWS
        OBJECTIVES

    ctypedef struct ObjectiveSettings:
        double negative
        double negative_weight
        double temperature
        double margin
        double align_weight
        double align_power
        double uniform_t

    ctypedef struct KernelMean:
        double mean
        double log_mean
        int tiles

    ctypedef struct TileScratch:
        void* kernel_sums
        KernelMean[2] kernel_means
        void* scores
        void* context_scales
        void* target_scales
        void* inverse_norms
        void* anchors
        void* deltas
        void* pending
        double loss

    ctypedef struct Tile:
        int dim
        int n_contexts
        int n_targets
        void** contexts
        void** targets
        const int* context_counts
        const int* target_counts
        const void* signs
        const void* weights
        int max_weight
        const void* context_steps
        const void* target_steps
        int within_output
        const ObjectiveSettings* settings
        double learning_rate
        TileScratch scratch

    ctypedef struct Objective:
        const char* name
        bint cosine
        bint within
        bint bounded
        void (*coefficients)(Tile*) noexcept nogil

    ctypedef struct Rows:
        int64_t number
        int dim
        size_t stride

    ctypedef struct Changes:
        uint8_t* changed
        int8_t* bytes
        void* scales
        int64_t row
        int64_t number

    ctypedef struct DirectionalMerge:
        Rows rows
        int n
        Changes* changes
        const void* directions
        const void* components
        const void* values
        const void* pulls
        const void* boosts
        const void* spreads

    ctypedef struct TileKernels:
        const char* name
        int lanes
        int real_bytes
        Objective[OBJECTIVES] objectives
        void (*score)(const Tile*) noexcept nogil
        void (*apply)(const Tile*) noexcept nogil
        void (*apply_scaled)(const Tile*) noexcept nogil
        void (*apply_stepped)(const Tile*) noexcept nogil
        void (*apply_scaled_stepped)(const Tile*) noexcept nogil
        void (*merge)(void* common, void* copy, void* last_merged, int dim, double share) noexcept nogil
        void (*pack_changes)(const void* base, const void* copy, const Rows*, Changes* to, void* scratch) noexcept nogil
        void (*add_changes)(void* base, void** copies, int n, const Rows*, Changes*) noexcept nogil
        void (*merge_by_direction)(const DirectionalMerge*, Changes* merged, void* scratch) noexcept nogil
        void (*second_moments)(const void* rows, const void* weights, const Rows*, double* moments, void* scratch) noexcept nogil
        void (*eigenvectors)(double* a, int n, int64_t stride, double* values, double* scratch) noexcept nogil
        void (*begin_loss)(TileScratch*) noexcept nogil
        void (*flush_loss)(Tile*) noexcept nogil


cdef extern from "cython_ext/variants.h" nogil:
    enum:
        MAX_TILE_VARIANTS

    int tile_variants(const TileKernels** found) noexcept


cdef extern from "cython_ext/prefetch.h" nogil:
    void prefetch_row(const void* row, int bytes, bint owned) noexcept
    bint owning_pays() noexcept
