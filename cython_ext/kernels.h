/* kernels.h -- the kernels for one instruction set; see tile.h for what they compute.
 *
 * The including file defines LANES, REAL (and REAL_IS_FLOAT), KERNELS (the table's symbol) and KERNELS_NAME, the shape of
 * the score block (SCORE_CONTEXTS x SCORE_TARGETS accumulators) and that of the apply step (APPLY_TARGETS rows by
 * APPLY_SLICES vectors), so that both fill the registers. */
#include "tile.h"
#include "lanes.h"
#include "score.h"
#include "sgns.h"
#include "cosine.h"
#include "anchors.h"
#include "objectives.h"
#include "apply.h"

const TileKernels KERNELS = {
    KERNELS_NAME, LANES, sizeof(REAL),
    {{"sgns", 0, sgns}, {"nt_xent", 1, nt_xent}, {"triplet", 1, triplet}, {"triplet_dot", 0, triplet_dot},
     {"align_uniform", 1, align_uniform}},
    score, apply, apply_scaled, apply_stepped, merge, begin, settle,
};
