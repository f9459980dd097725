r"""Tokenizers: what splits text into words.

``"whitespace"``       the text is already tokenised and is left unchanged
``"words"``            NFKC, lower case; words are runs of letters, or runs of digits, in any script
``"jieba"``, ...       the same, after a library has found the words of a script without spaces: `w2v.corpus.segmenters`
a Hugging Face one     a ``tokenizers.Tokenizer``, a ``tokenizer.json``, or a name on the Hub: its tokens are the words
any function           from a text to its words, which are taken as they are

``"words"`` follows Unicode's word boundaries (UAX #29) in what belongs to a letter or digit before it (rule WB4): combining
marks, variation selectors, joiners (WB3c) and invisible format characters. A mark without a letter or digit, as in an emoji,
is no word. Apostrophes, hyphens and a change between letters and digits end a word, which they do not in UAX #29. It is
compiled (``cython_ext/prose.h``), with tables of one version of Unicode, whichever the interpreter has.

    Don't 2nd         don t 2 nd
    Donau\u00adampf   donauampf   soft hyphens and other format characters (Cf) are deleted
    می\u200cخواهم      one word    the joiners ZWNJ and ZWJ are kept between letters: they change how a word is read
    I \u2764\ufe0f you  i you       the heart is no letter, so neither is its variation selector
    ΟΔΟΣ              οδοσ        lower case of each letter by itself: no final sigma
"""

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from w2v._text import MAX_WORD_BYTES, UNICODE_VERSION, ScanError, WordTable
from w2v.arguments import path, wrong_type
from w2v.config import CUSTOM_TOKENIZER, SEGMENTERS, TOKENIZERS, RecordedTokenizer, recorded_tokenizer
from w2v.corpus import hugging_face
from w2v.corpus.segmenters import Segmenter, find_segmenter
from w2v.errors import ConfigError, CorpusError

WHITESPACE = "whitespace"
WORDS = "words"
MOST_FREQUENT = 10_000
"""Words that are looked at to tell how a text was split."""

HUB_NAME = re.compile(r"\w[\w.]*(/[\w.-]+|-[\w.-]+)", re.ASCII)
"""``owner/name``, or a name with a hyphen, as in bert-base-uncased: anything else is taken for a misspelt name of ours."""


def split_words(text: str) -> list[str]:
    """Return the words of a text, as ``tokenizer="words"`` finds them.

    A NUL or a lone surrogate, which a corpus may not have, only ends a word, as any other sign that is no letter does.

    Raises
    ------
    CorpusError
        If a word has more than 65,536 bytes.

    Examples
    --------
    >>> split_words("The 2nd Café—naïve ﬁsh")
    ['the', '2', 'nd', 'café', 'naïve', 'fish']
    """
    table = WordTable()
    try:
        ids, *_ = table.scan(text.encode("utf-8", "replace").replace(b"\0", b" "), 0, True)
    except ScanError:
        raise CorpusError(
            f"a word must be at most {MAX_WORD_BYTES} bytes: got a longer one; check that this is text with "
            "spaces between words"
        ) from None
    return [table.word(i) for i in ids.tolist()]


def tokenizer_of(metadata: Mapping[str, Any], words: Sequence[str]) -> str:
    """Return how texts are split into words that vectors of words have; the one place that says so.

    That is the tokenizer that the metadata record. Where the text had been split before ("whitespace"), or nothing is
    recorded, it is "words" if three quarters of the most frequent words are as "words" would write them, since they are then
    found in texts with capitals and punctuation too; otherwise "whitespace".

    Parameters
    ----------
    metadata : dict
        Of the vectors, which may have been written by anybody.
    words : sequence of str
        Their vocabulary, most frequent first.

    Examples
    --------
    >>> tokenizer_of({}, ["the", "cat", "dog", "2nd"]), tokenizer_of({}, ["The", "cat", ",", "The_Hague"])
    ('words', 'whitespace')
    """
    recorded = recorded_tokenizer(metadata)
    if recorded not in (None, WHITESPACE):
        return str(recorded)
    looked_at = [word for word in map(str, words[:MOST_FREQUENT]) if len(word) < MAX_WORD_BYTES // 4]
    found = set(split_words("\n".join(looked_at)))
    return WORDS if 4 * sum(word in found for word in looked_at) >= 3 * len(looked_at) else WHITESPACE


def find_tokenizer(tokenizer: Any) -> Any:
    """Return ``"whitespace"`` (also for None), ``"words"``, a `Segmenter`, a ``tokenizers.Tokenizer`` or a function.

    Raises
    ------
    ConfigError
        If it is none of these, or a tokenizer that truncates or pads texts.
    MissingExtraError
        If a library is not installed that it needs.
    """
    if tokenizer is None:
        return WHITESPACE
    tokenizer = getattr(tokenizer, "backend_tokenizer", tokenizer)  # of a tokenizer of the transformers library
    if is_hugging_face(tokenizer):
        return hugging_face.whole_texts(tokenizer)
    if isinstance(tokenizer, RecordedTokenizer):
        raise ConfigError(
            "cannot split text into words: the model was made with a tokenizer file, which is not opened merely because the "
            f"model's file names it; pass tokenizer={str(tokenizer)!r} if you trust that path"
        )
    if callable(tokenizer):
        return tokenizer
    if not isinstance(tokenizer, (str, bytes, os.PathLike)):
        raise wrong_type("tokenizer", TOKENIZERS, tokenizer)
    if tokenizer == CUSTOM_TOKENIZER:
        raise ConfigError(
            "cannot split text into words: the model was made with a tokenizer object, which its file does not contain; "
            "pass tokenizer= to load()"
        )
    if tokenizer in (WHITESPACE, WORDS):
        return str(tokenizer)
    if tokenizer in SEGMENTERS:
        return find_segmenter(str(tokenizer))
    return _hugging_face(os.fspath(path("tokenizer", tokenizer)))


def is_hugging_face(tokenizer: Any) -> bool:
    """Whether it is a ``tokenizers.Tokenizer``; the library is imported only by those who use it."""
    return hasattr(tokenizer, "encode_batch")


def _hugging_face(name: str) -> Any:
    if os.path.isfile(name):
        return hugging_face.read_file(name)
    if HUB_NAME.fullmatch(name) and not name.endswith(".json"):
        return hugging_face.from_hub(name)
    raise ConfigError(f"tokenizer must be {TOKENIZERS}: got {name!r}, which is not a file")


def describe(tokenizer: Any) -> list[str]:
    """Return all that determines the words that a tokenizer (see `find_tokenizer`) finds, to look up encoded texts by.

    Raises
    ------
    ConfigError
        If it is a function, of which this cannot be said.
    """
    if tokenizer == WHITESPACE:
        return [WHITESPACE]
    if tokenizer == WORDS:
        return [WORDS, UNICODE_VERSION]
    if isinstance(tokenizer, Segmenter):
        return [tokenizer.name, UNICODE_VERSION, *tokenizer.versions]
    if is_hugging_face(tokenizer):
        return hugging_face.describe(tokenizer)
    raise ConfigError(
        "cache must be used with a tokenizer that has a name or a file: got a function, which may find other words in "
        "another run; leave cache out"
    )
