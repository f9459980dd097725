/* nfkc.h -- Unicode's normalisation form KC, of one segment at a time. Plain C, no Python.
 *
 * A segment begins at a boundary: a character that neither composes with what precedes it nor changes places with it. So
 * what NFKC makes of a text is what it makes of its segments, one after another. Nearly all are single characters that it
 * leaves unchanged.
 *
 *     ﬁ a ◌̂ ◌̣      segments: ﬁ | a ◌̂ ◌̣
 *     f i a ◌̣ ◌̂    decomposed, and the marks in the order of their combining classes
 *     f i ậ         composed
 *
 * Unicode Standard Annex #15 and, for Hangul, section 3.12 of the Unicode Standard. */
#ifndef W2V_NFKC_H
#define W2V_NFKC_H

#include "unicode_tables.h"
#include "words.h"

static inline const CharacterRecord *record_of(uint32_t c) {
    return &RECORDS[RECORD_OF[BLOCK_OF[c >> BLOCK_BITS] << BLOCK_BITS | (c & ((1u << BLOCK_BITS) - 1))]];
}

/* A character and, in its upper eight bits, its combining class. */
typedef uint32_t Placed;

static inline uint32_t character_of(Placed p) { return p & 0x1FFFFF; }
static inline uint32_t class_of(Placed p) { return p >> 24; }

typedef struct {
    Placed *characters, *scratch;
    uint64_t n, capacity, scratch_capacity;
} Segment;

static inline void segment_free(Segment *s) {
    free(s->characters);
    free(s->scratch);
    memset(s, 0, sizeof *s);
}

static inline int segment_add(Segment *s, uint32_t c) {
    if (!reserve((void **)&s->characters, sizeof *s->characters, s->n + 1, &s->capacity)) return 0;
    s->characters[s->n++] = c;
    return 1;
}

/* --------------------------------------------------------------------------------------------------- decomposition */

enum { L_BASE = 0x1100, V_BASE = 0x1161, T_BASE = 0x11A7, S_BASE = 0xAC00 };
enum { L_COUNT = 19, V_COUNT = 21, T_COUNT = 28, S_COUNT = L_COUNT * V_COUNT * T_COUNT };
enum { LONGEST_DECOMPOSITION = 18 };

/* Write what NFKD makes of one character; return its length. */
static inline int decompose(uint32_t c, uint32_t *out) {
    uint32_t syllable = c - S_BASE;
    if (syllable < S_COUNT) {
        out[0] = L_BASE + syllable / (V_COUNT * T_COUNT);
        out[1] = V_BASE + syllable % (V_COUNT * T_COUNT) / T_COUNT;
        out[2] = T_BASE + syllable % T_COUNT;
        return 2 + (out[2] > T_BASE);
    }
    size_t low = 0, high = sizeof DECOMPOSITIONS / sizeof *DECOMPOSITIONS;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const Decomposition *d = &DECOMPOSITIONS[middle];
        if (d->character == c) {
            memcpy(out, CHARACTERS + d->start, d->length * sizeof *out);
            return d->length;
        }
        if (d->character < c) low = middle + 1;
        else high = middle;
    }
    out[0] = c;
    return 1;
}

/* The segment's NFKD, in no order yet. */
static int segment_decompose(Segment *s) {
    uint64_t n = 0;
    uint32_t parts[LONGEST_DECOMPOSITION];
    for (uint64_t i = 0; i < s->n; i++) {
        int length = decompose(s->characters[i], parts);
        if (!reserve((void **)&s->scratch, sizeof *s->scratch, n + length, &s->scratch_capacity)) return 0;
        for (int j = 0; j < length; j++) s->scratch[n++] = parts[j] | (Placed)record_of(parts[j])->combining_class << 24;
    }
    if (!reserve((void **)&s->characters, sizeof *s->characters, n, &s->capacity)) return 0;
    memcpy(s->characters, s->scratch, n * sizeof *s->characters);
    s->n = n;
    return 1;
}

/* Sort marks by their combining classes, equal ones in their order: by counting, or a text of marks alone would take for
 * ever. */
static void sort_marks(Placed *marks, Placed *scratch, uint64_t n) {
    uint64_t place[257] = {0};
    for (uint64_t i = 0; i < n; i++) place[class_of(marks[i]) + 1]++;
    for (int class = 0; class < 256; class++) place[class + 1] += place[class];
    for (uint64_t i = 0; i < n; i++) scratch[place[class_of(marks[i])]++] = marks[i];
    memcpy(marks, scratch, n * sizeof *marks);
}

static void segment_order(Segment *s) {
    for (uint64_t start = 0, end; start < s->n; start = end + 1) {
        int ordered = 1;
        for (end = start; end < s->n && class_of(s->characters[end]); end++)
            ordered &= end == start || class_of(s->characters[end - 1]) <= class_of(s->characters[end]);
        if (!ordered) sort_marks(s->characters + start, s->scratch, end - start);
    }
}

/* ----------------------------------------------------------------------------------------------------- composition */

/* The composite of two characters, 0 if there is none. */
static inline uint32_t compose(uint32_t first, uint32_t second) {
    uint32_t l = first - L_BASE, v = second - V_BASE, syllable = first - S_BASE, t = second - T_BASE;
    if (l < L_COUNT && v < V_COUNT) return S_BASE + (l * V_COUNT + v) * T_COUNT;
    if (syllable < S_COUNT && syllable % T_COUNT == 0 && t - 1 < T_COUNT - 1) return first + t;
    size_t low = 0, high = sizeof COMPOSITIONS / sizeof *COMPOSITIONS;
    uint64_t pair = (uint64_t)first << 32 | second;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const Composition *c = &COMPOSITIONS[middle];
        uint64_t here = (uint64_t)c->first << 32 | c->second;
        if (here == pair) return c->composite;
        if (here < pair) low = middle + 1;
        else high = middle;
    }
    return 0;
}

/* Compose each starter with the marks that follow it, unless another mark of the same class, or a starter, is between. */
static void segment_compose(Segment *s) {
    Placed *kept = s->characters, *starter = NULL;
    uint64_t n = 0;
    for (uint64_t i = 0; i < s->n; i++) {
        Placed p = s->characters[i];
        int blocked = !starter || (kept + n - 1 != starter && class_of(kept[n - 1]) >= class_of(p));
        uint32_t composite = blocked ? 0 : compose(character_of(*starter), character_of(p));
        if (composite) {
            *starter = composite; /* a composite is a starter */
        } else {
            kept[n] = p;
            if (!class_of(p)) starter = kept + n;
            n++;
        }
    }
    s->n = n;
}

/* Replace a segment by its NFKC; returns 0 if there is no memory. */
static inline int segment_normalize(Segment *s) {
    if (!s->n || (s->n == 1 && record_of(s->characters[0])->is_normal)) return 1;
    if (!segment_decompose(s)) return 0;
    segment_order(s);
    segment_compose(s);
    return 1;
}

#endif
