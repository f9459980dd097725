"""One pass over the input: count words and write provisional ids, from text, from lists of words, or from integers.

    text       blocks -> threads, each with a table of its own -> ids in the order of the text -> tables merged
    sentences  lists of words -> one dictionary
    integers   arrays of ids, as walks on a graph or items in sessions

All end in a :class:`Provisional`, which ``corpus.py`` prunes, sorts and renumbers. A one-shot iterator is as good as a
list: nothing is read twice.
"""

import queue
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from tokenizers import Tokenizer

from w2v._text import MAX_WORD_BYTES, ScanError, WordTable
from w2v.errors import ConfigError, CorpusError, TextEncodingError
from w2v.spool import Spool
from w2v.text import Block, find_sources, read_blocks, total_bytes
from w2v.tokenizing import WORDS, find_tokenizer, split_words

BATCH_TOKENS = 1 << 20
"""Tokens of an iterable that are gathered before they are written out."""

BATCH_LINES = 4096
"""Lines given to a tokenizer at once: enough to keep its threads busy."""


class Progress(Protocol):
    """What reading reports to; ``tqdm`` fits."""

    def update(self, n: int, /) -> object:
        """Count ``n`` more bytes (text) or sentences (anything else)."""


@dataclass(frozen=True)
class Segment:
    """A run of provisional ids in the spool: ``ends`` are its sentences' ends, ``table`` says whose ids they are."""

    start: int
    length: int
    ends: NDArray[np.int64]
    table: int


@dataclass
class Provisional:
    """Everything that was read, under provisional ids.

    ``mappings[t]`` takes table t's ids to common ids; ``counts`` and ``first_seen`` are by common id.
    """

    spool: Spool
    segments: list[Segment]
    mappings: list[NDArray[np.uint32]]
    counts: NDArray[np.int64]
    first_seen: NDArray[np.int64]
    word: Callable[[int], str]
    find: Callable[[str], int]
    replaced: int = 0
    sources: list[str] = field(default_factory=list)


# --------------------------------------------------------------------------------------------------------------- text


@dataclass(frozen=True)
class TextOptions:
    """How text becomes words: ``tokenizer`` as in ``tokenizing.py``, ``errors`` is "strict" or "replace"."""

    tokenizer: Any = "whitespace"
    errors: str = "strict"
    threads: int = 1

    def __post_init__(self) -> None:
        if self.errors not in ("strict", "replace"):
            raise ConfigError(f"errors must be 'strict' or 'replace': got {self.errors!r}")


def count_text(paths: Any, options: TextOptions, progress: Progress | None = None) -> Provisional:
    """Read files (see ``text.find_sources``) and count their words.

    Raises
    ------
    CorpusError
        If a file cannot be read, is not text, or changes meanwhile.
    """
    tokenizer = find_tokenizer(options.tokenizer)
    sources = find_sources(paths)
    advance = progress.update if progress is not None else lambda n: None
    blocks = chain.from_iterable(read_blocks(source, advance) for source in sources)
    if isinstance(tokenizer, Tokenizer):
        counted = _count_tokenized(blocks, tokenizer, options)
    else:
        counted = _BlockCounter(options, split_words if tokenizer == WORDS else None).count(blocks)
    counted.sources = sources
    return counted


def text_size(paths: Any) -> int | None:
    """Return the bytes that ``count_text`` will report as progress, None if that cannot be known."""
    return total_bytes(find_sources(paths))


def decode(block: Block, errors: str) -> tuple[bytes, int]:
    """Return a block as valid UTF-8 without NUL, and how many characters had to be replaced."""
    if errors == "strict":
        return block.data, 0
    text = block.data.decode("utf-8", "replace").replace("\0", "\ufffd")
    return text.encode(), text.count("\ufffd") - block.data.count(b"\xef\xbf\xbd")


def not_text(block: Block, reason: str, place: int) -> CorpusError:
    """Return the error for a byte that is not text."""
    at = f"at byte {block.offset + place}"
    if reason == "long":
        return CorpusError(f"corpus {block.source!r}: a word of more than {MAX_WORD_BYTES} bytes {at}: is this text?")
    byte = block.data[place] if place < len(block.data) else 0
    what = "a NUL byte" if reason == "nul" else f"invalid UTF-8 (0x{byte:02x})"
    return TextEncodingError(
        f'corpus {block.source!r}: {what} {at}: it must be UTF-8 text; errors="replace" reads it all the same'
    )


