/* objectives.h -- the contrastive losses of the theory, each from the scores of an anchor to its descent direction.
 *
 * Notation of ../w2v/training/objectives.py, which is their specification: s_0 is the score of the positive pair, s_k those of the
 * negatives, with multiplicity w_k; g_k = -dL/ds_k. All sums over k run over the distinct rows.
 *
 * A new objective is a function here, of the type AnchorObjective, a line at the end of this file, and a line in
 * objective_list.h. */
#ifndef W2V_OBJECTIVES_H
#define W2V_OBJECTIVES_H

#include "anchors.h"

#define LARGEST_EXPONENT 87 /* exp(-87) is still a normal float */

/* exp(-x) for x >= 0 that may be far too large. */
INLINE Vec vec_exp_minus_clamped(Vec x) {
    return vec_exp_minus(vec_select(x < LARGEST_EXPONENT, x, vec_broadcast(LARGEST_EXPONENT)));
}

/* For targets first..m: g_k = w_k exp(scale (s_k - top)), top the largest s_k; their sum, which is at least 1. */
INLINE Vec exponentials(const Tile *t, const Real *s, Real *g, int first, Real scale, Vec *top) {
    Vec sum = {0};
    *top = vec_load(s + first * LANES);
    for (int k = first + 1; k < t->n_targets; k++) *top = vec_max(*top, vec_load(s + k * LANES));
    for (int k = first; k < t->n_targets; k++) {
        Vec e = multiplicity(t, k) * vec_exp_minus_clamped(scale * (*top - vec_load(s + k * LANES)));
        vec_store(g + k * LANES, e);
        sum += e;
    }
    return sum;
}

/* NT-Xent, InfoNCE (van den Oord et al. 2018; Chen et al. 2020, eq. 1), tau the temperature:
 *
 *     L = -log [e^{s_0/tau} / sum_{k>=0} e^{s_k/tau}]        -dL/ds_k = ([k=0] - p_k) / tau,   p = softmax(s / tau) */
INLINE AnchorLoss nt_xent_anchors(Tile *t, const Real *s, Real *g, Vec weights, int c0) {
    const Real scale = 1 / t->settings->temperature;
    Vec top, factor = 1 / exponentials(t, s, g, 0, scale, &top);
    for (int k = 0; k < t->n_targets; k++) vec_store(g + k * LANES, -scale * factor * vec_load(g + k * LANES));
    vec_store(g, vec_load(g) + scale);
    return (AnchorLoss){scale * (top - vec_load(s)), factor};
}

/* Triplet with a margin (Schroff et al. 2015, eq. 1; here the sum over all negatives):
 *
 *     L = sum_{k>=1} max(0, s_k - s_0 + margin)              -dL/ds_k = -[active],   -dL/ds_0 = number of active ones */
INLINE AnchorLoss triplet_anchors(Tile *t, const Real *s, Real *g, Vec weights, int c0) {
    Vec active = {0}, loss = {0};
    for (int k = 1; k < t->n_targets; k++) {
        Vec excess = vec_load(s + k * LANES) - vec_load(s) + (Real)t->settings->margin;
        Vec on = vec_select(excess > 0, vec_broadcast(multiplicity(t, k)), vec_broadcast(0));
        vec_store(g + k * LANES, -on);
        active += on;
        loss += on * excess;
    }
    vec_store(g, active);
    return (AnchorLoss){loss, vec_broadcast(1)};
}

/* Decoupled contrastive (Yeh et al. 2022, arXiv 2110.06848, eq. 5): NT-Xent without the positive pair in the denominator.
 *
 *     L = -s_0/tau + log sum_{k>=1} e^{s_k/tau}              -dL/ds_0 = 1/tau,   -dL/ds_k = -q_k / tau
 *
 * q = softmax over k >= 1 of s / tau. NT-Xent's loss is log(1 + e^L), so its gradient is this one times 1 - p_0: it
 * vanishes for a pair that is told apart already, and this one does not. Without negatives only -s_0/tau is left. */
INLINE AnchorLoss decoupled_anchors(Tile *t, const Real *s, Real *g, Vec weights, int c0) {
    const Real scale = 1 / t->settings->temperature;
    vec_store(g, vec_broadcast(scale));
    if (t->n_targets == 1) return (AnchorLoss){-scale * vec_load(s), vec_broadcast(1)};
    Vec top, factor = 1 / exponentials(t, s, g, 1, scale, &top);
    for (int k = 1; k < t->n_targets; k++) vec_store(g + k * LANES, -scale * factor * vec_load(g + k * LANES));
    return (AnchorLoss){scale * (top - vec_load(s)), factor};
}

