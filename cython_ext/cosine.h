/* cosine.h -- the length of every row of a tile, for objectives of the cosine x.y / (|x| |y|).
 *
 * A row of zeros has no direction. Its inverse length is taken as 0, so that its cosines, their coefficients and its own
 * update are 0 too: no NaN, and the row stays where it is. So a run begins without such rows (see ../w2v/training/trainer.py). */

#define SMALLEST_SQUARE 1e-30f   /* of a length: below it 1/length^2 is no longer a float */

#define NORM_ROWS (LANES < 8 ? LANES : 8)   /* at a time: enough sums to hide the latency of a multiply-add */

INLINE void inverse_norms_of(void **rows, int count, int dim, REAL *out) {
    for (int r = 0; r < count; r += LANES) {
        vec sums[LANES];
        for (int i = 0; i < LANES; i++) sums[i] = (vec){0};
        for (int i = 0; i < LANES && r + i < count; i += NORM_ROWS) {
            const REAL *row[NORM_ROWS];
            vec sum[NORM_ROWS];
#pragma GCC unroll 8
            for (int q = 0; q < NORM_ROWS; q++) {
                row[q] = rows[r + i + q < count ? r + i + q : count - 1];
                sum[q] = (vec){0};
            }
            for (int j = 0; j < dim; j += LANES)
#pragma GCC unroll 8
                for (int q = 0; q < NORM_ROWS; q++) sum[q] += load(row[q] + j) * load(row[q] + j);
#pragma GCC unroll 8
            for (int q = 0; q < NORM_ROWS; q++) sums[i + q] = sum[q];
        }
        const vec squares = sum_each(sums), zero = {0};
        store_unaligned(out + r, select(squares > SMALLEST_SQUARE, 1 / square_roots(squares), zero));   /* or into the slack */
    }
}

/* The contexts' into inverse_norms, the targets' behind them. */
INLINE void find_inverse_norms(const Tile *t) {
    REAL *inverse = t->inverse_norms;
    inverse_norms_of(t->contexts, t->n_contexts, t->dim, inverse);
    inverse_norms_of(t->targets, t->n_targets, t->dim, inverse + t->n_contexts + ROW_SLACK);
}
