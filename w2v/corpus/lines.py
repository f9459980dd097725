"""The lines of a source as strings, whole up to 256 MiB, for the tables that are text: JSON lines and CSV."""

from collections.abc import Iterator

from w2v.config import TextOptions
from w2v.corpus.conversion import Converter
from w2v.corpus.source_files import Advance, Source, advice_for
from w2v.errors import CorpusError, TextEncodingError
from w2v.file_kinds import HEAD_BYTES, advice, is_legacy, kind_of

READ_BYTES = 1 << 20
LONGEST_LINE = 1 << 28
"""In bytes of UTF-8, so that a file that is one JSON array is not taken into memory as a whole before that is noticed."""


class Lines:
    """An iterator over the lines of a source, with their line feeds.

    Attributes
    ----------
    name : str
        The path or URL of the source.
    number : int
        The number of the last line, from 1, as an editor shows it.
    replaced : int
        Number of characters that became U+FFFD.
    """

    def __init__(self, file: Source, options: TextOptions, advance: Advance) -> None:
        self.number = self.replaced = 0
        self.name, self._options = file.name, options
        self._convert = Converter(file.name, options)
        self._lines = self._cut(file, advance)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as problem:
            if self._options.errors == "strict":
                raise self._not_text(line, problem) from None
            text = line.decode("utf-8", "replace")
            self.replaced += text.count("\ufffd") - line.count("\ufffd".encode())
        return text.removeprefix("\ufeff") if self.number == 1 else text

    @property
    def place(self) -> str:
        """Where the last line is, for messages."""
        return f"line {self.number} of {self.name!r}"

    @property
    def is_doubted(self) -> bool:
        """Whether a notice was given that the encoding seems to be another."""
        return self._convert.is_doubted

    def _cut(self, file: Source, advance: Advance) -> Iterator[bytes]:
        parts: list[bytes] = []  # of a line that is longer than a block
        first, held = True, 0
        for data in file.blocks(READ_BYTES, advance):
            if first and (kind := kind_of(data[:HEAD_BYTES], "corpus", self._options.encoding, as_lines=True)):
                raise CorpusError(
                    f"corpus {self.name!r} must be a table of text: got {kind.name}; {advice_for(file.name, kind)}"
                )
            first = False
            *whole, rest = self._convert(data).split(b"\n")
            if whole:
                yield b"".join([*parts, whole[0], b"\n"])
                yield from (line + b"\n" for line in whole[1:])
                parts, held = [], 0
            parts.append(rest)
            held += len(rest)
            if held > LONGEST_LINE:
                raise CorpusError(
                    f"line {self.number + 1} of {self.name!r} must be at most {LONGEST_LINE >> 20} MiB: got a longer one; "
                    "write one row per line, as jq -c '.[]' does with the rows of a JSON array"
                )
        parts.append(self._convert(b""))
        self.replaced += self._convert.take_replaced()
        if last := b"".join(parts):
            yield last

    def _not_text(self, line: bytes, problem: UnicodeDecodeError) -> TextEncodingError:
        remedy = advice("legacy", "corpus") if is_legacy(line) else 'pass errors="replace" to read it anyway'
        return TextEncodingError(
            f"{self.place} must be UTF-8 text: got invalid UTF-8 (0x{line[problem.start]:02x}); {remedy}"
        )
