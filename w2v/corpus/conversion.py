"""Conversion of text to UTF-8 from another encoding, and of the line ends of old Macs to line feeds, block by block."""

import codecs
from bisect import bisect_left

from w2v.config import TextOptions
from w2v.corpus.notices import notice_encoding
from w2v.errors import TextEncodingError


class Converter:
    """A function from the bytes of a text, a block at a time and at last none, to UTF-8 with line feeds.

    UTF-8 is not touched, except that where lines end with a carriage return alone, it becomes a line feed.

    Attributes
    ----------
    nul : int or None
        The place of the first NUL in the bytes of the text, if it was converted from another encoding than UTF-8.
    is_doubted : bool
        Whether a notice was given that the text seems to be in another encoding.

    Raises
    ------
    TextEncodingError
        If bytes are not valid in the encoding, unless they are to be replaced.

    Warns
    -----
    CorpusWarning
        If the text seems to be in another encoding.
    """

    def __init__(self, source: str, options: TextOptions) -> None:
        self._source, self._options = source, options
        self._decoder = None
        if codecs.lookup(options.encoding).name != "utf-8":
            self._decoder = codecs.getincrementaldecoder(options.encoding)(options.errors)
        self._converted = self._replaced = 0
        self._returns: bool | None = None
        self.nul: int | None = None
        self.is_doubted = False

    @classmethod
    def of_part(cls, source: str, options: TextOptions, start: int) -> "Converter":
        """Return a converter of the bytes from ``start`` on of a text whose lines end with line feeds."""
        convert = cls(source, options)
        convert._converted, convert._returns = start, False
        return convert

    def __call__(self, data: bytes) -> bytes:
        """Convert a block; after the last one pass none."""
        data = self._utf8(data)
        if self._returns is None and data:
            self._returns = ends_with_returns(data)
        return data.replace(b"\r", b"\n") if self._returns else data

    def _utf8(self, data: bytes) -> bytes:
        if self._decoder is None:
            return data
        state = self._decoder.getstate()
        held = len(state[0])
        try:
            text = self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as problem:
            raise TextEncodingError(
                f"corpus {self._source!r} must be {self._options.encoding} text: got "
                f"0x{problem.object[problem.start : problem.end].hex()} at byte {self._converted - held + problem.start}; "
                'pass another encoding, or errors="replace" if these few bytes are damaged'
            ) from None
        except UnicodeError:  # what else UTF-16 and UTF-32 raise
            raise TextEncodingError(
                f"corpus {self._source!r} must be {self._options.encoding} text: got no byte-order mark; name the order of "
                f'bytes, as in encoding="{self._options.encoding}-le", or pass another encoding'
            ) from None
        if self.nul is None and "\0" in text:
            self.nul = self._converted + self._first_nul(data, state)
        if not self._converted:
            self.is_doubted = notice_encoding(self._source, data, text, self._options.encoding)
        self._converted += len(data)
        if self._options.errors == "replace":
            self._replaced += text.count("\ufffd")
        return text.encode("utf-8", "surrogatepass")

    def _first_nul(self, data: bytes, state: tuple[bytes, int]) -> int:
        """Return the place in a block of the first NUL: the shortest beginning that has one ends with it."""
        decoder = codecs.getincrementaldecoder(self._options.encoding)(self._options.errors)

        def has_nul(size: int) -> bool:
            decoder.setstate(state)
            return "\0" in decoder.decode(data[:size])

        width = len("\0\0".encode(self._options.encoding)) - len("\0".encode(self._options.encoding))
        return bisect_left(range(len(data)), True, key=has_nul) - width

    def take_replaced(self) -> int:
        """Return how many characters were replaced since the last call."""
        count, self._replaced = self._replaced, 0
        return count


def ends_with_returns(data: bytes) -> bool:
    r"""Whether the lines of a text, which begins with this block, end with a carriage return alone, as on old Macs.

    Examples
    --------
    >>> ends_with_returns(b"a b\rc d\r"), ends_with_returns(b"a b\r\nc d\r\n"), ends_with_returns(b"a b\nc d\n")
    (True, False, False)
    """
    feeds = data.count(b"\n")
    return data.count(b"\r") - data.count(b"\r\n") > RETURNS * feeds


RETURNS = 10
"""So many times more carriage returns than line feeds are no damage of a text with line feeds."""
