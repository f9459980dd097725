/* kernels_core.c -- the kernels of every instruction set with every objective, and the merging of shards, on random tiles.
 *
 *     kernels_core ROUNDS SEED
 *
 * sanitizers.py builds this, with tile_*.c, with -fsanitize=address,undefined and runs it: every array lies in a block of exactly
 * the size that tile.h and workspace.pxd promise, so that an element too many is seen. What holds for any input is checked here
 * too, such as that padding stays zero; a violation aborts. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cython_ext/merge.h"
#include "cython_ext/tile.h"
#include "cython_ext/variants.h"

extern const TileKernels tile_emulated512, tile_float64;

static uint64_t state = 1;

static uint64_t draw(uint64_t n) { /* below n; xorshift (Marsaglia 2003) */
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % n;
}

static double draw_real(void) { return (double)draw(1u << 24) / (1u << 23) - 1; } /* in [-1, 1) */

#define holds(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "kernels_core.c:%d: not so: %s\n", __LINE__, #condition); \
            abort(); \
        } \
    } while (0)

/* Blocks that are freed together. */
static void *blocks[512];
static int n_blocks;

static void *make(size_t n, size_t size) { /* zeros, from a cache line on, and not a byte more */
    void *made = NULL;
    holds(n_blocks < 512);
    if (posix_memalign(&made, ROW_ALIGNMENT, n * size)) exit(1);
    memset(made, 0, n * size);
    return blocks[n_blocks++] = made;
}

static void free_blocks(void) {
    while (n_blocks) free(blocks[--n_blocks]);
}

static void set_real(void *reals, int bytes, size_t i, double value) {
    if (bytes == 4) ((float *)reals)[i] = (float)value;
    else ((double *)reals)[i] = value;
}

static double get_real(const void *reals, int bytes, size_t i) {
    return bytes == 4 ? ((const float *)reals)[i] : ((const double *)reals)[i];
}

static size_t padded(int dim, int bytes) { /* in elements */
    const size_t line = ROW_ALIGNMENT / (size_t)bytes;
    return ((size_t)dim + line - 1) / line * line;
}

static void *make_reals(size_t n, size_t slack, int bytes, double scale, double shift) {
    void *reals = make(n + slack, (size_t)bytes);
    for (size_t i = 0; i < n; i++) set_real(reals, bytes, i, shift + scale * draw_real());
    return reals;
}

static void *make_row(int dim, int bytes, double scale) {
    void *row = make(padded(dim, bytes), (size_t)bytes);
    for (int j = 0; j < dim; j++) set_real(row, bytes, (size_t)j, scale * draw_real());
    return row;
}

static void row_is_sound(const void *row, int dim, int bytes) {
    for (size_t j = (size_t)dim; j < padded(dim, bytes); j++) holds(get_real(row, bytes, j) == 0);
    for (int j = 0; j < dim; j++) holds(isfinite(get_real(row, bytes, (size_t)j)));
}

/* -------------------------------------------------------------------------------------------------------------- tiles */

static void lay_out_scratch(TileScratch *scratch, int n, int m, int dim, int bytes) { /* as make_scratch in workspace.pxd */
    const size_t contexts = (size_t)n, targets = (size_t)m, real = (size_t)bytes;
    scratch->scores = make(contexts * targets + SCORE_SLACK, real);
    scratch->context_scales = make(contexts + ROW_SLACK, real);
    scratch->target_scales = make(targets + ROW_SLACK, real);
    scratch->inverse_norms = make(contexts + targets + ROW_SLACK, real);
    scratch->anchors = make(3 * targets + ROW_SLACK, ROW_ALIGNMENT);
    scratch->deltas = make(contexts * ((size_t)dim + ROW_ALIGNMENT), real);
    scratch->kernel_sums = make(2, ROW_ALIGNMENT);
    scratch->pending = make(PENDING_VECTORS, ROW_ALIGNMENT);
}

static void **make_rows(int n, int dim, int bytes, double scale) {
    void **rows = make((size_t)n, sizeof *rows);
    for (int i = 0; i < n; i++) rows[i] = make_row(dim, bytes, draw(8) ? scale : 0);
    return rows;
}

