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
enum { KERNEL_TILES = 512 }; /* that the running mean remembers */

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
        Vec e = multiplicity(t, k) * vec_exp_minus_clamped(2 * uniform_t * (1 - vec_load(s + k * LANES)));
        vec_store(g + k * LANES, e);
        sum += e;
    }
    const Vec z = sum / (Real)negatives, share = z / (Real)kernel->mean;
    const Vec b = vec_max(vec_broadcast(kernel->mean), z / LARGEST_SHARE), slope = -uniform_t / (Real)negatives / b;
    for (int k = first; k < t->n_targets; k++) vec_store(g + k * LANES, slope * vec_load(g + k * LANES));

    loss.linear += (z / b - 1 + (Real)log(kernel->mean)) / 2;
    for (int i = 0; i < LANES; i++) {
        kernel->sum += weights[i] * z[i], kernel->weight += weights[i];
        if (share[i] > LARGEST_SHARE) loss.linear[i] += LARGEST_SHARE * log(share[i] / LARGEST_SHARE) / 2;
    }
    return loss;
}

static void align_uniform(Tile *t) {
    KernelMean *kernel = t->scratch.kernel_means + t->within_output;
    const double uniform_t = t->settings->uniform_t;
    if (kernel->tiles == 0) *kernel = (KernelMean){.mean = exp(-2 * uniform_t), .tiles = 1}; /* that of orthogonal rows */
    kernel->sum = kernel->weight = 0;
    each_anchor(t, align_uniform_cosine, softmax_halvings(t), align_uniform_anchors);
    if (kernel->weight == 0) return;
    kernel->tiles += kernel->tiles < KERNEL_TILES;
    kernel->mean += (kernel->sum / kernel->weight - kernel->mean) / kernel->tiles;
}

#endif
