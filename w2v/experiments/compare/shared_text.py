"""One stream of words for both engines: a file with one sentence per line and single blanks between words.

gensim splits a text twice, by different rules (Python's for counting, C++'s for training), and truncates lines of more
than 10,000 words. For the file written here the rules agree and no line is longer, so both engines see the same sentences.
"""

import os
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from w2v.config import TextOptions, VocabularyConfig
from w2v.corpus.encode import encode
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.source_files import file_digest
from w2v.errors import CorpusError
from w2v.experiments.tables import file_name

MOST_WORDS_IN_A_LINE = 10_000
LINES_AT_ONCE = 10_000


@dataclass(frozen=True)
class SharedText:
    """The text that both engines read.

    Attributes
    ----------
    path : str
    sources : tuple of str
        Names of the original files.
    as_it_was : bool
        Whether it is the original file, which already had this form, rather than a copy.
    words, sentences : int
    cut : bool
        Whether it is only the beginning of the original text.
    sha256 : str
        Digest of its bytes; equal for equal streams of words.
    """

    path: str
    sources: tuple[str, ...]
    as_it_was: bool
    words: int
    sentences: int
    cut: bool
    sha256: str

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values, without the path, which may be that of a temporary copy."""
        known = asdict(self) | {"sources": list(self.sources)}
        del known["path"]
        return known


def share(corpus: Any, folder: Path, options: TextOptions | None = None, most_words: int | None = None) -> SharedText:
    """Tokenise a corpus once, and write it for both engines, unless it is a file that already has this form.

    Parameters
    ----------
    corpus : as for `w2v.encode`
    folder : Path
        Folder for the copy.
    options : TextOptions, optional
        How the text is split into words, and with how many threads.
    most_words : int, optional
        Number of words after which no further sentence is used.

    Raises
    ------
    CorpusError
        If it cannot be read, or a token contains white space, so that it cannot be written to a file of words.
    """
    is_encoded = isinstance(corpus, EncodedCorpus)
    encoded = corpus if is_encoded else encode(corpus, VocabularyConfig(min_count=1), options)
    odd = next((word for word in encoded.vocabulary.words if word.split() != [word]), None)
    if odd is not None:
        raise CorpusError(
            f"tokens must not contain white space, which separates words for gensim: got {odd!r}; use another tokenizer"
        )
    copy = folder / "text.txt"
    lines, words = _write(encoded, copy, most_words)
    path, digest = copy, file_digest(copy)
    original = _one_file(encoded)
    if original is not None and not is_utf8(original):
        original = None
    if original is not None and os.path.getsize(original) == os.path.getsize(copy) and file_digest(original) == digest:
        copy.unlink()
        path = original
    sources = tuple(map(file_name, encoded.sources))
    return SharedText(
        path=str(path),
        sources=sources,
        as_it_was=path is original,
        words=words,
        sentences=lines,
        cut=words < len(encoded.tokens),
        sha256=digest,
    )


def is_utf8(path: Path) -> bool:
    """Whether the name of a file is UTF-8: gensim waits forever for threads that failed because it is not."""
    try:
        os.fspath(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _write(encoded: EncodedCorpus, path: Path, most_words: int | None) -> tuple[int, int]:
    """Write a corpus with one sentence per line; return the numbers of lines and words."""
    words, offsets = encoded.vocabulary.words, encoded.pieces(MOST_WORDS_IN_A_LINE)
    if most_words is not None:
        offsets = offsets[: int((offsets < most_words).sum()) + 1]
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        for first in range(0, len(offsets) - 1, LINES_AT_ONCE):
            edges = offsets[first : first + LINES_AT_ONCE + 1].tolist()
            found = [words[i] for i in encoded.tokens[edges[0] : edges[-1]].tolist()]
            places = [edge - edges[0] for edge in edges]
            file.writelines(" ".join(found[a:b]) + "\n" for a, b in pairwise(places))
    return len(offsets) - 1, int(offsets[-1])


def _one_file(corpus: EncodedCorpus) -> Path | None:
    """Return the path of the corpus if it is a single regular file."""
    sources = corpus.sources
    return Path(sources[0]) if len(sources) == 1 and os.path.isfile(sources[0]) else None
