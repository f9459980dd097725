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
    for (; j < dim; j += LANES) rotate_slices(x, matrix, dim, stride, j, 1, y);
}

INLINE void sum_changes(const DirectionalMerge *m, int64_t row, Real *d) {
    for (int j = 0; j < m->rows.dim; j += LANES) {
        Vec sum = vec_broadcast(0);
        for (int c = 0; c < m->n; c++) {
            const Changes *one = m->changes + c;
            sum += unpack(one->bytes + row * m->rows.stride + j, ((const Real *)one->scales)[row]);
        }
        vec_store(d + j, sum);
    }
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
static void merge_by_direction(const DirectionalMerge *m, const Changes *merged, void *scratch) {
    const int dim = m->rows.dim;
    const size_t stride = m->rows.stride;
    Real *d = scratch, *rotated = d + 2 * stride;
    for (int64_t row = 0; row < m->rows.number; row += 2) {
        const int both = row + 1 < m->rows.number;
        sum_changes(m, row, d);
        if (both) sum_changes(m, row + 1, d + stride);
        rotate_pair(d, m->directions, dim, stride, rotated);
        multiply_directions(m, row, rotated);
        if (both) multiply_directions(m, row + 1, rotated + stride);
        rotate_pair(rotated, m->components, dim, stride, d);
        pack_row(d, dim, merged->bytes + row * stride, (Real *)merged->scales + row);
        if (both) pack_row(d + stride, dim, merged->bytes + (row + 1) * stride, (Real *)merged->scales + row + 1);
    }
}

#endif
