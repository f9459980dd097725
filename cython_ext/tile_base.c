/* tile_base.c -- SSE2 on x86-64, NEON on AArch64. */
#define REAL_BITS 32
#define LANES 4
#define SCORE_CONTEXTS 2
#define SCORE_TARGETS 6
#define APPLY_SLICES 1
#define APPLY_TARGETS 6
#define KERNELS tile_base
#define KERNELS_NAME "base"
#include "kernels.h"