class _BlockCounter:
    """Blocks to threads and back in order; each thread borrows one of the word tables."""

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
        """Yield each block with its scan, in order, never more than a few blocks ahead."""
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
    """Decode what a Python tokenizer will see, under the rules that the scanner has for bytes."""
    try:
        text = data.decode()
    except UnicodeDecodeError as problem:
        raise not_text(block, "utf-8", problem.start) from None
    if "\0" in text:
        raise not_text(block, "nul", data.index(b"\0"))
    return text


def _without_last_end(segment: Segment) -> Segment:
    """Return the segment with its last sentence going on in the next one."""
    return Segment(segment.start, segment.length, segment.ends[:-1], segment.table)


def _count_tokenized(blocks: Iterable[Block], tokenizer: Tokenizer, options: TextOptions) -> Provisional:
    """Count the tokens of any ``tokenizers.Tokenizer``: its ids are the provisional ids, a line is a sentence."""
    replaced = 0

    def lines() -> Iterator[list[str]]:
        nonlocal replaced
        for block in blocks:
            data, bad = decode(block, options.errors)
            replaced += bad
            yield _decoded(block, data).split("\n")

    def sentences() -> Iterator[NDArray[np.int64]]:
        for part in lines():
            for start in range(0, len(part), BATCH_LINES):
                batch = tokenizer.encode_batch_fast(part[start : start + BATCH_LINES], add_special_tokens=False)
                yield from (np.array(encoding.ids, np.int64) for encoding in batch)

    counted = _count_arrays(sentences(), None)
    to_token, to_id = tokenizer.id_to_token, tokenizer.token_to_id
    values = counted.word

    def find(word: str) -> int:
        number = to_id(word)
        return -1 if number is None else counted_find(str(number))

    counted_find = counted.find
    counted.word = lambda i: str(to_token(int(values(i))))
    counted.find = find
    counted.replaced = replaced
    return counted


# ---------------------------------------------------------------------------------------------------------- sentences


class _Numbering(dict[str, int]):
    """Words to provisional ids; a new word gets the next one."""

    def __missing__(self, word: object) -> int:
        if not isinstance(word, str):
            raise CorpusError(f"a sentence must be a list of words (str) or of whole numbers: got {word!r} in one")
        if not word:
            raise CorpusError("a word must have at least one character: got '' in a sentence")
        try:
            word.encode("utf-8")
        except UnicodeEncodeError:
            raise TextEncodingError(f"a word must be valid Unicode: got {word!r}") from None
        self[word] = number = len(self)
        return number


def count_sentences(sentences: Iterable[Sequence[str]], progress: Progress | None = None) -> Provisional:
    """Count an iterable of sentences: lists of words, or lists or arrays of whole numbers; read once.

    Raises
    ------
    CorpusError
        If a sentence is a string, or holds something else than words or numbers. What the iterable raises comes through.
    """
    if isinstance(sentences, (str, bytes)) or not isinstance(sentences, Iterable):
        raise CorpusError(f"sentences must be an iterable of lists of words: got {type(sentences).__name__}")
    iterator = iter(sentences)
    head: list[Sequence[str]] = []
    for sentence in iterator:  # up to the first sentence with a word in it, which tells the kind
        _refuse_string(sentence)
        head.append(sentence)
        if len(sentence):
            break
    rest = chain(head, iterator)
    if head and len(head[-1]) and isinstance(head[-1][0], (int, np.integer)) and not isinstance(head[-1][0], bool):
        return _count_arrays((_as_ids(sentence) for sentence in rest), progress)
    return _count_words(rest, progress)


def _refuse_string(sentence: object) -> None:
    if isinstance(sentence, (str, bytes)):
        raise CorpusError(
            f"a sentence must be a list of words, not a string: got {sentence[:40]!r}; "
            "split it, or pass the file by its path"
        )
    if not hasattr(sentence, "__len__"):
        raise CorpusError(f"a sentence must be a list of words: got {type(sentence).__name__}")


