r"""Signs in the words of a corpus that it is more than language: markup, times, numbers, letters in parts.

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

from w2v.corpus import times
from w2v.corpus.counts import Provisional
from w2v.corpus.frequent_words import FEWEST, Sign, Words, about, examples, noticed, percent
from w2v.corpus.lost_letters import lost

# Not <s>, </s>, <unk>, <user>: words of many tokenised texts.
OPENED = (
    "a|article|body|div|doc|em|font|h[1-6]|html|img|li|link|meta|ol|p|page|pre|ref|s|script|section|seg|span|style|"
    "table|td|text|tr|ul"
)
"""Tags with attributes, which follow as words of their own; other words may begin with < too, such as names in addresses."""
CAPITALS = "|".join(name for name in OPENED.upper().split("|") if len(name) > 1)
"""Not <A, <P, <S: they may be quantities or initials."""
BREAK = r"<(?:br|BR|Br|hr|HR)(?:/?>|$)"
"""Also at the end of a word, as in "one.<br /><br />Two"."""
TAG = re.compile(rf"</(?!s>)[A-Za-z][\w:.-]*>|{BREAK}|<[pP]/?>|(?<!\w)<(?:{OPENED}|{CAPITALS}|!--)$")
ENTITY = re.compile(r"&(?:[A-Za-z]{2,6}\d?|#\d{2,6}|#[xX][\dA-Fa-f]{2,5});")
WIKI = re.compile(r"(?<!\w)\[\[[^\W\d_][^\[\],;(){}=]*(?:$|\||\]\])|\{\{[^\W\d_]|'''[^\W\d_]")
TEX = re.compile(r"\\(?:begin|end|(?:sub)*section|cite[pt]?|ref|label|emph|text[a-z]{2}|item|footnote)\b")
MARKDOWN = re.compile(r"(?:^|[^\w*])\*\*[^\W\d_]|[^\W_]\]\((?:https?:|[/#.])")
# None of these is a hundredth of the words of prose, chats or programs: at most 0.3 %. ``this'' is a quotation of old texts.
DOCUMENT = re.compile(
    r"\W?:[A-Za-z][\w:.+-]*:`|[a-z][a-z-]*::$|`_{1,2}\W?$"  # reStructuredText: roles, directives, links
    r"|\W*(`{1,2})[^`]+\1"  # and Markdown: literals
    r"|([=~^#])\2{3,}$|-{8,}$"  # underlined headings; not dashes
    r"|\.(?:TH|SH|SS|PP|TP|IP|BR?|RB|BI|IR|IB|LP|RE|RS|nf|fi|br|sp|in|It|Nm|Op|Pp|Sh|Fl|Ar|Xr)$|\\f[BIRP]|.\\-"  # troff
    r"|:[A-Z_]{2,}:$|#\+[A-Za-z_]+:?$|\[\[[a-z]+:[^\]]+\]\["  # Org
    r"|=(?:item|over|back|head\d|cut|pod|begin|end|for)$|[BCEFILSX]<"  # POD
    r"|\[(?:source|NOTE|TIP|WARNING|IMPORTANT|CAUTION|quote|options|cols|width)\b|link:\S+\[|xref:"  # AsciiDoc
)
ESCAPE = re.compile(r"\\u[\dA-Fa-f]{4}|[^\W\d_]\\[nrt][^\W\d_]|(?:%[\dA-F]{2}){2}|(?:=[\dA-F]{2}){2}")
DECIMAL = re.compile(r"(?:\w+:)?[-+]?\d*\.\d+(?:[eE][-+]?\d+)?")
FEWEST_LETTERS = 15
"""Fewer different letters are no alphabet of a language, but words of their own, such as A, C, G and T."""
OTHER_LETTERS, OTHER_SHARE = frozenset("bjouxz"), 0.02
"""None of the 20 amino acids, whose sequences are corpora. Of the letters of English text, 12 %."""

SPACES, FEWEST_TEXTS, TEXT_SHARE = 3, 10, 0.2

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
DOCUMENTS = Sign(
    DOCUMENT.match,
    0.01,
    "are markup of documents",
    "signs and commands of Markdown, reStructuredText, Org, AsciiDoc, POD or troff are taken for words, or become parts of "
    "words; extract the text first, for example with pandoc -t plain",
)
BARS = Sign(
    re.compile(r"\|{1,2}").fullmatch,
    0.02,
    "are vertical bars",
    "they separate columns of tables or items, and are taken for words; leave the tables or the bars out",
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


def foreign(read: Provisional, words: Words, is_split: bool) -> str | None:
    """Say what many words show that are no words of a language; None if nothing does.

    Parameters
    ----------
    read : Provisional
    words : Words
    is_split : bool
        Whether the words are those of the text, and not what a tokenizer made of them.
    """
    for sign in (*(UNCLEAN if is_split else ()), *(() if words.is_code else MARKUP), DOCUMENTS):
        if said := noticed(words, sign, words.odd):
            return said
    if dates := times.frequent(words, words.odd):
        return about(*dates)
    if said := noticed(words, DECIMALS, words.odd):
        return said
    if read.text is None and (said := _texts(words)):
        return said
    return (
        lost(read, words)
        or _decomposed(words)
        or _spaced(words)
        or (noticed(words, INVISIBLE, words.odd) if is_split else None)
    )


def addresses(words: Words, tokenizer: str) -> str | None:
    """Say that a tokenizer which splits words at signs splits many addresses and names."""
    return None if words.is_code else noticed(words, ADDRESS, words.odd, tokenizer)


def bars(words: Words) -> str | None:
    """Say that many words are vertical bars; where they separate the items of lists, `item_lists` says more."""
    return None if words.is_code else noticed(words, BARS, words.odd)


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


def _decomposed(words: Words) -> str | None:
    beyond = [row for row, word in enumerate(words.words) if not word.isascii()]
    share, found = words.showing(lambda word: len(unicodedata.normalize("NFC", word)) < len(word), beyond)
    if share < 0.01 or len(found) < FEWEST:
        return None
    return (
        f"{percent(share)} of the words have letters in parts (Unicode NFD), such as {examples(found)}: they differ from "
        'the same words as they are typed (NFC); normalise the text first, with unicodedata.normalize("NFC", text)'
    )


def _spaced(words: Words) -> str | None:
    single = [row for row, word in enumerate(words.words) if len(word) == 1]
    share, found = words.showing(lambda word: word.lower() != word.upper(), single)
    letters = {word for word in found if word.islower()}
    others, _ = words.showing(OTHER_LETTERS.__contains__, single)
    if share < 0.4 or len(letters) < FEWEST_LETTERS or ("".join(letters).isascii() and others < OTHER_SHARE * share):
        return None
    return (
        f"{percent(share)} of the words are single letters, such as {examples(found)}: the letters of words seem to be "
        "separated by spaces, as by character recognition; join them first"
    )
