"""Bytes to word ids without a Python string per token: counting tables, one per thread, and the final renumbering."""

from libc.stdint cimport int64_t, uint32_t, uint64_t, uint8_t
from libc.string cimport memcpy, memset

import os

import numpy as np


cdef extern from "cython_ext/words.h" nogil:
    int LONGEST_WORD
    int SCANNED, NO_MEMORY, INVALID_UTF8, NUL_FOUND, WORD_TOO_LONG

    ctypedef struct Entry:
        uint64_t start
        uint32_t length
        int64_t count
        int64_t first_seen

    ctypedef struct CWordTable "WordTable":
        Entry* entries
        int64_t n
        uint8_t* arena
        uint64_t seed

    ctypedef struct Block:
        uint32_t* ids
        int64_t* ends
        uint64_t n_ids, n_ends
        int64_t stopped_at
        int broken, open

    int table_make(CWordTable* t, uint64_t seed) noexcept
    void table_free(CWordTable* t) noexcept
    uint32_t hash_word(uint64_t seed, const uint8_t* word, size_t length) noexcept
    int64_t table_find(const CWordTable* t, const uint8_t* word, size_t length, uint32_t hash, uint64_t* slot) noexcept
    int table_merge(CWordTable* t, const CWordTable* other, uint32_t* mapping) noexcept
    int table_load(CWordTable* t, const uint8_t* bytes, const int64_t* ends, const int64_t* counts, int64_t n,
                   int64_t place) noexcept
    int scan(CWordTable* t, Block* b, const uint8_t* text, int64_t length, int64_t place) noexcept
    void block_free(Block* b) noexcept

cdef extern from "cython_ext/prose.h" nogil:
    int scan_prose(CWordTable* t, Block* b, const uint8_t* text, int64_t length, int64_t place) noexcept
    const char* TABLES_VERSION "UNICODE_VERSION"

cdef extern from "cython_ext/numbers.h" nogil:
    int NUMBERS_ADDED, NUMBERS_NO_MEMORY, NUMBERS_TOO_MANY

    ctypedef struct CNumberTable "NumberTable":
        int64_t* numbers
        int64_t* counts
        uint64_t n, seed

    void numbers_free(CNumberTable* t) noexcept
    int64_t numbers_find(const CNumberTable* t, int64_t number) noexcept
    int64_t numbers_add(CNumberTable* t, const int64_t* values, int64_t n, uint32_t* ids) noexcept
    void numbers_counts(const CNumberTable* t, int64_t* counts) noexcept
    void numbers_count(const int64_t* values, int64_t n, int64_t before, int64_t* counts, int64_t* first) noexcept

OUT_OF_VOCABULARY = 0xFFFFFFFF
MAX_WORD_BYTES = LONGEST_WORD
UNICODE_VERSION = TABLES_VERSION.decode()
cdef uint32_t OUT = 0xFFFFFFFF


class ScanError(Exception):
    """A block is not text: ``args`` are the reason ("utf-8", "nul" or "long") and the byte within the block.

    Or an integer is no id: "negative", and its place.
    """


