/* pair_counts.h -- occurrences of pairs of neighbouring words (pairs.h). Plain C, no Python.
 *
 * A pair with nothing between is one number, its code, whose upper 8 bits are its bucket; a and b need no room, as the hash can
 * be undone:
 *
 *     code    bucket   56 other bits
 *     slot             56 other bits   more count     a count of 7 bits, and whether the table `more` has a number to add */
#ifndef W2V_PAIR_COUNTS_H
#define W2V_PAIR_COUNTS_H

#include "pairs.h"

enum { BUCKETS = 256 };             /* a bucket's table fits into the second-level cache for longer than one table would */
enum { CODES_AHEAD = 16 };                /* codes whose slot is fetched before it is needed */
enum { LINE = 8 };                  /* codes that are put into a bucket at a time */
enum { MORE = 128, COUNT = 127 };   /* the lower bits of a slot */

typedef struct {
    uint64_t *codes; /* of occurrences that are not counted yet */
    Pair *waiting;   /* and of those with connectors */
    uint64_t n_codes, n_waiting, codes_capacity, waiting_capacity;
    uint64_t *slots; /* open addressing with linear probing, from the upper bits of the code on; 0: empty */
    int bits;        /* 2^bits slots */
    int64_t n;
    PairTable more;   /* multiples of COUNT to add to counts, by the two halves of a slot without its lower bits */
    PairTable linked; /* pairs with connectors */
} Bucket;

typedef struct {
    uint64_t lines[BUCKETS][LINE]; /* codes on their way to the buckets, which are too many for the first-level cache */
    uint8_t filled[BUCKETS];
    Bucket buckets[BUCKETS];
    PairTable links;
    uint64_t seed; /* random: nobody can prepare a text whose pairs collide */
    int inside;    /* a word of this sentence came already: */
    uint32_t last; /* the last one that is no connector */
    uint32_t link; /* and the connectors since then */
} PairCounter;

static inline uint64_t pair_code(uint64_t seed, uint32_t a, uint32_t b) {
    uint64_t h = (seed ^ ((uint64_t)a << 32 | b)) * 0x9E3779B97F4A7C15u;
    h = (h ^ h >> 32) * 0xD6E8FEB86659FD93u;
    return h ^ h >> 32;
}

/* a << 32 | b: the steps backwards, with the inverses of the factors modulo 2^64. */
static inline uint64_t pair_of_code(uint64_t seed, uint64_t code) {
    uint64_t h = (code ^ code >> 32) * 0xCFEE444D8B59A89Bu;
    return ((h ^ h >> 32) * 0xF1DE83E19937733Du) ^ seed;
}

static inline void counter_free(PairCounter *c) {
    for (int i = 0; i < BUCKETS; i++) {
        Bucket *b = &c->buckets[i];
        free(b->codes);
        free(b->waiting);
        free(b->slots);
        free(b->more.slots);
        free(b->linked.slots);
    }
    free(c->links.slots);
    memset(c, 0, sizeof *c);
}

/* Put an occurrence into its bucket; 0 if there is no memory. */
static inline int wait_for_count(PairCounter *c, uint32_t a, uint32_t b, uint32_t link) {
    if (link) {
        Bucket *to = &c->buckets[hash_pair(c->seed, a, b, link) >> 56];
        if (!reserve((void **)&to->waiting, sizeof(Pair), to->n_waiting + 1, &to->waiting_capacity)) return 0;
        to->waiting[to->n_waiting++] = (Pair){a, b, link, 1};
        return 1;
    }
    uint64_t code = pair_code(c->seed, a, b), bucket = code >> 56;
    c->lines[bucket][c->filled[bucket]++] = code;
    if (c->filled[bucket] < LINE) return 1;
    c->filled[bucket] = 0;
    Bucket *to = &c->buckets[bucket];
    if (!reserve((void **)&to->codes, sizeof code, to->n_codes + LINE, &to->codes_capacity)) return 0;
    memcpy(to->codes + to->n_codes, c->lines[bucket], sizeof c->lines[bucket]);
    to->n_codes += LINE;
    return 1;
}

/* Put the candidates of these words into the buckets. The last sentence goes on in the next call if it has no end here.
 * Ids and ends have been checked. 0 if there is no memory. */
static int collect(PairCounter *c, const uint32_t *ids, int64_t n, const int64_t *ends, int64_t n_ends,
                   const uint8_t *is_connector) {
    uint64_t last = c->last; /* of 64 bits as in the code: written with 32 and read with 64 it would wait for memory */
    uint32_t link = c->link;
    int inside = c->inside;
    int64_t i = 0;
    for (int64_t s = 0; s <= n_ends; s++) {
        for (int64_t end = s < n_ends ? ends[s] : n; i < end; i++) {
            uint32_t id = ids[i];
            if (is_connector[id]) {
                if (inside) link = enter_link(&c->links, c->seed, link, id);
                if (link == NO_LINK) return 0;
                continue;
            }
            if (inside && !wait_for_count(c, (uint32_t)last, id, link)) return 0;
            inside = 1;
            last = id;
            link = 0;
        }
        if (s < n_ends) inside = 0, link = 0;
    }
    c->inside = inside;
    c->last = (uint32_t)last;
    c->link = link;
    return 1;
}

/* The slot of a pair, which is empty if the pair is new. */
static inline uint64_t *code_slot(uint64_t *slots, int bits, uint64_t key) {
    uint64_t at = key >> (64 - bits), mask = ((uint64_t)1 << bits) - 1;
    while (slots[at] && (slots[at] ^ key) > (MORE | COUNT)) at = (at + 1) & mask;
    return &slots[at];
}

