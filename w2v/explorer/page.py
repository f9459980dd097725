"""The page: page.html, built from the top-level folder explorer/, with the data of some vectors.

The data are two blocks that no browser runs: JSON, and base64 of all arrays one behind the other. In JSON every character
that could end the block is escaped, so that words are text whatever they contain.
"""

import base64
import html
import json
import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from w2v.annotations import checked
from w2v.atomic_files import PathLike, atomic_write
from w2v.file_names import check_name

TITLE, DATA = "<!--w2v:title-->", "<!--w2v:data-->"
TYPES = {"u1": np.uint8, "u2": np.uint16, "u4": np.uint32, "i2": np.int16, "f4": np.float32, "f8": np.float64}
ALIGNMENT = 8
EXTENSIONS = (".html", ".htm")
# What ends a block or begins a comment; line separators, which old engines refuse in strings; halves of characters.
_ESCAPED = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, eq=False)
class Page:
    """A page that shows vectors.

    Attributes
    ----------
    html : bytes
        The page, UTF-8.
    about : dict
        What it says beside the numbers, as JSON values: ``about["words"]``, ``about["precision"]``, ...
    seconds : dict of str to float
        How long each step took.
    """

    html: bytes = field(repr=False)
    about: dict[str, Any] = field(repr=False)
    seconds: dict[str, float] = field(default_factory=dict, repr=False)

    def served(self) -> bytes:
        """Return the page for ``w2v explore --serve``, which asks its server for neighbours among all words of the model."""
        words = self.about["models"][0]["words"]
        made = self.html.replace(b"default-src 'none';", b"default-src 'none'; connect-src 'self';", 1)
        return made.replace(
            b'<meta name="color-scheme"',
            f'<meta name="w2v-server" content="{words}">\n'.encode() + b'<meta name="color-scheme"',
            1,
        )

    @checked
    def save(self, path: PathLike) -> None:
        """Write the page to a file, atomically.

        Raises
        ------
        FormatError
            If the extension is that of another format.
        OutputError
            If it cannot be written; an existing file is then unchanged.
        """
        check_page_name(path)
        with atomic_write(path) as stream:
            stream.write(self.html)

    def __repr__(self) -> str:
        names = " and ".join(model["name"] for model in self.about["models"])
        return f"Page({names}: {len(self.about['words']):,} words, {len(self.html) / 1e6:.1f} MB)"


def check_page_name(path: PathLike) -> None:
    """Raise FormatError if a page cannot have this name."""
    check_name(path, *EXTENSIONS)


@cache
def template() -> str:
    """Return page.html without data."""
    return resources.files("w2v.explorer").joinpath("page.html").read_text(encoding="utf-8")


def render(title: str, about: dict[str, Any], arrays: dict[str, np.ndarray]) -> bytes:
    """Return the page with its data.

    Parameters
    ----------
    title : str
    about : dict of str to JSON values
    arrays : dict of str to ndarray
        Of the types in `TYPES`.
    """
    numbers, places = _joined(arrays)
    blocks = (
        f'<script type="application/json" id="w2v-about">{_json({"meta": about, "arrays": places})}</script>\n'
        f'<script type="text/plain" id="w2v-numbers">{base64.b64encode(numbers).decode()}</script>'
    )
    name = html.escape(title.encode("utf-8", "replace").decode())
    before, _, after = template().replace(TITLE, name).partition(DATA)
    return b"".join(part.encode() for part in (before, blocks, after))


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _joined(arrays: dict[str, np.ndarray]) -> tuple[bytes, dict[str, tuple[str, int, int]]]:
    """Return all arrays one behind the other, little-endian, and the type, offset and length of each."""
    parts: list[bytes] = []
    places = {}
    offset = 0
    for name, array in arrays.items():
        kind = next(kind for kind, dtype in TYPES.items() if array.dtype == dtype)
        data = np.ascontiguousarray(array).astype(f"<{kind}", copy=False).tobytes()
        data += bytes(-len(data) % ALIGNMENT)
        places[name] = (kind, offset, array.size)
        parts.append(data)
        offset += len(data)
    return b"".join(parts), places
