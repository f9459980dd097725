"""gensim's iterable readers of text files; training reads the files directly if the result is the same.

Sentences are cut at ``max_sentence_length`` words, as in gensim. `as_files` returns the files of a reader if training can
read them with the compiled reader instead; a longer line is then one sentence, uncut.
"""

import itertools
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from w2v._text import MAX_WORD_BYTES
from w2v.annotations import checked
from w2v.arguments import integer
from w2v.arguments import path as checked_path
from w2v.compression import DAMAGE, OPENERS, reason
from w2v.corpus.source_files import find_sources
from w2v.errors import CorpusError, TextEncodingError
from w2v.file_kinds import HEAD_BYTES, kind_of

MAX_SENTENCE_LENGTH = 10_000
READ_BYTES = 1 << 20


class LineSentence:
    r"""The sentences of a file, one per line, split at white space.

    Parameters
    ----------
    source : path or file object
        Plain text, .gz, .bz2, .xz or .zst; or an open binary or text file that is seekable.
    max_sentence_length : int
        A longer line becomes several sentences.
    limit : int, optional
        Number of lines to read.

    Raises
    ------
    CorpusError
        During iteration, if the file cannot be read or is not UTF-8 (`TextEncodingError`).

    Examples
    --------
    >>> import io
    >>> list(LineSentence(io.BytesIO(b"the cat sat\nthe dog ran\n")))
    [['the', 'cat', 'sat'], ['the', 'dog', 'ran']]
    """

    @checked
    def __init__(self, source: Any, max_sentence_length: int = MAX_SENTENCE_LENGTH, limit: int | None = None) -> None:
        self.source, self.max_sentence_length, self.limit = _source(source), _length(max_sentence_length), _limit(limit)

    def __iter__(self) -> Iterator[list[str]]:
        """Yield sentences, from the start of the file."""
        if hasattr(self.source, "seek"):
            self.source.seek(0)
            with _readable("the file"):
                yield from _sentences(self.source, "the file", self.max_sentence_length, self.limit)
        else:
            with _opened(self.source) as lines:
                yield from _sentences(lines, os.fspath(self.source), self.max_sentence_length, self.limit)


class PathLineSentences:
    """The sentences of all files in a folder, sorted by file name; subfolders and hidden files are skipped.

    Parameters
    ----------
    source : path
        A folder, or a single file.
    max_sentence_length, limit
        As for `LineSentence`; ``limit`` applies to each file.

    Raises
    ------
    CorpusError
        If there is no such folder, or it is empty.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name, text in (("2.txt", "c d"), ("1.txt", "a b")):
    ...         _ = pathlib.Path(folder, name).write_text(text)
    ...     list(PathLineSentences(folder))
    [['a', 'b'], ['c', 'd']]
    """

    @checked
    def __init__(self, source: Any, max_sentence_length: int = MAX_SENTENCE_LENGTH, limit: int | None = None) -> None:
        self.source, self.max_sentence_length, self.limit = (
            checked_path("source", source),
            _length(max_sentence_length),
            _limit(limit),
        )
        self.input_files = find_sources(source)

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the sentences of one file after the other."""
        for path in self.input_files:
            yield from LineSentence(path, self.max_sentence_length, self.limit)


class Text8Corpus:
    """The words of a file without sentence boundaries, such as text8, cut into sentences of equal length.

    Parameters
    ----------
    fname : path
    max_sentence_length : int

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w") as file:
    ...     _ = file.write("anarchism originated as a term")
    ...     file.flush()
    ...     list(Text8Corpus(file.name, max_sentence_length=3))
    [['anarchism', 'originated', 'as'], ['a', 'term']]
    """

    @checked
    def __init__(self, fname: Any, max_sentence_length: int = MAX_SENTENCE_LENGTH) -> None:
        self.fname, self.max_sentence_length = checked_path("fname", fname), _length(max_sentence_length)

    def __iter__(self) -> Iterator[list[str]]:
        """Yield sentences of ``max_sentence_length`` words; the last one may be shorter."""
        words: list[str] = []
        rest = b""
        with _opened(self.fname) as file:
            while block := file.read(READ_BYTES):
                _refuse_endless(block, self.fname)
                block = rest + block
                end = max(block.rfind(b" "), block.rfind(b"\n")) + 1
                words += _decode(block[:end], self.fname).split()
                rest, whole = block[end:], len(words) - len(words) % self.max_sentence_length
                for start in range(0, whole, self.max_sentence_length):
                    yield words[start : start + self.max_sentence_length]
                del words[:whole]
        words += _decode(rest, self.fname).split()
        for start in range(0, len(words), self.max_sentence_length):
            yield words[start : start + self.max_sentence_length]


def as_files(corpus: Any) -> list[str] | None:
    """Return the files whose lines are the sentences of a reader; None if it has to be iterated over.

    None is returned for any other object; for a reader with a ``limit``, or with a ``max_sentence_length`` below gensim's
    default; for a reader of an open file; and for a `Text8Corpus` with several lines, which the reader joins.
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
            if len(block) > MAX_WORD_BYTES and not _has_blank(block):
                return True  # no text; the compiled reader says so
            if b"\n" in block:
                return block.index(b"\n") == len(block) - 1 and not file.read(1)
    return True


