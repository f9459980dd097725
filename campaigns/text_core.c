/* text_core.c -- the headers of cython_ext that read texts, numbers, phrases and rows of vectors, on random hostile input.
 *
 *     text_core POWERS ROUNDS SEED
 *
 * POWERS is the table FIVES of decimals.h, as `_rows.pyx` fills it. sanitizers.py builds this with -fsanitize=address,undefined and
 * runs it: every input lies in a block of exactly its size, so that a byte too many is seen. What holds for any input is checked
 * here too; a violation aborts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cython_ext/decimals.h"
#include "cython_ext/numbers.h"
#include "cython_ext/pair_counts.h"
#include "cython_ext/phrases.h"
#include "cython_ext/prose.h"

static uint64_t state = 1;

static uint64_t draw(uint64_t n) { /* below n; xorshift (Marsaglia 2003) */
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % n;
}

static void *make(size_t n, size_t size) {
    void *made = calloc(n ? n : 1, size);
    if (!made) exit(1);
    return made;
}

static void holds(int condition) {
    if (!condition) abort();
}

/* -------------------------------------------------------------------------------------------------------------- texts */

/* Letters, digits, spaces, marks, joiners, Hangul, ligatures; the last ones are not UTF-8, or not text. */
static const char *const PARTS[] = {
    "a", "B", "9", " ", "\n", "\r\n", "\t", "'", "-", "\xc3\xa9", "\xcc\x88", "\xcc\xa3", "\xe2\x80\x8d", "\xe2\x80\x8c",
    "\xef\xac\x81", "\xea\xb0\x80", "\xe1\x84\x80", "\xe1\x85\xa1", "\xe1\x86\xa8", "\xf0\x9f\x98\x80", "\xc4\xb0", "\xe3\x80\x80",
    "\xc2\xa0", "\xef\xb7\xba", "\xc2\xad", "\xf0\x9d\x9f\x8e", "\xe0\xa5\x8d", "\xff", "\xc0\xaf", "\xed\xa0\x80",
    "\xf4\x90\x80\x80", "\xe2\x82", "",
};
enum { ALL_PARTS = sizeof PARTS / sizeof *PARTS, VALID_PARTS = ALL_PARTS - 6 };

/* A text of at most n bytes; a part may be repeated beyond the longest word. */
static uint8_t *make_text(size_t n, size_t *length) {
    uint8_t *text = make(n, 1);
    uint64_t parts = draw(3) ? VALID_PARTS : ALL_PARTS;
    size_t used = 0;
    while (used + 4 <= n) {
        const char *part = PARTS[draw(parts)];
        size_t bytes = *part ? strlen(part) : 1; /* the last part is a NUL */
        for (uint64_t times = draw(60) ? 1 : draw(70000); times && used + bytes <= n; times--, used += bytes)
            memcpy(text + used, part, bytes);
    }
    *length = used;
    uint8_t *exact = make(used, 1);
    memcpy(exact, text, used);
    free(text);
    return exact;
}

static void fuzz_texts(void) {
    WordTable tables[2];
    for (int i = 0; i < 2; i++) holds(table_make(&tables[i], draw(UINT64_MAX)));
    for (int64_t number = 0; number < 4; number++) {
        size_t length;
        uint8_t *text = make_text(1 + draw(draw(8) ? 300 : 200000), &length);
        WordTable *table = &tables[draw(2)];
        Block block = {0};
        int failed = (draw(2) ? scan : scan_prose)(table, &block, text, (int64_t)length, number << 32);
        holds(failed != NO_MEMORY && block.stopped_at >= 0 && block.stopped_at <= (int64_t)length);
        for (uint64_t i = 0; i < block.n_ids; i++) holds(block.ids[i] < table->n);
        for (uint64_t i = 0; i < block.n_ends; i++)
            holds((i ? block.ends[i - 1] : 0) < block.ends[i] && block.ends[i] <= (int64_t)block.n_ids);
        block_free(&block);
        free(text);
    }
    uint32_t *mapping = make((size_t)tables[1].n, sizeof *mapping);
    holds(table_merge(&tables[0], &tables[1], mapping));
    for (int64_t i = 0; i < tables[1].n; i++) holds(tables[0].entries[mapping[i]].length == tables[1].entries[i].length);
    free(mapping);
    for (int i = 0; i < 2; i++) table_free(&tables[i]);
}

/* ------------------------------------------------------------------------------------------------------------ numbers */

static int64_t some_number(void) {
    switch (draw(6)) {
        case 0: return (int64_t)draw(INT64_MAX);
        case 1: return (int64_t)draw(1 << 21);
        case 2: return INT64_MAX;
        case 3: return draw(40) ? 7 : -1 - (int64_t)draw(INT64_MAX);
        default: return (int64_t)draw(5000);
    }
}

static void fuzz_numbers(void) {
    NumberTable table = {.seed = draw(UINT64_MAX)};
    for (int batch = 0; batch < 3; batch++) {
        int64_t n = 1 + (int64_t)draw(200);
        int64_t *values = make((size_t)n, sizeof *values);
        uint32_t *ids = make((size_t)n, sizeof *ids);
        for (int64_t i = 0; i < n; i++) values[i] = some_number();
        int64_t stopped = numbers_add(&table, values, n, ids);
        holds(stopped == NUMBERS_ADDED || (stopped >= 0 && values[stopped] < 0));
        for (int64_t i = 0; i < (stopped < 0 ? n : stopped); i++)
            holds(table.numbers[ids[i]] == values[i] && numbers_find(&table, values[i]) == ids[i]);
        free(values);
        free(ids);
    }
    int64_t *counts = make(table.n, sizeof *counts);
    numbers_counts(&table, counts);
    free(counts);
    const int64_t below = 1 + (int64_t)draw(50), n = (int64_t)draw(100);
    int64_t *values = make((size_t)n, sizeof *values), *first = make((size_t)below, sizeof *first), total = 0;
    counts = make((size_t)below, sizeof *counts);
    for (int64_t i = 0; i < n; i++) values[i] = (int64_t)draw((uint64_t)below);
    numbers_count(values, n, 0, counts, first);
    for (int64_t i = 0; i < below; total += counts[i++]) holds(!counts[i] || values[first[i]] == i);
    holds(total == n);
    free(values);
    free(first);
    free(counts);
    numbers_free(&table);
}

