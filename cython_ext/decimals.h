/* decimals.h -- rows of word vectors in text: a word, and decimals that are rounded as Python's float() and numpy round.
 *
 *     the -0.12345 1.5e-3 7\n    ->   word "the", float32 values
 *
 * A value is the float32 nearest to the float64 nearest to the decimal: what numpy.loadtxt returns. Only ordinary lines are
 * read here. Any other (blank, of another width, "nan", a decimal whose rounding cannot be decided in 128 bits) is left to
 * the caller, so that nothing here needs an error message. Plain C, no Python. */
#ifndef W2V_DECIMALS_H
#define W2V_DECIMALS_H

#include <stdint.h>
#include <string.h>

/* ------------------------------------------------------------------------------------------------------ one decimal */

enum { LEAST_POWER = -342, GREATEST_POWER = 308 }; /* beyond them, 19 digits are 0 or infinite in float64 */
enum { MOST_DIGITS = 19 };                         /* that fit 64 bits */

/* 5^q, q from LEAST_POWER on, normalised to 128 bits (high, low): rounded up from -27 to -1, otherwise down. The module
 * fills it when it is imported: Python's integers are exact. */
static uint64_t FIVES[GREATEST_POWER - LEAST_POWER + 1][2];

static const double TENS[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* The float64 nearest to w 10^q, w > 0; 0 if that is not a normal number, or cannot be decided here.
 * D. Lemire, Number parsing at a gigabyte per second, Software: Practice and Experience 51 (2021), algorithm 1. */
static inline int nearest_double(uint64_t w, int64_t q, double *value) {
    if (q < LEAST_POWER || q > GREATEST_POWER) return 0;
    const uint64_t *five = FIVES[q - LEAST_POWER];
    int zeros = __builtin_clzll(w);
    w <<= zeros;
    unsigned __int128 product = (unsigned __int128)w * five[0];
    uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product;
    if ((high & 0x1FF) == 0x1FF) { /* the 55 bits that matter may change with the low half of the power */
        uint64_t more = (uint64_t)((unsigned __int128)w * five[1] >> 64);
        low += more;
        high += low < more;
        if (low == UINT64_MAX && (q < -27 || q > 55)) return 0; /* and the power itself was cut */
    }
    int top = (int)(high >> 63), shift = top + 9;
    uint64_t mantissa = high >> shift; /* 54 bits: one more than a float64 has */
    int64_t exponent = ((217706 * q) >> 16) + 63 + 1023 + top - zeros; /* 217706 / 2^16 = log2(10) */
    if (exponent <= 0) return 0;
    /* Exactly between two float64: only for these powers, and then the product is exact. To even. */
    if (low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 && mantissa << shift == high) mantissa &= ~(uint64_t)1;
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    if (mantissa >> 53) mantissa >>= 1, exponent++;
    if (exponent >= 0x7FF) return 0;
    uint64_t bits = (mantissa & ((UINT64_C(1) << 52) - 1)) | (uint64_t)exponent << 52;
    memcpy(value, &bits, sizeof bits);
    return 1;
}

static inline int is_digit(uint8_t byte) { return (uint8_t)(byte - '0') <= 9; }

/* The first 19 digits, from the first that is not 0 on, of a decimal with more; returns how many are dropped. */
static inline int64_t leading_digits(const uint8_t *p, uint64_t *w) {
    int taken = 0;
    int64_t dropped = 0;
    *w = 0;
    for (; is_digit(*p) || *p == '.'; p++) {
        if (*p == '.') continue;
        if (taken == MOST_DIGITS) dropped++;
        else if ((*w = *w * 10 + (uint64_t)(*p - '0'))) taken++;
    }
    return dropped;
}

/* Read a decimal at p; returns where it ends, or NULL if it is none, or is left to the caller. The text must contain a
 * byte that no decimal contains. */
static inline const uint8_t *read_decimal(const uint8_t *p, float *value) {
    int negative = *p == '-';
    if (negative || *p == '+') p++;
    const uint8_t *first = p;
    uint64_t w = 0;
    int64_t q = 0;
    for (; is_digit(*p); p++) w = w * 10 + (uint64_t)(*p - '0'); /* wraps beyond 19 digits: see below */
    int64_t digits = p - first;
    if (*p == '.') {
        const uint8_t *fraction = ++p;
        for (; is_digit(*p); p++) w = w * 10 + (uint64_t)(*p - '0');
        q = fraction - p;
        digits -= q;
    }
    if (!digits) return NULL;
    if ((*p | 0x20) == 'e') {
        int down = *++p == '-';
        if (down || *p == '+') p++;
        if (!is_digit(*p)) return NULL;
        int64_t power = 0;
        for (; is_digit(*p); p++) power = power < 100000 ? power * 10 + (*p - '0') : power;
        q += down ? -power : power;
    }
    int64_t dropped = 0;
    if (digits > MOST_DIGITS) q += dropped = leading_digits(first, &w);
    double x = 0, above;
    if (!w) {
        /* zero, whatever the power */
    } else if (!dropped && w <= UINT64_C(1) << 53 && q >= -22 && q <= 22) {
        x = q < 0 ? (double)w / TENS[-q] : (double)w * TENS[q]; /* both are exact, and rounded once (Clinger 1990) */
    } else if (!nearest_double(w, q, &x) || (dropped && (!nearest_double(w + 1, q, &above) || above != x))) {
        return NULL;
    }
    *value = (float)(negative ? -x : x);
    return p;
}

/* -------------------------------------------------------------------------------------------------------------- rows */

typedef struct {
    int64_t dim;
    int64_t longest_word, longest_line; /* bytes; the line's without its newline */
} RowShape;

static inline const uint8_t *skip_blanks(const uint8_t *p) {
    while (*p == ' ' || *p == '\t') p++;
    return p;
}

/* Read one line that ends with a newline: its word, and dim values between blanks. Returns 0 if it is anything else. */
static inline int read_row(const uint8_t *p, const RowShape *shape, const uint8_t **word, int64_t *length, float *values) {
    *word = p = skip_blanks(p);
    while (*p > ' ') p++;
    *length = p - *word;
    if (!*length || *length > shape->longest_word) return 0;
    for (int64_t i = 0; i < shape->dim; i++) {
        const uint8_t *start = skip_blanks(p);
        if (start == p || !(p = read_decimal(start, &values[i]))) return 0;
    }
    while (*p == ' ' || *p == '\t' || *p == '\r') p++;
    return *p == '\n';
}

/* The byte after the line at `place`, newline included; a longer line is cut. */
static inline int64_t line_end(const uint8_t *text, int64_t length, int64_t place, const RowShape *shape) {
    int64_t most = length - place <= shape->longest_line ? length - place : shape->longest_line + 1;
    const uint8_t *newline = memchr(text + place, '\n', (size_t)most);
    return newline ? newline + 1 - text : place + most;
}

/* Read ordinary lines from *place on, at most `most`; returns how many. *place is then the end, or the line that stopped
 * it. places[i] is where line i, its word, and its word's end are. */
static int64_t read_rows(const uint8_t *text, int64_t length, const RowShape *shape, int64_t most, int64_t *place,
                         float *values, int64_t (*places)[3]) {
    int64_t n = 0;
    while (n < most && *place < length) {
        int64_t end = line_end(text, length, *place, shape), bytes = 0;
        const uint8_t *word;
        if (text[end - 1] != '\n' || !read_row(text + *place, shape, &word, &bytes, values + n * shape->dim)) break;
        places[n][0] = *place;
        places[n][1] = word - text;
        places[n][2] = word - text + bytes;
        *place = end;
        n++;
    }
    return n;
}

#endif
