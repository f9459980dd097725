/* prefetch.h -- request a row before it is needed. */
#ifndef W2V_PREFETCH_H
#define W2V_PREFETCH_H

/* Request every cache line of a row, into the first level. Into the second level only is slower on rows of 100 columns in
 * ordinary vocabularies; requesting every second line is always slower (README.md).
 *
 * `owned`: also take the lines away from other cores, which will be necessary when the row is written. A line that was only
 * read arrives shared, and its first write waits for the other core to give it up: where cores are far from each other, longer
 * than anything else that a thread waits for. */
static inline void prefetch_row(const void *row, int bytes, int owned) {
    const char *line = (const char *)row, *end = line + bytes;
#if defined(__x86_64__)
    if (owned) /* as text, because compilers emit it only for targets that are not the baseline */
        for (; line < end; line += 64) __asm__ volatile("prefetchw %0" : : "m"(*line));
#else
    if (owned)
        for (; line < end; line += 64) __builtin_prefetch(line, 1);
#endif
    for (; line < end; line += 64) __builtin_prefetch(line);
}

/* Whether threads that share rows gain from owning them. AMD: much where cores are far from each other, hardly anything
 * (a median of 1.04) where they are near. Intel: nothing is gained, and up to a tenth lost on rows that come from memory.
 * Others were not measured (README.md). */
static inline int owning_pays(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_is("amd") != 0;
#else
    return 0;
#endif
}

#endif
