/* Distinct integers with counts, numbered in order of first appearance.
 *
 *     number < n_direct     direct[number]        one array, if the numbers are hardly larger than there are different ones
 *     otherwise             slots[hash(number)]   open addressing with linear probing, at most half full
 *
 * The array grows with the distinct numbers, so that ids of a graph's nodes are hardly ever hashed, while a few huge numbers cost
 * no memory, however long the text: an entry takes 8 bytes, at most twice DIRECT_PER_NUMBER of them a number, and a slot 24. */
#ifndef W2V_NUMBERS_H
#define W2V_NUMBERS_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_NUMBERS = 1 << 12, DIRECT_NUMBERS = 1 << 20, DIRECT_PER_NUMBER = 4, AHEAD = 16 };

#define MOST_NUMBERS 0xFFFFFFFEull /* ids are below OUT_OF_VOCABULARY - 1 */

typedef struct {
    uint32_t id;    /* plus one; 0: not seen yet */
    uint32_t count; /* beside the id, so that a number costs one cache miss; what overflows is added to counts */
} NumberCell;

typedef struct {
    int64_t number;
    NumberCell cell;
} NumberSlot;

typedef struct {
    NumberCell *direct;
    uint64_t n_direct;
    NumberSlot *slots;
    uint64_t n_slots, n_hashed; /* a power of two, or 0 */
    int64_t *numbers, *counts;  /* by id; counts without what is in the cells */
    uint64_t n, room, seed;
} NumberTable;

static void numbers_free(NumberTable *t) {
    free(t->direct);
    free(t->slots);
    free(t->numbers);
    free(t->counts);
}

static inline uint64_t numbers_hash(const NumberTable *t, int64_t number) {
    uint64_t h = ((uint64_t)number ^ t->seed) * 0x9E3779B97F4A7C15ull;
    h = (h ^ (h >> 32)) * 0xD6E8FEB86659FD93ull;
    return h ^ (h >> 32);
}

/* The slot of a number: its own, or the free one where it belongs. */
static inline NumberSlot *numbers_slot(const NumberTable *t, int64_t number) {
    uint64_t at = numbers_hash(t, number) & (t->n_slots - 1);
    while (t->slots[at].cell.id && t->slots[at].number != number)
        at = (at + 1) & (t->n_slots - 1);
    return &t->slots[at];
}

/* The cell of a number that was seen, or one without an id; NULL if there is none. */
static inline NumberCell *numbers_cell(const NumberTable *t, int64_t number) {
    if (number < 0)
        return NULL;
    if ((uint64_t)number < t->n_direct)
        return &t->direct[number];
    return t->n_slots ? &numbers_slot(t, number)->cell : NULL;
}

/* Id of a number, -1 if it was not seen. */
static int64_t numbers_find(const NumberTable *t, int64_t number) {
    const NumberCell *cell = numbers_cell(t, number);
    return cell ? (int64_t)cell->id - 1 : -1;
}

static void numbers_counts(const NumberTable *t, int64_t *counts) {
    for (uint64_t i = 0; i < t->n; i++)
        counts[i] = t->counts[i] + numbers_cell(t, t->numbers[i])->count;
}

/* Whether the array may be extended to a number. */
static inline int numbers_fit(const NumberTable *t, uint64_t number) {
    return number < DIRECT_NUMBERS || number < t->n * DIRECT_PER_NUMBER;
}

/* Extend the array to more than ``number``; what was hashed so far moves there. */
static int numbers_extend(NumberTable *t, uint64_t number) {
    uint64_t length = t->n_direct ? t->n_direct : FIRST_NUMBERS;
    while (length <= number)
        length *= 2;
    NumberCell *grown = realloc(t->direct, length * sizeof *grown);
    if (!grown)
        return 0;
    memset(grown + t->n_direct, 0, (length - t->n_direct) * sizeof *grown);
    for (uint64_t i = 0; i < t->n; i++) {
        uint64_t known = (uint64_t)t->numbers[i];
        if (known >= t->n_direct && known < length)
            grown[known] = numbers_slot(t, (int64_t)known)->cell;
    }
    t->direct = grown;
    t->n_direct = length;
    return 1;
}

static int numbers_rehash(NumberTable *t) {
    uint64_t length = t->n_slots ? 2 * t->n_slots : 1 << 12;
    NumberSlot *before = t->slots, *slots = calloc(length, sizeof *slots);
    if (!slots)
        return 0;
    uint64_t n_before = t->n_slots;
    t->slots = slots;
    t->n_slots = length;
    for (uint64_t i = 0; i < n_before; i++)
        if (before[i].cell.id)
            *numbers_slot(t, before[i].number) = before[i];
    free(before);
    return 1;
}

/* Give a new number its id; 0 without memory. */
static int numbers_new(NumberTable *t, int64_t number) {
    if (t->n == t->room) {
        uint64_t room = t->room ? 2 * t->room : 1 << 12;
        int64_t *numbers = realloc(t->numbers, room * sizeof *numbers);
        if (numbers)
            t->numbers = numbers;
        int64_t *counts = numbers ? realloc(t->counts, room * sizeof *counts) : NULL;
        if (!counts)
            return 0;
        t->counts = counts;
        t->room = room;
    }
    t->numbers[t->n] = number;
    t->counts[t->n++] = 0;
    return 1;
}

enum { NUMBERS_ADDED = -1, NUMBERS_NO_MEMORY = -2, NUMBERS_TOO_MANY = -3 };

/* Count ``n`` numbers and write their ids. NUMBERS_ADDED, an error, or the place of a number that is negative. */
static int64_t numbers_add(NumberTable *t, const int64_t *values, int64_t n, uint32_t *ids) {
    for (int64_t i = 0; i < n; i++) {
        int64_t number = values[i];
        if (i + AHEAD < n && (uint64_t)values[i + AHEAD] < t->n_direct)
            __builtin_prefetch(&t->direct[values[i + AHEAD]], 1);
        if (number < 0)
            return i;
        if ((uint64_t)number >= t->n_direct && numbers_fit(t, (uint64_t)number) && !numbers_extend(t, (uint64_t)number))
            return NUMBERS_NO_MEMORY;
        if ((uint64_t)number >= t->n_direct && 2 * (t->n_hashed + 1) > t->n_slots && !numbers_rehash(t))
            return NUMBERS_NO_MEMORY;
        NumberSlot *slot = (uint64_t)number < t->n_direct ? NULL : numbers_slot(t, number);
        NumberCell *cell = slot ? &slot->cell : &t->direct[number];
        if (!cell->id) {
            if (t->n >= MOST_NUMBERS)
                return NUMBERS_TOO_MANY;
            if (!numbers_new(t, number))
                return NUMBERS_NO_MEMORY;
            if (slot) {
                slot->number = number;
                t->n_hashed++;
            }
            cell->id = (uint32_t)t->n;
        }
        ids[i] = cell->id - 1;
        if (!++cell->count)
            t->counts[cell->id - 1] += (int64_t)1 << 32;
    }
    return NUMBERS_ADDED;
}

/* Count numbers that are all below the length of ``counts``, and note in ``first`` the place of each one's first occurrence.
 * ``before`` numbers were counted earlier. */
static void numbers_count(const int64_t *values, int64_t n, int64_t before, int64_t *counts, int64_t *first) {
    for (int64_t i = 0; i < n; i++) {
        if (i + AHEAD < n)
            __builtin_prefetch(&counts[values[i + AHEAD]], 1);
        if (!counts[values[i]]++)
            first[values[i]] = before + i;
    }
}

#endif
