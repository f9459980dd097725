/* prefetch.h -- request a row before it is needed. */
#ifndef W2V_PREFETCH_H
#define W2V_PREFETCH_H

/* Request every cache line of a row, into the first level. Into the second level only is slower on rows of 100 columns in
 * ordinary vocabularies; requesting every second line is always slower (README.md). */
static inline void prefetch_row(const void *row, int bytes) {
    for (const char *line = row; line < (const char *)row + bytes; line += 64) __builtin_prefetch(line);
}

#endif
