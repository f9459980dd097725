/* objective_list.h -- every objective, once. From this list follow the table of each instruction set (kernels.h), the number of
 * objectives (tile.h) and the names that Python sees (_core.objectives).
 *
 * OBJECTIVE(name, cosine, within, bounded): `name` is what users write, and a function `void name(Tile *)` in sgns.h, objectives.h or
 * align_uniform.h. `cosine` is 1 if scores are cosines, so that rows also shrink (D and E in tile.h), and 0 if they are dot
 * products. `within` is 1 if negative pairs are rows of the same matrix, so that a window is two tiles (window.pxd). `bounded` is
 * 1 if no learning rate makes it diverge, so that step.h need not prevent that. */
#ifndef W2V_OBJECTIVE_LIST_H
#define W2V_OBJECTIVE_LIST_H

#define OBJECTIVE_LIST(OBJECTIVE) \
    OBJECTIVE(sgns, 0, 0, 0) \
    OBJECTIVE(nt_xent, 1, 0, 1) \
    OBJECTIVE(decoupled, 1, 0, 1) \
    OBJECTIVE(triplet, 1, 0, 1) \
    OBJECTIVE(triplet_dot, 0, 0, 0) \
    OBJECTIVE(align_uniform, 1, 1, 1) \
    OBJECTIVE(spectral, 0, 0, 1)

#endif
