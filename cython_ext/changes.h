/* changes.h -- what rows have learned since their last merge, as bytes: a row is divided by its largest element, times 127.
 *
 *     pack      copy - base  ->  bytes, scale        a hundred elements in 104 bytes instead of 400
 *     add       base += scale * bytes
 *
 * Shards on other machines send these; shards in one process merge the same numbers, so that the result is the same. A row
 * that is not finite gets the scale NaN, and so stays what it is. */
#ifndef W2V_CHANGES_H
#define W2V_CHANGES_H

#include <math.h>

#include "lanes.h"
#include "tile.h"

typedef int8_t VecBytes __attribute__((vector_size(LANES), aligned(1)));

#if REAL_BITS == 32
#define ROUND_TO_INTEGER 12582912.0f /* 1.5 * 2^23: adding it leaves the nearest integer in the low bits */
#else
#define ROUND_TO_INTEGER 6755399441055744.0 /* 1.5 * 2^52 */
#endif

static const Real LARGEST_BYTE = 127;
static const Real NEGLIGIBLE = (Real)1e-30; /* changes below are none: 127 divided by them might be infinite */

INLINE Vec unpack(const int8_t *bytes, Real scale) {
    return scale * __builtin_convertvector(__builtin_convertvector(*(const VecBytes *)bytes, VecMask), Vec);
}

INLINE void pack_row(const Real *d, int dim, int8_t *bytes, Real *scale) {
    Vec largest = vec_broadcast(0), unsound = vec_broadcast(0);
    for (int j = 0; j < dim; j += LANES) {
        Vec x = vec_load(d + j);
        largest = vec_max(largest, vec_max(x, -x));
        unsound += x * 0; /* NaN if x is infinite or NaN */
    }
    Real most = 0, sound = 0;
    for (int i = 0; i < LANES; i++) {
        most = largest[i] > most ? largest[i] : most;
        sound += unsound[i];
    }
    const Real inverse = most > NEGLIGIBLE ? LARGEST_BYTE / most : 0;
    *scale = inverse > 0 ? most / LARGEST_BYTE + sound : sound;
    for (int j = 0; j < dim; j += LANES) {
        Vec shifted = vec_load(d + j) * inverse + ROUND_TO_INTEGER;
        *(VecBytes *)(bytes + j) = __builtin_convertvector((VecMask)shifted, VecBytes);
    }
}

/* scratch: one row of zeros. */
static void pack_changes(const void *base, const void *copy, const Rows *rows, const Changes *to, void *scratch) {
    Real *d = scratch;
    for (int64_t i = 0; i < rows->number; i++) {
        const Real *b = (const Real *)base + i * rows->stride, *c = (const Real *)copy + i * rows->stride;
        for (int j = 0; j < rows->dim; j += LANES) vec_store(d + j, vec_load(c + j) - vec_load(b + j));
        pack_row(d, rows->dim, to->bytes + i * rows->stride, (Real *)to->scales + i);
    }
}

/* Add changes to base, and make n copies equal to it. */
static void add_changes(void *base, void *const *copies, int n, const Rows *rows, const Changes *changes) {
    for (int64_t i = 0; i < rows->number; i++) {
        const Real scale = ((const Real *)changes->scales)[i];
        for (int j = 0; j < rows->dim; j += LANES) {
            const int64_t at = i * rows->stride + j;
            Vec sum = vec_load((const Real *)base + at) + unpack(changes->bytes + at, scale);
            vec_store((Real *)base + at, sum);
            for (int c = 0; c < n; c++) vec_store((Real *)copies[c] + at, sum);
        }
    }
}

#endif
