r"""Signs in the words of a corpus that it is more than language: markup, times, numbers, letters decoded wrongly.

Shares of all words that show a sign, in %, measured on the 20,000 most frequent ones (`MARKUP` and others say from which
share on a text gets a notice):

                                        tags  entities  wiki, LaTeX  escapes  times  decimals  single letters
    novels, also wrapped or cleaned        0         0            0        0      0         0          3 to 5
    English Wikipedia, raw              0.41         0            0        0      0      0.01               3
    Korean Wikipedia, raw               1.21      0.05            0        0      0      0.01             0.1
    the same, without <doc ...> lines      0    0.0, .05          0        0      0      0.01          0.1; 3
    the same, tokenised; cleaned           0         0            0        0      0         0          0.4; 3
    Python, C headers              .01 to .05    0 to .01    0 to .01 0 to .02   .02   .04 to .07               2
    Vim's help (with lists of patches)     0         0            0     0.01  0 to 4   0 to .13          2 to 3

Of the words beyond ASCII, none of Wikipedia's were valid as UTF-8 in another encoding, and none were decomposed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from w2v.corpus import times
from w2v.corpus.counts import Provisional

WORDS_SEEN = 20_000
FEWEST = 4
"""Fewer words with a sign are chance."""

# Not <s>, </s>, <unk>, <user>: words of many tokenised texts.
OPENED = (
    "a|article|body|div|doc|em|font|h[1-6]|html|img|li|link|meta|ol|p|page|pre|ref|s|script|section|seg|span|style|"
    "table|td|text|tr|ul"
)
"""Tags with attributes, which follow as words of their own; other words may begin with < too, such as names in addresses."""
TAG = re.compile(rf"</(?!s>)[A-Za-z][\w:.-]*>|<(?:br|p|hr)/?>|(?<!\w)<(?:{OPENED}|!--)$")
ENTITY = re.compile(r"&(?:[A-Za-z]{2,6}\d?|#\d{2,6}|#[xX][\dA-Fa-f]{2,5});")
WIKI = re.compile(r"(?<!\w)\[\[[^\W\d_][^\[\],;(){}=]*(?:$|\||\]\])|\{\{[^\W\d_]|'''[^\W\d_]")
TEX = re.compile(r"\\(?:begin|end|(?:sub)*section|cite[pt]?|ref|label|emph|text[a-z]{2}|item|footnote)\b")
MARKDOWN = re.compile(r"(?:^|[^\w*])\*\*[^\W\d_]|[^\W_]\]\((?:https?:|[/#.])")
ESCAPE = re.compile(r"\\u[\dA-Fa-f]{4}|[^\W\d_]\\[nrt][^\W\d_]|(?:%[\dA-F]{2}){2}|(?:=[\dA-F]{2}){2}")
# Programs contain markup in their strings, and brackets of their own. Shares of distinct words: programs 4 to 75 %, most of
# them over 10 %; prose, chats, wiki markup and LaTeX none; pages of HTML about programs 0 to 8 %.
CODE = re.compile(r"""[^<>"'&\[\]\\|/]*(?:\w\(|[A-Za-z]_[A-Za-z])""")
CODE_SHARE = 0.05
DECIMAL = re.compile(r"(?:\w+:)?[-+]?\d*\.\d+(?:[eE][-+]?\d+)?")
FEWEST_LETTERS = 15
"""Fewer different letters are no alphabet of a language, but words of their own, such as A, C, G and T."""
OTHER_LETTERS, OTHER_SHARE = frozenset("bjouxz"), 0.02
"""None of the 20 amino acids, whose sequences are corpora. Of the letters of English text, 12 %."""

SPACES, FEWEST_TEXTS, TEXT_SHARE = 3, 10, 0.2
ENCODINGS = ("cp1252", "latin-1", "cp1251", "mac-roman")
"""What UTF-8 is most often taken for."""
MOJIBAKE_SHARE = 0.1
"""Of the words beyond ASCII; few may be so by chance, such as the end of a French quotation in capitals, É»."""


