/* kernel.c -- time the kernels of each instruction set alone, beside the multiply-adds that this core can do.
 *
 * Built and run by kernel.py. Prints one JSON object per line: variant, objective, dim, contexts, targets, rows, kernel (score,
 * objective, apply, all, peak), nanoseconds per tile and useful floating-point operations per second. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "../cython_ext/variants.h"

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

/* Multiply-adds on registers alone: the ceiling. Twelve independent chains hide a latency of six cycles at two a cycle. */
#define PEAK(NAME, TARGET, LANES)                                                                                          \
    TARGET static double NAME(void) {                                                                                      \
        typedef float vec __attribute__((vector_size(4 * LANES)));                                                         \
        enum { CHAINS = 12, STEPS = 1 << 19 };                                                                             \
        vec b = (vec){0} + 0.999f, c = (vec){0} + 1e-3f, sum = {0};                                                        \
        double best = 1e9;                                                                                                 \
        for (int round = 0; round < 25; round++) {                                                                         \
            volatile float start = round; /* opaque: equal chains would be computed once */                               \
            vec a0 = c + start, a1 = c + start, a2 = c + start, a3 = c + start, a4 = c + start, a5 = c + start;            \
            vec a6 = c + start, a7 = c + start, a8 = c + start, a9 = c + start, a10 = c + start, a11 = c + start;          \
            double began = now();                                                                                          \
            for (int s = 0; s < STEPS; s++) {                                                                              \
                a0 = a0 * b + c; a1 = a1 * b + c; a2 = a2 * b + c; a3 = a3 * b + c;                                        \
                a4 = a4 * b + c; a5 = a5 * b + c; a6 = a6 * b + c; a7 = a7 * b + c;                                        \
                a8 = a8 * b + c; a9 = a9 * b + c; a10 = a10 * b + c; a11 = a11 * b + c;                                    \
            }                                                                                                              \
            double took = now() - began;                                                                                   \
            if (took < best) best = took;                                                                                  \
            sum += a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11;                                            \
        }                                                                                                                  \
        volatile float sink = sum[0];                                                                                      \
        (void)sink;                                                                                                        \
        return 2.0 * LANES * CHAINS * STEPS / best;                                                                        \
    }
PEAK(peak_base, , 4)
#if defined(__x86_64__)
PEAK(peak_avx2, __attribute__((target("avx2,fma"))), 8)
PEAK(peak_avx512, __attribute__((target("avx512f"))), 16)
#endif

static double peak_of(const TileKernels *k) {
#if defined(__x86_64__)
    if (k->lanes == 16) return peak_avx512();
    if (k->lanes == 8) return peak_avx2();
#endif
    return peak_base();
}

static float *rows_of(int64_t rows, int stride) {
    float *matrix = aligned_alloc(2 << 20, ((rows * stride * sizeof(float) + (2 << 20)) >> 21) << 21);
    for (int64_t i = 0; i < rows * stride; i++) matrix[i] = 0;
    return matrix;
}

static void fill(float *matrix, int64_t rows, int stride, int dim) {
    uint64_t state = 1;
    for (int64_t r = 0; r < rows; r++)
        for (int j = 0; j < dim; j++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            matrix[r * stride + j] = ((int32_t)(state >> 32) / 2147483648.0f) * 0.5f;
        }
}

enum { SCORE = 1, OBJECTIVE = 2, APPLY = 4 };

/* Best of several rounds: seconds per tile. Tile i of a round takes the rows from order[i] on. */
static double seconds_per_tile(const TileKernels *k, const Objective *objective, Tile *t, float *in, float *out, int stride,
                             const int32_t *order, int tiles, int parts) {
    double best = 1e9;
    void (*apply)(const Tile *) = objective->cosine ? k->apply_scaled : k->apply;
    for (int round = 0; round < 40; round++) {   /* short ones: on a shared machine some are undisturbed */
        double began = now();
        for (int i = 0; i < tiles; i++) {
            const int32_t *rows = order + (size_t)i * (t->n_contexts + t->n_targets);
            for (int c = 0; c < t->n_contexts; c++) t->contexts[c] = in + (size_t)rows[c] * stride;
            for (int c = 0; c < t->n_targets; c++) t->targets[c] = out + (size_t)rows[t->n_contexts + c] * stride;
            if (parts & SCORE) k->score(t);
            if (parts & OBJECTIVE) objective->coefficients(t);
            if (parts & APPLY) apply(t);
        }
        double took = (now() - began) / tiles;
        if (took < best) best = took;
    }
    return best;
}

