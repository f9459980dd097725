# types.pxd -- word ids and token positions, and the plain structs that the whole core passes around.

from libc.stdint cimport int64_t, uint32_t, uint64_t

from cython_ext.tile cimport ObjectiveSettings, Tile, TileKernels

ctypedef uint32_t word_t      # a word: its row in both matrices
ctypedef int64_t pos_t        # a position in the token stream, or in a sentence

ctypedef void (*Coefficients)(Tile*) noexcept nogil
ctypedef void (*Apply)(const Tile*) noexcept nogil


# A run: read by all its threads, and written by none, except for the rows behind input and output (apply.h).
cdef struct Plan:
    const word_t* tokens
    const pos_t* offsets      # sentence s is tokens[offsets[s]:offsets[s + 1]]
    const int64_t* chunks     # chunk c is the sentences chunks[c] .. chunks[c + 1]
    const uint32_t* keep      # per word: kept if a uniform 32-bit number does not exceed it
    const word_t* noise       # a shuffled pool of words in the proportions of the noise distribution; length a power of two
    uint64_t noise_mask       # that length - 1
    uint64_t noise_region_size   # noise words of a window come from this many consecutive entries of the pool; a power of two
    uint64_t noise_region_step   # entries by which the region advances with each draw
    char* input               # V rows of row_bytes
    char* output
    size_t row_bytes
    size_t replicated         # number of most frequent words whose rows each thread has copies of (replicas.pxd); may be 0
    double merged_share       # share of a copy's change that a merge adds to the common row
    bint owned                # whether rows are prefetched for writing, away from other cores (prefetch.h)
    pos_t total_tokens
    double boost              # of the learning rate of tiles, beside the bounds of step.h
    int64_t first_chunk       # number of chunks before those of this text, if it is a part of a corpus
    int dim
    int window
    int max_contexts          # of a tile
    bint bounded              # whether the objective bounds its steps itself
    bint within               # whether it compares noise words with rows of their own matrix: a window is two tiles
    bint shrink_windows
    int negative
    int noise_windows         # consecutive windows of a sentence that share their noise words
    double alpha              # learning rate at progress 0 ..
    double min_alpha          # .. and at progress 1
    int epochs
    uint64_t seed
    const TileKernels* kernels
    Coefficients coefficients # the objective's
    Apply apply               # one of kernels.apply and its variants
    ObjectiveSettings settings
    const float* input_steps  # per word: what its input row's increments are multiplied by; NULL: 1
    const float* output_steps # the same for its output row; not NULL only if input_steps is not


# Counts of one chunk in one epoch. In-vocabulary tokens = subsampled + isolated + trained.
cdef struct Record:
    int64_t tokens
    int64_t subsampled        # dropped
    int64_t isolated          # kept, but alone in the sentence: no context, nothing to train
    int64_t trained
    int64_t pairs             # positive and negative
    int64_t positives         # positive pairs; for objectives other than sgns, anchors
    double loss               # nats, summed over what the objective sums over
