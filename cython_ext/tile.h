/* tile.h -- what a tile is, and the kernels that work on one. Plain C, no Python, shared with Cython through tile.pxd.
 *
 * Around one centre word stand n context rows X (of the input matrix) and m target rows Y (of the output matrix: the
 * centre itself first, then the noise words that the whole window shares). One step of skip-gram with negative sampling is
 *
 *     score       S = X Y^T                      n x m
 *     objective   S -> G = -lr * dL/dS           n x m     the only place where objectives differ
 *     apply       X += G Y ;  Y += G^T X_old     rows, in place
 *
 * Rows are distinct inside a tile: a word that stands twice in a window, or a noise word drawn twice, is one row whose
 * entries in `weights` carry its multiplicity. So every product uses the old values and no update is ever lost.
 *
 * Each instruction set compiles kernels.h once (tile_base.c, tile_avx2.c, ...) into one TileKernels table. */
#ifndef W2V_TILE_H
#define W2V_TILE_H

#include <stdint.h>

enum { ROW_ALIGNMENT = 64 };  /* bytes: one cache line, and the widest vector of any variant */
enum { SCORE_SLACK = 64 };    /* entries past n*m that kernels may overwrite in scores, signs and weights */

/* Element type behind each void pointer: the variant's REAL (float, or double in the finite-difference build).
 * Rows are ROW_ALIGNMENT-aligned and zero-padded to a multiple of it. */
typedef struct Tile {
    int dim;                /* IN  columns in use */
    int n_contexts;         /* IN  n */
    int n_targets;          /* IN  m; targets[0] is the observed word */
    void **contexts;        /* IN/OUT  n rows of the input matrix */
    void **targets;         /* IN/OUT  m rows of the output matrix */
    void *scores;           /* score: OUT S;  objective: IN S, OUT G;  apply: IN G.  n*m + SCORE_SLACK, row-major */
    const void *signs;      /* IN  -1 where a score belongs to the observed word, else +1; laid out as scores */
    const void *weights;    /* IN  multiplicity of each pair, laid out as scores; NULL: every pair counts once */
    int max_weight;         /* IN  the largest of weights; 1 if NULL */
    void *deltas;           /* scratch: n rows, for tiles with more targets than the registers hold */
    double learning_rate;   /* IN */
    void *waiting;          /* scratch, two cache lines: a product and a sum that are not in `loss` yet */
    int factors;            /* how many the product has */
    double loss;            /* IN/OUT  the loss in nats, to which every tile's is added; complete after settle */
} Tile;

typedef struct TileKernels {
    const char *name;
    int lanes;              /* elements in a vector */
    int real_bytes;         /* 4, or 8 in the finite-difference build */
    void (*score)(const Tile *);
    void (*sgns)(Tile *);
    void (*apply)(const Tile *);
    void (*begin)(Tile *);  /* before the first tile: nothing waits */
    void (*settle)(Tile *); /* after the last: completes the loss. Logarithms are taken for many tiles at once */
} TileKernels;

extern const TileKernels tile_base, tile_float64, tile_emulated512;
#if defined(__x86_64__)
extern const TileKernels tile_avx2, tile_avx512;
#endif

/* The variants this CPU and operating system can run, best first; the finite-difference and emulated builds come last. */
static inline int tile_variants(const TileKernels **found) {
    int n = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl"))
        found[n++] = &tile_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        found[n++] = &tile_avx2;
#endif
    found[n++] = &tile_base;
    found[n++] = &tile_emulated512;
    found[n++] = &tile_float64;
    return n;
}

enum { MAX_TILE_VARIANTS = 5 };

#endif
