/* words.h -- bytes to words: a table of distinct words with counts, and the scanner that fills it. Plain C, no Python.
 *
 * A word is a run of bytes without whitespace; whitespace is what Python's str.split() splits on, in UTF-8. A line feed
 * also ends a sentence. A byte-order mark is the reader's business; NUL is not text. */
#ifndef W2V_WORDS_H
#define W2V_WORDS_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "growing.h"

enum { LONGEST_WORD = 65536 }; /* bytes; a longer one means that this is not text */

typedef struct {
    uint64_t start; /* of the bytes in the arena */
    uint32_t length;
    uint32_t hash;
    int64_t count;
    int64_t first_seen; /* an order over the whole text, whoever reads it */
} Entry;

/* Open addressing with linear probing. A slot is (hash << 32 | index + 1), 0 if empty. */
typedef struct {
    uint64_t *slots;
    uint64_t slot_mask;
    Entry *entries;
    int64_t n, capacity;
    uint8_t *arena;
    uint64_t arena_used, arena_capacity;
    uint64_t seed; /* random: nobody can prepare a text whose words collide */
} WordTable;

static inline uint64_t load_bytes(const uint8_t *p, size_t n) {
    uint64_t x = 0;
    memcpy(&x, p, n);
    return x;
}

/* Multiply and fold eight bytes at a time; the last, overlapping load keeps short words free of loops. Twice as fast as
 * a hash that takes one byte at a time. The length goes in too, or "a" and "aa" could meet. */
static inline uint32_t hash_word(uint64_t seed, const uint8_t *word, size_t length) {
    const uint64_t factor = 0x9E3779B97F4A7C15u; /* 2^64 / golden ratio */
    uint64_t h = seed ^ length * factor;
    size_t i = 0;
    for (; i + 8 < length; i += 8) {
        h = (h ^ load_bytes(word + i, 8)) * factor;
        h ^= h >> 29;
    }
    if (length >= 8) h ^= load_bytes(word + length - 8, 8);
    else if (length >= 4) h ^= load_bytes(word, 4) << 32 | load_bytes(word + length - 4, 4);
    else if (length) h ^= (uint64_t)word[0] << 16 | (uint64_t)word[length / 2] << 8 | word[length - 1];
    h *= factor;
    h ^= h >> 32;
    return (uint32_t)(h * factor >> 32);
}

/* Whether two words of one length are equal: as hash_word loads them, without a call for a few bytes. */
static inline int same_word(const uint8_t *a, const uint8_t *b, size_t length) {
    size_t i = 0;
    if (length < 4) { return !length || (a[0] == b[0] && a[length / 2] == b[length / 2] && a[length - 1] == b[length - 1]); }
    if (length < 8) {
        return load_bytes(a, 4) == load_bytes(b, 4) && load_bytes(a + length - 4, 4) == load_bytes(b + length - 4, 4);
    }
    for (; i + 8 < length; i += 8)
        if (load_bytes(a + i, 8) != load_bytes(b + i, 8)) return 0;
    return load_bytes(a + length - 8, 8) == load_bytes(b + length - 8, 8);
}

static inline void table_free(WordTable *t) {
    free(t->slots);
    free(t->entries);
    free(t->arena);
    memset(t, 0, sizeof *t);
}

static inline int table_make(WordTable *t, uint64_t seed) {
    memset(t, 0, sizeof *t);
    t->seed = seed | 1;
    t->slot_mask = (1 << 10) - 1;
    t->slots = calloc(t->slot_mask + 1, sizeof *t->slots);
    return t->slots != NULL;
}

static inline int table_grow_slots(WordTable *t) {
    uint64_t mask = t->slot_mask * 2 + 1;
    uint64_t *slots = calloc(mask + 1, sizeof *slots);
    if (!slots) return 0;
    for (int64_t i = 0; i < t->n; i++) {
        uint64_t at = t->entries[i].hash & mask;
        while (slots[at]) at = (at + 1) & mask;
        slots[at] = (uint64_t)t->entries[i].hash << 32 | (uint64_t)(i + 1);
    }
    free(t->slots);
    t->slots = slots;
    t->slot_mask = mask;
    return 1;
}

static inline int64_t table_find(const WordTable *t, const uint8_t *word, size_t length, uint32_t hash, uint64_t *slot) {
    uint64_t at = hash & t->slot_mask;
    for (uint64_t s; (s = t->slots[at]); at = (at + 1) & t->slot_mask) {
        if (s >> 32 != hash) continue;
        const Entry *e = &t->entries[(uint32_t)s - 1];
        if (e->length == length && same_word(t->arena + e->start, word, length)) return (uint32_t)s - 1;
    }
    *slot = at;
    return -1;
}

