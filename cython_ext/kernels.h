/* kernels.h -- the kernels for one instruction set; see tile.h for what they compute. Included once by each tile_*.c, after
 * that file has set the compiler's target and defined
 *
 *     KERNELS, KERNELS_NAME           the table's symbol, and the name that Python sees
 *     REAL_BITS, LANES                32 or 64, and the elements of a vector
 *     SCORE_CONTEXTS, SCORE_TARGETS   the block of accumulators in score.h
 *     APPLY_SLICES, APPLY_TARGETS     the block of target rows in apply.h: APPLY_SLICES vectors of each of APPLY_TARGETS rows
 *
 * The two block shapes are chosen so that each block fills the registers. */
#ifndef W2V_KERNELS_H
#define W2V_KERNELS_H

#if !defined(KERNELS) || !defined(KERNELS_NAME) || !defined(REAL_BITS) || !defined(LANES) || !defined(SCORE_CONTEXTS) \
    || !defined(SCORE_TARGETS) || !defined(APPLY_SLICES) || !defined(APPLY_TARGETS)
#error "kernels.h is included by tile_*.c only, which define what it needs"
#endif

#include "score.h"
#include "sgns.h"
#include "objectives.h"
#include "align_uniform.h"
#include "apply.h"
#include "directional_merge.h"
#include "directions.h"

#define OBJECTIVE(name, cosine, within, bounded) {#name, cosine, within, bounded, name},
const TileKernels KERNELS = {
    .name = KERNELS_NAME,
    .lanes = LANES,
    .real_bytes = sizeof(Real),
    .objectives = {OBJECTIVE_LIST(OBJECTIVE)},
    .score = score_tile,
    .apply = apply_plain,
    .apply_scaled = apply_scaled,
    .apply_stepped = apply_stepped,
    .apply_scaled_stepped = apply_scaled_stepped,
    .merge = merge_rows,
    .pack_changes = pack_changes,
    .add_changes = add_changes,
    .merge_by_direction = merge_by_direction,
    .second_moments = second_moments,
    .eigenvectors = eigenvectors,
    .begin_loss = begin_loss,
    .flush_loss = flush_loss,
};
#undef OBJECTIVE

#endif