/* 1 / length^2 is in inverse_norms, but for its square root. */
INLINE Vec squared_lengths(Vec inverse) { return vec_select(inverse > 0, 1 / (inverse * inverse), vec_broadcast(0)); }

/* For each anchor n w |x|^2 + K |y_0|^2 + sum_k |y_k|^2, n contexts, w the largest multiplicity of a target: 2/K times that bounds
 * the curvature of spectral's loss along a step. */
INLINE Vec curvature(const Tile *t, int c0) {
    const Real *inverse = t->scratch.inverse_norms;
    Real contexts = 0, targets = 0, most = t->settings->negative - (all_targets(t) - 1); /* y_0: of noise that is left out */
    for (int k = 0; k < t->n_targets; k++) most = multiplicity(t, k) > most ? multiplicity(t, k) : most;
    for (int i = 0; i < t->n_contexts; i++) contexts += t->context_counts ? t->context_counts[i] : 1;
    for (int k0 = 0; k0 < t->n_targets; k0 += LANES) {
        Vec squares = squared_lengths(vec_load_unaligned(inverse + t->n_contexts + k0));
        for (int i = 0; i < LANES && k0 + i < t->n_targets; i++)
            targets += squares[i] * (k0 + i == 0 ? (Real)t->settings->negative : multiplicity(t, k0 + i));
    }
    return contexts * most * squared_lengths(vec_load_unaligned(inverse + c0)) + targets;
}

/* Spectral contrastive (HaoChen et al. 2021, arXiv 2106.04156, eq. 6), of dot products; K noise words were drawn:
 *
 *     L = -2 s_0 + (1/K) sum_{k=1..K} s_k^2                  -dL/ds_0 = 2,       -dL/ds_k = -2 s_k / K
 *
 * The noise words that are the centre are not among the targets, but their scores are known: they are s_0. They are counted,
 * `left_out` times, so that the expectation is over the noise distribution itself; ../docs/theory/optimum.md needs that.
 *
 * The optimal score of a pair is P(v|c) / P_n(v), which for rare words is in the thousands, so their rows are long, and a plain
 * step along them overshoots at any useful learning rate. A step with the slope at its end instead of its beginning cannot. For
 * the square of one score that is a plain step divided by 1 + lr (2/K) (|x|^2 + |y|^2). Each anchor's step is divided so, with
 * all rows that push or are pushed at once (`curvature`). y_0 counts K times, although it is one row: so a row that is long is
 * slowed down as much as a centre as it is as noise, on average, and the optimum stays where it is; and for lr -> 0 it does anyway. */
INLINE AnchorLoss spectral_anchors(Tile *t, const Real *s, Real *g, Vec weights, int c0) {
    const Real share = 1 / t->settings->negative, left_out = t->settings->negative - (all_targets(t) - 1);
    const Vec s0 = vec_load(s);
    Vec squares = left_out * s0 * s0;
    for (int k = 1; k < t->n_targets; k++) {
        Vec sk = vec_load(s + k * LANES), pushed = multiplicity(t, k) * sk;
        vec_store(g + k * LANES, -2 * share * pushed);
        squares += pushed * sk;
    }
    vec_store(g, 2 - 2 * share * left_out * s0);
    const Vec damping = 1 / (1 + curvature(t, c0) * (2 * share * (Real)t->learning_rate));
    for (int k = 0; k < t->n_targets; k++) vec_store(g + k * LANES, damping * vec_load(g + k * LANES));
    return (AnchorLoss){share * squares - 2 * s0, vec_broadcast(1)};
}

/* name_cosine, from objective_list.h: which scores the objective `name` takes. */
#define OBJECTIVE(name, cosine, within, bounded) name##_cosine = cosine,
enum { OBJECTIVE_LIST(OBJECTIVE) };
#undef OBJECTIVE

static void nt_xent(Tile *t) { each_anchor(t, nt_xent_cosine, softmax_halvings(t), nt_xent_anchors); }
static void decoupled(Tile *t) { each_anchor(t, decoupled_cosine, softmax_halvings(t), decoupled_anchors); }
static void triplet(Tile *t) { each_anchor(t, triplet_cosine, softmax_halvings(t), triplet_anchors); }
static void triplet_dot(Tile *t) { each_anchor(t, triplet_dot_cosine, softmax_halvings(t), triplet_anchors); }
static void spectral(Tile *t) { find_inverse_norms(t); each_anchor(t, spectral_cosine, softmax_halvings(t), spectral_anchors);
}

#endif
