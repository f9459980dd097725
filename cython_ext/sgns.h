/* sgns.h -- the objective of skip-gram with negative sampling (Mikolov et al. 2013, arXiv 1310.4546, eq. 4).
 *
 * For one context row x, the centre's row y_0 and the noise rows y_1..y_K:
 *
 *     L = -log sigma(x.y_0) - W sum_k log sigma(-x.y_k)
 *
 * W is `negative_weight`, usually 1. With sign z = -1 for the centre and +1 for noise, w = 1 for the centre and W for noise, and
 * t = z s, every pair's loss is the same function:
 *
 *     -w log sigma(-t) = w log(1 + exp(t))     and     G = -lr dL/ds = -lr z w sigma(t)
 *
 * Numerically, with e = exp(-|t|) and r = 1/(1 + e): sigma(t) = r if t > 0, else e r, without cancellation, and the loss
 * is max(t, 0) - log r, with r in [1/2, 1] (see loss.h for the logarithm). Logarithms with different weights are those of two
 * products. */
#ifndef W2V_SGNS_H
#define W2V_SGNS_H

#include "lanes.h"
#include "loss.h"
#include "tile.h"

#define LARGEST_SCORE 40 /* sigma(40) = 1 - 4e-18: equal to 1 in both precisions; keeps vec_exp_minus in its range */
#define MAX_POWER 8      /* logarithms of pairs with larger multiplicities (a sentence of one word) are taken one by one */

/* Flags of a call. They are constants wherever they are tested, so each combination is compiled separately. */
enum {
    REPEATED = 1, /* pairs have multiplicities, in t->weights */
    WEIGHTED = 2, /* W is not 1 */
};

/* Factors of the pairs of one vector, into the product of their weight. */
INLINE void multiply_factors(Vec *pending, Vec r, VecMask noise, int flags) {
    const Vec one = vec_broadcast(1);
    pending[0] *= flags & WEIGHTED ? vec_select(noise, one, r) : r;
    if (flags & WEIGHTED) pending[2] *= vec_select(noise, r, one);
}

/* Pairs i .. i + LANES, of which `valid` exist: what lies past the last pair is computed too, and ignored. */
INLINE void sgns_lanes(Tile *t, int i, int valid, int flags) {
    TileScratch *scratch = &t->scratch;
    const Vec zero = {0}, one = vec_broadcast(1), sign = vec_load_unaligned((const Real *)t->signs + i);
    const VecMask noise = sign > zero;
    Real *scores = (Real *)scratch->scores + i;
    Vec *sum = (Vec *)scratch->pending + 1;
    Vec x = sign * vec_load_unaligned(scores), magnitude = vec_select(x > zero, x, -x);
    magnitude = vec_select(magnitude < LARGEST_SCORE, magnitude, vec_broadcast(LARGEST_SCORE)); /* NaN saturates too */
    Vec e = vec_exp_minus(magnitude);
    Vec r = 1 / (1 + e);
    Vec g = (Real)-t->learning_rate * sign * vec_select(x > zero, r, e * r);
    Vec rise = vec_select(x < zero, zero, x); /* max(t, 0); a NaN or infinite score shows in the loss */
    if (valid < LANES) {                      /* select, not multiply: NaN * 0 is NaN */
        const VecMask there = LANE_NUMBERS < valid;
        r = vec_select(there, r, one);
        rise = vec_select(there, rise, zero);
    }
    const Vec times = flags & REPEATED ? vec_load_unaligned((const Real *)t->weights + i) : one;
    Vec weight = times;
    if (flags & WEIGHTED) weight *= vec_select(noise, vec_broadcast(t->settings->negative_weight), one);
    if (flags) {
        g *= weight;
        *sum += weight * rise;
    } else {
        *sum += rise;
    }
    if (!(flags & REPEATED)) multiply_factors(scratch->pending, r, noise, flags);
    else if (t->max_weight <= MAX_POWER)
        for (int k = 1; k <= t->max_weight; k++)
            multiply_factors(scratch->pending, vec_select(times >= (Real)k, r, one), noise, flags);
    else
        for (int lane = 0; lane < valid; lane++) scratch->loss -= weight[lane] * log(r[lane]);
    vec_store_unaligned(scores, g);
    count_halvings(t, t->max_weight, MAX_POWER);
}

INLINE void sgns_pairs(Tile *t, int flags) {
    const int pairs = t->n_contexts * t->n_targets;
    int i = 0;
    for (; i + LANES <= pairs; i += LANES) sgns_lanes(t, i, LANES, flags);
    if (i < pairs) sgns_lanes(t, i, pairs - i, flags);
}

static void sgns(Tile *t) {
    if (t->settings->negative_weight == 1) {
        if (t->weights) sgns_pairs(t, REPEATED);
        else sgns_pairs(t, 0);
    } else {
        if (t->weights) sgns_pairs(t, REPEATED | WEIGHTED);
        else sgns_pairs(t, WEIGHTED);
    }
}

#endif
