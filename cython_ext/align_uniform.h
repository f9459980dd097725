/* align_uniform.h -- alignment and uniformity (Wang & Isola 2020, arXiv 2005.10242, eq. 1 and 2; their code weights them so):
 *
 *     L = lambda E |x^ - y_0^|^alpha  +  (U_x + U_y) / 2           U = log E e^{-t |a - b|^2},   |a - b|^2 = 2 - 2s
 *
 * Each U is over pairs of one matrix: of a word of the text and a noise word. So a window is two tiles:
 *
 *                    centre's     noise words'                              noise words'
 *                    output row   input rows                                output rows
 *     contexts'      alignment  | uniformity of the      centre's output  [ uniformity of the     ]   counted once
 *     input rows                | input rows             row              [ output rows           ]   for each context
 *
 * (A pair of a word with itself has the distance 0 whatever the vectors are, and is left out.)
 *
 * U is the logarithm of an expectation over all pairs of words, and a tile has few: the logarithm of their mean would be another
 * loss. Because log z = min over b of log b + z/b - 1, attained at b = z, the loss of an anchor is taken to be
 *
 *     log b + z/b - 1         z = mean_k e^{-2t (1 - s_k)} of the anchor,  b the running mean of z over earlier tiles
 *     -dL/ds_k = -2t e^{-2t (1 - s_k)} / (K b)
 *
 * whose expectation has U's gradient where b = E z, and else one that is larger by the factor E z / b. A single pair of near
 * rows can exceed b a hundred times, and such a step would throw its rows far away. So where z / b exceeds C = LARGEST_SHARE, the
 * loss goes on as C log z instead of z / b: the sum of all -dL/ds_k / 2t is at most C, and z / C takes the place of b. This loses
 * a little of the gradient of the nearest pairs (docs/objectives.md: how much). */
#ifndef W2V_ALIGN_UNIFORM_H
#define W2V_ALIGN_UNIFORM_H

#include "anchors.h"
#include "objectives.h"

#define NEAREST 1e-6 /* squared distance of an aligned pair, at least: for alpha < 2 the slope at distance 0 is infinite */
#define LARGEST_SHARE 8
enum { KERNEL_TILES = 512, KERNEL_BATCH = 8 }; /* tiles that the running mean remembers, and that are added at a time */

/* Fills g by the slopes of lambda (2 - 2 s_0)^{alpha/2}: -dL/ds_0 = lambda alpha (2 - 2 s_0)^{alpha/2 - 1}. */
INLINE Vec alignment(const Tile *t, const Real *s, Real *g) {
    const Real lambda = t->settings->align_weight, alpha = t->settings->align_power;
    Vec distance = vec_max(2 - 2 * vec_load(s), vec_broadcast(NEAREST)), power = distance;
    if (alpha != 2)
        for (int i = 0; i < LANES; i++) power[i] = pow(distance[i], alpha / 2);
    vec_store(g, lambda * alpha * power / distance);
    return lambda * power;
}

INLINE AnchorLoss align_uniform_anchors(Tile *t, const Real *s, Real *g, Vec weights, int c0) {
    KernelMean *kernel = t->scratch.kernel_means + t->within_output;
    const int first = 1 - t->within_output, negatives = all_targets(t) - first;
    const Real uniform_t = t->settings->uniform_t;
    AnchorLoss loss = {vec_broadcast(0), vec_broadcast(1)};
    if (first) loss.linear = alignment(t, s, g);
    if (negatives == 0) return loss;

    Vec sum = {0};
    for (int k = first; k < t->n_targets; k++) {
        /* Cosines are beyond 1 by rounding, or far if another thread changed a row between its score and its length. */
        Vec x = vec_max(2 * uniform_t * (1 - vec_load(s + k * LANES)), vec_broadcast(-1));
        Vec e = multiplicity(t, k) * vec_exp_minus_clamped(x);
        vec_store(g + k * LANES, e);
        sum += e;
    }
    /* z / b, at most C; where z is larger, the slope is that of C log z. */
    const Vec z = sum * (Real)(1 / (double)negatives), share = z * (Real)(1 / kernel->mean), zero = {0};
    const Vec beyond = vec_max(share * (Real)(1. / LARGEST_SHARE), vec_broadcast(1));
    const Vec slope = (Real)(-uniform_t / (negatives * kernel->mean)) / beyond;
    for (int k = first; k < t->n_targets; k++) vec_store(g + k * LANES, slope * vec_load(g + k * LANES));

    loss.linear += (vec_select(beyond > 1, vec_broadcast(LARGEST_SHARE), share) - 1 + (Real)kernel->log_mean) / 2;
    for (int i = 0; i < LANES; i++)
        if (beyond[i] > 1) loss.linear[i] += LARGEST_SHARE * log(beyond[i]) / 2;
    Vec *kernel_sum = (Vec *)t->scratch.kernel_sums + t->within_output;
    *kernel_sum += vec_select(weights > 0, weights * z, zero);
    return loss;
}

INLINE void set_kernel_mean(KernelMean *kernel, double mean, int tiles) {
    *kernel = (KernelMean){.mean = mean, .log_mean = log(mean), .tiles = tiles < KERNEL_TILES ? tiles : KERNEL_TILES};
}

/* Tiles are added several at a time: sums over lanes and logarithms take long. */
INLINE void count_tile(Tile *t, KernelMean *kernel) {
    Vec *kernel_sum = (Vec *)t->scratch.kernel_sums + t->within_output;
    for (int i = 0; i < t->n_contexts; i++) kernel->weight += t->context_counts ? t->context_counts[i] : 1;
    if (++kernel->pending < KERNEL_BATCH) return;
    double sum = 0;
    for (int i = 0; i < LANES; i++) sum += (*kernel_sum)[i];
    const int tiles = kernel->tiles + KERNEL_BATCH < KERNEL_TILES ? kernel->tiles + KERNEL_BATCH : KERNEL_TILES;
    set_kernel_mean(kernel, kernel->mean + (sum / kernel->weight - kernel->mean) * KERNEL_BATCH / tiles, tiles);
    *kernel_sum = vec_broadcast(0);
}

static void align_uniform(Tile *t) {
    KernelMean *kernel = t->scratch.kernel_means + t->within_output;
    if (kernel->tiles == 0) { /* the kernel of orthogonal rows */
        set_kernel_mean(kernel, exp(-2 * t->settings->uniform_t), 1);
        ((Vec *)t->scratch.kernel_sums)[t->within_output] = vec_broadcast(0);
    }
    each_anchor(t, align_uniform_cosine, softmax_halvings(t), align_uniform_anchors);
    if (t->n_targets > 1 - t->within_output) count_tile(t, kernel);
}

#endif
