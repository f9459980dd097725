/* apply.h -- X += G Y and Y += G^T X_old, in place, with scales and steps as in tile.h; and merging a row (replicas.pxd).
 *
 * HOGWILD: this is the only file that writes the shared matrices, and it does so without locks (Niu et al. 2011,
 * arXiv 1106.5730). If two threads update a row at the same time, one of the two updates may be lost; if two threads merge a
 * row at the same time, everything that one of them has learned there since its last merge may be lost. Single floats are never
 * torn. In terms of C11 this is a data race, which is accepted here and nowhere else: store_shared marks these writes, and
 * ThreadSanitizer, which does not see them, must find no other race (campaigns/sanitizers.py).
 *
 * For each slice of LANES columns, or two of them, the target rows and their increments stay in registers while the contexts
 * stream by, so that both sides use old values without a copy:
 *
 *               columns j ..                   y, dy:   APPLY_TARGETS rows x APPLY_SLICES vectors, in registers
 *     Y   m x [   | y |   ]                    x, sum:  one context's slice at a time
 *     X   n x [   | x |   ]   x += G y ,  dy += G^T x
 *
 * Tiles with more targets than fit the registers are processed in several groups of targets. The increments of the contexts
 * are kept in `deltas` between groups, and the rows are written with the last group, so that every group sees the old
 * contexts. */
#ifndef W2V_APPLY_H
#define W2V_APPLY_H

#include <stddef.h>

#include "lanes.h"
#include "tile.h"

_Static_assert(1 <= APPLY_TARGETS && APPLY_TARGETS <= 6, "apply_groups has cases for 1 to 6 columns");
_Static_assert(1 <= APPLY_SLICES && APPLY_SLICES <= 16, "loops over slices are unrolled 16 times at most");
_Static_assert(ROW_ALIGNMENT % sizeof(Vec) == 0, "rows are padded to whole vectors");

/* Accesses to rows that other threads use at the same time. */
#ifdef __SANITIZE_THREAD__
static __attribute__((noinline, no_sanitize("thread"))) void store_shared(Real *p, Vec v) { vec_store(p, v); }
#else
INLINE void store_shared(Real *p, Vec v) { vec_store(p, v); }
#endif

/* Flags of a call. They are constants wherever they are tested, so each combination is compiled separately. */
enum {
    FIRST_GROUP = 1, /* of the tile's targets: nothing is in `deltas` yet */
    LAST_GROUP = 2,  /* the contexts' rows are written */
    SCALED = 4,      /* D and E are not zero */
    STEPPED = 8,     /* increments of contexts are multiplied by context_steps, those of targets by target_steps if any */
};

/* A slice of the target rows of a group, target by target, and what it becomes. */
typedef struct TargetSlices {
    Vec y[APPLY_SLICES * APPLY_TARGETS], updated[APPLY_SLICES * APPLY_TARGETS];
} TargetSlices;

/* One context's slices, with its row of coefficients g. The sum of products starts from the row itself where the result can
 * be stored at once, else from the increment so far. Two slices share each coefficient that is read; one slice is
 * summed in two independent chains, `sum` and `odd`, as the additions of a single chain would wait for each other. */
INLINE void apply_row(const Tile *t, int c, const Real *g, int j, int slices, int columns, int flags,
                      TargetSlices *targets) {
    const int first = flags & FIRST_GROUP, last = flags & LAST_GROUP, stepped = flags & STEPPED;
    const int from_row = first && last && !stepped;
    const int stride = (t->dim + ROW_ALIGNMENT - 1) / ROW_ALIGNMENT * ROW_ALIGNMENT; /* of a row in deltas */
    Vec x[APPLY_SLICES], sum[APPLY_SLICES], odd = vec_broadcast(0);
    Real *row = (Real *)t->contexts[c] + j, *delta = (Real *)t->scratch.deltas + (size_t)c * stride + j;
#pragma GCC unroll 16
    for (int s = 0; s < slices; s++) {
        x[s] = vec_load(row + s * LANES);
        if (from_row) sum[s] = x[s];
        else if (first) sum[s] = vec_broadcast(0);
        else sum[s] = vec_load(delta + s * LANES);
        if (first && flags & SCALED) sum[s] += ((const Real *)t->scratch.context_scales)[c] * x[s];
    }
#pragma GCC unroll 16
    for (int k = 0; k < columns; k++) {
        const Real gk = g[k];
#pragma GCC unroll 16
        for (int s = 0; s < slices; s++) {
            if (slices == 1 && k % 2) odd += gk * targets->y[k];
            else sum[s] += gk * targets->y[k * slices + s];
            targets->updated[k * slices + s] += gk * x[s];
        }
    }
    if (slices == 1) sum[0] += odd;
#pragma GCC unroll 16
    for (int s = 0; s < slices; s++) {
        if (!last) vec_store(delta + s * LANES, sum[s]);
        else if (stepped) store_shared(row + s * LANES, x[s] + ((const Real *)t->context_steps)[c] * sum[s]);
        else store_shared(row + s * LANES, from_row ? sum[s] : x[s] + sum[s]);
    }
}