static int *make_counts(int n) {
    int *counts = make((size_t)n, sizeof *counts);
    for (int i = 0; i < n; i++) counts[i] = 1 + (int)draw(draw(4) ? 3 : 70);
    return counts;
}

static void lay_out_pairs(Tile *t, int bytes) {
    const int n = t->n_contexts, m = t->n_targets;
    const size_t pairs = (size_t)n * (size_t)m;
    void *signs = make(pairs + SCORE_SLACK, (size_t)bytes);
    for (size_t i = 0; i < pairs; i++) set_real(signs, bytes, i, i % (size_t)m ? 1 : -1);
    t->signs = signs;
    t->max_weight = 1;
    if (draw(2)) return;
    int *contexts = make_counts(n), *targets = make_counts(m);
    void *weights = make(pairs + SCORE_SLACK, (size_t)bytes);
    if (!t->within_output) targets[0] = 1;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < m; k++) {
            const int weight = contexts[i] * targets[k];
            set_real(weights, bytes, (size_t)(i * m + k), weight);
            if (weight > t->max_weight) t->max_weight = weight;
        }
    if (t->max_weight == 1) return;
    t->context_counts = contexts;
    t->target_counts = targets;
    t->weights = weights;
}

/* Change rows between their scores and their lengths, as threads that share them do: cosines are then of any size. */
static void other_thread(const Tile *t, int bytes) {
    const double factor = pow(10, 3 * draw_real());
    for (int i = 0; i < t->n_contexts; i++)
        for (int j = 0; j < t->dim; j++)
            set_real(t->contexts[i], bytes, (size_t)j, factor * get_real(t->contexts[i], bytes, (size_t)j));
}

static void fuzz_tile(const TileKernels *kernels) {
    const int bytes = kernels->real_bytes, dim = 1 + (int)draw(draw(3) ? 40 : 310);
    const int n = 1 + (int)draw(draw(3) ? 12 : 64), m = 1 + (int)draw(draw(3) ? 12 : 60), ordinary = draw(8) != 0;
    const double scale = ordinary ? 1.0 / sqrt(dim) : 1e25;
    const ObjectiveSettings settings = {
        .negative = (m > 1 ? m - 1 : 1) + (double)draw(3),
        .negative_weight = draw(2) ? 1 : 0.1 + 0.3 * (double)draw(20),
        .temperature = 0.05 + 0.1 * (double)draw(10),
        .margin = 0.1 * (double)draw(20),
        .align_weight = 0.1 * (double)draw(20),
        .align_power = 0.5 * (double)(1 + draw(6)),
        .uniform_t = 0.5 * (double)(1 + draw(8)),
    };
    const Objective *objective = &kernels->objectives[draw(OBJECTIVES)];
    Tile t = {.dim = dim, .n_contexts = n, .n_targets = m, .settings = &settings};
    t.learning_rate = draw(8) ? 0.001 * (double)draw(100) : 0;
    t.within_output = objective->within && draw(2);
    if (t.within_output) t.n_contexts = 1;
    t.contexts = make_rows(t.n_contexts, dim, bytes, scale);
    t.targets = make_rows(m, dim, bytes, scale);
    lay_out_pairs(&t, bytes);
    lay_out_scratch(&t.scratch, t.n_contexts, m, dim, bytes);
    const int stepped = draw(2) != 0;
    t.context_steps = stepped ? make_reals((size_t)t.n_contexts, ROW_SLACK, bytes, 0.5, 0.5) : NULL;
    t.target_steps = stepped && draw(2) ? make_reals((size_t)m, ROW_SLACK, bytes, 0.5, 0.5) : NULL;
    void (*apply[2][2])(const Tile *) = {{kernels->apply, kernels->apply_stepped},
                                         {kernels->apply_scaled, kernels->apply_scaled_stepped}};
    kernels->begin_loss(&t.scratch);
    for (uint64_t tiles = 1 + draw(3); tiles; tiles--) {
        kernels->score(&t);
        if (!draw(6)) other_thread(&t, bytes);
        objective->coefficients(&t);
        apply[objective->cosine][stepped](&t);
    }
    kernels->flush_loss(&t);
    if (!ordinary) return; /* infinite scores make all of a row NaN */
    holds(isfinite(t.scratch.loss));
    for (int i = 0; i < t.n_contexts; i++) row_is_sound(t.contexts[i], dim, bytes);
    for (int k = 0; k < m; k++) row_is_sound(t.targets[k], dim, bytes);
}

