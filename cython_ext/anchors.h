/* anchors.h -- objectives that look at all scores of one anchor at once: a context row x, its positive y_0 (the centre),
 * and its negatives y_1..y_K.
 *
 * LANES anchors are worked on together: vector k of `s` holds the scores of LANES contexts with target k. An objective is
 * one function from s to its descent direction g = -dL/ds and the loss of each anchor. For the cosine, s = x.y / (|x||y|),
 * and with x^ = x/|x|, y^ = y/|y|,
 *
 *     ds/dx = (y^ - s x^) / |x|     so that     G = lr g / (|x||y|),   D = -lr sum_k g_k s_k / |x|^2,   E likewise for y.
 *
 * The scratch is 3 m vectors, s, g, and sum_c g s for each target, and LANES more. */

/* The loss of LANES anchors is linear - log(factor), factor in (0, 1]: logarithms are taken for many at once (sgns.h). */
typedef struct AnchorLoss {
    vec linear, factor;
} AnchorLoss;

typedef AnchorLoss Anchors(const Tile *t, const REAL *s, REAL *g);

/* How often target k stands in the tile. */
INLINE REAL multiplicity(const Tile *t, int k) { return t->target_counts ? t->target_counts[k] : 1; }

INLINE int all_targets(const Tile *t) {
    int total = 0;
    for (int k = 0; k < t->n_targets; k++) total += t->target_counts ? t->target_counts[k] : 1;
    return total;
}

INLINE void add_anchor_losses(Tile *t, AnchorLoss loss, int c0, int valid, int halvings) {
    const mask there = LANE_NUMBERS < valid;
    vec *product = t->waiting, *linear = product + 1;
    if (t->context_counts) {
        for (int i = 0; i < valid; i++) t->loss += t->context_counts[c0 + i] * (loss.linear[i] - log(loss.factor[i]));
        return;
    }
    *linear += select(there, loss.linear, broadcast(0));
    *product *= select(there, loss.factor, broadcast(1));
    t->factors += halvings;
    if (t->factors > MAX_FACTORS - halvings) settle(t);
}

INLINE void each_anchor(Tile *t, int cosine, Anchors *objective) {
    const int n = t->n_contexts, m = t->n_targets;
    const int halvings = 32 - __builtin_clz(all_targets(t));   /* every factor is at least 1 / all_targets */
    const REAL *x_inverse = t->inverse_norms, *y_inverse = x_inverse + n + ROW_SLACK;
    REAL *s = t->anchors, *g = s + m * LANES, *pull = g + m * LANES;
    if (cosine) {
        find_inverse_norms(t);
        for (int k = 0; k < m; k++) store(pull + k * LANES, broadcast(0));
    }
    for (int c0 = 0; c0 < n; c0 += LANES) {
        const int valid = n - c0 < LANES ? n - c0 : LANES;
        REAL *scores = (REAL *)t->scores + (size_t)c0 * m;
        for (int k = 0; k < m; k++) store(s + k * LANES, broadcast(0));
        for (int i = 0; i < valid; i++)
            for (int k = 0; k < m; k++) s[k * LANES + i] = scores[i * m + k];
        const vec inverse = cosine ? load_unaligned(x_inverse + c0) : broadcast(1);
        if (cosine)
            for (int k = 0; k < m; k++) store(s + k * LANES, load(s + k * LANES) * inverse * y_inverse[k]);

        add_anchor_losses(t, objective(t, s, g), c0, valid, halvings);

        vec step = select(LANE_NUMBERS < valid, broadcast(t->learning_rate), broadcast(0)), x_pull = {0};
        if (t->context_counts)
            for (int i = 0; i < valid; i++) step[i] *= t->context_counts[c0 + i];
        for (int k = 0; k < m; k++) {
            vec gk = step * load(g + k * LANES);
            if (cosine) {
                vec p = gk * load(s + k * LANES);
                x_pull += p;
                store(pull + k * LANES, load(pull + k * LANES) + p);
                gk *= inverse * y_inverse[k];
            }
            store(g + k * LANES, gk);
        }
        if (cosine) store_unaligned((REAL *)t->context_scales + c0, -x_pull * inverse * inverse);
        for (int i = 0; i < valid; i++)
            for (int k = 0; k < m; k++) scores[i * m + k] = g[k * LANES + i];
    }
    if (!cosine) return;
    for (int k = 0; k < m; k += LANES) {                  /* past the last target: what the slack takes */
        vec sums[LANES];
        for (int i = 0; i < LANES; i++) sums[i] = load(pull + (k + i) * LANES);
        const vec inverse = load_unaligned(y_inverse + k);
        store_unaligned((REAL *)t->target_scales + k, -sum_each(sums) * inverse * inverse);
    }
}
