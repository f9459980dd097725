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
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from w2v._text import MAX_WORD_BYTES, ScanError, WordTable
from w2v.config import TextOptions
from w2v.corpus.count_numbers import count_numbers
from w2v.corpus.counts import Progress, Provisional, Segment
from w2v.corpus.disk_array import Spool
from w2v.corpus.sentences import Place, place_in_list, shown
from w2v.corpus.source_files import Advance
from w2v.corpus.text_files import BLOCK_BYTES, Block, read_blocks
from w2v.corpus.tokenizers import WORDS, find_tokenizer, split_words
from w2v.errors import CorpusError, CorpusTypeError, TextEncodingError
from w2v.file_kinds import advice, is_legacy

LEGACY_BYTES = 1 << 16
"""How much of a block tells an encoding from damage."""

FIRST_TEXTS = 16
"""Strings that are joined first, before it is known how long they are."""

BATCH_LINES = 4096
"""Lines passed to a tokenizer at a time: enough to keep its threads busy."""


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
    if isinstance(tokenizer, Tokenizer):
        counted = _count_tokenized(blocks, tokenizer, options)
    else:
        counted = _BlockCounter(options, split_words if tokenizer == WORDS else None).count(blocks)
    counted.text = options
    return counted


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
            "check that this is text"
        )
    byte = block.data[place] if place < len(block.data) else 0
    what = "a NUL byte" if reason == "nul" else f"invalid UTF-8 (0x{byte:02x})"
    remedy = 'pass errors="replace" to read it anyway'
    start = max(0, place - LEGACY_BYTES)
    if reason != "nul" and is_legacy(block.data[start : place + LEGACY_BYTES], block.offset + start):
        remedy = advice("legacy", "corpus")
    return TextEncodingError(f"corpus {block.source!r} must be UTF-8 text: got {what} {at}; {remedy}")


class _BlockCounter:
    """Scan blocks in several threads and return the results in order; each scan borrows one of the word tables."""

    def __init__(self, options: TextOptions, split: Callable[[str], str] | None) -> None:
        self.options, self.split = options, split
        self.tables = [WordTable() for _ in range(options.threads)]
        self.idle: queue.SimpleQueue[int] = queue.SimpleQueue()
        for t in range(options.threads):
            self.idle.put(t)

    def count(self, blocks: Iterable[Block]) -> Provisional:
        spool, replaced, open_before = Spool(), 0, False
        segments: list[Segment] = []
        for block, (table, ids, ends, broken, is_open, bad) in self._scanned(blocks):
            if open_before and not block.first and not broken and len(ids):
                # A block may end in the middle of a line: the sentence then continues in this block.
                segments[-1] = _without_last_end(segments[-1])
            if len(ids):
                segments.append(Segment(spool.append(ids), len(ids), ends, table))
            open_before = is_open and (len(ids) > 0 or (open_before and not broken))
            replaced += bad
        merged = self.tables[0]
        mappings = [np.arange(len(merged), dtype=np.uint32)] + [merged.merge(table) for table in self.tables[1:]]
        return Provisional(
            spool, segments, mappings, merged.counts(), merged.first_seen(), merged.word, merged.find, replaced
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
            if self.split:
                data = self.split(_decoded(block, data)).encode()
            return table, *self.tables[table].scan(data, place), bad
        except ScanError as problem:
            raise not_text(block, *problem.args) from None
        finally:
            self.idle.put(table)


def _decoded(block: Block, data: bytes) -> str:
    """Decode a block for a Python tokenizer, with the same checks that the compiled scanner makes."""
    try:
        text = data.decode()
    except UnicodeDecodeError as problem:
        raise not_text(block, "utf-8", problem.start) from None
    if "\0" in text:
        raise not_text(block, "nul", data.index(b"\0"))
    return text


def _without_last_end(segment: Segment) -> Segment:
    """Return the segment with its last sentence left open, to continue in the next segment."""
    return Segment(segment.start, segment.length, segment.ends[:-1], segment.table)


def _count_tokenized(blocks: Iterable[Block], tokenizer: Tokenizer, options: TextOptions) -> Provisional:
    """Count the tokens of a ``tokenizers.Tokenizer``, one sentence per line; its ids serve as words until the end."""
    replaced = 0

    def lines() -> Iterator[list[str]]:
        nonlocal replaced
        for block in blocks:
            data, bad = decode(block, options.errors)
            replaced += bad
            yield _decoded(block, data).replace("\r\n", "\n").split("\n")

    def sentences() -> Iterator[NDArray[np.int64]]:
        for part in lines():
            for start in range(0, len(part), BATCH_LINES):
                batch = tokenizer.encode_batch_fast(part[start : start + BATCH_LINES], add_special_tokens=False)
                yield from (np.array(encoding.ids, np.int64) for encoding in batch)

    counted = count_numbers(sentences())
    to_token, to_id = tokenizer.id_to_token, tokenizer.token_to_id
    values = counted.word

    def find(word: str) -> int:
        number = to_id(word)
        return -1 if number is None else counted_find(str(number))

    counted_find = counted.find
    counted.word = lambda i: str(to_token(int(values(i))))
    counted.find = find
    counted.replaced = replaced
    counted.numbers, counted.keys = False, None  # only its ids are; the words are the tokens
    return counted
