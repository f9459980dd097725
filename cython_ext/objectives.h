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
INLINE AnchorLoss nt_xent_anchors(const Tile *t, const Real *s, Real *g) {
    const Real scale = 1 / t->settings->temperature;
    Vec top, factor = 1 / exponentials(t, s, g, 0, scale, &top);
    for (int k = 0; k < t->n_targets; k++) vec_store(g + k * LANES, -scale * factor * vec_load(g + k * LANES));
    vec_store(g, vec_load(g) + scale);
    return (AnchorLoss){scale * (top - vec_load(s)), factor};
}

/* Triplet with a margin (Schroff et al. 2015, eq. 1; here the sum over all negatives):
 *
 *     L = sum_{k>=1} max(0, s_k - s_0 + margin)              -dL/ds_k = -[active],   -dL/ds_0 = number of active ones */
INLINE AnchorLoss triplet_anchors(const Tile *t, const Real *s, Real *g) {
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

/* Alignment and uniformity (Wang & Isola 2020, eq. 1 and 2) of one anchor; |x^ - y^|^2 = 2 - 2s:
 *
 *     L = lambda (2 - 2 s_0)^{alpha/2} + log mean_{k>=1} e^{-2t (1 - s_k)}
 *     -dL/ds_0 = lambda alpha (2 - 2 s_0)^{alpha/2 - 1}      -dL/ds_k = -2t q_k,   q = softmax over k >= 1 of 2t s_k
 *
 * For alpha < 2 the slope is infinite where the pair coincides: the distance is taken to be at least NEAREST. */
#define NEAREST 1e-6 /* squared */

INLINE AnchorLoss align_uniform_anchors(const Tile *t, const Real *s, Real *g) {
    const Real lambda = t->settings->align_weight, alpha = t->settings->align_power, two_t = 2 * t->settings->uniform_t;
    Vec distance = vec_max(2 - 2 * vec_load(s), vec_broadcast(NEAREST)), power = distance;
    if (alpha != 2)
        for (int i = 0; i < LANES; i++) power[i] = pow(distance[i], alpha / 2);
    AnchorLoss loss = {lambda * power, vec_broadcast(1)};
    vec_store(g, lambda * alpha * power / distance);
    if (t->n_targets > 1) {
        Vec top, factor = 1 / exponentials(t, s, g, 1, two_t, &top);
        for (int k = 1; k < t->n_targets; k++) vec_store(g + k * LANES, -two_t * factor * vec_load(g + k * LANES));
        loss.factor = factor;
        loss.linear += two_t * (top - 1) - (Real)log(all_targets(t) - 1);
    }
    return loss;
}

/* name_cosine, from objective_list.h: which scores the objective `name` takes. */
#define OBJECTIVE(name, cosine) name##_cosine = cosine,
enum { OBJECTIVE_LIST(OBJECTIVE) };
#undef OBJECTIVE

static void nt_xent(Tile *t) { each_anchor(t, nt_xent_cosine, nt_xent_anchors); }
static void triplet(Tile *t) { each_anchor(t, triplet_cosine, triplet_anchors); }
static void triplet_dot(Tile *t) { each_anchor(t, triplet_dot_cosine, triplet_anchors); }
static void align_uniform(Tile *t) { each_anchor(t, align_uniform_cosine, align_uniform_anchors); }

#endif
