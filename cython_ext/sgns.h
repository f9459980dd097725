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
 * is max(t, 0) - log r. The factors r lie in [1/2, 1], so many of them are multiplied before one logarithm is taken. */

#define LARGEST_SCORE 40    /* sigma(40) = 1 - 4e-18: equal to 1 in both precisions; keeps exp_minus in its range */
#define MAX_FACTORS 64      /* factors >= 1/2 in one lane's product: at least 2^-64, far from the smallest float */
#define MAX_POWER 8         /* larger multiplicities (a sentence of one word) take their logarithm one by one */

INLINE double minus_log_of_lanes(vec product) {
    double low = 1, high = 1;   /* two halves of at most 8 * 64 halvings each stay far above the smallest double */
    for (int i = 0; i < LANES / 2; i++) {
        low *= product[i];
        high *= product[LANES / 2 + i];
    }
    return -log(low) - log(high);
}

static void sgns(Tile *t) {
    REAL *scores = t->scores;
    const REAL *signs = t->signs, *weights = t->weights;
    const REAL lr = (REAL)t->learning_rate;
    const int pairs = t->n_contexts * t->n_targets;
    vec product = broadcast(1), linear = broadcast(0);
    const vec zero = {0};
    int factors = 0;
    double loss = 0;

    for (int i = 0; i < pairs; i += LANES) {
        vec sign = load_unaligned(signs + i), x = sign * load_unaligned(scores + i);
        vec magnitude = select(x > zero, x, -x);
        magnitude = select(magnitude < LARGEST_SCORE, magnitude, broadcast(LARGEST_SCORE));  /* NaN saturates too */
        vec e = exp_minus(magnitude);
        vec r = 1 / (1 + e);
        vec g = -lr * sign * select(x > zero, r, e * r);
        vec rise = select(x > zero, magnitude, zero);
        if (i + LANES > pairs)                             /* past the last pair lie foreign numbers: they cost nothing */
            for (int lane = pairs - i; lane < LANES; lane++) r[lane] = 1, rise[lane] = 0;

        if (weights) {
            vec w = load_unaligned(weights + i);
            g *= w;
            linear += select(rise > zero, w * rise, zero);
            if (t->max_weight <= MAX_POWER)
                for (int k = 1; k <= t->max_weight; k++) product *= select(w >= (REAL)k, r, broadcast(1));
            else
                for (int lane = 0; lane < LANES && i + lane < pairs; lane++) loss -= w[lane] * log(r[lane]);
        } else {
            linear += rise;
            product *= r;
        }
        store_unaligned(scores + i, g);

        factors += t->max_weight;
        if (factors > MAX_FACTORS - MAX_POWER) {
            loss += minus_log_of_lanes(product);
            product = broadcast(1);
            factors = 0;
        }
    }
    loss += minus_log_of_lanes(product);
    for (int lane = 0; lane < LANES; lane++) loss += linear[lane];
    t->loss += loss;
}
