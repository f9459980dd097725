/* lanes.h -- vectors of LANES elements of Real in GCC/Clang vector extensions: one source for every instruction set.
 *
 * REAL_BITS and LANES come from tile_*.c, which has also set the target. Nothing here is specific to a CPU. */
#ifndef W2V_LANES_H
#define W2V_LANES_H

#include <math.h>
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))

#if REAL_BITS == 32
typedef float Real;
typedef int32_t RealBits;
#elif REAL_BITS == 64
typedef double Real;
typedef int64_t RealBits;
#else
#error "REAL_BITS must be 32 or 64"
#endif
_Static_assert(sizeof(Real) * 8 == REAL_BITS && sizeof(RealBits) == sizeof(Real), "Real does not have REAL_BITS bits");

#if REAL_BITS == 32 && LANES != 4 && LANES != 8 && LANES != 16
#error "LANES must be 4, 8 or 16: vec_sum_each knows no other width"
#endif

typedef Real Vec __attribute__((vector_size(LANES * sizeof(Real))));
typedef Real UnalignedVec __attribute__((vector_size(LANES * sizeof(Real)), aligned(sizeof(Real))));
typedef RealBits VecMask __attribute__((vector_size(LANES * sizeof(RealBits)))); /* a lane is 0 or all ones */

INLINE Vec vec_load(const Real *p) { return *(const Vec *)p; }
INLINE void vec_store(Real *p, Vec v) { *(Vec *)p = v; }
INLINE Vec vec_load_unaligned(const Real *p) { return *(const UnalignedVec *)p; }
INLINE void vec_store_unaligned(Real *p, Vec v) { *(UnalignedVec *)p = v; }
#if LANES == 2
#define LANE_NUMBERS ((VecMask){0, 1})
#elif LANES == 4
#define LANE_NUMBERS ((VecMask){0, 1, 2, 3})
#elif LANES == 8
#define LANE_NUMBERS ((VecMask){0, 1, 2, 3, 4, 5, 6, 7})
#else
#define LANE_NUMBERS ((VecMask){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
#endif
INLINE Vec vec_broadcast(Real x) { return x - (Vec){0}; }
INLINE Vec vec_select(VecMask m, Vec yes, Vec no) { return (Vec)((m & (VecMask)yes) | (~m & (VecMask)no)); }
INLINE Vec vec_max(Vec a, Vec b) { return vec_select(a > b, a, b); }

#if REAL_BITS == 32

INLINE Vec vec_sqrt(Vec x) {
    float a[LANES];
    vec_store_unaligned(a, x);
    for (int i = 0; i < LANES; i++) a[i] = sqrtf(a[i]); /* one vector instruction, with -fno-math-errno */
    return vec_load_unaligned(a);
}

/* exp(-x) for 0 <= x <= 87, relative error below 3e-7: 2^k by the exponent field, 2^f (|f| <= 1/2) by its Taylor series. */
INLINE Vec vec_exp_minus(Vec x) {
    const float log2e = 1.44269504f;
    const float round_to_integer = 12582912.0f; /* 1.5 * 2^23: adding it leaves an integer in the low bits */
    Vec z = x * -log2e;
    Vec shifted = z + round_to_integer;
    Vec f = z - (shifted - round_to_integer);
    VecMask k = (VecMask)shifted << 23;   /* the constant's own bits fall off the top */
    Vec p = vec_broadcast(1.5403530e-4f); /* ln(2)^i / i!, i = 6 .. 0 */
    p = p * f + 1.3333558e-3f;
    p = p * f + 9.6181291e-3f;
    p = p * f + 5.5504109e-2f;
    p = p * f + 2.4022651e-1f;
    p = p * f + 6.9314718e-1f;
    p = p * f + 1.0f;
    return (Vec)((VecMask)p + k);
}

/* __builtin_shufflevector is in Clang and GCC >= 12; older GCC has only its own spelling. */
#if defined(__clang__) || __GNUC__ >= 12
#define VEC_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define VEC_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (VecMask){__VA_ARGS__})
#endif

/* Add neighbouring lanes within each group of four: (a0+a1, a2+a3, b0+b1, b2+b3). */
#if LANES == 4
#define VEC_EVEN(a, b) VEC_SHUFFLE(a, b, 0, 2, 4, 6)
#define VEC_ODD(a, b) VEC_SHUFFLE(a, b, 1, 3, 5, 7)
#elif LANES == 8
#define VEC_EVEN(a, b) VEC_SHUFFLE(a, b, 0, 2, 8, 10, 4, 6, 12, 14)
#define VEC_ODD(a, b) VEC_SHUFFLE(a, b, 1, 3, 9, 11, 5, 7, 13, 15)
#elif LANES == 16
#define VEC_EVEN(a, b) VEC_SHUFFLE(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30)
#define VEC_ODD(a, b) VEC_SHUFFLE(a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31)
#endif
INLINE Vec vec_add_neighbours(Vec a, Vec b) { return VEC_EVEN(a, b) + VEC_ODD(a, b); }
INLINE Vec vec_sum_four(const Vec *v) {
    return vec_add_neighbours(vec_add_neighbours(v[0], v[1]), vec_add_neighbours(v[2], v[3]));
}

/* Lane i of the result is the sum of all lanes of v[i], i < LANES: a tree of transposes and additions, two shuffles per addition.
 * For four lanes, v[0..3] = a, b, c, d:
 *
 *     a0 a1 a2 a3 , b0 b1 b2 b3  ->  a01 a23 b01 b23 \
 *                                                      ->  a0123 b0123 c0123 d0123
 *     c0 c1 c2 c3 , d0 d1 d2 d3  ->  c01 c23 d01 d23 /
 *
 * Wider vectors do this in each group of four lanes and then add the groups. */
INLINE Vec vec_sum_each(const Vec *v) {
#if LANES == 4
    return vec_sum_four(v);
#elif LANES == 8
    Vec a = vec_sum_four(v), b = vec_sum_four(v + 4);
    return VEC_SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11) + VEC_SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
#elif LANES == 16
    Vec a = vec_sum_four(v), b = vec_sum_four(v + 4), c = vec_sum_four(v + 8), d = vec_sum_four(v + 12);
    Vec ab = VEC_SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
             + VEC_SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
    Vec cd = VEC_SHUFFLE(c, d, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
             + VEC_SHUFFLE(c, d, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
    return VEC_SHUFFLE(ab, cd, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
           + VEC_SHUFFLE(ab, cd, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
#endif
}

#else /* double: exact and plain, for the finite-difference check */

INLINE Vec vec_sqrt(Vec x) {
    Vec out = {0};
    for (int i = 0; i < LANES; i++) out[i] = sqrt(x[i]);
    return out;
}

INLINE Vec vec_exp_minus(Vec x) {
    Vec out = {0};
    for (int i = 0; i < LANES; i++) out[i] = exp(-x[i]);
    return out;
}

INLINE Vec vec_sum_each(const Vec *v) {
    Vec out = {0};
    for (int i = 0; i < LANES; i++) {
        Real sum = 0;
        for (int j = 0; j < LANES; j++) sum += v[i][j];
        out[i] = sum;
    }
    return out;
}

#endif

#endif
