/* changes.h -- what rows have learned since their last merge, as bytes: a row is divided by its largest element, times 127.
 *
 *     pack      copy - base  ->  bytes, scale        a hundred elements in 104 bytes instead of 400
 *     add       base += scale * bytes
 *
 * Rows that have not changed take a bit, and those that have lie one after another, as they are sent: so changes are read and
 * written in the order of the rows, and what they are counted by goes along. Shards on other machines send these; shards in one
 * process merge the same numbers, so that the result is the same. A row that is not finite gets the scale NaN, and so stays what
 * it is. */
#ifndef W2V_CHANGES_H
#define W2V_CHANGES_H

#include <math.h>

#include "lanes.h"
#include "tile.h"

/* Half as wide at each step: of a conversion by two steps at once, GCC 12 makes a scalar loop. */
typedef int8_t VecBytes __attribute__((vector_size(LANES), aligned(1)));
typedef int16_t VecShorts __attribute__((vector_size(2 * LANES)));

#if REAL_BITS == 32
#define ROUND_TO_INTEGER 12582912.0f /* 1.5 * 2^23: adding it leaves the nearest integer in the low bits */
#else
#define ROUND_TO_INTEGER 6755399441055744.0 /* 1.5 * 2^52 */
#endif

static const Real LARGEST_BYTE = 127;
static const Real NEGLIGIBLE = (Real)1e-30; /* changes below are none: 127 divided by them might be infinite */

INLINE Vec unpack(const int8_t *bytes, Real scale) {
    VecShorts shorts = __builtin_convertvector(*(const VecBytes *)bytes, VecShorts);
    return scale * __builtin_convertvector(__builtin_convertvector(shorts, VecMask), Vec);
}

INLINE void pack(Vec x, Real inverse, int8_t *bytes) {
    Vec shifted = x * inverse + ROUND_TO_INTEGER;
    *(VecBytes *)bytes = __builtin_convertvector(__builtin_convertvector((VecMask)shifted, VecShorts), VecBytes);
}

typedef RealBits __attribute__((may_alias)) BitsOfReal;

/* The largest magnitude in a row: NaN if there is one. Without their sign, numbers are in the order of their bits. Of this
 * loop, unlike of one on Vec, GCC makes instructions that find the maximum. */
INLINE Real largest_magnitude(const Real *d, int dim) {
    const RealBits without_sign = (RealBits)(~(uint64_t)0 >> (65 - REAL_BITS));
    const BitsOfReal *bits = (const BitsOfReal *)d;
    RealBits found = 0;
    for (int j = 0; j < dim; j++) found = (bits[j] & without_sign) > found ? bits[j] & without_sign : found;
    Real largest;
    __builtin_memcpy(&largest, &found, sizeof largest);
    return largest;
}

/* Append a row that has not changed. */
INLINE void skip_row(Changes *to) {
    if (!(to->row & 7)) to->changed[to->row >> 3] = 0;
    to->row++;
}

/* Append a row; past its bytes, as many as a vector has are overwritten. */
INLINE void pack_row(const Real *d, int dim, Changes *to) {
    const Real most = largest_magnitude(d, dim);
    const Real inverse = most > NEGLIGIBLE ? LARGEST_BYTE / most : 0; /* 0 for NaN and infinity too, */
    const Real scale = inverse > 0 ? most / LARGEST_BYTE : most - most; /* and the scale is NaN */
    const int64_t row = to->row;
    skip_row(to);
    if (scale == 0) return;
    int8_t *bytes = to->bytes + to->number * dim;
    for (int j = 0; j < dim; j += LANES) pack(vec_load(d + j), inverse, bytes + j);
    ((Real *)to->scales)[to->number++] = scale;
    to->changed[row >> 3] |= (uint8_t)(1 << (row & 7));
}

/* Return the bytes of the next row, and its scale; NULL if it has not changed. */
INLINE const int8_t *next_row(Changes *from, int dim, Real *scale) {
    const int64_t row = from->row++;
    if (!(from->changed[row >> 3] >> (row & 7) & 1)) return NULL;
    *scale = ((const Real *)from->scales)[from->number];
    return from->bytes + from->number++ * dim;
}

/* scratch: one row of zeros. */
static void pack_changes(const void *base, const void *copy, const Rows *rows, Changes *to, void *scratch) {
    Real *d = scratch;
    for (int64_t i = 0; i < rows->number; i++) {
        const Real *b = (const Real *)base + i * rows->stride, *c = (const Real *)copy + i * rows->stride;
        for (int j = 0; j < rows->dim; j += LANES) vec_store(d + j, vec_load(c + j) - vec_load(b + j));
        pack_row(d, rows->dim, to);
    }
}

/* Add changes to base, and make n copies equal to it. */
static void add_changes(void *base, void *const *copies, int n, const Rows *rows, Changes *changes) {
    const int dim = rows->dim;
    for (int64_t i = 0; i < rows->number; i++) {
        Real scale = 0;
        const int8_t *bytes = next_row(changes, dim, &scale);
        for (int j = 0; j < dim; j += LANES) {
            const int64_t at = i * rows->stride + j;
            Vec sum = vec_load((const Real *)base + at);
            if (bytes) { /* in the padding, there are those of the next row */
                sum += vec_select(LANE_NUMBERS < dim - j, unpack(bytes + j, scale), vec_broadcast(0));
                vec_store((Real *)base + at, sum);
            }
            for (int c = 0; c < n; c++) vec_store((Real *)copies[c] + at, sum);
        }
    }
}

#endif
