"""Text to bags of words: files line by line, strings, or lists of words.

A file is read block by block, so memory does not depend on its length. Words are found by the compiled scanner where the
tokenizer is "words" or "whitespace". It skips empty lines; a word that is put at the end of each line keeps them:

    the cat           the cat x        ids 0 1 2 | 2 | 3 2       ->  2 words, 0 words, 1 word
                      x
    rain              rain x
"""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from w2v._text import MAX_WORD_BYTES, ScanError, WordTable
from w2v.arguments import shown
from w2v.arrays import Rows
from w2v.config import TextOptions
from w2v.corpus.beginnings import notice_beginning
from w2v.corpus.count_text import decode, not_text
from w2v.corpus.paths import is_paths
from w2v.corpus.segmenters import Segmenter
from w2v.corpus.sentences import as_sentence, described, peek
from w2v.corpus.source_files import find_sources
from w2v.corpus.table_files import ARROW, arrow_parts, table_format
from w2v.corpus.table_files import Rows as Cells
from w2v.corpus.table_objects import items_of
from w2v.corpus.text_files import BLOCK_BYTES, Block, read_blocks
from w2v.corpus.tokenizers import WHITESPACE, WORDS, find_tokenizer, is_hugging_face
from w2v.errors import CorpusTypeError, TextEncodingError
from w2v.sentences.bags import Bags

LINE_END = b" x\n"
MOST_TEXTS = 1 << 13
"""Texts that are held in memory at a time."""
MOST_UNKNOWN = 1 << 21
"""Unknown words that the scanner remembers before it starts again, to bound its memory."""

