"""Raw prose to words, by Hugging Face ``tokenizers``.

``"whitespace"``   the text is tokenised already; nothing is changed
``"words"``        NFKC, lower case; words are runs of letters and marks, or runs of digits, in any script
a ``tokenizer.json`` or a ``tokenizers.Tokenizer``: its tokens are the words
"""

import os
from functools import cache
from typing import Any

from tokenizers import Regex, Tokenizer, normalizers

from w2v.config import CUSTOM_TOKENIZER
from w2v.errors import ConfigError

WHITESPACE = "whitespace"
WORDS = "words"


@cache
def _word_normalizer() -> normalizers.Normalizer:
    return normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(r"[^\p{L}\p{M}\p{N}]+"), " "),
            normalizers.Replace(Regex(r"(?<=\p{N})(?=[\p{L}\p{M}])|(?<=[\p{L}\p{M}])(?=\p{N})"), " "),
        ]
    )


def split_words(text: str) -> str:
    """Return the text with its words in normal form, separated by single spaces; lines stay lines.

    Examples
    --------
    >>> split_words("The 2nd Café—naïve ﬁsh")
    'the 2 nd café naïve fish'
    """
    normalize = _word_normalizer().normalize_str
    return "\n".join(map(normalize, text.split("\n")))


def find_tokenizer(tokenizer: Any) -> str | Tokenizer:
    """Return ``"whitespace"``, ``"words"``, or the tokenizer that was passed or that lies at the path passed.

    Raises
    ------
    ConfigError
        If it is none of these, or a tokenizer that cuts texts short.
    """
    if isinstance(tokenizer, Tokenizer):
        if tokenizer.truncation is not None:
            raise ConfigError(
                f"tokenizer cuts texts at {tokenizer.truncation['max_length']} tokens: call its no_truncation() first"
            )
        if tokenizer.padding is not None:
            raise ConfigError(
                "tokenizer pads texts, and padding would be counted as words: call its no_padding() first"
            )
        return tokenizer
    if tokenizer == CUSTOM_TOKENIZER:
        raise ConfigError("the model was made with a tokenizer that its file does not hold: pass tokenizer= to load()")
    if tokenizer in (WHITESPACE, WORDS):
        return str(tokenizer)
    if not isinstance(tokenizer, (str, os.PathLike)):
        raise ConfigError(
            "tokenizer must be 'whitespace', 'words', the path of a tokenizer.json, or a tokenizers.Tokenizer: "
            f"got {tokenizer!r}"
        )
    path = os.fspath(tokenizer)
    if not os.path.isfile(path):
        raise ConfigError(
            f"tokenizer must be 'whitespace', 'words' or the path of a tokenizer.json: no file at {path!r}"
        )
    try:
        loaded = Tokenizer.from_file(path)
    except Exception as problem:  # tokenizers raises plain Exception
        raise ConfigError(f"tokenizer file {path!r} cannot be read: {problem}") from None
    loaded.no_truncation()
    loaded.no_padding()
    return loaded
