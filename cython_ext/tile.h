/* tile.h -- what a tile is, and the kernels that work on one. Plain C, no Python, shared with Cython through tile.pxd.
 *
 * A tile is one window of the text, or a part of one (step.h): n context rows X (of the input matrix) around a centre word, and
 * m target rows Y (of the output matrix: the centre itself first, then the noise words, which all contexts of the window share).
 *
 *                          y_0     y_1 .. y_m-1        Y, m rows of dim columns
 *                        centre    noise words
 *              x_0     [  s_00  |  s_01 ..        ]
 *     X        x_1     [  s_10  |  s_11 ..        ]    S = scores, n x m; the objective overwrites it by G
 *   n rows     ..      [   ..   |                 ]
 *              x_n-1   [        |                 ]
 *                       positive    negative pairs
 *
 * One step of skip-gram with negative sampling is
 *
 *     score       S = X Y^T                      n x m
 *     objective   S -> G = -lr * dL/dS           n x m     the only step in which objectives differ
 *     apply       X += G Y ;  Y += G^T X_old     rows, in place
 *
 * Objectives on cosines also shrink every row a little, by the derivative of its normalisation: one more coefficient per
 * row, D for the contexts and E for the targets (apply_scaled). Steps of the rows can freeze them or slow them down
 * (apply_stepped):
 *
 *     X += diag(s) (G Y + diag(D) X_old) ;  Y += diag(t) (G^T X_old + diag(E) Y_old)
 *
 * Rows are distinct within a tile: a word that occurs twice in a window, or a noise word drawn twice, is one row with a
 * multiplicity. So every product uses the old values and no update is lost.
 *
 * Each instruction set compiles kernels.h once (tile_base.c, tile_avx2.c, ...) into one TileKernels table. */
#ifndef W2V_TILE_H
#define W2V_TILE_H

#include <stdint.h>

#include "objective_list.h"

enum { ROW_ALIGNMENT = 64 }; /* bytes: one cache line, and the widest vector of any instruction set */
enum { SCORE_SLACK = 64 };   /* entries past n*m that kernels may overwrite in scores, signs and weights */
enum { PENDING_VECTORS = 3 };  /* in `pending`, each with a cache line */
enum { ROW_SLACK = 16 };     /* entries past the last row's in arrays of one entry per row */

/* The parameters of an objective, as numbers. */
typedef struct ObjectiveSettings {
    double negative;     /* spectral: noise words drawn for a window; those that are the centre are not among its targets */
    double negative_weight; /* sgns: W > 0, of the terms of noise words; 1 for all others */
    double temperature;  /* nt_xent, decoupled: tau > 0 */
    double margin;       /* triplet, triplet_dot */
    double align_weight; /* align_uniform: lambda */
    double align_power;  /*                alpha > 0 */
    double uniform_t;    /*                t > 0 */
} ObjectiveSettings;

/* The running mean of a Gaussian kernel over the pairs of one matrix, see align_uniform.h. */
typedef struct KernelMean {
    double mean, log_mean;
    int tiles;     /* that it is a mean of, the latest counting more; 0: none yet */
    int pending;   /* tiles that are not in it yet, but in kernel_sums; */
    double weight; /* their number of anchors */
} KernelMean;

/* A thread's memory that only kernels write. Behind a void pointer are elements of the variant's Real (float, or double in
 * the finite-difference build). Every array starts on a cache line. */
typedef struct TileScratch {
    void *scores;         /* S, then G, row by row.  n m + SCORE_SLACK */
    void *context_scales; /* D, of objectives on cosines.  n + ROW_SLACK */
    void *target_scales;  /* E, likewise.  m + ROW_SLACK */
    void *inverse_norms;  /* 1 / length of each row, contexts first.  n + m + ROW_SLACK */
    void *anchors;        /* 3 m + ROW_SLACK vectors, see anchors.h */
    void *deltas;         /* increments of n rows, for tiles with more targets than registers hold, see apply.h */
    void *pending;        /* see loss.h: products whose logarithm is not in `loss` yet, and sums to add to it */
    void *kernel_sums; /* two vectors, of what is pending in kernel_means, by lanes */
    KernelMean kernel_means[2]; /* of the input and of the output rows; zeros before the first tile */
    int pending_halvings; /* an upper bound of -log2 of each element of a product */
    double loss;          /* in nats, of all tiles since begin_loss; complete after flush_loss */
} TileScratch;