/* Index of the word, entered with count 0 if new; -1 if there is no memory. */
static inline int64_t table_enter(WordTable *t, const uint8_t *word, size_t length, uint32_t hash, int64_t place) {
    uint64_t slot, capacity = (uint64_t)t->capacity;
    int64_t i = table_find(t, word, length, hash, &slot);
    if (i >= 0) return i;
    if (t->n >= (int64_t)UINT32_MAX - 1) return -1;
    if (!reserve((void **)&t->entries, sizeof *t->entries, (uint64_t)t->n + 1, &capacity)) return -1;
    t->capacity = (int64_t)capacity;
    if (!reserve((void **)&t->arena, 1, t->arena_used + length, &t->arena_capacity)) return -1;
    memcpy(t->arena + t->arena_used, word, length);
    t->entries[t->n] = (Entry){t->arena_used, (uint32_t)length, hash, 0, place};
    t->arena_used += length;
    t->slots[slot] = (uint64_t)hash << 32 | (uint64_t)(t->n + 1);
    t->n++;
    if ((uint64_t)t->n * 2 > t->slot_mask && !table_grow_slots(t)) return -1;
    return t->n - 1;
}

/* Enter all words of `other`; mapping[i] is the index here of its word i. Returns 0 if there is no memory. */
static inline int table_merge(WordTable *t, const WordTable *other, uint32_t *mapping) {
    for (int64_t i = 0; i < other->n; i++) {
        const Entry *e = &other->entries[i];
        const uint8_t *word = other->arena + e->start;
        int64_t at = table_enter(t, word, e->length, hash_word(t->seed, word, e->length), e->first_seen);
        if (at < 0) return 0;
        t->entries[at].count += e->count;
        if (e->first_seen < t->entries[at].first_seen) t->entries[at].first_seen = e->first_seen;
        mapping[i] = (uint32_t)at;
    }
    return 1;
}

/* Enter n words that lie one after another and end at `ends`, with their counts, as seen from `place` on. Returns 0 if there is
 * no memory. */
static inline int table_load(WordTable *t, const uint8_t *bytes, const int64_t *ends, const int64_t *counts, int64_t n,
                             int64_t place) {
    int64_t start = 0;
    for (int64_t i = 0; i < n; start = ends[i++]) {
        const uint8_t *word = bytes + start;
        size_t length = (size_t)(ends[i] - start);
        int64_t at = table_enter(t, word, length, hash_word(t->seed, word, length), place + i);
        if (at < 0) return 0;
        t->entries[at].count += counts[i];
    }
    return 1;
}

/* ------------------------------------------------------------------------------------------------------- the scanner */

enum { WORD_BYTE, SPACE_BYTE, LINE_FEED, HIGH_BYTE, NUL_BYTE };
enum { SCANNED, NO_MEMORY, INVALID_UTF8, NUL_FOUND, WORD_TOO_LONG };

enum { BATCH = 32 };

/* A word that has been found, but not yet looked up. */
typedef struct {
    const uint8_t *word;
    uint32_t length, hash;
} Found;

typedef struct {
    uint32_t *ids; /* of this block's words, in the table that scanned it */
    int64_t *ends; /* of its sentences: indices into ids; the last may be open */
    uint64_t n_ids, ids_capacity, n_ends, ends_capacity;
    int64_t stopped_at; /* byte where the scan failed */
    int broken;         /* a line feed came before the first word: no sentence goes on from the block before */
    int open;           /* the last sentence did not end in a line feed */
    int n_found;
    Found found[BATCH];
} Block;

static inline void block_free(Block *b) {
    free(b->ids);
    free(b->ends);
    memset(b, 0, sizeof *b);
}

static const uint8_t BYTE_CLASS[256] = {
    [0] = NUL_BYTE,      ['\t'] = SPACE_BYTE, ['\n'] = LINE_FEED,  [0x0B] = SPACE_BYTE,
    [0x0C] = SPACE_BYTE, ['\r'] = SPACE_BYTE, [0x1C] = SPACE_BYTE, [0x1D] = SPACE_BYTE,
    [0x1E] = SPACE_BYTE, [0x1F] = SPACE_BYTE, [' '] = SPACE_BYTE,  [128 ... 255] = HIGH_BYTE,
};

/* Length of the UTF-8 sequence at p (2..4) and its character; 0 if there is no valid one. */
static inline int utf8_decode(const uint8_t *p, const uint8_t *end, uint32_t *character) {
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    int length = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || end - p < length) return 0;
    uint32_t c = p[0] & (0x7Fu >> length);
    for (int i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80) return 0;
        c = c << 6 | (p[i] & 0x3F);
    }
    if (c < smallest[length] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return 0;
    *character = c;
    return length;
}