/* ------------------------------------------------------------------------------------------------------------- merging */

/* Rows of one matrix in one block. */
static void *make_matrix(size_t rows, int dim, int bytes, double scale) {
    const size_t stride = padded(dim, bytes);
    void *matrix = make(rows * stride, (size_t)bytes);
    for (size_t i = 0; i < rows; i++)
        for (int j = 0; j < dim; j++) set_real(matrix, bytes, i * stride + (size_t)j, scale * draw_real());
    return matrix;
}

static void matrix_is_sound(const void *matrix, size_t rows, int dim, int bytes) {
    const size_t row_bytes = padded(dim, bytes) * (size_t)bytes;
    for (size_t i = 0; i < rows; i++) row_is_sound((const char *)matrix + i * row_bytes, dim, bytes);
}

static Changes make_changes(size_t rows, int dim, size_t real) {
    return (Changes){.changed = make((rows + 7) / 8, 1), .bytes = make(rows * (size_t)dim + CHANGES_SLACK, 1), .scales = make(rows, real)};
}

static void rewind_changes(Changes *changes, int n) {
    for (int c = 0; c < n; c++) changes[c].row = changes[c].number = 0;
}

/* Each change is rounded to the nearest of 255 multiples of its row's scale; those that have changed lie one after another. */
static void are_packed(const void *base, const void *copy, const Rows *rows, const Changes *changes, int bytes) {
    int64_t packed = 0;
    holds(changes->row == rows->number);
    for (int64_t i = 0; i < rows->number; i++) {
        const int changed = changes->changed[i >> 3] >> (i & 7) & 1;
        const double scale = changed ? get_real(changes->scales, bytes, (size_t)packed) : 0;
        for (int j = 0; j < rows->dim; j++) {
            const size_t at = (size_t)i * rows->stride + (size_t)j;
            const double change = get_real(copy, bytes, at) - get_real(base, bytes, at);
            const double byte = changed ? changes->bytes[packed * rows->dim + j] : 0;
            holds(fabs(change - scale * byte) <= 0.501 * scale + 1e-6);
        }
        packed += changed;
    }
    holds(packed == changes->number);
}

static void fuzz_merges(const TileKernels *kernels) {
    const int bytes = kernels->real_bytes, dim = 1 + (int)draw(draw(3) ? 40 : 310);
    const size_t stride = padded(dim, bytes), rows = 1 + draw(20), real = (size_t)bytes;
    void *common = make_row(dim, bytes, 1), *copy = make_row(dim, bytes, 1), *last = make_row(dim, bytes, 1);
    kernels->merge(common, copy, last, dim, 0.5);
    for (int j = 0; j < dim; j++) holds(get_real(common, bytes, (size_t)j) == get_real(copy, bytes, (size_t)j));
    row_is_sound(common, dim, bytes);

    const int n = 1 + (int)draw(MAX_COPIES - 1), ordinary = draw(8) != 0;
    const Rows all = {(int64_t)rows, dim, stride};
    void *base = make_matrix(rows, dim, bytes, 1), **copies = make((size_t)n, sizeof *copies);
    Changes *changes = make((size_t)n + 1, sizeof *changes); /* of each copy, and merged */
    for (int c = 0; c <= n; c++) changes[c] = make_changes(rows, dim, real);
    for (int c = 0; c < n; c++) {
        copies[c] = make_matrix(rows, dim, bytes, 1);
        for (size_t i = 0; i < rows; i++)
            if (draw(2)) memcpy((char *)copies[c] + i * stride * real, (char *)base + i * stride * real, stride * real);
        if (!ordinary) set_real(copies[c], bytes, draw(rows) * stride + draw((uint64_t)dim), draw(2) ? NAN : 1e38);
        kernels->pack_changes(base, copies[c], &all, &changes[c], make(stride, real));
        if (ordinary) are_packed(base, copies[c], &all, &changes[c], bytes);
    }
    DirectionalMerge merge = {.rows = all, .n = n, .changes = changes};
    merge.directions = make_matrix((size_t)dim, dim, bytes, 1.0 / sqrt(dim));
    merge.components = make_matrix((size_t)dim, dim, bytes, 1.0 / sqrt(dim));
    void *values = make(stride, real);
    for (int j = 0; j < dim; j++) set_real(values, bytes, (size_t)j, pow(10, 4 * draw_real()));
    merge.values = values;
    merge.pulls = make_reals(rows, 0, bytes, 50, 50);
    merge.boosts = make_reals(rows, 0, bytes, 4, 5);
    merge.spreads = make_reals(rows, 0, bytes, 8, 9);
    rewind_changes(changes, n);
    kernels->merge_by_direction(&merge, &changes[n], make(4 * stride, real));
    for (int c = 0; c <= n; c++) holds(changes[c].row == (int64_t)rows && changes[c].number <= (int64_t)rows);
    rewind_changes(&changes[n], 1);
    kernels->add_changes(base, copies, n, &all, &changes[n]);
    if (ordinary) matrix_is_sound(base, rows, dim, bytes);
    for (int c = 0; c < n; c++) holds(!memcmp(copies[c], base, rows * stride * real));
}

