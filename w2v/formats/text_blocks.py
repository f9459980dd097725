"""A text of word vectors in blocks that end with a line, parsed by several threads.

Only ordinary lines are parsed here: a word, and as many decimals as expected, between spaces and tabs. The others are left
as they are, at their places between the rows.
"""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BufferedIOBase

import numpy as np
from numpy.typing import NDArray

from w2v._rows import parse_rows
from w2v.machine import processors

_BLOCK_BYTES = 1 << 20
# Beyond, taking the words, which Python does one after another, takes longer than all the parsing.
_MAX_THREADS = 4


@dataclass(frozen=True)
class Line:
    """A line that is not an ordinary row: its bytes, where it begins in the file, and how many rows come before it."""

    text: bytes
    offset: int
    row: int


@dataclass(frozen=True)
class Block:
    """The rows of a part of the text: their words, where each begins in the file, and their values; and the other lines."""

    words: list[bytes]
    offsets: NDArray[np.int64]
    values: NDArray[np.float32]
    text: bytes
    begin: int
    places: NDArray[np.int64]

    def others(self) -> Iterator[Line]:
        """Yield the lines that are not ordinary rows."""
        for row, start, end in self.places.tolist():
            yield Line(self.text[start:end], self.begin + start, row)


@dataclass(frozen=True)
class Text:
    """What is still to be read of a text.

    Attributes
    ----------
    stream : io.BufferedIOBase
    ahead : bytes
        What was read from the stream already.
    offset : int
        Where ``ahead`` begins in the file.
    """

    stream: BufferedIOBase
    ahead: bytes
    offset: int

    def blocks(self, dim: int, longest_word: int, longest_line: int) -> Generator[Block, None, None]:
        """Parse the text; yield its blocks in order, each once it is needed, with a few more on the way.

        Parameters
        ----------
        dim : int
            Values per row.
        longest_word : int
            In bytes; a row with a longer word is not ordinary.
        longest_line : int
            In bytes, without its newline; a longer line is cut, and its parts are not ordinary rows.
        """

        def parse(text: bytes, begin: int) -> Block:
            words, values, places, others = parse_rows(text, dim, longest_word, longest_line)
            return Block(words, places + begin, values, text, begin, others)

        threads = min(processors(), _MAX_THREADS)
        waiting: deque[Future[Block]] = deque()
        with ThreadPoolExecutor(threads, "w2v-rows") as pool:
            for text, begin in self._cut(longest_line):
                waiting.append(pool.submit(parse, text, begin))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _cut(self, longest_line: int) -> Iterator[tuple[bytes, int]]:
        """Yield parts of the text that end with a line, or with the part of one that is too long, and where they begin."""
        text, begin = self.ahead, self.offset
        while more := self.stream.read(_BLOCK_BYTES):
            if len(text) >= _BLOCK_BYTES:
                end = text.rfind(b"\n") + 1 or len(text) // (longest_line + 1) * (longest_line + 1)
                if end:
                    yield text[:end], begin
                    text, begin = text[end:], begin + end
            text += more
        if text:
            yield text, begin
