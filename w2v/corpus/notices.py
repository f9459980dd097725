"""Warnings about text that was read as the user said, but most likely should be split into words in another way."""

import codecs
import re
import sys
import warnings

import numpy as np

from w2v.corpus.counts import Provisional
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import CorpusWarning

WORDS_SEEN = 20_000
FEWEST_WORDS = 50
"""In smaller vocabularies a few words make a large share."""

# Raw prose: shares of the 20,000 most frequent words, measured for min_count 1 and 5.
#
#                              prose ending in punctuation   signs of code
#   English novels                   31 to 36 %                 1 to 2 %
#   English Wikipedia, raw           23 %                       1 %
#   Korean Wikipedia, raw            10 %                       1 %
#   the same, tokenised; hashtags     0 %                       0; 100 %
#   Python, C headers, JavaScript     0 to 9 %                 40 to 94 %
#   this package (much prose)        12 to 23 %                14 to 50 %
GLUED = re.compile(r"[^\W\d_]{2,}[.,;:!?،؛؟।]")
CODE = re.compile(r"[_={}<>\\#@$&|*`\[\]]|.\(.")
GLUED_SHARE = 0.05

# Scripts without spaces: a run of so many letters is hardly a word. Katakana alone may be one, long as it is.
HAN_KANA = re.compile("[\u3005\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]{8,}")
KATAKANA = re.compile("[\u30a0-\u30ff]*")
SOUTH_EAST_ASIAN = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{20,}")
RUN_SHARE = 0.1

# Values of a table or items of a list; not a number such as 1,000,000 or 0,5, and not code. Some scripts separate words by
# zero-width spaces, which are no white space.
JOINED = re.compile(r"""^[^(){}=<>]*?(?:[^\W_]["']?[,;]["']?[^\W_]|\S\u200b\S)[^(){}=<>]*$""")
NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})*|\d+,\d+)")
JOINED_SHARE = 0.3

ENCODING_BYTES = 1 << 16
FEWEST_LETTERS = 4
"""Fewer letters beyond ASCII may be valid in UTF-8 by chance."""


def notice_punctuation(vocabulary: Vocabulary) -> None:
    """Warn if many words end in punctuation, as those of raw prose do that was split at white space.

    Warns
    -----
    CorpusWarning
    """
    if vocabulary.numbers or len(vocabulary) < FEWEST_WORDS:
        return
    frequent = np.argsort(-vocabulary.counts, kind="stable")[:WORDS_SEEN]
    words = [vocabulary.words[row] for row in frequent]
    glued = [word for word in words if GLUED.fullmatch(word)]
    code = sum(1 for word in words if CODE.search(word))
    if len(glued) >= GLUED_SHARE * len(words) and code <= len(glued) / 2:
        _warn(
            f"{len(glued) / len(words):.0%} of the words end in punctuation, such as {glued[0]!r} and {glued[1]!r}, and "
            'differ from the same words without it; to split prose into words, pass its text with tokenizer="words"'
        )


def notice_unsplit(read: Provisional) -> None:
    """Warn if many words are long runs of a script without spaces, or joined by commas and the like: not split yet.

    Warns
    -----
    CorpusWarning
    """
    distinct = len(read.counts)
    if read.numbers or not distinct:
        return
    words = [read.word(int(i)) for i in np.unique(np.linspace(0, distinct - 1, WORDS_SEEN).astype(np.int64))]
    for script, is_run, tool in (
        ("Chinese or Japanese", _is_han_kana, 'tokenizer="jieba" (Chinese) or "mecab" (Japanese)'),
        ("Thai, Lao, Burmese or Khmer", SOUTH_EAST_ASIAN.search, 'tokenizer="pythainlp" (Thai) or "icu"'),
    ):
        runs = [word for word in words if is_run(word)]
        if len(runs) > RUN_SHARE * len(words):
            _warn(
                f"{len(runs) / len(words):.0%} of the words are long runs of {script} letters, such as {runs[0][:30]!r}: "
                f"there are no spaces between words in this script, so each run became one word; split the text first, by "
                f"passing it with {tool}, or with another program"
            )
    joined = [word for word in words if JOINED.search(word) and not NUMBER.fullmatch(word)]
    if read.text is not None and len(joined) > JOINED_SHARE * len(words):
        _warn(
            f"{len(joined) / len(words):.0%} of the words have commas, semicolons or zero-width spaces inside, such as "
            f"{joined[0][:30]!r}: words are separated by white space only; replace the separators by spaces, "
            "after joining what belongs together (new_york)"
        )


def notice_tokenizer() -> None:
    """Warn that sentences which are lists are not split by a tokenizer.

    Warns
    -----
    CorpusWarning
    """
    _warn(
        "tokenizer= was not used: the sentences are lists of words, which are taken as they are; pass strings instead"
    )


def notice_encoding(source: str, data: bytes, text: str, encoding: str) -> None:
    """Warn if the beginning of a text, ``text`` in this encoding, is UTF-8, as no other text is, or mostly accented letters.

    Warns
    -----
    CorpusWarning
    """
    if encoding.startswith("utf") or data.isascii():
        return
    try:
        right = codecs.getincrementaldecoder("utf-8")().decode(data[:ENCODING_BYTES])
    except UnicodeDecodeError:
        right = ""
    letters = [letter for letter in text[:ENCODING_BYTES] if letter.isalpha()]
    if sum(not letter.isascii() for letter in right) >= FEWEST_LETTERS:
        _warn(
            f'corpus {source!r} is read as {encoding}, but it is valid UTF-8; if letters look wrong, pass encoding="utf-8"'
        )
    elif sum("\xc0" <= letter <= "\xff" for letter in letters) > max(len(letters) / 2, FEWEST_LETTERS):
        _warn(
            f"corpus {source!r} is read as {encoding}: most letters then have accents, such as {''.join(letters[:20])!r}; "
            'if they look wrong, pass another encoding, such as encoding="cp1251" (Cyrillic) or "gb18030" (Chinese)'
        )


def _is_han_kana(word: str) -> bool:
    return any(not KATAKANA.fullmatch(run) for run in HAN_KANA.findall(word))


def _warn(message: str) -> None:
    """Warn at the line outside of this package that asked for the text to be read."""
    frame, depth = sys._getframe(1), 2
    while frame.f_back is not None and frame.f_back.f_globals.get("__name__", "").startswith("w2v."):
        frame, depth = frame.f_back, depth + 1
    warnings.warn(message, CorpusWarning, stacklevel=depth + 1)
