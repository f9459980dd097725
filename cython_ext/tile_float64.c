/* tile_float64.c -- double precision, exact sigmoid: for finite differences (tests only). */
#define REAL_BITS 64
#define LANES 2
#define SCORE_CONTEXTS 2
#define SCORE_TARGETS 6
#define APPLY_SLICES 1
#define APPLY_TARGETS 6
#define KERNELS tile_float64
#define KERNELS_NAME "float64"
#include "kernels.h"
