/* counters.h -- the counters of a training run, which all its threads change. Relaxed order is enough: they carry no other data,
 * and the caller waits for the threads before it reads what they wrote. */
#ifndef W2V_COUNTERS_H
#define W2V_COUNTERS_H

#include <stdint.h>

static inline int64_t fetch_add(int64_t *counter, int64_t n) { return __atomic_fetch_add(counter, n, __ATOMIC_RELAXED); }
static inline int64_t read_counter(const int64_t *counter) { return __atomic_load_n(counter, __ATOMIC_RELAXED); }
static inline void write_counter(int64_t *counter, int64_t n) { __atomic_store_n(counter, n, __ATOMIC_RELAXED); }

#endif
