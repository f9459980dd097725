"""Count the words of text, files or strings, in one pass, with several threads; provisional ids go to disk.

    block 0  block 1  block 2 ...     read in order
       |        |        |            each thread scans one block at a time, with its own word table
    ids in the order of the text      provisional: the same word has a different id in each table
       |
    tables merged at the end          one array per table maps its ids to common ids

The ids are written to disk as they come; `encode` maps them to rows of the vocabulary in a second pass.
"""

import queue
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import chain, islice
from typing import Any

import numpy as np

from w2v._text import MAX_WORD_BYTES, ScanError, WordTable
from w2v.config import TextOptions
from w2v.corpus.count_lists import count_sentences
from w2v.corpus.count_tokens import count_tokens
from w2v.corpus.counts import Progress, Provisional, Segment
from w2v.corpus.disk_array import Spool
from w2v.corpus.segmenters import Segmenter, Split
from w2v.corpus.sentences import Place, SentenceStart, place_in_list, shown
from w2v.corpus.source_files import Advance
from w2v.corpus.text_files import BLOCK_BYTES, Block, read_blocks
from w2v.corpus.tokenizers import WHITESPACE, WORDS, find_tokenizer, is_hugging_face
from w2v.errors import CorpusError, CorpusTypeError, TextEncodingError
from w2v.file_kinds import advice, is_legacy, nul_advice

LEGACY_BYTES = 1 << 16
"""How much of a block tells an encoding from damage."""
BEGINNING_BYTES = 1 << 16
MOST_BEGINNINGS = 16
"""How much of a text, and of how many texts, is kept to judge what kind of text they are (`notices`)."""
FIRST_TEXTS = 16
"""Strings that are joined first, before it is known how long they are."""


def count_text(sources: list[str], options: TextOptions, advance: Advance) -> Provisional:
    """Read files of text and count their words.

    Raises
    ------
    CorpusError
        If a file cannot be read, is not text, or changes while it is read.
    """
    return count_blocks(chain.from_iterable(read_blocks(source, options, advance) for source in sources), options)


def count_strings(
    texts: Iterable[Any], options: TextOptions, progress: Progress | None = None, place: Place = place_in_list
) -> Provisional:
    """Count the words of strings, exactly as if each were a line (or several) of a file.

    ``place`` tells where a string comes from, for messages.

    Raises
    ------
    CorpusTypeError
        If one is not a string.
    CorpusError
        If one is not text.
    """
    return count_blocks(_blocks_of(texts, options.errors, progress, place), options)


def count_blocks(blocks: Iterable[Block], options: TextOptions) -> Provisional:
    """Count the words of blocks of text."""
    tokenizer = find_tokenizer(options.tokenizer)
    beginnings: dict[str, str] = {}
    doubted: set[str] = set()
    blocks = _remembered(blocks, beginnings, doubted)
    if tokenizer in (WHITESPACE, WORDS):
        counted = _BlockCounter(options, prose=tokenizer == WORDS).count(blocks)
    elif isinstance(tokenizer, Segmenter):
        counted = _BlockCounter(options, prose=True).count(_segmented(blocks, tokenizer, options))
    else:
        lines = _Lines(blocks, options)
        if is_hugging_face(tokenizer):
            counted = count_tokens(lines, tokenizer)
        else:
            counted = count_sentences(_sentences(tokenizer, lines))
        counted.replaced = lines.replaced
    counted.text, counted.beginnings, counted.is_doubted = options, beginnings, bool(doubted)
    return counted


def _remembered(blocks: Iterable[Block], beginnings: dict[str, str], doubted: set[str]) -> Iterator[Block]:
    """Yield blocks, and keep the beginnings of the first texts, and which ones seem to be in another encoding."""
    for block in blocks:
        if block.is_doubted:
            doubted.add(block.source)
        if block.source in beginnings or (block.first and len(beginnings) < MOST_BEGINNINGS):
            before = beginnings.get(block.source, "")
            room = max(0, BEGINNING_BYTES - len(before))  # strings come in blocks that are small at first
            beginnings[block.source] = before + block.data[:room].decode(errors="ignore")
        yield block