/* Whether str.split() splits at a character beyond ASCII. */
static inline int is_space(uint32_t c) {
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F
           || c == 0x205F || c == 0x3000;
}

/* Index of the word that has this hash, most likely; -1 if none has it. */
static inline int64_t table_guess(const WordTable *t, uint32_t hash) {
    uint64_t at = hash & t->slot_mask;
    for (uint64_t s; (s = t->slots[at]); at = (at + 1) & t->slot_mask)
        if (s >> 32 == hash) return (uint32_t)s - 1;
    return -1;
}

/* Look up and count the words found. A rare word is in no cache: its slot, its entry and its bytes are fetched for a whole
 * batch at once, each while the others are on their way. */
static int count_found(WordTable *t, Block *b, int64_t place) {
    int64_t guesses[BATCH];
    if (!reserve((void **)&b->ids, sizeof *b->ids, b->n_ids + BATCH, &b->ids_capacity)) return NO_MEMORY;
    for (int k = 0; k < b->n_found; k++) {
        guesses[k] = table_guess(t, b->found[k].hash);
        if (guesses[k] >= 0) __builtin_prefetch(&t->entries[guesses[k]], 1);
    }
    for (int k = 0; k < b->n_found; k++)
        if (guesses[k] >= 0) __builtin_prefetch(t->arena + t->entries[guesses[k]].start);
    for (int k = 0; k < b->n_found; k++) {
        Found f = b->found[k];
        int64_t i = guesses[k], here = place + (int64_t)b->n_ids;
        const Entry *guess = i < 0 ? NULL : &t->entries[i];
        if (!guess || guess->length != f.length || !same_word(t->arena + guess->start, f.word, f.length))
            i = table_enter(t, f.word, f.length, f.hash, here);
        if (i < 0) return NO_MEMORY;
        Entry *e = &t->entries[i];
        e->count++;
        if (here < e->first_seen) e->first_seen = here; /* threads may take blocks in another order than the text's */
        b->ids[b->n_ids++] = (uint32_t)i;
    }
    b->n_found = 0;
    return SCANNED;
}

/* Take in a word, whose bytes must stay where they are until the words found are counted. */
static inline int end_word(WordTable *t, Block *b, const uint8_t *word, size_t length, int64_t place) {
    if (!length) return SCANNED;
    if (length > LONGEST_WORD) return WORD_TOO_LONG;
    uint32_t hash = hash_word(t->seed, word, length);
    __builtin_prefetch(&t->slots[hash & t->slot_mask]);
    b->found[b->n_found++] = (Found){word, (uint32_t)length, hash};
    return b->n_found == BATCH ? count_found(t, b, place) : SCANNED;
}

static inline int end_sentence(Block *b) {
    uint64_t n = b->n_ids + (uint64_t)b->n_found;
    if (n == (b->n_ends ? (uint64_t)b->ends[b->n_ends - 1] : 0)) return SCANNED; /* an empty line is nothing */
    if (!reserve((void **)&b->ends, sizeof *b->ends, b->n_ends + 1, &b->ends_capacity)) return NO_MEMORY;
    b->ends[b->n_ends++] = (int64_t)n;
    return SCANNED;
}

static inline int end_line(Block *b) {
    if (!b->n_ids && !b->n_found) b->broken = 1;
    return end_sentence(b);
}

/* Scan a block that ends between words. `place` orders this block's words among all blocks' words. */
static int scan(WordTable *t, Block *b, const uint8_t *text, int64_t length, int64_t place) {
    const uint8_t *p = text, *end = text + length, *word = text;
    uint32_t character = 0;
    int failed = SCANNED, step = 1;
    for (; p < end; p += step) {
        step = 1;
        int class = BYTE_CLASS[*p];
        if (class == WORD_BYTE) continue;
        if (class == HIGH_BYTE) {
            step = utf8_decode(p, end, &character);
            if (step && !is_space(character)) continue;
            if (!step) failed = INVALID_UTF8;
        } else if (class == NUL_BYTE) {
            failed = NUL_FOUND;
        }
        if (!failed) failed = end_word(t, b, word, (size_t)(p - word), place);
        if (!failed && class == LINE_FEED) failed = end_line(b);
        if (failed) break;
        word = p + step;
    }
    if (!failed) failed = end_word(t, b, word, (size_t)(end - word), place);
    b->open = length > 0 && end[-1] != '\n';
    if (!failed && b->open) failed = end_sentence(b);
    b->stopped_at = (failed == WORD_TOO_LONG ? word : p) - text;
    return count_found(t, b, place) ? NO_MEMORY : failed;
}

#endif