cdef class WordTable:
    """Distinct words with counts. One thread at a time may use a table."""

    cdef CWordTable table

    def __cinit__(self):
        if not table_make(&self.table, int.from_bytes(os.urandom(8), "little")):
            raise MemoryError

    def __dealloc__(self):
        table_free(&self.table)

    def __len__(self) -> int:
        return self.table.n

    def scan(self, const uint8_t[::1] text, int64_t place, bint prose=False):
        """Count the words of one block of text and return its ids; releases the GIL.

        Parameters
        ----------
        text : bytes-like
            UTF-8 that begins and ends between words.
        place : int
            Orders this block's words among the words of all blocks.
        prose : bool
            Whether words are still to be found in prose (see `w2v.corpus.tokenizers`), or are separated by white space.

        Returns
        -------
        ids : ndarray of uint32
            One index into this table per word.
        ends : ndarray of int64
            Where each sentence ends in ``ids``; empty lines are no sentences.
        broken : bool
            Whether a line feed came before the first word, so that no sentence goes on from the block before.
        open : bool
            Whether the last sentence may go on in the next block.

        Raises
        ------
        ScanError
            If the block is not text. Words before that place have been counted.
        """
        cdef Block block
        cdef int failed
        memset(&block, 0, sizeof(Block))
        if not text.shape[0]:
            return np.empty(0, np.uint32), np.empty(0, np.int64), False, False
        with nogil:
            failed = (scan_prose if prose else scan)(&self.table, &block, &text[0], text.shape[0], place)
        try:
            if failed == NO_MEMORY:
                raise MemoryError
            if failed != SCANNED:
                raise ScanError({INVALID_UTF8: "utf-8", NUL_FOUND: "nul", WORD_TOO_LONG: "long"}[failed], block.stopped_at)
            return (_copy_ids(block.ids, block.n_ids), _copy_ends(block.ends, block.n_ends), bool(block.broken),
                    bool(block.open))
        finally:
            block_free(&block)

    def merge(self, WordTable other):
        """Take over another table's words and counts; return the index of each of them in this table (uint32)."""
        mapping = np.empty(max(1, len(other)), np.uint32)
        cdef uint32_t[::1] view = mapping
        cdef bint merged
        with nogil:
            merged = table_merge(&self.table, &other.table, &view[0])
        if not merged:
            raise MemoryError
        return mapping[:len(other)]

    def dump(self, const int64_t[::1] order):
        """Return words as bytes, one after another in this order, and where each ends (uint8, int64); see :meth:`load`.

        Raises
        ------
        IndexError
            If there is no word of this number.
        """
        ends = np.empty(order.shape[0], np.int64)
        cdef int64_t[::1] end = ends
        cdef int64_t i, total = 0
        cdef Entry* e
        for i in range(order.shape[0]):
            if not 0 <= order[i] < self.table.n:
                raise IndexError(f"word index must be in 0..{self.table.n - 1}: got {order[i]}")
            total += self.table.entries[order[i]].length
            end[i] = total
        out = np.empty(total, np.uint8)
        cdef uint8_t[::1] view = out
        with nogil:
            for i in range(order.shape[0]):
                e = &self.table.entries[order[i]]
                if e.length:
                    memcpy(&view[end[i] - e.length], self.table.arena + e.start, e.length)
        return out, ends

    def load(self, const uint8_t[::1] words, const int64_t[::1] ends, const int64_t[::1] counts, int64_t place):
        """Enter words of another table that :meth:`dump` returned, with their counts; releases the GIL.

        Parameters
        ----------
        words : uint8
            The words, one after another.
        ends : int64, shape (N,)
            Where each of them ends.
        counts : int64, shape (N,)
        place : int
            The place of the first word, if it was not seen before; that of the next is one more.

        Raises
        ------
        ValueError
            If the ends do not divide the words, or there is not one count per word.
        """
        cdef int64_t i, before = 0, n = ends.shape[0]
        cdef bint fits = counts.shape[0] == n
        for i in range(n):
            fits &= before < ends[i] and ends[i] - before <= 0xFFFFFFFF
            before = ends[i]
        if not fits or before != words.shape[0]:
            raise ValueError("words, ends and counts do not fit together")
        if n:
            with nogil:
                fits = table_load(&self.table, &words[0], &ends[0], &counts[0], n, place)
            if not fits:
                raise MemoryError

    def counts(self):
        """Occurrences of each word (int64)."""
        out = np.empty(self.table.n, np.int64)
        cdef int64_t[::1] view = out
        cdef int64_t i
        for i in range(self.table.n):
            view[i] = self.table.entries[i].count
        return out

    def first_seen(self):
        """The position of each word's first occurrence (int64)."""
        out = np.empty(self.table.n, np.int64)
        cdef int64_t[::1] view = out
        cdef int64_t i
        for i in range(self.table.n):
            view[i] = self.table.entries[i].first_seen
        return out

    def word(self, int64_t i) -> str:
        """Word ``i``."""
        if not 0 <= i < self.table.n:
            raise IndexError(f"word index must be in 0..{self.table.n - 1}: got {i}")
        cdef Entry* e = &self.table.entries[i]
        return (<const char*>self.table.arena)[e.start:e.start + e.length].decode("utf-8")

    def find(self, str word) -> int:
        """Index of a word; -1 if it is unknown."""
        cdef bytes raw = word.encode("utf-8", "surrogatepass")
        cdef const uint8_t* p = raw
        cdef uint64_t slot
        return table_find(&self.table, p, len(raw), hash_word(self.table.seed, p, len(raw)), &slot)


