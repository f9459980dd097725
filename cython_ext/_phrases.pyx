"""Phrases over word ids: counting pairs of neighbouring words, scoring them, and merging those that are phrases."""

from libc.stdint cimport int64_t, uint32_t, uint64_t, uint8_t
from libc.stdlib cimport free
from libc.string cimport memcpy, memset

import os

import numpy as np


cdef extern from "cython_ext/phrases.h" nogil:
    int CONNECTS

    ctypedef struct Pair:
        uint32_t a, b, link, value

    ctypedef struct PairTable:
        Pair* slots
        uint64_t mask
        int64_t n

    ctypedef struct CMerger "Merger":
        PairTable links
        uint64_t seed
        const uint32_t* token
        const double* weight
        uint8_t* marks
        int64_t* counts
        int64_t* first_seen
        uint64_t n_ids

    double original_score(int64_t a, int64_t b, int64_t both, double min_count, double n) noexcept
    double npmi_score(int64_t a, int64_t b, int64_t both, double n) noexcept
    uint32_t enter_link(PairTable* links, uint64_t seed, uint32_t link, uint32_t connector) noexcept
    int merger_make(CMerger* m, uint64_t seed, uint64_t phrases, uint64_t tokens) noexcept
    int enter_phrase(CMerger* m, uint32_t a, uint32_t b, uint32_t link, uint32_t number) noexcept
    void merger_free(CMerger* m) noexcept
    int64_t merge(CMerger* m, const uint32_t* ids, int64_t n, const int64_t* ends, int64_t n_ends, uint32_t* out,
                  int64_t* out_ends) noexcept
    uint32_t NO_LINK

cdef extern from "cython_ext/pair_counts.h" nogil:
    int BUCKETS

    ctypedef struct Bucket:
        int64_t n
        PairTable linked

    ctypedef struct FoundPairs:
        Pair* pairs
        uint64_t n

    ctypedef struct CPairCounter "PairCounter":
        Bucket* buckets
        PairTable links
        uint64_t seed

    void counter_free(CPairCounter* c) noexcept
    int collect(CPairCounter* c, const uint32_t* ids, int64_t n, const int64_t* ends, int64_t n_ends,
                const uint8_t* is_connector) noexcept
    int count_bucket(CPairCounter* c, int i) noexcept
    int prune_bucket(Bucket* b, uint64_t seed, uint32_t least) noexcept
    int find_pairs(const CPairCounter* c, uint32_t least, FoundPairs* found) noexcept


N_BUCKETS = BUCKETS


cdef class PairCounter:
    """Occurrences of pairs of neighbouring words; a number for each sequence of connector words between them.

    `collect` is called by one thread; `count` may run in several threads for different buckets.
    """

    cdef CPairCounter counter

    def __cinit__(self):
        self.counter.seed = <uint64_t>int.from_bytes(os.urandom(8), "little")

    def __dealloc__(self):
        counter_free(&self.counter)

    def collect(self, const uint32_t[::1] ids, const int64_t[::1] ends, const uint8_t[::1] is_connector):
        """Take the candidates of these words; a sentence without an end here goes on in the next call.

        Parameters
        ----------
        ids : uint32, shape (N,)
        ends : int64, shape (S,)
            Where each sentence ends in ``ids``.
        is_connector : uint8, shape (V,)
            Whether each id is a connector word.

        Raises
        ------
        ValueError
            If an id is not below V, or the ends are not increasing indices.
        """
        cdef int done
        _check(ids, ends, is_connector.shape[0])
        if not ids.shape[0]:
            return
        with nogil:
            done = collect(&self.counter, &ids[0], ids.shape[0], &ends[0] if ends.shape[0] else NULL, ends.shape[0],
                           &is_connector[0])
        if not done:
            raise MemoryError

    def count(self, int first, int last, uint32_t least=0):
        """Count what `collect` put into the buckets from ``first`` up to, not including, ``last``.

        Then forget their pairs that were counted at most ``least`` times, unless that is 0.
        """
        cdef int i, done = 1
        if not 0 <= first <= last <= BUCKETS:
            raise IndexError(f"buckets must be in 0..{BUCKETS}: got {first} to {last}")
        with nogil:
            for i in range(first, last):
                done = done and count_bucket(&self.counter, i)
                if least:
                    done = done and prune_bucket(&self.counter.buckets[i], self.counter.seed, least)
        if not done:
            raise MemoryError

    def __len__(self) -> int:
        """Number of distinct pairs that were counted."""
        cdef int i
        cdef int64_t n = 0
        for i in range(BUCKETS):
            n += self.counter.buckets[i].n + self.counter.buckets[i].linked.n
        return n

    def pairs(self, uint32_t least):
        """Pairs that were counted at least ``least`` times, uint32, shape (P, 4): a, b, link, count; in no fixed order."""
        cdef FoundPairs found
        cdef uint32_t[:, ::1] view
        cdef bint done
        memset(&found, 0, sizeof(FoundPairs))
        with nogil:
            done = find_pairs(&self.counter, max(least, <uint32_t>1), &found)
        try:
            if not done:
                raise MemoryError
            out = np.empty((found.n, 4), np.uint32)
            view = out
            if found.n:
                memcpy(&view[0, 0], found.pairs, found.n * sizeof(Pair))
            return out
        finally:
            free(found.pairs)

    def links(self):
        """The connector words of each link: a list of tuples of ids; link 0 is none."""
        cdef PairTable* t = &self.counter.links
        cdef uint64_t s
        before = {t.slots[s].value: (t.slots[s].a, t.slots[s].b) for s in range(t.mask + 1 if t.slots else 0)
                  if t.slots[s].value}
        found = [()]
        for link in range(1, t.n + 1):  # a link is numbered after the one it extends
            shorter, connector = before[link]
            found.append((*found[shorter], connector))
        return found


