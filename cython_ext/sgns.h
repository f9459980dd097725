/* sgns.h -- the objective of skip-gram with negative sampling (Mikolov et al. 2013, arXiv 1310.4546, eq. 4).
 *
 * One context row x, the observed word's row y_0 and the noise rows y_1..y_K:
 *
 *     L = -log sigma(x.y_0) - sum_k log sigma(-x.y_k)
 *
 * With sign z = -1 for the observed word and +1 for noise, and t = z s, every pair's loss is the same function:
 *
 *     -log sigma(-t) = log(1 + exp(t))     and     G = -lr dL/ds = -lr z sigma(t)
 *
 * Numerically, with e = exp(-|t|) and r = 1/(1 + e): sigma(t) = r if t > 0, else e r, without cancellation, and the loss
 * is max(t, 0) - log r. The factors r lie in [1/2, 1], so many of them, of many tiles, are multiplied before one logarithm is taken. */

#define LARGEST_SCORE 40    /* sigma(40) = 1 - 4e-18: equal to 1 in both precisions; keeps exp_minus in its range */
#define MAX_FACTORS 64      /* factors >= 1/2 in one lane's product: at least 2^-64, far from the smallest float */
#define MAX_POWER 8         /* larger multiplicities (a sentence of one word) take their logarithm one by one */

static void begin(Tile *t) {
    ((vec *)t->waiting)[0] = broadcast(1);
    ((vec *)t->waiting)[1] = broadcast(0);
    t->factors = 0;
}

static void settle(Tile *t) {
    vec *waiting = t->waiting;
    double low = 1, high = 1;   /* two halves of at most 8 * 64 halvings each stay far above the smallest double */
    for (int i = 0; i < LANES / 2; i++) {
        low *= waiting[0][i];
        high *= waiting[0][LANES / 2 + i];
    }
    t->loss -= log(low) + log(high);
    for (int lane = 0; lane < LANES; lane++) t->loss += waiting[1][lane];
    begin(t);
}

/* Pairs i .. i + LANES, of which `valid` exist: past the last pair lie foreign numbers, which cost nothing. */
INLINE void sgns_lanes(Tile *t, int i, int valid, int weighted) {
    const vec zero = {0}, sign = load_unaligned((const REAL *)t->signs + i);
    REAL *scores = (REAL *)t->scores + i;
    vec *product = t->waiting, *linear = product + 1;
    vec x = sign * load_unaligned(scores), magnitude = select(x > zero, x, -x);
    magnitude = select(magnitude < LARGEST_SCORE, magnitude, broadcast(LARGEST_SCORE));   /* NaN saturates too */
    vec e = exp_minus(magnitude);
    vec r = 1 / (1 + e);
    vec g = (REAL)-t->learning_rate * sign * select(x > zero, r, e * r);
    vec rise = select(x < zero, zero, x);                  /* a NaN or infinite score shows in the loss */
    if (valid < LANES) {                                   /* by lanes: a foreign NaN must not come through */
        const mask there = LANE_NUMBERS < valid;
        r = select(there, r, broadcast(1));
        rise = select(there, rise, zero);
    }
    if (weighted) {
        vec w = load_unaligned((const REAL *)t->weights + i);
        g *= w;
        *linear += w * rise;
        if (t->max_weight <= MAX_POWER)
            for (int k = 1; k <= t->max_weight; k++) *product *= select(w >= (REAL)k, r, broadcast(1));
        else
            for (int lane = 0; lane < valid; lane++) t->loss -= w[lane] * log(r[lane]);
    } else {
        *linear += rise;
        *product *= r;
    }
    store_unaligned(scores, g);

    t->factors += t->max_weight;
    if (t->factors > MAX_FACTORS - MAX_POWER) settle(t);
}

INLINE void sgns_pairs(Tile *t, int weighted) {
    const int pairs = t->n_contexts * t->n_targets;
    int i = 0;
    for (; i + LANES <= pairs; i += LANES) sgns_lanes(t, i, LANES, weighted);
    if (i < pairs) sgns_lanes(t, i, pairs - i, weighted);
}

static void sgns(Tile *t) {
    if (t->weights) sgns_pairs(t, 1);
    else sgns_pairs(t, 0);
}