/* ------------------------------------------------------------------------------------------------------------ phrases */

static int64_t *make_ends(int64_t n, int64_t length) {
    int64_t *ends = make((size_t)n, sizeof *ends), last = 0;
    for (int64_t i = 0; i < n; i++) ends[i] = last = last + (int64_t)draw((uint64_t)(length - last) / 2 + 1);
    return ends;
}

static void fuzz_phrases(void) {
    const uint32_t words = 2 + (uint32_t)draw(12), phrases = (uint32_t)draw(30), tokens = words + phrases;
    const int64_t n = (int64_t)draw(400), n_ends = (int64_t)draw(20);
    uint32_t *ids = make((size_t)n, sizeof *ids), *token = make(phrases, sizeof *token);
    uint8_t *is_connector = make(words, 1);
    double *weight = make(phrases, sizeof *weight);
    int64_t *ends = make_ends(n_ends, n);
    for (int64_t i = 0; i < n; i++) ids[i] = (uint32_t)draw(words);
    for (uint32_t i = 0; i < words; i++) is_connector[i] = draw(3) == 0;

    PairCounter *counter = make(1, sizeof *counter);
    counter->seed = draw(UINT64_MAX);
    holds(collect(counter, ids, n, ends, n_ends, is_connector));
    FoundPairs found = {0};
    for (int i = 0; i < BUCKETS; i++) {
        holds(count_bucket(counter, i));
        if (!draw(4)) holds(prune_bucket(&counter->buckets[i], counter->seed, (uint32_t)draw(3)));
    }
    holds(find_pairs(counter, 1 + (uint32_t)draw(3), &found));
    for (uint64_t i = 0; i < found.n; i++) holds(found.pairs[i].a < words && found.pairs[i].b < words && found.pairs[i].value <= n);
    free(found.pairs);
    counter_free(counter);
    free(counter);

    Merger merger = {0};
    holds(merger_make(&merger, draw(UINT64_MAX), phrases, tokens));
    for (uint32_t i = 0; i < phrases; i++) {
        uint32_t link = 0;
        for (uint64_t more = draw(3); more; more--) link = enter_link(&merger.links, merger.seed, link, (uint32_t)draw(words));
        holds(enter_phrase(&merger, (uint32_t)draw(words), (uint32_t)draw(words), link, i + 1));
        token[i] = (uint32_t)draw(tokens);
        weight[i] = 0.1 + (double)draw(100);
    }
    merger.token = token;
    merger.weight = draw(2) ? weight : NULL;
    for (uint32_t i = 0; i < words; i++)
        if (is_connector[i]) merger.marks[i] |= CONNECTS;
    merger.counts = make(tokens, sizeof *merger.counts);
    merger.first_seen = make(tokens, sizeof *merger.first_seen);
    for (int part = 0; part < 2; part++) {
        const int64_t room = n + (int64_t)merger.n_ids;
        uint32_t *out = make((size_t)room, sizeof *out);
        int64_t *out_ends = make((size_t)n_ends, sizeof *out_ends);
        const int64_t made = merge(&merger, ids, n, ends, n_ends, out, out_ends);
        holds(0 <= made && made <= room);
        for (int64_t i = 0; i < made; i++) holds(out[i] < tokens);
        free(out);
        free(out_ends);
    }
    void *const blocks[] = {merger.counts, merger.first_seen, ids, token, is_connector, weight, ends};
    merger_free(&merger);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
}

/* --------------------------------------------------------------------------------------------------- rows of vectors */

static void fuzz_rows(void) {
    static const char BYTES[] = "0123456789..--++eE  \t\nx\r,naif";
    const int64_t n = 1 + (int64_t)draw(200);
    const RowShape shape = {1 + (int64_t)draw(4), 1 + (int64_t)draw(10), 1 + (int64_t)draw(60)};
    const int64_t most = 1 + n / (2 * shape.dim + 2);
    uint8_t *text = make((size_t)n, 1);
    float *values = make((size_t)(most * shape.dim), sizeof *values);
    int64_t(*places)[3] = make((size_t)most, sizeof *places), here = 0, rows = 0;
    for (int64_t i = 0; i < n; i++) text[i] = draw(40) ? (uint8_t)BYTES[draw(sizeof BYTES - 1)] : (uint8_t)draw(256);
    while (here < n) {
        const int64_t before = here;
        rows += read_rows(text, n, &shape, most - rows, &here, values + rows * shape.dim, places + rows);
        if (here < n) here = line_end(text, n, here, &shape);
        holds(before < here && here <= n && rows <= most);
    }
    free(text);
    free(values);
    free(places);
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    FILE *powers = fopen(arguments[1], "rb");
    if (!powers || fread(FIVES, sizeof FIVES, 1, powers) != 1) return 2;
    fclose(powers);
    state = strtoull(arguments[3], NULL, 10) * 2 + 1;
    for (long round = atol(arguments[2]); round; round--) {
        fuzz_texts();
        fuzz_numbers();
        fuzz_phrases();
        fuzz_rows();
    }
    return 0;
}