MARKUP_LINE = re.compile(r"^[ \t]*<[^<>\n]*>[ \t]*$", re.MULTILINE)
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*[ \t]+(?=[\"'“‘(\[]*[^\sa-z])|(?<=[。！？।])")


def one_sentence_per_line(text: str) -> str:
    r"""Break lines of prose after each sentence; lines that are a tag, as ``<doc id="1">``, become blank.

    A sentence ends at ``.``, ``!``, ``?`` or an ellipsis before white space and no lower-case letter, or at a full stop of
    Chinese, Japanese or Hindi.

    Examples
    --------
    >>> one_sentence_per_line("It rains. We stay, i.e. sleep.")
    'It rains.\nWe stay, i.e. sleep.'
    """
    return SENTENCE_END.sub("\n", MARKUP_LINE.sub("", text))


class Reader:
    """Finds the words of a vocabulary in text.

    Parameters
    ----------
    words : list of str
        The vocabulary, in row order.
    options : TextOptions
    """

    def __init__(self, words: list[str], options: TextOptions) -> None:
        self.options, self.tokenizer = options, find_tokenizer(options.tokenizer)
        places = [row for row, word in enumerate(words) if _findable(word)]
        self._rows = np.array(places, np.int64)
        self._known = "\n".join([words[row] for row in places]).encode()
        self._row_of = {word: row for row, word in enumerate(words)}
        self._lock = threading.Lock()  # a table serves one thread at a time
        self._table = self._start()

    def _start(self) -> WordTable:
        table = WordTable()
        table.scan(self._known, 0)
        return table

    def read(self, texts: Iterable[Any]) -> Bags:
        """Return one bag per text: a string, or a list of words; of a data frame, those of the column that the options name.

        Raises
        ------
        CorpusTypeError
            If a text is something else.
        TextEncodingError
            If a string has a NUL or a lone surrogate.
        """
        column = self.options.column if hasattr(type(texts), "columns") else None
        return Bags.joined(self.stream(items_of(texts, column)))

    def parts(
        self,
        text: Any,
        advance: Callable[[int], object] = lambda n: None,
        prepare: Callable[[str], str] | None = None,
    ) -> Iterator[Bags]:
        """Yield the bags of files, of texts, or of the column of a table that the options name."""
        if is_paths(text, self.options):
            return self.read_files(text, advance, prepare)
        return self.stream(items_of(text, self.options.column), prepare)

    def stream(self, texts: Iterable[Any], prepare: Callable[[str], str] | None = None) -> Iterator[Bags]:
        """Yield the bags of texts in groups; ``prepare`` may break a string into lines, of which each is a sentence."""
        if isinstance(texts, (str, bytes, Mapping)) or not isinstance(texts, Iterable):
            raise CorpusTypeError(f"texts must be an iterable of strings, or of lists of words: got {shown(texts)}")
        first, items = peek(texts)
        if not isinstance(first, str):
            numbered = enumerate(items)
            while group := list(islice(numbered, MOST_TEXTS)):
                yield self._listed(_as_words(words, number) for number, words in group)
            return
        lines: list[str] = []
        size = 0
        for number, text in enumerate(items):
            if not isinstance(text, str):
                raise CorpusTypeError(f"{_place(number)} must be a string, as texts[0] is: got {described(text)}")
            lines.append(prepare(text) if prepare else text.replace("\n", " "))
            size += len(text)
            if size >= BLOCK_BYTES or len(lines) == MOST_TEXTS:
                yield self._lines(_block(lines))
                lines, size = [], 0
        if lines:
            yield self._lines(_block(lines))

    def read_files(
        self,
        paths: Any,
        advance: Callable[[int], object] = lambda n: None,
        prepare: Callable[[str], str] | None = None,
    ) -> Iterator[Bags]:
        """Yield the lines of files (see `w2v.corpus.text_files`) as bags, a few megabytes at a time.

        Parameters
        ----------
        paths : path or list of paths
        advance : function of an integer, optional
            Called with the number of bytes read.
        prepare : function from str to str, optional
            Applied to whole lines before their words are found; it may break them.

        Raises
        ------
        CorpusError
            If a file cannot be read, or is not text.

        Warns
        -----
        CorpusWarning
            If one looks like something else than sentences of words; see `w2v.encode`.
        """
        sources = find_sources(paths)
        table = table_format(sources, self.options)
        if table is not None:
            yield from self.stream(_cells(sources, table, self.options, advance), prepare)
            return
        for source in sources:
            rest, start, end = b"", 0, 0
            for block in read_blocks(source, self.options, advance):
                if block.first:
                    notice_beginning(block, self.options)
                data, start = rest + block.data, block.offset - len(rest)
                end = data.rfind(b"\n") + 1
                rest = data[end:]
                if end:
                    yield self._lines(replace(block, data=data[:end], offset=start), prepare)
            if rest:
                yield self._lines(Block(source, rest, start + end, first=False), prepare)

    def _lines(self, block: Block, prepare: Callable[[str], str] | None = None) -> Bags:
        """Return one bag per line of a block of whole lines."""
        data, _ = decode(block, self.options.errors)
        if not data.endswith(b"\n"):
            data += b"\n"
        if prepare is not None or self.tokenizer not in (WHITESPACE, WORDS):
            try:
                text = data.decode()
            except UnicodeDecodeError as problem:
                raise not_text(block, "utf-8", problem.start) from None
            text = prepare(text) if prepare is not None else text
            if isinstance(self.tokenizer, Segmenter):
                text = "\n".join(" ".join(self.tokenizer.split(line)) if line else "" for line in text.split("\n"))
            elif self.tokenizer not in (WHITESPACE, WORDS):
                return self._split(text.removesuffix("\n").split("\n"))
            data = text.encode()
        return self._scanned(replace(block, data=data))

    def _scanned(self, block: Block) -> Bags:
        data = block.data.replace(b"\n", LINE_END)
        with self._lock:
            try:
                ids, ends, *_ = self._table.scan(data, 0, self.tokenizer != WHITESPACE)
            except ScanError as problem:
                reason, place = problem.args
                inserted = data[:place].count(LINE_END) * (len(LINE_END) - 1)
                raise not_text(block, reason, place - inserted) from None
            finally:
                if len(self._table) > len(self._rows) + MOST_UNKNOWN:
                    self._table = self._start()
        known = ids < len(self._rows)
        known[ends - 1] = False  # the word at the end of each line
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(known)])
        bounds = np.concatenate([np.zeros(1, np.int64), ends])
        return Bags(self._rows[ids[known]], before[bounds], np.diff(bounds) - 1)

    def _split(self, lines: list[str]) -> Bags:
        """Split lines with a tokenizer that is a Python object."""
        if is_hugging_face(self.tokenizer):
            encoded = self.tokenizer.encode_batch(lines, add_special_tokens=False)
            return self._listed(encoding.tokens for encoding in encoded)
        return self._listed(self.tokenizer(line) if line else [] for line in lines)

    def _listed(self, sentences: Iterable[Iterable[Any]]) -> Bags:
        rows: list[int] = []
        ends, sizes = [0], []
        for sentence in sentences:
            words = [str(word) for word in sentence]
            rows += [row for word in words if (row := self._row_of.get(word)) is not None]
            ends.append(len(rows))
            sizes.append(len(words))
        return Bags(_integers(rows), _integers(ends), _integers(sizes))


def _cells(sources: list[str], table: str, options: TextOptions, advance: Callable[[int], object]) -> Iterable[Any]:
    """Return the values of a column of files that are tables."""
    if table != ARROW:
        return Cells(sources, table, options, advance)
    return (cell for part in arrow_parts(sources, str(options.column), advance) for cell in part.array.to_pylist())


def _place(number: int) -> str:
    return f"texts[{number}]"


def _as_words(text: Any, number: int) -> Any:
    if number and isinstance(text, str):
        raise CorpusTypeError(f"{_place(number)} must be a list of words, as texts[0] is: got the string {shown(text)}")
    return as_sentence(text, number, _place)


def _integers(values: list[int]) -> Rows:
    return np.array(values, np.int64)


def _block(lines: list[str]) -> Block:
    try:
        return Block("texts", "\n".join([*lines, ""]).encode(), 0, first=True)
    except UnicodeEncodeError as problem:
        raise TextEncodingError(f"texts must be valid Unicode, without lone surrogates: {problem}") from None


def _findable(word: str) -> bool:
    """Whether the scanner finds a word that stands alone on a line."""
    if word.split() != [word] or "\0" in word:
        return False
    try:
        return len(word.encode()) <= MAX_WORD_BYTES
    except UnicodeEncodeError:
        return False
