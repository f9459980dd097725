r"""Split text into words, with Hugging Face ``tokenizers``.

``"whitespace"``   the text is already tokenised and is left unchanged
``"words"``        NFKC, lower case; words are runs of letters, or runs of digits, in any script
a ``tokenizer.json`` or a ``tokenizers.Tokenizer``: its tokens are the words

``"words"`` follows Unicode's word boundaries (UAX #29) in what belongs to a letter or digit before it (rule WB4): combining
marks, variation selectors, joiners (WB3c) and invisible format characters. A mark without a letter or digit, as in an emoji,
is no word. Apostrophes, hyphens and a change between letters and digits end a word, which they do not in UAX #29.

    Don't 2nd         don t 2 nd
    Donau\u00adampf   donauampf   soft hyphens and other format characters (Cf) are deleted
    می\u200cخواهم      one word    the joiners ZWNJ and ZWJ are kept between letters: they change how a word is read
    I \u2764\ufe0f you  i you       the heart is no letter, so neither is its variation selector
"""

import os
import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from w2v.arguments import path, wrong_type
from w2v.config import CUSTOM_TOKENIZER, TOKENIZERS, RecordedTokenizer
from w2v.errors import ConfigError

if TYPE_CHECKING:  # imported when a tokenizer is used
    from tokenizers import Tokenizer, normalizers

WHITESPACE = "whitespace"
WORDS = "words"

JOINERS = "\u200c\u200d"
JOINERS_AT_END = re.compile(f"[{JOINERS}]+(?= )")
FORMAT = re.compile(
    "[\u00ad\u061c\u180e\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)
"""Format characters (Cf) that Word_Break calls Format or Extend, without the joiners. U+200B, which separates words, and
the Arabic number signs are none of them."""

ASCII_WORDS = "".join(chr(c).lower() if chr(c).isalnum() else " " for c in range(128))
ASCII_DIGITS = re.compile("[0-9]+")


@cache
def _word_normalizer() -> "normalizers.Normalizer":
    from tokenizers import Regex, normalizers

    return normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            # From a character that belongs to no word up to the next letter or digit: marks there attach to nothing.
            normalizers.Replace(Regex(rf"[^\p{{L}}\p{{M}}\p{{N}}{JOINERS}][^\p{{L}}\p{{N}}]*"), " "),
            normalizers.Replace(
                Regex(rf"(?<=\p{{N}})[{JOINERS}]*(?=\p{{L}})|(?<=[\p{{L}}\p{{M}}])[{JOINERS}]*(?=\p{{N}})"), " "
            ),
        ]
    )


def split_words(text: str) -> str:
    """Return the text with its words normalised and separated by white space; line breaks are kept.

    Examples
    --------
    >>> split_words("The 2nd Café—naïve ﬁsh").split()
    ['the', '2', 'nd', 'café', 'naïve', 'fish']
    """
    words = "\n".join([_split_line(line) if line else "" for line in FORMAT.sub("", text).split("\n")])
    return JOINERS_AT_END.sub("", words)


def _split_line(line: str) -> str:
    if line.isascii():  # the same result, ten times as fast
        return ASCII_DIGITS.sub(r" \g<0> ", line.translate(ASCII_WORDS))
    return _word_normalizer().normalize_str(
        f" {line} "
    )  # the blanks spare the patterns the start and the end of a line


def find_tokenizer(tokenizer: Any) -> "str | Tokenizer":
    """Return ``"whitespace"``, ``"words"``, the tokenizer that was passed, or the one in the file that was passed.

    None is ``"whitespace"``.

    Raises
    ------
    ConfigError
        If it is none of these, or a tokenizer that truncates or pads texts.
    """
    if tokenizer is None:
        return WHITESPACE
    if _is_tokenizer(tokenizer):
        return _whole_texts(tokenizer)
    if isinstance(tokenizer, RecordedTokenizer):
        raise ConfigError(
            "cannot split text into words: the model was made with a tokenizer file, which is not opened merely because the "
            f"model's file names it; pass tokenizer={str(tokenizer)!r} if you trust that path"
        )
    if not isinstance(tokenizer, (str, bytes, os.PathLike)):
        raise wrong_type("tokenizer", TOKENIZERS, tokenizer)
    if tokenizer == CUSTOM_TOKENIZER:
        raise ConfigError(
            "cannot split text into words: the model was made with a tokenizer object, which its file does not contain; "
            "pass tokenizer= to load()"
        )
    if tokenizer in (WHITESPACE, WORDS):
        return str(tokenizer)
    return _read_tokenizer(os.fspath(path("tokenizer", tokenizer)))


def _is_tokenizer(value: Any) -> bool:
    package = sys.modules.get("tokenizers")  # a program that has made one has imported it
    return package is not None and isinstance(value, package.Tokenizer)


def _whole_texts(tokenizer: "Tokenizer") -> "Tokenizer":
    """Return a tokenizer, or raise ConfigError if it truncates or pads texts."""
    if tokenizer.truncation is not None:
        raise ConfigError(
            "tokenizer must not truncate texts: got one that cuts them at "
            f"{tokenizer.truncation['max_length']} tokens; call its no_truncation() first"
        )
    if tokenizer.padding is not None:
        raise ConfigError(
            "tokenizer must not pad texts, as padding would be counted as words: got one that does; "
            "call its no_padding() first"
        )
    return tokenizer


def _read_tokenizer(path: str) -> "Tokenizer":
    from tokenizers import Tokenizer

    if not os.path.isfile(path):
        raise ConfigError(
            f"tokenizer must be 'whitespace', 'words' or the path of a tokenizer.json: got {path!r}, which is not a file"
        )
    try:
        loaded = Tokenizer.from_file(path)
    except Exception as problem:  # tokenizers raises plain Exception
        raise ConfigError(f"cannot read the tokenizer file {path!r}: {problem}") from None
    loaded.no_truncation()
    loaded.no_padding()
    return loaded