static inline uint64_t slot_key(uint64_t slot) { return slot & ~(uint64_t)(MORE | COUNT); }

static inline uint32_t slot_count(const Bucket *b, uint64_t seed, uint64_t slot) {
    uint32_t more = slot & MORE ? pair_value(&b->more, seed, (uint32_t)(slot >> 32), (uint32_t)slot_key(slot), 0) : 0;
    return more + (slot & COUNT);
}

/* Make room for `n` pairs without connectors, at most two thirds of the slots, and keep those with a count above `least`.
 * 0 if there is no memory. */
static inline int bucket_rebuild(Bucket *b, uint64_t seed, uint64_t n, uint32_t least) {
    int bits = 4;
    while (((uint64_t)2 << bits) < n * 3) bits++;
    Bucket made = {.slots = calloc((uint64_t)1 << bits, sizeof *made.slots)};
    if (!made.slots) return 0;
    for (uint64_t i = 0; b->slots && i >> b->bits == 0; i++) {
        uint64_t slot = b->slots[i];
        if (!slot || (least && slot_count(b, seed, slot) <= least)) continue;
        *code_slot(made.slots, bits, slot_key(slot)) = slot;
        made.n++;
    }
    free(b->slots);
    b->slots = made.slots;
    b->bits = bits;
    b->n = made.n;
    return 1;
}

/* Count an occurrence; 0 if there is no memory. */
static inline int count_code(Bucket *b, uint64_t seed, uint64_t code) {
    uint64_t key = code << 8;
    int full = !b->slots || (uint64_t)b->n * 3 >= (uint64_t)2 << b->bits;
    if (full && !bucket_rebuild(b, seed, (uint64_t)b->n * 2 + 1, 0)) return 0;
    uint64_t *slot = code_slot(b->slots, b->bits, key);
    if (!*slot) {
        *slot = key;
        b->n++;
    } else if ((*slot & COUNT) == COUNT) {
        Pair *p = pair_enter(&b->more, seed, (uint32_t)(key >> 32), (uint32_t)key, 0);
        if (!p) return 0;
        if (!(*slot & MORE)) p->value = 0; /* of a pair that was forgotten */
        if (p->value < UINT32_MAX - 2 * COUNT) p->value += COUNT;
        *slot = key | MORE;
    }
    ++*slot;
    return 1;
}

/* Count what waits in bucket i; threads may count different ones at the same time. 0 if there is no memory. */
static int count_bucket(PairCounter *c, int i) {
    Bucket *b = &c->buckets[i];
    for (uint64_t k = 0; k < b->n_codes; k++) {
        if (b->slots && k + CODES_AHEAD < b->n_codes) __builtin_prefetch(&b->slots[b->codes[k + CODES_AHEAD] << 8 >> (64 - b->bits)], 1);
        if (!count_code(b, c->seed, b->codes[k])) return 0;
    }
    for (int k = 0; k < c->filled[i]; k++)
        if (!count_code(b, c->seed, c->lines[i][k])) return 0;
    for (uint64_t k = 0; k < b->n_waiting; k++) {
        const Pair *w = &b->waiting[k];
        Pair *p = pair_enter(&b->linked, c->seed, w->a, w->b, w->link);
        if (!p) return 0;
        if (p->value != UINT32_MAX) p->value++;
    }
    c->filled[i] = 0;
    b->n_codes = b->n_waiting = 0;
    return 1;
}

static inline uint64_t values_above(const PairTable *t, uint32_t least) {
    uint64_t n = 0;
    for (uint64_t i = 0; t->slots && i <= t->mask; i++) n += t->slots[i].value > least;
    return n;
}

/* Forget the pairs of a bucket with a count of at most `least`. 0 if there is no memory. */
static inline int prune_bucket(Bucket *b, uint64_t seed, uint32_t least) {
    uint64_t kept = 0;
    for (uint64_t i = 0; b->slots && i >> b->bits == 0; i++) kept += b->slots[i] && slot_count(b, seed, b->slots[i]) > least;
    if (!bucket_rebuild(b, seed, kept, least)) return 0;
    return pair_table_rebuild(&b->linked, seed, values_above(&b->linked, least), least);
}

typedef struct {
    Pair *pairs; /* a copy */
    uint64_t n, capacity;
} FoundPairs;

static inline int add_found(FoundPairs *f, Pair pair, uint32_t least) {
    if (pair.value < least) return 1;
    if (!reserve((void **)&f->pairs, sizeof pair, f->n + 1, &f->capacity)) return 0;
    f->pairs[f->n++] = pair;
    return 1;
}

/* Add pairs with a count of at least `least`, which is positive. 0 if there is no memory. */
static inline int find_pairs(const PairCounter *c, uint32_t least, FoundPairs *found) {
    for (uint64_t i = 0; i < BUCKETS; i++) {
        const Bucket *b = &c->buckets[i];
        for (uint64_t s = 0; b->slots && s >> b->bits == 0; s++) {
            uint64_t slot = b->slots[s];
            if ((slot & (MORE | COUNT)) < (least < MORE ? least : MORE)) continue; /* or it is empty */
            uint64_t pair = pair_of_code(c->seed, i << 56 | slot >> 8);
            uint32_t count = slot_count(b, c->seed, slot);
            if (!add_found(found, (Pair){(uint32_t)(pair >> 32), (uint32_t)pair, 0, count}, least)) return 0;
        }
        for (uint64_t s = 0; b->linked.slots && s <= b->linked.mask; s++)
            if (!add_found(found, b->linked.slots[s], least)) return 0;
    }
    return 1;
}

#endif
