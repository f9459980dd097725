/* loss.h -- the loss of many tiles from few logarithms.
 *
 * In every objective the loss of a pair or an anchor is a linear term minus the logarithm of a factor in (0, 1]: a sigmoid
 * (sgns.h) or the reciprocal of a softmax's denominator (objectives.h). A logarithm per vector of pairs took a fifth of the
 * time of training. So factors are multiplied first, lane by lane and across tiles, and one logarithm is taken of the product:
 *
 *     scratch.pending      product  [ p_0 p_1 .. p_LANES-1 ]      loss = scratch.loss + sum_i (s_i - log p_i)
 *                          sum      [ s_0 s_1 .. s_LANES-1 ]
 *
 * `pending_halvings` bounds how small the products can be; flush_loss adds them to the loss before they could underflow. */
#ifndef W2V_LOSS_H
#define W2V_LOSS_H

#include <math.h>

#include "lanes.h"
#include "tile.h"

#define MAX_HALVINGS 64 /* products stay above 2^-64, far from the smallest float */

_Static_assert(2 * sizeof(Vec) <= 2 * ROW_ALIGNMENT, "`pending` has two cache lines");

static void begin_loss(TileScratch *scratch) {
    Vec *pending = scratch->pending;
    pending[0] = vec_broadcast(1);
    pending[1] = vec_broadcast(0);
    scratch->pending_halvings = 0;
}

static void flush_loss(TileScratch *scratch) {
    const Vec *pending = scratch->pending;
    double low = 1, high = 1; /* of half the lanes each: at most 8 * 64 halvings, far from the smallest double */
    for (int i = 0; i < LANES / 2; i++) {
        low *= pending[0][i];
        high *= pending[0][LANES / 2 + i];
    }
    scratch->loss -= log(low) + log(high);
    for (int lane = 0; lane < LANES; lane++) scratch->loss += pending[1][lane];
    begin_loss(scratch);
}

/* Call after multiplying factors into the products: `halvings` is how often these may have halved a product, `next` how
 * often the next call's may. */
INLINE void count_halvings(TileScratch *scratch, int halvings, int next) {
    scratch->pending_halvings += halvings;
    if (scratch->pending_halvings > MAX_HALVINGS - next) flush_loss(scratch);
}

#endif
