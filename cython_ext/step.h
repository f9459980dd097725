/* step.h -- how far one tile may move a row.
 *
 * All contexts of a tile push a target row at once, from old values. Along a target row the loss of one pair has the curvature
 * s (1 - s) |x|^2 <= |x|^2 / 4, where s is the sigmoid of the score; n pairs together have at most n |x|^2 / 4 (reached if
 * their contexts are parallel: a repeated word, a session about one topic). Gradient descent is stable while the learning rate
 * times the curvature is below 2, so lr n < 8 / |x|^2 at once, but only lr < 8 / |x|^2 one after another. Therefore the contexts
 * of a window are trained in consecutive parts, each a tile of its own, which sees the rows that the part before it left:
 *
 *     contexts   a b c d e f g h . .  around the centre
 *     tiles      [a b c d][e f g h][. .]         TARGET_STEP / lr contexts each
 *
 * At the default learning rate, a part has 10 contexts, which is every window of 5 words; at large learning rates it has one, as
 * in word2vec.c. All m targets in turn push a context row, which no division of the window reduces: so the learning rate of a
 * tile is at most ROW_STEP. A noise word drawn w times pushes w times; where w or m is large, the learning rate counts as larger.
 *
 * A noise word of weight W (sgns.h) pushes as W noise words do: the curvature of its terms is W times as large. So its row is
 * pushed w W times, and a context row by 1 + (m - 1) W targets.
 *
 * The constants are measured, not derived, as the lengths of rows have no bound (README.md, "The bounded step").
 *
 * Objectives on cosines never diverge: their updates are orthogonal to the rows, which can only grow, and the longer a row, the
 * smaller the angle by which a step turns it. But many contexts at once let a target overshoot, grow, and so learn slowly:
 * their tiles have the contexts of a window of 5, for which the initial lengths were chosen, at every learning rate. So do those of
 * spectral, which divides its steps by the curvature (objectives.h). */
#ifndef W2V_STEP_H
#define W2V_STEP_H

#define TARGET_STEP 0.25 /* learning rate x contexts of a tile; 0.5 diverges on repeated words */
#define ROW_STEP 0.1     /* learning rate of a tile; 0.25 diverges */
enum { FEW_ALIKE = 5, FEW_TARGETS = 21 };
enum { BOUNDED_CONTEXTS = 10 };
enum { FEW_REPEATED = 3 };
/* Contexts of a tile at any learning rate: their rows fit into L1, and memory does not grow with windows. */
enum { MAX_CONTEXTS = 64 };

typedef struct Step {
    double learning_rate; /* of a tile */
    int contexts;         /* of a tile, at most, with multiplicity */
} Step;

/* By what factor a tile's steps are larger than its learning rate says. */
static inline double crowding(int targets, int most_alike, double noise_weight) {
    double alike = most_alike * noise_weight / FEW_ALIKE, all = (1 + (targets - 1) * noise_weight) / FEW_TARGETS;
    double larger = alike > all ? alike : all;
    return larger > 1 ? larger : 1;
}

static inline Step bounded_step(double learning_rate) {
    Step step = {learning_rate, BOUNDED_CONTEXTS};
    return step;
}

static inline Step dot_step(double learning_rate, double crowded) {
    double most = TARGET_STEP / (learning_rate * crowded); /* infinite for 0 */
    Step step = {learning_rate, most >= MAX_CONTEXTS ? MAX_CONTEXTS : most < 1 ? 1 : (int)most};
    if (learning_rate * crowded > ROW_STEP) step.learning_rate = ROW_STEP / crowded;
    return step;
}

/* By what a tile's learning rate is multiplied if that of the run is `boost` times as large (w2v/training/merging.py): less where
 * a pair counts many times, as in windows of a repeated word. The boost of normal windows has no bound here: what noise weighs
 * beyond FEW_REPEATED has lowered it for all rows already, as merging needs to know it. */
static inline double bounded_boost(double boost, int multiplicity, double noise_weight) {
    double weight = noise_weight < 1 ? 1 : noise_weight < FEW_REPEATED ? noise_weight : FEW_REPEATED;
    double bounded = boost * FEW_REPEATED / (multiplicity * weight);
    return bounded < 1 ? 1 : bounded < boost ? bounded : boost;
}

#endif
