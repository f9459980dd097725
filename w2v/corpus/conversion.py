"""Conversion of text to UTF-8 from another encoding, block by block."""

import codecs

from w2v.config import TextOptions
from w2v.errors import TextEncodingError


class Converter:
    """A function from the bytes of a text, a block at a time and at last none, to UTF-8; UTF-8 itself is not touched.

    Raises
    ------
    TextEncodingError
        If bytes are not valid in the encoding, unless they are to be replaced.
    """

    def __init__(self, source: str, options: TextOptions) -> None:
        self._source, self._options = source, options
        self._decoder = None
        if codecs.lookup(options.encoding).name != "utf-8":
            self._decoder = codecs.getincrementaldecoder(options.encoding)(options.errors)
        self._converted = self._replaced = 0

    def __call__(self, data: bytes) -> bytes:
        """Convert a block; after the last one pass none."""
        if self._decoder is None:
            return data
        held = len(self._decoder.getstate()[0])
        try:
            text = self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as problem:
            raise TextEncodingError(
                f"corpus {self._source!r} must be {self._options.encoding} text: got "
                f"0x{problem.object[problem.start : problem.end].hex()} at byte {self._converted - held + problem.start}; "
                'pass another encoding, or errors="replace" if these few bytes are damaged'
            ) from None
        except UnicodeError as problem:  # such as UTF-16 without a byte order mark
            raise TextEncodingError(
                f"corpus {self._source!r} must be {self._options.encoding} text: got {str(problem)!r}; "
                "pass another encoding, such as utf-16-le"
            ) from None
        self._converted += len(data)
        if self._options.errors == "replace":
            self._replaced += text.count("\ufffd")
        return text.encode("utf-8", "surrogatepass")

    def take_replaced(self) -> int:
        """Return how many characters were replaced since the last call."""
        count, self._replaced = self._replaced, 0
        return count
