/* anchors.h -- objectives that look at all scores of one anchor at once: a context row x, its positive y_0 (the centre),
 * and its negatives y_1..y_K.
 *
 * LANES anchors are worked on together, so that an objective is written once for a vector of anchors. For that the scores
 * are transposed into the scratch and the coefficients back:
 *
 *     scores, n x m                          scratch.anchors: 3 m vectors (and ROW_SLACK more)
 *
 *     x_c0    [ s_00 s_01 .. ]               s     [ s_00 s_10 s_20 .. ]   vector 0: LANES anchors with target 0
 *     x_c0+1  [ s_10 s_11 .. ]     ->              [ s_01 s_11 s_21 .. ]   vector 1: with target 1
 *     x_c0+2  [ s_20 s_21 .. ]               g     m vectors, -dL/ds of the same shape
 *                                            pull  m vectors, the sum over contexts of g s for each target
 *
 * An objective is one function from s to its descent direction g = -dL/ds and the loss of each anchor. For the cosine,
 * s = x.y / (|x||y|), and with x^ = x/|x|, y^ = y/|y|,
 *
 *     ds/dx = (y^ - s x^) / |x|     so that     G = lr g / (|x||y|),   D = -lr sum_k g_k s_k / |x|^2,   E likewise for y. */
#ifndef W2V_ANCHORS_H
#define W2V_ANCHORS_H

#include <stddef.h>

#include "cosine.h"
#include "lanes.h"
#include "loss.h"
#include "tile.h"

/* The loss of LANES anchors is linear - log(factor), factor in (0, 1]: see loss.h. */
typedef struct AnchorLoss {
    Vec linear, factor;
} AnchorLoss;

/* `weights` are the multiplicities of the anchors, 0 in lanes without one. */
typedef AnchorLoss AnchorObjective(Tile *t, const Real *s, Real *g, Vec weights, int c0);

INLINE Real multiplicity(const Tile *t, int k) { return t->target_counts ? t->target_counts[k] : 1; }

INLINE int all_targets(const Tile *t) {
    int total = 0;
    for (int k = 0; k < t->n_targets; k++) total += t->target_counts ? t->target_counts[k] : 1;
    return total;
}

/* For factors that are at least 1 / all_targets. */
INLINE int softmax_halvings(const Tile *t) { return 32 - __builtin_clz(all_targets(t)); }

INLINE void add_anchor_losses(Tile *t, AnchorLoss loss, int c0, int valid, int halvings) {
    TileScratch *scratch = &t->scratch;
    const VecMask there = LANE_NUMBERS < valid;
    Vec *product = scratch->pending, *sum = product + 1;
    if (t->context_counts) {
        for (int i = 0; i < valid; i++) scratch->loss += t->context_counts[c0 + i] * (loss.linear[i] - log(loss.factor[i]));
        return;
    }
    *sum += vec_select(there, loss.linear, vec_broadcast(0));
    *product *= vec_select(there, loss.factor, vec_broadcast(1));
    count_halvings(t, halvings, halvings);
}

/* `halvings`: every factor is at least 2^-halvings. */
INLINE void each_anchor(Tile *t, int cosine, int halvings, AnchorObjective *objective) {
    const int n = t->n_contexts, m = t->n_targets;
    const Real *x_inverse = t->scratch.inverse_norms, *y_inverse = x_inverse + n;
    Real *s = t->scratch.anchors, *g = s + m * LANES, *pull = g + m * LANES;
    if (cosine) {
        find_inverse_norms(t);
        for (int k = 0; k < m; k++) vec_store(pull + k * LANES, vec_broadcast(0));
    }
    for (int c0 = 0; c0 < n; c0 += LANES) {
        const int valid = n - c0 < LANES ? n - c0 : LANES;
        Real *scores = (Real *)t->scratch.scores + (size_t)c0 * m;
        for (int k = 0; k < m; k++) vec_store(s + k * LANES, vec_broadcast(0));
        for (int i = 0; i < valid; i++)
            for (int k = 0; k < m; k++) s[k * LANES + i] = scores[i * m + k];
        const Vec inverse = cosine ? vec_load_unaligned(x_inverse + c0) : vec_broadcast(1);
        if (cosine)
            for (int k = 0; k < m; k++) vec_store(s + k * LANES, vec_load(s + k * LANES) * inverse * y_inverse[k]);

        Vec weights = vec_select(LANE_NUMBERS < valid, vec_broadcast(1), vec_broadcast(0));
        if (t->context_counts)
            for (int i = 0; i < valid; i++) weights[i] = t->context_counts[c0 + i];
        add_anchor_losses(t, objective(t, s, g, weights, c0), c0, valid, halvings);

        Vec step = vec_broadcast(t->learning_rate) * weights, x_pull = {0};
        for (int k = 0; k < m; k++) {
            Vec gk = step * vec_load(g + k * LANES);
            if (cosine) {
                Vec p = gk * vec_load(s + k * LANES);
                x_pull += p;
                vec_store(pull + k * LANES, vec_load(pull + k * LANES) + p);
                gk *= inverse * y_inverse[k];
            }
            vec_store(g + k * LANES, gk);
        }
        if (cosine) vec_store_unaligned((Real *)t->scratch.context_scales + c0, -x_pull * inverse * inverse);
        for (int i = 0; i < valid; i++)
            for (int k = 0; k < m; k++) scores[i * m + k] = g[k * LANES + i];
    }
    if (!cosine) return;
    for (int k = 0; k < m; k += LANES) { /* what is computed past the last target goes into the slack */
        Vec sums[LANES];
        for (int i = 0; i < LANES; i++) sums[i] = vec_load(pull + (k + i) * LANES);
        const Vec inverse = vec_load_unaligned(y_inverse + k);
        vec_store_unaligned((Real *)t->scratch.target_scales + k, -vec_sum_each(sums) * inverse * inverse);
    }
}

#endif