def _count_words(sentences: Iterable[Sequence[str]], progress: Progress | None) -> Provisional:
    spool, segments, numbers = Spool(), [], _Numbering()
    batch: list[int] = []
    ends: list[int] = []
    counts = np.zeros(0, np.int64)

    def flush() -> None:
        nonlocal counts
        ids = np.array(batch, np.uint32)
        counts = _add(counts, np.bincount(ids, minlength=len(numbers)))
        segments.append(Segment(spool.append(ids), len(ids), np.array(ends, np.int64), 0))
        batch.clear()
        ends.clear()

    for sentence in sentences:
        _refuse_string(sentence)
        if not len(sentence):
            continue
        try:
            batch += [numbers[word] for word in sentence]
        except TypeError:
            raise CorpusError(f"a sentence must be a list of words (str): got {sentence!r:.100}") from None
        ends.append(len(batch))
        if progress is not None:
            progress.update(1)
        if len(batch) >= BATCH_TOKENS:
            flush()
    if batch:
        flush()
    words = list(numbers)
    identity = np.arange(len(words), dtype=np.uint32)
    order = identity.astype(np.int64)
    return Provisional(spool, segments, [identity], counts, order, words.__getitem__, lambda w: numbers.get(w, -1))


# ----------------------------------------------------------------------------------------------------------- integers


def count_ids(ids: ArrayLike, offsets: ArrayLike, progress: Progress | None = None) -> Provisional:
    """Count a flat array of whole numbers; sentence s is ``ids[offsets[s]:offsets[s + 1]]``.

    Raises
    ------
    CorpusError
        If the arrays are not one-dimensional and of whole numbers, or the offsets do not run from 0 to ``len(ids)``.
    """
    flat, bounds = _as_ids(ids), _as_ids(offsets)
    if len(bounds) < 1 or bounds[0] != 0 or bounds[-1] != len(flat) or (np.diff(bounds) < 0).any():
        raise CorpusError(
            f"offsets must rise from 0 to the number of ids, {len(flat)}: got {bounds[:3]} ... {bounds[-3:]}"
        )
    return _count_arrays(iter([flat]), progress, bounds[1:])


def _as_ids(sentence: ArrayLike) -> NDArray[np.int64]:
    _refuse_string(sentence)
    try:
        array = np.asarray(sentence)
    except ValueError:
        array = np.empty((0, 0))
    if array.ndim != 1 or (array.dtype.kind not in "iu" and array.size):
        raise CorpusError(f"ids must be a one-dimensional array of whole numbers: got {sentence!r:.80}")
    if array.size and (array.min() < 0 or array.max() > np.iinfo(np.int64).max):
        raise CorpusError(f"ids must not be negative: got {array.min()}")
    return array.astype(np.int64, copy=False)


def _count_arrays(
    arrays: Iterator[NDArray[np.int64]], progress: Progress | None, ends: NDArray[np.int64] | None = None
) -> Provisional:
    """Count arrays of ids, a sentence each (or one flat array with the ``ends`` of its sentences)."""
    lengths, parts = [], []
    for array in arrays:
        if len(array):
            parts.append(array)
            lengths.append(len(array))
        if progress is not None:
            progress.update(1)
    flat = np.concatenate(parts) if parts else np.empty(0, np.int64)
    if ends is None:
        ends = np.cumsum(np.array(lengths, np.int64))
    ends = ends[np.diff(ends, prepend=0) > 0]
    values, first_seen, ids, counts = np.unique(flat, return_index=True, return_inverse=True, return_counts=True)
    spool = Spool()
    segments = [Segment(spool.append(ids.astype(np.uint32)), len(ids), ends, 0)] if len(ids) else []

    def find(word: str) -> int:
        number = int(word) if word.isdecimal() else -1
        at = int(np.searchsorted(values, number))
        return at if at < len(values) and values[at] == number else -1

    identity = np.arange(len(values), dtype=np.uint32)
    return Provisional(
        spool,
        segments,
        [identity],
        counts.astype(np.int64),
        first_seen.astype(np.int64),
        lambda i: str(values[i]),
        find,
    )


def _add(total: NDArray[np.int64], more: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add counts of a vocabulary that has grown."""
    grown = np.zeros(max(len(total), len(more)), np.int64)
    grown[: len(total)] += total
    grown[: len(more)] += more
    return grown
