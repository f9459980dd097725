/* tile.h -- what a tile is, and the kernels that work on one. Plain C, no Python, shared with Cython through tile.pxd.
 *
 * Around one centre word stand n context rows X (of the input matrix) and m target rows Y (of the output matrix: the
 * centre itself first, then the noise words that the whole window shares). One step of skip-gram with negative sampling is
 *
 *     score       S = X Y^T                      n x m
 *     objective   S -> G = -lr * dL/dS           n x m     the only place where objectives differ
 *     apply       X += G Y ;  Y += G^T X_old     rows, in place
 *
 * Other objectives differ from it in the second step alone. Those of the cosine also shrink every row a little, by the
 * derivative of its normalisation: one more coefficient a row, D for the contexts and E for the targets (apply_scaled);
 * and a step for each context can freeze its row or slow it down (apply_stepped):
 *
 *     X += diag(step) (G Y + diag(D) X_old) ;  Y += G^T X_old + diag(E) Y_old
 *
 * Rows are distinct inside a tile: a word that stands twice in a window, or a noise word drawn twice, is one row with a
 * multiplicity. So every product uses the old values and no update is ever lost.
 *
 * Each instruction set compiles kernels.h once (tile_base.c, tile_avx2.c, ...) into one TileKernels table. */
#ifndef W2V_TILE_H
#define W2V_TILE_H

#include <stdint.h>

enum { ROW_ALIGNMENT = 64 };  /* bytes: one cache line, and the widest vector of any variant */
enum { SCORE_SLACK = 64 };    /* entries past n*m that kernels may overwrite in scores, signs and weights */
enum { ROW_SLACK = 16 };      /* entries past the last row's in what has one entry a row */

/* What a run tells its objective. */
typedef struct ObjectiveSettings {
    double temperature;     /* nt_xent: tau > 0 */
    double margin;          /* triplet */
    double align_weight;    /* align_uniform: lambda */
    double align_power;     /*                alpha > 0 */
    double uniform_t;       /*                t > 0 */
} ObjectiveSettings;

/* Element type behind each void pointer: the variant's REAL (float, or double in the finite-difference build).
 * Rows are ROW_ALIGNMENT-aligned and zero-padded to a multiple of it. */
typedef struct Tile {
    int dim;                /* IN  columns in use */
    int n_contexts;         /* IN  n */
    int n_targets;          /* IN  m; targets[0] is the observed word */
    void **contexts;        /* IN/OUT  n rows of the input matrix */
    void **targets;         /* IN/OUT  m rows of the output matrix */
    void *scores;           /* score: OUT S;  objective: IN S, OUT G;  apply: IN G.  n*m + SCORE_SLACK, row-major */
    const int *context_counts; /* IN  multiplicity of each context; NULL: every row counts once, and so do pairs */
    const int *target_counts;  /* IN  of each target; the first is 1, as a noise word equal to the centre is left out */
    const void *signs;      /* IN  sgns: -1 where a score belongs to the observed word, else +1; laid out as scores */
    const void *weights;    /* IN  sgns: multiplicity of each pair, laid out as scores; NULL with context_counts */
    int max_weight;         /* IN  the largest of weights; 1 if NULL */
    const ObjectiveSettings *settings;   /* IN  not read by sgns */
    void *context_steps;    /* IN  apply_stepped: what each context's increment is multiplied by */
    void *context_scales;   /* cosine objectives: OUT D;  apply_scaled, apply_stepped: IN.  n + ROW_SLACK */
    void *target_scales;    /* cosine objectives: OUT E;  apply_scaled, apply_stepped: IN.  m + ROW_SLACK */
    void *inverse_norms;    /* scratch: 1 / length of each row, contexts first.  n + m + 2 ROW_SLACK */
    void *anchors;          /* scratch: 3 m + ROW_SLACK vectors, see anchors.h */
    void *deltas;           /* scratch: n rows, for tiles with more targets than the registers hold */
    double learning_rate;   /* IN */
    void *waiting;          /* scratch, two cache lines: a product and a sum that are not in `loss` yet */
    int factors;            /* how many the product has */
    double loss;            /* IN/OUT  the loss in nats, to which every tile's is added; complete after settle */
} Tile;

typedef struct Objective {
    const char *name;
    int scaled;             /* whether it sets context_scales and target_scales, for apply_scaled */
    void (*coefficients)(Tile *);
} Objective;

enum { OBJECTIVES = 5 };

typedef struct TileKernels {
    const char *name;
    int lanes;              /* elements in a vector */
    int real_bytes;         /* 4, or 8 in the finite-difference build */
    Objective objectives[OBJECTIVES];
    void (*score)(const Tile *);
    void (*apply)(const Tile *);
    void (*apply_scaled)(const Tile *);
    void (*apply_stepped)(const Tile *);
    void (*merge)(void *common, void *own, void *before, int dim, double share);   /* see replicas.pxd */
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
