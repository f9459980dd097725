/* phrases.h -- pairs of neighbouring words: counting, scoring, and merging those that are phrases. Plain C, no Python.
 *
 * A candidate is two words with nothing, or only connector words, between them: "new york", "bank of america". Its key is
 * (a, b, link), where link numbers the sequence of connector words, 0 for none. Links are the nodes of a trie: a table from
 * (link of the sequence so far, next connector) to a link. */
#ifndef W2V_PHRASES_H
#define W2V_PHRASES_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 256 };             /* a bucket's table fits into the second-level cache for longer than one table would */
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

typedef struct {
    Pair *waiting; /* occurrences that are not counted yet */
    uint64_t n_waiting, capacity;
    PairTable table;
} Bucket;

typedef struct {
    Bucket buckets[BUCKETS];
    PairTable links;
    uint64_t seed; /* random: nobody can prepare a text whose pairs collide */
    int inside;    /* a word of this sentence came already: */
    uint32_t last; /* the last one that is no connector */
    uint32_t link; /* and the connectors since then */
} PairCounter;

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

/* Room for n elements in a growing array; keeps what is there. */
static inline int make_room(void **array, size_t element, uint64_t n, uint64_t *capacity) {
    if (n <= *capacity) return 1;
    uint64_t wanted = n + n / 2 + 64;
    void *bigger = realloc(*array, wanted * element);
    if (!bigger) return 0;
    *array = bigger;
    *capacity = wanted;
    return 1;
}

/* ---------------------------------------------------------------------------------------------------------- counting */

static inline void counter_free(PairCounter *c) {
    for (int i = 0; i < BUCKETS; i++) {
        free(c->buckets[i].waiting);
        free(c->buckets[i].table.slots);
    }
    free(c->links.slots);
    memset(c, 0, sizeof *c);
}

/* Put the candidates of these words into the buckets. The last sentence goes on in the next call if it has no end here.
 * Ids and ends have been checked. 0 if there is no memory. */
static int collect(PairCounter *c, const uint32_t *ids, int64_t n, const int64_t *ends, int64_t n_ends,
                   const uint8_t *is_connector) {
    int64_t s = 0;
    for (int64_t i = 0; i <= n; i++) {
        while (s < n_ends && ends[s] == i) {
            c->inside = 0;
            s++;
        }
        if (i == n) break;
        uint32_t id = ids[i];
        if (is_connector[id]) {
            if (!c->inside) continue;
            c->link = enter_link(&c->links, c->seed, c->link, id);
            if (c->link == NO_LINK) return 0;
            continue;
        }
        if (c->inside) {
            Bucket *b = &c->buckets[hash_pair(c->seed, c->last, id, c->link) >> 56];
            if (!make_room((void **)&b->waiting, sizeof(Pair), b->n_waiting + 1, &b->capacity)) return 0;
            b->waiting[b->n_waiting++] = (Pair){c->last, id, c->link, 1};
        }
        c->inside = 1;
        c->last = id;
        c->link = 0;
    }
    return 1;
}

/* Count what waits in a bucket; threads may count different ones at the same time. 0 if there is no memory. */
static int count_bucket(Bucket *b, uint64_t seed) {
    for (uint64_t i = 0; i < b->n_waiting; i++) {
        const Pair *w = &b->waiting[i];
        Pair *p = pair_enter(&b->table, seed, w->a, w->b, w->link);
        if (!p) return 0;
        if (p->value != UINT32_MAX) p->value++;
    }
    b->n_waiting = 0;
    return 1;
}