@dataclass(frozen=True)
class Words:
    """The most frequent words of a text and their counts."""

    words: list[str]
    counts: list[int]

    @cached_property
    def total(self) -> int:
        """How often they occur, all of them together; at least 1."""
        return max(sum(self.counts), 1)

    @classmethod
    def of(cls, read: Provisional, is_split: bool) -> "Words":
        """Take the words as they were counted; where a tokenizer changed them, those at the beginning of the text."""
        if not is_split:
            common = Counter(word for text in read.beginnings.values() for word in text.split()).most_common(WORDS_SEEN)
            return cls([word for word, _ in common], [count for _, count in common])
        frequent = np.argsort(-read.counts, kind="stable")[:WORDS_SEEN]
        return cls([read.word(int(i)) for i in frequent], read.counts[frequent].tolist())

    def showing(self, sign: Callable[[str], Any], among: Iterable[int] | None = None) -> tuple[float, list[str]]:
        """Return which share of all these words shows a sign, and these words, the most frequent ones first.

        ``among`` are the only rows that may show it, in order; by default all.
        """
        rows = [row for row in (range(len(self.words)) if among is None else among) if sign(self.words[row])]
        return sum(self.counts[row] for row in rows) / self.total, [self.words[row] for row in rows]


@dataclass(frozen=True)
class Sign:
    """What words may show, from which share of all words on it gets a notice, and what that says."""

    shows: Callable[[str], Any]
    least: float
    says: str
    remedy: str


MARKUP = (
    Sign(
        TAG.search,
        0.001,
        "are HTML or XML tags",
        "tags and attributes are no words of the text; extract its text first, for example with BeautifulSoup",
    ),
    Sign(
        ENTITY.search,
        0.002,
        "contain HTML entities",
        "they stand for characters, so one word is spelled in several ways; replace them first, with Python's html.unescape",
    ),
    Sign(
        WIKI.search,
        0.005,
        "contain wiki markup",
        "links and templates become part of the words; extract the text first, for example with wikiextractor or "
        "mwparserfromhell",
    ),
    Sign(
        TEX.search,
        0.005,
        "contain LaTeX commands",
        "commands become part of the words; extract the text first, for example with detex or pandoc -t plain",
    ),
    Sign(
        MARKDOWN.search,
        0.01,
        "contain Markdown",
        "links and emphasis become parts of words, which differ from the same words without it; extract the text first, for "
        "example with pandoc -t plain",
    ),
    Sign(
        ESCAPE.search,
        0.005,
        "contain escaped characters",
        r"the text was written in a notation such as that of JSON (\n, \u00e9) or of URLs (%20), so that words are "
        "misspelled or joined; decode it first",
    ),
)
UNCLEAN = (
    Sign(
        lambda word: word[0].isspace() or word[-1].isspace(),
        0.01,
        "begin or end with white space",
        "they differ from the same words without it; pass word.strip(), or split texts with split()",
    ),
    Sign(
        re.compile(r"""b(?:'[^']*'|"[^"]*")""").fullmatch,
        0.05,
        "are bytes as Python prints them",
        'they are not the words that are meant; decode them first, as in word.decode("utf-8")',
    ),
)
"""Of words as they were passed or split at white space."""
INVISIBLE = Sign(
    re.compile("[\u00ad\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]").search,
    0.002,
    "contain invisible characters",
    "soft hyphens, byte-order marks and marks of direction make them differ from the same words without them; "
    'remove them, or split the text with tokenizer="words", which does',
)
ADDRESS = Sign(
    re.compile(r"\W*+(?:https?://|www\.)\w.*|[^\w@]*+@\w{2,}\W*|[^\w.+-]*+[\w.+-]++@[\w-]++\.[\w.]++\W*").fullmatch,
    0.01,
    "are addresses or names with @",
    'tokenizer="{}" splits them into parts such as https, t and co, which are taken for words; remove them first, or '
    "replace them by a word such as url and user",
)
"""Only of text that is split at signs."""
DECIMALS = Sign(
    DECIMAL.fullmatch,
    0.2,
    "are decimal numbers",
    "each number is taken for a word of its own (3.0 is another word than 3); leave out weights, scores and other "
    "measurements, and write identifiers as whole numbers",
)


