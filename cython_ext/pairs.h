/* pairs.h -- pairs of neighbouring words: a table of them, and their scores. Plain C, no Python.
 *
 * A candidate is two words with nothing, or only connector words, between them: "new york", "bank of america". Its key is
 * (a, b, link), where link numbers the sequence of connector words, 0 for none. Links are the nodes of a trie: a table from
 * (link of the sequence so far, next connector) to a link. */
#ifndef W2V_PAIRS_H
#define W2V_PAIRS_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "growing.h"

enum { NO_LINK = 0xFFFFFFFF };      /* a sequence of connectors that is in no phrase */
enum { SMALLEST_TABLE = 16 };       /* slots */

typedef struct {
    uint32_t a, b, link;
    uint32_t value; /* a count, or a number from 1; 0: an empty slot. Counts stay at the largest one */
} Pair;

typedef struct {
    Pair *slots; /* open addressing with linear probing */
    uint64_t mask;
    int64_t n;
} PairTable;

/* The upper 8 bits choose the bucket, the lower ones the slot. */
static inline uint64_t hash_pair(uint64_t seed, uint32_t a, uint32_t b, uint32_t link) {
    uint64_t h = (seed ^ ((uint64_t)a << 32 | b)) * 0x9E3779B97F4A7C15u; /* 2^64 / golden ratio */
    h = (h ^ h >> 32 ^ link) * 0xD6E8FEB86659FD93u;
    return h ^ h >> 32;
}

static inline Pair *pair_slot(const PairTable *t, uint64_t hash, uint32_t a, uint32_t b, uint32_t link) {
    uint64_t at = hash & t->mask;
    Pair *p = &t->slots[at];
    while (p->value && (p->a != a || p->b != b || p->link != link)) {
        at = (at + 1) & t->mask;
        p = &t->slots[at];
    }
    return p;
}

/* Make room for `n` pairs, at most two thirds of the slots, and keep those with a value above `least`; 0 if there is no
 * memory. */
static inline int pair_table_rebuild(PairTable *t, uint64_t seed, uint64_t n, uint32_t least) {
    uint64_t size = SMALLEST_TABLE;
    while (size * 2 < n * 3) size *= 2;
    PairTable made = {calloc(size, sizeof(Pair)), size - 1, 0};
    if (!made.slots) return 0;
    for (uint64_t i = 0; t->slots && i <= t->mask; i++) {
        const Pair *p = &t->slots[i];
        if (p->value <= least) continue; /* empty ones too */
        *pair_slot(&made, hash_pair(seed, p->a, p->b, p->link), p->a, p->b, p->link) = *p;
        made.n++;
    }
    free(t->slots);
    *t = made;
    return 1;
}

/* The slot of a pair, which is empty if the pair is new: the caller gives it a value. NULL if there is no memory. */
static inline Pair *pair_enter(PairTable *t, uint64_t seed, uint32_t a, uint32_t b, uint32_t link) {
    if ((uint64_t)t->n * 3 >= t->mask * 2 && !pair_table_rebuild(t, seed, (uint64_t)t->n * 2 + 1, 0)) return NULL;
    Pair *p = pair_slot(t, hash_pair(seed, a, b, link), a, b, link);
    if (!p->value) {
        *p = (Pair){a, b, link, 0};
        t->n++;
    }
    return p;
}

static inline uint32_t pair_value(const PairTable *t, uint64_t seed, uint32_t a, uint32_t b, uint32_t link) {
    return t->slots ? pair_slot(t, hash_pair(seed, a, b, link), a, b, link)->value : 0;
}

/* The link of a sequence with one connector more, entered if new; NO_LINK if there is no memory. */
static inline uint32_t enter_link(PairTable *links, uint64_t seed, uint32_t link, uint32_t connector) {
    Pair *p = pair_enter(links, seed, link, connector, 0);
    if (!p) return NO_LINK;
    if (!p->value) p->value = (uint32_t)links->n;
    return p->value;
}

static inline uint32_t find_link(const PairTable *links, uint64_t seed, uint32_t link, uint32_t connector) {
    if (link == NO_LINK) return NO_LINK;
    uint32_t found = pair_value(links, seed, link, connector, 0);
    return found ? found : NO_LINK;
}

/* Mikolov et al. 2013, with the size N that the caller chooses, in the order of operations of gensim's Python. */
static inline double original_score(int64_t a, int64_t b, int64_t both, double min_count, double n) {
    return ((double)both - min_count) / ((double)a * (double)b) * n;
}

/* Bouma 2009, with probabilities of words; n: words in the text. */
static inline double npmi_score(int64_t a, int64_t b, int64_t both, double n) {
    double p = (double)both / n;
    return log(p / ((double)a / n * ((double)b / n))) / -log(p);
}

#endif
