/* loss.h -- the loss of many tiles from few logarithms.
 *
 * In every objective the loss of a pair or an anchor is a linear term minus the logarithm of a factor in (0, 1]: a sigmoid
 * (sgns.h) or the reciprocal of a softmax's denominator (objectives.h). A logarithm per vector of pairs took a fifth of the
 * time of training. So factors are multiplied first, lane by lane and across tiles, and one logarithm is taken of the product:
 *
 *     scratch.pending      product  [ p_0 p_1 .. p_LANES-1 ]      loss = scratch.loss + sum_i (s_i - log p_i)
 *                          sum      [ s_0 s_1 .. s_LANES-1 ]
 *                          product  [ q_0 q_1 .. q_LANES-1 ]             - W sum_i log q_i
 *
 * The second product has the factors of terms with the weight W, `negative_weight`; with W = 1 it is not used.
 * `pending_halvings` bounds how small the products can be; flush_loss adds them to the loss before they could underflow. */
#ifndef W2V_LOSS_H
#define W2V_LOSS_H

#include <math.h>

#include "lanes.h"
#include "tile.h"

#define MAX_HALVINGS 64 /* products stay above 2^-64, far from the smallest float */

_Static_assert(3 * sizeof(Vec) <= PENDING_VECTORS * ROW_ALIGNMENT, "`pending` has one cache line per vector");

static void begin_loss(TileScratch *scratch) {
    Vec *pending = scratch->pending;
    pending[0] = vec_broadcast(1);
    pending[1] = vec_broadcast(0);
    pending[2] = vec_broadcast(1);
    scratch->pending_halvings = 0;
}

static double log_of_product(Vec factors) {
    double low = 1, high = 1; /* of half the lanes each: at most 8 * 64 halvings, far from the smallest double */
    for (int i = 0; i < LANES / 2; i++) {
        low *= factors[i];
        high *= factors[LANES / 2 + i];
    }
    return log(low) + log(high);
}

static void flush_loss(Tile *t) {
    TileScratch *scratch = &t->scratch;
    const Vec *pending = scratch->pending;
    const double weight = t->settings->negative_weight;
    scratch->loss -= log_of_product(pending[0]);
    if (weight != 1) scratch->loss -= weight * log_of_product(pending[2]);
    for (int lane = 0; lane < LANES; lane++) scratch->loss += pending[1][lane];
    begin_loss(scratch);
}

/* Call after multiplying factors into the products: `halvings` is how often these may have halved a product, `next` how
 * often the next call's may. */
INLINE void count_halvings(Tile *t, int halvings, int next) {
    t->scratch.pending_halvings += halvings;
    if (t->scratch.pending_halvings > MAX_HALVINGS - next) flush_loss(t);
}

#endif