def foreign(read: Provisional, is_split: bool) -> str | None:
    """Say what many words show that are no words of a language; None if nothing does.

    Parameters
    ----------
    read : Provisional
    is_split : bool
        Whether the words are those of the text, and not what a tokenizer made of them.
    """
    if read.numbers:
        return None
    words = Words.of(read, is_split)
    odd = [row for row, word in enumerate(words.words) if not word.isalpha()]  # no sign is made of letters alone
    is_code = sum(CODE.match(words.words[row]) is not None for row in odd) >= CODE_SHARE * len(words.words)
    unclean = UNCLEAN if is_split else ()
    for sign in unclean + (() if is_code else MARKUP):
        if said := _shown(words, sign, odd):
            return said
    if dates := times.frequent(words, odd):
        return _said(*dates)
    if said := _shown(words, DECIMALS, odd):
        return said
    if read.text is None and (said := _texts(words)):
        return said
    # Of a text in another encoding, `notice_encoding` has judged the letters.
    is_utf = read.text is None or read.text.encoding.startswith("utf")
    said = (_misread(words) if is_utf else None) or _decomposed(words) or _spaced(words)
    return said or (_shown(words, INVISIBLE, odd) if is_split else None)


def addresses(read: Provisional, tokenizer: str) -> str | None:
    """Say that a tokenizer which splits words at signs splits many addresses and names."""
    words = Words.of(read, is_split=False)
    odd = [row for row, word in enumerate(words.words) if not word.isalpha()]
    is_code = sum(CODE.match(words.words[row]) is not None for row in odd) >= CODE_SHARE * len(words.words)
    return None if is_code else _shown(words, ADDRESS, odd, tokenizer)


def _shown(words: Words, sign: Sign, among: Iterable[int], tokenizer: str = "") -> str | None:
    share, found = words.showing(sign.shows, among)
    if share < max(sign.least, FEWEST / words.total):
        return None
    return _said(share, found, sign.says, sign.remedy.format(tokenizer))


def _said(share: float, found: list[str], says: str, remedy: str) -> str:
    return f"{percent(share)} of the words {says}, such as {examples(found)}: {remedy}"


def percent(share: float) -> str:
    """Return a share in percent, with a decimal if it is small."""
    return f"{share:.1%}" if share < 0.01 else f"{share:.0%}"


def examples(found: Iterable[str]) -> str:
    """Return two words, shortened, for a message."""
    return " and ".join(repr(word if len(word) <= 30 else word[:30] + "...") for word in list(found)[:2])


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


def _texts(words: Words) -> str | None:
    """Say that words are whole texts: of many words each, and hardly any of them twice, unlike names of products."""
    texts = [row for row, word in enumerate(words.words) if word.count(" ") >= SPACES]
    total = sum(words.counts[row] for row in texts)
    if len(texts) < FEWEST_TEXTS or total < TEXT_SHARE * words.total or total > 1.5 * len(texts):
        return None
    return (
        f"{percent(total / words.total)} of the words are texts, such as {examples(words.words[row] for row in texts)}: a "
        'sentence must be a list of single words; pass the texts alone, as a list of strings, with tokenizer="words"'
    )


def _misread(words: Words) -> str | None:
    beyond = [word for word in words.words if not word.isascii()]
    pairs = [(word, right) for word in beyond if (right := right_letters(word))]
    if len(pairs) < max(FEWEST, MOJIBAKE_SHARE * len(beyond)):
        return None
    shown = " and ".join(f"{word[:30]!r} for {right[:30]!r}" for word, right in pairs[:2])
    return (
        f"{len(pairs) / len(beyond):.0%} of the words beyond ASCII were encoded in UTF-8 twice, such as {shown}: they "
        "differ from the words that are meant; repair the text first, for example with ftfy"
    )


def _decomposed(words: Words) -> str | None:
    share, found = words.showing(
        lambda word: not word.isascii() and len(unicodedata.normalize("NFC", word)) < len(word)
    )
    if share < 0.01 or len(found) < FEWEST:
        return None
    return (
        f"{percent(share)} of the words have letters in parts (Unicode NFD), such as {examples(found)}: they differ from "
        'the same words as they are typed (NFC); normalise the text first, with unicodedata.normalize("NFC", text)'
    )


def _spaced(words: Words) -> str | None:
    share, found = words.showing(lambda word: len(word) == 1 and word.lower() != word.upper())
    letters = {word for word in found if word.islower()}
    others, _ = words.showing(lambda word: word in OTHER_LETTERS)
    if share < 0.4 or len(letters) < FEWEST_LETTERS or ("".join(letters).isascii() and others < OTHER_SHARE * share):
        return None
    return (
        f"{percent(share)} of the words are single letters, such as {examples(found)}: the letters of words seem to be "
        "separated by spaces, as by character recognition; join them first"
    )