INLINE void apply_slices(const Tile *t, int j, int slices, int t0, int columns, int flags) {
    TargetSlices targets;
    Real *y[APPLY_TARGETS];
#pragma GCC unroll 16
    for (int k = 0; k < columns; k++) {
        y[k] = (Real *)t->targets[t0 + k] + j;
#pragma GCC unroll 16
        for (int s = 0; s < slices; s++) {
            const int i = k * slices + s;
            targets.y[i] = targets.updated[i] = vec_load(y[k] + s * LANES);
            if (flags & SCALED) targets.updated[i] += ((const Real *)t->scratch.target_scales)[t0 + k] * targets.y[i];
        }
    }
    const Real *g = (const Real *)t->scratch.scores + t0;
    for (int c = 0; c < t->n_contexts; c++, g += t->n_targets) apply_row(t, c, g, j, slices, columns, flags, &targets);
#pragma GCC unroll 16
    for (int k = 0; k < columns; k++)
#pragma GCC unroll 16
        for (int s = 0; s < slices; s++) {
            const int i = k * slices + s;
            if (flags & STEPPED && t->target_steps)
                targets.updated[i] = targets.y[i] + ((const Real *)t->target_steps)[t0 + k] * (targets.updated[i] - targets.y[i]);
            store_shared(y[k] + s * LANES, targets.updated[i]);
        }
}

INLINE void apply_group(const Tile *t, int t0, int columns, int flags) {
    int j = 0;
    if (APPLY_SLICES > 1)
        for (; j + (APPLY_SLICES - 1) * LANES < t->dim; j += APPLY_SLICES * LANES)
            apply_slices(t, j, APPLY_SLICES, t0, columns, flags);
    for (; j < t->dim; j += LANES) apply_slices(t, j, 1, t0, columns, flags);
}

INLINE void apply_columns(const Tile *t, int t0, int columns, int first, int last, int flags) {
    if (first && last) apply_group(t, t0, columns, flags | FIRST_GROUP | LAST_GROUP);
    else if (first) apply_group(t, t0, columns, flags | FIRST_GROUP);
    else if (last) apply_group(t, t0, columns, flags | LAST_GROUP);
    else apply_group(t, t0, columns, flags);
}

INLINE void apply_groups(const Tile *t, int flags) {
    int groups = (t->n_targets + APPLY_TARGETS - 1) / APPLY_TARGETS;
    for (int b = 0; b < groups; b++) { /* groups of nearly equal width */
        int t0 = t->n_targets * b / groups, first = b == 0, last = b == groups - 1;
        switch (t->n_targets * (b + 1) / groups - t0) {
            case 1: apply_columns(t, t0, 1, first, last, flags); break;
            case 2: apply_columns(t, t0, 2, first, last, flags); break;
            case 3: apply_columns(t, t0, 3, first, last, flags); break;
            case 4: apply_columns(t, t0, 4, first, last, flags); break;
            case 5: apply_columns(t, t0, 5, first, last, flags); break;
            default: apply_columns(t, t0, 6, first, last, flags); break;
        }
    }
}

static void apply_plain(const Tile *t) { apply_groups(t, 0); }
static void apply_scaled(const Tile *t) { apply_groups(t, SCALED); }
static void apply_stepped(const Tile *t) { apply_groups(t, STEPPED); }
static void apply_scaled_stepped(const Tile *t) { apply_groups(t, SCALED | STEPPED); }

/* The shared row moves by `share` of what the thread's copy has learned since its last merge (the rest is dropped), and all
 * three rows become equal. */
static void merge_rows(void *common, void *copy, void *last_merged, int dim, double share) {
    Real *z = common, *x = copy, *x_before = last_merged;
    for (int j = 0; j < dim; j += LANES) {
        Vec merged = vec_load(z + j) + (Real)share * (vec_load(x + j) - vec_load(x_before + j));
        store_shared(z + j, merged);
        vec_store(x + j, merged);
        vec_store(x_before + j, merged);
    }
}

#endif
