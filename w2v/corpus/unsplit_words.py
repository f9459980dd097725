"""Signs in the words of a corpus that a text was not split into words as it should be: what the notice about it says."""

import re

import numpy as np

from w2v.corpus.counts import Provisional
from w2v.corpus.vocabulary import Vocabulary

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


def punctuation(vocabulary: Vocabulary) -> str | None:
    """Say that many words end in punctuation, as those of raw prose do that was split at white space."""
    if vocabulary.numbers or len(vocabulary) < FEWEST_WORDS:
        return None
    frequent = np.argsort(-vocabulary.counts, kind="stable")[:WORDS_SEEN]
    words = [vocabulary.words[row] for row in frequent]
    glued = [word for word in words if GLUED.fullmatch(word)]
    code = sum(1 for word in words if CODE.search(word))
    if len(glued) < GLUED_SHARE * len(words) or code > len(glued) / 2:
        return None
    return (
        f"{len(glued) / len(words):.0%} of the words end in punctuation, such as {glued[0]!r} and {glued[1]!r}, and "
        'differ from the same words without it; to split prose into words, pass its text with tokenizer="words"'
    )


def unsplit(read: Provisional) -> str | None:
    """Say that many words are long runs of a script without spaces, or joined by commas and the like."""
    distinct = len(read.counts)
    if read.numbers or not distinct:
        return None
    words = [read.word(int(i)) for i in np.unique(np.linspace(0, distinct - 1, WORDS_SEEN).astype(np.int64))]
    for script, is_run, tool in (
        ("Chinese or Japanese", _is_han_kana, 'tokenizer="jieba" (Chinese) or "mecab" (Japanese)'),
        ("Thai, Lao, Burmese or Khmer", SOUTH_EAST_ASIAN.search, 'tokenizer="pythainlp" (Thai) or "icu"'),
    ):
        runs = [word for word in words if is_run(word)]
        if len(runs) > RUN_SHARE * len(words):
            return (
                f"{len(runs) / len(words):.0%} of the words are long runs of {script} letters, such as {runs[0][:30]!r}: "
                f"there are no spaces between words in this script, so each run became one word; split the text first, by "
                f"passing it with {tool}, or with another program"
            )
    joined = [word for word in words if JOINED.search(word) and not NUMBER.fullmatch(word)]
    if read.text is None or len(joined) <= JOINED_SHARE * len(words):
        return None
    return (
        f"{len(joined) / len(words):.0%} of the words have commas, semicolons or zero-width spaces inside, such as "
        f"{joined[0][:30]!r}: words are separated by white space only; replace the separators by spaces, "
        "after joining what belongs together (new_york)"
    )


def _is_han_kana(word: str) -> bool:
    return any(not KATAKANA.fullmatch(run) for run in HAN_KANA.findall(word))