cdef class NumberTable:
    """Distinct integers with counts, numbered in order of first appearance. One thread at a time may use a table."""

    cdef CNumberTable table

    def __cinit__(self):
        memset(&self.table, 0, sizeof(CNumberTable))
        self.table.seed = int.from_bytes(os.urandom(8), "little")

    def __dealloc__(self):
        numbers_free(&self.table)

    def __len__(self) -> int:
        return self.table.n

    def add(self, const int64_t[::1] values):
        """Count integers and return their ids (uint32); releases the GIL.

        Raises
        ------
        ScanError
            If one is negative: "negative", and its place. Those before it have been counted.
        """
        ids = np.empty(values.shape[0], np.uint32)
        cdef uint32_t[::1] view = ids
        cdef int64_t stopped = NUMBERS_ADDED
        if values.shape[0]:
            with nogil:
                stopped = numbers_add(&self.table, &values[0], values.shape[0], &view[0])
        if stopped == NUMBERS_NO_MEMORY:
            raise MemoryError
        if stopped == NUMBERS_TOO_MANY:
            raise OverflowError("there must be fewer than 2**32 - 2 distinct integers")
        if stopped != NUMBERS_ADDED:
            raise ScanError("negative", stopped)
        return ids

    def counts(self):
        """Occurrences of each integer (int64)."""
        out = np.empty(max(1, len(self)), np.int64)
        cdef int64_t[::1] view = out
        with nogil:
            numbers_counts(&self.table, &view[0])
        return out[:len(self)]

    def numbers(self):
        """The integers in order of first appearance (int64)."""
        return _copy_ends(self.table.numbers, self.table.n)

    def find(self, int64_t number) -> int:
        """Id of an integer; -1 if it is unknown."""
        return numbers_find(&self.table, number)


def count_small(const int64_t[::1] values, int64_t before, int64_t[::1] counts, int64_t[::1] first):
    """Count integers into arrays that are indexed by them; releases the GIL.

    Parameters
    ----------
    values : int64
        From 0 to ``len(counts) - 1``.
    before : int
        How many were counted earlier.
    counts, first : int64, of one length
        Occurrences, and the place of the first one, of each integer.

    Raises
    ------
    ValueError
        If an integer is out of range.
    """
    cdef int64_t i
    cdef bint fits = counts.shape[0] == first.shape[0]
    with nogil:
        for i in range(values.shape[0]):
            fits &= <uint64_t>values[i] < <uint64_t>counts.shape[0]
        if fits and values.shape[0]:
            numbers_count(&values[0], values.shape[0], before, &counts[0], &first[0])
    if not fits:
        raise ValueError("values, counts and first do not fit together")


cdef extern from * nogil:
    """
    #ifdef __GLIBC__
    #include <malloc.h>
    static void trim(void) { malloc_trim(0); }
    #else
    static void trim(void) {}
    #endif
    """
    void trim() noexcept


def trim_memory():
    """Return freed memory to the system: glibc keeps memory freed by threads in per-thread pools."""
    with nogil:
        trim()


cdef _copy_ids(const uint32_t* source, uint64_t n):
    out = np.empty(n, np.uint32)
    cdef uint32_t[::1] view = out
    if n:
        memcpy(&view[0], source, n * sizeof(uint32_t))
    return out


cdef _copy_ends(const int64_t* source, uint64_t n):
    out = np.empty(n, np.int64)
    cdef int64_t[::1] view = out
    if n:
        memcpy(&view[0], source, n * sizeof(int64_t))
    return out


def renumber(const uint32_t[::1] ids, const int64_t[::1] ends, const uint32_t[::1] mapping):
    """Replace ids by their final numbers and drop words out of vocabulary; releases the GIL.

    Parameters
    ----------
    ids : uint32, shape (N,)
    ends : int64, shape (S,)
        Where each sentence ends in ``ids``.
    mapping : uint32
        Final number of each id, ``OUT_OF_VOCABULARY`` for none.

    Returns
    -------
    ids : ndarray of uint32
        What is left.
    ends : ndarray of int64, shape (S,)
        Where each sentence ends now.

    Raises
    ------
    ValueError
        If an id has no mapping, or the ends do not fit the ids.
    """
    out = np.empty(ids.shape[0], np.uint32)
    out_ends = np.empty(ends.shape[0], np.int64)
    cdef uint32_t[::1] to = out
    cdef int64_t[::1] to_ends = out_ends
    cdef int64_t n
    with nogil:
        n = _renumber(ids, ends, mapping, to, to_ends)
    if n < 0:
        raise ValueError("ids, ends and mapping do not fit together")
    return out[:n], out_ends


cdef int64_t _renumber(const uint32_t[::1] ids, const int64_t[::1] ends, const uint32_t[::1] mapping, uint32_t[::1] out,
                       int64_t[::1] out_ends) noexcept nogil:
    cdef int64_t s, i = 0, n = 0
    cdef uint32_t final
    for s in range(ends.shape[0]):
        if ends[s] > ids.shape[0]:
            return -1
        while i < ends[s]:
            if ids[i] >= mapping.shape[0]:
                return -1
            final = mapping[ids[i]]
            out[n] = final                             # branch-free: the next one overwrites a word out of vocabulary
            n += final != OUT
            i += 1
        out_ends[s] = n
    return n if i == ids.shape[0] else -1
