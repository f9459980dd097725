/* phrases.h -- merging pairs of words that are phrases (pairs.h): each becomes one token. Plain C, no Python. */
#ifndef W2V_PHRASES_H
#define W2V_PHRASES_H

#include "pairs.h"

enum { BEGINS = 1, ENDS = 2, CONNECTS = 4, SEEN = 8 }; /* a phrase begins or ends with this word; it is a connector; it came */

typedef struct {
    PairTable phrases, links; /* (a, b, link) -> number of the phrase, from 1 */
    uint64_t seed;
    uint64_t *filter; /* a bit for each hash of a phrase, 16 bits or more per phrase: most pairs need no look into the table */
    uint64_t filter_mask;
    uint8_t *marks; /* of each token: what it is, and whether it was seen */
    const uint32_t *token; /* of phrase number i: token[i - 1] */
    const double *weight;  /* by how much its score is above the threshold; NULL: the first of overlapping ones wins */
    int64_t *counts, *first_seen; /* of tokens; counts are right at any time */
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
    free(m->marks);
    free(m->ids);
    free(m->join);
    free(m->at);
    free(m->best);
    memset(m, 0, sizeof *m);
}

/* Room for the filter of `phrases` and the marks of `tokens`; 0 if there is no memory. */
static inline int merger_make(Merger *m, uint64_t seed, uint64_t phrases, uint64_t tokens) {
    uint64_t bits = 64;
    while (bits < phrases * 16) bits *= 2;
    m->seed = seed;
    m->filter = calloc(bits / 64, sizeof *m->filter);
    m->filter_mask = bits - 1;
    m->marks = calloc(tokens + 1, 1);
    return m->filter && m->marks;
}

/* The filter takes bits of the hash that do not choose the slot. */
static inline uint64_t filter_bit(const Merger *m, uint64_t hash) { return hash >> 24 & m->filter_mask; }

static inline int enter_phrase(Merger *m, uint32_t a, uint32_t b, uint32_t link, uint32_t number) {
    Pair *p = pair_enter(&m->phrases, m->seed, a, b, link);
    if (!p) return 0;
    p->value = number;
    uint64_t bit = filter_bit(m, hash_pair(m->seed, a, b, link));
    m->filter[bit >> 6] |= (uint64_t)1 << (bit & 63);
    m->marks[a] |= BEGINS;
    m->marks[b] |= ENDS;
    return 1;
}

/* Whether these words may be a phrase: most of those that are none are known without the table. */
static inline int may_be_phrase(const Merger *m, uint32_t a, uint32_t b, uint64_t hash) {
    uint64_t bit = filter_bit(m, hash);
    return m->marks[a] & m->marks[b] >> 1 & (uint8_t)(m->filter[bit >> 6] >> (bit & 63)) & 1;
}

static inline uint32_t find_phrase(const Merger *m, uint32_t a, uint32_t b, uint32_t link) {
    uint64_t hash = hash_pair(m->seed, a, b, link);
    if (link == NO_LINK || !may_be_phrase(m, a, b, hash)) return 0;
    return pair_slot(&m->phrases, hash, a, b, link)->value;
}

static inline void see(Merger *m, uint32_t token, int64_t place) {
    if (m->marks[token] & SEEN) return;
    m->marks[token] |= SEEN;
    m->first_seen[token] = place;
}

static inline void emit(Merger *m, uint32_t token, uint32_t *out, int64_t *n) {
    see(m, token, m->emitted++);
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
    if (!reserve((void **)&m->ids, sizeof *m->ids, m->n_ids + 1, &m->ids_capacity)) return 0;
    m->ids[m->n_ids++] = id;
    if (!is_word) return 1;
    if (!reserve((void **)&m->join, sizeof *m->join, m->n_words + 1, &m->join_capacity)) return 0;
    if (!reserve((void **)&m->at, sizeof *m->at, m->n_words + 1, &m->at_capacity)) return 0;
    if (!reserve((void **)&m->best, sizeof *m->best, m->n_words + 1, &m->best_capacity)) return 0;
    m->join[m->n_words] = join;
    m->at[m->n_words++] = (int64_t)m->n_ids - 1;
    m->link = 0;
    return 1;
}

/* The words from `i` on, after a chain of one word, up to what needs a longer chain: phrases that overlap, or connectors.
 * Returns where they end. */
static inline int64_t emit_plain_words(Merger *m, const uint32_t *ids, int64_t i, int64_t end, uint32_t *restrict out,
                                       int64_t *n) {
    uint32_t last = m->ids[0];
    int64_t made = *n, first = *n - m->emitted;
    for (; i < end; i++) {
        uint32_t id = ids[i], token = last;
        uint64_t hash = hash_pair(m->seed, last, id, 0);
        if (m->marks[id] & CONNECTS) break;
        if (may_be_phrase(m, last, id, hash)) {
            uint32_t number = pair_slot(&m->phrases, hash, last, id, 0)->value;
            if (number) {
                if (i + 1 == end || m->marks[ids[i + 1]] & CONNECTS || find_phrase(m, id, ids[i + 1], 0)) break;
                token = m->token[number - 1];
                m->counts[last]--;
                m->counts[id]--;
                m->counts[token]++;
                id = ids[++i];
            }
        }
        see(m, token, made - first);
        out[made++] = token;
        last = id;
    }
    m->ids[0] = last;
    m->emitted = made - first;
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
        if (m->marks[id] & CONNECTS) {
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
