# types.pxd -- the numbers that must not be mixed up, and the plain structs that travel through the core.

from libc.stdint cimport int64_t, uint32_t, uint64_t

from cython_ext.tile cimport ObjectiveSettings, Tile, TileKernels

ctypedef uint32_t word_t      # a word: its row in both matrices
ctypedef int64_t pos_t        # a place in the token stream

ctypedef void (*Coefficients)(Tile*) noexcept nogil
ctypedef void (*Apply)(const Tile*) noexcept nogil


# Everything a thread needs to know and never writes (the rows behind input and output excepted: see apply.h).
cdef struct Plan:
    const word_t* tokens
    const pos_t* offsets      # sentence s is tokens[offsets[s]:offsets[s + 1]]
    const int64_t* chunks     # chunk c is the sentences chunks[c] .. chunks[c + 1]
    const uint32_t* keep      # per word: kept if a uniform 32-bit number does not exceed it
    const word_t* noise       # shuffled pool in the proportions of the noise law; length a power of two
    uint64_t noise_mask
    uint64_t noise_region     # how many places of the pool a window draws its noise words from; a power of two
    uint64_t noise_step       # by how many the region moves on with each draw
    char* input               # V rows of row_bytes
    char* output
    size_t row_bytes
    size_t replicated         # the first words, of whose rows each thread has replicas; 0: none
    double merged_share       # of what a replica has learned, that a merge moves the common row by
    pos_t total_tokens
    int dim
    int window
    bint shrink_windows
    int negative
    int noise_windows         # consecutive windows of a sentence that share their noise words
    double alpha              # learning rate at progress 0 ..
    double min_alpha          # .. and at progress 1
    int epochs
    uint64_t seed
    const TileKernels* kernels
    Coefficients coefficients # of the objective, one of kernels.objectives
    Apply apply               # kernels.apply, apply_scaled or apply_stepped
    ObjectiveSettings settings
    const float* steps        # per word: what its input row's increments are multiplied by; NULL: 1


# What happened to one chunk in one epoch. In-vocabulary tokens = subsampled + isolated + trained.
cdef struct Record:
    int64_t tokens
    int64_t subsampled
    int64_t isolated          # kept, but alone in its sentence: no context, nothing to train
    int64_t trained
    int64_t pairs             # positive and negative
    int64_t positives         # positive pairs: what other objectives than sgns call anchors
    double loss               # nats, summed over what the objective sums over
