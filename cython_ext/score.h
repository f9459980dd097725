/* score.h -- S = X Y^T in register blocks, read-only on both matrices.
 *
 * A block keeps `rows x columns` accumulators in registers over the whole dimension and sums their lanes together,
 * LANES at a time. Both sizes are compile-time constants at every call, so the loops unroll and the arrays are registers. */

/* `wide`: the block has all of the tile's columns. */
INLINE void score_block(const Tile *t, int c0, int rows, int t0, int columns, int wide) {
    const int m = wide ? columns : t->n_targets;
    vec sums[SCORE_CONTEXTS * SCORE_TARGETS + LANES];
#pragma GCC unroll 64
    for (int i = 0; i < rows * columns + LANES; i++) sums[i] = (vec){0};
    const REAL *x[SCORE_CONTEXTS], *y[SCORE_TARGETS];
#pragma GCC unroll 16
    for (int c = 0; c < rows; c++) x[c] = t->contexts[c0 + c];
#pragma GCC unroll 16
    for (int k = 0; k < columns; k++) y[k] = t->targets[t0 + k];

    for (int j = 0; j < t->dim; j += LANES) {
        vec xj[SCORE_CONTEXTS];
#pragma GCC unroll 16
        for (int c = 0; c < rows; c++) xj[c] = load(x[c] + j);
#pragma GCC unroll 16
        for (int k = 0; k < columns; k++) {
            vec yj = load(y[k] + j);
#pragma GCC unroll 16
            for (int c = 0; c < rows; c++) sums[c * columns + k] += xj[c] * yj;
        }
    }

    /* A wide block is contiguous in S: full vectors go straight there, and what the last one writes too much is
     * overwritten by the next block, or is slack. A narrower block goes through a small buffer. */
    REAL *s = (REAL *)t->scores + (size_t)c0 * m + t0;
    REAL buffer[SCORE_CONTEXTS * SCORE_TARGETS + LANES];
    REAL *out = wide ? s : buffer;
#pragma GCC unroll 16
    for (int i = 0; i < rows * columns; i += LANES) store_unaligned(out + i, sum_each(sums + i));
    if (!wide)
        for (int c = 0; c < rows; c++)
            for (int k = 0; k < columns; k++) s[c * m + k] = buffer[c * columns + k];
}

INLINE void score_rows(const Tile *t, int t0, int columns, int wide) {
    int c = 0;
    for (; c + SCORE_CONTEXTS <= t->n_contexts; c += SCORE_CONTEXTS)
        score_block(t, c, SCORE_CONTEXTS, t0, columns, wide);
    int rest = t->n_contexts - c;
    if (SCORE_CONTEXTS > 3 && rest == 3) score_block(t, c, 3, t0, columns, wide);
    else if (SCORE_CONTEXTS > 2 && rest == 2) score_block(t, c, 2, t0, columns, wide);
    else if (SCORE_CONTEXTS > 1 && rest == 1) score_block(t, c, 1, t0, columns, wide);
}

INLINE void score_columns(const Tile *t, int t0, int columns) {
    if (columns == t->n_targets) score_rows(t, 0, columns, 1);
    else score_rows(t, t0, columns, 0);
}

static void score(const Tile *t) {
    int blocks = (t->n_targets + SCORE_TARGETS - 1) / SCORE_TARGETS;
    for (int b = 0; b < blocks; b++) {                    /* blocks of nearly equal width: 16 targets are 6 + 5 + 5 */
        int t0 = t->n_targets * b / blocks;
        switch (t->n_targets * (b + 1) / blocks - t0) {
            case 1: score_columns(t, t0, 1); break;
            case 2: score_columns(t, t0, 2); break;
            case 3: score_columns(t, t0, 3); break;
            case 4: score_columns(t, t0, 4); break;
            case 5: score_columns(t, t0, 5); break;
            default: score_columns(t, t0, 6); break;
        }
    }
}
