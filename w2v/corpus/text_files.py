"""Read text files, folders and standard input, plain or compressed, as blocks that end between words.

Rules
-----
Text is UTF-8, or converted to it from the encoding that `TextOptions` names. Words are separated by the characters that
Python's ``str.split()`` splits on (including NBSP and the ideographic space), and a line feed ends a sentence; a carriage
return is whitespace, so CRLF works, unless a text has nothing else to end its lines (old Macs). A byte-order mark at the
start of a file is skipped. A NUL byte is not text. Bytes that are not text raise an error with their offset; with
``errors="replace"`` they become U+FFFD and are counted. Only the length of a word is limited (65,536 bytes). A file that is
something else, such as a table or an archive, is refused (`file_kinds`).
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from w2v._text import MAX_WORD_BYTES
from w2v.config import TextOptions
from w2v.corpus.conversion import Converter, ends_with_returns
from w2v.corpus.source_files import Advance, Source, advice_for, opened, opened_part
from w2v.errors import CorpusError, TextEncodingError
from w2v.file_kinds import HEAD_BYTES, kind_of, nul_advice

BLOCK_BYTES = 4 << 20
"""Small enough to keep all threads busy on a few dozen megabytes, large enough to make the overhead per block negligible."""

BOM = b"\xef\xbb\xbf"
ASCII_SPACES = (b" ", b"\t", b"\r")
# The other characters that str.split() splits on: needed only if a block of several megabytes has no ASCII space at all.
OTHER_SPACES = tuple(
    c.encode() for c in "\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
) + tuple(chr(c).encode() for c in range(0x2000, 0x200B))


@dataclass(frozen=True)
class Block:
    """A part of one source: ``data`` begins and ends between words; ``offset`` is its place in the decompressed text.

    ``replaced`` counts characters that became U+FFFD when it was converted to UTF-8; ``is_doubted`` says that a notice was
    given that the encoding seems to be another.
    """

    source: str
    data: bytes
    offset: int
    first: bool
    replaced: int = 0
    is_doubted: bool = False


def read_blocks(source: str, options: TextOptions, advance: Advance) -> Iterator[Block]:
    """Read one source in blocks that end after a line feed, or after a space if a line is longer than a block.

    Raises
    ------
    CorpusError
        If the file cannot be read or decompressed, or is not text.
    CorpusChangedError
        If it changed while it was read.
    """
    with opened(source) as file:
        yield from _cut(file, options, advance)


def read_part(source: str, options: TextOptions, advance: Advance, start: int, end: int) -> Iterator[Block]:
    """Read the bytes from ``start`` to ``end`` of a text file, both after a line feed, if `is_divisible` says that it can.

    The words and sentences of all parts together are those of the file; see `read_blocks` for the errors.
    """
    with opened_part(source, start, end) as file:
        yield from _cut(file, options, advance, start, Converter.of_part(source, options, start))


def is_divisible(source: str, options: TextOptions) -> bool:
    """Whether a text file can be read in parts: every byte of a line feed is one, and lines end with them.

    Raises
    ------
    CorpusError
        If it cannot be read, or is not text.
    """
    with opened(source) as file:
        head = next(file.blocks(BLOCK_BYTES, lambda _: None), b"")
        _refuse_other_kinds(file, head, options)
        if not _one_byte_each(options.encoding) and codecs.lookup(options.encoding).name != "utf-8":
            return False
        return not ends_with_returns(head)


def _one_byte_each(encoding: str) -> bool:
    """Whether each byte is one character, whatever comes before it, and a line feed is what it is in ASCII."""
    every = bytes(range(256)).decode(encoding, "replace")
    has_letters = (
        len(set(every[128:])) > 1 or codecs.lookup(encoding).name == "ascii"
    )  # not as in UTF-7, which has states
    return len(every) == 256 and has_letters and every[ord("\n")] == "\n" and every.count("\n") == 1


def _refuse_other_kinds(file: Source, head: bytes, options: TextOptions) -> None:
    if kind := kind_of(head[:HEAD_BYTES], "corpus", options.encoding, options.as_lines):
        raise CorpusError(f"corpus {file.name!r} must be plain text: got {kind.name}; {advice_for(file.name, kind)}")


def _cut(
    file: Source, options: TextOptions, advance: Advance, offset: int = 0, of_part: Converter | None = None
) -> Iterator[Block]:
    # read     the cat sat / the d | og ran / and ...       BLOCK_BYTES at a time; "/" is a line feed
    # blocks   the cat sat / | the dog ran / | and ...      the rest after the last line feed begins the next block
    source, convert = file.name, of_part or Converter(file.name, options)
    rest, first = b"", True
    for data in chain(file.blocks(BLOCK_BYTES, advance), [b""]):
        if first and not rest and of_part is None:
            _refuse_other_kinds(file, data, options)
        ended, data = not data, convert(data)
        if convert.nul is not None and options.errors == "strict":
            raise TextEncodingError(
                f"corpus {source!r} must be {options.encoding} text: got a NUL at byte {convert.nul}; "
                f"{nul_advice(data, is_converted=True)}"
            )
        if first and offset == 0 and data.startswith(BOM):
            data, offset = data[len(BOM) :], len(BOM)
        block = rest + data
        if ended:
            if block:
                yield Block(source, block, offset, first, convert.take_replaced(), convert.is_doubted)
            return
        end = _last_break(block)
        if end == 0 and len(block) > BLOCK_BYTES + MAX_WORD_BYTES:
            raise CorpusError(
                f"corpus {source!r}: a word must be at most {MAX_WORD_BYTES} bytes: got a longer one at byte {offset}; "
                "check that this is text with spaces between words"
            )
        if end:
            yield Block(source, block[:end], offset, first, convert.take_replaced(), convert.is_doubted)
            first = False
        rest, offset = block[end:], offset + end


def _last_break(block: bytes) -> int:
    """Return the position after the last line feed, or else after the last space; 0 if there is neither."""
    end = block.rfind(b"\n") + 1
    if not end:
        end = max(block.rfind(space) + 1 for space in ASCII_SPACES)
    if not end:
        end = max(block.rfind(space) + len(space) if space in block else 0 for space in OTHER_SPACES)
    return end
