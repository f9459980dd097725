"""The oracle: skip-gram with negative sampling one pair after another, as gensim trains it, in plain loops.

Nothing is shared between the pairs of a window and nothing is fast: each pair draws its own noise words, and an output row
is updated before the next one is scored. ``w2v/gensim_compat/replay.py`` brings what makes it gensim's run: jobs, random seeds, learning
rates, the table of the sigmoid. The arrays are owned by the caller and held as memoryviews while pointers to them live.
"""

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memset

import numpy as np

from cython_ext.types cimport pos_t, word_t

cdef enum:
    LARGEST_SCORE = 6             # pairs with a score of at least this absolute value are skipped


# The inputs of training; only the rows behind input and output, and `change`, are written.
cdef struct Model:
    float* input                  # V rows, `stride` floats apart
    float* output
    int64_t stride
    int dim
    int negative
    const uint32_t* noise         # cumulative shares of the V words
    word_t last_word
    const float* sigmoid          # at scores from -6 to 6
    double per_unit               # entries of that table for one unit of score
    float* change                 # what a pair will add to its context's row


cdef inline uint32_t draw(uint64_t* state) noexcept nogil:
    # A linear congruential generator of 48 bits with drand48's constants. The output is taken before the state advances.
    cdef uint32_t number = <uint32_t>(state[0] >> 16)
    state[0] = (state[0] * <uint64_t>0x5DEECE66D + 11) & <uint64_t>0xFFFFFFFFFFFF
    return number


cdef inline word_t noise_word(const Model* model, uint64_t* state) noexcept nogil:
    # The first word whose cumulative share is not below the number drawn; the last word's share is above all of them.
    cdef uint32_t number = draw(state) % model.noise[model.last_word]
    cdef int64_t first = 0, last = model.last_word, middle
    while first < last:
        middle = (first + last) // 2
        if model.noise[middle] < number:
            first = middle + 1
        else:
            last = middle
    return <word_t>first


cdef inline float dot(const float* x, const float* y, int n) noexcept nogil:
    cdef float total = 0
    cdef int i
    for i in range(n):
        total += x[i] * y[i]
    return total


cdef inline void add(float* to, float factor, const float* row, int n) noexcept nogil:
    cdef int i
    for i in range(n):
        to[i] += factor * row[i]


cdef void train_pair(const Model* model, word_t context, word_t centre, float learning_rate,
                     uint64_t* state) noexcept nogil:
    cdef float* x = model.input + context * model.stride
    cdef float* y
    cdef word_t target = centre
    cdef float score, label, coefficient
    cdef int k
    memset(model.change, 0, model.dim * sizeof(float))
    for k in range(1 + model.negative):
        label = 1 if k == 0 else 0
        if k > 0:
            target = noise_word(model, state)
            if target == centre:
                continue
        y = model.output + target * model.stride
        score = dot(x, y, model.dim)
        if not -LARGEST_SCORE < score < LARGEST_SCORE:    # written so that NaN is skipped too
            continue
        coefficient = (label - model.sigmoid[<int>((<double>score + LARGEST_SCORE) * model.per_unit)]) * learning_rate
        add(model.change, coefficient, y, model.dim)
        add(y, coefficient, x, model.dim)
    add(x, 1, model.change, model.dim)


cdef void train_sentence(const Model* model, const word_t* words, pos_t length, const int* reach, float learning_rate,
                         uint64_t* state) noexcept nogil:
    cdef pos_t centre, context
    for centre in range(length):
        for context in range(max(<pos_t>0, centre - reach[centre]), min(length, centre + reach[centre] + 1)):
            if context != centre:
                train_pair(model, words[context], words[centre], learning_rate, state)


