"""Write unicode_tables.h: what ``tokenizer="words"`` has to know of each character, from Python's ``unicodedata``.

    python3.15 cython_ext/unicode_tables.py > cython_ext/unicode_tables.h

The words of a text must not depend on the interpreter that reads it, so the header is committed, and is made with one
version of Unicode, `VERSION`, that of Python 3.15. By Unicode's stability policy, newer versions change NFKC only for
characters that this one does not know yet.
"""

import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable
from unicodedata import category, combining, normalize

VERSION = "17.0.0"
BLOCK_BITS = 7
"""2 ** 7 characters per block of the second stage: with 6 or 8 bits the tables are larger."""

CHARACTERS = [chr(c) for c in range(sys.maxunicode + 1) if not 0xD800 <= c < 0xE000]
JOINERS = "\u200c\u200d"
# Word_Break calls these format characters Format or Extend. U+200B, which separates words, and the Arabic number signs
# are none of them.
FORMAT = [(0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E), (0x200E, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064)]
FORMAT += [(0x2066, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0x1D173, 0x1D17A), (0xE0001, 0xE0001)]
FORMAT += [(0xE0020, 0xE007F)]
HANGUL_SYLLABLES = range(0xAC00, 0xD7A4)
HANGUL_VOWELS_AND_FINALS = {chr(c) for c in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}
KINDS = {"L": "LETTER", "M": "MARK", "N": "NUMBER"}


def compositions() -> dict[str, str]:
    """Return the pairs of characters that NFC composes, without Hangul, which is composed by arithmetic."""
    pairs = {}
    for c in CHARACTERS:
        parts = unicodedata.decomposition(c)
        if parts and not parts.startswith("<") and ord(c) not in HANGUL_SYLLABLES:
            pair = "".join(chr(int(part, 16)) for part in parts.split())
            if len(pair) == 2 and normalize("NFC", pair) == c:
                pairs[pair] = c
    return pairs


def decompositions() -> dict[str, str]:
    """Return what NFKD makes of each character that it changes, without Hangul."""
    return {c: normalize("NFKD", c) for c in CHARACTERS if normalize("NFKD", c) != c and ord(c) not in HANGUL_SYLLABLES}


def kind(c: str) -> str:
    """Return what a character is to a word."""
    if c in JOINERS:
        return "JOINER"
    if any(first <= ord(c) <= last for first, last in FORMAT):
        return "FORMAT"
    return KINDS.get(category(c)[0], "OTHER")


def lower_step(c: str) -> int:
    """Return the distance from a character to its lower case; U+0130, whose lower case is two characters, has 0."""
    lower = c.lower()
    if len(lower) > 1:
        assert (c, lower) == ("\u0130", "i\u0307"), "prose.h knows one character whose lower case is two"
        return 0
    assert kind(lower) == kind(c)
    return ord(lower) - ord(c)


Record = tuple[str, int, int, int, int]


def records(seconds: set[str]) -> list[Record]:
    """Return kind, is_boundary, is_normal, combining class and step to the lower case of every code point."""
    found: list[Record] = [("OTHER", 1, 1, 0, 0)] * (sys.maxunicode + 1)
    for c in CHARACTERS:
        first = normalize("NFKD", c)[0]
        is_boundary = combining(first) == 0 and first not in seconds
        is_normal = normalize("NFKC", c) == c
        found[ord(c)] = (kind(c), int(is_boundary), int(is_normal), combining(c), lower_step(c))
    return found


def array(name: str, kind: str, values: Iterable[int | str]) -> str:
    """Return the definition of an array."""
    body = "".join(f"{value}," for value in values)
    lines, start = [], 0
    while start < len(body):
        end = body.rfind(",", start, start + 120) + 1
        lines.append(body[start:end])
        start = end
    return f"static const {kind} {name}[] = {{\n" + "\n".join(lines) + "\n};\n"


def pool(texts: Iterable[str]) -> str:
    """Return a text that contains all of the texts, without repeating one that occurs already."""
    pooled = ""
    for text in sorted(set(texts), key=lambda text: (-len(text), text)):
        if text not in pooled:
            pooled += text
    return pooled


def header() -> str:
    """Return the contents of unicode_tables.h."""
    composed, decomposed = compositions(), decompositions()
    for (first, _), c in composed.items():  # after an ASCII character that ends a word, marks may be skipped unseen
        assert first.isalnum() or not first.isascii() or kind(c) == "OTHER"
    of_each = records({pair[1] for pair in composed} | HANGUL_VOWELS_AND_FINALS)
    distinct = [record for record, _ in Counter(of_each).most_common()]  # the most frequent have short numbers
    number = {record: i for i, record in enumerate(distinct)}
    numbers = [number[record] for record in of_each]
    size = 1 << BLOCK_BITS
    blocks = [tuple(numbers[start : start + size]) for start in range(0, len(numbers), size)]
    unique = [block for block, _ in Counter(blocks).most_common()]
    place = {block: i for i, block in enumerate(unique)}
    characters = pool(decomposed.values())
    assert max(len(distinct), len(unique)) <= 1 << 8
    assert len(characters) <= 1 << 16
    parts = [
        f"/* unicode_tables.h -- Unicode {VERSION} for prose.h. Written by unicode_tables.py: do not edit. */\n"
        "/* clang-format off */\n",
        "#ifndef W2V_UNICODE_TABLES_H\n#define W2V_UNICODE_TABLES_H\n\n#include <stdint.h>\n",
        f'#define UNICODE_VERSION "{VERSION}"\n',
        "enum { LETTER, NUMBER, MARK, JOINER, FORMAT, OTHER };\n",
        "/* is_boundary: what precedes it can be normalised without it. is_normal: alone, NFKC leaves it unchanged.\n"
        " * lower_step: distance to its lower case. */\n"
        "typedef struct {\n    uint8_t kind, is_boundary, is_normal, combining_class;\n    int32_t lower_step;\n"
        "} CharacterRecord;\n",
        "typedef struct {\n    uint32_t character;\n    uint16_t start, length; /* in CHARACTERS */\n} Decomposition;\n",
        "typedef struct {\n    uint32_t first, second, composite;\n} Composition;\n",
        f"enum {{ BLOCK_BITS = {BLOCK_BITS} }};\n",
        array("RECORDS", "CharacterRecord", (f"{{{','.join(map(str, record))}}}" for record in distinct)),
        array("BLOCK_OF", "uint8_t", (place[block] for block in blocks)),
        array("RECORD_OF", "uint8_t", (i for block in unique for i in block)),
        "/* Sorted by the character: what NFKD makes of it. */",
        array(
            "DECOMPOSITIONS",
            "Decomposition",
            (f"{{{ord(c)},{characters.index(text)},{len(text)}}}" for c, text in sorted(decomposed.items())),
        ),
        array("CHARACTERS", "uint32_t", map(ord, characters)),
        "/* Sorted by both characters. */",
        array(
            "COMPOSITIONS",
            "Composition",
            (f"{{{ord(first)},{ord(second)},{ord(c)}}}" for (first, second), c in sorted(composed.items())),
        ),
        "#endif\n",
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    if unicodedata.unidata_version != VERSION:
        sys.exit(f"Python must know Unicode {VERSION}: got {unicodedata.unidata_version}")
    sys.stdout.write(header())
