"""Signs in the words of a corpus that a text was not split into words as it should be: what the notice about it says."""

import re
from operator import mul

import numpy as np

from w2v.corpus.counts import Provisional
from w2v.corpus.frequent_words import WORDS_SEEN
from w2v.corpus.vocabulary import Vocabulary

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
SIGNS_OF_CODE = re.compile(r"[_={}<>\\#@$&|*`\[\]]|.\(.")
GLUED_SHARE = 0.05
ALL_GLUED_SHARE = 0.1
"""Of all words, also those too rare for the vocabulary, which of a small text are most: 19 % or more of English prose."""

# Scripts without spaces: a run of so many letters is hardly a word. Katakana alone may be one, long as it is. What counts is
# how much of the letters of the script are in such runs, as other words of the text may be many more.
HAN_KANA = re.compile("[\u3005\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
KATAKANA = re.compile("[\u30a0-\u30ff]+")
SOUTH_EAST_ASIAN = re.compile("[\u0e00-\u109f\u1780-\u17ff]+")
RUN_SHARE = 0.4
SCRIPT_SHARE = 0.02
"""Of all letters; fewer are quotations."""

# Values of a table or items of a list; not a number such as 1,000,000 or 0,5, and not code. Some scripts separate words by
# zero-width spaces, which are no white space.
JOINED = re.compile(r"""^[^(){}=<>]*?(?:[^\W_]["']?[,;]["']?[^\W_]|\S\u200b\S)[^(){}=<>]*$""")
NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})*|\d+,\d+)")
JOINED_SHARE = 0.3


def most_frequent(vocabulary: Vocabulary) -> list[str]:
    """Return the words of a vocabulary that are looked at; none if they are numbers."""
    frequent = np.argsort(-vocabulary.counts, kind="stable")[:WORDS_SEEN]
    return [] if vocabulary.numbers else [vocabulary.words[row] for row in frequent]


def punctuation(words: list[str], least: float = GLUED_SHARE) -> str | None:
    """Say that many words end in punctuation, as those of raw prose do that was split at white space."""
    if len(words) < FEWEST_WORDS:
        return None
    odd = [word for word in words if not word.isalpha()]  # the others have no signs
    glued = [word for word in odd if GLUED.fullmatch(word)]
    code = sum(1 for word in odd if SIGNS_OF_CODE.search(word))
    if len(glued) < least * len(words) or code > len(glued) / 2:
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
    rows = np.linspace(0, distinct - 1, min(distinct, WORDS_SEEN)).astype(np.int64)
    words = [read.word(int(i)) for i in rows]
    counts = read.counts[rows].tolist()
    for script, letters, longest, tool in (
        ("Chinese or Japanese", HAN_KANA, 5, 'tokenizer="jieba" (Chinese) or "mecab" (Japanese)'),
        ("Thai, Lao, Tibetan, Burmese or Khmer", SOUTH_EAST_ASIAN, 19, 'tokenizer="pythainlp" (Thai) or "icu"'),
    ):
        share, runs = _runs(words, counts, letters, longest)
        if runs:
            return (
                f"{share:.0%} of the letters are in long runs of {script} letters, such as {runs[0][:30]!r}: there are no "
                "spaces between words in this script, so each run became one word; split the text first, by passing it with "
                f"{tool}, or with another program"
            )
    odd = (word for word in words if not word.isalpha())  # the others have no signs
    joined = [word for word in odd if JOINED.search(word) and not NUMBER.fullmatch(word)]
    if read.text is None or len(joined) <= JOINED_SHARE * len(words):
        return None
    return (
        f"{len(joined) / len(words):.0%} of the words have commas, semicolons or zero-width spaces inside, such as "
        f"{joined[0][:30]!r}: words are separated by white space only; replace the separators by spaces, "
        "after joining what belongs together (new_york)"
    )


def _runs(words: list[str], counts: list[int], script: re.Pattern[str], longest: int) -> tuple[float, list[str]]:
    """Return which share of all letters is in runs of a script that are longer than a word, and these, if they are many."""
    all_letters = sum(map(mul, map(len, words), counts))
    in_script = in_runs = 0
    runs = []
    for word, count in zip(words, counts, strict=True):
        if word.isascii():
            continue
        for run in script.findall(word):
            in_script += len(run) * count
            if len(run) > longest and not KATAKANA.fullmatch(run):
                in_runs += len(run) * count
                runs.append(run)
    is_unsplit = in_runs > RUN_SHARE * in_script and in_script > SCRIPT_SHARE * all_letters
    return in_runs / max(all_letters, 1), runs if is_unsplit else []