static double length_of(const double *row, int n) {
    double square = 0;
    for (int i = 0; i < n; i++) square += row[i] * row[i];
    return sqrt(square);
}

static void fuzz_directions(const TileKernels *kernels) {
    const int bytes = kernels->real_bytes, dim = 1 + (int)draw(draw(3) ? 30 : 120);
    const size_t stride = padded(dim, bytes), n = (size_t)dim, rows = 1 + draw(200);
    const double scale = draw(6) ? 1 : draw(2) ? 0 : 1e18;
    const Rows all = {(int64_t)rows, dim, stride};
    void *matrix = make_matrix(rows, dim, bytes, scale), *weights = make_reals(rows, 0, bytes, 0.5, 0.5);
    double *moments = make(n * stride, sizeof *moments), trace = 0, sum = 0;
    kernels->second_moments(matrix, weights, &all, moments, make(MOMENT_ROWS * stride, (size_t)bytes));
    double *square = make(n * n, sizeof *square), *values = make(n, sizeof *values);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) square[i * n + j] = moments[i * stride + j];
        trace += square[i * n + i];
    }
    if (!isfinite(trace)) return; /* refused before the search for directions */
    kernels->eigenvectors(square, dim, dim, values, make(2 * n, sizeof *values));
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
        holds(fabs(length_of(square + i * n, dim) - 1) < 1e-9);
    }
    holds(fabs(sum - trace) <= 1e-9 * fabs(trace));
}

static void fuzz_means(void) {
    const int64_t rows = 1 + (int64_t)draw(20), lines = 1 + (int64_t)draw(5);
    const int n = 1 + (int)draw(MAX_COPIES), dim = 16 * (int)lines;
    float *copies[MAX_COPIES];
    for (int c = 0; c < n; c++) copies[c] = make_matrix((size_t)rows, dim, 4, 1);
    mean_of_lines(copies, n, 0, rows * lines);
    for (int c = 1; c < n; c++) holds(!memcmp(copies[0], copies[c], (size_t)(rows * dim) * sizeof(float)));
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    const TileKernels *kernels[MAX_TILE_VARIANTS + 2];
    int n = tile_variants(kernels);
    kernels[n++] = &tile_emulated512;
    kernels[n++] = &tile_float64;
    state = strtoull(arguments[2], NULL, 10) * 2 + 1;
    for (long round = atol(arguments[1]); round; round--) {
        for (int k = 0; k < n; k++) {
            fuzz_tile(kernels[k]);
            free_blocks();
            fuzz_merges(kernels[k]);
            free_blocks();
            fuzz_directions(kernels[k]);
            free_blocks();
        }
        fuzz_means();
        free_blocks();
    }
    return 0;
}
