/* directions.h -- second moments of rows, and their eigenvectors.
 *
 * A library for linear algebra does the same, but its results depend on its number of threads and on the processor, and so
 * would those of training; while other programs run, its threads also wait for one another longer than they work. Here each
 * number is computed in one order. */
#ifndef W2V_DIRECTIONS_H
#define W2V_DIRECTIONS_H

#include <math.h>
#include <stdint.h>

#include "lanes.h"
#include "tile.h"

enum { MOMENT_LINES = 4, MOMENT_SLICES = 2 }; /* the block of sums that stays in registers */
enum { MOST_SWEEPS = 60 };                    /* per eigenvalue; two are usual */

/* Lines i to i + 3 of moments += sum over rows of weighted^T row, for the columns of some slices from j on. */
INLINE void add_block(const Real *rows, const Real *weighted, int64_t n, const Rows *all, int i, int j, int slices,
                      double *moments) {
    Vec sums[MOMENT_LINES * MOMENT_SLICES];
    for (int s = 0; s < MOMENT_LINES * MOMENT_SLICES; s++) sums[s] = vec_broadcast(0);
    for (int64_t k = 0; k < n; k++) {
        const Real *row = rows + k * all->stride + j, *line = weighted + k * all->stride + i;
#pragma GCC unroll 2
        for (int s = 0; s < slices; s++) {
            const Vec slice = vec_load(row + s * LANES);
#pragma GCC unroll 4
            for (int l = 0; l < MOMENT_LINES; l++) sums[l * MOMENT_SLICES + s] += line[l] * slice;
        }
    }
    for (int l = 0; l < MOMENT_LINES && i + l < all->dim; l++)
        for (int s = 0; s < slices; s++) {
            double *to = moments + (i + l) * all->stride + j + s * LANES;
            for (int c = 0; c < LANES; c++) to[c] += sums[l * MOMENT_SLICES + s][c];
        }
}

/* moments (dim, stride) += sum over rows of weight * row^T row, for the columns from each line's own slice on. */
static void add_moments(const Real *rows, const Real *weights, int64_t n, const Rows *all, double *moments, Real *weighted) {
    for (int64_t k = 0; k < n; k++)
        for (int j = 0; j < all->dim; j += LANES)
            vec_store(weighted + k * all->stride + j, weights[k] * vec_load(rows + k * all->stride + j));
    for (int i = 0; i < all->dim; i += MOMENT_LINES) {
        int j = i / LANES * LANES;
        for (; j + LANES < all->dim; j += MOMENT_SLICES * LANES)
            add_block(rows, weighted, n, all, i, j, MOMENT_SLICES, moments);
        if (j < all->dim) add_block(rows, weighted, n, all, i, j, 1, moments);
    }
}

/* moments: zeros; scratch: MOMENT_ROWS rows. */
static void second_moments(const void *rows, const void *weights, const Rows *all, double *moments, void *scratch) {
    const int64_t stride = (int64_t)all->stride;
    for (int64_t k = 0; k < all->number; k += MOMENT_ROWS) {
        const int64_t n = all->number - k < MOMENT_ROWS ? all->number - k : MOMENT_ROWS;
        add_moments((const Real *)rows + k * stride, (const Real *)weights + k, n, all, moments, scratch);
    }
    for (int i = 0; i < all->dim; i++)
        for (int j = 0; j < i; j++) moments[i * stride + j] = moments[j * stride + i];
}

/* y += a x */
static inline void add_multiple(double *restrict y, const double *restrict x, double a, int n) {
    for (int k = 0; k < n; k++) y[k] += a * x[k];
}

typedef double EightSums __attribute__((vector_size(64), aligned(8)));

static inline double dot(const double *x, const double *y, int n) {
    EightSums sums = {0};
    int k = 0;
    for (; k + 8 <= n; k += 8) sums += *(const EightSums *)(x + k) * *(const EightSums *)(y + k);
    double sum = 0;
    for (; k < n; k++) sum += x[k] * y[k];
    for (int i = 0; i < 8; i++) sum += sums[i];
    return sum;
}

