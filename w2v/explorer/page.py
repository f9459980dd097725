"""The page: page.html, built from the top-level folder explorer/, with the data of some vectors.

The data are two blocks that no browser runs: JSON, and base64 of all arrays one behind the other. In JSON every character
that could end the block is escaped, so that words are text whatever they contain.
"""

import base64
import html
import json
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Any

import numpy as np

from w2v.annotations import checked
from w2v.arguments import amount
from w2v.atomic_files import PathLike, atomic_write
from w2v.explorer.codes import packed
from w2v.file_names import check_name

TITLE, DATA = "<!--w2v:title-->", "<!--w2v:data-->"
TYPES = {"u1": np.uint8, "u2": np.uint16, "u4": np.uint32, "i2": np.int16, "f4": np.float32, "f8": np.float64}
ALIGNMENT = 8
EXTENSIONS = (".html", ".htm")
MOST_IN_NOTEBOOK = 2_600_000
"""Bytes of a page in a cell: Jupyter drops outputs of more than 1 MB per second, within 3 seconds."""
HEIGHT = 640
"""Of a page in a cell, in pixels."""
# What ends a block or begins a comment; line separators, which old engines refuse in strings; halves of characters.
_ESCAPED = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, eq=False)
class Page:
    """A page that shows vectors; in a notebook, the last expression of a cell shows it there.

    Attributes
    ----------
    about : dict
        What it says beside the numbers, as JSON values: ``about["words"]``, ``about["precision"]``, ...
    arrays : dict of str to ndarray
        Numbers of each word, in the order of ``about["words"]``.
    seconds : dict of str to float
        How long each step took.
    """

    about: dict[str, Any] = field(repr=False)
    arrays: dict[str, np.ndarray] = field(repr=False)
    seconds: dict[str, float] = field(default_factory=dict, repr=False)

    @cached_property
    def html(self) -> bytes:
        """The page, UTF-8."""
        return render(self.about, self.arrays)

    def _first(self, words: int) -> "Page":
        """Return the page of the most frequent words alone; hubs and measures stay those of all."""
        arrays = {name: array[:words] for name, array in self.arrays.items()}
        return Page({**self.about, "words": self.about["words"][:words]}, arrays, self.seconds)

    def _repr_html_(self) -> str:
        """Return a frame with the page, of as many words as Jupyter passes on."""
        words, bare = len(self.about["words"]), len(template())
        room = (MOST_IN_NOTEBOOK - bare) / max(len(self.html) - bare, 1)
        shown = self if room >= 1 else self._first(max(1, int(room * words)))
        text = shown.html.decode().replace("&", "&amp;").replace("'", "&#39;")
        frame = (
            f'<iframe srcdoc=\'{text}\' title="Word vectors" sandbox="allow-scripts allow-downloads" width="100%" '
            f'height="{HEIGHT}" style="border: 1px solid"></iframe>'
        )
        if shown is self:
            return frame
        return (
            f"{frame}<p>The {len(shown.about['words']):,} most frequent of {words:,} words, as much as notebooks hold. "
            'All of them are in the file that <code>.save("page.html")</code> writes.</p>'
        )

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
        return f"Page({names}: {amount(len(self.about['words']), 'word')}, {len(self.html) / 1e6:.1f} MB)"


def check_page_name(path: PathLike) -> None:
    """Raise FormatError if a page cannot have this name."""
    check_name(path, *EXTENSIONS)


@cache
def template() -> str:
    """Return page.html without data."""
    return resources.files("w2v.explorer").joinpath("page.html").read_text(encoding="utf-8")


def render(about: dict[str, Any], arrays: dict[str, np.ndarray]) -> bytes:
    """Return the page with its data.

    Parameters
    ----------
    about : dict of str to JSON values
    arrays : dict of str to ndarray
        Of the types in `TYPES`; codes of 12 bits are packed.
    """
    bits = {f"rows{m}": model.get("bits") for m, model in enumerate(about.get("models", ()))}
    numbers, places = _joined({name: packed(a) if bits.get(name) == 12 else a for name, a in arrays.items()})
    blocks = (
        f'<script type="application/json" id="w2v-about">{_json({"meta": about, "arrays": places})}</script>\n'
        f'<script type="text/plain" id="w2v-numbers">{base64.b64encode(numbers).decode()}</script>'
    )
    name = html.escape(str(about.get("title", "")).encode("utf-8", "replace").decode())
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