static void report(const char *variant, const char *objective, int dim, int n, int m, int64_t rows, const char *part, double seconds, double flop,
                   double peak) {
    printf("{\"variant\": \"%s\", \"objective\": \"%s\", \"dim\": %d, \"contexts\": %d, \"targets\": %d, \"rows\": %lld, \"kernel\": \"%s\", "
           "\"nanoseconds\": %.1f, \"gflops\": %.1f, \"share_of_peak\": %.3f}\n",
           variant, objective, dim, n, m, (long long)rows, part, seconds * 1e9, flop / seconds / 1e9, flop / seconds / peak);
    fflush(stdout);
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fprintf(stderr, "usage: kernel VARIANT DIM CONTEXTS TARGETS ROWS OBJECTIVE\n");
        return 2;
    }
    const char *variant = argv[1];
    int dim = atoi(argv[2]), n = atoi(argv[3]), m = atoi(argv[4]), stride = (dim + 15) / 16 * 16;
    int64_t rows = atoll(argv[5]);
    const TileKernels *found[MAX_TILE_VARIANTS], *k = NULL;
    for (int i = tile_variants(found) - 1; i >= 0; i--)
        if (!strcmp(found[i]->name, variant)) k = found[i];
    const Objective *objective = NULL;
    for (int i = 0; k && i < OBJECTIVES; i++)
        if (!strcmp(k->objectives[i].name, argv[6])) objective = &k->objectives[i];
    if (!objective || k->real_bytes != 4 || rows < n + m) {
        fprintf(stderr, "kernel: no such variant or objective here, or fewer rows than a tile has\n");
        return 2;
    }
    int tiles = rows < 1000 ? 4000 : 20000;
    int32_t *order = malloc((size_t)tiles * (n + m) * sizeof *order);
    uint64_t state = 7;
    for (size_t i = 0; i < (size_t)tiles * (n + m); i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        order[i] = rows < 1000 ? (int32_t)(i % (n + m)) : (int32_t)((state >> 33) % rows);
    }
    float *in = rows_of(rows, stride), *out = rows_of(rows, stride);
    fill(in, rows, stride, dim);
    fill(out, rows, stride, dim);
    void **pointers = malloc((n + m) * sizeof *pointers);
    float *scores = aligned_alloc(64, (n * m + SCORE_SLACK + 16) / 16 * 64);
    float *signs = malloc((n * m + SCORE_SLACK) * sizeof *signs);
    float *deltas = aligned_alloc(64, (size_t)n * (stride + 64) * sizeof *deltas);
    float *pending = aligned_alloc(64, 64 * PENDING_VECTORS);
    memset(scores, 0, (n * m + SCORE_SLACK + 16) / 16 * 64);
    for (int i = 0; i < n * m + SCORE_SLACK; i++) signs[i] = i % m == 0 ? -1 : 1;
    const ObjectiveSettings settings = {.negative = 5, .negative_weight = 1, .temperature = 0.1, .margin = 0.5, .align_weight = 3, .align_power = 2, .uniform_t = 3};
    const int entries = n + m + 2 * ROW_SLACK;
    float *steps = malloc(entries * sizeof *steps), *scales = calloc(entries, sizeof *scales);
    float *norms = calloc(entries, sizeof *norms), *anchors = aligned_alloc(64, (3 * m + ROW_SLACK) * 64);
    for (int i = 0; i < entries; i++) steps[i] = 1;
    const TileScratch scratch = {.scores = scores, .context_scales = scales, .target_scales = scales + n + ROW_SLACK,
                                 .inverse_norms = norms, .anchors = anchors, .deltas = deltas, .pending = pending,
                                 .kernel_sums = aligned_alloc(64, 128)};
    Tile t = {.dim = dim, .n_contexts = n, .n_targets = m, .contexts = pointers, .targets = pointers + n, .signs = signs,
              .max_weight = 1, .context_steps = steps, .settings = &settings, .learning_rate = 1e-4, .scratch = scratch};
    k->begin_loss(&t.scratch);

    const char *name = objective->name;
    double peak = peak_of(k), pairs = (double)n * m;
    report(variant, name, dim, n, m, 0, "peak", 2.0 * k->lanes / peak, 2.0 * k->lanes, peak);
    struct { const char *name; int parts; double operations; } stages[] = {
        {"score", SCORE, 2 * dim * pairs}, {"objective", OBJECTIVE, pairs}, {"apply", APPLY, 4 * dim * pairs},
        {"all", SCORE | OBJECTIVE | APPLY, 6 * dim * pairs}};
    for (int i = 0; i < 4; i++) {
        double seconds = seconds_per_tile(k, objective, &t, in, out, stride, order, tiles, stages[i].parts);
        report(variant, name, dim, n, m, rows, stages[i].name, seconds, stages[i].operations, peak);
        memset(scores, 0, n * m * sizeof *scores);
    }
    return 0;
}