/* Householder's method: a (n, stride) becomes Q^T, with Q^T a Q tridiagonal: its diagonal, and what is beside it. */
static void tridiagonal(double *a, int n, int64_t stride, double *diagonal, double *beside, double *scratch) {
    double *p = scratch;
    for (int k = 0; k < n; k++) {
        double *v = a + k * stride; /* row k, from k + 1 on: what is to become (beside, 0, 0, ...) */
        diagonal[k] = v[k];
        const int first = k + 1, m = n - first;
        const double square = m > 1 ? dot(v + first + 1, v + first + 1, m - 1) : 0;
        if (square == 0) { /* nothing to do: v = 0 means that there is no reflection */
            beside[k] = m > 0 ? v[first] : 0;
            for (int i = first; i < n; i++) v[i] = 0;
            continue;
        }
        const double length = sqrt(square + v[first] * v[first]), sign = v[first] > 0 ? 1 : -1;
        beside[k] = -sign * length;
        v[first] += sign * length;
        const double scale = sqrt(2 / (square + v[first] * v[first])); /* the reflection is then 1 - v v^T */
        for (int i = first; i < n; i++) v[i] *= scale;
        for (int i = first; i < n; i++) p[i] = 0;
        for (int j = first; j < n; j++) add_multiple(p + first, a + j * stride + first, v[j], m);
        add_multiple(p + first, v + first, -dot(p + first, v + first, m) / 2, m);
        for (int i = first; i < n; i++) {
            add_multiple(a + i * stride + first, v + first, -p[i], m);
            add_multiple(a + i * stride + first, p + first, -v[i], m);
        }
    }
    for (int k = n - 1; k >= 0; k--) { /* Q^T = ... H_1 H_0, from the last to the first; H_k is in row k */
        const int first = k + 1, m = n - first;
        double *v = a + k * stride;
        for (int i = first; i < n; i++) p[i] = v[i];
        for (int i = first; i < n; i++) {
            double *row = a + i * stride + first;
            add_multiple(row, p + first, -dot(row, p + first, m), m);
            v[i] = a[i * stride + k] = 0;
        }
        v[k] = 1;
    }
}

/* Rotate two rows. */
static inline void rotate_rows(double *restrict x, double *restrict y, double c, double s, int n) {
    for (int k = 0; k < n; k++) {
        const double old = y[k];
        y[k] = s * x[k] + c * old;
        x[k] = c * x[k] - s * old;
    }
}

/* The implicit QL method: the eigenvalues of a tridiagonal matrix in its diagonal; rows are rotated along. */
static void diagonalise(double *rows, int n, int64_t stride, double *diagonal, double *beside) {
    for (int l = 0; l < n; l++) {
        for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
            int m = l;
            for (; m < n - 1; m++) {
                const double near = fabs(diagonal[m]) + fabs(diagonal[m + 1]);
                if (near + fabs(beside[m]) == near) break;
            }
            if (m == l) break;
            double g = (diagonal[l + 1] - diagonal[l]) / (2 * beside[l]), r = sqrt(g * g + 1);
            g = diagonal[m] - diagonal[l] + beside[l] / (g + (g >= 0 ? r : -r));
            double s = 1, c = 1, p = 0;
            int i = m - 1;
            for (; i >= l; i--) {
                const double f = s * beside[i], b = c * beside[i];
                r = sqrt(f * f + g * g);
                beside[i + 1] = r;
                if (r == 0) { /* split: begin again with a smaller matrix */
                    diagonal[i + 1] -= p;
                    beside[m] = 0;
                    break;
                }
                s = f / r;
                c = g / r;
                g = diagonal[i + 1] - p;
                r = (diagonal[i] - g) * s + 2 * c * b;
                p = s * r;
                diagonal[i + 1] = g + p;
                g = c * r - b;
                rotate_rows(rows + i * stride, rows + (i + 1) * stride, c, s, n);
            }
            if (r == 0 && i >= l) continue;
            diagonal[l] -= p;
            beside[l] = g;
            beside[m] = 0;
        }
    }
}

/* Eigenvectors of a symmetric matrix, in the rows that were its own, and their eigenvalues; scratch: 2 n numbers. */
static void eigenvectors(double *a, int n, int64_t stride, double *values, double *scratch) {
    tridiagonal(a, n, stride, values, scratch, scratch + n);
    diagonalise(a, n, stride, values, scratch);
}

#endif
