/* growing.h -- arrays that grow by half when they are full. */
#ifndef W2V_GROWING_H
#define W2V_GROWING_H

#include <stdint.h>
#include <stdlib.h>

enum { SPARE_ELEMENTS = 64 }; /* so that a small array does not grow with every element */

/* Room for n elements; keeps what is there. 0 if there is no memory. */
static inline int reserve(void **array, size_t element, uint64_t n, uint64_t *capacity) {
    if (n <= *capacity) return 1;
    uint64_t wanted = n + n / 2 + SPARE_ELEMENTS;
    void *bigger = realloc(*array, wanted * element);
    if (!bigger) return 0;
    *array = bigger;
    *capacity = wanted;
    return 1;
}

#endif
