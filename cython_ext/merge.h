/* merge.h -- the mean of several copies of the same rows, written back to all of them.
 *
 * The copies are summed in their order, so that the result does not depend on which thread does it, nor on how the rows are
 * divided among threads. Each cache line is read once, and written only where the copies differ. The work is bound by memory,
 * so one build serves all instruction sets: the compiler splits the vectors. */
#ifndef W2V_MERGE_H
#define W2V_MERGE_H

#include <stdint.h>

typedef float LineOfFloats __attribute__((vector_size(64), aligned(64)));
typedef int32_t LineOfInts __attribute__((vector_size(64), aligned(64)));

/* Lines are 16 floats, at addresses that are multiples of 64. */
static void mean_of_lines(float *const *copies, int n, int64_t first_line, int64_t end_line) {
    const float share = 1.0f / n;
    for (int64_t i = first_line; i < end_line; i++) {
        LineOfFloats first = ((LineOfFloats *)copies[0])[i], sum = first;
        LineOfInts differs = {0};
        for (int c = 1; c < n; c++) {
            LineOfFloats one = ((LineOfFloats *)copies[c])[i];
            sum += one;
            differs |= (LineOfInts)one ^ (LineOfInts)first;
        }
        int32_t any = 0;
        for (int k = 0; k < 16; k++) any |= differs[k];
        if (!any) continue;
        sum *= share;
        for (int c = 0; c < n; c++) ((LineOfFloats *)copies[c])[i] = sum;
    }
}

#endif