def _blocks_of(texts: Iterable[Any], errors: str, progress: Progress | None, place: Place) -> Iterator[Block]:
    """Yield strings as the blocks of a text in which each begins on a line of its own."""
    remaining, number, offset, size = iter(texts), 0, 0, FIRST_TEXTS
    while some := list(islice(remaining, size)):
        data = _joined(some, errors) or b"".join(
            _line(text, number + i, errors, place)
            for i, text in enumerate(some)  # raises, and names the text
        )
        yield Block("sentences", data, offset, offset == 0)
        number, offset = number + len(some), offset + len(data)
        size = max(1, min(2 * size, BLOCK_BYTES * len(some) // len(data)))  # as many as fill a block
        if progress is not None:
            progress.update(len(some))


def _joined(texts: list[Any], errors: str) -> bytes | None:
    """Return strings as lines; None if one is not a string, or not text."""
    try:
        data = "\n".join([*texts, ""]).encode()
    except (TypeError, UnicodeEncodeError):
        return None
    return None if errors == "strict" and b"\0" in data else data


def _line(text: Any, number: int, errors: str, place: Place) -> bytes:
    if not isinstance(text, str):
        raise CorpusTypeError(
            f"sentences must be all strings or all lists of words: got {shown(text)} as {place(number)} after a "
            "string; drop missing values, decode bytes"
        )
    try:
        line = text.encode()
    except UnicodeEncodeError:
        raise TextEncodingError(
            f"{place(number)} must be valid Unicode, without lone surrogates: got {shown(text)}"
        ) from None
    if errors == "strict" and b"\0" in line:
        raise TextEncodingError(
            f'{place(number)} must be text: got a NUL in {shown(text)}; pass errors="replace" to read it as U+FFFD'
        )
    return line + b"\n"


def decode(block: Block, errors: str) -> tuple[bytes, int]:
    """Return a block as UTF-8 without NUL bytes, and the number of replaced characters (0 for ``"strict"``)."""
    if errors == "strict":
        return block.data, 0
    text = block.data.decode("utf-8", "replace").replace("\0", "\ufffd")
    return text.encode(), block.replaced + text.count("\ufffd") - block.data.count(b"\xef\xbf\xbd")


def not_text(block: Block, reason: str, place: int) -> CorpusError:
    """Return the error for bytes that are not text."""
    at = f"at byte {block.offset + place}"
    if reason == "long":
        return CorpusError(
            f"corpus {block.source!r}: a word must be at most {MAX_WORD_BYTES} bytes: got a longer one {at}; "
            "check that this is text with spaces between words"
        )
    byte = block.data[place] if place < len(block.data) else 0
    what = "a NUL byte" if reason == "nul" else f"invalid UTF-8 (0x{byte:02x})"
    remedy = nul_advice(block.data) if reason == "nul" else 'pass errors="replace" to read it anyway'
    start = max(0, place - LEGACY_BYTES)
    if reason != "nul" and is_legacy(block.data[start : place + LEGACY_BYTES], block.offset + start):
        remedy = advice("legacy", "corpus")
    return TextEncodingError(f"corpus {block.source!r} must be UTF-8 text: got {what} {at}; {remedy}")


class _BlockCounter:
    """Scan blocks in several threads and return the results in order; each scan borrows one of the word tables."""

    def __init__(self, options: TextOptions, *, prose: bool) -> None:
        self.options, self.prose = options, prose
        self.tables = [WordTable() for _ in range(options.threads)]
        self.idle: queue.SimpleQueue[int] = queue.SimpleQueue()
        for t in range(options.threads):
            self.idle.put(t)

    def count(self, blocks: Iterable[Block]) -> Provisional:
        spool, replaced, open_before = Spool(), 0, False
        segments: list[Segment] = []
        for block, (table, ids, ends, broken, is_open, bad) in self._scanned(blocks):
            open_before = open_before and not block.first
            if open_before and not broken and len(ids):
                # A block may end in the middle of a line: the sentence then continues in this block.
                segments[-1] = _without_last_end(segments[-1])
            if len(ids):
                segments.append(Segment(spool.append(ids), len(ids), ends, table))
            open_before = is_open and (len(ids) > 0 or (open_before and not broken))
            replaced += bad
        merged = self.tables[0]
        mappings = [np.arange(len(merged), dtype=np.uint32)] + [merged.merge(table) for table in self.tables[1:]]
        return Provisional(
            *(spool, segments, mappings, merged.counts(), merged.first_seen(), merged.word, merged.find, replaced),
            table=merged,
        )

    def _scanned(self, blocks: Iterable[Block]) -> Iterator[tuple[Block, Any]]:
        """Yield each block with its scan result, in order; at most a few blocks are in memory at a time."""
        waiting: deque[tuple[Block, Future[Any]]] = deque()
        pool = ThreadPoolExecutor(self.options.threads)
        try:
            for number, block in enumerate(blocks):
                waiting.append((block, pool.submit(self._scan, block, number << 32)))
                if len(waiting) > 2 * self.options.threads:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _scan(self, block: Block, place: int) -> tuple[int, Any, Any, bool, bool, int]:
        table = self.idle.get()
        try:
            data, bad = decode(block, self.options.errors)
            return table, *self.tables[table].scan(data, place, self.prose), bad
        except ScanError as problem:
            raise not_text(block, *problem.args) from None
        finally:
            self.idle.put(table)


def _without_last_end(segment: Segment) -> Segment:
    """Return the segment with its last sentence left open, to continue in the next segment."""
    return Segment(segment.start, segment.length, segment.ends[:-1], segment.table)


class _Lines:
    """The lines of blocks, as strings, for a tokenizer that is a Python object; ``replaced`` counts characters so far.

    With each comes whether the next one continues it: a line that is longer than a block comes in parts.
    """

    def __init__(self, blocks: Iterable[Block], options: TextOptions) -> None:
        self.blocks, self.options, self.replaced = blocks, options, 0

    def __iter__(self) -> Iterator[tuple[str, bool]]:
        rest = ""
        for block in self.blocks:
            data, bad = decode(block, self.options.errors)
            self.replaced += bad
            lines = _decoded(block, data).replace("\r\n", "\n").split("\n")
            if rest:
                yield rest, not block.first
            yield from ((line, False) for line in lines[:-1])
            rest = lines[-1]
        if rest:
            yield rest, False


def _sentences(tokenizer: Split, lines: Iterable[tuple[str, bool]]) -> Iterator[list[str]]:
    """Yield the words of lines: a `SentenceStart` of a sentence for one that the next continues."""
    for line, continues in lines:
        words = _called(tokenizer, line) if line else []
        yield SentenceStart(words) if continues else words


def _called(tokenizer: Split, line: str) -> list[str]:
    """Return the words that a function finds in a line, without those that are empty or white space."""
    words = tokenizer(line)
    if isinstance(words, (str, bytes, Mapping)) or not isinstance(words, Iterable):
        raise CorpusTypeError(f"tokenizer must return a list of words: got {shown(words)} for {line[:40]!r}")
    words = list(words)
    for word in words:
        if not isinstance(word, str):
            raise CorpusTypeError(
                f"tokenizer must return a list of words (str): got {shown(word)} in that of {line[:40]!r}"
            )
    return [word for word in words if word and not word.isspace()]


def _segmented(blocks: Iterable[Block], segmenter: Segmenter, options: TextOptions) -> Iterator[Block]:
    """Yield blocks of prose with spaces between the words; one after another, as segmenters are not made for threads."""
    for block in blocks:
        data, bad = decode(block, options.errors)
        lines = _decoded(block, data).split("\n")
        text = "\n".join(" ".join(segmenter.split(line)) if line else "" for line in lines)
        yield replace(block, data=text.encode(), replaced=bad)


def _decoded(block: Block, data: bytes) -> str:
    """Decode a block for a tokenizer in Python, with the same checks that the compiled scanner makes."""
    try:
        text = data.decode()
    except UnicodeDecodeError as problem:
        raise not_text(block, "utf-8", problem.start) from None
    if "\0" in text:
        raise not_text(block, "nul", data.index(b"\0"))
    return text
