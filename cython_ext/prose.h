/* prose.h -- raw prose to words (tokenizer="words"): NFKC, lower case; a word is a run of letters, or of digits, with the
 * marks and joiners that belong to them. Plain C, no Python. w2v/corpus/tokenizers.py says which and why.
 *
 * ASCII goes straight from the text into the word table. A run with any other character is read character by character:
 *
 *     bytes -> characters without format characters -> segments in NFKC -> lower case -> words
 *
 * A run ends at the next ASCII character that is neither letter nor digit: nothing composes with it to a part of a word. */
#ifndef W2V_PROSE_H
#define W2V_PROSE_H

#include "nfkc.h"
#include "words.h"

enum { CAPITAL_I_WITH_DOT = 0x130, DOT_ABOVE = 0x307 }; /* the one character whose lower case is two */

typedef struct {
    WordTable *table;
    Block *block;
    int64_t place;
    Segment segment; /* characters that may still compose */
    uint8_t *words;  /* those found and not yet counted, one after another */
    uint8_t *word;   /* the word so far, after them */
    size_t length;   /* of it in bytes, with joiners at its end */
    size_t solid;    /* without them */
    int last;        /* kind of the last character that is no joiner */
} Prose;

/* ---------------------------------------------------------------------------------------------- characters to words */

/* Take in the word so far. */
static inline int prose_found(Prose *s, size_t length) {
    int failed = end_word(s->table, s->block, s->word, length, s->place);
    s->word += length;
    if (!failed && s->word - s->words > LONGEST_WORD) failed = count_found(s->table, s->block, s->place);
    if (!s->block->n_found) s->word = s->words;
    return failed;
}

static inline int prose_end_word(Prose *s) {
    size_t solid = s->solid;
    s->length = s->solid = 0;
    return prose_found(s, solid);
}

static inline size_t utf8_encode(uint32_t c, uint8_t *out) {
    if (c < 0x80) {
        out[0] = (uint8_t)c;
        return 1;
    }
    size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i; i--, c >>= 6) out[i] = (uint8_t)(0x80 | (c & 0x3F));
    out[0] = (uint8_t)(0xF00 >> length | c);
    return length;
}

/* Add a character in NFKC and lower case to the word, or end the word. Marks and joiners begin none. */
static inline int prose_add(Prose *s, uint32_t c, int kind) {
    int failed = SCANNED;
    if (kind == OTHER) return prose_end_word(s);
    if ((kind == MARK || kind == JOINER) && !s->length) return SCANNED;
    if ((kind == LETTER && s->last == NUMBER) || (kind == NUMBER && s->last != NUMBER)) failed = prose_end_word(s);
    if (failed) return failed;
    if (s->length > LONGEST_WORD) return WORD_TOO_LONG;
    s->length += utf8_encode(c, s->word + s->length);
    if (kind == JOINER) return SCANNED; /* kept if the word goes on */
    s->solid = s->length;
    s->last = kind;
    return SCANNED;
}

static inline int prose_add_lower(Prose *s, uint32_t c) {
    if (c == CAPITAL_I_WITH_DOT) {
        int failed = prose_add(s, 'i', LETTER);
        return failed ? failed : prose_add(s, DOT_ABOVE, MARK);
    }
    const CharacterRecord *record = record_of(c);
    return prose_add(s, c + (uint32_t)record->lower_step, record->kind);
}

static inline int prose_end_segment(Prose *s) {
    int failed = SCANNED;
    if (!segment_normalize(&s->segment)) return NO_MEMORY;
    for (uint64_t i = 0; i < s->segment.n && !failed; i++)
        failed = prose_add_lower(s, character_of(s->segment.characters[i]));
    s->segment.n = 0;
    return failed;
}

/* ---------------------------------------------------------------------------------------------------- bytes to words */

enum { BREAK, NEW_LINE, END_OF_TEXT, BEYOND_ASCII }; /* what a byte is, if it is no letter or digit */

/* The lower case of ASCII's letters and digits; less than '0' is one of the above. */
/* clang-format off */
static const uint8_t ASCII_LOWER[256] = {
    [0] = END_OF_TEXT, ['\n'] = NEW_LINE, [128 ... 255] = BEYOND_ASCII,
    ['0'] = '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
    ['A'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm',
            'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
    ['a'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm',
            'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
};
/* clang-format on */

/* Take in a run that has a character beyond ASCII; returns where it ends, or where it failed. */
static const uint8_t *prose_run(Prose *s, const uint8_t *p, const uint8_t *end, int *failed) {
    int step = 1;
    for (; p < end && !*failed; p += step) {
        uint32_t c = *p;
        if (c < 0x80 && ASCII_LOWER[c] < '0') break;
        step = c < 0x80 ? 1 : utf8_decode(p, end, &c);
        if (!step) {
            *failed = INVALID_UTF8;
            return p;
        }
        const CharacterRecord *record = record_of(c);
        if (record->kind == FORMAT) continue;
        if (record->is_boundary && s->segment.n) *failed = prose_end_segment(s);
        if (!*failed && !segment_add(&s->segment, c)) *failed = NO_MEMORY;
    }
    if (!*failed) *failed = prose_end_segment(s);
    if (!*failed) *failed = prose_end_word(s);
    return p;
}

/* Take in a run of ASCII letters or of digits, or what it turns out to begin. */
static inline const uint8_t *prose_ascii(Prose *s, const uint8_t *p, const uint8_t *end, int *failed) {
    const uint8_t *start = p, *limit = end - p > LONGEST_WORD ? p + LONGEST_WORD + 1 : end;
    uint8_t lower = ASCII_LOWER[*p], *out = s->word;
    if (lower >= 'a') {
        do *out++ = lower;
        while (++p < limit && (lower = ASCII_LOWER[*p]) >= 'a');
    } else {
        do *out++ = lower;
        while (++p < limit && (lower = ASCII_LOWER[*p]) >= '0' && lower <= '9');
    }
    if (p < end && lower == BEYOND_ASCII) return prose_run(s, start, end, failed);
    *failed = prose_found(s, (size_t)(p - start));
    return p;
}

/* Scan a block of prose, as `scan` scans words. */
static int scan_prose(WordTable *t, Block *b, const uint8_t *text, int64_t length, int64_t place) {
    const uint8_t *p = text, *end = text + length, *word = text;
    int failed = SCANNED;
    Prose s = {.table = t, .block = b, .place = place, .words = malloc(2 * (LONGEST_WORD + 8))};
    s.word = s.words;
    if (!s.words) return NO_MEMORY;
    while (p < end && !failed) {
        uint8_t lower = ASCII_LOWER[*p];
        word = p;
        if (lower >= '0') p = prose_ascii(&s, p, end, &failed);
        else if (lower == BEYOND_ASCII) p = prose_run(&s, p, end, &failed);
        else if (lower == END_OF_TEXT) failed = NUL_FOUND;
        else if (p++, lower == NEW_LINE) failed = end_line(b);
    }
    b->open = length > 0 && end[-1] != '\n';
    if (!failed && b->open) failed = end_sentence(b);
    b->stopped_at = (failed == WORD_TOO_LONG ? word : p) - text;
    if (count_found(t, b, place)) failed = NO_MEMORY;
    segment_free(&s.segment);
    free(s.words);
    return failed;
}

#endif
