"""Splitting of text into words, based on Hugging Face ``tokenizers``.

``"whitespace"``   the text is already tokenised and is left unchanged
``"words"``        NFKC, lower case; words are runs of letters and marks, or runs of digits, in any script
a ``tokenizer.json`` or a ``tokenizers.Tokenizer``: its tokens are the words
"""

import os
from functools import cache
from typing import Any

from tokenizers import Regex, Tokenizer, normalizers

from w2v.config import CUSTOM_TOKENIZER, RecordedTokenizer
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
    """Return the text with its words normalised and separated by single spaces; line breaks are kept.

    Examples
    --------
    >>> split_words("The 2nd Café—naïve ﬁsh")
    'the 2 nd café naïve fish'
    """
    normalize = _word_normalizer().normalize_str
    return "\n".join(map(normalize, text.split("\n")))


def find_tokenizer(tokenizer: Any) -> str | Tokenizer:
    """Return ``"whitespace"``, ``"words"``, the tokenizer that was passed, or the one in the file that was passed.

    Raises
    ------
    ConfigError
        If it is none of these, or a tokenizer that truncates or pads texts.
    """
    if isinstance(tokenizer, Tokenizer):
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
    if isinstance(tokenizer, RecordedTokenizer):
        raise ConfigError(
            "cannot split text into words: the model was made with a tokenizer file, which is not opened merely because the "
            f"model's file names it; pass tokenizer={str(tokenizer)!r} if you trust that path"
        )
    if tokenizer == CUSTOM_TOKENIZER:
        raise ConfigError(
            "cannot split text into words: the model was made with a tokenizer object, which its file does not contain; "
            "pass tokenizer= to load()"
        )
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
            f"tokenizer must be 'whitespace', 'words' or the path of a tokenizer.json: got {path!r}, which is not a file"
        )
    try:
        loaded = Tokenizer.from_file(path)
    except Exception as problem:  # tokenizers raises plain Exception
        raise ConfigError(f"cannot read the tokenizer file {path!r}: {problem}") from None
    loaded.no_truncation()
    loaded.no_padding()
    return loaded
