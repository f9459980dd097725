/* tile_avx2.c -- AVX2 with FMA: 12 accumulators and their operands in 16 registers. */
#if defined(__x86_64__)
#include <math.h> /* system headers must be read before the target changes */
#include <stdint.h>
#include <stddef.h>
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif
#define REAL_BITS 32
#define LANES 8
#define SCORE_CONTEXTS 2
#define SCORE_TARGETS 6
#define APPLY_SLICES 1
#define APPLY_TARGETS 6
#define KERNELS tile_avx2
#define KERNELS_NAME "avx2"
#include "kernels.h"
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