cdef class Replay:
    """Both matrices, and everything needed to train pairs on them in place.

    Parameters
    ----------
    input, output : float32, shape (V, stride)
    dim : int
        Columns in use.
    noise : uint32, shape (V,)
        Cumulative shares of the noise distribution: word i is drawn for numbers above ``noise[i - 1]`` and up to ``noise[i]``.
    negative : int
        Noise words drawn for each pair.
    sigmoid : float32, shape (n,)
        Table of the sigmoid for scores above -6 and below 6: entry ``int((score + 6) * per_unit)``.
    per_unit : float

    Raises
    ------
    ValueError
        If the arrays contradict each other. What the user typed has been checked before (``config.py``).
    """

    cdef Model model
    cdef object arrays

    def __init__(self, float[:, ::1] input, float[:, ::1] output, int dim, const uint32_t[::1] noise, int negative,
                 const float[::1] sigmoid, double per_unit):
        cdef float[::1] change = np.zeros(max(dim, 1), np.float32)
        self.arrays = (input, output, noise, sigmoid, change)
        _check(input.shape[0] == output.shape[0] == noise.shape[0] and input.shape[1] == output.shape[1], "matrix shapes differ")
        _check(0 < input.shape[0] < 2**32 and 0 < dim <= input.shape[1], "dim exceeds the rows")
        _check(noise[noise.shape[0] - 1] > 0, "the noise distribution has no mass")
        _check(negative >= 0, "negative is below 0")
        _check(0 < per_unit and 2 * LARGEST_SCORE * per_unit < sigmoid.shape[0] < 2**31, "the sigmoid's table is too short")
        cdef Model* model = &self.model
        model.input, model.output, model.stride, model.dim = &input[0, 0], &output[0, 0], input.shape[1], dim
        model.noise, model.last_word, model.negative = &noise[0], noise.shape[0] - 1, negative
        model.sigmoid, model.per_unit, model.change = &sigmoid[0], per_unit, &change[0]

    def train(self, const uint32_t[::1] words, const int64_t[::1] offsets, const int[::1] reach, float learning_rate,
              uint64_t state):
        """Train some sentences: every centre with every context, from left to right. Releases the GIL.

        Parameters
        ----------
        words : uint32, shape (n,)
            Ids below V.
        offsets : int64, shape (S + 1,)
            Sentence s is ``words[offsets[s]:offsets[s + 1]]``.
        reach : int32, shape (n,)
            How far each word's contexts reach to either side.
        learning_rate : float
        state : int
            Of the random numbers that choose noise words, below 2**48.
        """
        cdef pos_t s
        _check_sentences(words, offsets, self.model.last_word)
        _check(reach.shape[0] == words.shape[0] and (np.asarray(reach) >= 0).all(), "reach does not fit the words")
        _check(np.isfinite(learning_rate), "the learning rate is not finite")
        if words.shape[0] == 0:
            return
        with nogil:
            for s in range(offsets.shape[0] - 1):
                if offsets[s] < offsets[s + 1]:
                    train_sentence(&self.model, &words[offsets[s]], offsets[s + 1] - offsets[s], &reach[offsets[s]],
                                   learning_rate, &state)


def subsample(const uint32_t[::1] words, const int64_t[::1] offsets, const uint32_t[::1] keep, int64_t most,
              uint64_t state):
    """Drop words at random until ``most`` are kept; the rest of the text is dropped without drawing.

    Parameters
    ----------
    words : uint32, shape (n,)
    offsets : int64, shape (S + 1,)
    keep : uint32, shape (V,)
        The largest random number that keeps a word.
    most : int
    state : int
        Of the random numbers, below 2**48.

    Returns
    -------
    words, offsets : ndarray
        What is kept.
    state : int
        Where the random numbers go on.
    """
    _check_sentences(words, offsets, keep.shape[0] - 1)
    kept_array = np.zeros(words.shape[0], np.uint32)
    ends_array = np.zeros(offsets.shape[0], np.int64)
    cdef uint32_t[::1] kept = kept_array
    cdef int64_t[::1] ends = ends_array
    cdef pos_t i, s, n = 0
    with nogil:
        for s in range(offsets.shape[0] - 1):
            for i in range(offsets[s], offsets[s + 1]):
                if n < most and draw(&state) <= keep[words[i]]:
                    kept[n] = words[i]
                    n += 1
            ends[s + 1] = n
    return kept_array[:n], ends_array, state


def _check(bint holds, str complaint):
    if not holds:
        raise ValueError(complaint)


def _check_sentences(words, offsets, int64_t last_word):
    ids, bounds = np.asarray(words), np.asarray(offsets)
    _check(len(bounds) > 0 and bounds[0] == 0 and bounds[len(bounds) - 1] == len(ids) and (np.diff(bounds) >= 0).all(),
           "offsets do not partition the words")
    _check(not len(ids) or ids.max() <= last_word, "a word id exceeds the vocabulary")
