/* shared.h -- what threads share beside the matrices: the counters of a training run. Relaxed order is enough: they carry no
 * other data, and the caller waits for the threads before it reads what they wrote. And the one thing asked of the cache. */
#ifndef W2V_SHARED_H
#define W2V_SHARED_H

#include <stdint.h>

static inline int64_t fetch_add(int64_t *counter, int64_t n) { return __atomic_fetch_add(counter, n, __ATOMIC_RELAXED); }
static inline int64_t read_counter(const int64_t *counter) { return __atomic_load_n(counter, __ATOMIC_RELAXED); }
static inline void write_counter(int64_t *counter, int64_t n) { __atomic_store_n(counter, n, __ATOMIC_RELAXED); }

/* Ask for every cache line of a row, into the first level. Into the second only is slower on rows of 100 columns in
 * ordinary vocabularies, every second line always (README.md). */
static inline void prefetch_row(const void *row, int bytes) {
    for (const char *line = row; line < (const char *)row + bytes; line += 64) __builtin_prefetch(line);
}

#endif
