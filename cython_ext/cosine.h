/* cosine.h -- the length of every row of a tile, for objectives on the cosine x.y / (|x| |y|).
 *
 * A row of zeros has no direction. Its inverse length is defined as 0, so that its cosines, their coefficients and its own
 * update are 0 too: no NaN, and the row stays where it is. Training therefore starts without such rows (see
 * ../w2v/training/reference.py and Matrices.start_zero_rows). */
#ifndef W2V_COSINE_H
#define W2V_COSINE_H

#include "lanes.h"
#include "tile.h"

#define SMALLEST_SQUARE 1e-30f /* of a length: below it 1/length^2 is no longer a float */

#define NORM_ROWS (LANES < 8 ? LANES : 8) /* at a time: enough sums to hide the latency of a multiply-add */

_Static_assert(LANES <= ROW_SLACK, "the last vector of a list of rows is written into the slack");

INLINE const Real *row_of_tile(const Tile *t, int r) { return r < t->n_contexts ? t->contexts[r] : t->targets[r - t->n_contexts]; }

/* Those of the contexts into inverse_norms, those of the targets behind them: together, as a square root takes long to arrive. */
INLINE void find_inverse_norms(Tile *t) {
    const int count = t->n_contexts + t->n_targets, dim = t->dim;
    Real *out = t->scratch.inverse_norms;
    for (int r = 0; r < count; r += LANES) {
        Vec sums[LANES];
        for (int i = 0; i < LANES; i++) sums[i] = (Vec){0};
        for (int i = 0; i < LANES && r + i < count; i += NORM_ROWS) {
            const Real *row[NORM_ROWS];
            Vec sum[NORM_ROWS];
#pragma GCC unroll 8
            for (int q = 0; q < NORM_ROWS; q++) {
                row[q] = row_of_tile(t, r + i + q < count ? r + i + q : count - 1);
                sum[q] = (Vec){0};
            }
            for (int j = 0; j < dim; j += LANES)
#pragma GCC unroll 8
                for (int q = 0; q < NORM_ROWS; q++) sum[q] += vec_load(row[q] + j) * vec_load(row[q] + j);
#pragma GCC unroll 8
            for (int q = 0; q < NORM_ROWS; q++) sums[i + q] = sum[q];
        }
        const Vec squares = vec_sum_each(sums), zero = {0};
        vec_store_unaligned(out + r, vec_select(squares > SMALLEST_SQUARE, 1 / vec_sqrt(squares), zero));
    }
}

#endif
