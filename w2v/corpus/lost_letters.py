r"""Signs that a text was decoded wrongly, now or when it was saved: letters that are lost, or are other letters.

    café, Привет     in           read, or saved, as      is then
                     latin-1      utf-8, by replacing     caf\ufffd
                     any          ascii, by replacing     caf?, ??????
                     utf-8        cp1252                  caf\xc3\xa9
                     latin-1      cp1251, koi8-r          cafй, cafИ
                     cp1251       latin-1                 \xcf\xf0\xe8\xe2\xe5\xf2
                     cp1251       koi8-r                  оПХБЕР

Of the words of Wikipedia in English and Korean, and of novels, at most 0.01 % look so by chance.
"""

import re
from collections.abc import Iterable

from w2v.corpus.counts import Provisional
from w2v.corpus.frequent_words import FEWEST, Sign, Words, about, examples
from w2v.file_kinds import advice

REPLACED_SHARE, FEWEST_REPLACED = 0.01, 10
"""Of the number of words: about a fifth of a percent of the characters. Damage is less."""
ENCODINGS = ("cp1252", "latin-1", "cp1251", "mac-roman")
"""What UTF-8 is most often taken for."""
FEWEST_DIFFERENT = 10
"""Fewer different words are names, terms (mRNA in Cyrillic) or slips. Damage hits the same share of them as of all words."""
AROUND = re.compile(r"[^\w\ufffd]")
MOJIBAKE_SHARE = 0.1
"""Of the words beyond ASCII; few may be so by chance, such as the end of a French quotation in capitals, É»."""

ORIGINAL = "go back to the text as it was before, and name its encoding"
ASKED = Sign(
    re.compile(r"\W*\?{2,}\W*").fullmatch,
    0.1,
    "consist of question marks",
    f"they stand for letters that were lost when the text was saved in an encoding without them; {ORIGINAL}",
)
"""All that is left of words in another alphabet."""
LONG, LONG_SHARE = re.compile(r"\?{4}"), 0.2
"""Of these words, those of four letters or more; in chats, nearly all have two or three question marks."""
WITHIN = Sign(
    re.compile(r"\W*[^\W\d_]+(?:\?[^\W\d_]+)+\W*").fullmatch,
    0.01,
    "have question marks between letters",
    ASKED.remedy,
)
# Letters of one alphabet that look like those of the other are often typed for them, such as the Latin i in Ukrainian.
BEYOND = (
    Sign(
        re.compile("\ufffd").search,
        0.01,
        "contain U+FFFD",
        f"it stands for letters that were lost when the text was decoded in a wrong encoding; {ORIGINAL}",
    ),
    Sign(
        re.compile("(?i)[bdfghjlmnqrstuvwz][\u0400-\u045f]|[\u0400-\u045f][bdfghjlmnqrstuvwz]").search,
        0.01,
        "mix Latin and Cyrillic letters",
        "a text in Latin letters was decoded in a Cyrillic encoding; read its file with "
        'encoding="cp1252" (Western European) or "cp1250" (Central European)',
    ),
    Sign(
        re.compile("\\W*[\u0430-\u044f\u0451][\u0410-\u042f\u0401]{2,}\\W*").fullmatch,
        0.01,
        "begin with a small letter and go on in capitals",
        'a text in one Cyrillic encoding was decoded in another; read its file with encoding="cp1251" or "koi8-r"',
    ),
)
ACCENTED = Sign(
    re.compile("\\W*[\xc0-\xd6\xd8-\xf6\xf8-\xff]{3,}\\W*").fullmatch,
    0.05,
    "consist of letters with accents",
    "a text in another alphabet was decoded in a Western European encoding; read its file with "
    'encoding="cp1251" (Cyrillic), "cp1253" (Greek), "gb18030" (Chinese), ...',
)


def lost(read: Provisional, words: Words) -> str | None:
    """Say that letters of many words were lost, or decoded in a wrong encoding; None if they were not."""
    beyond = [row for row, word in enumerate(words.words) if not word.isascii()]
    # In programs, question marks may be operators.
    asked = [] if words.is_code else [row for row, word in enumerate(words.words) if "?" in word]
    # Of a text in another encoding, `notice_encoding` has judged the letters.
    is_utf = read.text is None or read.text.encoding.startswith("utf")
    if said := _misread(words, beyond):
        return said if is_utf else None
    if said := _asked(words, asked):
        return said
    for sign in (WITHIN, *BEYOND, *([ACCENTED] if is_utf else [])):
        if said := _damaged(words, sign, asked if sign is WITHIN else beyond):
            return said
    return None


def _asked(words: Words, among: Iterable[int]) -> str | None:
    """Say that words are question marks, of which as many belong together as letters in words."""
    rows = list(among)
    share, found = words.showing(ASKED.shows, rows)
    long, _ = words.showing(lambda word: ASKED.shows(word) and LONG.search(word), rows)
    return (
        about(share, found, ASKED.says, ASKED.remedy) if share >= ASKED.least and long >= LONG_SHARE * share else None
    )


def _damaged(words: Words, sign: Sign, among: Iterable[int]) -> str | None:
    """Say how many words show a sign; None if few do, or few different ones, as names and terms may."""
    share, found = words.showing(sign.shows, among)
    different = {AROUND.sub("", word) for word in found}
    if share < sign.least or len(different) < max(FEWEST_DIFFERENT, sign.least * len(words.words)):
        return None
    return about(share, found, sign.says, sign.remedy)


def replaced(read: Provisional, words: Words) -> str | None:
    """Say that many characters were replaced while the text was read."""
    total = int(read.counts.sum())
    if read.text is None or read.replaced < max(FEWEST_REPLACED, REPLACED_SHARE * total):
        return None
    _, found = words.showing(lambda word: "\ufffd" in word)
    such = f", as in {examples(found)}" if found else ""
    return (
        f"the text is read as {read.text.encoding}, in which {read.replaced:,} characters of {total:,} words are not valid "
        f"and were replaced{such}: {advice('legacy', 'corpus')}"
    )


def right_letters(word: str) -> str | None:
    """Return the word that was meant, if UTF-8 was taken for another encoding and encoded once more; otherwise None.

    Examples
    --------
    >>> right_letters("cafÃ©"), right_letters("café"), right_letters("donâ€™t")
    ('café', None, 'don’t')
    """
    for encoding in ENCODINGS:
        try:
            right = word.encode(encoding).decode()
        except UnicodeError:
            continue
        return right if right != word else None
    return None


def _misread(words: Words, rows: Iterable[int]) -> str | None:
    """Say that words beyond ASCII were encoded twice."""
    beyond = [words.words[row] for row in rows]
    pairs = [(word, right) for word in beyond if (right := right_letters(word))]
    if len(pairs) < max(FEWEST, MOJIBAKE_SHARE * len(beyond)):
        return None
    shown = " and ".join(f"{word[:30]!r} for {right[:30]!r}" for word, right in pairs[:2])
    return (
        f"{len(pairs) / len(beyond):.0%} of the words beyond ASCII were encoded in UTF-8 twice, such as {shown}: they "
        "differ from the words that are meant; repair the text first, for example with ftfy"
    )