/* What the kernels read, and at the end what they write beside the rows. Rows start on a cache line and are padded with zeros
 * to a multiple of it. */
typedef struct Tile {
    int dim;                   /* columns in use */
    int n_contexts;            /* n */
    int n_targets;             /* m */
    void **contexts;           /* n rows of the input matrix */
    void **targets;            /* m rows of the output matrix; the first is the centre's */
    const int *context_counts; /* multiplicity of each context; NULL: all are 1, and so are the targets' */
    const int *target_counts;  /* of each target; the first is 1, as a noise word equal to the centre is left out */
    const void *signs;         /* sgns: -1 for the scores of the centre, +1 for those of noise words; laid out as scores */
    const void *weights;       /* sgns: multiplicity of each pair, laid out as scores; NULL with context_counts */
    int max_weight;            /* the largest of weights; 1 if NULL */
    const void *context_steps; /* apply_stepped: what each context's increment is multiplied by */
    const void *target_steps;  /* likewise for each target; NULL: ones */
    int within_output; /* align_uniform: 1 if contexts and targets are output rows, all of them negative pairs; else 0 */
    const ObjectiveSettings *settings;
    double learning_rate;
    TileScratch scratch; /* part of the tile, as a second pointer would cost a load in every kernel */
} Tile;

typedef struct Objective {
    const char *name;
    int cosine; /* whether it sets context_scales and target_scales, so that apply_scaled must follow */
    int within; /* whether noise words are compared with rows of their own matrix */
    int bounded; /* whether it bounds its steps itself, see step.h */
    void (*coefficients)(Tile *);
} Objective;

#define OBJECTIVE(name, cosine, within, bounded) OBJECTIVE_##name,
enum { OBJECTIVE_LIST(OBJECTIVE) OBJECTIVES }; /* the last one is their number */
#undef OBJECTIVE

/* Rows of matrices. Behind void pointers, here and below, are elements of the variant's Real. */
typedef struct Rows {
    int64_t number;
    int dim;       /* columns in use */
    size_t stride; /* elements of a row, padded with zeros */
} Rows;

enum { MAX_COPIES = 33 };  /* of 32 shards, and what they began with */
enum { CHANGES_SLACK = 16 }; /* bytes past the last row's, which kernels may read and overwrite */
enum { MOMENT_ROWS = 128 };  /* whose products are added up in Reals, see directions.h; they stay in the second cache */

/* What rows have learned since their last merge, row after row, see changes.h. */
typedef struct Changes {
    uint8_t *changed; /* a bit for each row, the lowest first: whether it has changed */
    int8_t *bytes;    /* of each row that has: dim */
    void *scales;     /* of each row that has: one */
    int64_t row;      /* the next one that is read or written, */
    int64_t number;   /* and how many before it have changed */
} Changes;

/* What is merged, see directional_merge.h. */
typedef struct DirectionalMerge {
    Rows rows;
    int n;                  /* number of shards */
    Changes *changes;       /* of each shard */
    const void *directions; /* U: dim rows, padded as the others; row k has component k of each direction */
    const void *components; /* U^T */
    const void *values;     /* eigenvalue of each direction, padded */
    const void *pulls;      /* of each row, as the two below */
    const void *boosts;
    const void *spreads;
} DirectionalMerge;

typedef struct TileKernels {
    const char *name;
    int lanes;      /* elements in a vector */
    int real_bytes; /* 4, or 8 in the finite-difference build */
    Objective objectives[OBJECTIVES];
    void (*score)(const Tile *);
    void (*apply)(const Tile *);
    void (*apply_scaled)(const Tile *);
    void (*apply_stepped)(const Tile *);
    void (*apply_scaled_stepped)(const Tile *);
    void (*merge)(void *common, void *copy, void *last_merged, int dim, double share); /* three rows, see replicas.pxd */
    void (*pack_changes)(const void *base, const void *copy, const Rows *, Changes *to, void *scratch);
    void (*add_changes)(void *base, void *const *copies, int n, const Rows *, Changes *);
    void (*merge_by_direction)(const DirectionalMerge *, Changes *merged, void *scratch);
    void (*second_moments)(const void *rows, const void *weights, const Rows *, double *moments, void *scratch);
    void (*eigenvectors)(double *a, int n, int64_t stride, double *values, double *scratch);
    void (*begin_loss)(TileScratch *); /* before the first tile */
    void (*flush_loss)(Tile *);        /* after the last tile: completes the loss */
} TileKernels;

#endif
