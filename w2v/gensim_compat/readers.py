"""gensim's readers of text files, to iterate over; training takes the files themselves where that comes to the same.

Their sentences are cut at ``max_sentence_length`` words, as in gensim. `as_files` tells which files a reader stands for:
those are read in C, and a longer line is then one sentence, uncut.
"""

import itertools
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from w2v.corpus.text_files import OPENERS, find_sources
from w2v.errors import ConfigError, CorpusError, TextEncodingError

MAX_SENTENCE_LENGTH = 10_000
READ_BYTES = 1 << 20


class LineSentence:
    """The sentences of a file, one a line, split at white space.

    Parameters
    ----------
    source : path or file object
        Plain text, .gz, .bz2 or .xz; or an open binary or text file that can go back to its start.
    max_sentence_length : int
        A longer line becomes several sentences.
    limit : int, optional
        Lines to read.

    Raises
    ------
    CorpusError
        While it is read: if that fails, or it is not UTF-8 (`TextEncodingError`).
    """

    def __init__(self, source: Any, max_sentence_length: int = MAX_SENTENCE_LENGTH, limit: int | None = None) -> None:
        self.source, self.max_sentence_length, self.limit = source, _length(max_sentence_length), limit

    def __iter__(self) -> Iterator[list[str]]:
        """Yield sentences, from the start of the file."""
        if hasattr(self.source, "seek"):
            self.source.seek(0)
            yield from _sentences(self.source, "the file", self.max_sentence_length, self.limit)
        else:
            with _opened(self.source) as lines:
                yield from _sentences(lines, os.fspath(self.source), self.max_sentence_length, self.limit)


class PathLineSentences:
    """The sentences of all files in a folder, in order of their names; subfolders and hidden files are left out.

    Parameters
    ----------
    source : path
        A folder, or a single file.
    max_sentence_length, limit
        As for `LineSentence`; ``limit`` is that of each file.

    Raises
    ------
    CorpusError
        If there is no such folder, or it is empty.
    """

    def __init__(self, source: Any, max_sentence_length: int = MAX_SENTENCE_LENGTH, limit: int | None = None) -> None:
        self.source, self.max_sentence_length, self.limit = source, _length(max_sentence_length), limit
        self.input_files = find_sources(source)

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the sentences of one file after the other."""
        for path in self.input_files:
            yield from LineSentence(path, self.max_sentence_length, self.limit)


class Text8Corpus:
    """The words of a file whose lines mean nothing, cut into sentences of equal length; text8 is one such file.

    Parameters
    ----------
    fname : path
    max_sentence_length : int
    """

    def __init__(self, fname: Any, max_sentence_length: int = MAX_SENTENCE_LENGTH) -> None:
        self.fname, self.max_sentence_length = fname, _length(max_sentence_length)

    def __iter__(self) -> Iterator[list[str]]:
        """Yield runs of words; the last may be shorter."""
        words: list[str] = []
        rest = b""
        with _opened(self.fname) as file:
            while block := file.read(READ_BYTES):
                block = rest + block
                end = max(block.rfind(b" "), block.rfind(b"\n")) + 1
                words, rest = words + _decode(block[:end], self.fname).split(), block[end:]
                while len(words) >= self.max_sentence_length:
                    yield words[: self.max_sentence_length]
                    words = words[self.max_sentence_length :]
        words += _decode(rest, self.fname).split()
        for start in range(0, len(words), self.max_sentence_length):
            yield words[start : start + self.max_sentence_length]


def as_files(corpus: Any) -> list[str] | None:
    """Return the files whose lines are the sentences of one of these readers; None of anything else.

    None also for a reader of a part of its file, of sentences shorter than gensim's by default, and of an open file; and
    for a `Text8Corpus` of several lines, which it joins.
    """
    if type(corpus) not in (LineSentence, PathLineSentences, Text8Corpus):
        return None
    if corpus.max_sentence_length < MAX_SENTENCE_LENGTH or getattr(corpus, "limit", None) is not None:
        return None
    if isinstance(corpus, Text8Corpus):
        return find_sources(corpus.fname) if _is_one_line(corpus.fname) else None
    if isinstance(corpus, PathLineSentences):
        return corpus.input_files
    return None if hasattr(corpus.source, "seek") else find_sources(corpus.source)


def _is_one_line(path: Any) -> bool:
    with _opened(path) as file:
        while block := file.read(READ_BYTES):
            if b"\n" in block:
                return block.index(b"\n") == len(block) - 1 and not file.read(1)
    return True


def _sentences(lines: Iterable[Any], name: str, most: int, limit: int | None) -> Iterator[list[str]]:
    for line in itertools.islice(lines, limit):
        words = (line if isinstance(line, str) else _decode(line, name)).split()
        for start in range(0, len(words), most):
            yield words[start : start + most]


@contextmanager
def _opened(path: Any) -> Iterator[IO[bytes]]:
    try:
        opener = OPENERS.get(Path(path).suffix.lower(), open)
        with opener(path, "rb") as file:
            yield file
    except (OSError, EOFError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise CorpusError(f"cannot read corpus {os.fspath(path)!r}: {reason}") from None


def _decode(data: bytes, name: Any) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as problem:
        at = data[max(problem.start - 20, 0) : problem.end + 20]
        raise TextEncodingError(f"corpus {name!s}: not UTF-8 text: {at!r}") from None


def _length(words: int) -> int:
    if not words >= 1:
        raise ConfigError(f"max_sentence_length is at least 1: got {words!r}")
    return words
