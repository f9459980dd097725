/* apply.h -- X += G Y and Y += G^T X_old, in place; with scales and steps as in tile.h.
 *
 * HOGWILD: this is the only file that writes the shared matrices, and it does so without locks (Niu et al. 2011,
 * arXiv 1106.5730). Two threads that meet in one row may lose one of their updates; rows stay whole floats. In the terms
 * of C11 that is a data race, accepted here and nowhere else.
 *
 * For each slice of LANES columns the target rows and their increments stay in registers while the contexts stream by, so
 * old values are used on both sides without a copy. Tiles with more targets than the registers hold are done in several
 * groups: the contexts' increments wait in `deltas`, and the rows are written with the last group, so that every group
 * has seen the old contexts. */

/* One slice of some contexts: two at a time where there are registers for it, which saves a fifteenth. `gc`: their G. A row
 * alone adds up in two chains, `dx` and `odd`, as one would be waited for (with AVX2 this step takes 7 % less time). */
INLINE void apply_rows(const Tile *t, int c0, int rows, const REAL *gc, int j, int columns, int first, int last, int scaled,
                       int stepped, const vec *yj, vec *dy) {
    const REAL *scales = (const REAL *)t->context_scales + c0, *steps = (const REAL *)t->context_steps + c0;
    const int stride = (t->dim + ROW_ALIGNMENT - 1) / ROW_ALIGNMENT * ROW_ALIGNMENT;   /* of a row in deltas */
    vec x[APPLY_CONTEXTS], dx[APPLY_CONTEXTS], odd = broadcast(0);
    REAL *row[APPLY_CONTEXTS], *delta = (REAL *)t->deltas + (size_t)c0 * stride + j;
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
        row[r] = (REAL *)t->contexts[c0 + r] + j;
        x[r] = load(row[r]);
        dx[r] = !first ? load(delta + r * stride) : last && !stepped ? x[r] : broadcast(0);
        if (first && scaled) dx[r] += scales[r] * x[r];
    }
#pragma GCC unroll 16
    for (int k = 0; k < columns; k++) {
#pragma GCC unroll 16
        for (int r = 0; r < rows; r++) {
            REAL g = gc[r * t->n_targets + k];
            if (rows == 1 && k % 2) odd += g * yj[k];
            else dx[r] += g * yj[k];
            dy[k] += g * x[r];
        }
    }
    if (rows == 1) dx[0] += odd;
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
        if (last && stepped) store(row[r], x[r] + steps[r] * dx[r]);
        else if (last) store(row[r], first ? dx[r] : x[r] + dx[r]);
        else store(delta + r * stride, dx[r]);
    }
}

INLINE void apply_group(const Tile *t, int t0, int columns, int first, int last, int scaled, int stepped) {
    const int n = t->n_contexts, m = t->n_targets;
    REAL *y[APPLY_TARGETS];
#pragma GCC unroll 16
    for (int k = 0; k < columns; k++) y[k] = t->targets[t0 + k];

    for (int j = 0; j < t->dim; j += LANES) {
        vec yj[APPLY_TARGETS], dy[APPLY_TARGETS];
#pragma GCC unroll 16
        for (int k = 0; k < columns; k++) {
            yj[k] = load(y[k] + j);
            dy[k] = yj[k];
            if (scaled) dy[k] += ((const REAL *)t->target_scales)[t0 + k] * yj[k];
        }
        const REAL *gc = (const REAL *)t->scores + t0;
        int c = 0, pairs = n - n % APPLY_CONTEXTS;
        for (; c < pairs; c += APPLY_CONTEXTS, gc += APPLY_CONTEXTS * m)
            apply_rows(t, c, APPLY_CONTEXTS, gc, j, columns, first, last, scaled, stepped, yj, dy);
        if (c < n) apply_rows(t, c, 1, gc, j, columns, first, last, scaled, stepped, yj, dy);
#pragma GCC unroll 16
        for (int k = 0; k < columns; k++) store(y[k] + j, dy[k]);
    }
}

INLINE void apply_columns(const Tile *t, int t0, int columns, int first, int last, int scaled, int stepped) {
    if (first && last) apply_group(t, t0, columns, 1, 1, scaled, stepped);
    else if (first) apply_group(t, t0, columns, 1, 0, scaled, stepped);
    else if (last) apply_group(t, t0, columns, 0, 1, scaled, stepped);
    else apply_group(t, t0, columns, 0, 0, scaled, stepped);
}

INLINE void apply_groups(const Tile *t, int scaled, int stepped) {
    int groups = (t->n_targets + APPLY_TARGETS - 1) / APPLY_TARGETS;
    for (int b = 0; b < groups; b++) {                     /* groups of nearly equal width */
        int t0 = t->n_targets * b / groups, first = b == 0, last = b == groups - 1;
        switch (t->n_targets * (b + 1) / groups - t0) {
            case 1: apply_columns(t, t0, 1, first, last, scaled, stepped); break;
            case 2: apply_columns(t, t0, 2, first, last, scaled, stepped); break;
            case 3: apply_columns(t, t0, 3, first, last, scaled, stepped); break;
            case 4: apply_columns(t, t0, 4, first, last, scaled, stepped); break;
            case 5: apply_columns(t, t0, 5, first, last, scaled, stepped); break;
            default: apply_columns(t, t0, 6, first, last, scaled, stepped); break;
        }
    }
}

static void apply(const Tile *t) { apply_groups(t, 0, 0); }
static void apply_scaled(const Tile *t) { apply_groups(t, 1, 0); }
static void apply_stepped(const Tile *t) { apply_groups(t, 1, 1); }
