/* Distinct integers with counts, numbered in order of first appearance.
 *
 *     number < n_direct     direct[number]        one array, if the numbers are hardly larger than the text is long
 *     otherwise             slots[hash(number)]   open addressing with linear probing, at most half full
 *
 * The array grows with the text, so that ids of a graph's nodes are never hashed, while a few huge numbers cost no memory.
 */
#ifndef W2V_NUMBERS_H
#define W2V_NUMBERS_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { DIRECT_NUMBERS = 1 << 20, DIRECT_PER_TOKEN = 4, AHEAD = 16 };

#define MOST_NUMBERS 0xFFFFFFFEull /* ids are below OUT_OF_VOCABULARY - 1 */

typedef struct {
    int64_t number;
    uint32_t id; /* plus one; 0: the slot is free */
} NumberSlot;

typedef struct {
    uint32_t *direct; /* id plus one of each number; 0: not seen yet */
    uint64_t n_direct;
    NumberSlot *slots;
    uint64_t n_slots, n_hashed; /* a power of two, or 0 */
    int64_t *numbers, *counts;  /* by id */
    uint64_t n, room, tokens, seed;
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
    while (t->slots[at].id && t->slots[at].number != number)
        at = (at + 1) & (t->n_slots - 1);
    return &t->slots[at];
}

/* Id of a number, -1 if it was not seen. */
static int64_t numbers_find(const NumberTable *t, int64_t number) {
    if (number < 0)
        return -1;
    if ((uint64_t)number < t->n_direct)
        return (int64_t)t->direct[number] - 1;
    return t->n_slots ? (int64_t)numbers_slot(t, number)->id - 1 : -1;
}

/* Extend the array to more than ``number``; what was hashed so far moves there. */
static int numbers_extend(NumberTable *t, uint64_t number) {
    uint64_t length = t->n_direct ? t->n_direct : DIRECT_NUMBERS;
    while (length <= number)
        length *= 2;
    uint32_t *grown = realloc(t->direct, length * sizeof *grown);
    if (!grown)
        return 0;
    memset(grown + t->n_direct, 0, (length - t->n_direct) * sizeof *grown);
    for (uint64_t i = 0; i < t->n; i++)
        if ((uint64_t)t->numbers[i] < length)
            grown[t->numbers[i]] = (uint32_t)i + 1;
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
        if (before[i].id)
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
    t->tokens += (uint64_t)n;
    uint64_t direct = t->tokens * DIRECT_PER_TOKEN;
    direct = direct > DIRECT_NUMBERS ? direct : DIRECT_NUMBERS;
    for (int64_t i = 0; i < n; i++) {
        int64_t number = values[i];
        if (i + AHEAD < n && (uint64_t)values[i + AHEAD] < t->n_direct)
            __builtin_prefetch(&t->direct[values[i + AHEAD]], 1);
        if (number < 0)
            return i;
        if ((uint64_t)number >= t->n_direct && (uint64_t)number < direct && !numbers_extend(t, (uint64_t)number))
            return NUMBERS_NO_MEMORY;
        if ((uint64_t)number >= t->n_direct && 2 * (t->n_hashed + 1) > t->n_slots && !numbers_rehash(t))
            return NUMBERS_NO_MEMORY;
        NumberSlot *slot = (uint64_t)number < t->n_direct ? NULL : numbers_slot(t, number);
        uint32_t *id = slot ? &slot->id : &t->direct[number];
        if (!*id) {
            if (t->n >= MOST_NUMBERS)
                return NUMBERS_TOO_MANY;
            if (!numbers_new(t, number))
                return NUMBERS_NO_MEMORY;
            if (slot) {
                slot->number = number;
                t->n_hashed++;
            }
            *id = (uint32_t)t->n;
        }
        ids[i] = *id - 1;
        t->counts[*id - 1]++;
    }
    return NUMBERS_ADDED;
}

#endif
