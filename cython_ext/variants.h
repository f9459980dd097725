/* variants.h -- the kernels that ship, one table per instruction set, and which of them this machine can run. */
#ifndef W2V_VARIANTS_H
#define W2V_VARIANTS_H

#include "tile.h"

extern const TileKernels tile_base;
#if defined(__x86_64__)
extern const TileKernels tile_avx2, tile_avx512;
#endif

enum { MAX_TILE_VARIANTS = 3 };

/* The variants that this CPU and operating system support, best first; returns their number. */
static inline int tile_variants(const TileKernels *found[MAX_TILE_VARIANTS]) {
    int n = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl"))
        found[n++] = &tile_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) found[n++] = &tile_avx2;
#endif
    found[n++] = &tile_base;
    return n;
}

#endif