def scores(const int64_t[::1] a, const int64_t[::1] b, const int64_t[::1] both, double n, double min_count=-1):
    """Score pairs (float64) from the counts of their words and of themselves.

    Parameters
    ----------
    a, b, both : int64, shape (P,)
    n : float
        The size N of the formula.
    min_count : float
        From 0 on: Mikolov's score with this discount; otherwise NPMI.
    """
    if not a.shape[0] == b.shape[0] == both.shape[0]:
        raise ValueError("a, b and both must have the same length")
    out = np.empty(a.shape[0], np.float64)
    cdef double[::1] view = out
    cdef int64_t i
    for i in range(a.shape[0]):
        view[i] = original_score(a[i], b[i], both[i], min_count, n) if min_count >= 0 else npmi_score(a[i], b[i], both[i], n)
    return out


cdef class Merger:
    """Replace phrases by single tokens.

    Parameters
    ----------
    phrases : list of tuple of int
        The ids of each phrase: a word, connector words, a word.
    tokens : ndarray of uint32, shape (P,)
        What each phrase becomes.
    weights : ndarray of float64, shape (P,), optional
        Of overlapping phrases, those with the largest sum of weights (positive numbers) are merged; without weights, the
        first one.
    is_connector : ndarray of uint8, shape (V,)
        Whether each id is a connector word.
    counts : ndarray of int64, shape (W,)
        Occurrences of each token before merging; updated.
    first_seen : ndarray of int64, shape (W,)
        Filled in: the place of the first occurrence of each token that occurs.
    """

    cdef CMerger merger
    cdef const uint32_t[::1] tokens
    cdef const double[::1] weights
    cdef int64_t[::1] counts, first_seen
    cdef int64_t words

    def __cinit__(self, list phrases, const uint32_t[::1] tokens, const double[::1] weights,
                  const uint8_t[::1] is_connector, int64_t[::1] counts, int64_t[::1] first_seen):
        cdef int64_t i, n = len(phrases)
        cdef int64_t most = min(counts.shape[0], first_seen.shape[0])
        if tokens.shape[0] != n or (weights is not None and weights.shape[0] != n) or is_connector.shape[0] > most:
            raise ValueError("phrases, tokens, weights, is_connector, counts and first_seen do not fit together")
        self.tokens, self.weights, self.words = tokens, weights, is_connector.shape[0]
        self.counts, self.first_seen = counts, first_seen
        if not merger_make(&self.merger, <uint64_t>int.from_bytes(os.urandom(8), "little"), n, most):
            raise MemoryError
        for i in range(n):
            if tokens[i] >= most:
                raise ValueError("a token has no place among the counts")
            self._enter(phrases[i], <uint32_t>(i + 1))
        if n:
            self.merger.token = &tokens[0]
            self.merger.weight = &weights[0] if weights is not None else NULL
        for i in range(is_connector.shape[0]):
            if is_connector[i]:
                self.merger.marks[i] |= CONNECTS
        if most:
            self.merger.counts, self.merger.first_seen = &counts[0], &first_seen[0]

    cdef int _enter(self, tuple phrase, uint32_t number) except -1:
        cdef uint32_t link = 0
        cdef int64_t word, place, last = len(phrase) - 1
        for place in range(last + 1):
            word = phrase[place]
            if not 0 <= word < self.words:
                raise ValueError("a phrase must consist of known words")
            if 0 < place < last:
                link = enter_link(&self.merger.links, self.merger.seed, link, <uint32_t>word)
            if link == NO_LINK:
                raise MemoryError
        if not enter_phrase(&self.merger, phrase[0], phrase[last], link, number):
            raise MemoryError
        return 0

    def __dealloc__(self):
        merger_free(&self.merger)

    def merge(self, const uint32_t[::1] ids, const int64_t[::1] ends):
        """Merge the phrases of these words; a sentence without an end here goes on in the next call. Releases the GIL.

        Returns
        -------
        tokens : ndarray of uint32
            Without the words at the end that may begin a phrase, if the sentence is open.
        ends : ndarray of int64

        Raises
        ------
        ValueError
            If an id is not below V, or the ends are not increasing indices.
        """
        _check(ids, ends, self.words)
        out = np.empty(max(1, ids.shape[0] + <int64_t>self.merger.n_ids), np.uint32)
        out_ends = np.empty(max(1, ends.shape[0]), np.int64)
        cdef uint32_t[::1] to = out
        cdef int64_t[::1] to_ends = out_ends
        cdef int64_t n
        with nogil:
            n = merge(&self.merger, &ids[0] if ids.shape[0] else NULL, ids.shape[0],
                      &ends[0] if ends.shape[0] else NULL, ends.shape[0], &to[0], &to_ends[0])
        if n < 0:
            raise MemoryError
        return out[:n], out_ends[:ends.shape[0]]


cdef int _check(const uint32_t[::1] ids, const int64_t[::1] ends, int64_t distinct) except -1:
    cdef int64_t i, before = 0
    cdef uint32_t largest = 0
    cdef bint rising = True
    with nogil:
        for i in range(ids.shape[0]):
            largest = max(largest, ids[i])
        for i in range(ends.shape[0]):
            rising = rising and before <= ends[i] <= ids.shape[0]
            before = ends[i]
    if not rising or (ids.shape[0] and largest >= distinct):
        raise ValueError("ids, ends and is_connector do not fit together")
    return 0