/* Forget the pairs of a bucket with a count of at most `least`. 0 if there is no memory. */
static inline int prune_bucket(Bucket *b, uint64_t seed, uint32_t least) {
    uint64_t kept = 0;
    for (uint64_t i = 0; b->table.slots && i <= b->table.mask; i++) kept += b->table.slots[i].value > least;
    return pair_table_rebuild(&b->table, seed, kept, least);
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

/* ----------------------------------------------------------------------------------------------------------- merging */

typedef struct {
    PairTable phrases, links; /* (a, b, link) -> number of the phrase, from 1 */
    uint64_t seed;
    uint64_t *filter; /* a bit for each hash of a phrase, 8 bits or more per phrase: most pairs need no look into the table */
    uint64_t filter_mask;
    const uint32_t *token; /* of phrase number i: token[i - 1] */
    const double *weight;  /* by how much its score is above the threshold; NULL: the first of overlapping ones wins */
    const uint8_t *is_connector;
    int64_t *counts, *first_seen; /* of tokens; counts are right at any time */
    uint64_t *seen;               /* a bit for each token */
    int64_t emitted;

    /* The chain: words of which each and the next one are a phrase, with the connectors between and after them.
     *     ids    toys  r  us       at    0 1 2            where its words are, without connectors
     *                              join  0 1 2            number of the phrase that ends there */
    uint32_t *ids, *join;
    int64_t *at;
    double *best; /* the largest sum of weights of phrases without overlap up to here */
    uint64_t n_ids, n_words, ids_capacity, join_capacity, at_capacity, best_capacity;
    uint32_t link; /* connectors since the last word */
} Merger;

static inline void merger_free(Merger *m) {
    free(m->phrases.slots);
    free(m->links.slots);
    free(m->filter);
    free(m->seen);
    free(m->ids);
    free(m->join);
    free(m->at);
    free(m->best);
    memset(m, 0, sizeof *m);
}

/* Room for the filter of `phrases` and the marks of `tokens`; 0 if there is no memory. */
static inline int merger_make(Merger *m, uint64_t seed, uint64_t phrases, uint64_t tokens) {
    uint64_t bits = 64;
    while (bits < phrases * 8) bits *= 2;
    m->seed = seed;
    m->filter = calloc(bits / 64, sizeof *m->filter);
    m->filter_mask = bits - 1;
    m->seen = calloc(tokens / 64 + 1, sizeof *m->seen);
    return m->filter && m->seen;
}

/* The filter takes bits of the hash that do not choose the slot. */
static inline uint64_t filter_bit(const Merger *m, uint64_t hash) { return hash >> 24 & m->filter_mask; }

static inline int enter_phrase(Merger *m, uint32_t a, uint32_t b, uint32_t link, uint32_t number) {
    Pair *p = pair_enter(&m->phrases, m->seed, a, b, link);
    if (!p) return 0;
    p->value = number;
    uint64_t bit = filter_bit(m, hash_pair(m->seed, a, b, link));
    m->filter[bit >> 6] |= (uint64_t)1 << (bit & 63);
    return 1;
}

static inline uint32_t find_phrase(const Merger *m, uint32_t a, uint32_t b, uint32_t link) {
    uint64_t hash = hash_pair(m->seed, a, b, link), bit = filter_bit(m, hash);
    if (link == NO_LINK || !(m->filter[bit >> 6] >> (bit & 63) & 1)) return 0;
    return pair_slot(&m->phrases, hash, a, b, link)->value;
}

static inline void emit(Merger *m, uint32_t token, uint32_t *out, int64_t *n) {
    uint64_t bit = (uint64_t)1 << (token & 63);
    if (!(m->seen[token >> 6] & bit)) {
        m->seen[token >> 6] |= bit;
        m->first_seen[token] = m->emitted;
    }
    m->emitted++;
    out[(*n)++] = token;
}

/* Set join to 0 for phrases that lose a word to another one. */
static inline void choose_without_overlap(Merger *m) {
    uint64_t k;
    if (!m->weight) {
        for (k = 2; k < m->n_words; k++)
            if (m->join[k - 1]) m->join[k] = 0;
        return;
    }
    m->best[0] = 0;
    for (k = 1; k < m->n_words; k++) {
        double with = (k > 1 ? m->best[k - 2] : 0) + m->weight[m->join[k] - 1];
        m->best[k] = with > m->best[k - 1] ? with : m->best[k - 1];
    }
    for (k = m->n_words - 1; k > 0; k--) {
        if (m->best[k] > m->best[k - 1]) { /* of equals the one to the left */
            m->join[k - 1] = 0;
            k -= k > 1; /* the word before is taken */
        } else {
            m->join[k] = 0;
        }
    }
}

static inline void emit_chain(Merger *m, uint32_t *out, int64_t *n) {
    if (m->n_words > 2) choose_without_overlap(m);
    for (uint64_t k = 0; k < m->n_words; k++) {
        if (k + 1 < m->n_words && m->join[k + 1]) {
            uint32_t token = m->token[m->join[k + 1] - 1];
            for (int64_t i = m->at[k]; i <= m->at[k + 1]; i++) m->counts[m->ids[i]]--;
            m->counts[token]++;
            emit(m, token, out, n);
            k++;
        } else {
            emit(m, m->ids[m->at[k]], out, n);
        }
        uint64_t next = k + 1 < m->n_words ? (uint64_t)m->at[k + 1] : m->n_ids;
        for (uint64_t i = (uint64_t)m->at[k] + 1; i < next; i++) emit(m, m->ids[i], out, n); /* connectors */
    }
    m->n_ids = m->n_words = 0;
}

static inline int add_to_chain(Merger *m, uint32_t id, int is_word, uint32_t join) {
    if (!make_room((void **)&m->ids, sizeof *m->ids, m->n_ids + 1, &m->ids_capacity)) return 0;
    m->ids[m->n_ids++] = id;
    if (!is_word) return 1;
    if (!make_room((void **)&m->join, sizeof *m->join, m->n_words + 1, &m->join_capacity)) return 0;
    if (!make_room((void **)&m->at, sizeof *m->at, m->n_words + 1, &m->at_capacity)) return 0;
    if (!make_room((void **)&m->best, sizeof *m->best, m->n_words + 1, &m->best_capacity)) return 0;
    m->join[m->n_words] = join;
    m->at[m->n_words++] = (int64_t)m->n_ids - 1;
    m->link = 0;
    return 1;
}

/* The words from `i` on that neither begin nor end a phrase, after a chain of one word. Returns where they end. */
static inline int64_t emit_plain_words(Merger *m, const uint32_t *ids, int64_t i, int64_t end, uint32_t *restrict out,
                                       int64_t *n) {
    const uint8_t *is_connector = m->is_connector;
    const uint64_t *filter = m->filter;
    uint64_t *seen = m->seen;
    uint32_t last = m->ids[0];
    int64_t made = *n, start = *n;
    for (; i < end; i++) {
        uint32_t id = ids[i];
        uint64_t bit = filter_bit(m, hash_pair(m->seed, last, id, 0));
        if (is_connector[id] | (filter[bit >> 6] >> (bit & 63) & 1)) break;
        if (!(seen[last >> 6] >> (last & 63) & 1)) {
            seen[last >> 6] |= (uint64_t)1 << (last & 63);
            m->first_seen[last] = m->emitted + made - start;
        }
        out[made++] = last;
        last = id;
    }
    m->ids[0] = last;
    m->emitted += made - start;
    *n = made;
    return i;
}

/* Merge the phrases of these words into `out`, which has room for them and the chain. The last sentence goes on in the next
 * call if it has no end here. Returns the number of tokens in `out`, -1 if there is no memory. */
static int64_t merge(Merger *m, const uint32_t *ids, int64_t n, const int64_t *ends, int64_t n_ends, uint32_t *out,
                     int64_t *out_ends) {
    int64_t s = 0, made = 0;
    for (int64_t i = 0;;) {
        for (; s < n_ends && ends[s] == i; s++) {
            emit_chain(m, out, &made);
            out_ends[s] = made;
        }
        if (i == n) return made;
        int64_t end = s < n_ends ? ends[s] : n;
        if (m->n_ids == 1) i = emit_plain_words(m, ids, i, end, out, &made);
        if (i == end) continue;
        uint32_t id = ids[i++], join = 0;
        if (m->is_connector[id]) {
            if (!m->n_words) {
                emit(m, id, out, &made);
            } else {
                m->link = find_link(&m->links, m->seed, m->link, id);
                if (!add_to_chain(m, id, 0, 0)) return -1;
            }
            continue;
        }
        if (m->n_words) join = find_phrase(m, m->ids[m->at[m->n_words - 1]], id, m->link);
        if (!join) emit_chain(m, out, &made);
        if (!add_to_chain(m, id, 1, join)) return -1;
    }
}

#endif
