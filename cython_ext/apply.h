/* apply.h -- X += G Y and Y += G^T X_old, in place; with scales and steps as in tile.h. And what merges a row (replicas.pxd).
 *
 * HOGWILD: this is the only file that writes the shared matrices, and it does so without locks (Niu et al. 2011,
 * arXiv 1106.5730). Two threads that meet in one row may lose one of their updates, and two that merge one row at once all
 * that one has learned there since its last merge; rows stay whole floats. In the terms of C11 that is a data race,
 * accepted here and nowhere else.
 *
 * For each slice of LANES columns, or two of them, the target rows and their increments stay in registers while the contexts
 * stream by, so old values are used on both sides without a copy. Tiles with more targets than the registers hold are done
 * in several groups: the contexts' increments wait in `deltas`, and the rows are written with the last group, so that every
 * group has seen the old contexts. */

/* `slices` slices of one context. Two share each coefficient that is read; of one slice the sum goes in two chains, `dx` and
 * `odd`, as one would be waited for. */
INLINE void apply_row(const Tile *t, int c, const REAL *gc, int j, int slices, int columns, int first, int last, int scaled,
                      int stepped, const vec *yj, vec *dy) {
    const int stride = (t->dim + ROW_ALIGNMENT - 1) / ROW_ALIGNMENT * ROW_ALIGNMENT;   /* of a row in deltas */
    vec x[APPLY_SLICES], dx[APPLY_SLICES], odd = broadcast(0);
    REAL *row = (REAL *)t->contexts[c] + j, *delta = (REAL *)t->deltas + (size_t)c * stride + j;
#pragma GCC unroll 16
    for (int s = 0; s < slices; s++) {
        x[s] = load(row + s * LANES);
        dx[s] = !first ? load(delta + s * LANES) : last && !stepped ? x[s] : broadcast(0);
        if (first && scaled) dx[s] += ((const REAL *)t->context_scales)[c] * x[s];
    }
#pragma GCC unroll 16
    for (int k = 0; k < columns; k++) {
        const REAL g = gc[k];
#pragma GCC unroll 16
        for (int s = 0; s < slices; s++) {
            if (slices == 1 && k % 2) odd += g * yj[k];
            else dx[s] += g * yj[k * slices + s];
            dy[k * slices + s] += g * x[s];
        }
    }
    if (slices == 1) dx[0] += odd;
#pragma GCC unroll 16
    for (int s = 0; s < slices; s++) {
        if (last && stepped) store(row + s * LANES, x[s] + ((const REAL *)t->context_steps)[c] * dx[s]);
        else if (last) store(row + s * LANES, first ? dx[s] : x[s] + dx[s]);
        else store(delta + s * LANES, dx[s]);
    }
}

INLINE void apply_slices(const Tile *t, int j, int slices, int t0, int columns, int first, int last, int scaled, int stepped) {
    vec yj[APPLY_SLICES * APPLY_TARGETS], dy[APPLY_SLICES * APPLY_TARGETS];
    REAL *y[APPLY_TARGETS];
#pragma GCC unroll 16
    for (int k = 0; k < columns; k++) {
        y[k] = (REAL *)t->targets[t0 + k] + j;
#pragma GCC unroll 16
        for (int s = 0; s < slices; s++) {
            yj[k * slices + s] = dy[k * slices + s] = load(y[k] + s * LANES);
            if (scaled) dy[k * slices + s] += ((const REAL *)t->target_scales)[t0 + k] * yj[k * slices + s];
        }
    }
    const REAL *gc = (const REAL *)t->scores + t0;
    for (int c = 0; c < t->n_contexts; c++, gc += t->n_targets)
        apply_row(t, c, gc, j, slices, columns, first, last, scaled, stepped, yj, dy);
#pragma GCC unroll 16
    for (int k = 0; k < columns; k++)
#pragma GCC unroll 16
        for (int s = 0; s < slices; s++) store(y[k] + s * LANES, dy[k * slices + s]);
}

INLINE void apply_group(const Tile *t, int t0, int columns, int first, int last, int scaled, int stepped) {
    int j = 0;
    if (APPLY_SLICES > 1)
        for (; j + (APPLY_SLICES - 1) * LANES < t->dim; j += APPLY_SLICES * LANES)
            apply_slices(t, j, APPLY_SLICES, t0, columns, first, last, scaled, stepped);
    for (; j < t->dim; j += LANES) apply_slices(t, j, 1, t0, columns, first, last, scaled, stepped);
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

/* A thread's own row joins the common one with a share of what it has learned since both were last the same; the rest is
 * dropped. */
static void merge(void *common, void *own, void *before, int dim, double share) {
    REAL *z = common, *x = own, *x_before = before;
    for (int j = 0; j < dim; j += LANES) {
        vec merged = load(z + j) + (REAL)share * (load(x + j) - load(x_before + j));
        store(z + j, merged);
        store(x + j, merged);
        store(x_before + j, merged);
    }
}
