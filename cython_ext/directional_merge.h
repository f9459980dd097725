/* directional_merge.h -- merging the copies of shards, with a multiple of what they have learned for each row and direction.
 *
 *     d = sum over copies, in their order, of (copy - base)          what all shards have learned together, a row
 *     base += U diag(beta) U^T d ;  copies = base
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
    for (; j < dim; j += LANES) rotate_slices(x, matrix, dim, stride, j, 1, y);
}

INLINE void sum_changes(const DirectionalMerge *m, int64_t row, Real *d) {
    const Real *base = (const Real *)m->base + row * m->stride;
    for (int j = 0; j < m->dim; j += LANES) {
        Vec b = vec_load(base + j), sum = vec_broadcast(0);
        for (int c = 0; c < m->n; c++) sum += vec_load((const Real *)m->copies[c] + row * m->stride + j) - b;
        vec_store(d + j, sum);
    }
}

INLINE void multiply_directions(const DirectionalMerge *m, int64_t row, Real *d) {
    const Real pull = ((const Real *)m->pulls)[row], boost = ((const Real *)m->boosts)[row];
    const Real each = boost / ((const Real *)m->spreads)[row];
    for (int j = 0; j < m->dim; j += LANES) {
        Vec a = pull * vec_load((const Real *)m->values + j);
        vec_store(d + j, vec_load(d + j) * phi(a) / (boost * phi(a * each)));
    }
}

INLINE void add_to_all(const DirectionalMerge *m, int64_t row, const Real *d) {
    for (int j = 0; j < m->dim; j += LANES) {
        Real *base = (Real *)m->base + row * m->stride + j;
        Vec merged = vec_load(base) + vec_load(d + j);
        vec_store(base, merged);
        for (int c = 0; c < m->n; c++) vec_store((Real *)m->copies[c] + row * m->stride + j, merged);
    }
}

/* scratch: four rows of zeros. */
static void merge_by_direction(const DirectionalMerge *m, int64_t first, int64_t end, void *scratch) {
    Real *d = scratch, *rotated = d + 2 * m->stride;
    for (int64_t row = first; row < end; row += 2) {
        const int both = row + 1 < end;
        sum_changes(m, row, d);
        if (both) sum_changes(m, row + 1, d + m->stride);
        rotate_pair(d, m->directions, m->dim, m->stride, rotated);
        multiply_directions(m, row, rotated);
        if (both) multiply_directions(m, row + 1, rotated + m->stride);
        rotate_pair(rotated, m->components, m->dim, m->stride, d);
        add_to_all(m, row, d);
        if (both) add_to_all(m, row + 1, d + m->stride);
    }
}

#endif
