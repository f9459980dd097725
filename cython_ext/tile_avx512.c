/* tile_avx512.c -- AVX-512: 24 accumulators and their operands in 32 registers. */
#if defined(__x86_64__)
#include <math.h> /* system headers must be read before the target changes */
#include <stdint.h>
#include <stddef.h>
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")
#endif
#define REAL_BITS 32
#define LANES 16
#define SCORE_CONTEXTS 4
#define SCORE_TARGETS 6
#define APPLY_SLICES 2
#define APPLY_TARGETS 6
#define KERNELS tile_avx512
#define KERNELS_NAME "avx512"
#include "kernels.h"
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
