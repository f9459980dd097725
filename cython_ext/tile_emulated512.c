/* tile_emulated512.c -- the AVX-512 source on any CPU: proves its 16-lane code where no AVX-512 is at hand (tests only). */
#define REAL_BITS 32
#define LANES 16
#define SCORE_CONTEXTS 4
#define SCORE_TARGETS 6
#define APPLY_SLICES 2
#define APPLY_TARGETS 6
#define KERNELS tile_emulated512
#define KERNELS_NAME "emulated512"
#include "kernels.h"
