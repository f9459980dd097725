"""Warnings about text that was read as the user said, but most likely is not what should be trained on.

A text gets one notice if it seems to be in another encoding, or is something else than language (`lost_letters`,
`foreign_words`, `line_layout`); otherwise at most one about its lines (`line_layout`), and one about how they were split
into words (`unsplit_words`).
"""

import codecs
import os

from w2v.config import SEGMENTERS
from w2v.corpus import line_layout, remote
from w2v.corpus.counts import Provisional
from w2v.corpus.foreign_words import addresses, bars, foreign
from w2v.corpus.frequent_words import Words
from w2v.corpus.lost_letters import replaced
from w2v.corpus.sentence_layout import Sentences, alone, odd_sentences
from w2v.corpus.source_files import STDIN, uncompressed
from w2v.corpus.tokenizers import WHITESPACE, WORDS
from w2v.corpus.unsplit_words import ALL_GLUED_SHARE, GLUED_SHARE, most_frequent, punctuation, unsplit
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import CorpusWarning, warn

ENCODING_BYTES = 1 << 16
FEWEST_LETTERS = 4
"""Fewer letters beyond ASCII may be valid in UTF-8 by chance."""


def notice_text(
    read: Provisional, vocabulary: Vocabulary | None, sentences: Sentences, needs_context: bool = True
) -> None:
    """Warn if a text is something else than language, or its lines are no sentences, or its words are not split.

    Parameters
    ----------
    read : Provisional
        Everything that was read. If the user insists on its lines (``as_lines``), only their words are judged.
    vocabulary : Vocabulary or None
        The words that were chosen; None: all of them.
    sentences : Sentences
        The first ones that were read, before phrases were merged.
    needs_context : bool
        Whether a word alone in its sentence is of no use.

    Warns
    -----
    CorpusWarning
    """
    if read.is_doubted:
        return  # what its words look like, they do in the wrong encoding
    text = read.text
    is_split = text is None or text.tokenizer in (None, WHITESPACE)
    is_meant = text is not None and text.as_lines
    frequent = Words.of(read, is_split)
    if not is_meant and (said := _something_else(read, sentences, frequent, is_split)):
        _warn(said)
        return
    words = unsplit(read) if is_split or (text is not None and text.tokenizer == WORDS) else None
    words = words or (line_layout.lists(read) if is_split and not is_meant else None)
    words = words or (None if is_meant else bars(frequent))
    lines = None if is_meant or words else (alone(read) if needs_context else None) or line_layout.prose(read)
    tokenizer = text.tokenizer if text is not None else None
    if is_split:
        words = words or (punctuation(most_frequent(vocabulary)) if vocabulary is not None else None)
        words = words or punctuation(frequent.words, GLUED_SHARE if vocabulary is None else ALL_GLUED_SHARE)
    elif not is_meant and isinstance(tokenizer, str) and tokenizer in (WORDS, *SEGMENTERS):
        words = words or addresses(frequent, tokenizer)
    for said in (lines, words):
        if said:
            _warn(said)


def _something_else(read: Provisional, sentences: Sentences, frequent: Words, is_split: bool) -> str | None:
    """Say what a text is that is something else than sentences of words."""
    said = replaced(read, frequent) or line_layout.records(read) or odd_sentences(read, sentences)
    return said or (None if read.numbers else foreign(read, frequent, is_split))


def notice_tokenizer() -> None:
    """Warn that sentences which are lists are not split by a tokenizer.

    Warns
    -----
    CorpusWarning
    """
    _warn(
        "tokenizer= was not used: the sentences are lists of words, which are taken as they are; pass strings instead"
    )


def notice_twice(sources: list[str]) -> None:
    """Warn that a file is read twice: given twice, also through a link, or plain and compressed.

    Warns
    -----
    CorpusWarning
    """
    seen: dict[str, str] = {}
    for source in sources:
        path = uncompressed(source if source == STDIN or remote.is_url(source) else os.path.realpath(source))
        if path in seen:
            also = f", also as {seen[path]!r}" if seen[path] != source else ""
            _warn(f"corpus {source!r} is read twice{also}: its words count twice; pass it once if that is not meant")
        seen[path] = source


def notice_merged(source: str, first: int, last: int) -> None:
    """Warn that lines of a table were read as one row, although they look like several.

    Warns
    -----
    CorpusWarning
    """
    _warn(
        f"lines {first} to {last} of {source!r} were read as one row, because a field begins with a quotation mark that is "
        "closed only there: if it is part of the text, put that field in quotation marks and double those inside"
    )


def notice_encoding(source: str, data: bytes, text: str, encoding: str) -> bool:
    """Warn if the beginning of a text, ``text`` in this encoding, is UTF-8, as no other text is, or mostly accented letters.

    Returns whether it is.

    Warns
    -----
    CorpusWarning
    """
    if encoding.startswith("utf") or data.isascii():
        return False
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
    else:
        return False
    return True


def _warn(message: str) -> None:
    """Warn at the line outside of this package that asked for the text to be read."""
    warn(message, CorpusWarning)
