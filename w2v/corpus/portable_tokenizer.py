"""The tokenizers of `w2v.corpus.tokenizers` over a fixed vocabulary, as a ``tokenizer.json`` that other tools run.

An unknown word must give no token at all, because many readers would average the vector of an unknown token into that of a
sentence (model2vec-rs#51, model2vec#353). A model of whole words has to have such a token, but byte-pair encoding without
merges has none, and can be made to know only whole words:

    "the"   is in the vocabulary, and taken as a whole (``ignore_merges``)
    "a"     one letter: in the vocabulary as "a ", with the mark of a letter that ends a word
    "axz"   unknown: divided into "a", " x" and " z ", none of which is in the vocabulary, so nothing is left

Both marks are a space, which no word of a text has; more of them if there are words in the vocabulary with a space there.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from w2v.arguments import shown
from w2v.corpus.sentences import is_unicode
from w2v.corpus.tokenizers import WHITESPACE, WORDS
from w2v.errors import ConfigError, FormatError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# What ``str.split`` takes for white space.
_SPACES = "[\\s\x1c-\x1f]+"

# What `w2v.corpus.tokenizers` describes, for "words", as the patterns of a tokenizer.json.
_JOINERS = "\u200c\u200d"
_FORMAT = (
    "[\u00ad\u061c\u180e\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)
# From a character that belongs to no word up to the next letter or digit: marks there attach to nothing.
_BETWEEN_WORDS = rf"[^\p{{L}}\p{{M}}\p{{N}}{_JOINERS}][^\p{{L}}\p{{N}}]*"
_LETTER_TO_DIGIT = rf"(?<=\p{{N}})[{_JOINERS}]*(?=\p{{L}})|(?<=[\p{{L}}\p{{M}}])[{_JOINERS}]*(?=\p{{N}})"


def portable_tokenizer(words: Sequence[str], tokenizer: object) -> "Tokenizer":
    """Return a tokenizer that splits texts as ``tokenizer`` does, and gives word i of ``words`` the id i.

    Parameters
    ----------
    words : sequence of str
        The vocabulary, without duplicates.
    tokenizer : {"whitespace", "words"}

    Raises
    ------
    ConfigError
        If it is another tokenizer.
    FormatError
        If a word has a lone surrogate.

    Examples
    --------
    >>> made = portable_tokenizer(["the", "a", "cat"], "words")
    >>> made.encode("A cat, the axolotl!").ids
    [1, 2, 0]
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    if tokenizer not in (WHITESPACE, WORDS):
        raise ConfigError(
            f"tokenizer must be 'whitespace' or 'words' to be written down for other tools: got {shown(tokenizer)}; "
            "pass the one of these that splits texts most like it"
        )
    for word in words:
        if not is_unicode(word):
            raise FormatError(f"words must be encodable as UTF-8: got {shown(word)}, which has a lone surrogate")
    prefix, suffix = _unused(words, start=True), _unused(words, start=False)
    vocabulary = {one_letter(word, suffix): row for row, word in enumerate(words)}
    made = Tokenizer(
        models.BPE(vocabulary, [], continuing_subword_prefix=prefix, end_of_word_suffix=suffix, ignore_merges=True)
    )
    if tokenizer == WORDS:
        made.normalizer = normalizers.Sequence(
            [
                normalizers.Replace(Regex(_FORMAT), ""),
                normalizers.Prepend(" "),
                normalizers.NFKC(),
                normalizers.Lowercase(),
                normalizers.Replace(Regex(_BETWEEN_WORDS), " "),
                normalizers.Replace(Regex(_LETTER_TO_DIGIT), " "),
                normalizers.Replace(Regex(rf"[{_JOINERS}]+(?= |\z)"), ""),
            ]
        )
    made.pre_tokenizer = pre_tokenizers.Split(Regex(_SPACES), "removed")
    return made


def one_letter(word: str, suffix: str) -> str:
    """Return the token of a word: itself, or with the suffix if it is one letter."""
    return word + suffix if len(word) == 1 else word


def _unused(words: Sequence[str], *, start: bool) -> str:
    """Return as many spaces as no word starts (or ends) with."""
    mark = " "
    while any(word.startswith(mark) if start else word.endswith(mark) for word in words):
        mark += " "
    return mark
