/* score.h -- S = X Y^T in register blocks, read-only on both matrices.
 *
 *                   t0 .. t0 + columns       S, n x m: a block keeps rows x columns vectors of partial sums in registers over
 *            +-----+---------+-----+         the whole dimension, then sums the lanes of LANES of them at a time.
 *     c0     |     | s  s  s |     |
 *     ..     |     | s  s  s |     |         Both sizes are compile-time constants at every call, so that loops unroll and
 *     + rows +-----+---------+-----+         the arrays are registers. */
#ifndef W2V_SCORE_H
#define W2V_SCORE_H

#include <stddef.h>

#include "lanes.h"
#include "tile.h"

_Static_assert(1 <= SCORE_TARGETS && SCORE_TARGETS <= 6, "score_tile has cases for 1 to 6 columns");
_Static_assert(1 <= SCORE_CONTEXTS && SCORE_CONTEXTS <= 4, "score_rows has cases for 1 to 4 rows");
_Static_assert(LANES + SCORE_CONTEXTS * SCORE_TARGETS <= 64, "score_block unrolls 64 times at most");
_Static_assert(LANES <= SCORE_SLACK, "the last vector of a wide block is written into the slack");

/* `wide`: the block has all columns of the tile. */
INLINE void score_block(const Tile *t, int c0, int rows, int t0, int columns, int wide) {
    const int m = wide ? columns : t->n_targets;
    Vec sums[SCORE_CONTEXTS * SCORE_TARGETS + LANES];
#pragma GCC unroll 64
    for (int i = 0; i < rows * columns + LANES; i++) sums[i] = (Vec){0};
    const Real *x[SCORE_CONTEXTS], *y[SCORE_TARGETS];
#pragma GCC unroll 16
    for (int c = 0; c < rows; c++) x[c] = t->contexts[c0 + c];
#pragma GCC unroll 16
    for (int k = 0; k < columns; k++) y[k] = t->targets[t0 + k];

    for (int j = 0; j < t->dim; j += LANES) {
        Vec xj[SCORE_CONTEXTS];
#pragma GCC unroll 16
        for (int c = 0; c < rows; c++) xj[c] = vec_load(x[c] + j);
#pragma GCC unroll 16
        for (int k = 0; k < columns; k++) {
            Vec yj = vec_load(y[k] + j);
#pragma GCC unroll 16
            for (int c = 0; c < rows; c++) sums[c * columns + k] += xj[c] * yj;
        }
    }

    /* A wide block is contiguous in S, so whole vectors are stored there; what the last one writes past the block is
     * overwritten by the next block or lies in the slack. A narrower block goes through a buffer. */
    Real *s = (Real *)t->scratch.scores + (size_t)c0 * m + t0;
    Real buffer[SCORE_CONTEXTS * SCORE_TARGETS + LANES];
    Real *out = wide ? s : buffer;
#pragma GCC unroll 16
    for (int i = 0; i < rows * columns; i += LANES) vec_store_unaligned(out + i, vec_sum_each(sums + i));
    if (!wide)
        for (int c = 0; c < rows; c++)
            for (int k = 0; k < columns; k++) s[c * m + k] = buffer[c * columns + k];
}

INLINE void score_rows(const Tile *t, int t0, int columns, int wide) {
    int c = 0;
    for (; c + SCORE_CONTEXTS <= t->n_contexts; c += SCORE_CONTEXTS) score_block(t, c, SCORE_CONTEXTS, t0, columns, wide);
    int rest = t->n_contexts - c;
    if (SCORE_CONTEXTS > 3 && rest == 3) score_block(t, c, 3, t0, columns, wide);
    else if (SCORE_CONTEXTS > 2 && rest == 2) score_block(t, c, 2, t0, columns, wide);
    else if (SCORE_CONTEXTS > 1 && rest == 1) score_block(t, c, 1, t0, columns, wide);
}

INLINE void score_columns(const Tile *t, int t0, int columns) {
    if (columns == t->n_targets) score_rows(t, 0, columns, 1);
    else score_rows(t, t0, columns, 0);
}

static void score_tile(const Tile *t) {
    int blocks = (t->n_targets + SCORE_TARGETS - 1) / SCORE_TARGETS;
    for (int b = 0; b < blocks; b++) { /* blocks of nearly equal width: 16 targets are 5 + 5 + 6 */
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

#endif
