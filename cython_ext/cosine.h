/* cosine.h -- the length of every row of a tile, for objectives of the cosine x.y / (|x| |y|).
 *
 * A row of zeros has no direction. Its inverse length is taken as 0, so that its cosines, their coefficients and its own
 * update are 0 too: no NaN, and the row stays where it is until the run gives it another start (see objectives.py). */

#define SMALLEST_SQUARE 1e-30f   /* of a length: below it 1/length^2 is no longer a float */

INLINE void inverse_norms_of(void **rows, int count, int dim, REAL *out) {
    for (int r = 0; r < count; r += LANES) {
        vec sums[LANES], inverse;
        memset(sums, 0, sizeof sums);
        for (int i = 0; i < LANES && r + i < count; i++) {
            const REAL *row = rows[r + i];
            vec even = {0}, odd = {0};
            int j = 0;
            for (; j + 2 * LANES <= dim; j += 2 * LANES) {
                even += load(row + j) * load(row + j);
                odd += load(row + j + LANES) * load(row + j + LANES);
            }
            for (; j < dim; j += LANES) even += load(row + j) * load(row + j);
            sums[i] = even + odd;
        }
        vec squares = sum_each(sums);
        for (int i = 0; i < LANES; i++) inverse[i] = squares[i] > SMALLEST_SQUARE ? 1 / SQRT(squares[i]) : 0;
        store_unaligned(out + r, inverse);
    }
}

/* The contexts' into inverse_norms, the targets' behind them. */
INLINE void find_inverse_norms(const Tile *t) {
    REAL *inverse = t->inverse_norms;
    inverse_norms_of(t->contexts, t->n_contexts, t->dim, inverse);
    inverse_norms_of(t->targets, t->n_targets, t->dim, inverse + t->n_contexts + ROW_SLACK);
}
