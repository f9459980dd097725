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
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from w2v._text import MAX_WORD_BYTES, ScanError, WordTable
from w2v.config import TextOptions
from w2v.corpus.count_lists import count_numbers
from w2v.corpus.counts import Progress, Provisional, Segment
from w2v.corpus.disk_array import Spool
from w2v.corpus.sentences import as_sentence, shown
from w2v.corpus.text_files import BLOCK_BYTES, Block, find_sources, read_blocks, refuse_tables, total_bytes
from w2v.corpus.tokenizers import WORDS, find_tokenizer, split_words
from w2v.errors import CorpusError, CorpusTypeError, TextEncodingError
from w2v.file_kinds import advice, is_legacy

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LEGACY_BYTES = 1 << 16
"""How much of a block tells an encoding from damage."""

BATCH_LINES = 4096
"""Lines passed to a tokenizer at a time: enough to keep its threads busy."""


def count_text(paths: Any, options: TextOptions, progress: Progress | None = None) -> Provisional:
    """Read files (see `find_sources`) and count their words.

    Raises
    ------
    CorpusError
        If a file cannot be read, is not text, or changes while it is read.
    """
    tokenizer = find_tokenizer(options.tokenizer)
    sources = find_sources(paths)
    advance = progress.update if progress is not None else lambda n: None
    refuse_tables(sources, options)  # before anything is read
    blocks = chain.from_iterable(read_blocks(source, options, advance) for source in sources)
    counted = _count_blocks(blocks, tokenizer, options)
    counted.sources = sources
    return counted


def count_strings(texts: Iterable[Any], options: TextOptions, progress: Progress | None = None) -> Provisional:
    """Count the words of strings, exactly as if each were a line (or several) of a file.

    Raises
    ------
    CorpusTypeError
        If one is not a string, or no tokenizer is given to split them with.
    CorpusError
        If one is not text.
    """
    if options.tokenizer is None:
        as_sentence(next(iter(texts)), 0)  # raises: a string is no list of words
    return _count_blocks(_blocks_of(texts, options.errors, progress), find_tokenizer(options.tokenizer), options)


def _count_blocks(blocks: Iterable[Block], tokenizer: "str | Tokenizer", options: TextOptions) -> Provisional:
    if not isinstance(tokenizer, str):
        counted = _count_tokenized(blocks, tokenizer, options)
    else:
        counted = _BlockCounter(options, split_words if tokenizer == WORDS else None).count(blocks)
    counted.text = options
    return counted


def _blocks_of(texts: Iterable[Any], errors: str, progress: Progress | None) -> Iterator[Block]:
    """Yield strings as the blocks of a text in which each begins on a line of its own."""
    lines: list[bytes] = []
    size = offset = 0
    for number, text in enumerate(texts):
        lines.append(_line(text, number, errors))
        size += len(lines[-1]) + 1
        if size >= BLOCK_BYTES:
            yield Block("sentences", b"\n".join([*lines, b""]), offset, offset == 0)
            lines, size, offset = [], 0, offset + size
        if progress is not None:
            progress.update(1)
    if lines:
        yield Block("sentences", b"\n".join([*lines, b""]), offset, offset == 0)


def _line(text: Any, number: int, errors: str) -> bytes:
    if not isinstance(text, str):
        raise CorpusTypeError(
            f"sentences must be all strings or all lists of words: got {shown(text)} as sentences[{number}] after a "
            "string; drop missing values, decode bytes"
        )
    try:
        line = text.encode()
    except UnicodeEncodeError:
        raise TextEncodingError(
            f"sentences[{number}] must be valid Unicode, without lone surrogates: got {shown(text)}"
        ) from None
    if errors == "strict" and b"\0" in line:
        raise TextEncodingError(
            f'sentences[{number}] must be text: got a NUL in {shown(text)}; pass errors="replace" to read it as U+FFFD'
        )
    return line


def text_size(paths: Any) -> int | None:
    """Return the number of bytes that `count_text` will report as progress; None if it is unknown."""
    return total_bytes(find_sources(paths))


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


def _count_tokenized(blocks: Iterable[Block], tokenizer: "Tokenizer", options: TextOptions) -> Provisional:
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
    counted.numbers = False  # only its ids are; the words are the tokens
    return counted
