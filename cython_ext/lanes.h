/* lanes.h -- vectors of LANES elements of REAL in GCC/Clang vector extensions: one source for every instruction set.
 *
 * The including file defines LANES and REAL (float or double) and has set the target. Nothing here is specific to a CPU. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define VECTOR_BYTES (LANES * (int)sizeof(REAL))

typedef REAL vec __attribute__((vector_size(LANES * sizeof(REAL))));
typedef REAL unaligned_vec __attribute__((vector_size(LANES * sizeof(REAL)), aligned(sizeof(REAL))));

INLINE vec load(const REAL *p) { return *(const vec *)p; }
INLINE void store(REAL *p, vec v) { *(vec *)p = v; }
INLINE vec load_unaligned(const REAL *p) { return *(const unaligned_vec *)p; }
INLINE void store_unaligned(REAL *p, vec v) { *(unaligned_vec *)p = v; }
#if LANES == 2
#define LANE_NUMBERS ((mask){0, 1})
#elif LANES == 4
#define LANE_NUMBERS ((mask){0, 1, 2, 3})
#elif LANES == 8
#define LANE_NUMBERS ((mask){0, 1, 2, 3, 4, 5, 6, 7})
#else
#define LANE_NUMBERS ((mask){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
#endif
INLINE vec broadcast(REAL x) { return x - (vec){0}; }

#ifdef REAL_IS_FLOAT

INLINE vec square_roots(vec x) {
    float a[LANES];
    store_unaligned(a, x);
    for (int i = 0; i < LANES; i++) a[i] = sqrtf(a[i]);   /* one vector instruction, with -fno-math-errno */
    return load_unaligned(a);
}
typedef int32_t mask __attribute__((vector_size(LANES * 4)));
INLINE vec select(mask m, vec yes, vec no) { return (vec)((m & (mask)yes) | (~m & (mask)no)); }

/* exp(-x) for 0 <= x <= 87, relative error below 3e-7: 2^k by the exponent field, 2^f (|f| <= 1/2) by its Taylor series. */
INLINE vec exp_minus(vec x) {
    const float log2e = 1.44269504f;
    const float round_to_integer = 12582912.0f;           /* 1.5 * 2^23: adding it leaves an integer in the low bits */
    vec z = x * -log2e;
    vec shifted = z + round_to_integer;
    vec f = z - (shifted - round_to_integer);
    mask k = (mask)shifted << 23;                          /* the constant's own bits fall off the top */
    vec p = broadcast(1.5403530e-4f);                      /* ln(2)^i / i!, i = 6 .. 0 */
    p = p * f + 1.3333558e-3f;
    p = p * f + 9.6181291e-3f;
    p = p * f + 5.5504109e-2f;
    p = p * f + 2.4022651e-1f;
    p = p * f + 6.9314718e-1f;
    p = p * f + 1.0f;
    return (vec)((mask)p + k);
}

/* __builtin_shufflevector is in Clang and GCC >= 12; older GCC has only its own spelling. */
#if defined(__clang__) || __GNUC__ >= 12
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (mask){__VA_ARGS__})
#endif

/* Add neighbours inside each group of four lanes: (a0+a1, a2+a3, b0+b1, b2+b3) in every group. */
#if LANES == 4
#define EVEN(a, b) SHUFFLE(a, b, 0, 2, 4, 6)
#define ODD(a, b) SHUFFLE(a, b, 1, 3, 5, 7)
#elif LANES == 8
#define EVEN(a, b) SHUFFLE(a, b, 0, 2, 8, 10, 4, 6, 12, 14)
#define ODD(a, b) SHUFFLE(a, b, 1, 3, 9, 11, 5, 7, 13, 15)
#elif LANES == 16
#define EVEN(a, b) SHUFFLE(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30)
#define ODD(a, b) SHUFFLE(a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31)
#endif
INLINE vec add_neighbours(vec a, vec b) { return EVEN(a, b) + ODD(a, b); }
INLINE vec sum_four(const vec *v) { return add_neighbours(add_neighbours(v[0], v[1]), add_neighbours(v[2], v[3])); }

/* Lane i of the result is the sum of all lanes of v[i], i < LANES: a transpose-add tree, two shuffles an addition. */
INLINE vec sum_each(const vec *v) {
#if LANES == 4
    return sum_four(v);
#elif LANES == 8
    vec a = sum_four(v), b = sum_four(v + 4);
    return SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11) + SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
#elif LANES == 16
    vec a = sum_four(v), b = sum_four(v + 4), c = sum_four(v + 8), d = sum_four(v + 12);
    vec ab = SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
           + SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
    vec cd = SHUFFLE(c, d, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
           + SHUFFLE(c, d, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
    return SHUFFLE(ab, cd, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
         + SHUFFLE(ab, cd, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
#endif
}

#else /* double: exact and plain, for the finite-difference check */

INLINE vec square_roots(vec x) {
    vec out;
    for (int i = 0; i < LANES; i++) out[i] = sqrt(x[i]);
    return out;
}
typedef int64_t mask __attribute__((vector_size(LANES * 8)));
INLINE vec select(mask m, vec yes, vec no) { return (vec)((m & (mask)yes) | (~m & (mask)no)); }

INLINE vec exp_minus(vec x) {
    vec out;
    for (int i = 0; i < LANES; i++) out[i] = exp(-x[i]);
    return out;
}

INLINE vec sum_each(const vec *v) {
    vec out;
    for (int i = 0; i < LANES; i++) {
        REAL sum = 0;
        for (int j = 0; j < LANES; j++) sum += v[i][j];
        out[i] = sum;
    }
    return out;
}

#endif