def _sentences(file: Any, name: str, most: int, limit: int | None) -> Iterator[list[str]]:
    for line in itertools.islice(_lines(file, name), limit):
        words = (line if isinstance(line, str) else _decode(line, name)).split()
        for start in range(0, len(words), most):
            yield words[start : start + most]


def _lines(file: Any, name: str) -> Iterator[Any]:
    """Yield the lines of a binary or text file, which may be long, but end, or at least have words that do."""
    parts: list[Any] = []
    while part := file.readline(READ_BYTES):
        if len(part) < READ_BYTES or part[-1:] in ("\n", b"\n"):
            yield part[:0].join([*parts, part]) if parts else part
            parts.clear()
        else:
            _refuse_endless(part, name)
            parts.append(part)
    if parts:
        yield parts[0][:0].join(parts)


def _refuse_endless(block: Any, name: Any) -> None:
    """Raise CorpusError if a block is a part of one word, as those of a device without an end."""
    if len(block) > MAX_WORD_BYTES and not _has_blank(block):
        raise CorpusError(
            f"corpus {os.fspath(name)!r}: a word must be at most {MAX_WORD_BYTES} bytes: got a longer one; "
            "check that this is text with spaces between words"
        )


def _has_blank(block: Any) -> bool:
    return block.strip() != block or len(block.split(None, 1)) > 1


@contextmanager
def _opened(path: Any) -> Iterator[IO[bytes]]:
    opener = OPENERS.get(Path(path).suffix.lower(), open)
    with _readable(repr(os.fspath(path))), opener(path, "rb") as file:
        if kind := kind_of(file.read(HEAD_BYTES), "corpus", as_lines=True):
            raise CorpusError(f"corpus {os.fspath(path)!r} must be UTF-8 text: got {kind.name}; convert it first")
        file.seek(0)
        yield file


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except DAMAGE as problem:
        raise CorpusError(f"cannot read corpus {name}: {reason(problem)}") from None


def _decode(data: bytes, name: Any) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as problem:
        at = data[max(problem.start - 20, 0) : problem.end + 20]
        raise TextEncodingError(f"corpus {name!s} must be UTF-8 text: got {at!r}; convert it first") from None


def _length(words: int) -> int:
    return min(integer("max_sentence_length", words, 1), sys.maxsize)


def _limit(lines: int | None) -> int | None:
    return None if lines is None else min(integer("limit", lines, 0), sys.maxsize)


def _source(source: Any) -> Any:
    return source if hasattr(source, "seek") else checked_path("source", source)
