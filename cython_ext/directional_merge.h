/* directional_merge.h -- merging what shards have learned, with a multiple for each row and direction.
 *
 *     d = sum over shards, in their order, of (copy - base), as changes.h packs it          a row
 *     U diag(beta) U^T d, packed, is what becomes of it
 *
 * The columns of U are the directions (w2v/training/merging.py says which, and derives beta). With phi(x) = (1 - exp(-x)) / x,
 * the multiple of row i in direction j is
 *
 *     beta_ij = phi(A) / (boost_i phi(A boost_i / spread_i)) ,   A = pull_i value_j
 *
 * Rows are rotated in pairs, which halves the reading of U; a row's arithmetic does not depend on its partner, so the result is
 * the same however the rows are divided among calls. */
#ifndef W2V_DIRECTIONAL_MERGE_H
#define W2V_DIRECTIONAL_MERGE_H

#include "changes.h"
#include "lanes.h"
#include "tile.h"

enum { ROTATED_SLICES = 4 }; /* vectors of each row of a pair that stay in registers */

/* phi(x) for x >= 0, relative error below 1e-6: by its series where 1 - exp(-x) would cancel. */
INLINE Vec phi(Vec x) {
    Vec series = 1 - x * (Real)(1.0 / 2) * (1 - x * (Real)(1.0 / 3) * (1 - x * (Real)(1.0 / 4) * (1 - x * (Real)(1.0 / 5))));
    Vec bounded = vec_select(x < 87, x, vec_broadcast(87));
    return vec_select(x < (Real)0.125, series, (1 - vec_exp_minus(bounded)) / vec_max(x, vec_broadcast((Real)0.125)));
}

/* y = x M for two rows x, which lie one after the other, as do those of y; M has dim rows. */
INLINE void rotate_slices(const Real *x, const Real *matrix, int dim, size_t stride, int j, int slices, Real *y) {
    Vec sums[2 * ROTATED_SLICES];
    for (int s = 0; s < 2 * slices; s++) sums[s] = vec_broadcast(0);
    for (int k = 0; k < dim; k++)
#pragma GCC unroll 4
        for (int s = 0; s < slices; s++) {
            Vec m = vec_load(matrix + k * stride + j + s * LANES);
            sums[s] += x[k] * m;
            sums[slices + s] += x[stride + k] * m;
        }
    for (int s = 0; s < slices; s++) {
        vec_store(y + j + s * LANES, sums[s]);
        vec_store(y + stride + j + s * LANES, sums[slices + s]);
    }
}

INLINE void rotate_pair(const Real *x, const Real *matrix, int dim, size_t stride, Real *y) {
    int j = 0;
    for (; j + (ROTATED_SLICES - 1) * LANES < dim; j += ROTATED_SLICES * LANES)
        rotate_slices(x, matrix, dim, stride, j, ROTATED_SLICES, y);
    /* The rest at once, too: one slice alone would wait for its own last sum at every step. */
    if (j + 2 * LANES < dim) rotate_slices(x, matrix, dim, stride, j, 3, y);
    else if (j + LANES < dim) rotate_slices(x, matrix, dim, stride, j, 2, y);
    else if (j < dim) rotate_slices(x, matrix, dim, stride, j, 1, y);
}

/* d = sum of the next row's changes in all shards; return whether there are any. Its padding is not zero. */
INLINE int sum_changes(const DirectionalMerge *m, Real *d) {
    const int8_t *bytes[MAX_COPIES];
    Real scales[MAX_COPIES];
    int n = 0;
    for (int c = 0; c < m->n; c++) {
        const int8_t *one = next_row(m->changes + c, m->rows.dim, scales + n);
        if (one) bytes[n++] = one;
    }
    for (int j = 0; n && j < m->rows.dim; j += LANES) {
        Vec sum = unpack(bytes[0] + j, scales[0]);
        for (int c = 1; c < n; c++) sum += unpack(bytes[c] + j, scales[c]);
        vec_store(d + j, sum);
    }
    return n;
}

INLINE void multiply_directions(const DirectionalMerge *m, int64_t row, Real *d) {
    const Real pull = ((const Real *)m->pulls)[row], boost = ((const Real *)m->boosts)[row];
    const Real each = boost / ((const Real *)m->spreads)[row];
    for (int j = 0; j < m->rows.dim; j += LANES) {
        Vec a = pull * vec_load((const Real *)m->values + j);
        vec_store(d + j, vec_load(d + j) * phi(a) / (boost * phi(a * each)));
    }
}

/* pulls, boosts, spreads: those of the first row; scratch: four rows of zeros. */
static void merge_by_direction(const DirectionalMerge *m, Changes *merged, void *scratch) {
    const int dim = m->rows.dim;
    const size_t stride = m->rows.stride;
    Real *d = scratch, *rotated = d + 2 * stride;
    int64_t pair[2]; /* rows that have changed, but are not merged yet */
    int n = 0;
    for (int64_t row = 0; row < m->rows.number; row++) {
        if (sum_changes(m, d + n * stride)) pair[n++] = row;
        if (n < 2 && row + 1 < m->rows.number) continue;
        if (n) rotate_pair(d, m->directions, dim, stride, rotated);
        for (int i = 0; i < n; i++) multiply_directions(m, pair[i], rotated + i * stride);
        if (n) rotate_pair(rotated, m->components, dim, stride, d);
        for (int i = 0; i < n; i++) {
            while (merged->row < pair[i]) skip_row(merged);
            pack_row(d + i * stride, dim, merged);
        }
        n = 0;
    }
    while (merged->row < m->rows.number) skip_row(merged);
}

#endif
