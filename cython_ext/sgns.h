/* sgns.h -- the objective of skip-gram with negative sampling (Mikolov et al. 2013, arXiv 1310.4546, eq. 4).
 *
 * For one context row x, the centre's row y_0 and the noise rows y_1..y_K:
 *
 *     L = -log sigma(x.y_0) - sum_k log sigma(-x.y_k)
 *
 * With sign z = -1 for the centre and +1 for noise, and t = z s, every pair's loss is the same function:
 *
 *     -log sigma(-t) = log(1 + exp(t))     and     G = -lr dL/ds = -lr z sigma(t)
 *
 * Numerically, with e = exp(-|t|) and r = 1/(1 + e): sigma(t) = r if t > 0, else e r, without cancellation, and the loss
 * is max(t, 0) - log r, with r in [1/2, 1] (see loss.h for the logarithm). */
#ifndef W2V_SGNS_H
#define W2V_SGNS_H

#include "lanes.h"
#include "loss.h"
#include "tile.h"

#define LARGEST_SCORE 40 /* sigma(40) = 1 - 4e-18: equal to 1 in both precisions; keeps vec_exp_minus in its range */
#define MAX_POWER 8      /* logarithms of pairs with larger multiplicities (a sentence of one word) are taken one by one */

/* Pairs i .. i + LANES, of which `valid` exist: what lies past the last pair is computed too, and ignored. */
INLINE void sgns_lanes(Tile *t, int i, int valid, int weighted) {
    TileScratch *scratch = &t->scratch;
    const Vec zero = {0}, sign = vec_load_unaligned((const Real *)t->signs + i);
    Real *scores = (Real *)scratch->scores + i;
    Vec *product = scratch->pending, *sum = product + 1;
    Vec x = sign * vec_load_unaligned(scores), magnitude = vec_select(x > zero, x, -x);
    magnitude = vec_select(magnitude < LARGEST_SCORE, magnitude, vec_broadcast(LARGEST_SCORE)); /* NaN saturates too */
    Vec e = vec_exp_minus(magnitude);
    Vec r = 1 / (1 + e);
    Vec g = (Real)-t->learning_rate * sign * vec_select(x > zero, r, e * r);
    Vec rise = vec_select(x < zero, zero, x); /* max(t, 0); a NaN or infinite score shows in the loss */
    if (valid < LANES) {                      /* select, not multiply: NaN * 0 is NaN */
        const VecMask there = LANE_NUMBERS < valid;
        r = vec_select(there, r, vec_broadcast(1));
        rise = vec_select(there, rise, zero);
    }
    if (weighted) {
        Vec w = vec_load_unaligned((const Real *)t->weights + i);
        g *= w;
        *sum += w * rise;
        if (t->max_weight <= MAX_POWER)
            for (int k = 1; k <= t->max_weight; k++) *product *= vec_select(w >= (Real)k, r, vec_broadcast(1));
        else
            for (int lane = 0; lane < valid; lane++) scratch->loss -= w[lane] * log(r[lane]);
    } else {
        *sum += rise;
        *product *= r;
    }
    vec_store_unaligned(scores, g);
    count_halvings(scratch, t->max_weight, MAX_POWER);
}

INLINE void sgns_pairs(Tile *t, int weighted) {
    const int pairs = t->n_contexts * t->n_targets;
    int i = 0;
    for (; i + LANES <= pairs; i += LANES) sgns_lanes(t, i, LANES, weighted);
    if (i < pairs) sgns_lanes(t, i, pairs - i, weighted);
}

static void sgns(Tile *t) {
    if (t->weights) sgns_pairs(t, 1);
    else sgns_pairs(t, 0);
}

#endif
